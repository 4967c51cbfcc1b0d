"""What a curator needs at hand: where words stand, what the line holds, and rows to paste.

*Finding* takes the words of a document, raw or in reading text, or a place such as ``001:22``.
For each place it gives the *citation cells*, whose excerpt is the shortest extension of the words
that stands once on its line and cuts no gloss, and for each line what the grammars and the audit
read in it, and *drafts*: a row of ``market_figures`` for each quantity, of ``quotes`` for each
quotation and each verb of attribution, of ``events`` for each date, of ``aliases`` for each Latin
name that no row explains, and of ``exclusions`` for each candidate that is open, for those that
belong in no table.  A draft fills what the words decide.  What only a reader can decide is left
empty and named below the row, with the codes that the words allow.

*Re-anchoring* says where the words of rows stand in a document that has changed (its SHA-256
differs): ``exact``, ``moved`` to another line, ``ambiguous``, ``absent``, or ``whole lines``, an
exclusion without words that a reader must set.  Writing it changes the lines of the rows that
moved, the ids that state them, what refers to these ids, and the document's row in ``sources``.

*Adding a document* copies it under its number and hash and adds its row to ``sources``.
Every file is replaced whole or not at all.  Out of scope: deciding what a text means.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from chipcontrols.languages.zh import dates, quantities
from chipcontrols.package import schemas
from chipcontrols.package import tables as package
from chipcontrols.package.tables import Table
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import passages
from chipcontrols.validation.completeness import Account
from chipcontrols.validation.passages import Evidence, Row
from chipcontrols.validation.rules import form, support

PLACE = re.compile(r"(?P<seed>[^:\s]+):(?P<line>[0-9]+)")
SENTENCE_END = re.compile('[。!?！？]+[」』”"]*')
CLAUSE_END = re.compile("[。!?！？,，;；:：、]")
QUOTE_FOLLOWS = re.compile('[,，:：\\s]*[「『“"]')
DETAILED = 10
"""On how many lines words may stand for each line to be shown with its drafts."""

REFERENCES = (("table", "row_id"), ("left_table", "left_id"), ("right_table", "right_id"))
"""The columns that name a row by its table and id."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's line; offsets are in the reading text."""

    seed: str
    line: int
    start: int
    end: int


# --- where words stand ---


def find_places(evidence: Evidence, query: str) -> list[Place]:
    """Return where words stand in the documents, or the line that ``001:22`` names.

    Raises ValueError for a line that the document does not have and for words that are no words.
    """
    if place := PLACE.fullmatch(query):
        for seed, document in evidence.documents.items():
            if place["seed"] in (seed, seed[:3]):
                number = int(place["line"])
                if not 1 <= number <= len(document.lines):
                    raise ValueError(f"{seed} has lines 1 to {len(document.lines)}, not {number}")
                return [Place(seed, number, 0, len(document.lines[number - 1].reading))]
    words = query.strip()
    if not words:
        raise ValueError("there are no words to find")
    found = set()
    for seed, document in evidence.documents.items():
        for number, line in enumerate(document.lines, 1):
            starts = corpus.occurrences(line.reading, words)
            spans = [(start, start + len(words)) for start in starts]
            if line.glosses:
                raw = ((start, start + len(words)) for start in corpus.occurrences(line.raw, words))
                spans += [line.reading_span(*span) for span in raw]
            found |= {Place(seed, number, *span) for span in spans if span[0] < span[1]}
    return sorted(found, key=lambda place: (place.seed, place.line, place.start))


def shortest_unique(line: corpus.Line, start: int, end: int) -> tuple[int, int]:
    """Return the shortest extension of a reading span that stands once on its line, raw.

    It begins and ends with no blank.  What extends a unique stretch is unique, so that the fewest
    characters needed on the right only fall when there are more on the left.
    """
    reading = line.reading
    best, last = (0, len(reading)), len(reading)
    for first in range(start, -1, -1):
        while last > end and stands_once(line, first, last - 1):
            last -= 1
        if not stands_once(line, first, last):
            continue
        if last - first < best[1] - best[0]:
            best = first, last
        if end - first >= best[1] - best[0] - 1:
            break
    first, last = best
    while first > 0 and reading[first].isspace():
        first -= 1
    while last < len(reading) and reading[last - 1].isspace():
        last += 1
    return trimmed(reading, first, last)


