"""The command `chipcontrols`: look at tables and rows, list, fetch and verify releases.

``tables`` and ``show`` read the tables that are installed with the library; in a checkout, ``show``
also shows the passages on their lines in the documents.  ``versions`` and ``fetch`` need a store.
What is asked for goes to standard output, everything else to standard error.  Exit code 0: done;
1: a release is not sound; 2: it could not be done, and standard error says why.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

EXAMPLES = """\
examples:
  chipcontrols tables                              what there is
  chipcontrols show market_figures/001-022-1       a row and the words it rests on
  chipcontrols versions --store s3://bucket/folder releases, newest first
  chipcontrols fetch "~=1.2"                       a folder with the newest 1.x from 1.2 on
  chipcontrols verify FOLDER                       is every file what the release says?
"""
STORE = """\
A store is a folder or a URL: s3://bucket/folder, https://example.org/releases. Without --store it
is what the environment variable CHIPCONTROLS_STORE names; the cache is --cache, CHIPCONTROLS_CACHE,
or the user's cache folder.
"""


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[str]:
    """Yield rows of text as lines with aligned columns, the last one as long as it is.

    >>> list(columns([("a", "bcd"), ("ab", "c")]))
    ['a   bcd', 'ab  c']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield indent + "  ".join(cells).rstrip()


def printable(text: str) -> str:
    """Return text without control characters, which could command a terminal.

    >>> printable("a" + chr(27) + "[2J")
    'a�[2J'
    """
    return "".join(mark if mark.isprintable() else "�" for mark in text)


def show_tables(_options: argparse.Namespace) -> Iterator[str]:
    """Yield each table with its number of rows and what a row is."""
    from chipcontrols.package import tables as package

    root = package.default_root()
    resources = package.read_descriptor(root)["resources"]
    yield from columns(
        [
            (name, f"{len(package.load_table(root, name).rows):>5}", resource["description"])
            for resource in resources
            for name in [resource["name"]]
        ]
    )


