"""Date expressions of English press texts, and the ISO 8601 cells that they mean.

``find`` returns the maximal date expressions of a text, ``resolve`` the ISO cell of an expression,
and ``times`` all words that tell a time. Nothing here raises an error. This is the specification.

Kinds
    absolute   says its year: May 13, 2025; 13 May 2025; 2025-05-13; first quarter of 2025;
               2018-2022, since 2022, 1990s, 2030s, mid-2024, fiscal 2025, 20th century
    partial    without its year: May 13, (in) May, May 13-16, second half, '90s, Q3, 2:30 p.m.
    relative   counts from the day of publication: last year, this week, earlier this month, today,
               Tuesday, last May, recently, recent years
    anaphoric  points at another date of the text: that day, previous year, a year earlier, same
               period last year
    duration   a span told by its length, a quantity too: past five years, three years ago

    >>> [(date.text, date.kind) for date in find("On May 13, 2025, and last year, since 2022")]
    [('May 13, 2025', 'absolute'), ('last year', 'relative'), ('since 2022', 'absolute')]
    >>> resolve("May 13-16", "2025-05-02"), resolve("this week", "2025-05-20")
    ('2025-05-13/2025-05-16', '2025-05-19/2025-05-25')

Conventions, beside those of ``iso_dates``
    - Articles and prepositions are no part, but since, before, after, around and between are, and
      through and until before a month alone, which is ahead if it is within half a year.
    - A quarter that begins over four months after publication is last year's (the fourth, in May).
      since and onwards open the interval; after and around leave the date unresolved; before, like
      by, does not. The end of a year is December.
    - Three months ended Sept. 30 are a quarter. The future is told by will, by, due, expected …
      Seasons without a year and last May are never resolved; '23 is a year after a month or a
      preposition.
    - May, March, April, June, August, Jan and Jun alone are dates only after a preposition (in
      May). A bare year after a capitalised word is part of a name (Computex 2025), and before a
      unit a number (2000 chips, but in 2025 companies).

Out of scope: holidays (May Day, Christmas), 5/13/2025, time zones, Roman numerals.
"""

import calendar
import datetime
import re
from functools import lru_cache

from chipcontrols.languages import iso_dates as iso
from chipcontrols.languages.base import DateExpression, alternatives, compiled, rows, timer
from chipcontrols.languages.en.words import MONTHS, ORDINALS, UNITS, fold, follows_name, word_before

