import os
from types import SimpleNamespace

import pytest

from chipcontrols import languages
from chipcontrols.curation import coverage, documents, places, reanchoring, showing
from chipcontrols.package import Package, Row
from chipcontrols.package.documents import Document
from chipcontrols.validation.anchors import Line, Text, occurrences
from chipcontrols.validation.candidates import candidates_of_line
from chipcontrols.validation.engine import validate
from chipcontrols.validation.passages import read_evidence
from commands import REPOSITORY, change, drafted, paste, run, small_package, snapshot

NEW = """曜石公司新闻
2033年3月5日,晨岭在美国的市占率下降到12%。
晨岭警告称,"先进芯片将主导市场",而东屿国将落后。
第二批产品叫Qwix,说是很好。"""
ZH = languages.language("zh")
FIRST, SECOND = "900_a1b2c3d4e5f60718.txt", "901_0f1e2d3c4b5a6978.txt"


@pytest.fixture
def root(tmp_path):
    return small_package(tmp_path / "package")


@pytest.fixture
def cite(root, capsys, monkeypatch):
    return lambda *arguments: run(capsys, monkeypatch, "cite.py", "--root", root, *arguments)


@pytest.fixture
def add(root, tmp_path, capsys, monkeypatch):
    def add(text):
        path = tmp_path / "new.txt"
        path.write_text(text, "utf-8")
        codes = ("--cells", "language=zh-Hans", "genre=news", "grade=secondary")
        assert run(capsys, monkeypatch, "add_seed.py", path, "--root", root, *codes).code == 0
        return max(path.name for path in (root / "seeds").iterdir())

    return add


def cells_of(root, table):
    """The cells of each row of a table."""
    return [row.cells for row in Package.open(root).tables[table].rows]


def findings(root):
    return list(map(str, validate(root).findings))


# --- finding words ---


def test_words_are_found_with_cells_to_cite_them(cite):
    result = cite("近百亿美元")
    assert result.code == 0
    assert f"{SECOND}:3\n" in result.out
    assert f"  cite: {SECOND},3,近百亿美元\n" in result.out
    assert "⟦近百亿美元⟧" in result.out


@pytest.mark.parametrize("words", ["認為,Y7", "認(rèn)為,Y7"])
def test_words_are_found_in_raw_and_in_reading_text(cite, words):
    assert f'cite: {FIRST},8,"認(rèn)為,Y7"' in cite(words).out


@pytest.mark.parametrize(
    ("raw", "start", "end", "expected"),
    [
        ("跌3%。又跌3%。", 1, 3, "3%。又"),
        ("甲3%乙3%", 4, 6, "乙3%"),
        ("甲3%乙3%", 1, 3, "甲3%"),
        ("甲 3% 乙3%", 2, 4, "3% 乙"),
        ("經(jīng)濟(jì)、經(jīng)濟(jì)學", 0, 2, "經(jīng)濟(jì)、"),
        ("經(jīng)濟(jì)學、經(jīng)濟", 0, 1, "經(jīng)濟(jì)"),
        ("aaaa", 1, 2, "aaaa"),
    ],
)
def test_an_excerpt_is_the_shortest_extension_that_occurs_once(raw, start, end, expected):
    line = Line(raw, ZH)
    first, last = places.shortest_excerpt(line, start, end)
    found = places.raw_words(line, (first, last))
    assert len(occurrences(raw, found)) == 1
    assert first <= start < end <= last
    assert len(line.reading[first:last]) == len(Line(expected, ZH).reading)


def test_excerpts_of_all_candidates_occur_once_and_cut_no_gloss():
    _, evidence = read_evidence(REPOSITORY)
    checked = 0
    lines = [line for text in evidence.texts.values() for line in text.lines]
    for line, candidate in ((one, c) for one in lines for c in candidates_of_line(one)):
        span = places.shortest_excerpt(line, candidate.start, candidate.end)
        words = places.raw_words(line, span)
        assert len(occurrences(line.raw, words)) == 1
        assert not line.cuts_gloss(*line.raw_span(*span))
        assert words == words.strip()
        checked += 1
    assert checked > 500


