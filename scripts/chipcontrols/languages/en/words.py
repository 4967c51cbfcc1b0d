"""English words: those for numbers, in one table for prose, quantities and dates; how words fold,
whether a text is English, and whether it has a form."""

import re
from fractions import Fraction

from chipcontrols.languages import characters
from chipcontrols.languages.base import by_kind, rows
from chipcontrols.languages.surface_forms import stands_alone

_NUMERALS = {
    kind: {row["word"]: int(row["value"]) for row in words}
    for kind, words in by_kind(__file__, "numerals").items()
}
UNITS, TENS, SCALES = _NUMERALS["unit"], _NUMERALS["ten"], _NUMERALS["scale"]
ORDINALS, MONTHS, MULTIPLES = _NUMERALS["ordinal"], _NUMERALS["month"], _NUMERALS["multiple"]
IDIOMS = _NUMERALS["idiom"]
"""Words that mean a number but count nothing."""
WORDS = {
    **UNITS, **TENS,
    **{f"{ten}-{one}": t + n for ten, t in TENS.items() for one, n in UNITS.items() if 0 < n < 10},
}  # fmt: skip
HALVED = ("halved", "halving", "halve")
FRACTIONS = {word: Fraction(1, 2) for word in ("half", "halves", *HALVED)}
for _word, _parts in [("quarter", 4), *ORDINALS.items()]:
    if _parts > 2:
        FRACTIONS |= {_word: Fraction(1, _parts), f"{_word}s": Fraction(1, _parts)}

FUNCTION_WORDS = frozenset(row["word"] for row in rows(__file__, "function_words"))
"""Words that are no name even with a capital letter, as at the beginning of a sentence."""

# One character for one: offsets in the folded text are offsets in the text.
_FOLD = {**characters.NARROW, ord("’"): "'", ord("–"): "-"}
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z0-9.'&-]*) \Z")
_REACH, _LONGEST_FORM = 40, 1_000
_CONTENT = re.compile(r"[a-z0-9][a-z0-9'-]*")
_SUFFIX = re.compile(r"(?<=[a-z]{3})(?:ies|ing|y's|'s|ed|es|s|e|y)\Z")


def fold(text: str) -> str:
    """The text in half width, with one kind of apostrophe, blank and hyphen; offsets stay."""
    return text.translate(_FOLD)


def word_before(text: str, at: int) -> str:
    """The word before the offset, one blank apart, or nothing."""
    found = _WORD_BEFORE.search(text[max(0, at - _REACH) : at])
    return found[1] if found else ""


def content(text: str) -> set[str]:
    """The stems of the words of a text that are no function words.

    >>> content("It was planned by the companies") == content("A company's plans")
    True
    """
    words = _CONTENT.findall(fold(text).lower())
    stems = (_SUFFIX.sub("", word) for word in words if word not in FUNCTION_WORDS)
    return {one[:-1] if len(one) > 3 and one[-1] == one[-2] else one for one in stems}


def follows_name(text: str, at: int) -> bool:
    """Whether a word with a capital letter stands before the offset, which may begin a name.

    >>> follows_name("a Boeing 737", 9), follows_name("iPhone 15", 7), follows_name("In 2025", 3)
    (True, True, False)
    """
    word = word_before(text, at)
    named = word != word.lower() and not word.endswith("'s")
    return named and word.lower() not in FUNCTION_WORDS


# Han, kana, bopomofo, hangul, and the full-width forms and marks of East Asian scripts; marks that
# join no letter to one; letters that look Latin: Cyrillic and others, Greek in a word, but for kΩ.
_NOT_ENGLISH = re.compile(
    "[\u2e80-\u303f\u3040-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff\u0300-\u036f\u0400-\u1dbf\ufe00-\ufe0f\U0001d400-\U0001d7ff]"
    "|(?<=[A-Za-z])[\u0370-\u03a8\u03aa-\u03ff]"
)


DESCRIBES = re.compile("(?:an?|the|its|who) ")
"""How what describes somebody begins: , an analyst at …"""


def untranslated(text: str) -> str:
    """Return the first character of the text in which English is not written, or nothing.

    >>> untranslated("the 規則"), untranslated("the r\u0443le"), untranslated("the rule, 5 μm")
    ('規', 'у', '')
    """
    found = _NOT_ENGLISH.search(text)
    return found[0] if found else ""


def contains_form(text: str, form: str) -> bool:
    """Return whether a form stands in the text as whole words, its case aside.

    >>> contains_form("Global chips", "global"), contains_form("USA", "US")
    (True, False)
    """
    folded, wanted = text.lower(), form.lower()
    if wanted not in folded:
        return False
    found = re.finditer(re.escape(wanted), folded)
    return any(stands_alone(folded, *match.span()) for match in found)