_MONTH = (
    rf"(?-i:(?:{'|'.join(MONTHS)})\b(?! Day\b)"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|\b))"
)
_WEEKDAY = "(?-i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_DAY = r"(?:(?:3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z%]|[.,:/][0-9]| percent))"
_YEAR = (
    r"(?:(?<![0-9A-Za-z$€£¥.,/])(?:1[5-9]|20)[0-9]{2}(?![0-9A-Za-z%]|[.,/][0-9]"
    r"|[ -](?:hundred|thousand|[mbtr]+illion|dollars?|yuan|euros?|yen|won|pounds?|per ?cent)\b))"
)
_YEAR = rf"(?:{_YEAR}|(?:(?<=[a-z0-9] )|\A)'[0-9]{{2}}(?![0-9A-Za-z%]))"  # since '23
_PART = (
    "(?:(?:early|mid|late)[ -]|(?:year[ -])?end[ -]|(?:end|beginning|start|middle) of (?:the )?)"
)
_NEAR = r"(?:(?:earlier |later )?(?:this|last|next|current|coming))"
_FISCAL = r"(?:(?:fiscal|financial)(?: year)?|(?-i:FY)) ?(?:'?[0-9]{2}\b|(?:20)[0-9]{2}\b)"
_OF_YEAR = (
    rf"(?:,? (?:(?:of|in) (?:(?:its|the|their) )?)?(?:(?:calendar )?{_YEAR}|{_FISCAL}"
    r"|(?:this|last|next|the) year\b))"
)
_SEASON = "(?:spring|summer|autumn|fall|winter)"
_CODE = rf"{iso.CODE}(?![0-9A-Za-z])"
_POINT = (
    rf"(?:(?<!-){_MONTH} quarter\b{_OF_YEAR}?"
    rf"|(?:{_WEEKDAY},? )?(?:(?:{_PART}|first [0-9]{{1,2}} days of )?"
    rf"{_MONTH}(?: {_DAY}(?!-[0-9]{{3}}))?{_OF_YEAR}?"
    rf"|{_DAY} (?:of )?{_MONTH}{_OF_YEAR}?)"
    r"|(?:(?:(?:fiscal[ -])?(?:first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:quarter|half)"
    r"|(?-i:Q[1-4]))\b"
    rf"|(?-i:H[12])(?= {_YEAR})|first (?:{'|'.join(list(UNITS)[2:12])}) months\b)"
    rf"(?:{_OF_YEAR}|(?! of\b))"
    rf"|{_FISCAL}"
    rf"|{_SEASON}(?: of)? {_YEAR}"
    rf"|(?:{_PART}|same (?:period|time|point|stage|quarter|month|week) (?:(?:of|in) )?"
    rf"|full[ -]year (?:of )?)?(?:{_YEAR}|{_NEAR} (?:(?:fiscal|financial) )?(?:year|month)\b))"
)
_JOIN = "(?:(?(between) and | (?:to|through|until) )| - |-)"
_NUMBER = (
    r"(?:[0-9]{1,3}|half an?|an?|several|(?:a )?few|(?:a )?couple of|many"
    rf"|{'|'.join(list(UNITS)[1:])}|twenty|thirty)"
)
_LENGTH = "(?:second|minute|hour|day|week|month|quarter|year|decade)"
_DATE = (
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9'])(?:"
    r"(?P<iso>[12][0-9]{3}-(?:1[0-2]|0[1-9])-(?:3[01]|[12][0-9]|0[1-9])(?![0-9]))"
    rf"|(?P<code>(?-i:{_CODE}))"
    rf"|(?P<decade>{_PART}?(?:(?:1[5-9]|20)[0-9]0s|(?:(?<=the )|'|\A)[1-9]0s"
    r"|[0-9]{1,2}(?:st|nd|rd|th) century)\b)"
    r"|(?P<duration>(?!previous (?:three|3) months)"
    rf"(?:(?:past|last|next|coming|previous) (?:{_NUMBER}[ -]{_LENGTH}s?|decade)"
    rf"|past {_LENGTH}s?|(?!(?:a|one) year earlier|a year ago){_NUMBER}[ -]{_LENGTH}s?"
    r" (?:ago|earlier|later|from now))\b)"
    r"|(?P<day>(?:today|yesterday|tomorrow|tonight|last night"
    r"|this (?:morning|afternoon|evening))\b)"
    rf"|(?P<week>{_NEAR} week\b)|(?P<quarter>{_NEAR} quarter\b)"
    r"|(?P<year_end>(?P<since_start>since the (?=start|beg))?(?:end|beginning|start|middle)"
    r" of the year\b(?! [12][0-9]{3})|(?:year-|year's )end\b(?! [12][0-9]{3})"
    r"|(?P<to_date>year[ -]to[ -]date\b))|(?P<full_year>full[ -]year\b(?! [12']))"
    r"|(?P<point>(?P<since>since )?"
    rf"(?P<until>(?:through|until) (?={_MONTH}(?! [0-9]|,? (?:of|in|this|last|next)\b)))?"
    r"(?:before |prior to |(?P<around>(?:after|around|circa) |(?:pre|post)-))?"
    rf"(?P<ended>(?:(?:{'|'.join(list(UNITS)[2:13])}|[2-9]|1[0-2])[ -]months?"
    r"|quarter|half|(?:(?:fiscal|financial)[ -])?year) (?:ended|ending|to|through) (?:on )?)?"
    rf"(?P<between>between )?(?:(?P<first>{_POINT}|{_DAY}(?=(?:-| to ){_DAY}"
    rf" {_MONTH}))(?:{_JOIN}(?P<last>{_POINT}|{_DAY}{_OF_YEAR}?"
    r"|(?<=[0-9]-)[0-9]{2}(?![0-9A-Za-z%-])))?)(?P<on> onwards?\b)?)"
    rf"|(?P<named>(?:{_NEAR} (?:weekend|{_SEASON}|{_MONTH}|{_WEEKDAY})|{_WEEKDAY})\b)"
    r"|(?P<vague>(?:recently|recent (?:day|week|month|year|decade)s|nowadays|these days)\b)"
    rf"|(?P<anaphor>(?:{'|'.join(row['pattern'] for row in rows(__file__, 'pointing'))})\b)"
    r"|(?P<clock>[0-2]?[0-9](?::[0-5][0-9])? ?(?:[ap]\.m\.|[ap]m\b)"
    r"|[0-2]?[0-9]:[0-5][0-9](?![0-9:])|[0-2][0-9][0-5][0-9](?-i: GMT\b)))"
)
_FUTURE = re.compile(
    r"\b(?:will|by|due|expected|planned|scheduled|until|before|next|coming|(?:plans?|set) to)\b",
    re.I,
)
_WORD_AFTER = re.compile(" [a-z]{4}")
_AMBIGUOUS = {"May", "March", "April", "June", "August", "Jan", "Jun"}
_UNIT_WORDS = frozenset(row["word"] for row in rows(__file__, "units"))
_IN = frozenset("in since by of until during before after".split())
_OF_ONE_YEAR = _IN | frozenset("the its his her their our this that".split())
_LEADING = _IN | frozenset("from to through early late mid this last next and between for".split())
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_MONTHS_OF = {"quarter": 3, "half": 6, "year": 12, "fiscal": 12, "financial": 12}
_SHIFTS = {"this": 0, "current": 0, "last": -1, "next": 1, "coming": 1}
_MONTH_STARTS = [month[:3] for month in MONTHS]
_WITHOUT_MEASURE = re.compile(rf"\b(?:{alternatives(rows(__file__, 'times'))})\b", re.I)
_TAIL = re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?({_OF_YEAR})?", re.ASCII)
_KINDS = {
    "iso": "absolute", "code": "absolute", "anaphor": "anaphoric", "duration": "duration",
    "clock": "partial",
}  # fmt: skip
_PART_OF_YEAR = re.compile(
    "(first|second|third|fourth|[1-4])(?:st|nd|rd|th)?[ -](?:quarter|half)|[qh]([1-4])"
)


