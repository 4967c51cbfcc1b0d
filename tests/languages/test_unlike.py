"""Quantities of an English text against those of its original, in either language."""

from __future__ import annotations

import pytest

from chipcontrols.languages import language
from chipcontrols.languages.quantities import unlike

# original | English that says the same
ALIKE = """
    55億美元 | $5.5 billion
    55亿美元 | US$5.5 billion
    55亿美元 | 5.5 billion US dollars
    55億 | $5.5 billion
    55亿美元 | 5.5 billion
    500億元人民幣 | RMB 50 billion
    500亿元人民币 | 50 billion yuan
    新台幣三百億元 | NT$30 billion
    30億港元 | HK$3 billion
    30年 | three decades
    三十年 | 30 years
    18个月 | one and a half years
    两年 | 24 months
    两周 | 14 days
    一半 | 50 percent
    五成 | half
    3% | three hundredths
    百分之九十五 | 95%
    三成五 | 35 percent
    四分之三 | 75%
    上升3个百分点 | 3 percentage points
    50个基点 | half a percentage point
    12家公司 | a dozen companies
    翻了一番 | twice as much
    增加一倍 | doubled
    两年增长一倍 | doubled in two years
    达到去年的五倍 | five times as much as last year
    增长200% | up threefold
    去过两次 | went there twice
    4000点 | 4,000 points
    每度3元 | 3 yuan per kilowatt-hour
    130磅 | 130 pounds
    涨了5个点 | 5 percent
    逐季成長 | grow quarter by quarter
    每日四百万桶 | 4 million barrels a day
    数百亿美元 | tens of billions of dollars
    数千万美元 | many millions of dollars
    数十家公司 | dozens of companies
    几天前 | several days ago
    日前宣布, 两年内 | a few days ago, within two years
    3%至5% | 3 to 5 percent
    第三大 | three companies
    6月增长3% | 3 percent in June
    逾30% | more than 30 percent
    30%以上 | more than 30%
    三个季度 | nine months
    三成 | nearly 30 percent
    $5.5 billion | 5.5 billion dollars
    three decades | 30 years
"""
# original | English | what is not its original's
UNLIKE = """
    55億美元 | 5.5 billion yuan
    55億美元 | €5.5 billion
    55億美元 | HK$5.5 billion
    55億美元 | NT$5.5 billion
    55億美元 | 5.5 billion Japanese yen
    55億元人民幣 | $5.5 billion
    5000億美元 | €500 billion
    數百億美元 | tens of billions of yuan
    數百萬美元 | billions of dollars
    数百万美元 | tens of millions of dollars
    數百家 | dozens of companies
    95% | 95 percentage points
    3個百分點 | 3 percent
    3% | $3
    3% | 3 years
    五成 | 5 percent
    三分之一 | 3 percent
    6月增長5% | 6 percent in June
    五倍 | five percent of it
    五倍 | a fifth of it
    三倍 | up by a third
    30% | 30 times as much
    30年 | 30 months
    两年 | two months
    两年 | two weeks
    两天 | two hours
    30年 | 30 chips
    30家 | 30 percent
    几年 | several weeks
    7纳米 | 7 millimeters
    141GB | 141 TB
    5吨 | 5 kilograms
    640兆瓦 | 640 GW
    超过30% | less than 30 percent
    不到30% | more than 30 percent
    近百亿美元 | over 10 billion dollars
    不超过18个月 | at least 18 months
    至少三年 | at most three years
    高达95% | more than 95 percent
    $5.5 billion | €5.5 billion
    3.2 percent | 3.2 percentage points
    two years | two months
    five times as much | 5 percent
    at least three people | fewer than three
    超过5000亿 | less than 500 billion
    數百萬 | billions
"""


def found(original: str, english: str) -> list[str]:
    of = language("zh" if any(one > "\u2e80" for one in original) else "en")
    said = language("en").quantities(english)
    return [one.text for one, _ in unlike(said, of.quantities(original))]


def pairs(lines: str) -> list[list[str]]:
    return [line.strip().split(" | ") for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("original", "english"), pairs(ALIKE))
def test_the_same_quantity_is_not_told(original: str, english: str) -> None:
    assert found(original, english) == []


@pytest.mark.parametrize(("original", "english"), pairs(UNLIKE))
def test_another_quantity_is_told(original: str, english: str) -> None:
    assert len(found(original, english)) == 1


def test_what_has_the_number_is_told_before_what_has_the_unit() -> None:
    en, zh = language("en").quantities("$3"), language("zh").quantities("5美元,3%,4%")
    told = [[one.text for one in like] for text in (zh, zh[:1], ()) for _, like in unlike(en, text)]
    assert told == [["3%"], ["5美元"], []]
