"""Renders a comparison of releases: as text, as JSON with its JSON Schema, as Markdown.

The text and the Markdown are for people and show at most `SHOWN` rows of each list; the JSON is
for programs and has all of them.  The Markdown is a section of ``CHANGELOG.md`` in the form of
https://keepachangelog.com: Removed, Changed, Added, Fixed.  Out of scope: comparing.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from chipcontrols.release.comparison import Bump, Comparison, Difference, Key, Kind, RowChange

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


def row_id(key: Key) -> str:
    """Return a key as a code span, its columns joined by a blank."""
    return shown(" ".join(map(str, key)))


def listed(keys: Sequence[Key]) -> str:
    """Return the number of rows and the first of them."""
    rest = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    rows = "row" if len(keys) == 1 else "rows"
    return f"{len(keys):,} {rows}: {', '.join(map(row_id, keys[:SHOWN]))}{rest}"


def difference_line(difference: Difference) -> str:
    """Return a difference besides rows in words.

    >>> difference_line(Difference("minor", "quotes", "topic", "code", "tariffs", None, {}))
    '`quotes`, column `topic`: code `tariffs`'
    """
    d = difference
    where = ", column ".join(shown(name) for name in (d.table, d.column) if name)
    if d.what in ("table", "column"):
        where = shown(d.table) if d.what == "column" else ""
    label = d.name if d.what == "property" else f"{d.what} {shown(d.name)}"
    text = f"{where}: {label}" if where else label
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
            gone: Bump = "patch" if follows else "major"
            yield Reason(gone, "Removed", f"{table}: {listed(rows.removed)}"), []
        if rows.added:
            fresh: Bump = "patch" if follows else "minor"
            yield Reason(fresh, "Added", f"{table}: {listed(rows.added)}"), []
        if rows.changed:
            below = [row_line(row) for row in rows.changed[:SHOWN]]
            if len(rows.changed) > SHOWN:
                below.append(f"and {len(rows.changed) - SHOWN:,} more")
            count = f"{len(rows.changed):,} row{'' if len(rows.changed) == 1 else 's'}"
            yield Reason("patch", "Fixed", f"{table}: {count} corrected"), below


def as_text(comparison: Comparison) -> str:
    """Return the comparison for a terminal: a line a difference with the bump it asks for."""
    c = comparison
    need = f": {c.result}, a {c.bump} release is needed" if c.result == "different" else ": same"
    lines = [f"{c.name} {c.old_version or '(nothing)'} → {c.new_version}{need}"]
    for reason, below in sorted(entries(c), key=lambda entry: SECTIONS.index(entry[0].section)):
        lines.append(f"  {reason.bump:<5}  {reason.section.lower():<7}  {reason.message}")
        lines += [f"    {detail}" for detail in below]
    return "\n".join(lines)


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as a section of the change log."""
    c = comparison
    what = f"Changes since {c.old_version}, which need a {c.bump} release."
    if c.result == "same":
        what = f"The same tables as {c.old_version}."
    lines = [f"## [{c.new_version}] - {c.date}", "", what if c.old_version else "First release."]
    found = list(entries(c))
    for section in SECTIONS:
        chosen = [entry for entry in found if entry[0].section == section]
        lines += ["", f"### {section}", ""] if chosen else []
        for reason, below in chosen:
            lines.append(f"- {reason.message[:1].upper()}{reason.message[1:]}")
            lines += [f"  - {detail}" for detail in below]
    return "\n".join(lines) + "\n"


def as_json(comparison: Comparison) -> str:
    """Return the comparison and its reasons as JSON of the form that `json_schema` states."""

    def fields(content: Any) -> dict[str, Any]:
        return {field.name: getattr(content, field.name) for field in dataclasses.fields(content)}

    content = fields(comparison) | {"reasons": [reason for reason, _ in entries(comparison)]}
    return json.dumps(content, default=fields, ensure_ascii=False, indent=2, allow_nan=False)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the JSON report, derived from its data classes."""
    definitions: dict[str, Any] = {}
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}

    def form(hint: Any) -> dict[str, Any]:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if dataclasses.is_dataclass(hint):
            return define(typing.cast(Any, hint))
        if hint is Any:
            return {}
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is tuple:
            return {"type": "array", "items": form(arguments[0])}
        if origin in (types.UnionType, typing.Union):
            return {"type": [names[argument] for argument in arguments]}
        return {"type": names[hint]}

    def define(kind: type) -> dict[str, Any]:
        hints = typing.get_type_hints(kind)
        definitions[kind.__name__] = {
            "type": "object",
            "description": kind.__doc__,
            "properties": {name: form(hint) for name, hint in hints.items()},
            "required": list(hints),
            "additionalProperties": False,
        }
        return {"$ref": f"#/$defs/{kind.__name__}"}

    root, reason = define(Comparison), define(Reason)
    definitions["Comparison"]["properties"]["reasons"] = {"type": "array", "items": reason}
    definitions["Comparison"]["required"].append("reasons")
    none, some = {"const": "none"}, {"minItems": 1}
    nothing = {name: {"maxItems": 0} for name in ("differences", "rows", "reasons")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Comparison of two releases",
        **root,
        "if": {"properties": {"result": {"const": "same"}}},
        "then": {"properties": {"bump": none, **nothing}},
        "else": {"properties": {"bump": {"not": none}, "reasons": some}},
        "$defs": definitions,
    }


def write(comparison: Comparison, folder: Path) -> None:
    """Write a comparison into a release: for people, for programs, and the form of the latter."""
    schema = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    (folder / "CHANGES.md").write_bytes(as_markdown(comparison).encode())
    (folder / "changes.json").write_bytes(f"{as_json(comparison)}\n".encode())
    (folder / "changes.schema.json").write_bytes(f"{schema}\n".encode())
