"""The audit of completeness as a report: text, a list of what is open, or JSON.

For each document and class of candidates the report counts what a row covers, what is excluded, for
which reasons, and what is open, and how much of its letters and digits statements cover.  In lines
excluded whole, counted apart, no candidates are sought.
Out of scope: finding candidates and judging them (`chipcontrols.validation.completeness`), and the
report as a page (`chipcontrols.curation.page`).
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from chipcontrols.package import DOCUMENTS, Package
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import Text
from chipcontrols.validation.candidates import Candidate, covered
from chipcontrols.validation.completeness import Account, asked_classes, audit, whole_lines
from chipcontrols.validation.parts import Index
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import bind

AROUND = 40
Audit = Mapping[str, Sequence[Account]]
"""What accounts for the candidates of each document."""


def audited(package: Package, evidence: Evidence) -> dict[str, tuple[Account, ...]]:
    """Return what accounts for every candidate, by document."""
    rules = {table.name: bind(table.schema) for table in package.tables.values()}
    resting = Index(package).resting
    return {
        name: audit(evidence, rules, text, resting.get(name, ()))
        for name, text in evidence.texts.items()
    }


def accounts_of(package: Package, evidence: Evidence, text: Text) -> tuple[Account, ...]:
    """Return what accounts for every candidate of a document."""
    return audited(package, dataclasses.replace(evidence, texts={text.name: text}))[text.name]


def coverage_report(
    package: Package, evidence: Evidence, accounts: Audit, form: str = "text"
) -> str:
    """Return the report as ``text``, ``open`` (the list of what is open) or ``json``."""
    if form == "open":
        return as_list(evidence, accounts)
    return {"text": as_text, "json": as_json}[form](package, evidence, accounts)


def open_candidates(accounts: Iterable[Account]) -> list[Candidate]:
    """Return the candidates that are open, in order of place."""
    return sorted(account.candidate for account in accounts if account.status == "open")


def statement_share(package: Package, evidence: Evidence, text: Text) -> float:
    """Return the part of a document's letters and digits, lines excluded whole aside, that lie in
    a passage of a statement."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for row in package.rows("statement"):
        for passage in evidence.of_row(row):
            if passage.seed == text.name:
                spans.setdefault(passage.line, []).append(passage.span)
    excluded = whole_lines(text, package.rows("exclusion"))
    inside = total = 0
    for line in text.lines:
        if line.number not in excluded:
            marks = covered(len(line.reading), spans.get(line.number, ()))
            letters = [at for at, character in enumerate(line.reading) if character.isalnum()]
            total += len(letters)
            inside += sum(marks[at] for at in letters)
    return inside / total if total else 0.0


def tallies(evidence: Evidence, accounts: Iterable[Account]) -> dict[str, dict[str, Any]]:
    """Return how many candidates of each class that is asked for, and of ``all``, are covered,
    excluded (by reason) and open."""
    by_kind: dict[str, list[Account]] = {kind: [] for kind in (*asked_classes(evidence), "all")}
    for account in accounts:
        by_kind[account.candidate.kind].append(account)
        by_kind["all"].append(account)
    return {
        kind: {
            "covered": sum(account.status == "covered" for account in found),
            "excluded": dict(sorted(Counter(filter(None, map(reason_of, found))).items())),
            "open": len(open_candidates(found)),
        }
        for kind, found in by_kind.items()
    }


def reason_of(account: Account) -> str:
    """Return why a candidate is excluded; nothing for others."""
    return account.by.partition(": ")[0] if account.status == "excluded" else ""


def excluded_lines(package: Package, text: Text) -> dict[str, int]:
    """Return how many lines of a document are excluded whole, by reason."""
    rows = whole_lines(text, package.rows("exclusion")).values()
    return dict(sorted(Counter(row.role("reason") for row in rows).items()))


def counted(counts: Mapping[str, int]) -> str:
    """Return counts in words: ``idiom 2, off_topic 1``."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def as_text(package: Package, evidence: Evidence, accounts: Audit) -> str:
    """Return one table a document, and one for all of them."""
    lines = []
    for name, found in accounts.items():
        text = evidence.texts[name]
        excluded = counted(excluded_lines(package, text))
        lines.append(f"{name}  {len(text.lines)} lines")
        lines[-1] += f", excluded whole: {excluded}" if excluded else ""
        share = statement_share(package, evidence, text)
        lines.append(f"  statements cover {share:.0%} of the letters and digits in scope")
        lines += [*text_table(evidence, found), ""]
    everything = list(chain.from_iterable(accounts.values()))
    left = len(open_candidates(everything))
    lines += ["all documents", *text_table(evidence, everything), ""]
    return "\n".join([*lines, f"open: {left}" + ("" if left else ", nothing is left out")])


def text_table(evidence: Evidence, accounts: Iterable[Account]) -> Iterator[str]:
    """Yield the lines of a table of tallies."""
    yield f"  {'class':<12}{'covered':>9}{'excluded':>9}{'open':>6}"
    for kind, found in tallies(evidence, accounts).items():
        excluded = found["excluded"]
        line = f"  {kind:<12}{found['covered']:>9}{sum(excluded.values()):>9}{found['open']:>6}"
        yield f"{line}   {counted(excluded)}".rstrip()


def as_list(evidence: Evidence, accounts: Audit) -> str:
    """Return the open candidates, each with the words around it below."""
    found = open_candidates(chain.from_iterable(accounts.values()))
    lines = []
    for c in found:
        place = f"{DOCUMENTS}/{c.seed}:{c.line}:{raw_column(evidence, c)}"
        lines += [f"{place} {c.kind} {shortened(c.text)}", f"    {around(evidence, c)}"]
    return "\n".join([*lines, f"open: {len(found)}"])


def raw_column(evidence: Evidence, candidate: Candidate) -> int:
    """Return the column in the document, from 1, at which a candidate begins."""
    line = evidence.texts[candidate.seed].lines[candidate.line - 1]
    return line.raw_span(candidate.start, candidate.end)[0] + 1


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
    everything = list(chain.from_iterable(accounts.values()))
    documents = [
        {
            "document": name,
            "lines": len(evidence.texts[name].lines),
            "lines_excluded": excluded_lines(package, evidence.texts[name]),
            "statement_share": round(statement_share(package, evidence, evidence.texts[name]), 4),
            "classes": tallies(evidence, found),
        }
        for name, found in accounts.items()
    ]
    left = [
        {
            "file": f"{DOCUMENTS}/{c.seed}",
            "line": c.line,
            "column": raw_column(evidence, c),
            "class": c.kind,
            "text": c.text,
        }
        for c in open_candidates(everything)
    ]
    content = {"documents": documents, "all": tallies(evidence, everything), "open": left}
    return json.dumps(content, ensure_ascii=False, indent=2)
