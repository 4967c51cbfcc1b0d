"""Reproducing a release: built anew from its tag, it must be the published one, byte for byte.

The tag ``v<version>`` of a repository is cloned into a temporary folder and built there by ``make
release``, as the release was: in an environment of its own, with the versions that the tag locks.
The repository and its work tree stay as they are.  Out of scope: a release that was built with
other arguments (``--previous``), and whether a tag is signed (``git verify-tag``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from chipcontrols.distribution import catalogue, fetching
from chipcontrols.distribution.catalogue import SUMS, Place, StoreError
from chipcontrols.package.versions import parse

OURS = ("PYTHON", "VIRTUAL_ENV", "GIT_", "MAKE", "MFLAGS")
"""How variables begin that would let this process, not the tag, decide what is built."""
LAST_LINES = 5


def said(words: list[str], folder: Path) -> str:
    """Return what a program prints; raise StoreError with its last lines when it fails."""
    environment = {name: x for name, x in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, check=False,
        text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    if done.returncode:
        last = " | ".join((done.stdout + done.stderr).splitlines()[-LAST_LINES:])
        raise StoreError(f"`{' '.join(words[:2])}` in {folder} failed: {last}")
    return done.stdout


def built(version: str, repository: Path, scratch: Path) -> Path:
    """Return the release that the tag of a version builds, in a clone in an empty folder."""
    try:
        top = said(["git", "rev-parse", "--show-toplevel"], repository).removesuffix("\n")
    except StoreError as error:
        advice = "clone the repository, and name its folder with --root"
        raise StoreError(f"{repository} is not a git checkout ({error}): {advice}") from error
    tags, tag = said(["git", "tag", "--list", "v*", "--sort=-v:refname"], repository), f"v{version}"
    if tag not in tags.split():
        there = ", ".join(tags.split()[:10]) or "none"
        advice = "run `git fetch --tags`"
        raise StoreError(f"{top} has no tag {tag}: {advice}; its tags are: {there}")
    clone = scratch / "clone"
    quiet = ["-c", "advice.detachedHead=false"]
    said(["git", "clone", "--quiet", *quiet, "--branch", tag, "--", top, str(clone)], scratch)
    said(["make", "release", f"PYTHON={sys.executable}"], clone)
    folders = [path for path in clone.glob("dist/*") if path.is_dir()]
    if len(folders) != 1:
        raise StoreError(f"`make release` of {tag} made {len(folders)} folders in dist, not one")
    return folders[0]


def reproduce(
    version: str,
    repository: Place,
    store: Place | None = None,
    cache: Place | None = None,
    digest: str | None = None,
) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return the digest of a published release, and the files that its tag builds otherwise.

    For each of those its SHA-256 as published and as built.  Raises ValueError for what is not an
    exact version, and StoreError when the release cannot be fetched or the tag not be built.
    """
    exact, none = str(parse(version)), "no such file"
    for program in ("git", "make"):
        if not shutil.which(program):
            raise StoreError(f"{program} is not installed: reproducing a release needs it")
    published = fetching.fetch(exact, store, cache, digest, only=[]) / SUMS
    expected = catalogue.parse_sums(catalogue.read_plain(published), published)
    expected[SUMS] = catalogue.hash_of(published)
    with tempfile.TemporaryDirectory(prefix="reproduce-", ignore_cleanup_errors=True) as scratch:
        got = dict(catalogue.verify(built(exact, Path(repository), Path(scratch))).files)
    pairs = {name: (expected.get(name, none), got.get(name, none)) for name in expected | got}
    return f"sha256:{expected[SUMS]}", {x: two for x, two in pairs.items() if two[0] != two[1]}
