"""dictionary.md: the data dictionary, with a diagram of the keys that Mermaid draws.

Every table and column with type, unit, constraints, meaning, example and how a cell of it proves
itself, and every code with its definition and the words (cues) of which one must stand in the
evidence.
"""

from __future__ import annotations

from typing import Any

import pandas

from chipcontrols.package import schemas
from chipcontrols.package.schemas import SUPPORT, Schema
from chipcontrols.release.formats.text import Tables, markdown_table

DERIVED = "derived by the build from the other columns"


def diagram(descriptor: dict[str, Any]) -> str:
    """Return the entity-relationship diagram of a release in Mermaid: tables, keys, references.

    A line leads from the table referred to, one row of which (or none, where the column may be
    empty) belongs to any number of rows of the other.
    """
    lines = ["erDiagram"]
    for resource in descriptor["resources"]:
        schema = resource["schema"]
        foreign = [name for key in schema.get("foreignKeys", []) for name in key["fields"]]
        lines.append(f"    {resource['name']} {{")
        for field in schema["fields"]:
            marks = ["PK"] if field["name"] in schema["primaryKey"] else []
            marks += ["FK"] if field["name"] in foreign else []
            if marks:
                lines.append(f"        {field['type']} {field['name']} {', '.join(marks)}")
        lines.append("    }")
    for resource in descriptor["resources"]:
        schema = resource["schema"]
        required = {field["name"] for field in schema["fields"] if schemas.is_required(field)}
        for key in schema.get("foreignKeys", []):
            target = key["reference"]["resource"] or resource["name"]
            least = "||" if required.issuperset(key["fields"]) else "|o"
            label = " ".join(key["fields"])
            lines.append(f'    {target} {least}--o{{ {resource["name"]} : "{label}"')
    return "\n".join(lines) + "\n"


def constraints_text(field: Schema) -> str:
    """Return the constraints of a column in words."""
    found = []
    for key, value in field.get("constraints", {}).items():
        if isinstance(value, bool):
            found += [key] if value else []
        else:
            found.append(f"{key} `{value}`")
    return ", ".join(found)


def column_row(field: Schema) -> list[str]:
    """Return the row of a column in the dictionary."""
    example = f"`{field['example']}`" if "example" in field else ""
    kind = "code" if field.get("codeList") else field["type"]
    return [
        f"`{field['name']}`", kind, field.get("unit", ""), constraints_text(field),
        field["description"], example, SUPPORT.get(field["support"], DERIVED),
    ]  # fmt: skip


def codes_text(table: str, schema: Schema, vocabulary: pandas.DataFrame) -> str:
    """Return the code lists of a table's coded columns."""
    pages = []
    for field in schema["fields"]:
        if not field.get("codeList"):
            continue
        chosen = (vocabulary["table"] == table) & (vocabulary["column"] == field["name"])
        listed = vocabulary.loc[chosen, ["code", "definition", "cues"]].fillna("")
        rows = [
            (f"`{code}`", definition, cues.replace("|", " · "))
            for code, definition, cues in listed.itertuples(index=False)
        ]
        table_of_codes = markdown_table(["code", "meaning", "cues"], rows)
        pages.append(f"\nCodes of `{field['name']}`:\n\n{table_of_codes}")
    return "".join(pages)


def table_text(resource: dict[str, Any], schema: Schema, vocabulary: pandas.DataFrame) -> str:
    """Return the section of a table."""
    key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
    references = [
        f"- `{', '.join(foreign['fields'])}` refers to "
        f"[`{foreign['reference']['resource'] or resource['name']}`]"
        f"(#{foreign['reference']['resource'] or resource['name']}).\n"
        for foreign in resource["schema"].get("foreignKeys", [])
    ]
    header = ["column", "type", "unit", "constraints", "meaning", "example", "how a cell is proven"]
    columns = markdown_table(header, map(column_row, schema["fields"]))
    return (
        f"\n## {resource['name']}\n\n**{resource['title']}.** {resource['description']}\n"
        f"{resource['rowCount']:,} rows in `{resource['path']}`; primary key: {key}.\n\n"
        + "".join(references)
        + ("\n" if references else "")
        + columns
        + codes_text(resource["name"], schema, vocabulary)
    )


def text(descriptor: dict[str, Any], tables: Tables) -> str:
    """Return the data dictionary of a release."""
    vocabulary, _ = tables["vocabulary"]
    resources = descriptor["resources"]
    contents = "".join(
        f"- [`{one['name']}`](#{one['name']}): {one['title']}\n" for one in resources
    )
    sections = (table_text(one, tables[one["name"]][1], vocabulary) for one in resources)
    return (
        f"# Data dictionary of {descriptor['title']} {descriptor['version']}\n\n"
        "Every table, column and code. An empty cell means that the documents do not say. A code\n"
        "is allowed only where one of its cues stands in the row's evidence.\n\n"
        f"{contents}\n"
        "## How the tables hang together\n\n"
        f"```mermaid\n{diagram(descriptor)}```\n" + "".join(sections)
    )
