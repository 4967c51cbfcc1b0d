"""Whatever bytes a package holds: findings and no error, in time and memory that are in proportion.

Every run tries the same inputs; ``python tests/tools/fuzzing.py`` tries others.  What fuzzing has
found is in the fault corpus, or below under its name.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fuzzing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chipcontrols.languages import known, language
from chipcontrols.languages import surface_forms as names
from chipcontrols.languages.en import numbers as english
from chipcontrols.languages.en.words import contains_form
from chipcontrols.package import schema
from chipcontrols.package.documents import LARGEST_DOCUMENT, document_lines
from chipcontrols.package.finding import LONGEST_TEXT, Finding
from chipcontrols.validation import anchors, candidates, engine
from chipcontrols.validation.candidates import Candidate, containing, covering
from chipcontrols.validation.rules.base import Use
from chipcontrols.validation.rules.numbers import decimal_text
from chipcontrols.validation.tables import folded

FILES = fuzzing.package()
CHOICES = st.randoms(use_true_random=False)


def some(examples: int) -> Callable[..., Any]:
    """Settings under which each run tries the same examples."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The valid package, which each test leaves as it was."""
    return fuzzing.write(tmp_path_factory.mktemp("package"), FILES)


def test_the_package_that_is_mutated_is_valid(folder: Path) -> None:
    assert fuzzing.check(folder)


@some(40)
@given(choice=CHOICES)
def test_any_mutation_of_any_file_gives_findings_and_no_error(
    choice: random.Random, folder: Path
) -> None:
    fuzzing.check_changed(folder, FILES, fuzzing.mutate(choice, FILES), quick=True)


@pytest.mark.parametrize("path", sorted(FILES))
def test_random_bytes_in_place_of_any_file_give_findings_and_no_error(
    path: str, folder: Path
) -> None:
    content = random.Random(path).randbytes(2_000)
    fuzzing.check_changed(folder, FILES, {path: content}, quick=True)


@pytest.mark.parametrize("suffix", fuzzing.MUTATIONS)
@some(15)
@given(choice=CHOICES)
def test_mutations_that_keep_a_file_readable_give_findings_and_no_error(
    suffix: str, choice: random.Random, folder: Path
) -> None:
    path = fuzzing.one_of(choice, [path for path in sorted(FILES) if path.endswith(suffix)])
    changed = fuzzing.MUTATIONS[suffix](choice, FILES[path], FILES["schemas/vocabulary.csv"])
    fuzzing.check_changed(folder, FILES, {path: changed}, quick=True)


@some(60)
@given(choice=CHOICES)
def test_any_text_is_read_without_error(choice: random.Random) -> None:
    fuzzing.read_everything(fuzzing.text(choice, 1_000))


@some(60)
@given(words=st.text(max_size=200))
def test_any_characters_are_read_without_error(words: str) -> None:
    fuzzing.read_everything(words)


def test_the_command_prints_its_seed_and_repeats_an_input_by_it(run: Any, tmp_path: Path) -> None:
    script = Path(fuzzing.__file__)
    # A fixed seed, and one of which the first input once was a numeral of a thousand magnitudes.
    done = run(script, "--seconds", 1, "--target", "text", "--seed", 470494049, cwd=tmp_path)
    assert done.code == 0, done.err[-3_000:]
    assert re.match("seed 470494049\n[0-9]+ inputs, 0 failed\n", done.out)
    done = run(script, "--target", "text", "--seed", 7, "--input", 3, cwd=tmp_path)
    assert (done.code, done.out) == (0, "seed 7\n1 inputs, 0 failed\n")


# --- nothing quadratic ---

HOSTILE = (
    "一", "百", "萬", "1", "1,111,", "1.1", "1亿", "5天", "1-", "一至", "三分之", "半", "多",
    "十多", "約", "第一", "年", "2025年", "2025-05-02", "1:", "世纪", "今年", "民国1", "上午",
    "A", "A-1", "A 1 ", "A & ", "A.", " ", "(", "(jīn", "經(jīng)", "「", "「『", '"', "「」", "“",
    "one ", "twenty-", "and one-third ", "-", "1—", "拜登", "拜登政府", "\u0301\u0327",
)  # fmt: skip
FORMS = names.compile_forms([("拜登", "a"), ("拜登政府", "b"), ("A", "c"), ("1", "d")])


