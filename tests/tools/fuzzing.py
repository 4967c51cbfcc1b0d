"""Hostile packages and texts: mutations of every file of a valid package, and what must hold.

A mutation is made of choices of a random generator.  It changes one file: as bytes, as CSV that
stays CSV, as JSON that stays JSON, or as lines of a document.  Whatever comes of it, `check`
validates the package and asserts that

- there is a report and no error, the same in text, JSON, annotations and SARIF, all valid UTF-8;
- every finding names a file that the package has or names, and is short;
- there are not more findings, and there is not more output, than is in proportion to the package.

`read_everything` does the like for the functions that read texts.  To fuzz for as long as one
likes, time and memory of an input limited, and to repeat what was found::

    python tests/tools/fuzzing.py --seconds 600 [--target package|text] [--seed 7]
    python tests/tools/fuzzing.py --seed 7 --input 123

Without ``--seed`` one is drawn, and printed.  Exit code 1: an input failed; its traceback is there.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import csv
import functools
import hashlib
import io
import itertools
import json
import random
import resource
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

REPOSITORY = Path(__file__).parents[2]
BASE = Path(__file__).parents[1] / "faults" / "base"

Files = dict[str, bytes]


class Choice(Protocol):
    """What makes the choices."""

    def randrange(self, stop: int, /) -> int:
        """Return a number from 0 to below `stop`."""


def one_of(choice: Choice, things: Any) -> Any:
    return things[choice.randrange(len(things))]


# --- texts ---

WORDS = [" ", "\n", "\t", "\u3000", ""]
WORDS += (
    "一 二 十 百 萬 亿 兆 半 兩 几 數 第 约 近 高達 多 餘 点 分之 三分之 百分之 至 到 - ~ — 以上 "
    "左右 倍 % ‰ 成 1 0 9 2025 1,111 1,111, 1.1 1. , . : / 1亿 5天 3个月 年 月 日 号 世纪 "
    "今年 去年 本月 当日 上午 10:38 2025-05-02 2025年5月2日 20世纪90年代 民国100年 过去 近来 "
    "周一 上半年 第一 第三大 最大 大多数 一些 AMD H20 A-1 A A. A' F-35 CloudMatrix-384 ( ) "
    '(jīn) 經(jīng) (jīn ?jīng) 「 」 『 』 “ ” " "" \' 「『 」』 拜登 拜登政府 '
    "one twenty- one-third billion third $5.5 May . st | || { [ \\ \\u0000 a\u0301 \u0327 "
    "\u0301\u0327 \u0661 \u0967 Ⅷ ² ½ ﷺ ſ ı İ ß \u200b \u202e \ufeff \u2028 \x85 \x00 \r "
    "\x1b \U0001f600 \U0010ffff -1 1e5 1E999 nan inf true false null None NA <script> "
    "::error:: %0A ../ / ~ =1+1 @ {{"
).split(" ")
TIMES = (1, 1, 1, 1, 2, 3, 30, 61, 1_000, 10_000, 100_000)
LONGEST = 150_000


def text(choice: Choice, longest: int = LONGEST) -> str:
    """Return a hostile text: a few words, each repeated up to a hundred thousand times."""
    words = []
    for _ in range(1 + choice.randrange(4)):
        word = "".join(one_of(choice, WORDS) for _ in range(1 + choice.randrange(3)))
        words.append(word * one_of(choice, TIMES))
    return "".join(words)[:longest]


def times(choice: Choice, size: int) -> int:
    """Return how often to repeat what has this size, so that not half a megabyte comes of it."""
    return min(one_of(choice, TIMES), 1 + 400_000 // (size + 1))


# --- mutations of bytes ---

BYTES = (b"\0", b"\r", b"\n", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc0\x80", b'"', b",",
         b"{", b"<<<<<<< ", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8")  # fmt: skip


def some_bytes(choice: Choice, content: bytes, other: bytes) -> bytes:
    """Flip, insert, delete, double, truncate, splice, or repeat."""
    at = choice.randrange(len(content) + 1)
    to = min(len(content), at + 1 + choice.randrange(200))
    match choice.randrange(8):
        case 0:
            flipped = bytes(byte ^ (1 << choice.randrange(8)) for byte in content[at : at + 1])
            return content[:at] + flipped + content[at + 1 :]
        case 1:
            return content[:at] + one_of(choice, BYTES) * one_of(choice, TIMES) + content[at:]
        case 2:
            return content[:at] + content[to:]
        case 3:
            return content[:to] + content[at:]
        case 4:
            return content[:at]
        case 5:
            return content[:at] + other[choice.randrange(len(other) + 1) :]
        case 6:
            return content + content[at:to] * times(choice, to - at)
        case _:
            return bytes(choice.randrange(256) for _ in range(choice.randrange(64)))


# --- mutations of tables ---


def table(choice: Choice, content: bytes, other: bytes) -> bytes:
    """Change cells, rows, columns or the header of a table, which stays canonical CSV."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    strange = list(csv.reader(io.StringIO(other.decode("utf-8", "replace").replace("\0", ""))))
    for _ in range(1 + choice.randrange(3)):
        change_rows(choice, rows, [row for row in strange if row] or [["x"]])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def change_rows(choice: Choice, rows: list[list[str]], strange: list[list[str]]) -> None:
    number = choice.randrange(len(rows))
    row = rows[number]
    if not row:
        return
    column = choice.randrange(len(row))
    match choice.randrange(12):
        case 0 | 1 | 2:
            row[column] = text(choice)
        case 3:
            at = choice.randrange(len(row[column]) + 1)
            row[column] = row[column][:at] + text(choice) + row[column][at:]
        case 4:
            row[column] = one_of(choice, one_of(choice, rows) or [""])
        case 5:
            row[column] = one_of(choice, one_of(choice, strange))
        case 6:
            row[column] = one_of(choice, rows)[column : column + 1][-1:][0] if column else ""
        case 7:
            del rows[number : number + 1 + choice.randrange(3)]
            rows or rows.append(["x"])
        case 8:
            rows.extend(list(row) for _ in range(times(choice, sum(map(len, row)))))
        case 9:
            rows.insert(choice.randrange(len(rows) + 1), list(row))
        case 10:
            swap_columns(rows, len(row), column, choice.randrange(len(row)))
        case _:
            rows[1:] = numbered(row, column, times(choice, sum(map(len, row))))


