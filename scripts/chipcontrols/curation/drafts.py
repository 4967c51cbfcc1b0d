"""Drafts of rows for what a line holds: a row to paste, of any table that could record it.

First come surface forms, one for each open name, and for what is the name of something in other
documents alone (a generic noun): a row needs the names of those whom it names.  A table with a
column of the rule ``quantity`` gets a draft for each quantity whose unit is one of its codes and
that is no time, one of ``quotation`` for each quotation and what each verb reports, one whose rows
say who must obey for each clause with a word that orders, another table of statements with a
``date`` for each day or month, in each of its columns of that rule.  An open clause that none of
these has is drafted as what the document says in its own voice, unless it is a connective or a line
without a full stop, as headings and credits are.  A table of mentions gets whom a drafted row
names, one of exclusions each open candidate, for what no row should record.  Nothing is drafted for
what is excluded already.  Out of scope: the cells that the words decide (`cells`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from chipcontrols.curation import places, reports
from chipcontrols.curation.cells import Draft, date_cells, notes, row_of
from chipcontrols.curation.reader import Reader
from chipcontrols.languages.agreement import modality_of_report
from chipcontrols.languages.base import Span
from chipcontrols.languages.folding import fold
from chipcontrols.languages.surface_forms import compile_forms, mentions
from chipcontrols.package import Table, files, sort_key
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line
from chipcontrols.validation.candidates import CONNECTIVE, length_of
from chipcontrols.validation.rules.entities import entities_of
from chipcontrols.validation.rules.numbers import parts_of
from chipcontrols.validation.rules.words import LAST_COMMA

ORDERED = "bound"
"""The role of who must obey: rows of a table that has it are orders."""
QUESTION_MARKS = ("?", "？")
PERIOD = re.compile("[0-9]{4}|[0-9]{4}-[0-9]{2}/[0-9]{4}-[0-9]{2}")
"""A date that dates no act: a year, a quarter, half a year."""


def drafts_of_line(reader: Reader) -> Iterator[str]:
    """Yield the drafts for a line as CSV, table by table, with notes that begin with #."""
    mentioned, cited = list[dict[str, str]](), list[dict[str, str]]()
    tables = [table for table in reader.package.tables.values() if table.schema.anchored]
    tables.sort(key=lambda table: table.schema.kind != "surface_form")  # Names first, then rows.
    stated = [[*statement_drafts(reader, table)] for table in tables]
    told = list[Span]()
    for table, drafts in zip(tables, stated, strict=True):
        open_drafts = (draft for draft in drafts if not draft.recorded)
        told += (one for draft in open_drafts for one in row_of(reader, table, draft, 0)[2])
    for table, found in zip(tables, stated, strict=True):
        below, listed, order = 0, set[str](), sort_key(table.schema)
        above = [(order([*row.cells.values()]), row.line) for row in table.rows]
        # What is open takes the next free ids.
        every = [*found, *other_drafts(reader, table, told)]
        drafts = sorted(every, key=lambda draft: bool(draft.recorded))
        made = [(one, *row_of(reader, table, one, at)) for at, one in enumerate(drafts)]
        keyed = [(order([*row.cells.values()]), at) for at, (_, row, *_) in enumerate(made)]
        for position, (key, at) in enumerate(sorted(keyed)):
            draft, row, named, _, clauses = made[at]
            if below != (below := max((at for one, at in above if one < key), default=1)):
                exclusion = table.schema.kind == "exclusion"
                instead = " (instead, for what no row should record)" if exclusion else ""
                path, number = table.place(below)
                yield f"# {path}, below line {number}{instead}"
            if not position:
                yield f"# {csv_line(table.schema.names)}"
            if draft.recorded:
                yield f"# recorded already by {draft.recorded}:"
            yield csv_line(row.cells.values())
            yield from notes(reader, table, row, draft.span, listed)
            if table.schema.kind == "statement" and not draft.recorded:
                of = {"table": table.name, "row": row.cells[table.schema.primary_key[0]]}
                others = (one for one in named if one not in entities_of(row))
                mentioned += (of | {"entity": one} for one in others)
                cited += (
                    of | {"column": column} | places.citation(reader.line, span)
                    for column, span in clauses.items()
                )
        if drafts:
            yield ""
    yield from listing(reader, "mention", mentioned, " (except those to whom the row gives a role)")
    yield from listing(reader, "citation", cited)


