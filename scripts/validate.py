"""Validate this checkout: python scripts/validate.py [ROOT] [--format text|json|github|sarif].

Exit code 0: valid; 1: findings; 2: there was no package to validate.
"""

import sys
from pathlib import Path

from chipcontrols import validate_command

if __name__ == "__main__":
    sys.exit(validate_command.main(Path(__file__).parents[1]))
