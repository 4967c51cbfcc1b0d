"""The passages that rows rest on, and what the documents name where.

A row rests on the passage that its own ``seed``, ``line`` and ``excerpt`` name; a cell for which
``citations`` gives passages of its own rests on those.  Out of scope: whether the passages say what
the cells say (the rules).
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path

from chipcontrols.languages import surface_forms as names
from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.package.schemas import Codes
from chipcontrols.package.tables import Table
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation import findings as report
from chipcontrols.validation import structure

ENTITY_TABLES = ("companies", "institutions", "people", "places", "chips", "policies")
COLUMNS = {
    "sources": ("seed", "sha256", "published_on"),
    "aliases": ("alias", "entity_id", "seed", "line", "excerpt"),
    "citations": ("table", "row_id", "column", "seed", "line", "excerpt"),
    "exclusions": ("seed", "line", "line_end", "excerpt", "class", "reason", "repeat_of_line"),
    "discrepancies": ("left_table", "left_id", "right_table", "right_id"),
    "vocabulary": ("table", "column", "code", "definition", "cues", "unit"),
    **dict.fromkeys(ENTITY_TABLES, ("name", "name_variants")),
}
"""The tables and columns that the library itself reads; a package may have more, not fewer."""

MOST_PASSAGES = 20
"""The most passages of a row; without a bound, n rows of one id would have n passages each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """One passage: `start` and `end` are raw offsets on the line (code points, end exclusive).

    `column` is the cell that it supports, or empty for the passage of the whole row; `reading` is
    the passage without glosses, `context` the raw line around it.
    """

    column: str
    seed: str
    line: int
    start: int
    end: int
    excerpt: str
    reading: str
    context: str


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line it begins on, its primary key, its cells by column."""

    table: str
    line: int
    id: str
    cells: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Entity:
    """An entity: the table it stands in and its English forms, the name first.

    ``AI chips`` and ``new guidance`` describe; only what the documents name, with a form that
    begins with a capital or a digit, has proper names.
    """

    table: str
    english: tuple[str, ...]
    proper_names: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules know: the tables, the documents, and everything looked up once in them."""

    tables: Mapping[str, Table]
    rows: Mapping[str, tuple[Row, ...]]
    codes: Codes
    documents: Mapping[str, corpus.Document]
    locations: Mapping[tuple[str, int], corpus.Location]
    """Where each row's excerpt stands, by table and line of the CSV file."""
    passages: MutableMapping[tuple[str, str], tuple[Passage, ...]]
    """The passages of each row, by table and row id; none for an excerpt that was not found."""
    forms: names.Forms
    aliased: frozenset[str]
    """The entities that have an alias."""
    named: Mapping[tuple[str, int], tuple[names.Mention, ...]]
    """The entities named on each line of each document, in reading text: the longest forms."""
    nested: Mapping[tuple[str, int], tuple[names.Mention, ...]]
    """The same with the forms inside longer ones."""
    entities: Mapping[str, Entity]
    english: names.Forms
    """The English proper names of the entities."""
    cues: Mapping[tuple[str, str, str], tuple[str, ...]]
    verbs: names.Forms
    """The verbs that attribute a statement: the cues of reported quotes."""
    units: Mapping[str, str]
    """The unit that each metric fixes."""
    published: Mapping[str, str]
    """When each document says it was published."""
    changed: frozenset[str]
    """The documents that are not the ones that were curated: their SHA-256 differs."""

    def of_cell(self, row: Row, column: str) -> list[Passage]:
        """Return the passages that a cell rests on: those cited for it, else the row's own."""
        passages = self.passages.get((row.table, row.id), ())
        cited = [passage for passage in passages if passage.column == column]
        return cited or [passage for passage in passages if not passage.column]

    def reading_line(self, passage: Passage) -> corpus.Line:
        """Return the line that a passage stands on."""
        return self.documents[passage.seed].lines[passage.line - 1]

    def names_in(self, passage: Passage, own: str = "") -> Iterator[names.Mention]:
        """Yield the mentions in a passage; if `own` is an entity, its forms are to hide no other
        (中國 in 中國貿促會, for the association's own row)."""
        line = self.reading_line(passage)
        found = (
            names.mentions(line.reading, self.forms, own)
            if own in self.entities
            else self.named[passage.seed, passage.line]
        )
        start, end = line.reading_span(passage.start, passage.end)
        return (mention for mention in found if start <= mention.start and mention.end <= end)

    def known_in(self, passage: Passage) -> Counter[str]:
        """Return how often a passage names which entities, inside other names too; a name with
        another form of it in brackets, 華為(Huawei), counts once."""
        start, end = self.reading_line(passage).reading_span(passage.start, passage.end)
        reading = self.reading_line(passage).reading
        found = self.nested[passage.seed, passage.line]
        ending = {mention.end: mention.entities for mention in found if start <= mention.start}
        return Counter(
            entity
            for mention in found
            if start <= mention.start and mention.end <= end
            if reading[max(0, mention.start - 1) : mention.start] != "("
            or not mention.entities & ending.get(mention.start - 1, frozenset())
            for entity in mention.entities
        )


