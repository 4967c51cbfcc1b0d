"""Processes that check parts of a package at once, on the cores of this machine.

Each is a Python of its own that reads parts from its standard input and writes what it finds to
its standard output, so that nothing depends on how the caller was started: no fork of a process
that has threads, no second import of its main module.  A process that is lost (killed, out of
memory) is replaced, and its part checked again by another, MOST_TRIES times in all; as a part's
findings come whole or not at all, none is lost and none doubled.  When the caller stops, they do.
Out of scope: what is checked (`chipcontrols.validation.documents`).
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from chipcontrols.validation.documents import Found, check_packed
from chipcontrols.validation.lexicon import Lexicon

MOST_TRIES = 3
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

    waiting: deque[Future[Found]] = deque()
    threads = ThreadPoolExecutor(cores())
    try:
        for task in tasks:
            waiting.append(threads.submit(ask, task))
            while len(waiting) > 2 * cores():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)
        for process in crew.values():
            process.kill()
            process.communicate()
