"""AI Chip Controls: a hand-curated, evidence-linked dataset on AI-chip export controls.

``tables``, ``load`` and ``load_all`` give the tables as typed pandas frames and need pandas only.
``versions``, ``fetch`` and ``verify`` get published releases from a store (extra ``fetch``).
``validate``, ``evidence`` and ``schema`` work on a checkout with its documents; ``validate`` and
``schema`` need the maintainers' extra (frictionless and pandera), which nothing else imports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chipcontrols.package.tables import load, load_all, tables

if TYPE_CHECKING:
    from chipcontrols.distribution.catalogue import StoreError, verify
    from chipcontrols.distribution.fetching import fetch, versions
    from chipcontrols.validation.findings import Finding, Report
    from chipcontrols.validation.layers import validate
    from chipcontrols.validation.passages import evidence
    from chipcontrols.validation.structure import schema

__all__ = [
    "Finding", "Report", "StoreError", "evidence", "fetch", "load", "load_all", "schema", "tables",
    "validate", "verify", "versions",
]  # fmt: skip

HOMES = {
    "Finding": "validation.findings", "Report": "validation.findings",
    "StoreError": "distribution.catalogue", "evidence": "validation.passages",
    "fetch": "distribution.fetching", "schema": "validation.structure",
    "validate": "validation.layers", "verify": "distribution.catalogue",
    "versions": "distribution.fetching",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return a part of the public interface, importing its module at its first use."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f".{HOMES[name]}", __name__), name)
