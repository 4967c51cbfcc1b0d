"""What the rules look up in a whole package, compiled once: names, codes, cues, columns; which
codes the words of a text call for, and which cues call for nothing.

A document is validated with the lexicon and its own rows alone, so that documents can be validated
apart.  Out of scope: the rows of statements, and the documents.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from chipcontrols.languages import surface_forms
from chipcontrols.languages.folding import fold, tight
from chipcontrols.package import Code, Codes, Package, Row
from chipcontrols.package.schema import Schema

OF_LEXICON = ("entity", "english_form", "surface_form", "term", "code")
"""The kinds of tables that it is compiled from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entity:
    """An entity: its table, its English forms, the name first, and document and line of its row.

    ``AI chips`` and ``new guidance`` describe: proper names are the forms that begin with a capital
    or a digit, of entities that the documents name.  What is `described` may be referred to by what
    it does.
    """

    table: str
    english: tuple[str, ...]
    proper_names: tuple[str, ...]
    described: bool
    place: tuple[str, str] = ("", "")


@dataclasses.dataclass(frozen=True, slots=True)
class Lexicon:
    """What the rules look up; see this module's docstring."""

    schemas: Mapping[str, Schema]
    paths: Mapping[str, str]
    codes: Codes
    cues: Mapping[tuple[str, str], surface_forms.Forms]
    """The words of the cues of each coded column, each with what they call for (`words_of_cues`).
    """
    entities: Mapping[str, Entity]
    forms: surface_forms.Forms
    """The surface forms of the entities, as documents write them."""
    local: Mapping[str, surface_forms.Forms]
    """For each document with forms of its own, all forms that stand for an entity in it; under the
    empty name those that do so everywhere."""
    terms: surface_forms.Forms
    """The forms of the terms, with the row of each."""
    english: surface_forms.Forms
    """The English proper names of the entities."""
    with_form: frozenset[str]
    """The entities that have a surface form."""
    speaking: frozenset[str]
    """The entities that can speak: those of the tables that a speaker may be of."""
    idle: frozenset[tuple[str, str, str, str]] = frozenset()
    """Cues, folded, by table, column and code, that call for nothing (the rule of codes)."""

    def digest(self) -> str:
        """Return a digest of all that it says."""
        texts = "\n".join(self.texts())
        return hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()

    def texts(self) -> Iterator[str]:
        """Yield all that it says, in one order."""
        for forms in (self.forms, self.terms, self.english, *self.cues.values()):
            yield from (f"{form} {sorted(ids)}" for form, ids in sorted(forms.named.items()))
        for document, forms in sorted(self.local.items()):
            yield f"{document} {sorted(forms.named)}"
        yield from (f"{id} {entity}" for id, entity in sorted(self.entities.items()))
        yield from map(repr, sorted(self.codes.items()))
        yield from (f"{table} {schema}" for table, schema in self.schemas.items())
        yield from (*sorted(self.with_form), *sorted(self.speaking))

    def code(self, table: str, column: str, code: str) -> Code | None:
        """Return a code of a coded column, or None when the code list does not have it."""
        found = self.codes.get((table, column), ())
        return next((one for one in found if one.code == code), None)

    def forms_in(self, document: str) -> surface_forms.Forms:
        """Return the forms that stand for an entity in a document."""
        return self.local.get(document) or self.local[""]

    def units_of(self, measure: Code, table: str, column: str) -> list[str]:
        """Return the units of a column that a measure allows: those that its code names, and those
        of the dimensions that it names."""
        named = {*measure.unit.split("|")} - {""}
        units = self.codes.get((table, column), ())
        return [one.code for one in units if {one.code, one.unit} & named]


