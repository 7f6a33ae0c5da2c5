"""Owns the history of each record as JSON: when it was added, and every cell that changed since, with the commit."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..changes import Change
from ..versions import Version
from .context import Context, Files
from .download import compact

Steps = dict[str, list[dict[str, Any]]]


def steps(context: Context) -> Steps:
    """What happened to each record, oldest first: {version, day, commit, message, action, changes}."""
    found: Steps = defaultdict(list)
    for version in context.history.versions:
        difference = version.difference
        for record in difference.added:
            found[record].append(_step(version, "added", ()))
        for record, cells in difference.modified.items():
            found[record].append(_step(version, "modified", cells))
        for gone in difference.retired:
            found[gone.id].append(_step(version, "retired", ()))
    return found


def _step(version: Version, action: str, cells: tuple[Change, ...]) -> dict[str, Any]:
    changed = [{"row": c.row, "field": c.field, "old": c.old, "new": c.new} for c in cells]
    return {
        "version": version.number,
        "day": version.day,
        "commit": version.commit,
        "message": version.subject,
        "action": action,
        "changes": changed,
    }


def files(context: Context) -> Files:
    """`incidents/<id>/history.json` of every record, retired ones too; `complete` is false where git's history is cut or absent."""
    found = steps(context)
    complete = bool(context.history.versions) and context.history.complete
    ids = [r.id for r in context.collection.records] + [str(r["id"]) for r in context.collection.retired]
    for record in ids:
        yield f"incidents/{record}/history.json", compact({"id": record, "complete": complete, "steps": found.get(record, [])})
