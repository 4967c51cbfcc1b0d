"""The distribution of releases: publish, fetch, verify and reproduce them."""

from chipcontrols.distribution.fetching import fetch, versions
from chipcontrols.distribution.store import Place, Release, StoreError, verify

__all__ = ["Place", "Release", "StoreError", "fetch", "verify", "versions"]
