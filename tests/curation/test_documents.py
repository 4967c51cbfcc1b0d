import hashlib
import os

import pytest

from chipcontrols.curation import coverage, documents
from chipcontrols.package.documents import LARGEST_DOCUMENT
from chipcontrols.validation.engine import validate
from chipcontrols.validation.passages import read_evidence
from commands import run, small_package, snapshot

TEXT = "晨岭公司周五开业。\n\n据说很好。".encode()
CODES = ("--cells", "language=zh-Hans", "genre=news", "grade=secondary")


@pytest.fixture
def package(tmp_path):
    return small_package(tmp_path / "package")


@pytest.fixture
def add(package, tmp_path, capsys, monkeypatch):
    def add(content, *codes):
        path = tmp_path / "new.txt"
        path.write_bytes(content)
        arguments = (path, "--root", package, *(codes or CODES))
        return run(capsys, monkeypatch, "add_seed.py", *arguments)

    return add


def test_a_document_is_copied_under_the_next_number_and_its_hash(package, add):
    result = add(TEXT)
    digest = hashlib.sha256(TEXT).hexdigest()
    name = f"902_{digest[:16]}.txt"
    assert result.code == 0
    assert (package / "seeds" / name).read_bytes() == TEXT
    table = (package / "data/sources.csv").read_text("utf-8")
    assert table.endswith(f"{name},{digest},3,zh-Hans,news,secondary,,,,,,\n")


def test_everything_in_a_new_document_is_open(package, add):
    assert "\n  line                0        0     2\n" in add(TEXT).out
    accounts = coverage.audited(*read_evidence(package))
    (found,) = (here for name, here in accounts.items() if name.startswith("902"))
    # The alias of the company is known; nothing else of the text is.
    assert {a.candidate.kind for a in found if a.status == "open"} == {
        "attribution", "date", "line", "name",
    }  # fmt: skip


def test_adding_changes_nothing_else_and_leaves_no_temporary_file(package, add):
    before = snapshot(package)
    add(TEXT)
    after = snapshot(package)
    changed = {name for name in after if after[name] != before.get(name)}
    assert before.keys() < after.keys()
    assert changed == {"data/sources.csv", *(after.keys() - before.keys())}
    assert len(changed) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("第一行\n".encode() + b"\xff", "line 2: byte 0xff is not UTF-8"),
        (TEXT + b"\0", "line 3: NUL"),
        (b"", "the document has no text"),
        (b" \n\n", "the document has no text"),
    ],
)
def test_bytes_that_are_no_document_are_refused_and_nothing_is_written(
    package, add, content, message
):
    before = snapshot(package)
    result = add(content)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("could not add a document: ")
    assert message in result.err
    assert snapshot(package) == before


@pytest.mark.parametrize(
    ("content", "normalised"),
    [
        (b"\xef\xbb\xbf" + TEXT, "byte order mark taken out"),
        (TEXT.replace(b"\n", b"\r\n"), "2 line ends to LF"),
        (TEXT.decode().encode("utf-16"), "from UTF-16"),
        (TEXT.decode().encode("gb18030"), "from GB 18030"),
        ("\u200b" + TEXT.decode(), "1 invisible character taken out"),
    ],
)
def test_a_file_is_taken_as_people_have_it(package, add, content, normalised):
    content = content.encode() if isinstance(content, str) else content
    result = add(content)
    assert result.code == 0
    assert result.out.startswith(f"normalised: {normalised}" if normalised else "added: ")
    (path,) = (package / "seeds").glob("902_*")
    assert path.read_bytes() == TEXT


def test_no_more_is_read_of_a_file_than_a_document_may_have(package, add, monkeypatch):
    seen = []
    monkeypatch.setattr(documents, "as_document", lambda content: (seen.append(content), 1 / 0))
    assert add(b"a" * 10_000_000).code == 2
    assert len(seen[0]) == 3 * LARGEST_DOCUMENT


def test_traditional_text_in_big5_is_read():
    text = "台積電說，這是一個在美國的新廠。"
    assert documents.as_document(text.encode("big5")) == (text.encode(), ["from Big5"])


def test_a_document_that_is_there_already_is_refused(package, add):
    before = snapshot(package)
    result = add((package / "seeds/900_a1b2c3d4e5f60718.txt").read_bytes())
    assert result.code == 2
    assert "there already: 900_a1b2c3d4e5f60718.txt" in result.err
    assert snapshot(package) == before


