"""What the verbs of a line report: for each verb that attributes, the stretch that is said.

Of the verbs of a clause one reports: one that *that* follows, else the last where it ends the
clause (據…報導), else the first.  A later verb of a sentence reports only where it begins its
clause, but for a word (並警告), ends it, or has *that* behind it; elsewhere it is a part of what is
reported.  What is reported ends before the clause of the next verb that reports.  A sentence that
begins with its verb names a source first (根據…, According to …), and in some languages who says it
may follow what is said (…, he said).
Out of scope: who says it, and quotations, which say themselves what is said.
"""

import functools
import re
from collections.abc import Iterator, Sequence

from chipcontrols.curation import places
from chipcontrols.languages.base import Span, rows
from chipcontrols.languages.folding import fold
from chipcontrols.languages.surface_forms import Mention
from chipcontrols.validation.anchors import Line
from chipcontrols.validation.candidates import length_of

QUOTATION_FOLLOWS = re.compile('[,，:：\\s]*[「『“"]')
QUOTATION_PRECEDES = re.compile('[,.，。!?！？][」』”"][^,.，。:：;；!?！？]*$')
NEAR = 40
"""How far before a verb the quotation that it attributes may end."""
SPEAKER_FOLLOWS = ("en",)
"""Languages in which who says it may follow what is said, not divided from it by a quotation."""
MOST_WORDS = 6
"""The most words of who says it after a verb that follows what is said."""
SEMICOLON = re.compile("[;；]")
EDGES = " ,，:：。.;；\t\u3000"
LEADING = re.compile(
    r"\s*[（(]?[一二三四五六七八九十0-9]{1,3}(?:[、．）)]|\.\s)\s*"
    r"|[A-Z][A-Z /.,'-]+(?:, [A-Z][a-z]+\.? [0-9]{1,2})? ?\([A-Z][\w ]*\) ?[-–—]+ ?"
    r"|[（(][^，。（）()]{4,30}[电電日][)）]|[【\[][^，。】\]]{2,20}[讯訊电電][】\]]\s*"
    r"|[^\W_]{2,4}[社網网报報][^，。\s]{2,16}[电電讯訊](?:\s*[（(][^（）()]*[）)])?\s+"
)
"""What begins a line before its first sentence: the number that it has in a list, a dateline."""


@functools.cache
def word(use: str) -> re.Pattern[str]:
    """Return a pattern for the words of a use in ``words.csv``, of all languages, longest first."""
    found = sorted((row["word"] for row in rows(__file__, "words") if row["use"] == use), key=len)
    every = (rf"\b{word}\b" if word.isascii() else word for word in reversed(found))
    return re.compile(f"(?:{'|'.join(every)})", re.IGNORECASE)


def precedes(use: str, reading: str, start: int) -> bool:
    """Return whether a word of a use stands before an offset."""
    before = fold(reading[:start].rstrip())
    return any(one.end() == len(before) for one in word(use).finditer(before))


def reported(line: Line) -> Iterator[tuple[Span, Span]]:
    """Yield each verb that reports something outside of quotations, and what it reports."""
    reading, language = line.reading, line.language
    quoted, clauses = language.quotations(reading), language.clauses(reading)
    sentences: dict[Span, list[tuple[Span, Span]]] = {}
    for verb in language.attributions(reading):
        inside = any(first <= verb[0] < last for first, last in quoted)
        clause = next((one for one in clauses if one[0] <= verb[0] < one[1]), verb)
        addressed = word("addressing").fullmatch(reading, *verb)  # told them to go says nothing
        silent = addressed and not word("that").search(reading, verb[1], clause[1])
        if not inside and not silent and not word("relative").match(reading, verb[1]):
            here = places.sentence_around(line, *verb)
            sentences.setdefault(here, []).append((clause, verb))
    for sentence, verbs in sentences.items():
        kept = reporting(line, verbs)
        for number, (_, verb) in enumerate(kept):
            said = trimmed(reading, *what_is_said(line, sentence, kept, number))
            whole = not language.has_unpaired_mark(reading[slice(*said)])
            before = reading[max(verb[0] - NEAR, 0) : verb[0]]
            goes_on = line.language.tag not in SPEAKER_FOLLOWS and said[0] >= verb[1]
            quotes = not goes_on and QUOTATION_PRECEDES.search(before)  # 「好。」他說，訂單也多
            quotes = quotes or QUOTATION_FOLLOWS.match(reading, verb[1])
            if has_letters(reading, *said) and whole and not quotes:
                yield verb, said


