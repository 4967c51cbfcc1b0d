"""No regular expression of the library repeats a group possessively.

CPython before 3.11.5 reads such a repeat wrongly (gh-106052, gh-100061): `(?:高达|约){1,3}+` lost
the bound of every quantity.  An atomic group, `(?>(?:高达|约){1,3})`, reads right everywhere, and
so does a possessive repeat of one character or set.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
POSSESSIVE = r"(?:[*+?]|\{[0-9]*,?[0-9]*\})\+"
OF_A_GROUP = re.compile(rf"(?<!\\)\){POSSESSIVE}")
OF_WHAT_IS_FILLED_IN = re.compile(POSSESSIVE)


def possessive_repeats(source: str) -> Iterator[int]:
    """Lines whose strings repeat a group, or a pattern that is filled in, possessively."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for before, after in itertools.pairwise(parts):
            filled_in = isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant)
            if filled_in and OF_WHAT_IS_FILLED_IN.match(after.value):
                yield node.lineno
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and OF_A_GROUP.search(node.value):
            yield node.lineno


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.py")), ids=lambda path: path.name)
def test_no_group_is_repeated_possessively(path: Path) -> None:
    assert list(possessive_repeats(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        'r"(?:,[0-9]{3})++"',
        'r"(a)*+"',
        'r"(a)?+"',
        'rf"{word}(?:a){{1,3}}+"',
        'rf"(?:{word}){{2,}}+"',
        'rf"{word}++"',
        'rf"{word}{{1,3}}+x"',
    ],
)
def test_a_possessive_repeat_of_a_group_is_seen(source: str) -> None:
    assert list(possessive_repeats(source)) == [1]


@pytest.mark.parametrize(
    "source", ['r"[0-9]++"', 'r"(?>(?:a)+)"', 'rf"(?>{word}+)"', 'rf"{word}+"', r'r"(\)++)"']
)
def test_other_repeats_are_left_alone(source: str) -> None:
    assert list(possessive_repeats(source)) == []
