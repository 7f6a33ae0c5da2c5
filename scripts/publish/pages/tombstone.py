"""Owns the page of a retired id: why it is no longer used, and where to go on."""

from __future__ import annotations

from typing import Any

from ...dataset import Row
from ..context import Context
from .render import Body, render


def page(env: Any, context: Context, row: Row) -> Body:
    """The tombstone of a retired id."""
    successor = context.collection.by_id.get(str(row["replaced_by"]))
    title = f"{row['id']} is retired"
    was = context.history.titles.get(str(row["id"]), "")
    return render(env, "tombstone.html", title, f"{title}: {row['reason']}", row=row, was=was, successor=successor, base="../../")
