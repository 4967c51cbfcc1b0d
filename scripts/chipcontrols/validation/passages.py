"""The passages that rows rest on.

A row rests on the passage that its own document, line and excerpt name; a cell for which the tables
of citations give passages of its own rests on those.  Out of scope: whether the passages say what
the cells say (the rules).
"""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chipcontrols import languages
from chipcontrols.languages import surface_forms
from chipcontrols.languages.base import Span
from chipcontrols.languages.periods import LINES_BACK
from chipcontrols.languages.surface_forms import Mention
from chipcontrols.package import DOCUMENTS, Key, Package, PackageError, Row, Table, default_root
from chipcontrols.package.documents import Document, read_documents
from chipcontrols.package.finding import Finding
from chipcontrols.validation.anchors import Line, Location, Text, locate, occurrences
from chipcontrols.validation.lexicon import Lexicon, compile_lexicon

if TYPE_CHECKING:
    import pandas

MOST_PASSAGES = 20
"""The most passages of a row; without a bound, n rows of one id would have n passages each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """One passage: `start` and `end` are raw offsets on the line (code points, end exclusive).

    `column` is the cell that it supports, or empty for the passage of the whole row; `reading` is
    the passage without glosses, `context` the raw line around it.
    """

    column: str
    document: str
    line: int
    start: int
    end: int
    excerpt: str
    reading: str
    context: str
    source: Line = dataclasses.field(repr=False, compare=False)

    @property
    def place(self) -> str:
        """Document and line: ``001_….txt:22``."""
        return f"{self.document}:{self.line}"

    @property
    def span(self) -> Span:
        """The span of the passage in the reading text of its line."""
        return self.source.reading_span(self.start, self.end)

    def spans_of(self, words: str) -> list[Span]:
        """Return the spans of the reading line at which the passage has some words."""
        found = occurrences(self.reading, words) if words else ()
        return [(at, at + len(words)) for at in (self.span[0] + one for one in found)]

    def within(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Return those of the mentions on its line that the passage holds."""
        start, end = self.span
        return [one for one in mentions if start <= one.start and one.end <= end]

    def _repr_html_(self) -> str:
        """Return the line with the passage marked, for notebooks."""
        import html

        parts = self.place, self.context[: self.start], self.excerpt, self.context[self.end :]
        place, before, words, after = map(html.escape, parts)
        column = f" ({html.escape(self.column)})" if self.column else ""
        return f"<p><code>{place}</code>{column}: {before}<mark>{words}</mark>{after}</p>"


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules may look at: the lexicon, the documents, and where each row rests.

    For one document it holds that document, those that its rows rest on besides, and the passages
    of its rows and of the rows that they compare.
    """

    lexicon: Lexicon
    texts: Mapping[str, Text]
    locations: Mapping[tuple[str, int], Location]
    """Where each row's excerpt is found, by table and line of the CSV file."""
    passages: MutableMapping[Key, tuple[Passage, ...]]
    """The passages of each row; none for an excerpt that was not found."""
    witnesses: Mapping[Key, tuple[Row, ...]]
    """The statements that a group or a comparison is about."""
    mentions: Mapping[Key, Sequence[Row]]
    """The other mentions that are listed for each row."""
    exceptions: Mapping[Key, Sequence[Row]]
    """The exceptions to rules that are granted for each row."""

    def of_row(self, row: Row) -> tuple[Passage, ...]:
        """Return all passages of a row."""
        return self.passages.get(row.key, ())

    def own(self, row: Row) -> Passage | None:
        """Return the passage that the row itself names."""
        return next((passage for passage in self.of_row(row) if not passage.column), None)

    def of_cell(self, row: Row, column: str) -> list[Passage]:
        """Return the passages that a cell rests on: those cited for it, else the row's own."""
        passages = self.of_row(row)
        cited = [passage for passage in passages if passage.column == column]
        return cited or [passage for passage in passages if not passage.column]

    def names_in(self, passage: Passage, own: str = "") -> list[Mention]:
        """Return the mentions in a passage; if `own` is an entity, its forms hide no others: 中國
        in 中國貿促會, in the association's own row."""
        line = passage.source
        found = line.mentions
        if own in self.lexicon.entities:
            found = surface_forms.mentions(line.reading, self.lexicon.forms_in(line.document), own)
        return passage.within(found)

    def counted_in(self, passage: Passage) -> Counter[str]:
        """Return how often a passage names each entity, inside other names too; a name with another
        form of it in brackets, 華為(Huawei), counts once."""
        found, reading = passage.within(passage.source.nested), passage.source.reading
        ending = {mention.end: mention.entities for mention in found}
        return Counter(
            entity
            for mention in found
            if reading[max(0, mention.start - 1) : mention.start] not in ("(", "（")
            or not mention.entities & ending.get(mention.start - 1, frozenset())
            for entity in mention.entities
        )


