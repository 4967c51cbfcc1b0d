"""Cells of dates: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, an interval ``A/B`` of two, or ``A/..``.

Out of scope: words for dates, which the languages read.
"""

import calendar
import datetime
import re

_CELL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
Ends = tuple[datetime.date, datetime.date]


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
