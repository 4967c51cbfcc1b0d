"""The audit of completeness as a report: text, a list of what is open, JSON, or a page.

For each document and class of candidates the report counts what a row covers, what is excluded, for
which reasons, and what is open, and which share of the letters and digits statements cover.  In
lines excluded whole, counted apart, none are sought.

The page (``templates/coverage.html.j2``) is one file without scripts and outside resources.  It
shows every line of every document; a candidate is underlined by its status, has the letter of its
class at its end, and leads to the row that accounts for it, listed below the document with links
back.  The number of a line stands for the candidate ``line``.  Words that are in several candidates
look like the shortest of them, and lead where it leads.
Out of scope: finding candidates and judging them (`chipcontrols.validation.completeness`).
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.languages.base import Span
from chipcontrols.package import Package
from chipcontrols.package.documents import document_number
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import Text
from chipcontrols.validation.candidates import Candidate, covered
from chipcontrols.validation.completeness import Account, asked_classes, audit, whole_lines
from chipcontrols.validation.parts import Index
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import bind

AROUND = 40
LETTERS = {
    "numeral": "n", "date": "d", "quotation": "q", "name": "L", "attribution": "v", "clause": "c",
}  # fmt: skip
"""The letter that marks each class; the class ``line`` is marked by its number."""
Audit = Mapping[str, Sequence[Account]]
"""What accounts for the candidates of each document."""
Place = tuple[str, int]
"""A document and the number of a line."""


def audited(
    package: Package, evidence: Evidence, names: Iterable[str] = ()
) -> dict[str, tuple[Account, ...]]:
    """Return what accounts for every candidate, by document: of all of them or of those named."""
    rules = {table.name: bind(table.schema) for table in package.tables.values()}
    index = Index(package)
    return {
        name: audit(evidence, rules, evidence.texts[name], [*index.resting(name).values()])
        for name in names or evidence.texts
    }


def coverage_report(
    package: Package, evidence: Evidence, accounts: Audit, form: str = "text"
) -> str:
    """Return the report as ``text``, ``open`` (the list of what is open), ``json`` or ``html``."""
    everything = list(chain.from_iterable(accounts.values()))
    stated: dict[Place, list[Span]] = {}
    for passage in chain.from_iterable(map(evidence.of_row, package.rows("statement"))):
        stated.setdefault((passage.document, passage.line), []).append(passage.span)
    documents, index = [], Index(package)
    for name, found in accounts.items():
        text = evidence.texts[name]
        excluded = whole_lines(text, index.naming(name).values())
        reasons = Counter(row.role("reason") for row in excluded.values())
        documents.append({
            "document": name, "lines": len(text.lines),
            "lines_excluded": dict(sorted(reasons.items())),
            "statement_share": round(statement_share(text, excluded, stated), 4),
            "classes": tallies(evidence, found),
        })  # fmt: skip
    report = {
        "documents": documents,
        "all": tallies(evidence, everything),
        "open": [
            {"file": evidence.texts[c.document].document.path, "line": c.line,
             "column": raw_column(evidence, c), "class": c.kind, "text": c.text,
             "around": around(evidence, c)}
            for c in open_candidates(everything)
        ],
    }  # fmt: skip
    if form == "json":
        return json.dumps(report, ensure_ascii=False, indent=2)
    if form == "html":
        sections = [section(package, evidence, name, found) for name, found in accounts.items()]
        return str(page_template().render(report=report, sections=sections)).strip()
    return "\n".join({"text": as_text, "open": as_list}[form](report))


def open_candidates(accounts: Iterable[Account]) -> list[Candidate]:
    """Return the candidates that are open, in order of place."""
    return sorted(account.candidate for account in accounts if account.status == "open")


def tallies(evidence: Evidence, accounts: Iterable[Account]) -> dict[str, dict[str, Any]]:
    """Return how many candidates of each class that is asked for, and of ``all``, are covered,
    excluded (by reason) and open."""
    kinds = (*asked_classes(evidence), "all")
    found: dict[str, dict[str, Any]]
    found = {kind: {"covered": 0, "excluded": {}, "open": 0} for kind in kinds}
    for account in sorted(accounts, key=lambda account: account.reason):
        for counts in (found[account.candidate.kind], found["all"]):
            if reason := account.reason:
                counts["excluded"][reason] = counts["excluded"].get(reason, 0) + 1
            else:
                counts[account.status] += 1
    return found


def statement_share(
    text: Text, excluded: Collection[int], stated: Mapping[Place, Sequence[Span]]
) -> float:
    """Return which share of a document's letters and digits, those in excluded lines aside, lies in
    spans that statements rest on."""
    marks: list[int] = []
    for line in (line for line in text.lines if line.number not in excluded):
        here = covered(len(line.reading), stated.get((text.name, line.number), ()))
        marks += (mark for mark, one in zip(here, line.reading, strict=True) if one.isalnum())
    return sum(marks) / len(marks) if marks else 0.0


def counted(counts: Mapping[str, int]) -> str:
    """Return counts in words: ``idiom 2, off_topic 1``."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def as_text(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield one table a document, and one for all of them."""
    for one in report["documents"]:
        excluded = counted(one["lines_excluded"])
        whole = f", excluded whole: {excluded}" if excluded else ""
        yield f"{one['document']}  {one['lines']} lines{whole}"
        yield from text_table(one["classes"])
        yield f"  statements cover {one['statement_share']:.0%} of the letters and digits in scope"
        yield ""
    yield from ("all documents", *text_table(report["all"]), "")
    left = len(report["open"])
    yield f"open: {left}" + ("" if left else ", nothing is left out")


