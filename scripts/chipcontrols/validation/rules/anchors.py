"""Rules of anchors: where the evidence is, and ids and hashes that say so."""

from __future__ import annotations

import re
from typing import Literal

from chipcontrols.package import Row
from chipcontrols.package.documents import document_number
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import MOST_PLACES
from chipcontrols.validation.passages import Evidence
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule

STATEMENT_ID = re.compile("([0-9]{3,}-[0-9]{3,})-([0-9]+)")


class Anchor(Rule, wrong="line document emptied filled"):
    """Document or line of the row's evidence; the rule of excerpts checks the words there."""


class Reviewed(Rule, wrong="character code id emptied filled"):
    """A judgement that only a reader can check; other rules may catch some faults."""


class Counted(Rule, wrong="number emptied"):
    """The number of statements that rest on the document."""


class PartOf(Rule, wrong="id filled"):
    """The row named contains this one: its words in the column `of` contain these."""

    of: Column


class TableReference(Rule, wrong="table emptied"):
    """The name of a table, checked together with the row that it belongs to."""


class ColumnReference(Rule, wrong="column emptied"):
    """The name of a column of the table that another column names."""

    table: Column


class Excerpt(Rule, wrong="character shortened lengthened emptied"):
    """The excerpt occurs once on its line, overlaps no damage and cuts no gloss."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        where = evidence.locations.get((row.table, row.line))
        if where is None:
            return
        document, line = row.role("document"), row.role("line")
        at, words, others = f"{document}:{line}", shortened(row.cells[self.column]), where.elsewhere
        many = f"{'at least ' * (len(others) == MOST_PLACES)}{len(others)} times"
        if where.outcome == "exact":
            source = evidence.texts[document].lines[row.anchor_line - 1]
            if source.cuts_gloss(where.start, where.end):
                message = f"{words} begins or ends inside a gloss of {at}"
                yield Complaint(message, "take the whole gloss in, or leave it out")
            return
        if where.outcome == "moved":
            message = f"is not on line {line} of {document} but on {', '.join(map(str, others))}"
            hint = "set line to the right one"
        elif where.outcome == "ambiguous":
            message = f"occurs {many} on line {line} of {document}"
            hint = "lengthen the excerpt until it occurs there once"
        elif where.outcome == "damaged":
            message = f"overlaps a stretch of {at} declared as damaged"
            hint = "cite words outside the damage, or leave the statement out"
        elif where.outcome == "absent":
            message = f"occurs nowhere in {document}"
            hint = "copy the words from the document; they must be the same to the character"
        else:
            return  # Of a document that changed its own row says so.
        yield Complaint(f"{where.outcome}: {words} {message}", hint)


def numbered(identifier: str) -> tuple[str, int]:
    """Return place and number of a statement's id, or nothing for other ids.

    >>> numbered("001-022-1"), numbered("nvidia")
    (('001-022', 1), ('', 0))
    """
    match = STATEMENT_ID.fullmatch(identifier)
    # No line has a thousand million statements: of more digits the first nine are enough.
    return (match[1], int(match[2][:9])) if match else ("", 0)


def place_of_id(row: Row) -> str:
    """Return how the id of a statement of the row's place begins: ``001-022``."""
    return f"{document_number(row.role('document'))}-{row.role('line').zfill(3)}"


class AnchoredIdentifier(Rule, wrong="id"):
    """The id of a statement gives the number of its document and its line."""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell, expected = row.cells[self.column], place_of_id(row)
        if numbered(cell)[0] not in ("", expected):
            message = f"{cell} but the row cites {row.role('document')}:{row.role('line')}"
            yield Complaint(message, f"an id of this place begins with {expected}-")


class Identifier(Rule, wrong="id"):
    """The id of a thing; with `words_of` it is made of words of these columns, with `of` it is the
    id in that column and a number."""

    words_of: tuple[Column, ...] = ()
    of: Column = base.NO_COLUMN

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        owner, _, number = row.id.rpartition("-")
        if self.of and (owner != row.cells[self.of] or not number.isdecimal()):
            message = f"{row.id}, but {self.of} is {row.cells[self.of]}"
            yield Complaint(message, f"an id of this row is {row.cells[self.of]}- and a number")
        if not self.words_of:
            return
        text = " ".join(row.cells[column] for column in self.words_of).lower()
        known = {word.removesuffix("s") for word in re.findall("[a-z0-9]+", text)}
        strange = [word for word in row.id.split("-") if word.removesuffix("s") not in known]
        if strange:
            columns = " and ".join(self.words_of)
            message = f"{row.id} has {', '.join(strange)}, which {columns} do not"
            yield Complaint(message, f"make the id of words of {columns}")


class Bytes(Rule, wrong="digit number"):
    """The recorded hash and number of lines are those of the document."""

    part: Literal["sha256", "lines"]

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        text = evidence.texts.get(row.role("document"))
        if text is None:
            return
        found = text.document.sha256 if self.part == "sha256" else str(len(text.lines))
        if row.cells[self.column] != found:
            outcome = "changed_source: " if self.part == "sha256" else ""
            message = f"{outcome}{row.cells[self.column]} but the document has {found}"
            hint = "restore the document, or read the new one and curate its rows again"
            yield Complaint(message, hint)


class Witnessed(Rule, wrong="code date id emptied filled"):
    """The cell of a group is that of one of its witnesses, in their column of the same role; or,
    where `of` names a role, its code names some in its roles of which a witness has one there."""

    of: str = ""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        witnesses = evidence.witnesses.get(row.key, ())
        role = self.of or self.schema.field(self.column).role
        said = {witness.role(role) for witness in witnesses} - {""}
        cell = row.cells[self.column]
        code = evidence.lexicon.code(row.table, self.column, cell) if self.of else None
        allowed = dict(code.roles).get(role, ()) if code else (cell,)
        if witnesses and (said or {""}).isdisjoint(allowed):
            rows = ", ".join(f"{witness.table}/{witness.id}" for witness in witnesses)
            theirs = " or ".join(sorted(said)) or "nothing"
            message = f"{cell or 'empty'} but its witnesses {rows} say {theirs}"
            hint = "take it from a witness, or correct which group they belong to"
            yield Complaint(message, hint)


class RowReference(Rule, wrong="row emptied"):
    """The id of a row of the table that another column names; where it is `reviewed`, only a
    reader can judge whether it is the row that is meant."""

    table: Column
    reviewed: bool = False
