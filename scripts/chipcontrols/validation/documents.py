"""The rules on documents, their rows, and what is cited from them: what can be checked in parts.

`check_documents` is a pure function of the lexicon, of a part (documents with the rows that must be
at hand, see `chipcontrols.validation.parts`) and of the documents' text, so that documents can be
checked apart, in any order and in other processes, with the same findings.
Out of scope: what needs whole tables (`chipcontrols.validation.tables`).
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from chipcontrols.package import Document, Row
from chipcontrols.package.finding import Finding
from chipcontrols.validation import candidates, citations, completeness
from chipcontrols.validation.lexicon import Lexicon
from chipcontrols.validation.parts import Part, as_package, unpacked
from chipcontrols.validation.passages import Evidence, anchored, read_texts
from chipcontrols.validation.rules import bind
from chipcontrols.validation.rules.base import Complaint
from chipcontrols.validation.rules.entities import other_mentions
from chipcontrols.validation.rules.force import agreement, expired

Counts = Counter[tuple[str, str]]
"""How many cells a rule checked, by rule and table."""


@dataclasses.dataclass(slots=True)
class Found:
    """What is found in a part of a package, apart by layer; parts add up in any order."""

    cited: list[Finding] = dataclasses.field(default_factory=list)
    """On citations and comparisons."""
    gaps: list[Finding] = dataclasses.field(default_factory=list)
    cells: list[Finding] = dataclasses.field(default_factory=list)
    unread: list[Finding] = dataclasses.field(default_factory=list)
    missing: set[str] = dataclasses.field(default_factory=set)
    """The documents of the part that could not be read."""
    counts: Counts = dataclasses.field(default_factory=Counter)

    def add(self, other: Found) -> None:
        """Add what was found in another part."""
        self.cited += other.cited
        self.gaps += other.gaps
        self.cells += other.cells
        self.unread += other.unread
        self.missing |= other.missing
        self.counts.update(other.counts)


def check_packed(lexicon: Lexicon, content: bytes) -> Found:
    """Return what is found in a part that was packed."""
    return check_documents(lexicon, *unpacked(lexicon, content))


def check_documents(lexicon: Lexicon, part: Part, documents: Mapping[str, Document]) -> Found:
    """Return what is found in documents, in the rows checked with them, and in their citations.

    A pure function; `documents` are those that the rows at hand name, as far as they can be read.
    """
    package = as_package(lexicon, part)
    evidence = anchored(package, lexicon, read_texts(package, documents, lexicon))
    rules = {name: bind(schema) for name, schema in lexicon.schemas.items()}
    found = Found(missing=part.named() - documents.keys())
    rows = [row for rows in part.homes.values() for row in rows]
    found.cited += citations.check_citations(package, evidence, rules, rows)
    found.cited += citations.check_comparisons(evidence, rows)
    found.cells += expired(package, evidence)
    for name in part.homes:
        here = part.homes[name], part.resting.get(name, ())
        gaps, cells, counts = check_document(evidence, rules, name, here)
        found.gaps += gaps
        found.cells += cells
        found.counts.update(counts)
    return found


def check_document(
    evidence: Evidence,
    rules: candidates.Rules,
    name: str,
    rows: tuple[Sequence[Row], Sequence[Row]],
) -> tuple[list[Finding], list[Finding], Counts]:
    """Return what is missing in a document, the findings on the cells of its rows, and how many
    cells each rule checked.

    `evidence` is the part that the rows need; `rows` are those whose cells are checked with the
    document `name`, and all those that rest on it.
    """
    text, counts = evidence.texts.get(name), Counter[tuple[str, str]]()
    gaps = []
    if text is not None:
        gaps = list(completeness.check_completeness(evidence, rules, text, rows[1]))
        counts["completeness", ""] += len(text.lines)
    cells = []
    for row in rows[0]:
        path = evidence.lexicon.paths[row.table]
        for rule_name, row_rule in ROW_RULES.items():
            found = row_rule(evidence, row)
            counts[rule_name, row.table] += found is not None
            cells += [Finding(path, row.line, at, rule_name, *fault) for at, fault in found or ()]
        for column, rule in rules[row.table].items():
            counts[rule.name, row.table] += bool(row.cells[column]) or rule.checks_empty
            for complaint in rule.check(evidence, row):
                cells.append(Finding(path, row.line, column, rule.name, *complaint))
    return gaps, cells, counts


RowFaults = list[tuple[str, Complaint]] | None
"""The columns of a row at fault, each with what is wrong; None where there is nothing to check."""


def unlisted(evidence: Evidence, row: Row) -> RowFaults:
    """Return what tables of other mentions lack, or have too much, for a row that may name some."""
    tables = [name for name, schema in evidence.lexicon.schemas.items() if schema.kind == "mention"]
    if not tables or row.schema.kind not in ("entity", "statement") or not row.schema.anchored:
        return None
    listed = evidence.mentions.get((row.table, row.id), ())
    found = other_mentions(evidence, row, listed, tables[0])
    return [(row.schema.primary_key[0], complaint) for complaint in found]


ROW_RULES: dict[str, Callable[[Evidence, Row], RowFaults]] = {
    "other_mentions": unlisted,
    "agreement": agreement,
}
"""The rules that need a whole row, by the name under which their findings are reported."""
