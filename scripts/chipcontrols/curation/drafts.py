"""Drafts of rows for what a line holds: a row to paste, of any table that could record it.

First come surface forms, one for each open name: a row needs the names of those whom it names.  A
table with a column of the rule ``quantity`` gets a draft for each quantity whose unit is one of its
codes, one of ``quotation`` for each quotation and what each verb reports, another table of
statements with a ``date`` for each day or month, in each of its columns of that rule.  An open
clause that none of these has is drafted as what the document says in its own voice, unless it is a
line without a full stop, as headings and credits are.  A table of mentions gets whom a drafted row
names, one of exclusions each open candidate, for what no row should record.  Nothing is drafted for
what is excluded already.  A draft fills what the words decide: the quantity as it is read, the only
time that the excerpt states, the only code that its words allow, whom it names.  Out of scope: what
only a reader can decide, which is named below the draft.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.curation import places, reports
from chipcontrols.languages.agreement import modality_of_report
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.package import Package, Row, Table, files, sort_key
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.completeness import Account, stands_apart
from chipcontrols.validation.cues import cues_in
from chipcontrols.validation.passages import Evidence, Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import named_outside_quote
from chipcontrols.validation.rules.numbers import decimal_text
from chipcontrols.validation.rules.words import is_authorial

MANY = 10_000
YEAR = 4
"""How long a date is that is a year."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """What drafts are made from: a package, its evidence, a line, and the accounts of the line."""

    package: Package
    evidence: Evidence
    line: Line
    accounts: Sequence[Account]

    def to_draft(self, kind: str) -> list[Account]:
        """Return the candidates of a class that are not excluded."""
        return [a for a in self.accounts if a.candidate.kind == kind and a.status != "excluded"]

    def open_texts(self, kind: str) -> list[str]:
        """Return the words of the open candidates of a class."""
        found = (a.candidate for a in self.accounts if a.status == "open")
        return [candidate.text for candidate in found if candidate.kind == kind]

    def is_heading(self) -> bool:
        """Return whether the line is short and has no full stop, as headings and credits."""
        return stands_apart(self.line, 0, len(self.line.reading))

    def report(self, span: Span) -> Span | None:
        """Return what somebody says in which a span lies, if it lies in any."""
        said = (said for _, said in reports.reported(self.line))
        return next((one for one in said if one[0] <= span[0] and span[1] <= one[1]), None)

    def saying(self, start: int, end: int) -> Span:
        """Return an excerpt for what is said and by whom, without what others say beside it."""
        span = places.trimmed(self.line.reading, *reports.segment(self.line, start, end))
        text = self.evidence.texts[self.line.document]
        good = places.outcome(text, self.line, span) == "exact"
        return span if good else self.excerpt(start, end)

    def excerpt(self, start: int, end: int, most_times: int = MANY) -> Span:
        """Return the largest good excerpt for a span of the line."""
        text = self.evidence.texts[self.line.document]
        return places.largest_excerpt(text, self.line, start, end, most_times)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells that rest on a span of the line, the row that records them already, if one does, and
    where in the span the words are that they are about, if not everywhere."""

    span: Span
    cells: Mapping[str, str]
    recorded: str = ""
    about: Span = (0, 0)


def drafts_of_line(reader: Reader) -> Iterator[str]:
    """Yield the drafts for a line as CSV, table by table, with notes that begin with #."""
    mentioned: list[tuple[str, str, str]] = []
    tables = [table for table in reader.package.tables.values() if table.schema.anchored]
    tables.sort(key=lambda table: table.schema.kind != "surface_form")  # Names first, then rows.
    stated = [[*statement_drafts(reader, table)] for table in tables]
    told = [draft.span for drafts in stated for draft in drafts if not draft.recorded]
    for table, found in zip(tables, stated, strict=True):
        below, listed = 0, set[str]()
        # What is open takes the next free ids.
        every = [*found, *other_drafts(reader, table, told)]
        drafts = sorted(every, key=lambda draft: bool(draft.recorded))
        for position, draft in enumerate(drafts):
            row = row_of(reader, table, draft, position)
            if below != (below := line_above(table, row)):
                exclusion = table.schema.kind == "exclusion"
                instead = " (instead, for what no row should record)" if exclusion else ""
                path, at = table.place(below)
                yield f"# {path}, below line {at}{instead}"
            if not position:
                yield f"# {csv_line(table.schema.names)}"
            if draft.recorded:
                yield f"# recorded already by {draft.recorded}:"
            yield csv_line(row.cells.values())
            yield from notes(reader, row, listed)
            if table.schema.kind == "statement" and not draft.recorded:
                named = sorted(named_outside_quote(reader.evidence, row, passage_of(reader, row)))
                row_id = row.cells[table.schema.primary_key[0]]
                mentioned += ((table.name, row_id, entity) for entity in named)
        if drafts:
            yield ""
    for table in reader.package.of_kind("mention") if mentioned else ():
        yield f"# {table.path} (but for whom you give a role in the row)"
        yield f"# {csv_line(table.schema.names)}"
        yield from map(csv_line, mentioned)
        yield ""


