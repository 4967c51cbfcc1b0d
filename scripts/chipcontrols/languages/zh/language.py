"""Chinese in either script and either width of punctuation.

- ``clauses`` end at commas, full stops, semicolons, colons, question and exclamation marks, dots
  (…) and dashes (—); 、 and brackets do not end one, nor does a point or comma inside a number.
- ``quotations`` stand in 「」 『』 “” ‘’ ｢｣ 〝〞 or straight marks, of which the odd ones open.
- ``boundaries``: edges of what is ``whole``, of verbs of attribution, of punctuation, brackets and
  quotation marks, of one-character particles, and of phrases for those without a name, with the
  verbs before them (actors.csv); none is inside such a word.  Of the particles a statement
  begins after 了 and 於 only.
- ``severed``: words that bind a clause to its main clause (bonds.csv).
- ``ends_clause``: at the end, at punctuation, brackets, quotation marks and blanks, and before 的
  followed by the word that reports it (取代人類的預言).

    >>> text = "他說：「能，3.5倍。」"
    >>> [text[start:end] for start, end in clauses(text)]
    ['他說', '能', '3.5倍']
    >>> ends_clause("取代人類的預言", 4), ends_clause("取代人類", 2)
    (True, False)
"""

import re
from fractions import Fraction
from functools import cache, lru_cache, partial

from chipcontrols.languages import base, characters, force
from chipcontrols.languages import folding as _folding
from chipcontrols.languages.base import Span
from chipcontrols.languages.surface_forms import Forms, compile_forms, mentions
from chipcontrols.languages.zh import dates as _dates
from chipcontrols.languages.zh import money as _money
from chipcontrols.languages.zh import names as _names
from chipcontrols.languages.zh import numerals as _numerals
from chipcontrols.languages.zh import order as _order
from chipcontrols.languages.zh import quantities as _quantities

tag, letters = "zh", 2.2
script, has_unpaired_mark = characters.script, base.has_unpaired_mark
dates, resolve_date, times = _dates.find, _dates.resolve, _dates.calendar.times
points, beside, period = _dates.calendar.points, _dates.calendar.beside, _dates.calendar.period
quantities, read_quantity = _quantities.find, _quantities.read
region, order, doers = _money.region, _order.order, _order.doers

# One syllable with a tone mark; a word in plain letters, such as (Tesla), is no gloss.
_GLOSS = re.compile(r"[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zü]*[)）]")
_CLAUSE_MARK = re.compile(
    r"[，。…—!?;]|(?<![0-9])[,:]|[,:](?![0-9])|(?<![0-9A-Za-z])\.|(?<!\.[A-Z])\.(?![0-9A-Za-z])"
    r"(?!(?<=[0-9]\.) [0-9]{1,2}[%‰万亿倍])"
)
_EDGES = characters.QUOTES + characters.BRACKETS + " \t\u3000\u00a0、"
_PUNCTUATION = set(f",，.．､｡ {characters.ENDS}{_EDGES}")
_PARTICLES = "向被把给在的了時时與与和為为由對对於于系是如但中上"
"""Words of one character between which a phrase may stand."""
_LEADING = "了于於"
"""The particles that lead to what is reported: 討論了, 關於."""
_AGENTS = "师员者家"
"""Characters that make a verb the noun of who does it: 分析師."""
_REST = 40
"""How far a clause is read for the word that reports it."""
_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,40}(?![0-9])(?:\.[0-9]{1,40}(?![0-9]))?")
_NUMERAL = re.compile(f"[{_numerals.NUMERAL}]+")
_IMPLIED = {"双": "2", "一倍": "2", "首": "1", "先": "1", "半": "1/2"}
_LATIN = re.compile(r"[A-Za-z0-9]+")
# Runs of letters and digits are taken whole, so that a scan takes linear time.
_LATIN_WORD = r"(?>[0-9]*[A-Za-z][A-Za-z0-9]*(?:[.’'&-][A-Za-z0-9]+)*)"
_LATIN_RUN = re.compile(
    rf"(?<![A-Za-z0-9]){_LATIN_WORD}"
    rf"(?:[ ]&?[ ]?(?:[A-Z]\.(?= [A-Z])|{_LATIN_WORD}|[0-9]++(?![0-9.,]*+[年月日%億亿萬万])))*"
)

