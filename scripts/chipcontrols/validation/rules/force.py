"""Rule of agreement: the English sentence of a statement and its words agree in polarity, force and
direction, and with the code of its modality.  What somebody is said not to hold (並不認為), or to
hold under a condition, has the modality that says so.

Compared are the words that the statement quotes, or else its excerpt, and its sentence; how is said
in `chipcontrols.languages.agreement`. An excerpt of several clauses may say more than the sentence
of its row: what only the excerpt makes possible, planned or expected is not missed. What the marks
of a language cannot decide is a finding, too: a person decides it, and an exception with a reason
keeps the cell that was read. One without a finding, or whose cell has changed, has expired.
Out of scope: what no list of the languages has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chipcontrols.languages import agreement as marks
from chipcontrols.languages import directions, surface_forms
from chipcontrols.languages.base import Language, Span
from chipcontrols.languages.en import numbers as en
from chipcontrols.package import Package, Row
from chipcontrols.package.finding import Finding
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules.base import Complaint, Complaints, Rule


class Agreement(Rule):
    """The English sentence of a statement has the negations, the force and the directions of its
    words, adds none that turns them, and its modality is theirs, unless an exception is granted."""

    kinds = ("statement",)

    def concerns(self, evidence: Evidence, row: Row) -> bool:
        return bool(rendering(evidence, row))

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        granted = {
            (one.role("column"), one.role("read"))
            for one in evidence.exceptions.get(row.key, ())
            if one.role("rule") == self.name
        }
        for fault in faults(evidence, row):
            if (fault.column, row.cells[fault.column]) not in granted:
                yield fault


def rendering(evidence: Evidence, row: Row) -> str:
    """Return the column of the sentence that renders the words of a statement, or nothing."""
    sentences = (row.schema.roles.get("sentence", ""), *row.schema.columns("translation"))
    column = next(filter(None, sentences), "")
    stated = row.schema.kind == "statement" and column and evidence.own(row) is not None
    return column if stated and row.cells[column] else ""


def faults(evidence: Evidence, row: Row) -> Complaints:
    """Yield in what the sentence of a statement differs from the words of its passage, whether or
    not an exception is granted."""
    column, own = rendering(evidence, row), evidence.own(row)
    if not column or own is None:
        return
    language, cell, code = own.source.language, row.cells[column], row.role("modality")
    quoted = next((row.cells[name] for name in row.schema.columns("quotation")), "")
    original = quoted or own.reading
    if quoted and (at := own.reading.find(quoted)) > 0:
        imposed = marks.modality_of_report(own.reading, at, language.tag)
        force = row.schema.roles.get("modality", "")
        wrong = code == "stated" if imposed == "proposed" else imposed and code != imposed
        if force and wrong:
            message = f"{code}, but the words before the statement make it {imposed}"
            hint = "say who holds what; or leave the statement out"
            yield Complaint(message, hint, force)
        original = quoted if imposed in ("", "proposed") else own.reading
    named = (
        surface_forms.mentions(original, evidence.lexicon.forms),
        surface_forms.mentions(cell, evidence.lexicon.english),
    )
    names = directions.in_both(
        *([(each, (m.start, m.end)) for m in found for each in m.entities] for found in named)
    )
    both = set.intersection(*({id for one in found for id in one.entities} for found in named))
    inert = [  # What only describes is not a name, but where both have a name its words are none.
        tuple((m.start, m.end) for m in found if m.entities <= evidence.lexicon.speaking | both)
        for found in named
    ]
    found = marks.disagreements(
        original, cell, code, language.tag, own.source.reading, names, (inert[0], inert[1])
    )
    for one in found:
        missing = one.about == "force" and one.original and not one.sentence
        if missing and original != quoted and left_out(language, original, one, cell, names):
            continue
        hint = "say it as the words do, or correct the modality"
        if one.undecided:
            hint = "read the words again; if the sentence is right, grant an exception"
        yield Complaint(f"{one.about}: {one.reason}", hint, column)


def left_out(
    language: Language,
    original: str,
    one: directions.Disagreement,
    cell: str,
    names: tuple[tuple[Span, Span], ...],
) -> bool:
    """Return whether the clause of a word is one of several and nothing tells that the sentence
    renders it: no number of two digits and no name, what the sentence adds in brackets aside."""
    told = language.clauses(original)
    if len([each for each in told if not language.attributions(original[slice(*each)])]) < 2:
        return False
    start, end = next((s, e) for s, e in told if one.original and s <= one.original[0] < e)
    said = re.sub(r"\[.*?\]", lambda added: " " * len(added[0]), cell)
    values = {value for number in en.numbers(said) for value in number.values if value >= 10}
    rendered = (start <= here[0] < end and said[slice(*there)].strip() for here, there in names)
    return not values & language.numbers(original[start:end]) and not any(rendered)


def expired(package: Package, evidence: Evidence) -> Iterator[Finding]:
    """Yield the exceptions that no finding needs, and those to a rule that grants none."""
    rows = package.by_key
    for table in package.of_kind("exception"):
        for one in table.rows:
            row = rows.get(one.about)
            if row is None or evidence.own(row) is None:
                continue  # Other rules report rows and words that are not found.
            excepted, cell = one.role("column"), row.cells.get(one.role("column"))
            place, role = f"{excepted} of {row.table}/{row.id}", "row"
            needing = {(fault.column, Agreement.name) for fault in faults(evidence, row)}
            if (excepted, one.role("rule")) not in needing:
                message, hint = f"expired: {one.role('rule')} finds nothing at {place}", "remove it"
            elif cell is not None and one.role("read") != cell:
                message = f"expired: {place} has changed since it was read"
                hint, role = "read it again; if it is right, copy the cell; else remove it", "read"
            else:
                continue
            column = table.schema.roles[role]
            yield Finding(table.path, one.line, column, "exception", message, hint)