def stands_once(line: corpus.Line, start: int, end: int) -> bool:
    """Return whether the raw words of a reading span stand once on their line."""
    first, last = line.raw_span(start, end)
    return line.raw.find(line.raw[first:last], line.raw.find(line.raw[first:last]) + 1) < 0


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the blanks at its ends."""
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def raw_words(line: corpus.Line, span: tuple[int, int]) -> str:
    """Return the raw characters of a reading span."""
    first, last = line.raw_span(*span)
    return line.raw[first:last]


def stretch_around(reading: str, start: int, end: int, ends: re.Pattern[str]) -> tuple[int, int]:
    """Return the sentence or clause around a span.

    >>> stretch_around("甲說。乙跌3%。", 5, 7, SENTENCE_END)
    (3, 8)
    """
    cuts = [match.end() for match in ends.finditer(reading)]
    first = max((cut for cut in cuts if cut <= start), default=0)
    last = min((cut for cut in cuts if cut >= end), default=len(reading))
    return trimmed(reading, first, last)


# --- what a line holds ---


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """Reads lines for drafts: what accounts for each candidate, and which ids are taken."""

    evidence: Evidence
    accounts: Mapping[coverage.Place, list[Account]]
    damaged: Mapping[coverage.Place, tuple[corpus.Span, ...]]

    def line(self, seed: str, number: int) -> corpus.Line:
        """Return a line of a document."""
        return self.evidence.documents[seed].lines[number - 1]

    def of_class(self, seed: str, number: int, kind: str) -> list[Account]:
        """Return the accounts of a class of candidates on a line."""
        here = self.accounts.get((seed, number), ())
        return [account for account in here if account.candidate.kind == kind]

    def to_draft(self, seed: str, number: int, kind: str) -> list[Account]:
        """Return the same without those that are excluded on purpose."""
        found = self.of_class(seed, number, kind)
        return [account for account in found if account.status != "excluded"]

    def excerpt(self, seed: str, number: int, start: int, end: int) -> tuple[int, int]:
        """Return the largest good citation of a candidate: its sentence, its clause, or less.

        Good is one that stands once on the line outside damage, and has the candidate once.
        """
        line = self.line(seed, number)
        words = line.reading[start:end]
        for ends in (SENTENCE_END, CLAUSE_END):
            span = stretch_around(line.reading, start, end, ends)
            told = line.reading[span[0] : span[1]]
            if told.count(words) == 1 and self.outcome(seed, number, span) == "exact":
                return span
        return shortest_unique(line, start, end)

    def outcome(self, seed: str, number: int, span: tuple[int, int]) -> str:
        """Return how a citation of a reading span would be judged."""
        excerpt = raw_words(self.line(seed, number), span)
        stretches = self.damaged.get((seed, number), ())
        return corpus.locate(self.evidence.documents[seed], number, excerpt, stretches).outcome


def read_lines(evidence: Evidence) -> Reader:
    """Return the reader for a package."""
    found: dict[coverage.Place, list[Account]] = {}
    for account in coverage.audit(evidence):
        found.setdefault((account.candidate.seed, account.candidate.line), []).append(account)
    for (seed, number), row in coverage.whole_lines(evidence).items():
        document = evidence.documents.get(seed)
        if document and 1 <= number <= len(document.lines):
            by = f"{row.cells['reason']}: exclusions/{row.id}"
            reading = document.lines[number - 1].reading
            found[seed, number] = [
                Account(candidate, "excluded", by)
                for candidate in coverage.candidates_of_line(seed, number, reading, evidence.verbs)
            ]
    damaged = passages.damaged_stretches(evidence.rows["exclusions"], evidence.documents)
    return Reader(evidence, found, damaged)


def shown(evidence: Evidence, query: str) -> str:
    """Return what ``cite`` prints on words or on a place; nothing when the words stand nowhere."""
    places = find_places(evidence, query)
    reader = read_lines(evidence)
    by_line: dict[coverage.Place, list[Place]] = {}
    for place in places:
        by_line.setdefault((place.seed, place.line), []).append(place)
    parts = []
    for (seed, number), here in by_line.items():
        parts += [f"{seed}:{number}", *citations(reader, here)]
        if len(by_line) <= DETAILED:
            parts += ["", *told(reader, seed, number), "", *drafts(reader, seed, number)]
        parts.append("")
    if len(by_line) > DETAILED:
        parts.append(
            f"{len(places)} places: name one, such as {places[0].seed[:3]}:"
            f"{places[0].line}, to see what its line holds and drafts of rows"
        )
    return "\n".join(parts).rstrip("\n")


def citations(reader: Reader, places: Iterable[Place]) -> Iterator[str]:
    """Yield the line with each place marked, and the citation cells of each."""
    for place in places:
        line = reader.line(place.seed, place.line)
        reading = line.reading
        if not reading.strip():
            yield "  (a blank line)"
            continue
        span = shortest_unique(line, place.start, place.end)
        before, after = reading[: place.start], reading[place.end :]
        yield f"  {before}⟦{reading[place.start : place.end]}⟧{after}"
        cells = place.seed, str(place.line), raw_words(line, span)
        outcome = reader.outcome(place.seed, place.line, span)
        yield f"  cite: {csv_line(cells)}" + (f"  ({outcome})" if outcome != "exact" else "")


def told(reader: Reader, seed: str, number: int) -> Iterator[str]:
    """Yield what a line holds, each item with what accounts for it."""
    evidence, reading = reader.evidence, reader.line(seed, number).reading
    read = {(q.start, q.end): q for q in quantities.find(reading)}
    today = evidence.published.get(seed) or None
    if evidence.documents[seed].sha256 != hash_of(evidence, seed):
        yield "  the document has changed: see --reanchor"
    for mention in evidence.named.get((seed, number), ()):
        entities = ", ".join(sorted(mention.entities))
        yield f"  alias: {reading[mention.start : mention.end]} → {entities}"
    for account in reader.of_class(seed, number, "numeral"):
        c = account.candidate
        quantity = read.get((c.start, c.end))
        yield f"  quantity: {c.text} → {reading_of(quantity)}{accounted(account)}"
    for account in reader.of_class(seed, number, "date"):
        cell = dates.resolve(account.candidate.text, today) or "not resolved"
        yield f"  date: {account.candidate.text} → {cell}{accounted(account)}"
    for kind in ("quotation", "attribution", "name"):
        for account in reader.of_class(seed, number, kind):
            yield f"  {kind}: {account.candidate.text}{accounted(account)}"
    for key, found in evidence.passages.items():
        for passage in found:
            if (passage.seed, passage.line) == (seed, number):
                what = f" ({passage.column})" if passage.column else ""
                yield f"  row: {key[0]}/{key[1]}{what} rests on {passage.excerpt}"


def accounted(account: Account) -> str:
    """Return what accounts for a candidate, in brackets."""
    return f"  [{account.status}{': ' + account.by if account.by else ''}]"


def reading_of(quantity: quantities.Quantity | None) -> str:
    """Return how the grammar reads a quantity, and the cells."""
    if quantity is None:
        return "no quantity"
    cells = {
        "value": support.decimal_text(quantity.value),
        "low": support.decimal_text(quantity.low),
        "high": support.decimal_text(quantity.high),
        "unit": quantity.unit or "",
        "bound": quantity.bound,
    }
    told_cells = ", ".join(f"{name} {cell}" for name, cell in cells.items() if cell)
    return f"{quantity.derivation} ({told_cells})"


def hash_of(evidence: Evidence, seed: str) -> str:
    """Return the SHA-256 that ``sources`` records for a document."""
    return next(r.cells["sha256"] for r in evidence.rows["sources"] if r.cells["seed"] == seed)


# --- drafts ---


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A row to paste: its table, its filled cells, and what uses its candidate already."""

    table: str
    cells: Mapping[str, str]
    used: str = ""