_SAYS = ("说", "称", "指出", "指")
_AFTER_VERBS = (*_SAYS, "表示", "认为", "强调")
"""Verbs that form one verb with the one before: 分析稱, 強調說."""
_SOURCE = ("据", "根据")
"""Words before whoever speaks, where the verb ends the clause: 據路透社報道."""
_OF_NOUNS = frozenset("的该项份番对")
_NOT = base.by_kind(__file__, "not_attributions", "part")
_NOT_VERBS = frozenset(row["word"] for row in _NOT["word"])
_OBJECTS = {row["verb"]: row["object"] for row in base.rows(__file__, "attributions")}
_LIGHT, _MANNER, _DENIAL, _OBJECT = (
    f"(?:{base.alternatives(_NOT[part])})" for part in ("light", "manner", "denial", "object")
)
_NOUN_AFTER = re.compile(f"{_LIGHT}(?:{_MANNER})*\\Z")
_DENIED = re.compile(f"{_DENIAL}(?:{_MANNER})*\\Z")
_BEFORE = 10
"""How many characters before a verb are read for what makes it a noun, or denies it."""
_LAST = "(?:[等前中时后的]|之前|之后)*"
_REST_OF_CLAUSE = re.compile("[^，。、,:;!?…—()「」“”]*")
_TELLS_BUT_A_THING = {
    "thing": re.compile(f"[^将会已被有是为拟获达增减升跌降]{{0,14}}{_OBJECT}{_LAST}\\Z"),
    "detail": re.compile(f"(?:{_MANNER})*{_OBJECT}{_LAST}\\Z"),
    "reply": re.compile(f".{{0,14}}{_OBJECT}{_LAST}\\Z|.{{0,20}}(?:时|之际|后)\\Z"),
}
_TELLS_BUT_A_THING["matter"] = _TELLS_BUT_A_THING["reply"]
_AT_THE_TIME_OF = re.compile(r"[^，。:;!?…]{0,16}(?:时|之际|后)[则也还亦并再曾均都]?")
_SENTENCE_END = re.compile("[。！？；!?;…”」』]")
_SCOPE_END = re.compile(r"[，。！？；：!?;…—]|[,:](?![0-9])")
marks = force.mark_finder(__file__, _folding.fold, re.compile(r"\S"), _SCOPE_END, "不未无没非")


@cache
def _verbs() -> re.Pattern[str]:
    verbs = [{**row, "word": row["verb"]} for row in base.rows(__file__, "attributions")]
    says = base.alternatives(row for row in verbs if row["word"] in _AFTER_VERBS)
    every = base.alternatives([*verbs, *({"word": word} for word in _NOT_VERBS)])
    return re.compile(f'{every}(?:{says}|道(?=[，:「『“"]))?')


@cache
def _reporting_words() -> tuple[Forms, dict[str, base.Row]]:
    """The verbs, each with its row: a phrase may begin or end at 訪談, though nobody speaks, but
    not inside it."""
    rows = {row["verb"]: row for row in base.rows(__file__, "attributions")}
    return compile_forms((verb, verb) for verb in rows), rows


@cache
def _actors() -> re.Pattern[str]:
    """Words that phrases for those without a name begin and end with, or follow: 一些企业."""
    parts = base.by_kind(__file__, "actors", "part")
    return re.compile("|".join(f"(?P<{p}>{base.alternatives(w)})" for p, w in parts.items()))


def glosses(raw: str) -> tuple[Span, ...]:
    """The pinyin in parentheses after the character that it spells: 經(jīng)濟(jì)."""
    return tuple(match.span() for match in _GLOSS.finditer(raw))


clauses = base.clause_finder(_folding.fold, _CLAUSE_MARK, _EDGES)
severed = base.bond_finder(__file__, clauses, _folding.fold, _SENTENCE_END)
quotations = lru_cache(maxsize=4096)(partial(base.quotations, marks=characters.QUOTATION_MARKS))


def names(text: str) -> tuple[Span, ...]:
    """Runs of words in Latin letters, with their numbers (CloudMatrix 384), but for units (141GB),
    and the candidates of ``zh.names``."""
    latin = [match.span() for match in _LATIN_RUN.finditer(_folding.fold(text))]
    counted = [(one.start, one.end) for one in quantities(text)] if latin else ()
    latin = [one for one in latin if not any(s <= one[0] and one[1] <= e for s, e in counted)]
    return (*latin, *_names.candidates(text))


numerals = base.numeral_finder(quantities, dates, names)


