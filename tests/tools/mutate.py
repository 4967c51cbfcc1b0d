"""Measure how many well-formed lies validation catches: python tests/tools/mutate.py [--sample N].

Exit code 0: measured; 2: the package is not valid, so that there is nothing to measure.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import mutation

from chipcontrols.validation import passages


def shown(verdicts: Iterator[mutation.Verdict], count: int) -> Iterator[mutation.Verdict]:
    """Yield the verdicts, with a progress bar when standard error is a terminal."""
    if not sys.stderr.isatty():
        yield from verdicts
        return
    import rich.console
    import rich.progress

    console = rich.console.Console(stderr=True)
    yield from rich.progress.track(verdicts, "mutants", total=count, console=console)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description="Replace cells of a valid package by other valid ones and count how often "
        "validation reports it at that row; see chipcontrols/mutation.py for the definitions.",
        epilog="exit code: 0 measured, 2 the package is not valid",
    )
    parser.add_argument(
        "--root", type=Path, default=Path(__file__).parents[2], help="default: this checkout"
    )
    parser.add_argument("--sample", type=int, default=1000, metavar="N", help="default: 1000")
    parser.add_argument("--all", action="store_true", help="every mutant; takes hours")
    parser.add_argument("--seed", type=int, default=1, help="chooses the mutants (default: 1)")
    parser.add_argument("--table", action="append", help="only mutants of this table")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args()
    try:
        evidence = passages.gather_package(options.root)
        mutants = list(mutation.Workshop(evidence, options.seed).mutants(options.table or ()))
        if not options.all:
            mutants = mutation.sample(mutants, options.sample, options.seed)
        verdicts = mutation.judged(options.root, mutants, options.jobs)
        found = list(shown(verdicts, len(mutants)))
    except (KeyError, ValueError, OSError) as error:
        print(f"could not run: {error}", file=sys.stderr)
        return 2
    render = mutation.as_json if options.format == "json" else mutation.as_text
    print(render(found, mutation.supports_of(evidence.tables)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
