"""The words of pairs of opposites (rise and fall) in an original and in a sentence that renders it.

A word of a pair on one side looks for a word of the same pair on the other: first for the
same end, the nearest in the order of the text first. Where only the opposite end is left, a
negation that reaches one of the two explains it (不落後 is "keeps up", 不低於 "at least"), and is
then spoken for; without one, the two disagree, unless they are so far apart that they speak of
two things. Pairs that say only a part of a word (``_VAGUE``) come last. Of a few pairs
(``_ALONE``) the sentence may have no end of which the original has only the other, unless a
negation explains it. A verb that lifts a ban permits. Two names that change places turn a word
that compares or trades: A leads B, B trails A.

What "rather than" or 而非 introduces is not so, and left out.  Out of scope: words that stand in no
list (``opposites.csv`` of the languages), and what else the two differ in
(`chipcontrols.languages.agreement`).
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chipcontrols.languages.base import Mark, Span, rows

KINDS = {row["kind"]: row for row in rows(__file__, "kinds")}
"""What answers and licenses the kinds of marks that need it, and the traits of others."""


def with_trait(trait: str) -> frozenset[str]:
    """Return the kinds that have a trait."""
    return frozenset(kind for kind, row in KINDS.items() if trait in row["traits"].split())


_VAGUE = with_trait("vague")
"""Pairs that a word belongs to besides another."""
_ALONE = with_trait("alone")
"""Pairs whose words seldom mean something else."""
_ONCE = with_trait("once")
"""Those of them of which one word on either side is enough: three years ago, after the war."""
CONVERSE = with_trait("converse")
"""Pairs whose ends say the same of two that change places: A leads B, B trails A."""
_GOING = with_trait("going")
"""Pairs that say that something goes ahead."""
_FRAME = with_trait("frame")
"""Pairs whose words lead a clause and do not deny it: unless, even without."""
_FAR = 20
"""The most letters of the original between the places of a word and its opposite that speak of one
thing; half as many where the pair is vague."""
_OBJECT = re.compile(
    ".(?:[^，。；：,;:a-zA-Z]{0,16}|"
    " ?(?:(?!(?:to|at|by|in|on|for|from|but|and|or|as|than|with) )[a-zA-Z'-]+ ){0,3})"
)
"""What may part a verb, from its last letter on, from what it is done to."""
_PASSIVE = re.compile(
    "[^ ](?:[已獲获被遭也將将全面部予以得到正式]{0,4}|"
    "(?: (?!(?:until|when|if|after|before|as) )[a-zA-Z'-]+)* (?:is|are|was|were|been?|being) "
    "(?:[a-z]+ly )?)"
)
"""What may part that from a verb in the passive."""
_SUBORDINATE = re.compile(
    r"\b(?:that|whether|if|unless|who|which|because|when|how|what|where)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What an original and a sentence do not say alike, and the words that tell it."""

    about: str  # direction, roles, polarity, force, addition, modality or length
    undecided: bool
    reason: str
    original: Span | None = None
    sentence: Span | None = None


@dataclass(frozen=True)
class Side:
    """A text, its marks, which of its negations are spoken for, and which of its words of pairs
    of opposites have a partner on the other side."""

    name: str
    text: str
    marks: tuple[Mark, ...]
    spoken: set[Mark]
    paired: set[Span]

    def words(self, mark: Mark) -> str:
        """The words of a mark."""
        return self.text[mark.start : mark.end].strip()

    def firm(self, kind: str) -> list[Mark]:
        """The firm marks of a kind."""
        return [mark for mark in self.marks if mark.kind == kind and mark.firm]

    def kinds(self) -> set[str]:
        """The kinds of its marks."""
        return {mark.kind for mark in self.marks}

    @cached_property
    def main(self) -> int:
        """Where the first word ends that begins a subordinate clause in English."""
        found = _SUBORDINATE.search(self.text)
        return found.end() if found else len(self.text)

    def denied(self, at: int) -> bool:
        """Whether a firm negation reaches an offset."""
        return any(one.scope[0] <= at < one.scope[1] for one in self.firm("not"))

    def place(self, span: Span) -> float:
        """Where a word stands, as a share of the text."""
        return span[0] / max(len(self.text), 1)

    @cached_property
    def opposites(self) -> dict[Span, dict[str, int]]:
        """The words of pairs of opposites: the pairs of each and the end that it is."""
        found: dict[Span, dict[str, int]] = {}
        left_out = [mark.scope for mark in self.marks if mark.kind == "instead"]
        for mark in self.marks:
            if mark.pole and not any(s <= mark.start < e for s, e in left_out):
                ends = found.setdefault((mark.start, mark.end), {})
                ends[mark.kind] = mark.pole
        bans = [span for span, ends in found.items()
                if ends.get("permit") == -1 and ends.keys().isdisjoint(_GOING)]  # fmt: skip
        for verb, ends in found.items():
            lifts = "permit" not in ends and -1 in (ends.get(kind) for kind in (*_GOING, "tight"))
            if lifts and any(self.done_to(verb, ban) for ban in bans):
                ends["permit"] = 1
        return found

    def done_to(self, verb: Span, ban: Span) -> bool:
        """Whether a verb is done to what stands behind it, or before it in the passive."""
        first, last, between = (verb, ban, _OBJECT) if verb < ban else (ban, verb, _PASSIVE)
        return between.fullmatch(self.text[first[1] - 1 : last[0]]) is not None

    def unpaired(self) -> list[Span]:
        """The words of pairs of opposites without a partner, in order."""
        return sorted(self.opposites.keys() - self.paired)

    def negations(self, firm: bool) -> list[Mark]:
        """Those not spoken for."""
        nots = (mark for mark in self.marks if mark.kind == "not" and mark.firm == firm)
        return [mark for mark in nots if mark not in self.spoken]

    def at(self, span: Span) -> list[Mark]:
        """The negation that a word itself is."""
        return [m for m in self.marks if m.kind == "not" and (m.start, m.end) == span]

    def reaching(self, span: Span) -> Mark | None:
        """The nearest negation, not spoken for, whose scope holds a word."""
        free = self.negations(firm=True)
        near = [mark for mark in free if mark.scope[0] <= span[0] and span[1] <= mark.scope[1]]
        return min(near, key=lambda mark: abs(mark.start - span[0]), default=None)


