"""Lies about meaning: each kind is told in the package, the same for a seed, and caught as often as
is said."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import lies
import pytest

from chipcontrols.validation.passages import read_evidence
from commands import REPOSITORY

KEPT = {row["kind"]: row for row in csv.DictReader(lies.SCORES.open(encoding="utf-8"))}
SAMPLE = 2


@pytest.fixture(scope="module")
def told() -> dict[str, list[lies.Lie]]:
    return lies.Liar(*read_evidence(REPOSITORY)).lies()


def test_every_kind_is_told_and_its_share_is_kept(told: dict[str, list[lies.Lie]]) -> None:
    assert [kind for kind, found in told.items() if found] == list(KEPT)


def test_one_seed_gives_one_sample(told: dict[str, list[lies.Lie]]) -> None:
    assert lies.sample(told, 3) == lies.sample(told, 3)
    assert lies.sample(told, 3) != lies.sample(told, 3, seed=2)


def test_the_tool_of_lies_names_no_table_and_no_column() -> None:
    package, _ = read_evidence(REPOSITORY)
    text = Path(lies.__file__).read_text("utf-8")
    names = {f"{name}_id" for name in ("subject", "object", "actor", "policy")} | {
        name for name in package.tables if "_" in name
    }
    assert [name for name in sorted(names) if f'"{name}"' in text] == []


def test_words_are_replaced_whole_and_in_all_forms() -> None:
    assert list(lies.replaced("Prices rose.", "direction")) == [
        "Prices dropped.", "Prices shrank.", "Prices sank."
    ]  # fmt: skip
    assert list(lies.replaced("A rosette", "direction")) == []


def test_a_hedge_becomes_a_plain_assertion() -> None:
    assert "The ban costs much" in lies.asserted("The ban may cost much", lies.HEDGES)
    assert "It invested more" in lies.asserted("It plans to invest more", lies.FUTURES)


def test_a_small_sample_is_caught_about_as_often_as_is_kept(
    told: dict[str, list[lies.Lie]],
) -> None:
    verdicts = list(lies.judged(REPOSITORY, lies.sample(told, SAMPLE), jobs=1))
    tried, caught = (sum(int(row[name]) for row in KEPT.values()) for name in ("tried", "caught"))
    found = sum(bool(rules) for _, rules in verdicts)
    assert abs(found / len(verdicts) - caught / tried) < 0.2


def test_the_guide_gives_the_shares_that_are_kept() -> None:
    guide = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    for kind, row in KEPT.items():
        assert f"| {kind.replace('_', ' ')} | {row['tried']} | {row['caught']} |" in guide


def told_by_hand() -> Iterator[lies.Lie]:
    with Path(__file__).with_name("told_by_hand.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key, cells = (row["table"], row["row_id"]), json.loads(row["cells"])
            edit = (key, tuple(cells.items()))
            yield lies.Lie("by_hand", *key, told=row["cells"], cells=(edit,))


def test_of_lies_told_by_hand_four_in_five_are_caught() -> None:
    court, told = lies.Court(REPOSITORY), list(told_by_hand())
    missed = [lie.told for lie in told if not court.caught(lie)]
    assert len(told) > 180
    assert len(missed) <= 0.2 * len(told), missed