ZH, EN = language("zh"), language("en")


def read_quantity(words: str) -> None:
    with contextlib.suppress(ValueError):
        ZH.read_quantity(words)


def find_candidates(words: str) -> None:
    list(candidates.candidates_of_line(anchors.Line(words, ZH, FORMS)))


READERS: dict[str, Callable[[str], Any]] = {
    "candidates_of_line": find_candidates,
    "contains_form": lambda words: contains_form(words, words[:-1] + "x"),
    "folded": folded,
    "mentions": lambda words: names.mentions(words, FORMS),
    "prose numbers": english.numbers,
    "read_quantity": read_quantity,
    "resolve_date": lambda words: ZH.resolve_date(words, "2025-05-02"),
    **{
        f"{reader.tag} {name}": getattr(reader, name)
        for reader in (ZH, EN)
        for name in ("quantities", "dates", "quotations", "boundaries", "clauses")
    },
}


def seconds(read: Callable[[str], Any], words: str) -> float:
    """The least time of three that reading takes, without the collector of garbage."""
    read = getattr(read, "__wrapped__", read)  # without its cache
    took = []
    gc.disable()
    try:
        for _ in range(3):
            began = time.process_time()
            read(words)
            took.append(time.process_time() - began)
            if took[-1] < 0.02:
                break
    finally:
        gc.enable()
    return min(took)


@pytest.mark.parametrize("reader", READERS)
def test_reading_takes_linear_time(reader: str) -> None:
    # Eight times the text takes eight times as long, and sixty-four times where it is quadratic.
    for word in HOSTILE:
        for begin, end in (("", ""), ("10多", "年")):
            short, long = (begin + (word * size)[:size] + end for size in (250, 2_000))
            took = seconds(READERS[reader], long)
            if took > 0.03:  # seconds; most texts take a tenth of it
                ratio = took / seconds(READERS[reader], short)
                assert ratio < 24, (word, begin, end, took)


def test_covering_takes_little_more_than_linear_time() -> None:
    def cost(size: int) -> float:
        here = [Use(at, at + 2, ("numeral", "name"), f"t/{at}") for at in range(size)]
        kinds = ("numeral", "name")
        found = [Candidate("s", 1, at, at + 1, kinds[at % 2], "A") for at in range(size)]
        assert all(covering(found, here))
        return seconds(lambda _: covering(found, here), "")

    # Eight times as many: 64 times the time, were it quadratic.
    assert cost(16_000) < 32 * max(cost(2_000), 0.01)


def test_of_each_span_a_stretch_that_contains_it_is_told_where_there_is_one() -> None:
    choice = random.Random(7)
    for _ in range(200):
        spans = [sorted(choice.sample(range(12), 2)) for _ in range(12)]
        here = [Use(s, e, ("date",), f"t/{n}") for n, (s, e) in enumerate(spans[:8])]
        for (start, end), told in zip(spans[8:], containing(here, spans[8:]), strict=True):
            fitting = [one.by for one in here if one.start <= start and end <= one.end]
            assert told in fitting or (not told and not fitting)


# --- what fuzzing has found, where it is no fault of a package ---


def with_rows(path: str, times: int) -> bytes:
    """Return a table with its last row so many times more."""
    lines = FILES[path].splitlines(keepends=True)
    return b"".join([*lines, *lines[-1:] * times])


def test_a_row_repeated_thousands_of_times_takes_linear_memory(folder: Path) -> None:
    changed = {"data/quotes.csv": with_rows("data/quotes.csv", 1_000)}
    began = time.process_time()
    fuzzing.check_changed(folder, FILES, changed, quick=True)
    assert time.process_time() - began < fuzzing.SECONDS


