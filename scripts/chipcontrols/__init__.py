"""AI Chip Controls: a hand-curated, evidence-linked dataset on AI-chip export controls.

``tables``, ``load`` and ``load_all`` give the tables as typed pandas frames, ``statements``,
``timeline`` and ``claims`` what they say together; they need pandas only.
``versions``, ``fetch`` and ``verify`` get published releases from a store (extra ``fetch``).
``validate``, ``evidence`` and ``schema`` work on a checkout with its documents; ``validate`` and
``schema`` need the maintainers' extra (frictionless and pandera), which nothing else imports.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chipcontrols.distribution import StoreError, fetch, verify, versions
    from chipcontrols.loading import (  # isort: skip
        claims, load, load_all, schema, statements, tables, timeline,
    )  # fmt: skip
    from chipcontrols.package.finding import Finding
    from chipcontrols.validation.engine import validate
    from chipcontrols.validation.findings import Report
    from chipcontrols.validation.passages import evidence

_ELSEWHERE = {
    "Finding": "package.finding", "Report": "validation.findings", "StoreError": "distribution",
    "evidence": "validation.passages", "fetch": "distribution", "validate": "validation.engine",
    "verify": "distribution", "versions": "distribution",
}  # fmt: skip
"""The modules of what is not in ``loading``."""

__all__ = [
    "Finding", "Report", "StoreError", "__version__", "claims", "evidence", "fetch", "load",
    "load_all", "schema", "statements", "tables", "timeline", "validate", "verify",
    "versions",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return a part of the public interface, importing its module at its first use."""
    if name == "__version__":
        from chipcontrols import package

        return package.read_descriptor(package.default_root())["version"]
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ELSEWHERE.get(name, 'loading')}"), name)


def __dir__() -> list[str]:
    """Return the public interface and nothing else."""
    return list(__all__)
