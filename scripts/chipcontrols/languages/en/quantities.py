"""Quantity expressions of English press texts, read in exact fractions.

``find`` returns the maximal quantity expressions of a text, ``read`` one expression. Units and
bounds are those of ``languages.base``. This docstring is the specification.

    >>> [(q.text, q.derivation) for q in find("nearly one-third of $5.5 billion, up 35% or more")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('nearly one-third', '1/3 fraction, nearly'), ('$5.5 billion', '5.5 × 10^9 USD'),
     ('35% or more', '35 percent, at least')]
    >>> [q.text for q in find("In 2018 a Boeing 737, an iPhone 15, F-35s, H20 and one of 4 chips")]
    ['4 chips']
    >>> read("third-largest").unit, read("tens of billions of dollars").low
    ('rank', Fraction(20000000000, 1))

Grammar, in quantities.csv, with blanks or hyphens between number, scale and unit
    expression  [bound] [number [unit] to] [currency] number [scale] [of] [unit] [bound]
    number      digits (1,500 and 3.5 too), words (twenty-eight, five hundred and three, a million),
                half, two and a half, two-thirds, a third of, one in five, dozen
    scale       hundred to trillion; bn, bln, mn, mln, tn, trln; after a currency sign also k, m, b,
                t, before a unit k and m (11.4m tonnes)
    range       to, - between numbers of one unit, and after between; or between small neighbours
                (two or three); after from there is no range: from 3% to 5% are two quantities
    vague       several, a few (2 to 10), dozens, hundreds, tens of billions (2 to 10 of them);
                most of, the majority of (1/2 to 1), a minority of (up to 1/2); nearly all is 1
    ordinal     the first, its third, 28th (unit ordinal); third-largest, No. 2, largest (rank)

Units: units.csv, whose nouns are counted (20,000 chips); before other nouns there is no unit, for
    English has no measure words. A currency sign stands before the number. Multiples are times with
    a comparison (three times as much), twice, fivefold, 10x, doubled; 50 basis points are half a
    percentage_point.

Bounds: bounds.csv; of several before the number the last decides, and one after it above all. over
    before a length is no bound (over five years).

Not read: dates, years and clock times (``dates``), one and zero without bound, scale or unit (one
of them), numbers in names (Boeing 737, Big Four, Second Avenue), versions, ratios (3:1, 24/7), and
ordinals without a determiner (first reported). A minus before digits counts (-80°C, minus 3%).
Out of scope: several scales in words (one million two hundred), many, couple, double, numbers of
more than 60 characters or above 10^60.
"""

import dataclasses
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Quantity, Reading
from chipcontrols.languages.en.dates import find as dates
from chipcontrols.languages.en.words import (
    FRACTIONS,
    HALVED,
    MULTIPLES,
    ORDINALS,
    SCALES,
    TENS,
    UNITS,
    WORDS,
    fold,
    follows_name,
)

_HALF, _ONE = Fraction(1, 2), Fraction(1)
_UNIT_ROWS = sorted(base.rows(__file__, "units"), key=lambda row: -len(row["word"]))
_BOUND_ROWS = base.rows(__file__, "bounds")
_ADJECTIVES = [  # a 6,000-patient trial, a 33 billion-pound push
    {**row, "word": row["word"][:-1]}
    for row in _UNIT_ROWS
    if row["place"] == "after" and re.fullmatch("[a-z]+[^s]s", row["word"])
]
_UNITS = {
    (row["place"], row["word"].strip().lower()): (row["unit"], Fraction(row["factor"]))
    for row in (*_ADJECTIVES, *_UNIT_ROWS)
}
_BOUNDS = {row["word"]: row["bound"] for row in _BOUND_ROWS}
_BOUND_WORD = re.compile(base.alternatives(_BOUND_ROWS))
_SHORT = {"k": 3, "m": 6, "b": 9, "t": 12}
_SHORT |= {"mn": 6, "mln": 6, "bn": 9, "bln": 9, "tn": 12, "trln": 12}
_POWERS = {word: len(str(size)) - 1 for word, size in SCALES.items()} | _SHORT
_MULTIPLIERS = {"dozen": 12, "hundred": 100}
_LENGTHS = ("years", "months", "weeks", "days", "hours", "minutes")
_SPREADS, _SPREAD_ROWS = base.spreads(__file__), base.rows(__file__, "spreads")
_LONGEST, _GREATEST = 60, 10**60


def _at(place: str, words: list[base.Row]) -> str:
    return base.alternatives(row for row in words if row["place"] == place)