def swap_columns(rows: list[list[str]], width: int, one: int, other: int) -> None:
    for row in rows:
        if len(row) == width:
            row[one], row[other] = row[other], row[one]


def numbered(row: list[str], column: int, times: int) -> Iterator[list[str]]:
    """Yield a row again and again, one cell of it counted up."""
    for number in range(times):
        yield [*row[:column], f"{row[column]}-{number:06}", *row[column + 1 :]]


# --- mutations of schemas and of the descriptor ---

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**400, -(10**20), 2**63, 1.5, 1e308, -0.0, "", "x", [], {},
    [[]], [None], [{}], {"": ""}, ["x", 1, None], "date", "string", "integer", "number",
    "boolean", "words", "quantity", "excerpt", "translation", "../x", "/etc/passwd", "data",
    "data/quotes.csv", "datapackage.json", "http://x/y.csv", "a\0b", "x" * 5_000, "(a+)+$",
    "(a|a)*$", "(a*)*b", "a*a*a*a*a*a*a*a*b", "^(([a-z])+.)+$", "(", "[", "(?i)a", "(?=a)b",
    r"(a)\1", r"\d+", "a{1001}", "(a{1000}){1000}", "a{99999999999}", "(?<x>a)", "(?P<x>a)",
    ".*", "^$", "$^", "[[a]", "\\", "(" * 200 + ")" * 200, "|" * 5_000, "(a?){50}a{50}",
)  # fmt: skip


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def structure(choice: Choice, content: bytes, other: bytes) -> bytes:
    """Change values and keys of a JSON file, which stays JSON."""
    whole = json.loads(content)
    for _ in range(1 + choice.randrange(3)):
        change_value(choice, whole, other)
    written = json.dumps(whole, ensure_ascii=bool(choice.randrange(2)))
    match choice.randrange(16):
        case 0:
            deep = one_of(choice, (40, 60, 300, 900, 950, 970, 980, 985, 990, 995, 10_000, 100_000))
            marks = one_of(choice, (("[", "]"), ('{"a":', "}")))
            return written.replace('"', marks[0] * deep + "1" + marks[1] * deep + ',"', 1).encode(
                "utf-8", "surrogatepass"
            )
        case 1:
            return written.replace("{", '{"name":"x",', 1 + choice.randrange(9)).encode(
                "utf-8", "surrogatepass"
            )
        case 2:
            values = ("NaN", "-Infinity", "1e999", "9" * 5_000, "1" * 4_000, '"\\ud800"')
            value = one_of(choice, values)
            return written.replace("true", value).encode("utf-8", "surrogatepass")
    return written.encode("utf-8", "surrogatepass")


