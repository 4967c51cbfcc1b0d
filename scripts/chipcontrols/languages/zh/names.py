"""Chinese names as candidates: persons, firms, institutions and places that a text may name.

``candidates`` finds, from left to right and the longest at each place,

- names of the lexicon (known_names.csv), and of any ``Forms`` given;
- what stands between 《 and 》;
- names in transliteration with a dot (伊麗莎白·沃倫), and without one beside a title or a verb of
  attribution, in the characters that transliterations are written in;
- names that end in a word for an organisation (X公司, X大學, X委員會), back to the first
  character that no name has: a particle, a pronoun, a verb, a mark;
- a surname with one or two characters between a title (董事長劉揚偉) or a verb (傅凱表示).

They are candidates: some are none.  Out of scope: names of products, names without any such sign.
"""

import re
from functools import cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Row, Span
from chipcontrols.languages.characters import HAN
from chipcontrols.languages.zh.folding import fold

_WORDS: dict[str, list[Row]] = {}
for _row in base.rows(__file__, "name_words"):
    _WORDS.setdefault(_row["kind"], []).append(_row)
_BESIDE = "的了在与和是由对向为被把将从于及等这那该其此每各某个位则"
_NEVER = (  # characters that stand beside names, not in them
    "的了在与和是由对向为被把将从于及等这那该其此每各某个名家位您我你他她它们也都就还又已正会能可要想让使给"
    "因所以但而若如或并则即且很最更太再只仅称说指问讲谈叫用做有无没不未非约近逾超达据随着过到至往"
    "何些许么吗呢吧啊之间时后前"
)


@cache
def _pattern() -> re.Pattern[str]:
    title, suffix, surname = (
        f"(?:{base.alternatives(_WORDS[kind])})" for kind in ("title", "suffix", "surname")
    )
    sounds = "".join(row["word"] for row in _WORDS["transliteration"])
    letter = f"(?![{_NEVER}])[{HAN}]"
    verbs = [row["verb"] for row in base.rows(__file__, "attributions")]
    verb = f"(?:{base.alternatives({'word': word} for word in verbs)})"
    mark = "[，。、；！？)）」』”,]|\\Z"
    known = base.alternatives(base.rows(__file__, "known_names"))
    after = f"(?={title}|(?:[今昨]?[天日]|上周|周[一二三四五六日]|则|也|还|并|随后|当天)?{verb})"
    before = "|".join(
        f"(?<={'|'.join(row['word'] for row in _WORDS['title'] if len(row['word']) == length)})"
        for length in sorted({len(row["word"]) for row in _WORDS["title"]})
    )
    given = f"(?![{_BESIDE}])[{HAN}]"
    surname = (
        "(?!周[一二三四五六日天末]|常[用见常规年]|和[学谈平解]|官[员方]|[高安][度级层全])"
        f"{surname}"
    )
    person = f"{surname}(?:{given}){{1,2}}?"
    sound = f"[{sounds}]"
    goes_on = f"{mark}|{verb}|{title}|[{_NEVER}]|一[同起道]|出席|[率赴访去来]"
    return re.compile(
        rf"(?P<dotted>(?:{sound}{{1,8}}|(?<![{HAN}])[{HAN}]{{1,3}})(?:[·‧・•∙]{sound}{{1,8}})+)"
        rf"|(?P<work>(?<=《)[^《》]{{1,30}}(?=》))"
        rf"|(?P<organisation>国家(?:[{HAN}]){{2,12}}?委员会|(?:{letter}){{2,9}}?(?:{suffix})+)"
        rf"|(?P<titled>(?:{before})(?:(?:{sound}{{2,6}}|{person})(?={goes_on})"
        rf"|{sound}{{3,6}}|{surname}(?:(?![一二三四五六日天度层级面下上内外中会员])(?:{given})){{2}}))"
        rf"|(?P<between>(?:{before})(?:{letter}){{3,4}}?{after})"
        rf"|(?P<speaker>(?<![{HAN}])(?:{sound}{{2,6}}|{person}){after}|{sound}{{3,6}}{after})"
        rf"|(?P<known>{known})"
    )


def candidates(text: str) -> tuple[Span, ...]:
    """The stretches that may be Chinese names.

    >>> [("鴻海董事長劉揚偉說"[s:e]) for s, e in candidates("鴻海董事長劉揚偉說")]
    ['鴻海', '劉揚偉']
    """
    return tuple(match.span() for match in _pattern().finditer(fold(text)))