def other_drafts(reader: Reader, table: Table, told: list[Span]) -> Iterator[Draft]:
    """Yield a row for each stretch of open clauses that is not told, open name or candidate."""
    schema = table.schema
    for field in schema.fields:
        if voice := field.rule == "quotation" and field.options.get("authorial"):
            yield from clause_drafts(reader, field, voice, told)
    if schema.kind == "surface_form":
        yield from form_drafts(reader, table)
    if schema.kind == "term":
        for c in (a.candidate for a in reader.to_draft("quotation") if a.status == "open"):
            if reports.names_speaker(reader.line, (c.start, c.end)):
                cells = dict.fromkeys(schema.columns("term"), c.text)
                yield Draft(places.shortest_excerpt(reader.line, c.start, c.end), cells)
    if schema.kind == "exclusion" and (column := schema.roles.get("class")):
        left = [a.candidate for a in reader.accounts if a.status == "open"]
        spans = [(c.kind, c.start, c.end) for c in left]
        clauses = [span for span in spans if span[0] == "clause"]
        if clauses and reader.is_heading():  # which is left out whole
            spans = [span for span in spans if span not in clauses]
            spans.append(("clause", clauses[0][1], clauses[-1][2]))
        for kind, start, end in spans:
            cells = {column: kind} | only_reason(reader, table, kind)
            yield Draft(places.shortest_excerpt(reader.line, start, end), cells)


def only_reason(reader: Reader, table: Table, kind: str) -> dict[str, str]:
    """Return the cell of the reason for which candidates of a class are excluded, where there is
    only one but that they repeat others."""
    column = table.schema.roles.get("reason", "")
    codes = reader.package.codes.get((table.name, column), ())
    fitting = [code.code for code in codes if kind in dict(code.roles).get("class", ())]
    fitting = [code for code in fitting if code != "repeat"]
    return {column: fitting[0]} if len(fitting) == 1 else {}


def statement_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a row for each quantity, for what somebody says, or for each date."""
    schema = table.schema
    quantities = [
        field for field in schema.fields
        if field.rule == "quantity" and field.options.get("part", "words") == "words"
    ]  # fmt: skip
    quotations = [field for field in schema.fields if field.rule == "quotation"]
    for field in quantities:
        yield from quantity_drafts(reader, table, field)
    for field in quotations:
        yield from quotation_drafts(reader, table, field)
    if schema.kind == "statement" and not quantities and not quotations:
        line = reader.line
        counted = [(one.start, one.end) for one in line.language.quantities(line.reading)]
        for field in map(schema.field, schema.columns("date")):
            for c, by in ((a.candidate, a.by) for a in reader.to_draft("date")):
                cells, span = date_cells(line, field, c.text), (c.start, c.end)
                here = [(s, e) for s, e in line.language.clauses(line.reading) if s <= c.start < e]
                measured = any(s <= one[0] < e for s, e in here for one in counted)
                # A year, or when there was so much of something, dates no act.
                if len(cells[field.name]) != YEAR and not measured and not reader.is_heading():
                    yield Draft(reader.excerpt(*span), cells, by, span)


def clause_drafts(reader: Reader, field: Field, voice: str, told: list[Span]) -> Iterator[Draft]:
    """Yield what the document says itself: the open clauses of a sentence that are not told."""
    left = [
        (c.start, c.end)
        for c in (a.candidate for a in reader.to_draft("clause") if a.status == "open")
        if not reader.is_heading()
        if not any(start <= c.start and c.end <= end for start, end in told)
    ]
    reading = reader.line.reading
    for _, here in itertools.groupby(left, lambda one: places.sentence_around(reader.line, *one)):
        clauses = list(here)
        start, end = reports.trimmed(reading, clauses[0][0], clauses[-1][1])
        if reader.line.language.severed(reading, start, end)[0]:
            start, end = reports.trimmed(reading, *places.sentence_around(reader.line, start, end))
        start, end = reports.enumerated(reading, start, end)
        cells = {field.options["kind"]: voice, field.name: reading[start:end]}
        yield Draft(reader.excerpt(start, end), cells)


def quantity_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a row for each quantity, its words in the column of the field."""
    line = reader.line
    quantities = line.language.quantities(line.reading, line.region)
    read = {(found.start, found.end): found for found in quantities}
    for account in reader.to_draft("numeral"):
        if quantity := read.get(span := (account.candidate.start, account.candidate.end)):
            parts = quantity_parts(quantity)
            cells = {
                other.name: parts[other.options["part"]]
                for other in table.schema.fields
                if other.rule == "quantity" and other.options.get("of") == field.name
            }
            codes = {name: reader.evidence.lexicon.codes.get((table.name, name)) for name in cells}
            if all(
                not cells[name] or not known or cells[name] in {code.code for code in known}
                for name, known in codes.items()
            ):
                # Of several times none would be that of the quantity for certain; those outside
                # of a report are when it was made.
                excerpt = reader.excerpt(*span, most_times=1)
                if (said := reader.report(span)) and excerpt[0] < said[0]:
                    excerpt = reader.excerpt(*span, most_times=0)
                yield Draft(excerpt, {field.name: quantity.text, **cells}, account.by, span)


