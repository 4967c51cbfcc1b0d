"""The validation of a package: anchors, passages, rules, completeness, findings."""
