"""Which currency 元 is, where no other word names it.

Words before or after the number come first (``新台幣200億元``, ``200億元人民幣``; the grammar of
quantities reads them).  Otherwise 元 is TWD, HKD or CNY by the region of the text, which its own
words tell (regions.csv: currencies, authorities, places, markets, newspapers, what only its press
says): of TW, HK and CN the one with the most of them, currencies counting fivefold; without any, TW
in traditional characters and CN in simplified or neutral ones.  Papers of the other side write both
scripts, so CN in traditional characters and TW in simplified ones need their currency named.  In
traditional ones 人民幣 counts only once, as a text that keeps saying it means another money by 元;
and simplified ones are never HK, as a text that says 港元 there means another.
A document that says (美元，下同) means that currency: its region is US.
In Hong Kong 元 is CNY after an amount in CNY on its line, and in a document of the region HK/CN,
which says 以人民幣計 or names 人民幣 once or twice, and no 港元, beside income or spending
(money_words.csv); it is HKD in clauses about the stock market and the government.
Out of scope: Macao, Singapore, other documents that use two of these currencies as bare 元.
"""

import re
from collections import Counter
from functools import lru_cache

from chipcontrols.languages import base, characters
from chipcontrols.languages.folding import fold

_CURRENCIES = {"TW": "TWD", "HK": "HKD", "CN": "CNY", "US": "USD", "HK/CN": "CNY"}
_FOR_ALL = re.compile("(美元|美金|人民币|港元|港币|新台币)计?[.．,，、;；。 ]?(?:以?下同)")
_NAMED = {"美": "US", "人": "CN", "港": "HK", "新": "TW"}
_IN_HONG_KONG = re.compile("港[元币股仙]|恒指")
_REGIONS = {row["word"]: row["region"] for row in base.rows(__file__, "regions")}
_WORDS = base.alternatives({"word": word} for word in _REGIONS)
_MONEY = re.compile("币|港元|[$]")
_WEIGHT, _REACH, _MOST_NAMED = 5, 40, 2
_MARKET, _ACCOUNT = (
    base.alternatives(base.by_kind(__file__, "money_words")[kind]) for kind in ("market", "account")
)
_AT_MARKET = re.compile(rf"(?:{_MARKET}|报)[^，。；;]*\Z")
_RENMINBI, _HONG_KONG = (
    re.compile(f"{said}(?:{_ACCOUNT})[^，。；;！？美]{{0,9}}(?:{named})")
    for said, named in (("以人民币(?:[计列编]|呈列|为单位)|", "人民币"), ("", "港[元币]"))
)


@lru_cache(maxsize=1024)
def region(text: str) -> str:
    """The region whose money 元 is in a text: TW, HK, HK/CN, CN or US.

    >>> region("台積電營收達9000億元"), region("商务部拨款20亿元"), region("元")
    ('TW', 'CN', 'CN')
    """
    folded = fold(text)
    said = _FOR_ALL.search(folded)
    if said and (said[1] != "人民币" or not _IN_HONG_KONG.search(folded)):
        return _NAMED[said[1][0]]
    found = Counter(match[0] for match in base.compiled(_WORDS).finditer(folded))
    votes: Counter[str] = Counter()
    traditional = _is_traditional(text)
    for word, count in found.items():
        weight = _WEIGHT if _MONEY.search(word) else 1
        foreign = traditional and word == "人民币"
        votes[_REGIONS[word]] += weight if foreign else weight * count
    named = {_REGIONS[word] for word in found if _MONEY.search(word)}
    votes["TW" if traditional else "CN"] += 1
    allowed = named | {"TW", "HK"} if traditional else named - {"HK"} | {"CN"}
    found_in = max((place for place in votes if place in allowed), key=votes.__getitem__)
    in_accounts = found["人民币"] <= _MOST_NAMED and _RENMINBI.search(folded)
    renminbi = said or (in_accounts and not _HONG_KONG.search(folded))
    return "HK/CN" if found_in == "HK" and renminbi else found_in


def currency(text: str, at: int, region: str, named: str) -> str:
    """The currency of 元 at an offset, after an amount in the currency ``named`` on its line."""
    if region.startswith("HK") and _AT_MARKET.search(fold(text[max(0, at - _REACH) : at])):
        return "HKD"
    return "CNY" if region == "HK" and named == "CNY" else _CURRENCIES[region]


def _is_traditional(text: str) -> bool:
    """Whether more characters are traditional than are simplified."""
    han = "".join(re.findall(f"[{characters.HAN}]", text))
    changed = sum(one != other for one, other in zip(han, fold(han), strict=True))
    return changed > len(han) - len(han.encode("big5", "ignore").decode("big5"))