def quantity_parts(quantity: Quantity) -> dict[str, str]:
    """Return the cells of a quantity as it is read, by the part that each column holds."""
    return {
        "value": decimal_text(quantity.value),
        "low": decimal_text(quantity.low),
        "high": decimal_text(quantity.high),
        "unit": quantity.unit or "",
        "bound": quantity.bound,
    }


def force_column(reader: Reader, table: Table) -> str:
    """Return the column of modality of a table that has codes, or nothing."""
    column = table.schema.roles.get("modality", "")
    return column if (table.name, column) in reader.package.codes else ""


def quotation_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a direct statement for each quotation, a reported one for each verb without one."""
    reading, kind, names = reader.line.reading, field.options["kind"], reader.open_texts("name")
    for c, by in ((a.candidate, a.by) for a in reader.to_draft("quotation")):
        names_somebody = c.text in names or reports.names_speaker(reader.line, (c.start, c.end))
        if c.text and c.text == c.text.strip() and not names_somebody:
            cells = {kind: field.options["direct"], field.name: c.text}
            yield Draft(reader.saying(c.start - 1, c.end + 1), cells, by)
    verbs = {(a.candidate.start, a.candidate.end): a.by for a in reader.to_draft("attribution")}
    for verb, (start, end) in reports.reported(reader.line):
        if verb not in verbs:
            continue
        cells = {kind: field.options["reported"], field.name: reading[start:end]}
        first, _ = places.sentence_around(reader.line, *verb)
        tag, force = reader.line.language.tag, force_column(reader, table)
        before = f"{reading[first : verb[1]]} " if verb[1] < start else reading[first:start]
        imposed = modality_of_report(before + reading[start:end], len(before), tag)
        if imposed and not force:
            continue  # Drafted without its force, a denial would be what is denied.
        cells |= {force: imposed} if imposed else {}
        yield Draft(reader.saying(min(verb[0], start), max(verb[1], end)), cells, verbs[verb])


def date_cells(line: Line, field: Field, words: str) -> dict[str, str]:
    """Return the cells of a date and of its words."""
    resolved = line.language.resolve_date(words, line.published or None)
    return {field.name: resolved or "", field.options["words"]: words}


def form_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a surface form for each name that is open, each form once."""
    column, line = table.schema.roles["form"], reader.line
    scripts = [f.name for f in table.schema.fields if f.options.get("of") == column]
    found = {a.candidate.text: a.candidate for a in reader.to_draft("name") if a.status == "open"}
    for text, c in found.items():
        cells = {column: text, **dict.fromkeys(scripts, line.language.script(text))}
        yield Draft(places.shortest_excerpt(line, c.start, c.end), cells)


def row_of(reader: Reader, table: Table, draft: Draft, position: int) -> Row:
    """Return the row of a draft, with all that its words decide and the next free id of its line,
    `position` drafts later."""
    line, schema = reader.line, table.schema
    words = places.raw_words(line, draft.span)
    anchor = {"document": line.document, "line": str(line.number), "excerpt": words}
    cells = dict.fromkeys(schema.names, "") | dict(draft.cells)
    cells |= {schema.roles[role]: cell for role, cell in anchor.items()}
    row = Row(table.name, 0, "", cells, schema)
    passage = passage_of(reader, row)
    for column in schema.columns("other_mentions"):
        # Before a curator gives them roles, all are other mentions.
        cells[column] = "|".join(sorted(named_outside_quote(reader.evidence, row, passage)))
    dates = schema.columns("date")
    needed = len(dates) == 1 and dates[0] not in draft.cells
    if words := time_of(reader, draft, row, passage) if needed else "":
        cells |= date_cells(line, schema.field(dates[0]), words)
    for column in schema.columns("code"):
        cells[column] = code_of(reader, draft, row, column)
    place = place_of_id(row)
    ids = [numbered(other.id) for other in table.rows]
    free = max((number for there, number in ids if there == place), default=0) + 1
    for column in set(schema.primary_key).intersection(schema.columns("anchored_identifier")):
        cells[column] = f"{place}-{free + position}"
    return row


