"""The mutation score: how many well-formed lies does validation catch, at the row that tells them?

A *mutant* is a valid package in which one cell was replaced by another valid one, or one row was
deleted, duplicated or moved.  The kinds of mutation:

====================  ========================================================================
``number``            a number by a neighbour, its tenfold, two digits swapped, or the sign changed
``code``              a code (truth value, table or column name) by another one
``id``                an id by another one of the tables that the column refers to; the id of a row
                      by that of another row or by a free one
``date``              a date by another day, month or year
``line``, ``seed``    a line or document by another one
``character``         one character by another one that occurs in the document
``shortened``         the words without their first or last character
``lengthened``        an excerpt with one more character of its line
``emptied``           an optional cell emptied
``filled``            an empty optional cell filled with a valid id, code, date, number, or words
``prose_number``      a number in English text by another one
``prose_bound``       a word of bound before a number in English text by that of another bound
``prose_name``        a name in English text by that of another entity of its table
``deleted``           a row left out
``duplicated``        a row told again, with the next free id
``moved``             a row at another place of its table
====================  ========================================================================

Ids and codes are chosen to deceive: of ids all that the cited line names and one that it does not,
of codes all.  A text of English counts only for the numbers, bounds and names in it.

A row whose key was changed is put where the order wants it, so that only the lie is left to find.
A mutant is *caught* when validation reports a finding at its row, that is in the file and on the
line of the row, in any column.  The row of a duplicate is the new row or the one it repeats, that
of a moved row the row itself or the one that follows it.  Of a deleted row nothing is left; it is
caught by a finding at a line of a document that it rested on, in a row that refers to it (names
its id; for an alias, names its entity; for a citation, the row that it supports; for a document, a
row that cites it), or in the row that takes its number.  A finding anywhere else leaves the mutant
uncaught (*elsewhere*), none at all lets it *survive*.  A mutant that survives but tells no lie is
*equivalent* and not counted: an excerpt that is one character longer or shorter and still
supports every cell of its row.

`Workbench.findings` gives the findings of a full validation of the mutated package, from tables in
memory: frictionless, pandera and the rules of cells look only at tables that the mutation can
affect, for in a valid package they have nothing to say of the others.
"""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from chipcontrols.languages import surface_forms as names
from chipcontrols.languages.en import numbers as english
from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.package.tables import Table
from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import findings as report
from chipcontrols.validation import layers, passages, rules, structure
from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import Evidence, Row
from chipcontrols.validation.rules import form, references

Place = tuple[str, int]
"""A file of the package and a line of it."""

ROW_KINDS = ("deleted", "duplicated", "moved")
ALONE = ("market_figures", "quotes", "events", "policy_provisions", "relations", "glossary")
COMPARING = ("discrepancies",)
"""Tables whose rows the rules read for their own cells only, and for those of tables that compare
rows: what happens in one of them changes nothing in the cells of other tables."""
LAYERS = ("chipcontrols", "frictionless", "pandera")


@dataclasses.dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation: the row by table and position, and what is replaced by what.

    Of a row that is moved, `new` is its new position; for other rows and cells the text.
    """

    table: str
    position: int
    row_id: str
    column: str
    kind: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    `outcome` is caught, elsewhere, survived or equivalent; `rules` are the rules that caught it;
    `frictionless` and `pandera` tell whether each of them alone reports something at the row.
    """

    mutant: Mutant
    outcome: str
    rules: tuple[str, ...]
    frictionless: bool
    pandera: bool


# --- mutants ---


def any_of(choices: Iterable[str], chance: random.Random, unless: str = "") -> list[str]:
    """Return one of the choices in a list, or none when there is none but `unless`."""
    found = sorted(set(choices) - {unless, ""})
    return [chance.choice(found)] if found else []


