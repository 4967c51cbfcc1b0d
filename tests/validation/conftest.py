"""Fixtures of the tests of validation."""

from __future__ import annotations

import functools

import pytest

from chipcontrols.package import Package, Table
from chipcontrols.package.finding import Finding
from chipcontrols.validation import engine, unchanged

MEMORY = unchanged.Memory()
"""Of this process alone: it is never saved, and begins with nothing."""
MEMORY.known.clear()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look once at the same table by itself: a fault leaves most tables alone, and frictionless and
    pandera take most of the time."""
    by_table = engine.by_table

    def remembered(package: Package, table: Table, _: unchanged.Memory | None) -> list[Finding]:
        return by_table(package, table, MEMORY)

    monkeypatch.setattr(engine, "by_table", remembered)


@pytest.fixture
def quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look once at the same table and the same document with the rows that must be at hand for it,
    as the command does."""
    monkeypatch.setattr(engine, "validate", functools.partial(engine.validate, memory=MEMORY))
