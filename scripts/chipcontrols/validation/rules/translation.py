"""Rules of translation: does the English say what the Chinese says?

Compared are the parts that can be compared exactly: numbers, bounds, and names of entities.  A
translation must render every quantity, date and name of its original and may bring none of its
own; prose may use only numbers and names that its row's evidence has, and no name more often.  A
translation shorter than its original, in characters, has left something out.  Out of scope: all
other meaning.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Set
from fractions import Fraction

from chipcontrols.languages import surface_forms as names
from chipcontrols.languages.en import numbers as english
from chipcontrols.languages.zh import dates, quantities
from chipcontrols.validation.passages import Evidence, Passage, Row, line_number
from chipcontrols.validation.rules import roles
from chipcontrols.validation.rules.support import (
    STATEMENT_ID,
    Complaint,
    Complaints,
    Rule,
    place,
    shortened,
)

DIGITS = re.compile(r"(?<![0-9])[0-9]{1,40}(?![0-9])(?:\.[0-9]{1,40}(?![0-9]))?")
ORIGINALS = {"quotes": "text", "glossary": "term"}


@functools.lru_cache(maxsize=4096)
def numbers_of(text: str) -> frozenset[Fraction]:
    """Return every number that a Chinese text supports: numbers of quantities, of dates, and of
    names."""
    found = {Fraction(match[0]) for match in DIGITS.finditer(text)}
    for quantity in quantities.find(text):
        values = quantity.value, quantity.low, quantity.high
        found |= {value for value in values if value is not None}
    return frozenset(found)


def date_numbers(expression: str) -> Iterator[Fraction]:
    """Yield the numbers that a date expression states: year, month and day, as far as given."""
    for digits in DIGITS.findall(expression):
        yield Fraction(digits)


def is_english(text: str) -> Complaints:
    """Complain when the text is not English."""
    if character := english.untranslated(text):
        yield Complaint(f"{character} is left untranslated", "write it in English")
    elif not re.search("[A-Za-z]", text):
        yield Complaint(f"{text} has no English word", "write English")


def unsupported_numbers(text: str, supported: Set[Fraction]) -> Iterator[str]:
    """Yield the numbers of the English text that nothing supports."""
    for number in english.numbers(text):
        if number.telling and not number.values & supported:
            yield number.text


def unsupported_names(evidence: Evidence, text: str, known: Counter[str]) -> Iterator[str]:
    """Yield what is wrong with the names in an English text, whose entities are to be known, and
    each at least as often as the text names it."""
    left = Counter({entity: max(count, 1) for entity, count in known.items()})
    for mention in names.mentions(text, evidence.english):
        name = text[mention.start : mention.end]
        if not any(known[entity] for entity in mention.entities):
            yield f"{name} is not named"
        elif not any(left[entity] > 0 for entity in mention.entities):
            yield f"{name} is not named as often"
        left.subtract(mention.entities)


def translation(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Numbers, bounds and names of the translation agree with the original; it is English."""
    cell, original = row.cells[column], row.cells[ORIGINALS.get(row.table, "text")]
    if not cell:
        return
    yield from is_english(cell)
    if len(cell) < len(original):
        yield Complaint(
            f"{len(cell)} characters for an original of {len(original)}", "translate all of it"
        )
    rendered = {value for number in english.numbers(cell) for value in number.values}
    for quantity in quantities.find(original):
        if quantity.value not in (None, 1) and quantity.value not in rendered:
            yield Complaint(
                f"{quantity.text} ({quantity.derivation}) is not rendered", "translate the number"
            )
        scale = english.scale_of(quantity.low) if quantity.value is None and quantity.low else ""
        if scale and scale not in cell.lower():
            yield Complaint(
                f"{quantity.text} ({quantity.derivation}) is not rendered", f"say {scale}s of"
            )
        if not english.renders_bound(cell, quantity.bound):
            yield Complaint(
                f"the bound {quantity.bound} of {quantity.text} is not rendered",
                f"say {' or '.join(english.BOUNDS[quantity.bound])}",
            )
    for expression in dates.find(original):
        for value in date_numbers(expression.text):
            if value not in rendered:
                yield Complaint(f"{value} of {expression.text} is not rendered", "translate it")
    for number in unsupported_numbers(cell, numbers_of(original)):
        message = f"{number} but {shortened(original)} has no such number"
        yield Complaint(message, "translate faithfully")
    yield from names_agree(evidence, row, cell, original)


