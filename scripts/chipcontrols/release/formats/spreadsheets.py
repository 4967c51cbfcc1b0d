"""<name>.xlsx, the workbook, and a CSV file of each table, for spreadsheets.

The workbook begins with what it is and how to cite it; then it has a sheet that explains every
column and one for each table: numbers, truth values and days are what they are, addresses of
references are links, everything else is text, so that no id becomes a date and no cell a formula;
the first row stays in sight and filters.  The CSV files are UTF-8 with a byte order mark.  A
spreadsheet that opens CSV guesses types; a text that it would take for a formula, or for a number
that it shows otherwise (4E091, 007), has an apostrophe before it.  Programs read Parquet.  A
vertical bar separates the things in a list.

XlsxWriter dates the parts of the workbook 1980, and what it says of the creation is the day in the
descriptor; the parts are compressed by pyarrow, whose version is locked, and not by the zlib of the
system, which differs from one to another.
"""

import csv
import datetime
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pandas
import pyarrow
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chipcontrols.release.formats import search
from chipcontrols.release.formats.search import Tables
from chipcontrols.release.formats.text import rendered

LONGEST_NAME, MOST_LINKS, WIDEST = 31, 65_530, 60
EXCEL_BEGINS = datetime.date(1900, 3, 1)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
ADDRESS = re.compile(r"https?://\S{1,2000}")
ALTERED = re.compile(r"0\d+|\d{16,}|\d+(\.\d*)?[eE]\d+")
"""Texts that a spreadsheet takes for numbers and shows otherwise."""
SHEETS = ("about", "dictionary")
COLUMNS = ("table", "column", "type", "unit", "meaning", "codes", "rights")


def rows(frame: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a frame as Python values, lists as text."""
    for row in search.rows(frame):
        yield tuple("|".join(cell) if isinstance(cell, list) else cell for cell in row)


def as_csv(frame: pandas.DataFrame) -> bytes:
    """Return a frame as CSV for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(frame.columns)
    writer.writerows(tuple(map(plain, row)) for row in rows(frame))
    return out.getvalue().encode("utf-8-sig")


def plain(cell: Any) -> Any:
    """Return a cell as CSV has it.

    >>> plain("=1+1"), plain("4E091"), plain(True), plain(-1)
    ("'=1+1", "'4E091", 'true', -1)
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    guessed = isinstance(cell, str) and (cell.startswith(FORMULAS) or ALTERED.fullmatch(cell))
    return f"'{cell}" if guessed else cell


def fill(sheet: Worksheet, written: list[tuple[Any, ...]], linked: str | None = None) -> None:
    """Write a header and rows into a sheet; the addresses of the column `linked` are links."""
    names = written[0]
    for number, row in enumerate(written):
        for at, cell in enumerate(row):
            early = isinstance(cell, datetime.date) and cell < EXCEL_BEGINS
            link = names[at] == linked and 0 < number < MOST_LINKS and ADDRESS.fullmatch(cell or "")
            if (sheet.write_url if link else sheet.write)(number, at, str(cell) if early else cell):
                raise ValueError(f"{names[at]} of row {number} is longer than a cell can be")
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(written) - 1, len(names) - 1)
    for at, column in enumerate(zip(*written, strict=True)):
        sizes = (2 * len(text) - len(search.HAN.sub("", text)) for text in map(str, column))
        sheet.set_column(at, at, min(max(sizes) + 2, WIDEST))


def explained(descriptor: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each column of each table."""
    for one in descriptor["resources"]:
        for field in one["schema"]["fields"]:
            kind = "list" if field["type"] == "any" else field["type"]
            codes = "|".join(field.get("categories", ()))
            more = (field.get("unit"), field["description"], codes, field.get("rights"))
            yield (one["name"], field["name"], kind, *(cell or None for cell in more))


def as_workbook(descriptor: Mapping[str, Any], tables: Tables, citation: str) -> bytes:
    """Return the workbook; raise ValueError for a text that no cell can hold."""
    out = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
        "default_format_properties": {"text_wrap": True, "valign": "top"},
    }  # fmt: skip
    workbook = xlsxwriter.Workbook(out, options)
    day = datetime.datetime.fromisoformat(descriptor["created"]).replace(tzinfo=None)
    title = f"{descriptor['title']} {descriptor['version']}"
    workbook.set_properties({"title": title, "comments": citation, "created": day})
    lines = rendered("about.txt.j2", descriptor=descriptor, citation=citation).splitlines()
    fill(workbook.add_worksheet(SHEETS[0]), [tuple(line.split(": ", 1)) for line in lines])
    fill(workbook.add_worksheet(SHEETS[1]), [COLUMNS, *explained(descriptor)])
    for number, (table, (frame, schema)) in enumerate(tables.items()):
        # A name may be no longer, and Excel keeps "history" for itself.
        known = len(table) <= LONGEST_NAME and table not in (*SHEETS, "history")
        name = table if known else f"{table[:20]}~{number}"
        written = [tuple(frame.columns), *rows(frame)]
        fill(workbook.add_worksheet(name), written, schema.roles.get("address"))
    workbook.close()
    return packed(out.getvalue())


def packed(content: bytes) -> bytes:
    """Return a zip file with the same parts, dated 1980 and compressed by pyarrow."""
    codec = pyarrow.Codec("gzip", compression_level=9)
    body, directory = b"", b""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        for name in names:
            part = parts.read(name)
            # What is between the header and the sums of gzip is what zip wants.
            squeezed = codec.compress(part, asbytes=True)[10:-8]
            about = struct.pack(
                "<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(part), len(squeezed), len(part),
                len(name), 0,
            )  # fmt: skip
            where = struct.pack("<HHHLL", 0, 0, 0, 0, len(body))
            directory += b"PK\1\2" + struct.pack("<H", 20) + about + where + name.encode()
            body += b"PK\3\4" + about + name.encode() + squeezed
    counts = struct.pack("<HHHHLLH", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + counts
