"""One grammar of dates, to which each language gives its words and patterns as CSV.

- ``calendar.csv``: words of time by kind, with what must or must not stand beside them.
- ``dates.csv``: the grammar: patterns by name, as ``base.grammar`` reads them.  The groups of
  ``expression`` are named in ``_KINDS``; the last patterns match what stands around dates.
- ``date_parts.csv``: patterns for the parts of a date, the first that matches wins, each with its
  value: a unit, a number, nothing for the number in the words, or +2000 for that number plus 2000.
- ``pointing.csv``: dates that count from another one, in which unit, and how many units later.

A part is a year, half, season, quarter, month, third of a month, day, weekday or weekend; a number
of quarters, months or days from the first on; a decade (``tens``) or century; a ``unit``, and the
``shift`` by which it is counted from the day of publication; a ``bare`` number, which takes its
unit from the other end of an interval; or a word that leaves the end open (``since``) or the whole
date unresolved.
"""

import datetime
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Mapping

from chipcontrols.languages import base, characters
from chipcontrols.languages import iso_dates as iso
from chipcontrols.languages.base import DateExpression, Pointing, Span, grammar, rows

UNITS = ("day", "week", "month", "quarter", "year")
_NEAR = {UNITS.index(unit) for unit in ("day", "week", "quarter")}
_CODE = (  # 2025Q3, 3Q25, 1H26, 2025/26: what every language writes alike
    "(?:20)?[0-9]{2}[年 -]?(?:Q[1-4]|H[12])|(?:[1-4]Q|[12]H) ?(?:20)?[0-9]{2}|"
    + "|".join(f"20{year:02}/(?:20)?{year + 1:02}(?!/)" for year in range(99))
)
_KINDS = {
    "iso": "absolute", "point": "", "other": "", "near": "relative", "vague": "relative",
    "duration": "duration", "anaphor": "anaphoric", "clock": "partial",
}  # fmt: skip
"""The groups of the grammar, and the kind of each; empty where the parts of the date decide."""
_UNRESOLVED = {"fiscal", "points", "unsettled"}
EVER, SOON = 11, 6
"""How many months ahead a month may lie where words state a future, or make one likely."""
_DAYS_OF_REPORTS, _MONTHS_OF_RESULTS = 46, 3
_FLAGS = re.IGNORECASE | re.ASCII
Parts = dict[str, int]


