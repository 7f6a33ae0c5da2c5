"""Owns where a record stands in the repository: the lines of each table that hold it, at the commit that last touched it.

At that commit the lines hold what they hold now, and later commits that add rows above them do not move them; so a page's bytes
change with its record alone, and no page names the newest commit for its own sake.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..standing import Runs
from ..versions import Version
from .context import Context


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
    version = _last_touched(context).get(record) if context.repo_url else None
    return (
        tuple(_place(context, version, *lines) for lines in version.standings[record].lines)
        if version and record in version.standings
        else ()
    )


def commit(context: Context, record: str) -> str:
    """The commit that last touched a record, or an empty text."""
    version = _last_touched(context).get(record)
    return version.commit if version else ""


@lru_cache(maxsize=2)
def _last_touched(context: Context) -> dict[str, Version]:
    return {record: version for version in context.history.versions for record in version.difference.touched}


def _place(context: Context, version: Version, path: str, runs: Runs) -> Place:
    # A forge shows CSV as a table, which has no lines to point at, unless it is asked for the plain text.
    base = f"{context.repo_url}/blob/{version.commit}/{path}?plain=1"
    return Place(path, tuple(Lines(a, b, f"{base}#L{a}" if a == b else f"{base}#L{a}-L{b}") for a, b in runs))
