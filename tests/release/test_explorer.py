"""The explorer page, looked at in a browser as a reader looks at it: opened from disk."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import shutil
import statistics
import subprocess
import warnings
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import mlcroissant
import pandas
import pytest
import renaming
from playwright.sync_api import Browser, Error, Page, sync_playwright

from chipcontrols.package.frames import OFFSETS
from chipcontrols.release import build, explorer
from chipcontrols.release.formats.search import BOOKKEEPING, entities_of, names_of
from chipcontrols.validation.passages import Evidence, read_evidence

ROOT = Path(__file__).parents[2]
WIND = ROOT / "tests" / "packages" / "offshore_wind"
AXE = explorer.HERE / "node_modules" / "axe-core" / "axe.min.js"
SOURCE = explorer.HERE / "source"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted(SOURCE.iterdir())}
WORDS = json.loads((explorer.HERE / "words.json").read_text("utf-8"))
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWS = (
    "", "search", "timeline", "figures", "contradictions", "entities", "policies", "documents",
    "dictionary", "download",
)  # fmt: skip
SIZES = {390: 844, 1280: 900}
LARGEST, LARGEST_PACKED = 900 * 1024, 280 * 1024
GO = """(address) => {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}"""
"""As a link does, and done when it returns: nothing to wait for."""

DRAWN = """() => {
  const all = new CSSStyleSheet();
  all.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [all];
}"""
"""Axe sees nothing of what a browser leaves out because it is out of sight."""

OUT_OF_SIGHT = """(hidden) => { document.querySelector("main").hidden = hidden; }"""
"""What is looked at in the document alone need not be laid out."""

DISTINCT = """() => {
  const names = ["class", "data-relation", "aria-current", "lang", "open"];
  const styled = (one) => one.tagName + names.map((name) => one.getAttribute(name));
  const path = (one) => (one.matches("main") ? "" : path(one.parentElement) + styled(one));
  const seen = new Set();
  for (const item of document.querySelectorAll("main :is(li, tr, .side)")) {
    if (item.parentElement.closest("li, tr, .side")) continue;
    const before = seen.size;
    for (const one of [item, ...item.querySelectorAll("*")]) seen.add(path(one));
    if (seen.size === before) item.remove();
  }
}"""
"""Of items that a style sheet cannot tell apart one is enough to see the colours of."""


class Shown(NamedTuple):
    """A package and its page."""

    tables: Any
    evidence: Evidence
    html: str
    path: Path

    def address(self, table: str, row: Any) -> str:
        """Return the address of a row."""
        return f"#/{quote(table, safe='')}/{quote(identifier(self.tables[table][1], row), safe='')}"


def identifier(schema: Any, row: Any) -> str:
    cells = [row[name] for name in schema.primary_key]
    return " ".join("" if pandas.isna(cell) else str(cell) for cell in cells)


def page_of(root: Path, folder: Path, change: Any = None) -> Shown:
    """Write the page of a package, with tables that may be changed first."""
    package, evidence = read_evidence(root)
    tables = build.released_tables(package, evidence)
    if change:
        change(tables)
    resources = [
        {"name": name, "title": schema.title, "path": f"{name}.parquet", "mediatype": "x"}
        for name, (_, schema) in tables.items()
    ]
    descriptor = {**package.descriptor, "resources": resources}
    entities = entities_of(tables)
    html = explorer.as_page(descriptor, tables, package, evidence, entities, {"recordSet": []})
    path = folder / explorer.FILE
    path.write_text(html, "utf-8")
    return Shown(tables, evidence, html, path)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return page_of(ROOT, tmp_path_factory.mktemp("main"))


@pytest.fixture(scope="module")
def wind(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return page_of(WIND, tmp_path_factory.mktemp("wind"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that Playwright has installed."""
    system = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=system, args=OPTIONS)
        except Error as error:
            pytest.fail(
                "no browser: install one by `apt-get install chromium` or `playwright install "
                f"chromium` ({error.message.splitlines()[0]})"
            )
        yield found
        found.close()


