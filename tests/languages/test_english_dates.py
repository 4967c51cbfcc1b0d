"""Dates of English press texts and their cells."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import iso_dates
from chipcontrols.languages.en import dates

# expression | kind | cell when published on 2025-05-20 | cell when the day is not known
READINGS = """
    May 13, 2025 | absolute | 2025-05-13 | 2025-05-13
    May 13 2025 | absolute | 2025-05-13 | 2025-05-13
    13 May 2025 | absolute | 2025-05-13 | 2025-05-13
    13th of May 2025 | absolute | 2025-05-13 | 2025-05-13
    2025-05-13 | absolute | 2025-05-13 | 2025-05-13
    Tuesday, May 13, 2025 | absolute | 2025-05-13 | 2025-05-13
    Sept. 5, 2024 | absolute | 2024-09-05 | 2024-09-05
    Feb. 30, 2025 | absolute | - | -
    May 2025 | absolute | 2025-05 | 2025-05
    early May 2025 | absolute | 2025-05-01/2025-05-10 | 2025-05-01/2025-05-10
    first quarter of 2025 | absolute | 2025-01/2025-03 | 2025-01/2025-03
    Q3 2024 | absolute | 2024-07/2024-09 | 2024-07/2024-09
    second half of 2024 | absolute | 2024-07/2024-12 | 2024-07/2024-12
    H1 2025 | absolute | 2025-01/2025-06 | 2025-01/2025-06
    summer of 2024 | absolute | 2024-06/2024-08 | 2024-06/2024-08
    winter of 2024 | absolute | 2024 | 2024
    fourth calendar quarter of 2024 | absolute | 2024-10/2024-12 | 2024-10/2024-12
    quarter ended July 27, 2025 | absolute | 2025-04-28/2025-07-27 | 2025-04-28/2025-07-27
    2025 | absolute | 2025 | 2025
    late 2024 | absolute | 2024 | 2024
    mid-2024 | absolute | 2024-06 | 2024-06
    end of 2024 | absolute | 2024-12 | 2024-12
    since 2022 | absolute | 2022/.. | 2022/..
    2027 onwards | absolute | 2027/.. | 2027/..
    2018 to 2022 | absolute | 2018/2022 | 2018/2022
    2018-2022 | absolute | 2018/2022 | 2018/2022
    2018–22 | absolute | 2018/2022 | 2018/2022
    between 2018 and 2022 | absolute | 2018/2022 | 2018/2022
    2022 to 2018 | absolute | - | -
    May 2024 to June 2025 | absolute | 2024-05/2025-06 | 2024-05/2025-06
    May to July 2025 | absolute | 2025-05/2025-07 | 2025-05/2025-07
    December to February 2025 | absolute | 2024-12/2025-02 | 2024-12/2025-02
    May 13-16, 2025 | absolute | 2025-05-13/2025-05-16 | 2025-05-13/2025-05-16
    13-16 May 2025 | absolute | 2025-05-13/2025-05-16 | 2025-05-13/2025-05-16
    1990s | absolute | 1990/1999 | 1990/1999
    2030s | absolute | 2030/2039 | 2030/2039
    20th century | absolute | 1901/2000 | 1901/2000
    before 2018 | absolute | 2018 | 2018
    after May 13, 2025 | absolute | - | -
    pre-2018 | absolute | - | -
    fiscal 2025 | absolute | - | -
    FY25 | absolute | - | -
    fiscal first quarter | absolute | - | -
    May 13 | partial | 2025-05-13 | -
    Dec. 30 | partial | 2024-12-30 | -
    May | partial | 2025-05 | -
    December | partial | 2024-12 | -
    May 13 to 16 | partial | 2025-05-13/2025-05-16 | -
    Dec. 30 to Jan. 2 | partial | 2024-12-30/2025-01-02 | -
    second quarter | partial | 2025-04/2025-06 | -
    Q3 | partial | 2025-07/2025-09 | -
    '90s | partial | 1990/1999 | -
    2:30 p.m. | partial | - | -
    10:38 | partial | - | -
    this year | relative | 2025 | -
    last year | relative | 2024 | -
    next year | relative | 2026 | -
    earlier this year | relative | 2025 | -
    since last year | relative | 2024/.. | -
    last month | relative | 2025-04 | -
    April this year | relative | 2025-04 | -
    second half of last year | relative | 2024-07/2024-12 | -
    this week | relative | 2025-05-19/2025-05-25 | -
    last week | relative | 2025-05-12/2025-05-18 | -
    today | relative | 2025-05-20 | -
    yesterday | relative | 2025-05-19 | -
    last night | relative | 2025-05-19 | -
    Tuesday | relative | 2025-05-20 | -
    Friday | relative | 2025-05-16 | -
    three months ended Sept. 30 | partial | 2024-07/2024-09 | -
    quarter ended June 30, 2025 | absolute | 2025-04/2025-06 | 2025-04/2025-06
    fiscal year ending March 2026 | absolute | 2025-04/2026-03 | 2025-04/2026-03
    2028/29 | absolute | 2028/2029 | 2028/2029
    last Wednesday | relative | 2025-05-14 | -
    last Monday | relative | - | -
    last May | relative | - | -
    last June | relative | 2024-06 | -
    this October | relative | 2025-10 | -
    next March | relative | 2026-03 | -
    next June | relative | - | -
    this weekend | relative | 2025-05-24/2025-05-25 | -
    Monday of next week | relative | 2025-05-26 | -
    Tuesday through Thursday | relative | 2025-05-20/2025-05-22 | -
    first three quarters of 2024 | absolute | 2024-01/2024-09 | 2024-01/2024-09
    2024 fourth quarter | absolute | 2024-10/2024-12 | 2024-10/2024-12
    2026 fiscal year | absolute | - | -
    year to date | relative | 2025/.. | -
    next quarter | relative | 2025-07/2025-09 | -
    recent years | relative | - | -
    that day | anaphoric | - | -
    previous year | anaphoric | - | -
    same month | anaphoric | - | -
    past five years | duration | - | -
    three years ago | duration | 2022 | -
    a year ago | anaphoric | - | -
    September quarter of 2024 | absolute | 2024-07/2024-09 | 2024-07/2024-09
    March quarter | partial | 2025-01/2025-03 | -
    year-to-date | relative | 2025/.. | -
    year's end | relative | 2025-12 | -
    current fiscal year | relative | - | -
    year-ago quarter | anaphoric | - | -
    full-year | relative | 2025 | -
    fourth quarter | partial | 2024-10/2024-12 | -
    through September | partial | 2025-09 | -
    through April | partial | 2025-04 | -
    two weeks later | duration | - | -
    past decade | duration | - | -
