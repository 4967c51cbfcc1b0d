"""Names of entities in Chinese text and in English text.

Scanning runs from left to right and takes at each place the longest form that begins there, so a
form never matches inside a longer one: 拜登政府 is the administration, not the person.  A form that
begins or ends with a Latin letter or digit matches only where no other Latin letter or digit
touches it: ``AMD`` not in ``AMDX``.  One form may name several entities (中美).  The cost is linear
in the text.  Out of scope: pronouns, and choosing between two entities of one form.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping

MOST_NESTED = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A form in a text: where it stands and which entities it names."""

    start: int
    end: int
    entities: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Forms:
    """Forms ready for scanning: by first character, the longest first, each with its entities."""

    by_first: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]
    first: re.Pattern[str]
    """Finds the next character that a form begins with."""

    def entities(self, form: str) -> frozenset[str]:
        """Return the entities that a form names."""
        return dict(self.by_first.get(form[:1], ())).get(form, frozenset())


def compile_forms(pairs: Iterable[tuple[str, str]]) -> Forms:
    """Return the forms of `pairs` (form, entity id), ready for scanning."""
    entities: dict[str, set[str]] = {}
    for form, entity in pairs:
        if form:
            entities.setdefault(form, set()).add(entity)
    by_first: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for form in sorted(entities, key=lambda form: (-len(form), form)):
        by_first.setdefault(form[0], []).append((form, frozenset(entities[form])))
    letters = "".join(map(re.escape, sorted(by_first)))
    return Forms(
        {first: tuple(forms) for first, forms in by_first.items()},
        re.compile(f"[{letters}]" if letters else "(?!)"),
    )


def is_latin(character: str) -> bool:
    """Return whether the character is a letter or digit that words of Latin script are made of."""
    return character.isalnum() and character < "\u0250"


def stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether no Latin letter or digit continues the form beyond its Latin ends."""
    before = start > 0 and is_latin(text[start]) and is_latin(text[start - 1])
    after = end < len(text) and is_latin(text[end - 1]) and is_latin(text[end])
    return not before and not after


def nested_mentions(text: str, forms: Forms) -> tuple[Mention, ...]:
    """Return the mentions in `text`, left to right, those inside longer ones too: of forms that
    begin at one place the MOST_NESTED longest, for n forms could else be n mentions a character.

    >>> forms = compile_forms([("拜登", "joe-biden"), ("拜登政府", "biden-administration")])
    >>> len(nested_mentions("拜登政府", forms))
    2
    """
    found: list[Mention] = []
    for at in (match.start() for match in forms.first.finditer(text)):
        here = (
            Mention(at, at + len(form), entities)
            for form, entities in forms.by_first[text[at]]
            if text.startswith(form, at) and stands_alone(text, at, at + len(form))
        )
        found += itertools.islice(here, MOST_NESTED)
    return tuple(found)


def mentions(text: str, forms: Forms, ignored: str = "") -> tuple[Mention, ...]:
    """Return the mentions in `text`, left to right; forms of the entity `ignored` hide nothing.

    >>> forms = compile_forms([("拜登", "joe-biden"), ("拜登政府", "biden-administration")])
    >>> [sorted(m.entities) for m in mentions("拜登政府计划,拜登", forms)]
    [['biden-administration'], ['joe-biden']]
    """
    found = []
    at = 0
    while begin := forms.first.search(text, at):
        at = begin.start()
        for form, entities in forms.by_first[text[at]]:
            if (
                text.startswith(form, at)
                and ignored not in entities
                and stands_alone(text, at, at + len(form))
            ):
                found.append(Mention(at, at + len(form), entities))
                at += len(form)
                break
        else:
            at += 1
    return tuple(found)
