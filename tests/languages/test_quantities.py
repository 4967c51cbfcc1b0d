from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages.zh import money, quantities
from document_readings import expected, lines

# expression | value | low | high | unit | bound, a dash for none
READINGS = """
    一場 | 1 | 1 | 1 | count | exact
    幾乎所有 | 1 | - | 1 | fraction | nearly
    不止一次 | 1 | 1 | - | count | more_than
    數十億美元 | - | 2e9 | 1e10 | USD | vague
    500億美元 | 5e10 | 5e10 | 5e10 | USD | exact
    約一半 | 1/2 | - | - | fraction | approx
    高達95% | 95 | - | 95 | percent | as_high_as
    50% | 50 | 50 | 50 | percent | exact
    可觀 | - | - | - | - | vague
    三个 | 3 | 3 | 3 | count | exact
    第一梯队 | 1 | 1 | 1 | ordinal | exact
    第三梯队 | 3 | 3 | 3 | ordinal | exact
    少数 | - | - | 1/2 | fraction | vague
    大多数 | - | 1/2 | 1 | fraction | vague
    近百亿美元 | 1e10 | - | 1e10 | USD | nearly
    最大 | 1 | 1 | 1 | rank | exact
    一千 | 1000 | 1000 | 1000 | - | exact
    八百 | 800 | 800 | 800 | - | exact
    高达1500亿美元 | 15e10 | - | 15e10 | USD | as_high_as
    突破50% | 50 | 50 | - | percent | more_than
    五年 | 5 | 5 | 5 | years | exact
    28个 | 28 | 28 | 28 | count | exact
    400% | 400 | 400 | 400 | percent | exact
    30%以上 | 30 | 30 | - | percent | at_least
    两大 | 2 | 2 | 2 | count | exact
    兩國 | 2 | 2 | 2 | count | exact
    两套 | 2 | 2 | 2 | count | exact
    幾年 | - | 2 | 10 | years | vague
    幾天 | - | 2 | 10 | days | vague
    55 億美元 | 55e8 | 55e8 | 55e8 | USD | exact
    5000億美元 | 5e11 | 5e11 | 5e11 | USD | exact
    第二次 | 2 | 2 | 2 | ordinal | exact
    多個 | - | - | - | count | vague
    絕大部分 | - | 1/2 | 1 | fraction | vague
    甚微 | - | - | - | - | vague
    巨額 | - | - | - | - | vague
    三分之一 | 1/3 | 1/3 | 1/3 | fraction | exact
    五倍 | 5 | 5 | 5 | multiple | exact
    10年 | 10 | 10 | 10 | years | exact
    第三大 | 3 | 3 | 3 | rank | exact
    100名 | 100 | 100 | 100 | count | exact
    第一任期 | 1 | 1 | 1 | ordinal | exact
    第七優 | 7 | 7 | 7 | rank | exact
    一半 | 1/2 | 1/2 | 1/2 | fraction | exact
    1500亿 | 15e10 | 15e10 | 15e10 | - | exact
    百亿 | 1e10 | 1e10 | 1e10 | - | exact
    3.5萬億 | 35e11 | 35e11 | 35e11 | - | exact
    1億2000萬 | 12e7 | 12e7 | 12e7 | - | exact
    1万5000 | 15000 | 15000 | 15000 | - | exact
    一百零五 | 105 | 105 | 105 | - | exact
    一百五 | 150 | 150 | 150 | - | exact
    一万二 | 12000 | 12000 | 12000 | - | exact
    兩千 | 2000 | 2000 | 2000 | - | exact
    廿三个 | 23 | 23 | 23 | count | exact
    三点五亿 | 35e7 | 35e7 | 35e7 | - | exact
    十二点五倍 | 25/2 | 25/2 | 25/2 | multiple | exact
    5,000 | 5000 | 5000 | 5000 | - | exact
    5,000,000美元 | 5e6 | 5e6 | 5e6 | USD | exact
    １５００億美元 | 15e10 | 15e10 | 15e10 | USD | exact
    ２，８００ | 2800 | 2800 | 2800 | - | exact
    １,６４０亿元 | 164000000000 | 164000000000 | 164000000000 | CNY | exact
    1萬8,640張 | 18640 | 18640 | 18640 | count | exact
    20個工作天 | 20 | 20 | 20 | working_days | exact
    35％ | 35 | 35 | 35 | percent | exact
    5 個百分點 | 5 | 5 | 5 | percentage_point | exact
    3.0% | 3 | 3 | 3 | percent | exact
    百分之三十 | 3/10 | 3/10 | 3/10 | fraction | exact
    百分之30 | 3/10 | 3/10 | 3/10 | fraction | exact
    百分之百 | 1 | 1 | 1 | fraction | exact
    万分之一 | 1/10000 | 1/10000 | 1/10000 | fraction | exact
    三又二分之一 | 7/2 | 7/2 | 7/2 | fraction | exact
    近三分之一 | 1/3 | - | 1/3 | fraction | nearly
    半數以上 | 1/2 | 1/2 | - | fraction | at_least
    過半數 | 1/2 | 1/2 | - | fraction | more_than
    近半 | 1/2 | - | 1/2 | fraction | nearly
    三成 | 3/10 | 3/10 | 3/10 | fraction | exact
    三成五 | 7/20 | 7/20 | 7/20 | fraction | exact
    半年多 | 1/2 | 1/2 | - | years | more_than
    两年半 | 5/2 | 5/2 | 5/2 | years | exact
    一個半月 | 3/2 | 3/2 | 3/2 | months | exact
    3个月 | 3 | 3 | 3 | months | exact
    24小時 | 24 | 24 | 24 | hours | exact
    100日 | 100 | 100 | 100 | days | exact
    3日內 | 3 | - | 3 | days | at_most
    5年以內 | 5 | - | 5 | years | at_most
    最多3个 | 3 | - | 3 | count | at_most
    不超過5倍 | 5 | - | 5 | multiple | at_most
    不足30% | 30 | - | 30 | percent | at_most
    至少三家 | 3 | 3 | - | count | at_least
    上百家 | 100 | 100 | - | count | at_least
    超过100万个 | 1e6 | 1e6 | - | count | more_than
    10多億美元 | 1e9 | 1e9 | - | USD | more_than
    百余 | 100 | 100 | - | - | more_than
    30餘家 | 30 | 30 | - | count | more_than
    十來個 | 10 | - | - | count | approx
    50家左右 | 50 | - | - | count | approx
    接近100%以上 | 100 | 100 | - | percent | at_least
    高達約500億美元 | 5e10 | - | - | USD | approx
    高達數十億美元 | - | 2e9 | 1e10 | USD | vague
    數億 | - | 2e8 | 1e9 | - | vague
    數百 | - | 200 | 1000 | - | vague
    数个 | - | 2 | 10 | count | vague
    數十 | - | 20 | 100 | - | vague
    幾十萬 | - | 2e5 | 1e6 | - | vague
    十幾 | - | 10 | 20 | - | vague
    十餘 | - | 10 | 20 | - | vague
    二十幾個 | - | 20 | 30 | count | vague
    数倍 | - | 2 | 10 | multiple | vague
    13至16 | - | 13 | 16 | - | range
    20%-30% | - | 20 | 30 | percent | range
    3至5億美元 | - | 3e8 | 5e8 | USD | range
    3億美元至5億美元 | - | 3e8 | 5e8 | USD | range
    5000至1万 | - | 5000 | 10000 | - | range
    百分之二十至三十 | - | 1/5 | 3/10 | fraction | range
    三四十 | - | 30 | 40 | - | vague
    两三年 | - | 2 | 3 | years | vague
    八九成 | - | 4/5 | 9/10 | fraction | vague
    200元人民幣 | 200 | 200 | 200 | CNY | exact
    3亿韩元 | 3e8 | 3e8 | 3e8 | KRW | exact
    200億元新台幣 | 2e10 | 2e10 | 2e10 | TWD | exact
    两成多 | 1/5 | 1/5 | - | fraction | more_than
    一成餘 | 1/10 | 1/10 | - | fraction | more_than
    两成七八 | - | 27/100 | 28/100 | fraction | vague
    六成五至七成 | - | 13/20 | 7/10 | fraction | range
    八五折 | 17/20 | 17/20 | 17/20 | fraction | exact
    破兆美元 | 1e12 | 1e12 | - | USD | more_than
    5倍以上10倍以下 | - | 5 | 10 | multiple | range
    50万元以上500万元以下 | - | 5e5 | 5e6 | CNY | range
    达到或超过600GB/s | 600 | 600 | - | GB/s | at_least
    大于等于5% | 5 | 5 | - | percent | at_least
    小于等于5% | 5 | - | 5 | percent | at_most
    7奈米（含）以下 | 7 | - | 7 | nm | at_most
    至多征收5次 | 5 | - | 5 | count | at_most
    最高可判20年 | 20 | - | 20 | years | at_most
    翻一番以上 | 2 | 2 | - | multiple | at_least
    倍增 | 2 | 2 | 2 | multiple | exact
    逾倍 | 1 | 1 | - | multiple | more_than
    五成起跳 | 1/2 | 1/2 | - | fraction | at_least
    2.5倍挂零 | 5/2 | 5/2 | - | multiple | more_than
    三個巴仙 | 3 | 3 | 3 | percent | exact
    5分钱 | 1/20 | 1/20 | 1/20 | CNY | exact
    人民幣12分 | 3/25 | 3/25 | 3/25 | CNY | exact
    15仙 | 3/20 | 3/20 | 3/20 | HKD | exact
    三期 | 3 | 3 | 3 | ordinal | exact
    十一年六个月 | 138 | 138 | 138 | months | exact
    10个工作日内 | 10 | - | 10 | working_days | at_most
    1862.33点 | 1862.33 | 1862.33 | 1862.33 | point | exact
    不低于240kJ/m³ | 240 | 240 | - | kJ/m³ | at_least
    0.08度绿电 | 0.08 | 0.08 | 0.08 | kWh | exact
    92分 | 92 | 92 | 92 | point | exact
    12寸 | 12 | 12 | 12 | inches | exact
    超過半英吋 | 1/2 | 1/2 | - | inches | more_than
    1.3万亿斤 | 13e11 | 13e11 | 13e11 | jin | exact
    6倍至7倍 | - | 6 | 7 | multiple | range
"""