class Calendar:
    """The dates of a language, read by the files beside its module.

    ``fold`` normalises text, ``numbers`` yields the numbers in words, ``is_date`` decides from
    the text around a match whether it is one.
    """

    def __init__(
        self,
        module: str,
        fold: Callable[[str], str],
        numbers: Callable[[str], Iterable[int]],
        is_date: Callable[[re.Match[str], str], bool],
    ) -> None:
        """Read the files; each pattern is compiled when it is first needed."""
        self.fold, self.numbers, self.is_date = fold, numbers, is_date
        self.pointing, self.part_rows = rows(module, "pointing"), rows(module, "date_parts")
        pointing = "|".join(row["pattern"] for row in self.pointing)
        self.written = grammar(module, {"code": _CODE, "pointing": pointing})
        self.compiled = functools.cache(self._compiled)
        cached = functools.lru_cache(maxsize=4096)
        self.parts, self.spans = cached(self._parts), cached(self._spans)
        self.find, self.resolve = cached(self._find), cached(self._resolve)

    def _compiled(self, name: str) -> re.Pattern[str]:
        if name == "parts":
            each = "|".join(f"({self.written(row['pattern'])})" for row in self.part_rows)
            return re.compile(each, _FLAGS)
        return re.compile(self.written(f"{{{name}}}"), _FLAGS)

    def _parts(self, words: str) -> Parts:
        """The parts of a date by name; of one that occurs twice, the first."""
        found: Parts = {}
        for match in self.compiled("parts").finditer(words):
            row = self.part_rows[(match.lastindex or 1) - 1]
            value = row["value"]
            if value in UNITS:
                number = UNITS.index(value)
            elif value and value[0] != "+":
                number = int(value)
            else:
                number = self._number(match[0]) + int(value or 0)
            found.setdefault(row["part"], number)
        return found

    def _number(self, words: str) -> int:
        return next(iter(self.numbers(words)), 0)

    def _matches(self, read: str) -> list[re.Match[str]]:
        every = self.compiled("date").finditer(read)
        return [match for match in every if self.is_date(match, read)]

    def _kind(self, match: re.Match[str]) -> str:
        parts = self.parts(match[0])
        before = self.compiled("part_before")  # 上半年…全年: that year
        if parts.keys() & {"same", "points"} or (
            parts.keys() == {"full"} and before.search(match.string, 0, match.start())
        ):
            return "anaphoric"
        if kind := _KINDS[match.lastgroup or ""]:
            return kind
        if "year" in parts or parts.get("century"):
            return "absolute"
        if parts.keys() & {"shift", "unit"}:
            return "relative"
        return "absolute" if "fiscal" in parts else "partial"

    def _spans(self, read: str) -> tuple[tuple[Span, str], ...]:
        """The spans of the dates in folded text, and their kinds."""
        return tuple((match.span(), self._kind(match)) for match in self._matches(read))

    def _find(self, text: str) -> tuple[DateExpression, ...]:
        """All maximal date expressions of the text, from left to right."""
        read, offsets = characters.tight(self.fold(text))
        found = ((offsets[s], offsets[e - 1] + 1, kind) for (s, e), kind in self.spans(read))
        return tuple(DateExpression(text[s:e], s, e, kind) for s, e, kind in found)

    def times(self, text: str) -> list[Span]:
        """Dates, and words outside them for a time that nothing measures (currently)."""
        found = [(date.start, date.end) for date in self.find(text)]
        return sorted(found + base.outside(self.compiled("words_of_time"), self.fold(text), found))

    def points(self, words: str) -> Pointing | None:
        """Of a date that counts from another: the unit, how many units later, and the words for a
        part of it; None for other dates."""
        read, _ = characters.tight(self.fold(words))
        for row in self.pointing:
            if match := re.fullmatch(row["pattern"], read, _FLAGS):
                return row["unit"], int(row["later"]), "".join(match.groups())
        return None

    def beside(self, name: str, around: str) -> str:
        """What a named pattern of the grammar matches around a date, or nothing."""
        found = self.compiled(name).search(self.fold(around))
        return found[0] if found else ""

    def period(self, words: str) -> int:
        """How many months a quarter, a half or a fiscal year has; 0 for other dates."""
        parts = self.parts(characters.tight(self.fold(words))[0])
        months = {"quarter": 3, "half": 6, "fiscal": 12}
        return next((months[part] for part in months if part in parts), 0)

    def _resolve(self, expression: str, published: str | None, within: int = 0) -> str | None:
        """The ISO cell on which the dates in the expression agree, or None; by the words around it,
        it may lie ``within`` so many months ahead."""
        words, _ = characters.tight(self.fold(expression))
        today = iso.day_of(published)
        within = max(within, EVER * bool(self.compiled("future").search(words)))
        alone = self.compiled("alone").fullmatch(words)  # 23年, which beside others is a length
        matches = [alone] if alone else self._matches(words)
        return iso.agreed(self._cell(match, today, within) for match in matches)

    def _cell(self, match: re.Match[str], today: datetime.date | None, within: int) -> str | None:
        kind, parts = match.lastgroup, self.parts(match[0])
        if kind in ("vague", "anaphor", "clock") or "around" in parts:
            return None
        if kind == "iso":
            return "-".join(f"{int(number):02}" for number in re.findall("[0-9]+", match[0])[:3])
        if kind == "duration":
            return self._counted(match[0], today)
        if parts.keys() & {"tens", "century"}:
            return _decade(parts, today)
        counted = parts.keys() & {"weekday", "weekend"} or parts.get("unit") in _NEAR
        if kind != "point" and counted:
            cell = _near(parts, today, within) if today else None
            last = self.parts(match.groupdict("").get("to_weekday", ""))
            if last and (day := iso.day_of(cell)):
                return f"{cell}/{iso.day_after(day, (last['weekday'] - parts['weekday']) % 7)}"
            return cell
        return self._interval(match, parts, today, within)

    def _counted(self, words: str, today: datetime.date | None) -> str | None:
        """The time so long ago, or from then to now; None where the length has no number."""
        counted = self.compiled("counted").search(words)
        number = self._number(counted["count"]) if counted else 0
        if today is None or counted is None or not number:
            return None
        unit = UNITS[self.parts(counted["unit"])["unit"]]
        return iso.ago(today, number, unit, up_to_now="since" in self.parts(words))

    def _interval(
        self, match: re.Match[str], parts: Parts, today: datetime.date | None, within: int
    ) -> str | None:
        """The cell of a point in time, or from one to another."""
        said = match.groupdict("")
        first, last = dict(self.parts(said["first"] or match[0])), dict(self.parts(said["last"]))
        _share(first, last)
        if said.get("listed") and not self._consecutive(said):
            return None
        if "both" in first:  # 2025/26, 今明兩年
            counted = "year" if "year" in first else "shift"
            last = {**first, counted: first[counted] + first["both"]}
        if "days" in first:
            first, last = {**first, "day": 1}, {**first, "day": first["days"]}
        if "third" in {**first, **last}:  # days 1 to 10, 11 to 20, and 21 to the end of the month
            last = {**(last or first)}
            if "third" in first:
                first["day"] = 10 * first["third"] - 9
            if "third" in last:
                last["day"] = 10 * last.get("to_third", last["third"]) % 30
        start, end = _point(first, today), _point(last, today) if last else None
        if start is None or (last and end is None):
            return None
        if "until" in parts and not last:  # ahead in May, past in October
            within = SOON
        cell = iso.interval(start, end, today, within, opened="since" in parts)
        if cell and "week" in parts:
            return iso.counted_from(cell, "week", 0)
        return iso.up_to(cell, self.parts(said["ended"])["months"]) if said.get("ended") else cell

    def _consecutive(self, said: Mapping[str, str]) -> bool:
        """Whether listed days or months are consecutive: 9、10日."""
        *_, first = self.numbers(said["first"])
        numbers = (first, *self.numbers(said["listed"]), self._number(said["last"]))
        return all(one + 1 == other for one, other in itertools.pairwise(numbers))


