"""Fixtures of the tests of validation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chipcontrols.package import Codes, Table
from chipcontrols.package.finding import Finding
from chipcontrols.validation import structure

REMEMBERED: dict[tuple[Any, ...], list[Finding]] = {}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask frictionless and pandera once about the same bytes, schema and codes: a fault leaves most
    tables alone, and the two take most of the time.
    """
    by_frictionless, by_pandera = structure.frictionless_findings, structure.pandera_findings

    def key(layer: str, table: Table, codes: Codes) -> tuple[Any, ...]:
        own = [(key, values) for key, values in codes.items() if key[0] == table.name]
        known = repr([table.name, table.path, table.schema, own])
        return layer, known, hashlib.sha256(table.content).digest()

    def frictionless_findings(
        root: Path, every: Iterable[Table], codes: Codes, suspect: structure.Positions | None
    ) -> Iterator[Finding]:
        for table in every:
            assert not suspect, "of large tables nothing is remembered"
            known = key("frictionless", table, codes)
            if known not in REMEMBERED:
                REMEMBERED[known] = list(by_frictionless(root, [table], codes, suspect))
            yield from REMEMBERED[known]

    def pandera_findings(table: Table, codes: Codes) -> list[Finding]:
        known = key("pandera", table, codes)
        if known not in REMEMBERED:
            REMEMBERED[known] = list(by_pandera(table, codes))
        return REMEMBERED[known]

    monkeypatch.setattr(structure, "frictionless_findings", frictionless_findings)
    monkeypatch.setattr(structure, "pandera_findings", pandera_findings)
