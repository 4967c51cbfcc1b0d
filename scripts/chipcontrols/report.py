"""Findings and their rendering.

A finding names the rule that was broken, the file, the line (from 1), the column (the name of a
CSV column, or empty when the whole line or file is meant), what was found against what was
expected, and what to do about it.  As text it is one line, ``file:line:column message``, which
terminals and editors turn into a link::

    data/market_figures.csv:14:value 1500 but 高达1500亿美元 in 001_….txt:22 reads 150000000000

Out of scope: deciding what is a finding (the rules do), and exit codes (the commands do).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule at one place; `line` is 0 when the file as a whole is meant."""

    file: str
    line: int
    column: str
    rule: str
    message: str
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """The findings of one validation, sorted by place, and how many cells each rule checked.

    `unreadable` is true when there was no package to validate at all.
    """

    findings: tuple[Finding, ...]
    checked: dict[str, int] = dataclasses.field(default_factory=dict)
    unreadable: bool = False

    @property
    def ok(self) -> bool:
        """Whether the package is valid."""
        return not self.findings


def first_of_each_cell(findings: Iterable[Finding], earlier: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those on a cell that an earlier layer has already reported."""
    taken = {(finding.file, finding.line, finding.column) for finding in earlier}
    return [f for f in findings if (f.file, f.line, f.column) not in taken]


def one_line(finding: Finding) -> str:
    """Return ``file:line:column message`` with a line of 0 left out."""
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{place}:{finding.column} {finding.message}"


def as_text(report: Report) -> str:
    """Return one line a finding with its hint below, and a closing line that counts."""
    lines = []
    for finding in report.findings:
        lines.append(f"{one_line(finding)} [{finding.rule}]")
        if finding.hint:
            lines.append(f"    {finding.hint}")
    cells = sum(report.checked.values())
    if report.ok:
        lines.append(f"valid: {cells} checks by {len(report.checked)} rules, no findings")
    else:
        count = len(report.findings)
        lines.append(
            f"{'could not run' if report.unreadable else 'not valid'}: "
            f"{count} finding{'' if count == 1 else 's'}"
        )
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """Return the report as one JSON object: ``ok``, ``findings``, ``checked``."""
    content = {
        "ok": report.ok,
        "findings": [dataclasses.asdict(finding) for finding in report.findings],
        "checked": dict(sorted(report.checked.items())),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
