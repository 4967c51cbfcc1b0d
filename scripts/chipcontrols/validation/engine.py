"""Validation of a package folder, layer by layer: files ► structure ► tables ► documents.

Each layer sees only what the layers before it could read; a cell that one layer has reported is
not reported again by a later one.  Documents are checked part by part
(`chipcontrols.validation.documents`), in a large package by several processes.
Nothing is written, and nothing outside the folder is read.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import itertools
import operator
import pickle
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from chipcontrols.package import Codes, Package, PackageError, Table, cells, code_lists
from chipcontrols.package.documents import Document, read_documents
from chipcontrols.package.files import names_below
from chipcontrols.package.finding import Finding
from chipcontrols.package.profiles import placed
from chipcontrols.package.rows import Rows
from chipcontrols.package.schema import ANCHOR
from chipcontrols.validation import tables, workers
from chipcontrols.validation.documents import Found, check_document
from chipcontrols.validation.findings import Report
from chipcontrols.validation.lexicon import Lexicon, compile_lexicon, idle_cues
from chipcontrols.validation.parts import Index, Part
from chipcontrols.validation.passages import without_documents
from chipcontrols.validation.rules import RULES, Rule, option_faults
from chipcontrols.validation.rules.words import Code
from chipcontrols.validation.unchanged import Counts, Memory
from chipcontrols.validation.workers import Run

Progress = Callable[[int, int, str], None]
"""Called with the number of steps done, the number in all, and the name of the next."""


def validate(
    root: str | Path,
    progress: Progress = lambda *_: None,
    memory: Memory | None = None,
    run: Run | None = None,
) -> Report:
    """Validate a package folder and return the report.

    `root` is a folder with ``datapackage.json`` and what it names; several may be validated in one
    process.  Bad input of any kind becomes findings: nothing is raised for it.  What `memory` has
    seen without findings is not checked again; `run` checks the documents elsewhere
    (`chipcontrols.validation.workers`).

    >>> validate("nowhere").findings[0].message
    'cannot be read: No such file or directory'
    """
    root = Path(root)
    progress(0, 1, "files")
    try:
        package = Package.open(root, profiled=True)
    except PackageError as error:
        package = Package(root, {}, error.tables, code_lists(error.tables.values()))
        sound = [one for table in error.tables.values() for one in by_table(package, table, memory)]
        findings = reported(package, (*error.findings, *sound))
        return Report(tuple(findings), unreadable=error.missing)
    findings = [*unnamed_files(package)]
    for table in package.tables.values():
        faults = option_faults(table.schema)
        findings += placed(root, table.schema_path, faults, "correct the schema")
    if any(finding.file.endswith(".json") for finding in findings):
        return Report(tuple(sorted(set(findings))))
    if missing := without_documents(package):
        return Report(tuple(missing), unreadable=True)
    index, found, counts = Index(package), Found(), Counter[tuple[str, str]]()
    steps, done = len(package.tables) + len(index.homes) + 2, itertools.count(1)

    def advance(step: str) -> None:
        progress(next(done), steps, step)

    with by_document(package, index, index.homes, advance, memory, run) as documents:
        for name, table in package.tables.items():
            advance(f"table {name}")
            findings += by_table(package, table, memory)
            counts["table", name] += len(table.rows)
        advance("references")
        of_tables = {name: [*tables.findings(package, name)] for name in tables.RULES}
        found.gather(documents)
    if found.cued:
        drop_idle_cues(package, index, found, run)
    counts.update(found.counts)
    for name in of_tables:
        counts[name, ""] += index.first[-1]
    findings = layered(package, findings, of_tables, found, counts)
    totals: Counter[str] = Counter()
    for (rule, _), count in counts.items():
        totals[rule] += count
    progress(steps, steps, "done")
    return Report(tuple(reported(package, findings)), dict(totals))


MOST_ALIKE = 10_000
"""The most findings of one rule on one file that are reported one by one."""
IN_ORDER = operator.attrgetter(*(field.name for field in dataclasses.fields(Finding)))


def reported(package: Package, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order, each once, those on tables in parts at the file that has the line;
    of more than MOST_ALIKE alike the first, and how many there are."""
    parted = {table.path: table for table in package.tables.values() if table.parts}
    alike: Counter[tuple[str, str]] = Counter()
    found = []
    for finding in sorted(set(findings), key=IN_ORDER):
        one = finding
        if table := parted.get(one.file):
            file, line = table.place(one.line)
            one = dataclasses.replace(one, file=file, line=line)
        alike[one.file, one.rule] += 1
        if alike[one.file, one.rule] <= MOST_ALIKE:
            found.append(one)
    for (file, rule), count in alike.items():
        if count > MOST_ALIKE:
            message = f"{count - MOST_ALIKE:,} findings more of this kind, {count:,} in all"
            hint = "correct those that are reported, and validate again"
            found.append(Finding(file, 0, "", rule, message, hint))
    return sorted(found, key=IN_ORDER)


