"""Date expressions of Chinese press texts, and the ISO 8601 cells that they mean.

``find`` returns the maximal date expressions of a text, ``resolve`` the ISO cell of an expression,
and ``times`` all words that tell a time. Both scripts, full-width and Chinese digits read alike.
Nothing here raises an error, whatever the text. This docstring is the specification.

Kinds
    absolute   says its year: 2018年, 2024年初, 2025年05月02日 10:22, 2025-05-20, 20世纪90年代
    partial    a month, day, quarter, decade or clock time without its year: 5月19日, 13日, 10:38
    relative   counts from the day of publication: 今年4月, 本月13日至16日, 去年底, 昨天, 近期
    anaphoric  points at another date of the text: 當日, 翌年, 同年5月, 去年同期, 上年末
    duration   a span told by its length, a quantity too: 過去10年, 最近幾年, 三天前, 三年來

    >>> resolve("2025年05月02日 10:22", None), resolve("2024年初", None), resolve("5月", None)
    ('2025-05-02', '2024', None)
    >>> resolve("本月13日至16日", "2025-05-02"), resolve("今年4月", "2025-05-02")
    ('2025-05-13/2025-05-16', '2025-04')
    >>> [(date.text, date.kind) for date in find("就在幾天前的5月13日,當日")]
    [('幾天前', 'duration'), ('5月13日', 'partial'), ('當日', 'anaphoric')]

Conventions, beside those of ``iso_dates``
    - 上半年 and 第二季度 are intervals of months, codes (3Q25, 2025Q3, 1H26) too; 9、10日 is one
      when its days follow one another. 年底 is December, 年初 the year of publication, 月底 its
      month, 即日 and 昨(27)日 days, as are 今 and 昨 before some verbs (今召開, 昨收報), 明後年 two
      years, 上周三 the Wednesday of that week, 6月底止六個月 the months from January to June.
    - 23年 is a year where what goes on or before says so (23年營收, 自23年起), else a length; 92年
      is not resolved: 1992, or 2003 of the Republic.
    - 上季 is not resolved alone in the first six weeks of a quarter, when the results of the last
      are told: it may be the quarter before them. After a part of a year 全年 is that year.
    - 以來, 至今, 起 open the interval; 以後, 之後, 前後 leave the date unresolved, 以前 and 之前 do
      not, nor does 前.
    - Blanks between number and 年, 月 or 日 do not matter (2025 年 5 月 13 日).

Out of scope: 目前, 此前, 隨後, 未來 and other words without a measure of time, which only ``times``
finds; bare years without 年 (Computex 2025 is a name), except ranges (2018-2022); dates glued to
Latin letters (M1月); lunar dates; fiscal years (FY2026: found, not resolved); years of the Republic
without 民國 and without a month or part of the year (114年).
"""

import datetime
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from chipcontrols.languages import iso_dates as iso
from chipcontrols.languages.base import DateExpression, alternatives, by_kind, compiled, rows, timer
from chipcontrols.languages.characters import HAN
from chipcontrols.languages.zh.folding import fold, placed, tight
from chipcontrols.languages.zh.numerals import amount

# --- the pattern (of folded text; every repetition is bounded, so a scan takes linear time) ---

