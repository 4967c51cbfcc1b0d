"""Chinese names as candidates, measured on sentences of which half have none.

chinese_names.csv gives each text with all its names; a name is found when a candidate holds it, or
holds half of it at least; a candidate is right when it shares its characters with a name.
"""

from __future__ import annotations

import csv
import itertools
import time
from pathlib import Path

import pytest

from chipcontrols.languages import language
from chipcontrols.languages.zh import names

with Path(__file__).with_name("chinese_names.csv").open(encoding="utf-8", newline="") as table:
    TEXTS = [(row["text"], row["names"].split("|")) for row in csv.DictReader(table)]
TEXTS = [(text, [name for name in there if name]) for text, there in TEXTS]


def candidates(text: str) -> list[str]:
    return [text[start:end] for start, end in names.candidates(text)]


def is_found(name: str, found: list[str]) -> bool:
    return any(name in one or (one in name and 2 * len(one) >= len(name)) for one in found)


def test_nine_names_of_ten_are_candidates() -> None:
    found = [is_found(name, candidates(text)) for text, there in TEXTS for name in there]
    assert len(found) > 90
    assert sum(found) / len(found) >= 0.9


def test_nine_candidates_of_ten_are_names() -> None:
    right = [
        any(name in one or one in name for name in there)
        for text, there in TEXTS
        for one in candidates(text)
    ]
    assert sum(right) / len(right) >= 0.9


@pytest.mark.parametrize("text", [text for text, there in TEXTS if there])
def test_candidates_are_in_order_disjoint_and_alike_in_full_width(text: str) -> None:
    spans = names.candidates(text)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert spans == names.candidates(text.replace(",", "，"))


@pytest.mark.parametrize("before", ["美国众议员", "他与", "，"])
def test_a_name_with_a_dot_is_found_whole(before: str) -> None:
    assert "约翰·穆勒纳尔" in candidates(f"{before}约翰·穆勒纳尔批评了新规。")


def test_the_audit_asks_for_chinese_names_too() -> None:
    assert language("zh").names("鴻海董事長劉揚偉說") == names.candidates("鴻海董事長劉揚偉說")


def test_a_long_text_takes_no_longer_a_character_than_a_short_one() -> None:
    def seconds(copies: int) -> float:
        began = time.process_time()
        names.candidates("艾伯特華中大東西部長王小明說" * copies)
        return time.process_time() - began

    seconds(10)
    assert seconds(4000) < 40 * max(seconds(200), 0.001)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("搭載141GB的HBM3e，頻寬4.8TB/s，麒麟990", ["HBM3e"]),  # units are no names
        ("商务部将会同海关总署调整清单", ["商务部", "海关总署"]),
    ],
)
def test_units_and_words_that_join_are_no_names(text: str, expected: list[str]) -> None:
    spans = language("zh").names(text)
    assert [text[s:e] for s, e in sorted(spans) if "麒麟" not in text[s:e]] == expected
