"""Shared fixtures: the checkout, copies of it, a built release, fresh processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest

# Each run tries the same examples: a red run is red for everybody.  What chance finds, the nightly
# fuzzing looks for (tests/tools/fuzzing.py), and prints the seed.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")

ROOT = Path(__file__).parents[1]
PARTS = ("datapackage.json", "LICENSE", "data", "schemas", "seeds")


class Outcome(NamedTuple):
    """What a process left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers: tests that judge the curated data, and tests of time."""
    config.addinivalue_line("markers", "curated: judges the curated data of this checkout")
    config.addinivalue_line(
        "markers", "timed: takes the time, so that it runs after the others, alone"
    )


@pytest.fixture(scope="session")
def package_root() -> Path:
    """The repository's root, which is the package's folder too; tests only read it."""
    return ROOT


def copy_package(target: Path) -> Path:
    target.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target / part)
        else:
            shutil.copy2(ROOT / part, target / part)
    return target


@pytest.fixture
def package_copy(tmp_path: Path) -> Path:
    """A copy of the package, tables, schemas and documents, that a test may change."""
    return copy_package(tmp_path / "package")


@pytest.fixture(scope="session")
def package_at() -> Callable[[Path], Path]:
    """A function that copies the package into a new folder."""
    return copy_package


@pytest.fixture(scope="session")
def run() -> Run:
    """A function that runs Python on its arguments in a fresh process.

    The name of a script in scripts/ stands for its path; `environment` replaces variables.
    """

    def run_python(
        *arguments: object,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
        library: Path | None = ROOT / "scripts",
    ) -> Outcome:
        words = [str(argument) for argument in arguments]
        if words[0].endswith(".py") and "/" not in words[0]:
            words[0] = str(ROOT / "scripts" / words[0])
        variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "LC_ALL")}
        variables |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(library or "")}
        done = subprocess.run(
            [sys.executable, *words],
            cwd=cwd,
            env=variables | (environment or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_python


@pytest.fixture(scope="session")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of this checkout, built once; tests only read it."""
    from chipcontrols.release import build as release

    return release.build(ROOT, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def descriptor() -> dict[str, Any]:
    """The package's descriptor."""
    from chipcontrols.package import read_descriptor

    return read_descriptor(ROOT)