def opened(browser: Browser, path: Path, width: int = 1280, **options: Any) -> Page:
    """Open a page from disk; whatever it asks for or complains about is in ``page.noticed``."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, locale="en", **options
    )
    page = context.new_page()
    noticed: list[str] = []
    page.on("console", lambda said: noticed.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("request", lambda asked: noticed.append(asked.url))
    page.goto(path.as_uri())
    page.wait_for_selector("main[data-ready]", state="attached", timeout=60_000)
    assert noticed.pop(0) == path.as_uri()
    page.noticed = noticed  # type: ignore[attr-defined]
    return page


@pytest.fixture(scope="module")
def page(browser: Browser, shown: Shown) -> Iterator[Page]:
    found = opened(browser, shown.path)
    yield found
    assert found.noticed == []  # type: ignore[attr-defined]
    found.close()


def expected_words(shown: Shown) -> dict[tuple[str, str], dict[str, str]]:
    """Return the words that each row rests on, by document and line, from the documents."""
    spans: dict[tuple[str, str], dict[tuple[str, int], set[int]]] = {}
    for name, (frame, schema) in shown.tables.items():
        for row in frame.to_dict("records") if schema.anchored else ():
            if pandas.isna(row[OFFSETS[0]]):
                continue
            keys = [(name, identifier(schema, row))]
            if schema.kind == "citation":
                keys.append((row[schema.roles["table"]], row[schema.roles["row"]]))
            place = row[schema.roles["document"]], row[schema.roles["line"]]
            for key in keys:
                there = spans.setdefault(key, {}).setdefault(place, set())
                there.update(range(int(row[OFFSETS[0]]), int(row[OFFSETS[1]])))
    return {
        key: {
            f"{document}:{line}": "".join(
                shown.evidence.texts[document].lines[line - 1].raw[at] for at in sorted(found)
            )
            for (document, line), found in places.items()
        }
        for key, places in spans.items()
    }


MARKED = """(addresses) => {
  const found = [];
  for (const address of addresses) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
    const marks = (node) => [...node.querySelectorAll("mark")];
    const text = (node) => marks(node).map((one) => one.textContent).join("");
    found.push({
      path: document.querySelector(".path")?.textContent,
      lines: [...document.querySelectorAll(".passage .line")].map(text),
      unlit: [...document.querySelectorAll(".passage mark.word")].filter((mark) =>
        !mark.dataset.columns.split(" ").every((at) => /^[0-9]+$/.test(at))).length,
    });
  }
  return found;
}"""


def check_rows(page: Page, shown: Shown) -> int:
    rows = [
        (name, row)
        for name, (frame, schema) in shown.tables.items()
        if schema.kind != "derived"
        for row in frame.to_dict("records")
    ]
    page.evaluate(GO, "#/download")
    page.evaluate(OUT_OF_SIGHT, True)
    found = page.evaluate(MARKED, [shown.address(name, row) for name, row in rows])
    page.evaluate(OUT_OF_SIGHT, False)
    wrong, expected = [], expected_words(shown)
    for (name, row), one in zip(rows, found, strict=True):
        schema = shown.tables[name][1]
        title = f"{schema.title} › {identifier(schema, row)}"
        words = expected.get((name, identifier(schema, row)), {})
        if not (one["path"] or "").startswith(title) or sorted(one["lines"]) != sorted(
            words.values()
        ):
            wrong.append((name, identifier(schema, row), one, words))
        assert not one["unlit"]
    assert wrong == []
    return len(rows)


def test_the_address_of_every_row_shows_it_with_just_its_words_marked(
    page: Page, shown: Shown
) -> None:
    assert check_rows(page, shown) > 1000


def test_a_package_of_another_field_is_explored_with_no_code_of_its_own(
    browser: Browser, wind: Shown
) -> None:
    page = opened(browser, wind.path)
    assert check_rows(page, wind) > 50
    for view in ("", "search", "timeline", "figures", "entities", "documents", "dictionary"):
        page.evaluate(GO, f"#/{view}")
        assert page.locator("main h1").count() == 1
        assert page.locator(f'nav a[data-view="{view}"][aria-current]').count() == 1
    page.evaluate(GO, "#/timeline")
    assert page.locator(".timeline .when").count() == len(wind.tables["milestones"][0])
    page.evaluate(GO, "#/figures")
    assert page.locator(".figure").count() >= 15
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


def referred(row: Any, columns: tuple[str, ...]) -> Iterator[str]:
    """Yield what a row names in some of its columns."""
    for column in columns:
        cell = row[column]
        yield from cell if isinstance(cell, list) else [] if pandas.isna(cell) else [cell]


def rows_about(shown: Shown) -> dict[str, set[str]]:
    """Return the addresses of the rows that refer to each entity or whose words name it."""
    found: dict[str, set[str]] = {}
    mentions: dict[tuple[str, int], list[Any]] = {}
    for document, line, *mention in shown.tables["mentions"][0].itertuples(index=False):
        mentions.setdefault((document, line), []).append(mention)
    for name, (frame, schema) in shown.tables.items():
        for row in frame.to_dict("records"):
            address, named = shown.address(name, row), set(referred(row, schema.columns("entity")))
            if schema.kind == "mention":
                key = row[schema.roles["table"]], row[schema.roles["row"]]
                address = "#/" + "/".join(quote(one, safe="") for one in key)
                named.add(row[schema.roles["entity"]])
            elif schema.kind in BOOKKEEPING:
                continue
            elif schema.kind == "entity":
                named.add(identifier(schema, row))
            if schema.anchored and not pandas.isna(row[OFFSETS[0]]):
                place = row[schema.roles["document"]], row[schema.roles["line"]]
                for start, end, _, entity in mentions.get(place, ()):
                    if row[OFFSETS[0]] <= start and end <= row[OFFSETS[1]]:
                        named.add(entity)
            for entity in named:
                found.setdefault(entity, set()).add(address)
    return found


FOUND = """(queries) => {
  const found = [];
  for (const query of queries) {
    const q = encodeURIComponent(query);
    history.replaceState(null, "", `#/search?shown=99999&columns=id&q=${q}`);
    dispatchEvent(new HashChangeEvent("hashchange"));
    const links = [...document.querySelectorAll(".results tbody a")];
    found.push(links.map((link) => link.getAttribute("href")));
  }
  return found;
}"""


def test_every_name_of_an_entity_finds_every_row_that_refers_to_it_or_names_it(
    page: Page, shown: Shown
) -> None:
    expected = rows_about(shown)
    names = [(form, entity) for entity, forms in names_of(shown.tables).items() for form in forms]
    assert len(names) > 400
    page.evaluate(GO, "#/download")
    page.evaluate(OUT_OF_SIGHT, True)
    found = page.evaluate(FOUND, [form for form, _ in names])
    page.evaluate(OUT_OF_SIGHT, False)
    missing = {
        form: expected[entity] - set(here)
        for (form, entity), here in zip(names, found, strict=True)
        if expected.get(entity, set()) - set(here)
    }
    assert missing == {}


def test_names_in_three_scripts_find_the_same_rows(page: Page) -> None:
    page.evaluate(GO, "#/download")
    one, two, three = page.evaluate(FOUND, ["輝達", "英伟达", "nvidia"])
    assert len(one) > 100
    assert set(one) == set(two) == set(three)


@pytest.mark.parametrize(
    "queries",
    [
        ("5000億", "5000亿", "5,000億"),
        ("錯誤的政策", "错误的政策"),
        ("500,000,000,000", "500000000000"),
    ],
)
def test_words_and_numbers_are_found_in_either_script_and_however_they_are_written(
    queries: tuple[str, ...], page: Page
) -> None:
    first, *others = page.evaluate(FOUND, [*queries])
    assert first
    assert all(other == first for other in others)


def test_the_page_is_given_the_folding_of_the_library_and_no_more_of_it_than_it_needs() -> None:
    pairs = explorer.folding("发展")
    assert {pairs[at : at + 2] for at in range(0, len(pairs), 2)} == {"發发", "髮发"}


@pytest.mark.parametrize(
    ("query", "meant"), [("nvidea", "nvidia"), ("semiconductr", "semiconductor")]
)
def test_a_search_that_finds_nothing_suggests_words_that_find_something(
    query: str, meant: str, page: Page
) -> None:
    page.evaluate(GO, f"#/search?q={query}")
    link = page.locator(".results p a", has_text=re.compile(f"^{meant}$")).first
    page.evaluate(GO, link.get_attribute("href"))
    assert page.locator(".results tbody tr").count() > 0


def test_rows_are_found_by_what_the_page_calls_their_codes(page: Page) -> None:
    label = WORDS["relation contradicts"][0]
    (found,) = page.evaluate(FOUND, [label])
    page.evaluate(GO, "#/search?shown=99999&columns=id&record=contradicts")
    marked = page.locator(".results tbody a").evaluate_all("all => all.map((a) => a.hash)")
    assert marked
    assert set(marked) <= set(found)


def test_rows_of_the_record_are_found_with_publisher_relation_and_what_they_are_about(
    page: Page, shown: Shown
) -> None:
    frame, _ = shown.tables["public_record"]
    page.evaluate(GO, "#/search?table=public_record&shown=99999")
    rows = page.locator(".results tbody tr").all_text_contents()
    assert len(rows) == len(frame)
    for text, row in zip(rows, frame.to_dict("records"), strict=True):
        assert WORDS[f"relation {row['relation']}"][0] in text
        for name in ("publisher", "source_date"):
            assert pandas.isna(row[name]) or row[name] in text
    with page.expect_download() as download:
        page.locator(".toolbar > button").click()
    assert download.value.suggested_filename == "public-record.csv"
    saved = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert [one["address"] for one in saved] == [*frame["address"].fillna("")]
    assert all(one["About"] for one in saved)
    page.noticed[:] = [one for one in page.noticed if not one.startswith("blob:")]  # type: ignore[attr-defined]


def test_every_code_has_its_bar_and_a_bar_leads_to_as_many_rows(page: Page, shown: Shown) -> None:
    page.evaluate(GO, "#/")
    bars = page.locator(".bars li").evaluate_all(
        "all => all.map((li) => [li.querySelector('a').hash, li.querySelector('b').textContent])"
    )
    counted = {address: int(number) for address, number in bars if number.isdigit()}
    assert "#/search?record=contradicts&table=claims" in counted
    stated = sum(len(frame) for frame, one in shown.tables.values() if one.kind == "statement")
    assert sum(n for one, n in counted.items() if one.startswith("#/search?modality")) == stated
    for address, number in counted.items():
        page.evaluate(GO, address)
        if "search" in address and "modality" not in address:
            assert page.locator(".total b").inner_text().split()[0] == str(number), address
        if "contradictions" in address:
            assert page.locator(".comparison").count() == number, address


def test_the_figures_that_are_drawn_on_one_scale_have_one_measure(page: Page, shown: Shown) -> None:
    frame = shown.tables["market_figures"][0].set_index("figure_id")
    page.evaluate(GO, "#/")
    ids = page.locator(".sentences a").evaluate_all("all => all.map((a) => a.hash.split('/')[2])")
    assert len(ids) > 2
    assert len({(frame.measure[one], frame.unit[one]) for one in ids}) == 1


def test_the_years_in_which_something_begins_are_named_on_the_axis(page: Page) -> None:
    page.evaluate(GO, "#/timeline")
    assert {"2018", "2022", "2024"} <= set(page.locator(".axis .year").all_text_contents())


def test_what_did_not_happen_looks_otherwise_than_what_did(page: Page, shown: Shown) -> None:
    frame, schema = shown.tables["happenings"]
    (column,) = [field.name for field in schema.fields if field.options.get("of") == "modality"]
    called = {row["title"]: WORDS[f"code {row[column]}"][0] for row in frame.to_dict("records")}
    page.evaluate(GO, "#/timeline")
    legend = page.locator(".legend li").evaluate_all(
        "all => all.map((li) => [li.textContent, li.querySelector('path').outerHTML])"
    )
    assert {text for text, _ in legend} == {*called.values()}
    assert len({shape for _, shape in legend}) == len(legend) >= 4
    items = page.locator(".when").evaluate_all(
        "all => all.map((li) => [li.querySelector('.says').textContent,"
        " li.querySelector('.meta .badge').textContent, li.querySelector('svg path').outerHTML])"
    )
    assert {title: badge for title, badge, _ in items} == called
    assert {(badge, shape) for _, badge, shape in items} == {*map(tuple, legend)}
    page.evaluate(GO, "#/happenings/ai-diffusion-rule-due-date")
    assert page.locator("h1 + .meta .badge").first.inner_text() == "cancelled"


def test_forms_that_are_no_names_are_not_listed_as_names(page: Page, shown: Shown) -> None:
    frame = shown.tables["surface_forms"][0]
    page.evaluate(GO, "#/entities")
    listed = page.locator(".entities li").evaluate_all(
        "all => all.map((li) => [li.querySelector('a').hash.split('/')[2],"
        " li.querySelector('.forms').textContent.split(' · ')])"
    )
    names = {(entity, form) for entity, forms in listed for form in forms}
    other = frame[frame.kind != "name"]
    assert ("h20", "禁止H20") not in names
    assert not names & {*zip(other.entity_id, other.surface_form, strict=True)} - {
        (row[schema.primary_key[0]], row[schema.roles["original_name"]])
        for rows, schema in shown.tables.values()
        if schema.kind == "entity"
        for row in rows.to_dict("records")
        if "original_name" in schema.roles
    }
    page.evaluate(GO, "#/chips/h20")
    assert "paraphrase:" in page.locator(".forms .meta").all_text_contents()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("quotes/001-022-1", "(Boston Consulting Group; reported; possible; our translation from "
         "Chinese). 001 commentary [no author, title, publisher, date stated], line 22: “"),
        ("quotes/004-007-1", "(Jensen Huang; direct quotation; our translation from Chinese, of a "
         "document that is itself a translation). 004 translation [no author,"),
        ("market_figures/003-030-1", "$5.5 billion (forecast). 003 synthesis, 2025-05-02 [author "),
        ("market_figures/003-030-1", "; no publisher stated], line 30: “特朗普政府"),
        ("policies/ai-diffusion-rule", "[author 陳白; publisher 經濟觀察報; no title stated],"),
    ],
)  # fmt: skip
def test_a_citation_says_who_says_it_how_surely_in_whose_words_and_where_it_was_published(
    row: str, words: str, page: Page, shown: Shown
) -> None:
    page.evaluate(GO, f"#/{row}")
    cited = page.locator(".cite .citation").inner_text()
    assert words in cited
    assert ".." not in cited
    assert cited.endswith(f" {shown.path.as_uri()}#/{row}")


def test_a_citation_has_the_address_that_the_package_has(
    browser: Browser, shown: Shown, tmp_path: Path
) -> None:
    html = shown.html.replace('{"package":{', '{"package":{"homepage":"https://example.org/",')
    (tmp_path / explorer.FILE).write_text(html, "utf-8")
    page = opened(browser, tmp_path / explorer.FILE)
    page.evaluate(GO, "#/quotes/004-007-1")
    cited = page.locator(".cite .citation").inner_text()
    assert cited.endswith(" https://example.org/#/quotes/004-007-1")
    page.close()


def test_a_direct_quotation_says_whose_english_it_is_and_a_reported_one_that_it_is_reported(
    page: Page, shown: Shown
) -> None:
    page.evaluate(GO, "#/quotes/004-007-1")
    note = page.locator("h1 + .aside").inner_text()
    assert "our translation from Chinese, not the speaker's own wording" in note
    assert "back-translation" in note
    frame, _ = shown.tables["quotes"]
    page.evaluate(GO, "#/search?table=quotes&shown=99999&columns=id,who")
    cells = page.locator(".results tbody tr").evaluate_all(
        "all => all.map((tr) => [...tr.children].map((td) => td.textContent))"
    )
    called = {kind: WORDS[f"said {kind}"][0] for kind in ("direct", "reported")}
    for row, (who, id_) in zip(frame.to_dict("records"), cells, strict=True):
        assert id_ == row["quote_id"]
        assert who.endswith(f" ({called.get(row['kind'])})") == (row["kind"] in called)


README = (ROOT / "README.md").read_text("utf-8")


def answer(question: str) -> list[str]:
    """Return the lines that the README prints for a question."""
    section = README.partition(f"### {question}\n")[2]
    return section.partition("```text\n")[2].partition("```")[0].splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("share in China", lambda lines: len(lines) // 2),
        ("Huang say", lambda lines: int(re.findall(r"(\d+) things said", lines[0])[0])),
        ("contradicts", lambda lines: sum(not line.startswith(" ") for line in lines)),
        ("go to China", len),
        ("CloudMatrix", len),
        ("counted once", lambda lines: 1),
    ],
)
def test_the_page_answers_a_question_with_as_many_rows_as_the_readme(
    words: str, expected: Callable[[list[str]], int], page: Page
) -> None:
    asked = json.loads((ROOT / "datapackage.json").read_text("utf-8"))["questions"]
    (question,) = [one for one in asked if words in one["title"]][:1]
    page.evaluate(GO, question["view"])
    total = page.locator(".total b")
    shown = int(total.inner_text().split()[0]) if total.count() else 0
    assert shown + page.locator(".comparison").count() == expected(answer(question["title"]))


@pytest.mark.parametrize("words", ["forecast", "without a source", "support, contradict"])
def test_the_page_counts_for_a_question_what_the_readme_counts(words: str, page: Page) -> None:
    asked = json.loads((ROOT / "datapackage.json").read_text("utf-8"))["questions"]
    (question,) = [one for one in asked if words in one["title"]]
    page.evaluate(GO, question["view"])
    rows = page.locator(".counts tbody tr")
    found = [rows.nth(at).locator("td").all_text_contents() for at in range(rows.count())]
    titles = page.locator(".counts thead th").all_text_contents()
    below = [one.get_attribute("data-title") for one in rows.first.locator("td").all()]
    assert below == titles  # on a phone each number has its title beside it
    lines = [line.split() for line in answer(question["title"])]
    expected = [line[1:] for line in lines if line[1:] and line[-1].isdigit()]
    assert [line[:-1] for line in found][: len(expected)] == expected


def test_a_search_of_what_nobody_says_finds_nothing_and_says_so(page: Page) -> None:
    page.evaluate(GO, "#/search?q=zyxwv")
    assert page.locator(".results tbody tr").count() == 0
    assert page.locator(".results .none").inner_text()


def test_facets_narrow_what_is_found_and_their_counts_are_right(page: Page) -> None:
    page.evaluate(GO, "#/search?q=輝達")
    for key in range(2):
        facet = page.locator(".facets > details").nth(key).locator("li a").first
        count = int(facet.locator("xpath=following-sibling::span").text_content() or "")
        page.evaluate(GO, facet.get_attribute("href"))
        assert page.locator(".total b").inner_text().startswith(f"{count} ")


def test_what_several_say_counts_once_for_each_of_them(page: Page) -> None:
    page.evaluate(GO, "#/search?table=quotes&speaker=jensen-huang&once=1")
    chosen = page.locator(".facets li:has(> a[aria-current]) > .count").all_text_contents()
    assert [f"{count} rows" for count in chosen] == [page.locator(".total b").inner_text()] * 2


def test_what_is_shown_is_downloaded_as_csv(page: Page) -> None:
    page.evaluate(GO, "#/search?q=英偉達&sort=date")
    total = int(page.locator(".total b").inner_text().split()[0])
    with page.expect_download() as download:
        page.locator(".toolbar > button").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == total + 1
    assert rows[0][:2] == ["row", "What is stated"]
    page.noticed[:] = [one for one in page.noticed if not one.startswith("blob:")]  # type: ignore[attr-defined]


SAVED = """async () => {
  const make = URL.createObjectURL, kept = [], found = [];
  URL.createObjectURL = (blob) => (kept.push(blob), "data:,");
  HTMLAnchorElement.prototype.click = () => {};
  for (const button of document.querySelectorAll("td button")) {
    button.click();
    found.push(await kept.pop().text());
  }
  URL.createObjectURL = make;
  delete HTMLAnchorElement.prototype.click;
  return found;
}"""


def test_the_page_has_every_text_of_every_table(page: Page, shown: Shown) -> None:
    page.evaluate(GO, "#/download")
    saved = page.evaluate(SAVED)
    for text, (frame, schema) in zip(saved, shown.tables.values(), strict=True):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == len(frame)
        for field in schema.fields:
            if field.name in rows[0] and field.type == "string":
                cells = ["|".join(referred({"": cell}, ("",))) for cell in frame[field.name]]
                # What a spreadsheet would take for a number or a formula has an apostrophe there.
                found = [row[field.name].removeprefix("'") for row in rows]
                assert found == [cell.removeprefix("'") for cell in cells], field.name


def test_contradictions_come_before_what_differs_less(page: Page) -> None:
    page.evaluate(GO, "#/contradictions")
    found = page.locator("section:has(> .comparison) > h2").all_text_contents()
    kinds = [words[0] for key, words in WORDS.items() if key.startswith("differing ")]
    assert [re.sub(r" \d+$", "", one) for one in found] == kinds


# --- how long it takes: of several tries the best, which other work on the machine lengthens least

TRIES = 12


def times_larger(page: str, times: int) -> str:
    """Return a page with so many times the rows, whose ids have a number behind them."""
    before, data, after = re.split(r'(?<=id="data">)(.*?)(?=</script>)', page, maxsplit=1)
    content = json.loads(data)
    for table in content["tables"]:
        key = [one["name"] for one in table["fields"]].index(table["key"][-1])
        static = re.search(f'<table id="{table["name"]}">(.*?)</table>', page)
        rows = [row.split("<td>")[1:] for row in static[1].split("<tr>")[1:]] if static else []
        for n, given in enumerate(table["columns"]):
            column = given
            if isinstance(given, int):
                column = [unescape(row[given]) or None for row in rows]
            if isinstance(column, dict):
                column["at"] *= times
            elif column:
                cells = [f"{c}{'-' * bool(k)}{k or ''}" if n == key else c
                         for k in range(times) for c in column]  # fmt: skip
                table["columns"][n] = cells
        for part in ("entities", "marks"):
            table[part] *= times
        table["rows"] *= times
    before = re.sub("(<tr>.*)(?=</table>)", lambda found: found[1] * times, before)
    return before + json.dumps(content, ensure_ascii=False).replace("<", "\\u003c") + after


def without_script(html: str) -> str:
    """Return an empty page of the same size: a heading, and the rows that nobody reads."""
    start = html.rindex("<script>")
    end = html.index("</script>", start)
    return f"{html[:start]}<!--{'x' * (end - start)}--><h1>x</h1>{html[end + 9 :]}"


def seconds(browser: Browser, path: Path, width: int, slower: int = 1) -> tuple[float, float]:
    """Return when the first words of a page were painted, and when all of it was there."""
    context = browser.new_context(viewport={"width": width, "height": SIZES[width]})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(path.as_uri())
    if "dataset.ready" in path.read_text("utf-8"):
        page.wait_for_selector("main[data-ready]", state="attached", timeout=60_000)
    found = page.evaluate("""new Promise((done) => new PerformanceObserver((list) =>
      done([list.getEntries().at(-1).startTime, performance.now()])).observe(
        {type: "paint", buffered: true}))""")
    context.close()
    return found[0] / 1000, found[1] / 1000


@pytest.fixture(scope="module")
def pages(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page, an empty one of its size, and one with ten times the rows."""
    folder = tmp_path_factory.mktemp("sizes")
    made = {"empty": without_script(shown.html), "ten": times_larger(shown.html, 10)}
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, "utf-8")
    return {"one": shown.path, **{name: folder / f"{name}.html" for name in made}}


