"""Where words occur in the documents, and which words around them to cite.

Words are found in raw and in reading text; ``001:22`` names a whole line.  An *excerpt* occurs once
on its line and cuts no gloss.  Out of scope: what the words mean, and which rows rest on them.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from chipcontrols import languages
from chipcontrols.languages.base import Span
from chipcontrols.package.documents import Document, document_number
from chipcontrols.validation.anchors import Line, Text, locate, occurrences
from chipcontrols.validation.candidates import covered
from chipcontrols.validation.passages import Evidence

NAMED_LINE = re.compile(r"(?P<document>[^:\s]+):(?P<line>[0-9]{1,9})")
SENTENCE_END = re.compile('[。｡!?！？.]+[」』”"’)]*')
MOST_FOUND = 1_000
FARTHEST = 60


class Place(NamedTuple):
    """A stretch of a document's line; offsets are in the reading text."""

    document: str
    line: int
    start: int
    end: int


def may_have(query: str) -> Callable[[Document], bool]:
    """Return the test of whether a document may be what is asked for, without reading its lines: it
    has the words, or glosses that could part them, or it is the one that ``001:22`` names."""
    named, words = NAMED_LINE.fullmatch(query.strip()), query.strip()

    def found(document: Document) -> bool:
        if named and named["document"] in (document.name, document_number(document.name)):
            return True
        glosses = languages.language(document.language).glosses
        return any(words in raw or (words[:1] in raw and glosses(raw)) for raw in document.lines)

    return found


def find_places(evidence: Evidence, query: str) -> list[Place]:
    """Return where words occur in the documents, or the line that ``001:22`` names.

    Of many places the first MOST_FOUND are given, in the order of the documents.
    Raises ValueError for a line or a document that there is not, and for a query without words.
    """
    if named := NAMED_LINE.fullmatch(query.strip()):
        for name, text in evidence.texts.items():
            if named["document"] in (name, document_number(name)):
                line = text.line(number := int(named["line"]))
                if line is None:
                    raise ValueError(f"{name} has lines 1 to {len(text.lines)}, not {number}")
                return [Place(name, number, 0, len(line.reading))]
    if not (words := query.strip()):
        raise ValueError("the query has no words: give words of a document, or a line as 001:22")
    found: set[Place] = set()
    for line in (line for text in evidence.texts.values() for line in text.lines):
        if len(found) >= MOST_FOUND:
            break
        spans = [(start, start + len(words)) for start in occurrences(line.reading, words)]
        if line.glosses:
            raw = [(start, start + len(words)) for start in occurrences(line.raw, words)]
            spans += [line.reading_span(*span) for span in raw]
        found |= {Place(line.document, line.number, *span) for span in spans if span[0] < span[1]}
    if named and not found:
        raise ValueError(f"there is no document {named['document']}, and these words are in none")
    return sorted(found)[:MOST_FOUND]


def shortest_excerpt(line: Line, start: int, end: int) -> Span:
    """Return the shortest extension of a reading span whose raw words occur once on their line, or
    the whole line where more than FARTHEST characters are needed.  It begins and ends with no blank
    of its own."""
    reading, whole = line.reading, len(line.reading)
    spans = (
        (first, first + size)
        for size in range(end - start, min(end - start + FARTHEST, whole) + 1)
        for first in range(min(start, whole - size), max(end - size, 0) - 1, -1)
    )
    once = (one for one in spans if len(occurrences(line.raw, raw_words(line, one))) == 1)
    first, last = next(once, (0, whole))
    while first > 0 and reading[first].isspace():
        first -= 1
    while last < whole and reading[last - 1].isspace():
        last += 1
    return trimmed(reading, first, last)


def raw_words(line: Line, span: Span) -> str:
    """Return the raw characters of a reading span."""
    first, last = line.raw_span(*span)
    return line.raw[first:last]


def citation(line: Line, span: Span) -> dict[str, str]:
    """Return the cells, by their roles, that say where a citation of a span is."""
    at = {"document": line.document, "line": str(line.number)}
    return at | {"excerpt": raw_words(line, span)}


def trimmed(text: str, start: int, end: int) -> Span:
    """Return a span without the blanks at its ends."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def sentence_around(line: Line, start: int, end: int) -> Span:
    """Return the sentence around a span of a line; it ends where a clause does.

    >>> from chipcontrols.validation.anchors import Line
    >>> line = Line("U.S. sales fell. Why?", languages.language("en"))
    >>> sentence_around(line, 17, 19)
    (17, 21)
    """
    reading = line.reading
    within = covered(len(reading) + 1, line.language.clauses(reading))
    cuts = [one.end() for one in SENTENCE_END.finditer(reading) if not within[one.start()]]
    first = max((cut for cut in cuts if cut <= start), default=0)
    last = min((cut for cut in cuts if cut >= end), default=len(reading))
    return trimmed(reading, first, last)


def clauses_around(line: Line, start: int, end: int) -> Span:
    """Return a span with the clauses that it touches."""
    clauses = line.language.clauses(line.reading)
    touched = [(start, end), *((s, e) for s, e in clauses if s < end and start < e)]
    return min(s for s, _ in touched), max(e for _, e in touched)


def outcome(text: Text, line: Line, span: Span) -> str:
    """Return with which outcome the raw words of a reading span are found on their line."""
    damaged = text.damaged.get(line.number, ())
    return locate(text.document.lines, line.number, raw_words(line, span), damaged).outcome
