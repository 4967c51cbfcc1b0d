"""Reproducing a release: built anew from its tag, it must be the published one, byte for byte.

The tag ``v<version>`` of a repository is cloned into a temporary folder and built there by ``make
release``, as the release was: in an environment of its own, with the versions that the tag locks.
The repository and its work tree stay as they are.  Out of scope: a release that was built with
other arguments (``--previous``), and whether a tag is signed (``git verify-tag``).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from chipcontrols.distribution import fetching
from chipcontrols.distribution import store as stores
from chipcontrols.distribution.store import NO_FILE, SUMS, Place, StoreError
from chipcontrols.package.versions import parse

OURS = ("PYTHON", "VIRTUAL_ENV", "GIT_", "MAKE", "MFLAGS")
"""How variables begin that would let this process, not the tag, decide what is built."""
ADVICE = "Name a clone that has the tag (`git fetch --tags`) with --root, and see that it builds"


def run(folder: Place, *words: str) -> bytes:
    """Return what a program prints; raise StoreError with its last lines when it fails."""
    environment = {name: x for name, x in os.environ.items() if not name.startswith(OURS)}
    try:
        told = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=True)
        return told.stdout
    except FileNotFoundError as error:
        raise StoreError(f"{error.filename} is not installed: reproducing needs it") from None
    except subprocess.CalledProcessError as error:
        last = (error.stdout + error.stderr).decode("utf-8", "replace").splitlines()[-5:]
        said = f"`{' '.join(words)}` in {folder} failed: {' | '.join(last)}"
        raise StoreError(f"{said}. {ADVICE}") from None


def reproduce(
    version: str, repository: Place, store: Place | None = None, cache: Place | None = None,
    digest: str | None = None,
) -> tuple[str, dict[str, tuple[str, str]]]:  # fmt: skip
    """Return the digest of a published release, and the files that its tag builds otherwise.

    For each of those its SHA-256 as published and as built.  Raises ValueError for what is not an
    exact version, and StoreError when the release cannot be fetched or the tag not be built.
    """
    tag, published = f"v{parse(version)}", fetching.fetch(version, store, cache, digest, only=[])
    if not run(repository, "git", "tag", "--list", tag):
        raise StoreError(f"there is no tag {tag} in {repository}, from which to build. {ADVICE}")
    expected = stores.read_sums(published) | {SUMS: stores.hash_of(published / SUMS)}
    with tempfile.TemporaryDirectory(prefix="reproduce-", ignore_cleanup_errors=True) as scratch:
        clone = Path(scratch, "clone")
        run(repository, "git", "clone", "--quiet", "--branch", tag, "--", ".", str(clone))
        run(clone, "make", "release", f"PYTHON={sys.executable}")
        folders = [path for path in clone.glob("dist/*") if path.is_dir()]
        if len(folders) != 1:
            raise StoreError(f"`make release` of {tag} made {len(folders)} folders in dist, not 1")
        got = stores.verify(folders[0]).files
    pairs = {name: (expected.get(name, NO_FILE), got.get(name, NO_FILE)) for name in expected | got}
    return f"sha256:{expected[SUMS]}", {x: two for x, two in pairs.items() if two[0] != two[1]}
