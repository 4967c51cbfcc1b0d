"""Quantities of English press texts: what is read, what is left alone, and that nothing breaks."""

from __future__ import annotations

import re
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages.en import quantities

# expression | value | low | high | unit | bound
READINGS = """
    $5.5 billion | 5.5e9 | 5.5e9 | 5.5e9 | USD | exact
    nearly one-third | 1/3 | - | 1/3 | fraction | nearly
    35% | 35 | 35 | 35 | percent | exact
    35 percent | 35 | 35 | 35 | percent | exact
    35 per cent | 35 | 35 | 35 | percent | exact
    more than 20,000 chips | 20000 | 20000 | - | count | more_than
    US$4.5bn | 4.5e9 | 4.5e9 | 4.5e9 | USD | exact
    over $4.1 bln | 4.1e9 | 4.1e9 | - | USD | more_than
    up to 150 billion dollars | 150e9 | - | 150e9 | USD | at_most
    at least three | 3 | 3 | - | - | at_least
    tens of billions of dollars | - | 20e9 | 100e9 | USD | vague
    between 3 and 5 percent | - | 3 | 5 | percent | range
    No. 2 | 2 | 2 | 2 | rank | exact
    third-largest | 3 | 3 | 3 | rank | exact
    largest | 1 | 1 | 1 | rank | exact
    28th | 28 | 28 | 28 | ordinal | exact
    $3 billion to $5 billion | - | 3e9 | 5e9 | USD | range
    $3-5 billion | - | 3e9 | 5e9 | USD | range
    $3–$5 billion | - | 3e9 | 5e9 | USD | range
    3 to 5 billion yuan | - | 3e9 | 5e9 | CNY | range
    two or three companies | - | 2 | 3 | count | vague
    twenty-eight | 28 | 28 | 28 | - | exact
    five hundred and three | 503 | 503 | 503 | - | exact
    two thousand five hundred | 2500 | 2500 | 2500 | - | exact
    one hundred and fifty million dollars | 150e6 | 150e6 | 150e6 | USD | exact
    a hundred | 100 | 100 | 100 | - | exact
    a million | 1e6 | 1e6 | 1e6 | - | exact
    half a million people | 5e5 | 5e5 | 5e5 | count | exact
    half a dozen | 6 | 6 | 6 | - | exact
    two and a half years | 5/2 | 5/2 | 5/2 | years | exact
    two-thirds | 2/3 | 2/3 | 2/3 | fraction | exact
    three-quarters | 3/4 | 3/4 | 3/4 | fraction | exact
    more than a third | 1/3 | 1/3 | - | fraction | more_than
    about half | 1/2 | - | - | fraction | approx
    one in five | 1/5 | 1/5 | 1/5 | fraction | exact
    roughly 4 in 10 | 2/5 | - | - | fraction | approx
    fivefold | 5 | 5 | 5 | multiple | exact
    twice | 2 | 2 | 2 | multiple | exact
    tripled | 3 | 3 | 3 | multiple | exact
    nearly doubles | 2 | - | 2 | multiple | nearly
    more than double | 2 | 2 | - | multiple | more_than
    10x | 10 | 10 | 10 | multiple | exact
    several hundred | - | 200 | 1000 | - | vague
    a few companies | - | 2 | 10 | count | vague
    dozens of firms | - | 24 | 120 | count | vague
    hundreds of thousands of chips | - | 200000 | 1000000 | count | vague
    millions of dollars | - | 2e6 | 10e6 | USD | vague
    nearly all | 1 | - | 1 | fraction | nearly
    10 percentage points | 10 | 10 | 10 | percentage_point | exact
    50 basis points | 1/2 | 1/2 | 1/2 | percentage_point | exact
    35-year-old | 35 | 35 | 35 | years | exact
    three-year | 3 | 3 | 3 | years | exact
    two decades | 20 | 20 | 20 | years | exact
    $5.5-billion | 5.5e9 | 5.5e9 | 5.5e9 | USD | exact
    RMB5bn | 5e9 | 5e9 | 5e9 | CNY | exact
    500 yuan | 500 | 500 | 500 | CNY | exact
    €1.2m | 1.2e6 | 1.2e6 | 1.2e6 | EUR | exact
    $500k | 5e5 | 5e5 | 5e5 | USD | exact
    NT$30 | 30 | 30 | 30 | TWD | exact
    1.2 trillion won | 1.2e12 | 1.2e12 | 1.2e12 | KRW | exact
    15 cents | 3/20 | 3/20 | 3/20 | USD | exact
    20,000+ | 20000 | 20000 | - | - | at_least
    five or more | 5 | 5 | - | - | at_least
    as much as $10 billion | 10e9 | - | 10e9 | USD | as_high_as
    no more than 5% | 5 | - | 5 | percent | at_most
    fewer than 10 firms | 10 | - | 10 | count | at_most
    within 30 days | 30 | - | 30 | days | at_most
    exceeded $1 trillion | 1e12 | 1e12 | - | USD | more_than
    close to $50 billion | 50e9 | - | 50e9 | USD | nearly
    some 30 countries | 30 | - | - | count | approx
    an estimated 100,000 | 100000 | - | - | - | approx
    at least one | 1 | 1 | - | - | at_least
    zero percent | 0 | 0 | 0 | percent | exact
    more than half an hour | 1/2 | 1/2 | - | hours | more_than
    2 million MYR | 2e6 | 2e6 | 2e6 | MYR | exact
    one-in-three | 1/3 | 1/3 | 1/3 | fraction | exact
    1.2 million-square-foot | 1.2e6 | 1.2e6 | 1.2e6 | sq ft | exact
    64,000-square-metre | 64000 | 64000 | 64000 | m² | exact
"""

