"""Renders a comparison of releases: as text, as JSON with its JSON Schema, as Markdown.

The text and the Markdown are for people: of each list they show at most `SHOWN` rows, but all rows
that are gone or that exclude more words of the documents, each with what it said.  The JSON is for
programs and has all rows.  The Markdown is a section of ``CHANGELOG.md`` in the form of
https://keepachangelog.com: Removed, Changed, Added, Fixed.  Out of scope: comparing.
"""

import dataclasses
import json
import os
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pydantic

from chipcontrols.release.comparison import Bump, Comparison
from chipcontrols.release.formats import text

Section = Literal["Removed", "Changed", "Added", "Fixed"]

SECTIONS: tuple[Section, ...] = typing.get_args(Section)
SHOWN = 20
WIDTH = 100


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
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    words = words if not start else f"…{words[start:]}"
    words = words if len(words) <= WIDTH else words[: WIDTH - 1] + "…"
    words = "".join(character if character.isprintable() else " " for character in words)
    return f"`` {words} ``" if "`" in words else f"`{words}`"


def change(old: Any, new: Any) -> str:
    """Return a change in words; of long texts from shortly before the first difference on."""
    start = 0
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > WIDTH:
        same = len(os.path.commonprefix([old, new]))  # noqa: RUF071  (characters are meant)
        start = max(0, same - WIDTH // 3)
    return f"{shown(old, start)} → {shown(new, start)}"


def entries(comparison: Comparison) -> Iterator[tuple[Reason, list[str]]]:
    """Yield each difference, and the lines below it that tell of single rows."""
    text.environment().filters |= {"shown": shown, "change": change}
    words: Any = text.environment().get_template("differences.j2").module
    for difference in comparison.differences:
        section: Section = "Changed"
        if difference.what != "property" and None in (difference.old, difference.new):
            section = "Added" if difference.old is None else "Removed"
        yield Reason(difference.bump, section, words.difference(difference)), []
    for rows in comparison.rows:
        table, follows = shown(rows.table), rows.bump == "patch"
        if rows.removed:
            told = zip(rows.removed, () if follows else rows.gone, strict=False)
            message = f"{table}: {words.listed(rows.removed, SHOWN)}"
            below = [words.lost(key, said) for key, said in told if said]
            yield Reason("patch" if follows else "major", "Removed", message), below
        if rows.added:
            told = zip(rows.added, rows.excluded, strict=False)
            message = f"{table}: {words.listed(rows.added, SHOWN)}"
            below = [words.excluded(key, said) for key, said in told]
            yield Reason("patch" if follows else "minor", "Added", message), below
        if rows.changed:
            below = [words.row(row).strip() for row in rows.changed[:SHOWN]]
            more = len(rows.changed) - SHOWN
            message = f"{table}: {words.counted(len(rows.changed))} corrected"
            yield Reason("patch", "Fixed", message), below + [f"and {more:,} more"] * (more > 0)


def written(template: str, comparison: Comparison) -> str:
    """Return what a template makes of a comparison, its differences by section."""
    found = list(entries(comparison))
    by_section = [(name, [one for one in found if one[0].section == name]) for name in SECTIONS]
    return text.rendered(template, of=comparison, sections=[one for one in by_section if one[1]])


def as_text(comparison: Comparison) -> str:
    """Return the comparison for a terminal: a line a difference with the bump it asks for."""
    return written("changes.txt.j2", comparison).rstrip("\n")


def as_markdown(comparison: Comparison) -> str:
    """Return the comparison as a section of the change log."""
    return written("CHANGES.md.j2", comparison)


def as_json(comparison: Comparison) -> str:
    """Return the comparison and its reasons as JSON of the form that `json_schema` states."""
    reasons = [dataclasses.asdict(reason) for reason, _ in entries(comparison)]
    return text.as_json({**dataclasses.asdict(comparison), "reasons": reasons}).rstrip("\n")


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
    (folder / "changes.schema.json").write_bytes(text.as_json(json_schema()).encode())
