"""Candidates: what a document contains that must be accounted for, and what rows cover of it.

The language of a line finds the candidates in its reading text, each occurrence by itself, by
class; the class ``line`` has the line itself, unless it is blank.
A candidate is *covered* when it lies in a stretch that a row accounts for, not merely in some
excerpt; the rule of each column says which stretches these are (``uses``).  A surface form and a
term account for each of their occurrences.  A quotation must be the whole stretch; a name may be
made of several, and so may a clause, of what statements say of their passages (``stated_spans``).
Out of scope: what may be left out instead (``completeness``).
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.languages import surface_forms
from chipcontrols.languages.base import Span
from chipcontrols.languages.characters import NARROW
from chipcontrols.languages.en.words import DESCRIBES
from chipcontrols.package import Row
from chipcontrols.validation.anchors import Line, Text
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import Rule
from chipcontrols.validation.rules.base import COPIED, Use, quoted_spans

BOOKKEEPING = ("surface_form", "citation", "exclusion", "code")
"""Kinds of tables that state nothing: their rows do not account for a line."""
SENTENCE_END = re.compile(r"[。！？；!?;…]|\.(?![A-Za-z0-9])")
UNIT_OF_LENGTH = re.compile(r"[A-Za-z0-9.,:%'’-]*[A-Za-z0-9]|[^\W_]")
CONNECTIVE = 4
"""How long a connective may be."""
Rules = Mapping[str, Mapping[str, Rule]]
"""The rule of each column, by table and column."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Something in a document that must be accounted for; offsets are in the reading text."""

    document: str
    line: int
    start: int
    end: int
    kind: str
    text: str


def covered(length: int, spans: Iterable[Span]) -> bytes:
    """Return for each of `length` characters whether a span covers it, as bytes 1 and 0."""
    steps = [0] * (length + 1)
    for start, end in spans:
        steps[start] += 1
        steps[end] -= 1
    return bytes(depth > 0 for depth in itertools.accumulate(steps[:-1]))


def candidates_of_line(line: Line) -> Iterator[Candidate]:
    """Yield the candidates of one line."""
    reading, language = line.reading, line.language
    if not reading.strip():
        return
    found: dict[str, Iterable[Span]] = {
        "numeral": language.numerals(reading),
        "date": [(date.start, date.end) for date in language.dates(reading)],
        "quotation": language.quotations(reading),
        "name": language.names(reading),
        "attribution": language.attributions(reading),
        "clause": language.clauses(reading),
        "line": [(len(reading) - len(reading.lstrip()), len(reading.rstrip()))],
    }
    for kind, spans in found.items():
        for start, end in spans:
            yield Candidate(line.document, line.number, start, end, kind, reading[start:end])


def length_of(text: str) -> int:
    """Return how long a text is: a Latin word, a number and a Han character each count one."""
    return len(UNIT_OF_LENGTH.findall(text.translate(NARROW)))


def covers(
    evidence: Evidence, rules: Rules, text: Text, rows: Iterable[Row]
) -> dict[int, list[Use]]:
    """Return what the rows that rest on a document account for, by line."""
    found: dict[int, list[Use]] = {}
    for row in rows:
        for passage in evidence.of_row(row):
            if passage.document == text.name and (not text.among or passage.line in text.among):
                uses = uses_of(evidence, rules[row.table], row, passage)
                by = f"{row.table}/{row.id}"
                found.setdefault(passage.line, []).extend(use._replace(by=by) for use in uses)
    lexicon = evidence.lexicon
    forms = [name for name, schema in lexicon.schemas.items() if schema.kind == "surface_form"]
    for line in text.lines:
        if text.among and line.number not in text.among:
            continue
        named = [
            (one, f"{forms[0]}/{line.reading[one.start : one.end]} {min(one.entities)}")
            for one in line.mentions
        ]
        terms = surface_forms.mentions(line.reading, lexicon.terms)
        for one, by in (*named, *((one, min(one.entities)) for one in terms)):
            found.setdefault(line.number, []).append(Use(one.start, one.end, COPIED, by))
    return found


