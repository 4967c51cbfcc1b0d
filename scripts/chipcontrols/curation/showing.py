"""What a curator sees of a line and of a row, as text.

Of a line: the words found, marked ⟦ ⟧, with the cells that cite them; the names, quantities, dates,
quotations and verbs in it, each with what accounts for it; the excerpts cited of it with what rests
on them; and drafts of rows (`drafts`).  Of a row: each passage on its line, the cells, how
quantities are read, its notes, the comparisons that it is a side of, of a group its witnesses, and
what the record beside the documents says of the row and of its groups;
a package without documents shows the words that its tables hold.
Nothing here imports pandas.  Out of scope: whether a row is right (the rules).
"""

import itertools
from collections.abc import Iterable, Iterator

from chipcontrols import languages
from chipcontrols.curation import places
from chipcontrols.curation.coverage import audited
from chipcontrols.curation.drafts import csv_line, drafts_of_line
from chipcontrols.curation.reader import Reader
from chipcontrols.package import Package, Row
from chipcontrols.package.documents import document_number
from chipcontrols.package.schema import ANCHOR
from chipcontrols.validation.candidates import candidates_of_line
from chipcontrols.validation.completeness import Account, whole_lines
from chipcontrols.validation.passages import (
    Evidence,
    as_text,
    rows_about,
    sentence_of,
    witnesses_of,
)
from chipcontrols.validation.rules.numbers import parts_of

MOST_DETAILED = 10
"""On how many lines words may occur for each line to be shown with its drafts."""


def cited(package: Package, evidence: Evidence, query: str) -> str:
    """Return what is to be seen of words or of a line; nothing when the words occur nowhere.

    Raises ValueError for a line that does not exist and for a query without words.
    """
    found = places.find_places(evidence, query)
    by_line = {line: [*here] for line, here in itertools.groupby(found, lambda place: place[:2])}
    parts = []
    for (name, number), here in by_line.items():
        parts += [f"{name}:{number}", *citations(evidence, here), ""]
        if len(by_line) <= MOST_DETAILED:
            reader = reader_of_line(package, evidence, name, number)
            parts += [*contents(reader), *excerpts(reader), "", *drafts_of_line(reader)]
    if len(by_line) > MOST_DETAILED:
        first = f"{document_number(found[0].document)}:{found[0].line}"
        hint = "to see what its line holds and drafts of rows"
        least = "at least " if len(found) >= places.MOST_FOUND else ""
        parts.append(f"{least}{len(found)} places: name one, such as {first}, {hint}")
    return "\n".join(parts).rstrip("\n")


def reader_of_line(package: Package, evidence: Evidence, name: str, number: int) -> Reader:
    """Return what the drafts for a line are made from."""
    text = evidence.texts[name]
    line = text.lines[number - 1]
    if row := whole_lines(text, package.rows("exclusion")).get(number):
        by = f"{row.table}/{row.id}", row.role("reason")
        here = [Account(candidate, "excluded", *by) for candidate in candidates_of_line(line)]
    else:
        (accounts,) = audited(package, evidence, [name]).values()
        here = [account for account in accounts if account.candidate.line == number]
    return Reader(package, evidence, line, here)


def citations(evidence: Evidence, found: Iterable[places.Place]) -> Iterator[str]:
    """Yield the line with each place marked, and the cells that cite each."""
    for name, number, start, end in found:
        text = evidence.texts[name]
        line = text.lines[number - 1]
        if not line.reading.strip():
            yield "  (a blank line)"
            continue
        span = places.shortest_excerpt(line, start, end)
        cells = csv_line([name, str(number), places.raw_words(line, span)])
        outcome = places.outcome(text, line, span)
        yield f"  {marked(line.reading, start, end)}"
        yield f"  cite: {cells}" + (f"  ({outcome})" if outcome != "exact" else "")


def marked(text: str, start: int, end: int) -> str:
    """Return a text with a span marked."""
    return f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"


def contents(reader: Reader) -> Iterator[str]:
    """Yield what a line holds, each item with what accounts for it."""
    line = reader.line
    if reader.evidence.texts[line.document].changed:
        yield "  the document has changed since its rows were curated: re-anchor them first"
    named = {line.reading[m.start : m.end]: sorted(m.entities) for m in line.mentions}
    yield from (f"  entity: {form} → {', '.join(entities)}" for form, entities in named.items())
    read, dates = reader.quantities, {(d.start, d.end): cell for d, cell in line.dates}
    for account in reader.accounts:
        c = account.candidate
        what = f"{c.kind}: {c.text}" if c.kind != "line" else "line"
        if quantity := read.get((c.start, c.end)) if c.kind == "numeral" else None:
            parts = ", ".join(f"{k} {v}" for k, v in parts_of(quantity).items() if v)
            what = f"quantity: {c.text} → {quantity.derivation} ({parts})"
        elif c.kind == "date":
            what += f" → {dates.get((c.start, c.end)) or 'not resolved'}"
        yield f"  {what}  [{': '.join(filter(None, (account.status, account.reason, account.by)))}]"


