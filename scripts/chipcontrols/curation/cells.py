"""What fills the cells of a draft: all that the words of its excerpt decide.

That is the only code that they allow, the only time that they state, and whom they name.  A measure
is one of those that have the unit that was read.  Of something said the time is the last before the
verb; of a quantity it is none that follows its clause or with which it is compared, and its code is
called for by the words beside it.  Out of scope: what only a reader can decide, which `notes` name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from chipcontrols.curation import places, reports
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.languages.zh.folding import fold
from chipcontrols.package import Package, Row, Table
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.candidates import CONNECTIVE, Candidate, length_of, told
from chipcontrols.validation.completeness import Account, stands_apart
from chipcontrols.validation.cues import TITLE, cues_in
from chipcontrols.validation.passages import Evidence, Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import named_by_title, named_outside_quote
from chipcontrols.validation.rules.words import fits_unit, is_authorial

NOWHERE = (0, 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What drafts are made from: a package, its evidence, a line, and the accounts of the line."""

    package: Package
    evidence: Evidence
    line: Line
    accounts: Sequence[Account]

    def to_draft(self, kind: str) -> list[tuple[Candidate, str]]:
        """Return the candidates of a class that are not excluded, each with what records it."""
        here = [a for a in self.accounts if a.candidate.kind == kind and a.status != "excluded"]
        return [(account.candidate, account.by) for account in here]

    def open(self, *kinds: str) -> list[Candidate]:
        """Return the open candidates, of all classes or of some."""
        found = [a.candidate for a in self.accounts if a.status == "open"]
        return [c for c in found if not kinds or c.kind in kinds]

    @property
    def quantities(self) -> dict[Span, Quantity]:
        """The quantities of the line, by their spans."""
        found = self.line.language.quantities(self.line.reading, self.line.region)
        return {(one.start, one.end): one for one in found}

    def is_heading(self) -> bool:
        """Return whether the line is short and has no full stop, as headings and credits."""
        return stands_apart(self.line, 0, len(self.line.reading))

    def report(self, span: Span) -> Span | None:
        """Return what somebody says in which a span lies, if it lies in any."""
        said = (said for _, said in reports.reported(self.line))
        return next((one for one in said if one[0] <= span[0] and span[1] <= one[1]), None)

    def excerpt(self, span: Span, *larger: Span) -> Span:
        """Return the first good excerpt for a span: larger ones, its sentence, clauses, or less; it
        occurs once on the line outside damage and has the words of the span once."""
        line, text = self.line, self.evidence.texts[self.line.document]
        around = places.sentence_around(line, *span), places.clauses_around(line, *span)
        for one in (*larger, *around):
            once = line.reading.count(line.reading[slice(*span)], *one) == 1
            if once and places.outcome(text, line, one) == "exact":
                return one
        return places.shortest_excerpt(line, *span)

    def fitting(self, table: Table, cells: Mapping[str, str], column: str) -> list[str]:
        """Return the codes of a column, of one that fixes a unit those of the unit of the cells."""
        row, evidence = Row(table.name, 0, "", cells, table.schema), self.evidence
        codes = evidence.lexicon.codes.get((table.name, column), ())
        return [c.code for c in codes if not c.unit or fits_unit(evidence, row, column, c.code)]

    def called(self, table: Table, cells: Mapping[str, str], column: str, span: Span) -> list[str]:
        """Return the fitting codes that words of the line call for; a cue inside a longer one of
        another code (不得 in 未经许可不得) calls for nothing."""
        words = TITLE.sub("", self.line.reading[slice(*span)])
        found = cues_in(self.evidence.lexicon, table.name, column, words)
        every = {cue for cues in found.values() for cue in cues}
        whole = {cue for cue in every if not any(cue in one and cue != one for one in every)}
        fitting = self.fitting(table, cells, column)
        return [code for code in fitting if whole & found.get(code, {}).keys()]


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells that rest on a span of the line, the row that records them already, if one does, and
    where in the span the words are that they are about, if not everywhere."""

    span: Span
    cells: Mapping[str, str]
    recorded: str = ""
    about: Span = NOWHERE


def row_of(
    reader: Reader, table: Table, draft: Draft, position: int
) -> tuple[Row, list[str], list[Span]]:
    """Return the row of a draft, with all that its words decide and the next free id of its line,
    `position` drafts later, whom it names, and the stretches that it tells."""
    line, schema = reader.line, table.schema
    words = places.raw_words(line, draft.span)
    anchor = {"document": line.document, "line": str(line.number), "excerpt": words}
    cells = dict.fromkeys(schema.names, "") | dict(draft.cells)
    cells |= {schema.roles[role]: cell for role, cell in anchor.items()}
    row = Row(table.name, 0, "", cells, schema)
    start, end = line.raw_span(*draft.span)
    text = reader.evidence.texts[line.document]
    passage = passage_at(text, row, Location("exact", start, end))
    named = sorted(named_outside_quote(reader.evidence, row, passage))
    for column in schema.columns("other_mentions"):
        cells[column] = "|".join(named)  # until a curator gives them roles
    for field in schema.fields if schema.kind == "statement" else ():
        tables = field.references if field.rule == "entity" and field.required else ()
        titled = named_by_title(reader.evidence, row) if field.options.get("titled") else ()
        every = titled or named if tables else ()
        only = [one for one in every if reader.evidence.lexicon.entities[one].table in tables]
        cells[field.name] = only[0] if len(only) == 1 else cells[field.name]
        if field.rule == "translation" and field.options.get("language", "en") == line.language.tag:
            cells[field.name] = cells[field.options["of"]]
    dates = schema.columns("date")
    needed = len(dates) == 1 and dates[0] not in draft.cells and not is_authorial(row)
    if words := time_of(reader, draft, row, passage) if needed else "":
        cells |= date_cells(line, schema.field(dates[0]), words, draft.span)
    for column in schema.columns("code"):
        cells[column] = code_of(reader, table, draft, cells, column)
    place = place_of_id(row)
    ids = [numbered(other.id) for other in table.rows]
    free = max((number for there, number in ids if there == place), default=0) + 1
    for column in set(schema.primary_key).intersection(schema.columns("anchored_identifier")):
        cells[column] = f"{place}-{free + position}"
    return row, named, [*told(reader.evidence, row, passage)]


def date_cells(line: Line, field: Field, words: str, span: Span) -> dict[str, str]:
    """Return the cells of a date and of its words, which are in a span of the reading."""
    found = line.cells_of(words, span)
    resolved = found.pop() if len(found) == 1 else ""
    return {field.name: resolved, field.options["words"]: words}


def time_of(reader: Reader, draft: Draft, row: Row, passage: Passage) -> str:
    """Return the words of the time of a draft: of something said the last before its verb, else
    that of its clause; of anything else the only one that is no part of another report."""
    outside, language, begin = unquoted(row, passage), reader.line.language, passage.span[0]
    times = language.times(outside)
    if row.schema.columns("quotation"):
        verb = next((start for start, _ in language.attributions(outside)), 0)
        clause = next((c for c in language.clauses(outside) if c[0] <= verb < c[1]), NOWHERE)
        first = 0 if length_of(outside[clause[0] : verb]) <= CONNECTIVE else clause[0]
        before = [span for span in times if first <= span[0] and span[1] <= verb]
        times = [one for one in times if not reader.report((begin + one[0], begin + one[1]))]
        times = before[-1:] or [one for one in times if clause[0] <= one[0] < clause[1]]
    elif said := reader.report(draft.about):
        times = [one for one in times if said[0] <= begin + one[0] < said[1]]
    if len(times) != 1:
        return ""
    start, end = times[0]
    if any(first < begin + end < last for first, last in reader.quantities):
        return ""  # 未来12个月 of 未来12个月内
    clause = places.clauses_around(reader.line, *draft.about)
    # From 95 per cent in 2021 to half: the time is that of the other quantity.
    other = reports.precedes("reached", reader.line.reading, draft.about[0]) and any(
        clause[0] <= first < draft.about[0] and begin + start < draft.about[0]
        for first, _ in reader.quantities
    )
    other |= begin + start > clause[1] or reports.precedes("compared", outside, start)
    return "" if draft.about != NOWHERE and other else outside[start:end]


def code_of(
    reader: Reader, table: Table, draft: Draft, cells: Mapping[str, str], column: str
) -> str:
    """Return the only code that the words of a draft call for, if those beside what it is about do,
    or the only one that needs no cue."""
    called = reader.called(table, cells, column, draft.span)
    if called and draft.about != NOWHERE:
        line, (start, end) = reader.line, draft.about
        first, last = places.clauses_around(line, start, end)
        before = max([first, *(e for _, e in reader.quantities if e <= start)]), end
        after = start, min([last, *(s for s, _ in reader.quantities if s >= end)])
        beside = (reader.called(table, cells, column, span) for span in (before, after))
        level = draft.about in reader.quantities and reports.precedes("level", line.reading, start)
        return called[0] if len(called) == 1 and not level and called in beside else ""
    every = {one.code: one for one in reader.evidence.lexicon.codes.get((table.name, column), ())}
    found = called or [c for c in reader.fitting(table, cells, column) if not every[c].cues]
    return found[0] if len(found) == 1 else ""


def named_elsewhere(table: Table, row: Row, field: Field) -> list[str]:
    """Return what the form of a row names in other documents, if the field is for what it names."""
    form = fold(row.role("form")) if field.role == "entity" and "form" in table.schema.roles else ""
    same = (one for one in table.rows if form and fold(one.role("form")) == form)
    return sorted({one.role("entity") for one in same})


def notes(reader: Reader, table: Table, row: Row, span: Span, listed: set[str]) -> Iterator[str]:
    """Yield what a reader must decide in a draft: empty cells.

    `listed` are the columns whose codes have been listed: those that are the same for every draft.
    """
    missing = []
    for field in table.schema.fields:
        if field.required and not row.cells[field.name]:
            codes = reader.called(table, row.cells, field.name, span)
            codes = codes or reader.fitting(table, row.cells, field.name)
            if len(codes) == len(reader.evidence.lexicon.codes.get((table.name, field.name), ())):
                codes = [] if field.name in listed else codes
                listed.add(field.name)
            codes = codes or named_elsewhere(table, row, field)
            missing.append(f"{field.name} ({'|'.join(codes)})" if codes else field.name)
        named = field.options.get("instead_of")
        if named and not field.options.get("optional") and not is_authorial(row):
            missing.append(f"{named} or {field.name}")
    if missing:
        yield f"# fill: {', '.join(missing)}"
