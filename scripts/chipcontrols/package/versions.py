"""The one grammar of versions: MAJOR.MINOR.PATCH, each a number from 0 to 999,999.

Numbers are ASCII digits without leading zeros; nothing comes before, between or after them.
They are compared and matched as PEP 440 says, by `packaging`.
Out of scope: pre-releases, development and local versions.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

LARGEST = 999_999
NUMBER = "(0|[1-9][0-9]{0,5})"


def parse(text: object) -> Version:
    """Return the version that a text is, comparable with others; raise ValueError when it is none.

    >>> parse("1.10.0") > parse("1.9.0"), parse("1.10.0").release
    (True, (1, 10, 0))
    """
    from packaging.version import Version

    if is_version(text):
        return Version(str(text))
    raise ValueError(
        f"{str(text)[:80]!r} is not a version of the form MAJOR.MINOR.PATCH, such as 1.2.0, "
        f"with numbers up to {LARGEST:,}"
    )


def is_version(text: object) -> bool:
    """Return whether a text is a version.

    >>> [text for text in ("1.2.0", "1.2", "01.2.0", "1.2.0rc1", "1.2.1000000") if is_version(text)]
    ['1.2.0']
    """
    found = isinstance(text, str) and re.fullmatch(rf"{NUMBER}\.{NUMBER}\.{NUMBER}", text)
    return bool(found)


def matches(wanted: str, version: str) -> bool:
    """Return whether a version is what was asked for: ``latest``, a version, or a condition.

    Raise ValueError when `wanted` is none of these.

    >>> matches("~=1.2", "1.10.0"), matches("1.2.0", "1.2.1"), matches("latest", "1.0.0")
    (True, False, True)
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if wanted == "latest" or is_version(wanted):
        return wanted in ("latest", version)
    with contextlib.suppress(InvalidSpecifier):
        if conditions := SpecifierSet(wanted):
            return conditions.contains(version)
    raise ValueError(
        f"{wanted!r} is not a version: write 'latest', a version such as '1.2.0', or a condition "
        f"such as '~=1.2' or '>=1,<3'"
    )
