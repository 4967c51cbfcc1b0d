"""Patterns of Table Schemas, by RE2: linear on any cell.

Nothing here imports pandas, nor does pyarrow for it.
"""

from __future__ import annotations

import array
import itertools
import re
from collections.abc import Sequence


def matching(texts: Sequence[str], pattern: str) -> list[bool]:
    """Return which texts a pattern matches whole.

    >>> matching(["CH", "CHN"], "CH|TW")
    [True, False]
    """
    return search(texts, rf"\A(?:{pattern})\z")


def search(texts: Sequence[str], pattern: str) -> list[bool]:
    """Return in which texts a pattern is found; raise ArrowInvalid when RE2 refuses it."""
    import pyarrow
    import pyarrow.compute

    encoded = [text.encode() for text in texts]
    ends = array.array("i", itertools.accumulate(map(len, encoded), initial=0))
    # `pyarrow.array` would import pandas, to see whether it is given something of it.
    buffers = pyarrow.py_buffer(ends), pyarrow.py_buffer(b"".join(encoded))
    cells = pyarrow.StringArray.from_buffers(len(encoded), *buffers)
    found = pyarrow.compute.match_substring_regex(cells, pattern)
    return [bool(one) for one in found.to_pylist()]


def fault_of_pattern(pattern: str) -> str:
    """Return why RE2 refuses a pattern, or Python, which reads it elsewhere; or nothing.

    >>> fault_of_pattern("^[a-z]+$"), fault_of_pattern("(?=a)")[:20]
    ('', 'not a pattern of RE2')
    """
    from pyarrow import ArrowInvalid

    try:
        search([""], pattern)
        re.compile(pattern)
    except ArrowInvalid as error:
        return f"not a pattern of RE2: {str(error).splitlines()[0]}"
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    return ""
