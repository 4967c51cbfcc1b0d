"""Which code of a measure the words of a clause give a quantity.

Words on the quantity decide (halved), else the last before it in its clause and behind the quantity
before, else those close behind it; what a count counts is close to it on either side.  A number
that words of a level lead to (from $5 billion, 較年初的22件) is of what its clause names before,
else of the code of the quantity of its unit before, as is one without words of its own behind
*and*; of codes that tell a change only the words behind those of the level decide.  Where nothing
decides, it is a code without cues, or where no such code has its unit, of what is named last.
"""

from __future__ import annotations

from collections.abc import Mapping

from chipcontrols.curation import places, reports
from chipcontrols.curation.reader import NOWHERE, Reader
from chipcontrols.languages.base import Span
from chipcontrols.package import Table
from chipcontrols.validation.candidates import length_of

CLOSE = 3
"""How much may stand between a count, or a quantity before another, and what it counts."""
CHANGE = ("tells", ("change",))
"""Which of its roles a code has that tells a rise or a fall."""


def measured(
    reader: Reader, table: Table, cells: Mapping[str, str], column: str, about: Span
) -> tuple[str, Span]:
    """Return the code of the quantity at a span, and where the words are that call for it; nothing
    where several are called for at one place."""
    reading, read, (start, end) = reader.line.reading, reader.quantities, about
    others = [one for one in read if one != about]
    sentence, _ = places.sentence_around(reader.line, start, end)
    first, last = places.clauses_around(reader.line, start, end)
    low = max([first, *(e for _, e in others if e <= start)])
    high = min([last, *(s for s, _ in others if s >= end)])
    base = level(reader, low, start)
    changes = {c.code for c in reader.codes(table, column) if CHANGE in c.roles}
    spotted = [
        (one, code)
        for one, code in reader.spotted(table, cells, column, (sentence, high))
        if (one[0] >= base or code not in changes)
        and not any(s < one[1] and one[0] < e for s, e in others)
    ]
    every, counts = [one for one, _ in spotted], read[about].unit in (None, "count")
    on = [one for one in every if one[0] < end and start < one[1]]
    named = [one for one in every if (first if base else low) <= one[0] and one[1] <= start]
    behind = [
        one
        for one, code in spotted
        if end <= one[0] and (one[1] < high or high == last) and not (counts and code in changes)
    ]
    if counts:
        named = [one for one in named if length_of(reading[one[1] : start]) <= CLOSE]
    if counts or high < last:
        behind = [one for one in behind if length_of(reading[end : one[0]]) + counts <= CLOSE]
    deciding = on[-1:] or named[-1:] or ([] if base else behind[:1])
    if not deciding and (base or reports.precedes("joined", reading, start)):
        alike = [one for one in others if read[one].unit == read[about].unit]
        if earlier := [one for one in alike if sentence <= one[0] < start]:
            return measured(reader, table, cells, column, max(earlier))
    codes = reader.uncued(table, cells, column)
    if not deciding and (base or not codes):
        deciding = [one for one in every if one[1] <= start][-1:]
    codes = [code for one, code in spotted if one in deciding] or codes
    where = deciding[0] if deciding else NOWHERE
    return (codes[0], where) if len(codes) == 1 else ("", NOWHERE)


def level(reader: Reader, low: int, start: int) -> int:
    """Return where, between two offsets, what a word of a level leads to begins: the second itself,
    or a time before it (上月的, a year earlier); else 0."""
    reading, uses = reader.line.reading, ("level", "reached", "compared")
    times = reader.line.language.times(reading)
    between = ((at, reading[end:start].strip()) for at, end in times if low <= at and end <= start)
    led = [start, *(at for at, words in between if words in ("", "的") or words.isascii())]
    return max((at for at in led for use in uses if reports.precedes(use, reading, at)), default=0)