def listing(
    reader: Reader, kind: str, rows: Iterable[Mapping[str, str]], note: str = ""
) -> Iterator[str]:
    """Yield rows, by their roles, for the table of a kind that says more of those drafted."""
    for table in reader.package.of_kind(kind) if rows else ():
        yield f"# {table.path}{note}"
        yield f"# {csv_line(table.schema.names)}"
        empty = dict.fromkeys(table.schema.names, "")
        for row in rows:
            cells = {table.schema.roles[role]: cell for role, cell in row.items()}
            yield csv_line((empty | cells).values())
        yield ""


def statement_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a row for each quantity, for what somebody says, for each order, or for each date."""
    schema = table.schema
    dated = schema.kind == "statement" and not schema.columns("quantity", "quotation")
    for field in schema.fields:
        if field.rule == "quantity" and field.options.get("part", "words") == "words":
            yield from quantity_drafts(reader, table, field)
        if field.rule == "quotation":
            yield from quotation_drafts(reader, table, field)
        if field.rule == "date" and dated and not reader.is_heading():
            yield from date_drafts(reader, table, field)
        if field.role == ORDERED:
            yield from order_drafts(reader, table)


def other_drafts(reader: Reader, table: Table, told: list[Span]) -> Iterator[Draft]:
    """Yield a row for each stretch of open clauses that is not told, open name or candidate."""
    schema, line = table.schema, reader.line
    for field in schema.fields:
        if field.rule == "quotation" and field.options.get("authorial"):
            yield from clause_drafts(reader, field, told)
    found: list[tuple[Span, dict[str, str]]] = []
    if schema.kind == "surface_form":  # each form once
        scripts = [f.name for f in schema.fields if f.options.get("of") == schema.roles["form"]]
        local = local_forms(table, line)
        forms = {c.text: (c.start, c.end) for c in reader.open("name")} | local
        for text, span in forms.items():
            cells = dict.fromkeys(scripts, line.language.script(text))
            known = reader.evidence.lexicon.entities.items()
            ids = [id for id, entity in known if text in entity.english and text not in local]
            cells |= {schema.roles["entity"]: ids[0]} if len(ids) == 1 else {}
            cells |= {schema.roles["local"]: "true"} if text in local else {}
            found.append((span, {schema.roles["form"]: text} | cells))
    if schema.kind == "term":
        for c in reader.open("quotation"):
            if reports.names_speaker(line, (c.start, c.end)):
                found.append(((c.start, c.end), dict.fromkeys(schema.columns("term"), c.text)))
    if schema.kind == "exclusion" and (column := schema.roles.get("class")):
        clauses = reader.open("clause") if reader.is_heading() else []  # which is left out whole
        left = [(c.kind, (c.start, c.end)) for c in reader.open() if c not in clauses]
        left += [("clause", (clauses[0].start, clauses[-1].end))] if clauses else []
        found += [(s, {column: kind} | only_reason(table, reader, kind, s)) for kind, s in left]
    yield from (Draft(places.shortest_excerpt(line, *span), cells) for span, cells in found)


def local_forms(table: Table, line: Line) -> dict[str, Span]:
    """Return where forms stand that name something in other documents alone, as generic nouns do;
    what they name here a reader must say."""
    local = {row.role("form") for row in table.rows if row.role("local") == "true"}
    reading = fold(line.reading)
    here = compile_forms((form, form) for form in local if fold(form) in reading)
    return {
        line.reading[one.start : one.end]: (one.start, one.end)
        for one in mentions(line.reading, here)
        if not any(m.start < one.end and one.start < m.end for m in line.mentions)
    }


def only_reason(table: Table, reader: Reader, kind: str, span: Span) -> dict[str, str]:
    """Return the cell of the reason for which a candidate of a class is excluded, where there is
    only one but that it repeats others, or one for what it counts (an ordinal is a label, and a
    count of one counts nothing)."""
    column = table.schema.roles.get("reason", "")
    codes, read = reader.package.codes.get((table.name, column), ()), reader.quantities.get(span)
    unit = read.unit if read else None
    unit = "one" if read and read.value == 1 and unit in (None, "count") else unit
    fitting = [c.code for c in codes if unit in dict(c.roles).get("unit", ())]
    fitting = fitting or [code.code for code in codes if kind in dict(code.roles).get("class", ())]
    fitting = [code for code in fitting if code != "repeat"]
    return {column: fitting[0]} if len(fitting) == 1 else {}


def date_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a row for each date, but for a long period, that of a dateline, or when there was so
    much of something or a state lasted: these date no act."""
    line = reader.line
    leading = reports.leading(line.reading, 0, len(line.reading))
    counted = [start for (start, _), one in reader.quantities.items() if one.unit != "ordinal"]
    for c, by in reader.to_draft("date"):
        cells = date_cells(line, field, c.text, (c.start, c.end))
        first, last = places.clauses_around(line, c.start, c.end)
        measured = any(first <= one < last for one in counted)
        since = reports.word("state").search(fold(c.text))
        state = since or reports.precedes("state", line.reading, c.start)
        act = c.start >= leading and not PERIOD.fullmatch(cells[field.name])
        if act and not measured and not state:
            span = c.start, c.end
            yield Draft(narrowed(reader, table, cells, span), cells, by, span)


