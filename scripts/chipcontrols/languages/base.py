"""What every language module offers, the types that they share, and what they have in common.

A span is ``(start, end)``: offsets of the text given, the end exclusive.  Every function of a
language takes any text, raises nothing (but ``read_quantity``), and takes linear time.  Out of
scope: names of the package's entities, which the evidence engine adds to ``whole`` and
``boundaries``.

A quantity has a value v, or two ends, as its bound tells; strictness is not kept::

    exact, approx                  v, exact also as low and high
    nearly, as_high_as, at_most    v, also as high; as_high_as is a peak, which was or could be
    at_least, more_than            v, also as low
    range                          low and high, both given, and included
    vague                          low and high as the words leave them open, or neither

Units: USD, CNY …; percent (35% is 35); percentage_point (from 3% to 5% are 2); fraction; multiple
(twice is 2); rank; ordinal; count; point (of an index); years to seconds, working_days; a physical
unit as its symbol, never converted; None where no unit is said.
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from chipcontrols.languages import characters

Span = tuple[int, int]
Row = Mapping[str, str]
Pointing = tuple[str, int, str]
"""How a date counts from another: the unit, how many units later, the words for a part of it."""
_DIGITS = re.compile(r"[0-9０-９]+(?:[.,:．，：][0-9０-９]+)*")
_ITEM = re.compile(r"(?<![\w(（])[0-9A-Za-z]{1,2}[)）]")
_APOSTROPHE = re.compile("[A-Za-zÀ-ɏ]’[A-Za-zÀ-ɏ]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as the text writes it, ``text[start:end]``, and what the words say."""

    text: str
    start: int
    end: int
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    unit: str | None
    bound: str
    derivation: str


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date as the text writes it: ``text[start:end]`` and what kind of date it is."""

    text: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word that shows whether and with what force something is said, and where that holds."""

    start: int
    end: int
    kind: str  # not, possible …, or the name of a pair of opposites
    pole: int  # 1 or -1: which end of the pair; else 0
    firm: bool  # whether it asks for an answer in a translation
    scope: Span


Spans = tuple[Span, ...]
compiled = functools.cache(re.compile)
"""Compiles a pattern when it is first needed: loading tables needs few of them."""


class Language(Protocol):
    """The functions of a language module, each of a text and pure."""

    tag: str  # the primary subtag of its BCP 47 tag
    letters: float  # the fewest in English that a letter of a long text takes in translation
    glosses: Callable[[str], Spans]  # stretches that the reading text leaves out
    clauses: Callable[[str], Spans]  # between clause marks, outer blanks and brackets aside
    quotations: Callable[[str], Spans]  # between matched quotation marks, the marks excluded
    has_unpaired_mark: Callable[[str], bool]  # a quotation mark or bracket without its partner
    region: Callable[[str], str]  # where a document is from by its words, or nothing
    dates: Callable[[str], tuple[DateExpression, ...]]  # the maximal date expressions
    resolve_date: Callable[..., str | None]  # words, day of publication, months ahead: ISO cell
    points: Callable[[str], Pointing | None]  # how a date counts from another one
    beside: Callable[[str, str], str]  # a pattern's name, and a text around a date (\1): its match
    period: Callable[[str], int]  # how many months a quarter, half or fiscal year has; else 0
    times: Callable[[str], list[Span]]  # dates, and words for a time that nothing measures
    numerals: Callable[[str], list[Span]]  # quantities, and digits beside them, dates and names
    names: Callable[[str], Spans]  # what may be a name by its letters
    attributions: Callable[[str], Spans]  # words that attribute: the longest, not overlapping
    marks: Callable[[str], tuple[Mark, ...]]  # negation, modality and opposites
    numbers: Callable[[str], frozenset[Fraction]]  # of quantities, bounds, dates and names
    whole: Callable[[str], list[Span]]  # what nothing may cut: times, quantities, Latin words
    ends_clause: Callable[[str, int], bool]  # whether a reported statement may end at an offset
    script: Callable[[str], str]  # ISO 15924 code of the script of a form
    severed: Callable[[str, int, int], tuple[str, int]]  # binding word, next clause's start
    order: Callable[..., int]  # text, spans of doers, of others, of all names: 1, -1 or 0
    doers: Callable[..., tuple[set[Span], set[Span]]]  # of a verb, and whom it is done to

    @staticmethod
    def quantities(text: str, region: str = "") -> tuple[Quantity, ...]:
        """The maximal quantity expressions, in the money of the document's region."""

    @staticmethod
    def read_quantity(expression: str, region: str = "") -> Quantity:
        """The one quantity that the words are; ValueError when they are not exactly one."""

    @staticmethod
    def boundaries(text: str, for_statement: bool = False) -> frozenset[int]:
        """Offsets at which a phrase may begin or end, or a reported statement may begin."""