def best(measure: Callable[[], float], limit: float) -> float:
    """Return the least of several measurements, the first within the limit if there is one."""
    found = [measure()]
    while min(found) > limit and len(found) < TRIES:
        found.append(measure())
    return min(found)


@pytest.mark.timed
def test_the_page_is_there_as_soon_as_an_empty_one(browser: Browser, pages: Any) -> None:
    taken = [
        [seconds(browser, pages[name], 1280)[0] for name in ("one", "empty")] for _ in range(TRIES)
    ]
    one, empty = (min(times) for times in zip(*taken, strict=True))
    # A page that is there within a quarter of a second is soon enough, whatever an empty one takes.
    assert one <= max(1.5 * empty, 0.25)


@pytest.mark.timed
def test_a_slow_phone_has_the_whole_page_within_two_seconds(browser: Browser, pages: Any) -> None:
    assert best(lambda: seconds(browser, pages["one"], 390, 4)[1], 2) <= 2


@pytest.mark.timed
def test_ten_times_the_rows_take_at_most_three_times_as_long(browser: Browser, pages: Any) -> None:
    one, ten = (
        min(seconds(browser, pages[name], 1280)[0] for _ in range(4)) for name in ("one", "ten")
    )
    assert ten <= 3 * one
    assert best(lambda: seconds(browser, pages["ten"], 390, 4)[1], 6) <= 6