"""

# text | every date in it
IN_CONTEXT = """
    On May 13, 2025, and last year | May 13, 2025; last year
    in May, since March, by August | May; since March; August
    a May Day parade |
    prices may rise, it may march on |
    May I ask? March on! Theresa May said |
    April said so; June laughed |
    to Castellan and June Okafor, in June | June
    a Boeing 737 in 2018 | 2018
    Computex 2025 and Made in China 2025 |
    Trump's 2018 tariffs | 2018
    $2025, 2,025 chips, 2025 percent, 2000 chips |
    in 2025 companies grew | 2025
    Section 2025.1, version 20.25 |
    24/7, 9/11, a ratio of 3:1 |
    in her 20s; in the '90s, the 80s | '90s; 80s
    the second half of the decade |
    a second time, the first time |
    the Second Avenue, Q8 |
    from 2018 to 2022 | 2018 to 2022
    on May 13 and May 15 | May 13; May 15
    at 2:30 p.m. on Tuesday | 2:30 p.m.; Tuesday
    over the past five years | past five years
    May 5.5 percent | 
    “In 2024,” he said | 2024
    the May 13 rule | May 13
    H20 and F-35 |
"""


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().split("\n")]


def cell(text: str) -> str | None:
    return None if text == "-" else text


@pytest.mark.parametrize("line", lines(READINGS))
def test_the_expression_is_a_date_of_its_kind_and_resolves_to_its_cell(line: str) -> None:
    expression, kind, known, unknown = line.split(" | ")
    assert [(d.text, d.kind) for d in dates.find(expression)] == [(expression, kind)]
    assert dates.resolve(expression, "2025-05-20") == cell(known)
    assert dates.resolve(expression, None) == cell(unknown)


@pytest.mark.parametrize("line", lines(IN_CONTEXT))
def test_the_words_around_a_date_are_told_from_it(line: str) -> None:
    text, _, expected = line.partition("|")
    found = [date.text for date in dates.find(text.strip())]
    assert found == [part.strip() for part in expected.split(";") if part.strip()]


@pytest.mark.parametrize("line", lines(IN_CONTEXT))
def test_what_was_found_reads_the_same_alone(line: str) -> None:
    for date in dates.find(line.partition("|")[0]):
        assert [(d.text, d.kind) for d in dates.find(date.text)] == [(date.text, date.kind)]


def test_words_of_time_without_a_measure_are_times_too() -> None:
    text = "Currently, on May 13, it so far"
    assert [text[start:end] for start, end in dates.times(text)] == [
        "Currently",
        "May 13",
        "so far",
    ]


PIECES = """
    May March Sept. 13 5 2025 2018 2018-22 '90s 1990s Q3 H1 first second half quarter of the in
    since between and to - – , . last this next year month week Tuesday today ago past five years
    before fiscal century 20th early mid- late onwards 2:30 p.m. Computex summer
"""
anything = (
    st.lists(st.sampled_from(PIECES.split()), max_size=10).map(" ".join)
    | st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=12).map("".join)
    | st.text()
)
DAYS = st.dates(datetime.date(1800, 1, 1), datetime.date(2099, 12, 31))
PUBLISHED = st.none() | st.dates().map(str) | st.text(max_size=10)


@given(anything)
def test_found_spans_are_in_order_disjoint_and_the_text_itself(text: str) -> None:
    end = 0
    for date in dates.find(text):
        assert end <= date.start < date.end <= len(text)
        assert date.text == text[date.start : date.end]
        end = date.end


@given(anything, PUBLISHED)
def test_whatever_resolves_is_a_cell(text: str, published: str | None) -> None:
    found = dates.resolve(text, published)
    assert found is None or iso_dates.is_iso(found)


@given(DAYS)
def test_a_written_day_resolves_to_itself(day: datetime.date) -> None:
    for text in (f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day}"):
        assert dates.resolve(text, None) == day.isoformat()


@given(DAYS, st.integers(-120, 240))
def test_a_day_without_its_year_is_rather_past_than_twice_as_near(
    day: datetime.date, apart: int
) -> None:
    published = day + datetime.timedelta(apart)
    assert dates.resolve(f"{day:%B} {day.day}", published.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    "piece",
    ["May ", "2018-", "2025 ", "the first quarter of ", "between 2018 ", "9", "last ", "of "],
)
def test_a_text_four_times_as_long_takes_some_four_times_as_long(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        started = time.process_time()
        dates.find.__wrapped__(text)
        return time.process_time() - started

    dates.find("May")
    short = min(seconds(2_000) for _ in range(2))
    assert min(seconds(8_000) for _ in range(2)) < 12 * short + 0.05
