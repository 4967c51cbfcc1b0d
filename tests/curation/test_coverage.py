import html.parser
import json
from collections import Counter

import pytest

from chipcontrols import languages
from chipcontrols.curation import coverage
from chipcontrols.validation.candidates import Candidate
from chipcontrols.validation.completeness import Account
from chipcontrols.validation.passages import read_evidence
from commands import REPOSITORY, run, small_package

VOID = {"meta", "input"}


class Page(html.parser.HTMLParser):
    """Reads a page, and asserts that each element closes inside the one that it opens in."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.targets, self.tags, self.marked = [], [], set(), Counter(), []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags[tag] += 1
        self.ids += [found["id"]] if "id" in found else []
        if found.get("href", "").startswith("#"):
            self.targets.add(found["href"][1:])
        assert not (tag == "a" and "a" in self.open), "a link in a link"
        assert not {"src", "srcset", "onclick", "onload"} & found.keys()
        assert tag != "link"
        assert found.get("href", "#").startswith("#"), "a link out of the page"
        if "title" in found:
            self.marked.append((found["title"], found["class"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(root):
    package, evidence = read_evidence(root)
    return package, evidence, coverage.audited(package, evidence)


def flat(accounts):
    return [account for found in accounts.values() for account in found]


def html_of(root):
    return coverage.coverage_report(*read(root), "html")


def line_of(reading, accounts):
    """A line of the page with its marks."""
    counts = {"all": {}, "documents": []}
    module = coverage.page_template().make_module({"report": counts, "sections": []})
    return str(module.marked(coverage.stretches(reading, accounts)))


@pytest.fixture
def package(tmp_path):
    return small_package(tmp_path / "package")


@pytest.fixture
def command(capsys, monkeypatch):
    return lambda *arguments: run(capsys, monkeypatch, "coverage.py", *arguments)


@pytest.fixture
def with_open(package):
    """The small package with two rows fewer, so that something is open."""
    path = package / "data/exclusions.csv"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "901-005-" not in line), "utf-8")
    return package


def test_nothing_open_gives_exit_code_0_and_says_so(package, command):
    result = command(package)
    assert (result.code, result.err) == (0, "")
    assert result.out.rstrip().endswith("open: 0, nothing is left out")


def test_the_text_counts_what_the_audit_finds_by_class_and_reason(package):
    everything = read(package)
    text = coverage.coverage_report(*everything)
    accounts = flat(everything[-1])
    counts = Counter((a.candidate.kind, a.status) for a in accounts)
    table = text[text.index("all documents") :].split("\n")
    rows = {words[0]: words for line in table if (words := line.split())}
    for kind in sorted({account.candidate.kind for account in accounts}):
        expected = [counts[kind, status] for status in ("covered", "excluded", "open")]
        assert list(map(int, rows[kind][1:4])) == expected
    assert "6 lines, excluded whole: page_furniture 1" in text
    assert "excluded whole: off_topic 2, repeat 1" in text
    assert rows["attribution"][4:] == ["not_a_statement", "1"]


def test_the_share_that_statements_cover_falls_when_they_go(package):
    def shares():
        found = json.loads(coverage.coverage_report(*read(package), "json"))["documents"]
        return [one["statement_share"] for one in found]

    whole, quotes = shares(), package / "data/quotes.csv"
    quotes.write_text(quotes.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    assert all(0 < share <= 1 for share in whole)
    assert sum(shares()) < sum(whole)


def test_open_candidates_are_listed_with_place_class_and_the_words_around(with_open, command):
    result = command(with_open, "--open")
    assert result.code == 1
    assert "seeds/901_0f1e2d3c4b5a6978.txt:5:4 numeral 两场\n    今天,⟦两场⟧" in result.out
    assert result.out.endswith("open: 6\n")


def test_columns_of_open_candidates_count_the_glosses(package, command):
    path = package / "data/market_figures.csv"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if "900-006-1" not in line), "utf-8")
    result = command(package, "--format", "json")
    found = json.loads(result.out)["open"]
    document = (package / "seeds/900_a1b2c3d4e5f60718.txt").read_text("utf-8").split("\n")
    assert [item["text"] for item in found] == ["高達95%"]
    assert document[5][found[0]["column"] - 1 :].startswith("高達95%")


def test_json_says_the_same_as_the_audit(with_open, command):
    result = command(with_open, "--format", "json")
    assert result.code == 1
    content = json.loads(result.out)
    accounts = flat(read(with_open)[-1])
    totals = content["all"]["all"]
    assert totals["covered"] == sum(a.status == "covered" for a in accounts)
    assert sum(totals["excluded"].values()) == sum(a.status == "excluded" for a in accounts)
    assert totals["open"] == len(content["open"]) == 6
    assert content["documents"][1]["lines_excluded"] == {"page_furniture": 1}


def test_the_page_is_well_formed_and_each_link_has_one_target(with_open):
    for root in (with_open, REPOSITORY):
        found = Page(html_of(root))
        assert found.targets <= set(found.ids)
        assert len(found.ids) == len(set(found.ids))
        assert found.tags["script"] == found.tags["img"] == 0


def test_the_page_marks_every_candidate_with_class_and_status(with_open):
    accounts = read(with_open)[-1]
    found = Page(html_of(with_open))
    everything = flat(accounts)
    expected = Counter(coverage.described(account) for account in everything)
    assert Counter(title for title, _ in found.marked) >= expected
    for title, classes in found.marked:
        kind, status = title.split(": ")[0], title.split(": ")[1].split()[0]
        assert status in classes.split()
        assert kind in classes.split() or "number" in classes.split()


def test_the_page_shows_every_line_of_every_document(package):
    _, evidence, _ = read(package)
    text = html_of(package)
    for name, document in evidence.texts.items():
        for number in range(1, len(document.lines) + 1):
            assert f'id="{coverage.anchor(name, number)}"' in text
    assert "https://" not in text
    assert "http://" not in text
    assert "url(" not in text


def candidate(reading, start, end, kind):
    return Account(Candidate("900_a.txt", 1, start, end, kind, reading[start:end]), "open")


def plain(text):
    """The text of a line without its markup, and without the letters of the classes."""
    parts = []

    class Text(html.parser.HTMLParser):
        letters = False

        def handle_starttag(self, tag, attributes):
            self.letters |= tag == "sup"

        def handle_endtag(self, tag):
            self.letters &= tag != "sup"

        def handle_data(self, data):
            parts.append("" if self.letters else data)

    Text().feed(text)
    return "".join(parts)


def test_no_word_is_lost_or_doubled_where_candidates_cross_or_nest_or_coincide():
    reading = "甲<乙>&丙丁戊己庚"
    spans = [
        (0, 10, "quotation"),
        (1, 6, "numeral"),
        (4, 8, "date"),
        (4, 8, "name"),
        (7, 9, "name"),
    ]
    for first in range(len(spans)):
        here = [candidate(reading, *span) for span in spans[first:] + spans[:first]]
        found = Page(line_of(reading, here))
        assert plain(line_of(reading, here)) == reading
        assert len(found.ids) == found.tags["sup"] == len(set(found.ids)) == len(spans)


def test_words_in_two_candidates_look_like_the_shorter():
    reading = "「跌3%又」"
    accounts = [candidate(reading, 1, 5, "quotation"), candidate(reading, 2, 4, "numeral")]
    found = [(words, one and one.candidate.kind, [a.candidate.kind for a in ending])
             for words, one, ending in coverage.stretches(reading, accounts)]  # fmt: skip
    assert found == [
        ("「", None, []),
        ("跌", "quotation", []),
        ("3%", "numeral", ["numeral"]),
        ("又", "quotation", ["quotation"]),
        ("」", None, []),
    ]


def test_thousands_of_nested_quotations_are_rendered():
    reading = "「" * 3000 + "」" * 3000
    spans = languages.language("zh").quotations(reading)
    text = line_of(reading, [candidate(reading, *span, "quotation") for span in spans])
    assert text.count("<sup>") == 3000


def test_markup_in_a_document_is_shown_as_it_stands(package, command):
    path = package / "seeds/901_0f1e2d3c4b5a6978.txt"
    path.write_text(path.read_text("utf-8") + "\n<script>alert(1)</script>", "utf-8")
    result = command(package, "--format", "html")
    assert result.code == 1
    assert result.out.startswith("<!DOCTYPE html>")
    assert "<script" not in result.out
    assert "&lt;" in result.out


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("datapackage.json", b"{", "datapackage.json:1: "),
        ("datapackage.json", b"[]", "datapackage.json: the file does not hold a JSON object"),
        ("datapackage.json", b'{"resources": 3}', "validate the package to see where"),
        ("schemas/quotes.json", b"{}", "validate the package to see where"),
        ("data/quotes.csv", b"quote_id\n", "data/quotes.csv:1: the header lacks "),
        ("data/quotes.csv", b"\xff", "data/quotes.csv:1: byte 0xff is not UTF-8"),
        ("seeds/901_0f1e2d3c4b5a6978.txt", b"\xff", "cannot be read: line 1: byte 0xff"),
    ],
)
def test_what_cannot_be_read_gives_exit_code_2_and_is_named(
    package, command, file, content, message
):
    (package / file).write_bytes(content)
    result = command(package)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("could not ")
    assert message in result.err


def test_a_folder_that_is_no_package_gives_exit_code_2(tmp_path, command):
    result = command(tmp_path / "nowhere")
    assert result.code == 2
    assert "No such file or directory" in result.err