def compile_lexicon(package: Package) -> Lexicon:
    """Return the lexicon of a package whose schemas are sound."""
    further: dict[str, list[str]] = {}
    for row in package.rows("english_form"):
        further.setdefault(row.role("entity"), []).append(row.role("form"))
    entities = {
        row.id: Entity(
            table.name,
            forms := (row.role("name"), *further.get(row.id, ())),
            proper_names(row, forms),
            bool(table.schema.options.get("described")),
            (row.role("document"), row.role("line")),
        )
        for table in sorted(package.of_kind("entity"), key=lambda one: one.name)
        for row in table.rows
    }
    own: dict[str, list[tuple[str, str]]] = {"": []}
    for row in package.rows("surface_form"):
        document = row.role("document") if row.role("local") == "true" else ""
        own.setdefault(document, []).append((row.role("form"), row.role("entity")))
    everywhere, surface = own[""], [pair for pairs in own.values() for pair in pairs]
    proper = ((form, id) for id, entity in entities.items() for form in entity.proper_names)
    terms = ((row.role("form"), f"{row.table}/{row.id}") for row in package.rows("term"))
    return Lexicon(
        schemas={name: table.schema for name, table in package.tables.items()},
        paths={name: table.path for name, table in package.tables.items()},
        codes=package.codes,
        cues={
            column: surface_forms.compile_forms(words_of_cues(codes))
            for column, codes in package.codes.items()
        },
        entities=entities,
        forms=surface_forms.compile_forms(surface),
        local={
            document: surface_forms.compile_forms([*everywhere, *forms] if document else forms)
            for document, forms in own.items()
        },
        terms=surface_forms.compile_forms(terms),
        english=surface_forms.compile_forms(proper),
        with_form=frozenset(entity for _, entity in surface),
        speaking=frozenset(
            row.id for name in package.referred("speaker") for row in package.tables[name].rows
        ),
    )


GUARDED_CUE = re.compile(r"(?:\(([^()]+)\))?([^()]+)(?:\(([^()]+)\))?")
"""A cue, and in brackets the characters that may not stand beside it."""


def words_of_cues(codes: Iterable[Code]) -> Iterator[tuple[str, str]]:
    """Yield the words of each cue in lower case, of one with places for names the longest, and what
    they call for: the code, between the characters that may not stand before and after them."""
    for code, cue in ((one.code, cue) for one in codes for cue in one.cues):
        parts = GUARDED_CUE.fullmatch(fold(cue.lower()))
        before, words, after = parts.groups("") if parts else ("", cue.lower(), "")
        yield max(re.split(r"\{[a-z_]+\}", words), key=len), f"{before}\0{code}\0{after}"


def proper_names(row: Row, english: Iterable[str]) -> tuple[str, ...]:
    """Return those of the English forms of an entity that are proper names."""
    if row.role("named") == "false":
        return ()
    return tuple(form for form in english if form[:1].isupper() or form[:1].isdigit())


def cues_in(lexicon: Lexicon, table: str, column: str, text: str) -> dict[str, dict[str, bool]]:
    """Return the cues of a coded column that occur in a text, by the code that they call for, each
    with whether it governs."""
    found: dict[str, dict[str, bool]] = {}
    folded, cues = fold(text.lower()), lexicon.cues.get((table, column))
    for mention in surface_forms.nested_mentions(folded, cues) if cues else ():
        before, after = folded[: mention.start][-1:], folded[mention.end :][:1]
        cue = text[mention.start : mention.end]
        for left, code, right in (one.split("\0") for one in mention.entities):
            if before not in {*left} and after not in {*right}:
                there = found.setdefault(code, {})
                there[cue] = there.get(cue, False) or after != "的"
    return found


COMMON = 3
"""From how many lines on a word is common."""


def idle_cues(package: Package, lexicon: Lexicon) -> frozenset[tuple[str, str, str, str]]:
    """Return the cues, by table, column and code, that are common words (on COMMON lines that rows
    cite), that as many rows of other codes have, and that are the only cue of no row with the code:
    so a new code or cue breaks no old row."""
    cited: dict[tuple[str, str, str], list[str]] = {}
    lines: dict[tuple[str, str], str] = {}
    for row in package.rows():
        at = row.role("document"), row.role("line")
        lines[at] = f"{lines.get(at, '')}\n{tight(row.role('excerpt').lower())[0]}"
        if row.schema.kind == "citation":
            key = (*row.about, row.role("column"))
            cited.setdefault(key, []).append(row.role("excerpt"))
    resting: set[tuple[str, str, str, str]] = set()
    right: Counter[tuple[str, str, str, str]] = Counter()
    for row in package.rows():
        for column in row.schema.columns("code"):
            words = cited.get((row.table, row.id, column)) or [row.role("excerpt")]
            for code, cues in cues_in(lexicon, row.table, column, "\n".join(words)).items():
                keys = {(row.table, column, code, tight(cue.lower())[0]) for cue in cues}
                mine = code == row.cells[column]
                right.update(dict.fromkeys(keys, 1 if mine else -1))
                resting |= keys if mine and len(keys) == 1 else set()
    common = (key for key in right if sum(key[3] in said for said in lines.values()) >= COMMON)
    return frozenset(key for key in common if right[key] <= 0 and key not in resting)