def _stands(match: re.Match[str], text: str) -> bool:
    """Whether the words around let a month or year that stands alone be a date."""
    ends = [end for end in (match["first"], match["last"]) if end]
    if not ends or len(match[0]) > len(" through ".join(ends)) or match[0] == text:
        return True
    before = word_before(text, match.start()).lower()
    if ends[0][0] == "'" and match[0][0] == "'":
        return before in _LEADING
    if ends == [match[0]] and match[0] in _AMBIGUOUS:
        adjective = before in _OF_ONE_YEAR and _WORD_AFTER.match(text, match.end())
        return before in _LEADING or bool(adjective)
    if not all(map(str.isdecimal, ends)):
        return True
    after = re.match("[ -]([a-z]+)", text[match.end() : match.end() + 30])
    counts = after and after[1] in _UNIT_WORDS and before not in _OF_ONE_YEAR
    counts = counts and not before.endswith("'s")
    return not counts and not follows_name(text, match.start())


def _matches(text: str) -> list[re.Match[str]]:
    folded = fold(text)
    every = compiled(_DATE, re.I | re.A).finditer(folded)
    return [match for match in every if _stands(match, folded)]


def _kind(match: re.Match[str]) -> str:
    name = match.lastgroup or ""
    if name == "decade":
        return "absolute" if re.search("[0-9]{3}|century", match[0]) else "partial"
    if name != "point":
        return _KINDS.get(name, "relative")
    if match[0][:5].lower() == "same ":
        return "anaphoric"
    if re.search("[0-9]{4}|'[0-9]{2}|FY", match[0], re.IGNORECASE):
        return "absolute"
    if re.search("this|last|next|current", match[0].lower()):
        return "relative"
    return "absolute" if re.search("fiscal|financial", match[0].lower()) else "partial"


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[DateExpression, ...]:
    """All maximal date expressions of the text, from left to right."""
    return tuple(
        DateExpression(text[match.start() : match.end()], match.start(), match.end(), _kind(match))
        for match in _matches(text)
    )


times = timer(find, fold, _WITHOUT_MEASURE)


# --- what the expressions mean ---


def _year(digits: str) -> int:
    """A year of four digits, or of two ('98), which lies between 1950 and 2049."""
    year = int(digits.strip("'"))
    return year if year > 99 else 1950 + (year + 50) % 100


