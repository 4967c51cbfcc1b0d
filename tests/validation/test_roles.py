"""Who does it and whom it is done to are told by the order of the words, active and passive.

``roles.csv`` holds sentences written for these tests: the words, their English, who does it and to
whom.  Exchanged roles show; right ones pass.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from chipcontrols.languages import language, surface_forms
from chipcontrols.validation.anchors import read_line
from chipcontrols.validation.rules.roles import exchanged, led, turned

with Path(__file__).with_name("roles.csv").open(encoding="utf-8", newline="") as lines:
    SENTENCES = list(csv.DictReader(lines))


def wrong(row: dict[str, str], doer: str, other: str) -> bool:
    """Whether the sentence or the words name ``doer`` as the one whom ``other`` does it to."""
    names = [(row[f"{role}_words"], role) for role in ("doer", "other")]
    forms = surface_forms.compile_forms(names)
    line = read_line(row["words"], language("zh"), forms, ("900.txt", 1, ""))
    spans = [
        [match.span() for match in re.finditer(re.escape(row[role]), row["sentence"])]
        for role in (doer, other)
    ]
    whole = (0, len(line.reading))
    told = turned(line, whole, {doer}, {other}) or led(line, whole, {doer})
    return exchanged(row["sentence"], *spans) or told


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_roles_as_the_words_tell_them_pass(row: dict[str, str]) -> None:
    assert not wrong(row, "doer", "other")


def test_of_a_hundred_exchanges_ninety_show() -> None:
    assert len(SENTENCES) >= 40
    missed = [row["sentence"] for row in SENTENCES if not wrong(row, "other", "doer")]
    assert len(missed) <= 0.1 * len(SENTENCES), missed
