"""Faithful translations pass, lies do not, and what words do not decide is declared undecided.

``force/faithful.csv`` holds pairs written for these tests; ``force/lies.csv`` says which words of
which pair a liar changes, on either side.  Nothing in them is from the documents.  What failed when
it was new has made the lists longer, so the shares here are no forecast: of the last 240 pairs
26 were refused or undecided when they were new, and of their 480 lies 290 were caught.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from chipcontrols.languages.agreement import disagreements
from chipcontrols.languages.directions import Disagreement

HERE = Path(__file__).parent / "force"
QUOTES = Path(__file__).parents[2] / "data" / "quotes.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


FAITHFUL = {row["id"]: row for row in rows(HERE / "faithful.csv")}
LIES = rows(HERE / "lies.csv")
KINDS = sorted({row["kind"] for row in LIES})


def refused(found: tuple[Disagreement, ...]) -> list[str]:
    return [each.reason for each in found if not each.undecided]


def verdict(lie: dict[str, str]) -> str:
    told = dict(FAITHFUL[lie["id"]])
    assert told[lie["side"]].count(lie["words"]) == 1, lie
    told[lie["side"]] = told[lie["side"]].replace(lie["words"], lie["lie"])
    found = disagreements(told["original"], told["sentence"])
    return "caught" if refused(found) else "undecided" if found else "missed"


def test_of_a_hundred_faithful_translations_at_most_two_are_refused() -> None:
    found = {
        number: reasons
        for number, row in FAITHFUL.items()
        if (reasons := refused(disagreements(row["original"], row["sentence"], row["modality"])))
    }
    assert len(rows(HERE / "faithful.csv")) == len(FAITHFUL) >= 100
    assert len(found) <= 0.02 * len(FAITHFUL), found


def test_of_a_hundred_faithful_translations_at_most_five_are_undecided() -> None:
    found = [disagreements(row["original"], row["sentence"]) for row in FAITHFUL.values()]
    assert sum(bool(each) for each in found) <= 0.05 * len(FAITHFUL)


def test_of_a_hundred_lies_ninety_are_caught() -> None:
    assert len(LIES) >= 120
    assert sum(verdict(lie) == "caught" for lie in LIES) >= 0.9 * len(LIES)


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind_of_lies_three_in_four_are_caught(kind: str) -> None:
    found = Counter(verdict(lie) for lie in LIES if lie["kind"] == kind)
    assert found["caught"] >= 0.75 * found.total(), found


@pytest.mark.parametrize(
    ("original", "sentence"),
    [
        ("价格不低于去年", "The price is at least last year's"),
        ("他不反对收购", "He does not oppose the takeover"),
        ("他不反对收购", "He supports the takeover"),
        ("中国并不落后", "China is keeping up"),
        ("措施未奏效", "The measures failed"),
        ("措施無法奏效", "The measures cannot work"),
        ("公司不得不停产", "The company had to stop production"),
        ("他不仅支持,还主张扩大", "He not only supports it but advocates expanding it"),
        ("企业不得出口", "Companies are banned from exporting"),
        ("政府允许出口", "The government does not forbid exports"),
        ("并非所有人都同意", "Not everyone agrees"),
        ("并非所有人都同意", "They do not all agree"),
        ("不是每所学校都参加", "Only some schools are taking part"),
        ("问题并未完全解决", "The problem has not been fully solved"),
        ("问题并未完全解决", "The problem is only partly solved"),
        ("谁会相信这种承诺?", "Nobody believes such a promise"),
    ],
)
def test_a_negated_opposite_says_the_same(original: str, sentence: str) -> None:
    assert disagreements(original, sentence) == ()


@pytest.mark.parametrize(
    ("original", "sentence"),
    [
        ("这并非没有可能", "This will happen"),
        ("这个说法并非不对", "The claim is correct"),
        ('所谓的"安全"理由', "Security reasons"),
        ("他何尝不想合作?", "He wants to cooperate"),
    ],
)
def test_what_words_do_not_decide_is_undecided_and_never_passes(
    original: str, sentence: str
) -> None:
    found = disagreements(original, sentence)
    assert found
    assert any(each.undecided for each in found)


@pytest.mark.parametrize(
    ("original", "sentence"),
    [
        ("没有一家企业不感到压力", "Some companies feel no pressure"),
        ("市场并非没有疑虑", "The market has no misgivings"),
        ("并非所有人都同意", "Nobody agrees"),
        ("不是每所学校都参加", "No school is taking part"),
        ("问题并未完全解决", "The problem has not been solved"),
        ("岂不自相矛盾?", "It is not a contradiction"),
        ("难道关税能保障国家安全吗?", "Tariffs can make the nation safe"),
        ("难道这是公平的吗?", "This is fair"),
        ("连政府都能接管企业,谁还敢投资?", "Even if it takes over firms, people will invest"),
        ("若关税上调,工厂将外迁", "Whatever happens to tariffs, the plants will move abroad"),
        ("即使没有补贴,项目也可行", "The project is viable if it gets subsidies"),
        ("由于需求疲软,价格下跌", "Prices fell although demand was weak"),
        ("尽管需求疲软,价格仍上涨", "Prices rose because demand was weak"),
        ("议员希望在休会前表决", "The members hope to vote until after the recess"),
    ],
)
def test_a_contrary_of_the_whole_is_refused(original: str, sentence: str) -> None:
    assert refused(disagreements(original, sentence)) != []


@pytest.mark.parametrize(
    ("modality", "original", "sentence", "agree"),
    [
        ("possible", "公司可能裁员", "The company may cut jobs", True),
        ("stated", "公司可能裁员", "The company may cut jobs", False),
        ("forecast", "公司将裁员", "The company will cut jobs", True),
        ("possible", "公司将裁员", "The company will cut jobs", False),
        ("denied", "公司否认裁员", "The company denied cutting jobs", True),
        ("denied", "公司裁员", "The company cut jobs", False),
        ("proposed", "他呼吁裁员", "He called for job cuts", True),
        ("proposed", "公司裁员", "The company cut jobs", False),
        ("hypothetical", "若亏损,将裁员", "If it makes a loss, it will cut jobs", True),
        ("planned", "公司裁员", "The company cut jobs", False),
    ],
)
def test_modality_agrees_with_both(
    modality: str, original: str, sentence: str, agree: bool
) -> None:
    assert (refused(disagreements(original, sentence, modality)) == []) is agree


def test_the_words_around_may_license_what_the_sentence_adds() -> None:
    clause, sentence = "改变规定", "The government may change the rules"
    assert refused(disagreements(clause, sentence)) != []
    assert refused(disagreements(clause, sentence, context="政府可能改变规定")) == []


def test_a_disagreement_says_where_the_words_stand_and_why() -> None:
    (found,) = disagreements("股价上涨了", "The share price fell")
    assert (found.about, found.undecided) == ("direction", False)
    assert (found.original, found.sentence) == ((2, 4), (16, 20))
    assert found.reason == "上涨 in the original, but its opposite 'fell' in the sentence"


@pytest.mark.parametrize(
    ("original", "sentence", "agree"),
    [
        ("AMD领先Intel", "Intel trails AMD", True),
        ("AMD领先Intel", "AMD leads Intel", True),
        ("AMD领先Intel", "Intel leads AMD", False),
        ("AMD领先Intel", "AMD trails Intel", False),
        ("AMD落后于Intel", "AMD is behind Intel", True),
        ("AMD落后于Intel", "Intel is behind AMD", False),
        ("AMD向Intel出售工厂", "Intel bought a plant from AMD", True),
        ("AMD向Intel出售工厂", "AMD bought a plant from Intel", False),
    ],
)
def test_who_leads_whom_is_told_by_names(original: str, sentence: str, agree: bool) -> None:
    assert (refused(disagreements(original, sentence)) == []) is agree


def test_names_in_two_scripts_may_be_told() -> None:
    names = (((0, 2), (23, 29)), ((4, 6), (0, 8)))
    clause, sentence = "青禾超越远山", "Yuanshan has surpassed Qinghe"
    assert refused(disagreements(clause, sentence)) == []
    assert refused(disagreements(clause, sentence, names=names)) != []


def test_words_of_a_name_are_no_marks() -> None:
    clause, sentence = "分析师高若岚估计租金上涨", "Gao Ruolan estimates that rents have risen"
    assert disagreements(clause, sentence) != ()
    assert disagreements(clause, sentence, inert=(((3, 6),), ((0, 10),))) == ()
    assert disagreements("特里莎·梅同意了", "May agreed", inert=((), ((0, 3),))) == ()


def test_an_english_original_is_compared_alike() -> None:
    assert disagreements("It may export", "It may export", tag="en") == ()
    assert refused(disagreements("It may not export", "It may export", tag="en")) != []


def test_empty_texts_agree() -> None:
    assert disagreements("", "") == ()


def test_a_text_too_long_to_be_compared_is_undecided() -> None:
    (found,) = disagreements("上升", "It may not fall. " * 1_000)
    assert found.undecided
    assert found.reason == "more than 4,000 characters cannot be compared"


@pytest.mark.parametrize(
    ("original", "sentence"),
    [
        (
            "Intel did not raise its outlook for the year",
            "Intel left its outlook for the year unchanged",
        ),
        (
            "The Commerce Department is considering rules that would cap shipments to Gulf states",
            "The Commerce Department is considering a cap on shipments to Gulf states",
        ),
        (
            "ASML said it expects sales to China to fall below 20 percent next year",
            "Sales to China are expected to fall below 20 percent in 2026, according to ASML",
        ),
        (
            "The minister denied that Berlin had approved the takeover",
            "Germany's economy minister denied that the government had approved the takeover",
        ),
        (
            "which sells fewer chips in the region than Nvidia",
            "AMD sells fewer chips in the region than Nvidia",
        ),
        (
            "SMIC's yields remain too low to make the chips profitably",
            "SMIC's yields are still too low for the chips to be made at a profit",
        ),
        (
            "Huawei could ship as many as 800,000 of the chips, analysts said",
            "Huawei may ship up to 800,000 Ascend chips, according to analysts",
        ),
        (
            "The rule takes effect on May 15 unless the administration withdraws it",
            "Unless it is withdrawn, the AI Diffusion Rule takes effect on May 15, 2025",
        ),
        (
            "Officials have yet to decide whether to license the H20",
            "No decision has been made on whether the H20 will be licensed",
        ),
        (
            "Beijing urged Washington to lift the curbs",
            "China called on the United States to lift the curbs",
        ),
        (
            "The company stopped taking orders in April",
            "The company has not taken orders since April",
        ),
        (
            "Exports of the machines have been banned since 2019",
            "Exports of the machines have been prohibited since 2019",
        ),
        (
            "Shares of the chipmaker dropped 7 percent after the announcement",
            "The chipmaker's shares fell by 7 percent after the announcement",
        ),
        (
            "TSMC plans to build three more fabs in Arizona",
            "TSMC is to build three further fabs in Arizona",
        ),
        (
            "Mr. Huang warned that the restrictions would only strengthen Chinese rivals",
            "The restrictions would strengthen Chinese competitors, Jensen Huang warned",
        ),
        (
            "The draft would exempt allies from the caps",
            "Allies are to be exempt from the caps under the draft",
        ),
        (
            "Without the licences the firm cannot sell in China",
            "The firm cannot sell in China without licences",
        ),
        (
            "Japan has no plans to tighten its rules further, the trade ministry said",
            "Japan does not plan to tighten its rules further, according to the trade ministry",
        ),
        (
            "The ban cost Nvidia $5.5 billion",
            "Nvidia took a charge of $5.5 billion because of the ban",
        ),
        (
            "It is unclear whether the order covers used equipment",
            "Whether the order covers used equipment is not clear",
        ),
        (
            "The ministry rejected claims that it had relaxed the controls",
            "The ministry denied that it had relaxed the controls",
        ),
        (
            "The H20 was the most powerful chip that could legally be sold to China",
            "The H20 was the most advanced chip allowed to be sold to China",
        ),
        (
            "Revenue in the quarter nearly doubled from a year earlier",
            "Revenue almost doubled year on year",
        ),
        (
            "Congress failed to pass the bill before the recess",
            "The bill was not passed before the recess",
        ),
        (
            "Micron will no longer supply server chips to data centers in China",
            "Micron is to stop supplying server chips to data centres in China",
        ),
        (
            "Two thirds of members opposed the measure",
            "Two thirds of the members were against the measure",
        ),
        ("Nobody at the company would comment", "The company declined to comment"),
        (
            "The fund bought a stake in the foundry for $2 billion",
            "A stake in the foundry was sold to the fund for $2 billion",
        ),
        (
            "Only Nvidia has been granted a licence so far",
            "So far no company but Nvidia has received a licence",
        ),
    ],
)
def test_an_english_sentence_says_what_an_english_original_does(
    original: str, sentence: str
) -> None:
    assert disagreements(original, sentence, tag="en") == ()


@pytest.mark.parametrize(
    ("original", "sentence"),
    [
        ("Intel did not raise its outlook", "Intel raised its outlook"),
        ("could delay half of the data centers", "The rule delayed half of the data centres"),
        ("are to require licenses", "All exports are exempt from licences"),
        ("Huawei could ship 800,000 chips", "Huawei shipped 800,000 chips"),
        ("SMIC's yields remain low", "SMIC's yields have become high"),
        (
            "Beijing urged Washington to lift the curbs",
            "Beijing urged Washington to keep the curbs",
        ),
        ("up from 600,000 a year earlier", "It was down from 600,000 a year earlier"),
        (
            "The minister denied that Berlin had approved it",
            "The minister confirmed that Berlin had approved it",
        ),
        ("The rule takes effect unless withdrawn", "The rule has been withdrawn"),
        ("TSMC plans to build three fabs", "TSMC has built three fabs"),
        ("Exports were banned in 2019", "Exports were allowed in 2019"),
        ("sells fewer chips than Nvidia", "AMD sells more chips than Nvidia"),
        ("Micron will no longer supply the chips", "Micron will supply the chips"),
        ("Shares dropped 7 percent", "Shares rose by 7 percent"),
        ("The firm cannot sell in China", "The firm can sell in China"),
        ("No decision has been made", "A decision has been made"),
        ("before the recess", "The vote came after the recess"),
    ],
)
def test_an_english_sentence_that_says_otherwise_is_refused(original: str, sentence: str) -> None:
    assert disagreements(original, sentence, tag="en")


def test_goods_with_a_number_do_not_turn_who_sells_and_who_buys() -> None:
    original = "允许英伟达向中国出售H200"
    assert disagreements(original, "allowed Nvidia to sell the H200 to China") == ()
    assert disagreements(original, "allowed Nvidia to buy the H200 from China")
