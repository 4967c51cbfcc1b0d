"""Processes that check parts of a package at once, on the cores of this machine or with Dask.

Here each is a Python of its own that reads parts from its standard input and writes what it finds
to its standard output, so that nothing depends on how the caller was started: no fork of a process
that has threads, no second import of its main module.  A cluster is a local one, or that at an
address.  The lexicon is sent to a process once.  A part whose process is lost (killed, out of
memory) is checked again by another, MOST_TRIES times in all; as its findings come whole or not at
all, none is lost and none doubled.  When the caller stops, all do.
Out of scope: what is checked (`chipcontrols.validation.documents`), starting a cluster elsewhere,
and installing this library there.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chipcontrols.validation.documents import Found, check_packed
from chipcontrols.validation.lexicon import Lexicon

MOST_TRIES = 3
AT_ONCE = 1_000
"""The most parts that are with a cluster at a time."""
SECONDS = 10
"""How long to wait for a cluster that does not answer."""
COMMAND = "from chipcontrols.validation import workers; workers.work()"


def cores() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work() -> None:
    """Check parts until standard input ends; what is printed meanwhile goes to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lexicon: Lexicon = pickle.load(sys.stdin.buffer)
    gc.freeze()  # it stays until the end: no need to look through it again and again
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            pickle.dump(check_packed(lexicon, pickle.load(sys.stdin.buffer)), out)
            out.flush()


def asked(process: subprocess.Popen[bytes], content: bytes) -> Found:
    """Return what a process finds in a packed part; raise OSError, EOFError or the like when it is
    lost."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(pickle.dumps(content))
    process.stdin.flush()
    found: Found = pickle.load(process.stdout)
    return found


def spread(lexicon: Lexicon, tasks: Iterator[bytes]) -> Iterator[Found]:
    """Yield what is found in packed parts, checked by as many processes as there are cores."""
    content, crew = pickle.dumps(lexicon), dict[int, subprocess.Popen[bytes]]()

    def ask(task: bytes) -> Found:
        here = threading.get_ident()  # each thread has a process of its own
        for tries in itertools.count(1):
            try:
                if here not in crew:
                    crew[here] = subprocess.Popen(
                        [sys.executable, "-c", COMMAND],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                    )
                    crew[here].stdin.write(content)  # type: ignore[union-attr]
                return asked(crew[here], task)
            except (OSError, EOFError, pickle.UnpicklingError):
                if here in crew:
                    crew[here].kill()
                    crew.pop(here).communicate()
                if tries == MOST_TRIES:
                    raise
        raise AssertionError

    threads = ThreadPoolExecutor(cores())
    try:
        yield from in_order(lambda task: threads.submit(ask, task), tasks, 2 * cores())
    finally:
        threads.shutdown(cancel_futures=True)
        for process in crew.values():
            process.kill()
            process.communicate()


def in_order(submit: Callable[[bytes], Any], tasks: Iterator[bytes], most: int) -> Iterator[Found]:
    """Yield the results of tasks, of which at most so many are submitted at a time."""
    waiting: deque[Any] = deque()
    for task in tasks:
        waiting.append(submit(task))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def check_with(lexicon: bytes, content: bytes) -> Found:
    """Return what is found in a packed part, with a lexicon as bytes."""
    return check_packed(unpickled(lexicon), content)


@functools.lru_cache(maxsize=1)
def unpickled(content: bytes) -> Lexicon:
    """Return a lexicon, read once in a process."""
    lexicon: Lexicon = pickle.loads(content)
    return lexicon


def on_dask(address: str | None = None) -> Callable[[Lexicon, Iterator[bytes]], Iterator[Found]]:
    """Return the function that checks parts on the cluster at an address, or on a local one; raise
    ModuleNotFoundError without Dask, and ConnectionError when no cluster answers."""
    import distributed

    try:
        if address:  # A client that is refused half made takes long to go, and says so.
            distributed.comm.get_address_host_port(address)
        here = {"threads_per_worker": 1, "dashboard_address": None}
        cluster: Any = address or distributed.LocalCluster(**here)
        client = distributed.Client(cluster, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask cluster answers at {address or 'this machine'}: {error}"
        raise ConnectionError(message) from None

    def run(lexicon: Lexicon, tasks: Iterator[bytes]) -> Iterator[Found]:
        with contextlib.nullcontext() if address else cluster, client:
            # A task, not data: what a lost worker had of it is made again.
            sent = client.submit(bytes, pickle.dumps(lexicon), pure=False)
            ask = functools.partial(client.submit, check_with, sent, pure=False, retries=MOST_TRIES)
            try:
                yield from in_order(ask, tasks, AT_ONCE)
            except distributed.KilledWorker as error:
                raise ConnectionError(f"the cluster lost its workers: {error}") from None

    return run