@functools.cache
def rows(module: str, table: str) -> list[Row]:
    """The rows of a word list beside a module (its ``__file__``), each cell by its column."""
    with Path(module).with_name(f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        header, *found = csv.reader(lines)
    return [dict(zip(header, row, strict=True)) for row in found]


def by_kind(module: str, table: str, column: str = "kind") -> dict[str, list[Row]]:
    """The rows of a word list by their cell in a column."""
    found: dict[str, list[Row]] = {}
    for row in rows(module, table):
        found.setdefault(row[column], []).append(row)
    return found


Lengths = dict[str, list[int]]
ALIKE = 4
"""How many letters words have in common that are looked up together."""


def lengths(words: Iterable[str]) -> Lengths:
    """The lengths of words, the longest first, by how they begin."""
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[:ALIKE], set()).add(len(word))
    return {begin: sorted(sizes, reverse=True) for begin, sizes in found.items()}


def words_at(text: str, start: int, words: Container[str], lengths: Lengths) -> Iterator[str]:
    """The words that begin at an offset of a text, the longest first; ``lengths`` are theirs."""
    for alike in range(ALIKE, 0, -1):
        for length in lengths.get(text[start : start + alike], ()):
            if (word := text[start : start + length]) in words and len(word) == length:
                yield word


def guarded(row: Row) -> str:
    """The word of a row as a pattern, with the characters that must or must not stand beside it.

    >>> guarded({"word": "近", "not_after": "最附", "only_before": "百"})
    '(?<![最附])近(?=[百])'
    """
    before = f"(?<![{row['not_after']}])" if row.get("not_after") else ""
    before += f"(?<=[{row['only_after']}])" if row.get("only_after") else ""
    after = f"(?![{row['not_before']}])" if row.get("not_before") else ""
    after += f"(?=[{row['only_before']}])" if row.get("only_before") else ""
    return before + re.escape(row["word"]) + after


_AT_ONCE = 100
"""How many words a pattern tries one after another."""


def alternatives(words: Iterable[Row]) -> str:
    """A pattern for the words of the rows, of those that begin alike the longest first; it looks at
    the first character before it tries them."""
    ordered = sorted(words, key=lambda row: (row["word"][0].lower(), -len(row["word"])))
    parts = [ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE)]
    tried = map(guarded, ordered) if len(parts) < 2 else map(alternatives, parts)
    begins = {row["word"][0].lower() for row in ordered}
    firsts = re.escape("".join(sorted({*begins, *map(str.upper, begins)})))
    return f"(?=[{firsts}])(?:{'|'.join(tried)})"


def either(words: Iterable[str]) -> str:
    """A pattern for one of the words."""
    return alternatives({"word": word} for word in words)


def behind(words: Iterable[str]) -> str:
    """A pattern for a place after one of the words, by length: a look-behind has a fixed one."""
    parts = (f"(?<={'|'.join(w)})" for _, w in itertools.groupby(sorted(words, key=len), len))
    return f"(?:{'|'.join(parts)})"


def grammar(module: str, given: Mapping[str, str]) -> Callable[[str], str]:
    """The function that expands a pattern: each {part} becomes a part given, or else the patterns
    of that name in the table named like the module, or else the words of a word list;
    {table:column=cell} takes only the words of some of its rows."""
    parts = by_kind(module, Path(module).stem, "part")

    @functools.cache
    def written(pattern: str) -> str:
        return re.sub(r"\{([a-z_]+)(?::([a-z]+)=([a-z_]*))?\}", part, pattern)

    def part(named: re.Match[str]) -> str:
        name, column, cell = named.groups()
        if name in given:
            return f"(?:{written(given[name])})"
        if name in parts and not column:
            return f"(?:{written('|'.join(row['pattern'] for row in parts[name]))})"
        words = (row for row in rows(module, name) if not column or row[column] == cell)
        return f"(?:{alternatives(words)})"

    return written


def quotations(text: str, marks: Mapping[str, str]) -> tuple[Span, ...]:
    """The spans between matched pairs of the marks (opening to closing), from left to right.

    Of a mark that opens and closes (``"``) the odd occurrences open.  A mark without its partner
    makes no pair; ’ between Latin letters is an apostrophe, and ``"`` after a number is inches.

    >>> ["「我『能』」"[s:e] for s, e in quotations("「我『能』」", {"「": "」", "『": "』"})]
    ['我『能』', '能']
    """
    waiting: list[tuple[str, int]] = []
    awaited: Counter[str] = Counter()
    found: list[Span] = []
    for at, character in enumerate(text):
        if awaited[character]:
            if character == "’" and _APOSTROPHE.match(text, at - 1):
                continue
            while waiting[-1][0] != character:
                awaited[waiting.pop()[0]] -= 1  # a mark that nothing closes
            awaited[character] -= 1
            found.append((waiting.pop()[1], at))
        elif character in marks and not (
            character == '"' and text[at - 1 : at].isdecimal() and text[at + 1 : at + 2] in " -"
        ):
            awaited[marks[character]] += 1
            waiting.append((marks[character], at + 1))
    return tuple(sorted(found))


