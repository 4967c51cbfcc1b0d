"""The layers below the rules: descriptor and schemas, frictionless, pandera.

frictionless answers whether the tables are what the descriptor says, pandera whether the typed
frames are what the compiled schemas say; what neither notices (see the README) the strict reading
of descriptor, schemas and CSV refuses first.  frictionless is given the descriptor without its
prose, which it would copy for every resource, with the code lists as enumerations, and without
foreign keys, which the rule of references checks once, with line and column.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas

from chipcontrols.package import schemas, versions
from chipcontrols.package import tables as package
from chipcontrols.package.schemas import Codes, Schema
from chipcontrols.package.tables import Table
from chipcontrols.validation.findings import Finding

if TYPE_CHECKING:
    import frictionless
    import pandera.errors

ROOT_FILE = "datapackage.json"
CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
NAME = re.compile(r"[a-z0-9._/-]+")
MOST_FAULTS = 100


def descriptor_faults(descriptor: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the descriptor itself, its schemas aside."""
    yield from schemas.faults_in_keys("package", descriptor, "the descriptor")
    for key in ("$schema", "name", "title", "version", "description", "created"):
        if not isinstance(descriptor.get(key, ""), str):
            yield f"{key} is not text"
    if isinstance(version := descriptor.get("version"), str) and not versions.is_version(version):
        most = f"{versions.LARGEST:,}"
        yield f"the version {version!r} is not of the form 1.2.3, with numbers up to {most}"
    if isinstance(name := descriptor.get("name"), str) and not NAME.fullmatch(name):
        yield f"the name {name!r} has characters beyond a-z, 0-9, '.', '_', '-' and '/'"
    for key in ("licenses", "contributors", "sources", "resources"):
        value = descriptor.get(key, [{}])
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            yield f"{key} is not a list of objects"
    for key, kind in (
        ("licenses", "licence"),
        ("contributors", "contributor"),
        ("sources", "source"),
    ):
        for thing in descriptor[key] if isinstance(descriptor.get(key), list) else ():
            yield from schemas.faults_in_keys(kind, thing, f"an entry of {key}")
            if isinstance(thing, dict):
                for property in schemas.KEYS[kind]:
                    if property != "roles" and not isinstance(thing.get(property, ""), str):
                        yield f"an entry of {key} has a {property} that is not text"
    if isinstance(created := descriptor.get("created"), str) and not CREATED.fullmatch(created):
        yield f"created is {created!r}, not a time such as 2026-11-21T00:00:00Z"
    resources = descriptor.get("resources")
    names = []
    for resource in resources if isinstance(resources, list) else []:
        where = (
            f"the resource {resource.get('name')!r}" if isinstance(resource, dict) else "a resource"
        )
        yield from schemas.faults_in_keys("resource", resource, where)
        if isinstance(resource, dict):
            names.append(str(resource.get("name")))
            for key in schemas.KEYS["resource"]:
                if key in resource and not isinstance(resource[key], str):
                    yield f"{where} has a {key} that is not text"
            for key, right in (
                ("type", "table"),
                ("format", "csv"),
                ("encoding", "utf-8"),
                ("mediatype", "text/csv"),
            ):
                if resource.get(key, right) != right:
                    yield f"{where} has the {key} {resource[key]!r}; it must be {right!r}"
    for name in sorted(name for name, count in Counter(names).items() if count > 1):
        yield f"two resources have the name {name!r}"


def unreadable_file(path: str, rule: str, error: OSError | ValueError, hint: str) -> Finding:
    """Return the finding for a file that cannot be read; a ValueError may begin ``line 3: ``."""
    if isinstance(error, OSError):
        return Finding(path, 0, "", rule, f"cannot be read: {error.strerror}", hint)
    placed = re.fullmatch(r"line ([0-9]+): (.*)", str(error), re.DOTALL)
    if placed:
        return Finding(path, int(placed[1]), "", rule, placed[2], "correct the file")
    return Finding(path, 0, "", rule, str(error), hint)


def placed_faults(path: Path, name: str, faults: Iterable[str], hint: str) -> Iterator[Finding]:
    """Yield the findings on the faults of a JSON file, each on the line of the first name that it
    quotes, or on line 1: the first MOST_FAULTS of them, for a file of another kind has thousands.
    """
    lines = path.read_text("utf-8").split("\n")
    told = set()
    for fault in faults:
        if fault in told:
            continue
        told.add(fault)
        if len(told) > MOST_FAULTS:
            message = f"more than {MOST_FAULTS} faults; the others are not told"
            yield Finding(name, 0, "", "descriptor", message, hint)
            return
        quoted = re.search(r"'([^']+)'", fault)
        text = f'"{quoted[1]}"' if quoted else ""
        line = next((n for n, line in enumerate(lines, 1) if text and text in line), 1)
        yield Finding(name, line, "", "descriptor", fault, hint)


def read_schemas(root: Path, descriptor: dict[str, Any]) -> tuple[dict[str, Schema], list[Finding]]:
    """Return the schema of each resource that has a good one, and the findings on the others."""
    found: dict[str, Schema] = {}
    findings = []
    for resource in descriptor["resources"]:
        path = resource["schema"]
        try:
            schema = schemas.parse_json(package.read_bytes(root, path))
        except (OSError, ValueError) as error:
            hint = f"the resource {resource['name']} needs this schema"
            findings.append(unreadable_file(path, "descriptor", error, hint))
        else:
            faults = list(itertools.islice(schemas.faults_in_schema(schema), MOST_FAULTS + 1))
            findings += placed_faults(root / path, path, faults, "correct the schema")
            if not faults:
                found[resource["name"]] = schema
    names = {resource["name"]: found.get(resource["name"]) for resource in descriptor["resources"]}
    told: set[str] = set()
    for resource in descriptor["resources"]:
        path, good = resource["schema"], found.get(resource["name"])
        # A table that is gone is often referred to: once is enough.
        faults = [f for f in faults_in_references(resource["name"], good, names) if f not in told]
        told.update(faults)
        if faults:
            findings += placed_faults(root / path, path, faults, "correct the schema")
    return found, findings


