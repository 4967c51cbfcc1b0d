"""Drafts of rows for what a line holds: a row to paste, of any table that could record it.

A table with a column of the rule ``quantity`` gets a draft for each quantity whose unit is one of
its codes, one of ``quotation`` for each quotation and each verb that attributes, another table of
statements with a ``date`` for each date, in each of its columns of that rule.  An open clause that
none of these has is drafted as what the document says in its own voice.  A table of surface forms
gets a draft for each open name, one of mentions for whom a drafted row names, and a table of
exclusions for each open candidate, for what no row should record.  Nothing is drafted for what is
excluded already.  A draft fills what the words decide: the quantity as it is read, the only time
that the excerpt states, the only code that its words allow, whom it names.  Out of scope: what only
a reader can decide, which is named below the draft.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.curation import places
from chipcontrols.languages.agreement import modality_of_report
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.package import Package, Row, Table, files, sort_key
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.completeness import Account
from chipcontrols.validation.cues import cues_in
from chipcontrols.validation.passages import Evidence, Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import named_outside_quote
from chipcontrols.validation.rules.numbers import decimal_text

QUOTATION_FOLLOWS = re.compile('[,，:：\\s]*[「『“"]')
QUOTATION_PRECEDES = re.compile('[,.，。!?！？][」』”"][^,.，。:：;；!?！？]*$')
NEAR = 40
"""How far before a verb the quotation that it attributes may end."""
EDGES = " ,，:：。.\t\u3000"
MANY = 10_000


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

    def excerpt(self, start: int, end: int, most_times: int = MANY) -> Span:
        """Return the largest good excerpt for a span of the line."""
        text = self.evidence.texts[self.line.document]
        return places.largest_excerpt(text, self.line, start, end, most_times)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells that rest on a span of the line, and the row that records them already, if one does."""

    span: Span
    cells: Mapping[str, str]
    recorded: str = ""


def drafts_of_line(reader: Reader) -> Iterator[str]:
    """Yield the drafts for a line as CSV, table by table, with notes that begin with #."""
    mentioned: list[tuple[str, str, str]] = []
    tables = [table for table in reader.package.tables.values() if table.schema.anchored]
    stated = [[*statement_drafts(reader, table)] for table in tables]
    told = [draft.span for drafts in stated for draft in drafts]
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
                yield f"# {table.path}, below line {below}{instead}"
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
    if schema.kind == "exclusion" and (column := schema.roles.get("class")):
        for c in (a.candidate for a in reader.accounts if a.status == "open"):
            yield Draft(places.shortest_excerpt(reader.line, c.start, c.end), {column: c.kind})


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
        for field in map(schema.field, schema.columns("date")):
            for c, by in ((a.candidate, a.by) for a in reader.to_draft("date")):
                cells = date_cells(reader.line, field, c.text)
                yield Draft(reader.excerpt(c.start, c.end), cells, by)


def clause_drafts(reader: Reader, field: Field, voice: str, told: list[Span]) -> Iterator[Draft]:
    """Yield what the document says itself: the open clauses of a sentence that are not told."""
    left = [
        (c.start, c.end)
        for c in (a.candidate for a in reader.to_draft("clause") if a.status == "open")
        if not any(start <= c.start and c.end <= end for start, end in told)
    ]
    reading = reader.line.reading
    for _, here in itertools.groupby(left, lambda one: places.sentence_around(reading, *one)):
        clauses = list(here)
        start, end = clauses[0][0], clauses[-1][1]
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
                # Of several times none would be that of the quantity for certain.
                excerpt = reader.excerpt(*span, most_times=1)
                yield Draft(excerpt, {field.name: quantity.text, **cells}, account.by)


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
    reading, kind = reader.line.reading, field.options["kind"]
    for c, by in ((a.candidate, a.by) for a in reader.to_draft("quotation")):
        if c.text.strip():
            cells = {kind: field.options["direct"], field.name: c.text}
            yield Draft(reader.excerpt(c.start - 1, c.end + 1), cells, by)
    verbs = [(account.candidate, account.by) for account in reader.to_draft("attribution")]
    begins = {verb.start for verb, _ in verbs}
    for c, by in verbs:
        quotes = QUOTATION_FOLLOWS.match(reading, c.end)
        quotes = quotes or QUOTATION_PRECEDES.search(reading[max(c.start - NEAR, 0) : c.start])
        if c.end in begins or quotes:
            continue  # 警告稱 is one verb; what a quotation says has its own draft.
        first, last = places.sentence_around(reading, c.start, c.end)
        before, after = reading[first : c.start].strip(EDGES), reading[c.end : last].strip(EDGES)
        if not after and not reader.line.language.ends_clause(reading, c.start):
            continue  # Nothing is reported: 拒絕置評.
        cells = {kind: field.options["reported"], field.name: after or before}
        sentence, tag = reading[first:last], reader.line.language.tag
        imposed = modality_of_report(sentence, sentence.find(after or before), tag)
        if imposed and not (force := force_column(reader, table)):
            continue  # Drafted without its force, a denial would be what is denied.
        cells |= {force: imposed} if imposed else {}
        yield Draft(reader.excerpt(*((c.start, last) if after else (first, c.end))), cells, by)


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
    outside = unquoted(row, passage)
    times = line.language.times(outside)
    if len(times) > 1 and schema.columns("quotation"):
        # When something is said stands before the verb.
        verb = next((start for start, _ in line.language.attributions(outside)), 0)
        times = [span for span in times if span[1] <= verb][-1:]
    dates = schema.columns("date")
    if len(times) == len(dates) == 1 and dates[0] not in draft.cells:
        cells |= date_cells(line, schema.field(dates[0]), outside[slice(*times[0])])
    for column in schema.columns("code"):
        codes = fitting_codes(reader, row, column)
        cells[column] = codes[0] if len(codes) == 1 else ""
    place = place_of_id(row)
    ids = [numbered(other.id) for other in table.rows]
    free = max((number for there, number in ids if there == place), default=0) + 1
    for column in set(schema.primary_key).intersection(schema.columns("anchored_identifier")):
        cells[column] = f"{place}-{free + position}"
    return row


def passage_of(reader: Reader, row: Row) -> Passage:
    """Return the passage that a draft rests on."""
    words, text = row.role("excerpt"), reader.evidence.texts[reader.line.document]
    at = reader.line.raw.find(words)
    return passage_at(text, row, Location("exact", at, at + len(words)))


def fitting_codes(reader: Reader, row: Row, column: str) -> list[str]:
    """Return the codes of a column that the words of a draft call for, or else those that need no
    cue; of a column that fixes the unit only those of the unit that was read, and without a cue
    only where no other code has one."""
    measured = [f.name for f in row.schema.fields if f.options.get("measure") == column]
    units = {row.cells[name] for name in measured} - {""}
    lexicon = reader.evidence.lexicon
    known = [one for name in measured for one in lexicon.codes.get((row.table, name), ())]
    codes = [
        code
        for code in lexicon.codes.get((row.table, column), ())
        if not code.unit or units <= set(lexicon.units_of(code, known))
    ]
    words = passage_of(reader, row).reading
    found = cues_in(lexicon, row.table, column, words)
    called = [code.code for code in codes if code.code in found]
    free = [code.code for code in codes if not code.cues]
    return called or ([] if measured and len(free) < len(codes) else free)


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
            codes = fitting_codes(reader, row, field.name)
            if len(codes) == len(reader.evidence.lexicon.codes.get((row.table, field.name), ())):
                codes = [] if field.name in listed else codes
                listed.add(field.name)
            missing.append(f"{field.name} ({'|'.join(codes)})" if codes else field.name)
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
