"""The engine knows kinds, roles and rules, and no table or column of this package."""

from __future__ import annotations

import ast
import json
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from chipcontrols.languages import agreement
from chipcontrols.package import Package
from chipcontrols.package.frames import entities_frame
from chipcontrols.package.schema import statement_columns
from chipcontrols.validation.rules import RULES
from fault_corpus import REPOSITORY

LIBRARY = REPOSITORY / "scripts/chipcontrols"
ENGINE = sorted(
    path
    for room in ("package", "languages", "validation")
    for path in (LIBRARY / room).rglob("*.py")
)
PACKAGE = Package.open(REPOSITORY)
NAMES = set(PACKAGE.tables) | {n for t in PACKAGE.tables.values() for n in t.schema.names}
PROFILES = LIBRARY / "package/profiles"


def keys_of_the_standards() -> set[str]:
    """Return the words that are keys or values of the profiles and of the property evidence."""

    def words(content: object) -> Iterator[str]:
        if isinstance(content, dict):
            yield from content
            for value in content.values():
                yield from words(value)
        elif isinstance(content, list):
            for value in content:
                yield from words(value)
        elif isinstance(content, str):
            yield content

    found: set[str] = set()
    for path in PROFILES.glob("*.json"):
        found |= set(words(json.loads(path.read_bytes())))
    for name, rule in RULES.items():
        found |= {name, *typing.get_type_hints(rule)}
        for hint in typing.get_type_hints(rule).values():
            found |= set(typing.get_args(hint)) & set(map(str, typing.get_args(hint)))
    return found


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the text literals of a module, docstrings aside."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_no_literal_is_the_name_of_a_table_or_column(path: Path) -> None:
    known = keys_of_the_standards() | DERIVED | CLASSES | SARIF | MARKS
    named = [(line, text) for line, text in literals(path) if text in NAMES - known]
    assert named == []


DERIVED = set(entities_frame(PACKAGE.of_kind("entity"))[1].names) | {
    name for table in PACKAGE.of_kind("statement") for name in statement_columns(table.schema, {})
}
"""The columns of the derived tables, of entities and of statements, which every package gets."""
MARKS = set(agreement.ANSWERS)
"""The kinds of marks that agree in two languages."""
CLASSES = {"numeral", "date", "quotation", "name", "attribution", "clause", "line"}
"""The classes of candidates."""
SARIF = {"text"}
"""A key of SARIF logs."""


def test_most_names_of_the_package_are_no_keys_of_the_standards() -> None:
    assert len(NAMES - keys_of_the_standards() - DERIVED - CLASSES) > len(NAMES) / 2
    assert {"market_figures", "speaker_id", "as_of_text", "seed", "happening_id"} <= (
        NAMES - keys_of_the_standards() - DERIVED - CLASSES
    )
