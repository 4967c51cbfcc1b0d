"""The workflows and hooks: sound, on the Pythons promised, and only a right tag is released."""

from __future__ import annotations

import json
import os
import re
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


RELEASE = jobs("release")
CHECK = next(x["run"] for x in RELEASE["build"]["steps"] if "Check the tag" in x.get("name", ""))
WRITERS = {
    "attest": {"attestations": "write", "id-token": "write"},
    "attach": {"contents": "write"},
    "index": {"id-token": "write"},
}
"""The jobs of a release that may write, and what."""


def runs(job: dict) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def uses(job: dict) -> list[str]:
    return [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]


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


def test_every_push_is_tested_on_the_oldest_patch_and_on_newer_pythons_on_two_machines():
    found = jobs("validate")
    systems = ["ubuntu-24.04", "ubuntu-24.04-arm"]
    newer = {"python": ["3.12", "3.13"], "system": systems}
    assert found["validate"]["strategy"]["matrix"] == newer
    assert found["oldest"]["strategy"]["matrix"] == {"system": systems}
    oldest = [step.get("run", "") for step in found["oldest"]["steps"]]
    assert any("(3, 11, 2)" in run for run in oldest)
    assert re.search("@sha256:[0-9a-f]{64}$", found["oldest"]["container"])
    assert PROJECT["requires-python"] == ">=3.11"
    for job in found.values():
        assert "make test" in [step.get("run") for step in job["steps"]]


def test_findings_annotate_the_pull_request():
    runs = [step.get("run", "") for step in jobs("validate")["validate"]["steps"]]
    assert any(run.endswith("scripts/validate.py --format github") for run in runs)


def test_a_pull_request_is_told_what_is_gone_by_a_job_that_runs_no_code_of_it():
    found = jobs("compare")
    assert found["compare"]["permissions"] == {"contents": "read"}
    assert "compare_releases.py" in runs(found["compare"])
    assert found["comment"]["needs"] == "compare"
    assert found["comment"]["permissions"] == {"pull-requests": "write"}
    assert uses(found["comment"]) == ["actions/download-artifact"]


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


def test_a_release_is_tested_before_it_is_built_and_attested_before_it_is_attached():
    order = ["test", "build", "attest", "attach"]
    assert [RELEASE[later]["needs"] for later in order[1:]] == order[:-1]
    assert RELEASE["test"]["uses"] == "./.github/workflows/validate.yml"
    assert {RELEASE[name]["needs"] for name in ("index", "hub")} == {"attach"}


def test_what_builds_cannot_write_and_what_writes_runs_no_code_of_the_repository():
    assert yaml.safe_load((WORKFLOWS / "release.yml").read_text("utf-8"))["permissions"] == {}
    for name, job in RELEASE.items():
        assert job["permissions"] == WRITERS.get(name, {"contents": "read"})
        if name in WRITERS:
            assert "actions/checkout" not in uses(job)
            assert uses(job)[0] == "actions/download-artifact"
    assert "make release" in runs(RELEASE["build"])


def test_every_file_of_a_release_and_an_archive_is_attested_and_attached():
    files = {"built/release/*/*", "built/release/*.tar.gz", "built/library/*"}
    attested = RELEASE["attest"]["steps"][-1]
    assert attested["uses"].startswith("actions/attest-build-provenance@")
    assert set(attested["with"]["subject-path"].split()) == files
    assert files <= set(runs(RELEASE["attach"]).split())


@pytest.mark.parametrize(("job", "variable"), [("index", "PYPI_PROJECT"), ("hub", "HUB_DATASET")])
def test_nothing_is_published_elsewhere_until_its_variable_exists(job, variable):
    assert RELEASE[job]["if"] == f"vars.{variable} != ''"
    assert RELEASE[job]["environment"]


def test_the_page_is_published_by_a_job_that_runs_no_code_of_the_repository():
    page = jobs("page")
    assert page["build"]["permissions"] == {"contents": "read"}
    assert page["build"]["if"] == "vars.PAGES != ''"
    assert "make release" in runs(page["build"])
    assert "cp page/explorer.html page/index.html" in runs(page["build"])
    assert page["publish"]["permissions"] == {"id-token": "write", "pages": "write"}
    assert uses(page["publish"]) == ["actions/deploy-pages"]


def test_every_lock_is_audited_and_renewed():
    locks = sorted(path.stem.partition("-")[2] for path in ROOT.glob("scripts/requirements-*.txt"))
    audit = jobs("audit")["audit"]
    assert sorted(audit["strategy"]["matrix"]["lock"]) == locks
    assert "--require-hashes" in runs(audit)
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text("utf-8"))["updates"]
    there = {(one["package-ecosystem"], one["directory"]) for one in updates}
    assert there == {("github-actions", "/"), ("pip", "/scripts")}


def test_every_action_is_pinned_by_its_commit():
    used = [line for path in WORKFLOWS.iterdir() for line in path.read_text("utf-8").splitlines()]
    used = [line.partition("uses:")[2].strip() for line in used if "uses:" in line]
    assert len(used) > 10
    outside = [line for line in used if not line.startswith("./")]
    assert [x for x in outside if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[0-9.]+", x)] == []


def test_what_zenodo_reads_is_what_the_descriptor_says():
    descriptor = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    assert json.loads((ROOT / ".zenodo.json").read_text("utf-8")) == {
        "title": descriptor["title"],
        "upload_type": "dataset",
        "description": descriptor["description"],
        "creators": [{"name": one["title"]} for one in descriptor["contributors"]],
        "keywords": descriptor["keywords"],
        "license": descriptor["licenses"][0]["name"].lower(),
        "access_right": "open",
    }
