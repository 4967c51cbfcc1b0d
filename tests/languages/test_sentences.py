"""Sentences in the style of the press, each with every quantity and date that it has.

The sentences stand in sentences.csv, as ``words=value unit bound`` and ``words=cell``, a report of
PUBLISHED; exact is not written, nor is a unit where there is none (a dash).  Each is read as it is,
and as its twins: in full width, with blanks around its figures, and in the other script.
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

from chipcontrols.languages import language
from chipcontrols.languages.base import Language, Quantity
from chipcontrols.languages.periods import dated

HERE = Path(__file__).parent
PUBLISHED = "2026-11-28"
BOUNDS = set("approx nearly as_high_as at_most at_least more_than range vague".split())
with (HERE / "sentences.csv").open(encoding="utf-8", newline="") as table:
    SENTENCES = list(csv.DictReader(table))
CHINESE = [row for row in SENTENCES if row["language"] == "zh"]
FOLDING = HERE.parents[1] / "scripts/chipcontrols/languages/folding.csv"
with FOLDING.open(encoding="utf-8", newline="") as table:
    SIMPLIFIED = {row["character"]: row["folded"] for row in csv.DictReader(table)}
WIDE = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
MONEY = re.compile("^(?:TWD|HKD|CNY)")
"""A region is told by the script too, so that 元 may change with it."""


def expected(cell: str) -> dict[str, tuple[str, ...]]:
    return {words: tuple(said.split(" ")) for words, _, said in each(cell)}


def each(cell: str) -> list[tuple[str, str, str]]:
    return [part.rpartition("=") for part in filter(None, cell.split(";"))]


def shown(quantity: Quantity, value: str) -> tuple[str, ...]:
    """A reading as the table writes it, its number as the table's when they are equal."""
    low, dots, high = value.partition("..")
    if dots:
        same = (quantity.low, quantity.high) == (Fraction(low), Fraction(high))
    else:
        same = quantity.value == Fraction(value)
    bound = () if quantity.bound == "exact" else (quantity.bound,)
    number = value if same else f"{quantity.value} {quantity.low} {quantity.high}"
    return (number, *(quantity.unit or "-").split(" "), *bound)


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["text"][:12])
def test_every_quantity_of_the_sentence_is_read_and_nothing_else(row: dict[str, str]) -> None:
    wanted = expected(row["quantities"])
    found = language(row["language"]).quantities(row["text"])
    assert {q.text: shown(q, wanted.get(q.text, ("0",))[0]) for q in found} == wanted


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["text"][:12])
def test_every_date_of_the_sentence_resolves_and_nothing_else(row: dict[str, str]) -> None:
    reader = language(row["language"])
    found = {date.text: cell or "-" for date, cell in dated(reader, row["text"], PUBLISHED)}
    assert found == {words: cell for words, _, cell in each(row["dates"])}


def readings(reader: Language, text: str) -> list[object]:
    """What a reader says of a text: numbers, cells, and how many of everything it finds."""
    quantities = [
        (q.value, q.low, q.high, MONEY.sub("元", q.unit or ""), q.bound)
        for q in reader.quantities(text)
    ]
    cells = [(d.kind, reader.resolve_date(d.text, PUBLISHED)) for d in reader.dates(text)]
    spans = (reader.clauses, reader.quotations, reader.attributions, reader.names)
    return [quantities, cells, *(len(find(text)) for find in spans)]


def spaced(text: str) -> str:
    text = re.sub("(?<=[㐀-鿿])(?=[0-9A-Za-z])", " ", text)
    return re.sub("(?<=[0-9A-Za-z%])(?=[㐀-鿿])", " ", text)


@pytest.mark.parametrize("row", CHINESE, ids=lambda row: row["text"][:12])
def test_a_text_and_its_twins_in_width_blanks_and_script_read_alike(row: dict[str, str]) -> None:
    reader, text = language("zh"), row["text"]
    plain = readings(reader, text)
    assert readings(reader, text.translate(WIDE)) == plain
    assert readings(reader, spaced(text)) == plain
    assert readings(reader, spaced(text).replace(" ", "\u3000")) == plain
    assert readings(reader, "".join(SIMPLIFIED.get(one, one) for one in text)) == plain
