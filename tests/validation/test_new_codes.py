"""A new code makes no finding of an old row, though all the cues of its column call for it."""

import csv
import shutil
from pathlib import Path

from chipcontrols.validation import engine

ROOT = Path(__file__).parents[2]


def test_a_code_with_all_the_cues_of_its_column_breaks_no_row(tmp_path) -> None:
    for name in ("data", "schemas", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "datapackage.json", tmp_path)
    path = tmp_path / "schemas" / "vocabulary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    code, cues = head.index("code"), head.index("cues")
    by_column: dict[tuple[str, str], list[list[str]]] = {}
    for row in rows:
        by_column.setdefault((row[0], row[1]), []).append(row)
    for codes in by_column.values():
        called = {cue for row in codes for cue in row[cues].split("|") if cue}
        if called:
            new = [*codes[-1]]
            new[code], new[cues] = "zzz", "|".join(sorted(called))
            rows.append(new)
    assert len(rows) > sum(map(len, by_column.values())) + 5
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *sorted(rows, key=lambda r: r[:3])])
    report = engine.validate(tmp_path, lambda *_: None)
    assert list(report.findings) == []