def test_words_that_occur_nowhere_give_exit_code_1(cite):
    result = cite("甲乙丙丁")
    assert (result.code, result.out) == (1, "甲乙丙丁 occurs nowhere in the documents\n")


@pytest.mark.parametrize("query", ["901:7", "901:0", "999:1", f"{SECOND}:7", " "])
def test_a_line_that_does_not_exist_gives_exit_code_2(cite, query):
    result = cite(query)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("could not ")


def test_many_places_are_named_without_drafts(cite, add):
    add("\n".join(["东屿"] * 11))
    out = cite("东屿").out
    assert out.count("  cite: ") == 12
    assert "# data/" not in out
    assert "12 places: name one, such as 901:4" in out


# --- what a line holds ---


def test_of_many_places_on_one_line_the_first_are_given():
    line = Line("一" * (places.MOST_FOUND + 9), ZH, document=FIRST, number=1)
    evidence = SimpleNamespace(texts={FIRST: SimpleNamespace(lines=[line])})
    found = places.find_places(evidence, "一")
    assert len(found) == places.MOST_FOUND
    assert (found[0].start, found[-1].end) == (0, places.MOST_FOUND)


def test_a_line_is_told_with_its_names_quantities_dates_verbs_and_rows(cite):
    out = cite("900:6").out
    assert "  entity: 曜石 → obsidian\n" in out
    assert (
        "  quantity: 數十億美元 → 20 to 100 × 10^8 USD, vague "
        "(low 2000000000, high 10000000000, unit USD, bound vague)"
        "  [covered: market_figures/900-006-2]\n"
    ) in out
    assert "  date: 去年 → 2030  [covered: " in out
    assert "  name: Y7  [covered: chips/y7]\n" in out
    rows = "policies/chip-export-rule, events/900-006-1"
    assert f"  excerpt: 羅倫(lún)政府去年實施AI晶片出口規(guī)則 → {rows}\n" in out
    assert "  excerpt: 羅倫(lún)政府去年實施AI晶片出口規(guī)則後 → chips/m9 (kind)\n" in out
    assert "  quotation: 晶片不等人  [covered: glossary/" in cite("900:5").out
    assert "  attribution: 警告称  [covered: quotes/901-002-1]" in cite("901:2").out


def test_drafts_restate_the_rows_that_were_curated_by_hand(root, cite):
    for row in cells_of(root, "market_figures"):
        drafts, _ = drafted(cite(f"{row['seed'][:3]}:{row['line']}").out, "market_figures")
        same = [draft for draft in drafts if draft["quantity"] == row["quantity"]]
        assert len(same) == 1
        for column in ("value", "value_low", "value_high", "unit", "bound", "seed", "line"):
            assert same[0][column] == row[column]
    drafts, _ = drafted(cite("900:5").out, "quotes")
    assert drafts[0]["text"] == "『晶片不等人』是我們的信條,出口限制只會讓對手更快"
    assert drafts[0]["kind"] == "direct"
    drafts, _ = drafted(cite("900:8").out, "quotes")
    assert (drafts[0]["kind"], drafts[0]["quote_id"]) == ("reported", "900-008-2")


def test_what_is_recorded_already_is_said_above_its_draft(cite):
    assert "# recorded already by market_figures/901-003-1:\n901-003-2," in cite("901:3").out


def test_lines_and_candidates_that_are_excluded_get_no_drafts(cite):
    out = cite("901:6").out
    assert "  name: AI  [excluded: page_furniture: exclusions/901-006-1]" in out
    assert "# data/" not in out
    assert "# data/" not in cite("901:5").out


def test_an_excerpt_never_overlaps_damage(root, cite):
    path = root / "data/market_figures.csv"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "900-008-1" not in line), "utf-8")
    (draft,), _ = drafted(cite("900:8").out, "market_figures")
    assert draft["quantity"] == "三分之一"
    assert draft["excerpt"] == "Y7的算力是M9的三分之一"
    assert "(damaged)" in cite("偹28個").out


# --- a sixth document, end to end ---


