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
import os
import pickle
import queue
import subprocess
import sys
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


class Worker:
    """One process; it is started when it is first asked, and again when it was lost."""

    def __init__(self, lexicon: bytes) -> None:
        """Take the lexicon that the process is to read first."""
        self.lexicon = lexicon
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, content: bytes) -> Found:
        """Return what is found in a packed part; raise OSError, EOFError or the like when lost."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            self.send(self.lexicon)
        self.send(pickle.dumps(content))
        assert self.process.stdout
        found: Found = pickle.load(self.process.stdout)
        return found

    def send(self, content: bytes) -> None:
        """Write to the process."""
        assert self.process
        assert self.process.stdin
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def stop(self) -> None:
        """End the process, if there is one."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


def spread(lexicon: Lexicon, tasks: Iterator[bytes]) -> Iterator[Found]:
    """Yield what is found in packed parts, checked by as many processes as there are cores."""
    content = pickle.dumps(lexicon)
    crew = [Worker(content) for _ in range(cores())]
    idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for worker in crew:
        idle.put(worker)

    def ask(task: bytes) -> Found:
        worker = idle.get()
        try:
            for tries in range(1, MOST_TRIES + 1):
                try:
                    return worker.ask(task)
                except (OSError, EOFError, pickle.UnpicklingError):
                    worker.stop()
                    if tries == MOST_TRIES:
                        raise
            raise AssertionError
        finally:
            idle.put(worker)

    waiting: deque[Future[Found]] = deque()
    threads = ThreadPoolExecutor(len(crew))
    try:
        for task in tasks:
            waiting.append(threads.submit(ask, task))
            while len(waiting) > 2 * len(crew):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for worker in crew:
            worker.stop()
        threads.shutdown(cancel_futures=True)