def order_drafts(reader: Reader, table: Table) -> Iterator[Draft]:
    """Yield a row for each clause, outside of quotations, that orders, forbids or allows; one where
    several have the same excerpt, which has words of a code of the table."""
    line, found, until = reader.line, dict[Span, Draft](), 0
    quoted, folded = line.language.quotations(line.reading), fold(line.reading)
    orders = [one.span() for one in reports.word("order").finditer(folded)]
    orders = [one for one in orders if not any(s <= one[0] < e for s, e in quoted)]
    for c, by in reader.to_draft("clause"):
        for start, end in [one for one in orders if max(c.start, until) <= one[0] < c.end][:1]:
            if reports.word("denial").search(folded, c.start, start):
                continue  # 不是出口禁止 forbids nothing.
            # What is ordered follows 应当依照…; 未经批准 belongs to 不得.
            based = reports.word("basis").match(folded, end)
            based = based or reports.word("condition").fullmatch(folded, start, end)
            until = reports.part(line, start, end)[1] if based else end
            excerpt = narrowed(reader, table, {}, (start, until))
            columns = table.schema.columns("code")
            if any(reader.called(table, {}, column, excerpt) for column in columns):
                recorded = by if by.startswith(f"{table.name}/") else ""
                found.setdefault(excerpt, Draft(excerpt, {}, recorded))
    yield from found.values()


def clause_drafts(reader: Reader, field: Field, told: list[Span]) -> Iterator[Draft]:
    """Yield what the document says itself: the open clauses of a sentence that are not told."""
    line, by_sentence = reader.line, dict[Span, list[Span]]()
    sayers = [
        (places.sentence_around(line, *verb)[0], verb[0])
        for verb, said in reports.reported(line)
        if said[0] > verb[0] and any(verb[0] == c.start for c in reader.open("clause"))
    ]
    for c in reader.open("clause") if not reader.is_heading() else ():
        here = any(start <= c.start and c.end <= end for start, end in told + sayers)
        if not here and (length_of(c.text) > CONNECTIVE or is_sentence(line, c.start, c.end)):
            sentence = places.sentence_around(line, c.start, c.end)
            by_sentence.setdefault(sentence, []).append((c.start, c.end))
    for sentence, clauses in by_sentence.items():
        start, end = reports.trimmed(line.reading, clauses[0][0], clauses[-1][1])
        end += line.language.has_unpaired_mark(line.reading[start:end])  # and the closing one
        end += line.reading[end : end + 1] in QUESTION_MARKS
        whole = line.language.tag in reports.SPEAKER_FOLLOWS  # Its commas part no propositions.
        whole &= not any(s < sentence[1] and sentence[0] < e for s, e in told)
        if whole or line.language.severed(line.reading, start, end)[0]:
            start, end = reports.trimmed(line.reading, *sentence)
        kind = {field.options["kind"]: field.options["authorial"]}
        excerpt = reader.excerpt((start, end), undated(line, (start, end), sentence))
        yield Draft(excerpt, kind | {field.name: line.reading[start:end]})


def is_sentence(line: Line, start: int, end: int) -> bool:
    """Return whether a stretch is a sentence that says something, not who said what is before."""
    verbs = line.language.attributions(line.reading)
    whole = reports.trimmed(line.reading, *places.sentence_around(line, start, end))
    return whole == (start, end) and not any(start <= verb[0] < end for verb in verbs)