def numbers_near(cell: str) -> Iterator[str]:
    """Yield a number's neighbours, its tenfold, itself with two digits swapped, and its negative.

    >>> list(numbers_near("95"))
    ['96', '94', '950', '59', '-95']
    """
    whole, _, decimals = cell.partition(".")
    step = len(decimals)
    for change in (1, -1):
        number = int(whole + decimals) + change
        digits = f"{abs(number):0{step + 1}}"
        sign = "-" if number < 0 else ""
        yield sign + (f"{digits[:-step]}.{digits[-step:]}" if step else digits)
    tenfold = f"{10 * Decimal(cell):f}"
    yield tenfold.rstrip("0").rstrip(".") if decimals else tenfold
    for at in range(len(cell) - 1):
        if cell[at : at + 2].isdecimal() and cell[at] != cell[at + 1] and (at or cell[1] != "0"):
            yield cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :]
            break
    if cell != "0":
        yield cell[1:] if cell.startswith("-") else f"-{cell}"


def dates_near(cell: str) -> Iterator[str]:
    """Yield the date with another day, month or year; of an interval the first date is changed.

    >>> list(dates_near("2025-05-13"))
    ['2025-05-14', '2025-06-13', '2026-05-13', '2025-05']
    """
    first, slash, rest = cell.partition("/")
    parts = first.split("-")
    for at in reversed(range(len(parts))):
        limit = (9999, 12, 28)[at]
        number = int(parts[at]) + 1 if int(parts[at]) < limit else int(parts[at]) - 1
        changed = [*parts[:at], str(number).zfill(len(parts[at])), *parts[at + 1 :]]
        if not slash or rest == ".." or "-".join(changed) <= rest:
            yield "-".join(changed) + slash + rest
    if len(parts) > 1 and not slash:
        yield "-".join(parts[:-1])


