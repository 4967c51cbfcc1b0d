"""explorer.html: a release as one page that opens from disk, without a server or a connection.

The page holds every table of the release as columns of JSON, one script and one style sheet, and
asks for nothing else: its content security policy allows the two, by their hashes, and no request.
The script (``page.js``) is bundled from ``source/`` by ``npm run build`` and committed, so that a
release needs no Node; ``words.json`` holds the words of the interface in its languages.

What the script knows of a table are its kind and the rules and roles of its columns, as the
schemas state them.  Beside the tables it is given, for what it cannot find out itself:

``lines``
    of each document the stretches of each line that excerpts of the tables cover, and where glosses
    are in them.  The words of documents that no excerpt repeats are not part of a page.
``folding``
    pairs of characters, by which texts and queries are read in one script.
``marks``
    of each row the words that decide its cells: number of the column, document, line, start, end
    (offsets on the line), one after the other.  Columns that state in numbers or in English what
    the words of another one say share its marks.

Every text is in the page once.  Without scripts a reader sees tables of what the rows state; the
script reads these columns from there.  Of the others a column whose cells repeat is stored as its
distinct cells and their numbers, and the excerpts are read from the lines.  Out of scope: how it
looks (``source/``, ``page.css``), and reading a release back from a page.
"""

import base64
import datetime
import hashlib
import itertools
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas

from chipcontrols.languages.folding import CLASSES
from chipcontrols.package import Package, Row, citation
from chipcontrols.package.frames import OFFSETS
from chipcontrols.package.schema import Field, Schema
from chipcontrols.release import documents
from chipcontrols.release.formats import search
from chipcontrols.release.formats.search import BOOKKEEPING, RowEntities, Tables, label_column
from chipcontrols.release.formats.text import rendered
from chipcontrols.validation.lexicon import cues_in
from chipcontrols.validation.passages import Evidence, Passage
from chipcontrols.validation.rules import RULES
from chipcontrols.validation.rules.base import spans_of

FILE = "explorer.html"
HERE = Path(__file__).parent
STATED = ("title", "version", "description", "created", "homepage", "name", "questions")
MARKED_BY = ("of", "words", "english")
"""The options by which a column says whose words it states otherwise."""


def as_columns(
    frame: pandas.DataFrame, skipped: Collection[str] = (), static: Sequence[str] = ()
) -> list[Any]:
    """Return the columns of a frame: cells, or distinct cells and the number of each row's, or, of
    texts that are in the static table of the page, the number of the column there.

    >>> as_columns(pandas.DataFrame({"a": ["x", None, "x", "x"], "b": [1, 2, 3, 4]}))
    [{'of': ['x'], 'at': [0, -1, 0, 0]}, [1, 2, 3, 4]]
    >>> as_columns(pandas.DataFrame({"a": ["x", "y"], "b": [1, 2]}), static=["b", "a"])
    [1, [1, 2]]
    """
    found: list[Any] = []
    for name in frame:
        read = search.values(frame[name])
        cells = [str(one) if isinstance(one, datetime.date) else one for one in read]
        keys = [None if one is None else json.dumps(one) for one in cells]
        at, distinct = pandas.factorize(pandas.Series(keys, dtype="object"))
        texts = (one for one in cells if one is not None)
        # HTML gives back as they are only texts without these characters.
        kept = (isinstance(one, str) and one and not {"\0", "\r"} & {*one} for one in texts)
        if name in skipped:
            found.append(None)
        elif name in static and all(kept):
            found.append(static.index(name))
        elif 2 * len(distinct) <= len(cells):
            found.append({"of": [json.loads(key) for key in distinct], "at": at.tolist()})
        else:
            found.append(cells)
    return found


def described(field: Field) -> dict[str, Any]:
    """Return what the page is told of a column: nothing that is empty."""
    found = {
        "name": field.name, "type": field.type, "description": field.description,
        "unit": field.unit, "rule": field.rule, "role": field.role, "list": bool(field.separator),
        "coded": field.coded and (field.shared_list or True), "references": field.references,
        "rights": documents.rights(field),
        "options": {key: value for key, value in field.options.items() if value != ""},
    }  # fmt: skip
    if field.rule == "derived" and field.name in OFFSETS:
        found["role"] = ("start", "end")[OFFSETS.index(field.name)]
    return {key: value for key, value in found.items() if value}


def covered_lines(package: Package, evidence: Evidence) -> dict[str, list[Any]]:
    """Return the stretches of the documents that excerpts cover: of each document its lines, of
    each line its number, its stretches (start and text) and its glosses (start and end)."""
    found: dict[str, list[Any]] = {}
    for (name, number), here in sorted(documents.covered(package, evidence).items()):
        line = evidence.texts[name].lines[number - 1]
        shown = [[start, line.raw[start:end]] for start, end in here]
        found.setdefault(name, []).append([number, shown, [*itertools.chain(*line.glosses)]])
    return found


