"""The command `chipcontrols`: what people do with a package and its releases, a subcommand each.

A subcommand is a function of its options, its docstring the help, its result the exit code: 0 done,
valid or the same; 1 findings; 2 nothing could be done (`release` tells two more cases apart).  What
is asked for goes to standard output, in UTF-8 whatever the locale, until nobody reads on; why
something cannot be done is one line on standard error, ``could not …: file: reason``.  Modules that
take time are imported by the subcommands that need them: `show` and `cite` load no pandas.  A
format is a function ``as_…`` of the module that renders it.  Out of scope: the work itself.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib.util
import io
import json
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from chipcontrols import distribution, package
from chipcontrols.distribution import reproducing, store
from chipcontrols.package import DESCRIPTOR, DOCUMENTS, Package, PackageError, default_root
from chipcontrols.package.documents import LARGEST_DOCUMENT
from chipcontrols.package.files import replace_files
from chipcontrols.package.finding import LONGEST_TEXT, reason_of, shortened, visible
from chipcontrols.validation import findings, passages, unchanged

if TYPE_CHECKING:
    from chipcontrols.validation.engine import Progress
    from chipcontrols.validation.workers import Run

Options = argparse.Namespace
Action = Callable[[argparse.Namespace], int | None]
Argument = tuple[tuple[str, ...], dict[str, Any]]


def argument(*names: str, text: str, **options: Any) -> Argument:
    """Return an argument of a subcommand, as argparse takes it."""
    return names, {"help": text, **options}


def formats(*choices: str) -> Argument:
    """Return the option that chooses a format, by default the first."""
    return argument("--format", choices=choices, default=choices[0], text="default: %(default)s")


def path(name: str, text: str, metavar: str = "FOLDER", **options: Any) -> Argument:
    """Return an argument that names a file or a folder."""
    return argument(name, type=Path, metavar=metavar, text=text, **options)


HERE = "folder that holds datapackage.json (default: the working folder, else this library's own)"
PACKAGE, ROOT = path("root", HERE, nargs="?"), path("--root", HERE)
NO_CACHE = argument("--no-cache", action="store_true", text="validate even what was found valid")
ENGINES = "what checks the documents: this machine (default), or a Dask cluster"
ENGINE = argument("--engine", choices=("local", "dask"), default="local", text=ENGINES)
CLUSTER = argument("--cluster", metavar="ADDRESS", text="of a Dask cluster: tcp://host:8786")
AT = argument("--store", text="folder or URL of the releases (default: CHIPCONTROLS_STORE)")
STORED = "where fetched files are kept (default: CHIPCONTROLS_CACHE, or the user's cache folder)"
CACHE = argument("--cache", metavar="FOLDER", text=STORED)
DIGEST = argument("--digest", text="that it must have, such as sha256:4355…, as listed by versions")
ROW = argument("row", metavar="TABLE/ROW", text="such as market_figures/001-022-1")
QUERY = argument("query", nargs="?", metavar="TEXT|SEED:LINE", text="words, or a place: 001:22")
ANCHORS = "list each row that rests on a document that changed, and where its words are now"
REANCHOR = argument("--reanchor", action="store_true", text=ANCHORS)
WRITE = argument("--write", action="store_true", text="and set lines, ids, references and hashes")
OPEN = argument("--open", action="store_true", text="as text, list only what is open")
FILE = path("path", "a text, in UTF-8, UTF-16, GB 18030 or Big5", "FILE")
STATED = "what the document is and states about itself; without, the command lists what it asks for"
CELLS = argument("--cells", nargs="+", metavar="COLUMN=CELL", text=STATED)
DIST = path("--out", "where the release's folder is made (default: dist in the package)")
PREVIOUS = path("--previous", "the previous release, to compare with; - if there is none")
OLD, NEW = path("old", "the earlier release; - for none", "OLD"), path("new", "the later", "NEW")
TO = argument("store", metavar="STORE", text="folder or URL, such as s3://bucket/folder")
BUILT = path("folder", "release folder (default: the one in dist)", "RELEASE", nargs="?")
CHANGES = argument("--changes", action="store_true", text="and what changed in each")
CONDITION = 'latest (default), a version such as 1.2.0, or a condition such as "~=1.2"'
VERSION = argument("version", nargs="?", default="latest", text=CONDITION)
EXACT = argument("version", metavar="VERSION", text="such as 1.2.0; its tag is v1.2.0")
FETCHED = path("folder", "the folder of a release, such as fetch prints", "RELEASE")


def say(text: str, end: str = "\n") -> None:
    """Print to standard output, and to nowhere once nobody reads on (``| head``)."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def harmless(text: str) -> str:
    """Return text that cannot command a terminal; what is between ⟦ ⟧ is in colour on one."""
    text = "\n".join(map(visible, text.split("\n")))
    if sys.stdout.isatty():
        text = text.replace("⟦", "\033[1;30;43m").replace("⟧", "\033[0m")
    return text


