"""Rules of words: what cells copy from the documents, and whether they copy all of it.

``words`` occur in the evidence, whole, from one boundary to another; a ``term`` is its evidence
itself, not a part of it; a ``quotation`` fills its quotation marks or is whole clauses; a ``code``
has a cue.  Out of scope: what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chipcontrols.languages.characters import TITLE
from chipcontrols.languages.folding import fold, tight
from chipcontrols.package import Row
from chipcontrols.package.finding import shortened
from chipcontrols.validation.anchors import occurrences
from chipcontrols.validation.lexicon import cues_in
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import base
from chipcontrols.validation.rules.base import Column, Complaint, Complaints, Rule, Use

Stretch = tuple[Passage, int, int]
"""Words that were found: a passage, and the span of its reading line."""
LAST_COMMA = ",，"
"""What may end the words between quotation marks and belong to the sentence around them."""


class Words(Rule, wrong="character shortened emptied filled"):
    """The words occur in the evidence, whole; `english` is the column that says in English what
    they say, `instead_of` that of the entity, for which they stand when it has no name; where they
    are `optional`, both may be empty."""

    citable = True
    copies_words = True
    english: Column = base.NO_COLUMN
    instead_of: Column = base.NO_COLUMN
    optional: bool = False

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        if self.english and bool(cell) != bool(row.cells[self.english]):
            state = "empty" if cell else "filled"
            message = f"{shortened(cell) or 'empty'} but {self.english} is {state}"
            hint = f"{self.english} says in English what {self.column} says: fill both or none"
            yield Complaint(message, hint)
            return
        if self.instead_of:
            yield from self.beside_entity(evidence, row)
        yield from base.absent_words(evidence, row, self.column)
        found = base.spans_of(evidence, row, self.column)
        somebody = not self.instead_of or is_authorial(row) or any(map(self.is_somebody, found))
        if fault := next(cut_words(cell, found), None):
            yield fault
        elif found and not somebody:
            message = f"{shortened(cell)} does not name who does it or says it"
            hint = "copy only the words for the person, without what is done or said"
            yield Complaint(message, hint)

    def beside_entity(self, evidence: Evidence, row: Row) -> Complaints:
        """Yield that both the entity and the words are filled, or neither is."""
        cell, entity = row.cells[self.column], row.cells[self.instead_of]
        if cell and entity:
            message = f"{shortened(cell)} but {entity} has a name"
            yield Complaint(message, "keep the words for those without a name")
        elif cell or entity or self.optional or is_authorial(row):
            return
        elif not inside_quotation(evidence, row):
            message = f"empty, and {self.instead_of} is empty too"
            yield Complaint(message, "name the entity, or copy the words for one without a name")

    def is_somebody(self, found: Stretch) -> bool:
        """Return whether words are part of a clause, for a speaker one with a verb of attribution,
        and do not end with such a verb, unless they are nothing else (it is said)."""
        passage, *span = found
        line = passage.source
        verbs = line.language.attributions(line.reading)
        if saying := [start for start, end in verbs if end == span[1]]:
            return span[0] in saying
        verbs = tuple(one for one in verbs if one[1] <= span[0] or span[1] <= one[0])
        for start, end in line.language.clauses(line.reading):
            if start <= span[0] and span[1] <= end and [start, end] != span:
                says = any(start <= verb[0] and verb[1] <= end for verb in verbs)
                return says or self.schema.roles.get("speaker") != self.instead_of
        return False


def cut_words(cell: str, found: list[Stretch]) -> Complaints:
    """Complain about words that begin or end in the middle of words wherever they are found."""
    ends = {passage.place: base.boundaries(passage) for passage, *_ in found}
    if found and not any({start, end} <= ends[p.place] for p, start, end in found):
        message = f"{shortened(cell)} begins or ends in the middle of its words"
        hint = "copy the words up to the next name, verb, particle or punctuation mark"
        yield Complaint(message, hint)


def is_authorial(row: Row) -> bool:
    """Return whether the row quotes what the document asserts in its own voice."""
    fields = [row.schema.field(column) for column in row.schema.columns("quotation")]
    return any(row.cells[one.options["kind"]] == one.options.get("authorial") for one in fields)


def inside_quotation(evidence: Evidence, row: Row) -> bool:
    """Return whether the words quoted are inside a quotation of somebody else, who need not say
    whom he quotes; also when they are not found, which other rules report."""
    passage = evidence.own(row)
    if passage is None or not (spans := base.quoted_spans(row, passage)):
        return True
    begin, line = passage.span[0], passage.source
    outer = line.language.quotations(line.reading)
    return any(s < begin + start and begin + end < e for s, e in outer for start, end in spans)


class Term(Rule, wrong="character shortened emptied filled"):
    """The cell is its whole evidence, on the first line of its document that has the form once; a
    form that no line has just once is cited in a longer excerpt."""

    citable = True
    copies_words = True

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        yield from base.absent_words(evidence, row, self.column)
        for passage in evidence.of_cell(row, self.column) if cell else ():
            lines = evidence.texts[passage.document].lines
            first = next((line.number for line in lines if line.reading.count(cell) == 1), 0)
            if not first:
                yield from cut_words(cell, base.spans_of(evidence, row, self.column))
            elif cell in passage.reading and cell != passage.reading:
                message = f"{shortened(cell)} is not the whole excerpt {shortened(passage.reading)}"
                yield Complaint(message, "cite the form alone, or copy all of it")
            elif passage.line != first:
                there = f"line {first} of {passage.document}"
                message = f"{shortened(cell)} occurs once already on {there}"
                yield Complaint(message, f"set line to {first}")

    def uses(self, evidence: Evidence, row: Row, passage: Passage) -> Iterator[Use]:
        """Yield each occurrence in the passage; of a form the audit takes every occurrence."""
        if row.schema.roles.get("form") != self.column:
            yield from super().uses(evidence, row, passage)


class Quotation(Rule, wrong="character shortened"):
    """A direct text fills one pair of quotation marks, but for a comma at the end; a reported one,
    and what the document says in its own voice, is whole clauses outside of them.  `direct`,
    `reported` and `authorial` are the codes of the column `kind` for the three."""

    copies_words = True
    kind: Column
    direct: str
    reported: str
    authorial: str = ""

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        passage = evidence.own(row)
        if passage is None:
            return
        text, kind = row.cells[self.column], row.cells[self.kind]
        yield from base.absent_words(evidence, row, self.column)
        if text not in passage.reading:
            return
        reading, (start, end) = passage.source.reading, passage.span
        inside = [
            reading[s:e]
            for s, e in passage.source.language.quotations(reading)
            if start <= s and e <= end
        ]
        filling = {*inside, *(words.rstrip(LAST_COMMA) for words in inside)}
        if kind == self.direct and text not in filling:
            between = ", ".join(map(shortened, inside)) or "no words"
            message = f"{shortened(text)} does not fill a pair of quotation marks in "
            message += f"{passage.place}; between marks: {between}"
            hint = "quote all words between the marks, or make it a reported statement"
            yield Complaint(message, hint)
        if kind != self.direct and text in filling:
            message = f"{shortened(text)} is between quotation marks in {passage.place}"
            yield Complaint(message, "make it a direct quotation")
        elif kind != self.direct:
            yield from whole_clause(evidence, passage, text)
            yield from severed(evidence, row, passage, text)

    def uses(self, evidence: Evidence, row: Row, passage: Passage) -> Iterator[Use]:
        """Yield the verbs of attribution around the text, and the text if it is a quotation."""
        found = [] if passage.column else passage.spans_of(row.cells[self.column])
        for start, end in found[:1]:
            if row.cells[self.kind] != self.authorial:
                yield Use(passage.span[0], start, ("attribution",))
                yield Use(end, passage.span[1], ("attribution",))
            if row.cells[self.kind] == self.direct:
                last = passage.source.reading[end : end + 1]
                yield Use(start, end + (last in {*LAST_COMMA}), ("quotation",))


def whole_clause(evidence: Evidence, passage: Passage, text: str) -> Complaints:
    """Complain when a reported text begins or ends inside a clause; behind a heading that is fused
    to its sentence, and excluded, a clause begins."""
    line, (start, end) = passage.source, passage.spans_of(text)[0]
    bare = end - next((n for n, one in enumerate(reversed(text)) if one.isalnum()), 0)
    if not any(line.language.ends_clause(line.reading, at) for at in (bare, end)):
        rest = line.reading[end : end + 20]
        message = f"the text ends inside a clause, which goes on with {rest}"
        yield Complaint(message, "take the whole clause")
    if line.reading[end : end + 1] in ("?", "？"):
        yield Complaint("the text is a question without its mark", "take the question mark, too")
    if line.language.has_unpaired_mark(text):
        yield Complaint("the text has a quotation mark without its partner", "take both or none")
    begins = base.boundaries(passage, for_statement=True)
    if start not in begins and not excluded_before(evidence, passage, start):
        yield Complaint("the text begins in the middle of its words", "take the whole clause")


def excluded_before(evidence: Evidence, passage: Passage, start: int) -> bool:
    """Return whether all of a line up to an offset is one excluded stretch."""
    schemas, reading = evidence.lexicon.schemas, passage.source.reading
    return any(
        one.place == passage.place and one.span[1] == start and not reading[: one.span[0]].strip()
        for (table, _), found in evidence.passages.items()
        if schemas[table].kind == "exclusion"
        for one in found
    )


def severed(evidence: Evidence, row: Row, passage: Passage, text: str) -> Complaints:
    """Complain when a text leaves out a clause without which it says something else, unless another
    row of its table has that clause."""
    line = passage.source
    word, at = line.language.severed(line.reading, *passage.spans_of(text)[0])
    others = [
        one
        for key, found in evidence.passages.items()
        if word and key[0] == row.table and key[1] != row.id
        for one in found
        if not one.column and one.place == passage.place
    ]
    if word and not any(one.span[0] <= at < one.span[1] for one in others):
        message = f"the text leaves out the clause to which {word} binds it"
        yield Complaint(message, "take the whole sentence, or quote the other clause, too")


class QuotationKind(Rule, wrong="code"):
    """What is reported has a verb that attributes it, and what the document says in its own voice
    has no speaker; `of` is the column of the text."""

    of: Column

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        speaker = self.schema.roles.get("speaker", "")
        others = [f.name for f in self.schema.fields if f.options.get("instead_of") == speaker]
        saying = [column for column in (speaker, *others) if column and row.cells[column]]
        if is_authorial(row) and saying:
            message = f"{row.cells[self.column]} but {saying[0]} is filled"
            yield Complaint(message, "make it a reported quotation, or empty the speaker")
        if row.cells[self.column] != self.schema.field(self.of).options["reported"]:
            return
        passages = evidence.of_cell(row, self.column)
        passages += [one for one in evidence.of_row(row) if one.column in (speaker, *others)]
        if passages and not any(p.source.language.attributions(p.reading) for p in passages):
            where = base.places(passages)
            message = f"{row.cells[self.column]} but no verb in {where} attributes anything"
            hint = "lengthen the excerpt to the verb, or cite the speaker together with it"
            yield Complaint(message, hint)


class Code(Rule, wrong="code emptied filled"):
    """A cue of the code occurs in the evidence, and of no other code of the column; where the row
    has cues of several codes, whole clauses cited for the cell say which.  A cue that 的 follows
    describes something else (撤銷本應生效的規則 rescinds) and yields to others.  Characters in
    brackets may not stand beside a cue: ``說(明法)``.  A common word that is made a cue is none
    until the code of a row rests on it (`idle_cues`).  Codes of a measure compete only when they
    allow the unit of the row.  A cue may have places for roles, ``為{object}生產``: the words must
    then name the entities of the row there, in this order.  The entities of a row are of the tables
    that the code allows for their roles."""

    citable = True
    by_clause = True

    def check(self, evidence: Evidence, row: Row) -> Complaints:
        cell = row.cells[self.column]
        passages = evidence.of_cell(row, self.column)
        if not passages:
            return
        yield from self.misplaced(evidence, row, passages)
        text = "\n".join(passage.reading for passage in passages)
        found = cues_in(evidence.lexicon, row.table, self.column, text)
        every, at = found.pop(cell, {}), (row.table, self.column)
        words = TITLE.sub("", text) if row.schema.kind == "statement" else text
        outside = cues_in(evidence.lexicon, *at, words) if words != text else found
        idle = {(one[2], one[3]) for one in evidence.lexicon.idle if one[:2] == at}
        own = [every[cue] for cue in every if (cell, tight(cue.lower())[0]) not in idle]
        code = evidence.lexicon.code(row.table, self.column, cell)
        where = base.places(passages)
        if code and code.cues and not own:
            message = f"{cell} but none of its cues {'|'.join(code.cues)} occurs in {where}"
            hint = "choose the code that the words support, or lengthen the excerpt to the cue"
            yield Complaint(message, hint)
            return
        cited = any(passage.column for passage in passages)
        if cited and code and not code.cues:
            return
        for other in sorted(found):
            if not fits_unit(evidence, row, self.column, other):
                continue
            # A cue inside a longer cue of the code itself (禁 in 禁运) calls for nothing else.
            calling = [cue for cue in found[other] if not any(cue in longer for longer in every)]
            calling = [cue for cue in calling if (other, tight(cue.lower())[0]) not in idle]
            calling = [cue for cue in calling if cue in outside.get(other, ())]
            if cited and own:
                calling = [cue for cue in calling if found[other][cue] and not any(own)]
            if calling:
                cues = "|".join(calling)
                message = f"{cell or 'empty'}, but the cue {cues} in {where} calls for code {other}"
                message += f", as {max(every, key=len)} does for {cell}" if own else ""
                hint = f"cite for {self.column} the whole clauses that decide"
                yield Complaint(message, f"{hint}, or choose {other} if its definition fits")
                return

    def misplaced(self, evidence: Evidence, row: Row, passages: list[Passage]) -> Complaints:
        """Complain about entities of the wrong table, or named in another order than a cue has."""
        cell = row.cells[self.column]
        code = evidence.lexicon.code(row.table, self.column, cell)
        for role, tables in code.roles if code else ():
            for identifier in sorted(base.ids_of(row, role)):
                entity = evidence.lexicon.entities.get(identifier)
                if entity and entity.table not in tables:
                    tables_told = f"{entity.table}, not {' or '.join(tables)}"
                    message = f"{cell}, but its {role} {identifier} is of the table {tables_told}"
                    yield Complaint(message, "exchange the roles, or choose another code")
        ordered = [cue for cue in code.cues if "{" in cue] if code else []
        tried = ((passage, cue) for passage in passages for cue in ordered)
        if ordered and not any(names_in_order(evidence, row, *one) for one in tried):
            named = f"does not name the entities as in {'|'.join(ordered)}"
            message = f"{cell}, but {base.places(passages)} {named}"
            yield Complaint(message, "exchange the roles, or cite the words for the cell")


FARTHEST = 20
"""How many characters may lie between a word of a cue and a name in it."""


def names_in_order(evidence: Evidence, row: Row, passage: Passage, cue: str) -> bool:
    """Return whether a passage has the words of a cue and the names of its roles, in one clause and
    in the order of the cue."""
    reading, (begin, end), ends = passage.source.reading, passage.span, list[int]()
    for number, part in enumerate(filter(None, re.split(r"(\{[a-z_]+\})", cue))):
        if part.startswith("{"):
            wanted = base.ids_of(row, part[1:-1])
            spans = [(m.start, m.end) for m in passage.source.nested if m.entities & wanted]
        else:
            spans = [(at, at + len(part)) for at in occurrences(fold(reading), fold(part))]
        ends = [
            last
            for first, last in spans
            if begin <= first and last <= end
            if not number or any(near(passage, before, first) for before in ends)
        ]
    return bool(ends)


def near(passage: Passage, end: int, start: int) -> bool:
    """Return whether little lies between two words of a line, and no end of a clause."""
    line = passage.source
    clauses = line.language.clauses(line.reading)
    one_clause = any(first < end and start < last for first, last in clauses)
    return end <= start <= end + FARTHEST and one_clause


def fits_unit(evidence: Evidence, row: Row, column: str, code: str) -> bool:
    """Return whether a code of a measure allows the unit of the row; any code of another column."""
    measure = evidence.lexicon.code(row.table, column, code)
    for field in row.schema.fields:
        if field.options.get("measure") == column and measure and row.cells.get(field.name):
            allowed = evidence.lexicon.units_of(measure, row.table, field.name)
            return row.cells[field.name] in allowed
    return True
