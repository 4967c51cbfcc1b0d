"""Whether a sentence says what its original says: polarity, force and direction.

``disagreements`` compares the marks (``languages.force``) of an original clause and of a sentence
that renders it, and a code of modality with both.  What it finds says what it is about, where the
words stand on either side, and why; ``undecided`` where words alone do not decide it, so that a
person must look.  Nothing found means that the marks agree, not that the sentence is true.

Direction.  A word of a pair of opposites (rise and fall) on one side looks for a word of the same
    pair on the other: first for the same end, the nearest in the order of the text first.  Where
    only the opposite end is left, a negation that reaches one of the two explains it (不落後 is
    "keeps up", 不低於 "at least"), and is then spoken for; without one, the two disagree.  Pairs
    that say only a part of a word (``_VAGUE``) come last.  But for the most frequent (``_OFTEN``)
    the sentence may have no end of a pair of which the original has only the other.  Words of two
    pairs of one family (增產, weaker) disagree where each side has one end of the family alone.
    Two names that change places turn a word that compares or trades: A leads B, B trails A.
Polarity.  Each firm negation wants a negation on the other side that is not spoken for: a firm
    one, else a word that may stand for one (cease, unlike, 不同).  A prohibition, which is such a
    word of the original (禁止, 叫停), wants a negation or a word of permission.
Force.  Each kind of firm mark (possible, forecast, hypothetical …) wants a mark that may render
    it (``ANSWERS``), of the original a firm one or one of its own kind; what the sentence adds
    (already, clearly, long ago …) wants one that licenses it (``LICENCES``).  Words of ``context``,
    around the original, may answer for it, too.  Doubts in a subordinate clause want none.
Modality.  ``forecast``, ``planned``, ``possible``, ``proposed``, ``hypothetical`` and ``denied``
    want a mark of their kind in the original, or its context, and in the sentence; ``stated``
    wants none in the main clause of the sentence of a kind that the original has.
Undecided: texts of more than ``LONGEST`` characters; a negated negation that only one side has,
    unless the other has negations enough; a rhetorical question that is rendered as a statement, a
    word such as 所謂 or "so-called" on one side only, two negations of one clause too many, two
    opposites of two clauses in another order, a 將 that may be an object marker, and "will" or "if"
    where the original has no mark of it, nor says that it happened.

What "rather than" or 而非 introduces is not so and has no part in Direction.  Out of scope: who
says it to whom, quantities and names, words that stand in no list, negations that change places.

    >>> [d.reason for d in disagreements("中國並不落後", "China is behind")]
    ['並不 in the original denies something; no word of the sentence does']
    >>> disagreements("中國並不落後", "China keeps up")
    ()
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from chipcontrols.languages import language
from chipcontrols.languages.base import Mark, Span, rows

_KINDS = {row["kind"]: row for row in rows(__file__, "kinds")}
ANSWERS = {kind: {*row["answers"].split()} for kind, row in _KINDS.items() if row["answers"]}
"""For each kind of the original the kinds that may render it."""
LICENCES = {kind: {*row["licences"].split()} for kind, row in _KINDS.items() if row["licences"]}
"""For each kind of the sentence the kinds of the original that it may render."""
LONGEST = 4_000
"""The most characters of a text that is compared: each word is, with each other."""
HELD = {"not": "denied", "hypothetical": "hypothetical", "proposed": "proposed"}
"""The modality of what is reported under a word of a kind: 並不認為, 否認, 如果他說, 呼籲."""


def _with(trait: str) -> frozenset[str]:
    return frozenset(kind for kind, row in _KINDS.items() if trait in row["traits"].split())


_MODALITIES = "forecast planned possible proposed hypothetical denied".split()
MODALITIES = {code: _with(code) for code in _MODALITIES}
"""For each code of modality the kinds of which one must be there."""
_HEDGES, _DOUBTS = _with("hedge"), _with("doubt")
_NEAR = _with("near")
"""Kinds that no words around license."""
_VAGUE, _OFTEN = _with("vague"), _with("often")
"""Pairs that a word belongs to besides another, or has besides for something else."""
_CONVERSE = _with("converse")
"""Pairs whose ends say the same of two that change places: A leads B, B trails A."""
_FAMILIES = _with("more"), _with("going")
"""Pairs that say much the same: that something is more, or that it goes ahead."""
_WANTED = _with("wanted")
"""Pairs of which a word that denies wants an answer: else what is forbidden would be done."""
_LATIN = re.compile("[A-Za-z][A-Za-z0-9]*")
_APART = re.compile("[，,;；：:。]|而|但|\\b(?:and|but|while|whereas)\\b")
_TURNS = re.compile("[^，。；,;]*[转轉变變改到至升降][为為成至到作]?")
_FROM_TO = re.compile(r"\bfrom ([^,;]{1,40}?) (?:in)?to ([^,;]{1,40})")
_OBJECT = re.compile(
    r" (?:(?!(?:to|at|by|in|on|for|from|but|and|or|as|than|with) )[a-zA-Z'-]+ ){0,3}"
)
"""What may part a verb from what it is done to."""
_FLIPS = re.compile(
    r"\b(?:though|although|while|as|because|when|despite|since|after|before|amid|citing)\b", re.I
)
"""Words that lead a clause which English may put elsewhere than Chinese."""
_SUBORDINATE = re.compile(
    r"\b(?:that|whether|if|unless|who|which|because|when|how|what|where)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What an original and a sentence do not say alike, and the words that tell it."""

    about: str  # direction, polarity, force, modality or length
    undecided: bool
    reason: str
    original: Span | None = None
    sentence: Span | None = None


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