def complain(text: str) -> None:
    """Print one harmless line to standard error."""
    print(visible(shortened(" ".join(text.split()), LONGEST_TEXT)), file=sys.stderr)


def reason(error: Exception) -> str:
    """Return what an error says: file, line where there is one, and what is wrong there."""
    if isinstance(error, PackageError):
        first, more = error.findings[0], len(error.findings) - 1
        return f"{first}; {first.hint}" + f" ({more} more: validate the package)" * bool(more)
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        extra = "dask" if name in ("dask", "distributed") else "maintain"
        how = f"{store.TO_INSTALL.format(extra)}, or use .venv/bin/python after `make release`"
        return f"{name} is not installed: {how}"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else reason_of(error)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a function that shows progress: on a terminal, where rich is installed."""
    if not sys.stderr.isatty() or not importlib.util.find_spec("rich"):
        yield lambda *_: None
        return
    from rich import console, progress

    with progress.Progress(console=console.Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def show(done: int, total: int, step: str) -> None:
            shown = visible(step).replace("[", r"\[")
            bar.update(task, completed=done, total=total, description=shown)

        yield show


def folder_of(options: Options) -> Path:
    """Return the package's folder: as told, else the working folder, else, with a note, that of
    this library."""
    if options.root or Path(DESCRIPTOR).is_file():
        return options.root or Path()
    complain(f"note: there is no {DESCRIPTOR} here; the package is that in {default_root()}")
    return default_root()


def report_on(root: Path, cached: bool = True, run: Run | None = None) -> findings.Report:
    """Return the report on a package, validated unless it was found valid as it is."""
    digest = unchanged.digest(root, hashes := dict[str, str]()) if cached else ""
    if digest and (known := unchanged.recall(digest)):
        return known
    from chipcontrols.validation import engine

    memory = unchanged.Memory(hashes) if cached else None
    with progress_bar() as progress:
        report = engine.validate(root, progress, memory, run)
    if memory:
        memory.save()
        # Else what was read is not what was hashed.
        if report.ok and digest == unchanged.digest(root):
            unchanged.remember(digest, report)
    return report


def validate(options: Options) -> int:
    """Validate a package: check that every cell is what its documents say."""
    root, run = folder_of(options), None
    if options.engine == "dask" or options.cluster:
        from chipcontrols.validation import workers

        run = functools.partial(workers.on_dask, options.cluster)
    report = report_on(root, not options.no_cache, run)
    place = visible(Path(os.path.relpath(root)).as_posix())
    say(getattr(findings, f"as_{options.format}")(report, place))
    return 2 if report.unreadable else int(not report.ok)


def tables(options: Options) -> None:
    """List the tables, with the number of rows and what a row is."""
    every = Package.open(folder_of(options)).tables
    wide = max(map(len, every))
    lines = [f"{x.name:{wide}} {len(x.rows):>6}  {x.schema.description}" for x in every.values()]
    say(harmless("\n".join(lines)))


def show(options: Options) -> None:
    """Show a row: the words it rests on, its cells, and how quantities were read."""
    from chipcontrols.curation import showing

    root = folder_of(options)
    here = (root / DOCUMENTS).is_dir()  # An installed copy has no documents.
    package, evidence = passages.read_evidence(root) if here else (Package.open(root), None)
    table, slash, identifier = options.row.partition("/")
    if not slash:
        known = ", ".join(package.tables)
        raise ValueError(f"{options.row!r} is not of the form TABLE/ROW; the tables are {known}")
    say(harmless(showing.shown(package, evidence, table, identifier)))


def cite(options: Options) -> int:
    """Cite words: find them or a line, print cells that cite them, and draft rows."""
    from chipcontrols.curation import places, reanchoring, showing

    if bool(options.query) == options.reanchor or options.write > options.reanchor:
        raise ValueError("give words or a place, or --reanchor [--write]")
    root = folder_of(options)
    wanted = places.may_have(options.query) if options.query else None
    package, evidence = passages.read_evidence(root, wanted)
    if not options.reanchor:
        shown = showing.cited(package, evidence, options.query)
        say(harmless(shown or f"{options.query} occurs nowhere in the documents"))
        return int(not shown)
    found = reanchoring.whereabouts(package, evidence)
    say(harmless(reanchoring.listing(evidence, found)))
    if options.write:
        files = reanchoring.reanchored(package, evidence, found)
        replace_files(root, files, package.contents)
        say(f"written: {', '.join(files) or 'nothing'}")
    good = {"exact", "moved"} if options.write else {"exact"}
    return int(any(item.outcome not in good for item in found))


def coverage(options: Options) -> int:
    """Audit the documents: what accounts for everything in them, and what is open."""
    from chipcontrols.curation import coverage as audit

    package, evidence = passages.read_evidence(folder_of(options))
    accounts = audit.audited(package, evidence)
    form = "open" if options.open and options.format == "text" else options.format
    shown = audit.coverage_report(package, evidence, accounts, form)
    say(harmless(shown) if options.format == "text" else shown)
    return int(any(audit.open_candidates(found) for found in accounts.values()))


def add(options: Options) -> None:
    """Add a document: copy it into seeds/ under the next number, and add its row."""
    from chipcontrols.curation import coverage, documents

    cells = dict(cell.partition("=")[::2] for cell in options.cells or ())
    with options.path.open("rb") as file:  # which may have no end
        content, changes = documents.as_document(file.read(3 * LARGEST_DOCUMENT))
    package = Package.open(root := folder_of(options))
    name, files = documents.new_document(package, content, cells)
    replace_files(root, files, package.contents)
    package, evidence = passages.read_evidence(root)
    tallies = coverage.tallies(evidence, coverage.audited(package, evidence, [name])[name])
    if changes:
        say(f"normalised: {', '.join(changes)}")
    say("\n".join([f"added: {', '.join(files)}", *coverage.text_table(tallies)]))
    say("Fill in what the document itself states, then work through: chipcontrols coverage --open")


def release(options: Options) -> int:
    """Build a release: the tables of a package, once it is valid, in every format."""
    from chipcontrols.release import build

    root = folder_of(options)
    report = report_on(root)
    if not report.ok:
        say(findings.as_text(report))
        complain("could not build a release: only a valid package is released")
        return 2 if report.unreadable else 1
    try:
        folder = build.build(root, options.out or root / "dist", options.previous)
    except (build.Same, build.TooSmall) as error:
        complain(f"could not build a release: {error}")
        return 3 if isinstance(error, build.Same) else 4
    found = distribution.verify(folder)
    say(f"{folder}: {len(found.files)} files, {found.size:,} bytes; digest {found.digest}")
    return 0


def compare(options: Options) -> int:
    """Compare two releases, cell by cell, and say which version the changes need."""
    from chipcontrols.release import changes, comparison

    found = comparison.compare(None if str(options.old) == "-" else options.old, options.new)
    say(getattr(changes, f"as_{options.format}")(found))
    return int(found.result != "same")


def publish(options: Options) -> None:
    """Publish a release: put its folder into a folder or object store."""
    if not (folder := options.folder):
        from chipcontrols.release import build

        folder = folder_of(options) / "dist" / build.release_name(folder_of(options))
    done, place = store.publish(folder, options.store), store.shown(options.store)
    say(f"{done.version} is in {place}: {done.size:,} bytes; digest {done.digest}")


def versions(options: Options) -> None:
    """List the releases of a store, newest first."""
    for version, digest in distribution.releases(options.store, options.cache).items():
        say(f"{version:<10} {digest}")
        for line in changes_in(version, options) if options.changes else ():
            say(f"  {line}")


def changes_in(version: str, options: Options) -> Iterator[str]:
    """Yield the changes of a release; they come from a store and may be anything."""
    try:
        folder = distribution.fetch(version, options.store, options.cache, only=["changes.json"])
        for change in json.loads((folder / "changes.json").read_bytes())["reasons"]:
            yield visible(": ".join(str(change[key]) for key in ("bump", "table", "message")))
    except (KeyError, TypeError, ValueError, RecursionError):
        yield "(no changes are recorded)"


def fetch(options: Options) -> None:
    """Fetch a release, check every file, and print its folder."""
    say(str(distribution.fetch(options.version, options.store, options.cache, options.digest)))


def verify(options: Options) -> int:
    """Verify a release: check that its folder is whole and unaltered."""
    try:
        found = distribution.verify(options.folder, options.digest)
    except store.NoRelease:
        raise
    except distribution.StoreError as error:
        complain(str(error))
        return 1
    sound = f"all {len(found.files)} files ({found.size:,} bytes) match its checksums"
    say(f"{options.folder}: release {found.version}, {sound}; digest {found.digest}")
    return 0


def reproduce(options: Options) -> int:
    """Reproduce a release: build its tag, and compare that with what is published."""
    at = (folder_of(options), options.store, options.cache, options.digest)
    digest, differing = reproducing.reproduce(options.version, *at)
    for name, (published, built) in differing.items():
        say(visible(f"{name}: published {published}, built {built}"))
    how = f"{len(differing)} files differ from" if differing else "the same bytes as"
    say(f"{options.version}, built from its tag: {how} the published release, digest {digest}")
    return int(bool(differing))


# The subcommands: function, exit codes, arguments.
COMMANDS: tuple[tuple[Action, str, tuple[Argument, ...]], ...] = (
    (validate, "0 valid, 1 findings, 2 no package to validate",
     (PACKAGE, formats("text", "json", "github", "sarif"), NO_CACHE, ENGINE, CLUSTER)),
    (tables, "0 listed, 2 no package", (ROOT,)),
    (show, "0 shown, 2 no such row, or its citation does not hold", (ROW, ROOT)),
    (cite, "0 shown, 1 words occur nowhere, or those of rows elsewhere, 2 not done",
     (QUERY, ROOT, REANCHOR, WRITE)),
    (coverage, "0 nothing open, 1 something open, 2 no package",
     (PACKAGE, formats("text", "json", "html"), OPEN)),
    (add, "0 added, 2 refused and nothing written", (FILE, CELLS, ROOT)),
    (release, "0 built; otherwise nothing is: 1 not valid, 2 not done, 3 same as the previous "
     "release, 4 version too small for the changes", (PACKAGE, DIST, PREVIOUS)),
    (compare, "0 the same, 1 different, 2 not done",
     (OLD, NEW, formats("text", "json", "markdown"))),
    (publish, "0 published, or there already with the same bytes, 2 not done",
     (TO, BUILT, ROOT)),
    (versions, "0 listed, 2 no such store", (AT, CACHE, CHANGES)),
    (fetch, "0 fetched, 2 not done", (VERSION, AT, CACHE, DIGEST)),
    (verify, "0 sound, 1 not sound, 2 no release", (FETCHED, DIGEST)),
    (reproduce, "0 the same bytes, 1 other bytes, 2 not done",
     (EXACT, ROOT, AT, CACHE, DIGEST)),
)  # fmt: skip


def what_it_does(action: Action) -> str:
    """Return what a subcommand does: its docstring, as the words after "could not" or "to"."""
    text = str(action.__doc__)
    return text[0].lower() + text[1:-1]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    about = "Tables on the contest over AI chips and export controls, each row with its evidence."
    # Before Python 3.13 argparse takes too little room for the longest name; so all have the same.
    form = functools.partial(argparse.HelpFormatter, max_help_position=14)
    result = argparse.ArgumentParser("chipcontrols", description=about, formatter_class=form)
    with contextlib.suppress(ValueError, KeyError):  # A faulty package is for `validate` to tell.
        descriptor = package.read_descriptor(default_root())
        result.add_argument("--version", action="version", version=descriptor["version"])
    commands = result.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for action, codes, arguments in COMMANDS:
        name, brief, epilog = action.__name__, what_it_does(action), f"exit code: {codes}"
        more = commands.add_parser(name, help=brief, description=action.__doc__, epilog=epilog)
        more.set_defaults(action=action)
        for names, options in arguments:
            more.add_argument(*names, **options)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = parser().parse_args(arguments)
    except BrokenPipeError:  # Some patches of Python let it through when help is printed.
        return 0
    except SystemExit:
        say("", end="")  # Help was written, and perhaps nobody reads on.
        raise
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: complain(f"note: {message}")
        try:
            return options.action(options) or 0
        except (KeyError, ValueError, OSError, ModuleNotFoundError) as error:
            brief = re.split("[:,]", what_it_does(options.action))[0]
            complain(f"could not {brief}: {reason(error)}")
        except KeyboardInterrupt:
            complain("stopped; whatever was complete is kept")
            return 130
        except Exception:  # A bug; Python's own exit code for it, 1, would mean findings.
            traceback.print_exc()
    return 2


def door(name: str = "validate") -> NoReturn:
    """Run a subcommand on the arguments of this process, and end it."""
    raise SystemExit(main([name, *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
