"""Reproducing: a tag builds the published bytes, or each file that differs is named."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import stores

from chipcontrols import command
from chipcontrols.distribution import store

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in which `make release` makes the release 1.0.0 of its tag v1.0.0."""
    root = tmp_path / "repository"
    shutil.copytree(stores.make_release(tmp_path), root / "built")
    (root / "Makefile").write_text("release:\n\tmkdir -p dist\n\tcp -R built dist/release\n")
    (root / ".gitattributes").write_text("* -text\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "first")
    git(root, "tag", "v1.0.0")
    return root


@pytest.fixture
def reproduced(repository, tmp_path, capsys):
    """A function that reproduces a version of that repository; it returns code, output, errors."""

    def run(version: str = "1.0.0", *more: str) -> tuple[int, str, str]:
        at = ["--store", str(tmp_path / "store"), "--cache", str(tmp_path / "cache")]
        code = command.main(["reproduce", version, "--root", str(repository), *at, *more])
        return code, *capsys.readouterr()

    return run


def test_a_release_that_its_tag_builds_byte_for_byte_is_reproduced(
    repository, reproduced, tmp_path, monkeypatch
):
    digest = store.publish(repository / "built", tmp_path / "store").digest
    (repository / "Makefile").write_text("release:\n\tfalse\n")  # not of the tag
    before = {path.name for path in repository.iterdir()}
    monkeypatch.setenv("GIT_DIR", "nowhere")  # as in a hook
    monkeypatch.setenv("MAKEFLAGS", "n")  # as in a make that only prints
    expected = "1.0.0, built from its tag: the same bytes as the published release, digest "
    assert reproduced("1.0.0", "--digest", digest) == (0, f"{expected}{digest}\n", "")
    assert {path.name for path in repository.iterdir()} == before


def test_every_file_that_its_tag_builds_otherwise_is_named_with_both_digests(
    repository, reproduced, tmp_path
):
    other = stores.make_release(tmp_path, words="other", changes={})
    published, built = (store.verify(x).files for x in (other, repository / "built"))
    digest = store.publish(other, tmp_path / "store").digest
    code, out, err = reproduced()
    *lines, last = out.splitlines()
    assert (code, err, sorted(lines)) == (1, "", sorted(
        f"{name}: published {sha}, built {built.get(name, 'no such file')}"
        for name, sha in published.items()
    ))  # fmt: skip
    said = f"5 files differ from the published release, digest {digest}"
    assert last == f"1.0.0, built from its tag: {said}"


def made_by(rule: str) -> Callable[..., None]:
    def change(root: Path, _: pytest.MonkeyPatch) -> None:
        (root / "Makefile").write_text(f"release:\n\t{rule}\n")
        git(root, "commit", "--all", "--quiet", "--message", "second")
        git(root, "tag", "--force", "v1.0.0")

    return change


def without(program: str) -> Callable[..., None]:
    def change(root: Path, patch: pytest.MonkeyPatch) -> None:
        (root / "bin").mkdir()
        for name in {"git", "make"} - {program}:
            (root / "bin" / name).symlink_to(shutil.which(name))
        patch.setenv("PATH", str(root / "bin"))

    return change


@pytest.mark.parametrize(("change", "version", "message"), [
    (lambda x, _: shutil.rmtree(x / ".git"), "1.0.0", "`git tag .*not a git repo.*Name a clone"),
    (lambda x, _: git(x, "tag", "-d", "v1.0.0"), "1.0.0", r"no tag v1\.0\.0 .*`git fetch --tags`"),
    (made_by("echo broken >&2; exit 3"), "1.0.0", "`make release .*` in .*clone failed: .*broken"),
    (made_by("true"), "1.0.0", r"`make release` of v1\.0\.0 made 0 folders in dist, not 1"),
    (made_by("mkdir -p dist/a dist/b"), "1.0.0", "made 2 folders in dist, not 1"),
    (made_by("mkdir -p dist/a"), "1.0.0", "dist/a is not a sound release: .*SHA256SUMS"),
    (without("git"), "1.0.0", "git is not installed"),
    (without("make"), "1.0.0", "make is not installed"),
    (lambda *_: None, "2.0.0", r"no release for '2\.0\.0' in .*; there are: 1\.0\.0 sha256:"),
    (lambda *_: None, "latest", "'latest' is not a version of the form"),
    (lambda *_: None, "../1", "is not a version"),
])  # fmt: skip
def test_what_cannot_be_built_is_an_error_that_says_what_to_do(
    change, version, message, repository, reproduced, tmp_path, monkeypatch
):
    store.publish(repository / "built", tmp_path / "store")
    change(repository, monkeypatch)
    code, out, err = reproduced(version)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.match(f"could not reproduce a release: .*{message}", err), err
