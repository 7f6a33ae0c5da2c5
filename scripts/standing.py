"""Owns what is kept of a record as a version left it: title, country, categories, and the lines of each table that hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .dataset import Dataset

CITING = ("citations", "statements", "relations")

Runs = tuple[tuple[int, int], ...]
"""Lines that follow one another, as the first and the last of each run, counted from 1 as in the file."""


@dataclass(frozen=True)
class Standing:
    """A record at a version; `lines` are those of each table's path. Texts are empty where the schema of that time lacked the column."""

    title: str
    country: str
    categories: tuple[str, ...]
    lines: tuple[tuple[str, Runs], ...]


def standings(dataset: Dataset, records: set[str]) -> dict[str, Standing]:
    """Some records as they stand in a dataset; those that it lacks are left out."""
    incidents = dataset["incidents"]
    rows = {row["id"]: row for row in incidents[incidents["id"].isin(records)].to_dict("records")}
    categories = _categories(dataset, records)
    lines: dict[str, list[tuple[str, Runs]]] = defaultdict(list)
    for name, table in dataset.tables.items():
        for record, some in _lines(dataset, name, records).items():
            lines[record].append((table.schema.path, _runs(sorted(some))))
    return {
        i: Standing(row.get("title", ""), row.get("country", ""), tuple(dict.fromkeys(categories[i])), tuple(lines[i]))
        for i, row in rows.items()
    }


def _categories(dataset: Dataset, records: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    objects = dataset["objects"] if "objects" in dataset.tables else None
    if objects is not None and "category" in objects.columns:
        for record, category in zip(objects["incident_id"], objects["category"], strict=True):
            if record in records:
                found[record].append(category)
    return found


def _lines(dataset: Dataset, name: str, records: set[str]) -> dict[str, set[int]]:
    """The lines of a table that hold each of some records."""
    found: dict[str, set[int]] = defaultdict(set)
    if name == "sources":
        users = _users(dataset, records)
        for line, source in dataset["sources"]["id"].items():
            for record in users.get(source, ()):
                found[record].add(line)
        return found
    column = "id" if name == "incidents" else "incident_id"
    # A schema of that time may lack what today's has.
    if column in dataset[name].columns and not dataset.schemas[name].is_terms:
        cells = dataset[name][column]
        for line, record in cells[cells.isin(records)].items():
            found[record].add(line)
    return found


def _users(dataset: Dataset, records: set[str]) -> dict[str, set[str]]:
    """Which of some records each source serves."""
    users: dict[str, set[str]] = defaultdict(set)
    for name in CITING:
        rows = dataset[name] if name in dataset.tables else None
        if rows is not None and "source_id" in rows.columns:
            for record, source in zip(rows["incident_id"], rows["source_id"], strict=True):
                if record in records:
                    users[source].add(record)
    return users


def _runs(lines: Iterable[int]) -> Runs:
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    return tuple(runs)