def drafts(reader: Reader, seed: str, number: int) -> Iterator[str]:
    """Yield the drafts for a line as CSV, by table, with notes that begin with #."""
    evidence = reader.evidence
    found = [
        *figure_drafts(reader, seed, number),
        *quote_drafts(reader, seed, number),
        *event_drafts(reader, seed, number),
        *alias_drafts(reader, seed, number),
        *exclusion_drafts(reader, seed, number),
    ]
    for name in ("market_figures", "quotes", "events", "aliases", "exclusions"):
        if name not in evidence.tables:
            continue
        table = evidence.tables[name]
        here = [draft for draft in found if draft.table == name]
        here.sort(key=lambda draft: bool(draft.used))  # What is open takes the next free ids.
        below, listed = 0, set[str]()
        for position, unnumbered in enumerate(here):
            draft = numbered(evidence, table, unnumbered, position)
            if below != (below := line_above(table, draft)):
                instead = " (instead, for what belongs in no table)" * (name == "exclusions")
                yield f"# {table.path}, below line {below}{instead}"
            yield from draft_lines(evidence, table, draft, listed)
        if here:
            yield ""


def line_above(table: Table, draft: Draft) -> int:
    """Return the line of a table below which a draft belongs."""
    key = form.sort_key(table.schema)
    own = key([draft.cells.get(column, "") for column in schemas.field_names(table.schema)])
    above = (line for line, row in zip(table.lines, table.rows, strict=True) if key(row) < own)
    return max(above, default=1)


