"""The rules on documents, their rows, and what is cited from them: what can be checked in parts.

`check_document` is a pure function of the lexicon, of a part (a document with the rows that must be
at hand, see `chipcontrols.validation.parts`) and of the text, so that documents can be checked
apart, in any order and in other processes, with the same findings.
Out of scope: what needs whole tables (`chipcontrols.validation.tables`).
"""

from __future__ import annotations

import dataclasses
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from chipcontrols.package import Row
from chipcontrols.package.documents import Document
from chipcontrols.package.finding import Finding
from chipcontrols.validation import citations, completeness
from chipcontrols.validation.lexicon import Lexicon
from chipcontrols.validation.parts import Part, as_package
from chipcontrols.validation.passages import Evidence, anchored, read_texts
from chipcontrols.validation.rules import Rule, bind
from chipcontrols.validation.rules.base import Complaint
from chipcontrols.validation.rules.entities import has_mentions, other_mentions
from chipcontrols.validation.rules.force import agreement, expired
from chipcontrols.validation.rules.roles import roles
from chipcontrols.validation.unchanged import Counts


@dataclasses.dataclass(slots=True)
class Found:
    """What is found in a part of a package, apart by layer; parts add up in any order."""

    cited: list[Finding] = dataclasses.field(default_factory=list)
    """On citations."""
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


def check_packed(lexicon: Lexicon, content: bytes) -> list[Found]:
    """Return what is found in each of some parts that were packed."""
    return [check_document(lexicon, *task) for task in pickle.loads(content)]


def check_document(lexicon: Lexicon, part: Part, documents: Mapping[str, Document]) -> Found:
    """Return what is found in a document, in its rows, and in what is cited from it; `documents`
    are this one and others that the rows at hand name, as far as they can be read."""
    package = as_package(lexicon, part)
    evidence = anchored(package, lexicon, read_texts(package, documents, lexicon))
    rules = {name: bind(schema) for name, schema in lexicon.schemas.items()}
    found = Found(missing={part.document} - {"", *documents})
    found.cited += citations.check_citations(package, evidence, rules, part.homes)
    if text := evidence.texts.get(part.name):
        found.gaps += completeness.check_completeness(evidence, rules, text, part.resting)
        found.counts["completeness", ""] += len(text.lines)
    found.cells += expired(package, evidence)
    sure = {name for name, text in evidence.texts.items() if not text.changed}
    for row in part.homes:
        wrong = [*check_row(evidence, rules[row.table], row, found.counts)]
        witnesses = evidence.witnesses.get(row.key, ())
        if sure.issuperset(one.role("document") for one in witnesses):
            found.cells += wrong
    return found


def check_row(
    evidence: Evidence, rules: Mapping[str, Rule], row: Row, counts: Counts
) -> Iterator[Finding]:
    """Yield the findings on the cells of a row; `counts` gets which rules checked it."""
    path = evidence.lexicon.paths[row.table]
    for name, row_rule in ROW_RULES.items():
        found = row_rule(evidence, row)
        counts[name, row.table] += found is not None
        yield from (Finding(path, row.line, at, name, *fault) for at, fault in found or ())
    wrong = unlisted(evidence, row)
    counts["other_mentions", row.table] += wrong is not None
    yield from wrong or ()
    for column, rule in rules.items():
        counts[rule.name, row.table] += bool(row.cells[column]) or rule.checks_empty
        for complaint in rule.check(evidence, row):
            yield Finding(path, row.line, column, rule.name, *complaint)


RowFaults = list[tuple[str, Complaint]] | None
"""The columns of a row at fault, each with what is wrong; None where there is nothing to check."""


def unlisted(evidence: Evidence, row: Row) -> list[Finding] | None:
    """Return what tables of other mentions lack for a row that may name some, at the row, and what
    they have too much, at the mention; None for a row that has none."""
    tables = [name for name, schema in evidence.lexicon.schemas.items() if schema.kind == "mention"]
    if not tables or not has_mentions(row.schema):
        return None
    listed = {one.role("entity"): one for one in evidence.mentions.get(row.key, ())}
    found = []
    for identifier, complaint in other_mentions(evidence, row, sorted(listed), tables[0]):
        one = listed.get(identifier, row)
        column = one.schema.roles["entity"] if identifier else row.schema.primary_key[0]
        path = evidence.lexicon.paths[one.table]
        found.append(Finding(path, one.line, column, "other_mentions", *complaint))
    return found


ROW_RULES: dict[str, Callable[[Evidence, Row], RowFaults]] = {
    "agreement": agreement,
    "roles": roles,
}
"""The rules that need a whole row, by the name under which their findings are reported."""