@pytest.mark.timed
@pytest.mark.parametrize(("times", "limit"), [("one", 20), ("ten", 60)])
def test_a_search_is_answered_while_one_types(
    times: str, limit: float, browser: Browser, pages: Any, shown: Shown
) -> None:
    page = opened(browser, pages[times])
    queries = sorted({form for forms in names_of(shown.tables).values() for form in forms})[::5]
    page.evaluate(GO, "#/search")
    script = """async (queries) => {
          const field = document.querySelector("#q");
          const type = (text) => { field.value = text; field.dispatchEvent(new Event("input")); };
          type("warm"); type("up"); type("");
          const taken = [];
          for (const query of queries) {
            let least = Infinity;
            for (let round = 0; round < 4; round++) {
              type("");
              const start = performance.now();
              type(query);
              least = Math.min(least, performance.now() - start);
              await new Promise((done) => setTimeout(done));
            }
            taken.push(least);
          }
          return taken;
        }"""
    assert len(queries) > 80
    assert (
        best(lambda: statistics.quantiles(page.evaluate(script, queries), n=20)[-1], limit) <= limit
    )
    page.close()


def test_hovering_and_focusing_a_cell_shows_the_words_that_decide_it(
    page: Page, shown: Shown
) -> None:
    for name, (frame, schema) in shown.tables.items():
        quantities = [f.name for f in schema.fields if f.rule == "quantity" and not f.options]
        for row in frame.to_dict("records")[:5] if quantities else ():
            page.evaluate(GO, shown.address(name, row))
            number = schema.names.index(quantities[0])
            line = page.locator(f'tr[data-column="{number}"]')
            line.hover()
            assert "".join(page.locator("mark.lit").all_inner_texts()) == row[quantities[0]]
            page.mouse.move(0, 0)
            assert page.locator("mark.lit").count() == 0
            line.locator("button").focus()
            assert "".join(page.locator("mark.lit").all_inner_texts()) == row[quantities[0]]