def one_character(cell: str, alphabet: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield the text with one of its letters replaced by another of the alphabet."""
    letters = [at for at, character in enumerate(cell) if character.isalnum()]
    if letters:
        at = chance.choice(letters)
        ascii_letter = cell[at].isascii()
        same = [
            c for c in alphabet if c.isascii() == ascii_letter and c.isdigit() == cell[at].isdigit()
        ]
        for new in any_of(same or alphabet, chance, cell[at]):
            yield cell[:at] + new + cell[at + 1 :]


def edges(cell: str) -> Iterator[str]:
    """Yield the text without its first and without its last character."""
    yield from (short for short in (cell[1:], cell[:-1]) if short and short == short.strip())


def scaled(token: str) -> Iterator[str]:
    """Yield what may stand in English text in place of a number.

    >>> list(scaled("billion")), list(scaled("five")), list(scaled("1,500"))
    (['million'], ['four'], ['1,501', '15000', '5,100'])
    """
    lower = token.lower()
    for words in (english.SCALES, english.TENS, english.MONTHS, english.ORDINALS, english.UNITS):
        series = list(words)
        series_lower = [word.lower() for word in series]
        if lower in series_lower:
            yield series[series_lower.index(lower) - 1]
            return
    if lower in english.FRACTIONS:
        yield "quarter" if lower != "quarter" else "third"
    elif lower in english.MULTIPLES:
        yield "triple" if lower.startswith(("twi", "dou")) else "double"
    elif token.replace(",", "").replace(".", "").isdecimal():
        plain = token.replace(",", "")
        for number in list(numbers_near(plain))[::2][:2] + list(numbers_near(plain))[3:4]:
            yield f"{int(number):,}" if "," in token and len(number) == len(plain) else number


MONTH_OR_NOT = re.compile("may|march|one", re.IGNORECASE)
BOUND_WORDS = {bound: words for bound, words in english.BOUNDS.items() if bound != "vague"}
BEFORE_NUMBER = re.compile(
    rf"\b({'|'.join(word for words in BOUND_WORDS.values() for word in words)})"
    r" (?=(?:US)?\$?$)", re.IGNORECASE
)  # fmt: skip
POWERS = ("dozens", "hundreds", "thousands", "millions", "billions")
SEVERAL = re.compile(rf"\b(?:{'|'.join(POWERS)})\b", re.IGNORECASE)


def numbers_changed(text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kind and text for other numbers and bounds in English text."""
    for match in english.NUMBER.finditer(text):
        group = match.lastgroup or ""
        start, end = match.span("word" if group == "fold" else group)
        word = text[start:end]
        if MONTH_OR_NOT.fullmatch(word) and not re.match(r" ?\d", text[end:]):
            continue  # English uses them for other things than numbers.
        for new in any_of(scaled(word), chance, word):
            yield "prose_number", text[:start] + new + text[end:]
        if before := BEFORE_NUMBER.search(text[:start]):
            same = next(words for words in BOUND_WORDS.values() if before[1].lower() in words)
            others = [words[0] for words in BOUND_WORDS.values() if words != same]
            for words in any_of(others, chance):
                yield "prose_bound", text[: before.start()] + words + text[before.end() - 1 :]
            yield "prose_bound", text[: before.start()] + text[before.end() :]
    for match in SEVERAL.finditer(text):
        for new in any_of(POWERS, chance, match[0].lower()):
            yield "prose_bound", text[: match.start()] + new + text[match.end() :]


def names_changed(
    evidence: Evidence, text: str, near: set[str], chance: random.Random
) -> Iterator[str]:
    """Yield English text with one name replaced by that of another entity of the same table, one
    of those that are `near` and one that is not."""
    for mention in names.mentions(text, evidence.english):
        table = evidence.entities[min(mention.entities)].table
        others = {
            other
            for other, entity in evidence.entities.items()
            if entity.table == table and entity.proper_names and other not in mention.entities
        }
        for other in (*any_of(others & near, chance), *any_of(others - near, chance)):
            name = evidence.entities[other].proper_names[0]
            yield text[: mention.start] + name + text[mention.end :]


class Workshop:
    """Makes the mutants of a valid package; the same ones for the same seed."""

    def __init__(self, evidence: Evidence, seed: int = 1) -> None:
        """Take the evidence of a valid package, and the seed that chooses among the mutants."""
        self.evidence = evidence
        self.seed = seed
        self.ids = {name: [row.id for row in rows] for name, rows in evidence.rows.items()}
        self.letters = {
            seed: sorted({c for line in document.lines for c in line.reading if c.isalnum()})
            for seed, document in evidence.documents.items()
        }
        self.all_letters = sorted({c for letters in self.letters.values() for c in letters})

    def mutants(self, tables: Iterable[str] = ()) -> Iterator[Mutant]:
        """Yield all mutants of the tables (of all tables when none is named), in order."""
        for table in tables or self.evidence.tables:
            fields = self.evidence.tables[table].schema["fields"]
            for position, row in enumerate(self.evidence.rows[table]):
                for field in fields:
                    column, old = field["name"], row.cells[field["name"]]
                    chance = random.Random(f"{self.seed} {table} {row.id} {column}")
                    seen = {old}
                    for kind, new in self.of_cell(row, field, chance):
                        if new not in seen:
                            seen.add(new)
                            yield Mutant(table, position, row.id, column, kind, old, new)
                yield from self.of_row(row, position)

    def of_row(self, row: Row, position: int) -> Iterator[Mutant]:
        """Yield the mutants of a whole row."""
        table = self.evidence.tables[row.table]
        chance = random.Random(f"{self.seed} {row.table} {row.id}")
        yield Mutant(row.table, position, row.id, "", "deleted", row.id, "")
        key = table.schema["primaryKey"]
        new = self.free_id(row) if len(key) == 1 and key != ["seed"] else row.id
        yield Mutant(row.table, position, row.id, "", "duplicated", row.id, new)
        elsewhere = [str(at) for at in range(len(table.rows)) if at != position]
        for at in any_of(elsewhere, chance):
            yield Mutant(row.table, position, row.id, "", "moved", str(position), at)

    def free_id(self, row: Row) -> str:
        """Return the next free id: of a statement the next number of its line."""
        place, number = form.numbered(row.id)
        taken = set(self.ids[row.table])
        number += 1
        while (new := f"{place or row.id}-{number}") in taken:
            number += 1
        return new

    def of_cell(
        self, row: Row, field: schemas.Schema, chance: random.Random
    ) -> Iterator[tuple[str, str]]:
        """Yield kind and new text for the mutants of a cell."""
        column, support, cell = field["name"], field["support"], row.cells[field["name"]]
        if not schemas.is_required(field) and cell:
            yield "emptied", ""
        if not cell:
            yield from (("filled", new) for new in self.fillings(row, field, chance))
        elif column == "seed":
            kind = "id" if row.table == "sources" else "seed"
            yield from ((kind, new) for new in any_of(self.ids["sources"], chance, cell))
        elif support == "place":
            document = self.evidence.documents[row.cells["seed"]]
            excerpt = row.cells.get("excerpt", "")
            lines = [str(int(cell) + 1), str(int(cell) - 1)]
            lines += [str(n) for n, line in enumerate(document.lines, 1) if excerpt in line.raw][:2]
            lines += any_of(map(str, range(1, len(document.lines) + 1)), chance, cell)
            yield from (("line", line) for line in lines if line not in (cell, "0"))
        elif field["type"] == "boolean":
            yield "code", "false" if cell == "true" else "true"
        elif field["type"] in ("number", "integer"):
            lowest = field.get("constraints", {}).get("minimum")
            for new in numbers_near(cell):
                if lowest is None or float(new) >= lowest:
                    yield "number", new
        elif codes := self.codes(row, field):
            yield from (("code", new) for new in codes)
        elif support == "beside":
            listed = cell.split("|")
            yield from (("id", "|".join(i for i in listed if i != out)) for out in listed[:1])
            for new in any_of(self.named_on_line(row), chance, cell):
                yield "id", "|".join(sorted({*listed, new}))
        elif support == "date":
            yield from (("date", new) for new in dates_near(cell))
        elif ids := self.other_ids(row, field, chance):
            yield from (("id", new) for new in ids)
        elif support in ("translation", "prose"):
            yield from numbers_changed(cell, chance)
            changed = names_changed(self.evidence, cell, self.named_on_line(row), chance)
            yield from (("prose_name", new) for new in changed)
        elif support in ("excerpt", *coverage.WORDS, "quantity", "quotation", "bytes", "reviewed"):
            letters = self.letters.get(row.cells.get("seed", ""), self.all_letters)
            if support == "bytes":
                letters = list("0123456789abcdef")
            yield from (("character", new) for new in one_character(cell, letters, chance))
            if support not in ("bytes", "reviewed"):
                yield from (("shortened", new) for new in edges(cell))
            if support == "excerpt":
                yield from (("lengthened", new) for new in self.longer(row))

    def longer(self, row: Row) -> Iterator[str]:
        """Yield the excerpt with the character before and the one after it."""
        where = self.evidence.locations[row.table, row.line]
        line = self.evidence.documents[row.cells["seed"]].lines[int(row.cells["line"]) - 1].raw
        for start, end in ((where.start - 1, where.end), (where.start, where.end + 1)):
            if start >= 0 and end <= len(line) and line[start:end].strip() == line[start:end]:
                yield line[start:end]

    def codes(self, row: Row, field: schemas.Schema) -> list[str]:
        """Return the other codes of a coded cell, other tables or columns of a cell that names
        one; nothing for other cells."""
        column, cell = field["name"], row.cells[field["name"]]
        if field.get("codeList"):
            known: Iterable[str] = self.evidence.codes[row.table, column]
        elif field["support"] == "reference" and column.removesuffix("table") != column:
            known = [name for name in self.evidence.tables if name != "vocabulary"]
        elif field["support"] == "reference" and column == "column":
            known = schemas.field_names(self.evidence.tables[row.cells["table"]].schema)
        else:
            return []
        return [code for code in known if code != cell]

    def other_ids(self, row: Row, field: schemas.Schema, chance: random.Random) -> list[str]:
        """Return other ids for a cell that holds one: those of things named on the line, and one
        of the others."""
        column, cell = field["name"], row.cells[field["name"]]
        if targets := references.targets(field):
            known = {identifier for table in targets for identifier in self.ids[table]}
            near = known & self.named_on_line(row)
            return [*sorted(near - {cell}), *any_of(known - near, chance, cell)]
        if field["support"] == "reference":
            ids = self.ids[
                row.cells[
                    column.removesuffix("row_id").removesuffix("_id")
                    + ("table" if column == "row_id" else "_table")
                ]
            ]
            place = cell.rpartition("-")[0]
            near = {identifier for identifier in ids if identifier.startswith(f"{place}-")}
            return [*sorted(near - {cell})[:3], *any_of(set(ids) - near, chance, cell)]
        if field["support"] == "identifier" and row.table != "vocabulary":
            return [*any_of(self.ids[row.table], chance, cell), self.free_id(row)]
        return []

    def named_on_line(self, row: Row) -> set[str]:
        """Return the entities that the row's line names."""
        place = row.cells.get("seed", ""), passages.line_number(row.cells.get("line", ""))
        return {e for m in self.evidence.nested.get(place, ()) for e in m.entities}

    def fillings(self, row: Row, field: schemas.Schema, chance: random.Random) -> Iterator[str]:
        """Yield valid contents for an empty cell; none for English text."""
        column, support = field["name"], field["support"]
        own = self.evidence.passages.get((row.table, row.id), ())
        if targets := references.targets(field):
            known = {identifier for table in targets for identifier in self.ids[table]}
            near = known & self.named_on_line(row)
            yield from any_of(near, chance)
            yield from any_of(known - near, chance)
        elif field.get("codeList"):
            yield from any_of(self.evidence.codes[row.table, column], chance)
        elif support == "beside":
            yield from any_of(self.named_on_line(row), chance)
        elif support == "date":
            yield "2025-05"
        elif field["type"] in ("number", "integer"):
            yield "3"
        elif support in coverage.WORDS and own:
            clauses = [clause for clause in re.split(r"\W+", own[0].reading) if clause]
            yield from any_of(clauses, chance)


def sample(mutants: Iterable[Mutant], count: int, seed: int = 1) -> list[Mutant]:
    """Return `count` of the mutants, at most one of each kind for each cell, in their order.

    Every pair of a cell and a kind has the same chance, however many mutants it has: otherwise the
    longest code list would fill the sample.
    """
    chance = random.Random(seed)
    groups: dict[tuple[str, int, str, str], list[Mutant]] = {}
    for mutant in mutants:
        key = mutant.table, mutant.position, mutant.column, mutant.kind
        groups.setdefault(key, []).append(mutant)
    chosen = sorted(chance.sample(range(len(groups)), min(count, len(groups))))
    cells = list(groups.values())
    return [chance.choice(cells[at]) for at in chosen]


# --- judging ---


class Workbench:
    """A valid package in memory, on which mutants are judged.

    Raises ValueError when the package is not valid, for then nothing could be measured.
    """

    def __init__(self, root: Path) -> None:
        """Read and validate the package in the folder `root`."""
        found = layers.validate(root)
        if not found.ok:
            raise ValueError(f"not valid: {report.one_line(found.findings[0])}")
        self.root = root
        self.evidence = passages.gather_package(root)
        self.tables = dict(self.evidence.tables)

    def mutated(self, mutant: Mutant) -> tuple[dict[str, Table], set[Place]]:
        """Return the tables with the mutation, and the places at which it can be caught."""
        table = self.tables[mutant.table]
        found = list(table.rows)
        here = found[mutant.position]
        lines = {mutant.position}
        if mutant.kind == "deleted":
            del found[mutant.position]
            lines = set()
        elif mutant.kind == "duplicated":
            at = schemas.field_names(table.schema).index(table.schema["primaryKey"][0])
            found.append((*here[:at], mutant.new, *here[at + 1 :])
                         if len(table.schema["primaryKey"]) == 1 else here)  # fmt: skip
            copy = found[-1]
            found.sort(key=form.sort_key(table.schema))
            lines = {at for at, row in enumerate(found) if row in (here, copy)}
        elif mutant.kind == "moved":
            del found[mutant.position]
            found.insert(int(mutant.new), here)
            lines = {int(mutant.new), int(mutant.new) + 1}
        else:
            at = schemas.field_names(table.schema).index(mutant.column)
            lie = found[mutant.position] = (*here[:at], mutant.new, *here[at + 1 :])
            if mutant.column in table.schema["primaryKey"]:
                found.sort(key=form.sort_key(table.schema))
                lines = {at for at, row in enumerate(found) if row == lie}
        changed = dataclasses.replace(
            table, rows=tuple(found), lines=tuple(range(2, len(found) + 2))
        )
        tables = self.tables | {table.name: changed}
        places = {(table.path, line + 2) for line in lines}
        if mutant.kind == "deleted":
            places = self.around_deleted(mutant, tables)
        return tables, places

    def around_deleted(self, mutant: Mutant, tables: Mapping[str, Table]) -> set[Place]:
        """Return the places at which the deletion of a row can be caught."""
        row = self.evidence.rows[mutant.table][mutant.position]
        cells = row.cells
        owner = (
            (cells["table"], cells["row_id"]) if row.table == "citations" else (row.table, row.id)
        )
        places = {(f"seeds/{p.seed}", p.line) for p in self.evidence.passages.get(owner, ())}
        if row.table == "exclusions" and not cells["excerpt"]:
            lines = range(*coverage.line_range(row))
            places |= {(f"seeds/{cells['seed']}", line) for line in lines}
        place = form.numbered(row.id)[0]
        wanted = {"aliases": cells.get("entity_id"), "vocabulary": cells.get("code")}
        name = wanted.get(row.table) or row.id
        for table in tables.values():
            for line, other in table.records():
                same_place = (
                    table.name == row.table
                    and place
                    and (form.numbered(table.row_id(other))[0] == place)
                )
                owned = (table.name, table.row_id(other)) == owner
                if same_place or owned or name in other.values():
                    places.add((table.path, line))
        return places

    def findings(self, tables: dict[str, Table], changed: str) -> tuple[list[Finding], ...]:
        """Return the findings on the package with one changed table: those of all layers, those of
        frictionless and those of pandera."""
        table = tables[changed]
        codes = package.code_lists(tables["vocabulary"])
        header = schemas.field_names(table.schema)
        content = form.serialised(header, table.rows).encode()
        found = [*form.canonical(table, content), *form.clean_cells(table)]
        found += layers.strangers(self.root, self.descriptor, tables)
        found += layers.uncoded(tables, codes)
        affected = tables if changed == "vocabulary" else {changed: table}
        with tempfile.TemporaryDirectory() as folder:
            for one in affected.values():
                path = Path(folder, one.path)
                path.parent.mkdir(exist_ok=True, parents=True)
                rows = form.serialised(schemas.field_names(one.schema), one.rows)
                path.write_text(rows, "utf-8", newline="")
            by_frictionless = list(structure.frictionless_findings(Path(folder), affected, codes))
        found += report.first_of_each_cell(by_frictionless, found)
        broken = {finding.file for finding in by_frictionless}
        by_pandera = []
        for one in affected.values():
            layer = list(structure.pandera_findings(one, codes))
            by_pandera += layer
            if one.path not in broken:
                found += report.first_of_each_cell(layer, found)
        documents, problems = layers.read_documents(self.root, tables["sources"])
        found += problems
        evidence = passages.gather(tables, codes, documents)
        for rule in (rules.REFERENCE_RULES | rules.FORM_RULES).values():
            found += report.first_of_each_cell(list(rule(evidence)), found)
        found += coverage.coverage(evidence)
        alone = changed in ALONE
        layer = [
            finding
            for name in ((changed, *COMPARING) if alone else tables)
            for finding in rules.check_cells(evidence, name, Counter())
        ]
        found += report.first_of_each_cell(layer, found)
        return found, by_frictionless, by_pandera

    @property
    def descriptor(self) -> dict[str, Any]:
        """The package's descriptor."""
        return package.read_descriptor(self.root)

    def judge(self, mutant: Mutant) -> Verdict:
        """Return what becomes of a mutant."""
        tables, places = self.mutated(mutant)
        found, by_frictionless, by_pandera = self.findings(tables, mutant.table)
        if mutant.kind in ("deleted", "id"):
            by_frictionless += broken_foreign_keys(tables, mutant.table)

        def there(findings: list[Finding]) -> list[Finding]:
            return [f for f in findings if (f.file, f.line) in places]

        caught = sorted({finding.rule for finding in there(found)})
        outcome = "caught" if caught else "elsewhere" if found else "survived"
        if outcome == "survived" and is_equivalent(mutant):
            outcome = "equivalent"
        elsewhere = tuple(sorted({finding.rule for finding in found}))
        return Verdict(
            mutant,
            outcome,
            tuple(caught) or elsewhere,
            bool(there(by_frictionless)),
            bool(there(by_pandera)),
        )


def is_equivalent(mutant: Mutant) -> bool:
    """Return whether a mutant that survived tells no lie.

    A longer excerpt says all that it said, and one without its first or last character has been
    read again by every rule.
    """
    return mutant.column == "excerpt" and mutant.kind in ("shortened", "lengthened")


def broken_foreign_keys(tables: Mapping[str, Table], changed: str) -> list[Finding]:
    """Return the foreign keys to one table that frictionless finds broken."""
    import frictionless

    keys = {
        name: [key for key in table.schema.get("foreignKeys", [])
               if (key["reference"]["resource"] or name) == changed]
        for name, table in tables.items()
    }  # fmt: skip
    needed = {changed} | {name for name, found in keys.items() if found}
    resources = []
    for name in needed:
        table = tables[name]
        fields = [{"name": field["name"], "type": "string"} for field in table.schema["fields"]]
        descriptor = {"fields": fields, "foreignKeys": keys[name]}
        resources.append(
            frictionless.Resource(
                name=name,
                data=[list(schemas.field_names(table.schema)), *map(list, table.rows)],
                schema=frictionless.Schema.from_descriptor(descriptor),
            )
        )
    found = []
    result = frictionless.Package(resources=resources).validate()
    for task in result.tasks:
        for error in task.errors:
            if error.type == "foreign-key":
                table = tables[task.name]
                line = table.lines[error.row_number - 2]
                found.append(Finding(table.path, line, "", "structure", error.note))
    return found


_bench: dict[str, Workbench] = {}


def _prepare(root: str) -> None:
    """Prepare this process for judging mutants of a package."""
    _bench["here"] = Workbench(Path(root))


def _judge(mutant: Mutant) -> Verdict:
    """Judge a mutant in a process that is prepared."""
    return _bench["here"].judge(mutant)


def judged(root: Path, mutants: Sequence[Mutant], jobs: int = 2) -> Iterator[Verdict]:
    """Yield the verdict on each mutant, in their order; `jobs` processes share the work."""
    if jobs < 2:
        bench = Workbench(root)
        yield from map(bench.judge, mutants)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, _prepare, (str(root),)) as pool:
        yield from pool.imap(_judge, mutants, chunksize=4)


