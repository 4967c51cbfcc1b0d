"""The layers below the rules: frictionless and pandera.

frictionless answers whether the tables are what the descriptor says, pandera whether the typed
frames are what the compiled schemas say; what neither notices (see CONTRIBUTING) is refused before,
when descriptor, schemas and CSV are read strictly.  frictionless is given the schemas without their
prose, with the code lists as enumerations, without foreign keys, which the rule of references
checks once with line and column, and without patterns, which RE2 checks in linear time through
pandera: Python's engine, which frictionless uses, may take forever on ``(a+)+$``.

They are imported when they are asked: the engine does not ask about sound rows of large tables.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pandas

from chipcontrols.package import Codes, Table, cells, files, frames
from chipcontrols.package.finding import Finding
from chipcontrols.package.schema import Schema

if TYPE_CHECKING:
    import frictionless


POSITION = re.compile("at position ([0-9]+)")


def lean_schema(table: Table, codes: Codes) -> frictionless.Schema:
    """Return the schema that frictionless is given, made of fields: to read it from a descriptor
    would cost frictionless as much as reading all the tables."""
    import frictionless

    found = []
    for field in table.schema.fields:
        constraints = {key: value for key, value in field.constraints.items() if key != "pattern"}
        if field.coded and not field.separator:
            constraints["enum"] = list(cells.codes_of(codes, table.name, field))
        found.append(kinds()[field.type](name=field.name, constraints=constraints))
    key = list(table.schema.primary_key)
    return frictionless.Schema(fields=found, missing_values=[""], primary_key=key)


@functools.cache
def kinds() -> dict[str, Any]:
    """Return the fields of frictionless by type, which are their own copies, and its table, which
    is not checked against a profile: nothing here changes a field, opening the package checked what
    a table is, and both would take frictionless as long as the rows."""
    from frictionless import fields, resources

    kinds = fields.StringField, fields.IntegerField, fields.NumberField, fields.BooleanField
    same = {"to_copy": lambda field, **_: field}
    bare = type("Table", (resources.TableResource,), {"to_descriptor": lambda *_, **__: {}})
    return {"table": bare} | {kind.type: type(kind.__name__, (kind,), same) for kind in kinds}


def findings(table: Table, codes: Codes) -> list[Finding]:
    """Return what frictionless finds in a table, else what pandera does."""
    return [*frictionless_findings(table, codes)] or [*pandera_findings(table, codes)]


def frictionless_findings(table: Table, codes: Codes) -> Iterator[Finding]:
    """Yield what frictionless finds in a table, by itself: a `frictionless.Package` would read and
    copy the metadata of all tables once more."""
    resource = kinds()["table"](
        name=table.name, data=table.content, schema=lean_schema(table, codes),
        scheme="buffer", format="csv", mediatype="text/csv", encoding="utf-8",
    )  # fmt: skip
    report = resource.validate()
    lines = {number: row.line for number, row in enumerate(table.rows, 2)}
    for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
        line = lines.get(getattr(error, "row_number", 0), 0)
        column = getattr(error, "field_name", None) or ""
        cell = str(getattr(error, "cell", ""))[:80]
        note = POSITION.sub(lambda found: f"on line {lines[int(found[1])]}", error.note)
        message = f"{cell or 'empty'}: {note}" if column else note
        hint = what_is_allowed(table, column)
        if 'constraint "enum"' in error.note:
            message = f"{cell} is not a code of {table.name}.{column}"
            known = cells.codes_of(codes, table.name, table.schema.field(column))
            hint = f"codes: {', '.join(known)}"
        yield Finding(table.path, line, column, "structure", message, hint)
    for warning in [*report.warnings, *(w for task in report.tasks for w in task.warnings)]:
        hint = "the check was not complete; correct the findings and run it again"
        yield Finding(table.path, 0, "", "structure", warning, hint)


def what_is_allowed(table: Table, column: str) -> str:
    """Return what a cell may be: its column's description, with the example if there is one."""
    if column not in table.schema.names:
        return f"each {' and '.join(table.schema.primary_key)} is to stand in one row only"
    field = table.schema.field(column)
    return (f"write it as in {field.example}. " if field.example else "") + field.description


def some_rows(table: Table, positions: Iterable[int]) -> Table:
    """Return a table that has some of its rows alone."""
    part = dataclasses.replace(table, rows=tuple(table.rows[at] for at in positions))
    text = files.canonical_csv(names := table.schema.names, part.columns(names))
    return dataclasses.replace(part, content=text.encode())


@functools.lru_cache(maxsize=256)
def compiled(table: str, schema: Schema, codes: tuple[Any, ...]) -> Any:
    """Return the pandera schema of a table, compiled once."""
    return frames.pandera_schema(table, schema, dict(codes))


def pandera_findings(table: Table, codes: Codes) -> Iterator[Finding]:
    """Yield what pandera finds in the typed frame of one table."""
    import pandera.errors

    def told(line: int, column: str, message: str) -> Finding:
        return Finding(table.path, line, column, "table", message, what_is_allowed(table, column))

    try:
        frame = frames.typed_frame(table, codes)
    except ValueError:
        yield from (told(*fault) for fault in frames.faulty_cells(table, codes))
        return
    own = tuple((key, listed) for key, listed in codes.items() if key[0] == table.name)
    try:
        compiled(table.name, table.schema, own).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        cases = failure.failure_cases.to_dict("records")
        for case in cases:
            row = case["index"]
            line = table.rows[int(row)].line if not pandas.isna(row) else 0
            column = str(case["column"]) if case["schema_context"] == "Column" else ""
            check = str(case["check"])
            if check.partition(" ")[0] in frames.TESTS:
                check = f"the constraint {check} is not kept"
            yield told(line, column, f"{case['failure_case']}: {check}")
        if not cases:  # pandera may tell none
            yield told(0, "", str(failure.message)[:500])
