"""Short reports, each with every date that it has and what that date means where it is.

A date is marked as ``[words=cell]``; of two cells after one another the first is that of the words
alone, without the text around them.
"""

from __future__ import annotations

import re

import pytest

from chipcontrols.languages import language
from chipcontrols.languages.periods import dated

MARK = re.compile(r"\[([^\[\]=]+)=([^\[\]]+)\]")
TEXTS = {
    ("zh", "2026-10-23"): """
恒曜微电子[三季度=2026-07/2026-09]净利翻倍
恒曜微电子[22日晚间=2026-10-22]披露，[前三季度=2026-01/2026-09]营业收入96.2亿元，\
[上年同期=- 2025-01/2025-09]为71.5亿元。

其中[第三季度=2026-07/2026-09]营收38.4亿元，较[上季度=- 2026-04/2026-06]增长9%，\
比[去年同期=2025 2025-07/2025-09]增长一半；毛利率较[年初=2026-01]提高4个百分点，\
仍低于[2024年同期=2024 2024-07/2024-09]。
公司[9月=2026-09]出货120万颗，[当月=- 2026-09]产能利用率首次超过九成，\
[去年同月=- 2025-09]只有六成。
[2019年=2019]成立的子公司恒曜存储[次年=- 2020]投产，[2023年5月=2023-05]扩产，\
[同年底=- 2023-12]月产能达到3万片。
董事会[10月20日=2026-10-20]通过回购方案，[次日=- 2026-10-21]开始实施，\
[当天=- 2026-10-20]未发表评论。
""",
    ("zh", "2026-02-12"): """
鴻岳科技[去年第四季=2025-10/2025-12]轉盈，[全年=- 2025]EPS 3.2元
鴻岳科技[11日=2026-02-11]公布[上月=2026-01]業績及[去年第四季=2025-10/2025-12]財報，營收412億元，\
[去年同期=2025 2024-10/2024-12]為350億元，[上季=- 2025-07/2025-09]為398億元。
[前一年同期=- 2024-10/2024-12]每股虧損0.4元。
[1月=2026-01]營收130億元，比[上年同月=- 2025-01]成長兩成。
公司預估[今年第一季=2026-01/2026-03]營收季減5%，[該季=- 2026-01/2026-03]毛利率約22%。
[115年下半年=2026-07/2026-12]新廠量產，[翌年=- 2027]滿載。
""",
    ("zh", "2026-08-28"): """
晉川航運中期業績
晉川航運[昨日=2026-08-27]公布截至[6月底止六個月=2026-01/2026-06]業績，收入52億元，\
[去年同期=2025 2025-01/2025-06]為47億元；派息10仙，[2025年同期=2025 2025-01/2025-06]派8仙。
純利9.1億元，[去年同期=2025 2025-01/2025-06]蝕1.2億元。
集團[今年4月=2026-04]出售兩艘船，[翌月=- 2026-05]完成交割。
該股[周三=2026-08-26]收報6.2元，[前一日=- 2026-08-25]收報6.05元。
[隔日=- 2026-08-27]有消息指大股東減持。
集團估計[第三季=2026-07/2026-09]運價較[上季=2026-04/2026-06]跌5%，\
[全年=2026]資本開支不變。
[當年=-]的合約已到期，[隔晚=-]美股向上。
""",
    ("en", "2026-11-10"): """
Calder Semiconductor [third-quarter=2026-07/2026-09] profit rises
Calder Semiconductor said on [Monday=2026-11-09] that [third-quarter=2026-07/2026-09] revenue \
was $4.1 billion, against $3.3 billion [a year earlier=- 2025-07/2025-09], and up 6% from the \
[previous quarter=- 2026-04/2026-06].
Net profit was $900 million, compared with $610 million in the \
[same period last year=2025 2025-07/2025-09].
In the [first nine months=2026-01/2026-09] it shipped 2 million units, 8% more than in the \
[same period of 2024=2024 2024-01/2024-09].
The board met on [Nov. 4=2026-11-04], and the [following day=- 2026-11-05] it approved the plan. \
Shares rose 3% [that day=- 2026-11-04].
""",
    ("en", "2026-05-19"): """
Port of Halden imports fall in [April=2026-04]
Imports of chips fell 12% in [April=2026-04] from [a year earlier=- 2025-04], and 3% from the \
[previous month=- 2026-03]. Imports had hit a record in [June 2024=2024-06].
The levy was announced in [2023=2023], suspended the [following year=- 2024] and has been in \
force [since March 2025=2025-03/..].
In the [same month=-] the port lost a terminal.
In [2025=2025] exports fell 4% from the [previous year=- 2024].
""",
    ("en", "2026-02-20"): """
Ostwick Energy results
Ostwick Energy reported [fourth-quarter=2025-10/2025-12] earnings of $210 million versus $160 \
million in the [year-ago quarter=- 2024-10/2024-12]. Analysts expected more than in the \
[same quarter a year earlier=- 2024-10/2024-12].
It expects [2026=2026] sales to grow, but not [before July=2026-07].
It sees [first-quarter=2026-01/2026-03] sales flat against the [prior quarter=- 2025-10/2025-12].
Ships waited [two weeks later=-] than planned, and [recently=-] longer.
""",
}
LINES = [
    pytest.param(tag, published, text.splitlines()[: at + 1], id=f"{published} line {at}")
    for (tag, published), text in TEXTS.items()
    for at, line in enumerate(text.splitlines())
    if line
]


