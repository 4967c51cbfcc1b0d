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
    ('2025-05-02', '2024-01', None)
    >>> resolve("本月13日至16日", "2025-05-02"), resolve("今年4月", "2025-05-02")
    ('2025-05-13/2025-05-16', '2025-04')
    >>> [(date.text, date.kind) for date in find("就在幾天前的5月13日,當日")]
    [('幾天前', 'duration'), ('5月13日', 'partial'), ('當日', 'anaphoric')]

Conventions, beside those of ``iso_dates``
    - 上半年 and 第二季度 are intervals of months, codes (3Q25, 2025Q3, 1H26) too; 9、10日 is one
      when its days follow one another. 即日 and 昨(27)日 are days, as are 今 and 昨 before some
      verbs (今召開, 昨收報), 明後年 two years, 上周三 is of that week, 上周末 its Saturday and
      Sunday, 上周五至本周一 four days, 6月底止六個月 the months from January to June.
    - 23年 is a year where the words around it say so (23年營收, 自23年起), else a length; 92年 is
      not resolved: 1992, or 2003 of the Republic.
    - 上季 alone is not resolved in the first six weeks of a quarter: results of the last one appear
      then, and it may be the quarter before that. After a part of a year 全年 is that year.
    - 以來, 至今, 起 open the interval; 以後, 之後, 前後 leave the date unresolved, 以前 and 之前 do
      not, nor does 前.
    - Blanks between number and 年, 月 or 日 do not matter (2025 年 5 月 13 日).

Out of scope: 目前, 此前, 隨後, 未來 and other words without a measure of time, which only ``times``
finds; bare years without 年 (Computex 2025 is a name), except ranges (2018-2022); dates glued to
up to three letters (M1月); lunar dates and fiscal years (春节, FY2026: found, not resolved); years
of the Republic without 民國 and without a month or part of the year (114年).
"""

import re
from collections.abc import Iterator

from chipcontrols.languages import dates
from chipcontrols.languages.base import rows
from chipcontrols.languages.folding import fold
from chipcontrols.languages.zh.numerals import amount

LASTS = [r["word"] for r in rows(__file__, "calendar") if r["kind"] in ("lasts", "long")]
"""Words before days that are a length of time: 連續3日."""


def numbers(expression: str) -> Iterator[int]:
    """The numbers in a date expression: years, months, days, hours.

    >>> list(numbers("二〇二五年5月十三日"))
    [2025, 5, 13]
    """
    for match in re.finditer("[0-9]{1,40}|[〇零一二两三四五六七八九十廿卅]+", fold(expression)):
        yield int((amount(match[0]) or (0,))[0])


calendar = dates.Calendar(__file__, fold, numbers, lambda match, text: True)
find, spans, resolve = calendar.find, calendar.spans, calendar.resolve
