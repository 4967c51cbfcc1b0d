"""The grammar of quantities against independent readers of Chinese numbers.

The oracles are ms-recognizers-text (currencies, ages, percentages, ordinals, numbers) and cn2an
(the numeral of an expression, which need not be in digits alone). They get every quantity of the
tables and of the documents and a table made by hand, as written. What an oracle does not read at
all counts as unread. What it reads must be our value, or both our ends, exactly and in our unit,
but for the disagreements that are listed with their reasons; one that is gone fails, too.

Bounds are not compared: no oracle reads them.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ms_recognizers_number import NumberRecognizer
from ms_recognizers_number_with_unit import NumberWithUnitRecognizer
from ms_recognizers_text import Culture

from chipcontrols.languages.zh import quantities
from document_readings import DOCUMENTS, lines

ROOT = Path(__file__).parents[2]

# A third has no last decimal: the oracle's 15 digits of it need only be near.
TOLERANCE = Fraction(1, 10**13)

HAND_MADE = """
    零倍 十倍 十一倍 二十三個 九十九倍 一百零一 一百一十 一百一十一倍 三百二十 一千零一 一千零一十
    两千零二十五 兩千零二十五個 九千九百九十九 一万零一 一萬零一百 十万五千 十萬零五千 一百萬零三千
    一千二百三十四万五千六百七十八 一千二百三十四萬五千六百七十八 一亿零五百万 一億零一 十亿五千万
    三百億 一千五百億 五千亿 一万亿 一萬億 三万五千亿 一億五千萬 三亿两千万 二十一 廿三个 廿三個
    一百五 三百六 两千三 兩千三 一万二 十二万三 二十五萬六 一亿二 三億五
    零点五倍 零點五倍 三点一四 三點一四 十二点五倍 十二點五倍 三点五万 三點五億 一点二万亿
    0.5倍 3.14 0.001 12,345 1,234,567.89 １２３ 1万 1.5萬 3.5億 10亿 2.5万亿 2.5萬億 1兆 3.2兆
    1兆美元 3千萬 5百万 5百億 1亿2000万 1億2000萬 3亿5千万 2萬3千 1万5000 1億零500萬 1亿零5万
    12.75% 99.9% 0.05% 1000% ３．５％ 5,000% 五个百分点 3個百分點 2.5个百分点 1.5万個百分點
    三分之一 三分之二 四分之三 七分之二 十分之一 百分之一 千分之三 万分之一 萬分之五 百分之五十二
    百分之十二点五 百分之十二點五 百分之30 百分之3.5 百分之百 百分之两百 三又二分之一 亿分之一
    5分之3 一半 半數 半数 三成 兩成 两成 三成五 九成五 十成 5成
    第一 第十一 第二十三 第一百 第三大 第2大 第3 第12 第二名 第七优 第一梯隊 第五代 第100位
    100美金 一百美元 三百億美元 三百亿美元 五千万美元 五千萬美元 3.5億美元 1,000美元 12.5亿欧元
    12.5億歐元 五百日元 500億日圓 3亿韩元 3億韓元 200元 5,004元 3.5元 200元人民幣 200元人民币
    200亿人民币 1000亿元 一千億元 100亿新台币 200億元新台幣 200亿元新台币
    50万英镑 10億港元 8万港币
    二十五年 3个月 三個月 兩週 五天 24小时 三十分鐘 35岁 三十五歲 半年 两年半 兩年半 一个半月
    28個 一百个 兩千個 三百家 一百名 一千萬人 三種 5款 二十項 4塊 两大 十二次
    约50% 大約三成 近三分之一 超过100万个 超過100萬個 逾3000億美元 至少三家 不到5% 不足一半
    高達1500億美元 30%左右 三年以上 10多亿美元 10多億美元 三十多個 一百多家 30餘家 上百家
    百余 近百億美元 数百亿 數百億 數十个 數十億美元 几十万 幾百萬 十几个 十幾個 十餘個 二十几个
    三四十 两三年 兩三年 五六百 七八成 二三十億美元
    13至16 13到16个 20%-30% 20%~30% 三至五年 一千到两千 十到二十倍 3至5億美元 3億美元至5億美元
    3亿至5亿美元 百分之二十至三十 百分之二十至百分之三十 55|億美元 5|個百分點 3.5|萬億 30|%
