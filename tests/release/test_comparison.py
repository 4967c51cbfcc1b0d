"""Comparisons of releases: what differs, which version it needs, and how it is told."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chipcontrols.release import build as release
from chipcontrols.release import changes, comparison
from chipcontrols.release.comparison import Cell, Difference, NotComparable, compare

ROOT = Path(__file__).parents[2]
COMMAND = ROOT / "scripts" / "compare_releases.py"
ARROW = {
    "string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
}  # fmt: skip
SEED, OTHER = "000_a.txt", "001_b.txt"


def with_role(role: str, type: str = "string", description: str = "") -> dict[str, Any]:
    evidence = {"rule": "reviewed", "role": role}
    return {"type": type, "description": description or role, "evidence": evidence}


# Small tables in the form of a release: rows, and the fields of their Table Schema.
PLACE = {
    "seed": with_role("document", description="Document."),
    "line": with_role("line", "integer", "Line."),
    "excerpt": with_role("excerpt", description="Words."),
}
FIGURES: dict[str, Any] = {
    "title": "Figures",
    "evidence": {"kind": "statement"},
    "description": "Figures of the documents.",
    "fields": {
        "id": {"type": "string", "description": "Name.", "constraints": {"required": True}},
        "value": {"type": "number", "description": "Size.", "unit": "USD"},
        "topic": {"type": "string", "description": "Topic.", "categories": ["loss", "gain"]},
        **PLACE,
    },
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["topic"], "reference": {"resource": "x", "fields": ["y"]}}],
    "rows": [
        {"id": "a", "value": 1.5, "topic": "loss", "seed": SEED, "line": 1, "excerpt": "甲"},
        {"id": "b", "value": None, "topic": None, "seed": SEED, "line": 2, "excerpt": "乙"},
        {"id": "c", "value": 3.0, "topic": "loss", "seed": OTHER, "line": 3, "excerpt": "丙"},
    ],
}
CITATIONS: dict[str, Any] = {
    "title": "Citations",
    "evidence": {"kind": "citation"},
    "description": "More evidence.",
    "fields": {
        name: with_role(role)
        for name, role in {"table": "table", "row_id": "row", "column": "column"}.items()
    }
    | PLACE,
    "primaryKey": ["table", "row_id", "column", "seed", "line", "excerpt"],
    "rows": [
        {"table": "figures", "row_id": "a", "column": "topic", "seed": OTHER, "line": 9,
         "excerpt": "證"},
    ],
}  # fmt: skip
VOCABULARY: dict[str, Any] = {
    "title": "Codes",
    "evidence": {"kind": "code"},
    "description": "What the codes mean.",
    "fields": {
        name: with_role(name)
        for name in ("table", "column", "code", "definition", "unit", "cues")
    },
    "primaryKey": ["table", "column", "code"],
    "rows": [
        {"table": "figures", "column": "topic", "code": code, "definition": f"A {code}.",
         "unit": "USD", "cues": "字"}
        for code in ("loss", "gain")
    ],
}  # fmt: skip
ENTITIES: dict[str, Any] = {
    "title": "Entities",
    "evidence": {"kind": "derived"},
    "description": "All entities.",
    "fields": {
        "entity_id": {"type": "string", "description": "Id."},
        "name": {"type": "string", "description": "Name."},
    },
    "primaryKey": ["entity_id"],
    "rows": [{"entity_id": "nvidia", "name": "Nvidia"}],
}
PACKAGE: dict[str, Any] = {
    "name": "sample",
    "version": "1.0.0",
    "created": "2026-01-02T00:00:00Z",
    "title": "Sample",
    "licenses": [{"name": "CC-BY-4.0"}],
    "tables": {
        "figures": FIGURES,
        "citations": CITATIONS,
        "vocabulary": VOCABULARY,
        "entities": ENTITIES,
    },
}

Package = dict[str, Any]
SCHEMA_KEYS = ("primaryKey", "foreignKeys", "evidence")


def arrow_table(spec: dict[str, Any]) -> Any:
    arrays, fields = [], []
    for name, field in spec["fields"].items():
        array = pyarrow.array([row.get(name) for row in spec["rows"]], ARROW[field["type"]])
        if "categories" in field:
            array = array.dictionary_encode()
        required = field.get("constraints", {}).get("required", False)
        arrays.append(array)
        fields.append(pyarrow.field(name, array.type, nullable=not required))
    return pyarrow.table(arrays, schema=pyarrow.schema(fields))


def write(folder: Path, package: Package) -> Path:
    """Write a package as a release folder, as `release.write_release` would."""
    folder.mkdir(parents=True)
    resources = []
    for name, spec in package["tables"].items():
        path = folder / f"{name}.parquet"
        pyarrow.parquet.write_table(arrow_table(spec), path)
        schema = {key: spec[key] for key in SCHEMA_KEYS if key in spec}
        schema["fields"] = [{"name": key, **field} for key, field in spec["fields"].items()]
        resources.append(
            {
                **{key: spec[key] for key in ("title", "description")},
                "name": name, "path": path.name, "format": "parquet",
                "hash": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
                "rowCount": len(spec["rows"]), "schema": schema,
            }
        )  # fmt: skip
    kept = {key: value for key, value in package.items() if key != "tables"}
    descriptor = {**kept, "resources": resources}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return folder


def copied() -> Package:
    found: Package = json.loads(json.dumps(PACKAGE))
    return found


def edited(tmp_path: Path, edit: Callable[[Package], object]) -> comparison.Comparison:
    """Compare the sample with itself after an edit, and the report with its schema."""
    package = copied()
    edit(package)
    result = compare(write(tmp_path / "old", PACKAGE), write(tmp_path / "new", package))
    jsonschema.validate(json.loads(changes.as_json(result)), changes.json_schema())
    return result


def rows_of(package: Package, table: str = "figures") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = package["tables"][table]["rows"]
    return found


def field_of(package: Package, column: str, table: str = "figures") -> dict[str, Any]:
    found: dict[str, Any] = package["tables"][table]["fields"][column]
    return found


def descriptor_edit(edit: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / "datapackage.json"
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        edit(descriptor)
        path.write_text(json.dumps(descriptor), encoding="utf-8")

    return apply


def figures(descriptor: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = descriptor["resources"][0]
    return found


def described_again(folder: Path) -> None:
    """Put the hash of a file that was rewritten into the descriptor."""
    digest = hashlib.sha256((folder / "figures.parquet").read_bytes()).hexdigest()
    descriptor_edit(lambda d: figures(d).update(hash=f"sha256:{digest}"))(folder)


# Sameness ---------------------------------------------------------------------------------------


def test_a_release_is_the_same_as_itself(tmp_path: Path) -> None:
    result = edited(tmp_path, lambda package: None)
    assert (result.result, result.bump) == ("same", "none")
    assert (result.differences, result.rows) == ((), ())
    assert changes.as_text(result) == "sample 1.0.0 → 1.0.0: same"


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p.update(version="7.0.0", created="2027-01-01T00:00:00Z"),
        lambda p: rows_of(p).reverse(),
        lambda p: field_of(p, "topic")["categories"].reverse(),
        lambda p: p["tables"].update(figures=p["tables"].pop("figures")),
        lambda p: field_of(p, "line").update(constraints={"unique": False}),
        lambda p: p["tables"]["figures"].update(
            fields=dict(reversed(p["tables"]["figures"]["fields"].items()))
        ),
    ],
    ids=[
        "version",
        "order of rows",
        "order of codes",
        "order of tables",
        "no constraint",
        "order of columns",
    ],
)
def test_these_do_not_count_as_differences(
    tmp_path: Path, edit: Callable[[Package], object]
) -> None:
    assert edited(tmp_path, edit).result == "same"


def test_the_real_release_is_the_same_as_itself_and_as_its_shuffle(tmp_path: Path) -> None:
    folder, shuffled = tmp_path / "old", tmp_path / "new"
    folder.mkdir()
    shuffled.mkdir()
    release.write_release(ROOT, folder)
    assert compare(folder, folder).result == "same"
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        table = pyarrow.parquet.read_table(folder / resource["path"])
        order = random.Random(1).sample(range(table.num_rows), table.num_rows)
        pyarrow.parquet.write_table(table.take(order), shuffled / resource["path"])
        content = (shuffled / resource["path"]).read_bytes()
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    (shuffled / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    assert compare(folder, shuffled).result == "same"
    first = compare(None, folder)
    assert {difference.name for difference in first.differences} == {
        resource["name"] for resource in descriptor["resources"]
    }


def without_evidence(folder: Path) -> None:
    """Take out of a release what says what its tables are, as 1.0 had nothing that does."""

    def edit(descriptor: dict[str, Any]) -> None:
        for resource in descriptor["resources"]:
            del resource["schema"]["evidence"]
            for field in resource["schema"]["fields"]:
                field.pop("evidence", None)

    descriptor_edit(edit)(folder)


def test_a_release_that_does_not_say_what_its_tables_are_is_read_by_one_that_does(
    tmp_path: Path,
) -> None:
    def edit(package: Package) -> None:
        rows_of(package, "vocabulary")[0].update(definition="A defeat.")
        rows_of(package, "citations")[0].update(excerpt="據")
        rows_of(package, "entities").clear()

    expected = edited(tmp_path / "said", edit)
    package = copied()
    edit(package)
    old, new = write(tmp_path / "old", PACKAGE), write(tmp_path / "new", package)
    without_evidence(old)
    assert compare(old, new) == expected
    assert compare(old, old).result == "same"


def test_the_tables_and_columns_may_have_any_names(tmp_path: Path) -> None:
    def renamed(content: Any) -> Any:
        text = json.dumps(content)
        for name in ("figures", "citations", "vocabulary", "entities", "seed", "line", "excerpt",
                     "row_id", "cues", "definition"):  # fmt: skip
            text = text.replace(f'"{name}"', f'"x_{name}"').replace(
                f'"role": "x_{name}"', f'"role": "{name}"'
            )
        return json.loads(text)

    package = copied()
    rows_of(package)[0].update(excerpt="丁", value=2.0)
    rows_of(package, "citations")[0].update(excerpt="據")
    rows_of(package, "vocabulary")[0].update(definition="A defeat.")
    rows_of(package, "entities").clear()
    plainly = compare(write(tmp_path / "old", PACKAGE), write(tmp_path / "new", package))
    strangely = compare(
        write(tmp_path / "old_x", renamed(PACKAGE)), write(tmp_path / "new_x", renamed(package))
    )
    assert [d.bump for d in strangely.differences] == [d.bump for d in plainly.differences]
    found, expected = (
        [(rows.table.removeprefix("x_"), rows.bump, [row.kind for row in rows.changed])
         for rows in result.rows]
        for result in (strangely, plainly)
    )  # fmt: skip
    assert sorted(found) == sorted(expected)


def test_a_file_that_is_no_table_is_not_compared(tmp_path: Path) -> None:
    folders = [write(tmp_path / name, PACKAGE) for name in ("old", "new")]
    resource = {"name": "database", "path": "sample.sqlite", "format": "sqlite"}
    descriptor_edit(lambda d: d["resources"].append(resource))(folders[1])
    assert compare(*folders).result == "same"


def test_that_a_file_no_longer_refuses_empty_cells_is_a_broken_promise(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", PACKAGE), write(tmp_path / "new", PACKAGE)
    for folder in (old, new):
        path = folder / "figures.parquet"
        table = pyarrow.parquet.read_table(path)
        line = pyarrow.field("line", pyarrow.int64(), nullable=folder == new)
        at = table.column_names.index("line")
        pyarrow.parquet.write_table(table.cast(table.schema.set(at, line)), path)
        described_again(folder)
    assert compare(old, new).differences == (
        Difference("major", "figures", "line", "constraint", "required", True, None),
    )


# The bump ---------------------------------------------------------------------------------------

REQUIRED = {"required": True}
BUMPS: dict[str, tuple[str, Callable[[Package], object]]] = {
    "a table is gone": ("major", lambda p: p["tables"].pop("entities")),
    "a table is added": ("minor", lambda p: p["tables"].update(more=ENTITIES)),
    "the title of a table": ("patch", lambda p: p["tables"]["figures"].update(title="X")),
    "the description of a table": (
        "patch", lambda p: p["tables"]["figures"].update(description="Other words."),
    ),
    "a column is gone": ("major", lambda p: p["tables"]["figures"]["fields"].pop("value")),
    "a column is added": (
        "minor", lambda p: p["tables"]["figures"]["fields"].update(note=PLACE["seed"]),
    ),
    "a column of a derived table is gone": (
        "major", lambda p: p["tables"]["entities"]["fields"].pop("name"),
    ),
    "a type": ("major", lambda p: field_of(p, "line").update(type="number")),
    "a column is no longer coded": ("major", lambda p: field_of(p, "topic").pop("categories")),
    "a unit changed": ("major", lambda p: field_of(p, "value").update(unit="EUR")),
    "a unit is gone": ("major", lambda p: field_of(p, "value").pop("unit")),
    "a unit is added": ("minor", lambda p: field_of(p, "line").update(unit="line")),
    "a meaning": ("major", lambda p: field_of(p, "value").update(description="Weight.")),
    "a full stop": ("patch", lambda p: field_of(p, "value").update(description="size")),
    "an example": ("patch", lambda p: field_of(p, "value").update(example=5)),
    "never empty is promised": (
        "minor", lambda p: field_of(p, "seed").update(constraints=REQUIRED),
    ),
    "never empty is gone": ("major", lambda p: field_of(p, "id").update(constraints={})),
    "a constraint is added": (
        "minor", lambda p: field_of(p, "line").update(constraints={"minimum": 0}),
    ),
    "a foreign key is gone": ("major", lambda p: p["tables"]["figures"].pop("foreignKeys")),
    "a foreign key is added": (
        "minor", lambda p: p["tables"]["entities"].update(foreignKeys=FIGURES["foreignKeys"]),
    ),
    "a code is gone": ("major", lambda p: field_of(p, "topic")["categories"].remove("gain")),
    "a code is added": ("minor", lambda p: field_of(p, "topic")["categories"].append("rank")),
    "a code means something else": (
        "major", lambda p: rows_of(p, "vocabulary")[0].update(definition="A defeat."),
    ),
    "a code's unit": ("major", lambda p: rows_of(p, "vocabulary")[0].update(unit="EUR")),
    "a code's definition is spelt otherwise": (
        "patch", lambda p: rows_of(p, "vocabulary")[0].update(definition="a loss"),
    ),
    "a code's cues": ("patch", lambda p: rows_of(p, "vocabulary")[0].update(cues="詞")),
    "a primary key": (
        "major", lambda p: p["tables"]["figures"].update(primaryKey=["id", "line"]),
    ),
    "a row is gone": ("major", lambda p: rows_of(p).pop()),
    "a row is added": ("minor", lambda p: rows_of(p).append({**rows_of(p)[0], "id": "d"})),
    "an id changed": ("major", lambda p: rows_of(p)[0].update(id="d")),
    "a cell": ("patch", lambda p: rows_of(p)[0].update(value=2.0)),
    "an excerpt": ("patch", lambda p: rows_of(p)[0].update(excerpt="丁")),
    "a citation is gone": ("patch", lambda p: rows_of(p, "citations").clear()),
    "a row of a derived table is gone": ("patch", lambda p: rows_of(p, "entities").clear()),
    "the licence": ("major", lambda p: p.update(licenses=[{"name": "CC0-1.0"}])),
    "the title of the package": ("patch", lambda p: p.update(title="X")),
}  # fmt: skip


@pytest.mark.parametrize("case", BUMPS)
def test_the_bump_is_computed(tmp_path: Path, case: str) -> None:
    bump, edit = BUMPS[case]
    result = edited(tmp_path, edit)
    assert (result.result, result.bump) == ("different", bump)
    assert changes.as_markdown(result).count("\n- ") >= 1


def test_the_largest_bump_counts(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rows_of(package)[0].update(value=2.0)
        field_of(package, "topic")["categories"].append("rank")
        rows_of(package).append({**rows_of(package)[0], "id": "d"})

    result = edited(tmp_path, edit)
    assert result.bump == "minor"
    assert result.differences == (
        Difference("minor", "figures", "topic", "code", "rank", None, {}),
    )
    (rows,) = result.rows
    assert (rows.table, rows.added, rows.removed) == ("figures", (("d",),), ())
    assert rows.changed[0].cells == (Cell("value", 1.5, 2.0),)


def test_what_is_said_of_a_column_that_is_gone_is_not_listed_again(tmp_path: Path) -> None:
    result = edited(tmp_path, lambda p: p["tables"]["figures"]["fields"].pop("topic"))
    assert [(d.what, d.name) for d in result.differences] == [("column", "topic")]


def test_a_whole_number_and_a_decimal_differ_by_type_not_cell_by_cell(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        field_of(package, "line").update(type="number")
        rows_of(package)[0]["line"] = 1.5

    result = edited(tmp_path, edit)
    assert [(d.name, d.old, d.new) for d in result.differences] == [
        ("type", "integer (int64)", "number (double)")
    ]
    assert result.rows == ()


def test_when_the_type_of_the_key_changes_every_row_is_gone_and_added(tmp_path: Path) -> None:
    old, new = copied(), copied()
    for package, kind, ids in ((old, "integer", (1, 2, 3)), (new, "number", (1.0, 2.0, 3.0))):
        field_of(package, "id").update(type=kind)
        for row, name in zip(rows_of(package), ids, strict=True):
            row["id"] = name
    result = compare(write(tmp_path / "old", old), write(tmp_path / "new", new))
    (rows,) = result.rows
    assert (len(rows.added), len(rows.removed), rows.changed) == (3, 3, ())


VERSIONS = [
    ("1.0.0", "1.0.1", "patch", True),
    ("1.0.0", "1.0.1", "minor", False),
    ("1.0.9", "1.0.10", "patch", True),
    ("1.9.9", "1.10.0", "minor", True),
    ("1.10.0", "1.9.0", "patch", False),
    ("1.2.3", "2.0.0", "patch", True),
    ("1.2.3", "1.3.0", "major", False),
    ("0.1.0", "0.2.0", "major", False),
    ("0.1.0", "1.0.0", "major", True),
    ("2.0.0", "1.9.9", "none", False),
    ("1.0.0", "1.0.0", "none", False),
    ("1.0.0", "1.0.1", "none", True),
]


@pytest.mark.parametrize(("old", "new", "bump", "enough"), VERSIONS)
def test_a_version_raises_at_least_the_part_that_is_needed(
    old: str, new: str, bump: comparison.Bump, enough: bool
) -> None:
    problem = comparison.shortfall(old, new, bump)
    assert bool(problem) is not enough
    if problem:
        least = problem.rpartition(" ")[2]
        assert old in problem
        assert new in problem
        assert not comparison.shortfall(old, least, bump)


@pytest.mark.parametrize("text", ["1.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.0\n", "", "１.0.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a version of the form"):
        comparison.shortfall("1.0.0", text, "patch")


# Evidence ---------------------------------------------------------------------------------------


def changed(result: comparison.Comparison, table: str = "figures") -> comparison.RowChange:
    (rows,) = (rows for rows in result.rows if rows.table == table)
    (row,) = rows.changed
    return row


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"value": 2.0}, "value"),
        ({"excerpt": "丁"}, "evidence"),
        ({"line": 8, "seed": OTHER}, "evidence"),
        ({"value": 2.0, "line": 8}, "both"),
        ({"value": None}, "value"),
    ],
)
def test_a_changed_row_says_whether_value_or_evidence_changed(
    tmp_path: Path, cells: dict[str, Any], kind: str
) -> None:
    row = changed(edited(tmp_path, lambda p: rows_of(p)[0].update(cells)))
    assert (row.key, row.kind, row.citations) == (("a",), kind, ())
    assert {cell.column: cell.new for cell in row.cells} == cells


def test_a_citation_is_evidence_of_the_row_it_cites(tmp_path: Path) -> None:
    result = edited(tmp_path, lambda p: rows_of(p, "citations")[0].update(excerpt="據"))
    row = changed(result)
    assert (row.key, row.kind, row.cells) == (("a",), "evidence", ())
    assert [(c.change, c.column, c.seed, c.line, c.excerpt) for c in row.citations] == [
        ("added", "topic", OTHER, 9, "據"),
        ("removed", "topic", OTHER, 9, "證"),
    ]
    assert result.bump == "patch"


def test_a_citation_and_a_value_make_both(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rows_of(package, "citations").clear()
        rows_of(package)[0].update(topic="gain")

    assert changed(edited(tmp_path, edit)).kind == "both"


def test_the_citations_of_an_added_row_do_not_make_it_a_changed_one(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rows_of(package).append({**rows_of(package)[0], "id": "d"})
        row = rows_of(package, "citations")[0]
        rows_of(package, "citations").append({**row, "row_id": "d"})

    result = edited(tmp_path, edit)
    assert [(r.table, r.bump, len(r.added), r.changed) for r in result.rows] == [
        ("citations", "patch", 1, ()),
        ("figures", "minor", 1, ()),
    ]


def test_a_table_without_excerpts_has_values_only(tmp_path: Path) -> None:
    old, new = copied(), copied()
    for package in (old, new):
        del package["tables"]["figures"]["fields"]["excerpt"]
    rows_of(new)[0]["line"] = 7
    result = compare(write(tmp_path / "old", old), write(tmp_path / "new", new))
    assert changed(result).kind == "value"


# Cells ------------------------------------------------------------------------------------------

CELLS = [
    (None, None, False),
    (math.nan, math.nan, False),
    (math.nan, None, True),
    (math.nan, 1.0, True),
    (None, 0.0, True),
    (math.inf, math.inf, False),
    (math.inf, -math.inf, True),
    (0.1 + 0.2, 0.3, True),
    (1e300, 1e300, False),
]


@pytest.mark.parametrize(("was", "now", "differs"), CELLS)
def test_numbers_and_missing_cells_are_compared_exactly(
    tmp_path: Path, was: float | None, now: float | None, differs: bool
) -> None:
    old, new = copied(), copied()
    rows_of(old)[0]["value"], rows_of(new)[0]["value"] = was, now
    result = compare(write(tmp_path / "old", old), write(tmp_path / "new", new))
    assert (result.result == "different") is differs
    jsonschema.validate(json.loads(changes.as_json(result)), changes.json_schema())


def test_an_empty_text_is_not_a_missing_one(tmp_path: Path) -> None:
    result = edited(tmp_path, lambda p: rows_of(p)[1].update(excerpt=""))
    assert changed(result).cells == (Cell("excerpt", "乙", ""),)


COLUMNS = {
    "id": st.integers(0, 12),
    "seed": st.sampled_from(["x", "y"]),
    "text": st.none() | st.text("ab文\n", max_size=2),
    "number": st.none() | st.sampled_from([0.0, 1.0, 0.5, math.inf]),
    "truth": st.none() | st.booleans(),
    "code": st.none() | st.sampled_from(["p", "q"]),
}
KINDS = {"id": "integer", "number": "number", "truth": "boolean"}
SHEET = {
    "title": "T", "description": "D", "primaryKey": ["id", "seed"],
    "fields": {
        name: {"type": KINDS.get(name, "string"), "description": name}
        | ({"categories": ["p", "q"]} if name == "code" else {})
        for name in COLUMNS
    },
}  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(COLUMNS), max_size=14, unique_by=lambda row: (row["id"], row["seed"])
)
Row = dict[str, Any]


def as_multiset(rows: list[Row]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[name] for name in COLUMNS) for row in rows)


def patched(rows: list[Row], found: comparison.RowChanges) -> list[Row]:
    """Apply what a comparison reports, where the old rows are as it says."""
    by_key = {(row["id"], row["seed"]): dict(row) for row in rows}
    for key in found.removed:
        del by_key[key]  # type: ignore[arg-type]
    for change in found.changed:
        row = by_key[change.key]  # type: ignore[index]
        for cell in change.cells:
            as_read = cell.old if cell.old != "inf" else math.inf
            assert row[cell.column] == as_read
            assert cell.old != cell.new
            row[cell.column] = cell.new if cell.new != "inf" else math.inf
    return list(by_key.values())


@settings(deadline=None)
@given(old=ROWS, new=ROWS, seed=st.integers(0, 99))
def test_a_comparison_reports_exactly_the_edits(old: list[Row], new: list[Row], seed: int) -> None:
    random.Random(seed).shuffle(new)
    # Most rows stay as they were, so that there are cells to compare.
    known = {(row["id"], row["seed"]): row for row in old}
    new = [
        {**known.get((row["id"], row["seed"]), row), "text": row["text"]} if row["truth"] else row
        for row in new
    ]
    with tempfile.TemporaryDirectory() as scratch:
        folders = [
            write(Path(scratch) / name, {**PACKAGE, "tables": {"sheet": {**SHEET, "rows": rows}}})
            for name, rows in (("old", old), ("new", new))
        ]
        result = compare(*folders)
        again = compare(*folders)
    assert result == again
    before, after = as_multiset(old), as_multiset(new)
    assert (result.result == "same") is (before == after)
    if result.result == "same":
        return
    (found,) = result.rows
    keys_before, keys_after = ({row[:2] for row in rows} for rows in (before, after))
    assert set(found.added) == keys_after - keys_before
    assert set(found.removed) == keys_before - keys_after
    gone = before - after
    assert {row.key for row in found.changed} == {row[:2] for row in gone} & keys_after
    kept = [row for row in new if (row["id"], row["seed"]) not in set(found.added)]
    assert as_multiset(patched(old, found)) == as_multiset(kept)
    for keys in (found.added, found.removed, tuple(row.key for row in found.changed)):
        assert list(keys) == sorted(set(keys))
    expected = "major" if found.removed else "minor" if found.added else "patch"
    assert result.bump == expected


@settings(deadline=None)
@given(rows=ROWS, order=st.randoms())
def test_a_shuffle_is_the_same(rows: list[Row], order: random.Random) -> None:
    shuffled = order.sample(rows, len(rows))
    with tempfile.TemporaryDirectory() as scratch:
        folders = [
            write(Path(scratch) / name, {**PACKAGE, "tables": {"sheet": {**SHEET, "rows": each}}})
            for name, each in (("old", rows), ("new", shuffled))
        ]
        assert compare(*folders).result == "same"


def test_a_hundred_thousand_rows_of_twenty_columns_take_seconds(tmp_path: Path) -> None:
    count = 100_000
    fields = {f"column{n}": {"type": "string", "description": "x"} for n in range(19)}
    rows = [{"id": f"{n:06}", **dict.fromkeys(fields, f"文{n % 997}")} for n in range(count)]
    spec = {"title": "T", "description": "D", "primaryKey": ["id"],
            "fields": {"id": {"type": "string", "description": "Id."}} | fields}  # fmt: skip
    old = write(tmp_path / "old", {**PACKAGE, "tables": {"sheet": {**spec, "rows": rows}}})
    rows[7] = {**rows[7], "column3": "改"}
    new = write(tmp_path / "new", {**PACKAGE, "tables": {"sheet": {**spec, "rows": rows[::-1]}}})
    began = time.process_time()
    row = changed(compare(old, new), "sheet")
    assert time.process_time() - began < 8
    assert (row.key, row.cells) == (("000007",), (Cell("column3", "文7", "改"),))


# What cannot be compared ------------------------------------------------------------------------


def truncate_with_its_hash(folder: Path) -> None:
    path = folder / "figures.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    described_again(folder)


def flip_a_byte(folder: Path) -> None:
    content = bytearray((folder / "figures.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "figures.parquet").write_bytes(content)


def key_of(*names: str) -> Callable[[Path], None]:
    return descriptor_edit(lambda d: figures(d)["schema"].update(primaryKey=list(names)))


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no descriptor": (
        lambda f: (f / "datapackage.json").unlink(),
        "datapackage.json: No such file or directory: name the folder of a whole release",
    ),
    "a descriptor that is no JSON": (
        lambda f: (f / "datapackage.json").write_text("{"), "datapackage.json: line 1",
    ),
    "a descriptor of another form": (
        lambda f: (f / "datapackage.json").write_text('{"version": "1.0.0", "resources": 5}'),
        "datapackage.json: ",
    ),
    "no version": (descriptor_edit(lambda d: d.pop("version")), "lacks the key 'version'"),
    "a version that is none": (descriptor_edit(lambda d: d.update(version="1")), "not a version"),
    "no tables": (descriptor_edit(lambda d: d.update(resources=[])), "describes no Parquet file"),
    "a table twice": (
        descriptor_edit(lambda d: d["resources"].append(figures(d))), "have the name 'figures'",
    ),
    "a file is missing": (
        lambda f: (f / "figures.parquet").unlink(), "figures.parquet: No such file or directory",
    ),
    "a damaged file": (flip_a_byte, "figures.parquet: its hash is sha256:"),
    "a truncated file with its own hash": (truncate_with_its_hash, "figures.parquet: "),
    "no hash": (descriptor_edit(lambda d: figures(d).pop("hash")), "lacks the key 'hash'"),
    "another number of rows": (
        descriptor_edit(lambda d: figures(d).update(rowCount=9)), "has 3 rows, not 9",
    ),
    "other columns": (
        descriptor_edit(lambda d: figures(d)["schema"]["fields"].pop()), "its columns are",
    ),
    "no primary key": (
        descriptor_edit(lambda d: figures(d)["schema"].pop("primaryKey")), "primary key is None",
    ),
    "a primary key without columns": (key_of(), "rows cannot be matched"),
    "a primary key of no column": (key_of("nothing"), "rows cannot be matched"),
    "duplicate keys": (key_of("seed"), "two rows have the same primary key"),
    "a key with empty cells": (key_of("value"), "a row has no value"),
    "a path that leads out": (
        descriptor_edit(lambda d: figures(d).update(path="../old/figures.parquet")), "leads out",
    ),
    "another package": (descriptor_edit(lambda d: d.update(name="other")), "'other'"),
}  # fmt: skip


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_compared_is_never_the_same(tmp_path: Path, case: str, side: str) -> None:
    for name in ("old", "new"):
        write(tmp_path / name, PACKAGE)
    damage, message = BROKEN[case]
    damage(tmp_path / side)
    with pytest.raises(NotComparable) as caught:
        compare(tmp_path / "old", tmp_path / "new")
    assert message in str(caught.value)
    assert str(tmp_path / side) in str(caught.value)


def test_two_rows_with_one_key_are_refused_even_when_they_are_equal(tmp_path: Path) -> None:
    package = copied()
    rows_of(package).append(rows_of(package)[0])
    folder = write(tmp_path / "old", package)
    with pytest.raises(NotComparable, match="same primary key"):
        compare(folder, folder)


# Rendering --------------------------------------------------------------------------------------


def sample_edit(package: Package) -> None:
    package.update(version="2.0.0", created="2026-02-03T00:00:00Z")
    rows_of(package)[0].update(value=2.0, excerpt="丁`戊")
    rows_of(package).pop()
    rows_of(package).append({**rows_of(package)[0], "id": "d"})
    field_of(package, "topic")["categories"].append("rank")
    field_of(package, "value").update(unit="EUR")


def test_the_markdown_is_a_section_of_a_change_log(tmp_path: Path) -> None:
    assert changes.as_markdown(edited(tmp_path, sample_edit)) == (
        "## [2.0.0] - 2026-02-03\n\n"
        "Changes since 1.0.0, which need a major release.\n\n"
        "### Removed\n\n"
        "- `figures`: 1 row: `c`\n"
        "  - `c`: `丙`\n\n"
        "### Changed\n\n"
        "- `figures`, column `value`: unit `USD` → `EUR`\n\n"
        "### Added\n\n"
        "- `figures`, column `topic`: code `rank`\n"
        "- `figures`: 1 row: `d`\n\n"
        "### Fixed\n\n"
        "- `figures`: 1 row corrected\n"
        "  - `a`: value and evidence changed: value `1.5` → `2.0`; excerpt `甲` → `` 丁`戊 ``\n"
    )


def test_the_text_names_each_difference_with_its_bump(tmp_path: Path) -> None:
    lines = changes.as_text(edited(tmp_path, sample_edit)).splitlines()
    assert lines[0] == "sample 1.0.0 → 2.0.0: different, a major release is needed"
    assert "  major  removed  `figures`: 1 row: `c`" in lines
    assert "  patch  fixed    `figures`: 1 row corrected" in lines
    assert "    `c`: `丙`" in lines
    assert len(lines) == 8


def test_a_first_release_adds_every_table(tmp_path: Path) -> None:
    result = compare(None, write(tmp_path / "new", PACKAGE))
    assert (result.old_version, result.bump) == ("", "minor")
    text = changes.as_markdown(result)
    assert text.startswith("## [1.0.0] - 2026-01-02\n\nFirst release.\n\n### Added\n\n- Table `")
    assert text.count("\n- Table `") == len(PACKAGE["tables"])


def test_long_lists_are_cut_for_people_and_whole_for_programs(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        row = rows_of(package)[0]
        rows_of(package).extend({**row, "id": f"n{number}"} for number in range(50))

    result = edited(tmp_path, edit)
    assert "50 rows: " in changes.as_text(result)
    assert "and 30 more" in changes.as_text(result)
    assert "`n49`" not in changes.as_markdown(result)
    assert len(json.loads(changes.as_json(result))["rows"][0]["added"]) == 50


def test_long_texts_are_shown_from_before_their_first_difference(tmp_path: Path) -> None:
    old, new = copied(), copied()
    rows_of(old)[0]["excerpt"], rows_of(new)[0]["excerpt"] = "字" * 300 + "甲", "字" * 300 + "乙"
    result = compare(write(tmp_path / "old", old), write(tmp_path / "new", new))
    text = changes.as_text(result)
    assert "字甲`" in text
    assert "字乙`" in text
    assert max(map(len, text.splitlines())) < 250


def sample_report(tmp_path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(changes.as_json(edited(tmp_path, sample_edit)))
    return report


def test_the_schema_of_the_report_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(changes.json_schema())


MUTATIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key is missing": lambda r: r.pop("bump"),
    "an unknown key": lambda r: r.update(extra=1),
    "an unknown bump": lambda r: r.update(bump="huge"),
    "the same with differences": lambda r: r.update(result="same"),
    "different without a bump": lambda r: r.update(bump="none"),
    "a version that is no text": lambda r: r.update(new_version=2),
    "rows that are no list": lambda r: r.update(rows={}),
    "a cell that is a list": lambda r: r["rows"][0]["changed"][0]["cells"][0].update(old=[1]),
    "an unknown kind of change": lambda r: r["rows"][0]["changed"][0].update(kind="other"),
    "a row without its key": lambda r: r["rows"][0]["changed"][0].pop("key"),
    "an unknown kind of difference": lambda r: r["differences"][0].update(what="thing"),
    "an unknown section": lambda r: r["reasons"][0].update(section="Misc"),
}


@pytest.mark.parametrize("case", MUTATIONS)
def test_a_report_of_another_form_is_refused(tmp_path: Path, case: str) -> None:
    report = sample_report(tmp_path)
    MUTATIONS[case](report)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, changes.json_schema())


def test_the_schema_names_every_field_of_the_data_classes(tmp_path: Path) -> None:
    report = sample_report(tmp_path)
    names = {field.name for field in dataclasses.fields(comparison.Comparison)}
    assert set(report) == names | {"reasons"}
    assert set(changes.json_schema()["$defs"]) == {
        "Difference", "RowChanges", "RowChange", "Cell", "Citation", "Reason",
    }  # fmt: skip


def test_the_changes_are_written_for_people_and_programs(tmp_path: Path) -> None:
    result = edited(tmp_path, sample_edit)
    changes.write(result, tmp_path)
    schema = json.loads((tmp_path / "changes.schema.json").read_text(encoding="utf-8"))
    report = json.loads((tmp_path / "changes.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    assert report["bump"] == "major"
    markdown = (tmp_path / "CHANGES.md").read_text(encoding="utf-8")
    assert markdown == changes.as_markdown(result)


def test_the_first_release_of_the_change_log_is_the_version_of_the_package() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    sections = [line for line in text.splitlines() if line.startswith("## ")]
    first = next(line for line in sections if line != "## [Unreleased]")
    assert first == f"## [{descriptor['version']}] - {descriptor['created'][:10]}"


# The command ------------------------------------------------------------------------------------


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(COMMAND), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_command_exits_differently_for_same_different_and_not_comparable(
    tmp_path: Path,
) -> None:
    package = copied()
    sample_edit(package)
    old, new = write(tmp_path / "old", PACKAGE), write(tmp_path / "new", package)
    same, different = run(old, old), run(old, new, "--format", "json")
    assert (same.returncode, same.stdout) == (0, "sample 1.0.0 → 1.0.0: same\n")
    assert different.returncode == 1
    jsonschema.validate(json.loads(different.stdout), changes.json_schema())
    flip_a_byte(new)
    broken = run(old, new, "--format", "markdown")
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("could not compare two releases: ")
    assert "figures.parquet: its hash is" in broken.stderr


# Other names ------------------------------------------------------------------------------------


def rename(package: Package, column: str, other: str, table: str = "figures") -> None:
    """Give a column of a table another name."""
    spec = package["tables"][table]
    spec["fields"] = {other if one == column else one: of for one, of in spec["fields"].items()}
    spec["primaryKey"] = [other if one == column else one for one in spec["primaryKey"]]
    for row in spec["rows"]:
        row[other] = row.pop(column)


@pytest.mark.parametrize("column", ["id", "value", "line"])
def test_a_column_under_another_name_is_recognised_by_its_cells(
    tmp_path: Path, column: str
) -> None:
    result = edited(tmp_path, lambda package: rename(package, column, "other"))
    named = Difference("major", "figures", "other", "column", "other", column, "other")
    assert result.differences == (named,)
    assert result.rows == ()
    assert f"column `other` `{column}` → `other`" in changes.as_text(result)


def test_a_code_list_whose_columns_have_other_names_still_defines_its_codes(
    tmp_path: Path,
) -> None:
    result = edited(tmp_path, lambda package: rename(package, "definition", "means", "vocabulary"))
    named = Difference("major", "vocabulary", "means", "column", "means", "definition", "means")
    assert result.differences == (named,)


def test_cells_that_changed_are_compared_under_the_other_name(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rename(package, "excerpt", "words")
        rows_of(package)[0].update(words="丁")

    result = edited(tmp_path, edit)
    (rows,) = result.rows
    assert rows.changed[0].cells == (Cell("words", "甲", "丁"),)


def test_a_column_of_other_cells_is_no_renamed_one(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rename(package, "excerpt", "words")
        for row in rows_of(package)[:2]:
            row.update(words="丁")

    result = edited(tmp_path, edit)
    changed = {(one.what, one.old, one.new) for one in result.differences if one.what == "column"}
    assert changed == {("column", "excerpt", None), ("column", None, "words")}


def test_a_table_under_another_name_is_recognised_by_its_keys(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        package["tables"]["numbers"] = package["tables"].pop("figures")
        rows_of(package, "numbers")[0].update(value=2.5)

    result = edited(tmp_path, edit)
    named = Difference("major", "numbers", "", "table", "numbers", "figures", "numbers")
    assert named in result.differences
    assert [one.table for one in result.rows if one.table == "numbers"] == ["numbers"]
    assert not any(rows.removed for rows in result.rows)


def test_a_row_that_is_gone_is_told_with_what_it_said(tmp_path: Path) -> None:
    result = edited(tmp_path, lambda package: rows_of(package).pop(0))
    (rows,) = result.rows
    assert (rows.removed, rows.gone) == ((("a",),), ("甲",))
    assert "`a`: `甲`" in changes.as_text(result)
    assert "`a`: `甲`" in changes.as_markdown(result)


def test_a_shared_list_defines_the_codes_of_each_column_that_has_it(tmp_path: Path) -> None:
    def shared(package: Package) -> None:
        field_of(package, "topic").update(codeList="topic")
        for row in rows_of(package, "vocabulary"):
            row.update(table="*")

    def edit(package: Package) -> None:
        shared(package)
        rows_of(package, "vocabulary")[0].update(definition="A defeat.")

    assert "code" not in {one.what for one in edited(tmp_path / "a", shared).differences}
    (code,) = [one for one in edited(tmp_path / "b", edit).differences if one.what == "code"]
    assert (code.name, code.bump) == ("loss", "major")


def test_of_rows_numbered_anew_just_the_one_that_is_gone_is_told(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        rows_of(package).pop(0)
        for row, id in zip(rows_of(package), "ab", strict=True):
            row["id"] = id

    (rows,) = edited(tmp_path, edit).rows
    assert (rows.bump, rows.removed, rows.gone, rows.added) == ("major", (("a",),), ("甲",), ())
    cells = [(row.key, row.cells) for row in rows.changed]
    assert cells == [(("a",), (Cell("id", "b", "a"),)), (("b",), (Cell("id", "c", "b"),))]


def test_words_newly_excluded_are_told(tmp_path: Path) -> None:
    def edit(package: Package) -> None:
        package["tables"]["figures"]["evidence"] = {"kind": "exclusion"}
        rows_of(package).extend({**rows_of(package)[0], "id": f"x{at}"} for at in range(30))

    result = edited(tmp_path, edit)
    assert result.rows[0].excluded == ("甲",) * 30
    assert changes.as_markdown(result).count("excluded: `甲`") == 30