def numbered(evidence: Evidence, table: Table, draft: Draft, position: int) -> Draft:
    """Return a draft with its id: the next free one of its line, `position` drafts later."""
    key = table.schema["primaryKey"]
    if len(key) > 1:
        return draft
    place = f"{draft.cells['seed'][:3]}-{int(draft.cells['line']):03}"
    taken = [form.numbered(row.id) for row in evidence.rows[table.name]]
    free = max((number for there, number in taken if there == place), default=0) + 1
    return dataclasses.replace(draft, cells={**draft.cells, key[0]: f"{place}-{free + position}"})


def draft_lines(evidence: Evidence, table: Table, draft: Draft, listed: set[str]) -> Iterator[str]:
    """Yield a draft as a line of CSV, and below it what is to be filled, with the fitting codes.

    `listed` are the columns whose codes have been told: those that are the same for every draft.
    """
    columns = schemas.field_names(table.schema)
    if draft.used:
        yield f"# {draft.used} already has what follows"
    yield csv_line(draft.cells.get(column, "") for column in columns)
    missing = []
    for field in table.schema["fields"]:
        if schemas.is_required(field) and not draft.cells.get(field["name"]):
            name = field["name"]
            codes = fitting_codes(evidence, table.name, name, draft)
            if codes == list(evidence.codes.get((table.name, name), ())):
                codes = [] if name in listed else codes
                listed.add(name)
            missing.append(f"{name} ({'|'.join(codes)})" if codes else name)
    if missing:
        yield f"# fill: {', '.join(missing)}"


def fitting_codes(evidence: Evidence, table: str, column: str, draft: Draft) -> list[str]:
    """Return the codes of a column that the words of a draft allow."""
    told_words = corpus.read_line(draft.cells["excerpt"]).reading
    found = []
    for code in evidence.codes.get((table, column), ()):
        cues = evidence.cues.get((table, column, code), ())
        unit = evidence.units.get(code, "")
        fits = not unit or draft.cells.get("unit", "") in ("", unit)
        if fits and (not cues or any(cue in told_words for cue in cues)):
            found.append(code)
    return found


def cited(
    reader: Reader, seed: str, number: int, span: tuple[int, int], text: str = ""
) -> dict[str, str]:
    """Return the citation cells of a reading span, and whom it names outside a text that it
    quotes: before a curator gives them a role, all are named beside."""
    start, end = span
    at = reader.line(seed, number).reading.find(text, start, end) if text else end
    named = {
        entity
        for mention in reader.evidence.named[seed, number]
        if start <= mention.start and mention.end <= end
        if not (at <= mention.start and mention.end <= at + len(text))
        for entity in mention.entities
    }
    return {
        "also_named": "|".join(sorted(named)),
        "seed": seed,
        "line": str(number),
        "excerpt": raw_words(reader.line(seed, number), span),
    }


