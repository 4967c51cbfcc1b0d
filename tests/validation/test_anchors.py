"""Documents as they are read: lines, their reading text, offsets, and where an excerpt is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chipcontrols.languages import language
from chipcontrols.package import Package
from chipcontrols.package.documents import document_lines
from chipcontrols.validation import anchors
from chipcontrols.validation.anchors import Line, Location, locate
from document_readings import DOCUMENTS

ZH = language("zh")
SYLLABLES = "jīng jì guān zhù yè gè qū hǎn kuò nǚ lǜ ér ē ǹg".split()
GLOSSES = st.sampled_from([f"({syllable})" for syllable in SYLLABLES])
TEXTS = st.text('經濟觀察報關注AI晶片NVIDIA(Tesla)「」『』“”" ,。0123ìāü', max_size=40)


@st.composite
def glossed(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with glosses after some of its characters."""
    text = draw(TEXTS)
    assume(not ZH.glosses(text))
    glosses = draw(st.lists(st.one_of(st.just(""), GLOSSES), min_size=len(text) + 1))
    pairs = zip(("", *text), glosses, strict=False)
    return text, "".join(character + gloss for character, gloss in pairs)


def read(raw: str) -> Line:
    return anchors.Line(raw, ZH)


# --- reading text ---


@given(glossed())
def test_glosses_put_into_a_text_are_taken_out_of_its_reading(texts: tuple[str, str]) -> None:
    text, raw = texts
    line = read(raw)
    assert line.reading == text
    assert line.raw == raw


@given(glossed())
def test_each_character_of_the_reading_keeps_its_offset(texts: tuple[str, str]) -> None:
    line = read(texts[1])
    assert len(line.offsets) == len(line.reading) + 1
    assert "".join(line.raw[at] for at in line.offsets[:-1]) == line.reading
    assert line.offsets[-1] == len(line.raw)


@given(glossed(), st.data())
def test_a_reading_span_comes_back_from_its_raw_span(
    texts: tuple[str, str], data: st.DataObject
) -> None:
    line = read(texts[1])
    start = data.draw(st.integers(0, len(line.reading)))
    end = data.draw(st.integers(start, len(line.reading)))
    raw_start, raw_end = line.raw_span(start, end)
    assert line.reading_span(raw_start, raw_end) == (start, end)
    assert read(line.raw[raw_start:raw_end]).reading == line.reading[start:end]
    assert not line.cuts_gloss(raw_start, raw_end)


@given(glossed(), st.data())
def test_any_raw_span_reads_as_its_characters_outside_glosses(
    texts: tuple[str, str], data: st.DataObject
) -> None:
    line = read(texts[1])
    start = data.draw(st.integers(0, len(line.raw)))
    end = data.draw(st.integers(start, len(line.raw)))
    hidden = {at for s, e in line.glosses for at in range(s, e)}
    visible = "".join(line.raw[at] for at in range(start, end) if at not in hidden)
    assert line.reading[slice(*line.reading_span(start, end))] == visible


def test_a_language_without_glosses_reads_every_character() -> None:
    line = anchors.Line("economy(jīng) of Tesla", language("en"))
    assert line.reading == line.raw
    assert list(line.offsets) == list(range(len(line.raw) + 1))


def test_the_raw_span_includes_the_gloss_of_its_last_character() -> None:
    line = read("經(jīng)濟(jì)觀")
    assert line.raw_span(0, 1) == (0, 7)
    assert line.raw_span(0, 2) == (0, 12)
    assert line.raw_span(1, 3) == (7, 13)


@pytest.mark.parametrize(
    ("start", "end", "cuts"),
    [(0, 1, False), (0, 7, False), (1, 7, False), (0, 4, True), (3, 7, True), (2, 6, True)],
)
def test_a_span_that_ends_inside_a_gloss_cuts_it(start: int, end: int, cuts: bool) -> None:
    assert read("經(jīng)濟").cuts_gloss(start, end) is cuts


@pytest.mark.curated
@pytest.mark.parametrize("number", DOCUMENTS)
def test_a_document_has_the_glosses_that_are_expected(package_root: Path, number: str) -> None:
    (path,) = (package_root / "seeds").glob(f"{number}_*.txt")
    glosses = [read(raw).glosses for raw in document_lines(path.read_bytes())]
    assert sum(map(len, glosses)) == int(DOCUMENTS[number]["glosses"])


@pytest.mark.curated
def test_outside_its_damage_the_reading_text_of_document_002_has_no_gloss_left(
    package_root: Path,
) -> None:
    content = (package_root / "seeds/002_560ec7fc7a2dd05d.txt").read_bytes()
    readings = [read(raw).reading for raw in document_lines(content)]
    toned = set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ")
    # Lines 15 and 16 hold mis-decoded bytes, in which two glosses have lost their shape.
    assert [n for n, reading in enumerate(readings, 1) if set(reading) & toned] == [15, 16]
    assert readings[0] == "經濟觀察報 關注"
    assert "美商務部工業和安全局(BIS)宣布,撤銷本應該在5月15日生效的" in readings[4]