GRAMMAR = base.grammar(
    __file__,
    {
        "ten": base.either(TENS),
        "one_to_nine": base.either(word for word, value in UNITS.items() if 0 < value < 10),
        "to_nineteen": base.either(UNITS),
        "ordinal_word": base.either(ORDINALS),
        "one_part": base.either(w for w in FRACTIONS if not w.endswith(("s", "ves"))) + r"\b",
        "many_parts": base.either(w for w in FRACTIONS if w.endswith(("s", "ves"))) + r"\b",
        "halved": base.either(HALVED),
        "spread": base.alternatives(_SPREAD_ROWS, lambda row: row["word"].replace("-", "[ -]")),
        "currency": _at("before", _UNIT_ROWS),
        "unit_word": _at("after", _UNIT_ROWS),
        "adjective": base.alternatives(_ADJECTIVES),
        "symbol": f"(?-i:{base.SYMBOL})",
        "before_word": _at("before", _BOUND_ROWS),
        "verb": _at("verb", _BOUND_ROWS),
        "after_word": _at("after", _BOUND_ROWS),
    },
)
_POINT = GRAMMAR("{point}")
_PATTERN = f"(?ai){GRAMMAR('{found}')}"
_CHANGED = re.compile(
    r"(?<!ranging )(?<!running )(?<!ranges )(?<!anywhere )\bfrom \Z"
    r"|(?:ed|rose|fell|grew|sank|slid|shrank) by \Z",
    re.I,
)
"""What before X to Y says that it was X, or changed by X, and is Y."""
_EARNINGS = re.compile(  # 31 times expected earnings
    r" (?:oversubscribed|(?:[a-z0-9\0]+ ){0,3}(?:earnings|sales|revenue|profit|book|EBITDA))\b"
)
_LABEL = re.compile(
    r"\b(?:phase|week|stage|chapter|section|article|page|figure|level|tier|version|step) \Z", re.I
)
_CONTEXTS = (("", ""), ("the ", " of it"), ("by ", ""), ("", " the"))
"""What may stand around an expression that is one only in context: half, a third, second."""


# --- readings ---


def _value(words: str) -> tuple[Fraction, int] | None:
    """The number that the words mean, and the power of ten of the scale that ends them."""
    if len(words) > _LONGEST:
        return None
    mantissa, raised, exponent = words.partition("10^")
    if raised:
        raised_to = Fraction(mantissa.strip(" xX×").replace(",", "") or 1) * 10 ** int(exponent)
        return (raised_to, 0) if raised_to <= _GREATEST else None
    whole, part, power = Fraction(0), None, 0
    words = words.replace("½", " 1/2").replace("¼", " 1/4").replace("¾", " 3/4")
    for token in re.findall(r"[0-9]/[0-9]|[0-9][0-9,]*(?:\.[0-9]+)?|[a-z]+", words.lower()):
        power = 0
        if "/" in token:
            part = (part or 0) + Fraction(token)
        elif token[0].isdecimal():
            part = Fraction(token.replace(",", ""))
        elif token in WORDS:
            part = (part or 0) + Fraction(WORDS[token])
        elif token in FRACTIONS:
            part = (part or 0) + FRACTIONS[token]
        elif token in _MULTIPLIERS:
            part = (part or _ONE) * _MULTIPLIERS[token]
        elif token in _POWERS:
            power = _POWERS[token]
            whole, part = (whole + (bool(not whole) if part is None else part)) * 10**power, None
    number = whole + (part or 0)
    return (number, power) if number <= _GREATEST else None


def _fraction(words: str) -> Fraction | None:
    """A third, two-thirds, one in five."""
    if apart := re.fullmatch("(.+) (?:in|out of)(?: every)? (.+)", words):
        part, of = _value(apart[1]), _value(apart[2])
        return part[0] / of[0] if part and of and part[0] < of[0] else None
    counted, _, part_word = words.replace("-", " ").rpartition(" ")
    times = _ONE if counted in ("", "a", "an") else (_value(counted) or (None,))[0]
    return None if times is None else times * FRACTIONS[part_word]


def _unit(match: re.Match[str]) -> tuple[str | None, Fraction]:
    """Name of the unit and what one of it is worth."""
    if currency := match["currency"] or match["from_currency"]:
        return _UNITS["before", currency.strip().lower()]
    symbol = (match["unit"] or "").strip(" -")
    if symbol in base.SYMBOLS:
        return base.SYMBOLS[symbol]
    words = symbol.lower().removeprefix("of ")
    if words[:6] == "times " or (words == "times" and _EARNINGS.match(match.string, match.end())):
        return "multiple", _ONE
    return _UNITS.get(("after", words), (None, _ONE))


def _bound(match: re.Match[str]) -> str:
    words = match["after"] or match["before"]
    if words == "+":
        return "at_least"
    found = _BOUND_WORD.findall(words.lower()) if words else []
    return _BOUNDS[found[-1]] if found else "exact"


