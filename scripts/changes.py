"""Owns what changed between two states of the tables, told by record: added, modified cell by cell, retired."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from .dataset import Dataset
from .schema import TableSchema
from .tables import Table, natural

ROW_ADDED, ROW_REMOVED, EDITED = "row_added", "row_removed", "edited"

Key = tuple[str, ...]
Cells = dict[str, str]
Index = dict[Key, Cells]


@dataclass(frozen=True)
class Change:
    """One cell that differs, as text: `record` is the incident concerned ("" for none), `row` reads `locations/AIR-2026-0008/2`.

    `action` says whether the row was added, removed, or stood before and was edited.
    """

    record: str
    table: str
    row: str
    action: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Retired:
    """A record that is gone: why, and what stands for it; both are empty where it was deleted without a line in retired.csv."""

    id: str
    reason: str
    replaced_by: str


@dataclass(frozen=True)
class Difference:
    """What happened to each record; `other` holds cells that belong to no record: vocabularies, searches, exceptions."""

    added: tuple[str, ...] = ()
    modified: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    retired: tuple[Retired, ...] = ()
    other: tuple[Change, ...] = ()
    rows: tuple[Change, ...] = ()
    """Every cell that differs, those of added and retired records too: what a delta file holds."""

    def __bool__(self) -> bool:
        return bool(self.rows or self.retired)

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The ids of every record concerned."""
        return (*self.added, *self.modified, *(r.id for r in self.retired))


def changes(old: Dataset | None, new: Dataset) -> Difference:
    """The difference of two datasets by record; `old` may be None (nothing yet), or follow an older schema.

    A column that only one side has counts as empty on the other, so that a new column makes no change until it is filled.
    """
    rows = tuple(_all(old, new))
    before, after = _titles(old), _titles(new)
    added = tuple(sorted(after - before, key=natural))
    retired = tuple(_retired(old, new, before - after))
    apart = {*added, *(r.id for r in retired)}
    modified: dict[str, list[Change]] = defaultdict(list)
    other = []
    for change in rows:
        if change.record and change.record not in apart:
            modified[change.record].append(change)
        elif not change.record and change.table != "retired":
            other.append(change)
    return Difference(added, {k: tuple(modified[k]) for k in sorted(modified, key=natural)}, retired, tuple(other), rows)


def _titles(dataset: Dataset | None) -> set[str]:
    return set(dataset["incidents"]["id"]) if dataset else set()


def _retired(old: Dataset | None, new: Dataset, gone: set[str]) -> Iterator[Retired]:
    known = set(old["retired"]["id"]) if old and "retired" in old.tables else set()
    told = {r["id"]: r for r in new["retired"].to_dict("records")} if "retired" in new.tables else {}
    for key in sorted(gone | (set(told) - known), key=natural):
        row = told.get(key, {})
        yield Retired(key, row.get("reason", ""), row.get("replaced_by", ""))


def _all(old: Dataset | None, new: Dataset) -> Iterator[Change]:
    """Every cell that differs, table by table; a source's cells once for each record that uses it."""
    users = _Users(old, new)
    names = [*new.tables, *(n for n in (old.tables if old else {}) if n not in new.tables)]
    for name in names:
        before, after = old.tables.get(name) if old else None, new.tables.get(name)
        # Versions share the tables that did not change, which spares comparing them.
        if before is after:
            continue
        schema = (after or before).schema  # type: ignore[union-attr]
        for change in _table(schema, before, after):
            for record in users(schema, change):
                yield change if not record else Change(record, *_rest(change))


def _rest(change: Change) -> tuple[str, str, str, str, str, str]:
    return change.table, change.row, change.action, change.field, change.old, change.new


def _table(schema: TableSchema, before: Table | None, after: Table | None) -> Iterator[Change]:
    old, new = (index(rows, schema.primary_key) for rows in _apart(before, after))
    for key in sorted({*old, *new}, key=lambda k: tuple(map(natural, k))):
        a, b = old.get(key), new.get(key)
        if a == b:
            continue
        action = ROW_ADDED if a is None else ROW_REMOVED if b is None else EDITED
        a, b = a or {}, b or {}
        for name in [*schema.names, *(n for n in a if n not in b)] if b else list(a):
            was, now = a.get(name, ""), b.get(name, "")
            if was != now:
                yield Change("", schema.name, "/".join([schema.name, *key]), action, name, was, now)


def _apart(before: Table | None, after: Table | None) -> tuple[Iterable[Cells], Iterable[Cells]]:
    """The rows of two tables without those that stand in both: few of many, which alone need comparing cell by cell."""
    old, new = ([*zip(*(t.rows[c].tolist() for c in t.schema.names), strict=True)] if t else [] for t in (before, after))
    names = [t.schema.names if t else [] for t in (before, after)]
    both = set(old) & set(new) if names[0] == names[1] else set()
    left, right = ([dict(zip(n, row, strict=True)) for row in some if row not in both] for n, some in zip(names, (old, new), strict=True))
    return left, right


def index(rows: Iterable[Cells], key: list[str]) -> Index:
    """Rows by their key, as text; a key column that an older schema lacks counts as empty."""
    return {tuple(row.get(c, "") for c in key): row for row in rows}


class _Users:
    """Tells which records a row belongs to: its own incident, or for a source every one that cites it."""

    def __init__(self, old: Dataset | None, new: Dataset) -> None:
        self.of_source: dict[str, set[str]] = defaultdict(set)
        for dataset in (old, new):
            for name in ("citations", "statements", "relations"):
                if dataset and name in dataset.tables and "source_id" in dataset[name].columns:
                    for incident, source in zip(dataset[name]["incident_id"], dataset[name]["source_id"], strict=True):
                        self.of_source[source].add(incident)

    def __call__(self, schema: TableSchema, change: Change) -> list[str]:
        key = change.row.split("/")[1]
        if schema.name == "incidents" or "incident_id" in schema.names:
            return [key]
        if schema.name == "sources":
            return sorted(self.of_source.get(key, ()), key=natural) or [""]
        return [""]
