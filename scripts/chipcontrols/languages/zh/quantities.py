"""Quantity expressions of Chinese press texts, read in exact fractions.

``find`` returns the maximal quantity expressions of a text, ``read`` one expression, and
``is_maximal`` says whether a span is a whole expression. This docstring is the specification.

    >>> [(q.text, q.derivation) for q in find("蒸发近百亿美元,2023年达35%,下降30%以上")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('近百亿美元', '100 × 10^8 USD, nearly'), ('35%', '35 percent'),
     ('30%以上', '30 percent, at least')]
    >>> [q.text for q in find("2018年用4塊A100,F-35、910C和CloudMatrix 384,2.0版本")]
    ['4塊']
    >>> read("三分之一").value, read("第三大").unit, read("數十億美元").low
    (Fraction(1, 3), 'rank', Fraction(2000000000, 1))

Grammar, in either script and width, with blanks between digits, magnitude and unit
    expression  [bound] [number [unit] 至] number [多|餘] [magnitude] [unit] [bound]
    number      digits (1,500 and 3.5 too), Chinese numerals (一百零五, 三点五, 廿三, 一万五),
                both mixed (1500亿, 3.5萬億, 1億2000萬), 分之 (三分之一, 百分之30, 三又二分之一),
                半 (一半, 半數, 半年, 两年半), 數 or 幾 as a digit (數十億, 十幾),
                two digits in a row (三四十)
    join        至 到 - ~ between numbers of one unit; 从 or a fall (50%到30%) makes no range
    ordinal     第 number [noun]
    words       最大, 大多数, 少數, 幾乎所有, 多個, 甚微, 可觀, 巨額

Units
    USD, CNY, EUR, JPY, KRW, TWD, GBP, HKD   元 is CNY
    percent     % 个百分点: 35% is 35          fraction  分之 半 成 ‰ 多數: 百分之三十 is 3/10
    multiple    倍                             rank      最大, 第三大 第二名 第一位 第七優 第一强
    ordinal     every other 第三               count     a measure word: 28个, 一場, 三種, 两大
    years, months, weeks, days, hours, minutes   a length: 11年, 3个月, 幾天; 35歲 is 35 years
    None        no unit stands there: the number itself

Bounds                                                        value  low  high
    exact       no word                                         v     v    v
    approx      約 大約 左右 上下 十來個                           v     -    -
    nearly      近 將近 接近 幾乎                                  v     -    v
    up_to       高達 多達 至多 最多 不超過 以下 以內 三年內            v     -    v
                also 不足 不到 未滿 低於 少於: strictness is not kept
    at_least    至少 最少 起碼 不少於 不低於 以上, 上 before 百千萬億   v     v    -
    more_than   突破 超過 逾 超 多於 高於 大於 不止, 多 餘 in it        v     v    -
    vague       數 and 幾 as a digit, from 2 to below 10 (數億: 2 × 10^8 to 10^9; 十幾, 十餘: 10
                to 20); most (大多数, 絕大部分: 1/2 to 1), few (少數: to 1/2); ranges, both ends
                included; words of amount (多個, 可觀): neither low nor high        - as told

Conventions
    - 幾乎所有 is the fraction 1, nearly. 過半 is 1/2, more than.
    - A vague number stays vague under another bound word (高達數十億). Of several bound words the
      last decides: those after the number, then 多, then the one next to it before.
    - 萬 is 10^4, 億 10^8, 兆 10^12. 3至5億 is 3億 to 5億. 近 before a length with 來 is
      'recent' and no part (近十年来: 十年); 過去, 長達, 達到 and directions (下跌) are none either.
    - 一 with a measure word or unit is 1 (一場); 一 in 一些, 一直, 進一步, 唯一, 這一點 is none.
    - A single Chinese digit needs a unit (三星 is a name), also 百, 千, 萬 alone; 一千 needs none.
    - Digits followed by Latin letters are a name; digits after Latin letters are one too, unless
      億, %, 倍 or a currency follows (or, after a blank, a measure word): AMD6%.

Not read: calendar dates and clock times (``dates``; a day of the month is 13日, a length 三天,
3日內, 數日), years of 4 digits, versions (1.0時代), ratios (3:1), 第三方 and its like, 數位. Out of
scope: signs (-5%), currency signs before the number, physical units (100公里 is 100), 許多, 雙.
Malformed numerals (三十百, 一百几十), numbers of more than 60 characters, and numbers above 10^60
are not read.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, lru_cache

from chipcontrols.languages.base import Quantity, only
from chipcontrols.languages.zh.dates import find as dates
from chipcontrols.languages.zh.dates import fold

# An amount is a number, and the greater one where the words mean what lies between the two.
_Amount = tuple[Fraction, Fraction | None]
_Reading = tuple[Fraction | None, Fraction | None, Fraction | None, str | None, str, str]

_NONE, _HALF, _ONE = Fraction(0), Fraction(1, 2), Fraction(1)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MAGNITUDES = {"兆": 12, "亿": 8, "万": 4, "千": 3, "百": 2, "十": 1}
_UNIT_WORDS = {
    "USD": "美元 美金", "CNY": "人民币 元人民币 元", "EUR": "欧元", "JPY": "日元 日圆 日币",
    "KRW": "韩元 韩圆", "TWD": "新台币 台币 元新台币", "GBP": "英镑", "HKD": "港元 港币",
    "percent": "% 百分点 个百分点", "multiple": "倍", "years": "年 周年 岁", "months": "月 个月",
    "weeks": "周 星期 个星期 个礼拜", "days": "天 日", "hours": "小时 个小时 个钟头",
    "minutes": "分钟",
}  # fmt: skip
_UNITS = {word: (unit, _ONE) for unit, words in _UNIT_WORDS.items() for word in words.split()}
_UNITS |= {"成": ("fraction", Fraction(1, 10)), "‰": ("fraction", Fraction(1, 1000))}
_LENGTH_WORDS = " ".join(_UNIT_WORDS[unit] for unit in ("years", "months", "weeks", "days")).split()
_BOUND_WORDS = {
    "approx": "大约 约莫 约 左右 上下",
    "nearly": "将近 接近 几乎 近",
    "up_to": "高达 多达 至多 最多 不超过 不多于 不高于 不大于 低于 少于 小于 不足 不到 未满 未达"
    " 以下 以内 之内 内",
    "at_least": "至少 最少 起码 不少于 不低于 不小于 不下 上 以上",
    "more_than": "突破 超过 超出 逾 超 多于 高于 大于 不止 过",
}
_BOUNDS = {word: bound for bound, words in _BOUND_WORDS.items() for word in words.split()}
_WORDS: dict[str, _Reading] = {
    "most": (None, _HALF, _ONE, "fraction", "vague", "1/2 to 1 fraction, vague"),
    "few": (None, None, _HALF, "fraction", "vague", "up to 1/2 fraction, vague"),
    "nearly_all": (_ONE, None, _ONE, "fraction", "nearly", "1 fraction, nearly"),
    "amount": (None, None, None, None, "vague", "an amount, vague"),
    "top": (_ONE, _ONE, _ONE, "rank", "exact", "rank 1"),
}
_LONGEST, _GREATEST = 60, 10**60

# --- the pattern, of folded text in which calendar dates are masked. Every run of digits is taken
# whole, whether or not it means anything, so that a scan takes linear time. ---


def _unless(words: str) -> str:
    """Alternatives out of words, each with the characters (after /) that must not follow it."""
    parts = (word.partition("/") for word in words.split())
    return "|".join(f"{word}(?![{never}])" if never else word for word, _, never in parts)


_LATIN = "[A-Za-zÀ-ɏＡ-Ｚａ-ｚ]"
_ARABIC = r"(?>(?:[1-9][0-9]{0,2}(?>(?:,[0-9]{3})+)(?![0-9])|[0-9]++)(?:\.[0-9]++)?)"
_MAGNITUDE = "(?:百(?!分点|度)|千(?![瓦克米卡赫伏焦])|兆(?!欧(?!元)|[瓦赫位字比帕])|[十万亿])"
_POWERS = f"(?>{_MAGNITUDE}+)"
_NUMBER = (
    rf"(?>{_ARABIC}几?(?: ?{_POWERS}(?>(?:零?{_ARABIC}{_POWERS})*)"
    rf"(?:零{_ARABIC}|(?<=万)[0-9]{{4}}(?![0-9.]))?)?"
    rf"|(?>(?:[〇零一二两三四五六七八九廿几数]|{_MAGNITUDE})+)"
    rf"(?:(?<=[〇零一二两三四五六七八九十百千万亿])点[〇零一二三四五六七八九]++{_POWERS}?)?)"
)
_CURRENCY = _unless(
    "元新台币 元人民币 人民币 新台币 台币 美元 美金 欧元 日元 日圆 日币 韩元 韩圆 英镑 港元 港币"
    " 元/素宇首年旦件老帅凶勋"
)
_MORE = "(?:半|多(?![边元方种数个样家次项极国年条位]))?"
_LENGTH = (
    f"周年|年{_MORE}(?![代级度薪报轻龄终货幼少])|天{_MORE}(?![然才河使下气空文堂价际线])"
    "|个[半多]?(?:月|小时|钟头|星期|礼拜)|小时|分钟|星期|岁|日"
    "|月(?![球亮薪饼])|周(?![刊边期转围末一二三四五六])"
)
_MEASURE = _unless(
    "个 套 块 颗 枚 片 则 座 件 类 段 届 张 辆 艘 句 轮 州 省 市 席 群"
    " 国/家际务会产内外 名/字单为额称 种/族 项/目 款/式"
    " 人/民工类均口才 场/景所合地馆 大/约量幅多部概于型规道事半力批早学厦 次/优要于方性级元 条/件"
    " 台/湾海商北中南 家/庭用电 位/元置于数 道/路理德歉教 部/分门队长署 份/额子 所/有以谓在需 层/面"
    " 批/评准判发 期/间待望货 只/是有能会要需 架/构 间/谍接 门/槛户 支/持出付撑援配"
)
_UNIT = (
    f"(?: ?(?:%|‰|个?百分点|{_CURRENCY}|倍{_MORE}(?![增数])|{_LENGTH}|{_MEASURE}"
    "|成[一二三四五六七八九]?(?![一二三四五六七八九百为功员本果立长就型熟分了绩败效])"
    "|(?<!一)点(?![半钟燃击评])))"
)
_STRONG = f"(?: ?(?:[%‰百千万亿兆倍]|{_CURRENCY}))"
_WORD, _VERSION = f"(?>{_LATIN}+)", rf"{_ARABIC}(?>(?:\.[0-9]+)*)"
_NAME = (  # H20, F-35, CloudMatrix 384, 910C; but not in AMD6%, Nvidia 5000億美元, Waymo 20台
    rf"{_WORD}(?>(?:[-–]?{_VERSION}(?!{_STRONG}){_WORD}?"
    rf"| {_VERSION}(?!{_STRONG}|(?! ?大){_UNIT}){_WORD}?|[-.'’]{_WORD})*)"
    rf"|{_ARABIC}[-–]?{_LATIN}(?>(?:{_LATIN}|[-–0-9])*)"
)
_OTHER = (  # versions, years, ratios, words
    rf"[0-9]++(?>(?:\.[0-9]+){{2,}})|[0-9]++\.[0-9]++(?=版|时代|代(?!表))"
    rf"|[0-9]++\.0++(?![0-9]|{_UNIT}|{_STRONG})|[12][0-9]{{3}}年|[0-9]++(?>(?::[0-9]+)+)"
    r"|[唯单同专逐万之不任]一|统一(?!百)|一次性|一段时间|第三(?:方|者|世界|国)|第一(?:时间|手|线|夫人)"
    r"|[参系指函人总次倍整]数|数位|十分(?!之)|千万(?=[不别要])|几[何率]"
)
_BEFORE = (
    "(?:(?:大约|约莫|(?<![契条合签纽节预制违公])约|将近|接近|几乎|(?<![最附靠临邻亲远新])近"
    "|高达|多达|至多|最多|不超过|不[多高大少低小]于|不[足到下止]|未[满达]|[低少小多高大]于"
    "|至少|最少|起码|(?<![千以之界场网线路身])上(?=[百千万亿])|突破|超[过出]?|逾|过(?=半)) ?)"
)
_AFTER = (
    "(?:[及或]?以(?:[上内]|下(?!简称))|左右(?![手两])|上下(?![游文部班])"
    "|(?<=[年月周日天时钟头期拜])之?内(?![部地阁容需外存在]))"
)
_MOST = "(?:绝?大)?多数(?![据字量学值十百千万亿])|绝?大部[分份]"
_SEVERAL = (
    "(?<![更很许太甚差众诸大最至不好较这那么越愈之增几])多(?P<things>"
    + _unless("个月 个 年 次/元方 种/族 项/目式 家 名 位/数元 条 轮")
    + ")"
)
_PATTERN = (
    rf"(?=[0-9A-Za-zÀ-ɏＡ-Ｚａ-ｚ〇零一二两三四五六七八九十百千万亿兆廿几数半第多少大绝极最甚可巨"
    rf"约将接近高至不未低小起上突超逾过唯单同专逐之任统参系指函人总次倍整])(?:{_NAME}|{_OTHER}"
    rf"|(?P<top>最大(?![化限程值公]))|(?P<most>{_MOST})|(?P<few>极?少数(?![据字量学值民]))"
    rf"|(?P<nearly_all>几乎(?:所有|全部))|(?P<amount>甚微|可观(?![察测看众])|巨额)"
    rf"|(?P<several>{_SEVERAL})"
    rf"|第 ?(?P<ordinal>{_NUMBER})(?:(?P<ranked>大|名|位|优|强)|梯队|任期|阶段"
    rf"|[次任届代期章条项个轮场批版集步天年回台款种家颗层类部份枚只级座句点段套课周月号季])?"
    rf"|(?P<before>(?>{_BEFORE}{{1,3}}))?RANGE"
    rf"(?:(?P<half>一半|半数|(?<=[过近逾超约])半(?![导岛径年个天小日夜路身球成途场生]))"
    rf"|(?P<number>(?<![上下前后大多一每])半(?=年(?!度)|天|小时|个)"
    rf"|{_NUMBER}(?:又{_NUMBER})?(?:分之 ?{_NUMBER})?)"
    rf"(?:(?P<more>[多余](?![边极样方额下])|来(?=[个名人家种年天岁项台位款次亿万]))"
    rf"(?P<scale> ?{_POWERS})?)?(?P<unit>{_UNIT})?)(?P<after>{_AFTER})?)"
)
_FROM = (
    rf"(?:(?P<from>{_NUMBER}(?:分之 ?{_NUMBER})?)(?P<from_unit>{_UNIT})?"
    rf" ?(?:至|到|-|–|—{{1,2}}|~) ?(?!{_ARABIC}{_LATIN}))?"
)
_QUANTITY = re.compile(_PATTERN.replace("RANGE", _FROM))


@cache
def _single() -> re.Pattern[str]:
    """The pattern without ranges, for the rare range that is none; compiled when first needed."""
    return re.compile(_PATTERN.replace("RANGE", "(?P<from>(?!))?(?P<from_unit>(?!))?"))


_BOUND = re.compile("|".join(sorted(_BOUNDS, key=len, reverse=True)))
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_TENS = "(?:[二三四五六七八九]?十|[0-9]*0)"
_SEVERAL_TIMES = re.compile(rf"({_TENS}?)[几数]([十百千万亿兆]*)")
_PAIR = re.compile(rf"({_TENS}?)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿兆]*)")
_POWER = re.compile("[万亿兆]*$")

# --- numbers ---


def _number(text: str) -> Fraction | None:
    """The number that a numeral without vague words means; None when it is malformed."""
    if _PLAIN.fullmatch(text):
        return Fraction(text)
    for mark, exponent in _MAGNITUDES.items():
        head, found, tail = text.rpartition(mark)
        if found:
            left, right = _number(head) if head else _ONE, _rest(tail, exponent)
            if left is None or right is None:
                return None
            if exponent < 4 and left >= 10 and not _PLAIN.fullmatch(head):
                return None
            return left * Fraction(10) ** exponent + right
    whole, point, decimals = text.partition("点")
    digits = "".join(str(_DIGITS.get(digit, "?")) for digit in whole + decimals)
    if not digits.isdecimal() or (len(digits) == 2 and not point and "0" not in digits):
        return None
    return Fraction(int(digits), 10 ** len(decimals))


def _rest(text: str, exponent: int) -> Fraction | None:
    """The number that follows a magnitude: after 百, 五 is 50 and 零五 is 5."""
    if not text:
        return _NONE
    rest = text.lstrip("零〇")
    if rest in _DIGITS:
        return Fraction(_DIGITS[rest] * (10 ** (exponent - 1) if rest == text else 1))
    if not rest or rest[0] in "百千万亿兆" or not re.search("[十百千万亿点0-9]", rest):
        return None
    number = _number(rest)
    return number if number is not None and number < 10**exponent else None


def _amount(text: str) -> _Amount | None:
    text = text.replace(",", "").replace(" ", "").replace("廿", "二十")
    if len(text) > _LONGEST:
        return None
    if text == "半":
        return _HALF, None
    divisor, divided, text = text.rpartition("分之")
    if divided:
        whole, also, divisor = divisor.rpartition("又")
        plus, under, over = _number(whole) if also else _NONE, _number(divisor), _amount(text)
        if plus is None or not under or over is None:
            return None
        return plus + over[0] / under, None if over[1] is None else plus + over[1] / under
    if several := _SEVERAL_TIMES.fullmatch(text):
        ten = _number(several[1]) if several[1] else None
        unit = _number(several[2]) if several[2] else _ONE
        if unit is None or (ten is not None and several[2][:1] in ("十", "百", "千")):
            return None
        return (2 * unit, 10 * unit) if ten is None else (ten * unit, (ten + 10) * unit)
    if pair := _PAIR.fullmatch(text):
        ten = _number(pair[1]) if pair[1] else _NONE
        unit = _number(pair[4]) if pair[4] else _ONE
        low, high = _DIGITS[pair[2]], _DIGITS[pair[3]]
        if ten is not None and unit and (high == low + 1 or (low, high) == (3, 5)):
            return (ten + low) * unit, (ten + high) * unit
    number = _number(text)
    return None if number is None else (number, None)


def _unit(words: str | None) -> tuple[str | None, Fraction]:
    """Name of the unit and what one of it is worth."""
    if words is None:
        return None, _ONE
    key = words.strip()
    key = "成" if key[0] == "成" else key.replace("多", "").replace("半", "")
    return _UNITS.get(key, ("count", _ONE))


def _said(number: Fraction) -> str:
    """The number in digits, as a fraction where decimals would not end."""
    for places in range(1, 61) if number.denominator > 1 else ():
        if 10**places % number.denominator == 0:
            digits = f"{int(number * 10**places):0{places + 1}}"
            return f"{digits[:-places]}.{digits[-places:]}"
    return str(number)


# --- readings ---


def _words_reading(match: re.Match[str]) -> _Reading | None:
    """What an ordinal or a word of amount says; None for names and other words."""
    if match["ordinal"]:
        amount = _amount(match["ordinal"])
        if amount is None or amount[1] is not None:
            return None
        number, unit = amount[0], "rank" if match["ranked"] else "ordinal"
        return number, number, number, unit, "exact", f"{unit} {_said(number)}"
    if match["several"]:
        unit = _unit(match["things"])[0] or ""
        return None, None, None, unit, "vague", f"some {unit}, vague"
    return next((reading for name, reading in _WORDS.items() if match[name]), None)


def _stands(match: re.Match[str], vague: bool) -> bool:
    """Whether the number counts as one, in view of the words around it."""
    text = match["number"] or ""
    if match["unit"]:
        unit = match["unit"].strip()
        day = unit == "日" and not vague and (_amount(text) or (0,))[0] <= 31
        return not (unit == "月" and not vague) and not (day and "内" not in (match["after"] or ""))
    if match["half"] or "分之" in text or text[0] in "0123456789":
        return True
    counted = match["before"] or match["more"] or len(text) > 1
    return bool(counted) and any(mark in "十百千万亿兆点" for mark in text)


def _reading(match: re.Match[str]) -> _Reading | None:
    """What the match says; None when it is no quantity."""
    text = match["number"] or ""
    if not text and not match["half"]:
        return _words_reading(match)
    divisor, divided, _ = (match["from"] or "").rpartition("分之")
    if divided and "分之" not in text and not match["unit"]:  # 百分之二十至三十
        text = f"{divisor}分之{text}"
    amount = (_HALF, None) if match["half"] else _amount(text)
    scaled = _amount(match["scale"]) if match["scale"] else (_ONE, None)
    if amount is None or scaled is None or not _stands(match, amount[1] is not None):
        return None
    scale = scaled[0]
    if (amount[1] or amount[0]) * scale > _GREATEST:
        return None
    bounds = [_BOUNDS[word] for word in _BOUND.findall(match["before"] or "")]
    unit_words = (match["unit"] or "").strip()
    low, high = amount
    if text == "十" and match["more"] == "余":
        high = Fraction(20)
    elif match["more"]:
        bounds.append("approx" if match["more"] == "来" else "more_than")
    if "半" in unit_words:
        low, high = low + _HALF, high and high + _HALF
    elif unit_words[:1] == "成" and unit_words[1:]:
        low += Fraction(_DIGITS[unit_words[1]], 10)
    if "多" in unit_words:
        bounds.append("more_than")
    if match["after"]:
        bounds.append(_BOUNDS[match["after"].strip("及或")])
    powers = "" if "分之" in text else _POWER.findall(text)[0] + (match["scale"] or "").strip()
    power = sum(_MAGNITUDES[mark] for mark in powers)
    unit, worth = _unit(match["unit"])
    if unit is None and (match["half"] or "分之" in text):
        unit = "fraction"
    low, high = low * scale * worth, high and high * scale * worth
    if match["from"]:
        first = _first(match, low / worth, power)
        if first is None or high is not None:
            return None
        low, high = first * worth, low
    bound = "vague" if high is not None else (bounds or ["exact"])[-1]
    ends = [end / 10**power for end in (low, high) if end is not None]
    said = " to ".join(str(end) if unit == "fraction" else _said(end) for end in ends)
    said += (f" × 10^{power}" if power else "") + (f" {unit}" if unit else "")
    said += "" if bound == "exact" else f", {bound.replace('_', ' ')}"
    if high is not None:
        return None, low, high, unit, bound, said
    least = low if bound in ("exact", "at_least", "more_than") else None
    most = low if bound in ("exact", "nearly", "up_to") else None
    return low, least, most, unit, bound, said


def _first(match: re.Match[str], last: Fraction, power: int) -> Fraction | None:
    """The number that a range begins with; None where the words make no range."""
    amount = _amount(match["from"])
    if amount is None or amount[1] is not None:
        return None
    number = amount[0]
    if match["from_unit"]:
        if _unit(match["from_unit"]) != _unit(match["unit"]):
            return None
    elif number < last / 10**power and not re.search("[万亿兆]", match["from"]):
        number *= 10**power
    return number if number < last else None


def _masked(text: str) -> str:
    """The folded text, with blots where dates stand: what is no length of time is no quantity."""
    folded, parts, end = fold(text), [], 0
    for date in dates(text):
        if date.kind != "duration":
            parts += [folded[end : date.start], "\0" * (date.end - date.start)]
            end = date.end
    return "".join([*parts, folded[end:]])


def _is_recent(match: re.Match[str], reading: _Reading | None, masked: str) -> bool:
    """Whether 近 before a length of time means the time up to now, not 'nearly'."""
    length = match["before"] == "近" and (match["unit"] or "").strip() in _LENGTH_WORDS
    vague = reading is not None and reading[4] == "vague"
    return length and (vague or masked.startswith(("来", "以来"), match.end()))


def _scan(text: str) -> Iterator[Quantity]:
    masked, position = _masked(text), 0
    while match := _QUANTITY.search(masked, position):
        reading = _reading(match)
        start, preceding = match.start(), masked[match.start() - 1 : match.start()]
        if _is_recent(match, reading, masked):
            start = match.end("before")
        if start > match.start() or (match["from"] and (not reading or preceding in ("从", "由"))):
            match = _single().match(masked, start) or match
            reading = _reading(match)
        position = match.end()
        if reading:
            yield Quantity(text[match.start() : position], match.start(), position, *reading)


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[Quantity, ...]:
    """All maximal quantity expressions of the text, from left to right."""
    return tuple(_scan(text))


def read(expression: str) -> Quantity:
    """The quantity that the whole expression is; ValueError when it is not exactly one."""
    return only(expression, find)


def is_maximal(text: str, start: int, end: int) -> bool:
    """Whether the span is a whole quantity expression of the text, touched by no more of it.

    >>> is_maximal("高达1500亿美元", 0, 9), is_maximal("高达1500亿美元", 2, 9)
    (True, False)
    """
    return any(quantity.start == start and quantity.end == end for quantity in find(text))
