"""The full-text index of the SQLite file: every row that people read, by words in any script.

SQLite splits texts at blanks, and Chinese has none: its trigrams find no word of two characters,
and most words have two.  So the index ``everything_fts`` has two columns.  ``words`` holds the
texts with every Chinese character on its own, in order: a phrase of characters finds any stretch.
``grams`` holds each stretch of two to eight characters, and each name whole: what people type into
a search box is found as it is.  Both hold the texts in either script too (``folding``; of
several traditional characters the one that is used most).  A row is also found by every name of the
entities that it refers to.  The table ``everything`` says which row of which table is meant; the
texts themselves are stored once, in their tables.  The search is ``templates/search.sql.j2``.
"""

import itertools
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas

from chipcontrols.languages import surface_forms
from chipcontrols.languages.folding import CLASSES
from chipcontrols.package.frames import OFFSETS
from chipcontrols.package.schema import Schema

Tables = Mapping[str, tuple[pandas.DataFrame, Schema]]
"""The frame and the schema of each table of a release, by name."""
MENTIONS = "mentions"
"""The derived table of the places where documents name entities."""
TABLE, INDEX = "everything", "everything_fts"
BOOKKEEPING = (
    "citation", "code", "derived", "english_form", "exception", "exclusion", "mention",
    "surface_form",
)  # fmt: skip
"""The kinds of tables whose rows nobody searches for."""
SIMPLE = str.maketrans(CLASSES)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
LONGEST = 8
STRUCTURE = 10
"""The row of the index's data that says of which segments it consists."""
CREATE = f"""
CREATE TABLE {TABLE} (
  "row" INTEGER PRIMARY KEY, table_name TEXT NOT NULL, row_id TEXT NOT NULL, says TEXT
);
CREATE VIRTUAL TABLE {INDEX} USING fts5(words, grams, content='', columnsize=0);
"""


def grams(text: str) -> Iterator[str]:
    """Yield every stretch of two to eight Chinese characters of a text.

    >>> " ".join(grams("在出口管 X"))
    '在出 在出口 在出口管 出口 出口管 口管'
    """
    for run in HAN.findall(text):
        for start in range(len(run) - 1):
            ends = range(start + 2, min(start + LONGEST, len(run)) + 1)
            yield from (run[start:end] for end in ends)


def spaced(text: str) -> str:
    """Return a text with every Chinese character on its own.

    >>> spaced("禁Nvidia晶片")
    ' 禁 Nvidia 晶 片 '
    """
    return HAN.sub(lambda run: f" {' '.join(run[0])} ", text)


def names_of(tables: Tables) -> dict[str, set[str]]:
    """Return every name and form of each entity."""
    found: dict[str, set[str]] = {}
    for frame, schema in tables.values():
        roles = schema.roles
        if schema.kind == "entity":
            key, columns = schema.primary_key[0], [roles.get("name"), roles.get("original_name")]
        elif schema.kind in ("surface_form", "english_form"):
            key, columns = roles["entity"], [roles["form"]]
        else:
            continue
        for column in filter(None, columns):
            for entity, name in zip(frame[key], frame[column].fillna(""), strict=True):
                found.setdefault(entity, set()).update({name} - {""})
    return found


def label_column(schema: Schema) -> str:
    """Return the column that says best what a row is."""
    wanted = ("label", "name", "sentence", "title", "form", "definition", "code")
    named = [schema.roles.get(one, one) for one in wanted]
    found = [name for name in named if name in schema.names]
    texts = [one.name for one in schema.fields if one.rule in ("prose", "translation", "words")]
    return [*found, *texts, schema.primary_key[0]][0]


def named(tables: Tables) -> Callable[[str], set[str]]:
    """Return a function that finds the entities which a text names in any case, also inside longer
    names; not by a single character, nor by a form that several have."""

    def folded(text: str) -> str:
        return unicodedata.normalize("NFKC", text).lower()

    pairs = ((folded(name), one) for one, names in names_of(tables).items() for name in names)
    forms = surface_forms.compile_forms(pair for pair in pairs if len(pair[0]) > 1)

    def found(text: str) -> set[str]:
        there = surface_forms.nested_mentions(folded(text), forms)
        return {one for mention in there if len(mention.entities) == 1 for one in mention.entities}

    return found


