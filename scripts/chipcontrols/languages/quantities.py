"""What the quantities of all languages have in common: how a text is read with a grammar, and what
a number says in its unit and under its bound.

Matches of the grammar (``base.grammar``) have the groups ``before``, ``from``, ``from_unit`` and
``minus``, and groups of the names in ``IN_WORDS``.  In units.csv ``factor`` is what one of the word
is worth in its unit; grammars choose words by ``dimension``, ``place``, ``more`` or ``several``.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from chipcontrols.languages.base import Quantity, Span, alternatives, compiled, rows, values

Unit = tuple[str | None, Fraction]
"""The name of a unit, and what one of it is worth."""
Amount = tuple[Fraction, Fraction | None, int]
"""A number, a greater one where the words mean the range between the two, and the power of ten of
the word that ends it."""
Reading = tuple[Fraction | None, Fraction | None, Fraction | None, str | None, str, str]
"""Value, low, high, unit, bound and derivation of a quantity."""
HALF, ONE = Fraction(1, 2), Fraction(1)
GREATEST = 10**60
IN_WORDS: dict[str | None, Reading] = {
    "most": (None, HALF, ONE, "fraction", "vague", "1/2 to 1 fraction, vague"),
    "few": (None, None, HALF, "fraction", "vague", "up to 1/2 fraction, vague"),
    "nearly_all": (ONE, None, ONE, "fraction", "nearly", "1 fraction, nearly"),
    "amount": (None, None, None, None, "vague", "an amount, vague"),
    "top": (ONE, ONE, ONE, "rank", "exact", "rank 1"),
}
LENGTHS = ("years", "months", "weeks", "days", "working_days", "hours", "minutes", "seconds")
_PLUS_OR_MINUS = re.compile(
    r"\s?[,，(（]?\s?(?:plus or minus|give or take|[上正][下负負](?:浮[动動])?|±|\+/-)\s?"
)


def units(module: str, table: str = "units") -> dict[str, Unit]:
    """The units of a table by their words."""
    found = rows(module, table)
    return {row["word"].strip(): (row["unit"], Fraction(row.get("factor", 1))) for row in found}


SYMBOLS = units(__file__)
"""The units of the symbols that all languages write alike."""
SYMBOL = f"(?-i:{alternatives(rows(__file__, 'units'))})(?![A-Za-z0-9µ])"
"""A pattern for a symbol, which no letter or digit continues."""


def bounds(module: str) -> dict[str, str]:
    """The bounds by the words for them."""
    return {row["word"]: row["bound"] for row in rows(module, "bounds")}


def spreads(module: str) -> dict[str, tuple[Fraction, Fraction]]:
    """The ends of words that stand for a range of numbers: 兩位數, mid-teens."""
    found = rows(module, "spreads")
    return {row["word"]: (Fraction(row["low"]), Fraction(row["high"])) for row in found}


def finder(
    pattern: str,
    prepare: Callable[[str], tuple[str, Sequence[int]]],
    read: Callable[[re.Match[str]], Reading | None],
    is_recent: Callable[[re.Match[str], Reading], bool],
    is_change: Callable[[re.Match[str]], bool],
) -> Callable[..., tuple[Quantity, ...]]:
    """The function that finds the maximal quantity expressions of a text, in any region.

    ``prepare`` folds it, masks its dates and gives the offset of each character; ``read`` returns
    what a match says. Words before a length of time that make it recent (``is_recent``) are no
    bound, and a change from one number to another (``is_change``) is no range.
    """

    def span(match: re.Match[str], said: Reading | None) -> Span:
        """The part of a match that is an expression."""
        if said and match["before"] and said[3] in LENGTHS and is_recent(match, said):
            return match.end("before"), match.end()
        if match["from"] and (not said or is_change(match)):
            return match.start(), max(match.end("from"), match.end("from_unit"))
        return match.span()

    def scan(text: str) -> Iterator[Quantity]:
        prepared, offsets = prepare(text)
        at = 0
        while match := compiled(pattern).search(prepared, at):
            said = read(match)
            if (part := span(match, said)) != match.span():
                match = compiled(pattern).match(prepared, *part) or match
                said = read(match)
            at = match.end()
            if said:
                start, end = offsets[match.start()], offsets[at - 1] + 1
                yield Quantity(text[start:end], start, end, *said)

    @functools.lru_cache(maxsize=4096)
    def find(text: str, region: str = "") -> tuple[Quantity, ...]:
        return with_tolerances(text, tuple(scan(text)))

    return find


def measured(
    match: re.Match[str], amount: Amount, began: Amount | None, unit: Unit, bound: str
) -> Reading | None:
    """What a number says, or the range from another one, which shares its power of ten; None when
    they are no range."""
    (low, high, power), (name, worth) = amount, unit
    if (high or low) > GREATEST:
        return None
    if match["from"]:
        if began is None or began[1] or high or match["minus"]:
            return None
        first, _, own = began
        if not own and not match["from_unit"] and first < low / 10**power:
            first *= 10**power
        if first >= low:
            return None
        low, high = first, low
    elif high:
        bound = "vague"
    worth *= -1 if match["minus"] else 1
    return reading(low * worth, high and high * worth, name, bound, power)


def reading(
    low: Fraction, high: Fraction | None, unit: str | None, bound: str, power: int = 0
) -> Reading:
    """What a number says under a bound, or two numbers: a range, or under ``vague`` the ends of
    what the words leave open.

    >>> reading(Fraction(10**10), None, "USD", "nearly", 9)[3:]
    ('USD', 'nearly', '10 × 10^9 USD, nearly')
    """
    if high is not None and bound != "vague":
        bound = "range"
    ends = [end / 10**power if power else end for end in (low, high) if end is not None]
    said = " to ".join(str(end) if unit == "fraction" else digits(end) for end in ends)
    said += (f" × 10^{power}" if power else "") + (f" {unit}" if unit else "")
    said += "" if bound == "exact" else f", {bound.replace('_', ' ')}"
    if high is not None:
        return None, low, high, unit, bound, said
    least = low if bound in ("exact", "at_least", "more_than") else None
    most = low if bound in ("exact", "nearly", "as_high_as", "at_most") else None
    return low, least, most, unit, bound, said


def digits(number: Fraction) -> str:
    """The number in digits, as a fraction where decimals would not end.

    >>> digits(Fraction(11, 2)), digits(Fraction(1, 3))
    ('5.5', '1/3')
    """
    for places in range(1, 61) if number.denominator > 1 else ():
        if 10**places % number.denominator == 0:
            shown = f"{int(number * 10**places):0{places + 1}}"
            return f"{shown[:-places]}.{shown[-places:]}"
    return str(number)


def with_tolerances(text: str, found: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """The quantities, a number and its tolerance as one range: $45 billion, plus or minus 2%."""
    kept = list(found[:1])
    for by in found[1:]:
        one = kept[-1]
        if _PLUS_OR_MINUS.fullmatch(text, one.end, by.start) and one.value and by.value:
            share = by.unit == "percent" != one.unit
            if share or by.unit in (one.unit, "percentage_point"):
                off = by.value * (one.value / 100 if share else 1)
                said = reading(one.value - off, one.value + off, one.unit, "range")
                kept[-1] = Quantity(text[one.start : by.end], one.start, by.end, *said)
                continue
        kept.append(by)
    return tuple(kept)


def only(expression: str, find: Callable[[str], tuple[Quantity, ...]]) -> Quantity:
    """The one quantity that the whole expression is; ValueError with what was read and left out."""
    found = find(expression)
    if len(found) == 1 and found[0].text == expression:
        return found[0]
    ends = [0, *(quantity.end for quantity in found)]
    starts = [*(quantity.start for quantity in found), len(expression)]
    left = "…".join(expression[s:e] for s, e in zip(ends, starts, strict=True))
    told = ", ".join(f"{quantity.text} ({quantity.derivation})" for quantity in found)
    raise ValueError(f"{expression!r} is not one quantity: read {told or 'none'}; left {left!r}")


_MEASURES = units(__file__, "measures")  # Half is 50 percent, a year 12 months.
_OPEN = {None, "ordinal", "rank", "point"}
_LOOSE = {*_OPEN, *LENGTHS, "count", "multiple"}
_BOUNDS = ({"at_least", "more_than"}, {"at_most", "nearly", "as_high_as"})


def _agree(one: Quantity, told: Quantity) -> bool:
    """Whether two quantities share a number, or vague ones a stretch, in units that may be the
    same: one may be open, or say how often (5次) or what a price is for; multiples are of two
    kinds (增長一倍: doubled)."""
    sides = []
    for each in (one, told):
        unit = (each.unit or "").partition("/")[0]
        often = {one.unit, told.unit} & _OPEN or {one.unit, told.unit} == {"count", "multiple"}
        measure, worth = ("", ONE) if often else _MEASURES.get(unit, (unit, ONE))
        sides.append({(measure, number * worth) for number in values([each])})
    if one.bound == told.bound == "vague" and all(sides):
        (measure, low), most = min(sides[0]), max(sides[0])
        if low >= 1000:  # Tens of millions are many millions.
            most = measure, Fraction(1000 ** ((len(str(int(low))) + 2) // 3))
        return max(map(min, sides)) < min(most, max(sides[1]))
    return bool(sides[0] & sides[1]) or one.unit == told.unit == "multiple"


def unlike(
    text: Iterable[Quantity], original: Sequence[Quantity]
) -> Iterator[tuple[Quantity, list[Quantity]]]:
    """Yield the quantities of an English text of which the original has none of the same number and
    unit, or only with a contrary bound, and what has their number or else their unit. Lengths,
    counts, multiples and vague ones need one that has their number, or is vague."""
    for one in text:
        vague, numbers = one.bound == "vague", {*values([one])}
        large = vague and max(numbers, default=0) > 10  # than several
        if not numbers or (vague and one.unit == "count" and not large):
            continue
        agreeing = [told for told in original if _agree(one, told)]
        near = [told for told in original if vague == (told.bound == "vague")]
        near = [told for told in near if large or numbers & {*values([told])}]
        loose = vague or one.unit in _LOOSE or (one.unit == "fraction" and max(numbers) >= 1)
        ours, theirs = _BOUNDS if one.bound in _BOUNDS[0] else _BOUNDS[::-1]
        if agreeing and one.bound in ours and all(told.bound in theirs for told in agreeing):
            yield one, agreeing
        elif not agreeing and (near or not loose):
            yield one, near or [told for told in original if told.unit == one.unit]
