"""What the dates of a line mean in their text, where some point at another date.

去年同期, 次日 and a year earlier count from a period that the text names before them.  That is the
last one on their line from which they can count (a day, a quarter, months …), else the last one on
the lines before that had ended by the day of publication: a day if it is on the line before or of
the last two days, or several months together, as a single month may be named in passing.  當日,
同日 and 前一日 otherwise count from the day of publication.  Dates that something is compared with
(than in 2023), and those that point at another, are passed over.  A day, weekday or month lies
ahead where its clause states a future (will … on Friday).  The end of a year as of which
something holds, or with which it is compared (截至年底), is its last day.  A fiscal period or a
quarter ends where the words beside it say (fiscal 2026, which runs to January 25).  Out of scope:
periods that are named later.
"""

from collections.abc import Iterator, Sequence

from chipcontrols.languages import iso_dates
from chipcontrols.languages.base import DateExpression, Language, masked
from chipcontrols.languages.dates import EVER, SOON

LINES_BACK, DAYS_OF_NEWS, _REACH = 9, 2, 60
DATE = "\1"
Dated = tuple[DateExpression, str | None]


def dated(
    language: Language, line: str, published: str | None, before: Sequence[str] = ()
) -> list[Dated]:
    """The dates of a line, each with its ISO cell or None, after the lines before it.

    >>> from chipcontrols.languages import language
    >>> [cell for _, cell in dated(language("zh"), "第二季度净利增,上年同期亏", "2025-08-20")]
    ['2025-04/2025-06', '2024-04/2024-06']
    """
    read, found = _alone(language, line, published), []
    named = _named(language, line, read)
    for date, alone in read:
        cell = alone
        points = language.points(date.text) if date.kind != "partial" else None
        if points:
            cells = [each for at, each in reversed(named) if at < date.start]
            if date.kind == "anaphoric":
                cells += _named_in_lines(language, published, before)
                cells += [f"{each}-01/{each}-12" for each in cells if not cell and len(each) == 4]
                cells += [published or ""] * (points[0].endswith("day") and points[1] <= 0)
            told = (pointed(language, date.text, published, each) for each in cells)
            cell = next(filter(None, told), cell)
        found.append((date, cell))
    return found


def pointed(language: Language, words: str, published: str | None, before: str) -> str | None:
    """The cell of words that point at another date, counted from the cell of a period named before
    them; None for other words, and where they cannot count from that."""
    if not (points := language.points(words)):
        return None
    unit, later, part = points
    if unit == "recent quarter":  # one before an older quarter would not be called the last
        cell, today = iso_dates.counted_from(before, "quarter", later), iso_dates.day_of(published)
        return cell if cell and today and cell >= (iso_dates.quarter(today, -2) or "") else None
    year = language.resolve_date(words, published)
    apart = int(year[:4]) - int(before[:4]) if year else None
    if unit == "period of last year" and apart in (-1, 0):  # 0 of 去年第四季, told in January
        unit = "period"
    if unit == "period of a year" and apart:
        unit, later = "period", apart
    cell = iso_dates.counted_from(before, unit, later)
    return language.resolve_date(f"{cell}{part}", published) if cell and part[1:] else cell


def _alone(language: Language, line: str, published: str | None) -> list[Dated]:
    """The dates of a line with what they mean by their own words, and by those beside them for a
    future or the end of a period."""
    every = language.dates(line)
    told = masked(line, ((date.start, date.end) for date in every))
    found = []
    for date in every:
        around = _around(told, date)
        within = 0
        if date.kind in ("partial", "relative"):
            within = EVER * bool(language.beside("ahead", around))
            within = within or SOON * bool(language.beside("perhaps", around))
        cell = language.resolve_date(date.text, published, within)
        if cell and language.beside("up_to", around) and language.beside("end", date.text):
            cell = str(iso_dates.bounds(cell)[1])
        found.append((date, cell))
    for at, (date, cell) in enumerate(found):
        ends, months = language.beside("ends", _around(told, date)), language.period(date.text)
        if ends and months:
            _, end = found[at + 1 if ends.startswith(DATE) else at - 1]
            found[at] = (date, iso_dates.up_to(end, months) or cell)
    return found


def _around(told: str, date: DateExpression) -> str:
    """The text around a date, which is written DATE, as others are NULs."""
    before = told[max(0, date.start - _REACH) : date.start]
    return f"{before}{DATE}{told[date.end : date.end + _REACH]}"


def _named(language: Language, line: str, read: list[Dated]) -> list[tuple[int, str]]:
    """The offsets of the dates that name a period, and the cell of each."""
    return [
        (date.start, cell)
        for date, cell in read
        if cell and date.kind not in ("anaphoric", "duration")
        if not language.beside("aside", _around(line, date))
    ]


def _named_in_lines(
    language: Language, published: str | None, lines: Sequence[str]
) -> Iterator[str]:
    """The cells of days and of several months that lines name, the latest named first."""
    for back, line in enumerate(reversed(lines[-LINES_BACK:])):
        for _, cell in reversed(_named(language, line, _alone(language, line, published))):
            first, last = iso_dates.bounds(cell)
            if first is None or last is None or str(last) > (published or ""):
                continue
            news = str(iso_dates.day_after(last, DAYS_OF_NEWS)) >= (published or "")
            if (back == 0 or news) if first == last else "/" in cell:
                yield cell