# text | every quantity in it
IN_CONTEXT = """
    a Boeing 737 landed |
    the iPhone 15 and the Ascend 910 chips |
    Nvidia's H20, A100s and GPT-4; the F-35 |
    a May Day parade; prices may rise |
    on Second Avenue, in the Second World War |
    one of them, no one, one another |
    in the 1990s and 2030s |
    Q3 revenue; the first quarter of 2025 |
    at 2:30 p.m. on May 13, 2025 |
    the 7nm and 3nm nodes, 5G, 4K | 7nm; 3nm
    Section 232 and Executive Order 14110 |
    a ratio of 3:1, open 24/7, after 9/11 |
    version 2.0.1 |
    the Big Four and the Group of Seven |
    COVID-19 |
    the company first reported it |
    once, a second later, a couple |
    in 2018 and since 2022 |
    A$5 | A$5
    two quarters ago | two quarters
    2000 chips, in 2025 companies | 2000 chips
    zero-sum, zero tolerance |
    one day |
    a third party |
    the first lady |
    the world's third-largest economy | third-largest
    the second company to fail | second
    its 28th store | 28th
    one of the largest |
    rose from 3% to 5% | 3%; 5%
    fell by a third | a third
    a third of the market | a third
    half of the engineers, half the price | half; half
    cut in half | half
    in the top half of the table, winning 14½-13½ | 14½; 13½
    half-hearted and halfway |
    three times as much, 2.5 times higher | three times as much; 2.5 times higher
    it failed three times | three times
    a $500 billion plan | $500 billion
    over five years | five years
    over $5 billion | over $5 billion
    Nvidia fell 5 percent | 5 percent
    Apple 20,000 | 20,000
    the top 10 | 10
    sales topped $1 billion | topped $1 billion
    a 7-nanometer chip | 7-nanometer
    a 6-3 vote | 6; 3
    $10 billion a year | $10 billion
    2,025 chips in 2025 | 2,025 chips
    the two sides; Two days | two; Two days
    Three Chinese firms | Three
    most of the chips, most advanced | most
    12,3456 and 1,50 |
    a two-million-strong force, a 3 million-way tie | two-million
    “$5.5 billion,” he said | $5.5 billion
    (about 5%) | about 5%
    5%. 6%, 7% | 5%; 6%; 7%
    up to 25%-30% | up to 25%-30%
    between Washington and 5 allies | 5 allies
    between 5 companies | 5 companies
    RTX 5090 cards | 
"""


def number(cell: str) -> Fraction | None:
    return None if cell == "-" else Fraction(cell)


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().split("\n")]


def found(text: str) -> list[str]:
    return [quantity.text for quantity in quantities.find(text)]


@pytest.mark.parametrize("line", lines(READINGS))
def test_the_expression_reads_to_its_number_bounds_and_unit(line: str) -> None:
    expression, value, low, high, unit, bound = line.split(" | ")
    quantity = quantities.read(expression)
    assert (quantity.value, quantity.low, quantity.high) == tuple(map(number, (value, low, high)))
    assert (quantity.unit or "-", quantity.bound) == (unit, bound)


@pytest.mark.parametrize("line", lines(IN_CONTEXT))
def test_the_words_around_a_quantity_are_told_from_it(line: str) -> None:
    text, _, expected = line.partition("|")
    assert found(text.strip()) == [part.strip() for part in expected.split(";") if part.strip()]


def test_a_number_between_commas_after_a_name_is_an_age() -> None:
    assert [q.derivation for q in quantities.find("Huang, 62, said")] == ["62 years"]
    assert [q.unit for q in quantities.find("of 12, 62, 30 and 41")] == [None] * 4


