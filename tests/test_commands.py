"""The commands of scripts/: what they print, their exit codes, and their help."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from types import ModuleType

import pytest

import chipcontrols
from chipcontrols.package import tables as package

SCRIPTS = sorted(path.name for path in (package.CHECKOUT / "scripts").glob("*.py"))
FIGURE = "market_figures/001-022-1"


def script(name: str) -> ModuleType:
    path = package.CHECKOUT / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"script_{name}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row_ids(table: str) -> list[str]:
    content = package.load_table(package.CHECKOUT, table)
    return [content.row_id(cells) for _, cells in content.records()]


# --- help ---


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_exits_with_0_and_says_what_the_command_does(name, run, tmp_path):
    done = run(name, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    usage, _, rest = done.out.partition("\n\n")
    assert usage.startswith(f"usage: {name} [-h]")
    described = rest.partition("\n\n")[0]
    assert re.fullmatch(r"[A-Z][^\n]{20,}(\n[^\n]+)*\.", described)
    assert max(map(len, done.out.splitlines())) <= 100
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_explains_every_argument(name, run):
    out = run(name, "--help", environment={"COLUMNS": "80"}).out
    entries = re.findall(r"^  (\S.*)((?:\n {4,}\S.*)*)", out.partition("\n\n")[2], re.MULTILINE)
    assert entries
    bare = [head for head, below in entries if not below and not re.search(r"\S {2,}\S", head)]
    assert bare == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_and_docstring_tell_the_exit_codes_of_a_command_that_may_fail(name, run, package_root):
    source = (package_root / "scripts" / name).read_text("utf-8")
    assert source.startswith('"""')
    assert f"python scripts/{name}" in source.partition('"""')[2].partition('"""')[0]
    if name in ("validate.py", "build_release.py", "show.py"):
        assert re.search(r"exit code:? ", run(name, "--help").out, re.IGNORECASE)


# --- show ---


def test_show_marks_the_excerpt_on_its_line_and_tells_how_the_quantity_was_read(run):
    done = run("show.py", FIGURE)
    assert (done.code, done.err) == (0, "")
    passage = chipcontrols.evidence(*FIGURE.split("/"))[0]
    before, after = passage.context[: passage.start], passage.context[passage.end :]
    lines = done.out.splitlines()
    assert lines[0] == FIGURE
    assert f"  {before}⟦{passage.excerpt}⟧{after}" in lines
    place = f"{passage.seed}:{passage.line}:{passage.start}-{passage.end}"
    assert f"{place}  (for the row)" in lines
    assert "  高达1500亿美元 → 1500 × 10^8 USD, up to" in lines
    assert re.search(r"^  value +150000000000$", done.out, re.MULTILINE)
    assert "\033" not in done.out


def test_show_marks_in_colour_on_a_terminal():
    passage = chipcontrols.evidence(*FIGURE.split("/"))[0]
    marked = script("show").highlighted(passage, colour=True)
    assert f"\033[1;30;43m{passage.excerpt}\033[0m" in marked
    assert re.sub("\033\\[[0-9;]*m", "", marked) == passage.context
    plain = script("show").highlighted(passage, colour=False)
    assert plain.replace("⟦", "").replace("⟧", "") == passage.context


@pytest.mark.parametrize(
    "table", ["quotes", "companies", "aliases", "sources", "vocabulary", "citations"]
)
def test_show_shows_a_row_of_any_table(table):
    row_id = row_ids(table)[0]
    shown = script("show").shown(table, row_id, package.CHECKOUT, False)
    assert shown.startswith(f"{table}/{row_id}\n")
    assert ("⟦" in shown) == (table not in ("sources", "vocabulary"))


def test_show_shows_the_passages_of_single_cells_too():
    citations = chipcontrols.load("citations")
    cited = citations.iloc[0]
    shown = script("show").shown(cited["table"], cited["row_id"], package.CHECKOUT, False)
    assert f"(for {cited['column']})" in shown
    assert f"⟦{cited['excerpt']}⟧" in shown


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
def test_show_of_a_row_that_does_not_exist_exits_with_2_and_one_clear_line(row, message, run):
    done = run("show.py", row)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_show_of_a_folder_without_a_package_exits_with_2_and_one_clear_line(run, tmp_path):
    done = run("show.py", FIGURE, "--root", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "datapackage.json" in done.err
    assert done.err.count("\n") == 1


def test_show_of_a_citation_that_does_not_hold_says_why(run, package_copy):
    seed = package_copy / "seeds" / "001_9a4ec6c7d1d94c65.txt"
    seed.write_bytes(seed.read_bytes().replace("高达".encode(), "高於".encode()))
    done = run("show.py", FIGURE, "--root", package_copy)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"the citation of {FIGURE} does not hold: changed_source\n"


def test_show_never_fails_for_the_encoding_of_the_terminal(run):
    done = run("show.py", FIGURE, environment={"PYTHONIOENCODING": "ascii"})
    assert (done.code, done.err) == (0, "")
    assert "150000000000" in done.out


# --- build_release ---


def test_build_release_says_where_and_how_much_it_wrote(run, package_root, descriptor, tmp_path):
    done = run("build_release.py", "--out", tmp_path / "out", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    folder = tmp_path / "out" / f"ai-chip-controls-{descriptor['version']}"
    files = list(folder.iterdir())
    size = sum(path.stat().st_size for path in files)
    assert done.out == f"{folder}: {len(files)} files, {size:,} bytes\n"


def test_build_release_without_a_package_exits_with_2(run, tmp_path):
    done = run("build_release.py", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.code == 2
    assert "nothing was built" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


def test_build_release_into_a_place_that_is_no_folder_exits_with_2_and_one_line(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    done = run("build_release.py", "--out", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"nothing was built: .*out'?\n", done.err)
    assert (tmp_path / "out").read_text() == "a file"


# --- progress ---


def test_progress_is_never_written_to_what_is_no_terminal(run):
    done = run("-c", SLOW)
    assert done.code == 0
    assert "\r" not in done.err + done.out
    assert "step two" not in done.err + done.out


SLOW = """
import time, runpy, sys
sys.argv = ["validate.py"]
from chipcontrols.validation import layers as validation
from chipcontrols.validation import findings as report
def slow(root, progress=validation.silent):
    progress(0, 3, "step one")
    time.monotonic = lambda began=time.monotonic(): began + 9
    progress(1, 3, "step two")
    progress(2, 3, "step three")
    progress(3, 3, "done")
    return report.Report((), {"rule": 1})
validation.validate = slow
runpy.run_path(PATH, run_name="__main__")
""".replace("PATH", repr(str(package.CHECKOUT / "scripts" / "validate.py")))


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not of this platform")
def test_progress_is_shown_on_a_terminal_and_the_result_stays_clean(package_root):
    import pty

    master, slave = pty.openpty()
    environment = {
        **os.environ,
        "PYTHONPATH": str(package_root / "scripts"),
        "TERM": "xterm",
        "COLUMNS": "80",
    }
    process = subprocess.run(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=slave, env=environment,
        encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(master)
    assert process.returncode == 0
    assert process.stdout == "valid: 1 checks by 1 rules, no findings\n"
    assert b"step two" in shown or b"step three" in shown or b"done" in shown
    assert b"\x1b[" in shown
