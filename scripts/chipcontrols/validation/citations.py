"""Citations: each must be needed by the cell that it is for.

A cell for which words are cited rests on those words alone (see `passages`).  So a citation must be
for a cell that rests on evidence, and without it the rules must complain: a needless one would hide
what the row's own excerpt says.  Words for a code or for prose are whole clauses, from
one mark to another, so that no code is proven by a window cut out of its clause; for an entity they
are its name alone, since any other name of the clause could stand for it there.
Out of scope: whether a citation says what the cell says, which the rule of the column checks.
"""

from __future__ import annotations

import dataclasses
from collections import ChainMap
from collections.abc import Iterable, Iterator

from chipcontrols.package import Package, Row
from chipcontrols.package.finding import Finding
from chipcontrols.validation.candidates import Rules
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules.entities import Entity, with_two_roles


def check_citations(
    package: Package, evidence: Evidence, rules: Rules, among: Iterable[Row]
) -> Iterator[Finding]:
    """Yield the citations among some rows that support no filled cell, or that nothing needs."""
    paths = evidence.lexicon.paths
    for row in (one for one in among if one.schema.kind == "citation"):
        target = package.by_key.get(row.about)
        cited, column = evidence.own(row), row.role("column")
        if target is None or column not in target.cells or cited is None:
            continue
        own = evidence.own(target)
        if own is None and target.schema.anchored:
            continue  # Its own words are not found, which is reported elsewhere.
        words = target.schema.field(column).options.get("words", "")
        # A date may stay empty while the words that it rests on are supported.
        if not target.cells[column] and not (words and target.cells[words]):
            message, hint = "empty but a citation supports it", "fill it, or remove the citation"
            yield Finding(paths[target.table], target.line, column, "citation", message, hint)
        apart = own and (own.document, own.line) != (cited.document, cited.line)
        if own and apart and cited.excerpt in own.context:
            message = f"the row's own line {own.line} of {own.document} has these words"
            at = row.schema.roles["line"]
            yield Finding(paths[row.table], row.line, at, "citation", message, "cite them there")
        if fault := useless(evidence, rules, target, column, cited):
            at = row.schema.roles["column"]
            yield Finding(paths[row.table], row.line, at, "citation", *fault)


def useless(
    evidence: Evidence, rules: Rules, row: Row, column: str, cited: Passage
) -> tuple[str, str] | None:
    """Return why a row does not need the words cited for a column, and what to do; or None."""
    cell = f"{column} of {row.table}/{row.id}"
    rule = rules[row.table][column]
    if not rule.citable:
        return f"{cell} rests on no words", "cite for a column that does"
    passages = evidence.passages[row.key]
    others = {row.key: tuple(p for p in passages if p != dataclasses.replace(cited, column=column))}
    without = dataclasses.replace(evidence, passages=ChainMap(others, evidence.passages))
    before, after = (
        len(list(rule.check(known, row))) + len(with_two_roles(known, row))
        for known in (without, evidence)
    )
    if rule.by_clause and not whole_clauses(cited):
        return f"{cell} rests on clauses, and these words are a part of one", "cite all of it"
    if isinstance(rule, Entity) and len(list(evidence.names_in(cited, row.id))) > 1:
        hint = "cite the name alone" + ", or with the verb that attributes" * rule.needs_attribution
        return f"{cell} is one name, and these words have several", hint
    if after < before or (not after and rule.explained(row, cited)):
        return None
    if after:
        return f"{cell} is not supported by these words", "cite the words that the cell rests on"
    return f"{cell} does not need it", "remove it"


def whole_clauses(cited: Passage) -> bool:
    """Return whether a passage begins and ends where clauses do, marks aside."""
    line, (begin, end) = cited.source, cited.span
    clauses = line.language.clauses(line.reading)
    touched = [(first, last) for first, last in clauses if first < end and begin < last]
    return bool(touched) and begin <= touched[0][0] and touched[-1][1] <= end
