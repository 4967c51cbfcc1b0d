"""Lies about meaning: how many consistent lies does validation catch, at the row that tells them?

A *lie* changes a valid package as somebody would who wants to deceive: the sentence and the code of
its modality together, both ids and both names, a row with all that refers to it and the numbers of
those that follow.  They are made for any package by the roles of its columns, the entities of its
lexicon and ``lies.csv``, phrases that are kept apart from the word lists of the languages, so that
no rule is measured by its own list.  The kinds:

negation_taken_out, negation_put_in   of the sentence
negation_in_document   of the document and all rows that quote the words; the sentence stays
hedge_dropped, forecast_to_fact   the sentence asserts it, and the modality is ``stated``
direction, before_after, permit_forbid   one word of the sentence by one of opposite sense
actor_counterparty, subject_object, comparator   the two ids exchanged, and their names
administration   another of its kind, or one that the package does not know, in sentence and ids
clause_cut   words left out of the evidence with what they change: a negation or a hedge, the first
    or last clause of a text and of its translation, the words that decide a code
row_removed   a statement, and what refers to it, the ids after it moved up
row_removed_and_count   and the number of statements that its document is to have lowered by one
false_exclusion   that, and what the row leaves open excluded, with each reason in turn

A lie is *caught* by a finding in the row that it is about or in one that it added; of a row removed
by one in a group or comparison of which it was a witness, in the row of its document, or on a line
of the document on which it rested; of a clause cut also by one on the line on which it was.

Run it with ``python tests/tools/lies.py [--sample N]``, which tries N of each kind; ``--write``
keeps the shares in ``lie_scores.csv``.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import functools
import hashlib
import multiprocessing
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import mutation

from chipcontrols.languages import surface_forms
from chipcontrols.languages.en.words import FUNCTION_WORDS
from chipcontrols.languages.force import inflected
from chipcontrols.package import Package, Row, sort_key
from chipcontrols.package.documents import Document
from chipcontrols.package.finding import Finding
from chipcontrols.validation import completeness
from chipcontrols.validation.lexicon import cues_in
from chipcontrols.validation.parts import Index
from chipcontrols.validation.passages import Passage
from chipcontrols.validation.rules.anchors import numbered

HERE = Path(__file__).parent
SCORES = HERE / "lie_scores.csv"
Key = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Lie:
    """What is changed: cells of rows by table and id, rows gone and new, a line of a document."""

    kind: str
    table: str
    row_id: str
    told: str
    cells: tuple[tuple[Key, tuple[tuple[str, str], ...]], ...] = ()
    gone: tuple[Key, ...] = ()
    new: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    line: tuple[str, int, str] | None = None


class Phrase(NamedTuple):
    """A phrase in all its forms, those that may replace it, and whether it is a noun."""

    said: list[str]
    told: list[list[str]]
    noun: bool


@functools.cache
def phrases(kind: str) -> list[Phrase]:
    """Return the phrases of a kind."""
    with (HERE / "lies.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    return [
        Phrase(row["said"].split("/"), [one.split("/") for one in row["told"].split("|")],
               row["part"] == "noun")
        for row in rows
    ]  # fmt: skip


BEFORE_NOUN = re.compile(
    r"(?:\b(?:an?|the|this|that|these|those|its|his|her|their|our|my|any|no|some|such|of|on|new"
    r"|export|total|full|further|strict)|'s?) \Z", re.IGNORECASE
)  # fmt: skip
BEFORE_VERB = re.compile(
    r"\b(?:to|will|would|shall|should|may|might|can|could|must|not|they|we|you|I|who|which|that"
    r"|also|and|or|\w+s|\w+ly) \Z", re.IGNORECASE
)  # fmt: skip


def is_noun(before: str, after: str, base: bool) -> bool:
    """Return whether a form that a verb and a noun share, the `base` or that with s, is a noun.

    >>> is_noun("Its ", " on chips", True), is_noun("They may ", " chips", True)
    (True, False)
    """
    if BEFORE_NOUN.search(before) or after.startswith((" on ", " of ")):
        return True
    return base and not BEFORE_VERB.search(before)


def with_article(before: str, word: str) -> str:
    """Return the words before a word with the article that it wants."""
    article = "n " if word[:1].lower() in "aeiou" else " "
    return re.sub(r"(?<=\b[Aa])n? \Z", article, before)


def replaced(text: str, kind: str, plain: bool = False) -> Iterator[str]:
    """Yield a text with one phrase of a kind replaced, by each of its opposites; ``plain`` where
    words have no blanks between them.  A longer phrase hides those in it: fall in *fall behind*."""
    hidden: list[tuple[int, int]] = []
    for said, told, noun in sorted(phrases(kind), key=lambda one: -one.said[0].count(" ")):
        for at, form in enumerate(said):
            edge = "" if plain or form.endswith("20") else r"(?![\w-]|'t\b)"
            pattern = form if plain else rf"(?<![\w-]){re.escape(form)}{edge}"
            for match in re.finditer(pattern, text, 0 if plain else re.IGNORECASE):
                start, end = match.span()
                if any(s <= start and end <= e and end - start < e - s for s, e in hidden):
                    continue
                if " " in form:
                    hidden.append((start, end))
                shared = noun or (len(said) > 3 and at < 2 and not plain)
                if shared and noun != is_noun(text[:start], text[end:], at == 0):
                    continue
                for forms in told if any(map(any, told)) else ():
                    word = forms[min(at, len(forms) - 1)]
                    word = word[:1].upper() + word[1:] if match[0][:1].isupper() else word
                    yield with_article(text[:start], word) + word + text[end:]


def negated(text: str) -> Iterator[str]:
    """Yield English text with a negation put in: at an auxiliary, at a verb, before the whole."""
    yield from replaced(text, "negation_put_in")
    for said, *_ in phrases("verb"):
        base, third, past, _ = inflected(said[0])
        for form, words in (
            (third, ("does not", "fails to", "refuses to", "has yet to")),
            (past, ("did not", "failed to", "never got to", "declined to")),
        ):
            for match in re.finditer(rf"(?<= ){form}(?= )", text) if f" {form} " in text else ():
                for word in words:
                    yield f"{text[: match.start()]}{word} {base}{text[match.end() :]}"
    for _, told, _ in phrases("whole"):
        for forms in told:
            yield forms[0].replace("{}", text.rstrip("."))


ADVERB = "((?: also| even| instead| further| only| [a-z]+ly)?)"
HEDGES = re.compile(
    rf"\b(may|might|could|can possibly){ADVERB} (not )?([a-z-]+)\b"
    r"|\b(?:is|are|was|were) considering ()()([a-z]+ing)\b"
)
MAYBE = re.compile(r"\b(?:perhaps|probably|possibly|reportedly|apparently|seemingly) ", re.I)
FUTURES = re.compile(
    rf"\b(will|would|shall|should){ADVERB} (not )?([a-z-]+)\b"
    r"|\b(?:is|are|was|were)(?: now)? (?:expected|likely|set|due|about|planning|going) to ()()"
    r"([a-z]+)\b|\b(?:plan|intend|hope|aim|seek|want|expect)s? to ()()([a-z]+)\b"
    r"|(?<!,)(?<!\bwhat) (?:is|are) to ()()([a-z]+)\b"
)
PAST = {"be": "was", "have": "had", "lose": "lost", "make": "made", "take": "took", "put": "put",
        "give": "gave", "come": "came", "cost": "cost", "begin": "began", "become": "became",
        "rise": "rose", "spend": "spent", "build": "built", "bring": "brought", "lead": "led",
        "get": "got", "go": "went", "hold": "held", "keep": "kept", "leave": "left", "let": "let",
        "mean": "meant", "meet": "met", "pay": "paid", "say": "said", "see": "saw", "sell": "sold",
        "set": "set", "speak": "spoke", "stand": "stood", "win": "won", "fall": "fell",
        "grow": "grew", "cut": "cut", "find": "found", "feel": "felt"}  # fmt: skip
THIRD = {"be": "is", "have": "has", "do": "does", "go": "goes"}
SUBJECT = re.compile(r"[,;:\"']|\b(?:that|which|because|although|if|when|while)\b")
AFTER_HEAD = re.compile(r" (?:of|in|on|such|from|by|with|to|for|at|under|as|over"
                        r"|about|between|against|alone)\b.*")  # fmt: skip
PLURAL = re.compile(
    r"(?i:they|we|you|I|who|these|those|all|both|most|many|people)|(?!this|its|his)[a-z]*[a-rt-z]s"
)
GOES_ON = re.compile(r"[^,;.]*,? (?:and|or)(?: \w+ly| so| then)? ([a-z]+)\b")


def number_of(before: str) -> str:
    """Return whether the verb after some words has one subject or several, or nothing for a verb
    that has its subject from another clause.

    >>> number_of("Companies such as Nvidia "), number_of("The United States "), number_of("but ")
    ('several', 'one', '')
    """
    without_insertion = re.sub(r"\[[^]]*\](?= ?\Z)", "", before).rstrip()
    subject = SUBJECT.split(without_insertion or before)[-1].strip("[] ")
    words = AFTER_HEAD.sub("", subject).split()
    if not words or words[-1].lower() in ("but", "and", "or", "not", "only"):
        return ""
    head = words[-1] if len(words) > 1 else words[-1].lower()
    return "several" if PLURAL.fullmatch(head) or "and" in words else "one"


def asserted(text: str, hedges: re.Pattern[str]) -> Iterator[str]:
    """Yield English text with a hedge or future turned into a plain assertion, past or present; not
    where the verb shares them with another one (may obtain and develop)."""
    verbs = {phrase.said[0].rstrip("+") for phrase in phrases("verb")} | PAST.keys()
    for match in hedges.finditer(text):
        start = match.start() + match[0].startswith(" ")
        adverb, negation = ((one or "").strip() for one in match.groups()[1:3])
        verb = match[match.lastindex or 0]
        number = number_of(text[:start])
        if not number or (verb not in verbs and (verb in FUNCTION_WORDS or verb.endswith("ly"))):
            continue  # may also, because of it, …
        _, third, past, _ = inflected(verb)
        past, third = PAST.get(verb, past), THIRD.get(verb, third)
        several = number == "several"
        goes_on = GOES_ON.match(text[match.end() :])
        if verb.endswith("ing"):
            forms = ["are " + verb if several else "is " + verb]
        elif verb == "be":
            forms = ["are", "were"] if several else ["is", "was"]
            forms = [" ".join(filter(None, (form, negation, adverb))) for form in forms]
        elif negation:
            forms = ["do not " + verb if several else "does not " + verb, "did not " + verb]
        elif goes_on and goes_on[1] in verbs:
            forms = [verb] if several else []
        else:
            forms = [verb if several else third, past]
        if adverb and verb != "be":
            forms = [f"{adverb} {form}" for form in forms]
        for form in forms:
            yield f"{text[:start]}{form}{text[match.end() :]}"
    for match in MAYBE.finditer(text) if hedges is HEDGES else ():
        yield text[: match.start()] + text[match.end() :]


class Liar(mutation.Workshop):
    """Makes the lies of a valid package; the same ones for the same seed."""

    def lies(self) -> dict[str, list[Lie]]:
        """Return all lies of each kind, in order."""
        found: dict[str, list[Lie]] = {kind: [] for kind in KINDS}
        for row in self.package.rows("statement"):
            for kind, make in KINDS.items():
                found[kind] += make(self, row)
        return found

    def sentence(self, row: Row) -> tuple[str, str]:
        """Return the column of the English sentence of a statement, and the sentence."""
        column = row.schema.roles.get("sentence", "")
        return column, row.cells.get(column, "")

    def told(self, row: Row, kind: str, text: str, **more: str) -> Lie:
        """Return the lie that a row has another sentence, and other cells by role."""
        column, old = self.sentence(row)
        cells = {column: text} | {row.schema.roles[r]: c for r, c in more.items()
                                  if r in row.schema.roles}  # fmt: skip
        return Lie(kind, row.table, row.id, f"{old} → {text}", (((row.table, row.id),
                   tuple(cells.items())),))  # fmt: skip

    @functools.cached_property
    def opened(self) -> set[Key]:
        """The statements without which something in their document is open."""
        rules = {name: mutation.bind(table.schema) for name, table in self.package.tables.items()}
        index = Index(self.package)
        found = set()
        for row in self.package.rows("statement"):
            text = self.evidence.texts[row.role("document")]
            resting = index.resting(text.name).values()
            left = [one for one in resting if (one.table, one.id) != (row.table, row.id)]
            lines = {p.line for p in self.evidence.of_row(row)}
            there = tuple(line for line in text.lines if line.number in lines)
            part = dataclasses.replace(text, lines=there)
            accounts = completeness.audit(self.evidence, rules, part, left)
            if any(account.status == "open" for account in accounts):
                found.add((row.table, row.id))
        return found

    def named(self, sentence: str, ids: Sequence[str]) -> list[tuple[int, int]]:
        """Return where a sentence names one of some entities."""
        found = surface_forms.mentions(sentence, self.evidence.lexicon.english)
        return [(m.start, m.end) for m in found if m.entities & set(ids)]


def of_phrases(kind: str) -> Callable[[Liar, Row], Iterator[Lie]]:
    """Return what makes the lies of which the phrases are listed."""

    def make(liar: Liar, row: Row) -> Iterator[Lie]:
        _, sentence = liar.sentence(row)
        for text in dict.fromkeys(replaced(sentence, kind)):
            yield liar.told(row, kind, text)

    return make


def negation_put_in(liar: Liar, row: Row) -> Iterator[Lie]:
    """Yield lies that deny what the document affirms."""
    for text in dict.fromkeys(negated(liar.sentence(row)[1])):
        yield liar.told(row, "negation_put_in", text)


def of_force(kind: str, hedges: re.Pattern[str]) -> Callable[[Liar, Row], Iterator[Lie]]:
    """Return what makes lies that assert what is doubtful or still to come."""

    def make(liar: Liar, row: Row) -> Iterator[Lie]:
        _, sentence = liar.sentence(row)
        if row.role("modality") not in ("", "stated"):
            for text in dict.fromkeys(asserted(sentence, hedges)):
                if text != sentence:
                    yield liar.told(row, kind, text, modality="stated")

    return make


TOGETHER = re.compile(r"\b(?:with|together|each other|between)\b")


def exchanged(kind: str, one: str, other: str) -> Callable[[Liar, Row], Iterator[Lie]]:
    """Return what makes lies that exchange who has two roles, in cells and sentence."""

    def make(liar: Liar, row: Row) -> Iterator[Lie]:
        left, right = row.schema.roles.get(one, ""), row.schema.roles.get(other, "")
        if not left or not right or not row.cells[left] or not row.cells[right]:
            return
        codes = [liar.evidence.lexicon.code(row.table, field.name, row.cells[field.name])
                 for field in row.schema.fields if field.rule == "code"]  # fmt: skip
        if any(code and TOGETHER.search(code.definition) for code in codes):
            return
        column, sentence = liar.sentence(row)
        names = [liar.named(sentence, row.schema.field(c).items(row.cells[c]))
                 for c in (left, right)]  # fmt: skip
        if not all(names):
            return
        text = sentence
        (s1, e1), (s2, e2) = sorted(span[0] for span in names)
        if e1 <= s2:
            text = text[:s1] + text[s2:e2] + text[e1:s2] + text[s1:e1] + text[e2:]
            cells = {left: row.cells[right], right: row.cells[left], column: text}
            yield Lie(kind, row.table, row.id, f"{one} and {other} exchanged: {text}",
                      (((row.table, row.id), tuple(cells.items())),))  # fmt: skip

    return make


def administration(liar: Liar, row: Row) -> Iterator[Lie]:
    """Yield lies with another thing of the same kind by name, where one is called as the other but
    for its first word, or with one that the package does not know."""
    column, sentence = liar.sentence(row)
    entities = liar.evidence.lexicon.entities
    for mention in surface_forms.mentions(sentence, liar.evidence.lexicon.english):
        name, own = sentence[mention.start : mention.end], min(mention.entities)
        head = name.rpartition(" ")[2]
        for other, entity in entities.items() if " " in name else ():
            for form in entity.proper_names:
                if other in mention.entities or not form.endswith(f" {head}") or form == name:
                    continue
                text = sentence[: mention.start] + form + sentence[mention.end :]
                cells = {column: text}
                for field in row.schema.fields:
                    items = field.items(row.cells[field.name])
                    if own in items and field.references:
                        joined = sorted({other if one == own else one for one in items})
                        cells[field.name] = (field.separator or "").join(joined)
                yield Lie("administration", row.table, row.id, text,
                          (((row.table, row.id), tuple(cells.items())),))  # fmt: skip
                break
    for text in replaced(sentence, "administration"):
        yield liar.told(row, "administration", text)


REMOVALS = ("row_removed", "row_removed_and_count", "false_exclusion")


def removal(kind: str) -> Callable[[Liar, Row], Iterator[Lie]]:
    """Return what makes the lie that a row is not there; what else goes is found when it is
    judged."""
    return lambda liar, row: iter([Lie(kind, row.table, row.id, "removed")])


def false_exclusion(liar: Liar, row: Row) -> Iterator[Lie]:
    """Yield lies that exclude what a row that is removed leaves open, one with each reason, where
    it leaves anything open."""
    if (row.table, row.id) not in liar.opened:
        return
    for table in liar.package.of_kind("exclusion"):
        key = table.name, table.schema.roles["reason"]
        for code in liar.package.codes.get(key, ()):
            if code.code not in ("damaged", "repeat"):
                yield Lie("false_exclusion", row.table, row.id, f"excluded as {code.code}")


def negation_in_document(liar: Liar, row: Row) -> Iterator[Lie]:
    """Yield documents that deny what they affirmed or the other way round, with all rows that quote
    the words as they are now."""
    own = liar.evidence.own(row)
    if own is None:
        return
    raw, plain = own.context, own.source.language.tag != "en"
    kinds = ("negation_in_document",) if plain else ("negation_taken_out", "negation_put_in")
    quoted = [row.cells[c] for c in row.schema.columns("quotation") if row.cells[c] in own.excerpt]
    target = quoted[0] if quoted else own.excerpt
    for kind in kinds:
        for text in dict.fromkeys(replaced(target, kind, plain)):
            if raw.count(target) != 1:
                continue
            edits: dict[Key, dict[str, str]] = {}
            for other in (r for t in liar.package.tables.values() for r in t.rows):
                if (other.role("document"), other.anchor_line) == (own.document, own.line):
                    for name, cell in other.cells.items():
                        if target in cell:
                            new = cell.replace(target, text)
                            edits.setdefault((other.table, other.id), {})[name] = new
                        elif name == other.schema.roles.get("excerpt") and cell in target:
                            at = next((i for i, (a, b) in enumerate(zip(target, text, strict=False))
                                       if a != b), 0)  # fmt: skip
                            if cell not in text and target.find(cell) <= at:
                                new = changed_part(cell, target, text)
                                edits.setdefault((other.table, other.id), {})[name] = new
            cells = tuple((key, tuple(one.items())) for key, one in edits.items())
            yield Lie("negation_in_document", row.table, row.id, text, cells,
                      line=(own.document, own.line, raw.replace(target, text)))  # fmt: skip


def changed_part(part: str, old: str, new: str) -> str:
    """Return what a part of a text is in the changed text, its ends being the same."""
    start = old.find(part)
    after = len(old) - start - len(part)
    return new[start : len(new) - after]


def clause_cut(liar: Liar, row: Row) -> Iterator[Lie]:
    """Yield evidence with words left out, and rows that say what is left."""
    own = liar.evidence.own(row)
    if own is not None and own.source.language.tag != "en":
        yield from cut_words(liar, row, own)
        yield from cut_for_codes(liar, row, own)
        yield from cut_clauses(liar, row, own)


def cut_words(liar: Liar, row: Row, own: Passage) -> Iterator[Lie]:
    """Yield evidence that begins after a negation or hedge, and sentences without it."""
    column, sentence = liar.sentence(row)
    key, modality = (row.table, row.id), row.schema.roles.get("modality", "")
    copies = (row.schema.roles["excerpt"], *row.schema.columns("quotation"))
    firm = [(text, {}) for text in [*replaced(sentence, "negation_taken_out")][:1]]
    firm += [(text, {modality: "stated"}) for hedges in (HEDGES, FUTURES)
             for text in [*asserted(sentence, hedges)][:1] if modality]  # fmt: skip
    cuts = (match.end() for said, *_ in phrases("cut") for word in said
            for match in re.finditer(word, own.excerpt))  # fmt: skip
    for rest in (own.excerpt[at:].lstrip() for at in cuts):
        for text, more in firm if len(rest) > 3 else ():
            cells = dict.fromkeys(copies, rest) | {column: text} | more
            yield Lie("clause_cut", *key, f"{rest}: {text}", ((key, tuple(cells.items())),))


def cut_clauses(liar: Liar, row: Row, own: Passage) -> Iterator[Lie]:
    """Yield texts without their first or last clause, and translations without theirs."""
    column, sentence = liar.sentence(row)
    key, parts = (row.table, row.id), sentence.split(", ")
    for name in row.schema.columns("quotation"):
        text = row.cells[name]
        clauses = own.source.language.clauses(text)
        if len(clauses) < 2 or len(parts) < 2:
            continue
        first = text[clauses[1][0] :], ", ".join(parts[1:])
        last = text[: clauses[-2][1]], ", ".join(parts[:-1])
        for short, english in (first, last):
            cells = {name: short, column: english}
            if own.excerpt.count(text) == 1:
                cells[row.schema.roles["excerpt"]] = own.excerpt.replace(text, short)
            yield Lie("clause_cut", *key, f"{short}: {english}", ((key, tuple(cells.items())),))


def cut_for_codes(liar: Liar, row: Row, own: Passage) -> Iterator[Lie]:
    """Yield other codes, with a citation of the words that have only their cue."""
    for table in liar.package.of_kind("citation"):
        roles = table.schema.roles
        for field in (field for field in row.schema.fields if field.rule == "code"):
            reading = own.excerpt.lower()
            found = cues_in(liar.evidence.lexicon, row.table, field.name, reading)
            mine = list(found.pop(row.cells[field.name], {}))
            for other, cues in sorted((code, [*there]) for code, there in found.items()):
                if any(cue in one or one in cue for cue in cues for one in mine):
                    continue
                at, end = reading.index(cues[0]), reading.index(cues[0]) + len(cues[0])
                spots = [reading.index(one) for one in mine]
                last = min([s for s in spots if s >= end], default=len(reading))
                first = max([s + 1 for s in spots if s < at], default=0)
                window = own.excerpt[first:last].strip(" ,，。;；、:：")
                if own.context.count(window) != 1 or cues[0] not in window.lower():
                    continue
                cells = dict.fromkeys(table.schema.names, "")
                cells |= {roles["table"]: row.table, roles["row"]: row.id,
                          roles["column"]: field.name, roles["document"]: own.document,
                          roles["line"]: str(own.line), roles["excerpt"]: window}  # fmt: skip
                edit = ((row.table, row.id), ((field.name, other),))
                new = ((table.name, tuple(cells.items())),)
                yield Lie("clause_cut", row.table, row.id, f"{other}: {window}", (edit,), (), new)


KINDS: dict[str, Callable[[Liar, Row], Iterable[Lie]]] = {
    "negation_taken_out": of_phrases("negation_taken_out"),
    "negation_put_in": negation_put_in,
    "negation_in_document": negation_in_document,
    "hedge_dropped": of_force("hedge_dropped", HEDGES),
    "forecast_to_fact": of_force("forecast_to_fact", FUTURES),
    "direction": of_phrases("direction"),
    "before_after": of_phrases("before_after"),
    "permit_forbid": of_phrases("permit_forbid"),
    "actor_counterparty": exchanged("actor_counterparty", "actor", "counterparty"),
    "subject_object": exchanged("subject_object", "subject", "object"),
    "comparator": exchanged("comparator", "subject", "comparator"),
    "administration": administration,
    "clause_cut": clause_cut,
    "row_removed": removal("row_removed"),
    "row_removed_and_count": removal("row_removed_and_count"),
    "false_exclusion": false_exclusion,
}


def renamed_cells(
    row: Row, gone: set[Key], renamed: Mapping[Key, str]
) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row that name a row which is gone or has another id, as they are."""
    if new := renamed.get((row.table, row.id)):
        yield row.schema.primary_key[0], new
    if new := renamed.get(row.about):
        yield row.schema.roles["row"], new
    for field in row.schema.fields:
        cell = row.cells[field.name]
        tables = [row.table] if field.rule == "part_of" else field.references
        if not cell or field.separator or row.schema.kind == "entity":
            continue
        if any((table, cell) in gone for table in tables) and not field.required:
            yield field.name, ""
        for new in (renamed.get((table, cell), "") for table in tables):
            if new:
                yield field.name, new


