"""Words that tell whether, and with what force, something is said: the marks of a text.

``mark_finder`` makes the function ``marks`` of a language from two word lists beside its module,
after the model of NegEx and ConText: ``force.csv`` (negation, modality, questions, what ends a
scope) and ``opposites.csv`` (pairs such as rise and fall).  At each place of a text the longest
word counts, with all that the lists say of it, and nothing inside it: a word without a meaning
blocks the shorter ones (a pseudo-trigger: 不久 is no 不, "no doubt" no "no").  A word with a
condition on what follows comes before the same word without one.

Columns
    word        of folded text; a regular expression that begins with a letter and has no groups
    meaning     kinds, parted by blanks: ``not``, ``possible`` … A kind with ``?`` may answer the
                same kind of another text but asks for no answer; one with ``+`` or ``-`` is the
                one or the other end of a pair of opposites (``amount+``).  Nothing: a blocker.
    forms       ``verb``: the first word is inflected; ``+`` at its end doubles the consonant
    not_after, not_before   letters that may not stand beside the word (or words, with ``|``)
    reach       ``before`` where the scope lies before the word (谈判未果)

Kinds: not, nor (another not); forecast, future (perhaps one), would, planned, possible, could,
apparent, hoped, considered, proposed, urged, hypothetical, question, steady, notonly, almost,
notall, notquite, pending; emphatic, always, done (already so), perfect (it has happened), remote
(long past), untrue; lacks (which only answers a not), can, leave (permission), aim, hearsay;
instead (what follows is not so); double (a negated negation), rhetorical, ironic; ends (of a
scope); the names of the pairs.

A scope runs to the next mark of punctuation or word that ends it, at most ``REACH`` letters.
Out of scope: the parts of speech; which of several verbs a negation means.
"""

import bisect
import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from chipcontrols.languages.base import ALIKE, Mark, Row, compiled, lengths, rows, words_at

REACH = 120

_LOOK = re.compile(r"\(\?[=!]")
_LITERAL = re.compile(r"[^\\.\[\](){}?*+^$|]+(?![?*+{])")
"""A plain word, or the beginning of a pattern that is plain text."""


class _Entry(NamedTuple):
    """What must match after a plain word, or from the beginning of a pattern; what the word means
    and where its scope lies; whether what follows is a condition; what must match before it."""

    ahead: str
    meanings: tuple[str, ...]
    reach: str
    conditional: bool
    behind: str