def uses_of(
    evidence: Evidence, rules: Mapping[str, Rule], row: Row, passage: Passage
) -> Iterator[Use]:
    """Yield the stretches of the line of a passage that its row accounts for."""
    if row.schema.kind not in BOOKKEEPING:
        yield Use(0, len(passage.source.reading), ("line",))
    if row.schema.kind == "statement":
        yield from (Use(*span, ("clause",)) for span in stated_spans(evidence, row, passage))
    for rule in rules.values():
        yield from rule.uses(evidence, row, passage)


def stated_spans(evidence: Evidence, row: Row, passage: Passage) -> Iterator[Span]:
    """Yield the stretches of a passage that its statement says: all of it, but where it quotes only
    the words quoted; the clause that attributes them, or from the one before it in the sentence
    that ends with the name of a speaker; what describes the speaker after that (, an analyst at …);
    and a connective before these."""
    quoted = [] if passage.column else quoted_spans(row, passage)
    if not quoted:
        yield passage.span
    (begin, end), line, speaking = passage.span, passage.source, evidence.lexicon.speaking
    reading, language = line.reading, line.language
    within = [(max(s, begin), min(e, end)) for s, e in language.clauses(reading)]
    verbs = language.attributions(reading)
    for first, last in ((begin + start, begin + stop) for start, stop in quoted):
        around = [(s, e) for s, e in within if s < e and (s < first or last < e)]
        spans = [(s, e) for s, e in around if s < first < e or s < last < e]
        saying = [(s, e) for s, e in around if any(s <= verb[0] < e for verb in verbs)]
        for start, stop in [one for one in saying if one[0] < first][-1:] or saying[:1]:
            ends = {m.end for m in line.mentions if m.end < start and m.entities & speaking}
            named = [s for s, e in around if e in ends]
            named = [s for s in named if not SENTENCE_END.search(reading, s, start)]
            spans.append(((named or [start])[-1], stop))
            if any(m.end == stop and m.entities & speaking for m in line.mentions):
                after = [one for one in around if one[0] >= stop][:1]
                spans += (one for one in after if DESCRIBES.match(reading, one[0]))
        spans.append((first, last))
        for start, _ in tuple(spans):
            before = [one for one in around if one[1] <= start][-1:]
            spans += ((s, e) for s, e in before if length_of(reading[s:e]) <= CONNECTIVE)
        yield from spans


def covering(found: Sequence[Candidate], here: Sequence[Use]) -> list[str]:
    """Return for each candidate of a line the row that covers it, or nothing."""
    by_kind: dict[str, list[Use]] = {}
    for use in here:
        for kind in use.classes:
            by_kind.setdefault(kind, []).append(use)
    rows = [""] * len(found)
    for kind, fitting in by_kind.items():
        wanted = [at for at, candidate in enumerate(found) if candidate.kind == kind]
        spans = [(found[at].start, found[at].end) for at in wanted]
        if kind == "quotation":
            exact = {(use.start, use.end): use.by for use in reversed(fitting)}
            answers = [exact.get(span, "") for span in spans]
        elif kind in ("name", "clause"):
            marks = covered(max(use.end for use in fitting), [use[:2] for use in fitting])
            # A stretch overlaps a span when it contains the span from its end to its beginning.
            touching = containing(fitting, [(end - 1, start + 1) for start, end in spans])
            answers = []
            for at, by in zip(wanted, touching, strict=True):
                letters = (n for n, x in enumerate(found[at].text, found[at].start) if x.isalnum())
                answers.append(by if all(marks[n : n + 1] == b"\1" for n in letters) else "")
        else:
            answers = containing(fitting, spans)
        for at, by in zip(wanted, answers, strict=True):
            rows[at] = by
    return rows


def containing(here: Sequence[Use], spans: Sequence[Span]) -> list[str]:
    """Return for each span the row of a stretch that contains it, or nothing: of the stretches that
    begin at it or before, the first of those that reach farthest."""
    waiting = collections.deque(sorted(here, key=lambda use: use.start))
    rows, farthest = [""] * len(spans), Use(0, -1, ())
    for number in sorted(range(len(spans)), key=spans.__getitem__):
        start, end = spans[number]
        while waiting and waiting[0].start <= start:
            farthest = max(farthest, waiting.popleft(), key=lambda use: use.end)
        rows[number] = farthest.by if end <= farthest.end else ""
    return rows
