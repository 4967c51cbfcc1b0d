"""Validate this checkout: python scripts/validate.py [FOLDER] [--format text|json|github|sarif]."""

import gc
import sys

from chipcontrols.command import door

if __name__ == "__main__":
    gc.disable()  # The process is short: collecting cycles only costs time.
    # For data that nobody asks for, pandera would import or look for them, one at each table.
    sys.modules |= dict.fromkeys(("geopandas", "hypothesis"))  # type: ignore[arg-type]
    door("validate")
