"""English, as the press writes it.

- ``clauses`` end at , ; : . ! ? … and dashes, not inside dates, numbers, initials, abbreviations.
- ``quotations`` stand in “” ‘’ or straight double marks, of which the odd ones open; an apostrophe
  (’ or ') is no mark.
- ``names``: runs of words that have a capital letter or mix letters and digits, joined by blanks
  and &, with the numbers that belong to them (Boeing 737), without a function word or a title
  before them; *of* belongs to one after the word for an institution.  The first word of a sentence
  is a candidate, too, unless it is a function word, or alone and in a list of words.
- ``boundaries``: edges of words and marks, outside of what is ``whole``; a statement begins after
  a mark, a verb of attribution, that, whether or about.
- ``ends_clause``: at the end, at a mark, and before and, but, while, whereas, although, though.

    >>> text = "Nvidia's Mr. Huang said on May 13, 2025, that “it’s 3.5 times faster.”"
    >>> [text[start:end] for start, end in clauses(text)]
    ["Nvidia's Mr. Huang said on May 13, 2025", 'that “it’s 3.5 times faster']
    >>> [text[start:end] for start, end in (*names(text), *attributions(text), *quotations(text))]
    ['Nvidia', 'Huang', 'said', 'it’s 3.5 times faster.']
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, lru_cache, partial

from chipcontrols.languages import base, characters, force
from chipcontrols.languages.base import Span
from chipcontrols.languages.en import dates as _dates
from chipcontrols.languages.en import numbers as _numbers
from chipcontrols.languages.en import order as _order
from chipcontrols.languages.en import quantities as _quantities
from chipcontrols.languages.en.words import FUNCTION_WORDS, MONTHS, fold, word_before

tag, letters = "en", 1.0
script, has_unpaired_mark = characters.script, base.has_unpaired_mark
order, doers = _order.order, _order.doers
dates, resolve_date, times = _dates.find, _dates.resolve, _dates.calendar.times
points, beside, period = _dates.calendar.points, _dates.calendar.beside, _dates.calendar.period
quantities, read_quantity = _quantities.find, _quantities.read

_QUOTATION_MARKS = {"“": "”", "‘": "’", '"': '"'}
_EDGES = "“”‘’\"'()[] \t\u00a0-–"
_ABBREVIATED = "".join(
    rf"(?<!\b{word})"
    for word in "[A-Z] Mr Ms Mrs Dr Jr St Sen Rep Gov Gen No vs Inc Corp Co Ltd".split()
)
_CLAUSE_MARK = re.compile(
    r"[;!?…—]| [–-] |[,:](?![0-9])|(?<![0-9])[,:]|\.(?=\W{0,3}\Z)"
    rf"|{_ABBREVIATED}\.(?![A-Za-z0-9])"
)
_MARK = re.compile(rf"{_CLAUSE_MARK.pattern}|[“”‘\"()\[\]]|’(?![A-Za-z])")
_SENTENCE_END = re.compile(r"[;!?…”]|\.(?![A-Za-z0-9])")
_GOES_ON = re.compile(r" (?:and|but|while|whereas|although|though)\b")
_NO_STATEMENT, _SUBJECTS, _BEFORE_NOUN, _PLURALS, _SPEAKERS = (
    frozenset(row["word"] for row in words)
    for words in base.by_kind(__file__, "before_verbs").values()
)
_GOING_ON = frozenset("and but also then later has have had".split())
"""Words after which whoever spoke before goes on."""
_REACH = 80
"""How many characters before a verb are read for who speaks, and what denies it."""
_BEGINS = re.compile(r"(?:^|[.!?:;] ?[“‘\"'(]?|[“\"])\Z")
_LEADING = ("that", "whether", "about")
_WORD = re.compile(r"[A-Za-z0-9À-ɏ]+(?:['’.&-][A-Za-z0-9À-ɏ]+)*")
_DIGITS = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?")
_OF = re.compile(" of (?:the )?")
_HEADS = frozenset(row["word"] for row in base.by_kind(__file__, "titles", "part")["head"])
"""Words that what follows *of* belongs to: Bank of Japan."""
_WRITTEN = base.grammar(__file__, {})
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_NO_MARK = re.compile(
    r"(?<=[a-z0-9,;.] )May\b|\bMay (?=[0-9])|\b(?:PM|Theresa|Mrs?|Ms|Minister)\.? May\b"
    r"|(?<=[a-z,] )Will (?=[A-Z])|\bNos?\b\.?(?= ?[0-9])"
)


@cache
def _part(name: str) -> re.Pattern[str]:
    """A pattern of language.csv, compiled when it is first needed."""
    return re.compile(_WRITTEN(f"{{{name}}}"))


def _lowered(text: str) -> str:
    """The folded text in small letters, without May, Will Smith and *No. 12*, which are names."""
    return fold(_NO_MARK.sub(lambda word: "\0" * len(word[0]), text)).translate(_LOWER)


marks = force.mark_finder(
    __file__,
    _lowered,
    re.compile(r"(?:(?<![a-z0-9'-])|(?<=ever-))[a-z]|n't|'ll|'d\b|\?"),
    re.compile(r"[;:!?…—](?![0-9])|[,.](?![0-9a-z])"),
)


@cache
def _verbs() -> re.Pattern[str]:
    words = [{"word": row["verb"]} for row in base.rows(__file__, "attributions")]
    pattern = base.alternatives(words + base.rows(__file__, "not_attributions"))
    return re.compile(rf"(?<!-)\b(?:{pattern})\b(?!-)")


@cache
def _conditions() -> dict[str, tuple[str, str]]:
    """For each verb what else it may be, and what must follow it."""
    found = base.rows(__file__, "attributions")
    return {row["verb"]: (row["blocked_after"], row["only_before"]) for row in found}


def _may_speak(before: str) -> bool:
    """Whether the clause before a verb names somebody, or is empty (“No,” explains Mr. Li)."""
    words = _WORD.findall(_part("begins").split(before)[-1])
    return _GOING_ON.issuperset(words) or any(
        word.lower() in _SPEAKERS
        or (word[0].isupper() and word.lower() not in FUNCTION_WORDS and (at or word[-1] != "s"))
        for at, word in enumerate(words)
        if word not in MONTHS
    )


def _attributes(text: str, start: int, end: int) -> bool:
    """Whether a verb attributes: it is affirmed, active and no noun, and what must stand beside it
    does."""
    other, follows = _conditions().get(text[start:end].lower(), ("", "none"))
    word, before = word_before(text, start), text[max(0, start - _REACH) : start]
    if follows == "none" or _part("denied").search(before):
        return False  # did not respond
    quoted = follows == "clause" and _part("quoted").search(before)
    if follows and not (_part(follows).match(text, end) or quoted):
        return False  # announced plans
    if _part("participle").search(text, start, end):
        if _part("passive").search(before) or _part("by_whom").match(text, end):
            return False
    elif word == "to":
        return False  # had little to say
    if "speaker" in other and not (text.startswith(" that ", end) or _may_speak(before)):
        return False
    if follows == "object":
        named = word.lower() not in (word, *FUNCTION_WORDS)
        return named or word.lower() in _SUBJECTS | _SPEAKERS
    if other == "article":  # the show
        return word.lower() not in _BEFORE_NOUN
    if "noun" in other:
        blocked = not word and text[start].isupper()  # Estimates of losses
        blocked |= word.lower() in _BEFORE_NOUN or word.endswith("'")  # analysts' estimates
        if text[end - 1] != "s":  # analysts estimate; an August report
            blocked |= not (word.lower() in _PLURALS or (word[-1:] == "s" and word[-2:] != "'s"))
        alone = word == word.lower() and word not in _PLURALS
        return not (blocked or (alone and _part("noun_follows").match(text, end)))
    if "passive" in other and not word:  # Projected growth; duties, expected on Friday
        return text[start].islower() and not _part("complement").match(text, end)
    return "passive" not in other or word.lower() not in _NO_STATEMENT


def _without_dates(text: str) -> str:
    return base.masked(text, ((date.start, date.end) for date in dates(text)))


def region(text: str) -> str:
    """Nothing: the signs of currencies in English name their country ($ is USD)."""
    return ""


def glosses(raw: str) -> tuple[Span, ...]:
    """None: English has no glosses."""
    return ()


clauses = base.clause_finder(_without_dates, _CLAUSE_MARK, _EDGES)
severed = base.bond_finder(__file__, clauses, fold, _SENTENCE_END)
quotations = lru_cache(maxsize=4096)(partial(base.quotations, marks=_QUOTATION_MARKS))


@cache
def _ordinary_words() -> frozenset[str]:
    """Words of the lists, as a sentence begins with them: Sales fell."""
    lists = ("opposites", "word"), ("force", "word"), ("attributions", "verb")
    return frozenset(
        row[column].capitalize() for name, column in lists for row in base.rows(__file__, name)
    )


@cache
def _title() -> re.Pattern[str]:
    parts = base.by_kind(__file__, "titles", "part")
    before, title = (base.alternatives(parts[part]) for part in ("before", "title"))
    return re.compile(rf" ?(?<![\w.-])(?:{before} )*{title}\.? (?=[A-Z])")


def _parted(text: str, start: int, end: int) -> Iterator[Span]:
    """The names in a run of words, which titles part (Intel Chairman Jane Roe), and *of* unless an
    institution is before it (shares of Nvidia; Jane Roe of the Bank of Japan)."""
    for of in [*_OF.finditer(text, start, end), None]:
        first, last = start, of.start() if of else end
        words = text[first:last].split()
        if of and words and words[-1] in _HEADS:
            continue
        start = of.end() if of else end
        if title := _title().search(text, first, last):
            yield first, title.start()
            first = title.end()
        plural = of and len(words) == 1 and words[0].endswith("s")
        if not (plural and _BEGINS.search(text[max(0, first - 3) : first])):
            yield first, last


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[Span, ...]:
    """Runs of words with capital letters, without titles."""
    counted = [(q.start, q.end) for q in quantities(text)]
    masked, found = base.masked(_without_dates(text), counted), []
    every = (span for run in _part("run").finditer(masked) for span in _parted(masked, *run.span()))
    for first, end in every:
        start = first
        while word := _WORD.match(masked, start, end):
            if word[0].lower() not in FUNCTION_WORDS:
                ordinary = word.end() == end and word[0] in _ordinary_words()
                if not ordinary or not _BEGINS.search(text[max(0, start - 3) : start]):
                    found.append((start, end))
                break
            start = min(word.end() + 1, end)
    return tuple(found)


numerals = base.numeral_finder(quantities, dates, names)


@lru_cache(maxsize=4096)
def attributions(text: str) -> tuple[Span, ...]:
    """Verbs that attribute a statement: not nouns (the report), nor what is expected of all."""
    spans = (match.span() for match in _verbs().finditer(text.translate(_LOWER)))
    return tuple(span for span in spans if _attributes(text, *span))


@lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[Fraction]:
    """The numbers that the text supports.

    >>> sorted(map(str, numbers("up to $1 billion for H20 in May")))
    ['1', '1000000000', '20', '5']
    """
    found = {value for number in _numbers.numbers(text) for value in number.values}
    found |= {Fraction(digits) for digits in _DIGITS.findall(fold(text))}
    return frozenset(found | set(base.values(quantities(text))))


def whole(text: str) -> list[Span]:
    """Times, quantities, and words."""
    found = times(text) + [(quantity.start, quantity.end) for quantity in quantities(text)]
    return found + [match.span() for match in _WORD.finditer(text)]


@lru_cache(maxsize=4096)
def boundaries(text: str, for_statement: bool = False) -> frozenset[int]:
    """Offsets at which a phrase may begin or end, or with ``for_statement`` a statement begin."""
    marks = [match.span() for match in _MARK.finditer(text)]
    ends = {0, len(text)}.union(*marks)
    leading = {end for _, end in (*marks, *attributions(text))}
    for word in _WORD.finditer(text):
        if not for_statement:
            ends |= set(word.span())
        elif word.start() - 1 in leading:
            ends.add(word.start())
        if word[0].lower() in _LEADING:
            leading.add(word.end())
    return base.uncut(ends, whole(text))


def ends_clause(text: str, at: int) -> bool:
    """Whether a reported statement may end at the offset."""
    if any(start < at < end for start, end in whole(text)):
        return False
    return at >= len(text) or bool(_MARK.match(text, at) or _GOES_ON.match(text, at))
