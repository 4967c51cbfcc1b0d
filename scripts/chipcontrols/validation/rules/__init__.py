"""The rules: one small function a rule, bound to columns by what supports them.

`PACKAGE_RULES` look at whole tables, `CELL_RULES` at one cell at a time, chosen by the ``support``
of its column.  A cell rule that had nothing but empty cells to check in a table with rows is
itself reported: such a rule guards nothing.  (Of ``beside`` an empty cell says as much as a full
one: that the evidence names nobody else.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from chipcontrols.package import schemas
from chipcontrols.package.tables import Table
from chipcontrols.validation import passages
from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import citations, form, references, support, translation

REFERENCE_RULES = {**references.RULES, **citations.RULES}
FORM_RULES = form.RULES
CELL_RULES = citations.CELL_RULES


def faults_in_model(tables: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    """Yield the table, and what its schema lacks for the rules, before any rule runs."""
    for name, columns in passages.COLUMNS.items():
        present = schemas.field_names(tables[name].schema) if name in tables else ()
        for column in columns:
            if column not in present:
                yield name, f"the rules need the column {column!r} in {name!r}"
    for name, table in tables.items():
        present = schemas.field_names(table.schema)
        for field in table.schema["fields"]:
            kind = field["support"]
            needed = list(support.COLUMNS.get(kind, ()))
            needed += [f"{field['name']}_text"] if kind == "date" else []
            needed += [translation.ORIGINALS.get(name, "text")] if kind == "translation" else []
            if missing := [column for column in needed if column not in present]:
                yield name, f"the support {kind!r} of {field['name']!r} needs {missing[0]!r}"
            if kind in ("quantity", "quotation", "bytes") and field["name"] not in needed:
                yield name, f"the support {kind!r} does not know the column {field['name']!r}"


def check_cells(evidence: Evidence, table: str, checked: Counter[str]) -> Iterator[Finding]:
    """Yield the findings of the cell rules on one table; `checked` counts the cells by rule."""
    content = evidence.tables[table]
    rules_here: Counter[str] = Counter()
    for field in content.schema["fields"]:
        kind, column = field["support"], field["name"]
        rule = CELL_RULES.get(kind)
        if rule is None:
            continue
        rules_here[kind] += 0
        for row in evidence.rows[table]:
            rules_here[kind] += bool(row.cells[column]) or kind == "beside"
            for complaint in rule(evidence, row, column):
                yield Finding(content.path, row.line, column, kind, *complaint)
    for kind, count in rules_here.items():
        if content.rows and not count:
            yield Finding(
                content.path,
                1,
                "",
                kind,
                f"the rule {kind} found nothing to check in {table}",
                "fill one of its columns, or drop the columns that nothing fills",
            )
    checked.update(rules_here)