IN_CONTEXT = {
    "AMD6%,投資Nvidia 5000億美元,Waymo 20台": "6%|5000億美元|20台",
    "達35%,400家": "35%|400家",
    "1,5000": "1|5000",
    "約２，８００人": "約２，８００人",
    "１，２３４，５６７元": "１，２３４，５６７元",
    "２０２２，８００人": "２０２２|８００人",
    "1，800人": "1|800人",
    "从30%到50%": "30%|50%",
    "由50%到30%": "50%|30%",
    "近十年来": "十年",
    "近2024年来,近50年": "50年",
    "近幾年": "幾年",
    "最近3个月": "3个月",
    "过去五年": "五年",
    "契約10年": "10年",
    "芯片“衡岳920”與「超過300」": "超過300",
    "由380億至420億美元收斂到400億": "380億至420億美元|400億",
    "第734、740和744部分,見附件5,A:1組,（2）,7家": "7家",
    "零部件,買超1.2萬張,成倍增长,3倍增长": "1.2萬張|3倍",
    "下一個觀察點,砸在二廠,市值一日蒸發": "一日",
    "過去20日平均,得92分": "20日|92分",
    "最大化最大": "最大",
    "過半數國家": "過半數",
    "許多個,多個": "多個",
    "許多數據多數": "多數",
    "少数民族的少数": "少数",
    "千万不要,两千万": "两千万",
    "人数十万": "十万",
    "10年期國債": "10年",
    "4月30日5倍": "5倍",
    "2024年增长5倍": "5倍",
    "2000多年": "2000多年",
    "100公里": "100公里",
    "全球一半": "一半",
    "最大功率240W,最大": "240W|最大",
    "一起參加,聚在一起,這兩起詐騙案中": "兩起",
    "三分之二多数票,參議院多数黨,多数人": "三分之二多数|多数",
    "銫-137,歼-20战机,为-18.4亿元": "-18.4亿元",
    "十九届六中全会,非二元,两届": "两届",
    "增长6倍至7倍": "6倍至7倍",
    "公告〔2026〕27号,二次資源,十二次": "十二次",
}

