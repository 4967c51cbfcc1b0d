"""One grammar of dates, to which each language gives its words and patterns as CSV.

- ``calendar.csv``: words of time by kind, with what must or must not stand beside them.
- ``dates.csv``: the grammar: patterns by name, as ``quantities.grammar`` reads them.  The parts of
  ``expression`` have the names of ``_KINDS``; the last ones read what stands around dates.
- ``date_parts.csv``: what the parts of a date tell, of which the first that fits holds: a unit, a
  number, the number in the words (where no value is given), or that and 2000 (+2000).
- ``pointing.csv``: where dates point that count from another, in what unit, and how many later.

A part is a year, half, season, quarter, month, third of a month, day, weekday or weekend; a sum
of quarters, months or days from the first on; a decade (``tens``) or century; a ``unit``, and the
``shift`` by which it is counted from the day of publication; a ``bare`` number, which takes its
unit from the other end of an interval; or a word that opens the date (``since``) or leaves it
unresolved.
"""

import datetime
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Mapping

from chipcontrols.languages import base, characters
from chipcontrols.languages import iso_dates as iso
from chipcontrols.languages.base import DateExpression, Pointing, Span, rows
from chipcontrols.languages.quantities import grammar

UNITS = ("day", "week", "month", "quarter", "year")
_NEAR = ("day", "week", "quarter")
_CODE = (  # 2025Q3, 3Q25, 1H26, 2025/26: what every language writes alike
    "(?:20)?[0-9]{2}[年 -]?(?:Q[1-4]|H[12])|(?:[1-4]Q|[12]H) ?(?:20)?[0-9]{2}|"
    + "|".join(f"20{year:02}/(?:20)?{year + 1:02}(?!/)" for year in range(99))
)
_KINDS = {
    "iso": "absolute", "point": "", "other": "", "near": "relative", "vague": "relative",
    "duration": "duration", "anaphor": "anaphoric", "clock": "partial",
}  # fmt: skip
"""The groups of a date, and of what kind those are whose parts do not tell it."""
_UNRESOLVED = {"fiscal", "points", "unsettled"}
EVER, SOON = 11, 6
"""How many months ahead a month lies of which a future is told, or is likely."""
_DAYS_OF_REPORTS, _MONTHS_OF_RESULTS = 46, 3
_FLAGS = re.IGNORECASE | re.ASCII
Parts = dict[str, int]