def names_agree(evidence: Evidence, row: Row, cell: str, original: str) -> Complaints:
    """Complain about names of the original not rendered, and names that it does not have.

    A name is rendered by any English form of its entity; what only describes (AI chips) may stand
    in English without being named in the original, a proper name may not.
    """
    told: dict[str, names.Mention] = {}  # each form once, however often it stands there
    for mention in names.mentions(original, evidence.forms):
        told.setdefault(original[mention.start : mention.end], mention)
    for form, mention in told.items():
        for entity in sorted(mention.entities & evidence.entities.keys()):
            forms = evidence.entities[entity].english
            if not any(english.contains_form(cell, one) for one in forms):
                yield Complaint(f"{form} ({entity}) is not rendered", f"say {' or '.join(forms)}")
    known = Counter(e for m in names.nested_mentions(original, evidence.forms) for e in m.entities)
    for passage in evidence.passages.get((row.table, row.id), ()):
        known |= Counter(dict.fromkeys(evidence.known_in(passage), 1))
    for fault in unsupported_names(evidence, cell, known):
        yield Complaint(f"{fault} in {shortened(original)}", "translate faithfully")


def passages_for_prose(evidence: Evidence, row: Row) -> list[Passage]:
    """Return the passages of a row and of the rows that it compares (left and right), or none when
    those of a row cannot be read."""
    passages = list(evidence.passages.get((row.table, row.id), ()))
    for side in ("left", "right"):
        key = row.cells.get(f"{side}_table", ""), row.cells.get(f"{side}_id", "")
        there = evidence.passages.get(key, ())
        if key[1] and not there:
            return []
        passages.extend(there)
    return passages


def unnamed(evidence: Evidence, row: Row, cell: str) -> Complaints:
    """Complain about who takes part in a statement and has a name, but not in its English; the
    policy that it concerns may be told by what it does."""
    for identifier in sorted(set(roles.roles_of(evidence, row).values())):
        entity = evidence.entities.get(identifier)
        if entity is None or entity.table == "policies" or not entity.proper_names:
            continue
        if not any(english.contains_form(cell, form) for form in entity.english):
            yield Complaint(
                f"{identifier} has a role in the row and is not named", f"say {entity.english[0]}"
            )


def numbers_agree(cell: str, passages: list[Passage], compared: bool) -> Complaints:
    """Complain about numbers that the evidence does not have, or has with a bound (about half) that
    the English leaves out; a comparison may speak of documents and lines by their numbers."""
    telling = [number for number in english.numbers(cell) if number.telling]
    if not telling:
        return
    supported = {number for passage in passages for number in numbers_of(passage.reading)}
    if compared:
        supported |= {Fraction(passage.line) for passage in passages}
        supported |= {Fraction(line_number(passage.seed[:3])) for passage in passages}
    where = ", ".join(sorted({place(passage) for passage in passages}))
    for number in unsupported_numbers(cell, supported):
        yield Complaint(f"{number} is no number of its evidence {where}", "correct it or cite it")
    told = {value for number in telling for value in number.values}
    found = {q for passage in passages for q in quantities.find(passage.reading)}
    told -= {quantity.value for quantity in found if quantity.bound == "exact"}
    for quantity in sorted(found, key=lambda quantity: quantity.text):
        if quantity.value in told and not english.renders_bound(cell, quantity.bound):
            yield Complaint(
                f"the bound {quantity.bound} of {quantity.text} is not rendered",
                f"say {' or '.join(english.BOUNDS[quantity.bound])}",
            )


def prose(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The text is English; its numbers and names stand in the evidence of the row.  What says in
    short what a statement says names everyone who takes part."""
    cell = row.cells[column]
    if not cell:
        return
    yield from is_english(cell)
    if column in ("title", "description") and STATEMENT_ID.fullmatch(row.id):
        yield from unnamed(evidence, row, cell)
    passages = passages_for_prose(evidence, row)
    if not passages:
        return
    yield from numbers_agree(cell, passages, "left_table" in row.cells)
    known = Counter({value: 1 for name, value in row.cells.items() if name.endswith("_id")})
    mentioned = sum((evidence.known_in(passage) for passage in passages), Counter())
    for fault in unsupported_names(evidence, cell, known | mentioned):
        where = ", ".join(sorted({place(passage) for passage in passages}))
        yield Complaint(f"{fault} in its evidence {where}", "correct it or cite it")


RULES: dict[str, Rule] = {"translation": translation, "prose": prose}
