"""Verbs that attribute, and the words that only look like them.

attributions.csv gives sentences with all their verbs, of which half have none: a verb is found when
one of those found is in it, or it in one.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from chipcontrols.languages import language

with Path(__file__).with_name("attributions.csv").open(encoding="utf-8", newline="") as table:
    SENTENCES = list(csv.DictReader(table))

# text | the verbs in it
CHINESE = """
    他說,這並不容易 | 說
    据了解,楼价回落;他估,明年再涨,表示式見附件,並料明年毛利率受壓 | 估|料
    发文日期和发文字号都列明了 | 列明
    他说明了小说的情节,并继续谈判 |
    學說、傳說和遊說都不算說話 | 說
    名稱和職稱都改了,該公司稱,虧損擴大 | 稱
    這被稱為奇蹟,堪稱典範,評審稱讚它,它也受到稱讚 | 稱讚
    數據佔據首位,依據是證據 |
    據路透社報道,談判破裂;據聯盟公告 | 報道|據
    据悉,恒指与沪指齐跌,指数与指引都下调 | 据悉
    外媒指,指揮官正指向新的指標 | 指
    分析師與分析家不同,分析稱,需求強勁 | 分析稱
    他坦言,他警告说,她透露 | 坦言|警告说|透露
    显示器和显示屏上,数据显示,出货量下降 | 显示
    他發表演講,講話長達一小時 |
    希望渺茫,大有希望,公司希望明年盈利 | 希望|希望
    根据法律,根据《条例》,根据报告 | 根据
    研究表明,这并非表明态度 | 表明
    官员预计明年完成,预计支出会增加 | 预计
    報告指出,外資的預測與該聲明都低於產能預估 | 報告指出
    昨公布業績,目標是希望翻倍,反映需求強,也就是說,他相信,有記者問,何時出貨 | 相信
    他对此表示欢迎,各界表示肯定,他表示感谢的同时表示,会扩产 | 表示
    公司预计明年扩产,工程预计后年完工,市场预计支出会升,据预计也是如此 | 预计|预计|预计
    根据需求和订单调整,根据客户要求生产,根据报告 | 根据
    标称功耗,所称物项,应写明用途,矽島說帖,國指微升,由15%提到25%,多次曝光,回覆查詢時說,未答复 | 說
    据测算,较预测高出一成,原预计明年完成的计划宣告失败,她又称,高层暗示会加息 | 据测算|又称|暗示
    下稱甲方,由海關負責解釋,預測市盈率20倍,記者王明/台中報導 |
    券商估今年翻倍,評估值不變,她又稱,甲烷又稱沼氣 | 估|又稱
    該報稱,她回憶,報告揭示,提示音響了,他攤手道:「不行」,業績公布前 | 稱|回憶|揭示|道
    不愿透露姓名的人说,公司未披露金额,也未回应置评请求 | 说
    公司披露三季报:净利增两成,商务部回应新规:将评估 | 回应
    他在谈及关税时表示,回答记者提问时,她强调合规 | 表示|强调
    法院作出裁定,双方进行了讨论,公司对指控予以否认 | 否认
    营收优于市场预估,他宣布新规 |
    公布第3季營收,公布名單,協會11日發布,新片發布會 | 公布
"""
ENGLISH = """
    the firm had earlier forecast that sales would fall | had earlier forecast
    it had forecast growth | forecast
    The report said that claims fell | said
    Analysts report that it reported growth | report|reported
    It is expected to grow, and he expects more | expects
    In his estimate, they estimate a loss | estimate
    Huang told reporters; she denounced it | told|denounced
    according to the company, he argued | according to|argued
    the May report beat an estimate of $2, data show. They had anticipated it | show|anticipated
    He informed analysts that a better-than-expected profit was likely | informed
    Asked about tariffs, Wilk guided for a small loss; a man accused of fraud pleaded not guilty |\
 guided for
    It is said to be a subpoena; they were being asked to pay, it is thought to be over |
    It is worth noting that duties, expected on Friday, are high |
    It announced plans to build a plant and announced that sales rose, worth noting | announced
    the said items, analysts' estimates, 31 times expected earnings, Reporting by Lee, he said |said
    It did not respond, declined to comment, and disclosed a stake, without saying why |
    It disclosed the stake was sold and proposed that it be cut | disclosed|proposed
    Estimates of losses rose; the warning came late; guidance implied a margin of 6% |
    Projected growth slowed; they agreed to cut, and agreed that it was late | agreed
"""


def each(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" |", 1)] for line in table.strip().split("\n")]


@pytest.mark.parametrize(("text", "verbs"), each(CHINESE))
def test_a_verb_of_attribution_is_told_from_words_that_hold_it(text: str, verbs: str) -> None:
    found = [text[start:end] for start, end in language("zh").attributions(text)]
    assert "|".join(found) == verbs


@pytest.mark.parametrize(("text", "verbs"), each(ENGLISH))
def test_an_english_verb_is_told_from_the_noun_and_the_passive(text: str, verbs: str) -> None:
    found = [text[start:end] for start, end in language("en").attributions(text)]
    assert "|".join(found) == verbs


@pytest.mark.parametrize("tag", ["zh", "en"])
def test_of_twenty_verbs_nineteen_are_found_and_of_ten_found_nine_attribute(tag: str) -> None:
    wanted, found, missed, wrong = 0, 0, 0, 0
    for row in SENTENCES:
        if row["language"] == tag:
            verbs = [verb for verb in row["verbs"].split("|") if verb]
            there = [row["text"][s:e] for s, e in language(tag).attributions(row["text"])]
            wanted, found = wanted + len(verbs), found + len(there)
            missed += sum(not any(verb in one or one in verb for one in there) for verb in verbs)
            wrong += sum(not any(verb in one or one in verb for verb in verbs) for one in there)
    assert missed <= wanted / 20
    assert wrong <= found / 10