def change_value(choice: Choice, whole: Any, other: bytes) -> None:
    found = list(places(whole))
    if not found:
        return
    path = one_of(choice, found)
    place = whole
    for part in path[:-1]:
        place = place[part]
    last = path[-1]
    match choice.randrange(8):
        case 0 | 1 | 2:
            place[last] = copy.deepcopy(one_of(choice, VALUES))
        case 3:
            place[last] = text(choice)[:10_000]
        case 4:
            del place[last]
        case 5:
            source = whole
            for part in one_of(choice, found):
                source = source[part]
            place[last] = copy.deepcopy(source)
        case 6:
            if isinstance(place, list):
                place *= times(choice, 100 * len(place))
            else:
                place[one_of(choice, (text(choice)[:100], "pattern", "constraints", "x'y"))] = (
                    copy.deepcopy(one_of(choice, VALUES))
                )
        case _:
            if isinstance(place, dict):
                place.update({f"k{n}": n for n in range(min(one_of(choice, TIMES), 1_000))})
            else:
                place.reverse()


# --- mutations of documents ---


def document(choice: Choice, content: bytes, other: bytes) -> bytes:
    """Change the lines of a document."""
    lines = content.decode("utf-8", "replace").split("\n")
    strange = other.decode("utf-8", "replace").split("\n")
    for _ in range(1 + choice.randrange(3)):
        at = choice.randrange(len(lines))
        match choice.randrange(7):
            case 0:
                lines[at] = text(choice)
            case 1:
                where = choice.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:where] + text(choice) + lines[at][where:]
            case 2:
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
            case 3:
                lines[at:at] = [lines[at]] * times(choice, len(lines[at]))
            case 4:
                lines[at] *= times(choice, len(lines[at]))
            case 5:
                lines[at] = one_of(choice, strange)
            case _:
                del lines[at]
                lines or lines.append("")
    return "\n".join(lines).encode("utf-8", "replace")


# --- packages ---

Mutation = Callable[[Choice, bytes, bytes], bytes]
MUTATIONS: dict[str, Mutation] = {".csv": table, ".json": structure, ".txt": document}


def package() -> Files:
    """Return the files of the valid package that `tests/faults` builds on, by path."""
    files = (path for path in sorted(BASE.rglob("*")) if path.is_file())
    return {path.relative_to(BASE).as_posix(): path.read_bytes() for path in files}


def mutate(choice: Choice, files: Files) -> Files:
    """Return the files that a mutation changes: one and, when a document still is to be the one
    that was curated, the table that records its hash."""
    path = one_of(choice, sorted(files))
    content, other = files[path], files[one_of(choice, sorted(files))]
    if choice.randrange(6) == 0:
        return {path: some_bytes(choice, content, other)}
    changed = {path: MUTATIONS[Path(path).suffix](choice, content, other)}
    if path.startswith("seeds/") and choice.randrange(4):
        changed |= rehashed(files, path, changed[path])
    return changed


