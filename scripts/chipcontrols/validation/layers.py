"""Validation of a package folder, layer by layer: structure ► tables ► references ► evidence.

Each layer sees only what the layers before it could read; a cell that one layer has reported is
not reported again by a later one.  Nothing is written, and nothing outside the folder is read.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.package.tables import Table
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import passages, rules, structure
from chipcontrols.validation.findings import Finding, Report, first_of_each_cell
from chipcontrols.validation.rules import form

Progress = Callable[[int, int, str], None]
"""Is told the steps done, the steps there are, and what comes next."""


def silent(done: int, total: int, step: str) -> None:
    """Report no progress."""


def validate(root: str | Path, progress: Progress = silent) -> Report:
    """Validate a package folder and return the report.

    `root` holds ``datapackage.json`` and what it names; any folder will do, and several may be
    validated in one process.  Bad input of any kind becomes findings: nothing is raised for it.

    >>> validate("nowhere").findings[0].message
    'cannot be read: No such file or directory'
    """
    root = Path(root)
    try:
        descriptor = package.read_descriptor(root)
    except (OSError, ValueError) as error:
        hint = "name the folder of a data package, one that holds datapackage.json"
        finding = structure.unreadable_file(structure.ROOT_FILE, "descriptor", error, hint)
        return Report((finding,), unreadable=True)
    some = itertools.islice(structure.descriptor_faults(descriptor), structure.MOST_FAULTS + 1)
    if faults := list(some):
        path, hint = root / structure.ROOT_FILE, "correct the descriptor"
        return Report(tuple(sorted(structure.placed_faults(path, path.name, faults, hint))))
    checked: Counter[str] = Counter()
    findings = check(root, descriptor, checked, progress)
    return Report(tuple(sorted(set(findings))), dict(checked))


def check(
    root: Path, descriptor: dict[str, Any], checked: Counter[str], progress: Progress
) -> list[Finding]:
    """Return the findings of all layers; `checked` counts what each rule looked at."""
    steps = 2 * len(descriptor["resources"]) + 3
    progress(0, steps, "reading")
    tables, findings = read_tables(root, descriptor)
    if len(tables) < len(descriptor["resources"]) or any(f.rule == "descriptor" for f in findings):
        return findings
    codes = package.code_lists(tables["vocabulary"])
    findings += uncoded(tables, codes)
    progress(1, steps, "structure")
    layer = list(structure.frictionless_findings(root, tables, codes))
    broken = {finding.file for finding in layer}
    findings += first_of_each_cell(layer, findings)
    for step, table in enumerate(tables.values(), 2):
        progress(step, steps, f"table {table.name}")
        if table.path not in broken:
            findings += first_of_each_cell(structure.pandera_findings(table, codes), findings)
            checked["table"] += len(table.rows)
    progress(len(tables) + 2, steps, "references")
    documents, problems = read_documents(root, tables["sources"])
    findings += problems
    evidence = passages.gather(tables, codes, documents)
    for name, rule in (rules.REFERENCE_RULES | rules.FORM_RULES).items():
        findings += first_of_each_cell(rule(evidence), findings)
        checked[name] += sum(map(len, evidence.rows.values()))
    findings += first_of_each_cell(coverage.coverage(evidence), findings)
    checked["coverage"] += sum(len(document.lines) for document in documents.values())
    layer = []
    for step, name in enumerate(tables, len(tables) + 3):
        progress(step, steps, f"evidence of {name}")
        layer += rules.check_cells(evidence, name, checked)
    # A row whose place cannot be read is not judged by what stands there.
    misplaced = {(f.file, f.line) for f in findings if f.column in ("seed", "line", "excerpt")}
    layer = [finding for finding in layer if (finding.file, finding.line) not in misplaced]
    findings += first_of_each_cell(layer, findings)
    progress(steps, steps, "done")
    return findings


def read_tables(root: Path, descriptor: dict[str, Any]) -> tuple[dict[str, Table], list[Finding]]:
    """Return the tables that can be read, and the findings on schemas, files and their form."""
    table_schemas, findings = structure.read_schemas(root, descriptor)
    tables: dict[str, Table] = {}
    for resource in descriptor["resources"]:
        if schema := table_schemas.get(resource["name"]):
            table, problems = read(root, resource, schema)
            findings += problems
            tables |= {table.name: table} if table else {}
    findings += strangers(root, descriptor, tables)
    if len(tables) == len(descriptor["resources"]):
        paths = {resource["name"]: resource["schema"] for resource in descriptor["resources"]}
        for name, fault in rules.faults_in_model(tables):
            path = paths.get(name, structure.ROOT_FILE)
            findings.append(Finding(path, 0, "", "descriptor", fault, "correct the schema"))
    return tables, findings


def read(
    root: Path, resource: dict[str, Any], schema: schemas.Schema
) -> tuple[Table | None, list[Finding]]:
    """Return the table of a resource, None when it cannot be read, and the findings on its form."""
    path = resource["path"]
    try:
        content = package.read_bytes(root, path)
        if findings := list(form.unreadable(path, content)):
            return None, findings
        table = package.parse_table(content, resource, schema)
    except (OSError, ValueError) as error:
        hint = f"the descriptor names it for the table {resource['name']}"
        return None, [structure.unreadable_file(path, "form", error, hint)]
    return table, [*form.canonical(table, content), *form.clean_cells(table)]


def uncoded(tables: dict[str, Table], codes: schemas.Codes) -> Iterator[Finding]:
    """Yield the coded columns without a code list."""
    path, hint = tables["vocabulary"].path, "add its codes with definitions and cues"
    for table in tables.values():
        for field in table.schema["fields"]:
            if field.get("codeList") and (table.name, field["name"]) not in codes:
                fault = f"there are no codes for {table.name}.{field['name']}"
                yield Finding(path, 0, "", "code_lists", fault, hint)


def strangers(
    root: Path, descriptor: dict[str, Any], tables: dict[str, Table]
) -> Iterator[Finding]:
    """Yield the files in data/, schemas/ and seeds/ that nothing names."""
    if "sources" not in tables:
        return
    known = {resource[key] for resource in descriptor["resources"] for key in ("path", "schema")}
    known |= {f"seeds/{cells['seed']}" for _, cells in tables["sources"].records()}
    fault = "nothing in the package names this file"
    hint = "add a resource or a row of sources for it, or remove it"
    for folder in ("data", "schemas", "seeds"):
        for path in sorted((root / folder).glob("*")):
            name = path.relative_to(root).as_posix()
            if name not in known and not path.name.startswith("."):
                yield Finding(name, 0, "", "descriptor", fault, hint)


def read_documents(root: Path, sources: Table) -> tuple[dict[str, corpus.Document], list[Finding]]:
    """Return the documents that could be read, and the findings on the others."""
    lines = {cells["seed"]: line for line, cells in sources.records()}
    documents: dict[str, corpus.Document] = {}
    findings = []
    for seed, document in passages.read_documents(root, list(lines)):
        if isinstance(document, str):
            fault, hint = f"seeds/{seed} cannot be read: {document}", "restore the document"
            findings.append(Finding(sources.path, lines[seed], "seed", "source", fault, hint))
        else:
            documents[seed] = document
    return documents, findings
