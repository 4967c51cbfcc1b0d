"""The engine: documents checked apart and in any order, any number of digits, one clear refusal."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import pickle
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chipcontrols.command import main
from chipcontrols.package import Package, Row, canonical_text
from chipcontrols.package.documents import read_documents
from chipcontrols.validation import engine, parts, workers
from chipcontrols.validation.documents import Found, check_document, check_packed
from chipcontrols.validation.lexicon import Lexicon, compile_lexicon
from chipcontrols.validation.parts import Index
from fault_corpus import CORPUS, assemble, edited, rehash

Names = Iterable[str]
Documents = Iterator[Iterator[Found]]
FAULTS = sorted(CORPUS)[::5]
"""Faults from all over the corpus."""
READABLE = [
    name
    for name in FAULTS
    if not any(edit["file"].endswith(".json") for edit in CORPUS[name]["edits"])
]


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 70


@contextlib.contextmanager
def by_any_order(package: Package, index: Index, names: Names, *_: object) -> Documents:
    """Give what is found in the documents of a package when they are checked in any order, each
    as bytes, as another process does."""

    def run(lexicon: Lexicon, tasks: Iterator[bytes]) -> Any:
        content, order = pickle.dumps(lexicon), list(tasks)
        random.Random(len(order)).shuffle(order)
        return contextlib.nullcontext(check_packed(pickle.loads(content), task) for task in order)

    with BY_DOCUMENT(package, index, names, lambda _: None, None, run) as found:
        yield found


@contextlib.contextmanager
def by_whole(package: Package, index: Index, *_: object) -> Documents:
    """Give what is found in the documents of a package when every row is at hand for each."""
    lexicon = compile_lexicon(package)
    documents, unread = read_documents(package)
    every = {name: table.rows for name, table in package.tables.items()}
    parts = (dataclasses.replace(index.part(name), tables=every) for name in index.homes)
    checked = (check_document(lexicon, part, documents) for part in parts)
    yield itertools.chain([Found(unread=unread)], checked)


BY_DOCUMENT = engine.by_document


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FAULTS)
def test_findings_and_counts_are_the_same_however_the_documents_are_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = edited(tmp_path, CORPUS[name]["edits"])
    report = engine.validate(root)
    monkeypatch.setattr(engine, "by_document", by_any_order)
    assert engine.validate(root) == report
    monkeypatch.setattr(engine, "by_document", by_whole)
    assert engine.validate(root) == report


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", READABLE[::4])
def test_the_order_of_the_tables_in_the_descriptor_changes_no_finding(
    name: str, tmp_path: Path
) -> None:
    root = edited(tmp_path, CORPUS[name]["edits"])
    before = engine.validate(root).findings
    path = root / "datapackage.json"
    descriptor = json.loads(path.read_bytes())
    descriptor["resources"].reverse()
    path.write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), "utf-8")
    assert engine.validate(root).findings == before


def test_a_package_without_its_documents_gives_one_finding_that_says_so(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    shutil.rmtree(root / "seeds")
    (finding,) = engine.validate(root).findings
    assert (finding.file, finding.line, finding.rule) == ("seeds", 0, "source")
    assert finding.message == "the folder seeds/ with the documents is missing"
    assert finding.hint.startswith("name a checkout; an installed copy has no documents")


def test_a_descriptor_of_a_release_gives_one_finding_that_says_how_to_verify_it(
    release_folder: Path,
) -> None:
    (finding,) = engine.validate(release_folder).findings
    assert finding.message == "this is a built release, not a package"
    assert finding.hint.startswith("verify it with: chipcontrols verify FOLDER")


OF_STRUCTURE = [
    name
    for name, fault in CORPUS.items()
    if {expected["rule"] for expected in fault["expected"]} & {"structure", "table"}
]


@pytest.mark.parametrize("name", OF_STRUCTURE[::3])
def test_the_layers_find_nothing_in_the_rows_about_which_they_are_not_asked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = edited(tmp_path, CORPUS[name]["edits"])
    report = engine.validate(root)
    monkeypatch.setattr(engine, "MOST_ASKED", 0)
    assert engine.validate(root) == report


@pytest.fixture
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each part to one of two other processes, however few there are."""
    monkeypatch.setattr(engine, "WORTH_SPREADING", 0)
    monkeypatch.setattr(engine, "FEW", 1)
    monkeypatch.setattr(engine, "ROWS_OF_A_BATCH", 1)
    monkeypatch.setattr(parts, "ROWS_OF_A_PART", 20)
    monkeypatch.setattr(workers, "cores", lambda: 2)