def rehashed(files: Files, path: str, content: bytes) -> Files:
    """Return the table that records the documents, with hash and number of lines of one of them."""
    for one in json.loads(files["datapackage.json"])["resources"]:
        schema = json.loads(files[one["schema"]])
        if schema["evidence"]["kind"] == "document":
            break
    known = {f["evidence"].get("role"): f["name"] for f in schema["fields"]}
    parts = {f["evidence"].get("part"): f["name"] for f in schema["fields"]}
    rows = list(csv.DictReader(io.StringIO(files[one["path"]].decode(), newline="")))
    for row in rows:
        if f"seeds/{row[known['document']]}" == path:
            row[parts["sha256"]] = hashlib.sha256(content).hexdigest()
            row[parts["lines"]] = str(content.count(b"\n") + 1)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return {one["path"]: out.getvalue().encode()}


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


# --- what must hold ---


def strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for inner in content.values() if isinstance(content, dict) else content:
            yield from strings(inner)


def named_files(root: Path) -> set[str]:
    """Return the files that a package has, and those that its descriptor names."""
    found = {path.relative_to(root).as_posix() for path in root.rglob("*")}
    try:
        return found | set(strings(json.loads((root / "datapackage.json").read_bytes())))
    except (ValueError, RecursionError):
        return found | {"datapackage.json"}


def check(root: Path) -> bool:
    """Validate a package, assert what must hold of the report, and return whether it is valid."""
    from chipcontrols.package.finding import LONGEST_TEXT, shortened, visible
    from chipcontrols.validation import engine
    from chipcontrols.validation import findings as report

    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    result = engine.validate(root)
    texts = [render(result) for render in (report.as_text, report.as_json, report.as_github)]
    texts.append(report.as_sarif(result))
    written = [content.encode() for content in texts]
    assert json.loads(texts[1])["ok"] is result.ok is texts[0].startswith("valid: ")
    assert len(json.loads(texts[3])["runs"][0]["results"]) == len(result.findings)
    assert len(result.findings) <= 1_000 + size
    assert max(map(len, written)) <= 1_000_000 + 50 * size, (len(written[1]), size)
    known = {visible(shortened(name, LONGEST_TEXT)) for name in named_files(root)}
    for finding in result.findings:
        assert finding.file in known, finding.file
        assert finding.line >= 0
        assert finding.rule
        assert finding.message
        assert "Traceback" not in finding.message
    return result.ok


@functools.cache
def remembered() -> Any:
    """Return what this process has looked at and found nothing in."""
    from chipcontrols.validation import unchanged

    memory = unchanged.Memory()
    memory.known.clear()
    return memory


def check_changed(root: Path, files: Files, changed: Files, quick: bool = False) -> None:
    """Check a package of `files` in the folder `root` with some of them changed, then restore them.

    `quick` looks once at the same table, which is much of the time.
    """
    from chipcontrols.validation import engine

    by_table, memory = engine.by_table, remembered() if quick else None
    write(root, changed)
    try:
        with mock.patch.object(engine, "by_table", lambda p, table, _: by_table(p, table, memory)):
            check(root)
    finally:
        write(root, {path: files[path] for path in changed})


