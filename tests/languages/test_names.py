"""Names of entities: the longest form wins, and Latin words are whole words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import surface_forms as names

FORMS = names.compile_forms(
    [
        ("拜登", "joe-biden"),
        ("拜登政府", "biden-administration"),
        ("中國", "china"),
        ("中國貿促會", "ccpit"),
        ("中美", "china"),
        ("中美", "united-states"),
        ("美國", "united-states"),
        ("美國國會", "us-congress"),
        ("AMD", "amd"),
        ("H20", "h20"),
        ("AI", "ai"),
        ("AI擴散規則", "ai-diffusion-rule"),
        ("CloudMatrix 384", "cloudmatrix-384"),
        ("CloudMatrix", "cloudmatrix"),
    ]
)


def named(text: str, ignored: str = "") -> list[tuple[str, str]]:
    return [
        (text[m.start : m.end], "+".join(sorted(m.entities)))
        for m in names.mentions(text, FORMS, ignored)
    ]


def test_the_longest_form_at_a_place_wins():
    assert named("拜登政府计划,拜登說") == [
        ("拜登政府", "biden-administration"),
        ("拜登", "joe-biden"),
    ]


def test_a_form_inside_a_longer_one_is_masked():
    assert named("中國貿促會") == [("中國貿促會", "ccpit")]
    assert named("美國國會與美國") == [("美國國會", "us-congress"), ("美國", "united-states")]


def test_the_longer_form_wins_only_where_all_of_it_stands():
    assert named("CloudMatrix 38") == [("CloudMatrix", "cloudmatrix")]
    assert named("CloudMatrix 384 AI") == [("CloudMatrix 384", "cloudmatrix-384"), ("AI", "ai")]


def test_a_longer_form_that_is_no_whole_word_gives_way_to_a_shorter_one():
    assert named("CloudMatrix 3840") == [("CloudMatrix", "cloudmatrix")]


def test_one_form_may_name_two_entities():
    (mention,) = names.mentions("中美貿易", FORMS)
    assert mention == names.Mention(0, 2, frozenset({"china", "united-states"}))


def test_forms_of_an_ignored_entity_hide_no_other():
    assert named("中國貿促會", "ccpit") == [("中國", "china")]
    assert named("中國貿促會", "china") == [("中國貿促會", "ccpit")]


def test_nested_mentions_have_the_forms_inside_longer_ones_too():
    found = [m.entities for m in names.nested_mentions("拜登政府", FORMS)]
    assert found == [{"biden-administration"}, {"joe-biden"}]


@pytest.mark.parametrize(
    "text", ["AMDX", "XAMD", "AMD6", "6AMD", "RAMDISK", "éAMD", "H200", "TH20"]
)
def test_a_latin_form_never_matches_inside_a_word(text):
    assert named(text) == []


@pytest.mark.parametrize(
    "text", ["AMD", "AMD更是", "而AMD", "(AMD)", "AMD.", "AMD’s", "AMD-", "「AMD」", "AMD 6%"]
)
def test_a_latin_form_matches_between_other_characters(text):
    assert named(text) == [("AMD", "amd")]


def test_a_mixed_form_is_bounded_at_its_latin_end_only():
    assert named("新AI擴散規則X") == [("AI擴散規則", "ai-diffusion-rule")]
    assert named("XAI擴散規則") == []


def test_a_form_is_read_in_either_script_and_in_its_own_case():
    assert named("amd 中国 Amd") == [("中国", "china")]


def test_an_empty_form_names_nothing():
    forms = names.compile_forms([("", "nothing"), ("乙", "second")])
    assert names.mentions("甲", forms) == names.nested_mentions("甲", forms) == ()
    assert len(names.mentions("甲乙", forms)) == 1
    assert names.mentions("甲", names.compile_forms([])) == ()


def test_the_same_forms_are_compiled_once_and_others_anew():
    pair = ("乙", "second")
    assert names.compile_forms(iter([pair])) is names.compile_forms([pair])
    assert names.compile_forms([pair, ("甲", "first")]) is not names.compile_forms([pair])


TEXTS = st.text("中美國AB2 拜", max_size=20)
PAIRS = st.lists(st.tuples(st.text("中美國AB2", min_size=1, max_size=3), st.sampled_from("xyz")))


@given(TEXTS, PAIRS)
def test_mentions_are_what_a_plain_scan_finds(text, pairs):
    expected, at = [], 0
    while at < len(text):
        fitting = [
            form
            for form, _ in pairs
            if text.startswith(form, at) and names.stands_alone(text, at, at + len(form))
        ]
        longest = max(fitting, key=len, default="")
        if longest:
            ids = frozenset(entity for form, entity in pairs if form == longest)
            expected.append(names.Mention(at, at + len(longest), ids))
        at += len(longest) or 1
    assert list(names.mentions(text, names.compile_forms(pairs))) == expected


@given(TEXTS, PAIRS)
def test_every_mention_is_a_nested_mention_and_mentions_never_overlap(text, pairs):
    forms = names.compile_forms(pairs)
    found = names.mentions(text, forms)
    assert set(found) <= set(names.nested_mentions(text, forms))
    assert all(one.end <= other.start for one, other in pairwise(found))