def unnamed_files(package: Package) -> Iterator[Finding]:
    """Yield a finding for each file in the folders of the package that nothing names."""
    named = {path for table in package.tables.values() for path in (table.path, table.schema_path)}
    named |= {path for table in package.tables.values() for path, _ in table.parts}
    named |= set(package.document_paths.values())
    folders = sorted({name.partition("/")[0] for name in named if "/" in name})
    for name in (name for folder in folders for name in names_below(package.root, folder)):
        if name not in named and not name.rpartition("/")[2].startswith("."):
            message = "nothing in the package names this file"
            hint = "add a resource or a row of a document for it, or remove it"
            yield Finding(name, 0, "", "descriptor", message, hint)


def new_only(findings: Iterable[Finding], earlier: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those on a cell that an earlier layer has already reported."""
    taken = {(finding.file, finding.line, finding.column) for finding in earlier}
    return [f for f in findings if (f.file, f.line, f.column) not in taken]


def layered(
    package: Package,
    findings: list[Finding],
    of_tables: Mapping[str, list[Finding]],
    found: Found,
    counts: Counts,
) -> list[Finding]:
    """Return the findings of all layers, those on single tables given."""
    findings += found.unread
    for further in of_tables.values():
        findings += new_only(further, findings)
    unjudged = rows_on(package, found.missing) if found.missing else set()
    layer = [finding for finding in found.cited if (finding.file, finding.line) not in unjudged]
    findings += new_only(layer, findings)
    findings += new_only(found.gaps, findings)
    # A row whose place cannot be read is not judged by what is written there.
    unjudged |= misplaced_rows(package, findings)
    cells = [*found.cells, *nothing_checked(package, counts)]
    cells = [finding for finding in cells if (finding.file, finding.line) not in unjudged]
    return findings + new_only(cells, findings)


MOST_ASKED = 2_000
"""The most rows of a table that frictionless and pandera check as a whole."""
ROWS_OF_A_BLOCK = 500
"""About how many rows make a block: a row begins one by its bytes alone, as if by chance."""


def by_table(package: Package, table: Table, memory: Memory | None) -> list[Finding]:
    """Return what is found in a table by itself; blocks that `memory` has are not checked again.
    frictionless and pandera check all of a small table without memory, else the doubtful rows."""
    sound = bool(memory and table.rows) and not cells.sharing(table)
    for digest, block in blocks_of(table, package.codes, memory) if memory and sound else ():
        faults = (*tables.canonical(block), *tables.clean_cells(block))
        if faults or cells.doubtful_rows(block, package.codes):
            sound = False
        elif memory:
            memory.remember(digest, Counter({("table", table.name): len(block.rows)}))
    if sound:
        return []
    blocks = () if table.content else (block for _, block in blocks_of(table, package.codes, None))
    found = [*tables.canonical(table, blocks), *tables.clean_cells(table)]
    every = memory is None and len(table.rows) <= MOST_ASKED and bool(table.content)
    doubtful = [] if every else cells.doubtful_rows(table, package.codes)
    if every or doubtful:
        from chipcontrols.validation import structure  # and with it pandas, which takes a while

        part = table if every else structure.some_rows(table, doubtful)
        found += new_only(structure.findings(part, package.codes), found)
    return found


def blocks_of(table: Table, codes: Codes, memory: Memory | None) -> Iterator[tuple[str, Table]]:
    """Yield the rows of a table in blocks, each a table that ends with the first row of the next,
    after a digest of its schema, codes and bytes: a row more or less alters no other block.  Those
    that `memory` has are left out."""
    own = [(key, listed) for key, listed in codes.items() if key[0] == table.name]
    state = hashlib.sha256(f"{table.name} {table.path} {table.schema} {own}".encode())
    rows = table.rows
    assert isinstance(rows, Rows)
    begins = {at for at, one in enumerate(rows.each()) if not zlib.crc32(one) % ROWS_OF_A_BLOCK}
    for begin, end in itertools.pairwise(sorted({0, *begins, len(rows)})):
        content = rows.head + rows.raw(begin, min(end + 1, len(rows)))
        (digest := state.copy()).update(content)
        if not (memory and memory.recall(digest.hexdigest())):
            block = dataclasses.replace(table, rows=rows[begin : end + 1], content=content)
            yield digest.hexdigest(), block


WORTH_SPREADING, FEW = 5_000, 100
"""The rows, and the parts to check, from which on other processes are worth their start."""
ROWS_OF_A_BATCH = 200
"""About how many rows other processes are given at once."""


@contextlib.contextmanager
def by_document(
    package: Package,
    index: Index,
    parts: Iterable[str],
    advance: Callable[[str], None],
    memory: Memory | None = None,
    run: Run | None = None,
    lexicon: Lexicon | None = None,
) -> Iterator[Iterator[Found]]:
    """Give what is found in parts of the package, one after another, except those that `memory` has
    without findings; other processes begin at once.  `lexicon` is that of the package unless
    given."""
    lexicon, aside, digests = lexicon or compile_lexicon(package), Found(), deque[str]()
    said, hashes = (lexicon.digest(), memory.documents(package)) if memory else ("", {})
    told = [table.name for table in package.of_kind("document")]

    def tasks() -> Iterator[tuple[Part, dict[str, Document]]]:
        for part in map(index.part, parts):
            rows = [one for name in told for one in part.tables.get(name, ())]
            names = hashes.keys() & {row.role("document") for row in rows}
            known = {name: hashes[name] for name in names}
            if memory and (counts := memory.recall(part.digest(known, said))):
                aside.counts.update(counts)
                advance("documents")
                continue
            documents, unread = read_documents(package, rows)
            aside.unread += unread
            read = {one: document.sha256 for one, document in documents.items()}
            digests.append(part.digest(read, said) if memory else "")
            yield part, documents

    def checked(batches: Iterable[list[Found]]) -> Iterator[Found]:
        for one in itertools.chain.from_iterable(batches):
            if memory and (digest := digests.popleft()) and one == Found(counts=one.counts):
                memory.remember(digest, one.counts)
            advance("documents")
            yield one
        yield aside

    todo = tasks()
    large = run is None and index.first[-1] >= WORTH_SPREADING and workers.cores() > 1
    first = [*itertools.islice(todo, FEW * large)]
    run = workers.spread if large and len(first) == FEW else run
    todo = itertools.chain(first, todo)
    if run is None:
        yield checked([check_document(lexicon, *task)] for task in todo)
        return
    size = max(1, ROWS_OF_A_BATCH * len(index.homes) // max(1, index.first[-1]))
    batches = iter(lambda: [*itertools.islice(todo, size)], [])
    with run(lexicon, map(pickle.dumps, batches)) as results:
        yield checked(results)


def drop_idle_cues(package: Package, index: Index, found: Found, run: Run | None) -> None:
    """Keep, of what is found in codes and citations, what is still found without the cues that call
    for nothing."""
    lexicon, again = compile_lexicon(package), Found()
    lexicon = dataclasses.replace(lexicon, idle=idle_cues(package, lexicon))
    parts = sorted(found.cued)
    with by_document(package, index, parts, lambda _: None, None, run, lexicon) as documents:
        again.gather(documents)
    before = {(one.file, one.line, one.column) for one in found.cells}
    found.cells = [one for one in found.cells if one.rule != Code.name]
    codes = [one for one in again.cells if one.rule == Code.name]
    found.cells += [one for one in codes if (one.file, one.line, one.column) in before]
    found.cited = [one for one in found.cited if one in again.cited]


def rows_on(package: Package, documents: set[str]) -> set[tuple[str, int]]:
    """Return file and line of the rows that rest on some documents, which cannot be read: by their
    own words, by words cited for a cell, or because they are about such a row."""
    on = [row for row in package.rows() if row.role("document") in documents]
    resting = {row.key for row in on}
    resting |= {row.about for row in on if row.schema.kind == "citation"} - {("", "")}
    rows = (row for row in package.rows() if row.key in resting or row.about in resting)
    return {(package.tables[row.table].path, row.line) for row in rows}


def misplaced_rows(package: Package, findings: Iterable[Finding]) -> set[tuple[str, int]]:
    """Return file and line of the rows whose document, line or excerpt is at fault."""
    tables = package.tables.values()
    anchors = {(one.path, one.schema.roles.get(role)) for one in tables for role in ANCHOR}
    return {(f.file, f.line) for f in findings if (f.file, f.column) in anchors}


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
