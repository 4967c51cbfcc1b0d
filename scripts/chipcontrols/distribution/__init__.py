"""The distribution of releases: publish, fetch, verify and reproduce them."""

from chipcontrols.distribution.fetching import fetch, releases, versions
from chipcontrols.distribution.store import Place, Release, StoreError, verify

__all__ = ["Place", "Release", "StoreError", "fetch", "releases", "verify", "versions"]
