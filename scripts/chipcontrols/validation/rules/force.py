"""Rule of agreement: the English sentence of a statement and its words agree in polarity, force and
direction, and with the code of its modality.  What somebody is said not to hold (並不認為), or to
hold under a condition, has the modality that says so.

Compared are the words that the statement quotes, or else its excerpt, and its sentence; how is said
in `chipcontrols.languages.agreement`. An excerpt of several clauses may say more than the sentence
of its row: what only the excerpt makes possible, planned or expected is not missed. What the marks
of a language cannot decide is a finding, too: a person decides it, and an exception with a reason
keeps the cell that was read. One without a finding, or whose cell has changed, has expired.
Out of scope: English documents (the rule of translations), and what no list of the languages has.
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
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules.base import Complaint

NAME = "agreement"


def agreement(evidence: Evidence, row: Row) -> list[tuple[str, Complaint]] | None:
    """Return in what the sentence of a statement differs from its words, exceptions aside; None
    where there is nothing to compare."""
    found = faults(evidence, row)
    granted = evidence.exceptions.get(row.key, ())
    excused = {
        one.role("column")
        for one in granted
        if one.role("rule") == NAME and one.role("read") == row.cells.get(one.role("column"))
    }
    return found and [fault for fault in found if fault[0] not in excused]


def faults(evidence: Evidence, row: Row) -> list[tuple[str, Complaint]] | None:
    """Return in what the sentence of a statement differs from its words; None where there is no
    sentence, or none that renders another language."""
    sentences = (row.schema.roles.get("sentence", ""), *row.schema.columns("translation"))
    column, own = next(filter(None, sentences), ""), evidence.own(row)
    if row.schema.kind != "statement" or not column or own is None or not row.cells[column]:
        return None
    return None if own.source.language.tag == "en" else list(compared(evidence, row, column, own))


def compared(
    evidence: Evidence, row: Row, column: str, own: Passage
) -> Iterator[tuple[str, Complaint]]:
    """Yield in what the sentence in a column differs from the words of the row's passage."""
    language, cell, code = own.source.language, row.cells[column], row.role("modality")
    quoted = next((row.cells[name] for name in row.schema.columns("quotation")), "")
    original = quoted or own.reading
    if quoted and (at := own.reading.find(quoted)) > 0:
        imposed = marks.modality_of_report(own.reading, at, language.tag)
        force = row.schema.roles.get("modality", "")
        wrong = code == "stated" if imposed == "proposed" else imposed and code != imposed
        if force and wrong:
            message = f"{code}, but the words before the statement make it {imposed}"
            yield force, Complaint(message, "say who holds what; or leave the statement out")
        original = quoted if imposed in ("", "proposed") else own.reading
    named = (
        surface_forms.mentions(original, evidence.lexicon.forms),
        surface_forms.mentions(cell, evidence.lexicon.english),
    )
    names = directions.in_both(
        *([(each, (m.start, m.end)) for m in found for each in m.entities] for found in named)
    )
    inert = [  # What only describes those who can speak is not a name.
        tuple((one.start, one.end) for one in found if one.entities <= evidence.lexicon.speaking)
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
        yield column, Complaint(f"{one.about}: {one.reason}", hint)


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
            needing = {(column, NAME) for column, _ in faults(evidence, row) or ()}
            if (excepted, one.role("rule")) not in needing:
                message, hint = f"expired: {one.role('rule')} finds nothing at {place}", "remove it"
            elif cell is not None and one.role("read") != cell:
                message = f"expired: {place} has changed since it was read"
                hint, role = "read it again; if it is right, copy the cell; else remove it", "read"
            else:
                continue
            column = table.schema.roles[role]
            yield Finding(table.path, one.line, column, "exception", message, hint)
