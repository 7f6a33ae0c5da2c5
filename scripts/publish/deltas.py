"""Owns the delta files: for each release what was added, modified and deleted since the one before, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .. import tables
from ..changes import EDITED, ROW_ADDED, ROW_REMOVED, changes
from ..schema import TableSchema
from ..versions import at
from .context import Context
from .download import Download

COLUMNS = ("record", "table", "row", "field", "old", "new")

_FILES = ((ROW_ADDED, "added", "Rows added"), (EDITED, "modified", "Cells modified"), (ROW_REMOVED, "deleted", "Rows deleted"))


def downloads(context: Context) -> Iterator[Download]:
    """`data/deltas/<release>/{added,modified,deleted}.csv` for every release after the first.

    One row is one cell, as text; `record` is empty for vocabularies, and a source's cells stand once for each record that cites it.
    """
    releases = context.history.releases
    # The tables of a release are read where there is one to compare it with.
    states = ((release, at(context.root, release.commit)[2]) for release in releases if len(releases) > 1)
    for (before, old), (after, new) in pairwise(states):
        found = changes(old, new).rows
        for action, name, title in _FILES:
            rows = [[c.record, c.table, c.row, c.field, c.old, c.new] for c in found if c.action == action]
            schema = TableSchema(name, f"data/deltas/{after.name}/{name}.csv", {"fields": [{"name": n} for n in COLUMNS]})
            yield Download(
                schema.path,
                tables.canonical(schema, rows).encode(),
                "text/csv",
                f"{title}, {before.name} to {after.name}",
                "What the release changed, one cell a row.",
                len(rows),
            )