def test_a_code_that_does_not_exist_is_refused_with_those_that_do(package, add):
    result = add(TEXT, "--cells", "language=zh", "genre=news", "grade=secondary")
    assert result.code == 2
    assert "'zh' is not what language may be (needed: language (zh-Hans, zh-Hant), " in result.err


CITED = "晨岭公司周五开业。\n2026年1月9日 晨岭 晨岭\n经(jīng)济(jì)很好。".encode()
DAY = "published_on=2026-01-09"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["published_on=2026-1-9"], "'2026-1-9' is not what published_on may be, such as 2025-"),
        (["note=\udcff"], "'\\udcff' of note is not text in UTF-8 (needed: "),
        (["x=1", "sha256=1"], "'x' is not a column to give; 'sha256' is not a column to"),
    ],
)
def test_a_cell_that_its_column_may_not_have_is_named_and_nothing_is_written(
    package, add, cells, message
):
    before = snapshot(package)
    result = add(CITED, *CODES, *cells)
    assert (result.code, result.out) == (2, "")
    assert f"could not add a document: {message}" in result.err
    assert snapshot(package) == before


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("published_on=2026-02-31", "published_on 2026-02-31 but no citation supports it"),
        ("title=晨岭周五开业", "title 晨岭周五开业 but no citation supports it"),
        ("author=晨岭 ", ":author "),
    ],
)
def test_what_the_document_does_not_state_validation_names(package, add, cell, message):
    assert add(CITED, *CODES, cell).code == 0
    assert [one for one in map(str, validate(package).findings) if message in one]


def test_what_validation_accepts_of_a_new_document_is_accepted(package, add):
    cells = [DAY, "author=晨岭", "title=经济", "note=What a reader says of it."]
    assert add(CITED, *CODES, *cells).code == 0
    findings = validate(package).findings
    assert findings
    assert {one.rule for one in findings} == {"completeness"}


def test_a_document_without_cells_is_told_which_it_needs(package, capsys, monkeypatch, tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    told = run(capsys, monkeypatch, "add_seed.py", tmp_path / "a.txt", "--root", package).err
    assert "language is missing; genre is missing" in told
    assert "(needed: language (zh-Hans, zh-Hant), genre (" in told
    assert "; where the document states it: title, publisher, author, published_on, " in told


def test_a_row_that_somebody_else_adds_meanwhile_is_not_lost(package, add, monkeypatch):
    table, made = package / "data/sources.csv", documents.new_document
    theirs = table.read_bytes() + b"their row\n"

    def slow(*arguments):
        found = made(*arguments)
        table.write_bytes(theirs)
        return found

    monkeypatch.setattr(documents, "new_document", slow)
    result = add(TEXT)
    assert (result.code, result.out) == (2, "")
    assert "data/sources.csv was changed by somebody else meanwhile: do it again" in result.err
    assert table.read_bytes() == theirs
    assert not [name for name in listed(package) if name.startswith("902")]


@pytest.mark.parametrize("missing", ["seeds", "seeds/900_a1b2c3d4e5f60718.txt"])
def test_no_document_is_added_to_a_package_that_lacks_one(package, add, missing):
    (package / missing).rename(package.parent / "away")
    before = snapshot(package)
    result = add(TEXT)
    assert (result.code, result.out) == (2, "")
    assert f"could not add a document: {'seeds: ' if missing == 'seeds' else 'data/'}" in result.err
    assert "No such file" in result.err or "is missing; name a checkout" in result.err
    assert snapshot(package) == before


def test_after_number_999_comes_1000(package, add):
    (package / "seeds/999_0000000000000000.txt").write_bytes(b"")
    assert add(TEXT).code == 0
    assert f"1000_{hashlib.sha256(TEXT).hexdigest()[:16]}.txt" in listed(package)


def listed(package):
    return {path.name for path in (package / "seeds").iterdir()}


def test_a_path_that_is_no_file_is_refused(package, capsys, monkeypatch):
    for path in (package / "nowhere.txt", package):
        result = run(capsys, monkeypatch, "add_seed.py", path, "--root", package, *CODES)
        assert result.code == 2
        assert str(path) in result.err


def test_a_failure_half_way_leaves_the_package_as_it_was(package, add, monkeypatch):
    before, replace = snapshot(package), os.replace

    def failing(source, target):
        if str(target).endswith("sources.csv"):
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    result = add(TEXT)
    assert result.code == 2
    assert "No space left on device" in result.err
    assert snapshot(package) == before
