"""Validation of a package folder, layer by layer: structure ► tables ► references ► evidence.

Each layer sees only what the layers before it could read; a cell that one layer has reported is
not reported again by a later one.  Nothing is written, and nothing outside the folder is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import coverage, package, passages, rules, schemas, structure
from .package import Table
from .report import Finding, Report, first_of_each_cell
from .rules import form

Progress = Callable[[int, int, str], None]
"""Is told the steps done, the steps there are, and what comes next."""


def silent(done: int, total: int, step: str) -> None:
    """Report no progress."""


def validate(root: str | Path, progress: Progress = silent) -> Report:
    """Validate a package folder and return the report.

    `root` holds ``datapackage.json`` and what it names; any folder will do, and several may be
    validated in one process.  Bad input of any kind becomes findings: nothing is raised for it.

    >>> from chipcontrols import package
    >>> validate(package.CHECKOUT / "nowhere").findings[0].message
    'cannot be read: No such file or directory'
    """
    root = Path(root)
    try:
        descriptor = package.read_descriptor(root)
    except (OSError, ValueError) as error:
        hint = "name the folder of a data package, one that holds datapackage.json"
        finding = structure.unreadable_file(structure.ROOT_FILE, "descriptor", error, hint)
        return Report((finding,), unreadable=True)
    faults = list(structure.descriptor_faults(descriptor))
    if faults:
        path = root / structure.ROOT_FILE
        return Report(
            tuple(
                sorted(
                    Finding(
                        path.name,
                        structure.line_of_key(path, fault),
                        "",
                        "descriptor",
                        fault,
                        "correct the descriptor",
                    )
                    for fault in faults
                )
            )
        )
    checked: Counter[str] = Counter()
    findings = list(check(root, descriptor, checked, progress))
    return Report(tuple(sorted(set(findings))), dict(checked))


def check(
    root: Path, descriptor: dict[str, Any], checked: Counter[str], progress: Progress
) -> Iterator[Finding]:
    """Yield the findings of all layers; `checked` counts what each rule looked at."""
    names = [resource["name"] for resource in descriptor["resources"]]
    steps = len(names) * 2 + 3
    progress(0, steps, "reading")
    table_schemas, findings = structure.read_schemas(root, descriptor)
    tables: dict[str, Table] = {}
    for resource in descriptor["resources"]:
        if schema := table_schemas.get(resource["name"]):
            table, problems = read(root, resource, schema)
            findings += problems
            tables |= {table.name: table} if table else {}
    findings += strangers(root, descriptor, tables)
    if len(tables) < len(names):
        yield from findings
        return
    for name, fault in rules.faults_in_model(tables):
        path = next((r["schema"] for r in descriptor["resources"] if r["name"] == name), "")
        findings.append(
            Finding(path or structure.ROOT_FILE, 0, "", "descriptor", fault, "correct the schema")
        )
    if any(finding.rule == "descriptor" for finding in findings):
        yield from findings
        return
    codes = package.code_lists(tables["vocabulary"])
    findings += uncoded(tables, codes)
    progress(1, steps, "structure")
    layer = list(structure.frictionless_findings(root, tables, codes))
    broken = {finding.file for finding in layer}
    findings += first_of_each_cell(layer, findings)
    for step, table in enumerate(tables.values(), 2):
        progress(step, steps, f"table {table.name}")
        if table.path not in broken:
            layer = list(structure.pandera_findings(table, codes))
            findings += first_of_each_cell(layer, findings)
            checked["table"] += len(table.rows)
    progress(len(names) + 2, steps, "references")
    documents, problems = read_documents(root, tables["sources"])
    findings += problems
    evidence = passages.gather(tables, codes, documents)
    for name, rule in (rules.REFERENCE_RULES | rules.FORM_RULES).items():
        findings += first_of_each_cell(list(rule(evidence)), findings)
        checked[name] += sum(map(len, evidence.rows.values()))
    findings += first_of_each_cell(list(coverage.coverage(evidence)), findings)
    checked["coverage"] += sum(len(document.lines) for document in documents.values())
    layer = []
    for step, name in enumerate(tables, len(names) + 3):
        progress(step, steps, f"evidence of {name}")
        layer += rules.check_cells(evidence, name, checked)
    # A row whose place cannot be read is not judged by what stands there.
    misplaced = {(f.file, f.line) for f in findings if f.column in ("seed", "line", "excerpt")}
    layer = [finding for finding in layer if (finding.file, finding.line) not in misplaced]
    yield from findings
    yield from first_of_each_cell(layer, findings)
    progress(steps, steps, "done")


def read(
    root: Path, resource: dict[str, Any], schema: schemas.Schema
) -> tuple[Table | None, list[Finding]]:
    """Return the table of a resource, None when it cannot be read, and the findings on its form."""
    path = resource["path"]
    try:
        content = package.path_inside(root, path).read_bytes()
        if findings := list(form.unreadable(path, content)):
            return None, findings
        table = package.read_table(root, resource, schema)
    except (OSError, ValueError) as error:
        hint = f"the descriptor names it for the table {resource['name']}"
        return None, [structure.unreadable_file(path, "form", error, hint)]
    return table, [*form.canonical(table, content), *form.clean_cells(table)]


def uncoded(tables: dict[str, Table], codes: schemas.Codes) -> Iterator[Finding]:
    """Yield the coded columns without a code list."""
    for table in tables.values():
        for field in table.schema["fields"]:
            if field.get("codeList") and (table.name, field["name"]) not in codes:
                yield Finding(
                    tables["vocabulary"].path,
                    0,
                    "",
                    "code_lists",
                    f"there are no codes for {table.name}.{field['name']}",
                    "add its codes with definitions and cues",
                )


def strangers(
    root: Path, descriptor: dict[str, Any], tables: dict[str, Table]
) -> Iterator[Finding]:
    """Yield the files in data/, schemas/ and seeds/ that nothing names."""
    known = {resource[key] for resource in descriptor["resources"] for key in ("path", "schema")}
    if "sources" in tables:
        known |= {f"seeds/{cells['seed']}" for _, cells in tables["sources"].records()}
        for folder in ("data", "schemas", "seeds"):
            for path in sorted((root / folder).glob("*")):
                name = path.relative_to(root).as_posix()
                if name not in known and not path.name.startswith("."):
                    yield Finding(
                        name,
                        0,
                        "",
                        "descriptor",
                        "nothing in the package names this file",
                        "add a resource or a row of sources for it, or remove it",
                    )


def read_documents(root: Path, sources: Table) -> tuple[dict[str, Any], list[Finding]]:
    """Return the documents that could be read, and the findings on the others."""
    lines = {cells["seed"]: line for line, cells in sources.records()}
    documents: dict[str, Any] = {}
    findings = []
    for seed, document in passages.read_documents(root, list(lines)):
        if isinstance(document, str):
            findings.append(
                Finding(
                    sources.path,
                    lines[seed],
                    "seed",
                    "source",
                    f"seeds/{seed} cannot be read: {document}",
                    "restore the document",
                )
            )
        else:
            documents[seed] = document
    return documents, findings
