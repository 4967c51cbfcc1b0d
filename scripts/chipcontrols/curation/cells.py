"""What fills the cells of a draft: all that the words of its excerpt decide.

That is the only code that they allow, the only time and force, and whom they name.  Of something
said the time is the last before the verb; of a quantity it is none that follows its clause or with
which it is compared.

Its code is one that has its unit, by the words beside it: words on the quantity decide (halved),
else the last before it in its clause and behind the quantity before, else those close behind it;
what a count counts is close to it on either side.  A number that words of a level lead to (from $5
billion, 較年初的22件) is of what its clause names before, else of the code of the quantity of its
unit before, as is one without words of its own behind *and*; of codes that tell a change only the
words behind those of the level decide.  Where nothing decides, it is a code without cues, or where
no such code has its unit, of what is named last.
Out of scope: what only a reader can decide, which `notes` name.
"""

import dataclasses
from collections.abc import Iterator, Mapping

from chipcontrols.curation import places, reports
from chipcontrols.curation.reader import NOWHERE, Reader
from chipcontrols.languages.agreement import MODALITIES
from chipcontrols.languages.base import Span
from chipcontrols.languages.folding import fold
from chipcontrols.package import Row, Table
from chipcontrols.package.schema import Field
from chipcontrols.validation.anchors import Line, Location
from chipcontrols.validation.candidates import CONNECTIVE, length_of, stated_spans
from chipcontrols.validation.passages import Passage, passage_at
from chipcontrols.validation.rules.anchors import numbered, place_of_id
from chipcontrols.validation.rules.base import unquoted
from chipcontrols.validation.rules.entities import named_by_title, named_outside_quote
from chipcontrols.validation.rules.words import is_authorial

CLOSE = 3
"""How much may stand between a count, or a quantity before another, and what it counts."""
MAY_TELL = ("would", "planned")
"""Kinds of marks that tell a modality although they ask for no word in a translation."""
CHANGE = ("tells", ("change",))
"""Which of its roles a code has that tells a rise or a fall."""


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """Cells that rest on a span of the line, the row that records them already, if any, where in
    the span the words are that they are about, if not everywhere, and the verb that says them."""

    span: Span
    cells: Mapping[str, str]
    recorded: str = ""
    about: Span = NOWHERE
    verb: Span | None = None


def row_of(
    reader: Reader, table: Table, draft: Draft, position: int
) -> tuple[Row, list[str], list[Span], dict[str, Span]]:
    """Return the row of a draft, with all that its words decide and the next free id of its line,
    `position` drafts later, whom it names, the stretches that it states, and for each column what
    is to be cited for its cell."""
    line, schema = reader.line, table.schema
    cells = dict.fromkeys(schema.names, "") | dict(draft.cells)
    anchor = places.citation(line, draft.span)
    cells |= {schema.roles[role]: cell for role, cell in anchor.items()}
    row = Row(table.name, 0, "", cells, schema)
    start, end = line.raw_span(*draft.span)
    text = reader.evidence.texts[line.document]
    passage = passage_at(text, row, Location("exact", start, end))
    named = sorted(named_outside_quote(reader.evidence, row, passage))
    for field in schema.fields if schema.kind == "statement" else ():
        tables = field.references if field.rule == "entity" and field.required else ()
        titled = named_by_title(reader.evidence, row) if field.options.get("titled") else ()
        every = titled or named if tables else ()
        only = [one for one in every if reader.evidence.lexicon.entities[one].table in tables]
        cells[field.name] = only[0] if len(only) == 1 else cells[field.name]
        if field.rule == "translation" and field.options.get("language", "en") == line.language.tag:
            cells[field.name] = cells[field.options["of"]]
    cited = said_by(reader, draft, row, cells)
    dates = schema.columns("date")
    needed = len(dates) == 1 and dates[0] not in draft.cells and not is_authorial(row)
    if words := time_of(reader, draft, row, passage) if needed else "":
        cells |= date_cells(line, schema.field(dates[0]), words, draft.span)
    for column in schema.columns("code"):
        cells[column], clauses = code_of(reader, table, draft, cells, column)
        cited |= {column: clauses} if clauses != NOWHERE else {}
    force = schema.roles.get("modality", "")
    if reader.codes(table, force) and not schema.columns("quotation"):
        cells[force] = force_of(reader, draft)
        ahead = any(cells[date] > reader.line.published for date in dates)
        if ahead and cells[force] == "stated" and reader.line.published:
            cells[force] = ""  # Nobody knows yet.
    place = place_of_id(row)
    ids = [numbered(other.id) for other in table.rows]
    free = max((number for there, number in ids if there == place), default=0) + 1
    for column in set(schema.primary_key).intersection(schema.columns("anchored_identifier")):
        cells[column] = f"{place}-{free + position}"
    return row, named, [*stated_spans(reader.evidence, row, passage)], cited


