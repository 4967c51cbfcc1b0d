"""Documents that have changed: where the words of their rows are now, and the tables that say so.

A document has changed when its SHA-256 is not the one that its row records.  For each row that
rests on it the outcome is ``exact``, ``moved`` to another line, ``ambiguous``, ``absent``, or
``whole lines``: an exclusion without words, which a reader must set.  Re-anchoring sets the lines
of the rows that moved, the ids that state their lines and whatever refers to these ids, and hash
and number of lines in the document's row.  Out of scope: new words for rows whose words are absent
or ambiguous.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chipcontrols.curation.documents import bytes_cells
from chipcontrols.package import Package, Row, canonical_text
from chipcontrols.validation.anchors import Text, locate
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules.anchors import numbered, place_of_id

ANYWHERE = ("surface_form", "term")
"""Kinds of tables whose rows say only that a document has a form: the first line that has it once
will do, as the rule of terms asks."""
OUTCOMES = {
    "exact": "exact on line {old}",
    "moved": "moved from line {old} to line {new}",
    "ambiguous": "ambiguous, on line {new}",
    "absent": "absent, was on line {old}",
    "whole lines": "whole lines from {old}, to be set by hand",
}


class Whereabouts(NamedTuple):
    """Where the words of a row are now: the outcome, and the lines that have them."""

    row: Row
    outcome: str
    lines: tuple[int, ...] = ()


def whereabouts(package: Package, evidence: Evidence) -> list[Whereabouts]:
    """Return where the words of each row that rests on a changed document are now."""
    return [
        whereabouts_of(text, row)
        for table in package.tables.values()
        for row in (table.rows if table.schema.anchored else ())
        if (text := evidence.texts.get(row.role("document"))) and text.changed
    ]


def whereabouts_of(text: Text, row: Row) -> Whereabouts:
    """Return where the words of one row are now."""
    excerpt, lines = row.role("excerpt"), text.document.lines
    if not excerpt:
        return Whereabouts(row, "whole lines", (row.anchor_line,))
    where = locate(lines, row.anchor_line, excerpt)
    if where.outcome != "moved":
        return Whereabouts(row, where.outcome, (row.anchor_line,))
    once = [n for n in where.elsewhere if locate(lines, n, excerpt).outcome == "exact"]
    if once and row.schema.kind in ANYWHERE:
        return Whereabouts(row, "moved", (once[0],))
    moved = len(where.elsewhere) == len(once) == 1
    return Whereabouts(row, "moved" if moved else "ambiguous", where.elsewhere)


def listing(evidence: Evidence, found: Sequence[Whereabouts]) -> str:
    """Return one line a row: where its words are now."""
    changed = [f"changed: {name}" for name, text in evidence.texts.items() if text.changed]
    if not changed:
        return "every document is the one that was read"
    lines = []
    for one in found:
        new = " and ".join(map(str, one.lines))
        where = OUTCOMES[one.outcome].format(old=one.row.role("line"), new=new)
        if repeated := one.row.role("repeated_line"):
            where += f"; check {one.row.schema.roles['repeated_line']} {repeated}"
        lines.append(f"{one.row.table}/{one.row.id}: {where}")
    counts = Counter(one.outcome for one in found)
    counted = ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
    return "\n".join([*changed, *lines, f"rows: {counted}"])


def reanchored(
    package: Package, evidence: Evidence, found: Iterable[Whereabouts]
) -> dict[str, bytes]:
    """Return the files of the tables that change when the rows that moved are re-anchored."""
    changed = {name: text.document for name, text in evidence.texts.items() if text.changed}
    to = {(at.row.table, at.row.line): str(at.lines[0]) for at in found if at.outcome == "moved"}
    rows = {
        table.name: [
            dataclasses.replace(row, cells={**row.cells, row.schema.roles["line"]: to[at]})
            if (at := (row.table, row.line)) in to
            else row
            for row in table.rows
        ]
        for table in package.tables.values()
    }
    renamed = {
        (name, old): new
        for name, here in rows.items()
        for old, new in renumbered(row for row in here if row.role("document") in changed).items()
    }
    written = {}
    for table in package.tables.values():
        cells = [renamed_cells(row, renamed) for row in rows[table.name]]
        for new, row in zip(cells, table.rows, strict=True):
            if table.schema.kind == "document" and row.role("document") in changed:
                document = changed[row.role("document")]
                new.update(bytes_cells(table.schema, document.sha256, len(document.lines)))
        if cells != [row.cells for row in table.rows]:
            written[table.written()] = canonical_text(table.schema, cells).encode()
    return written


def renumbered(rows: Iterable[Row]) -> dict[str, str]:
    """Return the new id of each row whose id must state another line or number: the rows of a line
    are numbered without a gap, by their old line, then by their number."""
    found: dict[str, str] = {}
    counts: Counter[str] = Counter()
    statements = (row for row in rows if numbered(row.id)[0])
    for row in sorted(statements, key=lambda row: numbered(row.id)):
        counts[place := place_of_id(row)] += 1
        if (new := f"{place}-{counts[place]}") != row.id:
            found[row.id] = new
    return found


def renamed_cells(row: Row, renamed: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Return the cells of a row with the new ids of itself and of the rows it refers to."""
    cells = dict(row.cells)
    for field in row.schema.fields:
        tables = [row.table] if row.schema.primary_key == (field.name,) else [*field.references]
        tables += [row.cells[field.options["table"]]] if field.rule == "row_reference" else []
        for table in tables:
            cells[field.name] = renamed.get((table, row.cells[field.name]), cells[field.name])
    return cells
