"""What is wrong with a package, at one place.

A finding names the rule that was broken, the file, the line (from 1; 0 when the file as a whole is
meant), the column of a CSV file (or empty), what was found against what was expected, and what to
do about it.  Long texts are cut in their middle, and control characters shown as escapes, so that
a report stays in proportion to its package and can command neither a terminal nor a GitHub
workflow, which obeys lines that begin with ``::`` or contain ``##[``.
"""

import dataclasses
import html
import re

LONGEST_TEXT = 2_000
CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
    r"|^\s*:(?=:)|#(?=#\[)"
)


def shortened(text: str, most: int = 60) -> str:
    """Return the text, its middle cut out when it has more than `most` characters.

    >>> shortened("abcdefghij", 7)
    'abcd…ij'
    """
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def visible(text: str) -> str:
    r"""Return the text with control characters, stray surrogates and commands of GitHub as escapes.

    >>> visible("a\x1b[0m"), visible("::error::"), visible("##[error]")
    ('a\\x1b[0m', '\\x3a:error::', '\\x23#[error]')
    """
    return CONTROL.sub(
        lambda match: (
            match[0].encode("unicode_escape").decode().replace(":", r"\x3a").replace("#", r"\x23")
        ),
        text,
    )


def reason_of(error: BaseException) -> str:
    """Return what an error says, without the number of an OSError or the wrapping of libraries.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'a.csv: No such file or directory'
    >>> reason_of(ConnectionError("Pool(x): retried (by Error('[Errno 111] Connection refused'))"))
    'Connection refused'
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    wrapped = re.search(r".*\[Errno -?[0-9]+\] (.*?)[\"']?\)*$", str(error), re.DOTALL)
    return wrapped[1] if wrapped else str(error)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule at one place; see this module's docstring."""

    file: str
    line: int
    column: str
    rule: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        """Cut what is long and show what is invisible."""
        for name in ("file", "column", "message", "hint"):
            object.__setattr__(self, name, visible(shortened(getattr(self, name), LONGEST_TEXT)))

    def _repr_html_(self) -> str:
        """Return the finding for notebooks: its place, what is wrong, and what to do."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = (f"{place} {self.column}".strip(), self.message, self.hint)
        place, message, hint = map(html.escape, parts)
        return f"<p><code>{place}</code> {message}<br><small>{hint}</small></p>"

    def __str__(self) -> str:
        """Return ``file:line:column message``, a line of 0 left out."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}:{self.column} {self.message}"
