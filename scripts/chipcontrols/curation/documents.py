"""A new document: its file under the next number and its hash, and its row in the table.

``as_document`` takes a file as people have it: UTF-8, UTF-16 or, where it is no UTF-8, GB 18030 or
Big5, whichever gives more of the commonest characters; any line ends; and takes out what nobody
sees.  Full-width letters and marks stay, for the grammars read them.  What the curator says that
the document states about itself (title, author, day) is cited where its words are.
"""

import codecs
import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence

from chipcontrols import languages
from chipcontrols.curation import places
from chipcontrols.package import DOCUMENTS, Package, Table, canonical_text
from chipcontrols.package.cells import codes_of, misfits
from chipcontrols.package.documents import document_lines, document_number, read_documents
from chipcontrols.package.schema import Field, Schema
from chipcontrols.validation.anchors import Line
from chipcontrols.validation.passages import without_documents

COMMONEST = frozenset(
    "的一是在不了有和人这這中大為为上個个國国我以要他时時来來用們们到作地于於出就分对對会會可年美业業"
)
CHINESE = {"gb18030": "GB 18030", "big5hkscs": "Big5"}
INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad]")


def as_document(content: bytes) -> tuple[bytes, list[str]]:
    """Return the bytes of a file as those of a document, and what was changed, in words.

    >>> as_document("AI".encode("utf-16"))
    (b'AI', ['from UTF-16'])
    """
    text, encoding = decoded(content)
    changes = [f"from {encoding}"] if encoding != "UTF-8" else []
    changes += ["byte order mark taken out"] * content.startswith(codecs.BOM_UTF8)
    for found, by, what in (
        (re.compile("\r\n?|[\u0085\u2028\u2029]"), "\n", "line end{s} to LF"),
        (re.compile("\u00a0"), " ", "no-break space{s} to blanks"),
        (INVISIBLE, "", "invisible character{s} taken out"),
    ):
        text, count = found.subn(by, text)
        if count:
            changes.append(f"{count} {what.format(s='s' * (count > 1))}")
    return text.encode(), changes


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file, and the name of its encoding; ValueError where it has none."""
    with contextlib.suppress(UnicodeDecodeError):
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16"), "UTF-16"
        return content.decode("utf-8-sig"), "UTF-8"
    found = {content.decode(codec, "replace"): name for codec, name in CHINESE.items()}
    whole = (text for text in found if "\ufffd" not in text)
    common = {text: sum(map(COMMONEST.__contains__, text)) for text in whole}
    if not any(common.values()):
        document_lines(content)  # which says where it is no UTF-8
    text = max(common, key=common.__getitem__)
    return text, found[text]


def bytes_cells(schema: Schema, sha256: str, lines: int) -> dict[str, str]:
    """Return the cells that the bytes of a document decide: hash and number of lines."""
    parts = {"sha256": sha256, "lines": str(lines)}
    return {f.name: parts[f.options["part"]] for f in schema.fields if f.rule == "bytes"}


def given_columns(package: Package) -> dict[str, tuple[Field, tuple[str, ...]]]:
    """Return the columns of the table of documents that nothing else decides, with their codes."""
    if not (found := package.of_kind("document")):
        raise ValueError("the package has no table of documents")
    decided, name = ("bytes", "counted"), found[0].name
    given = (f for f in found[0].schema.fields if f.role != "document" and f.rule not in decided)
    return {one.name: (one, codes_of(package.codes, name, one)) for one in given}


def what_is_given(package: Package) -> str:
    """Return which cells a new document needs and which it may have, with the codes of each."""
    columns = given_columns(package)
    told = {x: x + f" ({', '.join(codes)})" * bool(codes) for x, (_, codes) in columns.items()}
    needed = [told.pop(name) for name, (field, _) in columns.items() if field.required]
    parts = ("needed: ", needed), ("where the document states it: ", told.values())
    return "; ".join(what + ", ".join(those) for what, those in parts if those)


def new_document(
    package: Package, content: bytes, given: Mapping[str, str]
) -> tuple[str, dict[str, bytes]]:
    """Return the name of a new document and the files to write for it.

    `given` are cells of `given_columns`.  Raises ValueError for bytes that are no document, for a
    document that is there already, and for cells that are missing or not what their columns may
    have, and KeyError for a language that there is not; what else is wrong, validation says.
    """
    check_given(package, given)
    table = package.of_kind("document")[0]
    language = languages.language(given.get(table.schema.roles["language"], ""))
    lines = document_lines(content)
    if not any(line.strip() for line in lines):
        raise ValueError("the document has no text")
    documents, unread = read_documents(package)
    if unread := without_documents(package) or unread:
        raise ValueError(f"{unread[0]}; {unread[0].hint}")
    digest = hashlib.sha256(content).hexdigest()
    names = {row.role("document"): row.role("sha256") for row in package.rows("document")}
    names |= {path.name: "" for path in (package.root / DOCUMENTS).rglob("*")}
    names |= {name: document.sha256 for name, document in documents.items()}
    for name, known in names.items():
        if digest == known or name.endswith(f"_{digest[:16]}.txt"):
            raise ValueError(f"the document is there already: {name}")
    taken = [int(n) for name in names if re.fullmatch("[0-9]{1,9}", n := document_number(name))]
    name = f"{max(taken, default=-1) + 1:03}_{digest[:16]}.txt"
    new = dict.fromkeys(table.schema.names, "") | dict(given)
    for field in (field for field in table.schema.fields if field.rule == "date"):
        column, cell = field.options["words"], new[field.name]
        every = (one.text for line in lines for one in language.dates(line))
        dated = (one for one in every if language.resolve_date(one, None) == cell)
        new[column] = next((one for one in dated if new[column] in one), new[column])
    new |= dict.fromkeys(table.schema.columns("counted"), "0")
    new |= bytes_cells(table.schema, digest, len(lines))
    new[table.schema.roles["document"]] = name
    text = canonical_text(table.schema, [*(row.cells for row in table.rows), new])
    files = {f"{DOCUMENTS}/{name}": content, table.written(): text.encode()}
    read = [Line(raw, language, document=name, number=n) for n, raw in enumerate(lines, 1)]
    return name, files | citations_of(package, table, new, read)


def citations_of(
    package: Package, table: Table, cells: Mapping[str, str], lines: Sequence[Line]
) -> dict[str, bytes]:
    """Return the file of citations with one for each cell of a new document whose words, or those
    that state its date, are on a line: the first that has them once, else the first."""
    if not (tables := package.of_kind("citation")):
        return {}
    schema, cited = tables[0].schema, []
    for field in table.schema.fields:
        words = cells[field.options.get("words", field.name)].strip()
        having = [one for one in lines if words and words in one.reading]
        if field.rule not in ("term", "time", "date") or not cells[field.name] or not having:
            continue
        line = min(having, key=lambda one: one.reading.count(words) > 1)
        start = line.reading.index(words)
        span = places.shortest_excerpt(line, start, start + len(words))
        at = {"table": table.name, "row": line.document, "column": field.name}
        at |= places.citation(line, span)
        cited.append({schema.roles[role]: cell for role, cell in at.items()})
    every = [*(row.cells for row in tables[0].rows), *cited]
    return {tables[0].written(): canonical_text(schema, every).encode()} if cited else {}


def check_given(package: Package, given: Mapping[str, str]) -> None:
    """Raise ValueError for cells of a new document that are missing, of no column or not what their
    column may have."""
    columns = given_columns(package)
    wrong = [f"{name!r} is not a column to give" for name in given if name not in columns]
    for name, (field, codes) in columns.items():
        cell = given.get(name, "")
        if field.required and not cell:
            wrong.append(f"{name} is missing")
        elif re.search("[\ud800-\udfff]", cell):
            wrong.append(f"{cell!r} of {name} is not text in UTF-8")
        elif misfits(field, {*codes} if field.coded else None, False, {cell}):
            example = "" if field.example is None or codes else f", such as {field.example}"
            wrong.append(f"{cell!r} is not what {name} may be{example}")
    if wrong:
        raise ValueError(f"{'; '.join(wrong)} ({what_is_given(package)})")
