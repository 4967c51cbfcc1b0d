"""Chinese names as candidates: persons, firms, institutions and places that a text may name.

``candidates`` finds, from left to right and the longest at each place,

- names of the lexicon (known_names.csv), places and persons with their 政府;
- what stands between 《 and 》;
- names in transliteration with a dot (伊麗莎白·沃倫), and without one beside a title or a verb of
  attribution, in the characters that transliterations are written in;
- names that end in a word for an organisation (X公司, X大學, X委員會), or begin with a state and
  end in one for an office (韓國海洋水產部), back to the first
  character or common word that no name has: a particle, a pronoun, a verb, a mark; of a branch of
  industry after a place (台灣半導體) only the place;
- a surname with one or two characters between a title (董事長劉揚偉) or a verb (傅凱表示);
- what a text calls something from then on (下稱“X”), what stands in quotation marks after 機構 or
  another word for who acts, and, in a byline, the paper and every writer;
- stretches of two to four characters, one of them typical of coined names (鑫, 穹, 晟), between
  others that no name has;
- what is followed by its code or its Latin name in brackets: 聯電（2303）, 美團 (Meituan), or,
  at the beginning of a clause, by a title (百利天恒董事長).

They are candidates: some are not names.  Out of scope: names of products, titles of laws and
notices (《出口管制法》), names without any such sign.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from chipcontrols.languages import base
from chipcontrols.languages.base import Row, Span
from chipcontrols.languages.characters import HAN
from chipcontrols.languages.folding import placed, tight
from chipcontrols.languages.surface_forms import Forms, compile_forms, mentions

_WORDS = base.by_kind(__file__, "name_words")
_KNOWN = base.rows(__file__, "known_names")
_PLACES = {"大陆", "美中", "中美", "港股"} | {r["word"] for r in _KNOWN if r["kind"] == "place"}
_BRANCHES = {row["word"] for row in _WORDS["suffix"] if row["branch"]}
INDUSTRIES = {row["word"] for row in _WORDS["industry"]}
"""Words that end the names of firms and papers, but other words too: 观察."""

_SETS = {kind.upper(): "".join(row["word"] for row in _WORDS[kind])
         for kind in ("never", "transliteration", "coined")} | {"HAN": HAN}  # fmt: skip
_PARTS = {
    "WORD": "新?COMMON",
    "LETTER": "(?:(?![NEVER]|WORD)[HAN])",  # of a name: no common word begins here
    "SOUND": "[TRANSLITERATION]",
    "GIVEN": "(?:(?![的了在与和是由对向为被把将从于及等这那该其此每各某个位则])[HAN])",
    "FAMILY": "(?:(?!周[一二三四五六日天末]|NOT_PERSON)SURNAME)",
    "PERSON": "(?:FAMILY GIVEN{1,2}?)",
    "OFFICE": "(?:(?<![总西北南东内外中全大上下一干])部|[署局厅省院])(?![份门长级属分队件下])",
    "BEGIN": "(?<![HAN])",
    "MARK": r"[，。、；！？)）」』”, ]|\Z",
    "DAY": "(?:[今昨][天日晚]?|[上本这]?周[一二三四五六日]|上周|[上本]月[初中底末]?"
    "|(?:[0-9]{1,2}月)?[0-9]{1,2}日|日前|近日|当[天晚]|同日)",
    "ADVERB": "(?:[则也还并更曾又亦再另续都]|随后|同时|此前|稍早|进一步|坦率|公开|私下|明确)",
    "SAYS": "(?=TITLE|(?:DAY|ADVERB)?(?:[在于][HAN0-9]{2,12})?VERB)",
}
"""The parts that the grammar names in capitals, each made of those before it, of the sets of
characters, and of the words of a kind (TITLE) or the place after them (AFTER_TITLE)."""
_GRAMMAR = {
    "dotted": "(?:SOUND{1,8}|(?:BEGIN|AFTER_TITLE|(?<=[与和及]))[HAN]{1,3})"
    "(?:[·‧・•∙]SOUND{1,8}(?:-SOUND{1,8})?)+",
    "place": "SOUND{2,6}[港州市省岛湾]",
    "work": "(?<=《)[^《》]{1,30}(?<![法例案则书定])"
    "(?<!办法|公告|通知|清单|目录|报告|意见|计划|规划)(?=》)",
    "alias": "ALIAS[^()“”「」,，。]{2,12}(?=[”」]?[)])",
    "quoted": "(?<=[构司体队台牌][“「])[^“”「」，。]{2,6}(?=[”」])(?![”」](?:的|等))",
    "paper": r"(?<= )[HAN]{3,8}(?= (?:记者|作者|编辑|撰文|特约))|(?:(?<=日 )|(?<=-[0-9]{2}))"
    r"(?!星期|周|[上下]午|来源|本[报刊网]|记者|作者|编辑|发布|更新)[HAN]{3,10}(?= |\Z)",
    "writer": r"(?<= )(?!WORD)FAMILY[HAN]{1,2}(?= |\Z)",
    "organisation": "(?<![0-9])LETTER{2,12}?(?P<office>[部司局署处厅院所馆台])(?=副?(?P=office)长)"
    "|LETTER{2,9}?[(]LETTER{2,6}[)]LETTER{0,6}?SUFFIX+"
    "|国家[HAN]{2,12}?(?:委员会|改革委|总局)"
    "|(?:国家|COUNTRY)(?:(?![NEVER])[HAN]){2,12}?(?:银行(?:[HAN]{2,4}?[分支]行)?"
    "|(?:研究院|研究所|委员会|协会|学会|大学)(?!长))"
    "|BEGIN(?!香)LETTER{2,4}(?<![本来抵赴访留进出到对离返])港(?![股币元府铁交仙人资商区媒])"
    "|COUNTRY LETTER{2,8}?OFFICE"
    "|BEGIN[HAN]{2,4}[省市区县](?:发展和改革|工业和信息化|经济和信息化)(?:委员会|[委厅局])"
    "|BEGIN[HAN]{1,3}部LETTER{2,6}?[署局司处]"
    "|(?!年|集团|公司|GENERIC)(?<![集公])LETTER{2,13}?SUFFIX+"
    "(?:LETTER{1,4}?(?:[协学商总公]会|促进会|联合会|基金会|研究院|委员会))?",
    "titled": "(?:AFTER_TITLE|(?<=记者 )|(?<=作者:|编辑:|校对:|责编:|记者:|撰文:|摄影:|审核:)"
    "|(?<=[文图][/:|]))"
    "(?:FAMILY GIVEN{2}(?=MARK|VERB)"
    "|(?:SOUND{2,6}|PERSON)(?=MARK|VERB|TITLE|[NEVER]|一[同起道]|出席|[率赴访去来])"
    "|LETTER{2,5}?(?=[(][A-Z])|SOUND{3,6}"
    "|FAMILY(?:(?![一二三四五六日天度层级面下上内外中会员])GIVEN){2}|LETTER{3,4}?SAYS)",
    "speaker": "(?:BEGIN(?:SOUND{2,6}|PERSON)|SOUND{3,6})SAYS|(?<=引述|援引|引用)SOUND{3,6}",
    "listed": "BEGIN(?:LETTER{2,5}?(?=[(][A-Z][a-z])|GIVEN{2,8}?(?=[(][0-9]{4,6}[).]))"
    "|(?<=[a-z][(])(?:PERSON|SOUND{2,6})(?=[)])",
    "coined": "(?:BEGIN|(?<=[NEVER大厂商])|AFTER_LEAD)(?!NO_FIRM)"
    "(?:LETTER{1,2}?(?!WORD)[COINED]|(?!WORD)[COINED]LETTER)LETTER{0,2}?"
    "(?=MARK|[NEVER(昨今明去内帐账旗砸斥收]|[0-9]{1,2}[日月]|20[0-9]{2}|WORD|VERB|SUFFIX"
    "|[中单]期|单月|第[1-4一二三四]季|[市股营毛净月季])",
    "branch": "AFTER_LEAD LETTER{2}INDUSTRY(?=MARK|[NEVER])"
    "|BEGIN(?!NO_FIRM)LETTER{2}INDUSTRY(?=SAYS|股价|[推展]出|上市|昨)",
    "led": "BEGIN(?!NO_FIRM)(?:(?!TITLE)LETTER{2,6}?(?=TITLE)"
    "(?!人士|记者|专家|学者|官员|受访|先生|女士|小姐|老板|代表|顾问)"
    "|LETTER{2,4}?(?=DAY(?:VERB|公布|发布|披露|签|推出)|昨|[去今]年|[上下]半年|股价|目标价"
    "|单月|前三季|首季|第[一二三四]季))",
    "none": "WORD",
}
"""At each place the first that matches counts; inside a common word no name begins."""


@cache
def _pattern() -> re.Pattern[str]:
    """The grammar compiled, when it is first needed."""
    verbs: list[Row] = [{"word": row["verb"]} for row in base.rows(__file__, "attributions")]
    kinds = {**_WORDS, "verb": verbs}.items()
    parts = {kind.upper(): f"(?:{base.alternatives(words)})" for kind, words in kinds} | _SETS
    parts["AFTER_TITLE"], parts["AFTER_LEAD"] = (
        base.behind(row["word"] for row in _WORDS[kind]) for kind in ("title", "lead")
    )
    parts["ALIAS"] = base.behind(w + mark for w in ("下称", "简称") for mark in ("", "“", "「"))

    def filled(rule: str) -> str:
        return re.sub("([A-Z_]{3,})(?: (?=[A-Z]))?", lambda name: parts[name[1]], rule)

    for name, rule in _PARTS.items():
        parts[name] = filled(rule)
    return re.compile("|".join(f"(?P<{kind}>{filled(rule)})" for kind, rule in _GRAMMAR.items()))


@lru_cache(maxsize=4096)
def candidates(text: str) -> tuple[Span, ...]:
    """The stretches that may be Chinese names.

    >>> [("鴻海董事長劉揚偉說"[s:e]) for s, e in candidates("鴻海董事長劉揚偉說")]
    ['鴻海', '劉揚偉']
    """
    folded, offsets = tight(text)
    known = list(_known(folded))
    taken = {at for span in known for at in range(*span)}
    found = [
        (match.start(), match.end() - _branch(match[0] if match["organisation"] else ""))
        for match in _pattern().finditer(folded)
        if match.lastgroup != "none"
        and not (match.lastgroup == "coined" and not taken.isdisjoint(range(*match.span())))
    ]
    end, kept = 0, []
    for span in sorted([*found, *known], key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            kept.append(placed(span, offsets))
            end = span[1]
    return tuple(kept)


def _known(folded: str) -> Iterator[Span]:
    """Where names of the lexicon stand, unless the characters beside them make another word."""
    forms, guards = _lexicon()
    for mention in mentions(folded, forms):
        span = mention.start, mention.end
        row = guards[folded[slice(*span)]]
        before, after = folded[span[0] - 1 : span[0]], folded[span[1] : span[1] + 1]
        if not ((before and before in row["not_after"]) or (after and after in row["not_before"])):
            governs = row["kind"] != "firm" and folded.startswith("政府", span[1])
            yield span[0], span[1] + 2 * governs


@cache
def _lexicon() -> tuple[Forms, dict[str, Row]]:
    return compile_forms((row["word"], "name") for row in _KNOWN), {r["word"]: r for r in _KNOWN}


def _branch(name: str) -> int:
    """The length of the word for a branch of industry that follows a place: 台灣半導體."""
    places = (one for one in _PLACES if name.startswith(one) and name[len(one) :] in _BRANCHES)
    return next((len(name) - len(place) for place in places), 0)
