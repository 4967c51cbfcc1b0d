"""The audit of completeness as a report: text, a list of what is open, JSON, or an HTML page.

For each document and class of candidates the report counts what a row covers, what is excluded, for
which reasons, and what is open.  In lines excluded whole, counted apart, no candidates are sought.
Out of scope: finding candidates and judging them (`chipcontrols.validation.completeness`), and the
page itself (`chipcontrols.curation.page`).
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chipcontrols.package import DOCUMENTS, Package
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import Text
from chipcontrols.validation.completeness import Account, Candidate, audit, whole_lines
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import bind

CLASSES = ("numeral", "date", "quotation", "name", "attribution", "line")
AROUND = 40
Audit = Mapping[str, Sequence[Account]]
"""What accounts for the candidates of each document."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """How many candidates are covered, excluded (by reason), and open."""

    covered: int
    excluded: Mapping[str, int]
    open: int


def audited(package: Package, evidence: Evidence) -> dict[str, tuple[Account, ...]]:
    """Return what accounts for every candidate, by document."""
    return {name: accounts_of(package, evidence, text) for name, text in evidence.texts.items()}


def accounts_of(package: Package, evidence: Evidence, text: Text) -> tuple[Account, ...]:
    """Return what accounts for every candidate of a document."""
    rules = {table.name: bind(table.schema) for table in package.tables.values()}
    rows = [
        row
        for table in package.tables.values()
        for row in table.rows
        if row.role("document") == text.name
        or any(passage.seed == text.name for passage in evidence.of_row(row))
    ]
    return audit(evidence, rules, text, rows)


def coverage_report(
    package: Package, evidence: Evidence, accounts: Audit, form: str = "text"
) -> str:
    """Return the report as ``text``, ``open`` (the list of what is open), ``json`` or ``html``."""
    if form == "html":
        from chipcontrols.curation.page import as_html  # Only the page needs jinja2.

        return as_html(package, evidence, accounts)
    render = {"text": as_text, "open": as_list, "json": as_json}[form]
    return render(package, evidence, accounts)


def open_accounts(accounts: Audit) -> list[Account]:
    """Return the accounts that are open, in order of place."""
    found = [one for here in accounts.values() for one in here if one.status == "open"]
    return sorted(found, key=lambda account: account.candidate)


def tallies(accounts: Iterable[Account]) -> dict[str, Tally]:
    """Return the tally of each class, and of all under ``all``."""
    by_kind: dict[str, list[Account]] = {kind: [] for kind in CLASSES}
    for account in accounts:
        by_kind[account.candidate.kind].append(account)
    by_kind["all"] = [account for found in by_kind.values() for account in found]
    return {kind: tally(found) for kind, found in by_kind.items()}


def tally(accounts: Sequence[Account]) -> Tally:
    """Return how many of the accounts have each status."""
    statuses = Counter(account.status for account in accounts)
    reasons = Counter(reason for account in accounts if (reason := reason_of(account)))
    return Tally(statuses["covered"], dict(sorted(reasons.items())), statuses["open"])


def everything(accounts: Audit) -> list[Account]:
    """Return the accounts of all documents."""
    return [account for found in accounts.values() for account in found]


def reason_of(account: Account) -> str:
    """Return why a candidate is excluded; nothing for others."""
    return account.by.partition(": ")[0] if account.status == "excluded" else ""


def excluded_lines(package: Package, text: Text) -> dict[str, int]:
    """Return how many lines of a document are excluded whole, by reason."""
    rows = whole_lines(text, package.rows("exclusion")).values()
    return dict(sorted(Counter(row.role("reason") for row in rows).items()))


def counted(counts: Mapping[str, int]) -> str:
    """Return counts in words.

    >>> counted({"idiom": 2, "off_topic": 1})
    'idiom 2, off_topic 1'
    """
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def raw_column(evidence: Evidence, candidate: Candidate) -> int:
    """Return the column in the document, from 1, at which a candidate begins."""
    line = evidence.texts[candidate.seed].lines[candidate.line - 1]
    return line.raw_span(candidate.start, candidate.end)[0] + 1


# --- text, list, JSON ---


def as_text(package: Package, evidence: Evidence, accounts: Audit) -> str:
    """Return one table a document, and one for all of them."""
    lines = []
    for name, found in accounts.items():
        text = evidence.texts[name]
        excluded = counted(excluded_lines(package, text))
        lines.append(f"{name}  {len(text.lines)} lines")
        lines[-1] += f", excluded whole: {excluded}" if excluded else ""
        lines += [*text_table(found), ""]
    left = len(open_accounts(accounts))
    lines += ["all documents", *text_table(everything(accounts)), ""]
    lines.append(f"open: {left}" + ("" if left else ", nothing is left out"))
    return "\n".join(lines)


def text_table(accounts: Iterable[Account]) -> Iterator[str]:
    """Yield the lines of a table of tallies."""
    yield f"  {'class':<12}{'covered':>9}{'excluded':>9}{'open':>6}"
    for kind, found in tallies(accounts).items():
        line = f"  {kind:<12}{found.covered:>9}{sum(found.excluded.values()):>9}{found.open:>6}"
        yield f"{line}   {counted(found.excluded)}".rstrip()


def as_list(package: Package, evidence: Evidence, accounts: Audit) -> str:
    """Return the open candidates, each with the words around it below."""
    lines = []
    for candidate in (account.candidate for account in open_accounts(accounts)):
        place = f"{DOCUMENTS}/{candidate.seed}:{candidate.line}:{raw_column(evidence, candidate)}"
        lines.append(f"{place} {candidate.kind} {shortened(candidate.text)}")
        lines.append(f"    {around(evidence, candidate)}")
    return "\n".join([*lines, f"open: {len(lines) // 2}"])


def around(evidence: Evidence, candidate: Candidate) -> str:
    """Return the words around a candidate, which is marked ⟦ ⟧."""
    reading = evidence.texts[candidate.seed].lines[candidate.line - 1].reading
    if candidate.kind == "line":
        return f"⟦{reading}⟧"
    first, last = max(candidate.start - AROUND, 0), candidate.end + AROUND
    before, after = reading[first : candidate.start], reading[candidate.end : last]
    dots = "…" if first else "", "…" if last < len(reading) else ""
    return f"{dots[0]}{before}⟦{candidate.text}⟧{after}{dots[1]}"


def as_json(package: Package, evidence: Evidence, accounts: Audit) -> str:
    """Return one JSON object: ``documents`` with their classes, ``all``, and what is ``open``."""

    def classes(found: Iterable[Account]) -> dict[str, Any]:
        return {kind: dataclasses.asdict(tally) for kind, tally in tallies(found).items()}

    content = {
        "documents": [
            {
                "document": name,
                "lines": len(evidence.texts[name].lines),
                "lines_excluded": excluded_lines(package, evidence.texts[name]),
                "classes": classes(found),
            }
            for name, found in accounts.items()
        ],
        "all": classes(everything(accounts)),
        "open": [
            {
                "file": f"{DOCUMENTS}/{candidate.seed}",
                "line": candidate.line,
                "column": raw_column(evidence, candidate),
                "class": candidate.kind,
                "text": candidate.text,
            }
            for candidate in (account.candidate for account in open_accounts(accounts))
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
