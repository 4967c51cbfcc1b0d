"""Drafts of rows for what a line holds: a row to paste, of any table that could record it.

A table with a column of the rule ``quantity`` gets a draft for each quantity, one of ``quotation``
for each quotation and each verb that attributes, another table of statements with a ``date`` for
each date, in each of its columns of that rule; a table of surface forms for each open name, and a
table of exclusions for each open candidate, for what no row should record.  Nothing is drafted for
what is excluded already.  A draft fills what the words decide: the quantity as it is read, the only
time that the excerpt states, the only code that its words allow, whom it names.  Out of scope:
what only a reader can decide, which is named below the draft.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.curation.places import (
    largest_excerpt,
    raw_words,
    sentence_around,
    shortest_excerpt,
)
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.package import Package, Row, Table, files, sort_key
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.completeness import Account
from chipcontrols.validation.passages import Evidence, Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import named_outside_quote
from chipcontrols.validation.rules.numbers import decimal_text
from chipcontrols.validation.rules.words import cues_in

QUOTATION_FOLLOWS = re.compile('[,，:：\\s]*[「『“"]')
EDGES = " ,，:：。.\t\u3000"


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

    def excerpt(self, start: int, end: int) -> Span:
        """Return the largest good excerpt for a span of the line."""
        return largest_excerpt(self.evidence.texts[self.line.document], self.line, start, end)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A row to paste, its passage, and the row that records its candidate already, if one does."""

    row: Row
    passage: Passage
    recorded: str = ""


def drafts_of_line(reader: Reader) -> Iterator[str]:
    """Yield the drafts for a line as CSV, table by table, with notes that begin with #."""
    for table in reader.package.tables.values():
        found = sorted(drafts_for(reader, table), key=lambda draft: bool(draft.recorded))
        below, listed = 0, set[str]()
        for position, unnumbered in enumerate(found):  # What is open takes the next free ids.
            draft = with_id(table, unnumbered, position)
            if below != (below := line_above(table, draft.row)):
                exclusion = table.schema.kind == "exclusion"
                instead = " (instead, for what no row should record)" if exclusion else ""
                yield f"# {table.path}, below line {below}{instead}"
            if not position:
                yield f"# {csv_line(table.schema.names)}"
            yield from draft_lines(reader, draft, listed)
        if found:
            yield ""


