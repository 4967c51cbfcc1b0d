"""Validate this checkout: python scripts/validate.py [FOLDER] [--format text|json|github|sarif]."""

import gc
import sys

from chipcontrols.command import door

if __name__ == "__main__":
    gc.disable()  # The process is short: collecting cycles only costs time.
    # pandera would import it where the tests have installed it, for data that nobody asks for.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]
    door("validate")
