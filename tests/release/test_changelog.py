"""The change log says what the comparison of its releases says: 1.0.0, built from the history of
the repository, with the package as it is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from chipcontrols.release import build, comparison

ROOT = Path(__file__).parents[2]
FIRST = "7ebc53c"
"""The last commit of 1.0.0."""
SECTION = (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## [1.0.0]")[0]
TABLES = ("table", "column")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> comparison.Comparison:
    folder = tmp_path_factory.mktemp("releases")
    if sys.version_info < (3, 11, 5):
        pytest.skip("1.0.0 finds itself not valid on the first patches of Python 3.11")
    archive = ["git", "archive", "--format=zip", FIRST]
    packed = subprocess.run(archive, cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip("the history of the repository is not here")
    zipfile.ZipFile(BytesIO(packed.stdout)).extractall(folder / "first")
    command = [sys.executable, "scripts/build_release.py", "--out", str(folder), "--previous", "-"]
    environment = os.environ | {"PYTHONPATH": "scripts"}
    subprocess.run(command, cwd=folder / "first", env=environment, check=True, capture_output=True)
    (folder / "now").mkdir()
    build.write_release(ROOT, folder / "now")
    return comparison.compare(folder / "ai-chip-controls-1.0.0", folder / "now")


def test_what_has_another_name_or_place_is_computed(found: comparison.Comparison) -> None:
    told = {(one.table, str(one.old), str(one.new)) for one in found.differences}
    assert told >= {
        ("surface_forms", "aliases", "surface_forms"),
        ("market_figures", "metric", "measure"),
        ("market_figures", "market_share", "share"),
        ("events", "title", "sentence"),
        ("events", "in_force", "takes_effect"),
        ("quotes", "speaker_note", "speaker_description"),
        ("policy_provisions", "target_id", "bound_ids, destination_ids"),
        ("relations", "also_named", "table other_mentions"),
        ("people", "name_variants", "table english_forms"),
    }


def test_the_change_log_names_every_column_that_is_gone_or_new(
    found: comparison.Comparison,
) -> None:
    left = ("left_", "right_")  # Named there by how they begin.
    names = {
        str(one.old or one.new)
        for one in found.differences
        if one.what in TABLES and not str(one.old).startswith(left)
    }
    assert len(names) > 20
    assert [name for name in sorted(names) if f"`{name}`" not in SECTION] == []


def test_the_change_log_speaks_of_every_table_that_lost_a_column_or_a_code(
    found: comparison.Comparison,
) -> None:
    many = {"also_named", "name_variants"}  # Of several tables, told once.
    tables = {
        one.table
        for one in found.differences
        if one.what in (*TABLES, "code") and one.new is None and str(one.old) not in many
    }
    assert [name for name in sorted(tables) if f"`{name}`" not in SECTION] == []