def test_a_new_document_is_curated_from_drafts_until_the_package_is_valid(root, cite, add):
    seed = add(NEW)
    listed = coverage.coverage_report(*opened(root), "open")
    column = NEW.split("\n")[1].index("12%") + 1
    assert f"seeds/{seed}:2:{column} numeral 12%\n" in listed

    out = cite("902:2").out
    (figure,), (missing,) = drafted(out, "market_figures")
    assert figure["figure_id"] == "902-002-1"
    assert (figure["value"], figure["unit"], figure["bound"]) == ("12", "percent", "exact")
    assert (figure["metric"], figure["modality"]) == ("market_share", "stated")
    assert missing == "# fill: description"
    (event,), _ = drafted(out, "events")
    assert (event["date"], event["date_text"]) == ("2033-03-05", "2033年3月5日")
    figure |= {"description": "Share of the market held by Chenling."}
    event |= {"kind": "development", "title": "The market share of Chenling falls"}
    paste(root, "market_figures", figure)
    paste(root, "events", event)
    paste(root, "other_mentions", *mentioned(out))

    out = cite("902:3").out
    (quote,), (missing,) = drafted(out, "quotes")  # 警告称 introduces it.
    assert "translation" in missing
    assert "topic (" in missing
    assert quote["speaker_id"] == "chenling"
    assert [one["entity_id"] for one in mentioned(out)] == ["dongyu"]
    quote |= {"topic": "market", "translation": "Advanced chips will dominate the market"}
    paste(root, "quotes", quote)
    paste(root, "other_mentions", *mentioned(out))

    (alias,), (missing,) = drafted(cite("902:4").out, "aliases")
    assert (alias["alias"], alias["script"]) == ("Qwix", "Latn")
    assert missing == "# fill: entity_id"
    paste(root, "aliases", alias | {"entity_id": "y7"})

    reasons = {"line": "heading", "numeral": "not_a_quantity", "attribution": "not_a_statement"}
    reasons["name"] = "not_a_name"
    for number in (1, 2, 3, 4):
        rows, _ = drafted(cite(f"902:{number}").out, "exclusions")
        for row in rows:
            row["reason"] = reasons[row["class"]]
        paste(root, "exclusions", *rows)

    assert findings(root) == []
    assert coverage.coverage_report(*opened(root), "open") == "open: 0"


def mentioned(out):
    """The rows of other mentions that stand below the drafts."""
    names = ("table", "row_id", "entity_id")
    below = out.partition("# data/other_mentions.csv")[2].split("\n")[2:]
    return [dict(zip(names, line.split(","), strict=True)) for line in below if line]


def opened(root):
    package, evidence = read_evidence(root)
    return package, evidence, coverage.audited(package, evidence)


def test_every_open_clause_has_a_draft_and_no_unit_is_drafted_that_has_no_code(root, cite, add):
    add("晨岭在扩张,东屿国在观望。\n晶片厚3微米。")
    quotes, _ = drafted(cite("902:1").out, "quotes")
    assert quotes == []  # this package has no statements in the document's own voice
    figures, _ = drafted(cite("902:2").out, "market_figures")
    assert figures == []


def test_what_the_document_says_itself_and_whom_a_draft_names_are_drafted(tmp_path, package_at):
    root = package_at(tmp_path / "package")
    text = "英伟达在扩张,华为在观望。业界都在等待。\n英伟达产能达10万片。"
    cells = {"language": "zh-Hans", "genre": "news", "grade": "secondary"}
    name, files = documents.new_document(Package.open(root), text.encode(), cells)
    for path, content in files.items():
        (root / path).write_bytes(content)
    first, second = (showing.cited(*read_evidence(root), f"{name[:3]}:{line}") for line in (1, 2))
    assert f'{name[:3]}-001-1,,"英伟达在扩张,华为在观望",authorial,' in first
    assert f"{name[:3]}-001-2,,业界都在等待,authorial," in first
    assert "authorial" not in second
    assert f"market_figures,{name[:3]}-002-1,nvidia" in second


# --- documents that change ---


def insert_line(root, seed, text="新的一行"):
    path = root / "seeds" / seed
    path.write_text(f"{text}\n{path.read_text('utf-8')}", "utf-8")


def test_nothing_is_listed_while_the_documents_are_those_that_were_read(cite):
    assert cite("--reanchor")[:2] == (0, "every document is the one that was read\n")


