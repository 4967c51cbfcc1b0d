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
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.curation import places, reports
from chipcontrols.languages.agreement import modality_of_report
from chipcontrols.languages.base import Quantity, Span
from chipcontrols.languages.zh.folding import fold
from chipcontrols.package import Package, Row, Table, files, sort_key
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.candidates import Candidate
from chipcontrols.validation.completeness import Account, stands_apart
from chipcontrols.validation.cues import cues_in
from chipcontrols.validation.passages import Evidence, Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import entities_of, named_outside_quote
from chipcontrols.validation.rules.numbers import decimal_text
from chipcontrols.validation.rules.words import is_authorial

NOWHERE = (0, 0)
ORDERED = "bound"
"""The role of who must obey: rows of a table that has it are orders."""
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

    def open(self, *kinds: str) -> list[Candidate]:
        """Return the open candidates, of all classes or of some."""
        found = [a.candidate for a in self.accounts if a.status == "open"]
        return [c for c in found if not kinds or c.kind in kinds]

    def is_heading(self) -> bool:
        """Return whether the line is short and has no full stop, as headings and credits."""
        return stands_apart(self.line, 0, len(self.line.reading))

    def report(self, span: Span) -> Span | None:
        """Return what somebody says in which a span lies, if it lies in any."""
        said = (said for _, said in reports.reported(self.line))
        return next((one for one in said if one[0] <= span[0] and span[1] <= one[1]), None)

    def sentences(self, spans: Iterable[Span]) -> dict[Span, list[Span]]:
        """Return spans by the sentence that they lie in."""
        found: dict[Span, list[Span]] = {}
        for span in spans:
            found.setdefault(places.sentence_around(self.line, *span), []).append(span)
        return found

    def excerpt(self, start: int, end: int, *larger: Span) -> Span:
        """Return the first good excerpt for a span of the line, of some, its sentence, its clauses
        or less."""
        sentence = places.sentence_around(self.line, start, end)
        tried = (*larger, sentence, places.clauses_around(self.line, start, end))
        return places.good_excerpt(
            self.evidence.texts[self.line.document], self.line, (start, end), tried
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells that rest on a span of the line, the row that records them already, if one does, and
    where in the span the words are that they are about, if not everywhere."""

    span: Span
    cells: Mapping[str, str]
    recorded: str = ""
    about: Span = NOWHERE


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
                named = named_outside_quote(reader.evidence, row, passage_of(reader, row))
                row_id = row.cells[table.schema.primary_key[0]]
                others = sorted(named - entities_of(row))
                mentioned += ((table.name, row_id, entity) for entity in others)
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
        for c in reader.open("quotation"):
            if reports.names_speaker(reader.line, (c.start, c.end)):
                cells = dict.fromkeys(schema.columns("term"), c.text)
                yield Draft(places.shortest_excerpt(reader.line, c.start, c.end), cells)
    if schema.kind == "exclusion" and (column := schema.roles.get("class")):
        spans = [(c.kind, c.start, c.end) for c in reader.open()]
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
    if ORDERED in schema.roles:
        yield from order_drafts(reader, table)
    if schema.kind == "statement" and not quantities and not quotations:
        line = reader.line
        counted = [(one.start, one.end) for one in line.language.quantities(line.reading)]
        for field in map(schema.field, schema.columns("date")):
            for c, by in ((a.candidate, a.by) for a in reader.to_draft("date")):
                cells, span = date_cells(line, field, c.text), (c.start, c.end)
                here = [(s, e) for s, e in line.language.clauses(line.reading) if s <= c.start < e]
                measured = any(s <= one[0] < e for s, e in here for one in counted)
                since = reports.word("state").search(fold(c.text)) is not None
                state = since or reports.precedes("state", line.reading, c.start)
                # A year, or when there was so much of something, dates no act.
                if not (len(cells[field.name]) == YEAR or measured or state or reader.is_heading()):
                    yield Draft(reader.excerpt(*span), cells, by, span)


def order_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a row for each clause, outside of quotations, that orders, forbids or allows; one where
    several have the same excerpt, which has words of a code of the table."""
    line, found = reader.line, dict[Span, Draft]()
    quoted = line.language.quotations(line.reading)
    orders = [one.span() for one in reports.word("order").finditer(fold(line.reading))]
    for account in reader.to_draft("clause") if not reader.is_heading() else ():
        clause = account.candidate.start, account.candidate.end
        here = [one for one in orders if clause[0] <= one[0] < clause[1]]
        if here and not any(start <= here[0][0] < end for start, end in quoted):
            excerpt = measuring(reader, table, {}, here[0])
            by = account.by if account.by.startswith(f"{table.name}/") else ""
            codes = [
                called_codes(reader, table, {}, name, line.reading[slice(*excerpt)])
                for name in table.schema.columns("code")
            ]
            if any(codes):
                found.setdefault(excerpt, Draft(excerpt, {}, by))
    yield from found.values()


def clause_drafts(reader: Reader, field: Field, voice: str, told: list[Span]) -> Iterator[Draft]:
    """Yield what the document says itself: the open clauses of a sentence that are not told."""
    reading = reader.line.reading
    spans = [
        (c.start, c.end)
        for c in reader.open("clause")
        if not reader.is_heading() and not stands_apart(reader.line, c.start, c.end)
    ]
    left = [one for one in spans if not any(s <= one[0] and one[1] <= e for s, e in told)]
    for sentence, clauses in reader.sentences(left).items():
        start, end = reports.trimmed(reading, clauses[0][0], clauses[-1][1])
        if reader.line.language.severed(reading, start, end)[0]:
            start, end = reports.trimmed(reading, *sentence)
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
                cells[field.name] = quantity.text
                yield Draft(measuring(reader, table, cells, span), cells, account.by, span)


def measuring(reader: Reader, table: Table, cells: Mapping[str, str], span: Span) -> Span:
    """Return the excerpt for a quantity: its sentence, but its clauses alone where the sentence
    has several times, or is partly outside of a report, or the clauses alone decide a code."""
    line = reader.line
    sentence = places.sentence_around(line, *span)
    clauses = places.clauses_around(line, *span)
    said = reader.report(span)
    narrow = (
        len(line.language.times(line.reading[slice(*sentence)])) > 1
        or (said is not None and sentence[0] < said[0])
        or any(
            len(called_codes(reader, table, cells, name, line.reading[slice(*clauses)])) == 1
            < len(called_codes(reader, table, cells, name, line.reading[slice(*sentence)]))
            for name in table.schema.columns("code")
        )
    )
    return reader.excerpt(*span, *([clauses] if narrow else []))


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
    names = {c.text for c in reader.open("name")}
    for c, by in ((a.candidate, a.by) for a in reader.to_draft("quotation")):
        names_somebody = c.text in names or reports.names_speaker(reader.line, (c.start, c.end))
        if c.text and c.text == c.text.strip() and not names_somebody:
            cells = {kind: field.options["direct"], field.name: c.text}
            span = c.start - 1, c.end + 1
            yield Draft(reader.excerpt(*span, reports.segment(reader.line, *span)), cells, by)
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
        span = min(verb[0], start), max(verb[1], end)
        larger = reports.segment(reader.line, *span)
        yield Draft(reader.excerpt(*span, larger), cells, verbs[verb])


def date_cells(line: Line, field: Field, words: str) -> dict[str, str]:
    """Return the cells of a date and of its words."""
    resolved = line.language.resolve_date(words, line.published or None)
    return {field.name: resolved or "", field.options["words"]: words}


def form_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a surface form for each name that is open, each form once."""
    column, line = table.schema.roles["form"], reader.line
    scripts = [f.name for f in table.schema.fields if f.options.get("of") == column]
    for text, c in {c.text: c for c in reader.open("name")}.items():
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
    named = sorted(named_outside_quote(reader.evidence, row, passage))
    for column in schema.columns("other_mentions"):
        cells[column] = "|".join(named)  # until a curator gives them roles
    for field in schema.fields if schema.kind == "statement" else ():
        tables = field.references if field.rule == "entity" and field.required else ()
        only = [one for one in named if reader.evidence.lexicon.entities[one].table in tables]
        cells[field.name] = only[0] if len(only) == 1 else cells[field.name]
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
    that of its clause; of anything else the only one that is no part of another report, of a
    quantity none that follows its clause or is one that it is compared with."""
    outside, language, begin = unquoted(row, passage), reader.line.language, passage.span[0]
    times = language.times(outside)
    if row.schema.columns("quotation"):
        verb = next((start for start, _ in language.attributions(outside)), 0)
        clause = next((c for c in language.clauses(outside) if c[0] <= verb < c[1]), (0, 0))
        before = [span for span in times if span[1] <= verb]
        times = before[-1:] or [one for one in times if clause[0] <= one[0] < clause[1]]
    elif said := reader.report(draft.about):
        times = [one for one in times if said[0] <= begin + one[0] < said[1]]
    if len(times) != 1:
        return ""
    start, end = times[0]
    late = begin + start > places.clauses_around(reader.line, *draft.about)[1]
    compared = reports.precedes("compared", outside, start)
    return "" if draft.about != NOWHERE and (late or compared) else outside[start:end]


def passage_of(reader: Reader, row: Row) -> Passage:
    """Return the passage that a draft rests on."""
    words, text = row.role("excerpt"), reader.evidence.texts[reader.line.document]
    at = reader.line.raw.find(words)
    return passage_at(text, row, Location("exact", at, at + len(words)))


def code_of(reader: Reader, draft: Draft, row: Row, column: str) -> str:
    """Return the only code that the words of a draft call for, if those beside what it is about do,
    or the only one that needs no cue."""
    called = called_codes(reader, row, row.cells, column, passage_of(reader, row).reading)
    if called and draft.about != NOWHERE:
        line, (start, end) = reader.line, draft.about
        first, last = places.clauses_around(line, start, end)
        others = [(one.start, one.end) for one in line.language.quantities(line.reading)]
        before = line.reading[max([first, *(e for _, e in others if e <= start)]) : end]
        after = line.reading[start : min([last, *(s for s, _ in others if s >= end)])]
        beside = (called_codes(reader, row, row.cells, column, words) for words in (before, after))
        level = reports.precedes("level", line.reading, start)
        return called[0] if len(called) == 1 and not level and called in beside else ""
    every = {one.code: one for one in reader.evidence.lexicon.codes.get((row.table, column), ())}
    fitting = fitting_codes(reader, row, row.cells, column)
    found = called or [code for code in fitting if not every[code].cues]
    return found[0] if len(found) == 1 else ""


def fitting_codes(
    reader: Reader, row: Row | Table, cells: Mapping[str, str], column: str
) -> list[str]:
    """Return the codes of a column, of one that fixes a unit those of the unit that was read."""
    lexicon, name = reader.evidence.lexicon, row.table if isinstance(row, Row) else row.name
    units = [f.name for f in row.schema.fields if f.options.get("measure") == column]
    read = {cells[one] for one in units if cells.get(one)}
    known = [code for one in units for code in lexicon.codes.get((name, one), ())]
    codes = lexicon.codes.get((name, column), ())
    return [c.code for c in codes if not c.unit or read <= set(lexicon.units_of(c, known))]


def called_codes(
    reader: Reader, row: Row | Table, cells: Mapping[str, str], column: str, words: str
) -> list[str]:
    """Return the codes that fit a column and that words call for; a cue inside a longer one of
    another code (不得 in 未经许可不得) calls for nothing."""
    name = row.table if isinstance(row, Row) else row.name
    found = cues_in(reader.evidence.lexicon, name, column, words)
    fitting = [code for code in fitting_codes(reader, row, cells, column) if code in found]
    longer = {code: [cue for one in found if one != code for cue in found[one]] for code in fitting}
    return [
        code
        for code in fitting
        if any(not any(cue in one and cue != one for one in longer[code]) for cue in found[code])
    ]


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
            words = passage_of(reader, row).reading
            codes = called_codes(reader, row, row.cells, field.name, words)
            codes = codes or fitting_codes(reader, row, row.cells, field.name)
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