def _share(first: Parts, last: Parts) -> None:
    """Give bare numbers their unit: days beside a month, else that of the other end."""
    for end in (first, last):
        if "bare" in end and "month" in end:
            end["day"] = end.pop("bare")
    for end, other in ((first, last), (last, first)):
        unit = next((unit for unit in ("day", "month", "quarter", "year") if unit in other), "")
        if "bare" in end and unit and unit not in end:
            century = other[unit] // 100 * 100 if unit == "year" else 0  # 2018-22
            end[unit] = century + end.pop("bare")


def _month_of(parts: Parts, today: datetime.date | None) -> tuple[int | None, int | None] | None:
    """The year and month that are given, or counted from the day of publication; None where they
    stay open."""
    year, month, shift = parts.get("year"), parts.get("month"), parts.get("shift", 0)
    if year is not None or not parts.keys() & {"shift", "unit", "full"}:
        return year, month
    if today is None:
        return None
    unit = UNITS[parts["unit"]] if "unit" in parts else ""
    if unit == "month":
        return iso.month_after(today, shift)
    if "full" in parts:  # in spring, when last year's results appear, it may be last year
        settled = unit == "year" or today.month > _MONTHS_OF_RESULTS
    elif unit or not (begins := parts.get("season", month)):
        settled = unit == "year"
    else:  # last May, said in June, may be of either year
        settled = not shift or shift * (begins - today.month) < 0
    return (today.year + shift, month) if settled else None


def _point(parts: Parts, today: datetime.date | None) -> iso.Point | None:
    """The point in time that the parts describe; None where nothing settles it."""
    settled = _month_of(parts, today)
    if settled is None or parts.keys() & {*_UNRESOLVED, "bare"}:
        return None
    year, month = settled
    if "season" in parts:
        return iso.Point(year, parts["season"], None, 3) if year else None
    if number := parts.get("half") or parts.get("quarter"):
        months = 6 if "half" in parts else 3
        begun = iso.Point(year, months * number - months + 1, None, months)
        return iso.Point(year, months * number, 0) if "end" in parts else begun
    if summed := parts.get("months") or 3 * parts.get("quarters", 0):
        return iso.Point(year, 1, None, summed, summed=True)
    if "ending" in parts:  # the September quarter ends with it
        return iso.Point(year, parts["ending"] - 2, None, 3) if parts["ending"] > 2 else None
    if closing := parts.get("closing"):
        return iso.Point(year, 13 - closing, None, closing)
    return iso.Point(year, month, parts.get("day", 0 if "end" in parts else None))


def _near(parts: Parts, today: datetime.date, within: int) -> str | None:
    """A day, week or quarter counted from the day of publication, or a weekday."""
    unit, shift = UNITS[parts["unit"]] if "unit" in parts else "", parts.get("shift")
    weekday = parts.get("weekday")
    if parts.keys() & _UNRESOLVED or (shift is None and "weekend" in parts):
        return None
    if weekday is not None and shift is None:
        return iso.weekday(today, weekday, within > 0)
    if unit == "quarter":  # the last one, when it is reported, may be the one before
        early = (today.month - 1) % 3 * 31 + today.day <= _DAYS_OF_REPORTS
        return None if early and "reported" in parts else iso.quarter(today, shift or 0)
    cell = iso.counted_from(str(today), unit or "week", shift or 0)
    first, _ = iso.bounds(cell or "")
    if first and weekday is not None:  # last Tuesday, said on a Thursday, may be of this week
        unsure = not unit and (shift or 0) < 0 and weekday < today.weekday()
        cell = None if unsure else str(iso.day_after(first, weekday) or "") or None
    elif first and parts.keys() & {"weekend", "days"}:
        days = (5, 6) if "weekend" in parts else (0, parts["days"] - 1)
        cell = "/".join(str(iso.day_after(first, day)) for day in days)
    return f"{cell}/.." if cell and "since" in parts else cell


def _decade(parts: Parts, today: datetime.date | None) -> str | None:
    """The decade or century whose first year is given, or the century given by its number or by its
    distance from the current one."""
    first = parts.get("year")
    if parts.get("century"):
        first = 100 * parts["century"] - 100
    elif today and "shift" in parts:
        first = today.year // 100 * 100 + 100 * parts["shift"]
    return iso.decade(first, parts.get("tens"), today)