def test_everything_can_be_reached_with_the_keyboard_alone(browser: Browser, shown: Shown) -> None:
    page = opened(browser, shown.path)
    assert page.locator("nav a[aria-current]").get_attribute("data-view") == ""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips the navigation
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("/")
    page.keyboard.type("輝達")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.startsWith('#/search')")
    page.wait_for_selector(".results tbody a")
    page.keyboard.press("Enter")  # from the words to the first row, past what narrows them
    assert page.evaluate("!!document.activeElement.closest('.results tbody')")
    page.keyboard.press("Enter")
    page.wait_for_selector("article.row")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('column')"):
            break
    page.keyboard.press("Enter")
    assert page.locator('button.column[aria-pressed="true"]').count() == 1
    before = page.locator(".path").inner_text()
    page.keyboard.press("j")
    page.wait_for_function(
        "(text) => document.querySelector('.path').innerText !== text", arg=before
    )
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


HOSTILE = "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 1'> {{ 7 }}"


def test_markup_in_a_cell_stays_text(browser: Browser, tmp_path: Path) -> None:
    def change(tables: Any) -> None:
        for frame, schema in tables.values():
            for name in schema.columns("prose", "translation"):
                frame[name] = HOSTILE

    hostile = page_of(WIND, tmp_path, change)
    page = opened(browser, hostile.path)
    seen = 0
    for name, (frame, schema) in hostile.tables.items():
        for row in frame.to_dict("records")[:2]:
            page.evaluate(GO, hostile.address(name, row))
            if schema.columns("prose", "translation"):
                assert HOSTILE in page.locator("main").inner_text()
                seen += 1
    for view in VIEWS:
        page.evaluate(GO, f"#/{view}")
    assert seen > 5
    assert page.evaluate("window.taken") is None
    assert page.locator("img").count() == 0
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


