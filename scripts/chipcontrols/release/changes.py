"""Renders a comparison of releases: as text, as JSON with its JSON Schema, as Markdown.

The text and the Markdown are for people and show at most `SHOWN` rows of each list; the JSON is
for programs and has all of them.  The Markdown is a section of ``CHANGELOG.md`` in the form of
https://keepachangelog.com: Removed, Changed, Added, Fixed.  Out of scope: comparing.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pydantic

from chipcontrols.release.comparison import Bump, Comparison, Difference, Key, Kind, RowChange
from chipcontrols.release.formats.text import as_json as json_text
from chipcontrols.release.formats.text import rendered

Section = Literal["Removed", "Changed", "Added", "Fixed"]

SECTIONS: tuple[Section, ...] = typing.get_args(Section)
SHOWN = 20
WIDTH = 100
KINDS: dict[Kind, str] = {
    "value": "value changed on the same evidence",
    "evidence": "evidence changed under the same value",
    "both": "value and evidence changed",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """A difference in one line of Markdown, its section of the change log, the bump it asks for."""

    bump: Bump
    section: Section
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Report(Comparison):
    """A comparison and, in words, what asks for its bump."""

    reasons: tuple[Reason, ...]


def shown(value: Any, start: int = 0) -> str:
    """Return a value as a code span of one line, from a character on and shortened.

    >>> shown(1.5), shown("a b"), shown(None), shown("abcdef", 3)
    ('`1.5`', '`a b`', 'nothing', '`…def`')
    """
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if not start else f"…{text[start:]}"
    text = text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
    text = "".join(character if character.isprintable() else " " for character in text)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def change(old: Any, new: Any) -> str:
    """Return a change in words; of long texts from shortly before the first difference on."""
    start = 0
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > WIDTH:
        pairs = enumerate(zip(old, new, strict=False))
        common = next((at for at, (was, now) in pairs if was != now), min(len(old), len(new)))
        start = max(0, common - WIDTH // 3)
    return f"{shown(old, start)} → {shown(new, start)}"


def counted(count: int) -> str:
    """Return a number of rows in words."""
    return f"{count:,} row{'' if count == 1 else 's'}"


def listed(keys: Sequence[Key]) -> str:
    """Return the number of rows and the first of them."""
    rest = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    return f"{counted(len(keys))}: {', '.join(map(row_id, keys[:SHOWN]))}{rest}"


def row_id(key: Key) -> str:
    """Return a key as a code span, its columns joined by a blank."""
    return shown(" ".join(map(str, key)))


def difference_line(difference: Difference) -> str:
    """Return a difference besides rows in words.

    >>> difference_line(Difference("minor", "quotes", "topic", "code", "tariffs", None, {}))
    '`quotes`, column `topic`: code `tariffs`'
    """
    d = difference
    where = ", column ".join(shown(name) for name in (d.table, d.column) if name)
    if d.what in ("table", "column"):
        where = shown(d.table) if d.what == "column" else ""
    text = f"{where}: " if where else ""
    text += d.name if d.what == "property" else f"{d.what} {shown(d.name)}"
    if d.what == "property" or (d.old is not None and d.new is not None):
        text += f" {change(d.old, d.new)}"
    return text


def row_line(row: RowChange) -> str:
    """Return a changed row in words, cell by cell."""
    parts = [f"{cell.column} {change(cell.old, cell.new)}" for cell in row.cells]
    parts += [
        f"citation {c.change} for {c.column}: {shown(c.excerpt)} ({c.seed}:{c.line})"
        for c in row.citations
    ]
    return f"{row_id(row.key)}: {KINDS[row.kind]}: {'; '.join(parts)}"


def entries(comparison: Comparison) -> Iterator[tuple[Reason, list[str]]]:
    """Yield each difference, and the lines below it that tell of single rows."""
    for difference in comparison.differences:
        section: Section = "Changed"
        if difference.what != "property" and None in (difference.old, difference.new):
            section = "Added" if difference.old is None else "Removed"
        yield Reason(difference.bump, section, difference_line(difference)), []
    for rows in comparison.rows:
        table, follows = shown(rows.table), rows.bump == "patch"
        if rows.removed:
            message = f"{table}: {listed(rows.removed)}"
            yield Reason("patch" if follows else "major", "Removed", message), []
        if rows.added:
            message = f"{table}: {listed(rows.added)}"
            yield Reason("patch" if follows else "minor", "Added", message), []
        if rows.changed:
            below = [row_line(row) for row in rows.changed[:SHOWN]]
            if len(rows.changed) > SHOWN:
                below.append(f"and {len(rows.changed) - SHOWN:,} more")
            message = f"{table}: {counted(len(rows.changed))} corrected"
            yield Reason("patch", "Fixed", message), below


def sections(comparison: Comparison) -> list[tuple[Section, list[tuple[Reason, list[str]]]]]:
    """Return the differences by section, without empty sections."""
    found = list(entries(comparison))
    by_section = [(name, [one for one in found if one[0].section == name]) for name in SECTIONS]
    return [(name, chosen) for name, chosen in by_section if chosen]


def as_text(comparison: Comparison) -> str:
    """Return the comparison for a terminal: a line a difference with the bump it asks for."""
    return rendered("changes.txt.j2", of=comparison, sections=sections(comparison)).rstrip("\n")


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as a section of the change log."""
    return rendered("CHANGES.md.j2", of=comparison, sections=sections(comparison))


def as_json(comparison: Comparison) -> str:
    """Return the comparison and its reasons as JSON of the form that `json_schema` states."""
    said = {one.name: getattr(comparison, one.name) for one in dataclasses.fields(comparison)}
    report = Report(**said, reasons=tuple(reason for reason, _ in entries(comparison)))
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=2, allow_nan=False)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the JSON report, derived from its data classes."""
    schema = pydantic.TypeAdapter(Report).json_schema(mode="serialization")
    for definition in (schema, *schema["$defs"].values()):
        definition["additionalProperties"] = False
    none, some = {"const": "none"}, {"minItems": 1}
    nothing = {name: {"maxItems": 0} for name in ("differences", "rows", "reasons")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Comparison of two releases",
        "if": {"properties": {"result": {"const": "same"}}},
        "then": {"properties": {"bump": none, **nothing}},
        "else": {"properties": {"bump": {"not": none}, "reasons": some}},
    }


def write(comparison: Comparison, folder: Path) -> None:
    """Write a comparison into a release: for people, for programs, and the form of the latter."""
    (folder / "CHANGES.md").write_bytes(as_markdown(comparison).encode())
    (folder / "changes.json").write_bytes(f"{as_json(comparison)}\n".encode())
    (folder / "changes.schema.json").write_bytes(json_text(json_schema()).encode())