def passages_of(table: str, row_id: str, cells: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield place, column and words of each passage of a row; in a checkout the whole line."""
    from chipcontrols.package import tables as package

    root = package.default_root()
    if (root / "seeds").is_dir():
        from chipcontrols.validation import passages

        opening, closing = ("\033[1;30;43m", "\033[0m") if sys.stdout.isatty() else ("⟦", "⟧")
        for one in passages.evidence(table, row_id, root):
            line, excerpt = one.context, f"{opening}{one.excerpt}{closing}"
            words = f"{line[: one.start]}{excerpt}{line[one.end :]}"
            yield f"{one.seed}:{one.line}:{one.start}-{one.end}", one.column, words
        return
    if cells.get("excerpt"):
        yield f"{cells['seed']}:{cells['line']}", "", cells["excerpt"]
    for _, cited in package.load_table(root, "citations").records():
        if (cited["table"], cited["row_id"]) == (table, row_id):
            yield f"{cited['seed']}:{cited['line']}", cited["column"], cited["excerpt"]


def show_row(options: argparse.Namespace) -> Iterator[str]:
    """Yield the passages and the cells of a row."""
    from chipcontrols.package import tables as package

    table, slash, row_id = options.row.partition("/")
    if not slash:
        known = ", ".join(package.tables())
        raise KeyError(f"{options.row!r} is not of the form TABLE/ROW; the tables are {known}")
    found = package.load_table(package.default_root(), table)
    cells = next((c for _, c in found.records() if found.row_id(c) == row_id), None)
    if cells is None:
        some = ", ".join([found.row_id(c) for _, c in found.records()][:3])
        raise KeyError(f"no row {row_id!r} in {table}; rows are such as {some}")
    yield f"{table}/{row_id}"
    for place, column, words in passages_of(table, row_id, cells):
        yield f"\n{place}  (for {column or 'the row'})\n  {words}"
    yield ""
    hidden = {"seed", "line", "excerpt"}
    rows = [(name, cell) for name, cell in cells.items() if cell and name not in hidden]
    yield from columns(rows, "  ")


def show_versions(options: argparse.Namespace) -> Iterator[str]:
    """Yield the releases of a store, newest first."""
    from chipcontrols import distribution

    releases = distribution.releases(options.store, options.cache)
    if options.format == "json":
        keys = ("version", "date", "size", "digest")
        yield json.dumps([{key: getattr(one, key) for key in keys} for one in releases], indent=2)
        return
    rows = [("version", "date", "bytes", "digest")]
    rows += [(one.version, one.date, f"{one.size:,}", one.digest) for one in releases]
    yield from columns(rows)
    for one in releases if options.changes else ():
        yield f"\n{one.version}"
        yield from (f"  {line}" for line in change_lines(one.version, options))


def change_lines(version: str, options: argparse.Namespace) -> Iterator[str]:
    """Yield the changes of a release; they come from a store and may be anything."""
    from chipcontrols import distribution

    try:
        folder = distribution.fetch(version, options.store, options.cache, only=["changes.json"])
        changes = json.loads((folder / "changes.json").read_bytes())["reasons"]
        for change in changes:
            parts = change if isinstance(change, dict) else {"message": change}
            said = [str(parts[key]) for key in ("bump", "table", "message") if parts.get(key)]
            yield printable(": ".join(said))
    except (KeyError, TypeError, ValueError, RecursionError):
        yield "(no changes were recorded)"


def fetch(options: argparse.Namespace) -> Iterator[str]:
    """Yield the folder of a release, fetched."""
    from chipcontrols import distribution

    yield str(distribution.fetch(options.version, options.store, options.cache, options.digest))


def verify(options: argparse.Namespace) -> Iterator[str]:
    """Yield what a sound release is; end with exit code 1 when it is not sound."""
    from chipcontrols import distribution

    try:
        release = distribution.verify(options.folder, options.digest)
    except distribution.StoreError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
    yield (
        f"{options.folder}: release {release.version}, all {len(release.files)} files "
        f"({release.size:,} bytes) are what it says; digest {release.digest}"
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    layout = argparse.RawDescriptionHelpFormatter
    result = argparse.ArgumentParser(
        prog="chipcontrols",
        description="AI Chip Controls: tables on the contest over AI chips and export controls,\n"
        "each row with the words that it rests on.",
        epilog=EXAMPLES,
        formatter_class=layout,
    )
    commands = result.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, action: Any, text: str, epilog: str = "") -> argparse.ArgumentParser:
        more = commands.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}.", epilog=epilog,
            formatter_class=layout,
        )  # fmt: skip
        more.set_defaults(action=action)
        return more

    def stored(name: str, action: Any, text: str) -> argparse.ArgumentParser:
        more = command(name, action, text, STORE)
        more.add_argument("--store", metavar="STORE", help="folder or URL of the releases")
        more.add_argument("--cache", metavar="FOLDER", help="where fetched files are kept")
        return more

    command("tables", show_tables, "list the tables that are installed, with rows and meaning")
    show = command("show", show_row, "show a row: its cells, and the words it rests on")
    show.add_argument("row", metavar="TABLE/ROW", help="such as market_figures/001-022-1")
    listed = stored("versions", show_versions, "list the releases in a store, newest first")
    listed.add_argument("--changes", action="store_true", help="and what changed in each")
    listed.add_argument("--format", choices=("text", "json"), default="text")
    fetched = stored("fetch", fetch, "fetch a release, check every file, and print its folder")
    fetched.add_argument(
        "version",
        nargs="?",
        default="latest",
        help='latest (default), a version such as 1.2.0, or a condition such as "~=1.2"',
    )
    digest = "digest that it must have, such as sha256:4355…, as the list of versions shows it"
    fetched.add_argument("--digest", metavar="DIGEST", help=digest)
    checked = command("verify", verify, "check that a release folder is whole and unaltered")
    checked.add_argument("folder", metavar="FOLDER", help="such as what fetch has printed")
    checked.add_argument("--digest", metavar="DIGEST", help=digest)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parser().parse_args(arguments)

    def note(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"note: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = note
        try:
            for line in options.action(options):
                print(line)
            sys.stdout.flush()
        except BrokenPipeError:  # the reader, such as head, has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (KeyError, ValueError, OSError) as error:
            print(error.args[0] if isinstance(error, KeyError) else error, file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("stopped; what is complete stays", file=sys.stderr)
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