class Calendar:
    """The dates of a language, by the files beside its module.

    ``fold`` writes text in one form, ``numbers`` reads those in words, ``stands`` tells whether the
    words around leave a date one.
    """

    def __init__(
        self,
        module: str,
        fold: Callable[[str], str],
        numbers: Callable[[str], Iterable[int]],
        stands: Callable[[re.Match[str], str], bool],
    ) -> None:
        """Read the files; patterns are compiled when they are first needed."""
        self.fold, self.numbers, self.stands = fold, numbers, stands
        self.pointing, self.parts = rows(module, "pointing"), rows(module, "date_parts")
        pointing = "|".join(row["pattern"] for row in self.pointing)
        self.written = grammar(module, {"code": _CODE, "pointing": pointing})
        self.compiled = functools.cache(self._compiled)
        cached = functools.lru_cache(maxsize=4096)
        self.told, self.spans = cached(self._told), cached(self._spans)
        self.find, self.resolve = cached(self._find), cached(self._resolve)

    def _compiled(self, name: str) -> re.Pattern[str]:
        if name == "parts":
            each = "|".join(f"({self.written(row['pattern'])})" for row in self.parts)
            return re.compile(each, _FLAGS)
        return re.compile(self.written(f"{{{name}}}"), _FLAGS)

    def _told(self, words: str) -> Parts:
        """The parts of a date, each as it is first told."""
        found: Parts = {}
        for match in self.compiled("parts").finditer(words):
            row = self.parts[(match.lastindex or 1) - 1]
            value = row["value"]
            if value in UNITS:
                told = UNITS.index(value)
            elif value and value[0] != "+":
                told = int(value)
            else:
                told = self._number(match[0]) + int(value or 0)
            found.setdefault(row["part"], told)
        return found

    def _number(self, words: str) -> int:
        return next(iter(self.numbers(words)), 0)

    def _matches(self, read: str) -> list[re.Match[str]]:
        every = self.compiled("date").finditer(read)
        return [match for match in every if self.stands(match, read)]

    def _kind(self, match: re.Match[str]) -> str:
        told = self.told(match[0])
        before = self.compiled("part_before")  # of a year of which the whole is told after it
        if told.keys() & {"same", "points"} or (
            told.keys() == {"full"} and before.search(match.string, 0, match.start())
        ):
            return "anaphoric"
        if kind := _KINDS[match.lastgroup or ""]:
            return kind
        if "year" in told or told.get("century"):
            return "absolute"
        if told.keys() & {"shift", "unit"}:
            return "relative"
        return "absolute" if "fiscal" in told else "partial"

    def _spans(self, read: str) -> tuple[tuple[Span, str], ...]:
        """Where dates stand in folded text, and of which kind they are."""
        return tuple((match.span(), self._kind(match)) for match in self._matches(read))

    def _find(self, text: str) -> tuple[DateExpression, ...]:
        """All maximal date expressions of the text, from left to right."""
        read, offsets = characters.tight(self.fold(text))
        found = ((offsets[s], offsets[e - 1] + 1, kind) for (s, e), kind in self.spans(read))
        return tuple(DateExpression(text[s:e], s, e, kind) for s, e, kind in found)

    def times(self, text: str) -> list[Span]:
        """Dates, and words outside them that tell a time without measuring it (currently)."""
        found = [(date.start, date.end) for date in self.find(text)]
        return sorted(found + base.outside(self.compiled("words_of_time"), self.fold(text), found))

    def points(self, words: str) -> Pointing | None:
        """In what unit, how many later, and with the words for a part of that, a date points which
        counts from another; None for other dates."""
        read, _ = characters.tight(self.fold(words))
        for row in self.pointing:
            if match := re.fullmatch(row["pattern"], read, _FLAGS):
                return row["unit"], int(row["later"]), "".join(match.groups())
        return None

    def beside(self, name: str, around: str) -> str:
        """What stands around a date that a named pattern of the grammar reads, or nothing."""
        found = self.compiled(name).search(self.fold(around))
        return found[0] if found else ""

    def period(self, words: str) -> int:
        """How many months a part of a year or a fiscal year has; 0 of other dates."""
        told = self.told(characters.tight(self.fold(words))[0])
        months = {"quarter": 3, "half": 6, "fiscal": 12}
        return next((months[part] for part in months if part in told), 0)

    def _resolve(self, expression: str, published: str | None, within: int = 0) -> str | None:
        """The ISO cell on which the dates in the expression agree, or None; words around it have
        told that it may lie ahead, within so many months."""
        words, _ = characters.tight(self.fold(expression))
        today = iso.day_of(published)
        within = max(within, EVER * bool(self.compiled("future").search(words)))
        alone = self.compiled("alone").fullmatch(words)  # 23年, which beside others is a length
        matches = [alone] if alone else self._matches(words)
        return iso.agreed(self._cell(match, today, within) for match in matches)

    def _cell(self, match: re.Match[str], today: datetime.date | None, within: int) -> str | None:
        kind, told = match.lastgroup, self.told(match[0])
        if kind in ("vague", "anaphor", "clock") or "around" in told:
            return None
        if kind == "iso":
            return "-".join(f"{int(number):02}" for number in re.findall("[0-9]+", match[0])[:3])
        if kind == "duration":
            return self._counted(match[0], today)
        if told.keys() & {"tens", "century"}:
            return _decade(told, today)
        counted = told.keys() & {"weekday", "weekend"} or UNITS[told.get("unit", -1)] in _NEAR
        if kind != "point" and counted:
            cell = _near(told, today, within) if today else None
            last = self.told(match.groupdict("").get("to_weekday", ""))
            if last and (day := iso.day_of(cell)):
                return f"{cell}/{iso.shifted(day, (last['weekday'] - told['weekday']) % 7)}"
            return cell
        return self._interval(match, told, today, within)

    def _counted(self, words: str, today: datetime.date | None) -> str | None:
        """The time so long ago, or since then; None where the length is not counted."""
        counted = self.compiled("counted").search(words)
        number = self._number(counted["count"]) if counted else 0
        if today is None or counted is None or not number:
            return None
        unit = UNITS[self.told(counted["unit"])["unit"]]
        return iso.ago(today, number, unit, up_to_now="since" in self.told(words))

    def _interval(
        self, match: re.Match[str], told: Parts, today: datetime.date | None, within: int
    ) -> str | None:
        """The cell of a point in time, or from one to another."""
        said = match.groupdict("")
        first, last = dict(self.told(said["first"] or match[0])), dict(self.told(said["last"]))
        _share(first, last)
        if said.get("listed") and not self._in_a_row(said):
            return None
        if "both" in first:  # 2025/26, 今明兩年
            counted = "year" if "year" in first else "shift"
            last = {**first, counted: first[counted] + 1}
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
        if "until" in told and not last:  # ahead in May, past in October
            within = SOON
        implied = functools.partial(iso.implied, today=today, within=within)
        cell = iso.interval(start, end, implied, opened="since" in told)
        return iso.ended(cell, self.told(said["ended"])["months"]) if said.get("ended") else cell

    def _in_a_row(self, said: Mapping[str, str]) -> bool:
        """Whether days or months that are listed follow one another: 9、10日."""
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


