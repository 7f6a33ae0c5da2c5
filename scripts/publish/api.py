"""Owns the static JSON API under `api/v1/`: index, whole records, countries, categories, retired ids, changes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..dataset import Row
from ..record import Record
from ..versions import Version
from . import nested, openapi
from .context import Context, Files
from .download import compact

BASE = "api/v1/"

_INDEX = ("id", "title", "country", "date_start", "date_end", "date_precision", "existence", "explained_as", "entered", "added")


def files(context: Context) -> Files:
    """Every file of the API; openapi.json describes them all."""
    collection = context.collection
    yield f"{BASE}openapi.json", compact(openapi.document(context))
    yield f"{BASE}incidents.json", _listing(context, collection.records)
    for record in collection.records:
        yield f"{BASE}incidents/{record.id}.json", compact(nested.nested(record, collection))
    for row in collection.retired:
        yield f"{BASE}retired/{row['id']}.json", compact(_retired(context, row))
    for code, row in countries(context).items():
        yield f"{BASE}countries/{code}.json", _listing(context, collection.listed_under(code), country=row)
    for code, row in collection.terms["category"].items():
        yield f"{BASE}categories/{code}.json", _listing(context, collection.by_category.get(code, []), category=row)
    yield from _changes(context)


def countries(context: Context) -> dict[str, Row]:
    """The countries that have a list: those covered, and any under which a record is listed."""
    named = {c for r in context.collection.records for c in r.listed_under}
    return {code: row for code, row in context.collection.terms["countries"].items() if row["covered"] or code in named}


def _listing(context: Context, records: list[Record], **of: Row) -> bytes:
    meta = {**nested.meta(context), "count": len(records)}
    return compact({"meta": meta, **of, "incidents": [_entry(context, r) for r in records]})


def _entry(context: Context, record: Record) -> dict[str, Any]:
    """A record's line in a list: enough to choose by, and where the whole of it stands."""
    derived = {"categories": record.categories, "counted": record.counted, "updated": record.updated}
    return {
        **{n: record.row[n] for n in _INDEX},
        **derived,
        "url": context.url(f"{BASE}incidents/{record.id}.json"),
        "page": context.url(f"incidents/{record.id}/"),
    }


def _retired(context: Context, row: Row) -> dict[str, Any]:
    target = row["replaced_by"]
    return {**row, "replaced_by_url": context.url(f"{BASE}incidents/{target}.json") if target else None}


def _changes(context: Context) -> Files:
    versions = context.history.versions
    index = [{**_version(v), "url": context.url(f"{BASE}changes/{v.number}.json")} for v in reversed(versions)]
    yield f"{BASE}changes.json", compact({"meta": nested.meta(context), "versions": index})
    for version in versions:
        yield f"{BASE}changes/{version.number}.json", compact(detail(version))


def _version(version: Version) -> dict[str, Any]:
    """A version in short: the ids that it touched."""
    found = version.difference
    return {
        "version": version.number,
        "release": version.release,
        "commit": version.commit,
        "date": version.day,
        "added": list(found.added),
        "modified": list(found.modified),
        "retired": [r.id for r in found.retired],
    }


def detail(version: Version) -> dict[str, Any]:
    """A version in full: what became of each record, cell by cell, and what changed outside records."""
    found = version.difference
    return {
        **_version(version),
        "modified": [{"id": key, "changes": [_cell(c) for c in cells]} for key, cells in found.modified.items()],
        "retired": [asdict(r) for r in found.retired],
        "other": [_cell(c) for c in found.other],
    }


def _cell(change: Any) -> dict[str, str]:
    return {k: getattr(change, k) for k in ("table", "row", "action", "field", "old", "new")}