def time_of(reader: Reader, draft: Draft, row: Row, passage: Passage) -> str:
    """Return the words of the time of a draft: of something said the last before its verb, else
    that of its clause; of anything else the only one that is no part of another report."""
    outside, language, begin = unquoted(row, passage), reader.line.language, passage.span[0]
    times = language.times(outside)
    if row.schema.columns("quotation"):
        verb = next((start for start, _ in language.attributions(outside)), 0)
        clause = next((c for c in language.clauses(outside) if c[0] <= verb < c[1]), (0, 0))
        before = [span for span in times if span[1] <= verb]
        times = before[-1:] or [one for one in times if clause[0] <= one[0] < clause[1]]
    elif said := reader.report(draft.about):
        times = [one for one in times if said[0] <= begin + one[0] < said[1]]
    return outside[slice(*times[0])] if len(times) == 1 else ""


def passage_of(reader: Reader, row: Row) -> Passage:
    """Return the passage that a draft rests on."""
    words, text = row.role("excerpt"), reader.evidence.texts[reader.line.document]
    at = reader.line.raw.find(words)
    return passage_at(text, row, Location("exact", at, at + len(words)))


def code_of(reader: Reader, draft: Draft, row: Row, column: str) -> str:
    """Return the only code that the words of a draft call for, if those that it is about do, or
    the only one that needs no cue."""
    called, fitting = fitting_codes(reader, row, column)
    line, lexicon = reader.line, reader.evidence.lexicon
    if called and draft.about != (0, 0):
        clauses = line.language.clauses(line.reading)
        here = [(s, e) for s, e in clauses if s < draft.about[1] and draft.about[0] < e]
        words = "\n".join(line.reading[s:e] for s, e in here)
        own = cues_in(lexicon, row.table, column, words)
        return called[0] if len(called) == 1 and called[0] in own else ""
    every = {code.code: code for code in lexicon.codes.get((row.table, column), ())}
    free = [code for code in fitting if not every[code].cues]
    found = called or free
    return found[0] if len(found) == 1 else ""


def measured(row: Row, column: str) -> list[str]:
    """Return the columns of units that a column fixes."""
    return [f.name for f in row.schema.fields if f.options.get("measure") == column]


def fitting_codes(reader: Reader, row: Row, column: str) -> tuple[list[str], list[str]]:
    """Return the codes of a column that the words of a draft call for, and all that fit it: of a
    column that fixes the unit those of the unit that was read."""
    lexicon, names = reader.evidence.lexicon, measured(row, column)
    units = {row.cells[name] for name in names} - {""}
    known = [one for name in names for one in lexicon.codes.get((row.table, name), ())]
    codes = [
        code.code
        for code in lexicon.codes.get((row.table, column), ())
        if not code.unit or units <= set(lexicon.units_of(code, known))
    ]
    found = cues_in(lexicon, row.table, column, passage_of(reader, row).reading)
    return [code for code in codes if code in found], codes


def line_above(table: Table, row: Row) -> int:
    """Return the line of a table below which a row belongs."""
    key = sort_key(table.schema)
    own = key(list(row.cells.values()))
    return max((r.line for r in table.rows if key(list(r.cells.values())) < own), default=1)


def notes(reader: Reader, row: Row, listed: set[str]) -> Iterator[str]:
    """Yield what a reader must decide in a draft: empty cells, and the parts of those it names.

    `listed` are the columns whose codes have been listed: those that are the same for every draft.
    """
    missing = []
    for field in row.schema.fields:
        if field.required and not row.cells[field.name]:
            called, fitting = fitting_codes(reader, row, field.name)
            codes = called or fitting
            if len(codes) == len(reader.evidence.lexicon.codes.get((row.table, field.name), ())):
                codes = [] if field.name in listed else codes
                listed.add(field.name)
            missing.append(f"{field.name} ({'|'.join(codes)})" if codes else field.name)
        named = field.options.get("instead_of")
        if named and not field.options.get("optional") and not is_authorial(row):
            missing.append(f"{named} or {field.name}")
    if missing:
        yield f"# fill: {', '.join(missing)}"
    for column in row.schema.columns("other_mentions"):
        having: dict[str, list[str]] = {}
        for entity in filter(None, row.cells[column].split("|")):
            table = reader.evidence.lexicon.entities[entity].table
            parts = [f for f in row.schema.fields if f.rule == "entity" and table in f.references]
            having.setdefault("|".join(field.name for field in parts), []).append(entity)
        for roles, entities in having.items():
            if roles:
                yield f"# {', '.join(entities)}: {roles}, or leave in {column}"


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as one line of canonical CSV.

    >>> csv_line(["a", "b,c"])
    'a,"b,c"'
    """
    return files.canonical_csv(list(cells), []).rstrip("\n")
