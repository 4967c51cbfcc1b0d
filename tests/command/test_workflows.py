"""The workflows and hooks: sound, on the Pythons promised, and only a right tag is released."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def jobs(name: str) -> dict:
    return yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text("utf-8"))["jobs"]


STEPS = jobs("release")["release"]["steps"]
CHECK = next(step["run"] for step in STEPS if step.get("name", "").startswith("Check the tag"))


@pytest.mark.parametrize("workflow", sorted(WORKFLOWS.iterdir()), ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "linter", [["actionlint"], ["zizmor", "--offline", "--pedantic", "--quiet"]], ids=lambda x: x[0]
)
def test_the_linters_of_workflows_find_nothing(linter, workflow):
    command = shutil.which(linter[0], path=str(Path(sys.executable).parent))
    assert command, f"{linter[0]} is not installed"
    done = subprocess.run(
        [command, *linter[1:], workflow], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_push_is_tested_on_the_oldest_patch_and_on_newer_pythons():
    found = jobs("validate")
    assert found["validate"]["strategy"]["matrix"]["python"] == ["3.12", "3.13"]
    oldest = [step.get("run", "") for step in found["oldest"]["steps"]]
    assert any("(3, 11, 2)" in run for run in oldest)
    assert PROJECT["requires-python"] == ">=3.11"
    for job in found.values():
        assert "make test" in [step.get("run") for step in job["steps"]]


def test_findings_annotate_the_pull_request():
    runs = [step.get("run", "") for step in jobs("validate")["validate"]["steps"]]
    assert any(run.endswith("scripts/validate.py --format github") for run in runs)


def test_the_validator_is_fuzzed_every_night_and_a_failure_fails_and_says_the_seed():
    content = yaml.safe_load((WORKFLOWS / "fuzz.yml").read_text("utf-8"))
    assert content[True]["schedule"]  # YAML 1.1 takes the key `on` for a truth value.
    (fuzz,) = [s for s in jobs("fuzz")["fuzz"]["steps"] if "fuzzing.py" in s.get("run", "")]
    assert "--seed" not in fuzz["run"]
    assert fuzz["shell"].startswith("bash")
    (report,) = [s for s in jobs("fuzz")["fuzz"]["steps"] if s.get("if") == "failure()"]
    assert "seed" in report["run"]
    assert "GITHUB_STEP_SUMMARY" in report["run"]


def test_the_hook_runs_a_command_of_the_library_with_what_it_needs():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["entry"] in PROJECT["scripts"]
    assert hook["additional_dependencies"] == PROJECT["optional-dependencies"]["maintain"]
    assert hook["pass_filenames"] is False


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
