"""English as the protocol asks: clauses, quotations, names, attributions, boundaries, numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import language

en = language("en")


def parts(text: str, spans: object) -> list[str]:
    return [text[start:end] for start, end in spans]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed; why?", ["He left", "She stayed", "why"]),
        ("On May 13, 2025, up 3.5%, to 1,500.", ["On May 13, 2025", "up 3.5%", "to 1,500"]),
        ("Mr. Huang of the U.S. said: no.", ["Mr. Huang of the U.S. said", "no"]),
        ("“No,” he said — twice", ["No", "he said", "twice"]),
        ("at 2:30 p.m. on Tuesday", ["at 2:30 p.m. on Tuesday"]),
        ("the F-35 and a well-known rule", ["the F-35 and a well-known rule"]),
        ("a post on X. ", ["a post on X"]),
        ("", []),
        (" … ", []),
    ],
)  # fmt: skip
def test_clauses_stand_between_marks(text: str, expected: list[str]) -> None:
    assert parts(text, en.clauses(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” he said", ["No,"]),
        ("‘No,’ he said", ["No,"]),
        ('"No," he said, "never."', ["No,", "never."]),
        ("“He said ‘no’ twice”", ["He said ‘no’ twice", "no"]),
        ("‘It’s Nvidia’s rule’", ["It’s Nvidia’s rule"]),
        ("It's Nvidia's 12\" wafer and a 6\" one", []),
        ("“No, he said", []),
        ("the workers’ rights", []),
    ],
)
def test_quotations_stand_between_marks_and_apostrophes_are_none(
    text: str, expected: list[str]
) -> None:
    assert parts(text, en.quotations(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Commerce Department said", ["Commerce Department"]),
        ("In May, Nvidia's Mr. Huang spoke", ["Nvidia", "Huang"]),
        ("a Boeing 737 and the H20", ["Boeing 737", "H20"]),
        ("the U.S. and the Bank of England", ["U.S.", "Bank of England"]),
        ("the Ministry for the Ecology paid for Tesla", ["Ministry for the Ecology", "Tesla"]),
        ("Applied Materials & Lam bought iPhone 15", ["Applied Materials & Lam", "iPhone 15"]),
        ("It fell on Tuesday. But he stayed.", []),
        ("sales of $5.5 billion in China", ["China"]),
        ("the $52.7 billion CHIPS Act on X.", ["CHIPS Act", "X"]),
        ("no name here", []),
        ("Nobody knew. Whoever asks, Others wait.", []),
        ("Revenue fell. “Sales rose,” he said, and Demand Inc. agreed.", ["Demand Inc"]),
        ("Demand Inc. sued Sales. Tesla won.", ["Demand Inc", "Sales", "Tesla"]),
    ],
)  # fmt: skip
def test_names_are_runs_of_capitalised_words(text: str, expected: list[str]) -> None:
    assert parts(text, en.names(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said, and she told us", ["said", "told"]),
        ("according to two officials", ["according to"]),
        ("Analysts WARNED that", ["WARNED"]),
        ("he pointed out that", ["pointed out"]),
        ("an unsaid reporter's essay", []),
    ],
)
def test_verbs_attribute_at_word_boundaries_the_longest_first(
    text: str, expected: list[str]
) -> None:
    assert parts(text, en.attributions(text)) == expected


def test_a_statement_begins_after_marks_verbs_and_that_but_not_inside_a_clause() -> None:
    text = "He said that chips, he warned, will fall"
    begins = en.boundaries(text, for_statement=True)
    assert {
        0,
        text.index("that"),
        text.index("chips"),
        text.index("he "),
        text.index("will"),
    } <= begins
    assert not {text.index("said"), text.index("warned"), text.index("fall")} & begins


def test_a_phrase_begins_and_ends_with_words_and_cuts_no_date_or_quantity() -> None:
    text = "sold 20,000 chips on May 13, 2025"
    inside = {at for start, end in en.whole(text) for at in range(start + 1, end)}
    assert not inside & en.boundaries(text)
    assert {0, 4, 5, 17, 18, 20, 21, 33} == set(en.boundaries(text))


@pytest.mark.parametrize(
    ("text", "at", "ends"),
    [
        ("it fell, he said", 7, True),
        ("it fell and rose", 7, True),
        ("it fell sharply", 7, False),
        ("it fell", 7, True),
        ("it fell” he said", 7, True),
        ("up 5.5 percent", 4, False),
        ("sold 1,500 chips", 6, False),
        ("it’s late", 2, False),
        ("due May 13, 2025, he said", 10, False),
    ],
)
def test_a_statement_ends_at_marks_and_before_conjunctions(text: str, at: int, ends: bool) -> None:
    assert en.ends_clause(text, at) is ends


def test_numbers_are_those_of_quantities_dates_names_and_prose() -> None:
    found = en.numbers("tens of millions for the H20 in May 2025, a third, fivefold")
    wanted = [20 * 10**6, 100 * 10**6, 20, 5, 2025, Fraction(1, 3)]
    assert {Fraction(n) for n in wanted} <= found
    assert Fraction(7) not in found


def test_digits_outside_quantities_dates_and_names_are_numerals() -> None:
    text = "In 2018 a Boeing 737, open 24/7, sold 5 chips"
    assert parts(text, en.numerals(text)) == ["5 chips", "24", "7"]


def test_english_has_no_glosses_and_is_written_in_latin() -> None:
    assert en.glosses("經(jīng)濟 (Tesla)") == ()
    assert en.script("Nvidia") == "Latn"


PIECES = """
    He said that according to Nvidia Mr. U.S. of & and but . , ; : “ ” ‘ ’ " ( ) — - 5.5 $ billion
    May 13 2025 H20 iPhone 15 Boeing 737 ' é The Bureau
"""
texts = st.lists(st.sampled_from([" ", " ", *PIECES.split()]), max_size=20).map("".join) | st.text()


@given(texts)
def test_every_span_lies_in_the_text(text: str) -> None:
    functions = (en.clauses, en.times, en.numerals, en.names, en.attributions, en.whole)
    for function in functions:
        assert all(0 <= start < end <= len(text) for start, end in function(text))
    assert all(0 <= start <= end <= len(text) for start, end in en.quotations(text))


@given(texts)
def test_no_boundary_lies_inside_what_is_whole(text: str) -> None:
    inside = {at for start, end in en.whole(text) for at in range(start + 1, end)}
    for for_statement in (False, True):
        found = en.boundaries(text, for_statement)
        assert not inside & found
        assert all(0 <= at <= len(text) for at in found)


@given(texts, st.integers(0, 40))
def test_nothing_raises(text: str, at: int) -> None:
    en.ends_clause(text, at)
    en.numbers(text)
    en.resolve_date(text, "2025-05-20")


def test_the_number_of_a_document_denies_nothing() -> None:
    marks = en.marks("Under Announcement No. 12 and Nos. 3 and 4 they apply.")
    assert "not" not in {mark.kind for mark in marks}
    assert "not" in {mark.kind for mark in en.marks("No 12 firms apply. They may. No.")}
