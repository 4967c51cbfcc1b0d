"""What an original and a sentence both name, and whether it is another one or changes places.

Each row of ``counterparts.csv`` has words of one meaning in each language, and a kind: ``place``,
``name`` (of a firm or person), ``who`` (others who do something) and ``thing``.  Told are

- a place or name of the sentence instead of one of the original (Washington for 北京);
- two who in the sentence do it to each other the other way round than in the original, where one
  clause of it names both, and both languages tell it by the order of words;
- what one text rejects (與其…, …而非, "rather than", "not … but") and the other chooses, and the
  other way round: ``contrasts.csv`` has patterns with the parts ``no`` and ``yes``;
- what one text denies while the sentence denies something of a clause that denies nothing.

Out of scope: what no row has, and whom a text names several times.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations

from chipcontrols.languages import language
from chipcontrols.languages.base import Lengths, Span, by_kind, compiled, lengths, rows, words_at
from chipcontrols.languages.directions import CONVERSE, Side, in_both
from chipcontrols.languages.en import order as english
from chipcontrols.languages.en.words import FUNCTION_WORDS
from chipcontrols.languages.folding import fold
from chipcontrols.languages.force import inflected

Named = list[tuple[int, Span]]
"""The numbers of the rows that a text names, and where."""
_ROWS, _CONTRASTS = rows(__file__, "counterparts"), by_kind(__file__, "contrasts", "language")
_LED = compiled(
    r"\b(?:from|by|with|under|despite|against|over|and|or|as|between|like|among|for|without|after"
    r"|before|amid|at|when|while|if|because|since|though|although|until|unless|of|to|following) "
    r"(?:[\w']+ ){0,3}$"
)
"""What leads to a name that does it, or has no part in it, though it stands behind."""
_WHERE = compiled(r"\b(?:in|at|on|about|near|outside|inside|within) (?:the )?$")
_OWNS = compiled("'s? |-| [A-Z]")
_MOVED = compiled(r"It (?:is|was) |[A-Z][a-z]+ing .*, |.*\bthan\b")
"""A sentence that begins with whom it is done to, or with what is done besides, or compares."""
_SAYS = (
    r"\b(?:sa(?:id|ys?)|warn|argue|stress|explain|added|told|announce|show|believe|predict|claim|found"
    r"|rule[ds]|h[eo]ld|wr[io]te|insist)"
)
_SPEAKS = compiled(rf"(?:'s)?[\w ,]{{0,30}}{_SAYS}")
_SPOKEN = compiled(rf"(?:{_SAYS}\w*|ccording to) (?:\w+ ){{0,4}}$")


@cache
def _words(tag: str) -> tuple[dict[str, list[int]], Lengths, re.Pattern[str]]:
    """The rows of each word of a language, the words' lengths, and a pattern of how they begin."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(_ROWS):
        for word in row[tag].split("|"):
            forms = [fold(word)]
            if tag == "en" and word.islower():
                forms = [form for one in inflected(word) for form in (one, one.capitalize())]
            for form in forms:
                found.setdefault(form, []).append(number)
    first = f"[{''.join(sorted({word[0] for word in found}))}]"
    return found, lengths(found), re.compile(rf"(?<![\w-]){first}" if tag == "en" else first)


def named(text: str, tag: str) -> Named:
    """What rows a text names, and where.

    >>> [_ROWS[number]["en"] for number, _ in named("国会通过关税法案", "zh")]
    ['Congress', 'parliament|Parliament', 'duty|duties|tariff', 'bill|legislation']
    """
    (words, sizes, begins), found, end = _words(tag), list[tuple[int, Span]](), 0
    text, goes_on = (text, r"\w") if tag == "en" else (fold(text), "(?!)")
    for start in (match.start() for match in begins.finditer(text)):
        known = words_at(text, start, words, sizes)
        whole = (one for one in known if not compiled(goes_on).match(text, start + len(one)))
        if start >= end and (word := next(whole, "")):
            end = start + len(word)
            found += ((number, (start, end)) for number in words[word])
    return found


def of_kind(words: Named, *kinds: str) -> Named:
    """Those of some kinds."""
    return [(number, span) for number, span in words if _ROWS[number]["kind"] in kinds]


