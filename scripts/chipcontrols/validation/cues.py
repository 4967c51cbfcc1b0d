"""Cues: which codes the words of a text call for, and which cues call for nothing.

Out of scope: what follows for the code of a row (the rule of codes).
"""

from __future__ import annotations

import functools
import re
from collections import Counter

from chipcontrols.languages import surface_forms
from chipcontrols.languages.folding import fold, tight
from chipcontrols.package import Package
from chipcontrols.validation.lexicon import GUARDED_CUE, Lexicon


def cues_in(lexicon: Lexicon, table: str, column: str, text: str) -> dict[str, dict[str, bool]]:
    """Return the cues of a coded column that occur in a text, by the code that they call for, each
    with whether it governs."""
    found: dict[str, dict[str, bool]] = {}
    folded, cues = fold(text.lower()), lexicon.cues.get((table, column))
    for mention in surface_forms.nested_mentions(folded, cues) if cues else ():
        before, after = folded[: mention.start][-1:], folded[mention.end :][:1]
        cue = text[mention.start : mention.end]
        for code in (x for x in lexicon.codes[table, column] if x.code in mention.entities):
            left, right = guards(code.cues).get(tight(cue.lower())[0], ("", ""))
            if not (before and before in left) and not (after and after in right):
                there = found.setdefault(code.code, {})
                there[cue] = there.get(cue, False) or after != "的"
    return found


TITLE = re.compile("《[^《》]*》")
"""What names a work: a cue in it supports a code, but calls for none."""
COMMON = 3
"""From how many lines on a word is common."""


def idle_cues(package: Package, lexicon: Lexicon) -> frozenset[tuple[str, str, str, str]]:
    """Return the cues, by table, column and code, that are common words (on COMMON lines that rows
    cite), that as many rows of other codes have, and that are the only cue of no row with the code:
    so a new code or cue breaks no old row."""
    cited: dict[tuple[str, str, str], list[str]] = {}
    lines: dict[tuple[str, str], str] = {}
    rows = [row for table in package.tables.values() for row in table.rows]
    for row in rows:
        at = row.role("document"), row.role("line")
        lines[at] = f"{lines.get(at, '')}\n{tight(row.role('excerpt').lower())[0]}"
        if row.schema.kind == "citation":
            key = (*row.about, row.role("column"))
            cited.setdefault(key, []).append(row.role("excerpt"))
    resting: set[tuple[str, str, str, str]] = set()
    right: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        for column in row.schema.columns("code"):
            words = cited.get((row.table, row.id, column)) or [row.role("excerpt")]
            for code, cues in cues_in(lexicon, row.table, column, "\n".join(words)).items():
                keys = {(row.table, column, code, tight(cue.lower())[0]) for cue in cues}
                mine = code == row.cells[column]
                right.update(dict.fromkeys(keys, 1 if mine else -1))
                resting |= keys if mine and len(keys) == 1 else set()
    common = (key for key in right if sum(key[3] in said for said in lines.values()) >= COMMON)
    return frozenset(key for key in common if right[key] <= 0 and key not in resting)


@functools.cache
def guards(cues: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return for each folded cue the characters before and after it that make it another word: 說
    in 說明."""
    found: dict[str, tuple[str, str]] = {}
    for cue in cues:
        if parts := GUARDED_CUE.fullmatch(fold(cue.lower())):
            found.setdefault(parts[2], (parts[1] or "", parts[3] or ""))
    return found
