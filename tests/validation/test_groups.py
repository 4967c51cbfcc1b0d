"""What groups may say of the statements that they rest on."""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

import pytest

from chipcontrols.validation.rules import english
from chipcontrols.validation.rules.anchors import Witnessed

ALLOWED = {"done": ("stated",), "open": ("planned", "possible")}


@pytest.mark.parametrize(
    ("code", "modalities", "complaints"),
    [
        ("done", ["stated", "planned"], []),
        ("done", ["planned"], ["done but its witnesses acts/1 say planned"]),
        ("open", ["planned"], []),
        ("open", ["stated"], ["open but its witnesses acts/1 say stated"]),
        ("lost", ["stated"], ["lost but its witnesses acts/1 say stated"]),
        ("lost", [], []),
    ],
)
def test_a_code_of_a_group_may_want_a_witness_of_some_modality(
    code: str, modalities: list[str], complaints: list[str]
) -> None:
    witnesses = [
        Made(table="acts", id=str(at), role={"modality": one}.get)
        for at, one in enumerate(modalities, 1)
    ]
    listed = Made(roles=(("modality", ALLOWED[code]),)) if code in ALLOWED else None
    evidence: Any = Made(
        witnesses={("deeds", "it"): witnesses}, lexicon=Made(code=lambda *_: listed)
    )
    row: Any = Made(table="deeds", key=("deeds", "it"), cells={"state": code})
    rule = Witnessed("state", Made(), of="modality")  # type: ignore[arg-type]
    found = [one.message for one in rule.check(evidence, row)]
    assert found == complaints


@pytest.mark.parametrize(
    ("told", "said", "clash"),
    [
        (["The firm was sued.", "Sales fell."], "The firm was sued and sales rose.", "rose"),
        (["Sales fell.", "Prices rose."], "Sales fell and prices rose.", ""),
        (["Sales fell.", "The firm expects more."], "Sales rose.", "rose"),
        (["Sales fell.", "Sales sank."], "Sales rose.", "rose"),
        (["Sales did not fall.", "Sales held up."], "Sales held up.", ""),
        (["The rule was not published."], "The rule was published.", "polarity"),
    ],
)
def test_a_group_may_not_say_the_opposite_of_what_it_rests_on(
    told: list[str], said: str, clash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Made(table="acts", id=str(at), said=text) for at, text in enumerate(told, 1)]
    monkeypatch.setattr(english, "told_of", lambda *_: rows)
    monkeypatch.setattr(english, "sentence_of", lambda row: row.said)
    row: Any = Made(schema=Made(kind="group"))
    found = [one.message for one in english.opposed(Made(), row, said)]  # type: ignore[arg-type]
    assert len(found) == bool(clash)
    assert clash in "".join(found)
