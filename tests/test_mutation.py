"""The mutation score: mutants are valid, chosen by the seed, judged as a full validation does."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import mutation
import pytest
from mutation import Mutant, Workbench, Workshop

from chipcontrols.package import schemas
from chipcontrols.validation import layers as validation
from chipcontrols.validation import passages
from chipcontrols.validation.rules import form
from commands import REPOSITORY, run, small_package


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(small_package(tmp_path_factory.mktemp("package")))


@pytest.fixture(scope="module")
def real() -> Workshop:
    return Workshop(passages.gather_package(REPOSITORY))


@pytest.mark.parametrize(("origin", "count"), [("small", 50), ("real", 10)])
def test_the_findings_are_those_of_a_full_validation_of_a_written_copy(
    origin: str, count: int, bench: Workbench, tmp_path: Path
) -> None:
    here = bench if origin == "small" else Workbench(REPOSITORY)
    for folder in ("data", "schemas", "seeds"):
        shutil.copytree(here.root / folder, tmp_path / folder)
    shutil.copy(here.root / "datapackage.json", tmp_path)
    for mutant in mutation.sample(Workshop(here.evidence).mutants(), count):
        tables, _ = here.mutated(mutant)
        found, _, _ = here.findings(tables, mutant.table)
        table = tables[mutant.table]
        path = tmp_path / table.path
        valid = path.read_bytes()
        text = form.serialised(schemas.field_names(table.schema), table.rows)
        path.write_text(text, "utf-8", newline="")
        full = validation.validate(tmp_path).findings
        path.write_bytes(valid)
        assert tuple(sorted(set(found))) == full, mutant


def test_one_seed_gives_one_sample_and_another_seed_another(real: Workshop) -> None:
    first = mutation.sample(real.mutants(), 200, seed=1)
    again = mutation.sample(Workshop(real.evidence).mutants(), 200, seed=1)
    other = mutation.sample(Workshop(real.evidence, 2).mutants(), 200, seed=2)
    assert first == again
    assert first != other
    assert len(first) == len(other) == 200


def test_a_sample_larger_than_all_has_each_cell_and_kind_once(bench: Workbench) -> None:
    mutants = list(Workshop(bench.evidence).mutants(["quotes"]))
    chosen = mutation.sample(mutants, 10**6)
    keys = [(m.position, m.column, m.kind) for m in chosen]
    assert len(keys) == len(set(keys))
    assert set(keys) == {(m.position, m.column, m.kind) for m in mutants}


def test_every_mutant_differs_from_the_valid_cell(real: Workshop) -> None:
    for mutant in real.mutants():
        if mutant.column:
            assert mutant.new != mutant.old
    kinds = Counter(mutant.kind for mutant in real.mutants())
    documented = {
        word.strip("`")
        for line in (mutation.__doc__ or "").splitlines()
        if line.startswith("``")
        for word in line[:22].split(", ")
    }
    assert set(kinds) == {word.strip("` ") for word in documented}


def test_an_emptied_cell_is_optional_and_a_filled_one_was_empty(real: Workshop) -> None:
    for mutant in real.mutants():
        fields = real.evidence.tables[mutant.table].schema["fields"]
        required = {field["name"] for field in fields if schemas.is_required(field)}
        if mutant.kind == "emptied":
            assert mutant.column not in required
            assert mutant.old
            assert not mutant.new
        elif mutant.kind == "filled":
            assert not mutant.old
            assert mutant.new


def test_codes_and_ids_are_replaced_by_ones_that_the_column_may_hold(real: Workshop) -> None:
    for mutant in real.mutants(["market_figures"]):
        if mutant.kind == "code":
            assert mutant.new in real.evidence.codes["market_figures", mutant.column]
        elif mutant.kind == "id" and mutant.column == "place_id":
            assert mutant.new in real.ids["places"]


def test_ids_named_on_the_line_are_all_tried(real: Workshop) -> None:
    row = next(r for r in real.evidence.rows["relations"] if len(real.named_on_line(r)) > 3)
    near = real.named_on_line(row) - {row.cells["subject_id"]}
    tried = {
        m.new
        for m in real.mutants(["relations"])
        if (m.row_id, m.column, m.kind) == (row.id, "subject_id", "id")
    }
    assert near <= tried
    assert len(tried) == len(near) + 1


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


def mutant_of(bench: Workbench, table: str, kind: str) -> Mutant:
    return next(m for m in Workshop(bench.evidence).mutants([table]) if m.kind == kind)


def test_a_wrong_value_is_caught_at_its_row_by_chipcontrols_alone(bench: Workbench) -> None:
    mutant = next(
        m
        for m in Workshop(bench.evidence).mutants(["market_figures"])
        if (m.column, m.kind) == ("value", "number")
    )
    verdict = bench.judge(mutant)
    assert verdict.outcome == "caught"
    assert "quantity" in verdict.rules
    assert not verdict.frictionless
    assert not verdict.pandera


def test_a_topic_that_only_a_reader_can_judge_survives(bench: Workbench) -> None:
    mutant = next(
        m
        for m in Workshop(bench.evidence).mutants(["quotes"])
        if (m.column, m.kind) == ("topic", "code")
    )
    assert bench.judge(mutant).outcome == "survived"
    supports = mutation.supports_of(bench.tables)
    assert mutation.rests_on(supports, mutant) == "reviewed"


def test_a_twin_row_is_caught_by_all_layers(bench: Workbench) -> None:
    mutant = mutant_of(bench, "aliases", "duplicated")
    verdict = bench.judge(mutant)
    assert (verdict.outcome, verdict.frictionless, verdict.pandera) == ("caught", True, True)


def test_a_deleted_document_is_caught_by_the_foreign_keys_to_it(bench: Workbench) -> None:
    verdict = bench.judge(mutant_of(bench, "sources", "deleted"))
    assert (verdict.outcome, verdict.frictionless, verdict.pandera) == ("caught", True, False)


def test_a_row_that_was_moved_is_out_of_order(bench: Workbench) -> None:
    verdict = bench.judge(mutant_of(bench, "aliases", "moved"))
    assert (verdict.outcome, verdict.rules) == ("caught", ("form",))


def test_a_package_that_is_not_valid_cannot_be_measured(tmp_path: Path) -> None:
    root = small_package(tmp_path)
    path = root / "data" / "quotes.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ValueError, match=r"not valid: data/quotes\.csv"):
        Workbench(root)


def test_scores_leave_out_equivalent_mutants(bench: Workbench) -> None:
    mutants = list(Workshop(bench.evidence).mutants(["glossary"]))
    chosen = [m for m in mutants if m.column == "excerpt" and m.kind == "lengthened"][:1]
    verdict = bench.judge(chosen[0])
    assert verdict.outcome in ("caught", "equivalent")
    supports = mutation.supports_of(bench.tables)
    counted = mutation.scores([verdict], supports)[""]
    assert bool(counted) == (verdict.outcome == "caught")


def test_two_processes_judge_as_one_does(bench: Workbench) -> None:
    mutants = mutation.sample(Workshop(bench.evidence).mutants(), 8)
    alone = [bench.judge(mutant) for mutant in mutants]
    assert list(mutation.judged(bench.root, mutants, jobs=2)) == alone


def test_the_command_prints_scores_beside_the_other_layers_and_lists_survivors(
    bench: Workbench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--root", bench.root, "--sample", 15, "--jobs", 1)
    text = run(capsys, monkeypatch, "../tests/tools/mutate.py", *options)
    assert text.code == 0
    assert "chipcontrols  frictionless       pandera" in text.out
    options = (*options, "--format", "json")
    found = json.loads(run(capsys, monkeypatch, "../tests/tools/mutate.py", *options).out)
    counted = sum(score["mutants"] for score in found["scores"]["all"].values())
    assert counted + found["equivalent"] == 15
    for uncaught in found["uncaught"]:
        assert f"{uncaught['table']}/{uncaught['row_id']}" in text.out


def test_the_command_says_what_is_wrong_with_a_package_that_is_not_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(capsys, monkeypatch, "../tests/tools/mutate.py", "--root", tmp_path, "--jobs", 1)
    assert result.code == 2
    assert result.err.startswith("could not run: ")
    assert not result.out