# --- lines of a document ---


@pytest.mark.curated
def test_lines_are_counted_between_line_feeds(package_root: Path) -> None:
    found = {}
    for path in sorted((package_root / "seeds").glob("*")):
        content = path.read_bytes()
        lines = document_lines(content)
        assert "\n".join(lines).encode() == content
        found[path.name] = len(lines)
    sources = Package.open(package_root).rows("document")
    recorded = {row.role("document"): row.cells["line_count"] for row in sources}
    assert {name: str(count) for name, count in found.items()} == recorded
    expected = {number: row["lines"] for number, row in DOCUMENTS.items()}
    assert expected.items() <= {name[:3]: str(count) for name, count in found.items()}.items()


def test_a_final_line_feed_begins_another_line() -> None:
    assert document_lines("一\n二".encode()) == ["一", "二"]
    assert document_lines("一\n二\n".encode()) == ["一", "二", ""]
    assert document_lines(b"") == [""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one\ntwo \xe6\x99", "line 2: byte 0xe6 is not UTF-8"),
        ("晶片".encode("big5"), "line 1: byte 0xb4 is not UTF-8"),
        (b"\xef\xbb\xbfone", "line 1: byte order mark"),
        (b"one\ntwo\r\nthree", "line 2: carriage return"),
        (b"one\ntwo\nth\0ree", "line 3: NUL"),
        (b"one\n" + b"x" * 20_001, "line 2: more than 20,000 characters on a line"),
        (b"x\n" * 2**20 + b"x", "more than 2,097,152 bytes"),
    ],
    ids=["UTF-8", "Big5", "BOM", "CR", "NUL", "long line", "large file"],
)
def test_bytes_that_are_no_plain_text_are_refused_with_their_line(
    content: bytes, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        document_lines(content)


# --- where an excerpt is found ---


def test_an_excerpt_that_occurs_once_is_exact() -> None:
    assert locate(["英伟达股价下跌3%"], 1, "下跌3%") == Location("exact", 5, 9)


def test_an_excerpt_on_other_lines_has_moved_and_names_them() -> None:
    assert locate(["甲", "乙丙", "丙"], 1, "丙") == Location("moved", elsewhere=(2, 3))


def test_an_excerpt_that_occurs_twice_is_ambiguous_and_says_where() -> None:
    assert locate(["非常、非常接近"], 1, "非常") == Location("ambiguous", elsewhere=(0, 3))


def test_overlapping_occurrences_are_ambiguous() -> None:
    assert locate(["哈哈哈"], 1, "哈哈").outcome == "ambiguous"


def test_an_excerpt_on_its_line_and_on_others_is_exact() -> None:
    assert locate(["丙", "丙"], 2, "丙").outcome == "exact"


def test_an_excerpt_nowhere_in_the_document_is_absent() -> None:
    assert locate(["昇騰"], 1, "升騰") == Location("absent")


@pytest.mark.parametrize("line", [-1, 0, 3, 10**9])
def test_a_line_that_does_not_exist_holds_nothing(line: int) -> None:
    assert locate(["甲", "乙"], line, "甲").outcome == "moved"


@pytest.mark.parametrize(
    ("lines", "outcome"), [(["甲" * 1_000], "ambiguous"), (["", *["甲"] * 1_000], "moved")]
)
def test_of_many_places_the_first_hundred_are_given(lines: list[str], outcome: str) -> None:
    found = locate(lines, 1, "甲")
    assert (found.outcome, len(found.elsewhere)) == (outcome, anchors.MOST_PLACES)


@pytest.mark.parametrize(
    ("damage", "outcome"),
    [((0, 2), "exact"), ((2, 3), "damaged"), ((3, 9), "damaged"), ((4, 9), "exact")],
)
def test_an_excerpt_that_overlaps_damage_is_damaged_and_one_beside_it_is_not(
    damage: tuple[int, int], outcome: str
) -> None:
    found = locate(["甲乙丙丁戊"], 1, "丙丁", [damage])
    assert (found.outcome, found.start, found.end) == (outcome, 2, 4)


def test_an_excerpt_is_matched_to_the_character() -> None:
    lines = ["55 億美元"]
    assert locate(lines, 1, "55億美元").outcome == "absent"
    assert locate(lines, 1, "55 亿美元").outcome == "absent"
    assert locate(lines, 1, "55 億美元").outcome == "exact"


@given(
    st.lists(st.text("甲乙丙", max_size=6), min_size=1, max_size=4),
    st.text("甲乙丙", min_size=1, max_size=3),
)
def test_the_outcome_agrees_with_counting(lines: list[str], excerpt: str) -> None:
    def count(line: str) -> int:
        return sum(line.startswith(excerpt, at) for at in range(len(line)))

    found = locate(lines, 1, excerpt)
    elsewhere = any(map(count, lines[1:]))
    expected = {0: "moved" if elsewhere else "absent", 1: "exact"}.get(count(lines[0]), "ambiguous")
    assert found.outcome == expected
    if found.outcome == "exact":
        assert lines[0][found.start : found.end] == excerpt
