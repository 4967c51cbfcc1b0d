"""The command line: help, exit codes, what goes where, and that nothing ends in a traceback."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from stores import make_release

from chipcontrols import command
from chipcontrols.package import CHECKOUT
from chipcontrols.release import build
from chipcontrols.validation import engine, unchanged
from chipcontrols.validation.findings import Report

NAMES = [action.__name__ for action, _, _ in command.COMMANDS]
DOORS = {
    "add_seed": "add", "build_release": "release", "cite": "cite", "compare_releases": "compare",
    "coverage": "coverage", "publish_release": "publish", "show": "show", "validate": "validate",
}  # fmt: skip
FIGURE = "market_figures/001-022-1"


@pytest.fixture
def called(capsys):
    """A function that runs the command in this process: exit code, output, errors."""

    def called(*words):
        try:
            code = command.main([str(word) for word in words])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return called


# --- help ---


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_a_subcommand_does_its_exit_codes_and_each_argument(name, called):
    code, out, err = called(name, "--help")
    assert (code, err) == (0, "")
    usage, _, rest = out.partition("\n\n")
    assert usage.startswith(f"usage: chipcontrols {name} ")
    assert re.fullmatch(r"[A-Z][^\n]{20,}\.", rest.partition("\n\n")[0])
    assert re.search(r"^exit code: 0 [a-z]", out, re.MULTILINE)
    assert max(map(len, out.splitlines())) <= 100
    entries = re.findall(r"^  (\S.*)((?:\n {4,}\S.*)*)", rest, re.MULTILINE)
    assert entries
    assert [head for head, more in entries if not more and not re.search(r"\S {2,}\S", head)] == []


def test_the_help_of_the_command_lists_every_subcommand(called):
    code, out, _ = called("--help")
    assert code == 0
    assert re.findall(r"^    ([a-z]+)(?: |$)", out, re.MULTILINE) == NAMES


def test_words_that_are_no_command_end_with_2(called):
    for words in ([], ["nothing"], ["show"], ["validate", "--format", "yaml"]):
        code, out, err = called(*words)
        assert (code, out) == (2, "")
        assert err.startswith("usage: chipcontrols")


@pytest.mark.parametrize("path", sorted((CHECKOUT / "scripts").glob("*.py")), ids=lambda p: p.stem)
def test_each_script_is_a_door_to_a_subcommand(path, run, tmp_path):
    if path.stem == "benchmark":  # Not a door.
        return
    done = run(path.name, "--help", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"usage: chipcontrols {DOORS[path.stem]} ")
    source = path.read_text("utf-8")
    assert source.count("\n") <= 12
    assert f"python scripts/{path.name}" in source


# --- where output goes ---


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=str,
)
def test_output_is_utf8_whatever_the_locale(environment, run):
    done = run("show.py", FIGURE, environment=environment)
    assert (done.code, done.err) == (0, "")
    assert "⟦" in done.out
    assert "1500亿美元" in done.out


@pytest.mark.parametrize("words", [["tables"], ["--help"], ["show", FIGURE]], ids=" ".join)
def test_a_reader_that_has_had_enough_is_no_error(words, package_root):
    process = subprocess.Popen(
        [sys.executable, "-m", "chipcontrols.command", *words], cwd=package_root,
        env=os.environ | {"PYTHONPATH": "scripts"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_findings_keep_their_exit_code_when_nobody_reads_them(package_copy, package_root):
    (package_copy / "data" / "stray.csv").write_text("")
    process = subprocess.Popen(
        [sys.executable, "validate.py", package_copy],
        cwd=package_root / "scripts", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1


# --- what cannot be done ---


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "quotes/1"], "could not show a row: datapackage.json: cannot be read: "),
        (["cite", "x"], "could not cite words: datapackage.json: cannot be read: "),
        (["tables"], "could not list the tables: datapackage.json: cannot be read: "),
    ],
)
def test_a_folder_without_a_package_is_one_line_on_standard_error(words, message, called, tmp_path):
    code, out, err = called(*words, "--root", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (["coverage", "nowhere"], "could not audit the documents: datapackage.json: "),
        (["add", "nowhere.txt"], "could not add a document: nowhere.txt: No such file"),
        (["compare", "nowhere", "nowhere"], "could not compare two releases: nowhere/datapackage"),
        (["publish", "store", "nowhere"], "could not publish a release: nowhere is not a sound"),
        (["publish", "store", "."], "could not publish a release: . is not a sound release: it"),
        (["verify", "nowhere"], "could not verify a release: nowhere is not a sound release:"),
        (["versions", "--store", "."], "could not list the releases of a store: "),
        (["cite"], "could not cite words: give words or a place, or --reanchor [--write]"),
        (["cite", "x", "--write"], "could not cite words: give words or a place, or --reanchor"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(words, start, called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = called(*words)
    assert (code, out) == (2, "")
    assert err.startswith(start)
    assert err.count("\n") == 1
    assert "Errno" not in err


def test_a_missing_library_is_named_with_what_to_install(called, monkeypatch, package_copy):
    monkeypatch.setitem(sys.modules, "frictionless", None)
    code, _, err = called("validate", package_copy, "--no-cache")
    assert code == 2
    assert err.startswith("could not validate a package: frictionless is not installed: ")
    assert "in a checkout, pip install '.[maintain]', or use .venv/bin/python" in err


def test_what_is_not_even_listed_as_installed_is_named_with_what_to_install(called, monkeypatch):
    def version(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    code, _, err = called("validate", CHECKOUT)
    assert code == 2
    assert err.startswith("could not validate a package: frictionless is not installed: in a ")


def test_a_bug_leaves_its_traceback_and_is_no_finding(called, monkeypatch, package_root):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(engine, "validate", broken)
    code, out, err = called("validate", package_root, "--no-cache")
    assert (code, out) == (2, "")
    assert "ZeroDivisionError" in err


@pytest.mark.parametrize("content", ["[]", "{}", '{"resources": 3}', '{"resources": [{}]}', "["])
@pytest.mark.parametrize("words", [["tables"], ["show", "quotes/1"], ["cite", "x"]], ids=" ".join)
def test_a_descriptor_that_is_none_is_told_without_a_traceback(words, content, called, tmp_path):
    (tmp_path / "datapackage.json").write_text(content)
    code, out, err = called(*words, "--root", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("could not ")
    assert "datapackage.json" in err
    assert err.count("\n") == 1


def test_the_version_is_that_of_the_tables(called, descriptor):
    assert called("--version") == (0, f"{descriptor['version']}\n", "")


# --- which package ---


def test_the_package_is_that_of_the_working_folder(called, package_copy, monkeypatch):
    (package_copy / "data" / "stray.csv").write_text("")
    monkeypatch.chdir(package_copy)
    code, out, _ = called("validate")
    assert code == 1
    assert out.startswith("data/stray.csv: nothing in the package names this file")
    assert out.startswith("data/stray.csv: ")


def test_without_one_there_it_is_that_of_the_library(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    note = f"note: there is no datapackage.json here; the package is that in {CHECKOUT}\n"
    code, out, err = called("tables")
    assert (code, err) == (0, note)
    assert out.startswith("sources ")
    assert called("validate")[2] == note


# --- validate ---


def test_the_release_folder_is_told_to_be_one_and_how_to_verify_it(called, release_folder):
    code, out, _ = called("validate", release_folder)
    assert code == 1
    assert out == (
        "datapackage.json: this is a built release, not a package [descriptor]\n"
        "    verify it with: chipcontrols verify FOLDER; validate the checkout it was built from\n"
        "not valid: 1 finding\n"
    )
    code, out, err = called("tables", "--root", release_folder)
    assert (code, out) == (2, "")
    assert "this is a built release, not a package; verify it with: chipcontrols verify" in err


def test_a_copy_without_documents_says_so_first_and_once(called, package_copy):
    for path in (package_copy / "seeds").iterdir():
        path.unlink()
    (package_copy / "seeds").rmdir()
    code, out, _ = called("validate", package_copy)
    assert code == 2
    assert out == (
        "seeds: the folder seeds/ with the documents is missing [source]\n"
        "    name a checkout; an installed copy has no documents\n"
        "could not run: 1 finding\n"
    )


def test_a_package_that_was_found_valid_is_not_validated_again(
    called, package_root, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    report = Report((), {"rule": 7})
    unchanged.remember(unchanged.digest(package_root), report)
    known = f"{report.summary} (recognised as unchanged; --no-cache validates it again)\n"
    assert called("validate", package_root)[1] == known
    monkeypatch.setattr(engine, "validate", lambda *_: Report((), {"rule": 8}))
    code, out, _ = called("validate", package_root, "--no-cache")
    assert (code, out) == (0, "valid: 8 checks by 1 rules, no findings\n")


def test_a_package_that_changes_while_it_is_validated_is_not_remembered(
    called, package_copy, tmp_path, monkeypatch
):
    root = package_copy
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def validated(*_):
        (root / "data" / "late.csv").touch()
        return Report((), {"rule": 7})

    monkeypatch.setattr(engine, "validate", validated)
    assert called("validate", root)[0] == 0
    (root / "data" / "late.csv").unlink()
    assert unchanged.recall(unchanged.digest(root)) is None


# --- release ---


def test_a_release_says_where_it_is_how_large_and_what_its_digest_is(
    called, package_root, descriptor, tmp_path
):
    code, out, err = called("release", package_root, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    folder = tmp_path / "out" / f"ai-chip-controls-{descriptor['version']}"
    sizes = [path.stat().st_size for path in folder.iterdir()]
    digest = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    assert out == f"{folder}: {len(sizes)} files, {sum(sizes):,} bytes; digest sha256:{digest}\n"


def test_a_release_of_no_package_is_none(called, tmp_path):
    code, out, err = called("release", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert code == 2
    assert "datapackage.json: cannot be read" in out
    assert err == "could not build a release: only a valid package is released\n"
    assert not (tmp_path / "out").exists()


def test_a_release_into_what_is_no_folder_is_one_line(called, package_root, tmp_path):
    (tmp_path / "out").write_text("a file")
    code, out, err = called("release", package_root, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert re.fullmatch("could not build a release: .*out: File exists\n", err)
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.parametrize("place", ["data", "data/new", "seeds", "link"])
def test_nothing_is_written_among_the_files_of_a_package(place, called, package_copy, tmp_path):
    release, root = make_release(tmp_path), package_copy
    (tmp_path / "link").symlink_to(root / "schemas")
    out = tmp_path / "link" if place == "link" else root / place
    before = sorted(root.rglob("*"))
    for words in (
        ("publish", out, release),
        ("versions", "--store", tmp_path, "--cache", out),
    ):
        code, printed, err = called(*words)
        assert (code, printed) == (2, "")
        assert f"among the files of the package or release in {root}: name a place" in err
    with pytest.raises(FileExistsError, match="among the files of the package or release"):
        build.build(root, out)
    assert sorted(root.rglob("*")) == before


def test_no_release_is_published_into_the_root_of_a_package(called, package_copy, tmp_path):
    before = sorted(package_copy.rglob("*"))
    code, out, err = called("publish", package_copy, make_release(tmp_path))
    assert (code, out) == (2, "")
    assert f"among the files of the package or release in {package_copy}: name a place" in err
    assert sorted(package_copy.rglob("*")) == before


def test_nothing_is_written_into_a_release(called, package_root, release_folder, tmp_path):
    folder = shutil.copytree(release_folder, tmp_path / "release")
    code, out, err = called("publish", folder, folder)
    assert (code, out) == (2, "")
    assert f"among the files of the package or release in {folder}: name a place" in err
    with pytest.raises(FileExistsError, match="among the files of the package or release"):
        build.build(package_root, folder)
    assert called("verify", folder)[0] == 0


# --- progress ---

SLOW = """
import sys
from chipcontrols import command
from chipcontrols.validation import engine, findings
def slow(root, progress=None, *more):
    progress(0, 2, "step one [bold]")
    progress(1, 2, "step two")
    return findings.Report((), {"rule": 1})