"""

# Why they disagree with us: the expression, and what the oracle says of it.
RECOGNIZERS_DISAGREE = {
    "數 and 幾 as a digit, and 幾 and 餘 after 十, are left out": {
        "數十億美元": "1000000000 USD",
        "數十个": "10 number",
        "几十万": "100000 number",
        "十几个": "10 number",
        "十幾個": "10 number",
        "十餘個": "10 number",
        "二十几个": "20 number",
    },
    "of two digits in a row only the second is read": {
        "三四十": "40 number",
        "五六百": "600 number",
        "七八成": "80 percentage",
        "二三十億美元": "3000000000 number",
    },
    "of a range only the number that has the unit is read": {
        "3至5億美元": "500000000 USD",
        "3亿至5亿美元": "500000000 USD",
        "百分之二十至三十": "20 percentage",
    },
    "a number and the half after its unit are two numbers": {
        "两年半": "2 number and 0.5 number",
        "兩年半": "2 number and 0.5 number",
        "一个半月": "1 number and 0.5 number",
    },
    "what stands before the comma, or the point before 萬, in a percentage is cut off": {
        "5,000%": "0 percentage",
        "1.5万個百分點": "50000 percentage",
    },
    "廿 is unknown": {"廿三个": "3 number", "廿三個": "3 number"},
    "元 is CNY in traditional characters too, and whatever currency is named after it": {
        "一千億元": "100000000000 CNY",
        "200億元新台幣": "20000000000 CNY",
        "200亿元新台币": "20000000000 CNY",
    },
}
CN2AN_DISAGREES = {
    "數 and 幾 as a digit, and 幾 and 餘 after 十, are left out": {
        "數十億美元": "1000000000 number",
        "數十个": "10 number",
        "几十万": "100000 number",
        "十几个": "10 number",
        "十幾個": "10 number",
        "十餘個": "10 number",
        "二十几个": "20 number",
    },
    "two digits in a row are one number, digit by digit": {
        "两三年": "23 number",
        "兩三年": "23 number",
        "七八成": "78 number",
    },
    "each number of a range is read by itself": {
        "3至5億美元": "3.0 number and 500000000 number",
        "百分之二十至三十": "20 percentage and 30 number",
    },
    "only the numeral is read, not 半 after it": {
        "一半": "1 number",
        "約一半": "1 number",
        "不足一半": "1 number",
        "两年半": "2 number",
        "兩年半": "2 number",
        "一个半月": "1 number",
    },
    "only the numeral is read, not 成 after it": {
        "三成": "3 number",
        "兩成": "2 number",
        "两成": "2 number",
        "十成": "10 number",
        "大約三成": "3 number",
        "三成五": "3 number and 5 number",
        "九成五": "9 number and 5 number",
    },
    "又 joins nothing": {"三又二分之一": "3 number and 1/2 number"},
    "點 is unknown in a percentage": {"百分之十二點五": "12 percentage and 5 number"},
}

# So many expressions an oracle reads as a number of the kind, or it has stopped working.
RECOGNIZERS_READ = {
    "number": 150,
    "percentage": 48,
    "ordinal": 18,
    "USD": 20,
    "CNY": 8,
    "HKD": 2,
    "EUR": 1,
    "GBP": 1,
    "JPY": 1,
    "KRW": 1,
    "TWD": 1,
    "years": 1,
}
CN2AN_READS = {"number": 173, "percentage": 7}

Reading = list[tuple[str, str]]  # the kind of number, and the number as the oracle says it

NUMBER, WITH_UNIT = NumberRecognizer(Culture.Chinese), NumberWithUnitRecognizer(Culture.Chinese)
MODELS = {  # the first one that reads the expression says what it is
    "currency": WITH_UNIT.get_currency_model(),
    "age": WITH_UNIT.get_age_model(),
    "percentage": NUMBER.get_percentage_model(),
    "ordinal": NUMBER.get_ordinal_model(),
    "number": NUMBER.get_number_model(),
}


def kind_of(name: str, resolution: dict[str, str]) -> str | None:
    """The kind of a number: the code of its currency, our name of its unit, or the model's name."""
    if name == "currency":
        return resolution.get("isoCurrency")
    return f"{resolution['unit'].lower()}s" if name == "age" else name