@dataclass(frozen=True)
class _Side:
    """A text, its marks, and which of its negations are spoken for."""

    name: str
    text: str
    marks: tuple[Mark, ...]
    spoken: set[Mark]

    def words(self, mark: Mark) -> str:
        return self.text[mark.start : mark.end].strip()

    def firm(self, kind: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.kind == kind and mark.firm]

    def kinds(self) -> set[str]:
        return {mark.kind for mark in self.marks}

    def subordinate(self, mark: Mark) -> bool:
        """Whether a mark stands after a word that begins a subordinate clause in English."""
        found = _SUBORDINATE.search(self.text)
        return found is not None and found.end() < mark.start

    def denied(self, mark: Mark) -> bool:
        nots = (other.scope for other in self.marks if other.kind == "not" and other.firm)
        return any(start <= mark.start < end for start, end in nots)

    def place(self, span: Span) -> float:
        return span[0] / max(len(self.text), 1)

    @cached_property
    def opposites(self) -> dict[Span, dict[str, int]]:
        """The words of pairs of opposites: the pairs of each and the end that it is."""
        found: dict[Span, dict[str, int]] = {}
        left_out = [mark.scope for mark in self.marks if mark.kind == "instead"]
        for mark in self.marks:
            if mark.pole and not any(s <= mark.start < e for s, e in left_out):
                ends = found.setdefault((mark.start, mark.end), {})
                ends[mark.kind] = mark.pole
        return found

    def negations(self, firm: bool) -> list[Mark]:
        """Those not spoken for."""
        nots = (mark for mark in self.marks if mark.kind == "not" and mark.firm == firm)
        return [mark for mark in nots if mark not in self.spoken]

    def at(self, span: Span) -> list[Mark]:
        """The negation that a word itself is."""
        nots = (mark for mark in self.marks if mark.kind == "not")
        return [mark for mark in nots if (mark.start, mark.end) == span]

    def reaching(self, span: Span) -> Mark | None:
        """The nearest negation, not spoken for, whose scope holds a word."""
        free = self.negations(firm=True)
        near = [mark for mark in free if mark.scope[0] <= span[0] and span[1] <= mark.scope[1]]
        return min(near, key=lambda mark: abs(mark.start - span[0]), default=None)


def _pairs(
    left: _Side, right: _Side, ones: Iterable[Span], others: Iterable[Span], same: bool, vague: bool
) -> Iterator[tuple[Span, Span]]:
    """Words that share a pair of opposites, each once, those at like places first."""
    of_left, of_right = left.opposites, right.opposites
    found = []
    for one in ones:
        for other in others:
            shared = of_left[one].keys() & of_right[other].keys() - (() if vague else _VAGUE)
            alike = any(of_left[one][kind] == of_right[other][kind] for kind in shared)
            if shared and alike == same:
                apart = abs(left.place(one) - right.place(other))
                found.append((-len(shared), apart, one, other))
    taken: set[tuple[int, Span]] = set()
    for *_, one, other in sorted(found):
        if taken.isdisjoint(((0, one), (1, other))):
            taken |= {(0, one), (1, other)}
            yield one, other


