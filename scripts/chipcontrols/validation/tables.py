"""Rules on whole tables: canonical files, clean cells, unmistakable keys, references that exist.

What needs more than one row is checked here, apart from the documents.  Files must equal their own
canonical serialisation byte for byte; cells have no blanks at their ends, no control, zero-width or
other format characters, and are in Unicode normalisation form C.  Every id names a row that exists,
in a table that may hold it.  Out of scope: whether the evidence names the thing (the cell rules).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from chipcontrols.package import SHARED, Key, Package, Row, Table, sort_key
from chipcontrols.package.files import canonical_csv
from chipcontrols.package.finding import Finding
from chipcontrols.package.schema import Field
from chipcontrols.validation.passages import witnesses_of
from chipcontrols.validation.rules import references as of_references
from chipcontrols.validation.rules.entities import has_mentions
from chipcontrols.validation.rules.references import Faults

UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
WORDY = ("code", "surface_form", "citation")
"""Kinds of tables whose keys carry words of the documents, which may well differ by case."""
SINGLY = 5
"""The most rows out of order that are reported one by one."""
CLASSES = (
    ("numeral",), ("date",), ("quotation",), ("name",), ("attribution",), ("clause", "line"),
)  # fmt: skip
"""The classes of candidates: of each group at least one."""
JUDGED = ("identifier", "anchored_identifier", "prose", "translation", "reviewed")
"""Rules of columns that two rows may fill differently and still state the same."""


def canonical(table: Table, blocks: Iterable[Table] = ()) -> Iterator[Finding]:
    """A file is its own canonical serialisation, and a table that must have rows has some.  Of one
    whose bytes are not held, `blocks` have them, each up to the first row of the next."""
    if not table.rows and table.schema.options.get("required"):
        hint = "fill it; a check with nothing to check is no check"
        yield Finding(table.path, 1, "", "form", "the table has no rows", hint)
    key, misplaced, faulty = sort_key(table.schema), list[Row](), list[Finding]()
    for block in blocks or (table,):
        rows = [*block.columns(block.schema.names)]
        right = canonical_csv(table.schema.names, sorted(rows, key=key))
        if block.content == right.encode():
            continue
        found, in_order = block.content.decode("utf-8").split("\n"), right.split("\n")
        keys = [*map(key, rows)]
        late = [row for row, a, b in zip(block.rows[1:], keys, keys[1:], strict=False) if b < a]
        misplaced += late
        before = block.rows[0].line - 2 if block.rows else 0
        only_late = late and sorted(found[1:]) == sorted(in_order[1:])
        for number, (line, right) in enumerate(zip(found, in_order, strict=False), before + 1):
            if line != right and not only_late and not faulty:
                message = "the line is not in canonical form (quotes only where needed)"
                hint = f"write {right[:200]}"
                faulty.append(Finding(table.path, number, "", "form", message, hint))
        if len(found) != len(in_order):
            message, hint = "the file does not end with one LF", "end it with one line feed"
            faulty.append(Finding(table.path, before + len(found), "", "form", message, hint))
    more = f", and {len(misplaced) - 1} others" if len(misplaced) > SINGLY else ""
    for row in misplaced[:1] if more else misplaced:
        message, hint = f"the row is out of order{more}", "sort the rows by primary key"
        column = table.schema.primary_key[0]
        yield Finding(table.path, row.line, column, "form", message, hint)
    yield from faulty[:1]


def clean_cells(table: Table) -> Iterator[Finding]:
    """Cells have no hidden characters, blanks at their ends, or unnormalised text."""
    for row in table.rows:
        # Most rows are clean, which all cells at once show faster; what is unseen is unprintable.
        text = f"|{'|'.join(row.cells.values())}|"
        stripped = "| " not in text and " |" not in text
        if stripped and text.isprintable() and unicodedata.is_normalized("NFC", text):
            continue
        for column, cell in row.cells.items():
            if problem := unclean(cell):
                message = f"the cell has {problem}"
                yield Finding(table.path, row.line, column, "form", message, "remove it")


def unclean(cell: str) -> str:
    """Return what is unclean in a cell, or nothing."""
    if unseen := UNSEEN.search(cell):
        return f"the unseen character U+{ord(unseen[0]):04X}"
    if cell != cell.strip():
        return "a blank at the beginning or end"
    if not unicodedata.is_normalized("NFC", cell):
        return "characters that are not in normalisation form C"
    return ""


def folded(key: str) -> str:
    """Return a key as a careless reader sees it.

    >>> folded("Jensen Huang") == folded("jensen\u200bhuang")
    True
    """
    if key.isascii() and key.isprintable():
        return "".join(key.lower().split())
    # Normalising a long run of combining marks takes quadratic time, and nobody reads so far.
    normalised = unicodedata.normalize("NFKC", key[:1_000]) + key[1_000:]
    return "".join(UNSEEN.sub("", normalised).casefold().split())


def line_of(table: Table, row: Row) -> str:
    """Return where a row is, in words."""
    path, line = table.place(row.line)
    return f"line {line} of {path}" if table.parts else f"line {line}"


def twin_keys(package: Package) -> Faults:
    """No two primary keys of a table differ only by case, blanks or invisible characters."""
    for table in package.tables.values():
        if table.schema.kind in WORDY:
            continue
        if len({hash(folded(one)) for one in table.ids()}) == len(table.rows):
            continue
        alike: dict[str, list[Row]] = {}
        for row in table.rows:
            alike.setdefault(folded(row.id), []).append(row)
        for twins in alike.values():
            for row, twin in zip(twins, [*twins[1:], twins[0]], strict=True):
                if twin.id != row.id:
                    message = f"{row.id} is too like {twin.id} on {line_of(table, twin)}"
                    yield row, "", message, "rename or remove one of the two"


def stated_twice(package: Package) -> Faults:
    """No two rows of a table state the same thing at the same place."""
    for table in package.tables.values():
        telling = [
            field.name
            for field in table.schema.fields
            if field.rule not in JUDGED or field.coded or field.references
        ]
        if not table.schema.anchored:
            continue
        if len({*map(hash, table.columns(telling))}) == len(table.rows):
            continue
        seen: dict[tuple[str, ...], Row] = {}
        for row in table.rows:
            if (twin := seen.setdefault(tuple([row.cells[x] for x in telling]), row)) is not row:
                message = f"{row.id} states what {twin.id} on {line_of(table, twin)} states"
                yield row, "", message, "remove one of the two"


def witnesses(package: Package) -> Faults:
    """Every group has a witness, and every comparison two."""
    found = witnesses_of(package)
    for table in package.of_kind("group", "comparison"):
        for row in table.rows:
            count = len(found.get(row.key, ()))
            if table.schema.kind == "group" and not count:
                hint = "name it in the rows that state it, or remove it"
                yield row, "", f"no row is a witness of {row.id}", hint
            elif table.schema.kind == "comparison" and count < 2:
                message = f"{row.id} compares {count} row{'' if count == 1 else 's'}"
                hint = "give it sides of two rows or more; a doubt about one row is a note"
                yield row, "", message, hint


def counted(package: Package) -> Faults:
    """Every document says how many statements rest on it, where its table has a column for that, so
    that a row that is removed leaves a trace."""
    on = [(one, one.schema.roles.get("document")) for one in package.of_kind("statement")]
    resting = Counter(name for table, column in on if column for (name,) in table.columns([column]))
    for table in package.of_kind("document"):
        column = table.schema.roles.get("statements", "")
        for row in table.rows if column else ():
            if row.cells[column] != str(count := resting[row.role("document")]):
                message = f"{row.cells[column] or 'empty'}, but {count} statements rest on it"
                hint = "if rows were added or taken out on purpose, set the number"
                yield row, column, message, hint


def containment(package: Package) -> Faults:
    """What is part of another statement has the same place, and its words lie inside."""
    for table in package.tables.values():
        columns = table.schema.columns("part_of")
        rows = {row.id: row for row in table.rows} if columns else {}
        for column in columns:
            words = str(table.schema.field(column).options["of"])
            for row in table.rows:
                whole = rows.get(row.cells[column])
                if whole is None:
                    continue
                inside, outside = row.cells[words], whole.cells[words]
                here, there = ((one.role("document"), one.anchor_line) for one in (row, whole))
                if here == there and inside in outside and inside != outside:
                    continue
                message = f"{words} of {whole.id} does not contain that of {row.id}"
                hint = "name the row of the same line whose words contain these, or empty it"
                yield row, column, message, hint


def code_lists(package: Package) -> Faults:
    """Coded columns have code lists, and no others; codes without cues say why; measures name the
    units, or dimensions of units, that they allow; and exclusions have a class for each kind of
    candidates, for the audit asks for those only that the code list names."""
    coded, units = coded_columns(package), unit_lists(package)
    lists = package.of_kind("code")
    for key, own in coded.items():
        if key not in package.codes:
            hint = "add its codes with definitions and cues"
            if own != key:
                hint = f"add the codes of the list {own[1]} that it shares"
            at = lists[0] if lists else package.tables[key[0]]
            yield at, "", f"no codes for {'.'.join(key)}", hint
    for row in package.rows("code"):
        key = row.role("table"), row.role("column")
        if key not in coded.values():
            role, hint = "column", "correct table or column"
            message = f"{'.'.join(key)} is not a coded column"
        elif not row.role("cues") and "No cue:" not in row.role("definition"):
            role, hint = "definition", "add cues, or end the definition with 'No cue: …'"
            message = "the code has no cues and does not say why"
        elif message := fault_of_unit(row.role("unit"), units.get(key, set())):
            role, hint = "unit", "set or remove the unit"
        else:
            continue
        yield row, row.schema.roles[role], message, hint
    for table in package.of_kind("exclusion"):
        key = table.name, table.schema.roles["class"]
        listed = {code.code for code in package.codes.get(key, ())}
        for wanted in CLASSES if listed else ():
            if not listed & set(wanted):
                message = f"the codes of {'.'.join(key)} lack {' or '.join(wanted)}"
                yield lists[0], "", message, "add the class, so that the audit asks for it"
        if {"clause", "line"} <= listed:
            message = f"the codes of {'.'.join(key)} have clause and line"
            hint = "keep clause, which asks for all of a line; line would hide that it is gone"
            yield lists[0], "", message, hint


def coded_columns(package: Package) -> dict[Key, Key]:
    """Return the coded columns by table and column, each with its code list: its own, or the one
    that it shares."""
    return {
        (table.name, field.name): (SHARED, field.shared_list)
        if field.shared_list
        else (table.name, field.name)
        for table in package.tables.values()
        for field in table.schema.fields
        if field.coded
    }


def unit_lists(package: Package) -> dict[Key, set[str] | None]:
    """Return for the list of each column of measures the units and dimensions that its codes may
    name, and for that of each column of units None: its codes may name any dimension."""
    coded = coded_columns(package)
    found: dict[Key, set[str] | None] = {}
    for table in package.tables.values():
        for field in table.schema.fields:
            if (measure := field.options.get("measure")) and field.coded:
                codes = package.codes.get((table.name, field.name), ())
                names = {code.code for code in codes} | {code.unit for code in codes}
                found[coded[table.name, field.name]] = None
                found[coded.get((table.name, measure), (SHARED, ""))] = names - {""}
    return found


def fault_of_unit(named: str, known: set[str] | None) -> str:
    """Return what is wrong with the units that a code names; `known` are those of a measure."""
    if known is None:
        return ""
    strange = known.isdisjoint(named.split("|"))
    if strange and known:
        allowed = ", ".join(sorted(known))
        return f"{named or 'empty'}, but the codes of a measure name some of {allowed}"
    return f"{named}, but the codes of this column name no unit" if strange and named else ""


def targets(package: Package, field: Field, kind: str) -> list[str]:
    """Return the tables that a column of a table of a kind refers to."""
    if field.role == "document" and kind != "document":
        return [table.name for table in package.of_kind("document")]
    return list(field.references)


def references(package: Package) -> Faults:
    """Every id names a row of one of the tables that its column refers to."""
    ids: dict[str, set[str]] = {}
    for table in package.tables.values():
        fields = []
        for field in table.schema.fields:
            tables = targets(package, field, table.schema.kind)
            for name in package.tables.keys() & {*tables} - ids.keys():
                ids[name] = {*package.tables[name].ids()}
            known = set[str]().union(*(ids.get(target, ()) for target in tables))
            fields += [(field, known, " or ".join(tables))] if tables else []
        columns = [field.name for field, _, _ in fields]
        for at, cells in enumerate(table.columns(columns)) if fields else ():
            for cell, (field, known, named) in zip(cells, fields, strict=True):
                for item in () if cell in known else field.items(cell):
                    if item not in known:
                        message = f"{item} is not an id of {named}"
                        hint = "correct the id, or add the row that it names"
                        yield table.rows[at], field.name, message, hint


def row_references(package: Package) -> Faults:
    """Every reference to a row, and to a column of it, names one that exists."""
    naming = [table for table in package.tables.values() if "row" in table.schema.roles]
    known = package.among({row.about for table in naming for row in table.rows}).keys()
    for row in (row for table in naming for row in table.rows):
        roles, (name, identifier), column = row.schema.roles, row.about, row.role("column")
        target = package.tables.get(name)
        if target is None:
            role, message = "table", f"{name or 'empty'} is not a table"
            hint = f"tables: {', '.join(package.tables)}"
        elif row.about not in known:
            role, message, hint = "row", f"{identifier} is not a row of {name}", "correct the id"
        elif "column" in roles and column not in target.schema.names:
            role, message = "column", f"{column} is not a column of {name}"
            hint = f"columns: {', '.join(target.schema.names)}"
        elif row.schema.kind == "mention" and not has_mentions(target.schema):
            role, message = "table", f"the rows of {name} have no other mentions"
            hint = "take it out"
        else:
            continue
        yield row, roles[role], message, hint


def entity_identity(package: Package) -> Faults:
    """An id belongs to one entity, and every entity has a surface form."""
    forms = package.of_kind("surface_form")
    with_form = {row.role("entity") for table in forms for row in table.rows}
    first: dict[str, str] = {}
    entities = sorted(package.of_kind("entity"), key=lambda table: table.name)
    for row in (row for table in entities for row in table.rows):
        if (other := first.setdefault(row.id, row.table)) != row.table:
            message = f"{row.id} is also an id of {other}"
            yield row, "", message, "give one of the two another id"
        if forms and row.id not in with_form:
            hint = f"add the forms that name it to {forms[0].name}"
            yield row, "", f"{row.id} has no surface form", hint


RULES: dict[str, Callable[[Package], Faults]] = {
    "reference": references,
    "row_reference": row_references,
    "entity_identity": entity_identity,
    "twin_keys": twin_keys,
    "stated_twice": stated_twice,
    "witnesses": witnesses,
    "counted": counted,
    "part_of": containment,
    "code_lists": code_lists,
    "referenced": of_references.unreferenced,
    "source_kind": of_references.late_first_sources,
    "differing": of_references.contradictions,
    "registered": of_references.unshown_identifiers,
}
"""The rules on whole tables by the name under which their findings are reported; those on the form
of files are run before the other layers."""


def findings(package: Package, rule: str) -> Iterator[Finding]:
    """Yield what a rule on whole tables finds."""
    for at, column, message, hint in RULES[rule](package):
        if isinstance(at, Table):
            yield Finding(at.path, 0, "", rule, message, hint)
        else:
            path = package.tables[at.table].path
            yield Finding(path, at.line, column or at.schema.primary_key[0], rule, message, hint)
