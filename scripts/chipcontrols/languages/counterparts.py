"""What an original and a sentence both name, and whether it is another one or changes places.

Each row of ``counterparts.csv`` has words of one meaning in each language, and a kind: ``place``,
``name`` (of a firm or person), ``who`` (others who do something), ``thing`` and ``verb`` (what one
does to another).  Told are

- a place or name of the sentence instead of one of the original (Washington for 北京);
- two who in the sentence do to each other the other way round what one verb of both texts says, as
  each language tells who does it, active or passive (``doers``);
- two of one kind that have exchanged their clauses, while something of either clause stayed where
  it was (imports fell, exports rose; imports rose, exports fell);
- what one text rejects (與其…, …而非, "rather than", "not … but") and the other chooses, and the
  other way round: ``contrasts.csv`` has patterns with the parts ``no`` and ``yes``.

Out of scope: what no row has.
"""

import itertools
import re
from collections.abc import Iterator
from functools import cache

from chipcontrols.languages import language
from chipcontrols.languages.base import Lengths, Span, by_kind, compiled, lengths, rows, words_at
from chipcontrols.languages.directions import Side, in_both
from chipcontrols.languages.en import order as english
from chipcontrols.languages.folding import fold
from chipcontrols.languages.force import inflected

Named = list[tuple[int, Span]]
"""The numbers of the rows that a text names, those below 0 of others who act, and where."""
_ROWS, _CONTRASTS = rows(__file__, "counterparts"), by_kind(__file__, "contrasts", "language")
_CLAUSE = compiled(
    r"[，；：。]|[,;:.](?!\d)|而(?!且)|\b(?:and|but|while|whereas|though|although|because|after|before"
    r"|when|if|unless|until|so|since|yet|instead of|rather than|despite)\b"
)
"""What begins another clause."""
_WHO = ("place", "name", "who")


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

    >>> [_ROWS[number]["en"] for number, _ in named("国会的关税法案", "zh")]
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
    return [one for one in words if (_ROWS[one[0]]["kind"] if one[0] >= 0 else "who") in kinds]


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


def _exchanged(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """Two who do to each other the other way round what a verb says, or an end of a pair of
    opposites, that both have, whichever word of the original it stands for."""
    here, there = (of_kind(words, *_WHO) for words in (ours, theirs))
    said, told = (_known(side, of_kind(words, "verb"))
                  for side, words in ((left, ours), (right, theirs)))  # fmt: skip
    for rendered in sorted({span for _, span in told}):
        did, suffered = _by_name(there, english.doers(right.text, rendered, there))
        found, same = list[tuple[Span, Span]](), False
        for verb in [at for one, at in said if (one, rendered) in told and did]:
            does, suffers = _by_name(here, language(tag).doers(left.text, verb, here))
            doers = [does[one] for one in does.keys() - suffers if one in suffered.keys() - did]
            others = [did[one] for one in did.keys() - suffered if one in suffers.keys() - does]
            found += zip(doers[:1], others[:1], strict=False)
            same |= not does.keys().isdisjoint(did)
        if not same:
            yield from found[:1]


def _crossed(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[Span, Span]]:
    """Two of one kind, or of one pair of opposites, that have exchanged their clauses, while
    something of each has not."""
    named = ((of_kind(ours, *one), of_kind(theirs, *one)) for one in (_WHO, ["thing"], ["verb"]))
    ends = _known(left, []), _known(right, [])
    cells: dict[tuple[int, ...], dict[int, tuple[int, Span, Span]]] = {}
    for kind, shared in enumerate([*itertools.starmap(in_both, named), in_both(*ends)]):
        for one, other in shared:
            before = left.text[: one[0]], right.text[: other[0]]
            at = tuple(len(_CLAUSE.findall(text)) for text in before)
            cells.setdefault(at, {})[other[0]] = kind, one, other
    for (here, to), (after, there) in itertools.combinations(sorted(cells), 2):
        if here < after and to != there and {(here, there), (after, to)} <= cells.keys():
            (kind, one, _), *more = cells[here, to].values()
            (same, second, other), *others = cells[after, there].values()
            pairs = (left.opposites.get(span, {}).keys() for span in (one, second))
            if not more and not others and (kind == same < 2 or set.intersection(*map(set, pairs))):
                yield one, other


def _by_name(known: Named, found: tuple[set[Span], set[Span]]) -> list[dict[int, Span]]:
    """Who it is at some places, and at others."""
    return [{name: span for name, span in known if span in spans} for spans in found]


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


_FAULTS = {
    "is not named, but in its place": _replaced,
    "has in the original the place that in the sentence has": _exchanged,
    "is in the original in the clause that in the sentence has": _crossed,
    "is rejected in the one and chosen in the other:": _contrasted,
}


def displaced(
    left: Side, right: Side, tag: str, ours: Named, theirs: Named
) -> Iterator[tuple[str, Span, Span]]:
    """Yield what is another or in another place than in the original: how, and where on either
    side."""
    for how, told in _FAULTS.items():
        for one, other in told(left, right, tag, ours, theirs):
            yield how, one, other
