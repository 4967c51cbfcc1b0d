"""The files of a package, read strictly and written canonically.

CSV is read by RFC 4180: comma, double quotes, no other dialect.  A cell is text; only the empty
cell is missing, so that ``NA``, ``None``, ``007`` and ``4E3`` stay what they are.  *Canonical* CSV
is UTF-8 without a byte order mark, LF, minimal quoting, header first, sorted by primary key.  JSON
is one object without repeated keys.  Files are read inside the package's folder only: a path that
is absolute, climbs out with ``..``, or leads out by a symbolic link is refused, and so is anything
but a regular file, or a very large one that is no table.  Several files are replaced together or
not at all.
Out of scope: judging the content (`chipcontrols.validation` does).
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from chipcontrols.package.finding import Finding

LONGEST_CELL = 131_072
LARGEST_FILE = 2**30
"""The most bytes of a file that is read as a whole."""
PIECE = 2**20
"""How many bytes of a table are read together."""
PARQUET = "parquet"
CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})", re.MULTILINE)
BRACKETS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]', re.DOTALL)
"""The strings of a JSON file, and the brackets outside them."""
DEEPEST = 50
"""The most lists and objects within each other in a JSON file; the package's own have eight."""


def path_inside(root: Path, relative: str) -> Path:
    """Return the path of a file of the package; raise ValueError when it would lie outside."""
    if not isinstance(relative, str) or not relative or "\\" in relative or "\0" in relative:
        raise ValueError(f"{relative!r} is not a relative path with forward slashes")
    path = Path(relative)
    if path.is_absolute() or ".." in path.parts or ":" in relative:
        raise ValueError(f"{relative!r} leads out of the package")
    if not Path(os.path.realpath(root / path)).is_relative_to(os.path.realpath(root)):
        raise ValueError(f"{relative!r} leads out of the package by a symbolic link")
    return root / path


def names_below(root: Path, folder: str) -> list[str]:
    """Return the names of the files in a folder of the package and in those within it, in order; a
    link to a folder is not followed, and counts as a file."""
    found: list[str] = []
    for place, folders, names in os.walk(root / folder):
        here = Path(place).relative_to(root).as_posix()
        links = (one for one in folders if os.path.islink(f"{place}/{one}"))
        found += (f"{here}/{name}" for name in (*names, *links))
    return sorted(found)


