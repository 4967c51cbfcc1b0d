"""The rows of a table: held when they are few, else in a file, and made when they are asked for.

The files of a table are checked piece by piece and copied, to memory or to a file without a name,
so that rows stay what they were when read; of each row of a large table two numbers are held: where
it begins, and on which line.  Out of scope: what tables are (`chipcontrols.package`).
"""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chipcontrols.package import files
from chipcontrols.package.finding import Finding
from chipcontrols.package.schema import Schema

MOST_HELD = 2**20
"""The most rows of a table that are held, each with some 1.4 KB."""
LARGE = 2**24
"""From how many bytes on a table is in a file, not in memory."""
AT_ONCE = 5_000
"""How many of the others are looked at together."""
RUN = 50
"""How many are made for one that is asked for next after another."""
Key = tuple[str, str]
"""A row: its table and its id."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the line it begins on, its primary key, its cells by column."""

    table: str
    line: int
    id: str
    cells: Mapping[str, str]
    schema: Schema

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the names of the columns."""
        return row_of, (self.table, self.line, (*self.cells.values(),), self.schema)

    def role(self, role: str) -> str:
        """Return the cell of the column with a role; empty where the table has no such column."""
        column = self.schema.roles.get(role)
        return self.cells[column] if column else ""

    def items(self, column: str) -> list[str]:
        """Return the things in a cell: several where the column has a separator."""
        return self.schema.field(column).items(self.cells[column])

    @property
    def key(self) -> Key:
        """Its table and its id."""
        return self.table, self.id

    @property
    def about(self) -> Key:
        """The key of the row that it says something of, or two empty texts."""
        return (self.role("table"), self.role("row")) if "row" in self.schema.roles else ("", "")

    @property
    def anchor_line(self) -> int:
        """The line of the document that the row names, or 0."""
        return files.whole_number(self.role("line"))


def row_of(table: str, line: int, cells: Sequence[str], schema: Schema) -> Row:
    """Return the row with these cells, in the order of the columns."""
    named = dict(zip(schema.names, cells, strict=True))
    return Row(table, line, " ".join([named[name] for name in schema.primary_key]), named, schema)


class Rows(Sequence[Row]):
    """The rows of a table, in the order of its files."""

    def __init__(self, table: str, schema: Schema) -> None:
        """Begin without rows."""
        self.table, self.schema, self.held = table, schema, list[Row]()
        self.file = tempfile.SpooledTemporaryFile(LARGE)  # noqa: SIM115 (closed with the rows)
        weakref.finalize(self, self.file.close)
        self.lines, self.starts = array("Q"), array("Q", [0])
        self.head, self.before = b"", 0
        self.first, self.near = 0, list[Row]()

    def read(self, path: str, pieces: Iterable[bytes], ended: bool) -> list[Finding]:
        """Add the rows of a CSV file, given in pieces of whole lines, and return nothing; or return
        what in a piece keeps it from being read as a table, and with `ended` that its last line has
        no end.  Raise ValueError naming the line when it is not RFC 4180, or when the header or a
        row differs from the columns of the schema."""
        begin = self.file.seek(self.starts[-1])
        self.file.truncate()
        head, piece, line, place = b"", b"", 1, 0
        for piece in pieces:
            if found := list(files.faults_in_bytes(path, piece, line, place)):
                return found
            head = head or piece[: piece.find(b"\n") + 1] or piece
            self.file.write(piece[0 if place else len(head) :])
            line, place = line + piece.count(b"\n"), place + len(piece)
        if ended and not piece.endswith(b"\n"):
            message, hint = "the file does not end with one LF", "end it with one line feed"
            return [Finding(path, line, "", "form", message, hint)]
        self.file.seek(begin)
        records = files.parse_csv(itertools.chain([head], self.file))
        _, before, header = next(records)
        if header != list(self.schema.names):
            raise ValueError(f"line 1: {files.fault_of_header(header, self.schema.names)}")
        lines, starts, held = array("Q"), array("Q"), list[Row]()
        for number, end, record in records:
            if len(record) != len(header):
                raise ValueError(f"line {number}: {len(record)} cells but {len(header)} columns")
            lines.append(number + self.before)
            starts.append(begin + end - before)
            if len(self) + len(lines) <= MOST_HELD:
                held.append(row_of(self.table, lines[-1], record, self.schema))
        self.lines += lines
        self.starts += starts
        self.held = [*self.held, *held] if len(self) <= MOST_HELD else []
        self.head = self.head or head
        self.before += line - 2
        return []

    @property
    def content(self) -> bytes:
        """The bytes of the rows and of the header before them, or nothing if they are many."""
        return self.head + self.raw(0, len(self)) if self.starts[-1] < LARGE else b""

    def raw(self, begin: int, end: int) -> bytes:
        """Return the bytes of the rows from one position to another."""
        self.file.seek(self.starts[begin])
        return self.file.read(self.starts[end] - self.starts[begin])

    def each(self) -> Iterator[bytes]:
        """Yield the bytes of each row."""
        for first in range(0, len(self), AT_ONCE):
            starts = self.starts[first : first + AT_ONCE + 1]
            piece = self.raw(first, first + len(starts) - 1)
            for begin, end in itertools.pairwise(starts):
                yield piece[begin - starts[0] : end - starts[0]]

    def records(self, begin: int, end: int) -> Iterator[list[str]]:
        """Yield the cells of the rows from one position to another."""
        for first in range(begin, end, AT_ONCE):
            text = self.raw(first, min(first + AT_ONCE, end)).decode()
            yield from csv.reader(io.StringIO(text, newline=""))

    def some(self, begin: int, end: int) -> Iterator[Row]:
        """Yield the rows from one position to another."""
        for line, cells in zip(self.lines[begin:end], self.records(begin, end), strict=True):
            yield row_of(self.table, line, cells, self.schema)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        """Yield all rows."""
        return iter(self.held) if self.held else self.some(0, len(self))

    def __getitem__(self, at: Any) -> Any:
        """Return the row at a position, or those of a slice."""
        if self.held:
            return self.held[at]
        if isinstance(at, slice):
            return [*self.some(*at.indices(len(self))[:2])]
        after = self.first + len(self.near)
        if not self.first <= at < after:
            self.near = [*self.some(at, min(at + (RUN if at == after else 1), len(self)))]
            self.first = at
        return self.near[at - self.first]
