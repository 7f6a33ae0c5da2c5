"""Owns how a change of the data reads: cells that were edited one by one, rows that came or went as one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

Cell = tuple[str, str, str, str]
"""Row (`statements/AIR-2026-0008/2`), field, old text, new text."""

NOUNS = {
    "incidents": "incident",
    "objects": "object",
    "locations": "place",
    "responses": "response",
    "statements": "statement",
    "relations": "tie",
    "sources": "source",
    "citations": "citation",
}
# What tells a row apart for a reader; the rest stands in the row's own table.
TELLING = {
    "objects": ("category", "model"),
    "locations": ("place",),
    "responses": ("kind", "detail"),
    "statements": ("speaker", "says"),
    "relations": ("kind", "related_id"),
    "sources": ("publisher", "title", "url"),
    "citations": ("source_id", "supports"),
}
KEYS = ("id", "incident_id")


@dataclass(frozen=True)
class Line:
    """One line of a change: of what, and either the field with its old and new text, or what the whole row says (`action` added or removed)."""

    what: str
    action: str
    field: str = ""
    old: str = ""
    new: str = ""
    text: str = ""


def lines(cells: Iterable[Cell]) -> list[Line]:
    """The lines of a change, in the order of its cells."""
    return [line for row, some in groupby(cells, key=lambda c: c[0]) for line in _of_row(row, list(some))]


def _of_row(row: str, cells: list[Cell]) -> Iterator[Line]:
    table, _, rest = row.partition("/")
    number = rest.rpartition("/")[2]
    what = f"{NOUNS.get(table, table)} {number}" if number.isdigit() and "/" in rest else NOUNS.get(table, table)
    whole = any(field in KEYS for _, field, _, _ in cells)
    if whole and not any(old for _, _, old, _ in cells):
        yield Line(what, "added", text=_said(table, {field: new for _, field, _, new in cells}))
    elif whole and not any(new for _, _, _, new in cells):
        yield Line(what, "removed", text=_said(table, {field: old for _, field, old, _ in cells}))
    else:
        yield from (Line(what, "edited", field.replace("_", " "), old, new) for _, field, old, new in cells)


def _said(table: str, texts: dict[str, str]) -> str:
    """What a row says, in its telling columns; a source by its title, or by its address where it has none."""
    found = [texts[n] for n in TELLING.get(table, ()) if texts.get(n)]
    return ": ".join(found[:2])