def told_time(reader: Reader, column: str, cells: dict[str, str]) -> dict[str, str]:
    """Return the cells of a date and its words, if the excerpt tells one time outside its text."""
    reading = corpus.read_line(cells["excerpt"]).reading.replace(cells.get("text") or "\0", "\0", 1)
    times = [reading[start:end] for start, end in dates.times(reading)]
    if len(times) != 1:
        return {}
    today = reader.evidence.published.get(cells["seed"]) or None
    return {column: dates.resolve(times[0], today) or "", f"{column}_text": times[0]}


def figure_drafts(reader: Reader, seed: str, number: int) -> Iterator[Draft]:
    """Yield a row of market_figures for each quantity."""
    read = {(q.start, q.end): q for q in quantities.find(reader.line(seed, number).reading)}
    for account in reader.to_draft(seed, number, "numeral"):
        span = account.candidate.start, account.candidate.end
        if quantity := read.get(span):
            cells = cited(reader, seed, number, reader.excerpt(seed, number, *span))
            draft = Draft("market_figures", cells)
            modalities = fitting_codes(reader.evidence, "market_figures", "modality", draft)
            cells |= {
                "quantity": quantity.text,
                "value": support.decimal_text(quantity.value),
                "value_low": support.decimal_text(quantity.low),
                "value_high": support.decimal_text(quantity.high),
                "unit": quantity.unit or "",
                "bound": quantity.bound,
                "modality": modalities[0] if len(modalities) == 1 else "",
                **told_time(reader, "as_of", cells),
            }
            yield Draft("market_figures", cells, account.by)


def quote_drafts(reader: Reader, seed: str, number: int) -> Iterator[Draft]:
    """Yield a direct quote for each quotation, a reported one for each verb without quotation."""
    reading = reader.line(seed, number).reading
    for account in reader.to_draft(seed, number, "quotation"):
        c = account.candidate
        if c.text.strip():
            span = reader.excerpt(seed, number, c.start - 1, c.end + 1)
            cells = {"kind": "direct", "text": c.text}
            cells |= cited(reader, seed, number, span, c.text)
            yield Draft("quotes", cells | told_time(reader, "said_on", cells), account.by)
    verbs = reader.to_draft(seed, number, "attribution")
    begins = {account.candidate.start for account in verbs}
    for account in verbs:
        c = account.candidate
        if c.end in begins or QUOTE_FOLLOWS.match(reading, c.end):
            continue  # 警告稱 is one verb; what a quotation says has its own draft.
        end = stretch_around(reading, c.start, c.end, SENTENCE_END)[1]
        text = reading[c.end : end].strip(" ,，:：。")
        span = reader.excerpt(seed, number, c.start, end)
        cells = {"kind": "reported", "text": text, **cited(reader, seed, number, span, text)}
        yield Draft("quotes", cells | told_time(reader, "said_on", cells), account.by)


def event_drafts(reader: Reader, seed: str, number: int) -> Iterator[Draft]:
    """Yield an event for each date."""
    today = reader.evidence.published.get(seed) or None
    for account in reader.to_draft(seed, number, "date"):
        c = account.candidate
        span = reader.excerpt(seed, number, c.start, c.end)
        cells = {
            "date": dates.resolve(c.text, today) or "",
            "date_text": c.text,
            **cited(reader, seed, number, span),
        }
        yield Draft("events", cells, account.by)


def alias_drafts(reader: Reader, seed: str, number: int) -> Iterator[Draft]:
    """Yield an alias for each Latin name that nothing accounts for, each form once."""
    line = reader.line(seed, number)
    forms = set()
    for account in reader.to_draft(seed, number, "name"):
        c = account.candidate
        if account.status == "open" and c.text not in forms:
            forms.add(c.text)
            span = shortest_unique(line, c.start, c.end)
            cells = {"alias": c.text, "script": "Latn", **cited(reader, seed, number, span)}
            yield Draft("aliases", cells)


def exclusion_drafts(reader: Reader, seed: str, number: int) -> Iterator[Draft]:
    """Yield an exclusion for each candidate that is open."""
    line = reader.line(seed, number)
    for account in reader.accounts.get((seed, number), ()):
        c = account.candidate
        if account.status == "open":
            span = shortest_unique(line, c.start, c.end)
            yield Draft("exclusions", {"class": c.kind, **cited(reader, seed, number, span)})


