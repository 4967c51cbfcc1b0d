"""Publish a release into a store: python scripts/publish_release.py STORE [RELEASE]."""

from chipcontrols.command import door

door("publish")