_NUMERAL = "0-9〇零一二两三四五六七八九十百千万亿几数廿卅"
_NINE = "一二三四五六七八九"
_YEAR = (
    rf"(?:(?<![0-9.])[12][0-9]{{3}}(?![0-9])"
    rf"|(?<![{_NUMERAL}])[一二][〇零{_NINE}]{{3}}(?![{_NUMERAL}]))"
)
_MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[{_NINE}])"
_DAY = (
    rf"(?:3[01]|[12][0-9]|0?[1-9]"
    rf"|三十一?|二?十[{_NINE}]?|廿[{_NINE}]?|卅一?|[{_NINE}])"
)
_FRESH = rf"(?<![{_NUMERAL}.第个A-Za-z-])"  # no longer number or name goes on here
_JOIN = " ?(?:至|到|~|-|–|—{1,2}) ?"
_WORDS = {kind: f"(?:{alternatives(w)})" for kind, w in by_kind(__file__, "calendar").items()}
_YEAR_WORD = (
    rf"(?:[去今明]年 ?\((?:[12][0-9]{{3}}|(?:民国)?1[01][0-9])年?\)|{_WORDS['year']}(?:度(?!假))?"
    r"|[去今明] ?\((?:[12][0-9]{3}|1[01][0-9])\) ?年)(?![轻龄代级])"
)
_MONTH_WORD, _SEASON = f"(?:{_WORDS['month']}(?![球亮薪饼面]))", _WORDS["season"]
_MONTHS = (
    "(?:[上下]半年|(?!前一)[前首]?第?[一二三四1-4]季度|第[一二三四1-4]季|(?!前一)[前首头][一二两三1-3]个?季"
    f"度?|[首末]季度?|[前首头](?:1[01]|[2-9]|十一?|[{_NINE[1:]}两])个?月(?!前|内|后))(?:初|末|底)?"
)
_REPUBLIC = (  # 114年5月: of the Republic, without 民國
    f"(?<![0-9.,])(?:1[01][0-9]年(?=度|[初底]|{_MONTH} ?月|{_MONTHS})"
    "|(?<![近逾约达长历共超满过第司业立校庆刑])1[01][0-9]年(?![来历之的前后间多内以长半]))"
)
_TWO_DIGITS = (  # 23年營收, 自23年起: what goes on, or goes before, tells it from a length
    f"(?:(?:[1-4][1-9]|0[0-9])年(?=[初底末](?![部层])|度(?!假)"
    f"|(?:{_JOIN}[1-4][1-9]年)?{_WORDS['account']})"
    f"|[0-4][0-9]年(?=Q[1-4]|H[12]|{_MONTHS}|{_MONTH}月)"
    "|(?<=[由从较比至])2[1-9]年(?=的)|(?<=[自从])[0-9]{2}年(?=起|以来|至今|开始)|(?:[6-9][0-9]|0[0-9])年(?=以来|至今))"
)
_CODE = (
    f"(?<![A-Za-z0-9.-])(?:{iso.CODE}|(?P<part_alone>Q[1-4])(?: ?(?P<year_after>20[0-9]{{2}}))?"
    "|(?:Q[1-4] ?)?(?:FY ?(?:20)?[0-9]{2}|(?:20)?[0-9]{2}FY)(?: ?[QH][1-4])?)"
    "(?![A-Za-z0-9]|-[0-9A-Za-z])"
)
_PART_OF_DAY, _SINCE = _WORDS["part_of_day"], _WORDS["since"]
_CLOCK = "(?:[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:]))"
_HOUR = rf"(?:[0-2]?[0-9]|二?十[{_NINE}]?|[两{_NINE}])[时点](?![代候间期刻任常])"
_MINUTE = f"(?:[0-5]?[0-9]分|[二三四五]?十?[{_NINE}]?(?<=[十{_NINE}])分|半|整|许)"
_TIME = f"(?: ?{_PART_OF_DAY})?(?: ?{_CLOCK}| ?{_HOUR}{_MINUTE}?)?"
_OF_MONTH = (
    f"(?:{_MONTH} ?月(?![球亮薪饼天])份?|{_MONTH_WORD})"
    f"(?: ?{_DAY} ?[日号]{_TIME}|[前首头](?:[12]0|二?十)[日天]|[上中下]旬|{_SEASON}|同期(?!货))?"
)
_FISCAL = "第?[一二三四1-4]财季"
_OF_YEAR = (
    f"(?:{_YEAR} ?(?:财年|会计年度|年度?(?!第[0-9]{{1,4}}号))|{_YEAR}(?={_MONTHS}|全年)"
    f"|民国 ?[0-9]{{1,3}} ?年|{_REPUBLIC}|(?<![0-9.,A-Za-z-]){_TWO_DIGITS}|{_YEAR_WORD})"
    f"(?: ?{_OF_MONTH}|{_MONTHS}|{_FISCAL}| ?(?:Q[1-4]|H[12])(?![0-9A-Za-z])|年?{_SEASON}"
    "|[春夏秋冬][季天]"
    "|全年)?(?:同期(?!货))?"
)
_ISO = (
    rf"(?:{_YEAR}(?P<separator>[-/.])(?:1[0-2]|0?[1-9])(?P=separator)"
    rf"(?:3[01]|[12][0-9]|0?[1-9])(?![0-9])(?:[ T]?{_CLOCK})?"
    rf"|{_YEAR}-(?:1[0-2]|0[1-9])(?![0-9-]))"
)
LASTS = "过去 未来 连续 为期 历时 长达 一连 超过 少于 多于 低于 不足 不到 至少 最多 最长".split()
"""Words before days that are a length of time: 連續3日."""
_NO_LENGTH = f"(?<!{'|'.join(LASTS)})"
_BARE_DAY = (
    f"(?!一日){_NO_LENGTH}{_DAY} ?"
    "(?:日(?!以内|[内元圆币本均产线]|报(?![导道称告]))|号(?![线楼令码召称文机]))"
    f"{_TIME}"
)
_YEARLESS = f"(?:{_OF_MONTH}|{_BARE_DAY}|{_MONTHS})"
_BARE_TODAY = (  # 今召開, 昨收報
    f"(?<![至如迄现当古而于从自尔])(?:昨(?![天日晚晨夜今非是])(?=[{HAN}])|[今昨]"
    r"(?=召开|举行|举办|公布|发布|宣布|表示|指出|出席|收|开|一度|股价|净|再|将|赴|在|正式|上午|盘中"
    r"|早盘|大[涨跌]|[上下][涨跌]|通过|强调|澄清|回应|证实|透露|说|\Z))"
)
_POINT = f"(?:{_OF_YEAR}|{_FRESH}{_YEARLESS}|(?={_MONTH_WORD}){_OF_MONTH})"
_YEAR_OR_NOT = f"(?:{_YEAR}年|{_YEAR_WORD}|{_FRESH})"
_LISTED = f"(?:[、和及与][0-9{_NINE}十]{{1,3}}){{0,9}}?[、和及与]"  # 9、10日; 3、4及5日
_MORE = f"(?:{_JOIN}|{_LISTED})"
_QUARTER = "第?[一二三四1-4]"
_SHORT = (  # the first end of a range that leaves its unit to the second: 13至16日
    f"(?:{_YEAR_OR_NOT}(?:(?P<short_day>(?:{_MONTH}月|{_MONTH_WORD}|(?![{_NINE}十]+[、和及与]))"
    f"{_DAY}(?={_MORE}{_DAY}[日号]))|(?P<short_month>{_MONTH}(?={_MORE}{_MONTH}月))"
    "|(?P<short_quarter>(?:(?<=年)|(?=第)|(?<![来后需要约近过达长续再这])"
    f"(?=[1一]{_JOIN}[34三四])){_QUARTER}(?={_MORE}{_QUARTER}季)))"
    f"|(?P<short_year>{_YEAR}(?={_MORE}{_YEAR}年|[-–—]{_YEAR}(?!-)|{_JOIN}{_TWO_DIGITS})"
    f"|(?<![0-9.,A-Za-z-])[1-4][0-9](?={_JOIN}{_TWO_DIGITS})))"
)
_LENGTH = (
    f"(?:[0-9]{{1,3}}|[{_NUMERAL[3:]}半]{{1,6}})[多余]?"
    "(?:年半?|个[多半]?月|[天周季]|(?<=[数几百多余])日|个?星期|个?小时|分钟)"
)
_CENTURY = rf"(?:[12]?[0-9]|二?十[{_NINE}]?)世纪"
_WEEK = "(?:周|星期|礼拜)"
_DATE = (
    rf"(?=[{_NUMERAL}FQ首头末即月半今昨去前明后本同当次翌隔上下这过未最近年全日不周星礼民该早晚中凌清傍第])(?:"
    rf"(?P<decade>(?:(?<![{_NUMERAL}.]){_CENTURY}|上个?世纪)?"
    rf"(?:(?<![0-9.])(?:[12][0-9]{{2}}|[1-9])0|(?<![{_NUMERAL}])[{_NINE}]十)年代(?![表理替言码价])"
    rf"(?:[初中末后前]期?)?|(?<![{_NUMERAL}.]){_CENTURY}(?:[中后前]期|[初末])?)"
    rf"|(?P<code>{_CODE})|(?P<years>(?:今明|明后|去今)[两二2]?年)"
    rf"|(?P<quarter>(?:(?P<which>[上本下今这])一?个?|[当同该]|(?<![{_NUMERAL}每首多本])次|前一)季度?"
    r"(?![节军后])|[上本下今]一?个?(?:财[年季]|(?:财政|会计)年度))"
    rf"|(?P<iso>{_ISO})"
    rf"|(?P<point>(?P<first>(?P<short>{_SHORT})|{_POINT})"
    rf"(?:(?:{_JOIN}|(?P<listed>(?(short){_LISTED}|(?!))))"
    rf"(?P<last>(?(short_year)(?:{_YEAR}年?|{_TWO_DIGITS}度?)"
    rf"|(?(short_quarter){_QUARTER}季度?|(?:{_OF_YEAR}|{_YEARLESS})))))?"
    rf"(?P<since>{_SINCE})?(?:[以之]前|(?P<around>[以之]后|前后))?"
    rf"(?:之?(?P<ended>止的?(?:[0-9{_NINE}两十]{{1,2}}个?月|半年|年度|季度?)))?)"
    rf"|(?P<duration>(?:过去|未来|今后|最近|(?<![最附靠临邻亲接将])近)[这的]?"
    rf"(?:{_LENGTH}|[0-9]{{1,3}}日)(?:以?来)?"
    rf"|(?<![{_NUMERAL}.A-Za-z-]){_LENGTH}(?:以?来|之?前(?!后)|之?后))"
    rf"|(?P<first_days>[上本这下]{_WEEK}[首前头][{_NINE}两2-5]个?(?:交易)?[日天])"
    rf"|(?P<week>(?:[上下]{{1,2}}|本|这)个?{_WEEK}(?:[一二三四五六天末]|日(?!期)"
    rf"|(?![边围期刊到全旋转密遭长年日]))(?!报(?![导道]))"
    rf"|(?<![{_NUMERAL[:-2]}每])(?:周[一二三四五六日末](?![百千万亿])"
    rf"|(?:星期|礼拜)[一二三四五六日天]))"
    rf"|(?P<day>(?:{_WORDS['day']}|{_BARE_TODAY}|[今昨明] ?\((?:3[01]|[12]?[0-9])\) ?[日天早晚]?)"
    rf"{_TIME}(?P<day_since>{_SINCE})?)|(?P<vague>{_WORDS['vague']}|{_FISCAL}|本世纪[初末中]?叶?)"
    rf"|(?P<season>(?<![{_NUMERAL}多半每近同当后来全常历累连成往周明])(?:年{_SEASON}(?:至今)?|年内)"
    rf"|(?<![{_NUMERAL}])全年(?![无候度])"
    rf"|(?<![{_NUMERAL}个本上下同当每岁明残蜜日满新])月(?:[初底末内]|中(?!旬))(?![{_NUMERAL}]))"
    rf"|(?P<anaphor>{_WORDS['anaphor']}|(?<![^较比于与和在到由，、。;:(」”])前一(?:[日天周]|个?月)"
    rf"|前一个?交易日)"
    rf"|(?P<clock>(?<![0-9.])(?<![0-9]:){_CLOCK}|{_PART_OF_DAY} ?(?:{_CLOCK}|{_HOUR}{_MINUTE}?)"
    rf"|(?<![{_NUMERAL}.]){_HOUR}{_MINUTE}))"
)


