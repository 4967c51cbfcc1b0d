"""A new code makes no finding of an old row, though all the cues of its column call for it, or
words that every second line has; nor do such words as new cues of a code that there is."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from chipcontrols.validation import engine

ROOT = Path(__file__).parents[2]


COMMON = "公司|美國|美国|表示|中國|中国|晶片|芯片|技術|技术|市場|市场|企業|企业|政府|產品|產業|問題"


def package_with(folder: Path, change: Callable[[list[str], set[str]], list[list[str]]]) -> Path:
    """Make a copy of the package in which ``change`` has, of the last code of each coded column and
    all cues of the column, made rows of the code list."""
    for name in ("data", "schemas", "seeds"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "datapackage.json", folder)
    path = folder / "schemas" / "vocabulary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    by_column: dict[tuple[str, str], list[list[str]]] = {}
    for row in rows:
        by_column.setdefault((row[0], row[1]), []).append(row)
    cues, changed = head.index("cues"), []
    for codes in by_column.values():
        called = {cue for row in codes for cue in row[cues].split("|") if cue}
        changed += [*codes[:-1], *(change(codes[-1], called) if called else [codes[-1]])]
    assert changed != rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([head, *sorted(changed, key=lambda row: row[:3])])
    return folder


CODE, CUES = 2, 4


def with_all_cues(last: list[str], called: set[str]) -> list[list[str]]:
    new = [*last]
    new[CODE], new[CUES] = "zzz", "|".join(sorted(called))
    return [last, new]


def with_common_words(last: list[str], called: set[str]) -> list[list[str]]:
    new = [*last]
    new[CODE], new[CUES] = "zzz", COMMON
    return [last, new]


def with_common_words_for_an_old_code(last: list[str], called: set[str]) -> list[list[str]]:
    old = [*last]
    old[CUES] = "|".join(dict.fromkeys([*filter(None, old[CUES].split("|")), *COMMON.split("|")]))
    return [old]


@pytest.mark.parametrize(
    "change", [with_all_cues, with_common_words, with_common_words_for_an_old_code]
)
def test_new_codes_and_cues_break_no_row(tmp_path, change) -> None:
    report = engine.validate(package_with(tmp_path, change), lambda *_: None)
    assert list(report.findings) == []


def test_no_cue_of_the_list_would_break_a_row_if_one_rested_on_it(monkeypatch) -> None:
    monkeypatch.setattr(engine, "idle_cues", lambda *_: frozenset())
    assert list(engine.validate(ROOT, lambda *_: None).findings) == []
