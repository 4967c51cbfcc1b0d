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

from chipcontrols.distribution import catalogue, fetching, store


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
    at, limit = rng.randint(1, total), rng.choice([None, rng.randint(0, 3000)])

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
    rng = random.Random(seed)
    fetching.extra("pooch")  # children that are killed need not import it anew
    old, new = (stores.make_release(scratch / "built", version) for version in ("1.0.0", "1.1.0"))
    folders, count = {"1.0.0": old, "1.1.0": new}, 0
    while count < times:
        world = scratch / "world"
        url, cache = world / "store", world / "cache"
        store.publish(old, url)
        if rng.random() < 0.5:
            count += killed(lambda url=url: store.publish(new, url), rng, world)
            listed = stores.content_of(str(url)).decode()
            stores.assert_holds(str(url), folders if " 1.1.0 " in listed else {"1.0.0": old})
            store.publish(new, url)
            assert not [path for path in url.iterdir() if path.name.endswith(".part")]
        else:
            if rng.random() < 0.5:
                fetching.fetch("1.0.0", url, cache)
            store.publish(new, url)
            count += killed(lambda u=url, c=cache: fetching.fetch("latest", u, c), rng, world)
            for path in cache.glob("*/1.*/[!t]*") if cache.exists() else ():
                assert path.read_bytes() == (folders[path.parent.name] / path.name).read_bytes()
            assert catalogue.verify(fetching.fetch("latest", url, cache)).version == "1.1.0"
        stores.assert_holds(str(url), folders)
        shutil.rmtree(world)
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
