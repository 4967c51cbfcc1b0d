"""References to the record beside the documents: each rule has a fault, and a neighbour that is
valid; and nothing that rests on a document rests on them."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chipcontrols.curation import showing
from chipcontrols.package import Package, canonical_text, files
from chipcontrols.validation import engine, passages
from chipcontrols.validation.passages import read_evidence, rows_about
from chipcontrols.validation.rules.references import ADDRESS
from fault_corpus import BASE, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chipcontrols.package import Row

GOOD = {
    "ref": "export-rule-1", "of_table": "matters", "of_row": "export-rule",
    "verdict": "contradicts", "says": "In 2030 the rule cost the company $5.5 billion in May 2030.",
    "amount": "5500000000", "amount_unit": "USD", "day": "2030-05", "heading": "A notice",
    "house": "Gazette", "sort": "primary", "link": "https://www.example.org/a?b=1#c",
    "dated": "2030-06", "read_on": "2031-01-02", "looked": "",
    "apart": "The record counts dollars, the row counts shares.", "by_whom": "the reviewer",
}  # fmt: skip
SECOND = GOOD | {"ref": "export-rule-2", "sort": "secondary", "house": "Press"}
TOLD = ("amount", "amount_unit", "day")
SOURCE = ("heading", "house", "sort", "link", "dated", "apart")
FRUITLESS = {"verdict": "not_found", "says": "Nothing was found.", "looked": "An archive, for: it"}
IN_VAIN = GOOD | dict.fromkeys((*TOLD, *SOURCE), "") | FRUITLESS
NUMBER = {
    "of_table": "matters", "of_row": "export-rule", "book": "rin", "number": "5.5",
    "shown_in": "export-rule-1",
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("quicker")
FOUND = ["corroborates", "contradicts", "refines", "supersedes"]


def field(name: str, rule: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A field of a Table Schema."""
    return {"name": name, "type": "string", "description": "-", "evidence": rule, **more}


def given(*needed: str, rule: str = "given", **options: Any) -> dict[str, Any]:
    """A rule that asks for a cell by the verdict."""
    return {"rule": rule, "by": "verdict", "needed": list(needed), **options}


def of_row() -> list[dict[str, Any]]:
    """The fields that name a row."""
    return [
        field("of_table", {"rule": "table_reference", "role": "table"}),
        field("of_row", {"rule": "row_reference", "role": "row", "table": "of_table"}),
    ]


SCHEMAS: dict[str, tuple[str, list[dict[str, Any]], list[str]]] = {
    "matters": ("group", [
        field("matter", {"rule": "identifier"}, constraints={"required": True}),
        field("summary", {"rule": "prose", "role": "sentence"}),
    ], ["matter"]),
    "outside": ("reference", [
        field("ref", {"rule": "identifier"}, constraints={"required": True}), *of_row(),
        field("verdict", {"rule": "reviewed", "role": "relation"}, codeList=True),
        field("says", {"rule": "told", "role": "sentence"}),
        field("amount", {"rule": "read_from", "of": "says", "part": "value"}, type="number"),
        field("amount_unit",
              {"rule": "read_from", "of": "says", "part": "unit", "value": "amount"}),
        field("day", {"rule": "read_from", "of": "says", "part": "date", "near": "dated"}),
        field("heading", given(*FOUND)), field("house", given(*FOUND)),
        field("sort", given(*FOUND, rule="source_kind", first="primary"), codeList=True),
        field("link", given(*FOUND, rule="address", role="address")),
        field("dated", given(rule="day", optional=FOUND, not_after="read_on")),
        field("read_on", given(*FOUND, "not_found", rule="day", role="consulted")),
        field("looked", given("not_found")),
        field("apart",
              given(rule="differing", optional=["contradicts"], value="amount")),
        field("by_whom", {"rule": "reviewed"}),
    ], ["ref"]),
    "numbers": ("identifier", [
        *of_row(), field("book", {"rule": "reviewed"}, codeList=True),
        field("number", {"rule": "registered", "role": "form"}),
        field("shown_in", {"rule": "reviewed", "role": "reference"}, references=["outside"]),
    ], ["of_table", "of_row", "book", "number"]),
}  # fmt: skip
CODES = [
    *(("outside", "verdict", code) for code in (*FOUND, "not_checkable", "not_found")),
    ("outside", "sort", "primary"), ("outside", "sort", "secondary"), ("numbers", "book", "rin"),
]  # fmt: skip


