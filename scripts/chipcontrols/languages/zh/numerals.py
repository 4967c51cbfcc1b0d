"""Chinese numerals and what they mean, in exact fractions, of folded text.

``number`` reads a numeral without vague words (一百零五, 1億2000萬, 三点五), ``amount`` also
分之, 1/3, 10^26, 數 and 幾 as digits, and two digits in a row (三四十): a number between two.
Malformed numerals (三十百) and those of more than 60 characters are None.

    >>> amount("三又二分之一"), amount("数十亿")
    ((Fraction(7, 2), None, 0), (Fraction(2000000000, 1), Fraction(10000000000, 1), 8))
"""

import re
from fractions import Fraction
from functools import lru_cache

from chipcontrols.languages.quantities import HALF, ONE, Amount

_LONGEST = 60
NUMERAL = "〇零一二两三四五六七八九十百千万亿兆廿卅几数半"
"""The characters of numerals, as part of a set in a pattern."""
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
MAGNITUDES = {"兆": 12, "亿": 8, "万": 4, "千": 3, "百": 2, "十": 1}
_RAISED = re.compile(r"(?:([0-9.]+)[x×])?10(?:\^|的)([0-9]{1,2})(?:次方)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_VAGUE = re.compile(
    "([二三四五六七八九]?十|[0-9]*0)?(?:[几数]|([一二两三四五六七八])([二两三四五六七八九]))"
    "(?(1)(?![十百千]))([十百千万亿兆]*)"
)


def number(text: str) -> Fraction | None:
    """The number that a numeral without vague words means; None when it is malformed."""
    if len(text) > _LONGEST:
        return None
    if _PLAIN.fullmatch(text):
        return Fraction(text)
    if text[:1] > "9":  # 三．五; 1.5萬 is plain
        text = text.replace(".", "点")
    for mark, exponent in MAGNITUDES.items():
        head, found, tail = text.rpartition(mark)
        if found:
            left, right = number(head) if head else ONE, _rest(tail, exponent)
            if left is None or right is None:
                return None
            if exponent < 4 and left >= 10 and not _PLAIN.fullmatch(head):
                return None
            return left * Fraction(10) ** exponent + right
    whole, point, decimals = text.partition("点")
    shown = "".join(str(DIGITS.get(digit, "?")) for digit in whole + decimals)
    if not shown.isdecimal() or (len(shown) == 2 and not point and "0" not in shown):
        return None
    return Fraction(int(shown), 10 ** len(decimals))


def _rest(text: str, exponent: int) -> Fraction | None:
    """The number that follows a magnitude: after 百, 五 is 50 and 零五 is 5."""
    if not text:
        return Fraction(0)
    rest = text.lstrip("零〇")
    if rest in DIGITS:
        return Fraction(DIGITS[rest] * (10 ** (exponent - 1) if rest == text else 1))
    if not rest or rest[0] in "百千万亿兆" or not re.search("[十百千万亿点0-9]", rest):
        return None
    found = number(rest)
    return found if found is not None and found < 10**exponent else None


@lru_cache(maxsize=4096)
def amount(text: str) -> Amount | None:
    """The amount that a folded numeral means; None when it is malformed."""
    text = re.sub("[多余来]", "", re.sub("^十余", "十几", text))
    powers = "" if "分" in text else text[len(text.rstrip("万亿兆")) :]
    ends = _ends(text)
    return ends and (*ends, sum(MAGNITUDES[mark] for mark in powers))


def _ends(text: str) -> tuple[Fraction, Fraction | None] | None:
    text = re.sub("[,、 ]", "", text).replace("廿", "二十").replace("卅", "三十")
    if "/" in text:
        return Fraction(text), None
    if raised := _RAISED.fullmatch(text):
        return Fraction(raised[1] or 1) * 10 ** int(raised[2]), None
    if len(text) > _LONGEST:
        return None
    if text == "半":
        return HALF, None
    divisor, divided, text = text.replace("分之", "分").rpartition("分")
    if divided:
        whole, also, divisor = divisor.rpartition("又")
        plus, under, over = number(whole) if also else Fraction(0), number(divisor), _ends(text)
        if plus is None or not under or over is None:
            return None
        return plus + over[0] / under, None if over[1] is None else plus + over[1] / under
    if vague := _VAGUE.fullmatch(text):
        tens, first, last, units = vague.groups()
        low, high = (DIGITS[first], DIGITS[last]) if first else (0 if tens else 2, 10)
        adjoin = not first or high == low + 1 or (low, high) == (3, 5)
        ten, unit = number(tens or "零"), number(units) if units else ONE
        if adjoin and ten is not None and unit:
            return (ten + low) * unit, (ten + high) * unit
    found = number(text)
    return None if found is None else (found, None)