def verb_over(line: Line, span: Span) -> Span | None:
    """Return the verb that reports a span, or that a quotation around it follows, or that follows a
    quotation, if any does."""
    for verb, said in reported(line):
        if said[0] <= span[0] and span[1] <= said[1]:
            return verb
    every, reading = line.language.attributions(line.reading), line.reading
    verbs = [one for one in every if one[1] <= span[0]]
    before = QUOTATION_FOLLOWS.match(reading, verbs[-1][1]) if verbs else None
    if before and before.end() >= span[0]:
        return verbs[-1]
    near = [one for one in every if span[1] <= one[0] <= span[1] + NEAR]
    after = (one for one in near if QUOTATION_PRECEDES.match(reading, span[1] - 2, one[0]))
    return next(after, None)


def speaker_of(line: Line, verb: Span) -> Mention | None:
    """Return whom the words of a clause name as the one who says what its verb reports: the last
    before the verb, but for an adverb or a phrase (在…上), else the first one right behind it,
    where a language allows that; of a report by a medium nobody."""
    reading, first = fold(line.reading), places.clauses_around(line, *verb)[0]
    if word("medium").search(reading, *verb):
        return None
    before = (one for one in reversed(line.mentions) if first <= one.start and one.end <= verb[0])
    apart = word("aside")
    found = [one for one in before if apart.fullmatch(reading[one.end : verb[0]].strip())]
    begins = not has_letters(reading, first, verb[0]) or word("source").fullmatch(reading, *verb)
    if not found and begins and line.language.tag in SPEAKER_FOLLOWS:
        found = [one for one in line.mentions if reading[verb[1] : one.start] == " "]
    return found[0] if found else None


def part(line: Line, start: int, end: int) -> Span:
    """Return the part of the sentence around a span that semicolons divide from the rest."""
    first, last = places.sentence_around(line, start, end)
    cuts = [first, *(one.end() for one in SEMICOLON.finditer(line.reading, first, last)), last]
    here = max(cut for cut in cuts if cut <= start), min(cut for cut in cuts if end <= cut)
    return places.trimmed(line.reading, *here)


def segment(line: Line, start: int, end: int) -> Span:
    """Return the part around a span if it has a verb that attributes; else the sentence."""
    here, verbs = part(line, start, end), line.language.attributions(line.reading)
    attributed = any(here[0] <= verb[0] < here[1] for verb in verbs)
    return here if attributed else places.sentence_around(line, start, end)


def with_speaker(line: Line, quotation: Span, larger: Span) -> Span:
    """Return a larger span with the sentence after a quotation that says who said it."""
    verb = verb_over(line, quotation) or quotation
    return larger[0], max(larger[1], places.sentence_around(line, *verb)[1])


def names_speaker(line: Line, quotation: Span) -> bool:
    """Return whether a quotation stands before a verb in its clause, as a name of who speaks."""
    clauses, (start, end) = line.language.clauses(line.reading), quotation
    whole = line.reading[end - 1].isalnum()
    verbs = line.language.attributions(line.reading)
    return whole and any(c[0] <= start and end < v[0] < c[1] for c in clauses for v in verbs)


def reporting(line: Line, verbs: Sequence[tuple[Span, Span]]) -> list[tuple[Span, Span]]:
    """Return the verbs of a sentence that report, each after its clause."""
    reading, kept = line.reading, list[tuple[Span, Span]]()
    for clause in dict.fromkeys(clause for clause, _ in verbs):
        here = [verb for one, verb in verbs if one == clause]
        chosen = [one for one in here if that_after(reading, one, one[1], clause[1])][:1]
        if not chosen:
            ends = not has_letters(reading, here[-1][1], clause[1])
            chosen = here[-1:] if ends else here[:1]
            if kept and inside_report(line, kept[-1], clause, chosen[0], ends):
                continue
        kept.append((clause, chosen[0]))
    return kept


