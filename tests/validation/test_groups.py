"""What groups may say of the statements that they rest on."""

from __future__ import annotations

from types import SimpleNamespace as Made
from typing import Any

import pytest

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
    row: Any = Made(table="deeds", id="it", cells={"state": code})
    rule = Witnessed("state", Made(), of="modality")  # type: ignore[arg-type]
    found = [one.message for one in rule.check(evidence, row)]
    assert found == complaints
