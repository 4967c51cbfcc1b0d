"""Documents as they are read: lines, their reading text, and where an excerpt is found.

Lines are counted from 1.  The *reading text* of a line is the line without what its language calls
glosses (in Chinese the pinyin after a character): ``經(jīng)濟(jì)`` reads ``經濟``.  Every
character of the reading text keeps its offset in the raw line, so that a span found in one can be
named in the other.

An excerpt is ``exact`` where its characters occur once on its line, else ``moved`` (they occur on
other lines only), ``ambiguous``, ``damaged`` (they overlap a stretch declared so), ``absent``, or
of a ``changed_source``, whose SHA-256 is not the recorded one.
Matching is exact: no normalisation, no conversion of scripts, no fuzzy search.  Offsets count
Unicode code points from 0, the end exclusive, as in the W3C Web Annotation text position selector.
Out of scope: what the words mean, and which tables cite them.
"""

from __future__ import annotations

import bisect
import dataclasses
import functools
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

from chipcontrols.languages import surface_forms
from chipcontrols.languages.base import DateExpression, Language, Quantity, Span
from chipcontrols.languages.periods import dated
from chipcontrols.languages.surface_forms import Forms, Mention
from chipcontrols.package.documents import Document

NO_FORMS = surface_forms.compile_forms(())
MOST_PLACES = 100
"""The most places that are reported of an excerpt that does not occur once on its line."""


@dataclasses.dataclass(frozen=True, eq=False)
class Line:
    """One line as it is in the document, `raw`; what is on it is found when it is asked for, since
    of a document cited from another one few lines are needed.

    `region` is where the document is from, by its words; `before` are the lines before it, at whose
    dates those of this line may point.

    >>> from chipcontrols.languages import language
    >>> Line("經(jīng)濟(jì)", language("zh")).reading
    '經濟'
    """

    raw: str
    language: Language
    forms: Forms = NO_FORMS
    document: str = ""
    number: int = 0
    published: str = ""
    region: str = ""
    before: Sequence[Line] = ()

    @functools.cached_property
    def glosses(self) -> tuple[Span, ...]:
        """The raw spans that the reading text leaves out."""
        return self.language.glosses(self.raw)

    @functools.cached_property
    def offsets(self) -> Sequence[int]:
        """Where each character of the reading text is in raw, and the length of raw."""
        if not self.glosses:
            return range(len(self.raw) + 1)
        ends = [0, *(end for _, end in self.glosses)]
        starts = [*(start for start, _ in self.glosses), len(self.raw) + 1]
        return [at for end, start in zip(ends, starts, strict=True) for at in range(end, start)]

    @functools.cached_property
    def reading(self) -> str:
        """The line without glosses."""
        return "".join([self.raw[at] for at in self.offsets[:-1]]) if self.glosses else self.raw

    @functools.cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The entities that it names, by the longest forms."""
        return surface_forms.mentions(self.reading, self.forms)

    @functools.cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantities on it, in the money of where the document is from."""
        return self.language.quantities(self.reading, self.region)

    @functools.cached_property
    def dates(self) -> Sequence[tuple[DateExpression, str | None]]:
        """The dates on it, each with the ISO cell that it means there."""
        before = [line.reading for line in self.before]
        return dated(self.language, self.reading, self.published or None, before)

    def cells_of(self, words: str, span: Span) -> set[str]:
        """Return the cells of the dates in a span of the reading text whose words `words` has."""
        found = [one for one in self.dates if span[0] <= one[0].start and one[0].end <= span[1]]
        return {cell for date, cell in found if cell and date.text in words}

    @functools.cached_property
    def nested(self) -> tuple[Mention, ...]:
        """The entities that it names, by forms inside longer ones, too."""
        return surface_forms.nested_mentions(self.reading, self.forms)

    def reading_span(self, start: int, end: int) -> Span:
        """Return the span in the reading text of the raw span `start` to `end`."""
        if not self.glosses:
            return start, end
        return bisect.bisect_left(self.offsets, start), bisect.bisect_left(self.offsets, end)

    def raw_span(self, start: int, end: int) -> Span:
        """Return the raw span of the reading span `start` to `end`, with the glosses in it and the
        one after its last character."""
        last = self.offsets[end] if end < len(self.reading) else len(self.raw)
        return self.offsets[start], last

    def cuts_gloss(self, start: int, end: int) -> bool:
        """Return whether a raw span begins or ends inside a gloss."""
        return any(first < at < last for first, last in self.glosses for at in (start, end))


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A document as it is read; `damaged` are the raw spans declared as damaged, by line, `among`
    the lines that are audited, or none for all."""

    document: Document
    lines: Sequence[Line]
    changed: bool
    damaged: Mapping[int, tuple[Span, ...]]
    among: Collection[int] = ()

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


def occurrences(text: str, words: str) -> list[int]:
    """Return where `words` begin in `text`, overlapping occurrences too.

    >>> occurrences("非常、非常", "非常")
    [0, 3]
    """
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


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
    found = occurrences(raw, excerpt)[:MOST_PLACES]
    if len(found) > 1:
        return Location("ambiguous", elsewhere=tuple(found))
    if not found:
        others = (n for n, text in enumerate(lines, 1) if excerpt in text)
        other = tuple(itertools.islice(others, MOST_PLACES))
        return Location("moved" if other else "absent", elsewhere=other)
    start, end = found[0], found[0] + len(excerpt)
    broken = any(s < end and start < e for s, e in damaged)
    return Location("damaged" if broken else "exact", start, end)