NOT_READ = """
    2024年 2018年初 二〇二五年 5月19日 4月30日 2025-05-20|17:22 2025年05月02日|10:22 本月13日至16日
    5月 三月 13日 16日 90年代 21世紀 第一季度 10:38 下午三点 周三 民國114年 3:1
    H20 A100 910C F-35 R1 O1 Computex|2025 Computex2025 CloudMatrix|384 GPT-4大模型 5G 3D 4K 1.2.3
    麒麟990 標普500
    1.0時代 2.0版本 工業4.0
    一直 一些 一度 一定 一面 一切 進一步 這一點 這一政策 一方面 一旦 一樣 一系列 一連串 一眾 一再
    一舉 一般 統一 唯一道路 同一個 萬一 一次性 幾乎一致 更勝一籌 下一代 一站式
    三星 百度 九寨溝 十字路口 十足 萬科 第三方 第三者 數據 數字 數位 幾何 幾率 半導體 半島 上半年
    三十百 一百几十 零分之一 億萬 第几 许多 更多 可觀察 軍民兩用 無人機
""".replace("\n", " ")


def number(cell: str) -> Fraction | None:
    return None if cell == "-" else Fraction(cell)


def found(text: str) -> list[str]:
    return [quantity.text for quantity in quantities.find(text)]


