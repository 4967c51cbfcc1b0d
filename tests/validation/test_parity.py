"""Which layer catches which fault: ``parity.csv``, one row a fault of the corpus.

``expresses`` names what of its Table Schemas a faulty package breaks, in words of the Table Schema
standard, and is empty where a Table Schema cannot say what is wrong.  It is not typed but read off
the package by `broken`, which knows the standard and neither the library nor frictionless:
``fieldsMatch`` is the header (exactly the fields, in their order), ``enum`` the code list of a
coded column, ``type`` the standard's spelling of numbers and truth values, a ``pattern`` fits the
whole cell, as in XML Schema.  What cannot be read at all (a descriptor or schema that is none, a
file that is not UTF-8 or not RFC 4180, a row longer than its header) breaks no Table Schema.

The other columns are layers, each run alone on the folder and the descriptor as they stand:

``frictionless``  ``frictionless.Package("datapackage.json").validate()``.  It does not know the
                  property ``codeList``, so it claims no code lists.
``pandera``       the frame of text that pandas reads, with the header of the file, becomes typed by
                  `frames.typed_frame`, and `frames.pandera_schema`, compiled from the schema and
                  code lists of the folder, judges it.  A cell that cannot be typed counts as
                  caught: `chipcontrols.schema` is for typed frames, and of such a cell there is
                  none.  It sees one table, so it claims no foreign keys.
``arrow``         `pyarrow.csv.read_csv` with the types of `frames.arrow_schema`, cast to that
                  schema.  Arrow knows names and order of columns, types, and which may be null;
                  its dictionaries take any code, and it has no other constraint.
``chipcontrols``  validation by this library; ``test_faults.py`` runs it and compares every finding.

A cell is ``caught`` when the layer refuses the package by its own verdict: a report that is not
valid or a FrictionlessException; SchemaErrors, or the conversion's ValueError; ArrowInvalid, or
the cast's ValueError.  It is ``crash`` when anything else is raised, for one table or for all:
nothing false gets through, but nobody is told what is wrong.  So is a path outside the folder for
pandera and Arrow.  It is ``hang`` when there is no answer after some seconds of work, as with a
pattern that may take forever (which for the same reason breaks nothing that `broken` could tell).
It is empty when all passes.

CLAIMS says what each layer claims; it catches every fault that breaks that, except for HOLES, which
are frictionless's own.  A new fault needs nothing but a new table:
``PYTHONPATH=scripts:tests python tests/validation/test_parity.py`` writes it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
import pandas
import pandera.errors
import pyarrow
import pyarrow.csv
import pytest

from chipcontrols.package import Code, Codes, frames
from chipcontrols.package import Table as LibraryTable
from chipcontrols.package.files import canonical_csv
from chipcontrols.package.schema import Schema, read_schema
from fault_corpus import BASE, CORPUS, assemble, edited
from partitions import table_of

TABLE = Path(__file__).with_name("parity.csv")
HEADER = ("fault", "expresses", "frictionless", "pandera", "arrow", "chipcontrols")
RENEW = "parity.csv is old: PYTHONPATH=scripts:tests python tests/validation/test_parity.py"

BASIC = ("fieldsMatch", "type", "required")
LIMITS_AND_KEYS = (
    "unique", "pattern", "minimum", "maximum", "minLength", "maxLength", "primaryKey",
)  # fmt: skip
CLAIMS: dict[str, tuple[str, ...]] = {
    "frictionless": (*BASIC, *LIMITS_AND_KEYS, "foreignKeys"),
    "pandera": (*BASIC, *LIMITS_AND_KEYS, "enum"),
    "arrow": BASIC,
    "chipcontrols": (*BASIC, *LIMITS_AND_KEYS, "foreignKeys", "enum"),
}
"""What of a Table Schema each layer claims to check."""

HOLES: dict[str, set[str]] = {
    # It takes any digit of Unicode for one.
    "frictionless.type": {"line_in_arabic_digits"},
    # It does not anchor a pattern at its end, where XML Schema does: `US|XA` takes USA.
    "frictionless.pattern": {"pattern_with_alternatives"},
}
"""The faults that a layer lets pass although they break what it claims."""


# --- what of a Table Schema is broken ---


class Table(NamedTuple):
    """A table as RFC 4180 has it, with its schema and the codes of its coded columns."""

    schema: dict[str, Any]
    header: list[str]
    rows: list[list[str]]
    codes: dict[str, set[str]]

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        return [row[self.header.index(name)] for row in self.rows]

    def keys(self, names: list[str]) -> list[tuple[str, ...]]:
        """Return the cells of some columns, row by row, but of rows that have any."""
        rows = zip(*(self.column(name) for name in names), strict=True)
        return [cells for cells in rows if any(cells)]


SPELLING = {
    "string": r".*",
    "integer": r"[+-]?[0-9]+",
    "number": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF|NaN",
    "boolean": r"true|True|TRUE|1|false|False|FALSE|0",
}
LIMITS: dict[str, Callable[[str, Any], bool]] = {
    "pattern": lambda cell, pattern: re.fullmatch(pattern, cell) is not None,
    "minimum": lambda cell, least: float(cell) >= least,
    "maximum": lambda cell, most: float(cell) <= most,
    "minLength": lambda cell, least: len(cell) >= least,
    "maxLength": lambda cell, most: len(cell) <= most,
}


def read(root: Path) -> dict[str, Table]:
    """Return the tables of a package by name; raise anything when one of them is none."""
    codes = code_lists(root)
    found = {}
    for name, path, schema in resources(root):
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        listed = {column: set(there) for (table, column), there in codes.items() if table == name}
        found[name] = Table(schema, header, rows, listed)
    return found


def resources(
    root: Path, names: set[str] | None = None
) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Yield name, table and schema of the resources of a package, of those named or of all."""
    for resource in json.loads((root / "datapackage.json").read_bytes())["resources"]:
        if names is None or resource["name"] in names:
            if Path(resource["path"]).is_absolute():
                raise ValueError("what stands there is another on every machine")
            schema = json.loads((root / resource["schema"]).read_bytes())
            yield resource["name"], root / resource["path"], schema


