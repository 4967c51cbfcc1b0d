"""Processes that check parts of a package at once, on the cores of this machine or with Dask.

Here each is a Python of its own that reads parts from its standard input and writes what it finds
to its standard output, so that nothing depends on how the caller was started: no fork of a process
with threads, no second import of its main module.  A cluster is a local one, or one at an
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
from contextlib import AbstractContextManager
from typing import Any

from chipcontrols.validation.documents import Found, check_packed
from chipcontrols.validation.lexicon import Lexicon

MOST_TRIES = 3
AT_ONCE = 100
"""The most batches of parts that are out for checking at a time."""
SECONDS = 10
"""How long to wait for a cluster that does not answer."""
Run = Callable[[Lexicon, Iterator[bytes]], AbstractContextManager[Iterator[list[Found]]]]
"""Begins to check packed parts, anywhere, and gives what is found in the same order."""
COMMAND = "from chipcontrols.validation import workers; workers.work()"


def cores() -> int:
    """Return the number of processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def work() -> None:
    """Check parts until standard input ends; what is printed meanwhile goes to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lexicon: Lexicon = pickle.load(sys.stdin.buffer)
    gc.disable()  # What is made here has no cycles, and to look for them took 6 % of the time.
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            pickle.dump(check_packed(lexicon, pickle.load(sys.stdin.buffer)), out)
            out.flush()


def asked(process: subprocess.Popen[bytes], content: bytes) -> list[Found]:
    """Return what a process finds in packed parts; raise OSError, EOFError or the like when it is
    lost."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(pickle.dumps(content))
    process.stdin.flush()
    found: list[Found] = pickle.load(process.stdout)
    return found


@contextlib.contextmanager
def spread(lexicon: Lexicon, tasks: Iterator[bytes]) -> Iterator[Iterator[list[Found]]]:
    """Give what is found in packed parts, checked by as many processes as there are cores."""
    content, crew, running = pickle.dumps(lexicon), dict[int, subprocess.Popen[bytes]](), True

    def ask(task: bytes, tries: int = 1) -> list[Found]:
        here = threading.get_ident()  # each thread has a process of its own
        try:
            if here not in crew:
                crew[here] = subprocess.Popen(
                    [sys.executable, "-c", COMMAND],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                    start_new_session=True,  # who interrupts the caller, interrupts it alone
                )
                crew[here].stdin.write(content)  # type: ignore[union-attr]
            return asked(crew[here], task)
        except (OSError, EOFError, pickle.UnpicklingError):
            if here in crew:
                crew[here].kill()
                crew.pop(here).communicate()
            if tries == MOST_TRIES or not running:
                lost = f"{tries} processes that checked the same documents were lost"
                raise ConnectionError(lost) from None
            return ask(task, tries + 1)

    threads = ThreadPoolExecutor(cores())
    try:
        yield in_order(lambda task: threads.submit(ask, task), tasks)
    finally:
        running = False
        for process in [*crew.values()]:
            process.kill()
        threads.shutdown(cancel_futures=True)
        for process in crew.values():
            process.communicate()


def in_order(submit: Callable[[bytes], Any], tasks: Iterator[bytes]) -> Iterator[list[Found]]:
    """Submit the first tasks, and return the results of all; each makes room for another task."""
    waiting = deque(map(submit, itertools.islice(tasks, AT_ONCE)))

    def results() -> Iterator[list[Found]]:
        while waiting:
            found = waiting.popleft().result()
            waiting.extend(map(submit, itertools.islice(tasks, 1)))
            yield found

    return results()


@contextlib.contextmanager
def on_dask(
    address: str | None, lexicon: Lexicon, tasks: Iterator[bytes]
) -> Iterator[Iterator[list[Found]]]:
    """Give what is found in packed parts, checked on the cluster at an address, or on a local one;
    raise ModuleNotFoundError without Dask, and ConnectionError when no cluster answers."""
    import distributed

    try:
        if address:  # A client refused when half made takes long to go, and complains.
            distributed.comm.get_address_host_port(address)
        here = {"threads_per_worker": 1, "dashboard_address": None}
        cluster: Any = address or distributed.LocalCluster(**here)
        client = distributed.Client(cluster, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask cluster answers at {address or 'this machine'}: {error}"
        raise ConnectionError(message) from None
    with contextlib.nullcontext() if address else cluster, client:
        # A task, not data: what a lost worker had of it is made again.
        sent = client.submit(pickle.loads, pickle.dumps(lexicon), pure=False)
        again = {"pure": False, "retries": MOST_TRIES}
        try:
            yield in_order(functools.partial(client.submit, check_packed, sent, **again), tasks)
        except distributed.KilledWorker as error:
            raise ConnectionError(f"the cluster lost its workers: {error}") from None
