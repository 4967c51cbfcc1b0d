"""croissant.json: the release in the Croissant format 1.1 of MLCommons.

Each Parquet file is a FileObject with its SHA-256 and a ``contentUrl`` relative to this file; each
table is a RecordSet with its key and one Field a column.  Foreign keys are left out: mlcroissant
reads ``references`` as inner joins, which drop the rows whose reference is empty.
"""

from __future__ import annotations

from typing import Any

from chipcontrols.package import tables as package

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
DATA_TYPES = {
    "string": "sc:Text", "integer": "cr:Int64", "number": "cr:Float64", "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
}  # fmt: skip
TERMS = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field",
    "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset",
    "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in TERMS},
}
"""The context that Croissant 1.1 prescribes."""


def file_object(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the FileObject of a Parquet file."""
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": resource["path"],
        "description": resource["description"],
        "contentUrl": resource["path"],
        "contentSize": f"{resource['byteCount']} B",
        "encodingFormat": "application/x-parquet",
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def record_set(resource: dict[str, Any]) -> dict[str, Any]:
    """Return the RecordSet of a table."""
    table, schema = resource["name"], resource["schema"]
    fields = [field(resource, column) for column in schema["fields"]]
    key = [{"@id": f"{table}/{name}"} for name in schema["primaryKey"]]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": resource["description"],
        "key": key if len(key) > 1 else key[0],
        "field": fields,
    }


def field(resource: dict[str, Any], column: dict[str, Any]) -> dict[str, Any]:
    """Return the Field of a column."""
    name = column["name"]
    unit = f" Unit: {column['unit']}." if "unit" in column else ""
    return {
        "@type": "cr:Field",
        "@id": f"{resource['name']}/{name}",
        "name": name,
        "description": column["description"] + unit,
        "dataType": DATA_TYPES[column["type"]],
        "source": {"fileObject": {"@id": resource["path"]}, "extract": {"column": name}},
    }


def content(descriptor: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON-LD of a release's descriptor."""
    resources = descriptor["resources"]
    found = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": descriptor["name"],
        "alternateName": descriptor["title"],
        "description": descriptor["description"],
        "version": descriptor["version"],
        "license": descriptor["licenses"][0]["path"],
        "citeAs": package.citation(descriptor),
        "creator": [
            {"@type": "sc:Organization", "name": person["title"]}
            for person in descriptor["contributors"]
        ],
        "datePublished": descriptor["created"][:10],
        "keywords": descriptor.get("keywords", []),
        "isLiveDataset": False,
        "distribution": [file_object(resource) for resource in resources],
        "recordSet": [record_set(resource) for resource in resources],
    }
    if "homepage" in descriptor:
        found["url"] = descriptor["homepage"]
    return found