def that_after(reading: str, verb: Span, start: int, end: int, adverbial: bool = False) -> int:
    """Return where between two offsets, behind a verb, what is said begins where *that* or
    *whether* does, also behind whom it addresses (told investors that) or an adverbial; else 0."""
    start = places.trimmed(reading, start, len(reading))[0]
    that, question = word("that").match(reading, start), word("question").match(reading, start)
    if not that and not question and (adverbial or word("addressing").fullmatch(reading, *verb)):
        that = word("that").search(reading, start, end)
    return that.end() if that else start if question else 0


def inside_report(
    line: Line, last: tuple[Span, Span], clause: Span, verb: Span, ends: bool
) -> bool:
    """Return whether a verb is a part of what the last one that reports in its sentence says."""
    reading, before = line.reading, line.reading[clause[0] : verb[0]].strip()
    if SEMICOLON.search(reading, last[1][1], verb[0]):
        return False
    if not has_letters(reading, last[1][1], clause[0]):
        return True  # Something must be said.
    return not ends and (line.language.tag in SPEAKER_FOLLOWS or length_of(before) > 1)


def has_letters(reading: str, start: int, end: int) -> bool:
    """Return whether a stretch has letters or digits."""
    return any(map(str.isalnum, reading[start:end]))


def when_said(line: Line, verb: Span) -> int:
    """Return where a verb ends, with the time that follows it (said on Tuesday), where a language
    lets it follow; in another what follows begins what is said (估今年營收)."""
    if line.language.tag not in SPEAKER_FOLLOWS:
        told = word("addressee").match(line.reading, verb[1])  # 告诉记者，
        return told.end() if told and line.reading[told.end() :][:1] in EDGES else verb[1]
    reading = line.reading
    at = places.trimmed(reading, verb[1], len(reading))[0]
    if preposition := word("adverb").match(reading, at):
        at = places.trimmed(reading, preposition.end(), len(reading))[0]
    return next((end for start, end in line.language.times(reading) if start == at), verb[1])


def what_is_said(
    line: Line, sentence: Span, kept: Sequence[tuple[Span, Span]], number: int
) -> Span:
    """Return what the verb of a number among those that report in a sentence says."""
    reading, (clause, verb) = line.reading, kept[number]
    first, last = sentence
    if number + 1 < len(kept):
        last = kept[number + 1][0][0]
    end = when_said(line, verb)
    adverbial = word("adverb").match(reading, places.trimmed(reading, end, len(reading))[0])
    if that := that_after(reading, verb, end, clause[1], bool(adverbial)):
        return places.trimmed(reading, that, last)
    ends = not has_letters(reading, end, clause[1])
    begins = not has_letters(reading, clause[0], verb[0])
    before, more = has_letters(reading, first, clause[0]), has_letters(reading, clause[1], last)
    source = word("source").fullmatch(reading, *verb)
    few = length_of(reading[end : clause[1]]) <= MOST_WORDS
    ends |= bool(adverbial) and few and length_of(reading[first : clause[0]]) > MOST_WORDS
    follows = line.language.tag in SPEAKER_FOLLOWS and (ends or (begins and (source or few)))
    if before and (follows or (ends and not more)):
        marks = line.language.marks(reading)
        silent = any(m.kind == "not" and clause[0] <= m.start < clause[1] for m in marks)
        goes_on = more and word("finite").match(reading, trimmed(reading, clause[1], last)[0])
        return (end, end) if silent or number else (first, last if goes_on else clause[0])
    if begins and more and not (ends or before):
        return clause[1], last  # A source is named first.
    return (end, end) if adverbial else (end, last)


def leading(reading: str, start: int, end: int) -> int:
    """Return where a stretch begins behind its number in a list or its dateline."""
    found = LEADING.match(reading, start, end)
    return found.end() if found else start


def trimmed(reading: str, start: int, end: int) -> Span:
    """Return a span without what leads to it and the blanks and marks at its ends."""
    start = leading(reading, start, end)
    words = reading[start:end]
    return start + len(words) - len(words.lstrip(EDGES)), start + len(words.rstrip(EDGES))
