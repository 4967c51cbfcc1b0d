"""Measure what the package costs, as ratios: python scripts/benchmark.py [--runs 9].

Each figure compares two things run alternately on the same machine, and gives the median of each
and their ratio; the limits are those that the project has set itself.  A cold figure is a fresh
Python process, a warm one a repeated call in one process.  Sizes are those of Parquet files
against the same tables as CSV, as they are and with every row a hundred times under other ids.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from chipcontrols.languages import surface_forms as names
from chipcontrols.validation import anchors as corpus
from chipcontrols.validation import completeness as coverage
from chipcontrols.validation import passages

ROOT = Path(__file__).parents[1]


class Comparison(NamedTuple):
    """A measured ratio: what was measured, seconds here and there, and the limit of the ratio."""

    what: str
    seconds: float
    baseline: float
    limit: float

    @property
    def ratio(self) -> float:
        """Return how many times the baseline it costs."""
        return self.seconds / self.baseline


class Size(NamedTuple):
    """A ratio of sizes: of what, bytes here and there, and the limit of the ratio."""

    what: str
    bytes: int
    baseline: int
    limit: float = 0.5

    @property
    def ratio(self) -> float:
        """Return how many times the baseline it takes."""
        return self.bytes / self.baseline


def seconds_of(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def side_by_side(
    what: str, runs: int, limit: float, action: Callable[[], object], baseline: Callable[[], object]
) -> Comparison:
    """Run both alternately, once unmeasured and then `runs` times, and compare the medians."""
    action()
    baseline()
    pairs = [(seconds_of(action), seconds_of(baseline)) for _ in range(runs)]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Comparison(what, mine, other, limit)


def process(*arguments: str) -> Callable[[], object]:
    """Return an action that runs Python with these arguments in a fresh process."""
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def repeated(evidence: passages.Evidence, times: int) -> passages.Evidence:
    """Return the evidence for documents in which every line stands `times` times.

    Each copy ends with two characters of its own, so that nothing remembers having read it.
    """
    documents = {}
    for seed, document in evidence.documents.items():
        lines = [
            corpus.read_line(line.raw + chr(0x4E00 + copy // 100) + chr(0x9F00 + copy % 100))
            for copy in range(times)
            for line in document.lines
        ]
        documents[seed] = dataclasses.replace(document, lines=tuple(lines))
    named = {
        (seed, number): names.mentions(line.reading, evidence.forms)
        for seed, document in documents.items()
        for number, line in enumerate(document.lines, 1)
    }
    return dataclasses.replace(evidence, documents=documents, named=named)


def audit_growth(evidence: passages.Evidence) -> list[Comparison]:
    """Return what a line costs the audit in repeated documents, against ten repetitions."""
    cost = {}
    for times in (10, 100, 1000):
        larger = repeated(evidence, times)
        lines = sum(len(document.lines) for document in larger.documents.values())
        cost[times] = seconds_of(functools.partial(coverage.audit, larger)) / lines
    return [
        Comparison(
            f"audit of the documents repeated {times} times, a line, against 10 times",
            cost[times],
            cost[10],
            1.5,
        )
        for times in (100, 1000)
    ]


def measure(runs: int) -> list[Comparison]:
    """Return all comparisons."""
    import frictionless

    from chipcontrols.distribution import fetching, store
    from chipcontrols.release import build as release
    from chipcontrols.validation import layers as validation

    with tempfile.TemporaryDirectory() as scratch:
        quotes = release.build(ROOT, Path(scratch)) / "quotes.parquet"
        load = side_by_side(
            'load("quotes"), against pandas.read_parquet, each in a fresh process',
            runs,
            1.15,
            process(
                "-c",
                "import sys; sys.path.insert(0, 'scripts'); import chipcontrols; "
                "chipcontrols.load('quotes')",
            ),
            process("-c", f"import pandas; pandas.read_parquet({str(quotes)!r})"),
        )
        published = store.publish(quotes.parent, Path(scratch) / "store")
        where = f"'{published.version}', {str(Path(scratch) / 'store')!r}, {scratch!r}"
        fetched = fetching.fetch(published.version, Path(scratch) / "store", scratch)
        file = str(fetched / "quotes.parquet")
        load_version = side_by_side(
            'load("quotes", version=…) from the cache, against pandas.read_parquet of that file, '
            "each in a fresh process",
            runs,
            1.3,
            process(
                "-c",
                "import sys; sys.path.insert(0, 'scripts'); import chipcontrols; "
                f"chipcontrols.load('quotes', {where})",
            ),
            process("-c", f"import pandas; pandas.read_parquet({file!r})"),
        )
        build = side_by_side(
            "release.build, against validate(root), warm",
            runs,
            2.0,
            lambda: release.build(ROOT, Path(scratch) / "built"),
            lambda: validation.validate(ROOT),
        )
    validate_cold = side_by_side(
        "scripts/validate.py, against importing frictionless, pandera and pandas, "
        "each in a fresh process",
        runs,
        2.0,
        process("scripts/validate.py"),
        process("-c", "import frictionless, pandera.pandas, pandas"),
    )
    validate_warm = side_by_side(
        "validate(root), against frictionless.Package.validate(), warm",
        runs,
        1.5,
        lambda: validation.validate(ROOT),
        lambda: frictionless.Package(str(ROOT / "datapackage.json")).validate(),
    )
    evidence = passages.gather_package(ROOT)
    audit = side_by_side(
        "the audit of completeness, against all of validate(root) without it, warm",
        runs,
        0.5,
        lambda: list(coverage.coverage(evidence)),
        lambda: without_audit(validation),
    )
    return [load, load_version, build, validate_cold, validate_warm, audit, *audit_growth(evidence)]


def without_audit(validation: Any) -> None:
    """Validate the package with the audit left out."""
    audit = validation.coverage.coverage
    validation.coverage.coverage = lambda evidence: iter(())
    try:
        validation.validate(ROOT)
    finally:
        validation.coverage.coverage = audit


def sizes() -> list[Size]:
    """Return the size as Parquet against CSV of each table of 20,000 bytes of CSV or more."""
    import pandas

    from chipcontrols.package import schemas
    from chipcontrols.package import tables as package
    from chipcontrols.release import build as release
    from chipcontrols.validation import passages

    evidence = passages.gather_package(ROOT)
    descriptor = package.read_descriptor(ROOT)
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table.parquet"
        for table, (frame, schema) in release.released_tables(evidence).items():
            arrow = schemas.arrow_schema(table, schema, evidence.codes)
            attributes = package.attributes(descriptor, schema, table)
            key = schema["primaryKey"][0]
            for volume in (1, 100):
                copies = [frame.assign(**{key: frame[key] + f"-{n}"}) for n in range(volume)]
                many = pandas.concat(copies, ignore_index=True) if volume > 1 else frame
                text = len(many.to_csv(index=False, lineterminator="\n").encode())
                if volume == 1 and text < 20_000:
                    break
                release.write_parquet(path, many, arrow, attributes)
                what = f"{table}.parquet against CSV, {volume} × the volume"
                found.append(Size(what, path.stat().st_size, text))
    return found


def main() -> int:
    """Run the command; exit code 1 when a ratio is above its limit."""
    parser = argparse.ArgumentParser(description="Measure what the package costs, as ratios.")
    parser.add_argument("--runs", type=int, default=9, help="measured runs of each (default: 9)")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default) or json",
    )
    options = parser.parse_args()
    found = measure(options.runs)
    measured = sizes()
    ratios: list[Comparison | Size] = [*found, *measured]
    if options.format == "json":
        print(json.dumps([{**one._asdict(), "ratio": one.ratio} for one in ratios], indent=2))
    else:
        for one in found:
            print(
                f"{one.ratio:5.2f} × (limit {one.limit} ×; {one.seconds:.3f} s against "
                f"{one.baseline:.3f} s): {one.what}"
            )
        for size in measured:
            print(
                f"{size.ratio:5.2f} × (limit {size.limit} ×; {size.bytes:,} bytes against "
                f"{size.baseline:,}): {size.what}"
            )
    return int(any(one.ratio > one.limit for one in ratios))


if __name__ == "__main__":
    sys.exit(main())