def _parts(words: str, today: datetime.date | None) -> iso.Point | None:
    """What a point in time says; None where nothing can settle it."""
    low = words.lower()
    if re.search("fiscal|financial|fy", low):
        return None
    year = next((_year(digits) for digits in re.findall("[0-9]{4}|'[0-9]{2}", low)), None)
    if near := re.search("(this|last|next|current|coming) (year|month)", low):
        if today is None:
            return None
        if near[2] == "month":
            return iso.Point(*iso.month_after(today, _SHIFTS[near[1]]))
        year = today.year + _SHIFTS[near[1]]
    if part := _PART_OF_YEAR.match(low):
        months = 6 if part[0].endswith("half") or low[0] == "h" else 3
        order = part[1] or part[2]
        return iso.part_of_year(ORDINALS.get(order) or int(order), months, year)
    if summed := re.match("first ([a-z]+) months", low):
        return iso.Point(year, 1, None, UNITS[summed[1]], summed=True)
    months_named = [word for word in re.findall("[A-Z][a-z]{2}", words) if word in _MONTH_STARTS]
    month = _MONTH_STARTS.index(months_named[-1]) + 1 if months_named else None
    if month and " quarter" in low:  # the September quarter ends with it
        return iso.Point(year, month - 2, None, 3) if month > 2 else None
    if year and not month and re.match("(?:year[ -])?end", low):
        return iso.Point(year, 12)
    day = re.search(r"(?<![0-9'])[0-9]{1,2}(?![0-9])", words) if month else None
    if day is None and not month and (only := re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", words)):
        return iso.Point(year, None, int(only[1]))
    return iso.Point(year, month, int(day[0]) if day else None)


def _point(match: re.Match[str], today: datetime.date | None, future: bool) -> str | None:
    first = _parts(match["first"], today)
    if first is None or match["around"]:
        return None
    days = first.day if re.match("first [0-9]", match["first"].lower()) else None
    if today and first.year is None and first.month:
        if match["until"]:  # through September: ahead in May, past in October
            future = (first.month - today.month) % 12 <= 6
        if first.months > 1 and not future and first.month > today.month + 4:
            first = first._replace(year=today.year - 1)  # the fourth quarter, in May
    last, words = None, match["last"]
    if words:
        tail = _TAIL.fullmatch(words)
        if tail and first.year and not first.month:  # 2018-22
            last = iso.Point(first.year // 100 * 100 + int(tail[1]))
        elif tail:
            rest = _parts(tail[2], today) if tail[2] else iso.Point(None)
            last = rest and iso.Point(rest.year, first.month, int(tail[1]))
        else:
            last = _parts(words, today)
        if last is None:
            return None
    if days:
        first, last = first._replace(day=1), first
    cell = iso.interval(first, last, today, future, bool(match["since"] or match["on"]))
    if match["ended"]:
        length = re.findall("quarter|half|year|[a-z]+|[0-9]+", match["ended"].lower())[0]
        return iso.ended(cell, _MONTHS_OF.get(length) or UNITS.get(length) or int(length))
    return cell


def _weekday(words: list[str], today: datetime.date, future: bool) -> str | None:
    """The day of a week; last Tuesday, told on a Thursday, may be of this week or the last."""
    number, weeks = _WEEKDAYS.index(words[-1]), _SHIFTS.get(words[-2]) if words[1:] else None
    if weeks is None or words[-2] == "coming":
        return iso.weekday(today, number, future or weeks is not None)
    told = weeks >= 0 or number >= today.weekday()
    return str(iso.shifted(today, 7 * weeks + number - today.weekday())) if told else None


def _decade(words: str, today: datetime.date | None) -> str | None:
    number = int(re.findall("[0-9]+", words)[0])
    if words.lower().endswith("century"):
        return iso.decade(100 * number - 100, None, today)
    return iso.decade(number, 0, today) if number > 99 else iso.decade(None, number, today)


def _counted(words: str, today: datetime.date) -> str | None:
    """The time so long ago; None where the length is not counted."""
    counted = re.fullmatch(r"([a-z]+|[0-9]+)[ -](day|week|month|year)s? ago", words)
    if counted is None:
        return None
    number = int(counted[1]) if counted[1].isdecimal() else {**UNITS, "a": 1}.get(counted[1])
    return iso.ago(today, number, counted[2], up_to_now=False) if number else None


def _resolve(match: re.Match[str], today: datetime.date | None, future: bool) -> str | None:
    name = match.lastgroup
    if name == "iso":
        return match[0]
    if name == "point":
        return _point(match, today, future)
    if name == "code":
        return iso.coded(match)
    if name == "decade":
        return _decade(match[0], today)
    return _relative(match, today, future) if today else None


def _relative(match: re.Match[str], today: datetime.date, future: bool) -> str | None:
    words, name = match[0].lower(), match.lastgroup
    if name == "quarter":
        return iso.quarter(today, _SHIFTS[words.split()[-2]])
    if name == "duration":
        return _counted(words, today)
    if name == "full_year":  # in spring it may be the year before, of which the results are told
        return f"{today:%Y}" if today.month > 3 else None
    if name == "year_end":
        opened = "/.." if match["since_start"] or match["to_date"] else ""
        return f"{today:%Y}" + ("-12" if "end" in words else opened)
    if name == "week":
        return iso.week(today, _SHIFTS[words.split()[-2]])
    if name == "named" and words.split()[-1] in _WEEKDAYS:
        return _weekday(words.split(), today, future)
    if name == "day":
        day = iso.shifted(today, {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(words, 0))
        return day.isoformat() if day else None
    return None


@lru_cache(maxsize=4096)
def resolve(expression: str, published: str | None) -> str | None:
    """The ISO cell on which the dates in the expression agree; None where nothing settles it."""
    today = iso.day_of(published)
    future = bool(_FUTURE.search(expression))
    return iso.agreed(_resolve(match, today, future) for match in _matches(expression))
