r"""The documents: lines, the reading text, and where an excerpt stands.

A document is UTF-8 text whose lines are counted from 1 over ``text.split("\n")``.  The *reading
text* of a line is the line without its pinyin glosses, a toned syllable in parentheses after the
character that it spells: ``經(jīng)濟(jì)`` reads ``經濟``.  Every character of the reading text
keeps its offset in the raw line, so that a span found in one can be named in the other.

An excerpt is found with one of six outcomes, of which only ``exact`` is good:

==================  ==============================================================
``exact``           the characters stand once on the line
``moved``           they stand on other lines only
``ambiguous``       they stand more than once on the line
``damaged``         they overlap a stretch declared as damaged
``absent``          they stand nowhere in the document
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
import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

# One syllable with a tone mark; a word in plain letters, such as (Tesla), is no gloss.
GLOSS = re.compile(r"\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zü]*\)")

Span = tuple[int, int]

LARGEST_DOCUMENT = 2 * 2**20
"""The most bytes of a document, a hundred times what a long article has."""

LONGEST_LINE = 20_000
"""The most characters of a line.  Each row reads the line that it stands on, so that without a
bound a document of one line would cost rows times characters."""

MOST_PLACES = 100
"""The most places that are told of an excerpt that does not stand once on its line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One line: `raw` and `reading` text; `offsets[i]` is where reading character i stands in raw.

    `offsets` has one entry more than `reading`: the length of `raw`.
    """

    raw: str
    reading: str
    offsets: tuple[int, ...] | range
    glosses: tuple[Span, ...]

    def reading_span(self, start: int, end: int) -> Span:
        """Return the span in the reading text of the raw span `start` to `end`."""
        return bisect.bisect_left(self.offsets, start), bisect.bisect_left(self.offsets, end)

    def raw_span(self, start: int, end: int) -> Span:
        """Return the raw span of the reading span `start` to `end`, with the glosses in it and the
        one after its last character.
        """
        last = self.offsets[end] if end < len(self.reading) else len(self.raw)
        return self.offsets[start], last

    def cuts_gloss(self, start: int, end: int) -> bool:
        """Return whether a raw span begins or ends inside a gloss."""
        return self.inside_gloss(start) or self.inside_gloss(end)

    def inside_gloss(self, at: int) -> bool:
        """Return whether a raw offset lies between the first and the last character of a gloss."""
        before = bisect.bisect_left(self.glosses, (at, 0))
        return before > 0 and at < self.glosses[before - 1][1]


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A document: its file name, the SHA-256 of its bytes, and its lines."""

    seed: str
    sha256: str
    lines: tuple[Line, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """Where an excerpt stands: the outcome, the raw span if there is one, and other lines."""

    outcome: str
    start: int = 0
    end: int = 0
    elsewhere: tuple[int, ...] = ()


def read_line(raw: str) -> Line:
    """Return the line with its reading text.

    >>> read_line("經(jīng)濟(jì)").reading
    '經濟'
    """
    glosses = tuple(match.span() for match in GLOSS.finditer(raw)) if "(" in raw else ()
    if not glosses:
        return Line(raw, raw, range(len(raw) + 1), ())
    kept: list[int] = []
    position = 0
    for start, end in glosses:
        kept.extend(range(position, start))
        position = end
    kept.extend(range(position, len(raw)))
    return Line(raw, "".join(raw[i] for i in kept), (*kept, len(raw)), glosses)


@functools.lru_cache(maxsize=256)
def read_document(seed: str, content: bytes) -> Document:
    """Return the document.

    Raises ValueError when the bytes are not UTF-8 (the message names line and byte), or when they
    hold a byte order mark, a carriage return, a NUL, or more than LARGEST_DOCUMENT or LONGEST_LINE.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise ValueError(f"more than {LARGEST_DOCUMENT:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: byte 0x{content[error.start]:02x} is not UTF-8") from None
    for character, name in (
        ("\ufeff", "byte order mark"),
        ("\r", "carriage return"),
        ("\0", "NUL"),
    ):
        if (at := text.find(character)) >= 0:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1}: {name}")
    lines = text.split("\n")
    for number, raw in enumerate(lines, 1):
        if len(raw) > LONGEST_LINE:
            raise ValueError(f"line {number}: more than {LONGEST_LINE:,} characters on a line")
    return Document(seed, hashlib.sha256(content).hexdigest(), tuple(map(read_line, lines)))


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


def locate(document: Document, line: int, excerpt: str, damaged: Iterable[Span] = ()) -> Location:
    r"""Return where `excerpt` stands on `line`; `damaged` are the raw damaged spans of that line.

    >>> document = read_document("a.txt", "近百亿美元\n百亿".encode())
    >>> locate(document, 1, "百亿")
    Location(outcome='exact', start=1, end=3, elsewhere=())
    >>> locate(document, 2, "近百亿").outcome
    'moved'

    Of many places the first MOST_PLACES are told.
    """
    lines = document.lines
    raw = lines[line - 1].raw if 1 <= line <= len(lines) else ""
    found = list(itertools.islice(each_occurrence(raw, excerpt), MOST_PLACES))
    if len(found) > 1:
        return Location("ambiguous", elsewhere=tuple(found))
    if not found:
        others = (n for n, text in enumerate(lines, 1) if excerpt in text.raw)
        other = tuple(itertools.islice(others, MOST_PLACES))
        return Location("moved" if other else "absent", elsewhere=other)
    start, end = found[0], found[0] + len(excerpt)
    broken = any(s < end and start < e for s, e in damaged)
    return Location("damaged" if broken else "exact", start, end)


QUOTATION_MARKS = {"「": "」", "『": "』", "“": "”", '"': '"'}


@functools.lru_cache(maxsize=4096)
def quotations(reading: str) -> tuple[Span, ...]:
    """Return the spans between matched pairs of quotation marks, marks excluded, nesting respected.

    The pairs are 「」 『』 “” and the ASCII mark, whose odd occurrences open.  A mark without its
    partner on the line makes no pair.

    >>> [ "「我『能』」"[s:e] for s, e in quotations("「我『能』」")]
    ['我『能』', '能']
    """
    open_marks: list[tuple[str, int]] = []
    awaited: Counter[str] = Counter()
    found: list[Span] = []
    for at, character in enumerate(reading):
        if awaited[character]:
            while open_marks[-1][0] != character:
                awaited[open_marks.pop()[0]] -= 1  # a mark that nothing closes
            awaited[character] -= 1
            found.append((open_marks.pop()[1], at))
        elif character in QUOTATION_MARKS:
            awaited[QUOTATION_MARKS[character]] += 1
            open_marks.append((QUOTATION_MARKS[character], at + 1))
    return tuple(sorted(found))