class Court(mutation.Workbench):
    """A valid package in memory, on which lies are judged."""

    def lying(self, lie: Lie) -> tuple[Package, list[str]]:
        """Return the package with a lie, and the tables that differ."""
        edits, gone = dict(lie.cells), set(lie.gone)
        names = {key[0] for key in (*edits, *gone)} | {name for name, _ in lie.new}
        changed = dict(self.package.tables)
        for name in names:
            table = changed[name]
            rows = [{**row.cells, **dict(edits.get((name, row.id), ()))} for row in table.rows
                    if (name, row.id) not in gone]  # fmt: skip
            rows += [dict(cells) for table_name, cells in lie.new if table_name == name]
            order = sort_key(table.schema)
            rows.sort(key=lambda cells, order=order: order(tuple(cells.values())))
            changed[name] = mutation.with_cells(table, rows)
        return dataclasses.replace(self.package, tables=changed), sorted(names)

    def removed(self, lie: Lie) -> Lie:
        """Return the lie that a statement is not there, nor anything that refers to it."""
        row = self.package.row(lie.table, lie.row_id)
        gone = {(row.table, row.id)}
        rows = [other for table in self.package.tables.values() for other in table.rows]
        while more := {(o.table, o.id) for o in rows if self.loses(o, gone)} - gone:
            gone |= more
        place, number = numbered(row.id)
        renamed = {}
        for other in self.package.tables[row.table].rows:
            there, after = numbered(other.id)
            if place and there == place and after > number:
                renamed[row.table, other.id] = f"{place}-{after - 1}"
        cells = [(key, tuple(edits.items())) for other in rows
                 if (key := (other.table, other.id)) not in gone
                 if (edits := dict(renamed_cells(other, gone, renamed)))]  # fmt: skip
        for document in self.package.rows("document") if lie.kind != "row_removed" else ():
            if document.role("document") == row.role("document"):
                for column in document.schema.columns("counted"):
                    count = str(int(document.cells[column]) - 1)
                    cells.append(((document.table, document.id), ((column, count),)))
        return dataclasses.replace(lie, cells=tuple(cells), gone=tuple(sorted(gone)))

    def loses(self, row: Row, gone: set[Key]) -> bool:
        """Return whether a row has nothing left to refer to when some rows are gone."""
        schema = row.schema
        if row.about in gone:
            return True
        if schema.kind == "side":
            targets = schema.field(schema.roles["comparison"]).references
            return any((target, row.role("comparison")) in gone for target in targets)
        known = self.evidence.witnesses.get((row.table, row.id))
        if not known or schema.kind not in ("group", "comparison"):
            return False
        left = sum((one.table, one.id) not in gone for one in known)
        return left < (1 if schema.kind == "group" else 2)

    def caught(self, lie: Lie) -> list[Finding]:
        """Return the findings at the places at which a lie can be caught."""
        if lie.kind in REMOVALS:
            lie = self.removed(lie)
        if lie.kind == "false_exclusion":
            lie = self.hidden(lie)
        if lie.line:
            lie, document = self.rewritten(lie)
        package, names = self.lying(lie)
        documents = {document.name: document} if lie.line else {}
        found, *_ = self.findings(package, *names, documents=documents)
        places = set[tuple[str, int]]()
        left_open = lie.gone or ((lie.table, lie.row_id),) * (lie.kind == "clause_cut")
        for key in left_open:
            places |= {(f"seeds/{p.document}", p.line) for p in self.evidence.passages.get(key, ())}
        rested = {(p.document, p.line) for key in lie.gone
                  for p in self.evidence.passages.get(key, ())}  # fmt: skip
        new = [dict(cells) for _, cells in lie.new]
        groups = {(t.name, r.id) for t in package.of_kind("group", "comparison") for r in t.rows
                  if any((w.table, w.id) in lie.gone
                         for w in self.evidence.witnesses.get((t.name, r.id), ()))}  # fmt: skip
        own = (lie.table, lie.row_id)
        for table in package.tables.values():
            for row in table.rows:
                mine = (table.name, row.id) == own and not lie.gone
                mine |= (
                    bool(lie.gone)
                    and table.schema.kind == "document"
                    and (row.role("document") in {seed for seed, _ in rested})
                )
                if mine or dict(row.cells) in new or (table.name, row.id) in groups:
                    places.add((table.path, row.line))
        return [f for f in found if (f.file, f.line) in places]

    def rewritten(self, lie: Lie) -> tuple[Lie, Document]:
        """Return a lie in a document with the hash of the document, and the document."""
        assert lie.line
        name, number, raw = lie.line
        document = self.documents[name]
        lines = (*document.lines[: number - 1], raw, *document.lines[number:])
        sha256 = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        edits = list(lie.cells)
        for row in self.package.rows("document"):
            if row.role("document") == name:
                edits.append(((row.table, row.id), ((row.schema.roles["sha256"], sha256),)))
        again = dataclasses.replace(document, lines=lines, sha256=sha256)
        return dataclasses.replace(lie, cells=tuple(edits)), again

    def hidden(self, lie: Lie) -> Lie:
        """Return the lie with exclusions of what the removed row leaves open."""
        package, _ = self.lying(lie)
        table = next(iter(self.package.of_kind("exclusion")))
        roles, reason = table.schema.roles, lie.told.rpartition(" ")[2]
        evidence = self.changed_evidence(package, self.documents, False)
        removed = next(r for r in self.package.tables[lie.table].rows if r.id == lie.row_id)
        text = evidence.texts[removed.role("document")]
        resting = [*Index(package).resting(text.name).values()]
        accounts = completeness.audit(evidence, self.rules, text, resting)
        lines = {p.line for key in lie.gone for p in self.evidence.passages.get(key, ())
                 if p.document == text.name}  # fmt: skip
        taken = {r.id for r in table.rows}
        new = []
        for one in accounts:
            if one.status != "open" or one.candidate.line not in lines:
                continue
            line = text.lines[one.candidate.line - 1]
            start, end = line.raw_span(one.candidate.start, one.candidate.end)
            while line.raw.count(line.raw[start:end]) > 1 and end - start < 60:
                start, end = max(0, start - 1), min(len(line.raw), end + (start == 0))
            place = f"{numbered(lie.row_id)[0].split('-')[0]}-{line.number:03}"
            number = next(n for n in range(1, 10_000) if f"{place}-{n}" not in taken)
            taken.add(f"{place}-{number}")
            cells = dict.fromkeys(table.schema.names, "")
            cells |= {table.schema.primary_key[0]: f"{place}-{number}",
                      roles["document"]: text.name, roles["line"]: str(line.number),
                      roles["excerpt"]: line.raw[start:end].strip(),
                      roles["class"]: one.candidate.kind, roles["reason"]: reason}  # fmt: skip
            new.append((table.name, tuple(cells.items())))
        return dataclasses.replace(lie, new=tuple(new))


