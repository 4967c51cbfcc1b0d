r"""Patterns of schemas: only those that take linear time on any cell.

A pattern is a regular expression of literal characters, classes, groups, alternatives and
repetitions in which the next character always decides how to go on: alternatives begin with
different characters, and what is repeated begins with none that may follow the repetition.  So no
matcher ever has to try again, which for ``(a+)+$`` would take longer than anyone waits.  For that
cells and engines be read alike everywhere, ``\d`` and its like (other digits elsewhere), flags,
look-arounds, back-references, and counts above a thousand are refused too.

    >>> fault_of_pattern("^[a-z0-9]+(-[a-z0-9]+)*$"), fault_of_pattern("(a+)+$")
    ('', 'that leaves a choice which the next character does not decide, and may take forever')

Out of scope: what the characters mean.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST_PATTERN, MOST_TIMES = 500, 1_000
END = -1
"""Stands for the end of the cell among the characters that may follow."""

Items = Sequence[tuple[Any, Any]]
Characters = frozenset[int]


class Refused(ValueError):
    """Says what a pattern has that it may not have."""


def fault_of_pattern(pattern: str) -> str:
    """Return what is wrong with a pattern, to be read after "a pattern", or nothing."""
    if len(pattern) > LONGEST_PATTERN:
        return f"of more than {LONGEST_PATTERN} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of sets that may be read in two ways, such as [[a]
            re.compile(pattern)
            parsed = _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"that is no regular expression: {error}"
    try:
        if parsed.state.flags & ~re.UNICODE:
            raise Refused("with flags")
        marks = frozenset(near for at in map(ord, pattern) for near in (at - 1, at, at + 1))
        decided(list(parsed), frozenset([END]), marks | {0, 10, 0x10FFFF})
    except Refused as fault:
        return str(fault)
    except RecursionError:
        return "that is nested too deeply"
    return ""


def characters(op: str, argument: Any, marks: Characters) -> Characters:
    """Return the characters that one item matches.

    Of all characters only `marks` are looked at: those of the pattern and their neighbours, for
    between two of them all behave alike.
    """
    match op:
        case "LITERAL":
            return frozenset([argument])
        case "NOT_LITERAL":
            return marks - {argument}
        case "ANY":
            return marks - {ord("\n")}
        case "NEGATE":
            return frozenset()
        case "RANGE":
            return frozenset(mark for mark in marks if argument[0] <= mark <= argument[1])
        case "IN":
            parts = [characters(str(inner), value, marks) for inner, value in argument]
            found = frozenset[int]().union(*parts)
            return marks - found if str(argument[0][0]) == "NEGATE" else found
    raise Refused(f"with {op.lower().replace('_', ' ')}, which a schema may not use")


def beginning(items: Items, marks: Characters) -> tuple[Characters, bool]:
    """Return the characters that items in a row may begin with, and whether they may be empty."""
    found: Characters = frozenset()
    for op, argument in items:
        match str(op):
            case "AT":
                continue
            case "SUBPATTERN":
                first, empty = beginning(argument[-1], marks)
            case "BRANCH":
                parts = [beginning(part, marks) for part in argument[1]]
                first = frozenset[int]().union(*(part for part, _ in parts))
                empty = any(nothing for _, nothing in parts)
            case "MAX_REPEAT":
                first, empty = beginning(argument[-1], marks)
                empty = empty or argument[0] == 0
            case other:
                first, empty = characters(other, argument, marks), False
        found |= first
        if not empty:
            return found, False
    return found, True


def decided(items: Items, follow: Characters, marks: Characters) -> None:
    """Raise Refused unless the next character decides every choice; `follow` comes after."""
    undecided = (
        "that leaves a choice which the next character does not decide, and may take forever"
    )
    for position, (op, argument) in enumerate(items):
        first, empty = beginning(items[position + 1 :], marks)
        after = first | follow if empty else first
        match str(op):
            case "SUBPATTERN":
                if argument[1] or argument[2]:
                    raise Refused("with flags")
                decided(argument[-1], after, marks)
            case "BRANCH":
                taken: Characters = frozenset()
                for part in argument[1]:
                    first, empty = beginning(part, marks)
                    first = first | after if empty else first
                    if first & taken:
                        raise Refused(undecided)
                    taken |= first
                    decided(part, after, marks)
            case "MAX_REPEAT":
                least, most, part = argument
                if MOST_TIMES < most < _parser.MAXREPEAT or least > MOST_TIMES:
                    raise Refused(f"that repeats more than {MOST_TIMES:,} times")
                first, empty = beginning(part, marks)
                if (empty and most > 1) or (least != most and first & after):
                    raise Refused(undecided)
                decided(part, first | after if most > 1 else after, marks)
            case "AT":
                continue
            case other:
                characters(other, argument, marks)
