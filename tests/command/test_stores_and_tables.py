"""The subcommands that list and show tables, and those that list, fetch and verify releases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import stores

from chipcontrols import command
from chipcontrols.distribution import store

WORDS = "波士顿咨询预测,损失高达1500亿美元"
ANCHOR = [("seed", "document"), ("line", "line"), ("excerpt", "excerpt")]
TABLES = {
    "figures": (
        "statement",
        [("figure_id", ""), ("value", ""), ("note", ""), *ANCHOR],
        f'001-022-1,150000000000,,001.txt,22,"{WORDS}"\n',
    ),
    "reasons": (
        "citation",
        [("table", "table"), ("row_id", "row"), ("of", "column"), *ANCHOR],
        "figures,001-022-1,value,002.txt,5,1500\x1b[2J亿\nquotes,001-022-1,x,002.txt,6,no\n",
    ),
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two tables without documents, as a wheel has them."""
    root = tmp_path / "package"
    root.mkdir()
    resources = []
    for table, (kind, columns, rows) in TABLES.items():
        fields = [
            {"name": name, "type": "string", "evidence": {"rule": "reviewed", "role": role}}
            for name, role in columns
        ]
        key = [name for name, _ in columns[: 1 if kind == "statement" else 3]]
        schema = {"description": f"All {table}.", "fields": fields, "primaryKey": key}
        (root / f"{table}.json").write_text(json.dumps(schema | {"evidence": {"kind": kind}}))
        header = ",".join(name for name, _ in columns)
        (root / f"{table}.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
        resources.append({"name": table, "path": f"{table}.csv", "schema": f"{table}.json"})
    (root / "datapackage.json").write_text(json.dumps({"resources": resources}))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A local store with the releases 1.0.0 and 1.1.0."""
    reasons = [{"bump": "minor", "table": "quotes", "message": "rows \x1b[2J added"}]
    for version, said in (("1.0.0", None), ("1.1.0", {"bump": "minor", "reasons": reasons})):
        folder = stores.make_release(tmp_path, version, changes=said)
        store.publish(folder, tmp_path / "store")
    return tmp_path / "store"


def test_tables_lists_each_table_with_its_rows_and_meaning(installed, capsys):
    assert command.main(["tables"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "figures      1  All figures.",
        "reasons      2  All reasons.",
    ]


def test_show_gives_the_words_and_the_cells_of_a_row_of_any_package(installed, capsys):
    assert command.main(["show", "figures/001-022-1"]) == 0
    out = capsys.readouterr().out
    assert f"001.txt:22  (for the row)\n  {WORDS}\n" in out
    assert "002.txt:5  (for value)\n  1500\\x1b[2J亿\n" in out
    assert "  value      150000000000\n" in out
    assert "002.txt:6" not in out
    assert "note" not in out


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("figures", "'figures' is not of the form TABLE/ROW; the tables are figures, reasons"),
        ("nothing/1", "no table 'nothing'; the tables are figures, reasons"),
        ("figures/1", "no row '1' in figures"),
    ],
)
def test_a_row_that_is_not_there_is_an_error_that_says_what_there_is(
    row, message, installed, capsys
):
    assert command.main(["show", row]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"could not show a row: {message}\n"
    assert not captured.out


def test_words_are_marked_in_colour_on_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert command.harmless("a⟦b⟧\x1b[2J\nc") == "a\033[1;30;43mb\033[0m\\x1b[2J\nc"


def test_versions_lists_the_releases_newest_first_with_digests_that_fetch_and_verify_take(
    place, tmp_path, capsys
):
    at = ["--store", str(place), "--cache", str(tmp_path / "cache")]
    assert command.main(["versions", *at]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("1.1.0 ")
    assert second.startswith("1.0.0 ")
    digest = first.split()[-1]
    assert command.main(["fetch", "--digest", digest, *at]) == 0
    folder = capsys.readouterr().out.strip()
    assert command.main(["verify", folder, "--digest", digest]) == 0
    assert digest in capsys.readouterr().out
    assert command.main(["verify", folder, "--digest", second.split()[-1]]) == 1


def test_changes_are_listed_and_cannot_command_the_terminal(place, tmp_path, capsys):
    cache = str(tmp_path / "cache")
    assert command.main(["versions", "--store", str(place), "--cache", cache, "--changes"]) == 0
    out = capsys.readouterr().out
    assert "\n  minor: quotes: rows \\x1b[2J added\n1.0.0 " in out
    assert out.endswith("\n  (no changes are recorded)\n")


def test_fetch_prints_the_folder_and_nothing_else(place, tmp_path, capsys):
    cache = tmp_path / "cache"
    words = ["fetch", "~=1.0", "--store", str(place), "--cache", str(cache)]
    assert command.main(words) == 0
    captured = capsys.readouterr()
    folder = Path(captured.out.removesuffix("\n"))
    assert stores.contents(folder) == stores.contents(next(place.glob("1.1.0-*")))
    assert not captured.err
    (folder / "chips.parquet").write_bytes(b"")
    assert command.main(words) == 0
    assert capsys.readouterr().err.startswith("note: ")


def test_what_cannot_be_fetched_is_said_on_standard_error(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CHIPCONTROLS_STORE", raising=False)
    assert command.main(["fetch"]) == 2
    assert "no store is named" in capsys.readouterr().err
    assert command.main(["fetch", "newest", "--store", str(tmp_path)]) == 2
    assert "is not a version" in capsys.readouterr().err


def test_verify_tells_a_sound_release_from_an_altered_one(tmp_path, capsys):
    folder = stores.make_release(tmp_path)
    assert command.main(["verify", str(folder)]) == 0
    assert "release 1.0.0, all 4 files" in capsys.readouterr().out
    (folder / "quotes.parquet").write_bytes(b"")
    assert command.main(["verify", str(folder)]) == 1
    captured = capsys.readouterr()
    assert "quotes.parquet: expected" in captured.err
    assert not captured.out
