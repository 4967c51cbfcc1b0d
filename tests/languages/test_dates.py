from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import iso_dates, language
from chipcontrols.languages.folding import fold
from chipcontrols.languages.periods import dated
from chipcontrols.languages.zh import dates
from document_readings import DOCUMENTS, expected, lines

# expression | kind | cell when published on 2025-05-20 | cell when the day is not known
READINGS = """
    2018年 | absolute | 2018 | 2018
    2024年初 | absolute | 2024-01 | 2024-01
    2024年年底 | absolute | 2024-12 | 2024-12
    2024年中 | absolute | 2024-06 | 2024-06
    2024年度 | absolute | 2024 | 2024
    2025財年 | absolute | - | -
    二〇二五年五月 | absolute | 2025-05 | 2025-05
    二零二五年五月十三日 | absolute | 2025-05-13 | 2025-05-13
    ２０２５年５月 | absolute | 2025-05 | 2025-05
    2025年05月02日 10:22 | absolute | 2025-05-02 | 2025-05-02
    2025 年 5 月 2 日 | absolute | 2025-05-02 | 2025-05-02
    今年 4 月 | relative | 2025-04 | -
    5 月 13 日 | partial | 2025-05-13 | -
    2025-05-20 17:22 | absolute | 2025-05-20 | 2025-05-20
    2025/5/20 | absolute | 2025-05-20 | 2025-05-20
    2025-05 | absolute | 2025-05 | 2025-05
    2025-02-30 | absolute | - | -
    2025年2月30日 | absolute | - | -
    2025年5月中旬 | absolute | 2025-05-11/2025-05-20 | 2025-05-11/2025-05-20
    2月下旬 | partial | 2025-02-21/2025-02-28 | -
    上月上旬 | relative | 2025-04-01/2025-04-10 | -
    今年夏季 | relative | 2025-06/2025-08 | -
    2024年冬季 | absolute | 2024 | 2024
    2024年上半年 | absolute | 2024-01/2024-06 | 2024-01/2024-06
    2024年第三季度 | absolute | 2024-07/2024-09 | 2024-07/2024-09
    2022年以來 | absolute | 2022/.. | 2022/..
    2022年至今 | absolute | 2022/.. | 2022/..
    2018年之前 | absolute | 2018 | 2018
    2018年前後 | absolute | - | -
    2018年至2022年 | absolute | 2018/2022 | 2018/2022
    2018-2022年 | absolute | 2018/2022 | 2018/2022
    2018—2022 | absolute | 2018/2022 | 2018/2022
    2022年至2018年 | absolute | - | -
    2018年到2019年5月 | absolute | 2018/2019-05 | 2018/2019-05
    2025年5月13日至16日 | absolute | 2025-05-13/2025-05-16 | 2025-05-13/2025-05-16
    2024年12月至3月 | absolute | 2024-12/2025-03 | 2024-12/2025-03
    20世纪90年代 | absolute | 1990/1999 | 1990/1999
    二十世紀九十年代 | absolute | 1990/1999 | 1990/1999
    2010年代 | absolute | 2010/2019 | 2010/2019
    21世紀 | absolute | 2001/2100 | 2001/2100
    民國114年 | absolute | 2025 | 2025
    5月19日 | partial | 2025-05-19 | -
    五月十三日 | partial | 2025-05-13 | -
    廿三日 | partial | 2025-05-23 | -
    5月13日上午10時30分 | partial | 2025-05-13 | -
    5月13-16日 | partial | 2025-05-13/2025-05-16 | -
    13至16日 | partial | 2025-05-13/2025-05-16 | -
    4至6月 | partial | 2025-04/2025-06 | -
    12月30日至1月2日 | partial | 2024-12-30/2025-01-02 | -
    5月30日至2日 | partial | 2025-05-30/2025-06-02 | -
    12月31日 | partial | 2024-12-31 | -
    2月29日 | partial | 2024-02-29 | -
    11月 | partial | 2024-11 | -
    10月 | partial | 2024-10 | -
    5月份 | partial | 2025-05 | -
    31日 | partial | 2025-05-31 | -
    5月13日起 | partial | 2025-05-13/.. | -
    上半年 | partial | 2025-01/2025-06 | -
    第四季度 | partial | 2024-10/2024-12 | -
    前三季度 | partial | 2024-01/2024-09 | -
    90年代 | partial | 1990/1999 | -
    上世紀80年代 | relative | 1980/1989 | -
    10:38 | partial | - | -
    今年 | relative | 2025 | -
    今年4月 | relative | 2025-04 | -
    今年4至6月 | relative | 2025-04/2025-06 | -
    今年以來 | relative | 2025/.. | -
    去年 | relative | 2024 | -
    去年底 | relative | 2024-12 | -
    去年同期 | anaphoric | 2024 | -
    上年同期 | anaphoric | - | -
    全年 | partial | 2025 | -
    今年頭十個月 | relative | 2025-01/2025-10 | -
    去年末季 | relative | 2024-10/2024-12 | -
    前一季度 | anaphoric | - | -
    上月同期 | relative | 2025-04 | -
    4月止季度 | partial | 2025-02/2025-04 | -
    FY26Q3 | absolute | - | -
    月中 | relative | 2025-05-11/2025-05-20 | -
    本周首三日 | relative | 2025-05-19/2025-05-21 | -
    明年5月3日 | relative | 2026-05-03 | -
    前年 | relative | 2023 | -
    本月 | relative | 2025-05 | -
    上月 | relative | 2025-04 | -
    下個月 | relative | 2025-06 | -
    本月13日至16日 | relative | 2025-05-13/2025-05-16 | -
    年初 | relative | 2025-01 | -
    年底 | relative | 2025-12 | -
    本周 | relative | 2025-05-19/2025-05-25 | -
    上周 | relative | 2025-05-12/2025-05-18 | -
    下周 | relative | 2025-05-26/2025-06-01 | -
    上周三 | relative | 2025-05-14 | -
    下星期天 | relative | 2025-06-01 | -
    上周末 | relative | 2025-05-17/2025-05-18 | -
    周末 | relative | - | -
    下周一至周三 | relative | 2025-05-26/2025-05-28 | -
    大前天 | relative | 2025-05-17 | -
    4月上中旬 | partial | 2025-04-01/2025-04-20 | -
    3月下旬至4月上旬 | partial | 2025-03-21/2025-04-10 | -
    二、三季度 | partial | 2025-04/2025-09 | -
    周五 | relative | 2025-05-16 | -
    6月底止六個月 | partial | 2024-01/2024-06 | -
    2025年3月31日止年度 | absolute | 2024-04/2025-03 | 2024-04/2025-03
    2025/26 | absolute | 2025/2026 | 2025/2026
    上年末 | anaphoric | - | -
    過去20日 | duration | - | -
    今天 | relative | 2025-05-20 | -
    昨天下午3点 | relative | 2025-05-19 | -
    前天 | relative | 2025-05-18 | -
    近期 | relative | - | -
    近年來 | relative | - | -
    日前 | relative | - | -
    當日 | anaphoric | - | -
    同年5月 | anaphoric | - | -
    翌年 | anaphoric | - | -
    過去10年 | duration | - | -
    未來三年 | duration | - | -
    三年前 | duration | 2022 | -
    兩週前 | duration | 2025-05-05/2025-05-11 | -
    三年來 | duration | 2022-05/2025-05 | -
    一百二十年前 | duration | - | -
    三四年前 | duration | - | -
    數日前 | duration | - | -
    十多年來 | duration | - | -
    半年前 | duration | - | -
"""

