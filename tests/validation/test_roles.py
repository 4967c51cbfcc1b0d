"""Who does it and whom it is done to are told by the order of the words, active and passive.

``roles.csv`` holds sentences written for these tests: the words, their English, who does it and to
whom.  Exchanged roles show; right ones pass.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from chipcontrols.languages import language

with Path(__file__).with_name("roles.csv").open(encoding="utf-8", newline="") as lines:
    SENTENCES = list(csv.DictReader(lines))


def told(row: dict[str, str], doer: str, other: str) -> tuple[int, int]:
    """Return what the sentence and the words tell of whether ``doer`` does it to ``other``."""
    both = []
    for column, tag in (("sentence", "en"), ("words", "zh")):
        text, suffix = row[column], "" if tag == "en" else "_words"
        spans = [
            [match.span() for match in re.finditer(re.escape(row[role + suffix]), text)]
            for role in (doer, other)
        ]
        both.append(language(tag).order(text, *spans, ()))
    return both[0], both[1]


def wrong(row: dict[str, str], doer: str, other: str) -> bool:
    """Whether the sentence or the words name ``doer`` as the one whom ``other`` does it to."""
    return -1 in told(row, doer, other)


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_roles_as_the_words_tell_them_pass(row: dict[str, str]) -> None:
    assert not wrong(row, "doer", "other")


def test_of_a_hundred_exchanges_ninety_show() -> None:
    assert len(SENTENCES) >= 40
    missed = [row["sentence"] for row in SENTENCES if not wrong(row, "other", "doer")]
    assert len(missed) <= 0.1 * len(SENTENCES), missed


def test_the_words_and_the_sentence_each_tell_by_themselves_in_nine_of_ten() -> None:
    verdicts = [told(row, "doer", "other") for row in SENTENCES]
    for text in (0, 1):
        silent = [row for row, one in zip(SENTENCES, verdicts, strict=True) if one[text] != 1]
        assert len(silent) <= 0.1 * len(SENTENCES), silent
