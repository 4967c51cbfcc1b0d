"""Measure what the package costs, as ratios of processor time: python scripts/benchmark.py.

Each figure compares two things run alternately on the same machine, and gives the median of each
and their ratio; the limits are those that the project has set itself.  A cold figure is a fresh
Python process, a warm one a repeated call in one process.  Processor time is steadier than time on
the clock, which other processes on the machine lengthen.  Sizes are those of Parquet files against
the same tables as CSV.  Exit code 1: a ratio is above its limit.

With --volume the costs of packages of some sizes are printed instead, synthetic ones in which no
line repeats and names grow with the documents (tests/tools/volume.py).  Processor time a row is
without that of a package of some thirty rows, which is the start; memory is the sum over all
processes; the speed-up is that on all processors against one, on the clock; one row edited is
validation once more after that, against the whole.  Beside it: frictionless and DuckDB alone on the
same tables, which check types, required cells, keys and references.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests/tools")]
LIBRARY = "import sys; sys.path.insert(0, 'scripts'); import chipcontrols; "
Action = Callable[[], object]


class Ratio(NamedTuple):
    """What was measured, how much here and there (seconds or bytes), and the limit."""

    what: str
    mine: float
    baseline: float
    limit: float

    @property
    def value(self) -> float:
        """How many times the baseline it takes."""
        return self.mine / self.baseline


def processor_seconds(action: Action) -> float:
    """Return the processor time of an action, that of its child processes included."""

    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    began = spent()
    action()
    return spent() - began


def against(what: str, limit: float, runs: int, action: Action, baseline: Action) -> Ratio:
    """Run both alternately, once unmeasured and then `runs` times, and compare the medians."""
    action()
    baseline()
    pairs = [(processor_seconds(action), processor_seconds(baseline)) for _ in range(runs)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Ratio(what, mine, other, limit)


def fresh(*arguments: str) -> Action:
    """Return an action that runs Python with these arguments in a fresh process."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def loading(scratch: Path, runs: int) -> Iterator[Ratio]:
    """Yield what loading a table costs against reading a file with pandas."""
    from chipcontrols.distribution import fetch, store
    from chipcontrols.release import build

    release = build.build(ROOT, scratch / "release")
    file = release / "quotes.parquet"
    read = fresh("-c", f"import pandas; pandas.read_parquet({str(file)!r})")
    load = fresh("-c", f"{LIBRARY} chipcontrols.load('quotes')")
    yield against("load(table), cold / pandas.read_parquet, cold", 1.15, runs, load, read)
    store.publish(release, scratch / "store")
    version = json.loads((release / "datapackage.json").read_bytes())["version"]
    fetch(version, scratch / "store", scratch / "cache")
    where = f"{version!r}, {str(scratch / 'store')!r}, {str(scratch / 'cache')!r}"
    load = fresh("-c", f"{LIBRARY} chipcontrols.load('quotes', {where})")
    what = "load(table, version) from the cache, cold / pandas.read_parquet, cold"
    yield against(what, 1.3, runs, load, read)


def validating(scratch: Path, runs: int) -> Iterator[Ratio]:
    """Yield what validation costs against the libraries that it uses."""
    import frictionless

    from chipcontrols.release import build
    from chipcontrols.validation import engine

    imports = fresh("-c", "import frictionless, pandera.pandas, pandas")
    cold = fresh("scripts/validate.py", "--no-cache")
    yield against("validate, cold / importing its libraries", 1.4, runs, cold, imports)
    again = fresh("scripts/validate.py")
    yield against("validate, unchanged / validate, cold", 0.1, runs, again, cold)
    validate = functools.partial(engine.validate, ROOT)
    package = str(ROOT / "datapackage.json")
    alone = functools.partial(lambda: frictionless.Package(package).validate())
    yield against("validate, warm / frictionless alone, warm", 1.1, runs, validate, alone)
    make = functools.partial(build.build, ROOT, scratch / "built")
    yield against("building a release, warm / validate, warm", 2.0, runs, make, validate)


def auditing(runs: int) -> Iterator[Ratio]:
    """Yield what a line costs the audit of completeness in longer and longer documents."""
    from chipcontrols.validation import completeness
    from chipcontrols.validation.passages import read_evidence, read_text

    _, evidence = read_evidence(ROOT)
    document = max((text.document for text in evidence.texts.values()), key=lambda d: len(d.lines))

    def longer(times: int) -> Action:
        lines = tuple(f"{line}{chr(0x4E00 + copy % 2_000)}{copy}" for copy in range(times)
                      for line in document.lines)  # fmt: skip
        copies = dataclasses.replace(document, sha256="", lines=lines)
        text = read_text(copies, evidence.lexicon, "", {})
        return lambda: completeness.audit(evidence, {}, text, ())

    a_line = [processor_seconds(longer(times)) / times for times in (10, 1_000)]
    yield Ratio("audit, a line of 1,000 copies / of 10 copies", a_line[1], a_line[0], 1.5)


def sizes(scratch: Path) -> Iterator[Ratio]:
    """Yield the size as Parquet against CSV of the tables of 20,000 bytes of CSV or more."""
    import pandas

    for path in sorted((scratch / "release").rglob("*.parquet")):
        text = pandas.read_parquet(path).to_csv(index=False, lineterminator="\n")
        if (length := len(text.encode())) >= 20_000:
            yield Ratio(f"{path.name} / the same as CSV", path.stat().st_size, length, 2 / 3)


