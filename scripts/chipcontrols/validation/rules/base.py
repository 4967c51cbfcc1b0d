"""What every rule is: a class that checks the cells of one column, or whole rows, against the
evidence.

A rule declares its options as fields, which the property ``evidence`` of the column sets and which
validation checks first: a `Column` names another column of the table.  It says what
it finds wrong with a cell (`check`), which stretches of a line a row accounts for by the cell
(`uses`, for the audit of completeness), and which wrong values it should catch (`wrong_values`,
kinds of mutants that the mutation tool makes).  Rules are registered by their name; none knows the
name of a table or a column.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import typing
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, NewType

from chipcontrols.package import Row
from chipcontrols.package.finding import shortened
from chipcontrols.package.schema import Field, Schema
from chipcontrols.validation.passages import Evidence, Passage

Column = NewType("Column", str)
"""An option that names a column of the rule's table."""
NO_COLUMN = Column("")
COPIED = ("numeral", "date", "quotation", "name")
"""The classes of candidates that copied words account for."""
RULES: dict[str, type[Rule]] = {}


class Complaint(NamedTuple):
    """What is wrong, and what to do about it; column and row where they are not those checked."""

    message: str
    hint: str = ""
    column: str = ""
    row: Row | None = None


Complaints = Iterator[Complaint]


class Use(NamedTuple):
    """A stretch of a line's reading text that a row accounts for, its classes of candidates, and,
    once it is known, the row."""

    start: int
    end: int
    classes: tuple[str, ...]
    by: str = ""


@typing.dataclass_transform(frozen_default=True)
@dataclasses.dataclass(frozen=True)
class Rule:
    """A rule on the cells of a column, or on rows; see this module's docstring.  One that checks
    nothing by itself says what a column is."""

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds of tables whose rows it checks, of themselves; no column names such a rule."""
    citable: ClassVar[bool] = False
    """Whether its cells may rest on words cited for them."""
    by_clause: ClassVar[bool] = False
    """Whether words cited for its cells are whole clauses."""
    checks_empty: ClassVar[bool] = False
    """Whether an empty cell says as much as a filled one."""
    copies_words: ClassVar[bool] = False
    """Whether the cell holds words of the document."""
    wrong_values: ClassVar[tuple[str, ...]] = ()

    column: str
    schema: Schema

    def __init_subclass__(cls, wrong: str = "") -> None:
        """Register a class, as a dataclass of its options, under its name in small letters;
        `wrong` are the kinds of wrong values that it should catch."""
        cls.name = re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        cls.wrong_values = tuple(wrong.split())
        RULES[cls.name] = dataclasses.dataclass(frozen=True)(cls)

    def concerns(self, evidence: Evidence, row: Row) -> bool:
        """Return whether a row has something to check."""
        return bool(row.cells[self.column]) or self.checks_empty

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        """Yield what is wrong with the cell of a row, or with the row."""
        yield from ()

    def explained(self, row: Row, cited: Passage) -> bool:
        """Return whether words cited for the cell say what its own words leave to the reader, even
        where the cell is right without them."""
        return False

    def uses(self, evidence: Evidence, row: Row, passage: Passage) -> Iterator[Use]:
        """Yield what the row accounts for by this cell on the line of one of its passages: each
        occurrence of words that the cell copies."""
        if self.copies_words and passage.column in ("", self.column):
            yield from copied(row, self.column, passage)


hints_of = functools.cache(lambda name: typing.get_type_hints(RULES[name]))


@functools.lru_cache(maxsize=256)
def option_faults(schema: Schema) -> tuple[str, ...]:
    """Return what is wrong with the rules and the options of a table's fields."""
    return tuple(fault for field in schema.fields for fault in faults_of_field(field, schema))


def faults_of_field(field: Field, schema: Schema) -> Iterator[str]:
    """Yield what is wrong with the rule and the options of a field."""
    import jsonschema

    where = f"fields {field.name!r} evidence"
    if field.rule not in (known := [name for name, one in RULES.items() if not one.kinds]):
        yield f"{where}: {field.rule!r} is not a rule; {', '.join(known)}"
        return
    rule = RULES[field.rule]
    kinds, declared = hints_of(field.rule), dataclasses.fields(rule)[2:]
    profile = {
        "properties": {one.name: profile_of(kinds[one.name], schema) for one in declared},
        "required": [one.name for one in declared if one.default is dataclasses.MISSING],
        "additionalProperties": False,
    }
    for error in jsonschema.Draft202012Validator(profile).iter_errors(dict(field.options)):
        at = "".join(f" {step}" for step in error.absolute_path)
        yield f"{where}{at}: {shortened(error.message, 200)}"


