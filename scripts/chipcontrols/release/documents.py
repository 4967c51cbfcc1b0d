"""What a release says of its documents: a label, how much of each the excerpts repeat, whose words.

A label is what people call a document by: its number, who published it and who wrote it (as far as
they have English names), or else the kind of text that it is, and the day that it states: ``002
Economic Observer, Chen Bai, 2025-05-20``.  The share is that of the characters which the excerpts
of all tables cover together, each counted once.

The words of a document are its publisher's, whatever the licence of a release.  Which columns hold
them follows from the rules: see `rights`.  Out of scope: whether a use of them is allowed.
"""

import dataclasses
import re
from functools import partial

from chipcontrols.languages.base import Span
from chipcontrols.package import Package, Row
from chipcontrols.package.documents import document_number
from chipcontrols.package.frames import COLUMNS, OFFSETS, Derived, More
from chipcontrols.package.schema import Field, Schema
from chipcontrols.validation import candidates
from chipcontrols.validation.lexicon import Lexicon
from chipcontrols.validation.passages import Evidence

LABEL, SHARE = "label", "excerpted"
VERBATIM = ("excerpt", "quotation", "words", "term", "time")
"""The rules of columns that hold words of a document as they are."""


def rights(field: Field) -> str:
    """Return whose the cells of a column are: ``publisher`` for words of a document as they are,
    ``translation`` for our translation of them; nothing where they are ours alone."""
    words = field.rule == "quantity" and field.options.get("part", "words") == "words"
    if words or field.rule in VERBATIM or field.role == "excerpt":
        return "publisher"
    return "translation" if field.rule == "translation" else ""


def label(row: Row, lexicon: Lexicon) -> str:
    """Return the label of a document."""

    def english(form: str) -> str:
        named = [*lexicon.forms.entities(form)]
        return lexicon.entities[named[0]].english[0] if len(named) == 1 else form

    stated = [english(one) for one in map(row.role, ("publisher", "author", "title"))]
    written = ["" if re.search("[㐀-鿿]", one) else one for one in stated]
    people = [*filter(None, written[:2])] or [*filter(None, written[2:])]
    if not people:
        coded = (one.name for one in row.schema.fields if one.coded and not one.role)
        people = [row.cells.get(next(coded, ""), "")]
    parts = [part for part in (*people, row.role("published")) if part]
    return f"{document_number(row.role('document'))} {', '.join(parts)}".strip()


def covered(package: Package, evidence: Evidence) -> dict[tuple[str, int], list[Span]]:
    """Return the stretches of each line, by document and number, that excerpts cover."""
    spans: dict[tuple[str, int], list[Span]] = {}
    for table in package.tables.values():
        for row in table.rows if table.schema.anchored else ():
            where = evidence.locations.get((table.name, row.line))
            if where and where.outcome == "exact":
                place = row.role("document"), row.anchor_line
                spans.setdefault(place, []).append((where.start, where.end))
    stretches = {}
    for (name, number), found in spans.items():
        marks = candidates.covered(len(evidence.texts[name].lines[number - 1].raw), found)
        stretches[name, number] = [one.span() for one in re.finditer(b"\1+", marks)]
    return stretches


def shares(package: Package, evidence: Evidence) -> dict[str, float]:
    """Return the share of each document's characters that excerpts cover."""
    sizes = {name: sum(map(len, one.document.lines)) for name, one in evidence.texts.items()}
    found = dict.fromkeys(sizes, 0)
    for (name, _), spans in covered(package, evidence).items():
        found[name] += sum(end - start for start, end in spans)
    return {name: round(found[name] / (size or 1), 4) for name, size in sizes.items()}


def columns(package: Package, evidence: Evidence) -> More:
    """Return the function that gives the columns which only releases have: the offsets of an
    excerpt, the label of a document and the share of it that excerpts repeat."""
    every = shares(package, evidence)

    def offset(at: int, row: Row) -> int | None:
        where = evidence.locations.get((row.table, row.line))
        return (where.start, where.end)[at] if where else None

    def more(schema: Schema, field: Field) -> Derived:
        if schema.kind == "document" and field.role == "document":
            return [(COLUMNS[LABEL], lambda row: label(row, evidence.lexicon)),
                    (COLUMNS[SHARE], lambda row: every[row.role("document")])]  # fmt: skip
        required = {"required": True} if field.required else {}
        return [(dataclasses.replace(COLUMNS[name], constraints=required), partial(offset, at))
                for at, name in enumerate(OFFSETS if field.role == "excerpt" else ())]  # fmt: skip

    return more
