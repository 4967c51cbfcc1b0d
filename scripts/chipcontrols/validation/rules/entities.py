"""Rules of entities: whom the evidence names, and what part each plays in a row.

A column of entities gives one or several entities a role in the row. The words for each must occur
in the evidence of the cell; whoever else the evidence names is listed in a table of other mentions,
so that an id taken out, put in or exchanged shows. Out of scope: which of two entities that the
evidence names has which role (the rule of roles).
"""

from __future__ import annotations

from collections.abc import Iterable

from chipcontrols.languages import language
from chipcontrols.package import Row
from chipcontrols.package.schema import Schema
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule


class Entity(Rule, wrong="id emptied filled"):
    """A name of the entity occurs in the evidence, or with `titled` in the title of the document;
    with `needs_attribution` beside a verb that attributes a statement."""

    citable = True
    needs_attribution: bool = False
    titled: bool = False

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        listed = row.items(self.column)
        passages = evidence.of_cell(row, self.column)
        if not passages or not set(listed) <= evidence.lexicon.entities.keys():
            return
        if listed != sorted(set(listed)):
            yield Complaint(f"{row.cells[self.column]} is not in order", "sort the ids, each once")
        if listed and self.needs_attribution:
            beside = [one for one in evidence.of_row(row) if one.column in ("", self.column)]
            if not any(one.source.language.attributions(one.reading) for one in beside):
                message = f"{', '.join(listed)} but no verb in the evidence attributes anything"
                hint = "cite the name with the verb that attributes, without other names"
                yield Complaint(message, hint)
        seen = {id for passage in passages for id in named_outside_quote(evidence, row, passage)}
        seen |= named_by_title(evidence, row) if self.titled else set()
        for identifier in (one for one in listed if one not in seen):
            named = f"where the evidence names {', '.join(sorted(seen)) or 'nobody'}"
            message = f"{identifier} is not named in {base.places(passages)}, {named}"
            hint = "lengthen the excerpt to the name, cite the name, or add its surface form"
            yield Complaint(message, hint + hiding(passages, identifier))


def named_by_title(evidence: Evidence, row: Row) -> set[str]:
    """Return the entities that the title of the row's document names and whose own rows rest on it:
    a notice itself."""
    text = evidence.texts.get(row.role("document"))
    title = next((one for one in text.lines if one.reading.strip()), None) if text else None
    named = {id for mention in title.mentions for id in mention.entities} if title else set()
    entities, place = evidence.lexicon.entities, title and (title.document, str(title.number))
    return {id for id in named if id in entities and entities[id].place == place}


def roles_of(row: Row) -> dict[str, list[str]]:
    """Return the entities that have a part in the row, by column."""
    return {one: row.items(one) for one in row.schema.columns("entity") if row.cells[one]}


def entities_of(row: Row) -> set[str]:
    """Return the entities that have a part in the row."""
    return {identifier for listed in roles_of(row).values() for identifier in listed}


def named_outside_quote(evidence: Evidence, row: Row, passage: Passage) -> set[str]:
    """Return the entities that a passage of a row names, outside the words that the row quotes.

    Inside a name of the row's own entity others of its table are not named (禁令 in 新禁令, one
    policy in the name of another), those of other tables are (中國 in 中國貿促會).
    """
    begin = passage.span[0]
    quoted = [] if passage.column else base.quoted_spans(row, passage)
    named = evidence.names_in(passage) if row.id in evidence.lexicon.entities else ()
    whole = [m for m in named if row.id in m.entities]
    found: set[str] = set()
    for mention in evidence.names_in(passage, row.id):
        if any(s <= mention.start - begin and mention.end - begin <= e for s, e in quoted):
            continue
        inside = any(m.start <= mention.start and mention.end <= m.end for m in whole)
        for identifier in mention.entities:
            entity = evidence.lexicon.entities.get(identifier)
            if entity and not (inside and entity.table == row.table):
                found.add(identifier)
    return found


