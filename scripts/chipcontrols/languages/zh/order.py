"""Who does it, by the order of the words of Chinese.

In a clause who comes first does it, and whoever follows a verb has it done to him.  The words of
order.csv change that; … is the place of a name:

- ``agent`` (被, 由, 为…所): the next one does it, whoever came before has it done to him;
- ``other`` (对…, 向…, 针对): the next one has it done to him, or only stands by;
- ``verb``, and ``predicate`` (…已, 不得), which leads to one; ``speech`` (表示) begins anew;
- ``of`` (的): after a verb without a subject it leads to the one who does it (制裁华为的美国).

A clause that names both decides; where none does, the part that each has in his own.  Two names
with none of these words between them are one phrase, which tells nothing (輝達執行長黃仁勳).
Out of scope: pronouns, and verbs that the list does not have.
"""

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator
from functools import cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Span
from chipcontrols.languages.folding import fold

_AGENT, _SUBJECT, _OBJECT, _OTHER, _PATIENT = range(5)
"""The parts that somebody may have, the one who does it first."""
_NAME = "\0"
_NEAR = 12
"""How far after 的 the name is that it leads to."""
_NAMED = re.compile(f"{_NAME}+")
_END = re.compile("[，。…—!?;:\n]")
Part = tuple[int, int, int]
"""The part that somebody has, the number of listed words before him, and his offset."""


@cache
def _words() -> tuple[re.Pattern[str], dict[str, list[base.Row]]]:
    """A pattern of where a word may begin; the words by first character, the longest first."""
    words: dict[str, list[base.Row]] = {}
    for row in sorted(base.rows(__file__, "order"), key=lambda row: -len(row["word"])):
        words.setdefault(row["word"].strip("…")[0], []).append(row)
    return re.compile(f"[{''.join(sorted(words))}]"), words


def _words_in(masked: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Where words stand in a clause, and their roles."""
    begins, words = _words()
    while begin := begins.search(masked, start, end):
        at, start = begin.span()
        for row in words[begin[0]]:
            if stop := _stop(row, masked, at, end):
                yield at, stop, row["role"]
                start = stop
                break


def _stop(row: base.Row, masked: str, at: int, end: int) -> int:
    """Where a word ends that begins at an offset of a clause; 0 where it does not begin there."""
    word, named, last = row["word"].partition("…")
    stop = at + len(word or last)
    if not masked.startswith(word or last, at, end):
        return 0
    before, after = masked[at - 1 : at], masked[stop : min(stop + 1, end)]
    if not word:
        return stop if before == _NAME else 0
    apart = {*before}.isdisjoint(row["not_after"]) and {*after}.isdisjoint(row["not_before"])
    name = _NAMED.match(masked, stop, end) if named else None
    found = name and masked.startswith(last, name.end(), end) if named else True
    return stop if apart and found else 0


def parts(text: str, named: Iterable[Span]) -> dict[Span, tuple[int, Part]]:
    """The clause and the part of each of the names in a text, which are in order."""
    spans = sorted(set(named))
    masked = base.masked(fold(text), spans)
    ends = [match.end() for match in _END.finditer(masked)]
    starts, ends = [0, *ends], [*ends, len(text)]
    numbered = itertools.groupby(spans, lambda span: bisect.bisect_right(starts, span[0]) - 1)
    return {
        span: (number, part)
        for number, names in numbered
        for span, part in _clause(masked, starts[number], ends[number], names)
    }


def _clause(
    masked: str, start: int, end: int, names: Iterable[Span]
) -> Iterator[tuple[Span, Part]]:
    """The parts of the names of a clause."""
    state, told, subject, acts, of, agent = _SUBJECT, 0, False, False, -_NEAR - 1, -1
    passive = -1
    items = _words_in(masked, start, end)
    found: list[tuple[Span, Part]] = []
    for first, last, role in sorted([*items, *((*span, "") for span in names)]):
        if not role:
            if first - of <= _NEAR:
                state, told = _SUBJECT, told + 1
            found.append(((first, last), (state, told, first)))
            subject |= state == _SUBJECT
            passive = agent if state == _AGENT else passive
            of = -_NEAR - 1
            continue
        if role == "of":
            of = last if found and acts and not subject and state != _SUBJECT else -_NEAR - 1
            continue
        told, of = told + 1, -_NEAR - 1
        if role == "agent":
            state, agent = _AGENT, first
        elif role == "other":
            state = _OTHER
        elif role == "speech":
            state, subject, acts = _SUBJECT, False, False
        elif role == "verb" or subject or state != _SUBJECT:
            state, acts = _OBJECT, True
    for span, (part, count, at) in found:
        suffers = part == _SUBJECT and at < passive
        yield span, (_PATIENT if suffers else part, count, at)


def order(text: str, doers: Iterable[Span], others: Iterable[Span], named: Iterable[Span]) -> int:
    """1 where the words have the doers do it, -1 where the others, 0 where they do not tell."""
    both = [set(doers), set(others)]
    placed = parts(text, {*named, *both[0], *both[1]})
    first: tuple[dict[int, Part], dict[int, Part]] = ({}, {})
    for mine, spans in zip(first, both, strict=True):
        for number, part in (placed[span] for span in spans):
            mine[number] = min(mine.get(number, part), part)
    ours, theirs = first
    if shared := ours.keys() & theirs.keys():
        told = {_compared(ours[number], theirs[number]) for number in shared} - {0}
        return told.pop() if len(told) == 1 else 0
    if not ours or not theirs:
        return 0
    ranks = min(ours.values())[0], min(theirs.values())[0]
    if min(ranks) <= _SUBJECT < max(ranks):
        return 1 if ranks[0] < ranks[1] else -1
    return 0


def _compared(ours: Part, theirs: Part) -> int:
    """Which of two parts in one clause is that of the one who does it."""
    if ours[0] != theirs[0]:
        return 1 if ours[0] < theirs[0] else -1
    if ours[1] == theirs[1] or ours[0] >= _OTHER:
        return 0
    return 1 if ours[2] < theirs[2] else -1


def doers(text: str, verb: Span, named: Iterable[tuple[int, Span]]) -> tuple[set[Span], set[Span]]:
    """Of those named: who does what a verb says, and who has it done to him or only stands by.

    >>> doers("法院被公司起诉", (5, 7), [(1, (0, 2)), (2, (3, 5))])
    ({(3, 5)}, {(0, 2)})
    """
    spans = sorted({span for _, span in named})
    masked = base.masked(fold(text), spans)
    start = max((m.end() for m in _END.finditer(masked, 0, verb[0])), default=0)
    words = [*_words_in(masked, 0, verb[0])]
    led = {span for span in spans if any(r == "other" and e == span[0] for _, e, r in words)}
    before = {span for span in spans if start <= span[0] and span[1] <= verb[0]}
    agent = max((at for at, _, role in words if role == "agent" and at >= start), default=-1)
    if agent >= 0:
        return {s for s in before - led if s[0] > agent}, {s for s in before - led if s[0] < agent}
    earlier = {span for span in spans if span[1] <= start} - led
    does = before - led or (earlier if len(earlier) == 1 else set())
    return does, {s for s in spans if s[0] >= verb[1]} | (before & led)