IN_CONTEXT = {
    "2023年中国AI,2026年中國可能": "2023年|2026年",
    "2024年初创企业": "2024年",
    "2010年代表": "2010年",
    "公告2025年第73号,2025年第3季": "2025年第3季",
    "BIS上月24日在,2028/29赛季,2025/10/3": "上月24日|2028/29|2025/10/3",
    "较上年同期,晚上年轻人,去年同期货": "上年同期|去年",
    "2022年起訴": "2022年",
    "到2026年": "2026年",
    "上漲5%,2024年": "2024年",
    "就在幾天前的5月13日": "幾天前|5月13日",
    "5月13日(周二)": "5月13日|周二",
    "今年第二次": "今年",
    "2018年特朗普1.0時代": "2018年",
    "在華H20日前": "日前",
}

NOT_DATES = """
    11年 五百年 3日內 100日 一日 五月天 二十三月 第5月 個月 年中國 多年底 過去年 如今年輕 目前天
    周刊 周邊 每周 不同日 相當年輕 首次年會 Computex2025 Computex|2025 1.0時代 2.0版本 910C H20
    近日本 生日前 以上月 發明天才 32号线 10号线 13日元 99999年 3:1:4:5 24小時 5,000 先天
""".replace("\n", " ")


def found(text: str) -> list[str]:
    return [date.text for date in dates.find(text)]