def deciding(evidence: Evidence, row: Row, field: Field) -> Iterator[tuple[Passage, int, int]]:
    """Yield the words that decide a cell: a passage, and a span of its reading line."""
    cell, passages = row.cells[field.name], evidence.of_cell(row, field.name)
    cited = [passage for passage in passages if passage.column]
    found: list[tuple[Passage, int, int]] = []
    if RULES[field.rule].copies_words or field.rule == "quantity":
        found = spans_of(evidence, row, field.name)
    for passage in passages:
        if field.rule == "entity":
            named = evidence.names_in(passage)
            items = {*field.items(cell)}
            found += [(passage, one.start, one.end) for one in named if items & one.entities]
        elif field.rule == "code":
            cues = cues_in(evidence.lexicon, row.table, field.name, passage.reading).get(cell, ())
            starts = [(passage.span[0] + passage.reading.find(cue), len(cue)) for cue in cues]
            found += [(passage, at, at + size) for at, size in starts]
    yield from found
    yield from ((one, *one.span) for one in cited if not any(one is other for other, *_ in found))


def marks_of(
    evidence: Evidence, row: Row, numbers: Mapping[str, int], names: Sequence[str]
) -> list[int]:
    """Return the marks of a row; `numbers` has the number of each document, `names` are those of
    the columns of the release."""
    found: dict[tuple[int, ...], None] = {}
    for field in row.schema.fields:
        if row.cells[field.name] and not {*MARKED_BY} & {*field.options}:
            for passage, start, end in deciding(evidence, row, field):
                place = names.index(field.name), numbers[passage.document], passage.line
                found[*place, *passage.source.raw_span(start, end)] = None
    return [*itertools.chain(*found)]


def page_tables(
    tables: Tables, package: Package, evidence: Evidence, entities: RowEntities, ids: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield what the page is given of each table of a release; `ids` are those of all entities."""
    numbers = {name: number for number, name in enumerate(evidence.texts)}
    order = {one: at for at, one in enumerate(ids)}
    for name, (frame, schema) in tables.items():
        rows = package.tables[name].rows if name in package.tables else ()
        where = [evidence.locations.get((name, row.line)) for row in rows]
        found = bool(where) and all(one and one.outcome == "exact" for one in where)
        skipped = [schema.roles["excerpt"]] if schema.anchored and found else []
        marks = [marks_of(evidence, row, numbers, schema.names) for row in rows]
        yield {
            "name": name, "title": schema.title, "description": schema.description,
            "kind": schema.kind, "options": schema.options, "key": schema.primary_key,
            "label": label_column(schema), "rows": len(frame),
            "fields": [described(field) for field in schema.fields],
            "columns": as_columns(frame, skipped, static_columns(frame, schema)),
            "marks": marks if any(marks) else [],
            "entities": [sorted(order[one] for one in row) for row in entities[name]],
        }  # fmt: skip


def folding(text: str) -> str:
    """Return each character that is folded to one of a text's, followed by that one."""
    letters = {CLASSES.get(one, one) for one in text}
    return "".join(one + folded for one, folded in CLASSES.items() if folded in letters)


def static_columns(frame: pandas.DataFrame, schema: Schema) -> list[str]:
    """Return the columns that a reader without scripts sees: id, statement and place of each row,
    of the tables that people read."""
    if schema.kind in BOOKKEEPING or frame.empty:
        return []
    places = [schema.roles[role] for role in ("document", "line") if schema.anchored]
    return [*dict.fromkeys([*schema.primary_key, label_column(schema), *places])]


def as_page(
    descriptor: Mapping[str, Any], tables: Tables, package: Package, evidence: Evidence,
    entities: RowEntities, croissant: Mapping[str, Any],
) -> str:  # fmt: skip
    """Return the page of a release; `entities` are those of each row, `croissant` is what search
    engines read: a schema.org Dataset."""
    script, style = ((HERE / name).read_text("utf-8") for name in ("page.js", "page.css"))
    # These and no others are allowed.
    digests = (hashlib.sha256(words.encode()).digest() for words in (script, style))
    hashes = [base64.b64encode(digest).decode() for digest in digests]
    licence, cited = descriptor["licenses"][0], citation(descriptor)
    about = {
        **{key: descriptor[key] for key in STATED if descriptor.get(key)}, "citation": cited,
        "licence": licence.get("title", licence["name"]), "licenceUrl": licence.get("path", ""),
        "authors": [person["title"] for person in descriptor["contributors"]],
    }  # fmt: skip
    named = (frame for frame, schema in tables.values() if schema.kind == "entity")
    ids = [one for frame in named for one in frame.iloc[:, 0]]
    data = {
        "bookkeeping": BOOKKEEPING, "entities": ids, "documents": [*evidence.texts],
        "files": [one["path"] for one in descriptor["resources"]],
        "lines": covered_lines(package, evidence),
        "tables": [*page_tables(tables, package, evidence, entities, ids)],
    }  # fmt: skip
    data["folding"] = folding(json.dumps(data, ensure_ascii=False))
    # What a reader without scripts sees.
    seen = [(schema, name, frame[columns].astype(object).where(frame.notna(), ""))
            for name, (frame, schema) in tables.items()
            if (columns := static_columns(frame, schema))]  # fmt: skip
    return rendered(
        "explorer.html.j2", descriptor=descriptor, citation=cited, tables=seen,
        policy="script-src 'sha256-{}'; style-src 'sha256-{}'".format(*hashes),
        script=script, style=style, about=croissant, data=data,
        head={"package": about, "words": json.loads((HERE / "words.json").read_bytes())},
    )  # fmt: skip