def line_number(cell: str) -> int:
    """Return the line number in a cell, or 0 when there is none."""
    return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 10 else 0


def read_documents(root: Path, seeds: list[str]) -> Iterator[tuple[str, corpus.Document | str]]:
    """Yield each document by its file name under seeds/, or what is wrong with it."""
    for seed in seeds:
        try:
            if "/" in seed:
                raise ValueError(f"{seed!r} is not a file name")
            content = package.read_bytes(root, f"seeds/{seed}")
            yield seed, corpus.read_document(seed, content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            yield seed, reason or str(error)


def damaged_stretches(
    exclusions: tuple[Row, ...], documents: Mapping[str, corpus.Document]
) -> dict[tuple[str, int], tuple[corpus.Span, ...]]:
    """Return the raw spans that exclusions declare as damaged, by document and line."""
    stretches: dict[tuple[str, int], tuple[corpus.Span, ...]] = {}
    for row in exclusions:
        document = documents.get(row.cells["seed"])
        if row.cells["reason"] == "damaged" and row.cells["excerpt"] and document:
            line = line_number(row.cells["line"])
            where = corpus.locate(document, line, row.cells["excerpt"])
            if where.outcome == "exact":
                key = document.seed, line
                stretches[key] = (*stretches.get(key, ()), (where.start, where.end))
    return stretches


def gather(
    tables: Mapping[str, Table],
    codes: Codes,
    documents: Mapping[str, corpus.Document],
) -> Evidence:
    """Return the evidence for the tables; tables that are missing count as empty."""
    rows = {
        name: tuple(Row(name, line, table.row_id(cells), cells) for line, cells in table.records())
        for name, table in tables.items()
    }
    damaged = damaged_stretches(rows.get("exclusions", ()), documents)
    hashes = {row.cells["seed"]: row.cells["sha256"] for row in rows.get("sources", ())}
    changed = frozenset(s for s, document in documents.items() if document.sha256 != hashes.get(s))
    locations: dict[tuple[str, int], corpus.Location] = {}
    passages: dict[tuple[str, str], tuple[Passage, ...]] = {}
    for name, table in tables.items():
        if not {"seed", "line", "excerpt"} <= set(schemas.field_names(table.schema)):
            continue
        for row in rows[name]:
            document = documents.get(row.cells["seed"])
            if document is None or not row.cells["excerpt"]:
                continue
            line, excerpt = line_number(row.cells["line"]), row.cells["excerpt"]
            spans = () if name == "exclusions" else damaged.get((document.seed, line), ())
            where = corpus.locate(document, line, excerpt, spans)
            if document.seed in changed:
                where = dataclasses.replace(where, outcome="changed_source")
            locations[name, row.line] = where
            if where.outcome != "exact":
                continue
            text = document.lines[line - 1]
            start, end = text.reading_span(where.start, where.end)
            own = Passage(
                "", document.seed, line, where.start, where.end,
                excerpt, text.reading[start:end], text.raw,
            )  # fmt: skip
            found = {(name, row.id): own}
            if name == "citations":
                target = row.cells["table"], row.cells["row_id"]
                found[target] = dataclasses.replace(own, column=row.cells["column"])
            for key, passage in found.items():
                if len(there := passages.get(key, ())) < MOST_PASSAGES:
                    passages[key] = (*there, passage)
    forms = names.compile_forms(
        (row.cells["alias"], row.cells["entity_id"]) for row in rows.get("aliases", ())
    )
    vocabulary = rows.get("vocabulary", ())
    entities = {
        row.id: Entity(name, english_forms(row.cells), proper_names(row.cells))
        for name in ENTITY_TABLES
        for row in rows.get(name, ())
    }
    cues = {
        (row.cells["table"], row.cells["column"], row.cells["code"]): tuple(
            cue for cue in row.cells["cues"].split("|") if cue
        )
        for row in vocabulary
    }
    return Evidence(
        tables=tables,
        rows=rows,
        codes=codes,
        documents=documents,
        locations=locations,
        passages=passages,
        forms=forms,
        aliased=frozenset(row.cells["entity_id"] for row in rows.get("aliases", ())),
        named={
            (seed, number): names.mentions(line.reading, forms)
            for seed, document in documents.items()
            for number, line in enumerate(document.lines, 1)
        },
        nested={
            (seed, number): names.nested_mentions(line.reading, forms)
            for seed, document in documents.items()
            for number, line in enumerate(document.lines, 1)
        },
        entities=entities,
        english=names.compile_forms(
            (form, identifier)
            for identifier, entity in entities.items()
            for form in entity.proper_names
        ),
        cues=cues,
        verbs=names.compile_forms(
            (verb, verb) for verb in cues.get(("quotes", "kind", "reported"), ())
        ),
        units={row.cells["code"]: row.cells["unit"] for row in vocabulary if row.cells["unit"]},
        published={row.cells["seed"]: row.cells["published_on"] for row in rows.get("sources", ())},
        changed=changed,
    )


def english_forms(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return the English forms of an entity: its name, then its variants."""
    return (cells["name"], *(form for form in cells["name_variants"].split("|") if form))


def proper_names(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return those of the English forms of an entity that are proper names.

    >>> proper_names({"name": "China", "name_variants": "Chinese|sinic", "named": ""})
    ('China', 'Chinese')
    """
    if cells.get("named") == "false":
        return ()
    return tuple(form for form in english_forms(cells) if form[:1].isupper() or form[:1].isdigit())


def evidence(table: str, row_id: str, root: str | Path | None = None) -> tuple[Passage, ...]:
    """Return the passages that a row rests on, the row's own first.

    `row_id` is the primary key (several columns joined by a blank).  `root` is the package's
    folder, by default the checkout that this library stands in; an installed library has no
    documents.  Raises KeyError for a table or row that does not exist, ValueError when the
    citation does not hold or a file is not what it should be, and OSError when one cannot be read.

    >>> passage = evidence("market_figures", "001-022-1")[0]
    >>> passage.context[passage.start : passage.end] == passage.excerpt
    True
    """
    gathered = gather_package(Path(root) if root is not None else package.CHECKOUT)
    row = find_row(gathered, table, row_id)
    found = gathered.passages.get((table, row_id), ())
    where = gathered.locations.get((table, row.line))
    if where and where.outcome != "exact":
        raise ValueError(f"the citation of {table}/{row_id} does not hold: {where.outcome}")
    return tuple(sorted(found, key=lambda passage: passage.column))


def find_row(gathered: Evidence, table: str, row_id: str) -> Row:
    """Return a row; raise KeyError that says what there is."""
    if table not in gathered.rows:
        raise KeyError(f"no table {table!r}; the tables are {', '.join(gathered.rows)}")
    for row in gathered.rows[table]:
        if row.id == row_id:
            return row
    raise KeyError(f"no row {row_id!r} in {table}")


def gather_package(root: Path) -> Evidence:
    """Return the evidence of a package that is in order; raise ValueError or OSError otherwise."""
    try:
        descriptor = package.read_descriptor(root)
    except ValueError as error:
        raise ValueError(f"datapackage.json: {error}") from None
    if fault := next(structure.descriptor_faults(descriptor), None):
        raise ValueError(f"datapackage.json: {fault}")
    table_schemas, findings = structure.read_schemas(root, descriptor)
    if findings:
        raise ValueError(report.one_line(findings[0]))
    found: dict[str, Table] = {}
    for resource in descriptor["resources"]:
        try:
            name = resource["name"]
            found[name] = package.read_table(root, resource, table_schemas[name])
        except ValueError as error:
            raise ValueError(f"{resource['path']}: {error}") from None
    for table, columns in COLUMNS.items():
        there = schemas.field_names(found[table].schema) if table in found else ()
        if missing := [column for column in columns if column not in there]:
            raise ValueError(f"the table {table} has no column {missing[0]}")
    seeds = [cells["seed"] for _, cells in found["sources"].records()]
    documents: dict[str, corpus.Document] = {}
    for seed, document in read_documents(root, seeds):
        if isinstance(document, str):
            raise ValueError(f"seeds/{seed} cannot be read: {document}")
        documents[seed] = document
    return gather(found, package.code_lists(found["vocabulary"]), documents)
