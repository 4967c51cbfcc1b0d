"""Kill publishing and fetching before any write, or within any file: python tests/tools/kills.py.

Each kill ends a child process for good; afterwards the store must hold what it held, or that and
the new release, and the cache no file that is not whole; and publishing or fetching again must
complete it.  The same seed gives the same kills.  Needs os.fork.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import stores

from chipcontrols.distribution import fetching, store


def killed(action: Callable[[], object], rng: random.Random, within: Path) -> bool:
    """Run an action in a child that is to be killed somewhere; return whether it was."""
    writes: list[str] = []
    survived = "killed before its turn"

    def count() -> int:
        action()
        return len(writes)

    copy = within.with_name("rehearsal")
    shutil.copytree(within, copy)
    total = stores.in_child(count, writes.append)
    shutil.rmtree(within)
    copy.rename(within)
    at, limit = rng.randint(1, total), rng.choice([None, rng.randint(0, 450)])

    def die(path: str) -> None:
        writes.append(path)
        if limit is None and len(writes) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> str:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        action()
        return survived

    end = stores.in_child(run, die)
    if end is not None and end != survived:
        raise end
    return not end


def kill(scratch: Path, times: int, seed: int) -> int:
    """Kill so many times and return how often; raise AssertionError at the first violation."""
    rng, count, world = random.Random(seed), 0, scratch / "world"
    fetching.extra("pooch")  # children that are killed need not import it anew
    folders = {v: stores.tiny_release(scratch, v) for v in ("1.0.0", "1.0.1", "1.0.2", "1.1.0")}
    old, new = {v: folders[v] for v in ("1.0.0", "1.0.1", "1.0.2")}, folders["1.1.0"]
    url, cache = world / "store", world / "cache"
    for folder in old.values():
        store.publish(folder, url)
    fetching.fetch("latest", url, cache)
    shutil.copytree(world, scratch / "first")
    while count < times:
        shutil.rmtree(world)
        shutil.copytree(scratch / "first", world)
        if rng.random() < 0.5:
            count += killed(lambda: store.publish(new, url), rng, world)
            listed = stores.content_of(str(url)).decode()
            stores.assert_holds(str(url), folders if "-1.1.0\n" in listed else old)
            store.publish(new, url)
            assert not list(url.glob(".part-*"))
        else:
            if rng.random() < 0.5:
                shutil.rmtree(cache)
            store.publish(new, url)
            if rng.random() < 0.5:
                fetching.versions(url, cache)  # the list is there, so that a limit cuts a file
            count += killed(lambda: fetching.fetch("latest", url, cache), rng, world)
            for path in cache.glob("*/1.*/*"):  # what is there by its name is whole
                assert path.read_bytes() == (folders[path.parent.name] / path.name).read_bytes()
            for version, _, sha in (x.name.partition("-") for x in cache.glob("*/seen/*")):
                assert sha == store.hash_of(folders[version] / store.SUMS)
            assert store.verify(fetching.fetch("latest", url, cache)).version == "1.1.0"
        stores.assert_holds(str(url), folders)
    return count


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description="Kill publishing and fetching at any moment.")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(f"{kill(Path(scratch), options.kills, options.seed)} kills, 0 violations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
