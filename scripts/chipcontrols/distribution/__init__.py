"""The distribution of releases: publish, fetch and verify them, and load tables from them."""

from chipcontrols.distribution.catalogue import Place, Release, StoreError, verify
from chipcontrols.distribution.fetching import fetch, load, releases, versions

__all__ = ["Place", "Release", "StoreError", "fetch", "load", "releases", "verify", "versions"]
