"""The rules on documents, their rows, and what is cited from them: what can be checked in parts.

`check_document` is a pure function of the lexicon, a part (a document with the rows that must be at
hand, see `chipcontrols.validation.parts`) and the documents, so that parts can be checked in any
order and in other processes, with the same findings.
Out of scope: what needs whole tables (`chipcontrols.validation.tables`).
"""

from __future__ import annotations

import dataclasses
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from chipcontrols.package import Row
from chipcontrols.package.documents import Document
from chipcontrols.package.finding import Finding
from chipcontrols.validation import citations, completeness
from chipcontrols.validation.lexicon import Lexicon
from chipcontrols.validation.parts import Part, as_package
from chipcontrols.validation.passages import Evidence, anchored, read_texts
from chipcontrols.validation.rules import Rule, bind
from chipcontrols.validation.rules.base import on_rows
from chipcontrols.validation.rules.force import expired
from chipcontrols.validation.rules.words import Code
from chipcontrols.validation.unchanged import Counts


@dataclasses.dataclass(slots=True)
class Found:
    """What is found in a part of a package, by layer; parts add up in any order."""

    cited: list[Finding] = dataclasses.field(default_factory=list)
    """On citations."""
    gaps: list[Finding] = dataclasses.field(default_factory=list)
    cells: list[Finding] = dataclasses.field(default_factory=list)
    unread: list[Finding] = dataclasses.field(default_factory=list)
    missing: set[str] = dataclasses.field(default_factory=set)
    """The documents of the part that could not be read."""
    cued: set[str] = dataclasses.field(default_factory=set)
    """The part, by name, when something is found in its codes or citations."""
    counts: Counts = dataclasses.field(default_factory=Counter)

    def gather(self, others: Iterable[Found]) -> None:
        """Add what was found in other parts."""
        for other in others:
            for field in dataclasses.fields(self):
                mine, theirs = getattr(self, field.name), getattr(other, field.name)
                (mine.extend if isinstance(mine, list) else mine.update)(theirs)


def check_packed(lexicon: Lexicon, content: bytes) -> list[Found]:
    """Return what is found in each of some parts that were packed."""
    return [check_document(lexicon, *task) for task in pickle.loads(content)]


def check_document(lexicon: Lexicon, part: Part, documents: Mapping[str, Document]) -> Found:
    """Return what is found in a document, in its rows, and in what is cited from it; `documents`
    are this one and others that the rows at hand name, as far as they can be read."""
    package = as_package(lexicon, part)
    evidence = anchored(package, lexicon, read_texts(package, documents, lexicon))
    rules = {name: bind(schema) for name, schema in lexicon.schemas.items()}
    found = Found(missing={part.name} - documents.keys() if "\0" not in part.name else set())
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
    if found.cited or any(one.rule == Code.name for one in found.cells):
        found.cued.add(part.name)
    return found


def check_row(
    evidence: Evidence, rules: Mapping[str, Rule], row: Row, counts: Counts
) -> Iterator[Finding]:
    """Yield the findings on a row and its cells; `counts` gets which rules checked it."""
    for rule in (*on_rows(row.schema), *rules.values()):
        counts[rule.name, row.table] += rule.concerns(evidence, row)
        for message, hint, column, other in rule.check(evidence, row):
            at = other or row
            path = evidence.lexicon.paths[at.table]
            yield Finding(path, at.line, column or rule.column, rule.name, message, hint)
