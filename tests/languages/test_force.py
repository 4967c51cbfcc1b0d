"""What the word lists of negation, modality and opposites mark, and what their traps do not.

In ``force/sentences.csv`` the words to be marked stand in brackets, in the list of opposites with
the end of the pair; the other half of the sentences are traps, in which nothing is marked.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.languages import base, language

HERE = Path(__file__).parent / "force"
MODAL = set(
    "forecast future possible could apparent hoped considered planned proposed hypothetical"
    " question".split()
)
CERTAINTY = {"emphatic", "done", "always", "remote", "untrue"}
LANGUAGES = ("zh", "en")


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


SENTENCES = rows("sentences.csv")


def marked(tag: str, of: str, text: str) -> list[str]:
    """The firm marks of a list, or the words of pairs with their ends."""
    found = []
    for mark in language(tag).marks(text):
        word = text[mark.start : mark.end].strip()
        if of == "negation" and mark.kind == "not" and mark.firm:
            found.append(word)
        if of == "modality" and mark.kind in MODAL and mark.firm and word != "?":
            found.append(word)
        if of == "certainty" and mark.kind in CERTAINTY and mark.firm:
            found.append(word)
        if of == "opposites" and mark.pole:
            found.append("+-"[mark.pole < 0] + word)
    return sorted(set(found))


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_the_words_in_brackets_are_marked_and_in_a_trap_none(row: dict[str, str]) -> None:
    expected = sorted(re.findall(r"\[(.*?)\]", row["sentence"]))
    text = re.sub(r"\[[+-]?(.*?)\]", r"\1", row["sentence"])
    found = marked(row["language"], row["list"], text)
    if row["list"] == "opposites" and expected:
        assert set(expected) <= set(found)
    else:
        assert found == expected


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("of", ["negation", "modality", "certainty", "opposites"])
def test_each_list_has_forty_sentences_half_of_them_traps(tag: str, of: str) -> None:
    mine = [r["sentence"] for r in SENTENCES if (r["language"], r["list"]) == (tag, of)]
    assert (len(mine), sum("[" in sentence for sentence in mine)) == (40, 20)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("table", ["force", "opposites"])
def test_no_word_is_listed_twice_under_one_condition(tag: str, table: str) -> None:
    listed = base.rows(str(language(tag).__file__), table)  # type: ignore[attr-defined]
    conditions = ("word", "forms", "not_after", "not_before", "reach")
    seen = Counter(tuple(row.get(column, "") for column in conditions) for row in listed)
    assert [key for key, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_word_without_a_meaning_silences_the_same_word(tag: str) -> None:
    module = str(language(tag).__file__)  # type: ignore[attr-defined]
    listed = [*base.rows(module, "force"), *base.rows(module, "opposites")]
    found: dict[tuple[str, ...], set[bool]] = {}
    for row in listed:
        key = row["word"], row["not_after"], row["not_before"]
        found.setdefault(key, set()).add(bool(row["meaning"]))
    assert [key for key, told in found.items() if len(told) > 1] == []


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("table", ["force", "opposites"])
def test_every_word_begins_with_what_it_is_found_by(tag: str, table: str) -> None:
    listed = base.rows(str(language(tag).__file__), table)  # type: ignore[attr-defined]
    assert [row["word"] for row in listed if re.match(r"[(\[.]|\\[a-zA-Z]", row["word"])] == []


@pytest.mark.parametrize("tag", LANGUAGES)
@given(text=st.text(alphabet="不没將会可能 not may will,.，。?(abc\n’'\0İß🙂", max_size=60))
def test_any_text_has_marks_in_order_that_lie_in_it(tag: str, text: str) -> None:
    marks = language(tag).marks(text)
    assert [mark.start for mark in marks] == sorted(mark.start for mark in marks)
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(text)
        assert 0 <= mark.scope[0] <= mark.scope[1] <= len(text)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("word", ["不", "將", "not ", "had ", "如"])
def test_marks_take_linear_time(tag: str, word: str) -> None:
    def seconds(size: int) -> float:
        began = process_time()
        language(tag).marks(word * size)
        return process_time() - began

    short = min(seconds(1_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(2)) < 24 * short + 0.05


def test_a_scope_ends_at_punctuation_and_at_words_that_end_it() -> None:
    marks = language("zh").marks("公司没有裁员但是停产,股价上升")
    assert [mark.scope for mark in marks if mark.kind == "not" and mark.firm] == [(4, 6)]


def test_either_script_is_marked_alike() -> None:
    simplified, traditional = "公司没有计划将关税提高,可能放宽", "公司沒有計劃將關稅提高,可能放寬"
    assert language("zh").marks(simplified) == language("zh").marks(traditional)