# --- scores ---


@dataclasses.dataclass(slots=True)
class Score:
    """How many mutants there are, and how many each of the LAYERS caught at their row."""

    mutants: int = 0
    caught: dict[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(LAYERS, 0))

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self.mutants += 1
        for layer, caught in zip(
            LAYERS,
            (verdict.outcome == "caught", verdict.frictionless, verdict.pandera),
            strict=True,
        ):
            self.caught[layer] += caught

    def percent(self, layer: str = LAYERS[0]) -> float:
        """Return the part that a layer caught, in per cent."""
        return 100 * self.caught[layer] / self.mutants if self.mutants else 100.0


def rests_on(supports: Mapping[tuple[str, str], str], mutant: Mutant) -> str:
    """Return what a mutant is measured against: evidence, a row as a whole, or only a reader."""
    if mutant.table == "vocabulary":
        return "reviewed"
    if not mutant.column:
        return "rows"
    kind = supports[mutant.table, mutant.column]
    free = kind == "prose" and mutant.kind == "emptied"
    return "reviewed" if kind == "reviewed" or free else "evidence"


def scores(
    verdicts: Iterable[Verdict], supports: Mapping[tuple[str, str], str]
) -> dict[str, dict[str, Score]]:
    """Return the scores by what the cells rest on, by table, column and kind of mutation."""
    found: dict[str, dict[str, Score]] = {"": {}, "table": {}, "column": {}, "kind": {}}
    for verdict in verdicts:
        mutant = verdict.mutant
        if verdict.outcome == "equivalent":
            continue
        part = rests_on(supports, mutant)
        column = f"{mutant.table}.{mutant.column or '(row)'}"
        names_of = {"": part, "column": f"{part} {column}"}
        if part != "reviewed":
            names_of |= {"table": mutant.table, "kind": mutant.kind}
        for group, name in names_of.items():
            found[group].setdefault(name, Score()).add(verdict)
    return {group: dict(sorted(there.items())) for group, there in found.items()}