def profile_of(kind: Any, schema: Schema) -> dict[str, Any]:
    """Return the JSON Schema of an option of a type."""
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": profile_of(typing.get_args(kind)[0], schema)}
    if kind is Column or typing.get_origin(kind) is typing.Literal:
        return {"enum": [*(typing.get_args(kind) or schema.names)]}
    return {"type": "boolean" if kind is bool else "string"}


@functools.lru_cache(maxsize=256)
def bind(schema: Schema) -> dict[str, Rule]:
    """Return the rule of each column of a table whose options are sound."""
    found = {}
    for field in schema.fields:
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in field.options.items()}
        found[field.name] = RULES[field.rule](field.name, schema, **options)
    return found


@functools.lru_cache(maxsize=256)
def on_rows(schema: Schema) -> tuple[Rule, ...]:
    """Return the rules on the rows of a table."""
    return tuple(one("", schema) for one in RULES.values() if schema.kind in one.kinds)


# --- what several rules share ---


def absent_words(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Complain unless the words of the cell occur in the reading text of its evidence."""
    passages = evidence.of_cell(row, column)
    cell = row.cells[column]
    yield from uncited(row, column, passages)
    if cell and passages and not any(cell in passage.reading for passage in passages):
        where = ", ".join(f"{shortened(p.reading)} ({p.place})" for p in passages)
        message = f"{shortened(cell)} does not occur in its evidence {where}"
        hint = "copy the words from the excerpt, lengthen the excerpt, or cite them for this cell"
        yield Complaint(message, hint)


def uncited(row: Row, column: str, passages: list[Passage]) -> Complaints:
    """Complain about a filled cell of a row without an excerpt when nothing supports it."""
    if row.cells[column] and not passages and not row.schema.anchored:
        message = f"{shortened(row.cells[column])} but no citation supports it"
        yield Complaint(message, "cite the words for this cell, or empty it")


def copied(
    row: Row, column: str, passage: Passage, classes: tuple[str, ...] = COPIED
) -> Iterator[Use]:
    """Yield each occurrence of a cell's words in a passage."""
    yield from (Use(*span, classes) for span in passage.spans_of(row.cells[column]))


def spans_of(evidence: Evidence, row: Row, column: str) -> list[tuple[Passage, int, int]]:
    """Return where a cell occurs in its evidence: passage, and span of the reading line."""
    passages = evidence.of_cell(row, column)
    return [(one, *span) for one in passages for span in one.spans_of(row.cells[column])]


def whole_spans(passage: Passage) -> list[tuple[int, int]]:
    """Return the spans of the reading line that nothing may cut: names, times, quantities, words
    in Latin letters."""
    line = passage.source
    return [(m.start, m.end) for m in line.mentions] + line.language.whole(line.reading)


def boundaries(passage: Passage, for_statement: bool = False) -> set[int]:
    """Return the offsets of the reading line at which a phrase may begin or end: those of the
    language, and of names; none inside a name, a time, a quantity or a Latin word."""
    line = passage.source
    whole = whole_spans(passage)
    ends = set(line.language.boundaries(line.reading, for_statement))
    ends |= {end for span in whole for end in span}
    return ends - {at for start, end in whole for at in range(start + 1, end)}


def quoted_spans(row: Row, passage: Passage) -> list[tuple[int, int]]:
    """Return the spans of the words that the row quotes, from the beginning of the passage."""
    texts = [row.cells[column] for column in row.schema.columns("quotation")]
    starts = [(passage.reading.find(text), text) for text in texts if text]
    return [(at, at + len(text)) for at, text in starts if at >= 0]


def unquoted(row: Row, passage: Passage) -> str:
    """Return the reading of a passage with the words that the row quotes blanked out."""
    reading = passage.reading
    for start, end in quoted_spans(row, passage):
        reading = reading[:start] + "\0" * (end - start) + reading[end:]
    return reading


def ids_of(row: Row, role: str) -> set[str]:
    """Return the entities that a row gives a role."""
    column = row.schema.roles.get(role, "")
    return set(row.schema.field(column).items(row.cells[column])) if column else set()


def places(passages: list[Passage]) -> str:
    """Return where passages are, each place once."""
    return ", ".join(dict.fromkeys(passage.place for passage in passages))
