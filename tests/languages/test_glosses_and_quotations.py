"""Chinese glosses and quotations: which stretches they are, and that stray marks hide nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import language

ZH = language("zh")
PAIRS = ("「」", "『』", "“”", "‘’", "｢｣", "〝〞", '""', "＂＂")


def without_glosses(raw: str) -> str:
    for start, end in reversed(ZH.glosses(raw)):
        raw = raw[:start] + raw[end:]
    return raw


def inside(text: str) -> list[str]:
    return [text[start:end] for start, end in ZH.quotations(text)]


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        ("經(jīng)濟(jì)觀察報(bào) 關(guān)注", "經濟觀察報 關注"),
        ("特斯拉(Tesla)", "特斯拉(Tesla)"),
        ("輝達(NVIDIA)執行長", "輝達(NVIDIA)執行長"),
        ("工業(yè)和安全局(BIS)", "工業和安全局(BIS)"),
        ("他們(華為)在", "他們(華為)在"),
        ("(shì)是", "是"),
        ("女(nǚ)綠(lǜ)", "女綠"),
        ("空()括號", "空()括號"),
        ("沒有註音", "沒有註音"),
    ],
)
def test_only_toned_syllables_in_parentheses_are_glosses(raw: str, reading: str) -> None:
    assert without_glosses(raw) == reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他說「能」。", ["能"]),
        ("他說『能』。", ["能"]),
        ("他说“能”。", ["能"]),
        ('他说"能"。', ["能"]),
        ("「一」、「二」", ["一", "二"]),
        ('"天河"、"神威"', ["天河", "神威"]),
        ("「『哦,搞不定』的說法。」", ["『哦,搞不定』的說法。", "哦,搞不定"]),
        ("“甲‘乙’丙”", ["甲‘乙’丙", "乙"]),
        ('「甲"乙"丙」', ['甲"乙"丙', "乙"]),
        ("「」", [""]),
        ("沒有引號", []),
        ("", []),
    ],
)
def test_words_between_a_pair_of_marks_are_a_quotation(text: str, expected: list[str]) -> None:
    assert inside(text) == expected
    assert not ZH.has_unpaired_mark(text)


@pytest.mark.parametrize(
    "text", ["「甲", "甲」", "」甲「", "“甲", "甲”", '甲"乙', "「甲』", "『甲」"]
)
def test_a_mark_without_its_partner_makes_no_pair(text: str) -> None:
    assert inside(text) == []
    assert ZH.has_unpaired_mark(text)


@pytest.mark.parametrize("text", ["(甲", "甲（乙", "甲)", "《甲", "甲(乙)丙("])
def test_a_bracket_has_a_partner(text: str) -> None:
    assert ZH.has_unpaired_mark(text)


@pytest.mark.parametrize("text", ["(甲)", "甲（乙）丙", "1)甲", "甲，b）乙", "《甲》(乙)"])
def test_brackets_in_pairs_and_those_of_a_list_are_in_order(text: str) -> None:
    assert not ZH.has_unpaired_mark(text)


@pytest.mark.parametrize("text", ["「甲」乙」", "「甲」「乙", '"甲"乙"', "」「甲」"])
def test_a_stray_mark_leaves_the_pairs_beside_it(text: str) -> None:
    assert inside(text) == ["甲"]
    assert ZH.has_unpaired_mark(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("「甲『乙」", "甲『乙"), ('「5"屏」', '5"屏'), ("「甲”乙」", "甲”乙")]
)
def test_a_stray_mark_inside_a_quotation_does_not_hide_it(text: str, expected: str) -> None:
    assert inside(text) == [expected]


@given(st.text("".join(PAIRS) + "甲乙", max_size=30))
def test_quotations_lie_between_marks_of_a_pair_and_never_cross(text: str) -> None:
    spans = ZH.quotations(text)
    assert list(spans) == sorted(spans)
    for start, end in spans:
        assert text[start - 1] + text[end] in PAIRS
    for s, e in spans:
        for start, end in spans:
            assert not s < start <= e < end


@given(st.text("甲乙,。", max_size=10), st.sampled_from(PAIRS))
def test_a_quoted_text_is_found_whole(text: str, marks: str) -> None:
    assert inside(f"他說:{marks[0]}{text}{marks[1]}。") == [text]
