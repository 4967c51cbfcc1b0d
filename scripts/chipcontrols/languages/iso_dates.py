"""Cells of dates: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, an interval ``A/B`` of two, or ``A/..``.

How all languages make cells of the dates that they read (``resolve``; clock times add nothing):

- Words finer than a year stay words (late 2024 is 2024), except seasons, not winters, with their
  year, its end and beginning (年初, start of the year), December and January, the thirds of a month
  (5月中旬 and mid-May are days 11 to 20, 月初 and early May 1 to 10), and its end, the last day.
- A day without its year is the nearest to the day of publication, where days ahead count double,
  triple if the month is missing too, but singly if words make a future likely, and a quarter if
  they state one: most reports look back.
- A month without its year is the latest not in the future, unless words state a future (將, will),
  or make one likely (最快, could) and it is within half a year; so is a weekday.
- A half or quarter is of the year of publication, or of the one before if it begins over four
  months later and no future is stated; a sum of months (前三季度) is the latest that has ended.
- In a range each end takes from the other what it lacks, and days of one year are of that in which
  its last is the nearest.
- Last quarter is a calendar quarter, a week runs from Monday to Sunday, and ``90s`` is the latest
  such decade that had begun.
- A length counted back from now (three years ago, 近三年來) is as fine as its unit.
- What points at another date (去年同期, 次日, a year earlier) counts from a period of its kind that
  is named before it; else 去年同期 is that year, 同日 the day of publication, others unresolved.
- The whole of a year (全年, full-year) is the year of publication; in its first quarter, when last
  year's results appear, it is unresolved.  So are fiscal years (FY2025 may end in January 2025 or
  in March 2026) unless their end is told beside them, vague dates, and other durations.

Several dates in one expression must agree, those aside that cannot be resolved; a day of
publication that is not one whole day counts as unknown. Out of scope: words for dates.
"""

import calendar
import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

_CELL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_UNTOLD = 4
"""How many months after publication a quarter may begin where no words state a future."""
_QUARTER = 91
"""Days of thirteen weeks, which are a quarter where a year ends on a certain weekday."""
Ends = tuple[datetime.date, datetime.date]


class Point(NamedTuple):
    """What words say of a point in time, and how many months begin with its month."""

    year: int | None
    month: int | None = None
    day: int | None = None
    months: int = 1
    summed: bool = False  # the months of a year up to one, rather than a half or a quarter


def real_day(year: int, month: int, day: int) -> datetime.date | None:
    """The day, or None where the calendar has no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def day_of(cell: str | None) -> datetime.date | None:
    """The day that a cell names; None for a month, a year, an interval, or what is no cell."""
    ends = _ends(cell or "")
    return ends[0] if ends and ends[0] == ends[1] else None


def _ends(part: str) -> Ends | None:
    match = _CELL.fullmatch(part)
    if match is None:
        return None
    year, month, last = (int(number or 0) for number in match.groups())
    first = real_day(year, month if match[2] else 1, last if match[3] else 1)
    if first is None or match[3]:
        return (first, first) if first else None
    month = month or 12
    return first, datetime.date(year, month, calendar.monthrange(year, month)[1])


def bounds(cell: str) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day of an ISO cell; None for an open end, and twice for what is no cell.

    >>> bounds("2025-05")
    (datetime.date(2025, 5, 1), datetime.date(2025, 5, 31))
    """
    start, slash, end = cell.partition("/")
    first, last = _ends(start), _ends(end if slash else start)
    if first is None or (last is None and end != ".."):
        return None, None
    if last is None:
        return first[0], None
    return (first[0], last[1]) if first[0] <= last[0] and first[1] <= last[1] else (None, None)


def is_iso(cell: str) -> bool:
    """Whether the cell names real days, months or years, an interval's start not after its end.

    >>> is_iso("2025-02-28"), is_iso("2025-02-30"), is_iso("2022/.."), is_iso("2025/2015")
    (True, False, True, False)
    """
    return bounds(cell)[0] is not None


def agreed(cells: Iterable[str | None]) -> str | None:
    """The cell on which dates agree, leaving aside those that are no cell (30 February)."""
    found = {cell for cell in cells if cell and is_iso(cell)}
    return found.pop() if len(found) == 1 else None