def _exchanged(left: _Side, right: _Side, alike: list[tuple[Span, Span]]) -> Iterator[Disagreement]:
    """Two opposites that stand in another order: whether they also changed places is open."""
    ends: dict[str, list[tuple[Span, Span, int]]] = {}
    for one, other in sorted(alike):
        for kind, pole in left.opposites[one].items():
            if right.opposites[other].get(kind) == pole:
                ends.setdefault(kind, []).append((one, other, pole))
    if "hypothetical" in {mark.kind for side in (left, right) for mark in side.marks if mark.firm}:
        return
    ends.pop("disclose", None)  # Who says it may come last.
    for kind, found in ends.items():
        if len(found) == 2 and found[0][2] != found[1][2] and found[0][1] > found[1][1]:
            (first, third, _), (second, fourth, _) = found
            between = left.text[first[1] : second[0]], right.text[fourth[1] : third[0]]
            if not all(map(_APART.search, between)) or _FLIPS.search(right.text[: third[1]]):
                continue  # One belongs to the other: to lift a restriction; or clauses moved.
            reason = f"two opposites ({kind}) stand in another order"
            yield Disagreement("direction", True, reason, found[0][0], found[1][1])


def _reversed(left: _Side, right: _Side, alike: list[tuple[Span, Span]]) -> Iterator[Disagreement]:
    """From one to another, where the original turns the other into the one."""
    for match in _FROM_TO.finditer(right.text):
        ends = [[one for one, other in alike if match.start(n) <= other[0] < match.end(n)]
                for n in (1, 2)]  # fmt: skip
        for first, last in itertools.product(*ends):
            if last < first and _TURNS.fullmatch(left.text[last[1] : first[0]]):
                reason = f"{match[0]!r}, but the original has it the other way round"
                yield Disagreement("direction", False, reason, last, match.span())


def in_both(
    one: Iterable[tuple[str, Span]], other: Iterable[tuple[str, Span]]
) -> tuple[tuple[Span, Span], ...]:
    """Where the same is named on either side, when each names it once."""
    sides = [[*one], [*other]]
    counts = [Counter(name for name, _ in found) for found in sides]
    once = [
        {name: span for name, span in found if count[name] == 1}
        for found, count in zip(sides, counts, strict=True)
    ]
    return tuple((once[0][name], once[1][name]) for name in sorted(once[0].keys() & once[1]))


def _turned(names: Iterable[tuple[Span, Span]], around: tuple[Span, Span] | None = None) -> bool:
    """Whether two names stand in another order on the other side; ``around`` a word on each."""
    ordered = sorted(names)
    return any(
        there > later
        and (around is None or (here < around[0] < after and later < around[1] < there))
        for at, (here, there) in enumerate(ordered)
        for after, later in ordered[at + 1 :]
    )


def _directions(
    left: _Side, right: _Side, names: tuple[tuple[Span, Span], ...]
) -> Iterator[Disagreement]:
    ones, others = set(left.opposites), set(right.opposites)
    rendered: dict[Span, Span] = {}
    for vague in (False, True):
        alike = list(_pairs(left, right, ones, others, True, vague))
        rendered |= alike
        yield from _exchanged(left, right, alike)
        yield from _reversed(left, right, alike)
        ones -= {one for one, _ in alike}
        others -= {other for _, other in alike}
        for one, other in alike:
            left.spoken.update(left.at(one))
            right.spoken.update(right.at(other))
            converse = _CONVERSE & left.opposites[one].keys() & right.opposites[other].keys()
            if converse - {"deal"} and _turned(names, (one, other)):
                reason = f"{left.text[slice(*one)]} in the original, but who does it to whom is"
                reason += " exchanged in the sentence"
                yield Disagreement("direction", False, reason, one, other)
        unlike = list(_pairs(left, right, ones, others, False, vague))
        ones -= {one for one, _ in unlike}
        others -= {other for _, other in unlike}
        for one, other in unlike:
            yield from _opposed(left, right, one, other, names)
    yield from _akin(left, right, ones, others)
    known = left.opposites
    for other in sorted(span for span in others if not right.reaching(span)):
        for kind in right.opposites[other].keys() - _OFTEN:
            like = [one for one in sorted(known) if kind in known[one]]
            held = (right.text[rendered[one][1] : other[0]] for one in like if one in rendered)
            if any(map(_OBJECT.fullmatch, held)):
                break  # relax restrictions, for 鬆綁
            if like and all(known[one][kind] != right.opposites[other][kind] for one in like):
                yield _opposite(left, right, like[0], other)
                break


