"""The distribution of releases: publish, fetch and verify them."""
