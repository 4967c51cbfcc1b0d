"""Chinese text in one script and one width, for every grammar, word list and form.

``fold`` writes each character by the one that stands for its class in folding.csv (derived from
OpenCC: 發 and 髮 are 发), in half width; every offset stays.  A comma that parts thousands, no
wider than their digits, is ``,``, and any other is ``，``.  ``tight`` also removes the blanks that
writers put around figures and letters: a text, its full-width twin, its spaced twin and its twin in
the other script read alike.  Out of scope: words that differ between regions
(晶片, 芯片), which word lists give in both forms.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from chipcontrols.languages import characters
from chipcontrols.languages.base import rows

_THOUSANDS = re.compile(
    "(?<=[0-9])(?<![0-9]{4}),(?=[0-9]{3}(?![0-9]))"
    "|(?<=[０-９])(?<![０-９]{4})[，,](?=[０-９]{3}(?![０-９]))"
)
_KEPT = "\x1f"  # stands for the commas inside numbers while the others are folded
CLASSES = {row["character"]: row["folded"] for row in rows(__file__, "folding")}
_TABLE = (
    {ord(character): folded for character, folded in CLASSES.items()}
    | characters.NARROW
    | {ord("○"): "〇", ord(","): "，", ord("，"): "，", ord("﹐"): "，", ord(_KEPT): ","}
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text in one script and width; every offset stays.

    >>> fold("發，２，８００萬"), fold("于是,1,000")
    ('发，2,800万', '于是，1,000')
    """
    return _THOUSANDS.sub(_KEPT, text).translate(_TABLE)


@lru_cache(maxsize=4096)
def tight(text: str) -> tuple[str, Sequence[int]]:
    """The folded text without loose blanks, and the offset of each of its characters in the text.

    >>> tight("2026 年")[0]
    '2026年'
    """
    return characters.tight(fold(text))


def placed(span: tuple[int, int], offsets: Sequence[int]) -> tuple[int, int]:
    """The span in the text of a span of its tight text."""
    start, end = span
    return offsets[start], offsets[end - 1] + 1 if end > start else offsets[start]
