"""The mutation score: how many well-formed lies does validation catch, at the row that tells them?

A *mutant* is a valid package in which one cell was replaced by another valid one, or one row was
deleted, duplicated or moved.  Which wrong values a rule should catch says the rule itself, by
names of kinds; a function registered for each kind makes them, and knows no table or column by
name: they are of a kind of table, or have a rule, a role or references.  Ids and codes are chosen
to deceive: of ids all that the cited line names and one that it does not, of codes all.  English
text counts only for the numbers, bounds and names in it.

A row whose key was changed is put where the order wants it, so that only the lie is left to find.
A mutant is *caught* when validation reports a finding at its row, that is in the file and on the
line of the row, in any column; at a mention of the row or a citation for it, which are parts of
it; for a citation, at the row that it is for; or for an excerpt at the line of the document, of
which it leaves more open.  The row of a duplicate, or of a key that another row has, is the new row
or the one it repeats, that of a moved row the row itself or the one that follows it.  Of a deleted
row nothing is left; it is caught by a finding at a line of a document that it rested on, in a row
that refers to it (names its id; for a surface form, names its entity; for a citation or mention,
the row that it is for; for a document, a row that cites it), or in the row that takes its number.
A finding anywhere else leaves the mutant uncaught (*elsewhere*), none at all lets it *survive*.  A
mutant that is not caught but tells no lie is *equivalent* and not counted:

- an excerpt that is one character longer or shorter and still supports every cell of its row;
- an id with another number at its end that is free: the number is only a number, and what names the
  old id is found there;
- an emptied cell of a reference that may be empty: it says less, and nothing false.

Run it with ``python tests/tools/mutation.py [--sample N]``.  Exit code 0: measured; 2: the package
is not valid, so that there is nothing to measure.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import itertools
import json
import multiprocessing
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from chipcontrols.languages import surface_forms
from chipcontrols.languages.en import numbers as english
from chipcontrols.languages.en import quantities
from chipcontrols.languages.en import words as english_words
from chipcontrols.package import DOCUMENTS, Package, Row, Table, code_lists, files, sort_key
from chipcontrols.package.cells import doubtful_rows, sharing
from chipcontrols.package.documents import Document, read_documents
from chipcontrols.package.finding import Finding
from chipcontrols.package.schema import Field, Schema
from chipcontrols.validation import citations, completeness, engine, structure, tables
from chipcontrols.validation.documents import Counts, check_row
from chipcontrols.validation.lexicon import OF_LEXICON, Lexicon, compile_lexicon
from chipcontrols.validation.passages import (
    Evidence,
    anchored,
    damaged_spans,
    found_in,
    gather,
    read_evidence,
    read_text,
    read_texts,
)
from chipcontrols.validation.rules import RULES, bind
from chipcontrols.validation.rules.anchors import numbered
from chipcontrols.validation.rules.force import expired

CHECKOUT = Path(__file__).parents[2]
Place = tuple[str, int]
"""A file of the package and a line of it."""
IDENTIFIERS = ("identifier", "anchored_identifier")
LAYERS = ("chipcontrols", "frictionless", "pandera")
OF_ONE_TABLE = (tables.twin_keys, tables.stated_twice, tables.containment)
"""The rules on whole tables that look at one table at a time."""


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


# --- what stands near a value ---


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


def scaled(token: str, parts: bool = False) -> Iterator[str]:
    """Yield what may stand in English text in place of a number, or of `parts` of a whole.

    >>> list(scaled("billion")), list(scaled("five")), list(scaled("1,500"))
    (['million'], ['four'], ['1,501', '15000', '5,100'])
    >>> list(scaled("third")), list(scaled("third", parts=True)), list(scaled("two"))
    (['second'], ['quarter'], ['three'])
    """
    lower = token.lower()
    if lower in english_words.FRACTIONS and (parts or lower not in english_words.ORDINALS):
        yield "quarter" if lower != "quarter" else "third"
        return
    kinds = ("SCALES", "TENS", "MONTHS", "ORDINALS", "UNITS")
    for words in (getattr(english_words, kind) for kind in kinds):
        series = list(words)
        series_lower = [word.lower() for word in series]
        if lower in series_lower:
            at = series_lower.index(lower)
            yield series[at + 1 if series[at - 1] == "one" else at - 1]  # one may be no number
            return
    if lower in english_words.MULTIPLES:
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
UNIT_WORDS = {
    "$": ("€", "HK$"), " dollars": (" yuan", " euros"), " yuan": (" dollars",), "CNY ": ("$",),
    " percent": (" percentage points", " years"), "%": (" percentage points",),
    " percentage points": (" percent",), " years": (" months", " weeks"), " months": (" years",),
    " days": (" weeks",), " weeks": (" months",), " times": (" percent",), "twice": ("two years",),
}  # fmt: skip
"""What a quantity begins or ends with that names its unit, and words for other units."""
SEVERAL = re.compile(rf"\b(?:{'|'.join(POWERS)})\b", re.IGNORECASE)


def numbers_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each number in English text, words that may be none aside."""
    for match in english.NUMBER.finditer(text):
        group = match.lastgroup or ""
        start, end = match.span("word" if group == "fold" else group)
        if not MONTH_OR_NOT.fullmatch(text[start:end]) or re.match(r" ?\d", text[end:]):
            yield start, end