def _ends(side: _Side, family: frozenset[str]) -> dict[Span, int]:
    """The words of pairs of a family that are one end of them."""
    told = {span: {ends[kind] for kind in ends.keys() & family}
            for span, ends in side.opposites.items()}  # fmt: skip
    return {span: min(ends) for span, ends in sorted(told.items()) if len(ends) == 1}


def _akin(left: _Side, right: _Side, ones: set[Span], others: set[Span]) -> Iterator[Disagreement]:
    """Words of two pairs of one family (增產, weaker), where each side has one end of it alone."""
    for family in _FAMILIES:
        said, rendered = _ends(left, family), _ends(right, family)
        here = [one for one in said if one in ones and not left.reaching(one)]
        there = [other for other in rendered if other in others and not right.reaching(other)]
        if here and there and len({*said.values(), *(-end for end in rendered.values())}) == 1:
            yield _opposite(left, right, here[0], there[0])


def _opposite(left: _Side, right: _Side, one: Span, other: Span) -> Disagreement:
    said, rendered = left.text[slice(*one)], right.text[slice(*other)]
    reason = f"{said.strip()} in the original, but its opposite {rendered.strip()!r}"
    return Disagreement("direction", False, f"{reason} in the sentence", one, other)


def _opposed(
    left: _Side, right: _Side, one: Span, other: Span, names: tuple[tuple[Span, Span], ...]
) -> Iterator[Disagreement]:
    """Opposites disagree, unless who does it to whom is turned or one negation makes them alike."""
    left.spoken.update(left.at(one))
    right.spoken.update(right.at(other))
    shared = left.opposites[one].keys() & right.opposites[other].keys()
    more = len(left.negations(firm=True)) - len(right.negations(firm=True))
    denied, denies = left.reaching(one), right.reaching(other)
    around = None if "deal" in shared else (one, other)
    if shared & _CONVERSE and _turned(names, around):
        pass
    elif denied and not denies and more >= 0:
        left.spoken.add(denied)
    elif denies and not denied and more <= 0:
        right.spoken.add(denies)
    else:
        yield _opposite(left, right, one, other)


def _told(about: str, undecided: bool, side: _Side, mark: Mark, reason: str) -> Disagreement:
    """What a mark of one side tells that the other does not."""
    spans = {side.name: (mark.start, mark.end)}
    other = "sentence" if side.name == "original" else "original"
    reason = reason.format(words=side.words(mark), ours=side.name, theirs=other)
    return Disagreement(about, undecided, reason, spans.get("original"), spans.get("sentence"))


def _polarity(left: _Side, right: _Side, undecided: bool) -> Iterator[Disagreement]:
    for one, other in ((left, right), (right, left)):
        may = len(other.negations(firm=False)) - len(one.negations(firm=False))
        may += sum(mark.kind == "lacks" for mark in other.marks)
        answers = len(other.negations(firm=True)) + max(may, 0) + 2 * len(other.firm("double"))
        missing = one.negations(firm=True)[answers:]
        nested = len(missing) == 2 and missing[0].scope[0] <= missing[1].start < missing[0].scope[1]
        reason = "{words} in the {ours} denies something; no word of the {theirs} does"
        yield from (_told("polarity", undecided or nested, one, mark, reason) for mark in missing)
    denying = {mark.start for mark in left.negations(firm=False)}
    for mark in left.marks:
        answered = {mark.kind, "not"} & {each.kind for each in right.marks}
        if mark.kind in _WANTED and mark.firm and mark.start in denying and not answered:
            reason = "{words} in the {ours} forbids something; no word of the {theirs} does"
            yield _told("polarity", undecided, left, mark, reason)


def _needs_none(right: _Side, mark: Mark, soft: set[str]) -> bool:
    """Whether nothing need license a mark: there are doubts that, he says that it will, no sign
    that it will."""
    if mark.kind == "forecast" and right.denied(mark):
        return True
    kinds = _DOUBTS if "done" in soft else {*_DOUBTS, "forecast"}
    return mark.kind in kinds and right.subordinate(mark)