def excerpts(reader: Reader) -> Iterator[str]:
    """Yield each excerpt that is cited of a line, with the rows and cells that rest on it."""
    kinds = {table.name: table.schema.kind for table in reader.package.tables.values()}
    found: dict[str, list[str]] = {}
    for (table, identifier), passages in reader.evidence.passages.items():
        if kinds.get(table) == "citation":
            continue  # The row that it supports rests on its words.
        for passage in passages:
            if (passage.document, passage.line) == (reader.line.document, reader.line.number):
                column = f" ({passage.column})" if passage.column else ""
                found.setdefault(passage.excerpt, []).append(f"{table}/{identifier}{column}")
    yield from (f"  excerpt: {words} → {', '.join(rows)}" for words, rows in found.items())


def shown(package: Package, evidence: Evidence | None, table: str, row_id: str) -> str:
    """Return what is to be seen of a row; `evidence` is None for a package without documents.

    Raises KeyError for a table or row that does not exist, ValueError when the row's excerpt is not
    found where the row says.
    """
    row = package.row(table, row_id)
    lines = [f"{table}/{row_id}"]
    for place, column, words in passages_of(package, evidence, row):
        lines += ["", f"{place}  (for {column or 'the row'})", f"  {words}"]
    hidden = {row.schema.roles[role] for role in ANCHOR if row.schema.anchored}
    cells = {name: cell for name, cell in row.cells.items() if cell and name not in hidden}
    width = max(map(len, cells), default=0)
    lines += ["", *(f"  {name:<{width}}  {cell}" for name, cell in cells.items()), ""]
    lines += quantities_of(package, evidence, row)
    if about := list(about_row(package, row)):
        lines += ["", *about]
    return "\n".join(lines).rstrip("\n")


def about_row(package: Package, row: Row) -> Iterator[str]:
    """Yield the doubts about a row and what it belongs to: notes, sides of comparisons, groups and
    their witnesses, and what the record says of it and of these."""
    key = row.key
    yield from on_record(package, key)
    for note in package.rows("note"):
        if note.about == key:
            words = [note.cells[column] for column in note.schema.columns("prose")]
            kinds = [note.cells[field.name] for field in note.schema.fields if field.coded]
            yield f"  note ({', '.join(kinds)}): {' '.join(words)}"
    witnesses = witnesses_of(package)
    for (table, identifier), rows in witnesses.items():
        others = [one for one in rows if (one.table, one.id) != key]
        if len(others) < len(rows):
            group = package.row(table, identifier)
            words = [group.cells[column] for column in group.schema.columns("prose")]
            yield f"  {table}/{identifier}: {' '.join(words)}"
            yield from on_record(package, (table, identifier))
            yield from (f"    also {one.table}/{one.id}: {sentence_of(one)}" for one in others)
    for one in witnesses.get(key, ()):
        yield f"  {one.table}/{one.id}: {sentence_of(one)}"


def on_record(package: Package, key: tuple[str, str]) -> Iterator[str]:
    """Yield what references say of the row with a key, and its identifiers."""
    for row in rows_about(package, "reference").get(key, ()):
        yield from (f"  {line}" for line in as_text(row))
    for row in rows_about(package, "identifier").get(key, ()):
        schemes = [row.cells[field.name] for field in row.schema.fields if field.coded]
        yield f"  identifier ({', '.join(schemes)}): {row.role('form')}"


def passages_of(
    package: Package, evidence: Evidence | None, row: Row
) -> Iterator[tuple[str, str, str]]:
    """Yield place, column and words of each passage of a row, its own first."""
    if evidence is None:
        cited = rows_about(package, "citation").get((row.table, row.id), ())
        for column, at in [("", row), *((one.role("column"), one) for one in cited)]:
            if words := at.role("excerpt"):
                yield f"{at.role('document')}:{at.role('line')}", column, words
        return
    where = evidence.locations.get((row.table, row.line))
    if where and where.outcome != "exact":
        raise ValueError(f"the citation of {row.table}/{row.id} does not hold: {where.outcome}")
    for one in sorted(evidence.of_row(row), key=lambda passage: passage.column):
        words = marked(one.context, one.start, one.end)
        yield f"{one.place}:{one.start}-{one.end}", one.column, words


def quantities_of(package: Package, evidence: Evidence | None, row: Row) -> Iterator[str]:
    """Yield how each quantity of a row is read."""
    documents = {one.role("document"): one.role("language") for one in package.rows("document")}
    text = evidence.texts.get(row.role("document")) if evidence else None
    region = text.lines[0].region if text else ""
    for field in row.schema.fields:
        words = row.cells[field.name]
        if words and field.rule == "quantity" and field.options.get("part", "words") == "words":
            try:
                language = languages.language(documents.get(row.role("document"), ""))
                yield f"  {words} → {language.read_quantity(words, region).derivation}"
            except (KeyError, ValueError) as error:
                yield f"  {words} is not read: {error.args[0]}"
