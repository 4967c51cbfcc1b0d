"""The audit of completeness as one HTML page (``templates/coverage.html.j2``).

The page is one file without scripts and outside resources.  It shows every line of every document;
a candidate is underlined by its status, has the letter of its class at its end, and leads to the
row that accounts for it, listed below the document with links back.  The number of a line stands
for the candidate ``line``.  Words that are in several candidates look like the shortest of them,
and lead where it leads.  Out of scope: counting (`chipcontrols.curation.coverage`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from chipcontrols.curation import coverage
from chipcontrols.curation.coverage import open_candidates
from chipcontrols.package import Package
from chipcontrols.package.documents import document_number
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import Text
from chipcontrols.validation.completeness import Account, whole_lines
from chipcontrols.validation.passages import Evidence

LETTERS = {
    "numeral": "n", "date": "d", "quotation": "q", "name": "L", "attribution": "v", "clause": "c",
}  # fmt: skip
"""The letter that marks each class; the class ``line`` is marked by its number."""


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


def cells_of(package: Package, name: str) -> dict[str, str]:
    """Return what to show of a row: its filled cells, but for its anchor; of a surface form, which
    the id states, nothing."""
    table, _, identifier = name.partition("/")
    if not (row := package.by_key.get((table, identifier))):
        return {}
    hidden = {row.schema.roles.get("document"), row.schema.roles.get("line")}
    shown = (one for one in row.cells.items() if one[0] not in hidden)
    return {column: cell for column, cell in shown if cell not in ("", row.id)}


def section(package: Package, text: Text, accounts: Iterable[Account]) -> dict[str, Any]:
    """Return what the section of a document shows: its accounts by line, the lines excluded whole,
    and for each row the lines for which it accounts."""
    by_line: dict[int, list[Account]] = {line.number: [] for line in text.lines}
    used: dict[str, set[int]] = {}
    for account in accounts:
        by_line[account.candidate.line].append(account)
        if account.by:
            used.setdefault(account.by, set()).add(account.candidate.line)
    excluded = whole_lines(text, package.rows("exclusion"))
    for number, row in excluded.items():
        used.setdefault(f"{row.table}/{row.id}", set()).add(number)
    documents = (row for row in package.rows("document") if row.role("document") == text.name)
    about = [row.cells[column] for row in documents for column in row.schema.columns("term")]
    return {"text": text, "about": about, "accounts": accounts, "by_line": by_line,
            "excluded": excluded, "used": used}  # fmt: skip


def template(package: Package, evidence: Evidence) -> jinja2.Template:
    """Return the template of the page with the functions that it calls."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True,
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    functions = anchor, described, stretches, shortened, coverage.counted, open_candidates
    given = {function.__name__: function for function in functions} | {
        "cells_of": partial(cells_of, package), "letters": LETTERS,
        "raw_column": partial(coverage.raw_column, evidence),
        "tallies": partial(coverage.tallies, evidence),
    }  # fmt: skip
    return environment.get_template("coverage.html.j2", globals=given)


def as_html(package: Package, evidence: Evidence, accounts: coverage.Audit) -> str:
    """Return the page."""
    sections = [section(package, evidence.texts[name], found) for name, found in accounts.items()]
    everything = [*chain.from_iterable(accounts.values())]
    page = template(package, evidence).render(documents=sections, everything=everything)
    return page.lstrip()