# --- mutants ---


class Workshop:
    """Makes the mutants of a valid package; the same ones for the same seed."""

    def __init__(self, package: Package, evidence: Evidence, seed: int = 1) -> None:
        """Take a valid package with its evidence, and the seed that chooses among the mutants."""
        self.package = package
        self.evidence = evidence
        self.seed = seed
        self.ids = {name: [row.id for row in table.rows] for name, table in package.tables.items()}
        self.letters = {
            name: sorted({c for line in text.lines for c in line.reading if c.isalnum()})
            for name, text in evidence.texts.items()
        }
        self.all_letters = sorted({c for letters in self.letters.values() for c in letters})

    def mutants(self, names: Iterable[str] = ()) -> Iterator[Mutant]:
        """Yield all mutants of the tables (of all tables when none is named), in order."""
        for name in names or self.package.tables:
            table = self.package.tables[name]
            for position, row in enumerate(table.rows):
                for field in table.schema.fields:
                    old = row.cells[field.name]
                    chance = random.Random(f"{self.seed} {name} {row.id} {field.name}")
                    seen = {old}
                    for kind in RULES[field.rule].wrong_values:
                        for new in GENERATORS[kind](self, row, field, chance):
                            if new not in seen and may_hold(field, new):
                                seen.add(new)
                                yield Mutant(name, position, row.id, field.name, kind, old, new)
                yield from self.of_row(row, position)

    def of_row(self, row: Row, position: int) -> Iterator[Mutant]:
        """Yield the mutants of a whole row."""
        chance = random.Random(f"{self.seed} {row.table} {row.id}")
        yield Mutant(row.table, position, row.id, "", "deleted", row.id, "")
        has_number = len(row.schema.primary_key) == 1 and row.schema.kind != "document"
        new = self.free_id(row) if has_number else row.id
        yield Mutant(row.table, position, row.id, "", "duplicated", row.id, new)
        elsewhere = [str(at) for at in range(len(self.ids[row.table])) if at != position]
        for there in any_of(elsewhere, chance):
            yield Mutant(row.table, position, row.id, "", "moved", str(position), there)

    def free_id(self, row: Row) -> str:
        """Return the next free id: of a statement the next number of its line."""
        place, number = numbered(row.id)
        taken = set(self.ids[row.table])
        number += 1
        while (new := f"{place or row.id}-{number}") in taken:
            number += 1
        return new

    def named_on_line(self, row: Row) -> set[str]:
        """Return the entities that the row's line names."""
        text = self.evidence.texts.get(row.role("document"))
        line = text.line(row.anchor_line) if text else None
        return {e for mention in line.nested for e in mention.entities} if line else set()

    def targets(self, row: Row, field: Field) -> set[str]:
        """Return the ids that a column may refer to."""
        names = tables.targets(self.package, field, row.schema.kind)
        return {identifier for name in names for identifier in self.ids[name]}


def may_hold(field: Field, cell: str) -> bool:
    """Return whether a column may hold a cell, by its constraints."""
    lowest, pattern = field.constraints.get("minimum"), field.constraints.get("pattern")
    if not cell:
        return not field.required
    if lowest is not None and float(cell) < lowest:
        return False
    return not pattern or bool(re.fullmatch(pattern, cell))


def is_text(field: Field) -> bool:
    """Return whether a column holds words: no number, code or id."""
    return field.type == "string" and not field.coded and not field.references


Generator = Callable[[Workshop, Row, Field, random.Random], Iterator[str]]
GENERATORS: dict[str, Generator] = {}
"""The function that makes each kind of wrong value, nothing for a cell that has none of it."""


def makes(kind: str) -> Callable[[Generator], Generator]:
    """Register a function as that which makes a kind of wrong value."""

    def register(function: Generator) -> Generator:
        GENERATORS[kind] = function
        return function

    return register