def test_what_is_told_of_many_wrong_numbers_is_in_proportion(folder: Path) -> None:
    header, *rows = csv.reader(io.StringIO(FILES["data/quotes.csv"].decode(), newline=""))
    rows[-1][header.index("text")] = "字" * 100_000
    rows[-1][header.index("translation")] = " ".join(map(str, range(1_000, 10_000)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    fuzzing.check_changed(folder, FILES, {"data/quotes.csv": out.getvalue().encode()}, quick=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no pipes")
@pytest.mark.parametrize("path", ["data/chips.csv", "schemas/chips.json", "datapackage.json"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(path: str, tmp_path: Path) -> None:
    root = fuzzing.write(tmp_path, FILES)
    (root / path).unlink()
    os.mkfifo(root / path)
    (finding,) = engine.validate(root).findings
    assert (finding.file, finding.message) == (path, f"{path!r} is not a regular file")


def test_of_a_file_of_a_gibibyte_no_more_is_read_than_its_first_fault(tmp_path: Path) -> None:
    root = fuzzing.write(tmp_path, FILES)
    size = (root / "data/chips.csv").stat().st_size
    os.truncate(root / "data/chips.csv", 2**30)
    (finding,) = engine.validate(root).findings
    assert (finding.file, finding.message) == ("data/chips.csv", f"a NUL byte at byte {size}")


def test_of_thousands_of_open_lines_the_first_thousand_and_their_number_are_told(
    folder: Path,
) -> None:
    path = "seeds/901_0f1e2d3c4b5a6978.txt"
    content = FILES[path] + "\n字".encode() * 3_000
    changed = {path: content} | fuzzing.rehashed(FILES, path, content)
    try:
        findings = engine.validate(fuzzing.write(folder, changed)).findings
    finally:
        fuzzing.write(folder, {name: FILES[name] for name in changed})
    assert {finding.file for finding in findings} == {path}
    assert len(findings) == 1_001
    assert findings[0].message == "2000 candidates more are unaccounted"


def test_of_many_forms_within_each_other_the_longest_are_found() -> None:
    forms = names.compile_forms(("一" * length, f"e{length}") for length in range(1, 500))
    found = names.nested_mentions("一" * 1_000, forms)
    assert len(found) <= 1_000 * names.MOST_NESTED
    assert [mention.end for mention in found[:3]] == [499, 498, 497]


def test_a_very_large_document_is_not_read() -> None:
    with pytest.raises(ValueError, match="more than 2,097,152 bytes"):
        document_lines(b"x" * (LARGEST_DOCUMENT + 1))


def test_a_finding_about_a_long_cell_is_cut_in_its_middle() -> None:
    finding = Finding("f", 1, "c", "r", "begin" + "x" * 10_000 + "end", "y" * 2_000)
    assert len(finding.message) == LONGEST_TEXT
    assert re.fullmatch("beginx+…x+end", finding.message)
    assert finding.hint == "y" * 2_000


@pytest.mark.parametrize(
    "words",
    ["十多" + "万" * 2_000, "三分之一" + "兆" * 40, "十多" + "兆" * 20, "10多" + "亿" * 500],
)
def test_a_number_beyond_all_measure_is_no_quantity(words: str) -> None:
    assert ZH.quantities(words) == ()


def test_the_greatest_number_that_is_read_can_be_written() -> None:
    (found,) = ZH.quantities("三分之一兆兆兆兆兆")
    assert decimal_text(found.value) == "3.3333333333333335e+59"


@pytest.mark.parametrize(
    "pattern",
    ["^[a-z0-9]+(-[a-z0-9]+)*$", "(a+)+$", "(a*)*b", "^(([a-z])+.)+$", "(a?){50}a{50}", ".*", ""],
)
def test_a_pattern_that_re2_takes_is_sound_and_takes_linear_time(pattern: str) -> None:
    assert schema.fault_of_pattern(pattern) == ""


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "a{1001}", "(", "[[a]b(", "a{9999999999}"])
def test_a_pattern_that_re2_refuses_is_a_fault(pattern: str) -> None:
    fault = schema.fault_of_pattern(pattern)
    assert fault.startswith(("not a pattern of RE2: ", "not a regular expression: "))


@pytest.mark.parametrize("tag", ["xx", "x-zh", ""])
def test_a_document_in_a_language_that_the_library_does_not_know_is_found(
    tag: str, folder: Path
) -> None:
    path = "data/sources.csv"
    changed = {path: FILES[path].replace(b",zh-Hant,", f",{tag},".encode(), 1)}
    try:
        found = engine.validate(fuzzing.write(folder, changed)).findings
    finally:
        fuzzing.write(folder, {path: FILES[path]})
    message = f"{tag!r} is not a language of this library; known: {', '.join(known())}"
    assert message in [finding.message for finding in found if finding.column == "language"]