def _stands(match: re.Match[str], text: str, unit: str | None) -> bool:
    """Whether the number counts as one, in view of the words around it."""
    words, start = match["number"], match.start("number")
    if match["currency"] or match["from"] or match["before"]:
        return True
    if unit in (None, "count") and _LABEL.search(text, max(0, start - 12), start):
        return False  # phase 2, week six
    if words.lower() in ("one", "zero"):
        return unit is not None and match["unit"].lower() != " day"
    if words[0].isupper() and re.match("[A-Za-z,] ", text[max(0, start - 2) : start]):
        return False
    return unit not in (None, "count") or not (
        words.isdecimal() and follows_name(text, match.start())
    )


def _reading(match: re.Match[str], text: str) -> Reading | None:
    """What the match says; None when it is no quantity."""
    bound = _bound(match)
    if match["ordinal"] or match["rank"]:
        words = re.findall("[a-z]+|[0-9]+", (match["ordinal"] or match["rank"]).lower())
        known = [
            ORDINALS.get(w) or WORDS.get(w) or int("0" + re.sub("[a-z]", "", w)) for w in words
        ]
        number = Fraction(max(known) or 1)
        kind = "ordinal" if match["ordinal"] else "rank"
        return number, number, number, kind, "exact", f"{kind} {number}"
    if told := (match["multiple"] or "").lower():
        value = _value(re.sub("-?(?:fold|x)$", "", told))
        times = Fraction(MULTIPLES[told]) if told in MULTIPLES else value and value[0]
        return base.reading(times, None, "multiple", bound) if times else None
    if match["fraction"]:
        fraction, points = re.subn(_POINT, "", match["fraction"].lower())
        part = _fraction(fraction)
        kind = "percentage_point" if points else "fraction"
        return None if part is None else base.reading(part, None, kind, bound)
    if not match["number"] and not match["vague"]:
        return base.IN_WORDS.get(match.lastgroup or "")
    unit, worth = _unit(match)
    if spread := _SPREADS.get((match["vague"] or "").lower().replace(" ", "-")):
        return base.reading(spread[0] * worth, spread[1] * worth, unit, "vague")
    value = _value(re.sub(r"s\b", "", match["vague"] or match["number"]))  # tens of billions
    if value is None or (match["vague"] and match["from"]):
        return None
    low, power = value
    if match["vague"]:
        return base.reading(2 * (low or 1) * worth, 10 * (low or 1) * worth, unit, "vague", power)
    if not _stands(match, text, unit):
        return None
    worth *= -1 if match["minus"] else 1
    if not match["from"]:
        return base.reading(low * worth, None, unit, bound, power)
    first = _first(match, low, power)
    bound = "vague" if match["join"] == " or " else "range"
    return None if first is None else base.reading(first * worth, low * worth, unit, bound, power)


def _first(match: re.Match[str], last: Fraction, power: int) -> Fraction | None:
    """The number that a range begins with; None where the words make no range."""
    value = _value(match["from"])
    if value is None or (match["from_unit"] and match["from_unit"] != match["unit"]):
        return None
    first = value[0]
    if not value[1] and first < last / 10**power:
        first *= 10**power
    if match["join"] == " or " and last != first + 10**power:
        return None
    return first if first < last else None


def _scan(text: str) -> Iterator[Quantity]:
    times = ((d.start, d.end) for d in dates(text) if d.kind != "duration")
    text_read, position = base.masked(fold(text), times), 0  # A length of time is a quantity.
    while match := base.compiled(_PATTERN).search(text_read, position):
        said, start, end = _reading(match, text_read), match.start(), len(text_read)
        over = (match["before"] or "").lower() == "over " and said and said[3] in _LENGTHS
        before = text_read[max(0, start - 20) : start]
        changed = match["join"] == " to " and bool(_CHANGED.search(before))
        if over:
            start = match.end("before")
        elif changed or (match["from"] and not said):
            end = max(match.end("from"), match.end("from_unit"))
        if start > match.start() or end < len(text_read):
            match = base.compiled(_PATTERN).match(text_read, start, end) or match
            said = _reading(match, text_read)
        position = max(match.end(), position + 1)
        if said:
            yield Quantity(text[match.start() : match.end()], match.start(), match.end(), *said)


@lru_cache(maxsize=4096)
def find(text: str, region: str = "") -> tuple[Quantity, ...]:
    """All maximal quantity expressions of the text, from left to right, in any ``region``."""
    return base.spread(text, tuple(_scan(text)))


def read(expression: str, region: str = "") -> Quantity:
    """The quantity that the whole expression is; ValueError when it is not exactly one."""
    for before, after in _CONTEXTS:
        for found in find(f"{before}{expression}{after}") if expression else ():
            if found.start == len(before) and found.text == expression:
                return dataclasses.replace(found, start=0, end=len(expression))
    return base.only(expression, find)