def test_every_quantity_of_the_documents_is_found_and_nothing_else() -> None:
    read = {place: found(line) for place, line in lines().items() if found(line)}
    assert read == expected("quantities", "words")


def test_every_quantity_of_the_documents_reads_alone_as_it_reads_in_its_line() -> None:
    for line in lines().values():
        for quantity in quantities.find(line):
            assert_reads_alone(quantity)


@pytest.mark.parametrize("row", READINGS.strip().splitlines())
def test_the_expression_reads_to_its_number_bounds_and_unit(row: str) -> None:
    expression, value, low, high, unit, bound = (cell.strip() for cell in row.split(" | "))
    quantity = quantities.read(expression)
    assert (quantity.value, quantity.low, quantity.high) == (
        number(value),
        number(low),
        number(high),
    )
    assert (quantity.unit or "-", quantity.bound) == (unit, bound)
    assert (quantity.start, quantity.end) == (0, len(expression))


@pytest.mark.parametrize(("text", "expected"), IN_CONTEXT.items())
def test_the_words_around_a_quantity_are_told_from_it(text: str, expected: str) -> None:
    assert found(text) == expected.split("|")


@pytest.mark.parametrize("text", NOT_READ.split())
def test_what_only_looks_like_a_quantity_is_not_read(text: str) -> None:
    assert found(text.replace("|", " ")) == []


@pytest.mark.parametrize(
    ("expression", "derivation"),
    [
        ("高达1500亿美元", "1500 × 10^8 USD, as high as"),
        ("近百亿美元", "100 × 10^8 USD, nearly"),
        ("3.5萬億", "3.5 × 10^12"),
        ("三分之一", "1/3 fraction"),
        ("數十億美元", "20 to 100 × 10^8 USD, vague"),
        ("第三大", "rank 3"),
        ("少数", "up to 1/2 fraction, vague"),
        ("多個", "some count, vague"),
    ],
)
def test_the_derivation_says_how_the_words_were_read(expression: str, derivation: str) -> None:
    assert quantities.read(expression).derivation == derivation


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "read none; left ''"),
        ("晶片", "read none; left '晶片'"),
        ("损失30%", r"read 30% \(30 percent\); left '损失…'"),
        ("2018年", "read none; left '2018年'"),
        ("三分之一和一半", r"read 三分之一 \(1/3 fraction\), 一半 \(1/2 fraction\); left '…和…'"),
    ],
)
def test_what_is_not_one_quantity_is_refused_with_what_was_read_and_left(
    expression: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        quantities.read(expression)


# --- properties ---

NAMES = "零一二三四五六七八九"
TRADITIONAL = str.maketrans("亿万两个约数几余达过", "億萬兩個約數幾餘達過")


def in_chinese(number: int) -> str:
    """The number as Chinese writes it in full: 1050 is 一千零五十."""
    if number < 10:
        return NAMES[number]
    for mark, unit in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if number >= unit:
            rest = number % unit
            zero = "零" if 0 < rest < unit // 10 else ""
            return in_chinese(number // unit) + mark + zero + (in_chinese(rest) if rest else "")
    raise AssertionError(number)


numbers = st.integers(0, 10**16 - 1) | st.integers(0, 20000)
PIECES = """
    〇 零 一 二 两 三 五 十 百 千 万 亿 兆 廿 點 數 数 几 多 余 半 来 個 个 大 第 年 月 日 天 成 倍
    內 0 1 2 3 5 9 , . % - ~ 至 到 从 由 H A z 的 又 分之 百分之 約 高达 近 突破 上 以上 左右
    美元 個月 最大 大多数 幾乎所有 可觀 2024年 5月 H20 唯
"""
pieces = st.sampled_from([" ", *PIECES.split()])
texts = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=30)


def assert_reads_alone(quantity: quantities.Quantity) -> None:
    alone = quantities.read(quantity.text)
    kept = ("text", "value", "low", "high", "unit", "bound", "derivation")
    assert [getattr(alone, name) for name in kept] == [getattr(quantity, name) for name in kept]


@given(numbers)
def test_a_number_written_in_chinese_reads_back_in_both_scripts(n: int) -> None:
    for text in (in_chinese(n), in_chinese(n).translate(TRADITIONAL)):
        assert quantities.read(text + "倍").value == n


@given(numbers)
def test_a_number_written_in_digits_reads_back_with_and_without_commas(n: int) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(n))
    for text in (str(n), f"{n:,}", wide):
        assert quantities.read(text).value == n