@lru_cache(maxsize=4096)
def attributions(text: str) -> tuple[Span, ...]:
    """Verbs that attribute a statement, unless the characters beside them make another word or,
    as in 的預測, 該聲明 and 進行討論, a noun; 補充道 and 報告稱 are one verb, 表示歡迎 is none.
    Nor does one attribute that is denied (未透露), tells but a thing (披露三季報, 回答提問), or
    when another was said (談及出口時表示)."""
    folded = _folding.fold(text)
    found = [
        match.span()
        for match in _verbs().finditer(folded)
        if match[0] not in _NOT_VERBS
        and (folded[match.start() - 1 : match.start()] not in _OF_NOUNS or match[0] in _SAYS)
        and not _tells_nothing(folded, *match.span())
    ]
    following = [*(start for start, _ in found[1:]), 0]
    return tuple(
        one
        for one, at in zip(found, following, strict=False)
        if not _AT_THE_TIME_OF.fullmatch(folded, one[1], at)
        and not (folded[slice(*one)] in _SOURCE and _REST_OF_CLAUSE.fullmatch(folded, one[1], at))
    )


def _tells_nothing(folded: str, start: int, end: int) -> bool:
    """Whether a verb ends a name, is the noun of a light verb, is denied, or tells but a thing."""
    before, word = folded[max(0, start - _BEFORE) : start], folded[start:end]
    if word in _names.INDUSTRIES and any(one[1] == end for one in _names.candidates(folded)):
        return True  # 财新观察
    if len(word) > 1 and not word.endswith(_AFTER_VERBS) and _NOUN_AFTER.search(before):
        return True
    kind = _OBJECTS.get(word, "")
    if kind == "matter" and before[-1:] in _PUNCTUATION | {""}:
        return True  # 谈到前景，他语气乐观
    rest = _REST_OF_CLAUSE.match(folded, end)
    if not kind or not rest:
        return False
    answered = kind == "reply" and folded[rest.end() : rest.end() + 1] == ":"
    thing = not answered and _TELLS_BUT_A_THING[kind].match(rest[0])
    return bool(thing or _DENIED.search(before))


@lru_cache(maxsize=4096)
def numbers(text: str) -> frozenset[Fraction]:
    """The numbers that the text supports, by its words too (双方, 首次, 增加一倍).

    >>> sorted(map(str, numbers("H20在五月十三日，高達1億")))
    ['1', '100000000', '13', '20', '5']
    """
    folded = _folding.fold(text)
    found = {Fraction(match[0]) for match in _NUMBER.finditer(folded)}
    found |= {_numerals.number(match[0]) or Fraction(0) for match in _NUMERAL.finditer(folded)}
    found |= {Fraction(value) for word, value in _IMPLIED.items() if word in folded}
    found |= {Fraction(n) for date in dates(text) for n in _dates.numbers(date.text)}
    return frozenset(found | set(base.values(quantities(text))))


def whole(text: str) -> list[Span]:
    """Times, quantities, and words in Latin letters."""
    found = times(text) + [(quantity.start, quantity.end) for quantity in quantities(text)]
    return found + [match.span() for match in _LATIN.finditer(_folding.fold(text))]


@lru_cache(maxsize=4096)
def boundaries(text: str, for_statement: bool = False) -> frozenset[int]:
    """Offsets at which a phrase may begin or end, or with ``for_statement`` a statement begin."""
    spans, folded = whole(text), _folding.fold(text)
    ends = {0, len(text)}.union(*spans)
    verbs, rows = _reporting_words()
    for verb in mentions(folded, verbs):
        row = rows[min(verb.entities)]
        spans.append((verb.start, verb.end))
        if folded[max(0, verb.start - 1) : verb.start] not in row["not_after"]:
            ends.add(verb.start)
        if folded[verb.end : verb.end + 1] not in row["not_before"] + _AGENTS:
            ends.add(verb.end)
    for one in _actors().finditer(folded) if not for_statement else ():
        spans.append(one.span())
        ends.add(one.start() if one["begin"] else one.end())
    particles = _LEADING if for_statement else _PARTICLES
    for at, character in enumerate(text):
        if character in _PUNCTUATION or character in particles:
            ends |= {at + 1} if for_statement and character in particles else {at, at + 1}
    return base.uncut(ends, spans)


def ends_clause(text: str, at: int) -> bool:
    """Whether a reported statement may end at the offset."""
    if at >= len(text):
        return True
    if text[at] in _PUNCTUATION:
        return not any(start < at < end for start, end in whole(text))
    rest = text[at : at + _REST]
    end = next((i for i, character in enumerate(rest) if character in _PUNCTUATION), len(rest))
    return rest.startswith("的") and bool(attributions(rest[1 : end + 1]))
