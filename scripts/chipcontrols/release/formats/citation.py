"""CITATION.cff: how to cite, in the Citation File Format 1.2.0.

A release's file says all that the descriptor says; the one at the root of the repository only what
stays from version to version (title, authors, licence), so that the version stands in
``datapackage.json`` only, and a test compares it with what this module says.
"""

from __future__ import annotations

from typing import Any

from chipcontrols.release.formats.text import as_yaml


def text(descriptor: dict[str, Any], released: bool = True) -> str:
    """Return the file of a release, or the one of the repository."""
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": descriptor["title"],
        "authors": [{"name": person["title"]} for person in descriptor["contributors"]],
        "license": descriptor["licenses"][0]["name"],
    }
    if released:
        content["abstract"] = descriptor["description"]
        content["version"] = descriptor["version"]
        content["date-released"] = descriptor["created"][:10]
        content |= {"keywords": descriptor["keywords"]} if "keywords" in descriptor else {}
        content |= {"url": descriptor["homepage"]} if "homepage" in descriptor else {}
    return as_yaml(content)