def cell_of(
    year: int | None, month: int | None, day: int | None = None, months: int = 1
) -> str | None:
    """The cell of a day (0 is the last of its month), of some months from one on, or of a year;
    None when there is none."""
    if year is None or not 1 <= year <= 9999:
        return None
    if month is None:
        return f"{year:04}"
    if day is not None:
        whole = real_day(year, month, day or calendar.monthrange(year, month)[1])
        return whole.isoformat() if whole else None
    cells = [f"{year:04}-{month:02}", f"{year:04}-{month + months - 1:02}"]
    return "/".join(cells[: min(months, 2)])


def month_after(day: datetime.date, months: int) -> tuple[int, int]:
    """The year and month so many months after the month of a day."""
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def nearest(
    month: int | None, day: int, today: datetime.date, within: int
) -> tuple[int | None, int | None]:
    """The year and month of the nearest such day, whose month may be unknown."""
    if month is None:
        around = [month_after(today, step) for step in (-1, 0, 1)]
    else:
        around = [(today.year + step, month) for step in (-1, 0, 1)]
    days = [real_day(*year_and_month, day) for year_and_month in around]
    weight = 0.25 if within > 6 else 1 if within else 2 if month else 3
    found = min(
        (d for d in days if d),
        key=lambda d: (today - d).days if d <= today else weight * (d - today).days,
        default=None,
    )
    return (found.year, found.month) if found else (None, None)


def implied(point: Point, today: datetime.date | None, within: int) -> Point:
    """The point with the year and month that its words leave out; it may lie ``within`` so many
    months ahead.

    >>> [implied(Point(None, 10), datetime.date(2025, 5, 20), months)[:2] for months in (0, 6)]
    [(2024, 10), (2025, 10)]
    """
    _, month, day, months, summed = point
    if today is not None and day:
        year, month = nearest(month, day, today, within)
        return point._replace(year=year, month=month)
    if today is None or month is None:
        return point
    if months > 1 or summed:
        over = month + months - 1 <= today.month if summed else month <= today.month + _UNTOLD
        return point._replace(year=today.year - (not over and not within))
    apart = (month - today.month) % 12
    year, _ = month_after(today, apart if apart <= within else apart - 12)
    return point._replace(year=year)


def interval(
    first: Point, last: Point | None, today: datetime.date | None, within: int, *, opened: bool
) -> str | None:
    """The cell of a point in time, or from one to another: each takes from the other what it lacks,
    and the first what is ``implied``; an ``opened`` interval has no end.

    >>> interval(Point(None, 12, 30), Point(2026, 1, 2), None, 0, opened=False)
    '2025-12-30/2026-01-02'
    """
    if last and last.month and first.day and not first.month:  # 28日至6月3日
        before = first.day > (last.day or 31)
        first = first._replace(month=(last.month - before - 1) % 12 + 1)
    if last and last.year and first.year is None:
        first = first._replace(year=last.year - ((first.month or 0) > (last.month or 0) > 0))
    if first.year is None:
        days = last and last.day and last.month and (first.month or 13) <= last.month
        near = implied(last if last and days else first, today, within)
        first = first._replace(year=near.year) if days else near
    cell = cell_of(*first[:4])
    if cell is None or first.year is None:
        return None
    start, _, end = cell.partition("/")
    if last:
        year, month = last.year or first.year, last.month
        if month is None and last.day and first.month:
            month = first.month + (last.day < (first.day or 0))
            year, month = year + month // 13, (month - 1) % 12 + 1
        elif last.year is None and month and month < (first.month or 0):
            year += 1
        ending = cell_of(year, month, *last[2:4])
        if ending is None:
            return None
        end = ending.rpartition("/")[2]
    if opened:
        end = ".."
    return f"{start}/{end}" if end else start


