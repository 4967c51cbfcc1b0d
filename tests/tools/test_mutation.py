"""The mutation score: mutants are valid, chosen by the seed, judged as a full validation does."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import mutation
import pytest
from mutation import Mutant, Workbench, Workshop

from chipcontrols.validation import engine
from chipcontrols.validation.passages import read_evidence
from chipcontrols.validation.rules import RULES
from commands import REPOSITORY, run, small_package

TOOL = "../tests/tools/mutation.py"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(small_package(tmp_path_factory.mktemp("package")))


@pytest.fixture(scope="module")
def small(bench: Workbench) -> list[Mutant]:
    return list(Workshop(bench.package, bench.evidence).mutants())


@pytest.fixture(scope="module")
def shop() -> Workshop:
    return Workshop(*read_evidence(REPOSITORY))


@pytest.fixture(scope="module")
def real(shop: Workshop) -> list[Mutant]:
    return list(shop.mutants())


def test_every_kind_that_a_rule_names_is_made_and_every_kind_made_is_named_by_a_rule() -> None:
    named = {kind for rule in RULES.values() for kind in rule.wrong_values}
    assert named == mutation.GENERATORS.keys()


def test_a_rule_with_a_kind_that_nothing_makes_is_an_error(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RULES["script"], "wrong_values", ("colour",))
    with pytest.raises(KeyError, match="colour"):
        list(shop.mutants())


def test_every_rule_has_wrong_values_that_it_should_catch() -> None:
    assert all(rule.wrong_values or rule.kinds for rule in RULES.values())


def test_every_kind_has_mutants_in_a_package(real: list[Mutant], small: list[Mutant]) -> None:
    made = {mutant.kind for mutant in (*real, *small) if mutant.column}
    assert made == mutation.GENERATORS.keys()


def test_the_tool_names_no_table_and_no_column(shop: Workshop) -> None:
    text = Path(mutation.__file__).read_text("utf-8")
    names = {name for table in shop.package.tables.values() for name in table.schema.names}
    words_of_the_engine = {"kind", "line", "excerpt", "table", "column", "code", "reason", "date",
                           "unit", "class", "name", "text", "definition", "language",
                           "rule", "identifier", "surface_form", "english_form",
                           "term"}  # fmt: skip
    named = (names | shop.package.tables.keys()) - words_of_the_engine
    assert [name for name in sorted(named) if f'"{name}"' in text or f"'{name}'" in text] == []


@pytest.mark.parametrize(("origin", "count"), [("small", 15), ("real", 3)])
def test_the_findings_are_those_of_a_full_validation_of_a_written_copy(
    origin: str, count: int, bench: Workbench, tmp_path: Path
) -> None:
    here = bench if origin == "small" else Workbench(REPOSITORY)
    for folder in ("data", "schemas", "seeds"):
        shutil.copytree(here.package.root / folder, tmp_path / folder)
    shutil.copy(here.package.root / "datapackage.json", tmp_path)
    for mutant in mutation.sample(Workshop(here.package, here.evidence).mutants(), count):
        package, _ = here.mutated(mutant)
        found, _, _ = here.findings(package, mutant.table)
        table = package.tables[mutant.table]
        path = tmp_path / table.path
        valid = path.read_bytes()
        path.write_bytes(table.content)
        full = engine.validate(tmp_path).findings
        path.write_bytes(valid)
        assert tuple(sorted(set(found))) == full, mutant


def test_one_seed_gives_one_sample_and_another_seed_another(
    shop: Workshop, real: list[Mutant]
) -> None:
    first = mutation.sample(real, 200, seed=1)
    again = mutation.sample(Workshop(shop.package, shop.evidence).mutants(), 200, seed=1)
    other = mutation.sample(real, 200, seed=2)
    assert first == again
    assert first != other
    assert len(first) == len(other) == 200


def test_a_sample_larger_than_all_has_each_cell_and_kind_once(small: list[Mutant]) -> None:
    chosen = mutation.sample(small, 10**6)
    keys = [(m.table, m.position, m.column, m.kind) for m in chosen]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(m.table, m.position, m.column, m.kind) for m in small}


def test_every_mutant_differs_from_the_valid_cell_and_may_stand_in_its_column(
    shop: Workshop, real: list[Mutant]
) -> None:
    for mutant in real:
        if mutant.column:
            field = shop.package.tables[mutant.table].schema.field(mutant.column)
            assert mutant.new != mutant.old
            assert mutation.may_hold(field, mutant.new)
            if mutant.kind == "filled":
                assert not mutant.old
            if mutant.kind == "code" and field.coded:
                codes = shop.package.codes[mutant.table, mutant.column]
                assert mutant.new in {code.code for code in codes}
            if mutant.kind == "id" and field.references:
                assert any(mutant.new in shop.ids[table] for table in field.references)


def test_ids_named_on_the_line_are_all_tried(shop: Workshop, real: list[Mutant]) -> None:
    by_cell: dict[tuple[str, str, str], set[str]] = {}
    for mutant in real:
        if mutant.kind == "id":
            key = (mutant.table, mutant.row_id, mutant.column)
            by_cell.setdefault(key, set()).add(mutant.new)
    tried = Counter[bool]()
    for row in shop.package.rows("statement"):
        for column in row.schema.columns("entity"):
            field, cell = row.schema.field(column), row.cells[column]
            near = (shop.named_on_line(row) & shop.targets(row, field)) - {cell}
            if cell and near:
                tried[near <= by_cell[row.table, row.id, column]] += 1
    assert tried[True] > 100
    assert not tried[False]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("95", ["96", "94", "950", "59", "-95"]),
        ("0.5", ["0.6", "0.4", "5", "-0.5"]),
        ("0", ["1", "-1", "0"]),
        ("-3", ["-2", "-4", "-30", "3"]),
    ],
)
def test_numbers_near_a_number(cell: str, expected: list[str]) -> None:
    assert list(mutation.numbers_near(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025", ["2026"]),
        ("2025-12", ["2025-11", "2026-12", "2025"]),
        ("2022/..", ["2023/.."]),
        ("2025-05-13/2025-05-16", ["2025-05-14/2025-05-16"]),
    ],
)
def test_dates_near_a_date(cell: str, expected: list[str]) -> None:
    assert list(mutation.dates_near(cell)) == expected


def of_kind(bench: Workbench, mutants: list[Mutant], table: str, kind: str) -> Mutant:
    """Return the first mutant of a kind in a table of a kind."""
    names = {one.name for one in bench.package.of_kind(table)}
    return next(m for m in mutants if m.table in names and m.kind == kind)


def test_a_wrong_value_is_caught_at_its_row_by_chipcontrols_alone(
    bench: Workbench, small: list[Mutant]
) -> None:
    verdict = bench.judge(of_kind(bench, small, "statement", "number"))
    assert verdict.outcome == "caught"
    assert "quantity" in verdict.rules
    assert not verdict.frictionless
    assert not verdict.pandera


def test_a_code_that_only_a_reader_can_judge_survives(
    bench: Workbench, small: list[Mutant]
) -> None:
    rules = mutation.rules_of(bench.package)
    judged = {m.kind for m in small if mutation.rests_on(rules, m) == "reviewed"}
    assert {"character", "code"} <= judged
    mutant = next(
        m
        for m in small
        if m.kind == "code" and rules[m.table, ""] == "statement"
        if rules[m.table, m.column] == "reviewed"
    )
    assert bench.judge(mutant).outcome == "survived"


def test_a_twin_row_is_caught_by_all_layers(bench: Workbench, small: list[Mutant]) -> None:
    verdict = bench.judge(of_kind(bench, small, "surface_form", "duplicated"))
    assert (verdict.outcome, verdict.frictionless, verdict.pandera) == ("caught", True, True)


def test_a_deleted_document_is_caught_by_the_foreign_keys_to_it(
    bench: Workbench, small: list[Mutant]
) -> None:
    verdict = bench.judge(of_kind(bench, small, "document", "deleted"))
    assert (verdict.outcome, verdict.frictionless, verdict.pandera) == ("caught", True, False)


def test_a_row_that_was_moved_is_out_of_order(bench: Workbench, small: list[Mutant]) -> None:
    verdict = bench.judge(of_kind(bench, small, "surface_form", "moved"))
    assert (verdict.outcome, verdict.rules) == ("caught", ("form",))


def test_a_package_that_is_not_valid_cannot_be_measured(tmp_path: Path) -> None:
    root = small_package(tmp_path)
    path = root / "data" / "quotes.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ValueError, match=r"not valid: data/quotes\.csv"):
        Workbench(root)


def test_scores_leave_out_equivalent_mutants(bench: Workbench, small: list[Mutant]) -> None:
    verdict = bench.judge(of_kind(bench, small, "surface_form", "lengthened"))
    rules = mutation.rules_of(bench.package)
    for outcome, counted in (("caught", 1), ("survived", 1), ("equivalent", 0)):
        changed = mutation.dataclasses.replace(verdict, outcome=outcome)
        found = mutation.scores([changed], rules)["all"]
        assert sum(score.mutants for score in found.values()) == counted


def test_two_processes_judge_as_one_does(bench: Workbench, small: list[Mutant]) -> None:
    mutants = mutation.sample(small, 4)
    alone = [bench.judge(mutant) for mutant in mutants]
    assert list(mutation.judged(bench.package.root, mutants, jobs=2)) == alone


def test_the_command_prints_scores_beside_the_other_layers_and_lists_survivors(
    bench: Workbench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--root", bench.package.root, "--sample", 10, "--jobs", 1)
    text = run(capsys, monkeypatch, TOOL, *options)
    assert text.code == 0
    assert "chipcontrols  frictionless       pandera" in text.out
    found = json.loads(run(capsys, monkeypatch, TOOL, *options, "--format", "json").out)
    counted = sum(score["mutants"] for score in found["scores"]["all"].values())
    assert counted + found["equivalent"] == 10
    for uncaught in found["uncaught"]:
        assert f"{uncaught['table']}/{uncaught['row_id']}" in text.out


def test_the_command_says_what_is_wrong_with_a_package_that_is_not_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(capsys, monkeypatch, TOOL, "--root", tmp_path, "--jobs", 1)
    assert result.code == 2
    assert result.err.startswith("could not run: ")
    assert not result.out