def csv_line(cells: Iterable[str]) -> str:
    """Return cells as one line of canonical CSV.

    >>> csv_line(["a", "b,c"])
    'a,"b,c"'
    """
    return form.serialised(list(cells), []).rstrip("\n")


# --- documents that changed ---


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Where the words of a row stand now; `to` is the line they moved to, or 0."""

    row: Row
    outcome: str
    lines: tuple[int, ...] = ()

    @property
    def to(self) -> int:
        """The line that the row is to cite."""
        return self.lines[0] if self.outcome == "moved" else 0


def changed_documents(evidence: Evidence) -> list[str]:
    """Return the documents whose SHA-256 is not the one in ``sources``."""
    return [
        seed
        for seed, document in evidence.documents.items()
        if document.sha256 != hash_of(evidence, seed)
    ]


def standings(evidence: Evidence) -> list[Standing]:
    """Return where the words of each row that rests on a changed document stand now."""
    changed = changed_documents(evidence)
    return [
        standing(evidence.documents[row.cells["seed"]], row)
        for name, table in evidence.tables.items()
        if {"seed", "line", "excerpt"} <= set(schemas.field_names(table.schema))
        for row in evidence.rows[name]
        if row.cells["seed"] in changed
    ]


def standing(document: corpus.Document, row: Row) -> Standing:
    """Return where the words of one row stand now."""
    excerpt = row.cells["excerpt"]
    line = passages.line_number(row.cells["line"])
    if not excerpt:
        return Standing(row, "whole lines", (line,))
    where = corpus.locate(document, line, excerpt)
    if where.outcome in ("exact", "ambiguous"):
        return Standing(row, where.outcome, (line,))
    if where.outcome == "absent":
        return Standing(row, "absent")
    once = [
        number
        for number in where.elsewhere
        if len(corpus.occurrences(document.lines[number - 1].raw, excerpt)) == 1
    ]
    if once and row.table in FORMS:
        return Standing(row, "moved", (once[0],))
    moved = len(where.elsewhere) == len(once) == 1
    return Standing(row, "moved" if moved else "ambiguous", where.elsewhere)


FORMS = ("aliases", "glossary")
"""Tables whose rows say only that a form stands in a document: the first line that has it will do
(the rule of terms)."""


def as_listing(evidence: Evidence, found: Iterable[Standing]) -> str:
    """Return one line a row: where its words now stand."""
    lines = [f"changed: {seed}" for seed in changed_documents(evidence)]
    counts: dict[str, int] = {}
    for item in found:
        cells = item.row.cells
        where = {
            "exact": f"exact on line {cells['line']}",
            "moved": f"moved from line {cells['line']} to line {item.to}",
            "ambiguous": f"ambiguous, on line {' and '.join(map(str, item.lines))}",
            "absent": f"absent, was on line {cells['line']}",
            "whole lines": f"whole lines from {cells['line']}, to be set by hand",
        }[item.outcome]
        if cells.get("repeat_of_line"):
            where += f"; check repeat_of_line {cells['repeat_of_line']}"
        lines.append(f"{item.row.table}/{item.row.id}: {where}")
        counts[item.outcome] = counts.get(item.outcome, 0) + 1
    told_counts = ", ".join(f"{name} {count}" for name, count in counts.items())
    lines.append(f"rows: {told_counts}" if lines else "every document is the one that was read")
    return "\n".join(lines)


def reanchored(evidence: Evidence, found: Iterable[Standing]) -> dict[str, str]:
    """Return the new text of each table that changes when the rows that moved are re-anchored."""
    changed = changed_documents(evidence)
    to = {(item.row.table, item.row.id): str(item.to) for item in found if item.to}
    content = {
        name: [
            {**row.cells, "line": to[name, row.id]} if (name, row.id) in to else dict(row.cells)
            for row in rows
        ]
        for name, rows in evidence.rows.items()
    }
    renamed = {
        (name, old): new
        for name, rows in content.items()
        for old, new in renumbered(evidence.tables[name], rows, changed).items()
    }
    texts = {}
    for name, rows in content.items():
        table = evidence.tables[name]
        key = table.schema["primaryKey"][0]
        for cells in rows:
            for table_column, id_column in REFERENCES:
                target = cells.get(table_column, ""), cells.get(id_column, "")
                if target in renamed:
                    cells[id_column] = renamed[target]
            cells[key] = renamed.get((name, cells[key]), cells[key])
            if name == "sources" and cells["seed"] in changed:
                document = evidence.documents[cells["seed"]]
                cells["sha256"] = document.sha256
                cells["line_count"] = str(len(document.lines))
        if (text := canonical_text(table, rows)) != canonical_text(
            table, (row.cells for row in evidence.rows[name])
        ):
            texts[table.path] = text
    return texts


def renumbered(
    table: Table, rows: Iterable[Mapping[str, str]], changed: list[str]
) -> dict[str, str]:
    """Return the new id of each row whose id must state another line or number.

    The statements of a line are numbered as they came: by their old line, then by their number.
    """
    key = table.schema["primaryKey"]
    here = [
        cells
        for cells in rows
        if len(key) == 1
        and "line" in cells
        and cells["seed"] in changed
        and support.STATEMENT_ID.fullmatch(cells[key[0]])
    ]
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for cells in sorted(here, key=lambda cells: form.numbered(cells[key[0]])):
        place = f"{cells['seed'][:3]}-{cells['line'].zfill(3)}"
        counts[place] = counts.get(place, 0) + 1
        old, new = cells[key[0]], f"{place}-{counts[place]}"
        if old != new:
            found[old] = new
    return found


def canonical_text(table: Table, rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as canonical CSV."""
    columns = schemas.field_names(table.schema)
    cells = [[row[column] for column in columns] for row in rows]
    return form.serialised(columns, sorted(cells, key=form.sort_key(table.schema)))


