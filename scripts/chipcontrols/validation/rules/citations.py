"""Rules of citations: what ``citations`` adds to a row is needed there, and a discrepancy rests on
the words of the rows that it compares.

A cell for which words are cited rests on those words alone (see `passages`).  So a citation must be
for a cell that rests on evidence, and without it the rules must complain: one that nothing needs
would hide what the row's own excerpt says.  Out of scope: whether a citation says what the cell
says, which the rule of the cell's column checks.
"""

from __future__ import annotations

import dataclasses
from collections import ChainMap
from collections.abc import Iterator

from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import Evidence, Passage, Row
from chipcontrols.validation.rules import roles, support, translation, words

CELL_RULES: dict[str, support.Rule] = {
    **support.RULES, **words.RULES, **roles.RULES, **translation.RULES,
}  # fmt: skip
CITABLE = ("code", "date", "entity", "name", "prose", "term", "time", "words")
"""The supports of cells that may rest on words cited for them."""


Excerpts = dict[tuple[str, str, int], list[tuple[str, Passage]]]


def citation(evidence: Evidence) -> Iterator[Finding]:
    """A citation is for a filled cell that rests on words, and without it the rules complain."""
    if "citations" not in evidence.tables:
        return
    path = evidence.tables["citations"].path
    rows = {(name, row.id): row for name, found in evidence.rows.items() for row in found}
    excerpts = excerpts_by_line(evidence)
    for row in evidence.rows["citations"]:
        key, column = (row.cells["table"], row.cells["row_id"]), row.cells["column"]
        target, cited = rows.get(key), support.own_passage(evidence, row)
        if target is None or column not in target.cells or cited is None:
            continue
        own = support.own_passage(evidence, target)
        if own is None and "excerpt" in target.cells:
            continue  # Its own words are not found: one fault is enough.
        # A date may stay empty while its words are supported.
        if not target.cells[column] and not target.cells.get(f"{column}_text"):
            there, message = evidence.tables[key[0]].path, "empty but a citation supports it"
            hint = "fill it, or remove the citation"
            yield Finding(there, target.line, column, "citation", message, hint)
        if own and not same_line(own, cited) and cited.excerpt in own.context:
            message = f"the row's own line {own.line} of {own.seed} has these words"
            yield Finding(path, row.line, "line", "citation", message, "cite them there")
        if fault := useless(evidence, target, column, cited, excerpts):
            yield Finding(path, row.line, "column", "citation", *fault)


def useless(
    evidence: Evidence, row: Row, column: str, cited: Passage, excerpts: Excerpts
) -> tuple[str, str] | None:
    """Return why a row does not need the words cited for a column, and what to do; or None."""
    cell = f"{column} of {row.table}/{row.id}"
    kind = support_of(evidence, row.table, column)
    if row.table == "discrepancies" and column == "right_id":
        compared = row.cells["right_table"], row.cells["right_id"]
        near = nearest(cited, excerpts, compared[0])
        if not compared[1]:
            return f"{cell} is empty", "remove it"
        if compared not in evidence.passages or compared[1] in near:
            return None
        return f"{'/'.join(compared)} has another excerpt", "cite the words of the row compared"
    if kind not in CITABLE:
        return f"{cell} rests on no words", "cite for a column that does"
    key = row.table, row.id
    passages = evidence.passages[key]
    others = tuple(p for p in passages if p != dataclasses.replace(cited, column=column))
    without = dataclasses.replace(evidence, passages=ChainMap({key: others}, evidence.passages))
    before, after = (
        len(list(CELL_RULES[kind](known, row, column))) + len(roles.doubled(known, row))
        for known in (without, evidence)
    )
    if kind == "entity" and len(list(evidence.names_in(cited, row.id))) > 1:
        return f"{cell} is one name, and these words have several", "cite the name alone"
    if after < before:
        return None
    if after:
        return f"{cell} is not supported by these words", "cite the words that the cell rests on"
    return f"{cell} does not need it", "remove it"


def support_of(evidence: Evidence, table: str, column: str) -> str:
    """Return the support of a column."""
    fields = evidence.tables[table].schema["fields"]
    return next(str(field["support"]) for field in fields if field["name"] == column)


def same_line(one: Passage, other: Passage) -> bool:
    """Return whether two passages stand on one line."""
    return (one.seed, one.line) == (other.seed, other.line)


def comparison(evidence: Evidence) -> Iterator[Finding]:
    """A discrepancy rests on the excerpt of its left row, and on that of its right row for
    right_id; words that are damaged cannot be cited, only words beside them."""
    excerpts = excerpts_by_line(evidence)
    for row in evidence.rows.get("discrepancies", ()):
        passages = evidence.passages.get((row.table, row.id), ())
        for side, column in (("left", ""), ("right", "right_id")):
            table, identifier = row.cells[f"{side}_table"], row.cells[f"{side}_id"]
            cited = [passage for passage in passages if passage.column == column]
            if not passages or (table, identifier) not in evidence.passages:
                continue  # Other rules tell of rows that do not exist and words that are not found.
            near = [nearest(passage, excerpts, table) for passage in cited]
            if any(identifier in found for found in near) and table != row.table:
                continue
            path = evidence.tables[row.table].path
            message = f"{table}/{identifier} has other words than those cited"
            if not cited:
                message = f"no words of {table}/{identifier} are cited"
            hint = "take the excerpt from the left row"
            if side == "right":
                hint = "cite for right_id the excerpt of the right row"
            yield Finding(path, row.line, f"{side}_id", "comparison", message, hint)


def excerpts_by_line(evidence: Evidence) -> Excerpts:
    """Return the rows whose own excerpt stands on a line, with it, by table, document and line."""
    found: Excerpts = {}
    for (table, identifier), passages in evidence.passages.items():
        own = [passage for passage in passages if not passage.column]
        for passage in own:
            found.setdefault((table, passage.seed, passage.line), []).append((identifier, passage))
    return found


def nearest(cited: Passage, excerpts: Excerpts, table: str) -> set[str]:
    """Return the rows of a table whose excerpt is the one cited, a part of it or all around it,
    and shares most with it; of exclusions, which may be damaged, also one that stands apart."""
    rows = excerpts.get((table, cited.seed, cited.line), [])
    shares = {identifier: shared(cited, passage) for identifier, passage in rows}
    most = max(shares.values(), default=-1)
    return {
        identifier
        for identifier, share in shares.items()
        if share == most and (most > 0 or (most == 0 and table == "exclusions"))
    }


def shared(one: Passage, other: Passage) -> float:
    """Return the part of two passages of a line that both have: 0 when they stand apart, below 0
    when each has words of its own and they overlap."""
    common = min(one.end, other.end) - max(one.start, other.start)
    if common <= 0:
        return 0.0
    inside = min(one.end - one.start, other.end - other.start) == common
    return common / (max(one.end, other.end) - min(one.start, other.start)) if inside else -1.0


RULES = {"citation": citation, "comparison": comparison}
