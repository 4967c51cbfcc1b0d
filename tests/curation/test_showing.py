"""What a curator sees of a row, with the documents and without them."""

import dataclasses
import subprocess
import sys

import pytest

import chipcontrols
from chipcontrols.curation.showing import marked, quantities_of, shown
from chipcontrols.package import CHECKOUT, Package
from chipcontrols.validation.passages import read_evidence
from commands import run

FIGURE = "market_figures/001-022-1"


@pytest.fixture(scope="module")
def opened():
    return read_evidence(CHECKOUT)


@pytest.fixture
def show(capsys, monkeypatch):
    return lambda *arguments: run(capsys, monkeypatch, "show.py", *arguments)


def test_a_row_is_shown_with_its_excerpt_on_its_line_and_how_its_quantity_is_read(show):
    result = show(FIGURE)
    assert (result.code, result.err) == (0, "")
    passage = chipcontrols.evidence(*FIGURE.split("/"))[0]
    before, after = passage.context[: passage.start], passage.context[passage.end :]
    lines = result.out.splitlines()
    assert lines[0] == FIGURE
    assert f"  {before}⟦{passage.excerpt}⟧{after}" in lines
    assert f"{passage.place}:{passage.start}-{passage.end}  (for the row)" in lines
    assert "  高达1500亿美元 → 1500 × 10^8 USD, as high as" in lines
    assert "  value             150000000000" in lines
    assert "\033" not in result.out


def test_an_excerpt_is_marked():
    assert marked("abc", 1, 2) == "a⟦b⟧c"


@pytest.mark.parametrize("table", Package.open(CHECKOUT).tables)
def test_a_row_of_any_table_is_shown(opened, table):
    content = opened[0].tables[table]
    text = shown(*opened, table, content.rows[0].id)
    assert text.startswith(f"{table}/{content.rows[0].id}\n")
    assert ("⟦" in text) == bool(opened[1].of_row(content.rows[0]))
    assert ("⟦" in text) >= content.schema.anchored or content.schema.kind == "exclusion"


def test_passages_of_single_cells_are_shown_too(opened):
    cited = opened[0].tables["citations"].rows[0]
    text = shown(*opened, cited.role("table"), cited.role("row"))
    assert f"(for {cited.role('column')})" in text
    assert f"⟦{cited.role('excerpt')}⟧" in text


def test_without_documents_the_words_come_from_the_tables(opened):
    cited = opened[0].tables["citations"].rows[0]
    text = shown(opened[0], None, cited.role("table"), cited.role("row"))
    place = f"{cited.role('document')}:{cited.role('line')}"
    assert f"{place}  (for {cited.role('column')})\n  {cited.role('excerpt')}\n" in text
    assert "⟦" not in text
    figure = shown(opened[0], None, *FIGURE.split("/"))
    assert "001_9a4ec6c7d1d94c65.txt:22  (for the row)\n  波士顿咨询预测" in figure
    assert "  高达1500亿美元 → 1500 × 10^8 USD, as high as\n" in figure


def test_a_quantity_is_read_in_the_money_of_its_document(opened):
    package, evidence = opened
    row = package.row(*FIGURE.split("/"))
    text = evidence.texts[row.role("document")]
    of_hong_kong = [dataclasses.replace(line, region="HK") for line in text.lines]
    texts = {text.name: dataclasses.replace(text, lines=of_hong_kong)}
    stated = dataclasses.replace(row, cells={**row.cells, "quantity": "20億元"})
    there = dataclasses.replace(evidence, texts=texts)
    assert [*quantities_of(package, there, stated)] == ["  20億元 → 20 × 10^8 HKD"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("market_figures/999-999-9", "no row '999-999-9' in market_figures"),
        ("market_figures/", "no row '' in market_figures"),
        (
            "market_figures",
            "'market_figures' is not of the form TABLE/ROW; the tables are sources, ",
        ),
        ("figures/001-022-1", "no table 'figures'; the tables are sources, "),
        ("/001-022-1", "no table ''; the tables are sources, "),
        ("../quotes/001-022-1", "no table '..'; the tables are "),
    ],
)
def test_a_row_that_does_not_exist_gives_exit_code_2_and_one_clear_line(row, message, show):
    result = show(row)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"could not show a row: {message}")
    assert result.err.count("\n") == 1


def test_a_folder_without_a_package_gives_exit_code_2_and_one_clear_line(show, tmp_path):
    result = show(FIGURE, "--root", tmp_path)
    assert (result.code, result.out) == (2, "")
    assert "datapackage.json" in result.err
    assert result.err.count("\n") == 1


def test_a_row_whose_words_are_not_found_is_not_shown_and_says_why(show, package_copy):
    path = package_copy / "seeds" / "001_9a4ec6c7d1d94c65.txt"
    path.write_bytes(path.read_bytes().replace("高达".encode(), "高於".encode()))
    result = show(FIGURE, "--root", package_copy)
    assert (result.code, result.out) == (2, "")
    reason = f"the citation of {FIGURE} does not hold: changed_source"
    assert result.err == f"could not show a row: {reason}\n"


def test_the_encoding_of_the_terminal_is_no_reason_to_fail(package_root):
    done = subprocess.run(
        [sys.executable, package_root / "scripts" / "show.py", FIGURE], capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(package_root / "scripts")}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "⟦波士顿咨询预测".encode() in done.stdout


def test_showing_and_citing_import_no_pandas():
    code = "import sys, chipcontrols.curation.showing; print({'pandas', 'jinja2'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT / "scripts", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "set()\n"
