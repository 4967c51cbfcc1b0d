"""Numbers, months and bounds in English prose, for comparison with Chinese originals.

Read are numbers in digits (``1,500``, ``5.5``), in words up to the hundreds (``twenty-eight``),
either with a scale (``5.5 billion``), ordinals, fractions, multiples and names of months::

    $5.5 billion → 5500000000    a third → 1/3 or 3    fivefold → 5    May → 5

A word with two readings (``third``) has both.  ``one``, ``two``, ``first``, ``once`` and ``single``
are read too, but English uses them so freely that nothing follows from their presence alone.
Out of scope: numbers in words above the hundreds without a scale, and Roman numerals.
"""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from typing import NamedTuple

from chipcontrols.languages.surface_forms import stands_alone

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
TENS = {
    w: 10 * n
    for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()
SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
MULTIPLES = {
    "once": 1,
    "single": 1,
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "triple": 3,
    "tripled": 3,
}

WORDS: dict[str, Fraction] = {
    **{word: Fraction(n) for n, word in enumerate(UNITS)},
    **{word: Fraction(n) for word, n in TENS.items()},
    **{f"{ten}-{UNITS[n]}": Fraction(t + n) for ten, t in TENS.items() for n in range(1, 10)},
}
FRACTIONS = {
    "half": Fraction(1, 2), "halves": Fraction(1, 2),
    "quarter": Fraction(1, 4), "quarters": Fraction(1, 4),
    **{word: Fraction(1, n) for n, word in enumerate(ORDINALS, 1) if n > 2},
    **{f"{word}s": Fraction(1, n) for n, word in enumerate(ORDINALS, 1) if n > 2},
}  # fmt: skip

ANY_CASE = re.IGNORECASE | re.ASCII  # in Unicode ſ and ı are cases of s and i
NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th)?(?![\d])"
    r"|\b(?P<word>" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")(?P<fold>fold)?\b"
    r"|\b(?P<ordinal>" + "|".join(ORDINALS) + r")\b"
    r"|\b(?P<fraction>" + "|".join(sorted(FRACTIONS, key=len, reverse=True)) + r")\b"
    r"|\b(?P<multiple>" + "|".join(MULTIPLES) + r")\b"
    r"|\b(?P<scale>" + "|".join(SCALES) + r")\b"
    r"|\b(?P<month>" + "|".join(MONTHS) + r")\b",
    ANY_CASE,
)
SCALE_AFTER = re.compile(r"[\s-]+(" + "|".join(SCALES) + r")s?\b", ANY_CASE)
FRACTION_AFTER = re.compile(
    r"[\s-]+(" + "|".join(sorted(FRACTIONS, key=len, reverse=True)) + r")\b", ANY_CASE
)

BOUNDS: dict[str, tuple[str, ...]] = {
    "approx": ("about", "around", "roughly", "approximately", "some"),
    "nearly": ("nearly", "almost", "close to", "approaching", "virtually"),
    "up_to": ("up to", "as much as", "as high as", "as many as", "at most", "no more than"),
    "at_least": ("at least", "or more", "and more", "no less than", "no fewer than", "upwards of"),
    "more_than": ("more than", "over", "exceed", "surpass", "above", "beyond", "top", "topped"),
    "vague": (
        "several", "few", "tens of", "dozens", "hundreds of", "thousands of", "millions",
        "billions", "most", "majority", "bulk", "minority", "little", "minimal", "negligible",
        "slight", "scant", "considerable", "substantial", "sizeable", "huge", "massive",
        "enormous", "vast",
    ),
}  # fmt: skip
"""For each bound the English words of which one renders it."""


MINUS_BEFORE = re.compile(r"(?:^|[\s($€¥])-\Z")
LONGEST_FORM = 1_000
LONGEST = 40
"""The most characters of a number; a longer run of digits counts nothing."""


