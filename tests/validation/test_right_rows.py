"""Rows that are right, of which rules of words and of time have complained, and what they still
complain about beside them."""

from __future__ import annotations

import dataclasses

import pytest

from chipcontrols.validation import tables
from chipcontrols.validation.passages import read_evidence
from chipcontrols.validation.rules import base, bind, words
from chipcontrols.validation.rules.force import faults
from commands import REPOSITORY

PACKAGE, EVIDENCE = read_evidence(REPOSITORY)
HEADINGS = [
    own
    for row in PACKAGE.rows("exclusion")
    if row.role("reason") == "heading" and (own := EVIDENCE.own(row))
    if own.source.reading[own.span[1] :].strip()
]


def on(line: str, table: str, identifier: str, **cells: str):
    """Return a row with other cells, and its evidence, in which its excerpt is a line."""
    row = PACKAGE.row(table, identifier)
    source = dataclasses.replace(EVIDENCE.own(row).source, raw=line)
    own = dataclasses.replace(
        EVIDENCE.own(row), start=0, end=len(line), excerpt=line, reading=line, source=source
    )
    row = dataclasses.replace(row, cells={**row.cells, **cells})
    return row, dataclasses.replace(EVIDENCE, passages={row.key: (own,)})


def test_a_text_begins_behind_a_heading_that_is_fused_to_its_sentence():
    unmarked = 0
    for heading in HEADINGS:
        line, at = heading.source, heading.span[1]
        end = line.reading.find("。", at)
        whole = dataclasses.replace(heading, start=0, end=len(line.raw), reading=line.reading)
        for begin, wanted in ((at, []), (at + 1, ["the text begins in the middle of its words"])):
            found = words.whole_clause(EVIDENCE, whole, line.reading[begin:end])
            inside = begin not in base.boundaries(whole, for_statement=True)
            unmarked += begin == at and inside
            assert [one.message for one in found if "begins" in one.message] == wanted * inside
    assert unmarked >= 3


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("川普撤銷了拜登卸任前推出的《AI擴散規則》。", []),
        ("川普卸任前撤銷了《AI擴散規則》。", ["empty but the evidence states 卸任前"]),
    ],
)
def test_a_time_inside_an_attribute_need_not_date_a_row(line, missing):
    row, evidence = on(line, "events", "001-001-1", date="", date_text="")
    rule = bind(row.schema)["date_text"]
    assert [one.message for one in rule.check(evidence, row)] == missing


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("The Commerce Department concentrated on the AI Diffusion Rule.", False),
        ("The Commerce Department upheld the AI Diffusion Rule.", True),
    ],
)
def test_the_words_of_a_name_that_both_have_are_no_opposites(sentence, wrong):
    line = "商務部撤銷了AI擴散規則。" if wrong else "商務部專注於AI擴散規則。"
    cells = {PACKAGE.tables["events"].schema.roles["sentence"]: sentence, "modality": ""}
    row, evidence = on(line, "events", "001-001-1", **cells)
    found = [one.message for one in faults(evidence, row) if one.message.startswith("direction")]
    assert bool(found) == wrong


@pytest.mark.parametrize(
    ("kind", "message", "hint"),
    [
        ("halted", "the cue 宣布 in {} calls for code announced, as 禁止 does for halted",
         "cite for kind the whole clauses that decide, or choose announced if its definition fits"),
        ("lawsuit", "the cue 宣布 in {} calls for code announced",
         "cite for kind the whole clauses that decide, or choose announced if its definition fits"),
    ],
)  # fmt: skip
def test_a_cue_of_another_code_is_told_with_those_of_the_code_itself(kind, message, hint):
    row, evidence = on("商務部宣布禁止輝達出口晶片。", "events", "001-001-1", kind=kind)
    (found,) = bind(row.schema)["kind"].check(evidence, row)
    assert (found.message, found.hint) == (
        f"{kind}, but {message}".format(EVIDENCE.own(row).place), hint
    )  # fmt: skip


def test_no_table_of_the_package_may_be_emptied_but_that_of_exceptions():
    for table in PACKAGE.tables.values():
        header = f"{','.join(table.schema.names)}\n".encode()
        emptied = dataclasses.replace(table, rows=(), content=header)
        found = [one.message for one in tables.canonical(emptied)]
        assert found == ["the table has no rows"] * (table.schema.kind != "exception")


@pytest.mark.parametrize("comma", ["", "，"])
def test_a_direct_text_may_leave_out_the_comma_that_ends_it(comma):
    quote = next(row for row in PACKAGE.rows() if row.cells.get("kind") == "direct")
    row, evidence = on("「市場會等，」他說。", *quote.key, text=f"市場會等{comma}")
    rule = bind(row.schema)["text"]
    assert list(rule.check(evidence, row)) == []
    (own,) = evidence.of_row(row)
    assert (1, 6, ("quotation",)) in [one[:3] for one in rule.uses(evidence, row, own)]


def test_a_form_of_another_document_that_hides_a_name_is_told_with_what_to_do():
    hints = []
    for line in ("美國商務部發布公告。", "商務部發布公告。"):
        row, evidence = on(line, "events", "001-001-1", counterparty_ids="united-states")
        (found,) = bind(row.schema)["counterparty_ids"].check(evidence, row)
        hints.append(found.hint.rpartition("or add its surface form")[2])
    means = "; or, if only another document means it by 美國商務部, make that form local"
    assert hints == [means, ""]
