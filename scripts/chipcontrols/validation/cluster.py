"""Parts of a package checked on a Dask cluster: a local one, or that at an address.

Its workers run the function that is run here, and give back what it finds.  The lexicon is sent to
them once.  When a worker is lost, Dask has another one do its parts again; as a part's findings
come whole or not at all, none is lost and none doubled.  When this process stops, so do its tasks.
Out of scope: starting a cluster elsewhere, and installing this library there.
"""

from __future__ import annotations

import contextlib
import functools
import pickle
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from chipcontrols.validation.documents import Found, check_packed
from chipcontrols.validation.lexicon import Lexicon

AT_ONCE = 1_000
"""The most parts that are with the cluster at a time."""
SECONDS = 10
"""How long to wait for a cluster that does not answer."""


def check_with(lexicon: bytes, content: bytes) -> Found:
    """Return what is found in a packed part, with a lexicon as bytes."""
    return check_packed(unpickled(lexicon), content)


@functools.lru_cache(maxsize=1)
def unpickled(content: bytes) -> Lexicon:
    """Return a lexicon, read once in a process."""
    lexicon: Lexicon = pickle.loads(content)
    return lexicon


def on_dask(address: str | None = None) -> Callable[[Lexicon, Iterator[bytes]], Iterator[Found]]:
    """Return the function that checks parts on the cluster at an address, or on a local one.

    Raises ModuleNotFoundError without Dask, and ConnectionError when no cluster answers.
    """
    import distributed

    try:
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
            waiting: deque[distributed.Future] = deque()
            try:
                for task in tasks:
                    waiting.append(client.submit(check_with, sent, task, pure=False, retries=3))
                    if len(waiting) >= AT_ONCE:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except distributed.KilledWorker as error:
                raise ConnectionError(f"the cluster lost its workers: {error}") from None

    return run
