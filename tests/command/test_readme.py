"""What README and CONTRIBUTING say is so: snippets run, commands print what is shown, names exist.

After a change of what commands print, renew what is shown::

    PYTHONPATH=scripts:tests python tests/command/test_readme.py
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chipcontrols import command, languages
from chipcontrols.package import CHECKOUT, Package, citation, read_descriptor
from chipcontrols.validation import rules
from chipcontrols.validation.rules.base import RULES

README = (CHECKOUT / "README.md").read_text("utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", README + CONTRIBUTING, re.DOTALL | re.MULTILINE)
ANSWERED = re.compile(
    r"(```(python|sql)\n(.*?)^```\n\n```text\n)(.*?)(^```$)", re.DOTALL | re.MULTILINE
)
"""A query, and below it what it prints."""
QUERIES = ANSWERED.findall(README)
BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
EXAMPLES = [x for block in BLOCK.findall(README + CONTRIBUTING) for x in EXAMPLE.findall(block)]
COMMANDS = [line.split(" #")[0].strip() for line, _ in EXAMPLES]
OURS = [shlex.split(line) for line in COMMANDS if re.match(r"chipcontrols|.*scripts/\w+\.py", line)]


RENEW = "renew it with PYTHONPATH=scripts:tests python tests/command/test_readme.py"
NUMBERS = {11: "Eleven", 12: "Twelve", 13: "Thirteen", 14: "Fourteen"}


def tools(folder: Path) -> dict[str, str]:
    """The environment of a reader who has installed the library: `python` and `chipcontrols`."""
    folder.mkdir()
    for name, words in {"python": "", "chipcontrols": "-m chipcontrols.command "}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        (folder / name).chmod(0o755)
    path = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"}
    return {**os.environ, **path, "PYTHONPATH": str(CHECKOUT / "scripts")}


def printed(line: str, folder: Path, environment: dict[str, str]) -> str:
    """What a line of a console prints."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, check=False
    )
    return (done.stdout + done.stderr).decode()


def answer(language: str, query: str, folder: Path, environment: dict[str, str]) -> str:
    """What a query prints: in Python as it is, in SQL a line a row of the newest release."""
    if language == "python":
        done = subprocess.run(
            [sys.executable, "-c", query], cwd=folder, env=environment, capture_output=True,
            text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return re.sub(r" +$", "", done.stdout + done.stderr, flags=re.MULTILINE)
    (path,) = (folder / "dist").glob(f"*-{read_descriptor(CHECKOUT)['version']}/*.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as database:
        rows = database.execute(query).fetchall()
    return "".join(" | ".join(map(str, row)) + "\n" for row in rows)


def renewed(text: str, folder: Path, environment: dict[str, str]) -> str:
    """A text with what its commands print now, where it shows what they print."""

    def example(match: re.Match[str]) -> str:
        line, output = match.groups()
        return f"$ {line}\n{printed(line, folder, environment) if output.strip() else output}"

    text = BLOCK.sub(lambda block: EXAMPLE.sub(example, block[0]), text)
    return ANSWERED.sub(
        lambda query: query[1] + answer(query[2], query[3], folder, environment) + query[5], text
    )


@pytest.fixture(scope="module")
def reader_folder(tmp_path_factory, package_at, release_folder: Path) -> Path:
    """A checkout as its reader has it after make release."""
    root = package_at(tmp_path_factory.mktemp("reader") / "checkout")
    shutil.copytree(release_folder, root / "dist" / release_folder.name)
    (root / "scripts").symlink_to(CHECKOUT / "scripts")
    return root


def test_the_readme_has_snippets_and_commands():
    assert len(SNIPPETS) >= 3
    assert len(OURS) >= 20
    assert {"make release", "make test"} <= set(COMMANDS)


@pytest.mark.skipif(os.name == "nt", reason="the examples are of a POSIX shell")
@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_print_what_is_shown(name, reader_folder, tmp_path):
    text = (CHECKOUT / name).read_text("utf-8")
    now = renewed(text, reader_folder, tools(tmp_path / "bin"))
    assert now.splitlines() == text.splitlines(), f"{name} shows what was printed once: {RENEW}"


def test_what_is_shown_is_compared():
    shown = [line for line, output in EXAMPLES if output.strip()]
    assert "python scripts/show.py market_figures/001-022-1" in shown
    assert "chipcontrols --help" in shown


def test_every_subcommand_has_its_help_in_the_reference():
    shown = [line for line, output in EXAMPLES if output.strip()]
    for action, _, _ in command.COMMANDS:
        assert f"chipcontrols {action.__name__} --help" in shown


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_each_snippet_runs(number, reader_folder, run):
    done = run("-c", SNIPPETS[number], cwd=reader_folder)
    assert (done.code, done.err) == (0, "")
    # The snippet on validation prints findings, of which a valid package has none.
    assert bool(done.out) == ("validate" not in SNIPPETS[number])


def test_each_question_is_answered_in_pandas_and_at_least_four_in_sql():
    section = README.partition("## What can I learn")[2].partition("\n## ")[0]
    questions = [one for one in section.split("\n### ")[1:] if one.partition("\n")[0].endswith("?")]
    asked = json.loads((CHECKOUT / "datapackage.json").read_text("utf-8"))["questions"]
    assert [one.partition("\n")[0] for one in questions] == [one["title"] for one in asked]
    assert f"{NUMBERS[len(questions)]} questions, each with a query and its answer" in section
    for question in questions:
        assert [language for _, language, *_ in ANSWERED.findall(question)][:1] == ["python"]
    assert sum(language == "sql" for _, language, *_ in QUERIES) >= 4
    assert all(shown.strip() for *_, shown, _ in QUERIES)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("share in China", "95 percent"),
        ("Huang", "2025-04-30"),
        ("AI Diffusion Rule", "2025-05-13 happened: "),
        ("AI Diffusion Rule", "2025-05-15 cancelled"),
        ("AI market", "50,000,000,000 USD 2026 possible"),
        ("contradicts", "003: "),
        ("go to China", "h20: h20-sales-halt, 2025-04"),
        ("CloudMatrix", "surpassed Nvidia"),
        ("forecast", "hypothetical"),
        ("without a source", "source_and_date"),
        ("each claim counted once", "500,000,000,000 in all"),
        ("does the public record contradict", "  But: "),
    ],
)
def test_the_answer_to_a_question_has_what_it_must(question, words):
    (section,) = [one for one in README.split("\n### ") if question in one.partition("\n")[0]]
    assert words in section