def faults_in_references(
    name: str, schema: Schema | None, tables: Mapping[str, Schema | None]
) -> Iterator[str]:
    """Yield the foreign keys and references of a schema that point to no table or column."""
    for field in schema["fields"] if schema else ():
        for target in field.get("references", ()):
            if target not in tables:
                yield f"{target!r} is referred to, but there is no such table"
    for foreign_key in schema.get("foreignKeys", ()) if schema else ():
        target = foreign_key["reference"]["resource"] or name
        if target not in tables:
            yield f"{target!r} is referred to, but there is no such table"
        elif there := tables[target]:
            columns = schemas.field_names(there)
            for column in foreign_key["reference"]["fields"]:
                if column not in columns:
                    yield f"a foreign key refers to {column!r}, which is no column of {target!r}"


def lean_schema(table: str, schema: Schema, codes: Codes) -> frictionless.Schema:
    """Return a Table Schema without prose and foreign keys, with the code lists as enumerations.

    It is made of fields, not read from a descriptor, which has been read strictly already: reading
    it once more would cost frictionless as much as reading all the tables.
    """
    import frictionless
    from frictionless import fields

    kinds = {
        "string": fields.StringField, "integer": fields.IntegerField,
        "number": fields.NumberField, "boolean": fields.BooleanField,
    }  # fmt: skip
    found = []
    for field in schema["fields"]:
        constraints = dict(field.get("constraints", {}))
        if field.get("codeList"):
            constraints["enum"] = list(codes.get((table, field["name"]), ()))
        found.append(kinds[field["type"]](name=field["name"], constraints=constraints))
    return frictionless.Schema(fields=found, missing_values=[""], primary_key=schema["primaryKey"])


def frictionless_findings(root: Path, tables: dict[str, Table], codes: Codes) -> Iterator[Finding]:
    """Yield what frictionless finds in the tables.

    Each resource is made and validated by itself: a `frictionless.Package` would read and copy the
    metadata of all of them once more.
    """
    from frictionless.resources import TableResource

    for table in tables.values():
        schema = lean_schema(table.name, table.schema, codes)
        resource = TableResource(
            name=table.name,
            path=table.path,
            scheme="file",
            format="csv",
            mediatype="text/csv",
            encoding="utf-8",
            schema=schema,
            basepath=str(root),
        )
        report = resource.validate()
        for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
            number = getattr(error, "row_number", None)
            line = table.lines[number - 2] if number and number - 2 < len(table.lines) else 0
            column = getattr(error, "field_name", None) or ""
            cell = str(getattr(error, "cell", ""))[:80]
            message = f"{cell or 'empty'}: {error.note}" if column else error.note
            hint = f"the schema of {table.name} says what is allowed"
            if 'constraint "enum"' in error.note:
                message = f"{cell} is no code of {table.name}.{column}"
                hint = f"codes: {', '.join(codes.get((table.name, column), ()))}"
            yield Finding(table.path, line, column, "structure", message, hint)
        for warning in [*report.warnings, *(w for task in report.tasks for w in task.warnings)]:
            hint = "the check was not complete; correct the findings and run it again"
            yield Finding(table.path, 0, "", "structure", warning, hint)


@functools.lru_cache(maxsize=128)
def compiled_pandera(table: str, schema: str, codes: tuple[tuple[Any, ...], ...]) -> Any:
    """Return the pandera schema for a Table Schema given as JSON, compiled once."""
    return schemas.pandera_schema(table, json.loads(schema), dict(codes))


def pandera_findings(table: Table, codes: Codes) -> Iterator[Finding]:
    """Yield what pandera finds in the typed frame of one table."""
    import pandera.errors

    try:
        frame = schemas.typed_frame(table.name, table.schema, codes, table.rows)
    except ValueError:
        hint = f"the schema of {table.name} says what is allowed"
        for row, column, fault in schemas.faulty_cells(table.name, table.schema, codes, table.rows):
            yield Finding(table.path, table.lines[row], column, "table", fault, hint)
        return
    own = tuple((key, values) for key, values in codes.items() if key[0] == table.name)
    schema = compiled_pandera(table.name, json.dumps(table.schema), own)
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        yield from failed_cases(table, failure)


def failed_cases(table: Table, failure: pandera.errors.SchemaErrors) -> Iterator[Finding]:
    """Yield a finding for each failure case, and one when pandera tells no case at all."""
    hint = f"the schema of {table.name} says what is allowed"
    cases = failure.failure_cases.to_dict("records")
    for case in cases:
        row = case["index"]
        line = table.lines[int(row)] if not pandas.isna(row) else 0
        column = str(case["column"]) if case["schema_context"] == "Column" else ""
        message = f"{case['failure_case']} fails the check {case['check']}"
        yield Finding(table.path, line, column, "table", message, hint)
    if not cases:
        yield Finding(table.path, 0, "", "table", str(failure.message)[:500], hint)


def schema(table: str) -> Any:
    """Return the compiled pandera schema of a table, for frames as `chipcontrols.load` gives them.

    Needs the maintainers' extra.  Raises KeyError for an unknown table.
    """
    root = package.default_root()
    text = package.load_table(root, table)
    return schemas.pandera_schema(table, text.schema, package.load_codes(root))
