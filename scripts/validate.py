"""Validate this checkout: python scripts/validate.py [ROOT] [--format text|json|github|sarif].

Exit code 0: valid; 1: findings; 2: there was no package to validate.
"""

import gc
import sys
from pathlib import Path

if __name__ == "__main__":
    # The process is short: collecting cycles while it imports and validates only costs time.
    gc.disable()
    # Where the tests' hypothesis is installed pandera imports it, to make up data; a tenth of a
    # second that validation needs nothing of.
    sys.modules.setdefault("hypothesis", None)  # type: ignore[arg-type]

    from chipcontrols import validate_command

    sys.exit(validate_command.main(Path(__file__).parents[1]))