_PARTS = re.compile(
    rf"(?:(?:(?P<year>{_YEAR}) ?(?P<fiscal>财|会计)?年?度?|(?:民国 ?)?(?P<republic>[0-9]{{1,3}}) ?"
    rf"年度?"
    rf"|(?P<year_word>{_YEAR_WORD}))(?:年?(?:(?P<end>[底末终])|[初中])(?!季))?)?"
    rf"(?:(?P<half>[上下])半年|(?P<sum>[前首头](?=[一二两三1-3]))?第?(?P<quarter>[一二两三四首末1-4])个?季"
    rf"|[前首头](?P<until>[0-9{_NINE}两十]{{1,2}})个?月|Q(?P<q>[1-4])|H(?P<h>[12]))?"
    rf"(?: ?(?P<month>{_MONTH}) ?月份?|(?P<month_word>{_MONTH_WORD}))?"
    rf"(?: ?[前首头]?(?P<day>{_DAY}) ?[日号天])?"
)
_WHOLE_YEAR = re.compile(  # 23年, which alone may be a length, where it is said to be a date
    r"\A[0-4][0-9](?=年(?:\Z|起|以来|至今|度)|年?[-–~至到][0-4][0-9]年\Z)"
    r"|(?:(?<=\A[0-9]{2}[-–~至到])|(?<=\A[0-9]{2}年[-–~至到]))[0-4][0-9](?=年\Z)"
)
_COUNTED = re.compile(
    f"(?<![{_NUMERAL}])([0-9]{{1,3}}|[{_NINE}]?十[{_NINE}]?|[{_NINE}两])"
    "(年|个月|天|日|周|个?星期)(?:(以?来)|之?前)"
)
_PART_BEFORE = re.compile(f"(?<!明年)(?:{_MONTHS}|{iso.CODE})[^。;!?年]{{0,60}}\\Z")
"""Part of a year in the same sentence, of which 全年 says the whole."""
_UNITS = {"short_day": "日", "short_month": "月", "short_quarter": "季", "short_year": "年"}
_OFFSETS = {"前": -2, "去": -1, "昨": -1, "上": -1, "下": 1, "明": 1, "后": 2} | dict.fromkeys(
    "今本这即", 0
)
_CALENDAR = {"年": "year", "月": "month", "周": "week", "期": "week", "天": "day", "日": "day"}
_MONTHS_OF = {"半": 6, "季": 3, "年": 12}
_FUTURE = re.compile("[将拟须]|预[计期定估]|计划|有望|最迟|至迟|目标|届时")
_KINDS = {"iso": "absolute", "duration": "duration", "anaphor": "anaphoric", "clock": "partial"}


