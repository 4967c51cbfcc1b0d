"""Documents are checked on a Dask cluster with the findings of here, whatever becomes of it."""

from __future__ import annotations

import functools
import os
import signal
from pathlib import Path

import pytest

from chipcontrols.command import main
from chipcontrols.validation import engine, workers
from fault_corpus import CORPUS, assemble, edited

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def two():  # type: ignore[no-untyped-def]
    """A local cluster of two workers, whose lost workers are started again."""
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as found:
        yield found


def on(cluster) -> workers.Run:  # type: ignore[no-untyped-def]
    return functools.partial(workers.on_dask, cluster.scheduler_address)


@pytest.mark.parametrize("name", ["quantity_value_rounded", "code_without_cue"])
def test_a_cluster_finds_what_is_found_here(name: str, two, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = edited(tmp_path, CORPUS[name]["edits"])
    found = engine.validate(root, run=on(two))
    assert found == engine.validate(root)
    assert found.findings


def test_a_lost_worker_loses_no_finding_and_doubles_none(  # type: ignore[no-untyped-def]
    two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = edited(tmp_path, CORPUS["quantity_value_rounded"]["edits"])
    monkeypatch.setattr(engine, "ROWS_OF_A_BATCH", 1)
    killed: list[int] = []

    def kill(done: int, total: int, step: str) -> None:
        if step == "documents" and not killed:
            killed.append(next(iter(two.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    found = engine.validate(root, kill, run=on(two))
    assert killed
    assert found == engine.validate(root)


def test_a_cluster_that_is_not_there_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "SECONDS", 1)
    root = assemble(tmp_path / "package")
    address = "tcp://127.0.0.1:9"
    assert main(["validate", str(root), "--cluster", address]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"could not validate a package: no Dask cluster answers at {address}: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("address", ["nowhere", "tcp://nowhere", "carrier://pigeon:1"])
def test_what_is_no_address_is_said_without_a_client_that_takes_long_to_go(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(distributed, "Client")
    with pytest.raises(ConnectionError, match=f"no Dask cluster answers at {address}: "):
        workers.on_dask(address, None, None).__enter__()
