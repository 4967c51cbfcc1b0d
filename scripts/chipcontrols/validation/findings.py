"""Findings and their rendering.

A finding names the rule that was broken, the file, the line (from 1), the column (the name of a
CSV column, or empty when the whole line or file is meant), what was found against what was
expected, and what to do about it.  As text it is one line, ``file:line:column message``, which
terminals and editors turn into a link::

    data/market_figures.csv:14:value 1500 but 高达1500亿美元 in 001_….txt:22 reads 150000000000

A message or hint that quotes a long cell is cut in its middle: what is told of a package stays in
proportion to it.

Out of scope: deciding what is a finding (the rules do), and exit codes (the commands do).
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import sys
from collections.abc import Iterable

LONGEST_TEXT = 2_000
"""The most characters of a message or hint, and of what else a finding names."""


def cut(text: str) -> str:
    """Return the text, its middle cut out when it is very long."""
    half = LONGEST_TEXT // 2 - 1
    return text if len(text) <= LONGEST_TEXT else f"{text[:half]}…{text[-half:]}"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule at one place; `line` is 0 when the file as a whole is meant."""

    file: str
    line: int
    column: str
    rule: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        """Cut what is very long."""
        for name in ("file", "column", "message", "hint"):
            text = getattr(self, name)
            if len(text) > LONGEST_TEXT:
                object.__setattr__(self, name, cut(text))


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


def as_github(report: Report, folder: str = "") -> str:
    """Return GitHub workflow commands, which annotate a pull request at the lines of the files.

    `folder` is where the package stands in the repository.  See "Workflow commands for GitHub
    Actions": a message escapes per cent signs and line ends, a property colons and commas too.
    """
    lines = []
    for finding in report.findings:
        path = f"{folder}/{finding.file}" if folder else finding.file
        properties = {"file": path, "title": f"{finding.rule} {finding.column}".strip()}
        if finding.line:
            properties["line"] = str(finding.line)
        stated = ",".join(f"{key}={escaped(value, ':,')}" for key, value in properties.items())
        text = f"{finding.message}\n{finding.hint}".strip()
        lines.append(f"::error {stated}::{escaped(text)}")
    return "\n".join([*lines, as_text(report).rsplit("\n", 1)[-1]])


def escaped(text: str, more: str = "") -> str:
    """Return the text with what a workflow command cannot hold percent-encoded.

    >>> escaped("100%: a,b", ":,")
    '100%25%3A a%2Cb'
    """
    return "".join(
        f"%{ord(character):02X}" if character in "%\r\n" + more else character for character in text
    )


def as_sarif(report: Report, folder: str = "") -> str:
    """Return a SARIF 2.1.0 log, which code scanning services read; see OASIS SARIF 2.1.0."""
    rules = sorted({finding.rule for finding in report.findings})
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": rules.index(finding.rule),
            "level": "error",
            "message": {"text": f"{finding.column} {finding.message}. {finding.hint}".strip()},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": f"{folder}/{finding.file}" if folder else finding.file
                        },
                        "region": {"startLine": max(finding.line, 1)},
                    }
                }
            ],
        }
        for finding in report.findings
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "chipcontrols", "rules": [{"id": rule} for rule in rules]}
                },
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def emit(text: str) -> None:
    """Print in UTF-8 whatever the locale, and quietly stop when nobody reads on (``| head``)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(text.rstrip("\n"), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(error: Exception) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