def inflected(verb: str) -> Iterator[str]:
    """The forms of a regular verb, the words after it unchanged.

    >>> list(inflected("carry on")), list(inflected("ban+"))
    (['carry on', 'carries on', 'carried on', 'carrying on'], ['ban', 'bans', 'banned', 'banning'])
    """
    first, blank, rest = verb.partition(" ")
    stem = first.removesuffix("+")
    doubled = stem + stem[-1] if first.endswith("+") else stem
    if re.search("[^aeiou]y$", stem):
        forms = (stem, f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing")
    elif stem.endswith("e"):
        forms = (stem, f"{stem}s", f"{stem}d", f"{stem[:-1]}ing")
    else:
        plural = "es" if re.search("(?:s|x|z|ch|sh)$", stem) else "s"
        forms = (stem, stem + plural, f"{doubled}ed", f"{doubled}ing")
    return (f"{form}{blank}{rest}" for form in forms)


def _softened(entry: _Entry) -> _Entry:
    """What a word of another one may still stand for: its kinds, which ask for no answer."""
    kinds = (m for m in entry.meanings if m[-1] not in "+-" and m not in ("not", "nor", "ends"))
    return entry._replace(meanings=tuple(f"{kind.rstrip('?')}?" for kind in kinds))


def _words(row: Row, fold: Callable[[str], str]) -> Iterator[str]:
    word = row["word"]
    if not word.isascii():  # A pattern has commas of its own, which are to stay.
        parts = [word] if word.isalpha() else word
        word = "".join(one if one.isascii() else fold(one) for one in parts)
    plain = re.escape(word) if len(word) == 1 else word
    yield from inflected(plain) if row.get("forms") else (plain,)


def _beginning(word: str) -> tuple[str, str, str]:
    """How a word begins in plain text, the word without a condition on what follows, and that."""
    look = _LOOK.search(word) if "(" in word else None
    literal, rest = (word[: look.start()], word[look.start() :]) if look else (word, "")
    begin = _LITERAL.match(literal)
    return begin[0] if begin else literal.lstrip("\\")[:1], literal, rest


def _entry(word: str, row: Row, fold: Callable[[str], str]) -> _Entry:
    """What must match for a word to count, and what it means."""
    begin, literal, rest = _beginning(word)
    edge, last = "(?![a-z0-9]|-[a-z])", literal[-1]
    if last in ")]}?+*":  # which may end with a letter, or not
        edge = f"(?:(?<![a-z0-9])|{edge})"
    elif not (last.isascii() and last.isalnum()):
        edge = ""
    after, before = (row[side] and fold(row[side]) for side in ("not_after", "not_before"))
    guards = [f"(?<!{word})" for word in after.split("|")] if "|" in after else [f"(?<![{after}])"]
    behind = "".join(guards if after else ())
    ahead = edge + rest + (f"(?![{before}])" if before else "")
    if begin != literal:
        ahead, behind = behind + literal + ahead, ""
    return _Entry(ahead, tuple(row["meaning"].split()), row["reach"], bool(rest), behind)


class _Lexicon:
    """The words of a language: plain ones, and patterns by how they begin.  Few of them occur in a
    text: the entry of one is made when it does."""

    def __init__(self, module: str, fold: Callable[[str], str], joints: str) -> None:
        self.joints = joints
        self.plain: dict[str, list[tuple[str, Row]]] = {}
        self.patterns: dict[str, list[tuple[str, Row]]] = {}
        for row in (*rows(module, "force"), *rows(module, "opposites")):
            for word in _words(row, fold):
                begin, literal, _ = _beginning(word)
                if begin == literal:
                    self.plain.setdefault(begin, []).append((word, row))
                else:
                    self.patterns.setdefault(begin[:ALIKE], []).append((word, row))
        self.sizes, self.beginnings = lengths(self.plain), lengths(self.patterns)
        self.entries = cache(lambda word: [_entry(*one, fold) for one in self.plain[word]])
        self.tried = cache(lambda begin: [_entry(*one, fold) for one in self.patterns[begin]])

    def at(self, text: str, start: int, most: int = 80) -> tuple[int, list[_Entry]] | None:
        """The end of the longest word that begins here, and the entries that count."""
        end, found = start, list[_Entry]()
        for word in words_at(text, start, self.plain, self.sizes):
            after = start + len(word)
            here = [
                entry
                for entry in self.entries(word)
                if not entry.ahead or compiled(entry.ahead).match(text, after)
                if not entry.behind or compiled(entry.behind).match(text, start)
            ]
            if here and after <= start + most:
                # What means nothing under a condition, or as it stands, is no form of a verb.
                here = [entry for entry in here if entry.conditional] or here
                here = [entry for entry in here if not entry.meanings] or here
                if found:
                    found += map(_softened, here)
                    break
                end, found = after, here
                if not here[0].conditional or not here[0].meanings:
                    break
        begins = words_at(text, start, self.patterns, self.beginnings)
        for entry in itertools.chain.from_iterable(map(self.tried, begins)):
            match = compiled(entry.ahead).match(text, start)
            if match and end < match.end() <= start + most:
                # What a word in it stands for, it still may.
                end, found = match.end(), [entry, *map(_softened, found if entry.meanings else ())]
        denies = any({"not", "nor"}.intersection(entry.meanings) for entry in found)
        if denies and end - start > 1 and text[end - 1] in self.joints:
            later = self.at(text, end - 1)  # 也不|错 is 也|不错
            if later and later[0] > end:
                return self.at(text, start, end - 1 - start)
        return (end, found) if found else None


def _mark(start: int, end: int, meaning: str, reach: str, limits: list[int]) -> Mark:
    kind, last = meaning.rstrip("?+-"), meaning[-1]
    pole = {"+": 1, "-": -1}.get(last, 0)
    if reach == "before":
        left = limits[max(bisect.bisect_right(limits, start) - 1, 0)]
        scope = (max(left, start - REACH), start)
    else:
        at = bisect.bisect_left(limits, end)
        scope = (end, min(limits[at] if at < len(limits) else end, end + REACH))
    return Mark(start, end, kind, pole, last != "?", scope)


def mark_finder(
    module: str,
    fold: Callable[[str], str],
    begins: re.Pattern[str],
    end_of_clause: re.Pattern[str],
    joints: str = "",
) -> Callable[[str], tuple[Mark, ...]]:
    """The function ``marks`` of a language, compiled once: from left to right, in linear time.

    ``fold`` keeps every offset; ``begins`` finds where a word may begin.  A word that ends with one
    of the ``joints`` gives it up to a longer one that begins with it.
    """
    lexicon = cache(lambda: _Lexicon(module, fold, joints))

    @lru_cache(maxsize=4096)
    def marks(text: str) -> tuple[Mark, ...]:
        folded, at = fold(text), 0
        found: list[tuple[int, int, list[_Entry]]] = []
        for start in (match.start() for match in begins.finditer(folded)):
            if start >= at and (word := lexicon().at(folded, start)):
                at = word[0]
                found.append((start, *word))
        ends = {start for start, _, entries in found if any("ends" in e.meanings for e in entries)}
        ends |= {match.start() for match in end_of_clause.finditer(folded)}
        limits = sorted({0, len(folded), *ends})
        made: list[Mark] = []
        for start, end, entries in found:
            meanings = dict.fromkeys((m, e.reach) for e in entries for m in e.meanings)
            firm = {meaning for meaning, _ in meanings}
            made += (
                _mark(start, end, meaning, reach, limits)
                for meaning, reach in meanings
                if not (meaning.endswith("?") and meaning[:-1] in firm)
            )
        return tuple(made)

    return marks
