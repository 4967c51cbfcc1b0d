"""Curation of a package of another field: other tables and columns, a document in English."""

import csv
import hashlib
import io
import json

import pytest

from chipcontrols.curation import reanchoring
from chipcontrols.curation.coverage import audited, coverage_report
from chipcontrols.curation.documents import given_columns, new_document
from chipcontrols.curation.showing import cited, shown
from chipcontrols.package.files import replace_files
from chipcontrols.validation.passages import read_evidence

DOCUMENT = """Reservoirs of the valley
On May 13, 2031, Lake Orrin held 40 percent of its water.
The dam at Orrin cost $5.5 billion and stands 120 meters tall.
“The valley is drying,” said Mara Quill.
"""
ANCHOR = [
    {"name": "paper", "evidence": {"rule": "anchor", "role": "document"}},
    {"name": "row_at", "type": "integer", "evidence": {"rule": "anchor", "role": "line"}},
    {"name": "words", "evidence": {"rule": "excerpt", "role": "excerpt"}},
]
NUMBER = {"name": "number", "evidence": {"rule": "anchored_identifier"}}
TABLES = {
    "papers": ("document", [
        {"name": "file", "evidence": {"rule": "identifier", "role": "document"}},
        {"name": "digest", "evidence": {"rule": "bytes", "role": "sha256", "part": "sha256"}},
        {"name": "length", "evidence": {"rule": "bytes", "part": "lines"}},
        {"name": "tongue", "constraints": {"required": True},
         "evidence": {"rule": "reviewed", "role": "language"}},
    ]),
    "lakes": ("entity", [
        {"name": "lake", "evidence": {"rule": "identifier"}},
        {"name": "label", "evidence": {"rule": "reviewed", "role": "name"}},
    ]),
    "levels": ("statement", [
        NUMBER,
        {"name": "cost", "evidence": {"rule": "quantity"}},
        {"name": "cost_unit", "evidence": {"rule": "quantity", "part": "unit", "of": "cost"}},
        {"name": "share", "evidence": {"rule": "quantity"}},
        {"name": "share_value", "evidence": {"rule": "quantity", "part": "value", "of": "share"}},
        {"name": "lake", "references": ["lakes"], "evidence": {"rule": "entity"}},
        *ANCHOR,
    ]),
    "turns": ("statement", [
        NUMBER,
        {"name": "begins", "evidence": {"rule": "date", "words": "begins_words"}},
        {"name": "begins_words", "evidence": {"rule": "time"}},
        {"name": "ends", "evidence": {"rule": "date", "words": "ends_words"}},
        {"name": "ends_words", "evidence": {"rule": "time"}},
        {"name": "level", "references": ["levels"], "evidence": {"rule": "reviewed"}},
        *ANCHOR,
    ]),
    "voices": ("statement", [
        NUMBER,
        {"name": "manner", "evidence": {"rule": "quotation_kind", "of": "said"}},
        {"name": "said", "evidence": {"rule": "quotation", "role": "text", "kind": "manner",
                                      "direct": "verbatim", "reported": "indirect"}},
        *ANCHOR,
    ]),
    "spellings": ("surface_form", [
        {"name": "spelling", "evidence": {"rule": "term", "role": "form"}},
        {"name": "meant", "evidence": {"rule": "reviewed", "role": "entity"}},
        *ANCHOR,
    ]),
    "gaps": ("exclusion", [
        NUMBER,
        {"name": "sort", "evidence": {"rule": "reviewed", "role": "class"}},
        {"name": "why", "evidence": {"rule": "reviewed", "role": "reason"}},
        *ANCHOR,
    ]),
}  # fmt: skip
NAME = f"1000_{hashlib.sha256(DOCUMENT.encode()).hexdigest()[:16]}.txt"
ROWS = {
    "papers": [[NAME, hashlib.sha256(DOCUMENT.encode()).hexdigest(), "5", "en"]],
    "lakes": [["orrin", "Lake Orrin"]],
    "spellings": [["Lake Orrin", "orrin", NAME, "2", "Lake Orrin"]],
    "levels": [["1000-002-1", "", "", "40 percent", "40", "orrin", NAME, "2",
                "Lake Orrin held 40 percent of its water"]],
    "turns": [["1000-002-1", "2031-05-13", "May 13, 2031", "", "", "1000-002-1", NAME, "2",
               "On May 13, 2031"]],
}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    resources = []
    for table, (kind, fields) in TABLES.items():
        keys = ["spelling", "meant"] if kind == "surface_form" else [fields[0]["name"]]
        schema = {"fields": [{"type": "string", **field} for field in fields], "primaryKey": keys,
                  "evidence": {"kind": kind}}  # fmt: skip
        (tmp_path / f"{table}.json").write_text(json.dumps(schema), "utf-8")
        lines = io.StringIO()
        rows = [[field["name"] for field in fields], *ROWS.get(table, [])]
        csv.writer(lines, lineterminator="\n").writerows(rows)
        (tmp_path / f"{table}.csv").write_text(lines.getvalue(), "utf-8")
        resources.append({"name": table, "path": f"{table}.csv", "schema": f"{table}.json"})
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / NAME).write_text(DOCUMENT, "utf-8")
    return tmp_path