def read_everything(words: str) -> None:
    """Read a text by every function that reads texts, and assert what they promise."""
    from chipcontrols.languages import iso_dates, known, language
    from chipcontrols.languages import surface_forms as names
    from chipcontrols.languages.en import numbers as english
    from chipcontrols.languages.en.words import contains_form, untranslated
    from chipcontrols.package.documents import document_lines
    from chipcontrols.validation import anchors, candidates
    from chipcontrols.validation.tables import folded

    iso_dates.bounds(words)
    english.numbers(words)
    untranslated(words)
    for bound in english.BOUNDS:
        english.renders_bound(words, bound)
    contains_form(words, words[: len(words) // 2] or "x")
    folded(words)
    half = words[:20]
    forms = names.compile_forms([("拜登", "a"), ("拜登政府", "b"), ("AMD", "c"), (half, "d")])
    for mention in names.mentions(words, forms):
        assert 0 <= mention.start < mention.end <= len(words)
    names.nested_mentions(words, forms)
    for tag in known():
        reader = language(tag)
        read_in(reader, words)
        try:
            lines = document_lines(words.encode("utf-8", "replace"))
        except ValueError:
            continue
        for number, raw in enumerate(lines, 1):
            line = anchors.Line(raw, reader, forms, "x.txt", number, "2025-05-02")
            assert len(line.offsets) == len(line.reading) + 1
            for candidate in candidates.candidates_of_line(line):
                start, end = line.raw_span(candidate.start, candidate.end)
                line.cuts_gloss(start, end)
                assert line.reading_span(start, end) == (candidate.start, candidate.end)
        anchors.locate(lines, 1, words[:10] or "x")


def read_in(reader: Any, words: str) -> None:
    """Read a text by every function of a language, and assert what they promise."""
    from chipcontrols.languages import iso_dates
    from chipcontrols.validation.rules.numbers import decimal_text

    for found in (reader.quantities(words), reader.dates(words)):
        for one, after in zip(found, (*found[1:], None), strict=True) if found else ():
            assert words[one.start : one.end] == one.text
            assert after is None or one.end <= after.start
    for quantity in reader.quantities(words):
        for value in (quantity.value, quantity.low, quantity.high):
            assert len(decimal_text(value)) < 400
    for expression in reader.dates(words)[:100]:
        cell = reader.resolve_date(expression.text, "2025-05-02")
        assert cell is None or iso_dates.is_iso(cell)
    with contextlib.suppress(ValueError):
        assert reader.read_quantity(words).text == words
    for published in (None, "2025-05-02", words):
        reader.resolve_date(words, published)
    for find in (reader.glosses, reader.clauses, reader.quotations, reader.times, reader.numerals,
                 reader.names, reader.attributions, reader.whole):  # fmt: skip
        assert all(0 <= start <= end <= len(words) for start, end in find(words))
    reader.numbers(words)
    for for_statement in (False, True):
        assert all(0 <= at <= len(words) for at in reader.boundaries(words, for_statement))
    reader.ends_clause(words, len(words) // 2)
    reader.has_unpaired_mark(words)
    assert reader.script(words)


# --- fuzzing for as long as one likes ---

SECONDS, MEGABYTES = 60, 2_048
"""The most processor time and memory that one input may take."""


def out_of_time(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} seconds")


def try_input(seed: int, number: int, target: str, root: Path, files: Files) -> bool:
    """Return whether an input did what it must; print the traceback otherwise."""
    choice = random.Random(f"{seed} {number}")
    signal.signal(signal.SIGPROF, out_of_time)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        if target == "text":
            read_everything(text(choice, 2_000))
        else:
            check_changed(root, files, mutate(choice, files), quick=True)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        if used > MEGABYTES:
            raise MemoryError(f"{used} megabytes")
    except Exception:
        traceback.print_exc()
        print(f"failed: --target {target} --seed {seed} --input {number}", flush=True)
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the validator.")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--target", choices=("package", "text"), default="package")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--input", type=int, help="try this one alone")
    options = parser.parse_args()
    sys.path.insert(0, str(REPOSITORY / "scripts"))
    print(f"seed {options.seed}", flush=True)
    files, failed, tried = package(), 0, 0
    numbers = itertools.count() if options.input is None else [options.input]
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), files)
        assert options.target == "text" or check(root)
        for number in numbers:
            if time.monotonic() > end:
                break
            tried += 1
            failed += not try_input(options.seed, number, options.target, root, files)
    print(f"{tried} inputs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
