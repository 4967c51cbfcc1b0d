"""Numbers, months and bounds in English prose, for comparison with Chinese originals.

Read are the numbers of ``quantities``, in digits, in words, or with a scale, ordinals, fractions,
multiples and names of months::

    $5.5bn → 5500000000    a third → 1/3 or 3    fivefold → 5    May → 5
    40% → 40 or 2/5    first quarter → 1    six months → 6 or 1/2
    two decades → 2 or 20    50 basis points → 50 or 1/2
    3 to 5 billion → 3 or 3000000000, 5000000000

A word with two readings (``third``) has both.  ``zero``, ``one``, ``second``, ``once``, ``single``
and idioms (``both``, ``a decade``) are read too, but English uses them so freely that nothing
follows from their presence alone, but for that of ``second`` before a superlative.
``third-party`` and ``first-ever`` are no numbers.  Out of scope: Roman numerals.
"""

import functools
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from chipcontrols.languages import base
from chipcontrols.languages.en.quantities import GRAMMAR, amount, find
from chipcontrols.languages.en.words import FRACTIONS, IDIOMS, MONTHS, MULTIPLES, ORDINALS, SCALES

ANY_CASE = re.IGNORECASE | re.ASCII  # in Unicode ſ and ı are cases of s and i
VALUES: dict[str, Mapping[str, int | Fraction]] = {
    "ordinal": ORDINALS, "fraction": FRACTIONS, "multiple": MULTIPLES, "scale": SCALES,
    "idiom": IDIOMS, "month": {month.lower(): number for month, number in MONTHS.items()},
}  # fmt: skip
NUMBER, AFTER, TELLING, PERIOD_AFTER = (
    re.compile(GRAMMAR(f"{{prose_{part}}}"), ANY_CASE)
    for part in ("number", "after", "telling", "period")
)
NOT_TELLING = {"zero", "one", "second", "once", "single", "a dozen", "may", "march"}

BOUNDS = {
    bound: [r["word"] for r in base.rows(__file__, "bounds") if bound in r["renders"].split("|")]
    for bound in ("approx", "nearly", "as_high_as", "at_most", "at_least", "more_than", "vague")
}
"""For each bound the words that render it (``renders``); `under` and `within` mean too much."""


class Number(NamedTuple):
    """A number in English prose, with all values that its words may have."""

    text: str
    values: frozenset[Fraction]
    telling: bool
    """Whether its presence needs a reason: not for `one` and `second`, but in second-largest, nor
    for `May` and `March`, which may be no months, but with a number after them."""


@functools.lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers in English prose.

    >>> [sorted(map(str, n.values)) for n in numbers("over $5.5 billion, a third, in May 2025")]
    [['5500000000'], ['1/3', '3'], ['5'], ['2025']]
    """
    found, at = [], 0
    measured = [(one.start, one.end, one.value) for one in find(text) if one.value is not None]
    while match := NUMBER.search(text, at):
        at, kind = match.end(), match.lastgroup or ""
        words = match[kind].lower()
        said = amount(words) if kind == "number" else (Fraction(VALUES[kind][words]), None, 0)
        if said is None:
            continue
        values, telling = {said[0]}, kind != "idiom" and words not in NOT_TELLING
        if kind == "number" and (after := AFTER.match(text, at)):
            if part := after["part"]:
                values, telling, at = {said[0] * FRACTIONS[part.lower()]}, True, after.end()
            elif after["month"]:
                values.add(said[0] / 12)
            elif after["shared"] and not said[2]:  # 25 to 30 billion
                values.add(said[0] * SCALES[after["shared"].lower()])
            elif after["percent"]:
                values.add(said[0] / 100)
        elif TELLING.match(text, match.start()):
            telling = True
        elif kind == "ordinal" and (after := PERIOD_AFTER.match(text, at)):
            at = after.end()
        elif kind == "ordinal" and words in FRACTIONS:
            values.add(FRACTIONS[words])
        if match["minus"]:
            values = {-value for value in values}
        begin = match.start(kind)  # two decades, 50 basis points, one in five
        values |= {value for start, end, value in measured if start <= begin < end}
        found.append(Number(text[begin:at], frozenset(values), telling))
    return tuple(found)


AT_MOST = (
    r"|\b(?:under|below|within) (?:an? |half|[$€£¥]?[0-9])"
    r"|\bin \S+ (?:hour|day|week|month|year)s?\b"
)
"""More words for it before a number: ``in a week`` is within one."""
BOUND_PATTERNS = {
    bound: re.compile(
        rf"\b(?:{'|'.join(words)})(?:s|es|ed|ing)?\b" + (AT_MOST if bound == "at_most" else ""),
        ANY_CASE,
    )
    for bound, words in BOUNDS.items()
}


def renders_bound(text: str, bound: str) -> bool:
    """Return whether the text has an English word for the bound; exact needs none, and a range
    is told by its two numbers.  ``under`` and ``below`` are bounds before a number alone.

    >>> renders_bound("nearly $10 billion", "nearly"), renders_bound("$10 billion", "nearly")
    (True, False)
    """
    return bound in ("exact", "range") or BOUND_PATTERNS[bound].search(text) is not None
