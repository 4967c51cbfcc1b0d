"""The rules on cells and rows: classes registered by name; a new rule is a class in a module."""

import importlib
import pkgutil

from chipcontrols.validation.rules.base import RULES, Complaint, Rule, Use, bind, option_faults

__all__ = ["RULES", "Complaint", "Rule", "Use", "bind", "option_faults"]

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)
