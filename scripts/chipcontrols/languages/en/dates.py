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
    - Articles and prepositions are not part of a date, except since, before, after, around and
      between, and through and until before a month alone, which is ahead if within half a year.
    - The fourth quarter, told in May, is last year's.
      since and onwards open the interval; after and around leave the date unresolved; before, like
      by, does not.
    - Three months ended Sept. 30 are a quarter. The future is told by will, by, due, expected …
      Seasons need a year or this, last, next; last May and last summer are not resolved where they
      may be of either year; '23 is a year after a month or a preposition.
    - May, March, April, June, August, Jan and Jun alone are dates only after a preposition (in
      May). A bare year after a capitalised word is part of a name (Computex 2025), and before a
      unit a number (2000 chips, but in 2025 companies).

Out of scope: days of holidays but Christmas and New Year's Day, 5/13/2025, Roman numerals.
"""

import re
from collections.abc import Iterator

from chipcontrols.languages import dates
from chipcontrols.languages.base import rows
from chipcontrols.languages.en.words import MONTHS, ORDINALS, UNITS, fold, follows_name, word_before

_NUMBERS = {**UNITS, **ORDINALS, "a": 1}
_MONTHS = {name[:3].lower(): number for name, number in MONTHS.items()}
_WORD_AFTER, _NAME_AFTER = re.compile(" [a-z]{3}"), re.compile(" [A-Z][a-z]")
_AMBIGUOUS = {"May", "March", "April", "June", "August", "Jan", "Jun"}
_UNIT_WORDS = frozenset(row["word"] for row in rows(__file__, "units"))
_IN = frozenset("in since by of until during before after".split())
_OF_ONE_YEAR = _IN | frozenset("the its his her their our this that".split())
_LEADING = _IN | frozenset("from to through early late mid this last next and between for".split())


def _numbers(words: str) -> Iterator[int]:
    for word in re.findall("[0-9]+|[a-z]+", words.lower()):
        number = int(word) if word.isdecimal() else _NUMBERS.get(word) or _MONTHS.get(word[:3])
        if number is not None:
            yield number


def _is_date(match: re.Match[str], text: str) -> bool:
    """Whether the words around it let a match be a date: a month or year alone may be none."""
    ends = [end for end in (match["first"], match["last"]) if end]
    if not ends or len(match[0]) > len(" through ".join(ends)) or match[0] == text:
        return True
    before = word_before(text, match.start()).lower()
    if ends[0][0] == "'" and match[0][0] == "'":
        return before in _LEADING
    if ends == [match[0]] and match[0] in _AMBIGUOUS:
        adjective = before in _OF_ONE_YEAR and _WORD_AFTER.match(text, match.end())
        name = before not in _IN and _NAME_AFTER.match(text, match.end())  # and June Okafor
        return bool(adjective or (before in _LEADING and not name))
    if not all(map(str.isdecimal, ends)):
        return True
    after = re.match("[ -]([a-z]+)", text[match.end() : match.end() + 30])
    counts = after and after[1] in _UNIT_WORDS and before not in _OF_ONE_YEAR
    counts = counts and not before.endswith("'s")
    return not counts and not follows_name(text, match.start())


calendar = dates.Calendar(__file__, fold, _numbers, _is_date)
find, resolve, times = calendar.find, calendar.resolve, calendar.times