def values(column: pandas.Series) -> Iterator[Any]:
    """Yield the cells of a column as Python values: days as dates, None if missing.

    >>> list(values(pandas.Series([1.0, 2.5, None])))
    [1, 2.5, None]
    """
    for cell in column.astype("object").where(column.notna(), None):
        if isinstance(cell, pandas.Timestamp):
            yield cell.date()
        else:
            yield int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def rows(frame: pandas.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a frame as Python values."""
    return zip(*(values(frame[name]) for name in frame), strict=True)


def records(frame: pandas.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a frame as Python values by the names of their columns."""
    return (dict(zip(map(str, frame), row, strict=True)) for row in rows(frame))


RowEntities = Mapping[str, list[set[str]]]
"""The entities of each row, by table."""


def entities_of(tables: Tables) -> dict[str, list[set[str]]]:
    """Return the entities of each row of the tables that people read: those that it refers to, and
    those that its texts and the place of its excerpt name."""
    found: dict[str, list[set[str]]] = {}
    find, known = named(tables), names_of(tables)
    places: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    if MENTIONS in tables:
        for document, line, start, end, _, entity in tables[MENTIONS][0].itertuples(index=False):
            places.setdefault((document, line), []).append((start, end, entity))
    for table, (frame, schema) in tables.items():
        found[table] = rows = []
        for row in records(frame) if schema.kind not in BOOKKEEPING else ():
            cells = texts(row, schema)
            here = find("\n".join(cells)) | known.keys() & {*cells}
            if schema.anchored and row[OFFSETS[0]] is not None:
                place = row[schema.roles["document"]], row[schema.roles["line"]]
                for start, end, entity in places.get(place, ()):
                    if row[OFFSETS[0]] <= start and end <= row[OFFSETS[1]]:
                        here.add(entity)
            rows.append(here)
    return found


def texts(row: Mapping[str, Any], schema: Schema) -> list[str]:
    """Return the texts in the cells of a row."""
    columns = (one.name for one in schema.fields if one.type == "string" and one.rule != "bytes")
    return [text for name in columns for text in items(row[name])]


def items(cell: Any) -> list[str]:
    """Return the texts in a cell."""
    return cell if isinstance(cell, list) else [] if cell is None else [str(cell)]


def traditional(cells: Iterable[str]) -> dict[int, str]:
    """Return for each folded character the one of its class that traditional texts use most."""
    used = Counter("".join(cell for cell in cells if CLASSES.keys() & {*cell}))
    pairs = [*((one, one) for one in CLASSES.values()), *reversed(CLASSES.items())]
    return {ord(folded): one for one, folded in sorted(pairs, key=lambda pair: used[pair[0]])}


def write(connection: sqlite3.Connection, tables: Tables, entities: RowEntities) -> None:
    """Write the table and its index into a database; `entities` are those of each row."""
    for statement in filter(str.strip, CREATE.split(";\n")):
        connection.execute(statement)
    known, numbers = names_of(tables), itertools.count(1)
    cells = (texts(row, schema) for frame, schema in tables.values() for row in records(frame))
    other = traditional(itertools.chain.from_iterable(cells))
    for table, (frame, schema) in tables.items():
        says, found = label_column(schema), records(frame) if entities[table] else ()
        for row, about, number in zip(found, entities[table], numbers, strict=False):
            label = next(iter(items(row[says])), None)
            key = " ".join(str(row[name] or "") for name in schema.primary_key)
            what = (number, table, key, label)
            connection.execute(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)", what)
            names = {name for one in about for name in known.get(one, ())}
            said = [*texts(row, schema), *filter(HAN.search, sorted(names))]
            simple = [text.translate(SIMPLE) for text in said if HAN.search(text)]
            every = [*said, *simple, *(text.translate(other) for text in simple)]
            words = " \n".join(dict.fromkeys(every))
            insert = f"INSERT INTO {INDEX} (rowid, words, grams) VALUES (?, ?, ?)"
            indexed = number, spaced(words), " ".join(sorted({*names, *grams(words)}))
            connection.execute(insert, indexed)
    connection.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('optimize')")
    # After the cookie and the numbers of levels and of segments, which are small, comes a count of
    # writes, a varint, in which versions of SQLite differ; it only paces the merging of segments.
    ((block,),) = connection.execute(f"SELECT block FROM {INDEX}_data WHERE id = {STRUCTURE}")
    end = next(at for at in range(6, len(block)) if block[at] < 0x80)
    steady = block[:6] + b"\0" + block[end + 1 :]
    connection.execute(f"UPDATE {INDEX}_data SET block = ? WHERE id = {STRUCTURE}", [steady])