def code_lists(root: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the codes of a package by table and column."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    with (root / "schemas/vocabulary.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            there = found.get(key := (row["table"], row["column"]), ())
            found[key] = tuple(dict.fromkeys((*there, row["code"])))
    return found


def broken_in_column(field: dict[str, Any], cells: list[str], codes: set[str]) -> Iterator[str]:
    """Yield what the cells of a column break."""
    constraints = field.get("constraints", {})
    filled = [cell for cell in cells if cell]
    if constraints.get("required") and len(filled) < len(cells):
        yield "required"
    if constraints.get("unique") and len(set(filled)) < len(filled):
        yield "unique"
    if field.get("codeList") and not codes.issuperset(filled):
        yield "enum"
    typed = [cell for cell in filled if re.fullmatch(SPELLING[field["type"]], cell, re.DOTALL)]
    if len(typed) < len(filled):
        yield "type"
    for word, holds in LIMITS.items():
        if word in constraints and not all(holds(cell, constraints[word]) for cell in typed):
            yield word


def broken_in_table(name: str, tables: dict[str, Table]) -> Iterator[str]:
    """Yield what a table breaks of its schema."""
    table = tables[name]
    fields = table.schema["fields"]
    if table.header != [field["name"] for field in fields]:
        yield "fieldsMatch"
        return
    if any(len(row) != len(fields) for row in table.rows):
        raise ValueError("a row is longer or shorter than the header")
    for field in fields:
        codes = table.codes.get(field["name"], set())
        yield from broken_in_column(field, table.column(field["name"]), codes)
    if max(Counter(table.keys(table.schema["primaryKey"])).values(), default=1) > 1:
        yield "primaryKey"
    for key in table.schema.get("foreignKeys", []):
        target = tables[key["reference"]["resource"] or name]
        if target.header == [field["name"] for field in target.schema["fields"]]:
            known = set(target.keys(key["reference"]["fields"]))
            if not known.issuperset(table.keys(key["fields"])):
                yield "foreignKeys"


def broken(root: Path) -> str:
    """Return what a package breaks of its Table Schemas, nothing when it cannot be read."""
    try:
        tables = read(root)
        words = {word for name in tables for word in broken_in_table(name, tables)}
    except Exception:
        return ""
    return " ".join(sorted(words))


# --- layers ---


def sound_files() -> dict[str, bytes]:
    """Return the content of the files of the valid package that layers read, by path."""
    files = [path for path in BASE.rglob("*") if path.is_file() and path.parent.name != "seeds"]
    return {path.relative_to(BASE).as_posix(): path.read_bytes() for path in files}


SOUND = sound_files()


def ids(table: bytes | None) -> list[str] | None:
    """Return the cells of the first column, to which other tables refer, None without any."""
    try:
        rows = csv.reader(io.StringIO((table or b"").decode(), newline=""))
        return [row[0] for row in rows if row]
    except (ValueError, csv.Error):
        return None


def content(path: Path) -> bytes | None:
    """Return the content of a file, None when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def rests_on() -> dict[str, dict[str, set[str]]]:
    """Return what its verdict on a resource rests on, by layer and resource: table and schema, for
    frictionless the ids and schemas of the tables referred to, for pandera the code lists.
    """
    by_name = {one["name"]: one for one in json.loads(SOUND["datapackage.json"])["resources"]}
    found: dict[str, dict[str, set[str]]] = {layer: {} for layer in LAYERS}
    for name, resource in by_name.items():
        own = {resource["path"], resource["schema"]}
        found["arrow"][name] = own
        found["pandera"][name] = {*own, by_name["vocabulary"]["path"]}
        found["frictionless"][name] = set(own)
        for key in json.loads(SOUND[resource["schema"]]).get("foreignKeys", []):
            target = by_name[key["reference"]["resource"] or name]
            found["frictionless"][name] |= {f"ids of {target['path']}", target["schema"]}
    return found


def to_judge(root: Path, layer: str) -> set[str] | None:
    """Return the resources that rest on what differs from the valid package, None for all.

    The others are valid, as they are in the valid package.  Judging all takes four times as long.
    """
    found = {path: content(root / path) for path in SOUND}
    changed = {path for path, sound in SOUND.items() if found[path] != sound}
    changed |= {f"ids of {path}" for path in changed if ids(found[path]) != ids(SOUND[path])}
    if "datapackage.json" in changed:
        return None
    return {name for name, there in RESTS_ON[layer].items() if there & changed}


def refused_by_frictionless(root: Path, names: set[str] | None) -> bool:
    """Return whether plain frictionless refuses a package."""
    try:
        if names is None:
            return not frictionless.Package(str(root / "datapackage.json")).validate().valid
        package = frictionless.Package.from_descriptor(  # reads the schemas that it needs
            json.loads(SOUND["datapackage.json"]), basepath=str(root)
        )
        found = [package.get_resource(name).validate().valid for name in sorted(names)]
        return not all(found)
    except frictionless.FrictionlessException:
        return True


def refused_by_pandera(root: Path, names: set[str] | None) -> bool:
    """Return whether the typing or the compiled pandera schema refuses a table of a package."""
    codes = {
        key: tuple(Code(code, "", (), "") for code in listed)
        for key, listed in code_lists(root).items()
    }
    found = [frame_is_refused(*resource, codes) for resource in resources(root, names)]
    return any(found)


def frame_is_refused(name: str, path: Path, content: dict[str, Any], codes: Codes) -> bool:
    """Return whether the typing of a CSV file or its compiled schema refuses it."""
    schema = read_schema(content)
    compiled = frames.pandera_schema(name, schema, codes)
    frame = pandas.read_csv(path, dtype=str, na_filter=False, skip_blank_lines=False)
    if tuple(frame.columns) == schema.names:
        try:
            frame = frames.typed_frame(as_table(name, schema, frame), codes)
        except ValueError:
            return True
    try:
        compiled.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors:
        return True
    return False


def refused_by_arrow(root: Path, names: set[str] | None) -> bool:
    """Return whether Arrow refuses a table of a package."""
    found = [table_is_refused(*resource) for resource in resources(root, names)]
    return any(found)


def as_table(name: str, schema: Schema, frame: pandas.DataFrame) -> LibraryTable:
    """Return the cells of a frame of text as a table of the library."""
    text = canonical_csv(schema.names, frame.to_numpy().tolist())
    return table_of(text.encode(), name, schema)


def table_is_refused(name: str, path: Path, content: dict[str, Any]) -> bool:
    """Return whether Arrow cannot read a CSV file as what its schema says."""
    # A CSV file has a list as text.
    listed = [
        field.with_type(pyarrow.string()) if pyarrow.types.is_list(field.type) else field
        for field in frames.arrow_schema(name, read_schema(content), {})
    ]
    arrow = pyarrow.schema(listed)
    plain = {field.name: getattr(field.type, "value_type", field.type) for field in arrow}
    text = pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    cells = pyarrow.csv.ConvertOptions(
        column_types=plain, null_values=content["missingValues"], strings_can_be_null=True
    )
    with path.open("rb") as file:
        try:
            pyarrow.csv.read_csv(file, parse_options=text, convert_options=cells).cast(arrow)
        except ValueError:  # ArrowInvalid is one.
            return True
    return False


LAYERS: dict[str, Callable[[Path, set[str] | None], bool]] = {
    "frictionless": refused_by_frictionless,
    "pandera": refused_by_pandera,
    "arrow": refused_by_arrow,
}
RESTS_ON = rests_on()


SECONDS = 9.0


class Hang(BaseException):
    """No answer; not an Exception, of which pandera would make a finding."""


def within_seconds(function: Callable[..., str], *arguments: Any) -> str:
    """Return what a function says, ``hang`` if it has not within some seconds of work."""

    def stop(*_: Any) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return function(*arguments)
    except Hang:
        return "hang"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def verdict(layer: str, root: Path, names: set[str] | None) -> str:
    """Return what a layer says of those resources of a package, None for all."""
    if names == set():
        return ""
    try:
        return "caught" if LAYERS[layer](root, names) else ""
    except Exception:
        return "crash"


# --- the table ---


def row_of(name: str, folder: Path) -> dict[str, str]:
    """Return the row of a fault, made in a folder that is empty."""
    fault = CORPUS[name]
    root = edited(folder, fault["edits"])
    verdicts = {
        layer: within_seconds(verdict, layer, root, to_judge(root, layer)) for layer in LAYERS
    }
    ours = "caught" if fault["expected"] else ""
    expresses = within_seconds(broken, root).replace("hang", "")
    return {"fault": name, "expresses": expresses, **verdicts, "chipcontrols": ours}


def as_csv(rows: list[dict[str, str]]) -> str:
    """Return the table as canonical CSV."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def committed() -> dict[str, dict[str, str]]:
    """Return the rows of the table as it stands in the repository, by fault."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["fault"]: row for row in csv.DictReader(file)}


COMMITTED = committed()


def broken_by(row: dict[str, str]) -> set[str]:
    """Return what a fault breaks of its Table Schemas."""
    return set(row["expresses"].split())


def test_the_table_has_a_row_for_every_fault_and_is_canonical():
    assert list(COMMITTED) == list(CORPUS), RENEW
    assert TABLE.read_bytes() == as_csv(list(COMMITTED.values())).encode()


@pytest.mark.parametrize("name", CORPUS)
def test_each_layer_does_with_a_fault_what_the_table_says(name, tmp_path):
    assert COMMITTED.get(name) == row_of(name, tmp_path), RENEW


@pytest.mark.parametrize(("layer", "word"), [(layer, w) for layer in CLAIMS for w in CLAIMS[layer]])
def test_a_layer_catches_every_fault_that_breaks_what_it_claims(layer, word):
    breaking = {name: row[layer] for name, row in COMMITTED.items() if word in broken_by(row)}
    passed = {name for name, verdict in breaking.items() if verdict != "caught"}
    assert passed == HOLES.get(f"{layer}.{word}", set())


@pytest.mark.parametrize("word", CLAIMS["chipcontrols"])
def test_whatever_a_layer_claims_is_broken_by_a_fault_that_breaks_nothing_else(word):
    assert [name for name, row in COMMITTED.items() if broken_by(row) == {word}]


def test_no_fault_breaks_what_no_layer_claims():
    assert set().union(*map(broken_by, COMMITTED.values())) == set().union(*CLAIMS.values())


def test_chipcontrols_catches_every_fault():
    assert {row["chipcontrols"] for row in COMMITTED.values()} == {"caught"}


def test_every_layer_lets_the_valid_package_pass(tmp_path):
    root = assemble(tmp_path / "package")
    tables = read(root)
    for layer in LAYERS:
        assert to_judge(root, layer) == set()
        assert verdict(layer, root, None) == "", layer
    assert {name: list(broken_in_table(name, tables)) for name in tables} == {
        name: [] for name in RESTS_ON["arrow"]
    }


@pytest.mark.parametrize("name", list(CORPUS)[::65])
def test_judging_what_changed_says_what_judging_all_says(name, tmp_path):
    root = edited(tmp_path, CORPUS[name]["edits"])
    for layer in LAYERS:
        assert verdict(layer, root, None) == COMMITTED[name][layer], layer


def write() -> None:
    """Write the table anew."""
    rows = []
    for name in CORPUS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row_of(name, Path(folder)))
    TABLE.write_text(as_csv(rows), "utf-8", newline="")


if __name__ == "__main__":
    write()