def _kind(match: re.Match[str]) -> str:
    name, words = match.lastgroup or "", match[0]
    if name == "decade":
        return "absolute" if re.match("[12][0-9]{3}|[^上]+世纪", words) else "partial"
    if words == "全年":
        told = _PART_BEFORE.search(match.string, 0, match.start())
        return "anaphoric" if told else "partial"
    if name == "code":
        return "partial" if re.fullmatch("Q[1-4]", words) else "absolute"
    if name != "point":
        return _KINDS.get(name, "relative")
    if re.search("[同当该上次翌]年|前一年|[同当该次翌]月|年度?同期", words):
        return "anaphoric"
    if match["short_year"] or re.search(f"{_YEAR} ?(?:财|年)|民国|^[0-9]{{2,3}}年", words):
        return "absolute"
    return "relative" if re.search("[今去前明后本]年|[本上下今这]个?月", words) else "partial"


@lru_cache(maxsize=4096)
def spans(read: str) -> tuple[tuple[tuple[int, int], str], ...]:
    """Where dates stand in tight text, and of which kind they are."""
    return tuple((match.span(), _kind(match)) for match in compiled(_DATE).finditer(read))


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[DateExpression, ...]:
    """All maximal date expressions of the text, from left to right."""
    read, offsets = tight(text)
    found = ((placed(span, offsets), kind) for span, kind in spans(read))
    return tuple(DateExpression(text[start:end], start, end, kind) for (start, end), kind in found)