def _forces(left: _Side, right: _Side, around: set[str]) -> Iterator[Disagreement]:
    for one, other, more, table in (
        (left, right, set(), ANSWERS),
        (right, left, around, LICENCES),
    ):
        soft = {mark.kind for mark in other.marks if not mark.firm}
        there = {mark.kind for mark in other.marks if mark.firm} | more
        own = {"future": {"future", "forecast"}}
        if "perfect" in soft:  # What has happened by next year is no forecast.
            own |= {"future": {"future"}, "forecast": {"would"}}
        answered = set()
        for kind, answers in table.items():
            may = soft & own.get(kind, {kind}) if one is left else soft
            answered |= {kind} if (there | may) & answers else set()
        told: set[str | int] = set()
        for mark in one.marks:
            siblings = {m.kind for m in one.marks if m.firm and m.start == mark.start}
            if not mark.firm or mark.kind not in table or siblings & answered:
                continue
            needless = one is right and _needs_none(one, mark, soft)
            if needless or not told.isdisjoint((mark.kind, mark.start)):
                continue
            told |= {mark.kind, mark.start}
            reason = "{words!r} in the {ours} makes it " + (_KINDS[mark.kind]["name"] or mark.kind)
            lax = mark.kind in ("forecast", "hypothetical")
            plain = (one is right and lax and "done" not in soft) or mark.kind == "future"
            plain |= mark.kind == "question" and bool(one.firm("rhetorical"))
            yield _told("force", plain, one, mark, reason + "; no word of the {theirs} does")


def _modality(code: str, left: _Side, right: _Side, around: set[str]) -> Iterator[Disagreement]:
    wanted = MODALITIES.get(code, frozenset())
    for side, kinds in ((left, left.kinds() | around), (right, right.kinds())):
        if wanted and not wanted & kinds:
            reason = f"modality is {code}, but no word of the {side.name} says so"
            yield Disagreement("modality", False, reason)
    free = (m for m in right.marks if m.firm and not right.denied(m) and not right.subordinate(m))
    hedges = (mark for mark in free if code == "stated" and mark.kind in _HEDGES & left.kinds())
    for hedge in itertools.islice(hedges, 1):  # Of the main clause; not so "hard to predict".
        reason = f"modality is stated, but {right.words(hedge)!r} makes it {hedge.kind}"
        yield Disagreement("modality", False, reason, None, (hedge.start, hedge.end))


def _doubtful(left: _Side, right: _Side) -> Iterator[Disagreement]:
    """What words alone do not decide."""
    for one, other in ((left, right), (right, left)):
        enough = len(other.firm("not")) >= 2 + len(one.firm("not"))
        double = "" if enough else "double"
        needed = {"rhetorical": "question", "ironic": "ironic", "double": double}
        for mark in one.marks:
            shown = needed.get(mark.kind, "")
            if mark.firm and shown and shown not in other.kinds():
                reason = "{words} in the {ours} is " + mark.kind
                reason += ", which the {theirs} does not show"
                yield _told("polarity", True, one, mark, reason)


def _read(text: str, tag: str) -> tuple[Mark, ...]:
    """The marks; "nor" denies where nothing before it does, and else goes with what does; what
    denies next to a negation (not insurmountable) may be a double one."""
    found, denied, last = list[Mark](), False, -1
    for one in language(tag).marks(text):
        mark = replace(one, kind="not", firm=not denied) if one.kind == "nor" else one
        found.append(mark)
        if mark.kind == "not":
            if not mark.firm and not text[last : mark.start].strip() and 0 < last < mark.start + 1:
                found.append(replace(mark, kind="double"))
            denied |= mark.firm
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
    left = _Side("original", original, _outside(_read(original, tag), inert[0]), set())
    right = _Side("sentence", sentence, _outside(_read(sentence, "en"), inert[1]), set())
    around = {mark.kind for mark in _read(context, tag)} - _NEAR
    found: list[Disagreement] = []
    if left.opposites and right.opposites:
        latin = ([(m[0], m.span()) for m in _LATIN.finditer(t)] for t in (original, sentence))
        found += _directions(left, right, (*names, *in_both(*latin)))
    doubtful = [*_doubtful(left, right)]
    found += _polarity(left, right, bool(doubtful))
    found += _forces(left, right, around)
    found += _modality(modality, left, right, around)
    return (*found, *doubtful)
