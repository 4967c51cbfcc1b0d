"""Texts from templates.

Templates are those of Jinja in ``release/templates/``.  A name that a template uses and nobody
gives is an error, and what goes into HTML is escaped.  Filters: ``json`` (also a scalar of YAML),
``cell`` of a Markdown table, ``sql`` (a name) and ``literal`` (a text) of SQL, ``thousands``.
"""

import functools
import json
from pathlib import Path
from typing import Any

import jinja2

TEMPLATES = Path(__file__).parents[1] / "templates"
FILTERS = {
    "cell": lambda cell: " ".join(str(cell).split()).replace("|", "\\|"),
    "json": functools.partial(json.dumps, ensure_ascii=False),
    "literal": lambda text: "'" + text.replace("'", "''") + "'",
    "sql": lambda name: '"' + name.replace('"', '""') + '"',
    "thousands": "{:,}".format,
}


@functools.cache
def environment() -> jinja2.Environment:
    """Return the environment of the templates."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(["html", "html.j2"]),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    found.filters |= FILTERS
    compact = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}
    found.policies["json.dumps_kwargs"] = compact  # of the filter ``tojson``, for HTML
    return found


def rendered(template: str, **values: Any) -> str:
    """Return the text that a template gives with these values."""
    return environment().get_template(template).render(**values)


def as_json(content: Any) -> str:
    """Return content as indented JSON."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