# --- a new document ---


def new_document(
    root: Path, evidence: Evidence, content: bytes, **codes: str
) -> tuple[str, dict[str, bytes]]:
    """Return the name of a new document and the files to write for it.

    `codes` are its language, genre and grade.  Raises ValueError for bytes that are no document
    and for one that is there already.
    """
    for column, code in codes.items():
        known = evidence.codes.get(("sources", column), ())
        if code not in known:
            raise ValueError(f"{code!r} is no {column}; known are {', '.join(known)}")
    document = corpus.read_document("", content)
    if not any(line.reading.strip() for line in document.lines):
        raise ValueError("the document has no text")
    recorded = {row.cells["sha256"]: row.cells["seed"] for row in evidence.rows["sources"]}
    recorded |= {found.sha256: seed for seed, found in evidence.documents.items()}
    if document.sha256 in recorded:
        raise ValueError(f"the document is there already: seeds/{recorded[document.sha256]}")
    taken = [row.cells["seed"] for row in evidence.rows["sources"]]
    taken += [path.name for path in (root / "seeds").glob("[0-9][0-9][0-9]_*")]
    number = max((int(name[:3]) for name in taken if name[:3].isdecimal()), default=-1) + 1
    if number > 999:
        raise ValueError("the numbers up to 999 are taken")
    seed = f"{number:03}_{document.sha256[:16]}.txt"
    table = evidence.tables["sources"]
    cells = dict.fromkeys(schemas.field_names(table.schema), "")
    cells |= {"seed": seed, "sha256": document.sha256, "line_count": str(len(document.lines))}
    text = canonical_text(table, [*(row.cells for row in evidence.rows["sources"]), cells | codes])
    return seed, {f"seeds/{seed}": content, table.path: text.encode("utf-8")}


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of a package, each whole; when one cannot be written, new ones go again."""
    paths = {package.path_inside(root, name): content for name, content in files.items()}
    beside = {path: path.with_name(f".{path.name}.new") for path in paths}
    created = [path for path in paths if not path.exists()]
    try:
        for path, content in paths.items():
            beside[path].write_bytes(content)
            if path.exists():
                shutil.copymode(path, beside[path])
        for path in paths:
            os.replace(beside[path], path)
    except OSError:
        for path in created:
            path.unlink(missing_ok=True)
        raise
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
