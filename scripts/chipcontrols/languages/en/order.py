"""Who does it, by the order of the words of English.

In the main clause the one who does it comes before whom it is done to, unless he follows "by" or
words that have it suffered (faces a ban from).  Who stands in a phrase that a preposition or
conjunction leads, before the main clause, is not the one who does it.  The words are in order.csv.
Out of scope: pronouns, and sentences that name the one who does it in such a phrase alone.
"""

import re
from collections.abc import Iterable
from functools import cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Span
from chipcontrols.languages.en.words import fold

_REACH = 200
"""How far before a name the words are read that lead to it."""
_MODIFIERS = 5
"""How many words may stand between a preposition and the name that it leads to."""
_WORDS = base.by_kind(__file__, "order", "role")


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    words = {role: f"(?:{base.alternatives(found)})" for role, found in _WORDS.items()}
    few = rf"(?:(?!{words['between']} |[a-z]+ing )[\w'.-]+ ){{0,{_MODIFIERS}}}$"
    patterns = {
        "adjunct": rf"{words['adjunct']}\b[^,]*,\s*",
        "agent": rf"(?:\b{words['be']}\b|[a-z](?:ed|en|wn|ught)\b).*\bby {few}",
        "source": rf"\b{words['source']} (?:(?:[a-z]+ ){{0,5}}(?:of|by|from|in) )?{few}",
        "passive": rf"\b{words['passive']}\b",
        "being": rf"\b{words['be']}\b",
        "led": rf"\b{words['leads']} (?:[\w'$.-]+ ){{0,4}}$",
        "by": r".{0,25}\bby (?:[\w-]+ ){0,4}",
        "auxiliary": (
            r"(?:'s?(?: [\w-]+){1,3}| (?-i:[A-Z])[\w.]+){0,3} (?:(?:[a-z]+ly|[a-z]+ (?:to|in)"
            rf"|{words['auxiliary']}) ){{0,6}}|'s? (?:[\w-]+ ){{0,2}}"
        ),
        "suffers": rf"\b(?:{words['passive']}|{words['gets']})\b|ly$|^{words['auxiliary']}$",
        "participle": r"[a-z]+(?:ed|en|wn|ught|ade|old|id|ut|it|un|one|ost|eft|ent|et)\b",
    }
    return re.compile(patterns[kind], re.IGNORECASE)


def _leads(kind: str, text: str, at: int) -> bool:
    """Whether words of a kind lead to the name that begins at an offset."""
    return bool(_pattern(kind).search(text[max(0, at - _REACH) : at]))


def order(text: str, doers: Iterable[Span], others: Iterable[Span], named: Iterable[Span]) -> int:
    """1 where the words have the doers do it, -1 where the others, 0 where they do not tell."""
    text, both = fold(text), [sorted(set(doers)), sorted(set(others))]
    agents = [any(_leads("agent", text, start) for start, _ in spans) for spans in both]
    if not all(both) or any(agents):
        return (agents[0] - agents[1]) * all(both)
    main = 0
    while adjunct := _pattern("adjunct").match(text, main):
        main = adjunct.end()
    in_main = [[start for start, _ in spans if start >= main] for spans in both]
    if not all(in_main) or _pattern("adjunct").match(text[main:] + ","):
        return int(bool(in_main[0]) and not in_main[1])
    ours, theirs = map(min, in_main)
    suffered = _pattern("passive").search(text, min(ours, theirs), max(ours, theirs))
    return 1 if (ours < theirs) != bool(suffered) else -1


def doers(text: str, verb: Span, named: Iterable[tuple[int, Span]]) -> tuple[set[Span], set[Span]]:
    """Of those named: who does what a verb says, and who else is named behind it.

    >>> doers("Jo was sued by Al, and won.", (7, 11), [(1, (0, 2)), (2, (15, 17))])
    ({(15, 17)}, set())
    """
    text, (start, end), does = fold(text), verb, set[Span]()
    passive = _pattern("participle").match(text[start:end])
    for first, last in {span for _, span in named}:
        doing = passive and _pattern("by").fullmatch(text, end, first)
        if between := first < start and _pattern("auxiliary").fullmatch(text, last, start):
            suffers = passive and _pattern("being").search(between[0])
            suffers = suffers or _pattern("suffers").search(text, start, end)
            doing = None if suffers or _leads("led", text, first) else between
        does |= {(first, last)} if doing else set()
    return does, {span for _, span in named if span[0] >= end} - does


def is_source(text: str, span: Span) -> bool:
    """Whether a text has it said by the one named there, not by what is his.

    >>> is_source("According to the US government, it rose.", (17, 30))
    True
    """
    start, end = span
    owns = re.match("'s? ", fold(text)[end : end + 3])
    return _leads("source", fold(text), start) and not owns


def people(text: str) -> list[str]:
    """The words within sentences that may be the names of people by their letters.

    >>> people("In May President Obama met Merkel.")
    ['Obama', 'Merkel']
    """
    found = re.finditer(r"(?<=[A-Za-z0-9,;)\]] )[\"“(\[]?([A-Z][a-z]+)(?![\w-])", text)
    capital = {row["word"] for row in _WORDS["capital"]}
    return [match[1] for match in found if match[1].lower() not in capital]