def test_a_question_of_the_package_is_answered_by_the_view_that_it_names(page: Page) -> None:
    asked = json.loads((ROOT / "datapackage.json").read_text("utf-8"))["questions"]
    page.evaluate(GO, "#/")
    linked = page.locator(".more a").evaluate_all("all => all.map((a) => [a.textContent, a.hash])")
    assert linked == [[one["title"], one["view"]] for one in asked]
    for _, address in linked:
        page.evaluate(GO, address)
        assert page.locator("h1").inner_text() != WORDS["not found"][0], address
        assert page.locator("main a").count() > 3, address
        if "search" in address:
            assert page.locator(".results tbody tr").count() > 0, address


@pytest.mark.parametrize("number", range(3), ids=["en", "zh-Hant", "zh-Hans"])
def test_what_others_say_of_a_claim_is_marked_with_its_references_and_dates(
    number: int, browser: Browser, shown: Shown
) -> None:
    about: dict[str, list[Any]] = {}
    for frame, schema in shown.tables.values():
        if schema.kind == "reference":
            roles = schema.roles
            for row in frame.to_dict("records"):
                key = f"#/{row[roles['table']]}/{quote(row[roles['row']], safe='')}"
                if shown.tables[row[roles["table"]]][1].kind != "group":
                    continue  # a statement has those of its claim too
                cells = {role: row[column] for role, column in roles.items()}
                about.setdefault(key, []).append(cells)
    assert len(about) > 100
    page = opened(browser, shown.path)
    language = ("en", "zh-Hant", "zh-Hans")[number]
    page.locator('select[data-name="language"]').select_option(language)
    for address, references in [*about.items()][:: 1 if number == 0 else 12]:
        page.evaluate(GO, address)
        marks = page.locator(".row > .meta .badge.record").all_text_contents()
        names = [WORDS[f"relation {one['relation']}"][number] for one in references]
        assert marks == [*dict.fromkeys(names)], address
        listed = page.locator(".references > li")
        assert listed.count() == len(references)
        for text, one in zip(listed.all_text_contents(), references, strict=True):
            wanted = [one[role] for role in ("sentence", "title", "published", "consulted")]
            assert all(cell in text for cell in wanted if not pandas.isna(cell)), address
        links = listed.locator(".meta a").evaluate_all("all => all.map((a) => a.href)")
        given = [one["address"] for one in references if not pandas.isna(one["address"])]
        assert len(links) == len(given), address
    for view in ("timeline", "figures"):
        page.evaluate(GO, f"#/{view}")
        shown_here = page.locator("details.record .badge.record").count()
        assert shown_here >= page.locator("details.record").count() > 30
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


BARS = """() => Object.fromEntries(
  [...document.querySelectorAll(".bars li, .figure")].map((one) => {
    const told = one.querySelector(".bound") || one.querySelector("b");
    return [one.querySelector("a").hash, told.textContent];
  }))"""