def _shifted(told: Parts, today: datetime.date | None) -> tuple[int | None, int | None] | None:
    """The year and month that are told, or counted from the day of publication; None where that
    does not settle them."""
    year, month, shift = told.get("year"), told.get("month"), told.get("shift", 0)
    if year is not None or not told.keys() & {"shift", "unit", "full"}:
        return year, month
    if today is None:
        return None
    unit = UNITS[told["unit"]] if "unit" in told else ""
    if unit == "month":
        return iso.month_after(today, shift)
    if "full" in told:  # in spring it may be the year before, of which the results are told
        settled = unit == "year" or today.month > _MONTHS_OF_RESULTS
    elif unit or month is None:
        settled = unit == "year"
    else:  # last May, told in June, may be of either year
        settled = not shift or shift * (month - today.month) < 0
    return (today.year + shift, month) if settled else None


def _point(told: Parts, today: datetime.date | None) -> iso.Point | None:
    """What a point in time says; None where nothing can settle it."""
    told_of = _shifted(told, today)
    if told_of is None or told.keys() & {*_UNRESOLVED, "bare"}:
        return None
    year, month = told_of
    if told.get("season"):
        return iso.Point(year, told["season"], None, 3) if year else None
    if "half" in told:
        return iso.Point(year, 6 * told["half"] - 5, None, 6)
    if "quarter" in told:
        return iso.Point(year, 3 * told["quarter"] - 2, None, 3)
    if summed := told.get("months") or 3 * told.get("quarters", 0):
        return iso.Point(year, 1, None, summed, summed=True)
    if "ending" in told:  # the September quarter ends with it
        return iso.Point(year, told["ending"] - 2, None, 3) if told["ending"] > 2 else None
    return iso.Point(year, 12 if "end" in told and not month else month, told.get("day"))


def _near(told: Parts, today: datetime.date, within: int) -> str | None:
    """A day, week or quarter counted from the day of publication, or a weekday."""
    unit, shift = UNITS[told["unit"]] if "unit" in told else "", told.get("shift")
    weekday = told.get("weekday")
    if told.keys() & _UNRESOLVED or (shift is None and "weekend" in told):
        return None
    if weekday is not None and shift is None:
        return iso.weekday(today, weekday, within > 0)
    if unit == "quarter":  # the last one, when it is reported, may be the one before
        early = (today.month - 1) % 3 * 31 + today.day <= _DAYS_OF_REPORTS
        return None if early and "reported" in told else iso.quarter(today, shift or 0)
    cell = iso.counted_from(str(today), unit or "week", shift or 0)
    first, _ = iso.bounds(cell or "")
    if first and weekday is not None:  # last Tuesday, told on a Thursday, may be of this week
        unsure = not unit and (shift or 0) < 0 and weekday < today.weekday()
        cell = None if unsure else str(iso.shifted(first, weekday) or "") or None
    elif first and told.keys() & {"weekend", "days"}:
        days = (5, 6) if "weekend" in told else (0, told["days"] - 1)
        cell = "/".join(str(iso.shifted(first, day)) for day in days)
    return f"{cell}/.." if cell and "since" in told else cell


def _decade(told: Parts, today: datetime.date | None) -> str | None:
    """The decade, or the century, of which words tell the first year, or the century by number or
    by its distance from that of the day of publication."""
    first = told.get("year")
    if told.get("century"):
        first = 100 * told["century"] - 100
    elif "shift" in told:
        if today is None:
            return None
        first = today.year // 100 * 100 + 100 * told["shift"]
    return iso.decade(first, told.get("tens"), today)