class Number(NamedTuple):
    """A number in English prose, with all values that its words may have."""

    text: str
    values: frozenset[Fraction]
    telling: bool
    """Whether its presence needs a reason: not for `one` and `second` (best), nor for `May` and
    `March`, which may be no months."""


@functools.lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers in English prose.

    >>> [sorted(map(str, n.values)) for n in numbers("over $5.5 billion, a third, in May 2025")]
    [['5500000000'], ['1/3', '3'], ['5'], ['2025']]
    """
    found = []
    at = 0
    while match := NUMBER.search(text, at):
        at = match.end()
        kind = match.lastgroup if match.lastgroup != "fold" else "word"
        token = (match[kind] if kind else match[0]).lower()
        telling = True
        if len(token) > LONGEST:
            continue
        if kind in ("digits", "word"):
            value = Fraction(token.replace(",", "")) if kind == "digits" else WORDS[token]
            values = {value}
            if scale := SCALE_AFTER.match(text, at):
                values = {value * SCALES[scale[1].lower()]}
                at = scale.end()
            elif part := FRACTION_AFTER.match(text, at):
                values = {value * FRACTIONS[part[1].lower()]}
                at = part.end()
            else:
                telling = token not in ("zero", "one")
        elif kind == "ordinal":
            values = {Fraction(ORDINALS.index(token) + 1)}
            values |= {FRACTIONS[token]} if token in FRACTIONS else set()
            telling = token != "second"
        elif kind == "fraction":
            values = {FRACTIONS[token]}
        elif kind == "multiple":
            values = {Fraction(MULTIPLES[token])}
            telling = values != {Fraction(1)}
        elif kind == "scale":
            values = {Fraction(SCALES[token])}
        else:
            values = {Fraction([month.lower() for month in MONTHS].index(token) + 1)}
            telling = token not in ("may", "march")
        if kind == "digits" and MINUS_BEFORE.search(text, max(0, match.start() - 2), match.start()):
            values = {-value for value in values}
        found.append(Number(text[match.start() : at], frozenset(values), telling))
    return tuple(found)


# Han, kana, bopomofo, hangul, and the full-width forms and marks of East Asian scripts.
EAST_ASIAN = re.compile(
    "[\u2e80-\u303f\u3040-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)


def untranslated(text: str) -> str:
    """Return the first East Asian character of the text, or nothing.

    >>> untranslated("the 規則"), untranslated("the rule")
    ('規', '')
    """
    found = EAST_ASIAN.search(text)
    return found[0] if found else ""


BOUND_PATTERNS = {
    bound: re.compile(rf"\b(?:{'|'.join(words)})(?:s|es|ed|ing)?\b", ANY_CASE)
    for bound, words in BOUNDS.items()
}


def renders_bound(text: str, bound: str) -> bool:
    """Return whether the text has an English word for the bound; exact needs none.

    >>> renders_bound("nearly $10 billion", "nearly"), renders_bound("$10 billion", "nearly")
    (True, False)
    """
    return bound == "exact" or BOUND_PATTERNS[bound].search(text) is not None


def scale_of(amount: Fraction) -> str:
    """Return the word for the greatest scale that an amount reaches, or nothing below a hundred.

    >>> scale_of(Fraction(2 * 10**9)), scale_of(Fraction(20))
    ('billion', '')
    """
    reached = [word for word, size in SCALES.items() if size <= amount]
    return reached[-1] if reached else ""


def contains_form(text: str, form: str) -> bool:
    """Return whether a form stands in the text as whole words, its case aside.

    >>> contains_form("Global chips", "global"), contains_form("USA", "US")
    (True, False)
    """
    folded, wanted = text.lower(), form.lower()
    at = folded.find(wanted)
    while at >= 0:
        if stands_alone(folded, at, at + len(wanted)):
            return True
        # Of a form that nobody writes only the first occurrence counts: looking for long words
        # again and again takes quadratic time.
        at = folded.find(wanted, at + 1) if len(wanted) <= LONGEST_FORM else -1
    return False
