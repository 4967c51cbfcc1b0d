"""Measure what the package costs: python scripts/benchmark.py [--volume [ROWS …]]."""

import runpy
from pathlib import Path

TOOL = Path(__file__).parents[1] / "tests/tools/benchmark.py"
runpy.run_path(str(TOOL), run_name="__main__")