engine.validate = slow
sys.exit(command.main(["validate", ROOT, "--no-cache"]))
""".replace("ROOT", repr(str(CHECKOUT)))


def test_progress_is_never_written_to_what_is_no_terminal(run):
    done = run("-c", SLOW)
    assert (done.code, done.err) == (0, "")
    assert done.out == "valid: 1 checks by 1 rules, no findings\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are not of this platform")
@pytest.mark.parametrize("rich", [True, False])
def test_progress_is_shown_on_a_terminal_where_rich_is_and_the_result_stays_clean(
    rich, package_root
):
    import pty

    master, slave = pty.openpty()
    terminal = {"PYTHONPATH": str(package_root / "scripts"), "TERM": "xterm", "COLUMNS": "80"}
    hidden = "import sys\nsys.modules['rich'] = None\n" if not rich else ""
    process = subprocess.run(
        [sys.executable, "-c", hidden + SLOW], stdout=subprocess.PIPE, stderr=slave,
        env={**os.environ, **terminal}, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while chunk := read_from(master):
        shown += chunk
    os.close(master)
    assert process.returncode == 0
    assert process.stdout == "valid: 1 checks by 1 rules, no findings\n"
    assert (b"step two" in shown) == rich
    assert bool(shown) == rich


def read_from(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that nobody writes any more.
        return b""


# --- what is imported ---


@pytest.mark.parametrize("words", [["show", FIGURE], ["cite", "001:22"], ["tables"]], ids=" ".join)
def test_showing_citing_and_listing_import_neither_pandas_nor_validators(words, run):
    code = (
        "import sys; from chipcontrols import command; command.main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = run("-c", code, *words)
    assert done.code == 0
    loaded = set(done.err.split())
    assert "chipcontrols.package" in loaded
    assert loaded & {"pandas", "numpy", "pyarrow", "frictionless", "pandera", "rich"} == set()


def test_the_command_of_a_checkout_is_in_the_wheel_too():
    import tomllib

    scripts = tomllib.loads(Path(CHECKOUT, "pyproject.toml").read_text("utf-8"))["project"]
    assert scripts["scripts"] == {
        "chipcontrols": "chipcontrols.command:main",
        "chipcontrols-validate": "chipcontrols.command:door",
    }
