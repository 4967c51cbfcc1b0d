"""Small writers of JSON, YAML and Markdown that always give the same text for the same content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas

from chipcontrols.package.schemas import Schema

Tables = Mapping[str, tuple[pandas.DataFrame, Schema]]
"""The frame and the Table Schema of each table of a release, by name."""


def as_json(content: Any) -> str:
    """Return content as indented JSON."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def as_yaml(content: Mapping[str, Any], indent: str = "") -> str:
    """Return a mapping as block YAML; every scalar is JSON, which YAML 1.2 and 1.1 both read.

    >>> print(as_yaml({"name": "a: b", "tags": ["x"], "configs": [{"key": "k", "on": True}]}))
    name: "a: b"
    tags:
    - "x"
    configs:
    - key: "k"
      on: true
    <BLANKLINE>
    """
    lines = []
    for key, value in content.items():
        if isinstance(value, list):
            lines.append(f"{indent}{key}:\n")
            for item in value:
                if isinstance(item, Mapping):
                    block = as_yaml(item, indent + "  ")
                    lines.append(f"{indent}- {block.removeprefix(indent + '  ')}")
                else:
                    lines.append(f"{indent}- {json.dumps(item, ensure_ascii=False)}\n")
        else:
            lines.append(f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    r"""Return a Markdown table; a vertical bar in a cell is escaped.

    >>> print(markdown_table(["a", "b"], [["x|y", 1]]))
    | a | b |
    | --- | --- |
    | x\|y | 1 |
    <BLANKLINE>
    """
    head = list(header)
    cells = [head, ["---"] * len(head), *([cell_text(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def cell_text(cell: Any) -> str:
    """Return a cell of a Markdown table: one line, bars escaped."""
    return " ".join(str(cell).split()).replace("|", "\\|")
