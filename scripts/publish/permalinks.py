"""Owns where a record stands in the repository: the lines of each table that hold it, at the commit that last touched it.

At that commit the lines hold what they hold now, and later commits that add rows above them do not move them; so a page's bytes
change with its record alone, and no page names the newest commit for its own sake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..tables import Table
from ..versions import Version
from .context import Context

CITING = ("citations", "statements", "relations")


@dataclass(frozen=True)
class Lines:
    """Lines of a table that follow one another, counted from 1 as in the file, and their address at the repository."""

    first: int
    last: int
    url: str


@dataclass(frozen=True)
class Place:
    """The lines of one table that hold a record, by the table's path."""

    path: str
    lines: tuple[Lines, ...]


def places(context: Context, record: str) -> tuple[Place, ...]:
    """Where the rows of a record stand, table by table in the order of the record; nothing without a repository, or before its first commit."""
    return _all(context).get(record, ()) if context.repo_url else ()


def commit(context: Context, record: str) -> str:
    """The commit that last touched a record, or an empty text."""
    version = _last_touched(context).get(record)
    return version.commit if version else ""


@lru_cache(maxsize=2)
def _last_touched(context: Context) -> dict[str, Version]:
    return {record: version for version in context.history.versions for record in version.difference.touched}


@lru_cache(maxsize=2)
def _all(context: Context) -> dict[str, tuple[Place, ...]]:
    """The places of every record; each version's tables are read once, for all records that it was the last to touch."""
    of_version: dict[int, set[str]] = defaultdict(set)
    for record, version in _last_touched(context).items():
        of_version[version.number].add(record)
    found: dict[str, list[Place]] = defaultdict(list)
    for number, records in sorted(of_version.items()):
        version = context.history.versions[number - 1]
        for name, table in version.dataset.tables.items():
            for record, lines in _lines(version, name, records).items():
                found[record].append(_place(context, version, table, sorted(lines)))
    return {record: tuple(some) for record, some in found.items()}


def _lines(version: Version, name: str, records: set[str]) -> dict[str, set[int]]:
    """The lines of a version's table that hold each of some records."""
    found: dict[str, set[int]] = defaultdict(set)
    if name == "sources":
        users = _users(version, records)
        for line, source in version.dataset["sources"]["id"].items():
            for record in users.get(source, ()):
                found[record].add(line)
        return found
    column = "id" if name == "incidents" else "incident_id"
    # A schema of that time may lack what today's has.
    if column in version.dataset[name].columns and not version.dataset.schemas[name].is_terms:
        cells = version.dataset[name][column]
        for line, record in cells[cells.isin(records)].items():
            found[record].add(line)
    return found


def _users(version: Version, records: set[str]) -> dict[str, set[str]]:
    """Which of some records each source serves."""
    users: dict[str, set[str]] = defaultdict(set)
    for name in CITING:
        rows = version.dataset[name] if name in version.dataset.tables else None
        if rows is not None and "source_id" in rows.columns:
            for record, source in zip(rows["incident_id"], rows["source_id"], strict=True):
                if record in records:
                    users[source].add(record)
    return users


def _place(context: Context, version: Version, table: Table, lines: Iterable[int]) -> Place:
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    # A forge shows CSV as a table, which has no lines to point at, unless it is asked for the plain text.
    base = f"{context.repo_url}/blob/{version.commit}/{table.schema.path}?plain=1"
    return Place(table.schema.path, tuple(Lines(a, b, f"{base}#L{a}" if a == b else f"{base}#L{a}-L{b}") for a, b in runs))
