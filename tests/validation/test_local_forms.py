"""A form that names an entity only in its context names it in no other document."""

from pathlib import Path

from chipcontrols.validation.passages import read_evidence

ROOT = Path(__file__).parents[2]
PACKAGE, EVIDENCE = read_evidence(ROOT)
ROWS = PACKAGE.rows("surface_form")


def test_a_local_form_names_its_entity_in_its_document_alone() -> None:
    local = [row for row in ROWS if row.role("local") == "true"]
    assert len(local) > 50
    for row in local:
        form, entity = row.role("form"), row.role("entity")
        elsewhere = EVIDENCE.lexicon.forms_in("a document not yet read")
        assert entity in EVIDENCE.lexicon.forms_in(row.role("document")).entities(form)
        assert entity not in elsewhere.entities(form)


def test_any_other_form_names_its_entity_everywhere() -> None:
    forms = EVIDENCE.lexicon.forms_in("a document not yet read")
    for row in ROWS:
        if row.role("local") == "false":
            assert row.role("entity") in forms.entities(row.role("form"))