@pytest.mark.parametrize("words", OURS, ids=" ".join)
def test_each_command_names_a_subcommand_and_options_that_exist(words, run, package_root):
    (at,) = [i for i, word in enumerate(words) if re.search(r"^chipcontrols|\.py$", word)][:1]
    if words[at].endswith(".py"):
        assert (package_root / words[at]).is_file()
        subcommand = re.findall('door\\("(\\w+)"', (package_root / words[at]).read_text("utf-8"))
        words = [*subcommand, *words[at + 1 :]]
    else:
        words = {"chipcontrols-validate": ["validate"]}.get(words[at], []) + words[at + 1 :]
    options = [word for word in words if word.startswith("--") and word != "--help"]
    if options:
        shown = run("-m", "chipcontrols.command", words[0], "--help").out
        for option in options:
            assert re.search(rf"^  {option}\b", shown, re.MULTILINE), option
            choices = re.search(rf"{option} {{(.*?)}}", shown)
            assert choices is None or words[words.index(option) + 1] in choices[1].split(",")


@pytest.mark.parametrize("name", re.findall(r"scripts/[\w.]+\.(?:py|txt)", README + CONTRIBUTING))
def test_each_file_that_the_text_names_exists(name, package_root):
    assert (package_root / name).is_file()


PATHS = re.findall(r"`((?:[\w.-]+/)*(?:[\w-]+/|[\w-]+\.(?:py|csv|js|json|yml)))`", CONTRIBUTING)


@pytest.mark.parametrize("path", sorted({*PATHS} - {"dist/"}))
def test_each_path_that_the_guide_names_is_in_the_repository(path, package_root):
    folders = ("scripts", "tests", "data", "schemas", "seeds", ".github")
    known = [package_root / path, *(one for x in folders for one in (package_root / x).rglob(path))]
    assert any(one.exists() for one in known)


def test_each_link_into_the_repository_leads_somewhere(package_root):
    links = re.findall(r"\]\(([^)]+)\)|(?:src|srcset)=\"([^\"]+)\"", README)
    links = [link for one in links for link in one if link and ":" not in link]
    assert links
    for link in links:
        place = link.partition("<")[0].partition("#")[0]
        assert (package_root / place).exists(), link


def test_the_first_screen_of_the_readme_has_a_picture_and_the_two_commands():
    first = README.splitlines()[:24]
    assert any("<img src=" in line for line in first)
    assert {"make release", "make test"} <= {line[2:].split("  ")[0] for line in first}


