from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import stores

from chipcontrols import command
from chipcontrols.distribution import store

MAKEFILE = "release:\n\tmkdir -p dist\n\tcp -R built dist/release\n"

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in which `make release` makes the release 1.0.0 of its tag v1.0.0."""
    root = tmp_path / "repository"
    shutil.copytree(stores.make_release(tmp_path), root / "built")
    (root / "Makefile").write_text(MAKEFILE)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / ".gitattributes").write_text("* -text\n")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "first")
    git(root, "tag", "v1.0.0")
    return root


@pytest.fixture
def reproduced(repository, tmp_path, capsys):
    """A function that reproduces a version of that repository; it returns code, output, errors."""

    def run(version: str = "1.0.0", root: Path = repository, *more: str) -> tuple[int, str, str]:
        at = ["--store", str(tmp_path / "store"), "--cache", str(tmp_path / "cache")]
        code = command.main(["reproduce", version, "--root", str(root), *at, *more])
        return code, *capsys.readouterr()

    return run


def commit(root: Path, version: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", version)
    git(root, "tag", f"v{version}")


def test_a_release_that_its_tag_builds_byte_for_byte_is_reproduced(
    repository, reproduced, tmp_path, monkeypatch
):
    digest = store.publish(repository / "built", tmp_path / "store").digest
    (repository / "Makefile").write_text("release:\n\tfalse\n")  # not of the tag
    before = {path.name for path in repository.iterdir()}
    monkeypatch.setenv("GIT_DIR", "nowhere")  # as in a hook
    monkeypatch.setenv("MAKEFLAGS", "n")  # as in a make that only prints
    expected = "1.0.0, built from its tag: the same bytes as the published release, digest "
    assert reproduced() == (0, f"{expected}{digest}\n", "")
    assert reproduced("1.0.0", repository / "built", "--digest", digest)[0] == 0
    assert {path.name for path in repository.iterdir()} == before


def test_every_file_that_its_tag_builds_otherwise_is_named_with_both_digests(
    repository, reproduced, tmp_path
):
    other = stores.make_release(tmp_path, words="other", changes={})
    published = store.verify(other).files
    built = store.verify(repository / "built").files
    store.publish(other, tmp_path / "store")
    code, out, err = reproduced()
    assert (code, err) == (1, "")
    *lines, last = out.splitlines()
    assert sorted(lines) == sorted(
        f"{name}: published {published[name]}, built {built.get(name, 'no such file')}"
        for name in published
    )
    assert last == (
        "1.0.0, built from its tag: 5 files differ from the published release, digest "
        f"sha256:{published['SHA256SUMS']}"
    )


def test_a_tag_that_builds_another_version_differs(repository, reproduced, tmp_path):
    store.publish(stores.make_release(tmp_path, "1.1.0"), tmp_path / "store")
    git(repository, "tag", "v1.1.0")
    code, out, _ = reproduced("1.1.0")
    assert code == 1
    assert "datapackage.json: published " in out


def no_tag(root: Path) -> None:
    git(root, "tag", "--delete", "v1.0.0")
    git(root, "tag", "v0.9.0")


def no_git(root: Path) -> None:
    shutil.rmtree(root / ".git")


def made_by(rule: str):
    def change(root: Path) -> None:
        (root / "Makefile").write_text(f"release:\n\t{rule}\n")
        git(root, "tag", "--delete", "v1.0.0")
        commit(root, "1.0.0")

    return change


@pytest.mark.parametrize(("change", "message"), [
    (no_git, r"`git rev-parse .*repository failed: .*not a git repository.*Name a clone that has"),
    (no_tag, r"`git clone .* v1\.0\.0 .*failed: .*v1\.0\.0 not found.*`git fetch --tags`"),
    (made_by("echo broken >&2; exit 3"), r"`make release .*` in .*clone failed: .*broken"),
    (made_by("true"), r"`make release` of v1\.0\.0 made 0 folders in dist, not one"),
    (made_by("mkdir -p dist/a dist/b"), "made 2 folders in dist, not one"),
    (made_by("mkdir -p dist/a"), "dist/a is not a sound release: .*SHA256SUMS"),
])  # fmt: skip
def test_what_cannot_be_built_is_an_error_that_says_what_to_do(
    change, message, repository, reproduced, tmp_path
):
    store.publish(repository / "built", tmp_path / "store")
    change(repository)
    code, out, err = reproduced()
    assert (code, out) == (2, "")
    assert re.match(f"could not reproduce a release: .*{message}", err), err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("version", "message"), [
    ("2.0.0", r"no release for '2\.0\.0' in .*; there are: 1\.0\.0 sha256:"),
    ("latest", "'latest' is not a version of the form"), ("../1", "is not a version"),
])  # fmt: skip
def test_a_version_that_is_not_published_is_an_error(
    version, message, repository, reproduced, tmp_path
):
    store.publish(repository / "built", tmp_path / "store")
    code, _, err = reproduced(version)
    assert code == 2
    assert re.search(message, err)


@pytest.mark.parametrize("program", ["git", "make"])
def test_a_program_that_is_not_installed_is_named(
    program, repository, reproduced, tmp_path, monkeypatch
):
    store.publish(repository / "built", tmp_path / "store")
    (tmp_path / "bin").mkdir()
    for name in {"git", "make"} - {program}:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert f"could not reproduce a release: {program} is not installed" in reproduced()[2]
