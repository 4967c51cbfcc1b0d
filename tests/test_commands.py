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