class Passages(tuple[Passage, ...]):
    """The passages of a row, shown well in a notebook, and what the record says of the row."""

    record: tuple[Row, ...] = ()
    """References, which are outside what the passages prove."""

    def to_frame(self) -> pandas.DataFrame:
        """Return the passages as a frame: column, document, line, start, end, words …"""
        import pandas

        names = [field.name for field in dataclasses.fields(Passage) if field.compare]
        return pandas.DataFrame({name: [getattr(one, name) for one in self] for name in names})

    def _repr_html_(self) -> str:
        """Return each passage on its line, then the record, for notebooks."""
        import html

        said = [f"<p>{html.escape(line)}</p>" for row in self.record for line in as_text(row)]
        return "".join([*(passage._repr_html_() for passage in self), *said])


def as_text(reference: Row) -> Iterator[str]:
    """Yield what a reference says, and where and when it was read or searched."""
    role, read = reference.role, reference.role("consulted")
    yield f"record ({role('relation')}): {role('sentence')}"
    source = [role("title"), role("publisher"), role("published"), role("address")]
    source += [role("searched"), f"consulted {read}" if read else ""]
    if source := [part for part in source if part]:
        yield "  " + ", ".join(source)


def damaged_spans(
    package: Package, documents: Mapping[str, Document]
) -> dict[str, dict[int, tuple[Span, ...]]]:
    """Return the raw spans that exclusions declare as damaged, by document and line."""
    found: dict[str, dict[int, tuple[Span, ...]]] = {}
    for row in package.rows("exclusion"):
        document, excerpt = documents.get(row.role("document")), row.role("excerpt")
        if row.role("reason") == "damaged" and excerpt and document:
            where = locate(document.lines, row.anchor_line, excerpt)
            if where.outcome == "exact":
                here = found.setdefault(document.name, {})
                spans = here.get(row.anchor_line, ())
                here[row.anchor_line] = (*spans, (where.start, where.end))
    return found


def read_text(
    document: Document, lexicon: Lexicon, recorded: str, damaged: Mapping[int, tuple[Span, ...]]
) -> Text:
    """Return a document as it is read; `recorded` is the SHA-256 that its row states."""
    language, forms = languages.language(document.language), lexicon.forms_in(document.name)
    region = language.region("\n".join(document.lines))
    lines: list[Line] = []
    before: tuple[Line, ...] = ()
    for number, raw in enumerate(document.lines, 1):
        place = document.name, number, document.published
        lines.append(Line(raw, language, forms, *place, region, before))
        before = (*before, lines[-1])[-LINES_BACK:] if raw.strip() else before
    return Text(document, tuple(lines), document.sha256 != recorded, damaged)


def gather(package: Package, documents: Mapping[str, Document]) -> Evidence:
    """Return the evidence of a package and of the documents that could be read."""
    lexicon = compile_lexicon(package)
    return anchored(package, lexicon, read_texts(package, documents, lexicon))


def read_texts(
    package: Package, documents: Mapping[str, Document], lexicon: Lexicon
) -> dict[str, Text]:
    """Return the documents as they are read, by file name."""
    damaged = damaged_spans(package, documents)
    recorded = {row.role("document"): row.role("sha256") for row in package.rows("document")}
    return {
        name: read_text(document, lexicon, recorded.get(name, ""), damaged.get(name, {}))
        for name, document in documents.items()
    }


Located = list[tuple[int, Location, dict[Key, Passage]]]
"""The lines of the CSV file of a table with excerpts that were sought, where each is found, and, if
it holds, its passage by the rows that it supports."""


def found_in(table: Table, texts: Mapping[str, Text]) -> Located:
    """Return where the excerpt of each row of a table is found, and what it supports: its row, and
    the row that a citation is for."""
    found: Located = []
    for row in table.rows if table.schema.anchored else ():
        text, excerpt = texts.get(row.role("document")), row.role("excerpt")
        if text is None or not excerpt:
            continue
        number, excluded = row.anchor_line, table.schema.kind == "exclusion"
        spans = () if excluded else text.damaged.get(number, ())
        where = locate(text.document.lines, number, excerpt, spans)
        if text.changed:
            where = dataclasses.replace(where, outcome="changed_source")
        supported: dict[Key, Passage] = {}
        if where.outcome == "exact":
            supported[row.key] = own = passage_at(text, row, where)
            if table.schema.kind == "citation":
                supported[row.about] = dataclasses.replace(own, column=row.role("column"))
        found.append((row.line, where, supported))
    return found