times = timer(find, fold, re.compile(alternatives(rows(__file__, "times"))))


# --- what the expressions mean ---


def _number(digits: str) -> int:
    """Year, month or day written in digits of either kind: 05, 十三, 廿一, 二〇二五."""
    return int((amount(digits) or (0,))[0])


def numbers(expression: str) -> Iterator[int]:
    """The numbers in a date expression: years, months, days, hours.

    >>> list(numbers("二〇二五年5月十三日"))
    [2025, 5, 13]
    """
    for match in re.finditer(rf"[0-9]{{1,40}}|[〇零一二{_NINE[2:]}十廿]+", fold(expression)):
        yield _number(match[0])


def _parts(words: str, today: datetime.date | None) -> iso.Point | None:
    """What a point in time says; None where nothing can settle it."""
    parts = _PARTS.match(words)
    if parts is None or parts["fiscal"]:
        return None
    month, day = (_number(parts[name]) if parts[name] else None for name in ("month", "day"))
    year = _year(parts, today)
    if (parts["year_word"] or parts["republic"]) and year is None:
        return None
    if part := _part(parts):
        return part._replace(year=year)
    if parts["month_word"]:
        if today is None or parts["month_word"][0] not in _OFFSETS:
            return None
        year, month = iso.month_after(today, _OFFSETS[parts["month_word"][0]])
    return iso.Point(year, 12 if parts["end"] and not month else month, day)


