"""Quantity expressions of Chinese press texts, read in exact fractions.

``find`` returns the maximal quantity expressions of a text, ``read`` one expression. This docstring
is the specification.

    >>> [(q.text, q.derivation) for q in find("蒸发近百亿美元,2023年达35%,下降30%以上")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('近百亿美元', '100 × 10^8 USD, nearly'), ('35%', '35 percent'),
     ('30%以上', '30 percent, at least')]
    >>> [q.text for q in find("2018年用4塊A100,F-35、910C和CloudMatrix 384,2.0版本")]
    ['4塊']

Grammar, in either script and width, with blanks between digits, magnitude and unit
    expression  [bound] [number [unit] 至] number [多|餘] [magnitude] [unit] [bound]
    number      digits (1,500, ２，８００, 3.5), Chinese numerals (一百零五, 三点五, 廿三, 一万五),
                both mixed (1500亿, 3.5萬億, 1億2000萬), 分之 (三分之一, 百分之30, 三又二分之一),
                半 (一半, 半數, 半年, 两年半), vague ones (數十億, 三四十, 一、兩萬)
    join        至 到 - ~, 5倍以上10倍以下; 从 or a fall (50%到30%) makes no range
    ordinal     第 number [noun], 二期
    words       最大, 大多数, 少數, 幾乎所有, 多個, 甚微, 可觀, 巨額

Units: units.csv here, symbols (GB/s, nm) in units.csv of all languages, NT$ and the like, which
    stand before the number or its bound, in money.csv. 元 is the currency named beside it, or
    that of the region (``money``); 25個基點 is 1/4 percentage_point, 分之 半 成 折 ‰ 多數 減半
    fractions, 倍 倍增 翻一番 multiples; 最大, 第三大, 位列第二 ranks, 第三 ordinals.

Bounds: bounds.csv; 多, 餘 and 來 within the number too. Vague are 數 and 幾 as a digit, from 2 to
    below 10 (數億: 2 × 10^8 to 10^9; 十幾, 十餘: 10 to 20), two digits in a row (三四十); most
    (大多数: 1/2 to 1), few (少數: to 1/2); amounts without ends (多個, 可觀); 兩位數.

Conventions
    - 幾乎所有 is the fraction 1, nearly. 過半 is 1/2, more than.
    - A vague number stays vague under another bound word (高達數十億). Of several bound words the
      last decides: those after the number, then 多, then the one next to it before.
    - 萬 is 10^4, 億 10^8, 兆 10^12. 3至5億 is 3億 to 5億. 近 before a length with 來 is
      'recent' and no part (近十年来: 十年); 過去, 長達, 達到 and directions (下跌) are none either.
    - 一 with a measure word or unit is 1 (一場); 一 in 一些, 一直, 進一步, 唯一, 這一點 is none.
    - A single Chinese digit needs a unit (三星 is a name), also 百, 千, 萬 alone; 一千 needs none.
    - Between a bound and its number may stand whose part it is, with 的, or a verb of links.csv:
      不得超過營收的五成, 至少需要3年. 上升1.5個百分點至59.5% are two quantities.
    - A number and a symbol of a unit are a quantity (80GB HBM3). Digits followed by other Latin
      letters are a name; digits after Latin letters, or after a word of products.csv (麒麟990),
      are one too, unless 億, %, 倍 or a currency follows (or, after a blank, a unit): AMD6%.

Not read: calendar dates and clock times (``dates``; a day of the month is 13日, a length 三天,
3日內, 數日), years of 4 digits, versions (1.0時代), ratios (3:1, 1比30.6), codes of shares (2330),
第三方 and its like, 數位, malformed numerals (``numerals``), numbers above 10^60. A minus before
digits counts (为-18.4亿元), as do 零下 and 负. Out of scope: conversion of units, 70B, 許多, 雙.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Quantity, Reading, Row
from chipcontrols.languages.characters import HAN
from chipcontrols.languages.zh import money
from chipcontrols.languages.zh.dates import LASTS, spans
from chipcontrols.languages.zh.folding import placed, tight
from chipcontrols.languages.zh.numerals import DIGITS, MAGNITUDES, NUMERAL, amount, number

_NONE, _HALF, _ONE = Fraction(0), Fraction(1, 2), Fraction(1)
_UNIT_ROWS, _BOUND_ROWS = base.rows(__file__, "units"), base.rows(__file__, "bounds")
_UNITS = {row["word"]: (row["unit"], Fraction(row["factor"])) for row in _UNIT_ROWS}
_UNITS |= base.SYMBOLS
_MONEY = {row["word"]: row["unit"] for row in base.rows(__file__, "money")}
_WORD_ROWS = base.by_kind(__file__, "words")
_WORDS = {kind: f"(?:{base.alternatives(words)})" for kind, words in _WORD_ROWS.items()}
_SPREADS = base.spreads(__file__)
_BARE = "XXX"  # ISO 4217 for no currency: stands for 元 until the region is known
_BOUNDS = {row["word"]: row["bound"] for row in _BOUND_ROWS}
_LENGTHS = ("years", "months", "weeks", "days")
_GREATEST = 10**60

# --- the pattern, of folded text in which calendar dates are masked. Every run of digits is taken
# whole, whether or not it means anything, so that a scan takes linear time. ---


_LATIN = "[A-Za-zÀ-ɏ]"
_ARABIC = r"(?>(?:[1-9][0-9]{0,2}(?>(?:,[0-9]{3})+)(?![0-9])|[0-9]++)(?:\.[0-9]++)?)"
_MAGNITUDE = (
    "(?:百(?!分点|度|万瓦(?!时))|千(?![瓦克米赫伏焦]|(?<=[0-9半百]千)卡)|兆(?!欧(?!元)|[瓦赫位字比帕])|[十万亿])"
)
_POWERS = f"(?>{_MAGNITUDE}+)"
_NUMBER = (
    rf"(?>(?:{_ARABIC}[x×])?10(?:\^[0-9]{{1,2}}|的[0-9]{{1,2}}次方)"
    rf"|{_ARABIC}几?(?: ?{_POWERS}(?>(?:零?{_ARABIC}{_POWERS})*)"
    rf"(?:零{_ARABIC}|(?<=万)[0-9]{{4}}(?![0-9.]))?)?"
    rf"|(?>(?:[〇零一二两三四五六七八九廿卅几数]|{_MAGNITUDE})+)"
    rf"(?:(?<=[〇零一二两三四五六七八九十百千万亿])[点.][〇零一二三四五六七八九]++{_POWERS}?)?)"
)
_MORE = "(?:半|多(?![边元方种数个样家次项极国年条位]))?"


def _unit_pattern(row: Row) -> str:
    """The word of a unit with what may stand after it or in it: 年多, 个多月, 成五."""
    word = row["word"]
    more = {
        "after": f"{word}{_MORE}", "inside": f"{word[0]}[半多]?{word[1:]}",
        "digit": f"{word}(?:[一二三四五六七八九]{{1,2}}|半|[1-9](?![0-9.%]))?"
                 f"(?:余(?![额地下])|{_MORE})", "": word,
    }  # fmt: skip
    return base.guarded(row, more[row["more"]])


_CURRENCY = base.alternatives(row for row in _UNIT_ROWS if row["dimension"] == "money")
_UNIT = f"(?: ?(?:{base.SYMBOL}|{base.alternatives(_UNIT_ROWS, _unit_pattern)}))"
_MONEY_BEFORE = (
    f"(?:(?:(?<![A-Za-z])(?:{base.alternatives({'word': word} for word in _MONEY)})) ?"
    "(?=[0-9约近逾超高达百千数几一二两三四五六七八九]))"
)
_STRONG = f"(?: ?(?:[%‰百千万亿兆倍]|{_CURRENCY}))"
_WORD, _VERSION = f"(?>{_LATIN}+)", rf"{_ARABIC}(?>(?:\.[0-9]+)*)"
_PRODUCT = base.behind(row["word"] for row in base.rows(__file__, "products"))
_BEFORE, _AFTER, _FAR = (
    f"(?:{base.alternatives(row for row in _BOUND_ROWS if row[column] == value)})"
    for column, value in (("place", "before"), ("place", "after"), ("far", "yes"))
)
_NAME = (  # A:1, H20, F-35, CloudMatrix 384, 910C; but not in AMD6%, Nvidia 5000億美元, Waymo 20台
    rf"(?<![A-Za-z])[A-Z][:+][0-9]{{1,2}}(?![0-9.%])|(?={_LATIN})(?!{_MONEY_BEFORE}){_WORD}(?>(?:[-–]?{_VERSION}(?!{_STRONG}){_WORD}?"
    rf"| {_VERSION}(?!{_STRONG}|(?! ?大){_UNIT}){_WORD}?|[-.'’]{_WORD})*)"
    rf"|[“「『](?!{_BEFORE})(?:(?![{NUMERAL}每])[{HAN}]){{1,6}}[-–]?{_VERSION}{_WORD}?(?=[”」』])"
    rf"|(?=[0-9]){_PRODUCT}{_VERSION}(?!{_STRONG}|{_UNIT}){_WORD}?"
    rf"|(?!{_ARABIC}{base.SYMBOL}){_ARABIC}[-–]?{_LATIN}(?>(?:{_LATIN}|[-–0-9])*)"
)
_SLASH = "[1-8]/[2-9](?![0-9/])"
_PAIR = (  # 一、兩萬, 三、五年
    "(?<![第、])(?:一、[二两]|[二两]、三|三、[四五]|四、五|五、六|六、七|七、八|八、九)"
    f"(?:{_POWERS}|(?=[成倍个年天周家名位人岁次种款台艘辆座层元块]))"
)
_OTHER = (  # words, telephones, codes, versions, years, ratios
    rf"{_WORDS['none']}|0[0-9]{{2,3}}-[0-9]{{7,8}}|[0-9]{{3}}(?=[”」]?(?:条款|调查|关税))"
    r"|(?<=\()[0-9]{4,6}(?=[).-])|(?<![0-9.])0[0-9]{2,5}(?![0-9.])|(?<=:)[0-9]{5,6}(?=\))|9[258](?=无铅|号?汽油)"
    rf"|[0-9]{{4,6}}(?=\.(?:HK|SH|SZ|TW))|{_ARABIC}比{_ARABIC}"
    rf"|(?<=\()[0-9]{{1,2}}(?=\)(?!日))|[0-9]++(?=指数)|(?<=脚注|附注|附件|附录|附表)[0-9]++"
    rf"|第{_ARABIC}(?>(?:[、至-]{_ARABIC})*)[、和及与至]{_ARABIC}(?=[号条款项章节页]|部分)"
    rf"|[0-9]++(?>(?:\.[0-9]+){{2,}})|[0-9]++\.[0-9]++(?=版|时代|代(?!表))"
    rf"|[0-9]++\.0++(?![0-9]|{_UNIT}|{_STRONG})|[12][0-9]{{3}}年|[0-9]++(?>(?::[0-9]+)+)"
    rf"|(?!{_SLASH})[0-9]++(?>(?:/[0-9]+)+)"
)
_PART = f"(?:一半|半数|(?:[约近]|超过)?{_NUMBER}(?:[%‰成倍]|个百分点|分之))"
_OBJECT = (  # what may stand between a bound and its number: 不得超過總量的五成, 至少需要3年
    rf"(?:{_WORDS['whole']}(?={_PART})|(?:(?![{NUMERAL}])[{HAN}A-Za-z]|(?<=上)一){{1,12}}?的(?={_PART})"
    rf"|每[{HAN}]{{1,4}}"
    rf"|(?:(?<=至少|最少|起码|至多)|(?<=最高|最多|最长|最低)(?=[可将会要需应须能只仅够]))"
    rf"(?:(?![{NUMERAL}的])[{HAN}]){{1,4}}?(?=[0-9{NUMERAL}])"
    f"|(?:{base.alternatives(base.rows(__file__, 'links'))})(?:了|有|到|达|约)?)"
)
_PLACED = f"(?:{_WORDS['placed']}{_WORDS['place']}?|{_WORDS['place']}(?=第{_NUMBER}(?![{HAN}])))"
_HEADS = [row for kind in _WORDS if kind not in ("rank", "ordinal") for row in _WORD_ROWS[kind]]
_HEADS += [row for row in _BOUND_ROWS if row["place"] == "before"]
_FIRST = "".join(sorted({row["word"][0] for row in _HEADS} | {w[0] for w in (*_MONEY, *_SPREADS)}))
_IN_WORDS = "|".join(f"(?P<{kind}>{_WORDS[kind]})" for kind in base.IN_WORDS)
_SEVERAL = (
    "(?<![更很许太甚差众诸大最至不好较这那么越愈之增几])多(?P<things>"
    f"{base.alternatives(row for row in _UNIT_ROWS if row['several'])})"
)
_FROM = (
    rf"(?:(?P<from>{_NUMBER}(?:分之 ?{_NUMBER})?)(?P<from_unit>{_UNIT})?"
    rf" ?(?:至|到|-|–|—{{1,2}}|~|以上[、,，至]?(?={_NUMBER}{_UNIT}?以下)) ?{_MONEY_BEFORE}?"
    rf"(?!(?!{_ARABIC}{base.SYMBOL}){_ARABIC}{_LATIN}))?"
)
_PATTERN = (
    rf"(?=[0-9A-Za-zÀ-ɏ{NUMERAL}第多翻倍负“「『{_FIRST}-])(?:{_NAME}|{_OTHER}|{_IN_WORDS}"
    rf"|(?P<several>{_SEVERAL})|(?P<spread>{base.alternatives({'word': w} for w in _SPREADS)})"
    rf"|(?P<doubled>(?:(?P<about>将近|接近|几乎|超过|近|约|逾)?翻了?(?P<by>将近|接近|超过|近|约|逾|超)?(?:(?P<turns>[一两二三四五六七八九1-9])?番|一?倍)"
    rf"|(?<![成0-9{NUMERAL}])倍增(?![器管效计])|(?P<just>逾|近|将近|超过?)倍(?!数))"
    rf"(?P<and>以上|左右|有[余多]|还多)?)"
    rf"|(?<![分长短中每近])(?P<phase>[一二三四五六七])期(?![间待望货权内])"
    rf"|(?:(?P<placed>{_PLACED})?第 ?|(?<=[、及和与])(?=[0-9]++号))(?P<ordinal>{_NUMBER})"
    rf"(?:(?P<ranked>{_WORDS['rank']})|{_WORDS['ordinal']})?"
    rf"|(?P<money>{_MONEY_BEFORE})?(?P<before>(?P<far>{_FAR}){_OBJECT}|(?>(?:{_BEFORE} ?){{1,3}}))?"
    rf"(?P<money_too>{_MONEY_BEFORE})?(?P<minus>(?<![0-9A-Za-z%元年月日)])-(?=[0-9])|零下(?=[0-9一二三四五六七八九十])|(?<!正)负(?=[0-9]))?{_FROM}"
    rf"(?:(?P<half>一半|半数|(?<=[过近逾超约])半(?![导岛径年个天小日夜路身球成途场生]))"
    rf"|(?P<number>(?![0-9]++比[0-9])(?:(?<![上下前后大多一每])半(?=年(?!度)|天|小时|个|码(?!头)|成(?![品熟]))"
    rf"|{_SLASH}|{_PAIR}|{_NUMBER}(?:又{_NUMBER})?(?:分之 ?{_NUMBER})?))"
    rf"(?:(?P<more>[多余](?![边极样方额下])|来(?=[个名人家种年天岁项台位款次亿万]))"
    rf"(?P<scale> ?{_POWERS})?)?(?P<unit>{_UNIT}|(?(money)分|(?!)))?)"
    rf"(?:(?:/[{HAN}]{{1,4}}(?={_AFTER})|[(]含[)])?(?P<after>{_AFTER}))?)"
)

_CHANGE = re.compile(
    r"(?:[增减降升涨跌挫滑扬弹]|成长|扩大|收窄|回落|[上下][调修])[加少长低高]?了?\Z"
)
_TO = re.compile("[上下微小大幅度略]{0,3}[上下]?[调修增升降减缩扩提收改][高低升降减大小窄敛至到为]")
_BOUND = re.compile(
    base.alternatives({"word": r["word"]} for r in _BOUND_ROWS if r["place"] == "before")
)
_POWER = re.compile("[万亿兆]*$")


def _unit(words: str | None, ours: str = _BARE) -> tuple[str | None, Fraction]:
    """Name of the unit and what one of it is worth; ``ours`` is the currency of bare 元."""
    if words is None:
        return None, _ONE
    key = words.strip()
    if key in ("元", "分", ""):
        return ours, Fraction(1, 100) if key == "分" else _ONE
    key = "成" if key[0] == "成" else key.replace("多", "").replace("半", "")
    return _UNITS.get(key, ("count", _ONE))


# --- readings ---


def _words_reading(match: re.Match[str]) -> Reading | None:
    """What an ordinal or a word of amount says; None for names and other words."""
    if match["doubled"]:
        times = Fraction(1 if match["just"] else 2 ** int(number(match["turns"] or "一") or 1))
        words = match["and"] or match["by"] or match["just"] or match["about"] or ""
        return base.reading(times, None, "multiple", _BOUNDS.get(words, "exact"))
    if ordinal := match["ordinal"] or match["phase"]:
        place = amount(ordinal)
        if place is None or place[1] is not None:
            return None
        unit = "rank" if match["ranked"] or match["placed"] else "ordinal"
        return *(3 * place[:1]), unit, "exact", f"{unit} {base.digits(place[0])}"
    if match["spread"]:
        return base.reading(*_SPREADS[match["spread"]], None, "vague")
    if match["several"]:
        unit = _unit(match["things"])[0] or ""
        return None, None, None, unit, "vague", f"some {unit}, vague"
    return next((said for name, said in base.IN_WORDS.items() if match[name]), None)


def _stands(match: re.Match[str], vague: bool) -> bool:
    """Whether the number counts as one, in view of the words around it."""
    text = match["number"] or ""
    if match["unit"]:
        unit = match["unit"].strip()
        if text == "零" and _unit(unit)[0] == "count":
            return False  # 零部件
        day = unit == "日" and not vague and text != "一" and (amount(text) or (0,))[0] <= 31
        day = day and "内" not in (match["after"] or "")
        day = day and match.string[match.end() : match.end() + 1] not in ("均", "线")
        lasts = bool(match["before"]) or match.string[: match.start()].endswith(tuple(LASTS))
        return not (unit == "月" and not vague) and (lasts or not day)
    if match["half"] or match["money"] or "分之" in text or text[0] in "0123456789":
        return True
    counted = match["before"] or match["more"] or len(text) > 1
    return bool(counted) and any(mark in "十百千万亿兆点廿卅" for mark in text)


def _reading(match: re.Match[str]) -> Reading | None:
    """What the match says; None when it is no quantity."""
    text = match["number"] or ""
    if not text and not match["half"]:
        return _words_reading(match)
    divisor, divided, _ = (match["from"] or "").rpartition("分之")
    if divided and "分之" not in text and not match["unit"]:  # 百分之二十至三十
        text = f"{divisor}分之{text}"
    if (match["unit"] or "").strip() == "%" and re.fullmatch("[一二三四五六七八九]{2}", text):
        text = f"{DIGITS[text[0]]}{DIGITS[text[1]]}"  # 三四％ writes 34%
    elif (match["unit"] or "").strip() == "折" and len(text) == 2:
        text = f"{text[0]}点{text[1]}" if text[0] in DIGITS else f"{text[0]}.{text[1]}"
    said = (_HALF, None) if match["half"] else amount(text)
    scaled = amount(match["scale"]) if match["scale"] else (_ONE, None)
    if said is None or scaled is None or not _stands(match, said[1] is not None):
        return None
    scale = scaled[0]
    if (said[1] or said[0]) * scale > _GREATEST:
        return None
    unit_words = (match["unit"] or "").strip()
    low, high = said
    if _is_up_to_twenty(match):
        high = Fraction(20)
    part, last = _part(unit_words), _part(unit_words, 2)
    low, high = low + part, low + last if last > part else high and high + part
    powers = "" if "分之" in text else _POWER.findall(text)[0] + (match["scale"] or "").strip()
    power = sum(MAGNITUDES[mark] for mark in powers)
    named = match["money"] or match["money_too"]
    ours = _MONEY[named.strip()] if named else _BARE
    unit, worth = _unit(match["unit"] or ("" if named else None), ours)
    if unit is None and (match["half"] or "分之" in text or "/" in text):
        unit = "fraction"
    scale *= -worth if match["minus"] else worth
    low, high = low if scale == 1 else low * scale, high and high * scale
    vague = high is not None
    if match["from"]:
        first = _first(match, low / worth, power)
        if first is None or high is not None or match["minus"]:
            return None
        low, high, vague = first * worth, low, False
    bound = "vague" if vague else _bound(match)
    return base.reading(low, high, unit, bound, power)


def _part(unit: str, at: int = 1) -> Fraction:
    """What the words of a unit add to the number before them: 两年半, 六成五, 两成七八."""
    if "半" in unit:
        return _HALF
    digit = unit[at : at + 1] if unit[:1] == "成" else ""
    return Fraction(DIGITS.get(digit) or int(digit if digit.isdecimal() else 0), 10)


def _is_up_to_twenty(match: re.Match[str]) -> bool:
    plain = "分之" not in (match["from"] or "")
    return plain and match["number"] == "十" and match["more"] == "余"


def _bound(match: re.Match[str]) -> str:
    """The bound that the words tell; of several the last decides."""
    words = _BOUND.findall(match["before"] or "")
    bounds = ["exact", *(_BOUNDS[word] for word in (words[:1] if match["far"] else words))]
    if match["more"] and not _is_up_to_twenty(match):
        bounds.append("approx" if match["more"] == "来" else "more_than")
    if re.search("[多余]", match["unit"] or ""):
        bounds.append("more_than")
    return _BOUNDS[match["after"]] if match["after"] else bounds[-1]


def _first(match: re.Match[str], last: Fraction, power: int) -> Fraction | None:
    """The number that a range begins with; None where the words make no range."""
    began = amount(match["from"])
    if began is None or began[1] is not None:
        return None
    first = began[0]
    if match["from_unit"]:
        both = match["from_unit"].strip(), (match["unit"] or "").strip()
        if _unit(both[0]) != _unit(both[1]):
            return None
        preceding = match.string[max(0, match.start() - 5) : match.start()]
        if both[0][0] not in "%成" and _CHANGE.search(preceding):
            return None  # 增加1億元至20億元
        first += _part(both[0])
    elif first < last / 10**power and not re.search("[万亿兆]", match["from"]):
        first *= 10**power
    return first if first < last else None


def _is_recent(match: re.Match[str], said: Reading | None, text: str) -> bool:
    """Whether 近 before a length of time means the time up to now, not 'nearly'."""
    length = match["before"] == "近" and _unit(match["unit"])[0] in _LENGTHS
    vague = said is not None and said[4] == "vague"
    return length and (vague or text.startswith(("来", "以来"), match.end()))


@lru_cache(maxsize=4096)
def _bare(text: str) -> tuple[Quantity, ...]:
    """All quantity expressions of the text, 元 in no currency yet."""
    return base.spread(text, tuple(_scan(text)))


def _scan(text: str) -> Iterator[Quantity]:
    read, offsets = tight(text)
    times = (span for span, kind in spans(read) if kind != "duration")
    folded, position = base.masked(read, times), 0  # A length of time is a quantity.
    while match := base.compiled(_PATTERN).search(folded, position):
        said = _reading(match)
        start, preceding = match.start(), folded[match.start() - 1 : match.start()]
        if _is_recent(match, said, folded):
            start = match.end("before")
        none = match["from"] and (not said or preceding in ("从", "由"))
        if none and said and not match["from_unit"] and _TO.match(folded, match.end()):
            none = False  # 由380至420億上調至400億
        if start > match.start() or none:
            # What the range, which is none, begins with.
            end = max(match.end("from"), match.end("from_unit")) if match["from"] else match.end()
            match = base.compiled(_PATTERN).match(folded, start, end) or match
            said = _reading(match)
        position = match.end()
        if said:
            start, end = placed(match.span(), offsets)
            yield Quantity(text[start:end], start, end, *said)


@lru_cache(maxsize=4096)
def find(text: str, region: str = "") -> tuple[Quantity, ...]:
    """All maximal quantity expressions of the text, from left to right; ``region`` (TW, HK, CN) is
    where the document is from, else the text's own words tell (``money``)."""
    found, named = list(_bare(text)), ""
    for at, one in enumerate(found):
        if one.unit == _BARE:
            ours = money.currency(text, one.start, region or money.region(text), named)
            found[at] = replace(one, unit=ours, derivation=one.derivation.replace(_BARE, ours))
        named = one.unit if one.unit in ("CNY", "HKD") else named
    return tuple(found)


def read(expression: str, region: str = "") -> Quantity:
    """The quantity that the whole expression is; ValueError when it is not exactly one."""
    return base.only(expression, lambda text: find(text, region))
