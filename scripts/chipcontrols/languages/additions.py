"""Words of a sentence that its original must have said: fail, seldom, exempt, former, outside.

Such a word turns or narrows what is said, and a faithful translation has it from its original. Each
row of ``additions.csv`` has words of one meaning: English ``verbs``, in all their forms, other
``words``, and by language what may stand for any of them in an original: in Chinese words or single
characters, in English the beginnings of further words, and of words of the row itself. A word in a
name, or in brackets that the sentence adds, needs nothing in the original. The context around the
original may answer too, but only with words of two characters or more.

Out of scope: which word renders which, and what the original says besides.

    >>> text = "Most countries will escape quotas"
    >>> [text[slice(*span)] for span in additions("多數國家將面臨配額", text, "zh")]
    ['escape']
    >>> [*additions("多數國家將豁免於配額", text, "zh")]
    []
    >>> [text[slice(*span)] for span in additions("Most will face quotas", text, "en")]
    ['escape']
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from chipcontrols.languages.base import Span, compiled, rows
from chipcontrols.languages.en import words as english
from chipcontrols.languages.folding import fold
from chipcontrols.languages.force import inflected

_WORD = re.compile(r"(?<![\w-])[a-zA-Z]+")
_ADDED = re.compile(r"\[.*?\]")
_STEM = 5
"""The first letters by which English words are taken for forms of one: withdraw, withdrawn."""


@cache
def _lists(tag: str) -> dict[str, list[tuple[str, list[str], list[str]]]]:
    """The English words by their first word, with what answers them in a language, in an original
    and in the context of that; with a bracket, a pattern."""
    found: dict[str, list[tuple[str, list[str], list[str]]]] = {}
    for row in rows(__file__, "additions"):
        words = [form for verb in row["verbs"].split("|") if verb for form in inflected(verb)]
        words += filter(None, row["words"].split("|"))
        said = [fold(word) for word in row.get(tag, "").split("|") if word]
        stems = (part[:_STEM] for word in words for part in word.split() if len(part) >= _STEM)
        said += [*words, *stems] if tag == "en" else []
        longer = [word for word in said if len(word) > 1 and word.isalpha()]
        for word in words if said else ():
            found.setdefault(re.split("[ -]", word)[0], []).append((word, said, longer))
    return found


def _says(text: str, answers: list[str]) -> bool:
    return any(compiled(one).search(text) if "(" in one else one in text for one in answers)


def additions(
    original: str, sentence: str, tag: str, context: str = "", names: Sequence[Span] = ()
) -> Iterator[Span]:
    """Yield where an English sentence has a word of the list that its original does not say."""
    said, around, text = fold(original.lower()), fold(context.lower()), english.fold(sentence)
    aside = [*names, *(match.span() for match in _ADDED.finditer(text))]
    for match in _WORD.finditer(text):
        start = match.start()
        if start and text[start].isupper():
            continue  # a name: David Sacks
        for word, answers, longer in _lists(tag).get(match[0].lower(), ()):
            end = start + len(word)
            whole = text[start:end].lower() == word and not re.match(r"[\w-]", text[end : end + 1])
            inside = any(first <= start and end <= last for first, last in aside)
            if whole and not inside and not _says(said, answers) and not _says(around, longer):
                yield start, end
