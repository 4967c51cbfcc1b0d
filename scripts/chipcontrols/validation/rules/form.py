"""Rules of form: canonical CSV, clean cells, keys that nobody can confuse, nothing said twice.

Canonical CSV is UTF-8 without BOM, LF, RFC 4180 with minimal quoting, header first, sorted by
primary key (integers by value, text by code point), equal to its own re-serialisation byte for
byte.  Cells have no blanks at their ends, no control, zero-width or other format characters, no
line breaks, and are in Unicode normalisation form C.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chipcontrols.package import schemas
from chipcontrols.package.tables import Table
from chipcontrols.validation.findings import Finding
from chipcontrols.validation.passages import Evidence, Row, line_number

CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})", re.MULTILINE)
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


def unreadable(path: str, content: bytes) -> Iterator[Finding]:
    """Yield what keeps the bytes of a CSV file from being read as one table."""
    problems = (
        (content.find(b"\xef\xbb\xbf"), "a byte order mark", "save it as UTF-8 without BOM"),
        (content.find(b"\0"), "a NUL byte", "remove it"),
        (content.find(b"\r"), "a carriage return", "save it with LF line ends"),
    )
    for at, what, hint in problems:
        if at >= 0:
            line = content.count(b"\n", 0, at) + 1
            yield Finding(path, line, "", "form", f"{what} at byte {at}", hint)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        yield Finding(path, line, "", "form", f"byte 0x{byte:02x} is not UTF-8", "save it as UTF-8")
        return
    if marker := CONFLICT.search(text):
        line = text.count("\n", 0, marker.start()) + 1
        yield Finding(path, line, "", "form", f"a conflict marker {marker[0]}", "resolve the merge")


def serialised(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the canonical CSV text.

    >>> serialised(["a", "b"], [["1", "x,y"]]).splitlines()
    ['a,b', '1,"x,y"']
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def sort_key(schema: schemas.Schema) -> Any:
    """Return the function that gives a row's place in the canonical order."""
    names = schemas.field_names(schema)
    columns = [
        (names.index(name), schema["fields"][names.index(name)]["type"] == "integer")
        for name in schema["primaryKey"]
    ]

    def key(row: Sequence[str]) -> tuple[Any, ...]:
        return tuple(
            (line_number(row[at]), "") if number else (0, row[at]) for at, number in columns
        )

    return key


def canonical(table: Table, content: bytes) -> Iterator[Finding]:
    """The file is its own canonical serialisation."""

    def finding(line: int, message: str, hint: str, column: str = "") -> Finding:
        return Finding(table.path, line, column, "form", message, hint)

    header = schemas.field_names(table.schema)
    expected = serialised(header, table.rows).split("\n")
    found = content.decode("utf-8").split("\n")
    for number, (line, right) in enumerate(zip(found, expected, strict=False), 1):
        if line != right:
            message = "the line is not in canonical form (quotes only where needed)"
            yield finding(number, message, f"write {right[:200]}")
            break
    else:
        if len(found) != len(expected):
            message = "the file does not end with one LF"
            yield finding(len(found), message, "end it with one line feed")
    key, column = sort_key(table.schema), table.schema["primaryKey"][0]
    for position in range(1, len(table.rows)):
        if key(table.rows[position]) < key(table.rows[position - 1]):
            hint = "sort the rows by primary key"
            yield finding(table.lines[position], "the row is out of order", hint, column)
    if not table.rows:
        hint = "fill it; a check with nothing to check is no check"
        yield finding(1, "the table has no rows", hint)


def clean_cells(table: Table) -> Iterator[Finding]:
    """Cells have no hidden characters, blanks at their ends, or unnormalised text."""
    for line, cells in table.records():
        for column, cell in cells.items():
            if cell.isascii() and cell.isprintable() and cell == cell.strip():
                continue
            if unseen := UNSEEN.search(cell):
                problem = f"the unseen character U+{ord(unseen[0]):04X}"
            elif cell != cell.strip():
                problem = "a blank at the beginning or end"
            elif not unicodedata.is_normalized("NFC", cell):
                problem = "characters that are not in normalisation form C"
            else:
                continue
            yield Finding(table.path, line, column, "form", f"the cell has {problem}", "remove it")


def folded(key: str) -> str:
    """Return a key as a careless reader sees it.

    >>> folded("Jensen Huang") == folded("jensen\u200bhuang")
    True
    """
    # Normalising a long run of combining marks takes quadratic time, and nobody reads so far.
    told = unicodedata.normalize("NFKC", key[:1_000]) + key[1_000:]
    visible = UNSEEN.sub("", told).casefold()
    return "".join(visible.split())


def on_key(evidence: Evidence, row: Row, rule: str, message: str, hint: str) -> Finding:
    """Return a finding on the first column of a row's primary key."""
    table = evidence.tables[row.table]
    return Finding(table.path, row.line, table.schema["primaryKey"][0], rule, message, hint)


