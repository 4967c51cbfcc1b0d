"""Quantity expressions of English press texts, read in exact fractions.

``find`` returns the maximal quantity expressions of a text, ``read`` one expression. Units and
bounds are those of ``languages.base``. This docstring and the grammar in quantities.csv, whose
patterns have examples, are the specification.

    >>> [(q.text, q.derivation) for q in find("nearly one-third of $5.5 billion, up 35% or more")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('nearly one-third', '1/3 fraction, nearly'), ('$5.5 billion', '5.5 × 10^9 USD'),
     ('35% or more', '35 percent, at least')]
    >>> [q.text for q in find("In 2018 a Boeing 737, an iPhone 15, F-35s, H20 and one of 4 chips")]
    ['4 chips']
    >>> read("third-largest").unit, read("tens of billions of dollars").low
    ('rank', Fraction(20000000000, 1))

Grammar, with blanks or hyphens between number, scale and unit
    expression  [bound] [number [unit] to] [currency] number [scale] [of] [unit] [bound]
    number      digits, words (five hundred and three, a million), two and a half, a third of, dozen
    scale       hundred to trillion; bn, bln, mn, mln, tn, trln; after a currency sign also k, m, b,
                t, before a unit k and m (11.4m tonnes)
    range       to, - between numbers of one unit, and after between; or between small neighbours
                (two or three); after from there is no range: from 3% to 5% are two quantities
    vague       several, a few (2 to 10), dozens, hundreds, tens of billions (2 to 10 of them);
                most of, the majority of (1/2 to 1), a minority of (up to 1/2); nearly all is 1
    ordinal     the first, its third, 28th (unit ordinal); third-largest, No. 2, largest (rank)

Units: units.csv, whose nouns are counted (20,000 chips); before other nouns there is no unit, for
    English has no measure words. A price is for one of prices.csv ($5 a share). A currency sign
    stands before the number. Multiples are times with a comparison (three times as much), twice,
    fivefold, 10x, doubled; 50 basis points are half a percentage_point. A number of two digits
    between commas is an age (Huang, 62, said).

Bounds: bounds.csv; of several before the number the last decides, and one after it above all. over
    before a length is no bound (over five years).

Not read: what ``name`` in the grammar matches, dates, years, clock times (``dates``), one and zero
without bound, scale or unit (one of them), numbers in names (Boeing 737, Big Four, Second Avenue),
and ordinals without a determiner (first reported). Out of scope: several scales in words (one
million two hundred), many, couple, double, numbers of more than 60 characters or above 10^60.
"""

import dataclasses
import re
from collections.abc import Sequence
from fractions import Fraction

from chipcontrols.languages import base, quantities
from chipcontrols.languages.base import Quantity
from chipcontrols.languages.en.dates import find as dates
from chipcontrols.languages.en.words import (
    FRACTIONS,
    HALVED,
    MULTIPLES,
    ORDINALS,
    SCALES,
    WORDS,
    fold,
    follows_name,
)
from chipcontrols.languages.quantities import ONE, Amount, Reading, Unit

_UNITS = {word.lower(): unit for word, unit in quantities.units(__file__).items()}
_SINGULAR = {  # a 6,000-patient trial, a 33 billion-pound push
    word[:-1]: unit for word, unit in _UNITS.items() if re.fullmatch("[a-z]+[^s]s", word)
}
_PRICES = {word.lower(): name for word, (name, _) in quantities.units(__file__, "prices").items()}
_BOUNDS, _SPREADS = quantities.bounds(__file__), quantities.spreads(__file__)
_PLACES = WORDS | ORDINALS
_BOUND_WORD = re.compile(base.either(_BOUNDS))
_POWERS = {"k": 3, "m": 6, "b": 9, "t": 12, "mn": 6, "mln": 6, "bn": 9, "bln": 9, "tn": 12}
_POWERS |= {"trln": 12} | {word: len(str(size)) - 1 for word, size in SCALES.items()}
_TIMES = {"dozen": 12, "hundred": 100}
_SIGNS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}
_ADDED = {word: Fraction(value) for word, value in WORDS.items()} | FRACTIONS | _SIGNS
_TOKEN = re.compile("[0-9]/[0-9]|[½¼¾]|[0-9][0-9,]*(?:\\.[0-9]+)?|[a-z]+")
_VAGUE = re.compile(r"several|few|s\b")
_LONGEST = 60

GRAMMAR = base.grammar(
    __file__,
    {
        "one_part": base.either(w for w in FRACTIONS if not w.endswith(("s", "ves"))) + r"\b",
        "many_parts": base.either(w for w in FRACTIONS if w.endswith(("s", "ves"))) + r"\b",
        "halved": base.either(HALVED),
        "spread": base.either(_SPREADS).replace(r"\-", "[ -]"),
        "adjective": base.either(_SINGULAR),
        "symbol": quantities.SYMBOL,
    },
)
_POINT = GRAMMAR("{point}")
_WAS, _EARNINGS, _LABEL = (
    re.compile(GRAMMAR(part), re.I) for part in ("{was}", "{earnings}", "{label}")
)
_CONTEXTS = (("", ""), ("the ", " of it"), ("by ", ""), ("", " the"))
"""What may stand around an expression that is one only in context: half, a third, second."""


