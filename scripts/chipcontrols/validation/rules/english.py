"""Rules of English: does the English say what the document says?

Compared is what can be compared exactly: numbers, units, bounds, and names of entities.  A
translation must render every quantity, date and name of its original and may bring none of its
own, what only describes (AI chips) aside; prose may use only numbers and names that its row's
evidence has, and no name more often.  A translation much shorter than those of such texts usually
are has left something out.  What is English needs no translation.  Prose may name the year that the
row has resolved "last year" to.
Out of scope: all other meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from fractions import Fraction

from chipcontrols.languages import language, surface_forms
from chipcontrols.languages.additions import additions
from chipcontrols.languages.agreement import disagreements
from chipcontrols.languages.base import Language, Quantity
from chipcontrols.languages.directions import Disagreement
from chipcontrols.languages.en import numbers as en
from chipcontrols.languages.en import quantities
from chipcontrols.languages.en.words import contains_form, content, untranslated
from chipcontrols.languages.quantities import unlike
from chipcontrols.languages.surface_forms import Forms
from chipcontrols.package import Row
from chipcontrols.package.documents import document_number
from chipcontrols.package.finding import shortened
from chipcontrols.validation.passages import Evidence, Passage, sentence_of
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule, places
from chipcontrols.validation.rules.entities import entities_of

DIGITS = re.compile(r"(?<![0-9])[0-9]{1,40}(?![0-9])(?:\.[0-9]{1,40}(?![0-9]))?")

LONG = 20
"""The fewest characters of a text of which the length of a translation can be foretold."""


def is_english(text: str) -> Complaints:
    """Complain when the text is not English."""
    if character := untranslated(text):
        code = f" (U+{ord(character):04X})" if character < "\u2e80" else ""  # it may look Latin
        yield Complaint(f"{character}{code} is left untranslated", "write it in English")
    elif not re.search("[A-Za-z]", text):
        yield Complaint(f"{text} has no English word", "write English")


def unsupported(
    evidence: Evidence,
    text: str,
    supported: Set[Fraction],
    told: Sequence[Quantity],
    known: Counter[str],
    original: str,
) -> Complaints:
    """Complain about the numbers in an English text that are not supported, the quantities that are
    none of those told, and the names whose entities are not known, each at least as often as the
    text names it."""
    hint = "render the original, correct the row or cite the words"
    wrong = [one for one in en.numbers(text) if one.telling and not one.values & supported]
    for number in wrong:
        yield Complaint(f"{number.text} is not a number of {original}", hint)
    for one, like in unlike(quantities.find(text), told):
        if not any(number.text in one.text for number in wrong):
            has = ", ".join(dict.fromkeys(f"{q.text} ({q.derivation})" for q in like))
            message = f"{one.text} ({one.derivation}) is not a quantity of {original}, which has "
            yield Complaint(message + (has or "none like it"), "say what the words do, or cite it")
    left = Counter({entity: max(count, 1) for entity, count in known.items()})
    money = [(one.start, one.end) for one in quantities.find(text)]  # 50 billion US dollars
    hint += ", or add the form by which it is named there to the surface forms"
    for mention in surface_forms.mentions(text, evidence.lexicon.english):
        if any(start < mention.start and mention.end <= end for start, end in money):
            continue
        name = text[mention.start : mention.end]
        if not any(known[entity] for entity in mention.entities):
            yield Complaint(f"{name} is not named in {original}", hint)
        elif not any(left[entity] > 0 for entity in mention.entities):
            yield Complaint(f"{name} is not named as often in {original}", hint)
        left.subtract(mention.entities)


def bound_missing(text: str, quantity: str, bound: str) -> Complaints:
    """Complain when the English text has no word for the bound of a quantity."""
    if not en.renders_bound(text, bound):
        words = en.BOUNDS[bound]
        message = f"the bound {bound} of {quantity} is not rendered"
        yield Complaint(message, f"say {' or '.join(words)}")


class Translation(Rule, wrong="prose_number prose_unit prose_bound prose_name"):
    """Numbers, bounds and names agree with the words in the column `of`; it is English.  Of words
    that are English already the cell is empty or repeats them."""

    checks_empty = True
    of: Column

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell, original = row.cells[self.column], row.cells[self.of]
        passage = evidence.own(row)
        if passage is None:
            return
        if passage.source.language.tag == "en":
            if cell not in ("", original):
                message = f"{shortened(cell)}, but the original is English"
                yield Complaint(message, f"repeat {self.of} word for word")
        elif cell:
            yield from self.compared(evidence, row, passage)
        elif original:
            yield Complaint(f"empty, but {self.of} is not English", "translate it")

    def compared(self, evidence: Evidence, row: Row, own: Passage) -> Complaints:
        """Yield what the translation leaves out, and what it brings of its own."""
        cell, original, language = row.cells[self.column], row.cells[self.of], own.source.language
        yield from is_english(cell)
        if len(cell) < (fewest := fewest_letters(original, language)):
            message = f"{len(cell)} characters, but its original of {len(original)} takes"
            yield Complaint(f"{message} at least {fewest}", "translate all of it")
        rendered = {value for number in en.numbers(cell) for value in number.values}
        for quantity in language.quantities(original):
            what = f"{quantity.text} ({quantity.derivation})"
            pair = quantity.value == 2 and quantity.unit == "count"  # 两国领导人: the leaders
            if not pair and quantity.value not in {None, 1, *rendered}:
                yield Complaint(f"{what} is not rendered", "translate the number")
            if quantity.bound == "range" and not {quantity.low, quantity.high} <= rendered:
                yield Complaint(f"{what} is not rendered", "translate both ends")
            yield from bound_missing(cell, quantity.text, quantity.bound)
        for date in language.dates(original):
            for value in map(Fraction, DIGITS.findall(unicodedata.normalize("NFKC", date.text))):
                if value not in rendered:
                    yield Complaint(f"{value} of {date.text} is not rendered", "translate it")
        here = evidence.lexicon.forms_in(row.role("document"))
        yield from names_missing(evidence, cell, original, here)
        nested = surface_forms.nested_mentions(original, here)
        known = Counter(entity for mention in nested for entity in mention.entities)
        for passage in evidence.of_row(row):
            known |= Counter(dict.fromkeys(evidence.counted_in(passage), 1))
        supported = language.numbers(original)
        told = [one for one in own.source.quantities if one.text in original]
        yield from unsupported(evidence, cell, supported, told, known, shortened(original))


def fewest_letters(original: str, language: Language) -> int:
    """Return how many characters a complete translation has at least; of a short original only as
    many as that has, for a few words may be rendered by one."""
    own = sum(character.isalpha() and not character.isascii() for character in original)
    return max(len(original), int(language.letters * own) if own >= LONG else 0)


def names_missing(evidence: Evidence, cell: str, original: str, here: Forms) -> Complaints:
    """Complain about names of the original that no English form of their entity renders."""
    entities = evidence.lexicon.entities
    named = surface_forms.mentions(original, here)
    by_form = {original[one.start : one.end]: one.entities & entities.keys() for one in named}
    for form, entity in ((form, one) for form, ids in by_form.items() for one in sorted(ids)):
        forms = entities[entity].english
        if not any(contains_form(cell, one) for one in forms):
            hint = f"say {' or '.join(forms)}, or add what you call it to its English forms"
            yield Complaint(f"{form} ({entity}) is not rendered", hint)


class Prose(Rule, wrong="prose_number prose_unit prose_bound prose_name"):
    """The text is English; its numbers and names occur in the evidence of the row, and in that of
    the rows that it compares.  The sentence of a statement names everyone who has a role."""

    citable = True
    by_clause = True

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        if not cell:
            return
        yield from is_english(cell)
        if self.schema.roles.get("sentence") == self.column:
            yield from unnamed(evidence, row, cell)
            yield from unstated(evidence, row, cell)
        if not (passages := self.passages(evidence, row)):
            return
        if self.schema.kind == "side":
            yield from [*said_otherwise(evidence, row, cell)] or opposed(evidence, row, cell)
        elif self.schema.kind == "group":
            yield from opposed(evidence, row, cell)
        told = [q for one in passages for q in one.source.quantities if q.text in one.reading]
        yield from bounds_agree(cell, told)
        ids = row.schema.columns("entity", "identifier")
        known = Counter(one for column in ids for one in row.items(column))
        mentioned = sum((evidence.counted_in(passage) for passage in passages), Counter[str]())
        if not row.schema.anchored:  # What is about other rows may name theirs again and again.
            mentioned = Counter(dict.fromkeys(mentioned, len(cell)))
        supported = numbers_for(evidence, row, passages)
        original = f"its evidence {places(passages)}"
        yield from unsupported(evidence, cell, supported, told, known | mentioned, original)

    def passages(self, evidence: Evidence, row: Row) -> list[Passage]:
        """Return the passages of a row and of the rows that it compares by their places, or none
        when those of a row cannot be read."""
        found = list(evidence.of_row(row))
        if row.about[1]:
            there = evidence.passages.get(row.about, ())
            found = [*found, *there] if there else []
        return sorted(found, key=lambda passage: passage.place)


def unstated(evidence: Evidence, row: Row, cell: str) -> Complaints:
    """Complain about the quantities of a statement whose sentence gives other numbers only."""
    stated = {value for number in en.numbers(cell) for value in number.values}
    for column in row.schema.columns("quantity"):
        words = row.cells[column] if "part" not in row.schema.field(column).options else ""
        for passage in evidence.of_cell(row, column)[:1] if words and stated else ():
            for quantity in passage.source.language.quantities(words):
                if quantity.value not in (None, 1) and quantity.value not in stated:
                    message = f"{words} ({quantity.derivation}) is not stated"
                    yield Complaint(message, "say the number")


def said_otherwise(evidence: Evidence, row: Row, cell: str) -> Complaints:
    """Complain about what is said of a statement, who says it aside, when most of its words are
    not those of the statement."""
    words = content(cell.partition(", according to ")[0])
    for one in told_of(evidence, row):
        said = sentence_of(one)
        if len(words - content(said)) > len(words) / 2:
            message = f"{shortened(cell)}, but {one.table}/{one.id} says {shortened(said)}"
            hint = "say it in the words of the row, or name the row that says it"
            yield Complaint(message, hint)


def told_of(evidence: Evidence, row: Row) -> list[Row]:
    """Return the statements that a group rests on, or that a side of a comparison is about."""
    keys = [row.key]
    if row.schema.kind == "side":
        compared = row.schema.field(row.schema.roles["comparison"]).references
        keys = [(table, row.role("comparison")) for table in compared]
    rows = (one for key in keys for one in evidence.witnesses.get(key, ()) if sentence_of(one))
    return [one for one in rows if row.schema.kind == "group" or one.key == row.about]


def opposed(evidence: Evidence, row: Row, cell: str) -> Complaints:
    """Complain about what opposes or denies each statement that it rests on, is the opposite of one
    while no other says the same, or turns what they say; what else they deny may be left out."""
    marks = language("en").marks
    part = row.schema.kind == "side" or any(mark.kind == "not" for mark in marks(cell))
    told = [(one, sentence_of(one)) for one in told_of(evidence, row)]
    found = [(one, [*clashes(text, cell, part)]) for one, text in told]
    said = {(mark.kind, mark.pole) for _, text in told for mark in marks(text) if mark.pole}
    for one, fault in ((one, fault) for one, faults in found for fault in faults):
        word = (mark for mark in marks(cell) if mark.pole)
        ends = {(m.kind, m.pole) for m in word if (m.start, m.end) == fault.sentence}
        if all(faults for _, faults in found) or (ends and ends.isdisjoint(said)):
            message = f"{fault.about}: {fault.reason}; the original is {one.table}/{one.id}"
            yield Complaint(message, "say what the rows say, or correct what they belong to")
            return
    claimed = cell.partition(", according to ")[0]
    for start, end in additions(" ".join(text for _, text in told), claimed, "en"):
        message = f"addition: {cell[start:end]!r}, which no row that it rests on says"
        yield Complaint(message, "say what the rows say, or correct what they belong to")


def clashes(said: str, cell: str, part: bool) -> Iterator[Disagreement]:
    """Yield in what an English text opposes another, all of which it need not say if it is a
    `part`."""
    for one in disagreements(said, cell, tag="en"):
        denied = one.about == "polarity" and (one.sentence or not part)
        if not one.undecided and (denied or one.about == "direction"):
            yield one


def unnamed(evidence: Evidence, row: Row, cell: str) -> Complaints:
    """Complain about who has a role in a statement and a name, but not in its English; what is
    described may be referred to by what it does."""
    for identifier in sorted(entities_of(row)):
        entity = evidence.lexicon.entities.get(identifier)
        if entity is None or entity.described or not entity.proper_names:
            continue
        if not any(contains_form(cell, form) for form in entity.english):
            message = f"{identifier} has a role in the row and is not named"
            yield Complaint(message, f"say {entity.english[0]}")


def numbers_for(evidence: Evidence, row: Row, passages: list[Passage]) -> set[Fraction]:
    """Return the numbers that prose may use: those of its evidence, of the dates that the row
    gives, and of the names of who has a role; where it is about other rows, those of their
    documents and lines."""
    cells = [row.cells[column] for column in row.schema.columns("date", "witnessed")]
    entities = evidence.lexicon.entities
    cells += [name for id in entities_of(row) & entities.keys() for name in entities[id].english]
    if not row.schema.anchored:
        cells += [f"{passage.line} {document_number(passage.document)}" for passage in passages]
    found = (one.source.language.numbers(one.reading) for one in passages)
    return {Fraction(one) for cell in cells for one in DIGITS.findall(cell)}.union(*found)


def bounds_agree(cell: str, told: Sequence[Quantity]) -> Complaints:
    """Complain about bounds of numbers (about half) that the English leaves out."""
    stated = {value for one in en.numbers(cell) if one.telling for value in one.values}
    stated -= {quantity.value for quantity in told if quantity.bound == "exact"}
    for quantity in sorted(set(told), key=lambda quantity: (quantity.text, quantity.bound)):
        if quantity.value in stated:
            yield from bound_missing(cell, quantity.text, quantity.bound)
