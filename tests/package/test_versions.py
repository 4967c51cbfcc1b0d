from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipcontrols.package import profiles, versions

NONE = (
    "", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.02.3", "1.2.3 ", " 1.2.3", "1.2.3\n", "1..3",
    "1.2.-3", "+1.2.3", "1_0.2.3", "1.2.3rc1", "1.2.3.dev1", "1.2.3.post1", "1.2.3+local",
    "1!2.3.4", "1٣.0.0", "1.٣.0", "1.0.²", "１.0.0",
    "12345678.0.0", "1.0.9999999999", "1000000.0.0",
    "9" * 5000, "../1.0.0", "1.0.0/..", "latest", "1,2,3", "1.2.3\0", None, 1.2, ["1.2.3"], b"1",
)  # fmt: skip


@pytest.mark.parametrize("text", NONE, ids=lambda text: repr(text)[:20])
def test_what_is_no_version_is_none_anywhere_in_the_library(text):
    assert not versions.is_version(text)
    with pytest.raises(ValueError, match=r"version of the form MAJOR\.MINOR\.PATCH") as error:
        versions.parse(text)
    assert len(str(error.value)) < 300
    assert any(f.startswith("version: ") for f in profiles.faults("datapackage", {"version": text}))


@given(st.tuples(*[st.integers(0, versions.LARGEST)] * 3))
def test_three_numbers_within_the_bound_are_a_version_everywhere(numbers):
    text = ".".join(map(str, numbers))
    assert versions.parse(text).release == numbers
    faults = profiles.faults("datapackage", {"version": text})
    assert not [fault for fault in faults if fault.startswith("version: ")]


@given(st.from_regex(r"\A[\d.]{1,24}\Z") | st.text(max_size=12))
def test_a_text_is_a_version_exactly_when_the_grammar_says_so(text):
    number = "(?:0|[1-9][0-9]{0,5})"
    grammar = re.fullmatch(rf"{number}\.{number}\.{number}", text)
    assert versions.is_version(text) == (grammar is not None)


@given(*[st.tuples(*[st.integers(0, 12)] * 3)] * 2)
def test_versions_are_ordered_by_their_numbers(one, other):
    first, second = (versions.parse(".".join(map(str, numbers))) for numbers in (one, other))
    assert (first < second) == (one < other)


@pytest.mark.parametrize("wanted", ["newest", "1.2", "v1.2.0", "../1.2.0", "1.2.0 or so", "1.02.0",
                                    "", "Latest", ">=", "12345678.0.0"])  # fmt: skip
def test_a_question_that_asks_for_no_version_is_refused_with_the_forms_there_are(wanted):
    with pytest.raises(ValueError, match="is not a version: write 'latest', a version such as"):
        versions.matches(wanted, "1.2.0")