def text_table(classes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table of tallies."""
    yield f"  {'class':<12}{'covered':>9}{'excluded':>9}{'open':>6}"
    for kind, found in classes.items():
        excluded = found["excluded"]
        line = f"  {kind:<12}{found['covered']:>9}{sum(excluded.values()):>9}{found['open']:>6}"
        yield f"{line}   {counted(excluded)}".rstrip()


def as_list(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the open candidates, each with the words around it below."""
    for one in report["open"]:
        yield f"{one['file']}:{one['line']}:{one['column']} {one['class']} {shortened(one['text'])}"
        yield f"    {one['around']}"
    yield f"open: {len(report['open'])}"


def raw_column(evidence: Evidence, candidate: Candidate) -> int:
    """Return the column in the document, from 1, at which a candidate begins."""
    line = evidence.texts[candidate.document].lines[candidate.line - 1]
    return line.raw_span(candidate.start, candidate.end)[0] + 1


def around(evidence: Evidence, candidate: Candidate) -> str:
    """Return the words around a candidate, which is marked ⟦ ⟧."""
    reading = evidence.texts[candidate.document].lines[candidate.line - 1].reading
    if candidate.kind == "line":
        return f"⟦{reading}⟧"
    first, last = max(candidate.start - AROUND, 0), candidate.end + AROUND
    before, after = reading[first : candidate.start], reading[candidate.end : last]
    dots = "…" if first else "", "…" if last < len(reading) else ""
    return f"{dots[0]}{before}⟦{candidate.text}⟧{after}{dots[1]}"


class Stretch(NamedTuple):
    """Words of a line, the shortest candidate around them, and the candidates that end there."""

    words: str
    inside: Account | None
    ending: list[Account]


def stretches(reading: str, accounts: Iterable[Account]) -> list[Stretch]:
    """Return a line cut wherever one of its candidates begins or ends."""
    inside: list[Account | None] = [None] * len(reading)
    ending: dict[int, list[Account]] = {}
    marked = (account for account in accounts if account.candidate.kind != "line")
    # The longest first, so that the shortest come to lie on top.
    for account in sorted(marked, key=lambda one: one.candidate.start - one.candidate.end):
        start, end = account.candidate.start, account.candidate.end
        inside[start:end] = [account] * (end - start)
        ending.setdefault(end, []).insert(0, account)
    changes = (at for at in range(1, len(reading)) if inside[at] is not inside[at - 1])
    cuts = sorted({0, len(reading), *ending, *changes})
    return [Stretch(reading[start:end], inside[start], ending.get(end, []))
            for start, end in pairwise(cuts)]  # fmt: skip


def anchor(document: str, name: object) -> str:
    """Return the id of an element that belongs to a document.

    >>> anchor("001_9a4ec6c7d1d94c65.txt", "quotes/001-022-1")
    'd001-quotes-001-022-1'
    """
    return re.sub(r"[^\w-]+", "-", f"d{document_number(document)}-{name}")


def described(account: Account) -> str:
    """Return what the status of a candidate is, for its title."""
    by = f" by {account.by}" if account.by else ""
    reason = f" as {account.reason}" if account.status == "excluded" else ""
    return f"{account.candidate.kind}: {account.status}{reason}{by}"


def section(
    package: Package, evidence: Evidence, name: str, accounts: Iterable[Account]
) -> dict[str, Any]:
    """Return what the page shows of a document beside its counts: the open candidates with their
    columns, the accounts of each line, the lines excluded whole, and of each row that accounts for
    something the cells and the lines."""
    text = evidence.texts[name]
    by_line: dict[int, list[Account]] = {line.number: [] for line in text.lines}
    used: dict[str, set[int]] = {}
    for account in accounts:
        by_line[account.candidate.line].append(account)
        if account.by:
            used.setdefault(account.by, set()).add(account.candidate.line)
    excluded = whole_lines(text, package.rows("exclusion"))
    for number, row in excluded.items():
        used.setdefault(f"{row.table}/{row.id}", set()).add(number)
    documents = (row for row in package.rows("document") if row.role("document") == name)
    return {
        "text": text, "by_line": by_line, "excluded": excluded,
        "open": [(c, raw_column(evidence, c)) for c in open_candidates(accounts)],
        "about": [row.cells[column] for row in documents for column in row.schema.columns("term")],
        "used": [(row, cells_of(package, row), sorted(used[row])) for row in sorted(used)],
    }  # fmt: skip


def cells_of(package: Package, name: str) -> dict[str, str]:
    """Return what to show of a row: its filled cells, but for its anchor; of a surface form, which
    the id states, nothing."""
    table, _, identifier = name.partition("/")
    if not (row := package.by_key.get((table, identifier))):
        return {}
    hidden = {row.schema.roles.get("document"), row.schema.roles.get("line")}
    shown = (one for one in row.cells.items() if one[0] not in hidden)
    return {column: cell for column, cell in shown if cell not in ("", row.id)}


def page_template() -> Any:
    """Return the template of the page with the functions that it calls."""
    import jinja2  # Only the page needs it.

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    functions = (anchor, counted, described, shortened, stretches)
    given = {function.__name__: function for function in functions}
    return environment.get_template("coverage.html.j2", globals={**given, "letters": LETTERS})