def amount(words: str) -> Amount | None:
    """The number that the words mean, or the two ends of vague ones (dozens)."""
    words = words.lower()
    if len(words) > _LONGEST:
        return None
    if spread := _SPREADS.get(words.replace(" ", "-")):
        return *spread, 0
    factor, raised, exponent = words.partition("10^")
    if raised:
        factor = factor.strip(" x×").replace(",", "")
        return Fraction(factor or 1) * 10 ** int(exponent), None, 0
    part: Fraction | None = None
    whole, power = Fraction(0), 0
    for token in _TOKEN.findall(re.sub(r"s\b", "", words)):
        power = 0
        if token in _TIMES:
            part = (ONE if part is None else part) * _TIMES[token]
        elif token in _POWERS:
            power = _POWERS[token]
            whole, part = (whole + (bool(not whole) if part is None else part)) * 10**power, None
        elif token in _ADDED or "/" in token:
            part = (part or Fraction(0)) + (_ADDED[token] if token in _ADDED else Fraction(token))
        elif token[0].isdecimal():
            part = Fraction(token.replace(",", ""))
    number = whole + (part or Fraction(0))
    if _VAGUE.search(words):
        return 2 * (number or ONE), 10 * (number or ONE), power
    return number, None, power


def _fraction(words: str) -> Fraction | None:
    """A third, two-thirds, one in five."""
    words = words.replace("-", " ")
    if apart := re.fullmatch("(.+) (?:in|out of)(?: every)? (.+)", words):
        part, of = amount(apart[1]), amount(apart[2])
        return part[0] / of[0] if part and of and part[0] < of[0] else None
    counted, _, part_word = words.rpartition(" ")
    times = amount(counted)
    return times and (times[0] or 1) * FRACTIONS[part_word]


def _unit(match: re.Match[str]) -> Unit:
    """Name of the unit and what one of it is worth."""
    if currency := match["currency"] or match["from_currency"]:
        return _UNITS[currency.strip().lower()]
    if match["unit"] == "":
        return "years", ONE  # Huang, 62, said
    symbol = (match["unit"] or "").strip(" -")
    words = re.sub("^(?:of|an?) ", "", symbol.lower())
    if words[:6] == "times " or (words == "times" and _EARNINGS.match(match.string, match.end())):
        return "multiple", ONE
    return quantities.SYMBOLS.get(symbol) or {**_SINGULAR, **_UNITS}.get(words, (None, ONE))


def _bound(match: re.Match[str]) -> str:
    found = _BOUND_WORD.findall((match["after"] or match["before"] or "").lower())
    return _BOUNDS[found[-1]] if found else "exact"


def _is_quantity(match: re.Match[str], unit: str | None) -> bool:
    """Whether the number counts as one, in view of the words around it."""
    words, start, text = match["number"], match.start("number"), match.string
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


def _reading(match: re.Match[str]) -> Reading | None:
    """What the match says; None when it is no quantity."""
    bound = _bound(match)
    if place := match["ordinal"] or match["rank"]:
        digits, words = re.findall("[0-9]+", place), re.findall("[a-z]+", place.lower())
        number = Fraction(digits[0] if digits else max(_PLACES.get(word, 1) for word in words))
        kind = "ordinal" if match["ordinal"] else "rank"
        return number, number, number, kind, "exact", f"{kind} {number}"
    if told := (match["multiple"] or "").lower():
        times = MULTIPLES.get(told) or (amount(re.sub("-?(?:fold|x)$", "", told)) or (0,))[0]
        return quantities.reading(Fraction(times), None, "multiple", bound) if times else None
    if match["fraction"]:
        fraction, points = re.subn(_POINT, "", match["fraction"].lower())
        kind, part = "percentage_point" if points else "fraction", _fraction(fraction)
        return None if part is None else quantities.reading(part, None, kind, bound)
    if not match["number"]:
        return quantities.IN_WORDS.get(match.lastgroup)
    unit, said = _unit(match), amount(match["number"])
    if not said or not (said[1] or _is_quantity(match, unit[0])):
        return None
    if unit[0] and match["per"]:
        unit = f"{unit[0]}/{_PRICES[match['per'].lower()]}", unit[1]
    began = amount(match["from"] or "") if match["from_unit"] in (None, match["unit"]) else None
    if match["join"] == " or ":
        bound = "vague"
        if began and said[0] / 10 ** said[2] - began[0] / 10 ** began[2] != 1:
            began = None
    return quantities.measured(match, said, began, unit, bound)


def _prepared(text: str) -> tuple[str, Sequence[int]]:
    times = ((d.start, d.end) for d in dates(text) if d.kind != "duration")
    return base.masked(fold(text), times), range(len(text) + 1)  # A length of time is a quantity.


find = quantities.finder(
    f"(?ai){GRAMMAR('{found}')}",
    _prepared,
    _reading,
    lambda match, _: match["before"].lower() == "over ",
    lambda match: match["join"] == " to " and bool(_WAS.search(match.string[: match.start()])),
)


def read(expression: str, region: str = "") -> Quantity:
    """The quantity that the whole expression is; ValueError when it is not exactly one."""
    for before, after in _CONTEXTS:
        for found in find(f"{before}{expression}{after}") if expression else ():
            if found.start == len(before) and found.text == expression:
                return dataclasses.replace(found, start=0, end=len(expression))
    return quantities.only(expression, find)
