from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import stores

from chipcontrols import command as console
from chipcontrols.distribution import store
from chipcontrols.package import tables as package
from chipcontrols.validation import passages

WORDS = "波士顿咨询预测,损失高达1500亿美元"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two tables without documents, as a wheel has them."""
    tables = {
        "figures": ["figure_id", "value", "note", "seed", "line", "excerpt"],
        "citations": ["table", "row_id", "column", "seed", "line", "excerpt"],
    }
    keys = {"figures": ["figure_id"], "citations": ["table", "row_id", "column"]}
    rows = {
        "figures": f"001-022-1,150000000000,,001.txt,22,{WORDS}\n",
        "citations": "figures,001-022-1,value,002.txt,5,1500亿\nquotes,001-022-1,x,002.txt,6,no\n",
    }
    root = tmp_path / "package"
    root.mkdir()
    resources = []
    for table, columns in tables.items():
        schema = {"fields": [{"name": name} for name in columns], "primaryKey": keys[table]}
        (root / f"{table}.json").write_text(json.dumps(schema))
        (root / f"{table}.csv").write_text(f"{','.join(columns)}\n{rows[table]}".replace(
            WORDS, f'"{WORDS}"'), encoding="utf-8")  # fmt: skip
        resources.append({"name": table, "path": f"{table}.csv", "schema": f"{table}.json",
                          "description": f"All {table}."})  # fmt: skip
    (root / "datapackage.json").write_text(json.dumps({"resources": resources}))
    monkeypatch.setattr(package, "default_root", lambda: root)
    return root


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A local store with the releases 1.0.0 and 1.1.0."""
    reasons = [
        {"bump": "minor", "section": "Added", "table": "quotes", "message": "rows \033[2J added"},
        "anything",
    ]
    changes = {"bump": "minor", "reasons": reasons}
    for version, said in (("1.0.0", None), ("1.1.0", changes)):
        folder = stores.make_release(tmp_path, version, changes=said)
        store.publish(folder, tmp_path / "store")
    return tmp_path / "store"


def test_tables_lists_each_table_with_its_rows_and_meaning(installed, capsys):
    assert console.main(["tables"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "figures        1  All figures.",
        "citations      2  All citations.",
    ]


def test_show_gives_the_words_and_the_cells_of_a_row(installed, capsys):
    assert console.main(["show", "figures/001-022-1"]) == 0
    out = capsys.readouterr().out
    assert f"001.txt:22  (for the row)\n  {WORDS}\n" in out
    assert "002.txt:5  (for value)\n  1500亿\n" in out
    assert "  value      150000000000\n" in out
    assert "002.txt:6" not in out
    assert "note" not in out


def test_show_gives_the_whole_line_where_the_documents_are(installed, capsys, monkeypatch):
    (installed / "seeds").mkdir()
    passage = passages.Passage("", "001.txt", 22, 2, 4, "損失", "損失", "高達損失多")
    monkeypatch.setattr(passages, "evidence", lambda *arguments: (passage,))
    assert console.main(["show", "figures/001-022-1"]) == 0
    assert "001.txt:22:2-4  (for the row)\n  高達⟦損失⟧多\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("figures", "is not of the form TABLE/ROW; the tables are figures, citations"),
        ("nothing/1", "no table 'nothing'; the tables are figures, citations"),
        ("figures/1", "no row '1' in figures; rows are such as 001-022-1"),
    ],
)
def test_a_row_that_is_not_there_is_an_error_that_says_what_there_is(
    row, message, installed, capsys
):
    assert console.main(["show", row]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert not captured.out


def test_versions_lists_the_releases_newest_first(place, tmp_path, capsys):
    command = ["versions", "--store", str(place), "--cache", str(tmp_path / "cache")]
    assert console.main(command) == 0
    header, first, second = capsys.readouterr().out.splitlines()
    assert header.split() == ["version", "date", "bytes", "digest"]
    assert first.startswith("1.1.0")
    digest = first.split()[-1]
    command = ["fetch", "--digest", digest, *command[1:]]
    assert console.main(command) == 0
    folder = capsys.readouterr().out.strip()
    assert console.main(["verify", folder, "--digest", digest]) == 0
    assert digest in capsys.readouterr().out
    command = ["versions", *command[3:]]
    assert second.startswith("1.0.0")
    assert console.main([*command, "--format", "json"]) == 0
    releases = json.loads(capsys.readouterr().out)
    assert [release["version"] for release in releases] == ["1.1.0", "1.0.0"]
    assert releases[0]["digest"] == digest


def test_changes_are_listed_and_cannot_command_the_terminal(place, tmp_path, capsys):
    cache = str(tmp_path / "cache")
    assert console.main(["versions", "--store", str(place), "--cache", cache, "--changes"]) == 0
    out = capsys.readouterr().out
    assert "  minor: quotes: rows �[2J added\n  anything\n" in out
    assert "(no changes were recorded)" in out


def test_fetch_prints_the_folder_and_nothing_else(place, tmp_path, capsys):
    cache = tmp_path / "cache"
    command = ["fetch", "~=1.0", "--store", str(place), "--cache", str(cache)]
    assert console.main(command) == 0
    captured = capsys.readouterr()
    folder = Path(captured.out.removesuffix("\n"))
    assert stores.contents(folder) == stores.contents(next(place.glob("1.1.0-*")))
    assert not captured.err
    (folder / "chips.parquet").write_bytes(b"")
    assert console.main(command) == 0
    assert capsys.readouterr().err.startswith("note: ")


def test_what_cannot_be_fetched_is_said_on_standard_error(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("CHIPCONTROLS_STORE", raising=False)
    assert console.main(["fetch"]) == 2
    assert "no store is named" in capsys.readouterr().err
    assert console.main(["fetch", "newest", "--store", str(tmp_path)]) == 2
    assert "is no version" in capsys.readouterr().err


def test_verify_tells_a_sound_release_from_an_altered_one(tmp_path, capsys):
    folder = stores.make_release(tmp_path)
    assert console.main(["verify", str(folder)]) == 0
    assert "release 1.0.0, all 4 files" in capsys.readouterr().out
    (folder / "quotes.parquet").write_bytes(b"")
    with pytest.raises(SystemExit) as ending:
        console.main(["verify", str(folder)])
    assert ending.value.code == 1
    captured = capsys.readouterr()
    assert "quotes.parquet: expected" in captured.err
    assert not captured.out


@pytest.mark.parametrize("command", ["", "tables", "show", "versions", "fetch", "verify"])
def test_help_is_there_for_every_command(command, capsys):
    with pytest.raises(SystemExit) as ending:
        console.main([*command.split(), "--help"])
    assert ending.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: chipcontrols {command}".rstrip())
    assert max(map(len, out.splitlines())) <= 100


def test_a_reader_that_has_had_enough_is_no_error(package_root):
    command = [sys.executable, "-m", "chipcontrols.command", "tables"]
    writer = subprocess.Popen(
        command, cwd=package_root / "scripts", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.wait()
