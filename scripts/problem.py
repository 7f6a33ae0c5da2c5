"""Owns what a fault in the data is and how it reads; nothing here knows a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: where it stands, what stands there, what was expected and how to mend it.

    `line` counts from 1 (the header is line 1; 0 is the file as a whole), `column` is the column's name or "".
    """

    path: str
    line: int
    column: str
    rule: str
    value: str
    expected: str
    remedy: str
    level: str = ERROR

    def __str__(self) -> str:
        place = ":".join([self.path, *([str(self.line)] if self.line else []), *([self.column] if self.column else [])])
        mark = "" if self.level == ERROR else f"{self.level}: "
        return f"{place}: {mark}{self.rule}: {shown(self.value)}, {printable(self.expected)}\n    {printable(self.remedy)}"

    def as_warning(self) -> Problem:
        """The same problem, told as a warning."""
        return replace(self, level=WARNING)


def shown(value: str, limit: int = 120) -> str:
    """A value quoted for a message: control characters escaped, cut at `limit` characters."""
    text = value if len(value) <= limit else f"{value[:limit]}… ({len(value)} characters)"
    return f"'{printable(text)}'"


def printable(text: str) -> str:
    """A text with escapes for what would garble a terminal: control, bidirectional and zero-width characters."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