def has_unpaired_mark(text: str) -> bool:
    """Whether a quotation mark or bracket has no partner in the text; that of 1) needs none."""
    text = _ITEM.sub("", text)
    known = {*characters.PAIRS, *characters.PAIRS.values()}
    count = sum(
        character in known and not (character == "’" and _APOSTROPHE.match(text, at - 1))
        for at, character in enumerate(text)
    )
    return count != 2 * len(quotations(text, characters.PAIRS))


def clause_finder(
    fold: Callable[[str], str], mark: re.Pattern[str], edges: str
) -> Callable[[str], Spans]:
    """The function that finds the clauses between the marks of the folded text, stripped of the
    characters in ``edges``: blanks, brackets and quotation marks."""

    @functools.lru_cache(maxsize=4096)
    def clauses(text: str) -> Spans:
        text, found, start = fold(text), [], 0
        for end, after in [*(match.span() for match in mark.finditer(text)), (len(text), 0)]:
            clause = text[start:end].rstrip(edges)
            if stripped := clause.lstrip(edges):
                found.append((start + len(clause) - len(stripped), start + len(clause)))
            start = after
        return tuple(found)

    return clauses


@functools.cache
def _bonds(module: str, bond: str) -> re.Pattern[str]:
    """The words of a bond, at the beginning of a clause; … is any text between two of them."""
    words = [row["word"] for row in rows(module, "bonds") if row["bond"] == bond]
    parts = (re.escape(word).replace("…", ".*") + r"(?![A-Za-z])" for word in words)
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE)


def bond_finder(
    module: str, clauses: Callable[[str], Spans], fold: Callable[[str], str], stop: re.Pattern[str]
) -> Callable[[str, int, int], tuple[str, int]]:
    """The function that returns the word of bonds.csv that binds a stretch of whole clauses to the
    next clause of its sentence, or nothing, and where that clause begins.  The word ``leads`` to a
    main clause after the stretch, or the one clause after it ``follows`` with it; a clause that one
    ``closes`` has its main clause in itself (如果禁售就会输)."""

    def severed(text: str, start: int, end: int) -> tuple[str, int]:
        text = fold(text)
        over = stop.search(text, end)
        rest = clauses(text[end : over.start() if over else len(text)])
        own = clauses(text[start:end])
        if not rest or not own:
            return "", end
        at = end + rest[0][0]
        last = text[start:end][slice(*own[-1])]
        found = _bonds(module, "leads").match(last)
        if found and _bonds(module, "closes").search(last, found.end()):
            found = None
        elif not found and len(rest) == 1:
            found = _bonds(module, "follows").match(text, at)
        return found[0] if found else "", at

    return severed


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with blots in place of the spans, which are in order.

    >>> masked("on May 13", [(3, 9)]).count(chr(0))
    6
    """
    parts, at = [], 0
    for start, end in spans:
        parts += [text[at:start], "\0" * (end - max(start, at))]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def outside(words: re.Pattern[str], text: str, spans: Iterable[Span]) -> list[Span]:
    """Where words are that touch none of the spans."""
    taken = {at for start, end in spans for at in range(start, end)}
    found = (match.span() for match in words.finditer(text))
    return [span for span in found if taken.isdisjoint(range(*span))]


def numeral_finder(
    quantities: Callable[[str], tuple[Quantity, ...]],
    dates: Callable[[str], tuple[DateExpression, ...]],
    names: Callable[[str], Spans],
) -> Callable[[str], list[Span]]:
    """The function that finds quantities, and digits outside quantities, dates and names."""

    def numerals(text: str) -> list[Span]:
        found = [(quantity.start, quantity.end) for quantity in quantities(text)]
        told = ((date.start, date.end) for date in dates(text))
        return found + outside(_DIGITS, text, [*found, *told, *names(text)])

    return numerals


def uncut(offsets: set[int], whole: Iterable[Span]) -> frozenset[int]:
    """The offsets that lie inside none of the spans."""
    return frozenset(offsets.difference(*(range(start + 1, end) for start, end in whole)))


def values(quantities: Iterable[Quantity]) -> Iterator[Fraction]:
    """The values and bounds of quantities."""
    for quantity in quantities:
        for value in (quantity.value, quantity.low, quantity.high):
            if value is not None:
                yield value