@pytest.mark.parametrize(
    ("text", "derivation"),
    [
        ("nearly $10 billion", "10 × 10^9 USD, nearly"),
        ("tens of billions of dollars", "20 to 100 × 10^9 USD, vague"),
        ("two-thirds", "2/3 fraction"),
        ("third-largest", "rank 3"),
        ("$1.25", "1.25 USD"),
    ],
)
def test_the_derivation_says_how_the_words_were_read(text: str, derivation: str) -> None:
    assert quantities.read(text).derivation == derivation


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "read none; left ''"),
        ("chips", "read none; left 'chips'"),
        ("lost 30%", r"read 30% \(30 percent\); left 'lost …'"),
        ("2018", "read none; left '2018'"),
    ],
)
def test_what_is_not_one_quantity_is_refused_with_what_was_read_and_left(
    expression: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        quantities.read(expression)


PIECES = """
    one two twenty-eight hundred thousand million billion dozen half third thirds quarter a an the
    of and to from between or - – , . % $ US$ € RMB 5 3.5 1,500 2025 bn m k percent years days times
    chips companies nearly about up over more than at least largest first second 28th No. + fold x
    several tens hundreds billions May 13 H20 Boeing in by in. 2:30 9/11 ’ “
"""
texts = st.lists(st.sampled_from([" ", " ", " ", *PIECES.split()]), max_size=16).map("".join)
anything = texts | st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join) | st.text()


@given(anything)
def test_found_spans_are_in_order_disjoint_and_the_text_itself(text: str) -> None:
    end = 0
    for quantity in quantities.find(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.text == text[quantity.start : quantity.end]
        end = quantity.end


@pytest.mark.parametrize("line", lines(IN_CONTEXT))
def test_what_was_found_reads_the_same_alone(line: str) -> None:
    for quantity in quantities.find(line.partition("|")[0]):
        alone = quantities.read(quantity.text)
        assert (alone.text, alone.derivation) == (quantity.text, quantity.derivation)


@given(anything)
def test_the_bound_agrees_with_value_low_and_high(text: str) -> None:
    for quantity in quantities.find(text):
        value, low, high = quantity.value, quantity.low, quantity.high
        ends = {
            "exact": (value, value), "approx": (None, None), "nearly": (None, value),
            "at_most": (None, value), "as_high_as": (None, value), "at_least": (value, None),
            "more_than": (value, None),
            "range": (low, high), "vague": (low, high),
        }  # fmt: skip
        assert (low, high) == ends[quantity.bound]
        assert (value is None) == (quantity.bound in ("range", "vague"))
        assert low is None or high is None or low <= high


@given(st.integers(0, 10**12), st.sampled_from(["$", "€", "RMB"]))
def test_an_amount_in_digits_reads_back_with_and_without_commas(n: int, currency: str) -> None:
    for digits in (str(n), f"{n:,}"):
        assert quantities.read(currency + digits).value == n


@given(st.decimals(0, 10**6, places=3), st.sampled_from([("million", 6), ("bn", 9)]))
def test_an_amount_with_a_scale_reads_back_exactly(n: object, scale: tuple[str, int]) -> None:
    quantity = quantities.read(f"US${n} {scale[0]}")
    assert quantity.value == Fraction(str(n)) * 10 ** scale[1]


@given(st.integers(1, 998), st.integers(1, 998), st.sampled_from(["%", " days", " billion won"]))
def test_a_range_keeps_both_ends(low: int, more: int, unit: str) -> None:
    scale = 10**9 if "billion" in unit else 1
    for text in (f"{low} to {low + more}{unit}", f"between {low} and {low + more}{unit}"):
        quantity = quantities.read(text)
        assert (quantity.low, quantity.high) == (low * scale, (low + more) * scale)


@pytest.mark.parametrize(
    "piece",
    ["9", "1,", "about ", "up to ", "$", "a", "one ", "hundred ", "5 ", "5-", "A1", "the first ",
     "between 5 and ", "of ", "twenty-", "1.", "5:", "tens of ", "’", "over five years "],
)  # fmt: skip
def test_a_text_four_times_as_long_takes_some_four_times_as_long(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        started = time.process_time()
        quantities.find.__wrapped__(text)
        return time.process_time() - started

    quantities.find("5")
    short = min(seconds(2_000) for _ in range(2))
    assert min(seconds(8_000) for _ in range(2)) < 12 * short + 0.05


def test_the_test_has_eighty_expressions_and_as_many_traps_as_half_of_them() -> None:
    traps = [line for line in lines(IN_CONTEXT) if re.fullmatch(r"[^|]*\|\s*", line + " ")]
    assert len(lines(READINGS)) + len(lines(IN_CONTEXT)) >= 80
    assert len(traps) >= 25