def cells(text: str) -> list[str | None]:
    return [cell for _, cell in dated(language("zh"), text, "2025-05-20")]


def test_every_date_of_the_documents_is_found_and_resolved_and_nothing_else() -> None:
    read = {}
    for place, line in lines().items():
        published = DOCUMENTS[place[0]]["published"] or None
        told = [
            f"{d.text} {d.kind} {dates.resolve(d.text, published) or '-'}" for d in dates.find(line)
        ]
        if told:
            read[place] = told
    assert read == expected("dates", "words", "kind", "cell")


@pytest.mark.parametrize("row", READINGS.strip().splitlines())
def test_the_expression_has_its_kind_and_resolves_to_its_cell(row: str) -> None:
    expression, kind, cell, undated = (part.strip() for part in row.split(" | "))
    assert [(date.text, date.kind) for date in dates.find(expression)] == [(expression, kind)]
    assert dates.resolve(expression, "2025-05-20") == (None if cell == "-" else cell)
    assert dates.resolve(expression, None) == (None if undated == "-" else undated)


@pytest.mark.parametrize(("text", "expected"), IN_CONTEXT.items())
def test_the_words_around_a_date_are_told_from_it(text: str, expected: str) -> None:
    assert found(text) == expected.split("|")


@pytest.mark.parametrize("text", NOT_DATES.split())
def test_what_only_looks_like_a_date_is_not_found(text: str) -> None:
    assert found(text.replace("|", " ")) == []


@pytest.mark.parametrize(
    ("words", "cell"),
    [
        ("到2026年", "2026"),
        ("预计2025年", "2025"),
        ("将于周五", "2025-05-23"),
        ("當地時間4月30日", "2025-04-30"),
        ("就在幾天前的5月13日", "2025-05-13"),
        ("2024年和2025年", None),
        ("訪華期間", None),
        ("", None),
    ],
)
def test_words_around_one_date_do_not_keep_it_from_resolving(words: str, cell: str | None) -> None:
    assert dates.resolve(words, "2025-05-20") == cell


@pytest.mark.parametrize("published", ["2025", "2025-05", "2025-05-01/2025-05-02", "May", ""])
def test_only_a_whole_day_of_publication_resolves_anything(published: str) -> None:
    assert dates.resolve("今年4月", published) is None


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-05-13", "2025-05-13", "2025-05-13"),
        ("2025-05-13/2025-05-16", "2025-05-13", "2025-05-16"),
        ("2015/2025", "2015-01-01", "2025-12-31"),
        ("2018/2019-05", "2018-01-01", "2019-05-31"),
        ("2022/..", "2022-01-01", None),
    ],
)
def test_a_cell_is_bounded_by_real_days(cell: str, first: str, last: str | None) -> None:
    end = datetime.date.fromisoformat(last) if last else None
    assert iso_dates.is_iso(cell)
    assert iso_dates.bounds(cell) == (datetime.date.fromisoformat(first), end)


