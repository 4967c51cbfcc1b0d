"""The report of a validation, and its rendering.

As text a finding is one line, ``file:line:column message``, which terminals and editors turn into
a link, with its hint below::

    data/market_figures.csv:14:value 1500 but 高达1500亿美元 in 001_….txt:22 reads 150000000000

``as_github`` gives workflow commands, ``as_sarif`` a SARIF 2.1.0 log, ``as_json`` one object.
`folder`, where the package is in the repository, matters to annotations and SARIF only.
Out of scope: deciding what is a finding (the rules do), and exit codes (the command does).
"""

from __future__ import annotations

import dataclasses
import html
import json
import posixpath
import re
import urllib.parse
from typing import TYPE_CHECKING

from chipcontrols.package.finding import Finding

if TYPE_CHECKING:
    import pandas


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """The findings of one validation, sorted by place, and how many cells each rule checked.

    `unreadable` is true when there was no package, or none with documents, to validate, `recalled`
    when it is known.
    """

    findings: tuple[Finding, ...]
    checked: dict[str, int] = dataclasses.field(default_factory=dict)
    unreadable: bool = False
    recalled: bool = dataclasses.field(default=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the package is valid."""
        return not self.findings

    @property
    def summary(self) -> str:
        """One line: valid with how many checks, or how many findings."""
        if self.ok:
            checks, rules = sum(self.checked.values()), len(self.checked)
            known = " (recognised as unchanged; --no-cache validates it again)" * self.recalled
            return f"valid: {checks:,} checks by {rules} rules, no findings{known}"
        outcome = "could not run" if self.unreadable else "not valid"
        count = len(self.findings)
        return f"{outcome}: {count} finding{'' if count == 1 else 's'}"

    def to_frame(self) -> pandas.DataFrame:
        """Return the findings as a frame: file, line, column, rule, message, hint."""
        import pandas

        names = [field.name for field in dataclasses.fields(Finding)]
        return pandas.DataFrame([*self.findings], columns=names)

    def _repr_html_(self) -> str:
        """Return the summary and the findings, for notebooks."""
        shown = (finding._repr_html_() for finding in self.findings)
        return "".join([f"<p>{html.escape(self.summary)}</p>", *shown])


def as_text(report: Report, folder: str = "") -> str:
    """Return one line a finding with its hint below, and a closing line that counts."""
    lines = []
    for finding in report.findings:
        lines.append(f"{finding} [{finding.rule}]")
        if finding.hint:
            lines.append(f"    {finding.hint}")
    return "\n".join([*lines, report.summary])


def as_json(report: Report, folder: str = "") -> str:
    """Return the report as one JSON object: ``ok``, ``findings``, ``checked``."""
    content = {
        "ok": report.ok,
        "findings": [dataclasses.asdict(finding) for finding in report.findings],
        "checked": dict(sorted(report.checked.items())),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_github(report: Report, folder: str = "") -> str:
    """Return GitHub workflow commands, which annotate a pull request at the lines of the files.

    See "Workflow commands for GitHub Actions": a message escapes per cent signs and line ends, a
    property colons and commas too.
    """
    lines = []
    for finding in report.findings:
        path = posixpath.normpath(posixpath.join(folder, finding.file))
        properties = {"file": path, "title": f"{finding.rule} {finding.column}".strip()}
        if finding.line:
            properties["line"] = str(finding.line)
        stated = ",".join(f"{key}={escaped(value, ':,')}" for key, value in properties.items())
        text = f"{finding.message}\n{finding.hint}".strip()
        lines.append(f"::error {stated}::{escaped(text)}")
    return "\n".join([*lines, report.summary])


def escaped(text: str, more: str = "") -> str:
    """Return the text with what a workflow command cannot hold percent-encoded.

    >>> escaped("100%: a,b", ":,")
    '100%25%3A a%2Cb'
    """
    return re.sub(f"[%\r\n{more}]", lambda found: f"%{ord(found[0]):02X}", text)


def as_sarif(report: Report, folder: str = "") -> str:
    """Return a SARIF 2.1.0 log, which code scanning services read; see OASIS SARIF 2.1.0."""
    rules = sorted({finding.rule for finding in report.findings})
    results = []
    for finding in report.findings:
        path = posixpath.normpath(posixpath.join(folder, finding.file))
        place = {
            "artifactLocation": {"uri": urllib.parse.quote(path)},
            "region": {"startLine": max(finding.line, 1)},
        }
        text = f"{finding.column} {finding.message}. {finding.hint}".strip()
        results.append({
            "ruleId": finding.rule,
            "ruleIndex": rules.index(finding.rule),
            "level": "error",
            "message": {"text": text},
            "locations": [{"physicalLocation": place}],
        })  # fmt: skip
    driver = {"name": "chipcontrols", "rules": [{"id": rule} for rule in rules]}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)
