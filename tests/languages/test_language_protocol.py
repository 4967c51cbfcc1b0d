"""What every language offers, and how Chinese offers it in either width of punctuation."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import base, known, language
from chipcontrols.languages.base import Language
from chipcontrols.languages.en import dates as english_dates
from chipcontrols.languages.en import quantities as english
from chipcontrols.languages.zh import dates as chinese_dates
from chipcontrols.languages.zh import quantities as chinese

SCRIPTS = Path(__file__).parents[2] / "scripts"
zh = language("zh")
OFFERED = sorted(name for name in vars(Language) if not name.startswith("_"))
FULL_WIDTH = str.maketrans(',.!?;:()"', '，。！？；：（）＂')  # fmt: skip


def parts(text: str, spans: object) -> list[str]:
    return [text[start:end] for start, end in spans]  # type: ignore[attr-defined]


def written(grammar: object) -> list[tuple[object, str, str, str]]:
    rows = base.rows(grammar.__file__, "quantities")  # type: ignore[attr-defined]
    return [(grammar, row["part"], row["pattern"], row["example"]) for row in rows]


@pytest.mark.parametrize(
    ("grammar", "part", "pattern", "example"),
    [row for grammar in (chinese, english) for row in written(grammar) if row[-1]],
)
def test_the_grammar_of_quantities_reads_its_examples(
    grammar: object, part: str, pattern: str, example: str
) -> None:
    assert re.search(grammar.GRAMMAR(pattern), example, re.I)  # type: ignore[attr-defined]
    if part in ("name", "no_quantity"):
        assert grammar.find(example) == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("dates", "pattern", "example"),
    [
        (dates, row["pattern"], row["example"])
        for dates in (chinese_dates, english_dates)
        for row in base.rows(dates.__file__ or "", "dates")
        if row["example"]
    ],
)
def test_the_grammar_of_dates_reads_its_examples(
    dates: ModuleType, pattern: str, example: str
) -> None:
    found = re.search(dates.calendar.written(pattern), example, re.I)
    assert found
    assert found[0]


def test_a_pattern_is_made_of_parts_given_parts_of_the_table_and_words_of_lists() -> None:
    written = base.grammar(chinese.__file__, {"digits": "[12]"})
    assert re.fullmatch(written("{digits}{powers}{bounds:place=after}"), "2万亿以上")
    assert not re.fullmatch(written("{digits}{bounds:place=before}"), "2以上")
    assert not re.fullmatch(written("{digits}"), "3")


@pytest.mark.parametrize("tag", known())
def test_a_language_offers_every_function_of_the_protocol(tag: str) -> None:
    module = language(tag)
    assert module.tag == tag
    assert [name for name in OFFERED if not hasattr(module, name)] == []


@pytest.mark.parametrize("tag", ["zh", "zh-Hant", "zh-Hans-CN", "ZH-TW"])
def test_a_language_is_found_by_its_primary_subtag(tag: str) -> None:
    assert language(tag) is zh


@pytest.mark.parametrize("tag", ["", "xx", "x-zh", "zho", "../zh", "base"])
def test_an_unknown_tag_is_refused_with_the_known_ones(tag: str) -> None:
    with pytest.raises(KeyError, match="known: en, zh"):
        language(tag)


def test_dates_as_cells_need_no_language() -> None:
    code = (
        "import sys; import chipcontrols.languages.iso_dates; print(sorted(m for m in sys.modules"
        " if m.startswith('chipcontrols.languages')))"
    )
    stub = "import sys, types; p = types.ModuleType('chipcontrols'); p.__path__ = [sys.argv[1]];"
    stub += " sys.modules['chipcontrols'] = p;"
    command = [sys.executable, "-c", f"{stub} {code}", str(SCRIPTS / "chipcontrols")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['chipcontrols.languages', 'chipcontrols.languages.iso_dates']"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他說:能,不能.", ["他說", "能", "不能"]),
        ("「能,」他說", ["能", "他說"]),
        ("下降3.5%,為1,500塊,在10:22", ["下降3.5%", "為1,500塊", "在10:22"]),
        ("中國、日本(和韓國)都說", ["中國、日本(和韓國)都說"]),
        (" U.S.公司, ", ["U.S.公司"]),
        ("吊重２，８００噸，３艘", ["吊重２，８００噸", "３艘"]),
        ("", []),
        ("。,", []),
    ],
)
def test_clauses_stand_between_marks_of_either_width(text: str, expected: list[str]) -> None:
    assert parts(text, zh.clauses(text)) == expected


@pytest.mark.parametrize("mark", list("，。！？；：…—,!?;:"))
def test_every_clause_mark_ends_a_clause_and_lets_a_statement_begin(mark: str) -> None:
    text = f"他不來{mark}她來"
    assert parts(text, zh.clauses(text)) == ["他不來", "她來"]
    assert zh.ends_clause(text, 3)
    assert 4 in zh.boundaries(text, for_statement=True)


@pytest.mark.parametrize("mark", list('（）、＂「」『』“”‘’《》【】()" '))
def test_brackets_and_quotation_marks_let_a_statement_end(mark: str) -> None:
    assert zh.ends_clause(f"他不來{mark}她來", 3)


@pytest.mark.parametrize("comma", ["吊重２，８００噸", "吊重2,800噸"])
def test_a_statement_does_not_end_at_the_comma_inside_a_number(comma: str) -> None:
    assert not zh.ends_clause(comma, 3)


def test_a_statement_ends_neither_in_a_clause_nor_before_a_particle_without_its_verb() -> None:
    assert not zh.ends_clause("他不來她來", 3)
    assert not zh.ends_clause("他不來的人", 3)
    assert zh.ends_clause("他不來的預言", 3)
    assert not zh.ends_clause("他不來的人,預言", 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“能‘不’能”", ["能‘不’能", "不"]),
        ("＂能＂", ["能"]),
        ("“Moore’s law”", ["Moore’s law"]),
        ("‘Moore’s law’", ["Moore’s law"]),
        ("「能", []),
        ("「能』」", ["能』"]),
    ],
)
def test_quotations_stand_between_marks_of_either_width(text: str, expected: list[str]) -> None:
    assert parts(text, zh.quotations(text)) == expected


def test_a_phrase_may_end_at_particles_where_a_statement_may_not_begin() -> None:
    text = "討論了晶片的出口"
    assert {2, 3, 5, 6} <= zh.boundaries(text)
    assert 5 not in zh.boundaries(text, for_statement=True)
    assert 3 in zh.boundaries(text, for_statement=True)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("据悉,部分车企降价", "据悉"), ("據悉，當日沒有會議", "據悉"),
        ("分析师认为价格将涨", "分析师"), ("分析师认为价格将涨", "认为"),
        ("上周的访谈里他没有回答", "访谈"), ("記者會上的演講很短", "演講"),
        ("中企的出口下降", "中企"), ("观察家指出这很难", "观察家"),
        ("评论员说这很难", "评论员"), ("发言人表示遗憾", "表示"),
    ],
)  # fmt: skip
def test_a_phrase_is_not_cut_inside_a_verb_of_attribution_or_a_word_for_somebody(
    text: str, word: str
) -> None:
    start, ends = text.index(word), zh.boundaries(text)
    assert {start, start + len(word)} <= ends
    assert not ends & set(range(start + 1, start + len(word)))


def test_a_statement_does_not_begin_with_the_rest_of_a_word_of_two_characters() -> None:
    begins = zh.boundaries("对于中国而言", for_statement=True)
    assert {0, 2} <= begins
    assert 1 not in begins


def test_no_boundary_lies_inside_what_is_whole() -> None:
    text = "在2025年5月13日,H20下降30%以上"
    inside = {at for start, end in zh.whole(text) for at in range(start + 1, end)}
    assert inside
    assert not inside & zh.boundaries(text)


def test_the_longest_verb_attributes_in_either_script() -> None:
    text = "他預言說,她预测,並反對"
    assert parts(text, zh.attributions(text)) == ["預言說", "预测", "反對"]


def test_numbers_are_those_of_quantities_dates_and_names() -> None:
    assert zh.numbers("三十到五十家在二〇二五年五月用Ｈ２０") == {
        Fraction(n) for n in (30, 50, 2025, 5, 20)
    }


def test_pinyin_after_its_character_is_a_gloss_and_a_plain_word_is_none() -> None:
    raw = "經(jīng)濟（jì）(Tesla)"
    assert parts(raw, zh.glosses(raw)) == ["(jīng)", "（jì）"]


def test_digits_outside_quantities_dates_and_names_are_numerals() -> None:
    text = "2018年,H20比3:1。28個"
    assert sorted(parts(text, zh.numerals(text))) == ["28個", "3:1"]


PIECES = '他說 預言 晶片 的 了 , 。 ， 「 」 “ ” ＂ " ( ） H20 AI芯片 3 億 % 5月 . ： 、 —'.split()
texts = st.lists(st.sampled_from([" ", *PIECES]), max_size=20).map("".join) | st.text(max_size=30)


@given(texts)
def test_every_span_lies_in_the_text_and_is_not_empty(text: str) -> None:
    functions = (zh.clauses, zh.quotations, zh.times, zh.numerals, zh.names, zh.attributions)
    for function in (*functions, zh.whole, zh.glosses):
        for start, end in function(text):
            assert 0 <= start < end <= len(text) or function is zh.quotations


@given(texts)
def test_clauses_and_boundaries_read_alike_in_either_width(text: str) -> None:
    wide = text.translate(FULL_WIDTH)
    if not any(character.isdecimal() or character.isascii() for character in text.translate(
        {ord(mark): None for mark in ',.!?;:()" '}
    )):  # fmt: skip
        assert zh.clauses(text) == zh.clauses(wide)
        assert zh.boundaries(text) == zh.boundaries(wide)


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("致英伟达被禁止向中国客户销售", "客户"),
        ("一些企业已经开始囤货", "一些企业"),
        ("美國官員向多家晶片廠商施壓", "多家晶片廠商"),
        ("部分业内人士认为", "部分业内人士"),
    ],
)
def test_those_who_have_no_name_are_whole_phrases(text: str, actor: str) -> None:
    start = text.index(actor)
    phrase_ends = language("zh").boundaries(text)
    assert start + len(actor) in phrase_ends
    assert not {start + 1, start + len(actor) - 1} & set(phrase_ends)


@pytest.mark.parametrize(
    ("tag", "sentence", "text", "word"),
    [
        ("zh", "如果美国放宽，中国将受益。", "如果美国放宽", "如果"),
        ("zh", "中国将受益，除非美国反悔。", "中国将受益", "除非"),
        ("zh", "对于美国公司而言，这是损失。", "对于美国公司而言", "对于美国公司而言"),
        ("zh", "如果禁售就会输，而且会输很多。", "如果禁售就会输", ""),
        ("zh", "根据规定企业须申请许可，并须备案。", "根据规定企业须申请许可", ""),
        ("zh", "他警告，如果禁售，美国会输。", "他警告", ""),
        ("zh", "市场很大，因此企业得以成长。", "市场很大", ""),
        ("en", "If the rule stays, sales will fall.", "If the rule stays", "If"),
        ("en", "Sales will fall, unless the rule goes.", "Sales will fall", "unless"),
        ("en", "For years sales rose, and prices fell.", "For years sales rose", ""),
        ("en", "Sales fell, and prices rose.", "Sales fell", ""),
    ],
)
def test_a_clause_is_bound_to_its_condition(tag: str, sentence: str, text: str, word: str) -> None:
    start = sentence.index(text)
    assert language(tag).severed(sentence, start, start + len(text))[0] == word