def twin_keys(evidence: Evidence) -> Iterator[Finding]:
    """No two primary keys of a table differ only by case, blanks or invisible characters."""
    for name, rows in evidence.rows.items():
        if name in ("vocabulary", "aliases", "citations"):
            continue  # Their keys carry words of the documents, which may well differ by case.
        alike: dict[str, list[Row]] = {}
        for row in rows:
            alike.setdefault(folded(row.id), []).append(row)
        for twins in alike.values():
            for row, twin in zip(twins, [*twins[1:], twins[0]], strict=True):
                if twin.id != row.id:
                    message = f"{row.id} is too like {twin.id} on line {twin.line}"
                    hint = "rename or remove one of the two"
                    yield on_key(evidence, row, "twin_keys", message, hint)


def said_twice(evidence: Evidence) -> Iterator[Finding]:
    """No two rows of a table state the same thing at the same place."""
    for name, table in evidence.tables.items():
        telling = [
            field["name"]
            for field in table.schema["fields"]
            if field["support"] not in ("identifier", "prose", "translation", "reviewed")
            or field.get("codeList")
            or field.get("references")
        ]
        if "excerpt" not in telling:
            continue
        seen: dict[tuple[str, ...], Row] = {}
        for row in evidence.rows[name]:
            twin = seen.setdefault(tuple(row.cells[column] for column in telling), row)
            if twin is not row:
                message = f"{row.id} states what {twin.id} on line {twin.line} states"
                yield on_key(evidence, row, "said_twice", message, "remove one of the two")


def numbering(evidence: Evidence) -> Iterator[Finding]:
    """The statements of a line are numbered 1, 2, 3 … without a gap."""
    hint = "number the statements of a line 1, 2, 3 …"
    for name, table in evidence.tables.items():
        if "line" not in schemas.field_names(table.schema):
            continue
        counts = Counter(numbered(row.id)[0] for row in evidence.rows[name])
        for row in evidence.rows[name]:
            place, number = numbered(row.id)
            if place and not 1 <= number <= counts[place]:
                message = f"{row.id} but {name} has {counts[place]} of this line"
                yield on_key(evidence, row, "numbering", message, hint)


def slugs(evidence: Evidence) -> Iterator[Finding]:
    """The id of a term is made of words of its English."""
    for row in evidence.rows.get("glossary", ()):
        text = f"{row.cells['translation']} {row.cells['definition']}".lower()
        known = {word.removesuffix("s") for word in re.findall("[a-z0-9]+", text)}
        strange = [word for word in row.id.split("-") if word.removesuffix("s") not in known]
        if strange:
            message = f"{row.id} has {', '.join(strange)}, which its English has not"
            hint = "make the id of words of the translation or definition"
            yield on_key(evidence, row, "slugs", message, hint)


def numbered(identifier: str) -> tuple[str, int]:
    """Return place and number of a statement's id, or nothing for other ids.

    >>> numbered("001-022-1"), numbered("nvidia")
    (('001-022', 1), ('', 0))
    """
    place, _, number = identifier.rpartition("-")
    told = re.fullmatch("[0-9]{3}-[0-9]{3}", place) and re.fullmatch("[0-9]+", number)
    # No line has a thousand million statements: of more digits the first nine tell enough.
    return (place, int(number[:9])) if told else ("", 0)


def code_lists(evidence: Evidence) -> Iterator[Finding]:
    """Code lists belong to coded columns; codes without cues say why; metrics fix a unit."""
    path = evidence.tables["vocabulary"].path
    coded = {
        (name, field["name"])
        for name, other in evidence.tables.items()
        for field in other.schema["fields"]
        if field.get("codeList")
    }
    units = set(evidence.codes.get(("market_figures", "unit"), ()))
    for row in evidence.rows["vocabulary"]:
        key = row.cells["table"], row.cells["column"]
        unit = row.cells["unit"]
        if key not in coded:
            column, hint = "column", "correct table or column"
            message = f"{key[0]}.{key[1]} is no coded column"
        elif not row.cells["cues"] and "No cue:" not in row.cells["definition"]:
            column, hint = "definition", "add cues, or end the definition with 'No cue: …'"
            message = "the code has no cues and does not say why"
        elif (key == ("market_figures", "metric")) != bool(unit) or unit not in {"", *units}:
            column, hint = "unit", "set or remove the unit"
            message = (
                f"{unit or 'empty'} but a metric has one unit of {', '.join(sorted(units))}"
                " and no other code has any"
            )
        else:
            continue
        yield Finding(path, row.line, column, "code_lists", message, hint)


RULES = {
    "twin_keys": twin_keys,
    "said_twice": said_twice,
    "numbering": numbering,
    "slugs": slugs,
    "code_lists": code_lists,
}
