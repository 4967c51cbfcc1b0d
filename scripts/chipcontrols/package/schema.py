"""Table Schemas: what a table's columns hold, and what each of them means to the rules.

A Table Schema (Data Package v2) in ``schemas/`` is the one place that defines a table's structure.
Besides the standard's properties a field may have ``references`` (the tables one of which
holds the id in the cell), ``separator`` (between several of them in one cell, as in CSVW),
``codeList`` (true where the code list names the codes of the column, or the name of a list that
several columns share) and ``unit`` (of the numbers).  The property ``evidence`` says how the table
and each of its columns is proven; nothing else in the library knows a table or a column by name:

``{"kind": "statement"}`` at the table
    what a row is; the profile lists the kinds.  ``described`` (of entities): the documents may
    refer to them by what they do instead of by name.
``{"rule": "date", "words": "as_of_text", "role": "published"}`` at a field
    the rule that checks the column, its options, which name other columns, and its role: what the
    column means, unique within the table.  The rules are the classes of
    ``chipcontrols.validation.rules``; the profile ``profiles/evidence.json`` lists kinds and roles.

Patterns are matched by RE2: linear on any cell.  Nothing here imports pandas, nor does pyarrow.
Out of scope: whether the schema is well-formed (`chipcontrols.package.profiles`).
"""

import dataclasses
import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

ANCHOR = ("document", "line", "excerpt")
"""The roles of the columns that say where a row's evidence is."""
QUANTITY = ("value", "low", "high", "unit", "bound")
"""The parts of a quantity that are shown side by side."""


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One column: its standard properties, and from ``evidence`` its rule, role and options."""

    name: str
    type: str
    description: str = ""
    constraints: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    references: tuple[str, ...] = ()
    coded: bool = False
    shared_list: str = ""
    """The name of the code list that it shares with other columns, or nothing."""
    separator: str = ""
    unit: str = ""
    rule: str = "reviewed"
    role: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    example: Any = None

    @property
    def required(self) -> bool:
        """Whether the column may not be empty."""
        return bool(self.constraints.get("required"))

    @property
    def dated(self) -> bool:
        """Whether the column has partial dates."""
        return self.rule == "date" or (self.rule == "witnessed" and self.role == "date")

    def items(self, cell: str) -> list[str]:
        """Return the things in a cell: several where the column has a separator."""
        return cell.split(self.separator) if cell and self.separator else [cell] if cell else []


@dataclasses.dataclass(frozen=True, eq=False)
class Schema:
    """The structure of a table; `options` are those of its ``evidence``.  Schemas that are read
    from the same JSON are one object."""

    title: str
    description: str
    kind: str
    options: Mapping[str, Any]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[Mapping[str, Any], ...] = ()
    text: str = dataclasses.field(default="", repr=False)
    """The JSON that it was read from, and is pickled as: one object in each process."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the JSON text."""
        return parsed_schema, (self.text,)

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(field.name for field in self.fields)

    @functools.cached_property
    def roles(self) -> Mapping[str, str]:
        """The column that has each role."""
        return {field.role: field.name for field in self.fields if field.role}

    @functools.cached_property
    def anchored(self) -> bool:
        """Whether a row of the table names the words that it rests on."""
        return self.roles.keys() >= set(ANCHOR)

    def field(self, column: str) -> Field:
        """Return the field of a column; raise KeyError for a column that does not exist."""
        return {field.name: field for field in self.fields}[column]

    @functools.cache  # noqa: B019  (schemas are few, and live as long as the process)
    def columns(self, *rules: str) -> tuple[str, ...]:
        """Return the columns that one of the rules checks, in order."""
        return tuple(field.name for field in self.fields if field.rule in rules)


def statement_columns(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, tuple[str, ...]]:
    """Return what all statements have in common, and the columns of a table of statements that hold
    it: several where one stands in for another that is empty, none where the table has none.

    Groups are named as their tables in `schemas`.
    """
    roles = schema.roles
    parts = {field.options.get("part"): field.name for field in schema.fields}
    speaker = roles.get("speaker", "")
    words = [field.name for field in schema.fields if field.options.get("instead_of") == speaker]
    members = {
        group: [field.name for field in schema.fields if group in field.references]
        for group, its in schemas.items()
        if its.kind == "group"
    }
    found = {
        "row_id": schema.primary_key[:1],
        "sentence": [roles.get("sentence", "")],
        "speaker": [speaker, *words] if speaker else [],
        "medium": [roles.get("medium", "")],
        "date": [field.name for field in schema.fields if field.dated][:1],
        "modality": [roles.get("modality", "")],
        "traceability": ["traceability" if speaker and "modality" in roles else ""],
        **members,
        **{part: [parts.get(part, "")] for part in QUANTITY},
    }
    return {name: tuple(filter(None, columns)) for name, columns in found.items()}


def read_field(content: Mapping[str, Any]) -> Field:
    """Return the field that a Table Schema describes."""
    evidence = dict(content.get("evidence", {}))
    as_they_are = ("name", "type", "description", "constraints", "unit", "example")
    return Field(
        **{key: content[key] for key in as_they_are if key in content},
        references=tuple(content.get("references", ())),
        coded=bool(content.get("codeList")),
        shared_list=listed if isinstance(listed := content.get("codeList"), str) else "",
        separator=content.get("separator", "|" if evidence.get("role") == "cues" else ""),
        rule=evidence.pop("rule", "reviewed"),
        role=evidence.pop("role", ""),
        options=evidence,
    )


def read_schema(content: Mapping[str, Any]) -> Schema:
    """Return the schema in the JSON of a Table Schema that is well-formed."""
    return parsed_schema(json.dumps(content))


@functools.lru_cache(maxsize=256)
def parsed_schema(text: str) -> Schema:
    """Return the schema in a JSON text, each parsed once."""
    content = json.loads(text)
    options = content.get("evidence") or {}
    return Schema(
        content.get("title", ""),
        content.get("description", ""),
        options.pop("kind", ""),
        options,
        tuple(map(read_field, content["fields"])),
        tuple(content["primaryKey"]),
        tuple(content.get("foreignKeys", ())),
        text,
    )


def matching(texts: Sequence[str], pattern: str) -> list[bool]:
    """Return which texts a pattern matches whole.

    >>> matching(["CH", "CHN"], "CH|TW")
    [True, False]
    """
    import pyarrow
    import pyarrow.compute

    cells = pyarrow.lib.StringBuilder()  # `pyarrow.array` would import pandas
    cells.append_values(texts)
    found = pyarrow.compute.match_substring_regex(cells.finish(), rf"\A(?:{pattern})\z")
    return [bool(one) for one in found.to_pylist()]


def fault_of_pattern(pattern: str) -> str:
    """Return why RE2 refuses a pattern, or Python, which reads it elsewhere; or nothing.

    >>> fault_of_pattern("^[a-z]+$"), fault_of_pattern("(?=a)")[:20]
    ('', 'not a pattern of RE2')
    """
    import pyarrow
    import pyarrow.compute

    try:
        pyarrow.compute.match_substring_regex(pyarrow.nulls(1, pyarrow.string()), pattern)
        re.compile(pattern)
    except pyarrow.ArrowInvalid as error:
        return f"not a pattern of RE2: {str(error).splitlines()[0]}"
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    return ""
