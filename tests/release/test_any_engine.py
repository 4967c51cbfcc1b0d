"""The README's question has one answer, whatever engine is asked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chipcontrols.package import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")
SECTION = README.partition("## The same question in any engine\n")[2].partition("\n## ")[0]
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)
ROWS: dict[str, Callable[[Any], list[Any]]] = {
    "pandas": lambda answer: answer.astype(object).where(answer.notna(), None).values.tolist(),
    "polars": lambda answer: answer.rows(),
    "duckdb": lambda answer: answer.fetchall(),
    "sqlite3": lambda answer: answer,
}


@pytest.fixture
def answers(release_folder: Path, tmp_path: Path, monkeypatch) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that each engine answers, by the module that the snippet imports first."""
    (tmp_path / "dist").symlink_to(release_folder.parent, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    found = {}
    for snippet in SNIPPETS:
        engine = snippet.split()[1]
        space: dict[str, Any] = {}
        exec(compile(snippet, f"README.md ({engine})", "exec"), space)
        found[engine] = [tuple(row) for row in ROWS[engine](space["answer"])]
    return found


def test_four_engines_give_one_answer(answers):
    assert set(answers) == set(ROWS)
    for engine, rows in answers.items():
        assert rows == answers["sqlite3"], engine


def test_the_answer_is_every_figure_about_nvidia_with_its_speaker(answers, release_folder):
    with sqlite3.connect(
        release_folder / f"{release_folder.name.rpartition('-')[0]}.sqlite"
    ) as file:
        ids = file.execute(
            "SELECT figure_id FROM market_figures WHERE subject_id = 'nvidia' ORDER BY figure_id"
        ).fetchall()
    found = answers["pandas"]
    assert [row[:1] for row in found] == ids
    assert len(found) > 3
    assert any(row[-1] == "Jensen Huang" for row in found)
    assert any(row[-1] is None for row in found)
    assert {row[4] for row in found} <= {"stated", "forecast", "planned"}
