"""What the dates of a line mean where they are: some point at another date of the text.

去年同期, 次日 and a year earlier count from a period that the text names before them.  That is the
last on their line of which they can count (of a day, of a quarter, of months …), else the last on
the lines before it that had ended by the day of publication: a day if it is near, or several months
together, for a single month is named in passing.  What is compared with (than in 2023) and what
itself points at another date is passed over.  Out of scope: periods that are named later.
"""

from collections.abc import Iterator, Sequence

from chipcontrols.languages import iso_dates
from chipcontrols.languages.base import DateExpression, Language

LINES_BACK, LINES_BACK_TO_A_DAY = 9, 3


def dated(
    language: Language, line: str, published: str | None, before: Sequence[str] = ()
) -> list[tuple[DateExpression, str | None]]:
    """The dates of a line, each with its ISO cell or None, after the lines before it.

    >>> from chipcontrols.languages import language
    >>> [cell for _, cell in dated(language("zh"), "第二季度净利增,上年同期亏", "2025-08-20")]
    ['2025-04/2025-06', '2024-04/2024-06']
    """
    named, found = _named(language, line, published), []
    for date in language.dates(line):
        cells: list[str] = []
        if date.kind in ("anaphoric", "relative", "duration"):
            cells = [cell for at, cell in reversed(named) if at < date.start]
        if date.kind == "anaphoric":
            cells += _named_in_lines(language, published, before)
            cells += [f"{cell}-01/{cell}-12" for cell in cells if len(cell) == 4]
        told = (language.pointed(date.text, published, cell) for cell in cells)
        found.append((date, next(filter(None, told), language.resolve_date(date.text, published))))
    return found


def _named(language: Language, line: str, published: str | None) -> tuple[tuple[int, str], ...]:
    """Where the dates begin that name a period, and its cell."""
    every = (
        (date.start, language.resolve_date(date.text, published))
        for date in language.dates(line)
        if date.kind not in ("anaphoric", "duration")
        if not language.aside(line, (date.start, date.end))
    )
    return tuple((start, cell) for start, cell in every if cell)


def _named_in_lines(
    language: Language, published: str | None, lines: Sequence[str]
) -> Iterator[str]:
    """The cells of days and of several months that lines name, the last first."""
    for back, line in enumerate(reversed(lines[-LINES_BACK:])):
        for _, cell in reversed(_named(language, line, published)):
            first, last = iso_dates.bounds(cell)
            ended = last is not None and str(last) <= (published or "")
            if ended and (back < LINES_BACK_TO_A_DAY if first == last else "/" in cell):
                yield cell
