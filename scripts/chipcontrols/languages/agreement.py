"""Whether a sentence says what its original says: polarity, force and direction.

``disagreements`` compares the marks (``languages.force``) of an original clause and of a sentence
that renders it, and a code of modality with both.  What it finds says what it is about, where the
words stand on either side, and why; ``undecided`` where words alone do not decide it, so that a
person must look.  Nothing found means that the marks agree, not that the sentence is true.

Direction.  The words of pairs of opposites (`chipcontrols.languages.directions`).
Polarity. Each firm negation needs a negation on the other side that is not yet accounted for: a
    firm one, else a word that may stand for one (cease, unlike, 不同), else one near by whose
    meaning is a lack (bad, unwilling). The negation of a lack (未断网) needs none, nor does one
    that a question leaves out or gains when it is stated (谁会相信: nobody believes). A
    prohibition of the original (禁止, 叫停), which is such a word, needs a negation or a word of
    permission.
Force.  Each kind of firm mark (possible, forecast, hypothetical …) needs a mark that may render
    it (``ANSWERS``), for the original a firm one or one of its own kind; what the sentence adds
    (already, plainly, long ago …) needs one that licenses it (``LICENCES``), if need be in the
    ``context`` around the original.  Doubts in a subordinate clause need none.
Addition.  A word that turns what is said (fail, escape, former) needs one in the original
    (`chipcontrols.languages.additions`).
Roles.  Names, and things chosen or rejected, have the places that they have in the original
    (`chipcontrols.languages.counterparts`).
Modality.  ``forecast``, ``planned``, ``possible``, ``proposed``, ``hypothetical`` and ``denied``
    need a mark of their kind in the original, or its context, and in the sentence; ``stated``
    allows none in the first main clause of the sentence of a kind that the original has.
Undecided: texts of more than ``LONGEST`` characters; a negated negation, or a question that
    answers itself, that only one side has, unless the negations of the other make its contrary,
    or of a question what it implies; a word such as 所謂 or "so-called" on one side only, two
    negations of one clause too many, or one of three and more, a 將 that may be an object marker,
    and a mark of a kind that needs no word ("will", "if", 據報) on one side only, where the other
    does not say that it happened.

Out of scope: who says it to whom, quantities, words that stand in no list, negations
that change places.

    >>> [d.reason for d in disagreements("中國並不落後", "China is behind")]
    ['並不 in the original denies something; no word of the sentence does']
    >>> disagreements("中國並不落後", "China keeps up")
    ()
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from chipcontrols.languages import counterparts, language
from chipcontrols.languages.additions import additions
from chipcontrols.languages.base import Mark, Span
from chipcontrols.languages.directions import (
    KINDS,
    Disagreement,
    Side,
    directions,
    in_both,
    with_trait,
)

ANSWERS = {kind: {*row["answers"].split()} for kind, row in KINDS.items() if row["answers"]}
"""For each kind of the original the kinds that may render it."""
LICENCES = {kind: {*row["licences"].split()} for kind, row in KINDS.items() if row["licences"]}
"""For each kind of the sentence the kinds of the original that it may render."""
LONGEST = 4_000
"""The most characters of a text that is compared: each word is, with each other."""
HELD = {"not": "denied", "hypothetical": "hypothetical", "proposed": "proposed"}
"""The modality of what is reported under a word of a kind: 並不認為, 否認, 如果他說, 呼籲."""
_MODALITIES = "forecast planned possible proposed hypothetical denied".split()
MODALITIES = {code: with_trait(code) for code in _MODALITIES}
"""For each code of modality the kinds of which one must be there."""
_HEDGES, _DOUBTS = with_trait("hedge"), with_trait("doubt")
_NEAR = with_trait("near")
"""Kinds that no words around license."""
_LAX = with_trait("lax")
"""Kinds that tense and order may say without a word, or what is around: undecided on one side."""
_WANTED = with_trait("wanted")
"""Pairs of which a word that denies wants an answer: else what is forbidden would be done."""
_OPEN = with_trait("planned") | with_trait("possible")
"""Kinds of what has not happened, which a condition needs no more than them."""
_LACKING = with_trait("lacking")
"""Pairs whose lower end amounts to a negation: bad, unknown, unwilling."""
_NEARBY = 0.3
"""The share of a text that two words of like places are at most apart."""
_ASKS = re.compile("[?？]")
_NEXT = re.compile(", (?:and|but|while) |;")
"""What begins the second main clause of a sentence."""
_LATIN = re.compile("[A-Za-z][A-Za-z0-9]*")


def modality_of_report(text: str, start: int, tag: str = "zh") -> str:
    """Return the modality that the words before a reported statement impose on it, or nothing.

    ``start``: where the statement begins in the text, after a verb that attributes it.  A word
    that a relative clause shuts in (不願具名的官員說) imposes nothing.

    >>> modality_of_report("他並不認為中國超越美國", 5), modality_of_report("他認為中國超越美國", 3)
    ('denied', '')
    """
    verbs = [begin for begin, end in language(tag).attributions(text) if end <= start]
    for mark in language(tag).marks(text):
        reaches = mark.end <= start < mark.scope[1] and "的" not in text[mark.end : start]
        told = mark.end == start or any(mark.start <= one for one in verbs)
        if reaches and mark.firm and mark.kind in HELD and told:
            return HELD[mark.kind]
    return ""


def _told(about: str, undecided: bool, side: Side, mark: Mark, reason: str) -> Disagreement:
    """What a mark of one side tells that the other does not."""
    spans = {side.name: (mark.start, mark.end)}
    other = "sentence" if side.name == "original" else "original"
    reason = reason.format(words=side.words(mark), ours=side.name, theirs=other)
    return Disagreement(about, undecided, reason, spans.get("original"), spans.get("sentence"))


def _contrary(one: Side, mark: Mark, other: Side) -> bool:
    """Whether a word near the place of a negation says without one what that may say: bad; or the
    negation is of a lack (未断网), which may be said as what there is."""
    if any(each.kind == "lacks" and each.start == mark.end for each in one.marks):
        return True
    place = one.place((mark.start, mark.end))
    words = (word for word in other.unpaired() if abs(other.place(word) - place) <= _NEARBY)
    ends = (end for word in words if not other.at(word) for end in other.opposites[word].items())
    return any(kind in _LACKING and pole < 0 for kind, pole in ends)


def _polarity(left: Side, right: Side, undecided: bool) -> Iterator[Disagreement]:
    asked = bool(_ASKS.search(left.text)) and not _ASKS.search(right.text)
    for one, other in ((left, right), (right, left)):
        may = len(other.negations(firm=False)) - len(one.negations(firm=False))
        may += sum(mark.kind == "lacks" for mark in other.marks)
        answers = len(other.negations(firm=True)) + max(may, 0) + 2 * len(other.firm("double"))
        answers += asked
        missing = one.negations(firm=True)[answers:]
        missing = [mark for mark in missing if not _contrary(one, mark, other)]
        nested = len(missing) == 2 and missing[0].scope[0] <= missing[1].start < missing[0].scope[1]
        unsure = undecided or nested or (len(one.firm("not")) > 2 and bool(other.firm("not")))
        reason = "{words} in the {ours} denies something; no word of the {theirs} does"
        yield from (_told("polarity", unsure, one, mark, reason) for mark in missing)
    denying = {mark.start for mark in left.negations(firm=False)}
    for mark in left.marks:
        answered = {mark.kind, "not"} & {each.kind for each in right.marks}
        if mark.kind in _WANTED and mark.firm and mark.start in denying and not answered:
            reason = "{words} in the {ours} forbids something; no word of the {theirs} does"
            yield _told("polarity", undecided, left, mark, reason)


def _needs_none(right: Side, mark: Mark, soft: set[str]) -> bool:
    """Whether nothing need license a mark: there are doubts that, he says that it will, no sign
    that it will, what it does not have already."""
    if mark.kind in ("forecast", "done") and right.denied(mark.start):
        return True
    kinds = _DOUBTS if "done" in soft else {*_DOUBTS, "forecast"}
    return mark.kind in kinds and right.main < mark.start


def _forces(left: Side, right: Side, around: set[str]) -> Iterator[Disagreement]:
    for one, other, more, table in (
        (left, right, set(), ANSWERS),
        (right, left, around, LICENCES),
    ):
        soft = {mark.kind for mark in other.marks if not mark.firm}
        there = {mark.kind for mark in other.marks if mark.firm} | more
        own = {"future": {"future", "forecast"}, "could": {"could", "can", "possible"}}
        if "perfect" in soft:  # What has happened by next year is no forecast.
            own |= {"future": {"future"}, "forecast": {"would"}}
        happened = {"done"} if one is right else {"done", "perfect"}
        answered = set()
        for kind, answers in table.items():
            may = soft & own.get(kind, {kind}) if one is left else soft
            answered |= {kind} if (there | may) & answers else set()
        told: set[str | int] = set()
        for mark in one.marks:
            siblings = {m.kind for m in one.marks if m.firm and m.start == mark.start}
            if mark.kind == "question" and one.firm("rhetorical"):
                continue  # which `_doubtful` tells
            if not mark.firm or mark.kind not in table or siblings & answered:
                continue
            needless = one is right and _needs_none(one, mark, soft)
            if needless or not told.isdisjoint((mark.kind, mark.start)):
                continue
            told |= {mark.kind, mark.start}
            reason = "{words!r} in the {ours} makes it " + (KINDS[mark.kind]["name"] or mark.kind)
            untold = happened.isdisjoint(soft)
            untold |= mark.kind == "hypothetical" and not _OPEN.isdisjoint(there | soft)
            plain = (mark.kind in _LAX and untold) or mark.kind == "future"
            yield _told("force", plain, one, mark, reason + "; no word of the {theirs} does")


def _modality(code: str, left: Side, right: Side, around: set[str]) -> Iterator[Disagreement]:
    wanted = MODALITIES.get(code, frozenset())
    for side, kinds in ((left, left.kinds() | around), (right, right.kinds())):
        if wanted and not wanted & kinds:
            reason = f"modality is {code}, but no word of the {side.name} says so"
            yield Disagreement("modality", False, reason)
    first = min(right.main, len(_NEXT.split(right.text, maxsplit=1)[0]) - 1)
    free = (m for m in right.marks if m.firm and not right.denied(m.start))
    free = (m for m in free if m.start <= first and not right.at((m.start, m.end)))
    hedges = (mark for mark in free if code == "stated" and mark.kind in _HEDGES & left.kinds())
    for hedge in itertools.islice(hedges, 1):  # Of the main clause; not so "hard to predict".
        reason = f"modality is stated, but {right.words(hedge)!r} makes it {hedge.kind}"
        yield Disagreement("modality", False, reason, None, (hedge.start, hedge.end))


def _doubtful(left: Side, right: Side) -> Iterator[Disagreement]:
    """What words alone do not decide, and where the other side says the contrary of it."""
    for one, other in ((left, right), (right, left)):
        more = len(other.firm("not")) - len(one.firm("not"))
        soft = len(other.negations(firm=False)) - len(one.negations(firm=False))
        double = {mark.start for mark in one.marks if mark.kind == "double"}
        needed = {"rhetorical": "question", "ironic": "ironic", "double": "double"}
        for mark in one.marks:
            shown = needed.get(mark.kind, "")
            turns = mark.kind == "rhetorical" and mark.start not in double
            said = more == 1 if turns else more >= 2 and mark.kind == "double"
            if mark.firm and shown and shown not in other.kinds() and not said:
                contrary = more in ((0, 2) if turns else (1,)) and soft <= 0
                reason = "{words} in the {ours} is " + mark.kind
                reason += ", which the {theirs} does not show"
                undecided = mark.kind == "ironic" or not contrary
                yield _told("polarity", undecided, one, mark, reason)


def _read(text: str, tag: str) -> tuple[Mark, ...]:
    """The marks; "nor" denies where nothing before it does, and else goes with what does, as "or"
    may; what denies next to a negation (not insurmountable) may be a double one."""
    found, reach, last = list[Mark](), 0, -1
    for one in language(tag).marks(text):
        mark = replace(one, kind="lacks" if reach else "not") if one.kind == "nor" else one
        if mark.kind != one.kind and not one.firm and one.start >= reach:
            continue
        found.append(mark)
        if mark.kind == "not":
            if not mark.firm and 0 < last <= mark.start and not text[last : mark.start].strip():
                found.append(replace(mark, kind="double"))
            reach = max(reach, mark.scope[1]) if mark.firm else reach
            last = mark.end if mark.firm else -1
    return tuple(found)


def _outside(marks: tuple[Mark, ...], spans: Sequence[Span]) -> tuple[Mark, ...]:
    return tuple(m for m in marks if not any(s <= m.start and m.end <= e for s, e in spans))


@lru_cache(maxsize=4096)
def disagreements(
    original: str,
    sentence: str,
    modality: str = "",
    tag: str = "zh",
    context: str = "",
    names: tuple[tuple[Span, Span], ...] = (),
    inert: tuple[tuple[Span, ...], tuple[Span, ...]] = ((), ()),
) -> tuple[Disagreement, ...]:
    """What the original, in the language of the BCP 47 tag, and the English sentence do not share.

    ``context``: the words around the original, which may license what the sentence adds (呼籲 …).
    ``names``: where the two name the same, besides Latin words that both have.
    ``inert``: where each has a name whose words are no marks (高若岚, Theresa May).
    """
    if max(len(original), len(sentence)) > LONGEST:
        reason = f"more than {LONGEST:,} characters cannot be compared"
        return (Disagreement("length", True, reason),)
    left = Side("original", original, _outside(_read(original, tag), inert[0]), set(), set())
    right = Side("sentence", sentence, _outside(_read(sentence, "en"), inert[1]), set(), set())
    around = {mark.kind for mark in _read(context, tag)} - _NEAR
    found: list[Disagreement] = []
    ours, theirs = counterparts.named(original, tag), counterparts.named(sentence, "en")
    if left.opposites and right.opposites:
        latin = ([(m[0], m.span()) for m in _LATIN.finditer(t)] for t in (original, sentence))
        who = (counterparts.of_kind(words, "place", "name", "who") for words in (ours, theirs))
        found += directions(left, right, (*names, *in_both(*latin), *in_both(*who)))
    for number, (here, there) in enumerate(names, -len(names)):
        ours += [(number, here)] if here in inert[0] else []
        theirs += [(number, there)] if there in inert[1] else []
    for how, one, other in counterparts.displaced(left, right, tag, ours, theirs):
        reason = f"{original[slice(*one)]} {how} {sentence[slice(*other)]!r}"
        found.append(Disagreement("roles", False, reason, one, other))
    doubtful = [*_doubtful(left, right)]
    found += _polarity(left, right, bool(doubtful))
    found += _forces(left, right, around)
    named = [there for _, there in names]
    for start, end in additions(original, sentence, tag, context, named):
        if not right.denied(start):
            reason = f"{sentence[start:end]!r} in the sentence; no word of the original says so"
            found.append(Disagreement("addition", False, reason, None, (start, end)))
    found += _modality(modality, left, right, around)
    return (*found, *doubtful)