def sample(lies: Mapping[str, list[Lie]], count: int, seed: int = 1) -> list[Lie]:
    """Return `count` lies of each kind, no row twice in a kind before all have had one."""
    found = []
    for kind, every in lies.items():
        chance = random.Random(f"{seed} {kind}")
        shuffled = chance.sample(every, len(every))
        rank: Counter[str] = Counter()
        ranked = []
        for lie in shuffled:
            ranked.append((rank[f"{lie.table}/{lie.row_id}"], lie))
            rank[f"{lie.table}/{lie.row_id}"] += 1
        found += [lie for _, lie in sorted(ranked, key=lambda one: one[0])[:count]]
    return found


_court: list[Court] = []


def judge(task: tuple[str, Lie]) -> tuple[Lie, tuple[str, ...]]:
    """Return a lie and the rules that caught it."""
    if not _court:
        _court.append(Court(Path(task[0])))
    return task[1], tuple(sorted({finding.rule for finding in _court[0].caught(task[1])}))


def judged(root: Path, lies: Sequence[Lie], jobs: int) -> Iterator[tuple[Lie, tuple[str, ...]]]:
    """Yield each lie with the rules that caught it, in order; `jobs` processes share the work."""
    tasks = [(str(root), lie) for lie in lies]
    if jobs < 2:
        _court.clear()
        yield from map(judge, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(judge, tasks, chunksize=4)


def scores(verdicts: Iterable[tuple[Lie, tuple[str, ...]]]) -> list[tuple[str, int, int]]:
    """Return for each kind how many lies were tried and caught."""
    tried, caught = Counter[str](), Counter[str]()
    for lie, rules in verdicts:
        tried[lie.kind] += 1
        caught[lie.kind] += bool(rules)
    return [(kind, tried[kind], caught[kind]) for kind in KINDS if tried[kind]]


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description="Tell consistent lies and count those caught.")
    parser.add_argument("--root", type=Path, default=mutation.CHECKOUT)
    parser.add_argument("--sample", type=int, default=40, help="of each kind (default: 40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=KINDS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="keep the shares in lie_scores.csv")
    options = parser.parse_args()
    package, evidence = mutation.read_evidence(options.root)
    lies = Liar(package, evidence, options.seed).lies()
    chosen = sample({k: v for k, v in lies.items() if k in (options.kind or KINDS)},
                    options.sample, options.seed)  # fmt: skip
    verdicts = list(judged(options.root, chosen, options.jobs))
    for lie, rules in verdicts:
        if not rules:
            print(f"uncaught [{lie.kind}] {lie.table}/{lie.row_id} {lie.told}")
    print(f"\n{'kind':<24}{'all':>7}{'tried':>7}{'caught':>8}{'share':>8}")
    found = scores(verdicts)
    for kind, tried, caught in found:
        share = 100 * caught / tried
        print(f"{kind:<24}{len(lies[kind]):>7}{tried:>7}{caught:>8}{share:>7.1f}%")
    total = [sum(one[at] for one in found) for at in (1, 2)]
    print(f"{'all':<31}{total[0]:>7}{total[1]:>8}{100 * total[1] / max(total[0], 1):>7.1f}%")
    if options.write:
        lines = ["kind,tried,caught", *(f"{k},{t},{c}" for k, t, c in found)]
        SCORES.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