def anchored(
    package: Package,
    lexicon: Lexicon,
    texts: Mapping[str, Text],
    known: Mapping[str, Located] | None = None,
) -> Evidence:
    """Return the evidence: where the excerpt of each row is found in the texts; for some tables it
    may be `known` already."""
    locations: dict[tuple[str, int], Location] = {}
    passages: dict[Key, tuple[Passage, ...]] = {}
    for table in package.tables.values():
        for line, where, supported in (known or {}).get(table.name) or found_in(table, texts):
            locations[table.name, line] = where
            for key, passage in supported.items():
                if len(there := passages.get(key, ())) < MOST_PASSAGES:
                    passages[key] = (*there, passage)
    witnesses = witnesses_of(package)
    for key, rows in witnesses.items():
        every = (p for row in rows for p in passages.get(row.key, ()))
        whole = (dataclasses.replace(p, column="") if p.column else p for p in every)
        passages[key] = tuple(dict.fromkeys(whole))
    about = (rows_about(package, kind) for kind in ("mention", "exception"))
    return Evidence(lexicon, texts, locations, passages, witnesses, *about)


@functools.lru_cache(maxsize=2)
def witnesses_of(package: Package) -> dict[Key, tuple[Row, ...]]:
    """Return the statements that each group and comparison is about: those that refer to the
    group, those that the sides of the comparison name."""
    groups = {table.name for table in package.of_kind("group")}
    found: dict[Key, dict[Key, Row]] = {}
    for table in package.of_kind("statement"):
        for field in table.schema.fields:
            for group in groups & set(field.references):
                for row in table.rows:
                    if row.cells[field.name]:
                        found.setdefault((group, row.cells[field.name]), {})[row.key] = row
    rows = package.among({row.about for row in package.rows("side")})
    for table in package.of_kind("side"):
        comparisons = table.schema.field(table.schema.roles["comparison"]).references
        for row in table.rows:
            for comparison in comparisons if row.about in rows else ():
                there = found.setdefault((comparison, row.role("comparison")), {})
                there[row.about] = rows[row.about]
    return {key: tuple(there.values()) for key, there in found.items()}


def rows_about(package: Package, kind: str) -> dict[Key, list[Row]]:
    """Return what the tables of a kind say of each row, by its table and id, in order."""
    found: dict[Key, list[Row]] = {}
    for row in package.rows(kind):
        found.setdefault(row.about, []).append(row)
    return found


def sentence_of(row: Row) -> str:
    """Return what a row states in English."""
    columns = row.schema.columns("translation") + row.schema.columns("quotation")
    return row.role("sentence") or next((cell for one in columns if (cell := row.cells[one])), "")


def passage_at(text: Text, row: Row, where: Location) -> Passage:
    """Return the passage of a row whose excerpt was found."""
    line = text.lines[row.anchor_line - 1]
    start, end = line.reading_span(where.start, where.end)
    return Passage(
        "", text.name, line.number, where.start, where.end,
        row.role("excerpt"), line.reading[start:end], line.raw, line,
    )  # fmt: skip


def without_documents(package: Package) -> list[Finding]:
    """Return the finding on a package all of whose documents are missing; none for others."""
    if not package.of_kind("document") or (package.root / DOCUMENTS).is_dir():
        return []
    message = f"the folder {DOCUMENTS}/ with the documents is missing"
    hint = "name a checkout; an installed copy has no documents"
    return [Finding(DOCUMENTS, 0, "", "source", message, hint)]


def read_evidence(
    root: str | Path, wanted: Callable[[Document], bool] | None = None
) -> tuple[Package, Evidence]:
    """Return a package, taken on trust, and its evidence, from the documents `wanted` or from all;
    raise PackageError when a file is not what it should be."""
    package = Package.open(root)
    if findings := without_documents(package):
        raise PackageError(findings)
    documents, findings = read_documents(package)
    if findings:
        raise PackageError(findings)
    if wanted:
        documents = {name: one for name, one in documents.items() if wanted(one)}
    return package, gather(package, documents)


def evidence(table: str, row_id: str, root: str | Path | None = None) -> Passages:
    """Return the passages that a row rests on, the row's own first.

    `row_id` is the primary key (several columns joined by a blank).  `root` is the package's
    folder, by default the one that this library is part of; an installed library has no
    documents.  What the record beside the documents says of the row is in `Passages.record`.
    Raise KeyError for a table or row that does not exist, ValueError when the citation does not
    hold or a file is not what it should be.

    >>> passage = evidence("market_figures", "001-022-1")[0]
    >>> passage.context[passage.start : passage.end] == passage.excerpt
    True
    """
    package, gathered = read_evidence(default_root() if root is None else root)
    row = package.row(table, row_id)
    where = gathered.locations.get((table, row.line))
    if where and where.outcome != "exact":
        raise ValueError(f"the citation of {table}/{row_id} does not hold: {where.outcome}")
    found = Passages(sorted(gathered.of_row(row), key=lambda passage: passage.column))
    found.record = tuple(rows_about(package, "reference").get((table, row_id), ()))
    return found