def write(root: Path, table: str, rows: list[dict[str, str]]) -> None:
    """Write a table in its canonical form."""
    package = Package.open(root)
    text = canonical_text(package.tables[table].schema, rows)
    (root / package.tables[table].path).write_text(text, "utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The valid package of the fault corpus, with a group, references and identifiers."""
    root = Path(shutil.copytree(BASE, tmp_path / "package"))
    descriptor = json.loads((root / "datapackage.json").read_bytes())
    for name, (kind, fields, key) in SCHEMAS.items():
        first = descriptor["resources"][0]
        like = {key: first[key] for key in ("type", "format", "mediatype", "encoding")}
        descriptor["resources"].append({
            "name": name, "title": name, "description": "-", "path": f"data/{name}.csv", **like,
            "schema": f"schemas/{name}.json",
        })  # fmt: skip
        schema = {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "title": name,
            "description": "-", "evidence": {"kind": kind}, "fields": fields,
            "missingValues": [""], "primaryKey": key,
        }  # fmt: skip
        (root / f"schemas/{name}.json").write_text(json.dumps(schema), "utf-8")
        header = files.canonical_csv([one["name"] for one in fields], [])
        (root / f"data/{name}.csv").write_text(header, "utf-8")
    (root / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    path = root / "schemas/relations.json"
    relations = json.loads(path.read_bytes())
    member = field("matter", {"rule": "reviewed"}, references=["matters"])
    relations["fields"].insert(1, member)
    path.write_text(json.dumps(relations), "utf-8")
    lines = (root / "data/relations.csv").read_text("utf-8").splitlines()
    added = ["matter", *["export-rule"] * (len(lines) - 1)]
    lines = [
        ",".join([line.partition(",")[0], more, line.partition(",")[2]])
        for line, more in zip(lines, added, strict=True)
    ]
    (root / "data/relations.csv").write_text("\n".join(lines) + "\n", "utf-8")
    codes = [dict(row.cells) for row in Package.open(root).rows("code")]
    empty = dict.fromkeys(codes[0], "") | {"definition": "No cue: judged."}
    codes += [empty | dict(zip(("table", "column", "code"), c, strict=True)) for c in CODES]
    write(root, "vocabulary", codes)
    write(root, "matters", [{"matter": "export-rule", "summary": "Lin Xiaolan leads Obsidian."}])
    write(root, "outside", [GOOD, SECOND])
    write(root, "numbers", [NUMBER])
    return root


def findings(root: Path) -> list[tuple[str, str, str]]:
    """Rule, column and message of what validation finds."""
    return [(f.rule, f.column, f.message) for f in engine.validate(root).findings]


def test_the_package_with_references_is_valid(package: Path) -> None:
    assert findings(package) == []


@pytest.mark.parametrize("row", [
    IN_VAIN, IN_VAIN | {"verdict": "not_checkable", "looked": "", "read_on": ""},
    GOOD | {"verdict": "refines", "apart": ""},
    GOOD | {"amount": "", "amount_unit": "", "apart": ""},
    GOOD | {"dated": "2031-01"}, GOOD | {"day": ""}, GOOD | {"dated": ""},
])  # fmt: skip
def test_what_is_in_order_yields_nothing(package: Path, row: dict[str, str]) -> None:
    rows = [row] if row["verdict"] in FOUND else [GOOD, row | {"ref": "export-rule-2"}]
    write(package, "outside", rows)
    assert findings(package) == []


@pytest.mark.parametrize(("row", "cells", "rule", "column", "message"), [
    (GOOD, {"link": ""}, "address", "link", "empty, but verdict is contradicts"),
    (GOOD, {"link": "example.org/a"}, "address", "link", "is not an address"),
    (GOOD, {"link": "https://example.org/a b"}, "address", "link", "is not an address"),
    (GOOD, {"link": "https://me:pass@example.org/"}, "address", "link", "is not an address"),
    (GOOD, {"link": "https://localhost/a"}, "address", "link", "is not an address"),
    (GOOD, {"heading": ""}, "given", "heading", "empty, but verdict is contradicts"),
    (GOOD, {"looked": "An archive"}, "given", "looked", "but verdict is contradicts"),
    (IN_VAIN, {"looked": ""}, "given", "looked", "empty, but verdict is not_found"),
    (IN_VAIN, {"link": "https://example.org/"}, "address", "link", "but verdict is not_found"),
    (GOOD, {"sort": ""}, "source_kind", "sort", "empty, but verdict is contradicts"),
    (GOOD, {"dated": "2030-02-30"}, "day", "dated", "not a day, month or year"),
    (GOOD, {"dated": "2031-02"}, "day", "dated", "2031-02 is after read_on 2031-01-02"),
    (GOOD, {"read_on": ""}, "day", "read_on", "empty, but verdict is contradicts"),
    (GOOD, dict.fromkeys(TOLD, "") | {"says": "五十億."}, "told", "says", "left untranslated"),
    (GOOD, {"says": GOOD["says"][:-1]}, "told", "says", "is not a sentence"),
    (GOOD, {"amount": "6500000000"}, "read_from", "amount", "but says says 5500000000"),
    (GOOD, {"amount_unit": "CNY"}, "read_from", "amount_unit", "CNY, but says says USD"),
    (GOOD, {"amount_unit": ""}, "read_from", "amount_unit", "empty, but says says USD"),
    (GOOD, {"day": "2030-06"}, "read_from", "day", "2030-06, but says says"),
    (GOOD, {"verdict": "refines"}, "differing", "apart", "but verdict is refines"),
])  # fmt: skip
def test_a_faulty_reference_is_found(
    package: Path, row: dict[str, str], cells: dict[str, str], rule: str, column: str, message: str
) -> None:
    write(package, "outside", [GOOD, row | {"ref": "export-rule-2", **cells}])
    assert [one[:2] for one in findings(package)] == [(rule, column)]
    assert message in findings(package)[0][2]


def test_a_group_without_a_reference_is_found(package: Path) -> None:
    write(package, "numbers", [])
    write(package, "outside", [GOOD | {"of_table": "policies", "of_row": "chip-export-rule"}])
    assert findings(package) == [("referenced", "matter", "no row of outside is about export-rule")]


def test_a_first_source_after_another_is_found(package: Path) -> None:
    write(package, "outside", [GOOD | {"sort": "secondary"}, SECOND | {"sort": "primary"}])
    ((rule, column, _),) = findings(package)
    assert (rule, column) == ("source_kind", "sort")


@pytest.mark.parametrize(("says", "what"), [
    ("It cost $5.5 billion in May 2030.", "measure"),
    ("It was 95 percent in May 2041.", "time"),
    ("In the United States it was 95 percent.", "place"),
])  # fmt: skip
def test_a_contradiction_that_is_about_something_else_is_found(
    package: Path, says: str, what: str
) -> None:
    figure = "In 2030 the share in Dongyu was 95 percent."
    schema = json.loads((package / "schemas/matters.json").read_bytes())
    schema["fields"][1]["evidence"]["rule"] = "reviewed"
    (package / "schemas/matters.json").write_text(json.dumps(schema), "utf-8")
    write(package, "matters", [{"matter": "export-rule", "summary": figure}])
    number, unit = ("5500000000", "USD") if "$" in says else ("95", "percent")
    row = GOOD | {"says": says, "amount": number, "amount_unit": unit, "day": ""}
    write(package, "numbers", [])
    write(package, "outside", [row])
    assert findings(package) == []
    write(package, "outside", [row | {"apart": ""}])
    ((rule, column, message),) = [one for one in findings(package) if one[0] == "differing"]
    assert (rule, column) == ("differing", "apart")
    assert f"the {what} is " in message


def test_an_identifier_that_its_reference_does_not_show_is_found(package: Path) -> None:
    write(package, "numbers", [NUMBER | {"number": "0694-AJ90"}])
    assert findings(package) == [
        ("registered", "number", "0694-AJ90 is not in the reference export-rule-1")
    ]


def test_an_identifier_of_a_row_that_its_reference_is_not_about_is_found(package: Path) -> None:
    write(package, "numbers", [NUMBER | {"of_table": "policies", "of_row": "chip-export-rule"}])
    message = "policies/chip-export-rule, but export-rule-1 is about matters/export-rule"
    assert findings(package) == [("registered", "of_row", message)]


def test_an_identifier_of_what_a_witness_of_its_row_names_is_in_order(package: Path) -> None:
    write(package, "numbers", [NUMBER | {"of_table": "companies", "of_row": "obsidian"}])
    assert findings(package) == []


def test_an_id_is_that_of_the_row_with_a_number(package: Path) -> None:
    path = package / "schemas/outside.json"
    schema = json.loads(path.read_bytes())
    schema["fields"][0]["evidence"] = {"rule": "identifier", "of": "of_row"}
    path.write_text(json.dumps(schema), "utf-8")
    assert findings(package) == []
    row = SECOND | {"of_table": "policies", "of_row": "chip-export-rule"}
    write(package, "outside", [GOOD, row])
    message = "export-rule-2, but of_row is chip-export-rule"
    assert findings(package) == [("identifier", "ref", message)]


def test_words_cannot_be_cited_for_a_reference(package: Path) -> None:
    path = package / "data/citations.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    cited = rows[0] | {"table": "outside", "row_id": "export-rule-1", "column": "says"}
    write(package, "citations", [*rows, cited])
    assert ("citation", "column", "says of outside/export-rule-1 rests on no words") in findings(
        package
    )


@pytest.mark.parametrize("address", ["", "https://", "ftp://a.org", "https://a.org:x/", "//a.b"])
def test_what_is_no_address_is_refused_without_an_error(address: str) -> None:
    assert not ADDRESS.fullmatch(address)


def test_a_row_is_shown_with_its_record_and_its_identifiers(package: Path) -> None:
    opened, evidence = read_evidence(package)
    matter = showing.shown(opened, evidence, "matters", "export-rule")
    said = f"record (contradicts): {GOOD['says']}\n    {GOOD['link']}, consulted 2031-01-02"
    assert said in matter
    assert "identifier (rin): 5.5" in matter
    witness = next(row.id for row in opened.rows("statement") if row.table == "relations")
    assert GOOD["says"] in showing.shown(opened, evidence, "relations", witness)


def test_the_passages_of_a_row_bring_its_record(package: Path) -> None:
    found = passages.evidence("matters", "export-rule", package)
    assert [row.id for row in found.record] == ["export-rule-1", "export-rule-2"]
    assert GOOD["says"].replace("'", "&#x27;") in found._repr_html_()
    assert passages.evidence("policies", "chip-export-rule", package).record == ()


RUN = 10
"""Words in a row that nothing but copying has in common: both tell of the same things."""


def runs(text: str) -> set[tuple[str, ...]]:
    """Runs of words of a text; all of its words where it has fewer, from six on."""
    words = re.findall(r"[\w.%$€'-]+", text.casefold().replace("’", "'"))
    if len(words) < RUN:
        return {tuple(words)} if len(words) >= RUN - 4 else set()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def borrowed(package: Package, rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Table and column of each cell of the rows that has words, an address or an identifier from
    the record."""
    references = list(package.rows("reference"))
    words = {
        one
        for row in references
        for role in ("sentence", "searched")
        for text in row.role(role).split("; ")
        for one in runs(text)
    }
    marks = {row.role("address") for row in references} - {""}
    marks |= {row.role("form") for row in package.rows("identifier")}
    return [
        (row.table, column)
        for row in rows
        for column, cell in row.cells.items()
        if runs(cell) & words or any(mark in cell for mark in marks)
    ]


def test_no_reference_is_evidence() -> None:
    package, evidence = read_evidence(REPOSITORY)
    references = [row for rows in rows_about(package, "reference").values() for row in rows]
    assert len(references) > 100
    assert [row.id for row in references if evidence.of_row(row)] == []
    kinds = {table.schema.kind for table in package.tables.values()}
    beside = list(package.rows(*sorted(kinds - {"reference", "identifier"})))
    assert len(beside) > 2000
    assert borrowed(package, beside) == []


@pytest.mark.parametrize(("kind", "said"), [
    ("group", "{sentence}"), ("statement", "As was said before, {sentence}"),
    ("statement", "{half} and more"), ("document", "{shouted}"),
    ("entity", "It is listed as {identifier}."), ("term", "See {address} for more."),
    ("note", "Looked for: {searched}"), ("citation", "{sentence}"), ("exclusion", "{half}"),
    ("surface_form", "{address}"), ("comparison", "{identifier}"),
])  # fmt: skip
def test_what_is_copied_from_the_record_is_found(kind: str, said: str) -> None:
    package = Package.open(REPOSITORY)
    references = list(package.rows("reference"))
    long = max((row.role("sentence") for row in references), key=len)
    copied = said.format(
        sentence=long, half=" ".join(long.split()[:12]), shouted=long.upper(),
        identifier=next(row.role("form") for row in package.rows("identifier")),
        address=next(row.role("address") for row in references if row.role("address")),
        searched=max((row.role("searched") for row in references), key=len),
    )  # fmt: skip
    row = next(package.rows(kind))
    column = list(row.cells)[-1]
    assert borrowed(package, [row]) == []
    row.cells[column] = copied
    assert borrowed(package, [row]) == [(row.table, column)]


def test_without_the_references_every_other_cell_is_as_it_was(tmp_path: Path) -> None:
    root = tmp_path / "package"
    for part in ("data", "schemas", "seeds"):
        shutil.copytree(REPOSITORY / part, root / part)
    shutil.copy(REPOSITORY / "datapackage.json", root)
    kinds = {table.name: table.schema.kind for table in Package.open(root).tables.values()}
    for name, kind in kinds.items():
        if kind in ("reference", "identifier"):
            write(root, name, [])
    found = engine.validate(root).findings
    groups = [row.id for row in Package.open(root).rows("group")]
    assert len([one for one in found if one.rule == "referenced"]) == len(groups)
    assert {one.rule for one in found} == {"referenced", "form"}