def said_by(reader: Reader, draft: Draft, row: Row, cells: dict[str, str]) -> dict[str, Span]:
    """Fill in who says what is said or counted, if its verb has a name beside it; return the words
    to cite for the cell, from one to the other, where the excerpt does not have both."""
    line, column = reader.line, row.schema.roles.get("speaker", "")
    counted = draft.about in reader.quantities
    verb = draft.verb or (reports.verb_over(line, draft.about) if counted else None)
    who = reports.speaker_of(line, verb) if column and verb and not is_authorial(row) else None
    tables = row.schema.field(column).references if who else ()
    only = [*who.entities] if who else []
    if not who or not verb or len(only) != 1 or cells[column]:
        return {}
    if reader.evidence.lexicon.entities[only[0]].table not in tables:
        return {}
    cells[column] = only[0]
    both = places.shortest_excerpt(line, min(who.start, verb[0]), max(who.end, verb[1]))
    return {} if draft.span[0] <= both[0] and both[1] <= draft.span[1] else {column: both}


def force_of(reader: Reader, draft: Draft) -> str:
    """Return the only modality of which the span of a draft has words outside of its quantities, or
    that of one that has none, nor words that may tell one (would); what has a negation may be
    denied, or stated to be so, what somebody expects (預料) is a forecast, what he estimates may be
    one, and that from which he expects it to rise may be known."""
    line, (first, last) = reader.line, draft.span
    every = line.language.marks(line.reading)
    marks = (one for one in every if first <= one.start < last)
    beside = [one for one in marks if not any(s <= one.start < e for s, e in reader.quantities)]
    kinds = {one.kind for one in beside if one.firm}
    told = [code for code, own in MODALITIES.items() if own & kinds]
    unsure = not told and any(one.kind in MAY_TELL for one in beside)
    if any(reports.precedes(use, line.reading, draft.about[0]) for use in ("level", "compared")):
        return "" if told or unsure else "stated"
    verb = reports.verb_over(line, draft.about if draft.about != NOWHERE else draft.span) or NOWHERE
    for one in every:
        expects = one.kind == "forecast" and verb[0] <= one.start < verb[1]
        if expects and {"forecast", "planned"}.issuperset(told):
            return "forecast" if one.firm else ""
    if unsure:
        return ""
    return "stated" if not told else told[0] if len(told) == 1 and told != ["denied"] else ""


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
    other |= is_aside(reader, (begin + start, begin + end), clause)
    return "" if draft.about != NOWHERE and other else outside[start:end]


def is_aside(reader: Reader, time: Span, clause: Span) -> bool:
    """Return whether a time is in a clause that is about something else: within the sentence of a
    later clause, with words of its own, and without a quantity."""
    own, sentence = places.clauses_around(reader.line, *time), places.sentence_around
    words = length_of(reader.line.reading[slice(*own)])
    words -= length_of(reader.line.reading[slice(*time)])
    counted = any(own[0] <= first < own[1] for first, _ in reader.quantities)
    begins = sentence(reader.line, *clause)[0] >= own[0]
    return own[1] <= clause[0] and words > CONNECTIVE and not (counted or begins)


