"""Tables and columns under other names, split and moved, recognised by what they hold."""

from __future__ import annotations

from chipcontrols.release.releases import Release, Sheet, Value
from chipcontrols.release.renames import renamed, renamed_columns


def sheet(key: str, columns: dict[str, list[Value]]) -> Sheet:
    """Return a table by its columns."""
    names = list(columns)
    rows = {(row[names.index(key)],): row for row in zip(*columns.values(), strict=True)}
    return Sheet((key,), dict.fromkeys(names, "string"), rows)


def release(version: str, **sheets: Sheet) -> Release:
    """Return a release of some tables."""
    return Release("sample", version, "", {}, {}, sheets)


IDS: list[Value] = list("abcdef")


def renames(old: list[Value], new: list[Value]) -> dict[str, str]:
    """Return what a column is called that holds other cells."""
    left, right = sheet("id", {"id": IDS, "x": old}), sheet("id", {"id": IDS, "y": new})
    return renamed_columns(left, right)


def test_a_column_of_codes_is_recognised_by_the_words_that_they_keep() -> None:
    old: list[Value] = [f"market_{one}" for one in ("share", "size", "loss", "gain", "rank", "x")]
    assert renames(old, ["share", "size", "loss", "gain", "rank", "y"]) == {"x": "y"}


def test_a_column_of_text_is_recognised_by_the_words_that_it_keeps() -> None:
    old: list[Value] = [f"Rise of {name}'s price" for name in IDS]
    assert renames(old, [f"The price of {name} rises by much." for name in IDS]) == {"x": "y"}


def test_words_that_most_cells_have_are_no_likeness() -> None:
    words = ("door roof wall key cat bed", "sun sea air ice fire sky")
    old, new = ([f"The {word} of the house" for word in one.split()] for one in words)
    assert renames([*old], [*new]) == {}


def test_a_column_that_few_rows_still_fill_is_recognised_by_these() -> None:
    old: list[Value] = ["one north", "two south", "three east", "four west", "five up", "six"]
    assert renames(old, ["north", "south", "east", "west", "up", None]) == {"x": "y"}


def test_a_column_that_was_split_is_told_with_both_columns() -> None:
    old = sheet("id", {"id": IDS, "whom": ["p", "q", "r", "s", "t", "u"]})
    buyer: list[Value] = ["p", None, "r", None, "t", None]
    seller: list[Value] = [None, "q", None, "s", None, "u"]
    new = sheet("id", {"id": IDS, "buyer": buyer, "seller": seller})
    _, told = renamed(release("1.0.0", deals=old), release("2.0.0", deals=new))
    assert told == [(("deals", "whom", "column", "whom"), "whom", "buyer, seller")]


def test_a_column_that_was_moved_is_told_with_the_table() -> None:
    old = sheet("id", {"id": IDS, "also": ["x|y", "z", None, "v", "w", "u"]})
    new = sheet("id", {"id": IDS})
    beside = sheet("n", {"n": [*"1234"], "of": [*"aabd"], "who": [*"xyzv"]})
    _, told = renamed(release("1.0.0", deals=old), release("2.0.0", deals=new, others=beside))
    assert told == [(("deals", "also", "column", "also"), "also", "table others")]


def test_a_column_whose_cells_stand_nowhere_is_gone() -> None:
    old = sheet("id", {"id": IDS, "also": ["x", "z", None, "v", "w", "u"]})
    beside = sheet("n", {"n": ["1", "2"], "of": ["a", "b"], "who": ["q", "r"]})
    new = release("2.0.0", deals=sheet("id", {"id": IDS}), others=beside)
    assert renamed(release("1.0.0", deals=old), new)[1] == []
