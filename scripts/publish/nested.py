"""Owns the nested form of a record: one JSON-ready dict with all its rows, its sources, and what is derived."""

from __future__ import annotations

from typing import Any

from ..dataset import Row
from ..derive import Collection
from ..record import Record
from .context import Context

Nested = dict[str, Any]

PARTS = ("objects", "locations", "responses", "statements", "relations")
"""The tables whose rows stand in a record as lists, without their `incident_id`."""


def nested(record: Record, collection: Collection) -> Nested:
    """A record as one JSON-ready dict.

    The columns of `incidents` stand at the top (None where empty, lists as lists, days as ISO text), then a list a
    table in PARTS, `related_from` (ties that other records state), `sources` with their `citations`, and `derived`.
    """
    parts = {name: [_own(row) for row in getattr(record, name)] for name in PARTS}
    return {
        **record.row,
        **parts,
        "related_from": [dict(row) for row in record.related_from],
        "sources": _sources(record, collection),
        "derived": derived(record),
    }


def _own(row: Row) -> Row:
    return {k: v for k, v in row.items() if k != "incident_id"}


def _sources(record: Record, collection: Collection) -> list[Nested]:
    """Every source of a record, in the order of their ids, each with on whose word it supports what."""
    cited: dict[str, list[Nested]] = {}
    for row in record.citations:
        origin = record.origins.get(str(row["origin"]), {})
        said = {
            "origin": row["origin"],
            "origin_label": collection.label("origins", row["origin"]),
            "party": origin.get("party"),
            "supports": row["supports"],
        }
        cited.setdefault(str(row["source_id"]), []).append(said)
    return [{**record.sources[key], "citations": cited.get(key, [])} for key in sorted(record.sources)]


def derived(record: Record) -> Nested:
    """What follows from the rows of a record and never stands in the tables."""
    low, high = record.count
    point = record.point
    return {
        "year": record.year,
        "month": record.month or None,
        "object_group": record.object_group,
        "counted": record.counted,
        "criterion": record.criterion,
        "categories": record.categories,
        "operators": record.operators,
        "count_min": low,
        "count_max": high,
        "outcome": record.outcome(),
        "attribution": record.attribution(),
        "point": {"latitude": point["latitude"], "longitude": point["longitude"], "radius_km": point["radius_km"]} if point else None,
        "listed_under": record.listed_under,
        "publishers": record.publishers,
        "origins": record.independent_origins,
        "operator_denies": record.operator_denies,
        "updated": record.updated,
    }


def meta(context: Context) -> Nested:
    """What a file of records says of itself: package, release, number and day of the data's version, licence, how many records."""
    package, records, versions = context.package, context.collection.records, context.history.versions
    return {
        "name": package["name"],
        "title": package["title"],
        "release": package["version"],
        "version": versions[-1].number if versions else None,
        "updated": versions[-1].day if versions else max((r.updated for r in records), default=None),
        "license": package["licenses"][0]["name"],
        "count": len(records),
    }