def by_recognizers(expression: str) -> Reading:
    """The numbers that ms-recognizers-text reads."""
    for name, model in MODELS.items():
        found = [(kind_of(name, one.resolution), one.resolution) for one in model.parse(expression)]
        reading = [
            (kind, said["value"].rstrip("%")) for kind, said in found if kind and said["value"]
        ]
        if reading:
            return reading
    return []


NUMERAL = re.compile("[0-9０-９.．零〇一二两兩三四五六七八九十百千万萬亿億廿点點]+")
FRACTION = re.compile("([0-9.]+(?:/[0-9]+)?)(%?)")


def by_cn2an(expression: str) -> Reading:
    """The numbers that cn2an reads: numerals not in digits alone, and fractions."""
    if "分之" in expression:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what it leaves as it is
            text = cn2an.transform(expression)
        found = FRACTION.findall(text) if "分之" not in text else []
        return [("percentage" if percent else "number", number) for number, percent in found]
    numerals = NUMERAL.findall(expression.replace(" ", ""))
    if all(re.fullmatch("[0-9０-９.．]+", numeral) for numeral in numerals):
        return []
    try:
        return [("number", str(cn2an.cn2an(numeral, "smart"))) for numeral in numerals]
    except (ValueError, KeyError):
        return []


def in_kind(number: Fraction, unit: str | None, kind: str) -> Fraction | None:
    """Our number as an oracle should say it; None where our unit is not of its kind."""
    if kind == "number":
        return number
    if kind == "percentage":
        points = {"percent": number, "percentage_point": number, "fraction": 100 * number}
        return points.get(unit or "")
    return number if unit == kind or (kind == "ordinal" and unit == "rank") else None


def agree(expression: str, reading: Reading) -> bool:
    quantity = quantities.read(expression)
    ends = (quantity.low, quantity.high) if quantity.value is None else (quantity.value,)
    ours = [number for number in ends if number is not None]
    if len(ours) != len(reading):
        return False
    for number, (kind, said) in zip(ours, reading, strict=True):
        expected = in_kind(number, quantity.unit, kind)
        if expected is None:
            return False
        endless = 10**60 % expected.denominator != 0
        if abs(Fraction(said) - expected) > (TOLERANCE if endless else 0):
            return False
    return True


@cache
def expressions() -> tuple[str, ...]:
    """Every expression once: of the rows and lines that are expected, and made by hand."""
    with (ROOT / "data" / "market_figures.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["seed"].partition("_")[0] in DOCUMENTS]
    found = [row["quantity"] for row in rows]
    for reading in lines().values():
        found += [quantity.text for quantity in quantities.find(reading)]
    found += [expression.replace("|", " ") for expression in HAND_MADE.split()]
    return tuple(dict.fromkeys(found))


@cache
def readings(oracle: Callable[[str], Reading]) -> dict[str, Reading]:
    """What the oracle reads of the expressions that it can read."""
    said = {expression: oracle(expression) for expression in expressions()}
    return {expression: reading for expression, reading in said.items() if reading}


@pytest.mark.parametrize(
    ("oracle", "listed"),
    [(by_recognizers, RECOGNIZERS_DISAGREE), (by_cn2an, CN2AN_DISAGREES)],
)
def test_an_oracle_disagrees_exactly_where_and_as_it_is_listed(
    oracle: Callable[[str], Reading], listed: dict[str, dict[str, str]]
) -> None:
    disagreements = {
        expression: " and ".join(f"{said} {kind}" for kind, said in reading)
        for expression, reading in readings(oracle).items()
        if not agree(expression, reading)
    }
    assert disagreements == {
        expression: said for cases in listed.values() for expression, said in cases.items()
    }


@pytest.mark.parametrize(
    ("oracle", "at_least"),
    [(by_recognizers, RECOGNIZERS_READ), (by_cn2an, CN2AN_READS)],
)
def test_an_oracle_reads_enough_expressions_of_every_kind(
    oracle: Callable[[str], Reading], at_least: dict[str, int]
) -> None:
    kinds = Counter(reading[0][0] for reading in readings(oracle).values())
    assert {kind: kinds[kind] for kind, least in at_least.items() if kinds[kind] < least} == {}


@given(st.integers(0, 10**16 - 1) | st.integers(0, 20000))
def test_a_number_that_cn2an_writes_reads_back(number: int) -> None:
    assert quantities.read(cn2an.an2cn(number) + "倍").value == number
