"""Names of entities in Chinese text and in English text.

Scanning runs from left to right and takes at each place the longest form that begins there, so a
form never matches inside a longer one: 拜登政府 is the administration, not the person.  A form that
begins or ends with a Latin letter or digit matches only where no other Latin letter or digit
touches it: ``AMD`` not in ``AMDX``.  One form may name several entities (中美).  A form names them
in either script and width, with or without blanks between Chinese and Latin characters
(`folding`), however it is written here.  The cost is linear in the
text.  Out of scope: pronouns, and choosing between two entities of one form.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chipcontrols.languages.base import Lengths, lengths, words_at
from chipcontrols.languages.folding import placed, tight

MOST_NESTED = 10


def is_latin(character: str) -> bool:
    """Return whether the character is a letter or digit that words of Latin script are made of."""
    return character.isalnum() and character < "\u0250"


LATIN = "0-9A-Za-zª²³µ¹º¼-¾À-ÖØ-öø-ɏ"
"""The letters and digits of Latin script, as part of a set in a pattern."""


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A form in a text: where it stands and which entities it names."""

    start: int
    end: int
    entities: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """Forms ready for scanning, at a cost that does not grow with their number."""

    named: Mapping[str, frozenset[str]]
    """The entities of each folded form."""
    lengths: Lengths
    """The lengths of the forms by how they begin."""
    first: re.Pattern[str]
    """Finds the next character that a form begins with."""

    def entities(self, form: str) -> frozenset[str]:
        """Return the entities that a form names."""
        return self.named.get(tight(form)[0], frozenset())

    def at(self, text: str, start: int) -> Iterator[Mention]:
        """Yield the mentions that begin at an offset of tight text, the longest first."""
        for form in words_at(text, start, self.named, self.lengths):
            if stands_alone(text, start, end := start + len(form)):
                yield Mention(start, end, self.named[form])


def compile_forms(pairs: Iterable[tuple[str, str]]) -> Forms:
    """Return the forms of `pairs` (form, entity id), ready for scanning: the same object for the
    same pairs, so that what was found with it in a text is remembered."""
    return _compiled(tuple(pairs))


@functools.lru_cache(maxsize=256)
def _compiled(pairs: tuple[tuple[str, str], ...]) -> Forms:
    entities: dict[str, set[str]] = {}
    for form, entity in pairs:
        if form := tight(form)[0]:
            entities.setdefault(form, set()).add(entity)
    firsts = sorted({form[0] for form in entities})
    latin = "".join(filter(is_latin, firsts))
    others = "".join(re.escape(one) for one in firsts if not is_latin(one))
    # A form that begins with a Latin letter begins with a word.
    starts = [f"(?<![{LATIN}])[{latin}]"] * bool(latin) + [f"[{others}]"] * bool(others)
    return Forms(
        {form: frozenset(named) for form, named in entities.items()},
        lengths(entities),
        re.compile("|".join(starts) or "(?!)"),
    )


def stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether no Latin letter or digit continues the form beyond its Latin ends."""
    before = start > 0 and is_latin(text[start]) and is_latin(text[start - 1])
    after = end < len(text) and is_latin(text[end - 1]) and is_latin(text[end])
    return not before and not after


@functools.lru_cache(maxsize=4096)
def nested_mentions(text: str, forms: Forms) -> tuple[Mention, ...]:
    """Return the mentions in `text`, left to right, those inside longer ones too: at each place the
    MOST_NESTED longest, or n forms could make n mentions a character.

    >>> forms = compile_forms([("拜登", "joe-biden"), ("拜登政府", "biden-administration")])
    >>> len(nested_mentions("拜登政府", forms))
    2
    """
    read, offsets = tight(text)
    starts = (match.start() for match in forms.first.finditer(read))
    return _placed(
        (one for at in starts for one in itertools.islice(forms.at(read, at), MOST_NESTED)), offsets
    )


def _placed(found: Iterable[Mention], offsets: Sequence[int]) -> tuple[Mention, ...]:
    """The mentions, found in tight text, at their offsets in the text itself."""
    if isinstance(offsets, range):
        return tuple(found)
    return tuple(Mention(*placed((one.start, one.end), offsets), one.entities) for one in found)


@functools.lru_cache(maxsize=4096)
def mentions(text: str, forms: Forms, ignored: str = "") -> tuple[Mention, ...]:
    """Return the mentions in `text`, left to right; forms of the entity `ignored` hide nothing.

    Of two that overlap, the later wins unless it is shorter: 面對美國 is 美國, not 對美.

    >>> forms = compile_forms([("拜登", "joe-biden"), ("拜登政府", "biden-administration")])
    >>> [sorted(m.entities) for m in mentions("拜登政府計劃,拜登", forms)]
    [['biden-administration'], ['joe-biden']]
    """
    text, offsets = tight(text)
    found = []
    at = 0
    while begin := forms.first.search(text, at):
        mention = _longest(text, forms, begin.start(), ignored)
        at = begin.end()
        if mention and not any(
            _crosses(text, forms, mention, inside.start(), ignored)
            for inside in forms.first.finditer(text, at, mention.end)
        ):
            found.append(mention)
            at = mention.end
    return _placed(found, offsets)


def _longest(text: str, forms: Forms, start: int, ignored: str) -> Mention | None:
    return next((one for one in forms.at(text, start) if ignored not in one.entities), None)


def _crosses(text: str, forms: Forms, mention: Mention, start: int, ignored: str) -> bool:
    """Return whether a form that begins inside a mention and is no shorter goes beyond it."""
    other = _longest(text, forms, start, ignored)
    return other is not None and other.end > mention.end <= other.end - start + mention.start
