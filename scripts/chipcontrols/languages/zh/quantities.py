"""Quantity expressions of Chinese press texts, read in exact fractions.

``find`` returns the maximal quantity expressions of a text, ``read`` one expression. This docstring
and the grammar in quantities.csv, whose patterns have examples, are the specification.

    >>> [(q.text, q.derivation) for q in find("蒸发近百亿美元,2023年达35%,下降30%以上")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('近百亿美元', '100 × 10^8 USD, nearly'), ('35%', '35 percent'),
     ('30%以上', '30 percent, at least')]
    >>> [q.text for q in find("2018年用4塊A100,F-35、910C和CloudMatrix 384,2.0版本")]
    ['4塊']

Grammar, in either script and width, with blanks between digits, magnitude and unit; every run of
digits is taken whole, whether or not it means anything, so that a scan takes linear time
    expression  [bound] [number [unit] 至] number [多|餘] [magnitude] [unit] [bound]
    number      digits, Chinese numerals (一百零五, 廿三, 一万五), both mixed (1億2000萬), 分之,
                半 (一半, 半年, 两年半), vague ones (數十億, 三四十, 一、兩萬)
    join        至 到 - ~, 5倍以上10倍以下; 从 or a fall (50%到30%) makes no range
    ordinal     第 number [noun], 二期
    words       最大, 大多数, 少數, 幾乎所有, 多個, 甚微, 可觀, 巨額

Units: units.csv here, symbols (GB/s, nm) in units.csv of all languages, what stands before the
    number or its bound (NT$) in money.csv, what a price is for (5元/股, 每吨5元) in prices.csv. 元
    is the currency named beside it, or that of the region (``money``); 25個基點 is 1/4
    percentage_point, 分之 半 成 折 ‰ 多數 減半 fractions, 倍 倍增 翻一番 multiples; 最大, 第三大,
    位列第二 ranks, 第三 ordinals.

Bounds: bounds.csv (``far`` from the number, too); 多, 餘 and 來 within it. Vague are 數 and 幾 as a
    digit, from 2 to below 10 (數億: 2 × 10^8 to 10^9; 十幾, 十餘: 10 to 20), two digits in a row
    (三四十); most (大多数: 1/2 to 1), few (少數: to 1/2); open amounts (多個, 可觀); 兩位數.

Conventions
    - 幾乎所有 is the fraction 1, nearly. 過半 is 1/2, more than.
    - A vague number stays vague under another bound word (高達數十億). Of several bound words the
      last decides: those after the number, then 多, then the one next to it before.
    - 萬 is 10^4, 億 10^8, 兆 10^12. 3至5億 is 3億 to 5億. 近 before a length with 來, or of years
      or months that begins a clause, is 'recent' and no part (近十年来: 十年); 過去, 長達, 達到 and
      directions (下跌) are none either.
    - 一 with a unit is 1 (一年), with a measure word an article, and none (一場, but 1 in 只有一場,
      其中一場); 一 in 一些, 一直, 進一步, 唯一, 這一點 is none.
    - A single Chinese digit needs a unit (三星 is a name), also 百, 千, 萬 alone; 一千 needs none.
    - Between a bound and its number may stand whose part it is, with 的, or a verb of links.csv:
      不得超過營收的五成, 至少需要3年. 上升1.5個百分點至59.5% are two quantities.
    - Digits followed by Latin letters that are no symbol of a unit are a name; digits after
      letters, or after a word of products.csv (麒麟990), are one too, unless 億, %, 倍 or a
      currency follows (or, after a blank, a unit): AMD6%.

Not read: what ``name`` and ``no_quantity`` in the grammar match, calendar dates and clock times
(``dates``; a day of the month is 13日, a length 三天, 3日內, 數日), malformed numerals, numbers
above 10^60. Out of scope: conversion of units, 70B, 許多, 雙.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from chipcontrols.languages import base, quantities
from chipcontrols.languages.base import Quantity
from chipcontrols.languages.characters import HAN
from chipcontrols.languages.folding import tight
from chipcontrols.languages.quantities import HALF, ONE, Amount, Reading, Unit
from chipcontrols.languages.zh import money
from chipcontrols.languages.zh.dates import LASTS, spans
from chipcontrols.languages.zh.numerals import DIGITS, NUMERAL, amount, number

_UNITS, _MONEY = quantities.units(__file__), quantities.units(__file__, "money")
_PRICES = quantities.units(__file__, "prices")
_BOUNDS, _SPREADS = quantities.bounds(__file__), quantities.spreads(__file__)
_BARE = "XXX"  # ISO 4217 for no currency: stands for 元 until the region is known
_HEADS = [row for row in base.rows(__file__, "words") if row["kind"] not in ("rank", "ordinal")]
_HEADS += [row for row in base.rows(__file__, "bounds") if row["place"] == "before"]
_FIRST = {*(row["word"][0] for row in _HEADS), *(word[0] for word in (*_MONEY, *_SPREADS))}
GRAMMAR = base.grammar(
    __file__,
    {
        "symbol": quantities.SYMBOL,
        "product": base.behind(row["word"] for row in base.rows(__file__, "products")),
        "han": f"[{HAN}]",
        "mark": f"[{NUMERAL}]",
    },
)
_CHANGED_BY = re.compile(GRAMMAR("{changed_by}"))
_CHANGED_TO = re.compile(GRAMMAR("{changed_to}"))
_ONLY = re.compile(GRAMMAR("{only}"))
_WITHIN = re.compile(f"(?<=[{HAN}A-Za-z0-9])")
_BOUND = re.compile(base.either(_BOUNDS))


def _unit(words: str | None, ours: str = _BARE) -> Unit:
    """Name of the unit and what one of it is worth; ``ours`` is the currency of bare 元."""
    if words is None:
        return None, ONE
    key = words.strip()
    if key in ("元", "") or (key in ("分", "度") and ours != _BARE):
        return ours, Fraction(1, 100) if key == "分" else ONE
    if re.fullmatch("年.+月", key):
        return "months", Fraction(12)  # 三年六个月
    key = key[0] if key[0] in "成年" else key.replace("多", "").replace("半", "")
    return quantities.SYMBOLS.get(key) or _UNITS.get(key, ("count", ONE))


def _words_reading(match: re.Match[str]) -> Reading | None:
    """What an ordinal or a word of amount says; None for names and other words."""
    if match["doubled"]:
        times = Fraction(1 if match["just"] else 2 ** int(number(match["turns"] or "一") or 1))
        words = match["and"] or match["by"] or match["just"] or match["about"] or ""
        return quantities.reading(times, None, "multiple", _BOUNDS.get(words, "exact"))
    if ordinal := match["ordinal"] or match["phase"]:
        place = amount(ordinal)
        if place is None or place[1] is not None:
            return None
        unit = "rank" if match["ranked"] or match["placed"] else "ordinal"
        return *(3 * place[:1]), unit, "exact", f"{unit} {quantities.digits(place[0])}"
    if match["spread"]:
        return quantities.reading(*_SPREADS[match["spread"]], None, "vague")
    if match["several"]:
        unit = _unit(match["things"])[0] or ""
        return None, None, None, unit, "vague", f"some {unit}, vague"
    return quantities.IN_WORDS.get(match.lastgroup)


def _is_quantity(match: re.Match[str], vague: bool) -> bool:
    """Whether the number counts as one, in view of the words around it."""
    text = match["number"] or ""
    if match["unit"]:
        unit = match["unit"].strip()
        counts = _unit(unit)[0] == "count" and not (match["before"] or match["after"])
        if text in ("零", "一") and counts:  # 零部件; 一名, but not 其中一名
            only = match[0] == match.string or _ONLY.search(match.string, 0, match.start())
            return text == "一" and bool(only)
        day = unit == "日" and not vague and text != "一" and (amount(text) or (0,))[0] <= 31
        day = day and "内" not in (match["after"] or "")
        day = day and not match.string.startswith(("均", "线", "平均"), match.end())
        lasts = bool(match["before"]) or match.string[: match.start()].endswith(tuple(LASTS))
        return not (unit == "月" and not vague) and (lasts or not day)
    if match["half"] or match["money"] or "分" in text or text[0] in "0123456789":
        return True
    counted = match["before"] or len(text) > 1
    return bool(counted) and any(mark in "十百千万亿兆点廿卅" for mark in text)


def _reading(match: re.Match[str]) -> Reading | None:
    """What the match says; None when it is no quantity."""
    text, unit_words = match["number"] or "", (match["unit"] or "").strip()
    if not text and not match["half"]:
        return _words_reading(match)
    divisor, divided, _ = (match["from"] or "").rpartition("分之")
    if divided and "分之" not in text and not unit_words:  # 百分之二十至三十
        text = f"{divisor}分之{text}"
    if unit_words == "%" and re.fullmatch("[一二三四五六七八九]{2}", text):
        text = f"{DIGITS[text[0]]}{DIGITS[text[1]]}"  # 三四％ writes 34%
    elif unit_words == "折" and len(text) == 2:
        text = f"{text[0]}点{text[1]}" if text[0] in DIGITS else f"{text[0]}.{text[1]}"
    said = (HALF, None, 0) if match["half"] else amount(text)
    if said is None or not _is_quantity(match, said[1] is not None):
        return None
    low, high, power = said
    part, last = _part(unit_words), _part(unit_words, 2)
    low, high = low + part, low + last if last > part else high and high + part
    named = match["money"] or match["money_too"]
    ours = _MONEY[named.strip()][0] if named else _BARE
    unit = _unit(match["unit"] or ("" if named else None), ours or _BARE)
    if unit[0] is None and (match["half"] or "分" in text or "/" in text):
        unit = "fraction", ONE
    if unit[0] and (each := match["each"] or match["each_too"] or match["per"]):
        unit = f"{unit[0]}/{_PRICES[each][0]}", unit[1]
    return quantities.measured(match, (low, high, power), _began(match), unit, _bound(match))


def _part(unit: str, at: int = 1) -> Fraction:
    """What the words of a unit add to the number before them: 两年半, 六成五, 两成七八."""
    if "半" in unit:
        return HALF
    if months := re.fullmatch("年零?(.+)个月", unit):
        return (amount(months[1]) or (Fraction(0),))[0] / 12
    digit = unit[at : at + 1] if unit[:1] == "成" else ""
    return Fraction(DIGITS.get(digit) or int(digit if digit.isdecimal() else 0), 10)


def _bound(match: re.Match[str]) -> str:
    """The bound that the words tell; of several the last decides."""
    if match["after"]:
        return _BOUNDS[match["after"]]
    if more := re.search("[多余来]", (match["number"] or "") + (match["unit"] or "")):
        return "approx" if more[0] == "来" else "more_than"
    words = _BOUND.findall(match["before"] or "")
    return _BOUNDS[words[0 if match["far"] else -1]] if words else "exact"


def _began(match: re.Match[str]) -> Amount | None:
    """The number that a range begins with; None where its unit is another."""
    unit, began = (match["from_unit"] or "").strip(), amount(match["from"] or "")
    if began is None or (unit and _unit(unit) != _unit((match["unit"] or "").strip())):
        return None
    return began[0] + _part(unit), *began[1:]


def _is_recent(match: re.Match[str], said: Reading) -> bool:
    """Whether 近 before a length of time means the time up to now, not 'nearly'."""
    recent = said[4] == "vague" or match.string.startswith(("来", "以来"), match.end())
    begins = said[3] in ("years", "months") and not _WITHIN.match(match.string, match.start())
    return match["before"] == "近" and (recent or begins)


def _is_change(match: re.Match[str]) -> bool:
    """Whether X 至 Y means that it was X, or changed by X, and is Y."""
    before, unit = match.string[: match.start()], (match["from_unit"] or "").strip()
    if unit and unit[0] not in "%成倍" and _CHANGED_BY.search(before[-5:]):
        return True  # 增加1億元至20億元
    raised = not unit and _CHANGED_TO.match(match.string, match.end())
    return before.endswith(("从", "由")) and not raised  # 由380至420億上調至400億


def _prepared(text: str) -> tuple[str, Sequence[int]]:
    folded, offsets = tight(text)
    times = (span for span, kind in spans(folded) if kind != "duration")
    return base.masked(folded, times), offsets  # A length of time is a quantity.


_find = quantities.finder(
    f"(?=[0-9A-Za-zÀ-ɏ{NUMERAL}第多翻倍负每“「『{''.join(_FIRST)}-]){GRAMMAR('{expression}')}",
    _prepared, _reading, _is_recent, _is_change,
)  # fmt: skip


@lru_cache(maxsize=4096)
def find(text: str, region: str = "") -> tuple[Quantity, ...]:
    """All maximal quantity expressions of the text, from left to right; ``region`` (TW, HK, CN) is
    where the document is from, else the text's own words tell (``money``)."""
    found, named = list(_find(text)), ""
    for at, one in enumerate(found):
        if one.unit and _BARE in one.unit:
            ours = money.currency(text, one.start, region or money.region(text), named)
            unit, said = (words.replace(_BARE, ours) for words in (one.unit, one.derivation))
            found[at] = replace(one, unit=unit, derivation=said)
        named = one.unit if one.unit in ("CNY", "HKD") else named
    return tuple(found)


def read(expression: str, region: str = "") -> Quantity:
    """The quantity that the whole expression is; ValueError when it is not exactly one."""
    return quantities.only(expression, lambda text: find(text, region))