def drafts_for(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield the drafts of rows of one table."""
    schema = table.schema
    if not schema.anchored:
        return
    recording = False
    for field in schema.fields:
        if field.rule == "quantity" and field.options.get("part", "words") == "words":
            recording = True
            yield from quantity_drafts(reader, table, field)
        elif field.rule == "quotation":
            recording = True
            yield from quotation_drafts(reader, table, field)
    if schema.kind == "statement" and not recording:
        for column in schema.columns("date"):
            yield from date_drafts(reader, table, schema.field(column))
    if schema.kind == "surface_form":
        yield from form_drafts(reader, table)
    if schema.kind == "exclusion":
        yield from exclusion_drafts(reader, table)


def quantity_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a row for each quantity, its words in the column of the field."""
    line = reader.line
    read = {(found.start, found.end): found for found in line.language.quantities(line.reading)}
    for account in reader.to_draft("numeral"):
        span = account.candidate.start, account.candidate.end
        if span in read:
            cells = {field.name: read[span].text}
            for other in table.schema.fields:
                if other.rule == "quantity" and other.options.get("of") == field.name:
                    cells[other.name] = quantity_parts(read[span])[other.options["part"]]
            yield drafted(reader, table, reader.excerpt(*span), cells, account.by)


def quantity_parts(quantity: Quantity) -> dict[str, str]:
    """Return the cells of a quantity as it is read, by the part that each column holds."""
    return {
        "value": decimal_text(quantity.value),
        "low": decimal_text(quantity.low),
        "high": decimal_text(quantity.high),
        "unit": quantity.unit or "",
        "bound": quantity.bound,
    }


def quotation_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a direct statement for each quotation, a reported one for each verb without one."""
    reading, kind = reader.line.reading, field.options["kind"]
    for account in reader.to_draft("quotation"):
        c = account.candidate
        if c.text.strip():
            cells = {kind: field.options["direct"], field.name: c.text}
            span = reader.excerpt(c.start - 1, c.end + 1)
            yield drafted(reader, table, span, cells, account.by)
    verbs = reader.to_draft("attribution")
    begins = {account.candidate.start for account in verbs}
    for account in verbs:
        c = account.candidate
        if c.end in begins or QUOTATION_FOLLOWS.match(reading, c.end):
            continue  # 警告稱 is one verb; what a quotation says has its own draft.
        first, last = sentence_around(reading, c.start, c.end)
        before, after = reading[first : c.start].strip(EDGES), reading[c.end : last].strip(EDGES)
        cells = {kind: field.options["reported"], field.name: after or before}
        start, end = (c.start, last) if after else (first, c.end)
        yield drafted(reader, table, reader.excerpt(start, end), cells, account.by)


def date_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a row for each date, in the column of the field."""
    for account in reader.to_draft("date"):
        c = account.candidate
        cells = date_cells(reader.line, field, c.text)
        yield drafted(reader, table, reader.excerpt(c.start, c.end), cells, account.by)


def date_cells(line: Line, field: Field, words: str) -> dict[str, str]:
    """Return the cells of a date and of its words."""
    resolved = line.language.resolve_date(words, line.published or None)
    return {field.name: resolved or "", field.options["words"]: words}


def form_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a surface form for each name that is open, each form once."""
    schema, line = table.schema, reader.line
    column = schema.roles["form"]
    found = {a.candidate.text: a.candidate for a in reader.to_draft("name") if a.status == "open"}
    for text, c in found.items():
        scripts = [f.name for f in schema.fields if f.options.get("of") == column]
        cells = {column: text, **dict.fromkeys(scripts, line.language.script(text))}
        yield drafted(reader, table, shortest_excerpt(line, c.start, c.end), cells)


def exclusion_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield an exclusion for each candidate that is open."""
    for account in reader.accounts:
        c = account.candidate
        if account.status == "open" and (column := table.schema.roles.get("class")):
            yield drafted(
                reader, table, shortest_excerpt(reader.line, c.start, c.end), {column: c.kind}
            )


def drafted(
    reader: Reader, table: Table, span: Span, filled: Mapping[str, str], recorded: str = ""
) -> Draft:
    """Return a draft that rests on a reading span of the line, with all that the words decide."""
    line, schema = reader.line, table.schema
    anchor = {"document": line.document, "line": str(line.number), "excerpt": raw_words(line, span)}
    cells = dict.fromkeys(schema.names, "") | dict(filled)
    cells |= {schema.roles[role]: cell for role, cell in anchor.items()}
    row = Row(table.name, 0, "", cells, schema)
    text = reader.evidence.texts[line.document]
    passage = passage_at(text, row, Location("exact", *line.raw_span(*span)))
    for column in schema.columns("other_mentions"):
        # Before a curator gives them roles, all are other mentions.
        cells[column] = "|".join(sorted(named_outside_quote(reader.evidence, row, passage)))
    outside = unquoted(row, passage)
    times = [outside[start:end] for start, end in line.language.times(outside)]
    dates = schema.columns("date")
    if len(times) == len(dates) == 1 and dates[0] not in filled:
        cells |= date_cells(line, schema.field(dates[0]), times[0])
    draft = Draft(row, passage, recorded)
    for column in schema.columns("code"):
        codes = fitting_codes(reader, draft, column)
        cells[column] = codes[0] if len(codes) == 1 else ""
    return draft


def fitting_codes(reader: Reader, draft: Draft, column: str) -> list[str]:
    """Return the codes of a column that the words of a draft call for, or else those that need no
    cue; of a column that fixes the unit only those of the unit that was read."""
    row = draft.row
    units = [
        row.cells[field.name]
        for field in row.schema.fields
        if field.options.get("measure") == column
    ]
    codes = [
        code
        for code in reader.evidence.lexicon.codes.get((row.table, column), ())
        if not code.unit or not any(unit and unit != code.unit for unit in units)
    ]
    found = cues_in(reader.evidence, row.table, column, draft.passage.reading)
    called = [code.code for code in codes if code.code in found]
    return called or [code.code for code in codes if not code.cues]


def with_id(table: Table, draft: Draft, position: int) -> Draft:
    """Return a draft with its id: the next free one of its line, `position` drafts later."""
    keys = set(table.schema.primary_key).intersection(table.schema.columns("anchored_identifier"))
    place = place_of_id(draft.row)
    taken = (
        number for there, number in map(numbered, (r.id for r in table.rows)) if there == place
    )
    identifier = f"{place}-{max(taken, default=0) + 1 + position}"
    cells = dict(draft.row.cells) | dict.fromkeys(keys, identifier)
    return dataclasses.replace(draft, row=dataclasses.replace(draft.row, cells=cells))


def line_above(table: Table, row: Row) -> int:
    """Return the line of a table below which a row belongs."""
    key = sort_key(table.schema)
    own = key(list(row.cells.values()))
    return max((r.line for r in table.rows if key(list(r.cells.values())) < own), default=1)


def draft_lines(reader: Reader, draft: Draft, listed: set[str]) -> Iterator[str]:
    """Yield a draft as a line of CSV, and below it what a reader must decide.

    `listed` are the columns whose codes have been listed: those that are the same for every draft.
    """
    row = draft.row
    if draft.recorded:
        yield f"# recorded already by {draft.recorded}:"
    yield csv_line(row.cells.values())
    missing = []
    for field in row.schema.fields:
        if field.required and not row.cells[field.name]:
            codes = fitting_codes(reader, draft, field.name)
            if len(codes) == len(reader.evidence.lexicon.codes.get((row.table, field.name), ())):
                codes = [] if field.name in listed else codes
                listed.add(field.name)
            missing.append(f"{field.name} ({'|'.join(codes)})" if codes else field.name)
    if missing:
        yield f"# fill: {', '.join(missing)}"
    for column in row.schema.columns("other_mentions"):
        for entity in filter(None, row.cells[column].split("|")):
            table = reader.evidence.lexicon.entities[entity].table
            roles = [
                f.name for f in row.schema.fields if f.rule == "entity" and table in f.references
            ]
            if roles:
                yield f"# {entity}: {'|'.join(roles)}, or leave in {column}"


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as one line of canonical CSV.

    >>> csv_line(["a", "b,c"])
    'a,"b,c"'
    """
    return files.canonical_csv(list(cells), []).rstrip("\n")