@given(st.decimals(0, 10**6, places=3), st.sampled_from([("万", 4), ("億", 8), ("萬億", 12)]))
def test_a_mixed_number_reads_back_exactly(n: object, magnitude: tuple[str, int]) -> None:
    mark, exponent = magnitude
    assert quantities.read(f"{n}{mark}美元").value == Fraction(str(n)) * 10**exponent


@given(st.integers(1, 999), st.integers(1, 999))
def test_a_fraction_reads_back_exactly(numerator: int, denominator: int) -> None:
    text = f"{in_chinese(denominator)}分之{in_chinese(numerator)}"
    assert quantities.read(text).value == Fraction(numerator, denominator)


@given(st.integers(1, 998), st.integers(1, 998), st.sampled_from(["%", "个", "億美元", "天内"]))
def test_a_range_keeps_both_ends(low: int, more: int, unit: str) -> None:
    quantity = quantities.read(f"{low}至{low + more}{unit}")
    scale = Fraction(10**8 if "億" in unit else 1)
    assert (quantity.low, quantity.high) == (low * scale, (low + more) * scale)


@given(texts)
def test_found_spans_are_in_order_disjoint_and_maximal(text: str) -> None:
    end = 0
    for quantity in quantities.find(text):
        assert end <= quantity.start < quantity.end <= len(text)
        assert quantity.text == text[quantity.start : quantity.end]
        end = quantity.end


@given(texts)
def test_what_was_found_reads_the_same_alone(text: str) -> None:
    for quantity in quantities.find(text):
        assert_reads_alone(quantity)


@given(texts)
def test_the_bound_agrees_with_value_low_and_high(text: str) -> None:
    for quantity in quantities.find(text):
        value, low, high = quantity.value, quantity.low, quantity.high
        ends = {
            "exact": (value, value),
            "approx": (None, None),
            "nearly": (None, value),
            "as_high_as": (None, value),
            "at_most": (None, value),
            "at_least": (value, None),
            "more_than": (value, None),
            "range": (low, high),
            "vague": (low, high),
        }
        assert (low, high) == ends[quantity.bound]
        assert (value is None) == (quantity.bound in ("range", "vague"))
        assert low is None or high is None or low <= high


@given(texts)
def test_read_refuses_exactly_what_find_does_not_find_whole(text: str) -> None:
    if found(text) == [text]:
        assert quantities.read(text).text == text
    else:
        with pytest.raises(ValueError, match="left"):
            quantities.read(text)


def test_very_long_numerals_are_passed_over() -> None:
    for text in ("9" * 5000, "一" * 5000, "萬" * 5000, "1," * 5000, "约" * 5000, "第" * 5000):
        assert all(len(quantity.text) <= 60 for quantity in quantities.find(text))


def test_parts_of_a_machine_are_no_count() -> None:
    assert [one.text for one in quantities.find("2%的零部件和三部影片")] == ["2%", "三部"]


HONG_KONG = "港股靠穩，恒指升，新股28港元。截至六月底止（金額以人民幣計），收入185.6億元，"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (HONG_KONG + "每股盈利0.29元", "CNY"),
        (HONG_KONG + "昨收報30.95元", "HKD"),
        (HONG_KONG + "全日成交2876億元", "HKD"),
        ("港股公司收入14.8億元人民幣，開支2億元", "CNY"),
        ("港股公司收入14.8億港元，開支2億元", "HKD"),
        ("香港公司收入（人民幣，下同）14.8億元，港股上升", "CNY"),
    ],
)
def test_a_paper_of_hong_kong_tells_accounts_in_renminbi_from_the_market(
    text: str, unit: str
) -> None:
    assert quantities.find(text)[-1].unit == unit


def test_a_paper_of_hong_kong_that_says_renminbi_each_time_means_its_own_dollars_else() -> None:
    told = "港股靠穩，恒指升，新股28港元。公司收入52億元人民幣，純利6億元人民幣，開支3億元人民幣"
    assert money.region(told) == "HK"
    assert money.region(told.removesuffix("人民幣")) == "HK/CN"