class Run(NamedTuple):
    """What a process cost: seconds on the clock and of processors, and its most memory in MiB."""

    clock: float
    processor: float
    memory: float


def memory_of(process: psutil.Process) -> float:
    """Return the MiB that a process and those that it started hold, shared pages counted once."""
    with contextlib.suppress(psutil.Error):
        every = [process, *process.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in every) / 2**20
    return 0.0


def measured(processors: int, *arguments: str) -> Run:
    """Run Python with these arguments on some of the processors, and return what it cost."""
    own = os.sched_getaffinity(0)
    before, began, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0.0
    os.sched_setaffinity(0, sorted(own)[:processors])
    process = psutil.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, cwd=ROOT)
    os.sched_setaffinity(0, own)
    while process.poll() is None:
        most = max(most, memory_of(process))
        time.sleep(0.2 + (time.monotonic() - began) / 100)  # looking takes time, too
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with exit code {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(time.monotonic() - began, spent, most)


FRICTIONLESS = "import frictionless, sys; assert frictionless.Package(sys.argv[1]).validate().valid"
DUCKDB = """
import duckdb, sys
root = sys.argv[1]
for name in ("sources", "companies", "market_figures", "surface_forms"):
    duckdb.sql(f"CREATE TABLE {name} AS FROM read_csv('{root}/data/{name}.csv', header=true)")
keys = {"sources": "seed", "companies": "company_id", "market_figures": "figure_id"}
for name, key in keys.items():
    duckdb.sql(f"CREATE UNIQUE INDEX {name}_key ON {name} ({key})")
lost = "SELECT count(*) FROM {} ANTI JOIN {} ON {} = {}"
for one in (("market_figures", "companies", "subject_id", "company_id"),
            ("market_figures", "sources", "market_figures.seed", "sources.seed"),
            ("surface_forms", "companies", "entity_id", "company_id")):
    assert duckdb.sql(lost.format(*one)).fetchall() == [(0,)]
"""


def volumes(rows: list[int], scratch: Path) -> Iterator[str]:
    """Yield a line of a table for each size."""
    import volume

    validate = "scripts/validate.py"
    os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")

    def others(root: Path) -> list[Run]:
        descriptor = str(root / "datapackage.json")
        return [measured(1, "-c", FRICTIONLESS, descriptor), measured(1, "-c", DUCKDB, str(root))]

    small = [volume.write(scratch / f"small{count}", count) for count in (2, 3, 4)]
    starts = others(small[0])
    # Like the runs below, with a cache, where nothing is known: without, libraries are imported.
    start = statistics.median(measured(1, validate, str(one)).processor for one in small)
    every = len(os.sched_getaffinity(0))
    heads = ("statements", "µs a row", f"s on the clock, {every} processors", "speed-up", "MiB",
             "one row edited", "frictionless alone, µs", "DuckDB alone, µs")  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for count in rows:
        root = volume.write(scratch / str(count), count // volume.ROWS_A_DOCUMENT)
        one = measured(1, validate, "--no-cache", str(root))
        wide = measured(every, validate, str(root))
        volume.edit(root)
        again = measured(every, validate, str(root)).processor - start
        share = again / (wide.processor - start)
        edited = f"{share:.1%}" if share > 0 else "–"  # less than the start itself varies
        pairs = zip((wide, *others(root)), (start, *(run.processor for run in starts)), strict=True)
        spent = [(run.processor - empty) / count * 1e6 for run, empty in pairs]
        yield (
            f"| {count:,} | {spent[0]:,.0f} | {wide.clock:,.1f} | {one.clock / wide.clock:.2f} | "
            f"{wide.memory:,.0f} | {edited} | {spent[1]:,.0f} | {spent[2]:,.1f} |"
        )
        shutil.rmtree(root)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Measure what the package costs, as ratios.")
    parser.add_argument("--runs", type=int, default=9, help="measured runs of each (default: 9)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    sizes_shown = "print what so many statements cost (default: 1000 10000 100000)"
    parser.add_argument("--volume", nargs="*", type=int, metavar="ROWS", help=sizes_shown)
    options = parser.parse_args()
    if options.volume is not None:
        with tempfile.TemporaryDirectory() as folder:
            for line in volumes(options.volume or [1_000, 10_000, 100_000], Path(folder)):
                print(line, flush=True)
        return 0
    found: list[Ratio] = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for ratios in (
            loading(scratch, options.runs), validating(scratch, options.runs),
            auditing(options.runs), sizes(scratch),
        ):  # fmt: skip
            for ratio in ratios:
                found.append(ratio)
                if options.format == "text":
                    over = "  above its limit" if ratio.value > ratio.limit else ""
                    limit = f"(limit {ratio.limit})"
                    print(f"{ratio.value:6.2f}  {limit}  {ratio.what}{over}", flush=True)
    if options.format == "json":
        print(json.dumps([{**one._asdict(), "ratio": one.value} for one in found], indent=2))
    return 1 if any(one.value > one.limit for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