def quarter(today: datetime.date, quarters: int) -> str | None:
    """The quarter so many quarters after that of a day.

    >>> quarter(datetime.date(2025, 2, 1), -1)
    '2024-10/2024-12'
    """
    year, month = month_after(today, 3 * quarters)
    return cell_of(year, (month - 1) // 3 * 3 + 1, None, 3)


def ago(today: datetime.date, number: int, unit: str, *, up_to_now: bool) -> str | None:
    """The year, month, week or day so many units before a day, or the time from then to that day.

    >>> ago(datetime.date(2025, 5, 20), 3, "month", up_to_now=False)
    '2025-02'
    >>> ago(datetime.date(2025, 5, 20), 3, "year", up_to_now=True)
    '2022-05/2025-05'
    """
    if not up_to_now:
        return counted_from(str(today), unit, -number)
    if unit in ("day", "week"):
        day = day_after(today, -number * (7 if unit == "week" else 1))
        return f"{day}/{today}" if day else None
    year, month = month_after(today, -number * (12 if unit == "year" else 1))
    return f"{year:04}-{month:02}/{today:%Y-%m}" if year > 0 else None


def day_after(today: datetime.date, days: int) -> datetime.date | None:
    """The day so many days later; None outside the calendar."""
    try:
        return today + datetime.timedelta(days)
    except OverflowError:
        return None


def counted_from(cell: str, unit: str, steps: int) -> str | None:
    """The day, week, month, quarter or year so many ``steps`` after the one that a cell names, or
    the same ``period`` so many years later; None where the cell names none of that unit.

    >>> counted_from("2025-07/2025-09", "quarter", -1), counted_from("2025-09", "period", -1)
    ('2025-04/2025-06', '2024-09')
    """
    first, last = bounds(cell)
    if first is None or last is None:
        return None
    if unit in ("day", "trading day") and first == last:
        weekend = 2 * (unit != "day" and first.weekday() == 0)
        return str(day_after(first, steps - weekend) or "") or None
    if unit == "week" and (last - first).days < 7:
        monday = day_after(first, 7 * steps - first.weekday())
        sunday = monday and day_after(monday, 6)
        return f"{monday}/{sunday}" if sunday else None
    if unit == "month" and cell[:7] == str(last)[:7]:
        return cell_of(*month_after(first, steps))
    weeks = len(cell) == len(f"{first}/{last}") and not ((last - first).days + 1) % _QUARTER
    if weeks and unit in ("quarter", "period"):
        days = steps * _QUARTER * (1 if unit == "quarter" else 4)
        return f"{day_after(first, days)}/{day_after(last, days)}"
    if unit == "quarter" and cell == up_to(str(last)[:7], 3):
        year, month = month_after(last, 3 * steps)
        return up_to(f"{year:04}-{month:02}", 3)
    if unit == "year" and first.year == last.year:
        return cell_of(first.year + steps, None)
    if unit == "period" and 7 <= (last - first).days < 366 and len(cell) > 4:
        later = re.sub("[0-9]{4}", lambda year: f"{int(year[0]) + steps:04}", cell)
        return re.sub(r"(.{4})-01/\1-12", r"\1", later) if is_iso(later) else None
    return None


def weekday(today: datetime.date, number: int, future: bool) -> str | None:
    """The latest such weekday (Monday is 0) up to today, or the next from today on."""
    days = (number - today.weekday()) % 7
    return str(day_after(today, days if future or not days else days - 7) or "") or None


def up_to(cell: str | None, months: int) -> str | None:
    """The cell of so many months that end with the month of a cell, or of quarters of thirteen
    weeks that end on its day, when that is not the last of a month.

    >>> up_to("2025-06-30", 3), up_to("2025-07-27", 3)
    ('2025-04/2025-06', '2025-04-28/2025-07-27')
    """
    end = _ends(cell or "") if "-" in (cell or "") else None
    if end and end[0] == end[1] and months % 3 == 0 and (day_after(end[1], 1) or end[1]).day > 1:
        return f"{day_after(end[1], 1 - _QUARTER * months // 3)}/{end[1]}"
    first = end and cell_of(*month_after(end[0], 1 - months))
    return f"{first}/{end[0]:%Y-%m}" if end and first else None


def decade(first: int | None, tens: int | None, today: datetime.date | None) -> str | None:
    """The decade of the century whose first year (1900) is given, or else of the latest such
    century that had begun; without tens the whole century."""
    if first is None:
        if today is None:
            return None
        first = today.year - today.year % 100 - (100 if (tens or 0) > today.year % 100 else 0)
    years = (first + 1, first + 100) if tens is None else (first + tens, first + tens + 9)
    return "/".join(f"{year:04}" for year in years)