def test_a_number_is_shown_with_the_bound_that_its_words_have(page: Page, shown: Shown) -> None:
    bounds: dict[str, str] = {}
    valued: set[str] = set()
    for name, (frame, schema) in shown.tables.items():
        parts = {field.options.get("part"): field.name for field in schema.fields}
        for row in frame.to_dict("records") if "bound" in parts else ():
            if row[parts["low"]] != row[parts["high"]]:
                bounds[shown.address(name, row)] = WORDS[f"bound {row[parts['bound']]}"][0]
                if not pandas.isna(row[parts["value"]]):
                    valued.add(shown.address(name, row))
    page.evaluate(GO, "#/figures")
    told = page.evaluate(BARS)
    assert {key: text.removeprefix(" · ") for key, text in told.items() if key in bounds} == bounds
    assert WORDS["bound as_high_as"][0] in bounds.values()
    page.evaluate(GO, "#/")
    told = {key: text for key, text in page.evaluate(BARS).items() if key in valued}
    assert told
    assert [key for key, text in told.items() if not text.startswith(f"{bounds[key]} ")] == []


def test_bookkeeping_is_not_among_what_is_found(page: Page, shown: Shown) -> None:
    page.evaluate(GO, "#/search?shown=99999&columns=id")
    links = page.locator(".results tbody a").evaluate_all("all => all.map((a) => a.hash)")
    kinds = {shown.tables[link.split("/")[1]][1].kind for link in links}
    assert kinds
    assert not kinds & {"exception", *BOOKKEEPING}


LONG, TURNED = "W" * 3000, "\u202ereversed \u2067 and not closed"


@pytest.mark.parametrize("text", [HOSTILE, LONG, TURNED, "=1+1", "\u0000\u0001", "'\"`${1}\\"])
def test_no_text_of_a_cell_breaks_a_view(text: str, browser: Browser, tmp_path: Path) -> None:
    def change(tables: Any) -> None:
        for frame, schema in tables.values():
            for name in schema.columns("prose", "translation", "name", "told", "given"):
                frame[name] = text

    hostile = page_of(WIND, tmp_path, change)
    page = opened(browser, hostile.path, 390)
    addresses = [*(f"#/{view}" for view in VIEWS), f"#/search?q={quote(text[:40])}"]
    for name, (frame, _) in hostile.tables.items():
        addresses += [hostile.address(name, row) for row in frame.to_dict("records")[:1]]
    for address in addresses:
        page.evaluate(GO, address)
        assert page.locator("main h1").count() == 1, address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert page.evaluate("window.taken") is None
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


def test_an_address_of_nothing_says_that_there_is_no_such_page(page: Page) -> None:
    for address in (
        "#/nothing", "#/nothing/at-all", "#/%", "#/constructor", "#/a/%E0%A4%A", "#/__proto__/x",
        "#/constructor/prototype", "#/quotes/" + "9" * 9000, "#/<img src=x onerror=alert(1)>",
        "#/javascript:alert(1)/x", "#/quotes/%00", "#/\u202e/\u202e",
    ):  # fmt: skip
        page.evaluate(GO, address)
        assert page.locator("h1").inner_text() == WORDS["not found"][0]


@pytest.mark.parametrize("key", ["table", "document", "speaker", "entity", ".kind", "__proto__"])
@pytest.mark.parametrize("value", ["nosuch", "%", "a|b", "constructor"])
def test_a_search_for_what_there_is_not_is_a_search(key: str, value: str, page: Page) -> None:
    page.evaluate(GO, f"#/search?{key}={value}&sort={value}&columns={value}&count={value}")
    assert page.locator("h1").inner_text() == WORDS["search"][0]
    assert page.locator(".none").count() == (key != "__proto__")
    assert page.noticed == []  # type: ignore[attr-defined]


def test_columns_that_there_are_not_leave_the_usual_ones(page: Page) -> None:
    page.evaluate(GO, "#/search?columns=nosuch&shown=-1")
    assert page.locator(".results thead th").count() == 6
    assert page.locator(".results tbody tr").count() == 30


@pytest.mark.parametrize("width", SIZES)
def test_every_view_fits_its_screen_in_every_language(
    width: int, browser: Browser, shown: Shown
) -> None:
    page = opened(browser, shown.path, width)
    for number, language in enumerate(("en", "zh-Hant", "zh-Hans")):
        page.locator('select[data-name="language"]').select_option(language)
        assert page.evaluate("document.documentElement.lang") == language
        for view in VIEWS:
            page.evaluate(GO, f"#/{view}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, view
            if view:
                key = {"figures": "figures"}.get(view, view)
                assert page.locator("h1").inner_text() == WORDS[key][number]
    assert page.noticed == []  # type: ignore[attr-defined]
    page.close()


@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing(width: int, browser: Browser, shown: Shown) -> None:
    if not AXE.is_file():
        pytest.skip(f"no axe-core: run `npm ci` in {explorer.HERE.relative_to(ROOT)}")
    page = opened(browser, shown.path, width)
    page.evaluate(AXE.read_text("utf-8"))
    page.evaluate(DRAWN)
    examples = [
        shown.address(name, frame.to_dict("records")[0])
        for name, (frame, schema) in shown.tables.items()
        if len(frame) and schema.kind in ("statement", "group", "entity", "document")
    ]
    wrong: dict[Any, Any] = {}

    def look(about: str, rules: dict[str, Any]) -> None:
        options = {"resultTypes": ["violations"], **rules}
        for one in page.evaluate("(options) => axe.run(document, options)", options)["violations"]:
            wrong[about, one["id"]] = [node["html"][:200] for node in one["nodes"][:3]]

    colours = page.evaluate("axe.getRules(['cat.color']).map((one) => one.ruleId)")
    optional = {"color-contrast-enhanced": {"enabled": False}}
    assert "color-contrast" in colours
    for address in [*(f"#/{view}" for view in VIEWS), *examples[::4]]:
        page.evaluate(GO, address)
        look(address, {"rules": {one: {"enabled": False} for one in colours}})
        page.evaluate(DISTINCT)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            look(f"{address} {scheme}", {"runOnly": ["cat.color"], "rules": optional})
    assert wrong == {}
    page.close()


def test_without_scripts_a_reader_sees_what_the_rows_state(browser: Browser, shown: Shown) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shown.path.as_uri())
    text = page.locator("body").inner_text()
    for name, (frame, schema) in shown.tables.items():
        if schema.kind in ("statement", "group"):
            for sentence in frame[schema.roles["sentence"]]:
                assert " ".join(sentence.split()) in text, name
    page.close()