@pytest.mark.parametrize(
    "cell",
    "2025-02-30 2025-13 2025-00 0000 2025-5-1 25 2025/2015 2025-05-16/2025-05-13 ../2022 ../.. "
    "2022/ /2022 2022/../.. 2022/2023/2024 2025-05-20T17:22 ２０２５ 2025年 2025\n ..".split(" "),
)
def test_what_names_no_real_day_is_no_cell(cell: str) -> None:
    assert not iso_dates.is_iso(cell)
    assert iso_dates.bounds(cell) == (None, None)


# --- properties ---

DIGITS = "〇一二三四五六七八九"
days = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31))
PIECES = """
    0 1 2 3 9 05 13 20 31 2024 2025 一 二 三 五 十 廿 〇 年 月 日 号 周 天 至 到 - / . : H AI 幾 多
    今 去 明 前 後 本 上 下 个 初 底 中 旬 半 季度 第 以來 以前 起 近 最近 過去 世紀 年代 當日 同 次
"""
pieces = st.sampled_from([" ", *PIECES.split()])
texts = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=30)


def in_chinese(number: int) -> str:
    """A month or day as Chinese writes it: 23 is 二十三."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + "十" * (tens > 0) + (DIGITS[ones] if ones else "")


@given(days)
def test_a_written_day_resolves_to_itself(day: datetime.date) -> None:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month:02}月{day.day:02}日 08:05",
        f"{day:%Y-%m-%d}",
        f"{year}年{in_chinese(day.month)}月{in_chinese(day.day)}日",
    ):
        assert found(text) == [text]
        assert dates.resolve(text, None) == day.isoformat()


@given(days, days)
def test_a_written_interval_resolves_when_it_runs_forward(
    one: datetime.date, other: datetime.date
) -> None:
    text = "至".join(f"{day.year}年{day.month}月{day.day}日" for day in (one, other))
    assert dates.resolve(text, None) == (f"{one}/{other}" if one <= other else None)


@given(days.filter(lambda day: 1001 <= day.year <= 2998), st.integers(-240, 120))
def test_a_day_without_its_year_is_rather_past_than_twice_as_near(
    published: datetime.date, distance: int
) -> None:
    day = published + datetime.timedelta(distance)
    assert dates.resolve(f"{day.month}月{day.day}日", published.isoformat()) == day.isoformat()


@given(texts)
def test_found_spans_are_in_order_disjoint_and_the_text_itself(text: str) -> None:
    end = 0
    for date in dates.find(text):
        assert end <= date.start < date.end <= len(text)
        assert date.text == text[date.start : date.end]
        assert date.kind in {"absolute", "partial", "relative", "anaphoric", "duration"}
        end = date.end


@given(texts, st.none() | days.map(str) | st.sampled_from(["0001-01-01", "9999-12-31"]))
def test_whatever_resolves_is_a_cell(text: str, published: str | None) -> None:
    for words in (text, *found(text)):
        cell = dates.resolve(words, published)
        assert cell is None or iso_dates.is_iso(cell)


@given(texts)
def test_an_absolute_date_does_not_depend_on_the_day_of_publication(text: str) -> None:
    for date in dates.find(text):
        if date.kind == "absolute":
            assert dates.resolve(date.text, "2025-05-20") == dates.resolve(date.text, None)


@given(texts | st.dates().map(str))
def test_bounds_are_in_order_exactly_for_cells(text: str) -> None:
    first, last = iso_dates.bounds(text)
    assert iso_dates.is_iso(text) == (first is not None)
    assert first is None or last is None or first <= last


@given(texts)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("published", "last_quarter", "whole_year"),
    [
        ("2025-02-03", None, None),  # the results of the year before are being told
        ("2025-05-10", None, "2025"),
        ("2025-06-10", "2025-01/2025-03", "2025"),
    ],
)
def test_what_the_season_of_results_leaves_open_is_not_resolved(
    published: str, last_quarter: str | None, whole_year: str | None
) -> None:
    assert dates.resolve("上季", published) == last_quarter
    assert dates.resolve("全年", published) == whole_year


def test_the_whole_of_a_year_whose_part_was_told_is_not_the_year_of_publication() -> None:
    assert cells("去年第四季虧損,全年獲利;全年目標調高") == ["2024-10/2024-12", "2024", "2025"]
