"""Descriptor and schemas checked against JSON Schema profiles, and against each other.

The profiles in ``profiles/`` (JSON Schema 2020-12, checked by jsonschema) list every property that
the library reads; any other is an error, so that nothing misspelt is silently ignored.  What a
profile cannot express is checked here: names that are unique, keys and references that exist,
patterns that RE2 takes (linear on any cell; look-arounds and back-references are refused).
Of each file only the first MOST_FAULTS are reported: a file of another kind has thousands.
Out of scope: the options of rules, which the rules verify (`chipcontrols.validation.rules`).
"""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chipcontrols.package.finding import Finding, shortened
from chipcontrols.package.schema import fault_of_pattern

PROFILES = Path(__file__).parent / "profiles"
EVIDENCE = json.loads((PROFILES / "evidence.json").read_bytes())["$defs"]
NEEDED_ROLES: dict[str, list[str]] = {
    kind["const"]: kind["roles"] for kind in EVIDENCE["table"]["properties"]["kind"]["oneOf"]
}
"""The roles that a table of each kind must have."""
MOST_FAULTS = 100
LONGEST_MESSAGE = 200
CONSTRAINED = {
    **dict.fromkeys(("pattern", "minLength", "maxLength"), ("string",)),
    **dict.fromkeys(("minimum", "maximum"), ("integer", "number")),
}
"""The types that may have a constraint, where not all may."""


@functools.cache
def validator(profile: str) -> Any:
    """Return the validator of a profile: ``datapackage`` or ``tableschema``."""
    import jsonschema
    import referencing

    read = {path.name: json.loads(path.read_bytes()) for path in PROFILES.glob("*.json")}
    evidence = referencing.Resource.from_contents(read["evidence.json"])
    registry = referencing.Registry().with_resource("evidence.json", evidence)
    return jsonschema.Draft202012Validator(read[f"{profile}.json"], registry=registry)


def faults(profile: str, content: Any) -> Iterator[str]:
    """Yield what a profile finds wrong with the content of a file."""
    for error in validator(profile).iter_errors(content):
        where = place_in(content, error.absolute_path)
        message = error.message
        if error.validator == "oneOf":  # a list of constants, each with its description
            known = ", ".join(repr(one["const"]) for one in error.validator_value)
            message = f"{shortened(repr(error.instance))} is not one of {known}"
        message = shortened(message, LONGEST_MESSAGE)
        yield f"{where}: {message}" if where else message


def place_in(content: Any, path: Iterable[str | int]) -> str:
    """Return where an error is, in words: members of a list by their name, if they have one.

    >>> place_in({"fields": [{"name": "kind", "type": "text"}]}, ["fields", 0, "type"])
    "fields 'kind' type"
    """
    words = []
    for step in path:
        content = content[step]
        name = content.get("name") if isinstance(content, dict) else None
        named = isinstance(step, int) and isinstance(name, str)
        words.append(repr(name) if named else str(step))
    return " ".join(words)


def placed(root: Path, path: str, found: Iterable[str], hint: str) -> Iterator[Finding]:
    """Yield a finding for each fault of a JSON file, at the line that it is about."""
    lines = (root / path).read_text("utf-8").split("\n")
    for count, fault in enumerate(dict.fromkeys(found)):
        if count == MOST_FAULTS:
            message = f"more than {MOST_FAULTS} faults; the others are left out"
            yield Finding(path, 0, "", "descriptor", message, hint)
            return
        yield Finding(path, line_of_fault(fault, lines), "", "descriptor", fault, hint)


def line_of_fault(fault: str, lines: Sequence[str]) -> int:
    """Return the line that a fault is about: of the thing that it names, of its last key, or of
    the first text that it quotes; 1 when the file has none of them."""
    place = fault.partition(": ")[0]
    texts = [f'"name": "{name}"' for name in re.findall(r"'([^']+)'", place)]
    texts += [f'"{key}":' for key in reversed(re.findall(r"(?<!')\b[A-Za-z]+\b(?!')", place))]
    texts += [f'"{name}"' for name in re.findall(r"'([^']+)'", fault)]
    return next((n for text in texts for n, line in enumerate(lines, 1) if text in line), 1)


def twice(names: Iterable[Any]) -> list[str]:
    """Return the names that occur more than once."""
    return sorted(name for name, count in Counter(map(str, names)).items() if count > 1)