def test_the_page_is_small(release_folder: Path) -> None:
    content = (release_folder / explorer.FILE).read_bytes()
    assert len(content) <= LARGEST
    assert len(gzip.compress(content, 9)) <= LARGEST_PACKED


def test_the_page_holds_no_words_of_documents_but_those_of_excerpts(shown: Shown) -> None:
    lines = json.loads(re.search(r'id="data">(.*?)</script>', shown.html)[1])["lines"]  # type: ignore[index]
    excerpted: dict[tuple[str, int], set[int]] = {}
    for frame, schema in shown.tables.values():
        for row in frame.to_dict("records") if schema.anchored else ():
            if not pandas.isna(row[OFFSETS[0]]):
                place = row[schema.roles["document"]], row[schema.roles["line"]]
                excerpted.setdefault(place, set()).update(
                    range(int(row[OFFSETS[0]]), int(row[OFFSETS[1]]))
                )
    for document, found in lines.items():
        for number, parts, _ in found:
            at = {start + n for start, text in parts for n in range(len(text))}
            assert at == excerpted[document, number]


def test_a_release_holds_the_page_with_its_croissant_that_search_engines_read(
    tmp_path: Path,
) -> None:
    folder = build.build(WIND, tmp_path)
    html = (folder / explorer.FILE).read_text("utf-8")
    about = json.loads(re.search(r'application/ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]
    descriptor = json.loads((folder / "datapackage.json").read_bytes())
    assert about["@type"] == "sc:Dataset"
    assert about["@context"]["sc"] == about["@context"]["@vocab"] == "https://schema.org/"
    assert about["version"] == descriptor["version"]
    paths = [one["path"] for one in descriptor["resources"]]
    assert [one["contentUrl"] for one in about["distribution"]] == paths
    (folder / "page.json").write_text(json.dumps(about), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns without a description
        read = mlcroissant.Dataset(folder / "page.json")
        assert len(list(read.records(about["recordSet"][0]["@id"]))) > 0
    (folder / "page.json").unlink()
    again = build.build(WIND, tmp_path / "again")
    assert (again / explorer.FILE).read_bytes() == html.encode()


# --- the sources ---


def test_the_bundle_is_built_from_the_sources() -> None:
    digest = hashlib.sha256()
    for name, text in SOURCES.items():
        digest.update(name.encode() + text.encode())
    bundle = (explorer.HERE / "page.js").read_text("utf-8")
    assert f"sha256:{digest.hexdigest()}" in bundle.partition("\n")[0], "run `npm run build`"
    assert "</script" not in bundle.lower()


def test_building_the_bundle_again_gives_the_same_bytes(tmp_path: Path) -> None:
    if not (explorer.HERE / "node_modules" / "esbuild").is_dir():
        pytest.skip(f"no esbuild: run `npm ci` in {explorer.HERE.relative_to(ROOT)}")
    copy = shutil.copytree(explorer.HERE, tmp_path / "explorer", symlinks=True)
    (copy / "page.js").unlink()
    subprocess.run(["node", "build.mjs"], cwd=copy, check=True, timeout=60)
    assert (copy / "page.js").read_bytes() == (explorer.HERE / "page.js").read_bytes()


SHAPE = """() => [...document.querySelectorAll("main *")].map((one) =>
    one.tagName + (one.matches("h1, h2, .says, .meta, .stated, mark") ? one.textContent : ""))"""


def test_no_view_depends_on_the_name_of_a_table_or_column(
    browser: Browser, page: Page, shown: Shown, tmp_path: Path
) -> None:
    root = tmp_path / "package"
    for part in ("data", "schemas", "seeds"):
        shutil.copytree(ROOT / part, root / part)
    names = renaming.renamed(ROOT, "x_{}".format, lambda _, column: f"x_{column}")
    for name, content in names.items():
        (root / name).write_bytes(content)
    other = page_of(root, tmp_path)
    assert not {*other.tables} & {*shown.tables} - {"entities", "mentions"}
    renamed = opened(browser, other.path)
    rows = [
        (name, frame.to_dict("records")[0])
        for name, (frame, schema) in shown.tables.items()
        if len(frame) and schema.kind != "derived"
    ]
    for view in VIEWS:
        if view not in ("dictionary", "download"):
            for one in (page, renamed):
                one.evaluate(GO, f"#/{view}")
            assert renamed.evaluate(SHAPE) == page.evaluate(SHAPE), view
    for name, row in rows:
        if "table" not in shown.tables[name][1].roles:  # else ids hold names of tables
            page.evaluate(GO, shown.address(name, row))
            renamed.evaluate(GO, shown.address(name, row).replace("#/", "#/x_"))
            assert renamed.evaluate(SHAPE) == page.evaluate(SHAPE), name
    renamed.close()


LISTED = (
    "bound", "cited", "code", "differing", "document", "facet", "file", "relation", "said",
)  # fmt: skip


def test_every_word_of_the_interface_is_there_in_three_languages_and_used() -> None:
    source = "\n".join(SOURCES.values())
    used = re.findall(r'\bt\("([^"]+)"|count\([^"]*, "([^"]+)"\)', source)
    assert {key for keys in used for key in keys if key} <= set(WORDS)
    for key, words in WORDS.items():
        assert len(list(filter(None, words))) == 3, key
        stem = key.removesuffix(".one")
        first = stem.split(" ")[0]
        listed = first in LISTED and stem != first
        assert listed or f'"{stem}"' in source, key
