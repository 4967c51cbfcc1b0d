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
from chipcontrols.languages.en import order as english

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


def test_of_a_hundred_sentences_that_are_right_two_are_refused_at_most() -> None:
    refused = [row["sentence"] for row in SENTENCES if wrong(row, "doer", "other")]
    assert len(refused) <= 0.02 * len(SENTENCES), refused


def test_of_a_hundred_exchanges_ninety_show_in_the_words_alone() -> None:
    assert len(SENTENCES) >= 150
    missed = [row["words"] for row in SENTENCES if told(row, "other", "doer")[1] != -1]
    assert len(missed) <= 0.1 * len(SENTENCES), missed


def test_the_words_and_the_sentence_each_tell_by_themselves_in_nine_of_ten() -> None:
    verdicts = [told(row, "doer", "other") for row in SENTENCES]
    for text in (0, 1):
        silent = [row for row, one in zip(SENTENCES, verdicts, strict=True) if one[text] != 1]
        assert len(silent) <= 0.1 * len(SENTENCES), silent


def test_names_side_by_side_tell_nothing() -> None:
    text = "輝達執行長黃仁勳"
    assert language("zh").order(text, [(0, 2)], [(5, 8)], ()) == 0


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("According to the US government, sales fell.", "government", True),
        ("Sales fell, according to a report by the Wall Street Journal.", "Wall", True),
        ("According to Huang's calendar, sales fell.", "Huang", False),
        ("Huang met the government.", "government", False),
    ],
)
def test_who_says_it_follows_the_words_that_give_a_source(text, name, says) -> None:
    start = text.index(name)
    assert english.is_source(text, (start, start + len(name))) is says


def test_names_of_people_are_those_that_no_common_word_is() -> None:
    assert english.people("In May the Foreign Minister and Obama met German officials.") == [
        "Obama"
    ]