@pytest.mark.usefixtures("spread")
def test_a_lost_process_loses_no_finding_and_doubles_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = edited(tmp_path, CORPUS["quantity_value_rounded"]["edits"])
    killed: list[int] = []
    asked = workers.asked

    def asked_once_in_vain(process: subprocess.Popen[bytes], content: bytes) -> list[Found]:
        found = asked(process, content)
        if len(killed) < 2:
            killed.append(process.pid)
            process.kill()
            return asked(process, content)
        return found

    monkeypatch.setattr(workers, "asked", asked_once_in_vain)
    report = engine.validate(root)
    assert len(killed) == 2
    monkeypatch.setattr(engine, "WORTH_SPREADING", 1_000_000)
    assert engine.validate(root) == report
    assert not report.ok


@pytest.mark.usefixtures("spread")
def test_what_no_process_survives_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "COMMAND", "import os; os._exit(1)")
    assert main(["validate", str(assemble(tmp_path / "package")), "--no-cache"]) == 2
    said = "could not validate a package: 3 processes that checked the same documents were lost\n"
    assert capsys.readouterr().err == said


@pytest.mark.usefixtures("spread")
def test_who_interrupts_a_validation_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            begun.append(self)

    def interrupt(done: int, total: int, step: str) -> None:
        if step == "documents":
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with pytest.raises(KeyboardInterrupt):
        engine.validate(assemble(tmp_path / "package"), interrupt)
    assert [process.poll() is None for process in begun] == [False, False]


# --- numbers of documents, lines and statements ---


def rewrite(root: Path, change: Callable[[Row], dict[str, str]]) -> None:
    """Give the rows of all tables other cells; the files stay canonical."""
    for table in Package.open(root).tables.values():
        text = canonical_text(table.schema, [change(row) for row in table.rows])
        (root / table.path).write_text(text, "utf-8", newline="")


def test_documents_may_have_numbers_of_four_digits(tmp_path: Path) -> None:
    root = assemble(tmp_path / "package")
    (document,) = (root / "seeds").glob("900_*")
    document.rename(document.with_name(document.name.replace("900_", "1000_")))

    def renumbered(row: Row) -> dict[str, str]:
        return {c: re.sub(r"^900(?=[_-])", "1000", cell) for c, cell in row.cells.items()}

    rewrite(root, renumbered)
    package = Package.open(root)
    assert {row.id for row in package.rows("statement")} >= {"1000-006-1", "901-003-1"}
    report = engine.validate(root)
    assert [str(finding) for finding in report.findings] == []
    assert report.checked == engine.validate(assemble(tmp_path / "base")).checked


def with_a_thousand_lines(root: Path) -> Path:
    """Put a thousand empty lines before the third line of the second document, and move what rests
    on its lines from there on."""
    (document,) = (root / "seeds").glob("901_*")
    lines = document.read_text("utf-8").split("\n")
    document.write_text("\n".join([*lines[:2], *[""] * 1_000, *lines[2:]]), "utf-8", newline="")

    def moved(row: Row) -> dict[str, str]:
        of_document = row.role("document") == document.name
        cells: dict[str, str] = {}
        for column, cell in row.cells.items():
            number = re.fullmatch("[3-9]", cell)
            if of_document and number and column.startswith(("line", "repeat_of_line")):
                cells[column] = str(int(cell) + 1_000)
            else:
                cells[column] = re.sub(r"^901-00(?=[3-9]-)", "901-100", cell)
        return cells

    rewrite(root, moved)
    rehash(root, document)
    return root


def test_statements_may_rest_on_lines_beyond_999(tmp_path: Path) -> None:
    root = with_a_thousand_lines(assemble(tmp_path / "package"))
    package = Package.open(root)
    lines = {row.id: row.anchor_line for row in package.rows("statement")}
    assert lines["901-1003-1"] == 1_003
    assert [str(finding) for finding in engine.validate(root).findings] == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "column"),
    [
        ("901-1003-1,market_value_loss", "901-003-1,market_value_loss", "anchored_identifier", 0),
        ("近百亿美元,10000000000,", "近百亿美元,20000000000,", "quantity", 8),
    ],
)
def test_a_fault_beyond_line_999_is_found_at_its_cell(
    old: str, new: str, rule: str, column: int, tmp_path: Path
) -> None:
    root = with_a_thousand_lines(assemble(tmp_path / "package"))
    path = root / "data/market_figures.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    header = text.partition("\n")[0].split(",")
    found: list[Any] = [(f.rule, f.column) for f in engine.validate(root).findings]
    assert (rule, header[column]) in found
