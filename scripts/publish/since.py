"""Owns what changed since the last build: the records with a row that differs, told by the tables which that build published."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from .. import tables
from ..derive import Collection
from ..tables import Table

OWNED = {"incidents": "id", **dict.fromkeys(("objects", "locations", "responses", "statements", "citations"), "incident_id")}
"""The tables whose rows belong to one record, and the column that names it."""

APART = ("searches", "retired", "exceptions")
"""Tables of which no record's page shows anything."""


def digests(collection: Collection) -> dict[str, str]:
    """The digest of each table's file as it was read, for the next build."""
    return {name: table.digest.hex() for name, table in collection.dataset.tables.items()}


def touched(collection: Collection, last: Path, before: dict[str, str]) -> set[str] | None:
    """The records, gone ones too, with a row that differs from the tables in `last`, whose digests were `before`.

    None where it cannot be told: a tie changed, which may move others into another chain, or a vocabulary, or a file is not what it was.
    """
    found: set[str] = set()
    for name, digest in digests(collection).items():
        if before.get(name) == digest or name in APART:
            continue
        rows = _differing(collection.dataset.root, last, collection.dataset.tables[name], before.get(name, ""))
        if rows is None or name not in (*OWNED, "sources"):
            return None
        ids = {row[OWNED.get(name, "id")] for row in rows}
        found |= ids if name in OWNED else {r.id for r in collection.records if not ids.isdisjoint(r.sources)}
    return found


def _differing(root: Path, last: Path, table: Table, before: str) -> list[dict[str, str]] | None:
    """The rows that stand in one of two files of a table alone; None where either is not the one whose digest is known."""
    path, names = table.schema.path, table.schema.names
    try:
        old, new = (last / path).read_bytes(), (root / path).read_bytes()
    except OSError:
        return None
    if tables.digest(old).hex() != before or tables.digest(new) != table.digest:
        return None
    # Whether a line stands in both is enough, since both are in the one canonical order.
    cells = list(csv.reader(_lines(old, new)))
    return [dict(zip(names, row, strict=True)) for row in cells] if all(len(row) == len(names) for row in cells) else None


def _lines(old: bytes, new: bytes) -> Iterator[str]:
    """The lines that stand in one of two files alone; looked for between where they begin to differ and where they end to."""
    start = old.rfind(b"\n", 0, _alike(lambda i, j: old[i:j] == new[i:j], min(len(old), len(new)))) + 1
    rest = min(len(old), len(new)) - start
    tail = _alike(lambda i, j: old[len(old) - j : len(old) - i] == new[len(new) - j : len(new) - i], rest)
    # To the end of the line in which the common tail begins.
    until = old.find(b"\n", len(old) - tail)
    tail = len(old) - until if until >= 0 else 0
    for line in {*old[start : len(old) - tail].split(b"\n")} ^ {*new[start : len(new) - tail].split(b"\n")}:
        if line:
            yield line.decode()


def _alike(same: Callable[[int, int], bool], most: int) -> int:
    """How many bytes two texts have in common, at most `most`; `same` tells whether they agree from one place to another."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low
