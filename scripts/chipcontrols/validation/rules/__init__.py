"""The rules on cells: classes registered by name; a new rule is a class in a module here."""

from chipcontrols.validation.rules import anchors, english, entities, numbers, references, words
from chipcontrols.validation.rules.base import RULES, Complaint, Rule, Use, bind, option_faults

__all__ = [
    "RULES", "Complaint", "Rule", "Use", "anchors", "bind", "english", "entities", "numbers",
    "option_faults", "references", "words",
]  # fmt: skip