@makes("emptied")
def emptied(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield nothing in place of the content of an optional cell."""
    if row.cells[field.name] and not field.required:
        yield ""


@makes("filled")
def filled(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield valid content for an empty cell: an id, code, date, number, or words of the excerpt."""
    own = shop.evidence.own(row)
    if row.cells[field.name]:
        return
    if known := shop.targets(row, field):
        near = known & shop.named_on_line(row)
        yield from any_of(near, chance)
        yield from any_of(known - near, chance)
    elif field.coded:
        codes = shop.package.codes[row.table, field.name]
        yield from any_of((code.code for code in codes), chance)
    elif field.dated:
        yield "2025-05"
    elif field.type in ("number", "integer"):
        yield "3"
    elif own and RULES[field.rule].copies_words:
        yield from any_of(re.split(r"\W+", own.reading), chance)


@makes("number")
def number(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield a neighbour, the tenfold, two digits swapped, and the sign changed."""
    if field.type in ("number", "integer") and row.cells[field.name]:
        yield from numbers_near(row.cells[field.name])


@makes("digit")
def digit(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield a hash with one digit replaced."""
    if field.type == "string":
        yield from one_character(row.cells[field.name], "0123456789abcdef", chance)


@makes("date")
def date(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield another day, month or year."""
    if row.cells[field.name] and field.dated:
        yield from dates_near(row.cells[field.name])


@makes("line")
def line(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield lines beside, others that have the excerpt, and any line of the document."""
    cell, text = row.cells[field.name], shop.evidence.texts[row.role("document")]
    if field.type == "integer" and cell:
        yield from (str(int(cell) + 1), str(int(cell) - 1))
        excerpt = row.role("excerpt")
        yield from [str(one.number) for one in text.lines if excerpt in one.raw][:2]
        yield from any_of((str(one.number) for one in text.lines), chance, cell)


@makes("document")
def document(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield another document."""
    if field.role == "document":
        yield from any_of(shop.targets(row, field), chance, row.cells[field.name])


@makes("code")
def code(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the other codes of a coded cell, and the other truth value."""
    cell = row.cells[field.name]
    if field.type == "boolean" and cell:
        yield "false" if cell == "true" else "true"
    elif field.coded and cell:
        yield from (one.code for one in shop.package.codes[row.table, field.name])


@makes("id")
def other_id(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield ids of things named on the line and one of others; of a key another row's, and a free
    one."""
    cell = row.cells[field.name]
    if cell and field.references:
        known = shop.targets(row, field)
        near = known & shop.named_on_line(row)
        yield from sorted(near - {cell})
        yield from any_of(known - near, chance, cell)
    elif row.schema.primary_key == (field.name,):
        yield from any_of(shop.ids[row.table], chance, cell)
        yield shop.free_id(row)


@makes("table")
def other_table(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the other tables, those of codes aside."""
    if row.cells[field.name]:
        yield from (name for name, t in shop.package.tables.items() if t.schema.kind != "code")


@makes("row")
def other_row(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the id of other rows of the table, three of the same line and one of another."""
    if cell := row.cells[field.name]:
        ids = shop.ids[row.cells[field.options["table"]]]
        place = f"{cell.rpartition('-')[0]}-"
        near = {identifier for identifier in ids if identifier.startswith(place)}
        yield from sorted(near - {cell})[:3]
        yield from any_of(set(ids) - near, chance, cell)


@makes("column")
def other_column(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the other columns of the table."""
    if row.cells[field.name]:
        yield from shop.package.tables[row.cells[field.options["table"]]].schema.names


@makes("character")
def character(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the text with one character replaced by another one of its document."""
    names_a_code = field.rule == "reviewed" and field.name in row.schema.primary_key
    if is_text(field) and not names_a_code:
        letters = shop.letters.get(row.role("document"), shop.all_letters)
        yield from one_character(row.cells[field.name], letters, chance)


@makes("shortened")
def shortened(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the text without its first and without its last character."""
    cell = row.cells[field.name]
    if is_text(field):
        yield from (short for short in (cell[1:], cell[:-1]) if short and short == short.strip())


@makes("lengthened")
def lengthened(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the excerpt with the character before it and with the one after it."""
    where, own = shop.evidence.locations.get((row.table, row.line)), shop.evidence.own(row)
    if where and own:
        for start, end in ((where.start - 1, where.end), (where.start, where.end + 1)):
            text = own.context[start:end] if start >= 0 and end <= len(own.context) else ""
            if text and text.strip() == text:
                yield text


@makes("prose_number")
def prose_number(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the English text with another number."""
    text = row.cells[field.name]
    for start, end in numbers_of(text):
        parts = text[:start].lower().endswith(("a ", "one ", "two ", "-"))
        for new in any_of(scaled(text[start:end], parts), chance, text[start:end]):
            yield text[:start] + new + text[end:]


@makes("prose_bound")
def prose_bound(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the English text with the bound of a number replaced by another one, and without it."""
    text = row.cells[field.name]
    for start, _ in numbers_of(text):
        if before := BEFORE_NUMBER.search(text[:start]):
            same = next(words for words in BOUND_WORDS.values() if before[1].lower() in words)
            others = [words[0] for words in BOUND_WORDS.values() if words != same]
            for words in any_of(others, chance):
                yield text[: before.start()] + words + text[before.end() - 1 :]
            yield text[: before.start()] + text[before.end() :]
    for match in SEVERAL.finditer(text):
        for new in any_of(POWERS, chance, match[0].lower()):
            yield text[: match.start()] + new + text[match.end() :]


@makes("prose_unit")
def prose_unit(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the English text with the unit of a quantity replaced by each of others."""
    text = row.cells[field.name]
    for one in quantities.find(text):
        for unit, others in UNIT_WORDS.items():
            named = one.text.startswith(unit) or one.text.endswith(unit)
            for other in others if named else ():
                yield text[: one.start] + one.text.replace(unit, other) + text[one.end :]


@makes("prose_name")
def prose_name(shop: Workshop, row: Row, field: Field, chance: random.Random) -> Iterator[str]:
    """Yield the English text with a name replaced by that of another entity of the same table: one
    that the line names and one that it does not."""
    text, near = row.cells[field.name], shop.named_on_line(row)
    entities = shop.evidence.lexicon.entities
    for mention in surface_forms.mentions(text, shop.evidence.lexicon.english):
        table = entities[min(mention.entities)].table
        others = {
            other
            for other, entity in entities.items()
            if entity.table == table and entity.proper_names and other not in mention.entities
        }
        for other in (*any_of(others & near, chance), *any_of(others - near, chance)):
            yield text[: mention.start] + entities[other].proper_names[0] + text[mention.end :]


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


Key = tuple[str, str]
"""A row: its table and its id."""


def cells_of(table: Table) -> list[Mapping[str, str]]:
    """Return the cells of each row of a table."""
    return [row.cells for row in table.rows]


def with_cells(table: Table, cells: Sequence[Mapping[str, str]]) -> Table:
    """Return a table with other rows and the content of its file; a row that is as it was, on its
    line, is the same."""
    rows = tuple(
        old if old and old.cells is one and old.line == at else
        Row(table.name, at, " ".join(one[name] for name in table.schema.primary_key), one,
            table.schema)
        for at, (one, old) in enumerate(itertools.zip_longest(cells, table.rows), 2) if one
    )  # fmt: skip
    content = files.canonical_csv(table.schema.names, [tuple(one.values()) for one in cells])
    return dataclasses.replace(table, rows=rows, content=content.encode())


class Workbench:
    """A valid package in memory, on which mutants are judged.

    Raises ValueError when the package is not valid, for then nothing could be measured.
    """

    def __init__(self, root: Path) -> None:
        """Read and validate the package in the folder `root`."""
        report = engine.validate(root)
        if not report.ok:
            raise ValueError(f"not valid: {report.findings[0]}")
        self.package = Package.open(root)
        self.documents, _ = read_documents(self.package)
        self.evidence = gather(self.package, self.documents)
        self.rules = {name: bind(table.schema) for name, table in self.package.tables.items()}
        texts, every = self.evidence.texts, self.package.tables
        self.found = {name: found_in(table, texts) for name, table in every.items()}
        rows = [row for table in every.values() for row in table.rows]
        self.states = {(row.table, row.id): state(self.evidence, row) for row in rows}
        self.words = {(row.table, row.id): words_of(self.evidence, row) for row in rows}

    def mutated(self, mutant: Mutant) -> tuple[Package, set[Place]]:
        """Return the package with the mutation, and the places at which it can be caught."""
        table = self.package.tables[mutant.table]
        schema, found = table.schema, cells_of(table)
        order = sort_key(schema)
        here = new = found[mutant.position]
        if mutant.kind == "deleted":
            del found[mutant.position]
        elif mutant.kind == "duplicated":
            new = {**here, schema.primary_key[0]: mutant.new} if mutant.new != mutant.old else here
            found.insert(mutant.position + 1, new)
            found.sort(key=lambda cells: order(tuple(cells.values())))
        elif mutant.kind == "moved":
            del found[mutant.position]
            found.insert(int(mutant.new), here)
        else:
            new = found[mutant.position] = {**here, mutant.column: mutant.new}
            if mutant.column in schema.primary_key:
                found.sort(key=lambda cells: order(tuple(cells.values())))
        changed = {**self.package.tables, table.name: with_cells(table, found)}
        codes = self.package.codes
        if schema.kind == "code":
            codes = code_lists(changed.values())
        package = dataclasses.replace(self.package, tables=changed, codes=codes)
        if mutant.kind == "deleted":
            return package, self.around_deleted(table.rows[mutant.position], package)
        lines = {at for at, cells in enumerate(found, 2) if cells == new}
        owners = {(table.name, row.id) for row in changed[table.name].rows if row.line in lines}
        if mutant.kind == "duplicated":
            lines |= {at for at, cells in enumerate(found, 2) if cells == here}
        elif mutant.column in schema.primary_key:
            key = {name: new[name] for name in schema.primary_key}
            lines |= {at for at, cells in enumerate(found, 2) if key.items() <= cells.items()}
        elif mutant.kind == "moved":
            lines = {int(mutant.new) + 2, int(mutant.new) + 3}
        places = {(table.path, at) for at in lines}
        return package, places | self.around(table.rows[mutant.position], mutant.column, owners)

    def around(self, row: Row, column: str, owners: Set[Key]) -> set[Place]:
        """Return the places of what belongs to a row or to which it belongs: mentions of it,
        citations for it, the row that a citation is for, and for its excerpt the line of the
        document."""
        found = [
            one
            for one in self.package.rows("mention", "citation")
            if (one.role("table"), one.role("row")) in owners
        ]
        if row.schema.kind == "citation":
            found += filter(None, [self.package.by_key.get((row.role("table"), row.role("row")))])
        places = {(self.package.tables[one.table].path, one.line) for one in found}
        if column and column == row.schema.roles.get("excerpt"):
            places.add((f"{DOCUMENTS}/{row.role('document')}", row.anchor_line))
        return places

    def around_deleted(self, row: Row, package: Package) -> set[Place]:
        """Return the places at which the deletion of a row can be caught."""
        kind, place, name = row.schema.kind, numbered(row.id)[0], row.id
        owner = (row.table, row.id)
        if kind in ("citation", "mention"):
            owner = row.role("table"), row.role("row")
        elif kind in ("surface_form", "code"):
            name = row.role("entity" if kind == "surface_form" else "code")
        passages = self.evidence.passages.get(owner, ())
        places = {(f"{DOCUMENTS}/{one.document}", one.line) for one in passages}
        if kind == "exclusion" and not row.role("excerpt"):
            lines = range(*completeness.line_range(row))
            places |= {(f"{DOCUMENTS}/{row.role('document')}", at) for at in lines}
        for table in package.tables.values():
            for other in table.rows:
                takes_number = place and table.name == row.table and numbered(other.id)[0] == place
                if takes_number or (table.name, other.id) == owner or name in other.cells.values():
                    places.add((table.path, other.line))
        return places

    def findings(
        self, package: Package, *names: str, documents: Mapping[str, Document] | None = None
    ) -> tuple[list[Finding], ...]:
        """Return the findings on the package with changed tables: those of all layers, those of
        frictionless and those of pandera.

        They are those of `engine.validate`; but what a change cannot reach is not looked at again,
        for in a valid package there is nothing to say of it.  `documents` are some that have other
        lines, whose rows give the hashes of them.
        """
        changed = [package.tables[name] for name in names]
        alone = dataclasses.replace(package, tables={one.name: one for one in changed})
        is_document = not documents and any(one.schema.kind == "document" for one in changed)
        known, unread = read_documents(package) if is_document else (self.documents, [])
        known = {**known, **(documents or {})}
        found = [f for one in changed for f in (*tables.canonical(one), *tables.clean_cells(one))]
        found += engine.unnamed_files(package) if is_document else ()
        by_frictionless, by_pandera = self.structure(package, names, found)
        found += unread
        for name, rule in tables.RULES.items():
            among = alone if rule in OF_ONE_TABLE else package
            found += engine.new_only(tables.findings(among, name), found)
        evidence = self.changed_evidence(package, known, is_document)
        touched, lines = self.touched(package, evidence, () if documents else changed)
        cited = cited_near(package, touched, lines)
        of_citations = citations.check_citations(package, evidence, self.rules, cited)
        found += engine.new_only(of_citations, found)
        gaps, cells = self.by_document(package, evidence, touched, lines)
        counts: Counts = Counter()
        for row in (row for table in changed for row in table.rows):
            for column, rule in self.rules[row.table].items():
                counts[rule.name, row.table] += bool(row.cells[column]) or rule.checks_empty
        cells += engine.nothing_checked(alone, counts)
        cells += expired(package, evidence)
        found += engine.new_only(gaps, found)
        misplaced = engine.misplaced_rows(package, found)
        cells = [finding for finding in cells if (finding.file, finding.line) not in misplaced]
        return [*found, *engine.new_only(cells, found)], by_frictionless, by_pandera

    def structure(
        self, package: Package, names: Sequence[str], found: list[Finding]
    ) -> tuple[list[Finding], list[Finding]]:
        """Return what frictionless and pandera find in the tables that a change can affect; `found`
        gets it too."""
        codes = self.package.codes
        recoded = {key[0] for key in {*codes, *package.codes}
                   if codes.get(key) != package.codes.get(key)}  # fmt: skip
        affected = [one for one in package.tables.values() if one.name in {*names, *recoded}]
        by_frictionless, by_pandera = [], []
        for one in affected:
            rows = range(len(one.rows)) if one.name in recoded else self.changed_rows(one)
            part = dataclasses.replace(one, rows=tuple(one.rows[at] for at in rows))
            if not doubtful_rows(part, package.codes):
                continue  # They would find nothing.
            changed = structure.some_rows(one, rows)
            by_frictionless += structure.frictionless_findings(changed, package.codes)
            by_pandera += structure.pandera_findings(changed, package.codes)
        found += engine.new_only(by_frictionless, found)
        broken = {finding.file for finding in by_frictionless}
        found += engine.new_only((f for f in by_pandera if f.file not in broken), found)
        return by_frictionless, by_pandera

    def changed_rows(self, table: Table) -> list[int]:
        """Return the positions of the rows that the table had not, or that share what is unique."""
        same = {id(row.cells) for row in self.package.tables[table.name].rows}
        changed = {at for at, row in enumerate(table.rows) if id(row.cells) not in same}
        return sorted(sharing(table) | changed)

    def changed_evidence(
        self, package: Package, documents: Mapping[str, Any], is_document: bool
    ) -> Evidence:
        """Return the evidence of the package with changed tables; documents whose words name the
        same as before are not read again."""
        lexicon = self.evidence.lexicon
        if any(one is not self.package.tables[one.name] for one in package.of_kind(*OF_LEXICON)):
            lexicon = compile_lexicon(package)
        if is_document or forms_of(lexicon) != forms_of(self.evidence.lexicon):
            return anchored(package, lexicon, read_texts(package, documents, lexicon))
        damaged, same = damaged_spans(package, documents), documents == self.documents
        texts = {
            name: dataclasses.replace(text, damaged=damaged.get(name, {}))
            if documents[name] == self.documents[name]
            else read_text(documents[name], lexicon, documents[name].sha256, damaged.get(name, {}))
            for name, text in self.evidence.texts.items()
        }
        same &= all(one.damaged == texts[name].damaged for name, one in self.evidence.texts.items())
        own = self.package.tables if same else {}
        known = {name: self.found[name] for name in own if package.tables[name] is own[name]}
        return anchored(package, lexicon, texts, known)

    def touched(
        self, package: Package, evidence: Evidence, tables: Sequence[Table]
    ) -> tuple[set[Key], set[Place]]:
        """Return the rows whose findings may differ from before, and the lines of documents: those
        that a changed row rests on, before or now, and those that have words of which the lexicon
        says something else."""
        rows = [row for one in package.tables.values() for row in one.rows]
        if any(table.schema.kind == "document" for table in tables):
            lines = {(name, 0) for name in {*evidence.texts, *self.evidence.texts}}
            return {(row.table, row.id) for row in rows} | self.states.keys(), lines
        changed = self.states.keys() - {(row.table, row.id) for row in rows}
        before, after = self.evidence, evidence
        for row in (row for one in tables for row in one.rows) if tables else rows:
            if self.states.get(key := (row.table, row.id)) != state(evidence, row):
                changed.add(key)
        mappings = ((one.passages, *said_of_rows(one)) for one in (before, after))
        for was, now in zip(*mappings, strict=True):
            other = (key for key in {*was, *now} if was.get(key) != now.get(key))
            changed |= {key for key in other if about(before, key) != about(after, key)}
        lines = {
            (passage.document, passage.line)
            for key in changed
            for known in (before, after)
            for passage in known.passages.get(key, ())
        }
        before_and_now = (*tables, *(self.package.tables[table.name] for table in tables))
        for row in (row for table in before_and_now for row in table.rows):
            if (row.table, row.id) in changed and row.schema.kind == "exclusion":
                lines.add((row.role("document"), 0))
        words, recoded = differences(before.lexicon, after.lexicon)
        if words:
            said = re.compile("|".join(map(re.escape, sorted(words))))
            changed |= {key for key, text in self.words.items() if said.search(text)}
            lines |= {
                (name, line.number)
                for name, text in evidence.texts.items()
                for line in text.lines
                if said.search(line.reading)
            }
        changed |= {(row.table, row.id) for row in rows if row.table in recoded}
        every = (row for table in package.tables.values() for row in table.rows)
        changed |= {row.key for row in every if row.about in changed}
        return changed, lines

    def by_document(
        self, package: Package, evidence: Evidence, touched: Set[Key], lines: Set[Place]
    ) -> tuple[list[Finding], list[Finding]]:
        """Return what is missing on lines of documents (line 0: all of them), and what is found on
        cells of the rows touched."""
        gaps, cells = [], []
        for row in (row for table in package.tables.values() for row in table.rows):
            if (row.table, row.id) in touched:
                cells += check_row(evidence, self.rules[row.table], row, Counter())
        for name in {name for name, _ in lines} & evidence.texts.keys():
            numbers = {number for document, number in lines if document == name}
            among = () if 0 in numbers else numbers
            text = dataclasses.replace(evidence.texts[name], among=among)
            rows = resting_on(package, name)
            gaps += completeness.check_completeness(evidence, self.rules, text, rows)
        return gaps, cells

    def judge(self, mutant: Mutant) -> Verdict:
        """Return what becomes of a mutant."""
        package, places = self.mutated(mutant)
        found, by_frictionless, by_pandera = self.findings(package, mutant.table)
        schema = package.tables[mutant.table].schema
        if mutant.kind == "deleted" or mutant.column in schema.primary_key:
            by_frictionless += broken_foreign_keys(package, mutant.table)

        def there(findings: list[Finding]) -> list[Finding]:
            return [f for f in findings if (f.file, f.line) in places]

        caught = sorted({finding.rule for finding in there(found)})
        outcome = "caught" if caught else "elsewhere" if found else "survived"
        if outcome != "caught" and is_equivalent(mutant, schema, outcome):
            outcome = "equivalent"
        elsewhere = tuple(sorted({finding.rule for finding in found}))
        return Verdict(
            mutant,
            outcome,
            tuple(caught) or elsewhere,
            bool(there(by_frictionless)),
            bool(there(by_pandera)),
        )


def is_equivalent(mutant: Mutant, schema: Schema, outcome: str) -> bool:
    """Return whether an uncaught mutant tells no lie; see this module's docstring."""
    if not mutant.column:
        return False
    field = schema.field(mutant.column)
    if field.name in schema.primary_key and field.rule in IDENTIFIERS:
        return mutant.old.rpartition("-")[0] == mutant.new.rpartition("-")[0]
    if mutant.kind == "emptied" and schema.kind == "reference":
        return bool(field.options.get("optional"))
    of_length = mutant.kind in ("shortened", "lengthened") and outcome == "survived"
    return of_length and field.role == "excerpt"


def said_of_rows(evidence: Evidence) -> tuple[Mapping[Key, Any], ...]:
    """Return what other rows say of rows, and what these compare."""
    return evidence.witnesses, evidence.mentions, evidence.exceptions


def about(evidence: Evidence, key: Key) -> tuple[Any, ...]:
    """Return where a row rests, and what other rows say of it."""
    said = ([one.cells for one in known.get(key, ())] for known in said_of_rows(evidence))
    return evidence.passages.get(key), *said


def state(evidence: Evidence, row: Row) -> tuple[Any, ...]:
    """Return what a row says, where it rests, and what other rows say of it."""
    where = evidence.locations.get((row.table, row.line))
    return row.cells, where, *about(evidence, (row.table, row.id))


def resting_on(package: Package, document: str) -> list[Row]:
    """Return the rows that rest on a document: their own, and those for which it is cited."""
    cited = {(row.role("table"), row.role("row")) for row in package.rows("citation")
             if row.role("document") == document}  # fmt: skip
    return [row for table in package.tables.values() for row in table.rows
            if row.role("document") == document or (row.table, row.id) in cited]  # fmt: skip


def words_of(evidence: Evidence, row: Row) -> str:
    """Return all words that the rules may read for a row: its cells, and the lines that it rests
    on, or a row that it compares."""
    passages = [*evidence.of_row(row), *evidence.passages.get(row.about, ())]
    named = {e for p in passages for mention in p.source.nested for e in mention.entities}
    return "\n".join([*row.cells.values(), *(p.source.reading for p in passages), *sorted(named)])


def forms_of(lexicon: Lexicon) -> dict[str, Set[str]]:
    """Return the surface forms with the entities that each names."""
    return dict(lexicon.forms.named)


def differences(before: Lexicon, after: Lexicon) -> tuple[set[str], set[str]]:
    """Return the words (forms, names and ids) of which two lexicons say something else, and the
    tables that have other codes."""
    words: set[str] = set()
    forms = forms_of(before), forms_of(after)
    for form in {*forms[0], *forms[1]}:
        if (old := forms[0].get(form, set())) != (new := forms[1].get(form, set())):
            words |= {form, *old, *new}
    for id in {*before.entities, *after.entities}:
        if (was := before.entities.get(id)) != (now := after.entities.get(id)):
            words.add(id)
            words |= {form for one in (was, now) if one for form in one.english}
    terms = [set(one.terms.named)
             for one in (before, after)]  # fmt: skip
    words |= terms[0] ^ terms[1]
    recoded = {key[0] for key in {*before.codes, *after.codes}
               if before.codes.get(key) != after.codes.get(key)}  # fmt: skip
    return words - {""}, recoded


def cited_near(package: Package, touched: Set[Key], lines: Set[Place]) -> list[Row]:
    """Return the citations of which a change may alter whether they are needed: they are for
    a row touched, or for one that compares it, or on a line of it."""
    rows = package.by_key
    found = []
    for row in package.rows("citation"):
        owner = row.role("table"), row.role("row")
        target = rows.get(owner)
        if (
            (row.table, row.id) in touched
            or owner in touched
            or (row.role("document"), row.anchor_line) in lines
            or (target and target.about in touched)
        ):
            found.append(row)
    return found


def broken_foreign_keys(package: Package, changed: str) -> list[Finding]:
    """Return the foreign keys to one table that frictionless finds broken."""
    import frictionless

    keys = {
        name: [key for key in table.schema.foreign_keys
               if (key["reference"]["resource"] or name) == changed]
        for name, table in package.tables.items()
    }  # fmt: skip
    needed = {changed} | {name for name, found in keys.items() if found}
    resources = []
    for name in needed:
        table = package.tables[name]
        fields = [{"name": column, "type": "string"} for column in table.schema.names]
        descriptor = {"fields": fields, "foreignKeys": keys[name]}
        resources.append(
            frictionless.Resource(
                name=name,
                data=[list(table.schema.names), *map(list, table.columns(table.schema.names))],
                schema=frictionless.Schema.from_descriptor(descriptor),
            )
        )
    found = []
    for task in frictionless.Package(resources=resources).validate().tasks:
        for error in task.errors:
            if error.type == "foreign-key":
                table = package.tables[task.name]
                line = table.rows[error.row_number - 2].line
                found.append(Finding(table.path, line, "", "structure", error.note))
    return found


@functools.cache
def prepared(root: str) -> Workbench:
    """Return the workbench of this process for a package."""
    return Workbench(Path(root))


def judge(task: tuple[str, Mutant]) -> Verdict:
    """Judge a mutant of the package in a folder."""
    return prepared(task[0]).judge(task[1])


def judged(root: Path, mutants: Sequence[Mutant], jobs: int = 2) -> Iterator[Verdict]:
    """Yield the verdict on each mutant, in their order; `jobs` processes share the work."""
    tasks = [(str(root), mutant) for mutant in mutants]
    if jobs < 2:
        yield from map(judge, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(judge, tasks, chunksize=4)


# --- scores ---


Rules = Mapping[tuple[str, str], str]
"""The rule of each column, by table and column; of a table, and no column, its kind."""


def rules_of(package: Package) -> dict[tuple[str, str], str]:
    """Return the rules of a package."""
    found = {(name, ""): table.schema.kind for name, table in package.tables.items()}
    for name, table in package.tables.items():
        for one in table.schema.fields:
            found[name, one.name] = "reviewed" if one.options.get("reviewed") else one.rule
    return found


@dataclasses.dataclass(slots=True)
class Score:
    """How many mutants there are, and how many each of the LAYERS caught at their row."""

    mutants: int = 0
    caught: dict[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(LAYERS, 0))

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        self.mutants += 1
        outcomes = (verdict.outcome == "caught", verdict.frictionless, verdict.pandera)
        for layer, caught in zip(LAYERS, outcomes, strict=True):
            self.caught[layer] += caught


def rests_on(rules: Rules, mutant: Mutant) -> str:
    """Return what a mutant is measured against: evidence, a row as a whole, or only a reader."""
    if rules[mutant.table, ""] == "code":
        return "reviewed"
    if not mutant.column:
        return "rows"
    return "reviewed" if rules[mutant.table, mutant.column] == "reviewed" else "evidence"


def scores(verdicts: Iterable[Verdict], rules: Rules) -> dict[str, dict[str, Score]]:
    """Return the scores by what the cells rest on, by table, column and kind of mutation."""
    found: dict[str, dict[str, Score]] = {"all": {}, "table": {}, "column": {}, "kind": {}}
    for verdict in verdicts:
        mutant = verdict.mutant
        if verdict.outcome == "equivalent":
            continue
        part = rests_on(rules, mutant)
        column = f"{mutant.table}.{mutant.column or '(row)'}"
        names = {"all": part, "column": f"{part} {column}"}
        if part != "reviewed":
            names |= {"table": mutant.table, "kind": mutant.kind}
        for group, name in names.items():
            found[group].setdefault(name, Score()).add(verdict)
    return {group: dict(sorted(there.items())) for group, there in found.items()}


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


def as_text(verdicts: Sequence[Verdict], rules: Rules) -> str:
    """Return the scores as tables, and the list of those that were not caught at their row."""
    lines = []
    for group, found in scores(verdicts, rules).items():
        width = max(map(len, found), default=0) + 2
        lines.append(f"{group:<{width}}{'mutants':>9}" + "".join(f"{x:>14}" for x in LAYERS))
        for name, score in found.items():
            percents = (100 * score.caught[layer] / score.mutants for layer in LAYERS)
            shares = "".join(f"{percent:>12.1f} %" for percent in percents)
            lines.append(f"{name:<{width}}{score.mutants:>9}{shares}")
        lines.append("")
    equivalent = sum(verdict.outcome == "equivalent" for verdict in verdicts)
    lines.append(f"{len(verdicts)} mutants, of which {equivalent} are equivalent and not counted")
    for outcome in ("survived", "elsewhere"):
        there = [verdict for verdict in verdicts if verdict.outcome == outcome]
        lines += ["", f"{outcome}:"] if there else []
        for verdict in there:
            by = f" ({', '.join(verdict.rules)})" if verdict.rules else ""
            part = rests_on(rules, verdict.mutant)
            lines.append(f"  {part}: {told(verdict.mutant)}{by}")
    return "\n".join(lines)


def as_json(verdicts: Sequence[Verdict], rules: Rules) -> str:
    """Return ``scores``, ``equivalent`` and ``uncaught`` (each mutant with its outcome)."""
    uncaught = [
        dataclasses.asdict(verdict.mutant)
        | {"outcome": verdict.outcome, "rules": verdict.rules,
           "rests_on": rests_on(rules, verdict.mutant)}
        for verdict in verdicts
        if verdict.outcome in ("survived", "elsewhere")
    ]  # fmt: skip
    groups = {
        group: {name: dataclasses.asdict(score) for name, score in found.items()}
        for group, found in scores(verdicts, rules).items()
    }
    equivalent = sum(verdict.outcome == "equivalent" for verdict in verdicts)
    content = {"scores": groups, "equivalent": equivalent, "uncaught": uncaught}
    return json.dumps(content, ensure_ascii=False, indent=2)


def shown(verdicts: Iterator[Verdict], count: int) -> Iterator[Verdict]:
    """Yield the verdicts, with a progress bar when standard error is a terminal."""
    if not sys.stderr.isatty():
        yield from verdicts
        return
    import rich.console
    import rich.progress

    console = rich.console.Console(stderr=True)
    yield from rich.progress.track(verdicts, "mutants", total=count, console=console)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Replace cells of a valid package by other valid ones and count how often "
        "validation reports it at that row; the definitions are in this file.",
        epilog="exit code: 0 measured, 2 the package is not valid",
    )
    parser.add_argument("--root", type=Path, default=CHECKOUT, help="default: this checkout")
    parser.add_argument("--sample", type=int, default=1000, metavar="N", help="default: 1000")
    parser.add_argument("--all", action="store_true", help="every mutant; takes an hour or more")
    parser.add_argument("--seed", type=int, default=1, help="chooses the mutants (default: 1)")
    parser.add_argument("--table", action="append", help="only mutants of this table")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args()
    try:
        package, evidence = read_evidence(options.root)
        mutants = list(Workshop(package, evidence, options.seed).mutants(options.table or ()))
        if not options.all:
            mutants = sample(mutants, options.sample, options.seed)
        found = list(shown(judged(options.root, mutants, options.jobs), len(mutants)))
    except (KeyError, ValueError, OSError) as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    print((as_json if options.format == "json" else as_text)(found, rules_of(package)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