def supports_of(tables: Mapping[str, Table]) -> dict[tuple[str, str], str]:
    """Return the support of each column, by table and column."""
    return {
        (name, field["name"]): field["support"]
        for name, table in tables.items()
        for field in table.schema["fields"]
    }


def told(mutant: Mutant) -> str:
    """Return a mutant as one line: place, kind, old → new, long texts cut around the change."""
    old, new = mutant.old, mutant.new
    if len(old) + len(new) > 100:
        same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        begin = max(0, same - 20)
        old, new = (f"{'…' * (begin > 0)}{text[begin : begin + 50]}…" for text in (old, new))
    return (
        f"{mutant.table}/{mutant.row_id} {mutant.column or '(row)'} "
        f"[{mutant.kind}] {old or 'empty'} → {new or 'empty'}"
    )


def as_text(verdicts: Sequence[Verdict], supports: Mapping[tuple[str, str], str]) -> str:
    """Return the scores as tables, and the list of those that were not caught at their row."""
    lines = []
    for group, found in scores(verdicts, supports).items():
        width = max(map(len, found), default=0) + 2
        lines.append(
            f"{group or 'all':<{width}}{'mutants':>9}" + "".join(f"{x:>14}" for x in LAYERS)
        )
        for name, score in found.items():
            percents = "".join(f"{score.percent(layer):>12.1f} %" for layer in LAYERS)
            lines.append(f"{name:<{width}}{score.mutants:>9}{percents}")
        lines.append("")
    equivalent = sum(verdict.outcome == "equivalent" for verdict in verdicts)
    lines.append(f"{len(verdicts)} mutants, of which {equivalent} are equivalent and not counted")
    for outcome in ("survived", "elsewhere"):
        there = [verdict for verdict in verdicts if verdict.outcome == outcome]
        if there:
            lines += ["", f"{outcome}:"]
        for verdict in there:
            by = f" ({', '.join(verdict.rules)})" if verdict.rules else ""
            part = rests_on(supports, verdict.mutant)
            lines.append(f"  {part}: {told(verdict.mutant)}{by}")
    return "\n".join(lines)


def as_json(verdicts: Sequence[Verdict], supports: Mapping[tuple[str, str], str]) -> str:
    """Return ``scores``, ``equivalent`` and ``uncaught`` (each mutant with its outcome)."""
    groups = {
        group or "all": {
            name: {"mutants": score.mutants, "caught": score.caught}
            for name, score in found.items()
        }
        for group, found in scores(verdicts, supports).items()
    }
    uncaught = [
        dataclasses.asdict(verdict.mutant)
        | {"outcome": verdict.outcome, "rules": verdict.rules,
           "rests_on": rests_on(supports, verdict.mutant)}
        for verdict in verdicts
        if verdict.outcome in ("survived", "elsewhere")
    ]  # fmt: skip
    equivalent = sum(verdict.outcome == "equivalent" for verdict in verdicts)
    content = {"scores": groups, "equivalent": equivalent, "uncaught": uncaught}
    return json.dumps(content, ensure_ascii=False, indent=2)
