"""The house: each layer imports only from those below it, nothing in a circle, all of it small."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
LIBRARY = SCRIPTS / "chipcontrols"
LAYERS = (
    {"languages"},
    {"package"},
    {"validation"},
    {"release", "distribution", "curation"},
    {"command"},
    {"loading"},
    {"__init__"},
)
"""From the lowest; what is on one layer stands side by side and imports nothing of each other."""
NAMES_FOR_READERS = ("__init__", "loading")
"""Modules at the top whose imports for type checkers alone repeat names of other modules."""
MOST_LINES_OF_A_MODULE = 450
MOST_LINES = 16_890


def modules() -> dict[str, Path]:
    """Return the modules of the library, by name below ``chipcontrols``."""
    found = {}
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        short = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
        found[".".join(short)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}


def for_type_checkers(node: ast.AST) -> bool:
    """Return whether a statement is ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def statements(tree: ast.AST, typing_too: bool) -> Iterator[ast.AST]:
    """Yield every node below a tree, those of type checkers alone only if asked for."""
    for node in ast.iter_child_nodes(tree):
        if typing_too or not for_type_checkers(node):
            yield node
            yield from statements(node, typing_too)


def named(node: ast.AST) -> Iterator[str]:
    """Yield the dotted names that an import statement asks for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"a relative import: {ast.unparse(node)}"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports(name: str) -> set[str]:
    """Return the modules of the library that a module imports, wherever it does so."""
    found = set()
    for node in statements(TREES[name], name not in NAMES_FOR_READERS):
        for dotted in named(node):
            first, _, rest = dotted.partition(".")
            if first == "chipcontrols":
                # What is imported from a module is the module, unless it is one itself.
                known = (rest, rest.rpartition(".")[0], "__init__")
                found.add(next(module for module in known if module in MODULES))
    return found - {name}


IMPORTS = {name: imports(name) for name in MODULES}


def layer(name: str) -> int:
    """Return how high a module is."""
    room = name.partition(".")[0]
    return next(height for height, rooms in enumerate(LAYERS) if room in rooms)


def test_every_module_is_on_a_layer() -> None:
    rooms = {name.partition(".")[0] for name in MODULES}
    assert rooms == set().union(*LAYERS)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_from_below_and_from_its_own_room(name: str) -> None:
    room = name.partition(".")[0]
    wrong = {
        other
        for other in IMPORTS[name]
        if other.partition(".")[0] != room and layer(other) >= layer(name)
    }
    assert wrong == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    order = list(graphlib.TopologicalSorter(IMPORTS).static_order())
    assert sorted(order) == sorted(MODULES)


def test_the_imports_found_are_those_of_the_library() -> None:
    assert {"package.frames", "package"} <= IMPORTS["validation.structure"]
    assert "languages.surface_forms" in IMPORTS["validation.anchors"]
    assert "package.profiles" in IMPORTS["package"]  # inside a function
    assert "languages.base" in IMPORTS["languages"]  # for type checkers alone
    assert "distribution" in IMPORTS["loading"]


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.py")), ids=lambda path: path.name)
def test_no_module_is_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES_OF_A_MODULE


def test_the_scripts_are_small_together() -> None:
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in SCRIPTS.rglob("*.py"))
    assert lines <= MOST_LINES
