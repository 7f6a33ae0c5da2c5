"""Rules on text: clean cells that no consumer runs, renders or misreads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..dataset import Dataset
from ..lines import CELL_LIMIT
from .rule import Finding, rule

UNFINISHED = "TODO:"
_FORMULA = re.compile(r"^[=+@\t\r]|^-(?!\d+(\.\d+)?$)")
_PLAIN = re.compile(r"^[\x21-\x3b\x3d\x3f-\x7e](?:[\x20-\x3b\x3d\x3f-\x7e]*[\x21-\x3b\x3d\x3f-\x7e])?$")
# Categories of characters that show nothing, reorder text or belong to no script: control, format, private, surrogate.
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def fault_of(value: str) -> tuple[str, str]:
    """What is wrong with a cell's text, and the remedy; two empty texts if nothing is."""
    if not value or (_PLAIN.match(value) and not _FORMULA.match(value) and len(value) <= CELL_LIMIT and "  " not in value):
        return "", ""
    if len(value) > CELL_LIMIT:
        return f"at most {CELL_LIMIT} characters", "Shorten the text."
    if "<" in value or ">" in value:
        return "text without < and >", "Write it in words; markup has no place in a cell."
    if _FORMULA.match(value):
        return "a text that no spreadsheet runs: not one that begins with = + - @", "Begin with a word."
    if value != value.strip() or "  " in value:
        return "no blanks at the ends and no double blanks", "Run `make fix`."
    # What prints and is composed hides nothing; the categories are looked up only to say what is wrong.
    if value.isprintable() and unicodedata.is_normalized("NFC", value):
        return "", ""
    hidden = next((c for c in value if unicodedata.category(c) in _HIDDEN), "")
    if hidden:
        return f"no invisible characters (here U+{ord(hidden):04X})", "Type the text again; run `make fix` for no-break blanks."
    if any(unicodedata.category(c) == "Zs" and c != " " for c in value):
        return "ordinary blanks", "Run `make fix`."
    if not unicodedata.is_normalized("NFC", value):
        return "composed characters (Unicode NFC)", "Run `make fix`."
    return "", ""


@rule(
    "text",
    "Cells are trimmed, in Unicode NFC, without invisible characters, without < or >, and nothing that a spreadsheet would run.",
    "The same text goes into web pages, feeds and spreadsheets; what is inert here is inert there.",
)
def text(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for column in table.schema.names:
            bad = {v: f for v in dataset.distinct[name][column] if (f := fault_of(v))[0]}
            for line, value in dataset.lines_of(name, column, bad):
                yield name, line, column, value, *bad[value]


@rule(
    "unfinished",
    "No cell still begins with TODO:, as `new` writes what a person must complete.",
    "A placeholder must not reach a reader.",
)
def unfinished(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for column in table.schema.names:
            unfinished = [v for v in dataset.distinct[name][column] if v.startswith(UNFINISHED)]
            for line, value in dataset.lines_of(name, column, unfinished):
                yield name, line, column, value, "what the sources state", "Write it in your own words."
