"""Validation of a package folder, layer by layer: files ► structure ► tables ► documents.

Each layer sees only what the layers before it could read; a cell that one layer has reported is
not reported again by a later one.  `check_document` is a function of one document and the rows that
rest on it, so that documents can be checked apart and in any order with the same findings.
Nothing is written, and nothing outside the folder is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from chipcontrols.package import DOCUMENTS, Package, PackageError, Row, read_documents
from chipcontrols.package.finding import Finding
from chipcontrols.package.profiles import placed
from chipcontrols.validation import candidates, citations, completeness, structure, tables
from chipcontrols.validation.findings import Report
from chipcontrols.validation.lexicon import sides
from chipcontrols.validation.passages import Evidence, gather, home, part_for
from chipcontrols.validation.rules import RULES, Rule, bind, option_faults
from chipcontrols.validation.rules.base import Complaint
from chipcontrols.validation.rules.entities import other_mentions
from chipcontrols.validation.rules.force import agreement, expired

Progress = Callable[[int, int, str], None]
"""Is told the steps done, the steps there are, and what comes next."""
Counts = Counter[tuple[str, str]]
"""How many cells a rule checked, by rule and table."""


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
    progress(0, 1, "files")
    try:
        package = Package.open(root, profiled=True)
    except PackageError as error:
        return Report(error.findings, unreadable=error.missing)
    findings = [*rule_option_findings(package), *strangers(package)]
    if any(finding.file.endswith(".json") for finding in findings):
        return Report(tuple(sorted(set(findings))))
    if package.of_kind("document") and not (root / DOCUMENTS).is_dir():
        message = f"the folder {DOCUMENTS}/ with the documents is missing"
        hint = "validate a checkout; an installed copy has no documents"
        return Report((Finding(DOCUMENTS, 0, "", "source", message, hint),))
    counts: Counts = Counter()
    findings = check(package, findings, counts, progress)
    totals: Counter[str] = Counter()
    for (rule, _), count in counts.items():
        totals[rule] += count
    return Report(tuple(sorted(set(findings))), dict(totals))


def rule_option_findings(package: Package) -> Iterator[Finding]:
    """Yield what the rules find wrong with their options in the schemas."""
    for table in package.tables.values():
        faults = option_faults(table.schema)
        yield from placed(package.root, table.schema_path, faults, "correct the schema")


def strangers(package: Package) -> Iterator[Finding]:
    """Yield the files in the folders of the package that nothing names."""
    named = {path for table in package.tables.values() for path in (table.path, table.schema_path)}
    named |= {f"{DOCUMENTS}/{row.role('document')}" for row in package.rows("document")}
    folders = sorted({name.partition("/")[0] for name in named if "/" in name})
    for folder in folders:
        for path in sorted((package.root / folder).rglob("*")):
            name = path.relative_to(package.root).as_posix()
            if name not in named and not path.name.startswith(".") and not path.is_dir():
                message = "nothing in the package names this file"
                hint = "add a resource or a row of a document for it, or remove it"
                yield Finding(name, 0, "", "descriptor", message, hint)


def new_only(findings: Iterable[Finding], earlier: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those on a cell that an earlier layer has already reported."""
    taken = {(finding.file, finding.line, finding.column) for finding in earlier}
    return [f for f in findings if (f.file, f.line, f.column) not in taken]


def check(
    package: Package, findings: list[Finding], counts: Counts, progress: Progress
) -> list[Finding]:
    """Return the findings of all layers after the files; `counts` gets what each rule checked."""
    every = list(package.tables.values())
    documents, unread = read_documents(package)
    names = {"", *documents, *(row.role("document") for table in every for row in table.rows)}
    steps = 3 + len(every) + len(names)
    findings += [*tables.canonical(package), *tables.clean_cells(package)]
    progress(1, steps, "structure")
    layer = list(structure.frictionless_findings(package.root, every, package.codes))
    broken = {finding.file for finding in layer}
    findings += new_only(layer, findings)
    for step, table in enumerate(every, 2):
        progress(step, steps, f"table {table.name}")
        if table.path not in broken:
            findings += new_only(structure.pandera_findings(table, package.codes), findings)
        counts["table", table.name] += len(table.rows)
    progress(len(every) + 2, steps, "references")
    findings += unread
    evidence = gather(package, documents)
    rules = {table.name: bind(table.schema) for table in every}
    for name, rule in tables.RULES.items():
        findings += new_only(rule(package), findings)
        counts[name, ""] += sum(len(table.rows) for table in every)
    unjudged = rows_on(package, names - documents.keys() - {""})
    layer = [*citations.check_citations(package, evidence, rules)]
    layer += citations.check_comparisons(package, evidence)
    findings += new_only((f for f in layer if (f.file, f.line) not in unjudged), findings)
    homes, resting = rows_by_document(package, evidence)
    gaps: list[Finding] = []
    cells: list[Finding] = []
    for step, name in enumerate(sorted(names), len(every) + 3):
        progress(step, steps, f"document {name}" if name else "rows without documents")
        part = part_for(evidence, (*homes.get(name, ()), *resting.get(name, ())), name)
        rows = homes.get(name, ()), resting.get(name, ())
        found = check_document(part, rules, name, rows)
        gaps += found[0]
        cells += found[1]
        counts.update(found[2])
    cells += nothing_checked(package, counts)
    cells += expired(package, evidence)
    findings += new_only(gaps, findings)
    # A row whose place cannot be read is not judged by what is written there.
    unjudged |= misplaced_rows(package, findings)
    cells = [finding for finding in cells if (finding.file, finding.line) not in unjudged]
    findings += new_only(cells, findings)
    progress(steps, steps, "done")
    return findings


