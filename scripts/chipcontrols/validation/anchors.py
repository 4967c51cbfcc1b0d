"""Documents as they are read: lines, their reading text, and where an excerpt is found.

Lines are counted from 1.  The *reading text* of a line is the line without what its language calls
glosses (in Chinese the pinyin after a character): ``經(jīng)濟(jì)`` reads ``經濟``.  Every
character of the reading text keeps its offset in the raw line, so that a span found in one can be
named in the other.

An excerpt is found with one of six outcomes, of which only ``exact`` is good:

==================  ==============================================================
``exact``           the characters occur once on the line
``moved``           they occur on other lines only
``ambiguous``       they occur more than once on the line
``damaged``         they overlap a stretch declared as damaged
``absent``          they occur nowhere in the document
``changed_source``  the document is not the one that was read (its SHA-256 differs)
==================  ==============================================================

Matching is exact: no normalisation, no conversion of scripts, no fuzzy search.  Offsets count
Unicode code points from 0, the end exclusive, as in the W3C Web Annotation text position selector.
Out of scope: what the words mean, and which tables cite them.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

from chipcontrols.languages.base import Language, Span
from chipcontrols.languages.surface_forms import Forms, Mention, mentions, nested_mentions
from chipcontrols.package import Document

MOST_PLACES = 100
"""The most places that are reported of an excerpt that does not occur once on its line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line: `raw` and `reading` text; `offsets[i]` is where reading character i is in raw.

    `offsets` has one entry more than `reading`: the length of `raw`.  `mentions` are the entities
    named on it, the longest forms; `nested` has those inside longer ones too.  `region` is where
    the document is from, by its words.
    """

    document: str
    number: int
    published: str
    language: Language
    raw: str
    reading: str
    offsets: Sequence[int]
    glosses: tuple[Span, ...]
    mentions: tuple[Mention, ...] = ()
    nested: tuple[Mention, ...] = ()
    region: str = ""

    def reading_span(self, start: int, end: int) -> Span:
        """Return the span in the reading text of the raw span `start` to `end`."""
        if not self.glosses:
            return start, end
        return bisect.bisect_left(self.offsets, start), bisect.bisect_left(self.offsets, end)

    def raw_span(self, start: int, end: int) -> Span:
        """Return the raw span of the reading span `start` to `end`, with the glosses in it and the
        one after its last character.
        """
        last = self.offsets[end] if end < len(self.reading) else len(self.raw)
        return self.offsets[start], last

    def cuts_gloss(self, start: int, end: int) -> bool:
        """Return whether a raw span begins or ends inside a gloss."""
        return any(first < at < last for first, last in self.glosses for at in (start, end))


class Lines(Sequence[Line]):
    """The lines of a document, each read when it is asked for: of a document that a row of another
    one cites few are."""

    def __init__(self, document: Document, language: Language, forms: Forms) -> None:
        """Take the document and the forms to look for."""
        self.document, self.language, self.forms = document, language, forms
        self.read: list[Line | None] = [None] * len(document.lines)

    @functools.cached_property
    def region(self) -> str:
        """Where the document is from, by its words."""
        return self.language.region("\n".join(self.document.lines))

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.read)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        """Return a line, the first at 0."""
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        line = self.read[at]
        if line is None:
            name, published, at = self.document.name, self.document.published, at % len(self)
            place, raw = (name, at + 1, published), self.document.lines[at]
            line = self.read[at] = read_line(raw, self.language, self.forms, place, self.region)
        return line


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A document as it is read; `damaged` are the raw spans declared as damaged, by line."""

    document: Document
    lines: Sequence[Line]
    changed: bool
    damaged: Mapping[int, tuple[Span, ...]]

    @property
    def name(self) -> str:
        """The file name of the document."""
        return self.document.name

    def line(self, number: int) -> Line | None:
        """Return a line by its number, or None when the document has no such line."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else None


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """Where an excerpt is found: the outcome, the raw span if there is one, and other lines."""

    outcome: str
    start: int = 0
    end: int = 0
    elsewhere: tuple[int, ...] = ()


def read_line(
    raw: str,
    language: Language,
    forms: Forms | None = None,
    place: tuple[str, int, str] = ("", 0, ""),
    region: str = "",
) -> Line:
    """Return the line with its reading text; `place` is document, number and publication date,
    `region` where the document is from.

    >>> from chipcontrols.languages import language
    >>> read_line("經(jīng)濟(jì)", language("zh")).reading
    '經濟'
    """
    glosses = language.glosses(raw)
    reading, offsets = raw, range(len(raw) + 1)
    kept: Sequence[int] = offsets
    if glosses:
        ends = [0, *(end for _, end in glosses)]
        starts = [*(start for start, _ in glosses), len(raw)]
        kept = [at for end, start in zip(ends, starts, strict=True) for at in range(end, start)]
        reading = "".join(raw[at] for at in kept)
        kept = (*kept, len(raw))
    named = mentions(reading, forms) if forms else ()
    nested = nested_mentions(reading, forms) if forms else ()
    return Line(*place[:2], place[2], language, raw, reading, kept, glosses, named, nested, region)


def occurrences(text: str, words: str) -> list[int]:
    """Return where `words` begin in `text`, overlapping occurrences too.

    >>> occurrences("非常、非常", "非常")
    [0, 3]
    """
    return list(each_occurrence(text, words))


def each_occurrence(text: str, words: str) -> Iterator[int]:
    """Yield where `words` begin in `text`, from left to right."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def locate(
    lines: Sequence[str], number: int, excerpt: str, damaged: Iterable[Span] = ()
) -> Location:
    """Return where `excerpt` is found on a line; `damaged` are the raw damaged spans of that line.

    >>> locate(["近百亿美元", "百亿"], 1, "百亿")
    Location(outcome='exact', start=1, end=3, elsewhere=())
    >>> locate(["近百亿美元", "百亿"], 2, "近百亿").outcome
    'moved'

    Of many places the first MOST_PLACES are given.
    """
    raw = lines[number - 1] if 1 <= number <= len(lines) else ""
    found = list(itertools.islice(each_occurrence(raw, excerpt), MOST_PLACES))
    if len(found) > 1:
        return Location("ambiguous", elsewhere=tuple(found))
    if not found:
        others = (n for n, text in enumerate(lines, 1) if excerpt in text)
        other = tuple(itertools.islice(others, MOST_PLACES))
        return Location("moved" if other else "absent", elsewhere=other)
    start, end = found[0], found[0] + len(excerpt)
    broken = any(s < end and start < e for s, e in damaged)
    return Location("damaged" if broken else "exact", start, end)
