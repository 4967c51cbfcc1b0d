"""Rules of roles: which entities the evidence names, and what part each plays in a row.

A column of entities gives an entity a role in the row.  The words for it must stand in the
evidence of the cell; what else the evidence names stands in a column ``also_named`` (support
``beside``), so that an id taken out, put in or exchanged always shows.  Out of scope: which of two
entities that the evidence names has which role; that is for a reader.
"""

from __future__ import annotations

from chipcontrols.languages import surface_forms as names
from chipcontrols.validation.passages import Evidence, Passage, Row
from chipcontrols.validation.rules.support import (
    Complaint,
    Complaints,
    Rule,
    absent_words,
    own_passage,
    place,
)

SPEAKING = ("attributed_to_id", "speaker_id")
"""Columns that say who says it: one may well speak of oneself."""


def entity(evidence: Evidence, row: Row, column: str) -> Complaints:
    """A name of the entity stands in the evidence."""
    cell = row.cells[column]
    passages = evidence.of_cell(row, column)
    if not cell or not passages or cell not in evidence.entities:
        return
    if column == "attributed_to_id" and not reported(evidence, row):
        yield Complaint(
            f"{cell} but no verb of the evidence attributes anything",
            "cite the name together with the verb of attribution",
        )
    seen = {e for passage in passages for e in entities_named(evidence, row, passage)}
    if cell in seen:
        return
    yield Complaint(
        f"{cell} is not named in {', '.join(map(place, passages))}, where the evidence names "
        f"{', '.join(sorted(seen)) or 'nobody'}",
        "lengthen the excerpt to the name, add a row to citations, or add the form to aliases",
    )


def reported(evidence: Evidence, row: Row) -> bool:
    """Return whether a verb of attribution stands in the row's excerpt or beside the name cited."""
    return any(
        names.mentions(passage.reading, evidence.verbs)
        for passage in evidence.passages.get((row.table, row.id), ())
        if passage.column in ("", "attributed_to_id")
    )


def roles_of(evidence: Evidence, row: Row) -> dict[str, str]:
    """Return the entities that have a role in the row, by column."""
    fields = evidence.tables[row.table].schema["fields"]
    columns = [field["name"] for field in fields if field["support"] == "entity"]
    return {column: row.cells[column] for column in columns if row.cells[column]}


def entities_named(evidence: Evidence, row: Row, passage: Passage) -> set[str]:
    """Return the entities that a passage of a row names, outside the words that the row quotes.

    Inside a name of the row's own entity others of its table are not named (禁令 in 新禁令, one
    policy in the name of another), those of other tables are (中國 in 中國貿促會).
    """
    begin = evidence.reading_line(passage).reading_span(passage.start, passage.end)[0]
    text = row.cells.get("text", "")
    at = passage.reading.find(text) if text and not passage.column else -1
    quoted = (begin + at, begin + at + len(text)) if at >= 0 else (0, 0)
    whole = [m for m in evidence.names_in(passage) if row.id in m.entities]
    found: set[str] = set()
    for mention in evidence.names_in(passage, row.id):
        if quoted[0] <= mention.start and mention.end <= quoted[1]:
            continue
        inside = any(m.start <= mention.start and mention.end <= m.end for m in whole)
        for identifier in mention.entities:
            entity = evidence.entities.get(identifier)
            if entity and not (inside and entity.table == row.table):
                found.add(identifier)
    return found


def beside(evidence: Evidence, row: Row, column: str) -> Complaints:
    """Every entity that the evidence names has one role in the row, or is listed as having none."""
    if own_passage(evidence, row) is None:
        return
    roles = roles_of(evidence, row)
    listed = [identifier for identifier in row.cells[column].split("|") if identifier]
    named = {
        identifier
        for passage in evidence.passages[row.table, row.id]
        if passage.column in ("", *roles)
        for identifier in entities_named(evidence, row, passage)
    }
    open_ = sorted(named - {row.id, *roles.values(), *listed})
    having = [identifier for identifier in listed if identifier in roles.values()]
    absent = [identifier for identifier in listed if identifier not in {*named, *having}]
    if listed != sorted(set(listed)):
        yield Complaint(f"{row.cells[column]} is not in order", "sort the ids, each once")
    if open_:
        yield Complaint(
            f"{', '.join(open_)}: named in the evidence, but without a role in the row",
            f"give a role, shorten the excerpt, or list in {column}",
        )
    if having:
        yield Complaint(f"{', '.join(having)}: with a role in the row", f"take out of {column}")
    if absent:
        yield Complaint(
            f"{', '.join(absent)}: not named in the evidence (outside quoted words and own names)",
            f"take out of {column}",
        )
    if twice := doubled(evidence, row):
        yield Complaint(
            f"{', '.join(twice)}: with two roles in the row",
            "keep the one that the words give, or cite the words for the other",
        )


def doubled(evidence: Evidence, row: Row) -> list[str]:
    """Return the entities that have two roles in a row without words cited for the second."""
    cited = {passage.column for passage in evidence.passages.get((row.table, row.id), ())}
    roles = roles_of(evidence, row)
    own = [value for role, value in roles.items() if role not in SPEAKING and role not in cited]
    twice = {value for value in own if own.count(value) > 1}
    medium = roles.pop("via_id", "")
    return sorted(twice | ({medium} & set(roles.values())))


def name(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The name stands in the evidence and is an alias of the entity; what the documents describe
    and do not name is named by the whole of the words cited for it."""
    cell = row.cells[column]
    if fault := next(absent_words(evidence, row, column), None):
        yield fault
        return
    cited = [p.reading for p in evidence.of_cell(row, column) if p.column]
    if (
        row.id in evidence.aliased
        and cell not in cited
        and row.id not in evidence.forms.entities(cell)
    ):
        yield Complaint(
            f"{cell} is no alias of {row.id}",
            "take an alias, or cite for the cell just the words that describe the thing",
        )


def script(evidence: Evidence, row: Row, column: str) -> Complaints:
    """The script is the one of the form's characters."""
    form, cell = row.cells["alias"], row.cells[column]
    if cell != (expected := script_of(form)):
        yield Complaint(f"{cell} but the characters of {form} are {expected}", f"set {expected}")


def script_of(form: str) -> str:
    """Return the ISO 15924 code of a form's script: Latn with a Latin letter; else Hans or Hant
    when only the one character set (GB 2312, Big5) has its characters, Hani when both or none have.

    >>> [script_of(form) for form in ("华为", "華為", "中芯", "AI芯片")]
    ['Hans', 'Hant', 'Hani', 'Latn']
    """
    if any(names.is_latin(character) and character.isalpha() for character in form):
        return "Latn"
    simplified, traditional = encodable(form, "gb2312"), encodable(form, "big5")
    if simplified == traditional:
        return "Hani"
    return "Hans" if simplified else "Hant"


def encodable(text: str, character_set: str) -> bool:
    """Return whether a character set has all letters of a text."""
    letters = "".join(character for character in text if character.isalpha())
    return letters.encode(character_set, "ignore").decode(character_set) == letters


RULES: dict[str, Rule] = {"entity": entity, "beside": beside, "name": name, "script": script}