def test_rows_of_a_changed_document_are_listed_and_nothing_is_changed(root, cite):
    path = root / "seeds" / SECOND
    text = path.read_text("utf-8").replace("罗伦上周三", "罗伦昨天")
    path.write_text(f"新的一行\n{text}\n公司晨岭的股价大跌,市值蒸发近百亿美元", "utf-8")
    before = snapshot(root)
    result = cite("--reanchor")
    assert result.code == 1
    assert result.out.startswith(f"changed: {SECOND}\n")
    lines = result.out.split("\n")
    assert "events/901-001-1: moved from line 1 to line 2" in lines
    assert "quotes/901-002-1: absent, was on line 2" in lines
    assert "market_figures/901-003-1: ambiguous, on line 4 and 8" in lines
    assert "exclusions/901-006-1: whole lines from 6, to be set by hand" in lines
    assert not any("900-" in line for line in lines)
    assert snapshot(root) == before


def test_words_that_occur_twice_on_their_new_line_are_ambiguous(root):
    document = Document("seeds/a.txt", "a.txt", "zh", "", "", ("新", "跌3%又跌3%", "甲"))
    text = Text(document, (), True, {})
    schema = Package.open(REPOSITORY).tables["quotes"].schema
    row = Row("quotes", 2, "000-001-1", {"line": "1", "excerpt": "跌3%"}, schema)
    assert reanchoring.whereabouts_of(text, row).outcome == "ambiguous"
    row = Row("quotes", 2, "000-001-1", {"line": "3", "excerpt": "甲"}, schema)
    assert reanchoring.whereabouts_of(text, row).outcome == "exact"


def test_writing_moves_rows_their_ids_and_what_refers_to_them(root, cite):
    insert_line(root, SECOND)
    assert cite("--reanchor", "--write").code == 1
    rows = {row["event_id"]: row for row in cells_of(root, "events")}
    assert rows["901-002-1"]["line"] == "2"
    assert "901-001-1" not in rows
    # What has no words, words that occur twice, and the new line are left to the curator.
    change(root, "exclusions", "901-006-7", line="7", exclusion_id="901-007-1")
    (heading,), _ = drafted(cite("901:1").out, "exclusions")
    paste(root, "exclusions", heading | {"reason": "heading"})
    assert findings(root) == []
    assert cite("--reanchor").out == "every document is the one that was read\n"


def test_citations_follow_the_rows_that_they_support(root, cite):
    row = {"table": "events", "row_id": "901-001-1", "column": "actor_id"}
    cited = {"seed": SECOND, "line": "2", "excerpt": "罗伦上周三"}
    paste(root, "citations", row | cited)
    insert_line(root, SECOND)
    cite("--reanchor", "--write")
    moved = row | cited | {"row_id": "901-002-1", "line": "3"}
    assert moved in cells_of(root, "citations")


def test_rows_that_meet_on_one_line_are_numbered_anew(root, cite):
    path = root / "seeds" / SECOND
    first, second, rest = path.read_text("utf-8").split("\n", 2)
    path.write_text(f"\n{second}{first}\n{rest}", "utf-8")
    before = cells_of(root, "exclusions")
    assert cite("--reanchor", "--write").code == 1
    rows = cells_of(root, "events")
    assert {row["event_id"] for row in rows if row["seed"] == SECOND} == {"901-002-1"}
    exclusions = [row["exclusion_id"] for row in cells_of(root, "exclusions")]
    assert len(set(exclusions)) == len(exclusions) == len(before)


def test_a_failure_half_way_leaves_every_table_as_it_was(root, cite, monkeypatch):
    insert_line(root, SECOND)
    before, replace = snapshot(root), os.replace

    def failing(source, target):
        if str(target).endswith("sources.csv"):
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    result = cite("--reanchor", "--write")
    assert result.code == 2
    assert "No space left on device" in result.err
    assert snapshot(root) == before


def test_write_without_reanchor_and_neither_words_nor_reanchor_are_refused(cite):
    for arguments in (["--write", "words"], [], ["words", "--reanchor"]):
        result = cite(*arguments)
        assert result.code == 2
        assert "give words or a place, or --reanchor [--write]" in result.err