def quantity_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a row for each quantity, its words in the column of the field."""
    line, read = reader.line, reader.quantities
    said, dates = [*reports.reported(line)], line.language.dates(line.reading)
    verbs = line.language.attributions(line.reading)
    saying = [(places.clauses_around(line, *verb)[0], verb[0]) for verb in verbs]
    of = [f for f in table.schema.fields if f.options.get("of") == field.name]
    for c, by in reader.to_draft("numeral"):
        quantity = read.get(span := (c.start, c.end))
        if any(one.start < c.end and c.start < one.end for one in dates):
            continue  # 近三年来 is a time.
        if quantity and quantity.unit in (None, "count"):
            # One company counts nothing, and who says it (two people said) is no figure.
            outside = any(first <= c.start < verb for first, verb in saying)
            outside &= not any(first <= c.start < last for _, (first, last) in said)
            quantity = None if quantity.value == 1 or outside else quantity
        if quantity:
            parts = parts_of(quantity)
            parts["unit"] = parts["unit"] or "count" * bool(parts["value"])  # a bare number
            cells = {other.name: parts[other.options["part"]] for other in of}
            codes = {name: reader.fitting(table, {}, name) for name in cells if cells[name]}
            if all(not known or cells[name] in known for name, known in codes.items()):
                cells[field.name] = quantity.text
                yield Draft(narrowed(reader, table, cells, span), cells, by, span)


def narrowed(reader: Reader, table: Table, cells: Mapping[str, str], span: Span) -> Span:
    """Return the excerpt for a span: its sentence, or part of one, but its clauses alone where that
    has several times, or is partly outside of a report, or the clauses alone decide a code."""
    line, said = reader.line, reader.report(span)
    sentence, clauses = reports.part(line, *span), places.clauses_around(line, *span)

    def called(column: str, span: Span) -> int:
        return len(reader.called(table, cells, column, span))

    times = line.language.times
    narrow = len(times(line.reading[slice(*sentence)])) > 1
    narrow |= bool(times(line.reading[clauses[1] : sentence[1]]))  # the time of something else
    narrow |= said is not None and sentence[0] < said[0]
    columns = table.schema.columns("code")
    narrow |= any(called(one, clauses) == 1 < called(one, sentence) for one in columns)
    return reader.excerpt(span, clauses if narrow else sentence)


def quotation_drafts(reader: Reader, table: Table, field: Field) -> Iterator[Draft]:
    """Yield a direct statement for each quotation, a reported one for each verb without one."""
    line, kind = reader.line, field.options["kind"]
    names = {c.text for c in reader.open("name")}
    for c, by in reader.to_draft("quotation"):
        names_somebody = c.text in names or reports.names_speaker(line, (c.start, c.end))
        if c.text and c.text == c.text.strip() and not names_somebody:
            cells = {kind: field.options["direct"], field.name: c.text.rstrip(LAST_COMMA)}
            span = c.start - 1, c.end + 1
            larger = reports.segment(line, *span)
            excerpt = reader.excerpt(span, reports.with_speaker(line, span, larger), larger)
            yield Draft(excerpt, cells, by, verb=reports.verb_over(line, span))
    verbs = {(c.start, c.end): by for c, by in reader.to_draft("attribution")}
    force = table.schema.roles.get("modality", "")
    force = force if (table.name, force) in reader.package.codes else ""
    for verb, (start, end) in reports.reported(line):
        first, _ = places.sentence_around(line, *verb)
        reading, said = line.reading, line.reading[start:end]
        before = f"{reading[first : verb[1]]} " if verb[1] < start else reading[first:start]
        imposed = modality_of_report(before + said, len(before), line.language.tag)
        # Drafted without its force, a denial would be what is denied.
        if verb in verbs and (force or not imposed):
            cells = {kind: field.options["reported"], field.name: said}
            cells |= {force: imposed} if imposed else {}
            span = min(verb[0], start), max(verb[1], end)
            larger = undated(line, span, reports.segment(line, *span))
            yield Draft(reader.excerpt(span, larger), cells, verbs[verb], verb=verb)


def undated(line: Line, span: Span, larger: Span) -> Span:
    """Return a larger span, or but the clauses of a span where beside them something has a time."""
    near, times = places.clauses_around(line, *span), line.language.times
    first = reports.leading(line.reading, *larger)  # but for the day of a dateline
    beside = line.reading[first : near[0]], line.reading[near[1] : larger[1]]
    return near if any(map(times, beside)) else larger


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as one line of canonical CSV.

    >>> csv_line(["a", "b,c"])
    'a,"b,c"'
    """
    return files.canonical_csv(list(cells), []).rstrip("\n")
