"""Tables in parts, as CSV or as Parquet, are validated with the findings of tables in one file."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from chipcontrols.package import Package, PackageError
from chipcontrols.package.finding import Finding
from chipcontrols.validation import engine, unchanged
from fault_corpus import CORPUS, assemble, edited
from partitions import in_parts

IN_DATA = [
    name
    for name, fault in sorted(CORPUS.items())
    if all(edit["file"].startswith("data/") for edit in fault["edits"])
]
PLACED = re.compile(r"\bline [0-9]+(?: of [^ ]+)?|position \"?[0-9]+")


def placed(finding: Finding, parts: dict[str, list[tuple[str, int]]]) -> Finding:
    """Return a finding at the part that has its line, without the lines that its message names."""
    line, path = finding.line, finding.file
    for part, before in parts.get(finding.file, ()):
        if finding.line - before > 1 or not before:
            path, line = part, finding.line - before
    message = PLACED.sub("…", finding.message)
    return dataclasses.replace(finding, file=path, line=line, message=message)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", IN_DATA[::12])
def test_findings_on_tables_in_parts_are_those_on_tables_in_one_file(
    name: str, kind: str, tmp_path: Path
) -> None:
    root = edited(tmp_path, CORPUS[name]["edits"])
    before = engine.validate(root).findings
    try:
        parts = in_parts(root, kind)
    except PackageError:
        pytest.skip("the tables cannot be read")
    found = engine.validate(root).findings
    if kind == "parquet":  # which has no form of its own
        before = tuple(one for one in before if "canonical form" not in one.message)
    assert {placed(one, {}) for one in found} == {placed(one, parts) for one in before}


def test_there_are_enough_faults() -> None:
    assert len(IN_DATA[::12]) >= 20


def one_part(root: Path, content: bytes, kind: str) -> None:
    """Put one file more below the parts of the chips."""
    in_parts(root, kind)
    (root / f"data/chips/2.{kind}").write_bytes(content)
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    for resource in descriptor["resources"]:
        if resource["name"] == "chips":
            resource["path"] = "data/chips"
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("parquet", b"PAR1 damaged PAR1", "not a Parquet file: "),
        ("csv", b"chip_id\nx", "the file does not end with one LF"),
        ("csv", b"\xff\n", "byte 0xff is not UTF-8"),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_the_rest_is_looked_at(
    kind: str, content: bytes, message: str, tmp_path: Path
) -> None:
    chips = {"file": "data/chips.csv", "replace": "Y7,chip,", "with": "Y7,chop,"}
    places = {"file": "data/places.csv", "replace": ",US,", "with": ",Us,"}
    root = edited(tmp_path, [chips, places])
    one_part(root, content, kind)
    found = engine.validate(root).findings
    part, whole = f"data/chips/2.{kind}", f"data/places/1.{kind}"
    assert {one.file for one in found} == {part, f"data/chips/1.{kind}", whole}
    assert any(one.file == part and one.message.startswith(message) for one in found)
    (code,) = [one for one in found if one.file == f"data/chips/1.{kind}"]
    assert (code.line, code.column) == (3, "kind")


def test_without_code_lists_no_cell_is_said_to_be_no_code(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    (root / "schemas/vocabulary.csv").write_bytes(b"\xff")
    assert {one.file for one in engine.validate(root).findings} == {"schemas/vocabulary.csv"}


def test_a_column_of_parquet_that_could_be_written_in_two_ways_is_refused(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    in_parts(root, "parquet")
    path = root / "data/chips/0.parquet"
    table = pyarrow.parquet.read_table(path)
    floats = pyarrow.array([0.1] * len(table))
    pyarrow.parquet.write_table(table.set_column(0, table.column_names[0], floats), path)
    (finding,) = engine.validate(root).findings
    assert finding.message == f"the column {table.column_names[0]} is double, not text"


def test_an_empty_folder_and_one_outside_are_refused(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    in_parts(root, "parquet")
    for path in (root / "data/chips").iterdir():
        path.unlink()
    (finding,) = engine.validate(root).findings
    assert (finding.file, finding.line) == ("data/chips", 0)
    assert finding.message == "the folder has no file with the ending .parquet"


def test_a_package_in_parts_is_recognised_until_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = assemble(tmp_path / "package")
    in_parts(root, "csv")
    assert engine.validate(root).ok
    before = unchanged.digest(root)
    path = root / "data/chips/1.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert before
    assert unchanged.digest(root) not in ("", before)


def test_tables_in_parts_are_read_and_not_written(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    in_parts(root, "csv")
    table = Package.open(root).tables["chips"]
    assert table.place(table.rows[-1].line)[0] == "data/chips/1.csv"
    with pytest.raises(ValueError, match="or in parts"):
        table.written()