def descriptor_findings(root: Path, descriptor: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with the descriptor, its schemas aside."""
    found = [*faults("datapackage", descriptor)]
    if not found:
        twins = twice(one["name"] for one in descriptor["resources"])
        found = [f"two resources have the name {name!r}" for name in twins]
    faulty = placed(root, "datapackage.json", found, "correct the descriptor")
    return release_findings(descriptor) or list(faulty)


def release_findings(descriptor: Mapping[str, Any]) -> list[Finding]:
    """Return the one finding on the descriptor of a release, all of whose resources are Parquet
    with their schemas inline; none for other descriptors."""
    listed = descriptor.get("resources")
    resources = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    own = (x.get("format") != "parquet" or isinstance(x.get("schema"), str) for x in resources)
    if not resources or any(own):
        return []
    message = "this is a built release, not a package"
    hint = "verify it with: chipcontrols verify FOLDER; validate the checkout it was built from"
    return [Finding("datapackage.json", 0, "", "descriptor", message, hint)]


def schema_findings(
    root: Path, paths: Mapping[str, str], contents: Mapping[str, Mapping[str, Any]]
) -> list[Finding]:
    """Return what is wrong with the Table Schemas, each by itself and together; `paths` names the
    files of all, also of those that could not be read."""
    findings: list[Finding] = []
    sound: dict[str, Mapping[str, Any]] = {}
    for name, content in contents.items():
        found = list(placed(root, paths[name], schema_faults(content), "correct the schema"))
        findings += found
        sound |= {} if found else {name: content}
    reported: set[str] = set()  # A table that is gone is often referred to: once is enough.
    for name, content in sound.items():
        found_here = dict.fromkeys(reference_faults(name, content, sound, paths))
        new = [fault for fault in found_here if fault not in reported]
        reported.update(new)
        findings += placed(root, paths[name], new, "correct the schema")
    return findings


def schema_faults(schema: Mapping[str, Any]) -> Sequence[str]:
    """Return what is wrong with one Table Schema by itself."""
    return faults_of_text(json.dumps(schema))


@functools.lru_cache(maxsize=256)
def faults_of_text(text: str) -> tuple[str, ...]:
    """Return what is wrong with a Table Schema in JSON, each checked once."""
    schema = json.loads(text)
    return tuple(faults("tableschema", schema)) or tuple(deeper_faults(schema))


def deeper_faults(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a Table Schema that the profile allows."""
    fields: Sequence[Mapping[str, Any]] = schema["fields"]
    names = [field["name"] for field in fields]
    for name in twice(names):
        yield f"two fields have the name {name!r}"
    roles = [role for field in fields if (role := field["evidence"].get("role"))]
    for role in twice(roles):
        yield f"two fields have the role {role!r}"
    for name in schema["primaryKey"]:
        if name not in names:
            yield f"the primary key {name!r} is not a field"
    kind = schema.get("evidence", {}).get("kind", "")
    for role in NEEDED_ROLES.get(kind, ()):
        if role not in roles:
            yield f"evidence: a table of the kind {kind!r} needs a field with the role {role!r}"
    for field in fields:
        unique = field["name"] in schema["primaryKey"] or field.get("constraints", {}).get("unique")
        if field.get("separator") and (field["type"] != "string" or unique):
            yield f"fields {field['name']!r}: 'separator' is for strings that are in no key"
        for key in field.get("constraints", {}):
            if field["type"] not in CONSTRAINED.get(key, (field["type"],)):
                yield f"fields {field['name']!r} constraints: {key!r} is not for {field['type']}s"
        if fault := fault_of_pattern(field.get("constraints", {}).get("pattern", "")):
            yield f"fields {field['name']!r} constraints pattern: {fault}"


def reference_faults(
    name: str,
    schema: Mapping[str, Any],
    sound: Mapping[str, Mapping[str, Any]],
    paths: Mapping[str, str],
) -> Iterator[str]:
    """Yield what is wrong with the foreign keys and references of a schema."""
    columns = {one: [x["name"] for x in content["fields"]] for one, content in sound.items()}
    keys = [(key, key["reference"]["resource"] or name) for key in schema.get("foreignKeys", ())]
    targets = [target for field in schema["fields"] for target in field.get("references", ())]
    for target in (*targets, *(target for _, target in keys)):
        if target not in paths:
            yield f"{target!r} is referred to, but there is no such table"
    for key, target in keys:
        for column in key["fields"]:
            if column not in columns[name]:
                yield f"the foreign key of {column!r} has no such column"
        for column in key["reference"]["fields"]:
            if column not in columns.get(target, (column,)):
                yield f"a foreign key refers to {column!r}, which is not a column of {target!r}"
