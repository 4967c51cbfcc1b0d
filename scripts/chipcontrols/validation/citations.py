"""Citations: what they add to a row is needed there, and comparisons rest on the rows compared.

A cell for which words are cited rests on those words alone (see `passages`).  So a citation must be
for a cell that rests on evidence, and without it the rules must complain: one that nothing needs
would hide what the row's own excerpt says.  Words for a code or for prose are whole clauses, from
one mark to another, so that no code is proven by a window cut out of its clause; for an entity they
are its name alone, since any other name of the clause could stand for it there.  A row that
compares others has the words of the first as its excerpt, and cites those of the others for the
columns that name them.
Out of scope: whether a citation says what the cell says, which the rule of the column checks.
"""

from __future__ import annotations

import dataclasses
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from chipcontrols.package import Package, Row
from chipcontrols.package.finding import Finding
from chipcontrols.validation.lexicon import sides
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import Rule
from chipcontrols.validation.rules.entities import with_two_roles

Excerpts = dict[tuple[str, str, int], list[tuple[str, Passage]]]
Rules = Mapping[str, Mapping[str, Rule]]
"""The rule of each column, by table and column."""


def check_citations(
    package: Package, evidence: Evidence, rules: Rules, among: Iterable[Row]
) -> Iterator[Finding]:
    """Yield the citations among some rows that support no filled cell, or that nothing needs."""
    found = [row for row in among if row.schema.kind == "citation"]
    excerpts, paths = excerpts_by_line(evidence) if found else {}, evidence.lexicon.paths
    for row in found:
        target = package.by_key.get((row.role("table"), row.role("row")))
        cited, column = evidence.own(row), row.role("column")
        if target is None or column not in target.cells or cited is None:
            continue
        own = evidence.own(target)
        if own is None and target.schema.anchored:
            continue  # Its own words are not found: one fault is enough.
        if not target.cells[column] and not words_of(target, column):
            message, hint = "empty but a citation supports it", "fill it, or remove the citation"
            yield Finding(paths[target.table], target.line, column, "citation", message, hint)
        apart = own and (own.seed, own.line) != (cited.seed, cited.line)
        if own and apart and cited.excerpt in own.context:
            message = f"the row's own line {own.line} of {own.seed} has these words"
            at = row.schema.roles["line"]
            yield Finding(paths[row.table], row.line, at, "citation", message, "cite them there")
        if fault := useless(evidence, rules, target, column, cited, excerpts):
            at = row.schema.roles["column"]
            yield Finding(paths[row.table], row.line, at, "citation", *fault)


def words_of(row: Row, column: str) -> str:
    """Return the words on which a date rests: it may stay empty while they are supported."""
    words = row.schema.field(column).options.get("words", "")
    return row.cells[words] if words else ""


def useless(
    evidence: Evidence, rules: Rules, row: Row, column: str, cited: Passage, excerpts: Excerpts
) -> tuple[str, str] | None:
    """Return why a row does not need the words cited for a column, and what to do; or None."""
    cell = f"{column} of {row.table}/{row.id}"
    rule = rules[row.table][column]
    compared = {side[1]: side[2:] for side in list(sides(row))[1:]}
    if column in compared:
        table, identifier = compared[column]
        if not identifier:
            return f"{cell} is empty", "remove it"
        near = nearest(evidence, cited, excerpts, table)
        if (table, identifier) not in evidence.passages or identifier in near:
            return None
        return f"{table}/{identifier} has another excerpt", "cite the words of the row compared"
    if not rule.citable:
        return f"{cell} rests on no words", "cite for a column that does"
    key = row.table, row.id
    passages = evidence.passages[key]
    others = tuple(p for p in passages if p != dataclasses.replace(cited, column=column))
    without = dataclasses.replace(evidence, passages=ChainMap({key: others}, evidence.passages))
    before, after = (
        len(list(rule.check(known, row))) + len(with_two_roles(known, row))
        for known in (without, evidence)
    )
    if rule.by_clause and not whole_clauses(cited):
        return f"{cell} rests on clauses, and these words are a part of one", "cite all of it"
    if rule.name == "entity" and len(list(evidence.names_in(cited, row.id))) > 1:
        return f"{cell} is one name, and these words have several", "cite the name alone"
    if after < before:
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


def check_comparisons(evidence: Evidence, among: Iterable[Row]) -> Iterator[Finding]:
    """Yield the sides of comparisons whose words are not those of the row compared; words that are
    damaged cannot be cited, only words beside them."""
    comparisons = [row for row in among if row.schema.kind == "comparison" and row.schema.anchored]
    excerpts = excerpts_by_line(evidence) if comparisons else {}
    for row in comparisons:
        passages = evidence.of_row(row)
        for at, (_, column, other, identifier) in enumerate(sides(row)):
            if not passages or (other, identifier) not in evidence.passages:
                continue  # Other rules report missing rows and words that are not found.
            cited = [p for p in passages if p.column == (column if at else "")]
            near = [nearest(evidence, passage, excerpts, other) for passage in cited]
            if any(identifier in found for found in near) and other != row.table:
                continue
            message = f"{other}/{identifier} has other words than those cited"
            if not cited:
                message = f"no words of {other}/{identifier} are cited"
            hint = "take the excerpt from the row compared"
            if at:
                hint = f"cite for {column} the excerpt of the row compared"
            path = evidence.lexicon.paths[row.table]
            yield Finding(path, row.line, column, "comparison", message, hint)


def excerpts_by_line(evidence: Evidence) -> Excerpts:
    """Return the rows whose own excerpt is on a line, with it, by table, document and line."""
    found: Excerpts = {}
    for key, passages in evidence.passages.items():
        for passage in (one for one in passages if not one.column):
            table, identifier = key
            found.setdefault((table, passage.seed, passage.line), []).append((identifier, passage))
    return found


def nearest(evidence: Evidence, cited: Passage, excerpts: Excerpts, table: str) -> set[str]:
    """Return the rows of a table whose excerpt is the one cited, a part of it or all around it,
    and shares most with it; of exclusions, whose words may be damaged, also one that is apart."""
    schema = evidence.lexicon.schemas.get(table)
    damaged = schema is not None and schema.kind == "exclusion"
    rows = excerpts.get((table, cited.seed, cited.line), [])
    shares = {identifier: shared(cited, passage) for identifier, passage in rows}
    most = max(shares.values(), default=-1)
    return {
        identifier
        for identifier, share in shares.items()
        if share == most and (most > 0 or (damaged and most == 0))
    }


def shared(one: Passage, other: Passage) -> float:
    """Return the part of two passages of a line that both have: 0 when they are apart, below 0
    when each has words of its own and they overlap."""
    common = min(one.end, other.end) - max(one.start, other.start)
    if common <= 0:
        return 0.0
    inside = min(one.end - one.start, other.end - other.start) == common
    return common / (max(one.end, other.end) - min(one.start, other.start)) if inside else -1.0
