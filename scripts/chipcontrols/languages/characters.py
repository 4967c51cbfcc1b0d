"""Characters by class, in either width: the one place where grammars take their marks from.

``NARROW`` gives characters their half-width twins, one for one, so that offsets stay: letters,
digits and signs of U+FF01 to U+FF5E, blanks of every kind, hyphens and waves.  ``tight`` removes
blanks, with the offsets of what is left.  Out of scope: folding scripts (``folding``).
"""

import re
from collections.abc import Mapping, Sequence

NARROW: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): half
    for wides, half in (
        ("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000", " "),
        ("‐‑−﹣", "-"), ("〜∼", "~"), ("╱∕", "/"), ("﹪", "%"), ("﹐", ","), ("﹕︰∶", ":"),
        ("﹒", "."), ("﹔", ";"),
        ("﹖", "?"), ("﹗", "!"), ("﹙", "("), ("﹚", ")"), ("￥", "¥"), ("￡", "£"), ("￦", "₩"),
        ("μ", "µ"), ("｢", "「"), ("｣", "」"), ("〝", "“"), ("〞〟", "”"), ("｡", "。"), ("､", "、"),
        ("﹁", "「"), ("﹂", "」"), ("﹃", "『"), ("﹄", "』"),
    )
    for wide in wides
}  # fmt: skip
HAN = "〇㐀-鿿"
"""Chinese characters, as part of a set in a pattern."""
ENDS = "。！？；：…—!?;:"
"""Marks that end a clause wherever they stand, except a colon inside a number."""
BRACKETS = "()（）[]［］{}｛｝【】〔〕〖〗《》〈〉"
QUOTATION_MARKS: Mapping[str, str] = {
    "「": "」", "『": "』", "“": "”", "‘": "’", "｢": "｣", "〝": "〞", '"': '"', "＂": "＂",
}  # fmt: skip
PAIRS: Mapping[str, str] = {
    **QUOTATION_MARKS, **dict(zip(BRACKETS[::2], BRACKETS[1::2], strict=True)),
}  # fmt: skip
"""Marks that go together: quotation marks and brackets."""
TITLE = re.compile("《[^《》]*》")
"""What names a work: a cue in it supports a code, but calls for none."""
QUOTES = "".join({*QUOTATION_MARKS, *QUOTATION_MARKS.values()})
# Beside a Chinese character, and between a digit and a sign after it, a blank says nothing.
_LOOSE = re.compile(
    rf"(?<=[{HAN}]) {{1,2}}(?=[0-9A-Za-z$€£¥])|(?<=[0-9A-Za-z%]) {{1,2}}(?=[{HAN}])"
    r"|(?<=[0-9]) {1,2}(?=[%‰℃°])|(?<=[^ \n][0-9]\.) (?=[0-9]{1,2}[%‰万亿倍])"
)


def tight(text: str) -> tuple[str, Sequence[int]]:
    """A half-width text without its loose blanks; the offset of each character, and of the end.

    >>> tight("达 35 %")
    ('达35%', [0, 2, 3, 5, 6])
    """
    blanks = [match.span() for match in _LOOSE.finditer(text)] if " " in text else []
    if not blanks:
        return text, range(len(text) + 1)
    kept: list[int] = []
    at = 0
    for start, end in blanks:
        kept += range(at, start)
        at = end
    kept += range(at, len(text) + 1)
    return "".join(text[place] for place in kept[:-1]), kept


def script(form: str) -> str:
    """The ISO 15924 code of a form's script: Latn with a Latin letter; else Hans or Hant when only
    the one character set (GB 2312, Big5) has its characters, Hani when both or none have.

    >>> [script(form) for form in ("华为", "華為", "中芯", "AI芯片")]
    ['Hans', 'Hant', 'Hani', 'Latn']
    """
    if any(character.isalpha() and character < "\u0250" for character in form):
        return "Latn"
    letters = "".join(filter(str.isalpha, form))
    simplified, traditional = (
        letters.encode(name, "ignore").decode(name) == letters for name in ("gb2312", "big5")
    )
    if simplified == traditional:
        return "Hani"
    return "Hans" if simplified else "Hant"
