"""What a curator sees of a line and of a row, as text.

Of a line: the words found, marked ⟦ ⟧, with the cells that cite them, the names, quantities, dates,
quotations and verbs in it, each with what accounts for it, the rows that rest on it, and drafts of
rows (`drafts`).  Of a row: each passage marked on its line, the cells, and how quantities are read.
A package without documents, as one installed, shows the words that its tables hold.
Nothing here imports pandas.  Out of scope: whether a row is right (the rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chipcontrols import languages
from chipcontrols.curation.coverage import accounts_of
from chipcontrols.curation.drafts import Reader, csv_line, drafts_of_line, quantity_parts
from chipcontrols.curation.places import (
    Place,
    find_places,
    outcome,
    raw_words,
    shortest_excerpt,
)
from chipcontrols.languages.base import Quantity
from chipcontrols.package import Package, Row, document_number
from chipcontrols.package.schema import ANCHOR
from chipcontrols.validation.completeness import Account, candidates_of_line, whole_lines
from chipcontrols.validation.passages import Evidence

MOST_DETAILED = 10
"""On how many lines words may occur for each line to be shown with its drafts."""


def cited(package: Package, evidence: Evidence, query: str) -> str:
    """Return what is to be seen of words or of a line; nothing when the words occur nowhere.

    Raises ValueError for a line that does not exist and for a query without words.
    """
    by_line: dict[tuple[str, int], list[Place]] = {}
    for place in (places := find_places(evidence, query)):
        by_line.setdefault((place.document, place.line), []).append(place)
    parts = []
    for (name, number), here in by_line.items():
        parts += [f"{name}:{number}", *citations(evidence, here)]
        if len(by_line) <= MOST_DETAILED:
            reader = reader_of_line(package, evidence, name, number)
            parts += ["", *contents(reader), "", *drafts_of_line(reader)]
        parts.append("")
    if len(by_line) > MOST_DETAILED:
        parts.append(
            f"{len(places)} places: name one, such as {document_number(places[0].document)}:"
            f"{places[0].line}, to see what its line holds and drafts of rows"
        )
    return "\n".join(parts).rstrip("\n").replace("\n\n\n", "\n\n")


def reader_of_line(package: Package, evidence: Evidence, name: str, number: int) -> Reader:
    """Return what the drafts for a line are made from."""
    text = evidence.texts[name]
    line = text.lines[number - 1]
    if row := whole_lines(text, package.rows("exclusion")).get(number):
        by = f"{row.role('reason')}: {row.table}/{row.id}"
        here = [Account(candidate, "excluded", by) for candidate in candidates_of_line(line)]
    else:
        accounts = accounts_of(package, evidence, text)
        here = [account for account in accounts if account.candidate.line == number]
    return Reader(package, evidence, line, here)


def citations(evidence: Evidence, places: Iterable[Place]) -> Iterator[str]:
    """Yield the line with each place marked, and the cells that cite each."""
    for place in places:
        text = evidence.texts[place.document]
        line = text.lines[place.line - 1]
        if not line.reading.strip():
            yield "  (a blank line)"
            continue
        yield f"  {marked(line.reading, place.start, place.end)}"
        span = shortest_excerpt(line, place.start, place.end)
        cells = csv_line([place.document, str(place.line), raw_words(line, span)])
        found = outcome(text, line, span)
        yield f"  cite: {cells}" + (f"  ({found})" if found != "exact" else "")


def marked(text: str, start: int, end: int, colour: bool = False) -> str:
    """Return a text with a span marked, in colour or between ⟦ ⟧.

    >>> marked("abc", 1, 2)
    'a⟦b⟧c'
    """
    opening, closing = ("\033[1;30;43m", "\033[0m") if colour else ("⟦", "⟧")
    return f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"


def contents(reader: Reader) -> Iterator[str]:
    """Yield what a line holds, with what accounts for it, and the rows that rest on it."""
    line, language = reader.line, reader.line.language
    if reader.evidence.texts[line.document].changed:
        yield "  the document has changed since its rows were curated: re-anchor them first"
    for mention in line.mentions:
        form = line.reading[mention.start : mention.end]
        yield f"  entity: {form} → {', '.join(sorted(mention.entities))}"
    read = {(found.start, found.end): found for found in language.quantities(line.reading)}
    for account in reader.accounts:
        c = account.candidate
        what = f"{c.kind}: {c.text}"
        if c.kind == "numeral":
            what = f"quantity: {c.text} → {reading_of(read.get((c.start, c.end)))}"
        elif c.kind == "date":
            resolved = language.resolve_date(c.text, line.published or None)
            what = f"date: {c.text} → {resolved or 'not resolved'}"
        elif c.kind == "line":
            what = "line"
        by = f": {account.by}" if account.by else ""
        yield f"  {what}  [{account.status}{by}]"
    for (table, identifier), passages in reader.evidence.passages.items():
        if reader.package.tables[table].schema.kind == "citation":
            continue  # The row that they are cited for rests on them.
        for passage in passages:
            if (passage.seed, passage.line) == (line.document, line.number):
                column = f" ({passage.column})" if passage.column else ""
                yield f"  row: {table}/{identifier}{column} rests on {passage.excerpt}"


def reading_of(quantity: Quantity | None) -> str:
    """Return how a quantity is read, and the cells."""
    if quantity is None:
        return "no quantity"
    cells = ", ".join(f"{part} {cell}" for part, cell in quantity_parts(quantity).items() if cell)
    return f"{quantity.derivation} ({cells})"


def shown(
    package: Package, evidence: Evidence | None, table: str, row_id: str, colour: bool = False
) -> str:
    """Return what is to be seen of a row; `evidence` is None for a package without documents.

    Raises KeyError for a table or row that does not exist, ValueError when the row's excerpt is not
    found where the row says.
    """
    row = package.row(table, row_id)
    lines = [f"{table}/{row_id}"]
    for place, column, words in passages_of(package, evidence, row, colour):
        lines += ["", f"{place}  (for {column or 'the row'})", f"  {words}"]
    hidden = {row.schema.roles.get(role) for role in ANCHOR if row.schema.anchored}
    cells = {name: cell for name, cell in row.cells.items() if cell and name not in hidden}
    width = max(map(len, cells), default=0)
    lines += ["", *(f"  {name:<{width}}  {cell}" for name, cell in cells.items())]
    quantities = [f"  {words} → {reading}" for words, reading in read_quantities(package, row)]
    return "\n".join([*lines, *([""] if quantities else []), *quantities])


def passages_of(
    package: Package, evidence: Evidence | None, row: Row, colour: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield place, column and words of each passage of a row, its own first."""
    if evidence is None:
        own = [("", row)] if row.role("excerpt") else []
        others = [(c.role("column"), c) for c in package.rows("citation")
                  if (c.role("table"), c.role("row")) == (row.table, row.id)]  # fmt: skip
        for column, at in own + others:
            yield f"{at.role('document')}:{at.role('line')}", column, at.role("excerpt")
        return
    where = evidence.locations.get((row.table, row.line))
    if where and where.outcome != "exact":
        raise ValueError(f"the citation of {row.table}/{row.id} does not hold: {where.outcome}")
    for passage in sorted(evidence.of_row(row), key=lambda passage: passage.column):
        words = marked(passage.context, passage.start, passage.end, colour)
        yield f"{passage.place}:{passage.start}-{passage.end}", passage.column, words


def read_quantities(package: Package, row: Row) -> Iterator[tuple[str, str]]:
    """Yield the words of each quantity of a row, and how they are read."""
    documents = {one.role("document"): one.role("language") for one in package.rows("document")}
    for field in row.schema.fields:
        words = row.cells[field.name]
        if words and field.rule == "quantity" and field.options.get("part", "words") == "words":
            language = languages.language(documents[row.role("document")])
            yield words, language.read_quantity(words).derivation