def code_of(
    reader: Reader, table: Table, draft: Draft, cells: Mapping[str, str], column: str
) -> tuple[str, Span]:
    """Return the code of a draft, that of its quantity or the only one that its words call for, if
    those of its clause do, or that needs no cue; and the clauses to cite for it, if any are."""
    called = reader.called(table, cells, column, draft.span)
    if draft.about in reader.quantities:
        code, cue = measured(reader, table, cells, column, draft.about)
        around = places.clauses_around(reader.line, min(cue, draft.about)[0], draft.about[1])
        if called == ([code] if cue != NOWHERE else []) or not code:
            return code, NOWHERE
        return (code, around) if reader.excerpt(draft.about, around) == around else ("", NOWHERE)
    clauses = places.clauses_around(reader.line, *draft.about)
    if called and draft.about != NOWHERE:
        called = called if called == reader.called(table, cells, column, clauses) else []
    else:
        called = called or reader.uncued(table, cells, column)
    return called[0] if len(called) == 1 else "", NOWHERE


def measured(
    reader: Reader, table: Table, cells: Mapping[str, str], column: str, about: Span
) -> tuple[str, Span]:
    """Return the code of the quantity at a span, and where the words are that call for it; nothing
    where several are called for at one place."""
    reading, read, (start, end) = reader.line.reading, reader.quantities, about
    others = [one for one in read if one != about]
    sentence, _ = places.sentence_around(reader.line, start, end)
    first, last = places.clauses_around(reader.line, start, end)
    low = max([first, *(e for _, e in others if e <= start)])
    high = min([last, *(s for s, _ in others if s >= end)])
    base = level(reader, low, start)
    changes = {c.code for c in reader.codes(table, column) if CHANGE in c.roles}
    spotted = [
        (one, code)
        for one, code in reader.spotted(table, cells, column, (sentence, high))
        if (one[0] >= base or code not in changes)
        and not any(s < one[1] and one[0] < e for s, e in others)
    ]
    every, counts = [one for one, _ in spotted], read[about].unit in (None, "count")
    on = [one for one in every if one[0] < end and start < one[1]]
    on = [one for one in on if not reading.startswith(" than", one[1])]  # fewer than a dozen
    if base:  # 营业额升三成，至5亿元
        low = first if length_of(reading[first:start]) > CLOSE else sentence
    named = [one for one in every if low <= one[0] and one[1] <= start]
    behind = [
        one
        for one, code in spotted
        if end <= one[0] and (one[1] < high or high == last) and not (counts and code in changes)
    ]
    if counts:
        named = [one for one in named if length_of(reading[one[1] : start]) <= CLOSE]
    if counts or high < last:
        behind = [one for one in behind if length_of(reading[end : one[0]]) + counts <= CLOSE]
    deciding = on[-1:] or named[-1:] or ([] if base else behind[:1])
    if not deciding and (base or reports.precedes("joined", reading, start)):
        alike = [one for one in others if read[one].unit == read[about].unit]
        if earlier := [one for one in alike if sentence <= one[0] < start]:
            return measured(reader, table, cells, column, max(earlier))
    codes = reader.uncued(table, cells, column)
    if not deciding and (base or not codes):
        deciding = [one for one in every if one[1] <= start][-1:]
    codes = [code for one, code in spotted if one in deciding] or codes
    where = deciding[0] if deciding else NOWHERE
    return (codes[0], where) if len(codes) == 1 else ("", NOWHERE)


def level(reader: Reader, low: int, start: int) -> int:
    """Return where, between two offsets, what a word of a level leads to begins: the second itself,
    or a time before it (上月的, a year earlier); else 0."""
    reading, uses = reader.line.reading, ("level", "also", "reached", "compared")
    times = reader.line.language.times(reading)
    between = ((at, reading[end:start].strip()) for at, end in times if low <= at and end <= start)
    led = [start, *(at for at, words in between if words in ("", "的") or words.isascii())]
    return max((at for at in led for use in uses if reports.precedes(use, reading, at)), default=0)


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
        said = is_authorial(row) or any(row.cells[one] for one in (named, field.name) if one)
        if named and not field.options.get("optional") and not said:
            missing.append(f"{named} or {field.name}")
    if missing:
        yield f"# fill: {', '.join(missing)}"
