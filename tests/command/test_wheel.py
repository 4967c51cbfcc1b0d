"""The wheel: it carries the tables and none of the documents, and works where it is alone."""

from __future__ import annotations

import email.parser
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import chipcontrols
from chipcontrols import package


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, run) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    done = run(
        "-m",
        "build",  # the source archive, and the wheel from it
        "--no-isolation",
        "--outdir",
        out,
        package.CHECKOUT,
        library=None,
        cwd=out,
    )
    assert done.code == 0, done.err + done.out
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, wheel: Path, run) -> Path:
    target = tmp_path_factory.mktemp("installed")
    done = run(
        "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check",
        "--target", target, wheel, library=None, cwd=target,
    )  # fmt: skip
    assert done.code == 0, done.err
    return target


def test_make_installs_the_library_as_it_stands_in_the_checkout(tmp_path: Path, run) -> None:
    makefile = (package.CHECKOUT / "Makefile").read_text("utf-8")
    (options,) = re.findall(r"pip (install .*) --editable \.$", makefile, re.MULTILINE)
    elsewhere = ("--ignore-installed", "--no-index", "--prefix", tmp_path)
    done = run(
        "-m", "pip", *options.split(), *elsewhere, "--editable", package.CHECKOUT,
        library=None, cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    (site_packages,) = tmp_path.rglob("site-packages")
    program = f"import site; site.addsitedir({str(site_packages)!r}); import chipcontrols as it"
    shown = run("-c", f"{program}; print(it.__file__)", library=None, cwd=tmp_path)
    assert Path(shown.out.strip()) == package.CHECKOUT / "scripts/chipcontrols/__init__.py"
    assert (tmp_path / "bin" / "chipcontrols").exists()


@pytest.fixture(scope="module")
def members(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_the_source_archive_holds_all_but_the_documents(wheel, package_root):
    (archive,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(archive) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
        assert not any(name.startswith(("seeds", "tests")) for name in names)
    for path in ("datapackage.json", "README.md", "LICENSE", "CITATION.cff", "pyproject.toml"):
        assert path in names
    for folder in ("data", "schemas"):
        assert {f"{folder}/{path.name}" for path in (package_root / folder).iterdir()} <= names


def test_the_wheel_holds_the_tables_and_schemas_byte_for_byte(wheel, descriptor, package_root):
    with zipfile.ZipFile(wheel) as archive:
        for resource in descriptor["resources"]:
            for path in (resource["path"], resource["schema"], "datapackage.json"):
                assert (
                    archive.read(f"chipcontrols/dataset/{path}")
                    == (package_root / path).read_bytes()
                )


def test_the_wheel_holds_the_whole_library_and_its_type_marker(members, package_root):
    library = package_root / "scripts" / "chipcontrols"
    files = {p.relative_to(library) for p in library.rglob("*") if p.is_file()}
    made = {"__pycache__", "node_modules"}
    expected = {f"chipcontrols/{p.as_posix()}" for p in files if not made & set(p.parts)}
    assert {"chipcontrols/py.typed", "chipcontrols/command.py"} < expected
    found = {m for m in members if m.startswith("chipcontrols/") and "/dataset/" not in m}
    assert found == expected


def test_the_wheel_holds_no_document_test_or_script(wheel, members, package_root):
    assert [
        m for m in members if m.startswith(("seeds", "tests", "scripts")) or "/seeds/" in m
    ] == []
    assert all(m.startswith(("chipcontrols/", "ai_chip_controls-")) for m in members)
    assert [m for m in members if "__pycache__" in m or m.endswith(".pyc")] == []
    documents = [path.read_bytes()[:600] for path in (package_root / "seeds").glob("*")]
    with zipfile.ZipFile(wheel) as archive:
        assert not any(document in archive.read(m) for m in members for document in documents)


def test_the_metadata_is_complete(wheel, members, descriptor):
    (path,) = [m for m in members if m.endswith(".dist-info/METADATA")]
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.parser.Parser().parsestr(archive.read(path).decode("utf-8"))
    assert metadata["Name"] == "ai-chip-controls"
    assert metadata["Version"] == descriptor["version"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0 AND Apache-2.0"
    assert metadata["Summary"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "# AI Chip Controls" in str(metadata.get_payload())
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert any(m.endswith("licenses/LICENSE") for m in members)
    required = [r for r in metadata.get_all("Requires-Dist", []) if "extra ==" not in r]
    assert sorted(r.split(">")[0] for r in required) == ["pandas", "pyarrow"]
    extras = {"maintain", "release", "workflows", "fetch", "s3", "dask", "dev"}
    assert set(metadata.get_all("Provides-Extra", [])) == extras


LOAD = """
import json, sys
import chipcontrols
frames = chipcontrols.load_all()
figures = frames["market_figures"]
print(json.dumps({
    "home": chipcontrols.__file__,
    "rows": {name: len(frame) for name, frame in frames.items()},
    "value": figures.loc[figures["figure_id"] == "001-022-1", "value"].tolist(),
    "citation": figures.attrs["citation"],
    "heavy": sorted({"frictionless", "pandera"} & set(sys.modules)),
    "version": chipcontrols.__version__,
    "entities": len(chipcontrols.load("entities")),
}))
"""


def test_an_installed_wheel_serves_its_own_tables(site, run, tmp_path, descriptor):
    done = run("-c", LOAD, library=site, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert Path(told["home"]).is_relative_to(site)
    assert told["rows"] == {name: len(chipcontrols.load(name)) for name in chipcontrols.tables()}
    assert told["value"] == [150000000000]
    assert told["citation"] == package.citation(descriptor)
    assert told["heavy"] == []
    assert told["version"] == descriptor["version"]
    assert told["entities"] == len(chipcontrols.load("entities")) > 50


def test_an_installed_wheel_says_what_it_lacks(site, run, tmp_path):
    code = "import chipcontrols; chipcontrols.load('quote')"
    done = run("-c", code, library=site, cwd=tmp_path)
    assert done.code == 1
    assert "no table 'quote'; the tables are sources" in done.err.splitlines()[-1]


def test_an_installed_wheel_validates_a_checkout(site, run, tmp_path, package_root):
    code = f"import chipcontrols; print(chipcontrols.validate({str(package_root)!r}).ok)"
    done = run("-c", code, library=site, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "True\n", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["tables"], 0, "companies "),
        (["show", "market_figures/001-022-1"], 0, "波士顿咨询预测,新禁令可能导致"),
        (["validate"], 2, "seeds: the folder seeds/ with the documents is missing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_command_of_an_installed_wheel_works_without_documents(
    words, code, said, site, run, tmp_path
):
    done = run("-m", "chipcontrols.command", *words, library=site, cwd=tmp_path)
    assert done.code == code
    assert done.err.startswith("note: there is no datapackage.json here; the package is that in ")
    assert done.err.count("\n") == 1
    assert said in done.out


@pytest.mark.parametrize("words", [["cite", "001:22"], ["coverage", "--open"]], ids=" ".join)
def test_what_needs_documents_says_that_an_installed_wheel_has_none(words, site, run, tmp_path):
    done = run("-m", "chipcontrols.command", *words, library=site, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("is missing; name a checkout; an installed copy has no documents\n")
    assert done.err.count("\n") == 2


def test_evidence_from_an_installed_wheel_is_an_error_that_says_why(site, run, tmp_path):
    code = (
        "import chipcontrols\n"
        "try: chipcontrols.evidence('market_figures', '001-022-1')\n"
        "except (OSError, ValueError) as error: print(type(error).__name__, error)"
    )
    done = run("-c", code, library=site, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "PackageError seeds: the folder seeds/ with the documents is missing" in done.out


def test_the_wheel_serves_this_python(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    assert sys.version_info >= (3, 11)
