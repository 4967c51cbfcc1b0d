"""The workflow that releases a tagged version: sound, and it checks the tag."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
STEPS = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["release"]["steps"]
CHECK = next(step["run"] for step in STEPS if step.get("name", "").startswith("Check the tag"))


@pytest.mark.parametrize(
    "linter", [["actionlint"], ["zizmor", "--offline", "--pedantic", "--quiet"]]
)
def test_the_linters_of_workflows_find_nothing(linter):
    command = shutil.which(linter[0], path=str(Path(sys.executable).parent))
    assert command, f"{linter[0]} is not installed"
    done = subprocess.run(
        [command, *linter[1:], WORKFLOW], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("tag", "code"), [("v1.0.0", 0), ("v1.0.1", 1), ("1.0.0", 1), ("v1.0", 1)])
def test_only_the_tag_of_the_descriptors_version_passes(tag, code, tmp_path):
    (tmp_path / "datapackage.json").write_text('{"version": "1.0.0"}')
    done = subprocess.run(
        ["bash", "-e", "-c", CHECK],
        cwd=tmp_path,
        env=os.environ | {"GITHUB_REF_NAME": tag},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert (f"::error file=datapackage.json::the tag is {tag} " in done.stdout) == bool(code)


def test_the_release_has_every_file_of_the_folder_and_an_archive():
    assert [step["run"] for step in STEPS if step.get("name") == "Build"] == ["make release"]
    assert STEPS[-1]["run"].endswith("dist/*.tar.gz dist/*/*")