def test_the_notebook_runs_and_has_no_outputs(package_root, run):
    """Its cells run as one program, which prints nothing of what a notebook shows."""
    cells = json.loads((package_root / "scripts/tour.ipynb").read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    program = "\n".join("".join(cell["source"]) + "\n" for cell in code)
    last = "print({name for name, one in dict(globals()).items() if hasattr(one, 'columns')})"
    done = run("-W", "error", "-c", f"{program}{last}")
    assert (done.code, done.err) == (0, "")
    assert "'said'" in done.out


def test_the_make_targets_are_those_of_the_readme(package_root):
    makefile = (package_root / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
    targets = re.findall(r"^([a-z]+): \.venv/\1\b", makefile, re.MULTILINE)
    assert set(targets) <= set(phony.split())
    assert sorted(targets) == sorted(re.findall(r"^make (\w+)", "\n".join(COMMANDS), re.MULTILINE))
    scripts = re.findall(r"scripts/[\w./]+\.py", makefile)
    scripts += [f"scripts/requirements-{lock}.txt" for lock in targets]
    assert all((package_root / script).exists() for script in scripts)


def test_the_tables_listed_are_the_tables_of_the_package(descriptor):
    section = README.partition("### What is in it")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    (bookkeeping,) = re.findall(r"^For curators .*?\n\n", section, re.DOTALL | re.MULTILINE)
    listed = [n for one in (*rows, bookkeeping) for n in re.findall(r"`(\w+)`", one)]
    assert sorted(listed) == sorted(resource["name"] for resource in descriptor["resources"])


def test_the_rules_listed_are_those_of_the_library():
    section = CONTRIBUTING.partition("## How a cell is proven")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert rules.__doc__
    assert sorted(listed) == sorted(RULES)


def test_the_citation_and_the_paths_name_the_version_of_the_descriptor(descriptor):
    cited = " ".join(
        line.removeprefix("> ") for line in README.splitlines() if line.startswith("> ")
    )
    assert citation(descriptor) in cited
    assert set(re.findall(r"ai-chip-controls-(\d+\.\d+\.\d+)", README)) == {descriptor["version"]}


def test_the_example_rows_exist():
    shown = set(re.findall(r"show(?:\.py)? (\w+)/([\w-]+)", README + CONTRIBUTING))
    package = Package.open(CHECKOUT)
    assert shown
    assert all(package.row(table, identifier) for table, identifier in shown)


def test_the_example_quantities_are_read_as_the_readme_says():
    chinese = languages.language("zh")
    nearly, vague = chinese.read_quantity("近百亿美元"), chinese.read_quantity("數十億美元")
    assert "近百亿美元" in README
    assert "數十億美元" in README
    assert (nearly.value, nearly.bound, nearly.low, nearly.high) == (10**10, "nearly", None, 10**10)
    assert vague.value is None
    assert vague.low is not None
    assert vague.high is not None


def test_exit_codes_and_checks_named_in_the_readme_are_measured(run, reader_folder):
    assert "Exit code 0: valid; 1: findings" in README
    assert run("validate.py", reader_folder).code == 0
    assert run("validate.py", reader_folder / "dist").code == 2


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else(package_root):
    lines = (package_root / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith(("#", "set "))] == ["make test"]


PARITY = {
    "header, types, required cells": {"fieldsMatch", "type", "required"},
    "unique, pattern, limits, primary key": {
        "unique", "pattern", "minimum", "maximum", "minLength", "maxLength", "primaryKey",
    },
    "code lists": {"enum"},
    "foreign keys": {"foreignKeys"},
}  # fmt: skip
LAYERS = ("chipcontrols", "frictionless", "pandera", "arrow")


def test_the_table_of_layers_counts_what_the_table_of_parity_says(package_root):
    with (package_root / "tests/validation/parity.csv").open(encoding="utf-8", newline="") as file:
        faults = list(csv.DictReader(file))
    groups = {
        what: [fault for fault in faults if words & set(fault["expresses"].split())]
        for what, words in PARITY.items()
    }
    groups["nothing a Table Schema can say"] = [f for f in faults if not f["expresses"]]
    groups["all"] = faults
    for what, there in groups.items():
        caught = [sum(fault[layer] == "caught" for fault in there) for layer in LAYERS]
        cells = [str(count) if count else "–" for count in caught]
        assert f"| {what} | {len(there)} | {' | '.join(cells)} |" in CONTRIBUTING
    crashes = [sum(fault[layer] == "crash" for fault in faults) for layer in LAYERS[1:]]
    assert f"({crashes[0]}, {crashes[1]} and {crashes[2]} times)" in CONTRIBUTING
    assert f"the {len(faults)} faults" in CONTRIBUTING


def renew() -> None:
    """Write what the commands of this checkout print now into the texts."""
    import tempfile

    from chipcontrols.release import build

    with tempfile.TemporaryDirectory() as folder:
        environment = tools(Path(folder) / "bin")
        build.build(CHECKOUT, CHECKOUT / "dist")
        for name in ("README.md", "CONTRIBUTING.md"):
            path = CHECKOUT / name
            path.write_text(renewed(path.read_text("utf-8"), CHECKOUT, environment), "utf-8")


if __name__ == "__main__":
    renew()
