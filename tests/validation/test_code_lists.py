"""Code lists that lost a column or a code: clear findings, and no error, in every format.

Schemas and code lists are the package's own, the rows those of the small package of the fault
corpus.  The coded columns, and the table that lists their codes, are read from the schemas.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from chipcontrols.languages.folding import fold
from chipcontrols.package import Package, Row, canonical_text
from chipcontrols.validation import engine, findings
from commands import small_package

ROOT = Path(__file__).parents[2]
with tempfile.TemporaryDirectory() as folder:
    PACKAGE = Package.open(small_package(Path(folder)))
CODED = [
    (table.name, field.name)
    for table in PACKAGE.tables.values()
    for field in table.schema.fields
    if field.coded
]
LISTS = PACKAGE.of_kind("code")


@pytest.mark.parametrize("root", [ROOT, *sorted((ROOT / "tests/packages").glob("*/"))])
def test_a_cue_is_written_once_for_both_scripts(root: Path) -> None:
    twice = {}
    for row in Package.open(root).rows("code"):
        cues = Counter(fold(cue.lower()) for cue in row.role("cues").split("|") if cue)
        twice[row.line] = [cue for cue, count in cues.items() if count > 1]
    assert [f"line {line}: {cues}" for line, cues in twice.items() if cues] == []


def is_of(row: Row, coded: tuple[str, str]) -> bool:
    return (row.role("table"), row.role("column")) == coded


def write_codes(root: Path, coded: tuple[str, str], renamed: str = "", without: str = "") -> None:
    """Write the code lists with the codes of a column under another name, or without one code."""
    for table in LISTS:
        rows = []
        for row in table.rows:
            cells = dict(row.cells)
            if is_of(row, coded) and renamed:
                cells[table.schema.roles["column"]] = renamed
            if not (is_of(row, coded) and row.role("code") == without):
                rows.append(cells)
        (root / table.path).write_text(canonical_text(table.schema, rows), "utf-8", newline="")


def found_in(root: Path) -> list[tuple[str, str, str, str]]:
    """Return rule, file, column and message of what is found, if all formats can render it."""
    return [(f.rule, f.file, f.column, f.message) for f in report_on(root).findings]


def report_on(root: Path) -> findings.Report:
    """Return the report on a package, if all formats can render it."""
    report = engine.validate(root)
    as_text, as_github = findings.as_text(report), findings.as_github(report)
    as_json = json.loads(findings.as_json(report))
    as_sarif = json.loads(findings.as_sarif(report))
    assert as_text.endswith(report.summary)
    assert as_github.count("::error ") == len(report.findings)
    assert len(as_json["findings"]) == len(as_sarif["runs"][0]["results"]) == len(report.findings)
    return report


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("coded", CODED, ids=".".join)
def test_a_column_whose_codes_are_gone_is_named_and_so_is_the_column_that_they_are_now_for(
    coded: tuple[str, str], tmp_path: Path
) -> None:
    table, column = coded
    root = small_package(tmp_path)
    write_codes(root, coded, renamed=f"{column}x")
    found = found_in(root)
    path = LISTS[0].path
    assert ("code_lists", path, "", f"no codes for {table}.{column}") in found
    strange = f"{table}.{column}x is not a coded column"
    assert ("code_lists", path, LISTS[0].schema.roles["column"], strange) in found
    assert PACKAGE.tables[table].path in {file for _, file, _, _ in found}


def most_used(coded: tuple[str, str]) -> str:
    """Return the code of a column that most rows have."""
    cells = [row.cells[coded[1]] for row in PACKAGE.tables[coded[0]].rows if row.cells[coded[1]]]
    return max(sorted(set(cells)), key=cells.count)


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("coded", CODED, ids=".".join)
def test_each_row_that_has_a_code_which_is_gone_is_found(
    coded: tuple[str, str], tmp_path: Path
) -> None:
    table, column = coded
    root, code = small_package(tmp_path), most_used(coded)
    write_codes(root, coded, without=code)
    path = PACKAGE.tables[table].path
    report = report_on(root)
    lines = {f.line for f in report.findings if (f.file, f.column) == (path, column)}
    assert {row.line for row in PACKAGE.tables[table].rows if row.cells[column] == code} <= lines


@pytest.mark.usefixtures("quicker")
def test_a_package_that_lists_no_code_at_all_is_told_of_every_coded_column(
    tmp_path: Path,
) -> None:
    root = small_package(tmp_path)
    for table in LISTS:
        (root / table.path).write_text(canonical_text(table.schema, []), "utf-8")
    found = found_in(root)
    missing = {message for rule, _, _, message in found if rule == "code_lists"}
    assert missing == {f"no codes for {table}.{column}" for table, column in CODED}
