"""Numbers, months and bounds in English prose."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages.en import numbers as english
from chipcontrols.languages.en import words


def values(text: str) -> list[list[str]]:
    return [sorted(map(str, number.values)) for number in english.numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,500 chips", ["1500"]),
        ("1,500,000.5", ["3000001/2"]),
        ("$5.5 billion", ["5500000000"]),
        ("$150 billion", ["150000000000"]),
        ("500 Billion", ["500000000000"]),
        ("100 million", ["100000000"]),
        ("2 trillion", ["2000000000000"]),
        ("28 areas", ["28"]),
        ("twenty-eight areas", ["28"]),
        ("thirty years", ["30"]),
        ("nineteen", ["19"]),
        ("five hundred", ["500"]),
        ("ten thousand", ["10000"]),
        ("a hundred", ["100"]),
        ("the first quarter of 2025", ["1", "2025"]),
        ("the third-quarter loss", ["3"]),
        ("0.5", ["1/2"]),
        ("half of the engineers", ["1/2"]),
        ("two-thirds", ["2/3"]),
        ("one fifth", ["1/5"]),
        ("fivefold", ["5"]),
        ("twice as much", ["2"]),
        ("doubled", ["2"]),
        ("both sides", ["2"]),
        ("a decade", ["10"]),
        ("in May 2025", ["5", "2025"]),
        ("on 13 December", ["13", "12"]),
        ("the 28th day", ["28"]),
        ("the 1st", ["1"]),
        ("2015–2025", ["2015", "2025"]),
        ("The end.", []),
        ("", []),
    ],
)
def test_a_number_has_the_value_that_its_words_say(text, expected):
    assert values(text) == [[value] for value in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a third", ["1/3", "3"]),
        ("the fifth", ["1/5", "5"]),
        ("second", ["2"]),
        ("seventh", ["1/7", "7"]),
        ("up 40%", ["2/5", "40"]),
        ("forty percent", ["2/5", "40"]),
        ("3.2 per cent", ["16/5", "4/125"]),
        ("three quarters", ["3/4", "9"]),
        ("six months", ["1/2", "6"]),
        ("two decades", ["2", "20"]),
        ("50 basis points", ["1/2", "50"]),
    ],
)
def test_a_word_with_two_readings_has_both(text, expected):
    assert values(text) == [expected]


@pytest.mark.parametrize("text", ["25 to 30 billion", "$25-$30 billion", "25 or 30 billion"])
def test_the_first_number_of_a_range_may_share_the_scale_of_the_second(text):
    assert values(text) == [["25", "25000000000"], ["30000000000"]]


@pytest.mark.parametrize(
    "text", ["H20", "A100", "CXMT8", "someone", "often", "weight", "tenth-rate"[5:]]
)
def test_digits_and_words_inside_other_words_are_no_numbers(text):
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("three", True), ("1,500", True), ("third", True), ("June", True), ("twice", True),
        ("one", False), ("two", True), ("zero", False), ("first", True), ("once", False),
        ("single", False), ("second", False), ("May", False), ("March", False),
        ("one billion", True), ("March 2025", True), ("May 13", True), ("second-largest", True),
        ("second most", True), ("second-best", False), ("second forest", False),
    ],
)  # fmt: skip
def test_words_that_english_uses_freely_tell_nothing(text, telling):
    assert english.numbers(text)[0].telling is telling


@pytest.mark.parametrize("text", ["ſix", "ſeven thouſand", "fıve", "thouſand", "mıllion", "Aprıl"])
def test_letters_that_only_fold_to_latin_ones_make_no_number_and_no_error(text):
    assert isinstance(english.numbers(text), tuple)


WORDS = st.sampled_from(
    [*words.WORDS, *words.FRACTIONS, *words.SCALES, *words.MULTIPLES, *words.MONTHS,
     *words.ORDINALS, "fold", "-", " ", ",", ".", "$", "%", "1,500", "007", "3.14", "st", "億"]
)  # fmt: skip
# The long s and the dotless i fold to Latin letters when case is ignored.
ODD_WORDS = WORDS.map(lambda word: word.replace("s", "ſ").replace("i", "ı"))
LETTERS = st.sampled_from("ſıİKsixefvthoundm ３٣²½Ⅷ①-.,0")


@given(
    st.one_of(
        st.text(),
        st.text(LETTERS),
        st.lists(WORDS).map("".join),
        st.lists(WORDS | ODD_WORDS).map(" ".join),
    )
)
def test_any_text_is_read_without_an_error(text):
    for number in english.numbers(text):
        assert number.text in text
        assert number.values


@given(st.integers(0, 10**15), st.sampled_from(sorted(words.SCALES)))
def test_digits_with_separators_and_scale_read_as_their_product(digits, scale):
    text = f"about {digits:,} {scale} dollars"
    assert [n.values for n in english.numbers(text)] == [{Fraction(digits * words.SCALES[scale])}]


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        ("approx", "about half"), ("approx", "roughly 10"), ("nearly", "Nearly 10 billion"),
        ("nearly", "close to 10"), ("as_high_as", "as high as 95%"),
        ("as_high_as", "up to $150 billion"),
        ("at_most", "less than 10"),
        ("at_least", "30% or more"), ("at_least", "at least 30%"), ("more_than", "more than 11"),
        ("more_than", "will exceed 50%"), ("more_than", "surpassed 50%"), ("more_than", "over 10"),
        ("vague", "several billion"), ("vague", "tens of billions"), ("vague", "most countries"),
        ("exact", "35%"), ("exact", ""),
    ],
)  # fmt: skip
def test_a_bound_is_rendered_by_one_of_its_words(bound, text):
    assert english.renders_bound(text, bound)


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        ("approx", "10 billion"), ("nearly", "10 billion"), ("as_high_as", "150 billion"),
        ("at_least", "30%"), ("more_than", "50%"), ("vague", "1 billion"),
        ("nearly", "linearly"), ("more_than", "moreover"), ("at_most", "within the law, 10"),
        ("at_most", "10 chips under the rule"), ("approx", "he estimated 10"),
    ],
)  # fmt: skip
def test_a_bound_without_its_words_is_not_rendered(bound, text):
    assert not english.renders_bound(text, bound)


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        ("more_than", "the overall topic is 50%"), ("approx", "sometimes 10"),
        ("approx", "something of 10"), ("more_than", "overseas sales of 50%"),
        ("at_most", "set up together"),
    ],
)  # fmt: skip
def test_a_word_that_merely_begins_like_a_bound_renders_none(bound, text):
    assert not english.renders_bound(text, bound)


@pytest.mark.parametrize(
    ("text", "form", "stands"),
    [
        ("Global chips", "global", True), ("USA", "US", False), ("the US.", "US", True),
        ("US-made", "US", True), ("Nvidia's", "Nvidia", True), ("H200", "H20", False),
        ("(H20)", "H20", True), ("C++", "C++", True), ("a.b", "a.b", True), ("axb", "a.b", False),
    ],
)  # fmt: skip
def test_a_form_stands_as_whole_words_only(text, form, stands):
    assert words.contains_form(text, form) is stands


@pytest.mark.parametrize("letter", ["\u043e", "e\u0301", "\ufe0f", "s\u03bf", "\U0001d41a"])
def test_letters_that_only_look_latin_are_not_english(letter):
    assert words.untranslated(f"the {letter}ne rule")
    assert words.untranslated("the caf\u00e9 drew 5 \u03bcA at 3 k\u03a9") == ""


@given(st.text())
def test_text_without_east_asian_characters_is_not_untranslated(text):
    assert words.untranslated(text.encode("ascii", "ignore").decode()) == ""
    assert words.untranslated(f"{text}晶片") != ""