def _part(parts: re.Match[str]) -> iso.Point | None:
    """A half, a quarter, or the months up to one."""
    if half := parts["half"] or parts["h"]:
        return iso.part_of_year(1 if half in "上1" else 2, 6)
    if parts["until"]:
        return iso.Point(None, 1, None, _number(parts["until"]), summed=True)
    if quarter := parts["quarter"] or parts["q"]:
        number = {"首": 1, "末": 4}.get(quarter) or _number(quarter)
        if parts["sum"]:
            return iso.Point(None, 1, None, 3 * number, summed=True)
        return iso.part_of_year(number, 3)
    return None


def _year(parts: re.Match[str], today: datetime.date | None) -> int | None:
    if parts["year"]:
        return _number(parts["year"])
    if parts["republic"]:  # 23年; 92年 is 1992, or 2003 of the Republic
        number = int(parts["republic"])
        if number > 99 or "民国" in parts[0]:
            return number + 1911
        return 2000 + number if number < 50 else None
    if told := re.search("[0-9]{3,4}", parts["year_word"] or ""):
        return int(told[0]) + 1911 * (len(told[0]) == 3)
    offset = _OFFSETS.get(re.sub("上年|前一", " ", parts["year_word"] or " ")[0])
    return today.year + offset if today and offset is not None else None


def _point(match: re.Match[str], today: datetime.date | None, future: bool) -> str | None:
    short = next((unit for name, unit in _UNITS.items() if match[name]), "")
    first = _parts(match["first"] + short, today)
    last = _parts(match["last"], today) if match["last"] else None
    if first is None or match["around"] or (match["last"] and last is None):
        return None
    if match["listed"] and not _are_in_a_row(match):
        return None
    if first.day and re.search("月[前首头]", match["first"]):  # 10月前20日
        first, last = first._replace(day=1), first
    cell = iso.interval(first, last, today, future, bool(match["since"]))
    if match["ended"]:
        months = re.search(f"[0-9{_NINE}两十]+", match["ended"])
        unit = match["ended"].lstrip("止的")[0]
        return iso.ended(cell, _number(months[0]) if months else _MONTHS_OF[unit])
    return cell


def _are_in_a_row(match: re.Match[str]) -> bool:
    """Whether days or months that are listed follow one another: 9、10日."""
    *_, first = numbers(match["first"])
    listed = (first, *numbers(match["listed"]), next(numbers(match["last"])))
    return all(one + 1 == other for one, other in itertools.pairwise(listed))