def rows_on(package: Package, documents: set[str]) -> set[tuple[str, int]]:
    """Return file and line of the rows that rest on documents that cannot be read: by their own
    words, by words cited for a cell, or because they compare such a row."""
    rows = {(row.table, row.id): row for table in package.tables.values() for row in table.rows}
    resting = {key for key, row in rows.items() if row.role("document") in documents}
    cited = [rows[key] for key in resting if rows[key].schema.kind == "citation"]
    resting |= {(row.role("table"), row.role("row")) for row in cited}
    compared = {key for key, row in rows.items() if resting & {side[2:] for side in sides(row)}}
    paths = {table.name: table.path for table in package.tables.values()}
    return {(paths[t], rows[t, id].line) for t, id in resting | compared if (t, id) in rows}


def misplaced_rows(package: Package, findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """Return file and line of the rows whose document, line or excerpt is at fault."""
    anchors = {
        (table.path, table.schema.roles[role])
        for table in package.tables.values()
        for role in ("document", "line", "excerpt")
        if role in table.schema.roles
    }
    return {(f.file, f.line) for f in findings if (f.file, f.column) in anchors}


def rows_by_document(
    package: Package, evidence: Evidence
) -> tuple[dict[str, tuple[Row, ...]], dict[str, tuple[Row, ...]]]:
    """Return by document the rows whose cells are checked there, and those that rest on it."""
    homes: dict[str, list[Row]] = {}
    resting: dict[str, list[Row]] = {}
    for table in package.tables.values():
        for row in table.rows:
            homes.setdefault(home(evidence, row), []).append(row)
            names = {passage.seed for passage in evidence.of_row(row)} | {row.role("document")}
            for name in names - {""}:
                resting.setdefault(name, []).append(row)
    as_tuples = [{name: tuple(rows) for name, rows in found.items()} for found in (homes, resting)]
    return as_tuples[0], as_tuples[1]


def check_document(
    evidence: Evidence,
    rules: candidates.Rules,
    name: str,
    rows: tuple[Sequence[Row], Sequence[Row]],
) -> tuple[list[Finding], list[Finding], Counts]:
    """Return what is missing in a document, the findings on the cells of its rows, and how many
    cells each rule checked.

    `evidence` is the part that the rows need; `rows` are those whose cells are checked with the
    document `name`, and all those that rest on it.
    """
    text, counts = evidence.texts.get(name), Counter[tuple[str, str]]()
    gaps = []
    if text is not None:
        gaps = list(completeness.check_completeness(evidence, rules, text, rows[1]))
        counts["completeness", ""] += len(text.lines)
    cells = []
    for row in rows[0]:
        path = evidence.lexicon.paths[row.table]
        for rule_name, row_rule in ROW_RULES.items():
            found = row_rule(evidence, row)
            counts[rule_name, row.table] += found is not None
            cells += [Finding(path, row.line, at, rule_name, *fault) for at, fault in found or ()]
        for column, rule in rules[row.table].items():
            counts[rule.name, row.table] += bool(row.cells[column]) or rule.checks_empty
            for complaint in rule.check(evidence, row):
                cells.append(Finding(path, row.line, column, rule.name, *complaint))
    return gaps, cells, counts


RowFaults = list[tuple[str, Complaint]] | None
"""The columns of a row at fault, each with what is wrong; None where there is nothing to check."""


def unlisted(evidence: Evidence, row: Row) -> RowFaults:
    """Return what tables of other mentions lack, or have too much, for a row that may name some."""
    tables = [name for name, schema in evidence.lexicon.schemas.items() if schema.kind == "mention"]
    if not tables or row.schema.kind not in ("entity", "statement") or not row.schema.anchored:
        return None
    listed = evidence.mentions.get((row.table, row.id), ())
    found = other_mentions(evidence, row, listed, tables[0])
    return [(row.schema.primary_key[0], complaint) for complaint in found]


ROW_RULES: dict[str, Callable[[Evidence, Row], RowFaults]] = {
    "other_mentions": unlisted,
    "agreement": agreement,
}
"""The rules that need a whole row, by the name under which their findings are reported."""


def nothing_checked(package: Package, counts: Counts) -> Iterator[Finding]:
    """Yield the rules that had nothing but empty cells to check in a table with rows: such a rule
    guards nothing."""
    for table in package.tables.values():
        for rule in dict.fromkeys(field.rule for field in table.schema.fields):
            idle = RULES[rule].check is Rule.check
            if table.rows and not idle and not counts[rule, table.name]:
                message = f"the rule {rule} found nothing to check in {table.name}"
                hint = "fill one of its columns, or drop the columns that nothing fills"
                yield Finding(table.path, 1, "", rule, message, hint)
