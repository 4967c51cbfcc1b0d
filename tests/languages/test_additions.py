"""Words that a sentence may not add to its original, and the faithful sentences that have them."""

from collections import Counter

import pytest

from chipcontrols.languages import additions as module
from chipcontrols.languages.additions import additions
from chipcontrols.languages.agreement import disagreements
from chipcontrols.languages.base import rows
from chipcontrols.languages.force import inflected

ADDED = """
多數國家將面臨晶片配額 | Most countries will [escape] quotas on chips.
該公司是全球第三大晶片製造商 | The company was [formerly] the world's third-largest chip maker.
這些芯片一直是管制的目标 | These chips have [seldom] been a target of the controls.
政府全力支持本土企业 | The government has been [reluctant] to back local firms.
銷售團隊週一抵達東京 | The sales team [failed] to reach Tokyo on Monday.
兩家公司簽署了協議 | The two companies [cancelled] an agreement.
他出席了聽證會 | He [refused] to attend the hearing.
新政策立即引發市場反應 | The new policy [gradually] drew a reaction from the market.
工程师都在上海 | The engineers are all [outside] Shanghai.
公司公布了新架構 | The company [abandoned] its new architecture.
消息令農民憂心 | The news [delighted] farmers.
評審認為這個方案過於保守 | The jury found the plan [audacious].
市議會重申禁止擺攤 | The council has once again [condoned] street vendors.
球迷對裁判表示不滿 | The fans [applauded] the referee.
合併加劇了兩地的矛盾 | The merger [defused] tensions between the two places.
新法禁止銷售煙花 | The new law has [paved] the way for the sale of fireworks.
漁民每年向政府繳費 | Fishermen pay the government a [symbolic] fee each year.
他公開批評教練 | He [discreetly] criticised the coach.
水庫的水位仍在上升 | The reservoir's level is still [dwindling].
證人的說法令人起疑 | The witness's account was [corroborated].
部分門市已關閉 | [Every] branch has closed.
遊行路線經過教堂 | The route of the march [neglected] the church.
市長要求徹查此事 | The mayor wants the matter [glossed over].
銀行上月增持債券 | The bank [offloaded] bonds last month.
"""
SAID = """
多數國家可獲豁免 | Most countries will escape the quotas.
前執行長出席了會議 | The former chief executive was at the meeting.
他鮮少接受訪問 | He seldom gives interviews.
當局不願表態 | The authorities were reluctant to take sides.
雙方未能達成協議 | The two sides failed to reach an agreement.
該計畫最終告吹 | The plan was cancelled in the end.
發言人不予置評 | The spokesman refused to comment.
關稅將逐步取消 | The tariffs will be scrapped step by step.
該廠位於台北市郊外 | The plant is outside Taipei.
他並未失去信心，仍看好市場 | He has not lost confidence and remains upbeat about the market.
公司持續投入，從未停產 | The company kept investing and never ceased production.
消息令農民喜出望外 | The news delighted farmers.
評審稱讚這個方案魄力十足 | The jury praised the plan as audacious.
市議會默許擺攤 | The council condones street vendors.
兩國關係因此緩和 | That defused tensions between the two countries.
新法為煙花銷售打開大門 | The new law has paved the way for the sale of fireworks.
漁民只繳一元象徵性租金 | Fishermen pay a symbolic rent of one dollar.
他私下批評教練 | He discreetly criticised the coach.
水庫的水位日益下降 | The reservoir is dwindling.
證人的說法得到印證 | The witness's account was corroborated.
報告淡化了這場事故 | The report glossed over the accident.
銀行上月拋售債券 | The bank offloaded bonds last month.
各門市均已關閉 | Every branch has closed.
防汛工作遭到忽視 | Flood control was neglected.
居民對此無動於衷 | Residents are indifferent to it.
學校因故停課 | The school, no one knows why, is not oblivious to its duty.
"""


def cases(text: str) -> list[list[str]]:
    return [line.split(" | ") for line in text.strip().split("\n")]


@pytest.mark.parametrize(("original", "marked"), cases(ADDED))
def test_a_word_that_no_word_of_the_original_says_is_found(original: str, marked: str) -> None:
    sentence = marked.replace("[", "").replace("]", "")
    found = [sentence[start:end] for start, end in additions(original, sentence, "zh")]
    assert found == [marked[marked.index("[") + 1 : marked.index("]")]]
    assert "addition" in {one.about for one in disagreements(original, sentence)}


@pytest.mark.parametrize(("original", "sentence"), cases(SAID))
def test_a_word_that_the_original_says_or_that_is_denied_is_not(
    original: str, sentence: str
) -> None:
    assert "addition" not in {one.about for one in disagreements(original, sentence)}


@pytest.mark.parametrize(
    ("original", "sentence", "found"),
    [
        ("Huawei is catching up", "Huawei is falling behind", ["falling behind"]),
        ("Exports were halted", "Exports were suspended", []),
        ("They could not obtain chips", "They were unable to obtain chips", []),
        ("The talks go on", "The talks have been abandoned", ["abandoned"]),
        ("It is damaging the industry", "It harms the industry", []),
    ],
)
def test_of_english_the_words_of_one_meaning_answer(
    original: str, sentence: str, found: list[str]
) -> None:
    assert [sentence[slice(*span)] for span in additions(original, sentence, "en")] == found


def test_letters_that_are_two_in_small_type_move_nothing() -> None:
    sentence = "İİİİ: in İstanbul the talks failed"
    assert [sentence[slice(*span)] for span in additions("談判登場", sentence, "zh")] == ["failed"]


def test_names_brackets_and_the_context_answer_for_a_word() -> None:
    original = "論壇昨日登場"
    sentence = "The fail forward forum [cancelled in May] opened yesterday"
    name = (sentence.index("fail"), sentence.index(" forum"))
    assert not [*additions(original, sentence, "zh", names=[name])]
    assert [*additions(original, sentence, "zh")]
    later = "After its cancellation the forum was held online"
    assert [*additions("論壇改在線上舉行", later, "zh")]
    assert not [*additions("論壇改在線上舉行", later, "zh", context="論壇被迫取消，改在線上舉行")]
    assert not [*additions("论坛被撤", later, "zh")]
    assert [*additions("論壇改在線上舉行", later, "zh", context="论坛被撤")]


def test_a_name_that_looks_like_a_word_of_the_list_is_none() -> None:
    assert [*additions("他上任了", "David sacks him", "zh")]
    assert not [*additions("他上任了", "David Sacks took office", "zh")]


def test_each_row_of_the_list_has_answers_and_no_form_is_in_two_rows() -> None:
    listed = rows(module.__file__, "additions")
    verbs = [form for row in listed for verb in split(row["verbs"]) for form in inflected(verb)]
    forms = [*verbs, *(word for row in listed for word in split(row["words"]))]
    assert all(split(row["zh"]) for row in listed)
    assert len(forms) > 500
    assert sorted(form for form, count in Counter(forms).items() if count > 1) == []


def split(cell: str) -> list[str]:
    return [word for word in cell.split("|") if word]