@pytest.mark.parametrize(("tag", "published", "lines"), LINES)
def test_each_date_of_the_line_means_what_the_text_says(
    tag: str, published: str, lines: list[str]
) -> None:
    reader = language(tag)
    plain = [MARK.sub(r"\1", line) for line in lines]
    before = [line for line in plain[:-1] if line]
    found = dated(reader, plain[-1], published, before)
    marked = [(words, cells.split()) for words, cells in MARK.findall(lines[-1])]
    assert [(d.text, cell or "-") for d, cell in found] == [(w, cells[-1]) for w, cells in marked]
    alone = [reader.resolve_date(date.text, published) or "-" for date, _ in found]
    assert alone == [cells[0] for _, cells in marked]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("9月出货120万颗,上月仅80万颗", "2025-04"),  # counts from the day of publication
        ("2018年至今,当年", None),
        ("2018年至2022年,同年", None),
        ("根据《2018年出口管制改革法》,翌年", None),
        ("第一季度亏损,2027年达产,上年同期盈利", "2024-01/2024-03"),
        ("去年第四季亏损,上季转盈", "2025-01/2025-03"),
        ("收入增长,比较2024年第一季度,去年同期", "2024"),
    ],
)
def test_what_does_not_name_a_period_is_not_counted_from(text: str, last: str | None) -> None:
    assert dated(language("zh"), text, "2025-05-20")[-1][1] == last


@pytest.mark.parametrize(
    ("tag", "text", "cell"),
    [
        ("zh", "预计12月完成", "2025-12"),
        ("zh", "最快12月完成", "2025-12"),
        ("zh", "12月将完成", "2025-12"),
        ("zh", "10月将旧厂关闭", "2025-10"),
        ("zh", "材料12月涨价", "2024-12"),
        ("zh", "定于周五开庭", "2025-11-28"),
        ("zh", "听证会将于1月25日举行", "2026-01-25"),
        ("zh", "截至10月底，共有九家", "2025-10-31"),
        ("zh", "10月底开工", "2025-10-31"),
        ("zh", "占比10月底过半", "2025-10-31"),
        ("zh", "今个财政年度（截至6月30日止）", "2024-07/2025-06"),
        ("zh", "周日在当地将举行葬礼", "2025-11-30"),
        ("zh", "12月公司计划投产", "2025-12"),
        ("zh", "周五宣布将在当地建厂", "2025-11-21"),
        ("en", "it could ship in December", "2025-12"),
        ("en", "shares fell due to strikes in March", "2025-03"),
        ("en", "it is due to report in January", "2026-01"),
        ("en", "which would have been illegal on May 13", "2025-05-13"),
        ("en", "nobody could believe the news on Sunday", "2025-11-23"),
        ("en", "the energy released by Friday's quake", "2025-11-21"),
        ("en", "by Friday it will be over", "2025-11-28"),
        ("en", "By mid-September, it had left", "2025-09-11/2025-09-20"),
        ("en", "they could not say in September", "2025-09"),
        ("en", "better than expected in March", "2025-03"),
        ("en", "by the May 25 death of a driver", "2025-05-25"),
        ("en", "by the end of May in Geneva", "2026-05-31"),
        ("en", "permits that lapse on Feb. 10", "2026-02-10"),
        ("en", "the odds of a cut in March", "2026-03"),
        ("zh", "Photonics3月30日起诉", "2025-03-30"),
        ("en", "As of the end of October, it had nine", "2025-10-31"),
        ("en", "its fiscal third quarter, which ended Aug. 31", "2025-06/2025-08"),
        ("en", "fiscal 2026, which runs to January 25 next year", "2025-01-27/2026-01-25"),
    ],
)
def test_words_beside_a_date_tell_what_lies_ahead_and_what_ends(
    tag: str, text: str, cell: str
) -> None:
    assert dated(language(tag), text, "2025-11-26")[0][1] == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("the quarter ended July 27, up from a year earlier", "2024-04-29/2024-07-28"),
        ("sales fell in 2023 and rose the next year", "2024"),
        ("5.2% in 2023, and will be 10% next year", "2026"),
        ("the quarter ended July 27, up from the previous quarter", "2025-01-27/2025-04-27"),
        ("the quarter ended Aug. 31, up from the previous quarter", "2025-03/2025-05"),
    ],
)
def test_periods_that_the_calendar_does_not_name_are_counted_from_too(text: str, cell: str) -> None:
    assert dated(language("en"), text, "2025-11-26")[-1][1] == cell