def drafted(root, table, query):
    """The drafts for a table, each as its filled cells but for its anchor."""
    package, evidence = read_evidence(root)
    names = package.tables[table].schema.names
    block = cited(package, evidence, query).partition(f"# {table}.csv, below ")[2].partition("\n\n")
    found = []
    for line in block[0].split("\n")[1:]:
        if line and not line.startswith("#"):
            cells = dict(zip(names, next(csv.reader([line])), strict=True))
            assert (cells.pop("paper"), cells.pop("row_at")) == (NAME, query.partition(":")[2])
            assert cells.pop("words") in DOCUMENT
            found.append({name: cell for name, cell in cells.items() if cell})
    return found


def test_each_quantity_is_drafted_in_each_column_of_quantities(root):
    found = drafted(root, "levels", "1000:3")
    costs = [draft for draft in found if draft.get("cost") == "$5.5 billion"]
    assert [draft["cost_unit"] for draft in costs] == ["USD"]
    shares = [draft for draft in found if draft.get("share") == "$5.5 billion"]
    assert [draft["share_value"] for draft in shares] == ["5500000000"]
    assert [draft["number"] for draft in found] == [f"1000-003-{n + 1}" for n in range(len(found))]


def test_what_is_recorded_is_drafted_with_the_next_number_and_whom_it_names(root):
    drafts = drafted(root, "levels", "1000:2")
    assert {
        "number": "1000-002-2",
        "cost": "40 percent",
        "cost_unit": "percent",
    } in drafts
    text = cited(*read_evidence(root), "1000:2")
    assert "# recorded already by levels/1000-002-1:\n" in text


def test_each_date_is_drafted_in_each_column_of_dates(root):
    found = [{**draft, "number": ""} for draft in drafted(root, "turns", "1000:2")]
    assert {"number": "", "begins": "2031-05-13", "begins_words": "May 13, 2031"} in found
    assert {"number": "", "ends": "2031-05-13", "ends_words": "May 13, 2031"} in found


def test_each_quotation_is_drafted_with_the_codes_of_its_table(root):
    found = drafted(root, "voices", "1000:4")
    # The verb attributes what is quoted, and reports nothing besides.
    assert found == [{"number": "1000-004-1", "manner": "verbatim", "said": "The valley is drying"}]


def test_open_names_are_drafted_as_forms_and_all_that_is_open_as_exclusions(root):
    assert {"spelling": "Mara Quill"} in drafted(root, "spellings", "1000:4")
    sorts = [draft["sort"] for draft in drafted(root, "gaps", "1000:4")]
    assert {"quotation", "name", "attribution", "clause"} <= set(sorts)


def test_the_report_and_a_row_are_shown_in_every_form(root):
    package, evidence = read_evidence(root)
    accounts = audited(package, evidence)
    for form in ("text", "open", "json"):
        assert NAME in coverage_report(package, evidence, accounts, form)
    assert "  40 percent → " in shown(package, evidence, "levels", "1000-002-1")


def test_rows_follow_their_words_and_references_follow_the_rows(root):
    path = root / "seeds" / NAME
    path.write_text(("\n" * 1000) + path.read_text("utf-8"), "utf-8")
    package, evidence = read_evidence(root)
    found = reanchoring.whereabouts(package, evidence)
    assert {item.outcome for item in found} == {"moved"}
    replace_files(root, reanchoring.reanchored(package, evidence, found))
    package, evidence = read_evidence(root)
    assert reanchoring.listing(evidence, []) == "every document is the one that was read"
    (turn,) = package.tables["turns"].rows
    assert (turn.id, turn.cells["level"], turn.anchor_line) == ("1000-1002-1", "1000-1002-1", 1002)
    assert evidence.own(turn).excerpt == "On May 13, 2031"
    assert "levels/1000-1002-1" in cited(package, evidence, "1000:1002")


def test_a_document_is_added_by_the_columns_that_its_table_asks_for(root):
    package, _ = read_evidence(root)
    assert [*given_columns(package)] == ["tongue"]
    name, files = new_document(package, b"Rain fell.", {"tongue": "en"})
    assert name.startswith("1001_")
    replace_files(root, files)
    assert name in read_evidence(root)[1].texts
    with pytest.raises(ValueError, match="tongue is missing"):
        new_document(package, b"Rain.", {})
    with pytest.raises(KeyError, match="'xx' is not a language of this library; known: en, zh"):
        new_document(package, b"Rain.", {"tongue": "xx"})
    with pytest.raises(ValueError, match="the document is there already"):
        new_document(package, DOCUMENT.encode(), {"tongue": "en"})