def read_bytes(root: Path, relative: str, most: int = LARGEST_FILE) -> bytes:
    """Return the content of a file of the package; raise ValueError when it has more than `most`
    bytes, and as `opened` does."""
    with opened(root, relative) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise ValueError(f"more than {most:,} bytes")
        return file.read()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file piece by piece, each of whole lines."""
    while piece := file.read(PIECE):
        yield piece + (b"" if piece.endswith(b"\n") else file.readline(PIECE))


def opened(root: Path, relative: str) -> BinaryIO:
    """Open a file of the package for reading; raise OSError when it cannot be, and ValueError when
    it lies outside, or is not a regular file (a pipe never ends)."""
    path = path_inside(root, relative)
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise ValueError(f"{relative!r} is not a regular file")
    return path.open("rb")


BY_LINES = """a line is not empty and has a cell for each column; one with a comma or a quotation \
mark stands between such marks, and those inside it are written twice (\"\")"""


def unreadable(path: str, rule: str, error: OSError | ValueError, hint: str) -> Finding:
    """Return the finding for a file that cannot be read; a ValueError may begin ``line 3: ``."""
    if isinstance(error, OSError):
        return Finding(path, 0, "", rule, f"cannot be read: {error.strerror}", hint)
    line = re.match("line ([0-9]+): ", str(error))
    message = str(error)[line.end() :] if line else str(error)
    hint = BY_LINES if line and rule == "form" else "correct the file"
    return Finding(path, int(line[1]) if line else 0, "", rule, message, hint)


def part_names(root: Path, resource: Mapping[str, Any]) -> list[str]:
    """Return the files of a resource, whose path is a file, a list of files, or a folder: then its
    files of the resource's format, by name.  Raise ValueError when that has none."""
    path = resource["path"]
    if isinstance(path, str) and path_inside(root, path).is_dir():
        ending = f".{resource.get('format', 'csv')}"
        names = names_below(root, path.rstrip("/"))
        path = [name for name in names if name.endswith(ending)]
        if not path:
            raise ValueError(f"the folder has no file with the ending {ending}")
    return [path] if isinstance(path, str) else list(path)


def faults_in_bytes(path: str, content: bytes, first: int, before: int) -> Iterator[Finding]:
    """Yield what keeps the bytes of a piece of a CSV file from being read as a table; it begins on
    the `first` line, with so many bytes `before` it."""
    problems = (
        (content.find(b"\xef\xbb\xbf"), "a byte order mark", "save it as UTF-8 without BOM"),
        (content.find(b"\0"), "a NUL byte", "save it as UTF-8, or remove the byte"),
        (content.find(b"\r"), "a carriage return", "save it with LF line ends"),
    )
    for at, what, hint in problems:
        if at >= 0:
            line = content.count(b"\n", 0, at) + first
            yield Finding(path, line, "", "form", f"{what} at byte {before + at}", hint)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + first
        byte = content[error.start]
        yield Finding(path, line, "", "form", f"byte 0x{byte:02x} is not UTF-8", "save it as UTF-8")
        return
    suspect = any(mark * 7 in content for mark in (b"<", b"=", b">", b"|"))
    if suspect and (marker := CONFLICT.search(text)):
        line = text.count("\n", 0, marker.start()) + first
        yield Finding(path, line, "", "form", f"a conflict marker {marker[0]}", "resolve the merge")


def parse_json(source: bytes) -> dict[str, Any]:
    """Return the JSON object in the bytes of a file; raise ValueError for invalid UTF-8 or JSON, a
    repeated key, NaN and infinities, more than DEEPEST levels, or anything but an object."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {key!r} is repeated")
            found[key] = value
        return found

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not a number")

    steps = ((one in b"[{") - (one in b"]}") for one in BRACKETS.findall(source))
    if max(itertools.accumulate(steps), default=0) > DEEPEST:
        raise ValueError("nested too deeply")
    try:
        text = source.decode("utf-8")
        content = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        json.dumps(content, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair, which is no character") from None
    if not isinstance(content, dict):
        raise ValueError("the file does not hold a JSON object")
    return content


def parse_csv(lines: Iterable[bytes]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the records of RFC 4180 in UTF-8, each after the line that it begins on and the number
    of bytes up to its end; raise ValueError naming the line of a quote that is never closed, of
    characters after a closing quote, or of a cell of more than LONGEST_CELL characters."""
    place = 0

    def texts() -> Iterator[str]:
        nonlocal place
        for line in lines:
            place += len(line)
            yield line.decode()

    reader = csv.reader(texts(), strict=True)
    begin, unlimited = 1, csv.field_size_limit() > LONGEST_CELL  # as other libraries set it
    try:
        for record in reader:
            if unlimited and len(max(record, key=len, default="")) > LONGEST_CELL:
                raise ValueError(f"line {begin}: a cell of more than {LONGEST_CELL:,} characters")
            yield begin, place, record
            begin = reader.line_num + 1
    except csv.Error as error:
        message = str(error)
        if "unexpected end of data" in message:
            message = "a quotation mark is never closed"
        elif "field larger" in message:
            message = f"a cell of more than {LONGEST_CELL:,} characters"
        raise ValueError(f"line {begin}: {message}") from None


def fault_of_header(found: Sequence[str], expected: Sequence[str]) -> str:
    """Return how the header of a table differs from the columns of its schema.

    >>> fault_of_header(["id", "valeu"], ["id", "value"])
    'the header lacks value, and has valeu, which the schema does not have'
    """
    columns = ",".join(expected)
    if len(found) == 1 < len(expected) and ";" in found[0]:
        return "the cells are separated by semicolons, not by commas"
    if not {*found} & {*expected}:
        first = ",".join(found)[:200]
        said = f"{first} is not the" if first else "there is no"
        return f"{said} header: write {columns}"
    told = (
        ("lacks {}", [name for name in expected if name not in found]),
        ("has {}, which the schema does not have", [one for one in found if one not in expected]),
        ("has {} twice", [name for name in expected if found.count(name) > 1]),
    )
    faults = [words.format(", ".join(names)[:500]) for words, names in told if names]
    if faults:
        return f"the header {', and '.join(faults)}"
    return f"the columns are in another order than {columns}"


def csv_of_parquet(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rows of a Parquet file as CSV, piece by piece.  Its cells are text, truth values or
    whole numbers, as others could be written in more than one way; raise ValueError for any other
    file."""
    import pyarrow
    import pyarrow.parquet

    types = pyarrow.types
    try:
        with pyarrow.parquet.ParquetFile(file) as content:
            for field in content.schema_arrow:
                kind = field.type.value_type if types.is_dictionary(field.type) else field.type
                plain = types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind)
                if not (plain or types.is_integer(kind) or types.is_boolean(kind)):
                    raise ValueError(f"the column {field.name} is {field.type}, not text")
            yield canonical_csv(content.schema_arrow.names, ()).encode()
            for batch in content.iter_batches(10_000):
                columns = [column.cast(pyarrow.string()).to_pylist() for column in batch.columns]
                if rows := [*zip(*columns, strict=True)]:
                    yield canonical_csv(rows[0], rows[1:]).encode()
    except (OSError, pyarrow.ArrowException) as error:
        raise ValueError(f"not a Parquet file: {str(error).splitlines()[0]}") from None


def canonical_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows, in the order given, as canonical CSV.

    >>> canonical_csv(["a", "b"], [["1", "x,y"]]).splitlines()
    ['a,b', '1,"x,y"']
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def whole_number(cell: str) -> int:
    """Return the whole number in a cell, such as a line, or 0 when there is none.

    >>> whole_number("22"), whole_number("x"), whole_number("")
    (22, 0, 0)
    """
    return int(cell) if re.fullmatch("[0-9]{1,9}", cell) else 0


def replace_files(
    root: Path, files: Mapping[str, bytes], known: Mapping[str, bytes] | None = None
) -> None:
    """Write files of a package, each whole, together or not at all: when one cannot be replaced, or
    no longer has its `known` content, those already replaced get their old content back, and new
    ones are removed."""
    paths = {path_inside(root, name): content for name, content in files.items()}
    own = f"{os.getpid()}-{threading.get_ident()}"  # for whoever writes the same file
    beside = {path: path.with_name(f".{path.name}.{own}.new") for path in paths}
    kept = {path: path.with_name(f".{path.name}.{own}.old") for path in paths if path.exists()}
    replaced = []
    try:
        for path, content in paths.items():
            with beside[path].open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())  # else a machine that stops may leave an empty file
            if path in kept:
                shutil.copymode(path, beside[path])
                shutil.copy2(path, kept[path])
        for name, content in (known or {}).items():
            if name in files and (root / name).read_bytes() != content:
                raise OSError(f"{name} was changed by somebody else meanwhile: do it again")
        for path in paths:
            os.replace(beside[path], path)
            replaced.append(path)
    except OSError:
        for path in replaced:
            if path in kept:
                shutil.move(kept[path], path)
            else:
                path.unlink()
        raise
    finally:
        for path in (*beside.values(), *kept.values()):
            path.unlink(missing_ok=True)