def _pairs(left: Side, right: Side, same: bool, vague: bool) -> list[tuple[Span, Span]]:
    """Words that share a pair of opposites, each once, those at like places first."""
    of_left, of_right = left.opposites, right.opposites
    near = []
    for one, other in itertools.product(left.unpaired(), right.unpaired()):
        shared = of_left[one].keys() & of_right[other].keys() - (() if vague else _VAGUE)
        alike = [kind for kind in shared if of_left[one][kind] == of_right[other][kind]]
        apart = abs(left.place(one) - right.place(other)) * len(left.text)
        far = _FAR if shared - _VAGUE else _FAR / 2
        if shared and bool(alike) == same and (same or apart <= far):
            near.append((-len(alike or shared), apart, one, other))
    found = []
    for *_, one, other in sorted(near):
        if one not in left.paired and other not in right.paired:
            left.paired.add(one)
            right.paired.add(other)
            found.append((one, other))
    return found


def in_both(
    one: Iterable[tuple[object, Span]], other: Iterable[tuple[object, Span]]
) -> tuple[tuple[Span, Span], ...]:
    """Where the same is named on either side, when each names it once."""
    once = []
    for found in ([*one], [*other]):
        count = Counter(name for name, _ in found)
        once.append({name: span for name, span in found if count[name] == 1})
    return tuple((span, once[1][name]) for name, span in once[0].items() if name in once[1])


def _turned(names: Iterable[tuple[Span, Span]], around: tuple[Span, Span] | None = None) -> bool:
    """Whether two names are in another order on the other side; ``around`` a word on each."""
    ordered = sorted(names)
    return any(
        there > later
        and (around is None or (here < around[0] < after and later < around[1] < there))
        for at, (here, there) in enumerate(ordered)
        for after, later in ordered[at + 1 :]
    )


def directions(
    left: Side, right: Side, names: tuple[tuple[Span, Span], ...]
) -> Iterator[Disagreement]:
    """Yield the words of pairs of opposites that do not agree; ``names`` are where both name the
    same."""
    rendered: dict[Span, Span] = {}
    for vague in (False, True):
        alike = _pairs(left, right, True, vague)
        rendered |= alike
        for one, other in alike:
            shared = left.opposites[one].keys() & right.opposites[other].keys()
            if shared - _FRAME:
                left.spoken.update(left.at(one))
                right.spoken.update(right.at(other))
            converse = CONVERSE & shared
            if converse - {"deal"} and _turned(names, (one, other)):
                reason = f"{left.text[slice(*one)]} in the original, but who does it to whom is"
                reason += " exchanged in the sentence"
                yield Disagreement("direction", False, reason, one, other)
        for one, other in _pairs(left, right, False, vague):
            yield from _opposed(left, right, one, other, names)
    known = left.opposites
    for other in (span for span in right.unpaired() if not right.reaching(span)):
        for kind in right.opposites[other].keys() & _ALONE:
            like = [one for one in sorted(known) if kind in known[one]]
            done = [rendered[one] for one in like if one in rendered]
            if any(kind in _ONCE or right.done_to(each, other) for each in done):
                break  # relax restrictions, for 鬆綁
            if like and all(known[one][kind] != right.opposites[other][kind] for one in like):
                if denied := next(filter(None, map(left.reaching, like)), None):
                    left.spoken.add(denied)  # 未撤銷: it remains in force
                else:
                    yield _opposite(left, right, like[0], other)
                break


def _opposite(left: Side, right: Side, one: Span, other: Span) -> Disagreement:
    said, rendered = left.text[slice(*one)], right.text[slice(*other)]
    reason = f"{said.strip()} in the original, but its opposite {rendered.strip()!r}"
    return Disagreement("direction", False, f"{reason} in the sentence", one, other)


def _opposed(
    left: Side, right: Side, one: Span, other: Span, names: tuple[tuple[Span, Span], ...]
) -> Iterator[Disagreement]:
    """Opposites disagree, unless who does it to whom is turned or one negation makes them alike."""
    left.spoken.update(left.at(one))
    right.spoken.update(right.at(other))
    shared = left.opposites[one].keys() & right.opposites[other].keys()
    more = len(left.negations(firm=True)) - len(right.negations(firm=True))
    denied, denies = left.reaching(one), right.reaching(other)
    around = None if "deal" in shared else (one, other)
    if around is None:  # What has a number is dealt in, and no party to it: H20.
        names = tuple(name for name in names if not re.search("[0-9]", left.text[slice(*name[0])]))
    if shared & CONVERSE and _turned(names, around):
        pass
    elif denied and more >= bool(denies):
        left.spoken.add(denied)
    elif denies and not denied and more <= 0:
        right.spoken.add(denies)
    else:
        yield _opposite(left, right, one, other)