def _decade(words: str, today: datetime.date | None) -> str | None:
    century, _, rest = words.rpartition("世纪")
    tens = re.match(rf"[0-9]+|[{_NINE}]十", rest)
    ten = _number(tens[0]) if tens else None
    if ten is not None and ten >= 1000:
        return iso.decade(ten, 0, today)
    if century.startswith("上"):
        return iso.decade(today.year - today.year % 100 - 100, ten, today) if today else None
    return iso.decade(100 * _number(century) - 100 if century else None, ten, today)


def _resolve(match: re.Match[str], today: datetime.date | None, future: bool) -> str | None:
    words, name = match[0], match.lastgroup
    if name == "point":
        return _point(match, today, future)
    if name == "code" and match["part_alone"]:  # Q3, Q3 2025
        year = int(match["year_after"]) if match["year_after"] else None
        part = iso.part_of_year(int(match["part_alone"][1]), 3, year)
        return iso.interval(part, None, today, future, False)
    if name == "code":
        return iso.coded(match)
    if name == "decade":
        return _decade(words, today)
    if name == "iso":
        return "-".join(f"{int(number):02}" for number in re.findall("[0-9]+", words)[:3])
    return _relative(match, today, future) if today else None


def _relative(match: re.Match[str], today: datetime.date, future: bool) -> str | None:
    words, name = match[0], match.lastgroup
    if name == "duration":
        return _counted(words, today)
    if name == "first_days":
        monday = 7 * (words.count("下") - words.count("上")) - today.weekday()
        days = (iso.shifted(today, monday + day) for day in (0, _number(words[3]) - 1))
        return "/".join(map(str, days))
    if words == "全年":  # in spring it may be the year before, of which the results are told
        return f"{today:%Y}" if today.month > 3 else None
    if name == "season":
        cell = f"{today:%Y-12}" if words[:2] in ("年底", "年末", "年终") else f"{today:%Y-%m}"
        cell = f"{today:%Y}" if words[:2] in ("年初", "年中", "年内") else cell
        return f"{cell}/.." if words.endswith("至今") else cell
    if name == "years":
        first = today.year + _OFFSETS[words[0]]
        return f"{first:04}/{first + 1:04}"
    if name == "quarter":
        early = (today.month - 1) % 3 * 31 + today.day <= 46  # when the last one is reported
        told = match["which"] and not (match["which"] == "上" and early)
        return iso.quarter(today, _OFFSETS[match["which"]]) if told else None
    if name == "day":
        day = iso.shifted(today, _OFFSETS[words[0]])
        return f"{day}" + ("/.." if match["day_since"] else "") if day else None
    if name == "week":
        weeks, weekday = words.count("下") - words.count("上"), "一二三四五六日天".find(words[-1])
        if words[-1] in "周期拜末":
            return iso.week(today, weeks) if words[-1] != "末" else None
        if words[0] not in "上下本这":
            return iso.weekday(today, min(weekday, 6), future)
        return str(iso.shifted(today, 7 * weeks + min(weekday, 6) - today.weekday()) or "") or None
    return None


def _counted(words: str, today: datetime.date) -> str | None:
    """The time so long ago, or since then; None where the length is not counted."""
    counted = _COUNTED.search(words)
    if counted is None:
        return None
    number, unit = _number(counted[1]), counted[2][-1]
    return iso.ago(today, number, _CALENDAR[unit], up_to_now=bool(counted[3]))


@lru_cache(maxsize=4096)
def resolve(expression: str, published: str | None) -> str | None:
    """The ISO cell on which the dates in the expression agree; None where nothing settles it."""
    today = iso.day_of(published)
    words = _WHOLE_YEAR.sub(r"20\g<0>", tight(expression)[0])
    future = bool(_FUTURE.search(words))
    return iso.agreed(_resolve(match, today, future) for match in compiled(_DATE).finditer(words))