def _replaced(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """Places and names of the sentence instead of others; a single letter (中) may stand for one,
    but be a part of another word, too."""
    said, rendered = ({number for number, _ in found} for found in (ours, theirs))
    for kind in ("place", "name"):
        missing = [span for number, span in of_kind(ours, kind)
                   if span[1] - span[0] > 1 and number not in rendered]  # fmt: skip
        added = [span for number, span in of_kind(theirs, kind)
                 if number not in said and right.text[slice(*span)] not in left.text]  # fmt: skip
        yield from zip(missing[:1], added, strict=False)


def _acts(sentence: str, span: Span) -> bool:
    """Whether a place is not where something is (in the US), nor whose (US officials)."""
    found = re.match(r" ([a-z]+)\b", sentence[span[1] :])
    noun = found[1] not in FUNCTION_WORDS if found else _OWNS.match(sentence, span[1])
    return not noun and not _WHERE.search(sentence, 0, span[0])


def _exchanged(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """Two who do it to each other the other way round; who says it may come last, who follows a
    preposition may be the one who does it, and of several in a row the last does it."""
    who = of_kind(ours, "place", "name", "who")
    starts = {span[0] for _, span in who}
    here = {number: (start, end) for number, (start, end) in reversed(who)
            if starts.isdisjoint((end, end + left.text.startswith("的", end)))}  # fmt: skip
    there = {number: span for number, span in reversed(theirs) if number in here}
    places = {number for number, _ in of_kind(theirs, "place")}
    free = [number for number, (start, end) in there.items()
            if not _MOVED.match(right.text)
            and not _LED.search(right.text, 0, start)
            and not _SPOKEN.search(right.text, 0, start)
            and not _SPEAKS.match(right.text, end)
            and (number not in places or _acts(right.text, (start, end)))]  # fmt: skip
    said = {end for ends in left.opposites.values() for end in ends.items()}
    told = (end for ends in right.opposites.values() for end in ends.items())
    if any((kind, -pole) in said for kind, pole in told if kind in CONVERSE):
        return  # A leads B, B trails A
    clauses, named_here = language(tag).clauses(left.text), [span for _, span in who]
    for one, other in combinations(free, 2):
        spans = here[one], here[other]
        if any(start <= min(spans)[0] and max(spans)[0] < end for start, end in clauses):
            first = language(tag).order(left.text, [spans[0]], [spans[1]], named_here)
            if first * english.order(right.text, [there[one]], [there[other]], ()) < 0:
                yield here[one], there[other]


def _known(side: Side, words: Named) -> list[tuple[object, Span]]:
    """What a text names, and the ends of its pairs of opposites."""
    ends = ((end, span) for span, ends in side.opposites.items() for end in ends.items())
    return [*words, *ends]


def _chosen(side: Side, tag: str, words: Named) -> Iterator[tuple[dict[object, Span], ...]]:
    """What only the part that is rejected has, and what only the part that is chosen."""
    text = side.text if tag == "en" else fold(side.text).replace(",", "，").replace(";", "；")
    for row in _CONTRASTS[tag]:
        if match := compiled(row["pattern"], re.IGNORECASE).search(text):
            parts = match.span("no"), match.span("yes")
            no, yes = ({what: s for what, s in _known(side, words) if start <= s[0] and s[1] <= end}
                       for start, end in parts)  # fmt: skip
            yield ({what: span for what, span in no.items() if what not in yes},
                   {what: span for what, span in yes.items() if what not in no})  # fmt: skip


def _contrasted(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """What one rejects and the other chooses, where each part of the one is in the other's."""
    for no, yes in _chosen(left, tag, ours):
        for never, rather in _chosen(right, "en", theirs):
            wrong = [what for what in no if what in rather]
            if wrong and not yes.keys().isdisjoint(never) and no.keys().isdisjoint(never):
                yield no[wrong[0]], rather[wrong[0]]


def _misplaced(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """What is denied, and the sentence affirms it, but denies what another clause affirms; not of
    conditions, which may be denied for what they lead to."""
    if "hypothetical" in left.kinds() | right.kinds():
        return
    shared = in_both(_known(left, ours), _known(right, theirs))
    clauses = language(tag).clauses(left.text)
    denying = [(s, e) for s, e in clauses if any(s <= m.start < e for m in left.firm("not"))]
    moved = [(one, other) for one, other in shared if left.denied(one[0]) != right.denied(other[0])]
    affirmed = [one for one in moved if left.denied(one[0][0])]
    elsewhere = [one for one in moved if not any(s <= one[0][0] < e for s, e in denying)]
    kept = any(left.denied(one[0]) and right.denied(other[0]) for one, other in shared)
    if affirmed and elsewhere and not kept:
        yield affirmed[0]


_FAULTS = {
    "is not named, but in its place": _replaced,
    "has in the original the place that in the sentence has": _exchanged,
    "is rejected in the one and chosen in the other:": _contrasted,
    "is denied, but in the sentence something else, not": _misplaced,
}


def displaced(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[str, Span, Span]]:
    """Yield what is another or in another place than in the original: how, and where on either
    side."""
    for how, told in _FAULTS.items():
        for one, other in told(left, right, tag, ours, theirs):
            yield how, one, other
