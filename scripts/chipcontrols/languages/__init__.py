"""Languages of documents: one package a language, found by its BCP 47 tag.

A new language is a folder here, named by its primary subtag, whose module ``language`` offers what
``base.Language`` declares; its word lists are CSV files beside the code.
"""

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from chipcontrols.languages.base import Language


def known() -> list[str]:
    """The primary subtags of the languages that have a module."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


@functools.cache
def language(tag: str) -> "Language":
    """The module of the language of a BCP 47 tag; KeyError naming the known ones for any other.

    >>> language("zh-Hant").tag
    'zh'
    """
    primary = tag.partition("-")[0].lower()
    if primary not in known():
        raise KeyError(f"{tag!r} is not a language of this library; known: {', '.join(known())}")
    return cast("Language", importlib.import_module(f"{__name__}.{primary}.language"))