def with_two_roles(evidence: Evidence, row: Row) -> list[str]:
    """Return the entities that play two parts in a row without words cited for the second; who
    says something may speak of itself, but does not report itself."""
    cited = {passage.column for passage in evidence.of_row(row)}
    parts = roles_of(row)
    speaker = row.schema.roles.get("speaker", "")
    own = [id for column, ids in parts.items() if column != speaker and column not in cited
           for id in dict.fromkeys(ids)]  # fmt: skip
    medium = set(parts.pop(row.schema.roles.get("medium", ""), ()))
    others = {identifier for listed in parts.values() for identifier in listed}
    return sorted({id for id in own if own.count(id) > 1} | (medium & others))


class OtherMentions(Rule):
    """Every entity that the evidence of a row names has one role in the row, or is listed as having
    none in a table of other mentions, which lists nobody else."""

    kinds = ("entity", "statement")

    def concerns(self, evidence: Evidence, row: Row) -> bool:
        return has_mentions(row.schema) and bool(tables_of_mentions(evidence))

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        if not self.concerns(evidence, row) or evidence.own(row) is None:
            return
        with_role, cited, key = entities_of(row), roles_of(row), row.schema.primary_key[0]
        named = {
            identifier
            for passage in evidence.of_row(row)
            if passage.column in ("", *cited)
            for identifier in named_outside_quote(evidence, row, passage)
        }
        listed = {one.role("entity"): one for one in evidence.mentions.get(row.key, ())}
        if missing := sorted(named - {row.id, *with_role, *listed}):
            message = f"{', '.join(missing)}: named in the evidence, but without a role in the row"
            tables = tables_of_mentions(evidence)
            hint = f"give a role, shorten the excerpt, or list in {tables[0]}"
            yield Complaint(message, hint + hiding(evidence.of_row(row), missing[0]), key)
        for one, mention in listed.items():
            message = f"{one}: has a role in the row"
            if one not in with_role:
                message = f"{one}: not named in the evidence (outside quoted words and own names)"
            if one in with_role or one not in named:
                column = mention.schema.roles["entity"]
                hint = f"take out of {mention.table}{hiding(evidence.of_row(row), one)}"
                yield Complaint(message, hint, column, mention)
        if twice := with_two_roles(evidence, row):
            message = f"{', '.join(twice)}: has two roles in the row"
            hint = "keep the one that the words give, or cite the words for the other"
            yield Complaint(message, hint, key)


def hiding(passages: Iterable[Passage], identifier: str) -> str:
    """Return what to do about a longer name in some passages that holds the name of an entity, or
    of which an entity has the name; nothing when there is none."""
    for passage in passages:
        nested = passage.within(passage.source.nested)
        for long in nested:
            inside = [one for one in nested if long.start <= one.start and one.end <= long.end]
            known = {id for one in inside for id in one.entities}
            if identifier in known and len(known) > 1:
                form = passage.source.reading[long.start : long.end]
                return f"; or, if only another document means it by {form}, make that form local"
    return ""


def has_mentions(schema: Schema) -> bool:
    """Return whether the rows of a table may name entities that have no role in them."""
    return schema.kind in OtherMentions.kinds and schema.anchored


def tables_of_mentions(evidence: Evidence) -> list[str]:
    """Return the tables of other mentions, by name."""
    return [name for name, one in evidence.lexicon.schemas.items() if one.kind == "mention"]


class Name(Rule, wrong="character shortened"):
    """The name occurs in the evidence and is a surface form of the entity; for what the documents
    describe and do not name, it is all of the words cited for it."""

    citable = True
    copies_words = True

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        if fault := next(base.absent_words(evidence, row, self.column), None):
            yield fault
            return
        cited = [p.reading for p in evidence.of_cell(row, self.column) if p.column]
        lexicon = evidence.lexicon
        own = row.id in lexicon.forms.entities(cell)
        if row.id in lexicon.with_form and not own and cell not in cited:
            hint = "take a surface form, or cite for the cell the words that describe the thing"
            yield Complaint(f"{cell} is not a surface form of {row.id}", hint)


class Script(Rule, wrong="code"):
    """The script is the one of the characters of the form in the column `of`."""

    of: Column

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        form, cell = row.cells[self.of], row.cells[self.column]
        text = evidence.texts.get(row.role("document"))
        tag = text.document.language if text else "zh"
        if cell != (expected := language(tag).script(form)):
            message = f"{cell} but the characters of {form} are {expected}"
            yield Complaint(message, f"set {expected}")
