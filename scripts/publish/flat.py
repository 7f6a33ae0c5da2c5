"""Owns the flat table: one row an incident, its columns with their meaning, lists by `;`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .. import tables
from ..dataset import Row, Value
from ..derive import Collection
from ..record import Record
from ..schema import LIST_SEPARATOR, TableSchema

NAME = "incidents_flat"
TITLE = "Incidents, flat"
DESCRIPTION = "One row is an incident, with what its other rows say drawn together; lists are parted by `;`."

Take = Callable[[Record, Collection], Value]


@dataclass(frozen=True)
class Derived:
    """A column of the flat table that `incidents` does not have: its field as in a Table Schema, and its value."""

    field: dict[str, Any]
    take: Take


def _column(name: str, title: str, kind: str, description: str, take: Take, **more: Any) -> Derived:
    return Derived({"name": name, "title": title, "description": description, "type": kind, **more}, take)


def _each(rows: str, column: str) -> Take:
    """Every value of a column in some rows of the record, each once, in row order."""

    def take(record: Record, _: Collection) -> Value:
        found: dict[str, None] = {}
        for row in getattr(record, rows):
            value = row[column]
            found.update(dict.fromkeys(value if isinstance(value, list) else [str(value)] if value is not None else []))
        return list(found) or None

    return take


def _first(column: str) -> Take:
    """A column of the first place."""
    return lambda record, _: record.locations[0][column] if record.locations else None


def _total(column: str, strict: bool) -> Take:
    """A sum over the intruders; `strict` (for a greatest number) gives none where one of them is open."""

    def take(record: Record, _: Collection) -> Value:
        known = [o[column] for o in record.intruders]
        if strict and None in known:
            return None
        return sum(v for v in known if isinstance(v, int)) if any(isinstance(v, int) for v in known) else None

    return take


def _airports(record: Record, _: Collection) -> Value:
    return list(dict.fromkeys(str(r["place"]) for r in record.responses if r["kind"] == "airport_closed" and r["place"])) or None


def _related(record: Record, _: Collection) -> Value:
    ids = [*(str(r["related_id"]) for r in record.relations), *(str(r["incident_id"]) for r in record.related_from)]
    return list(dict.fromkeys(ids)) or None


# Placed after the column of `incidents` that they belong to.
DERIVED: dict[str, tuple[Derived, ...]] = {
    "country": (
        _column("country_name", "Country's name", "string", "English name of the country.", lambda r, c: c.label("countries", r.country)),
    ),
    "date_precision": (
        _column("year", "Year", "integer", "Year under which the record is listed: that of its first possible day.", lambda r, _: r.year),
        _column("month", "Month", "string", "YYYY-MM where the month is known.", lambda r, _: r.month or None),
    ),
    "entered": (
        _column(
            "criterion",
            "Criterion",
            "string",
            "By what the record is in scope: entered, stopped, found or reported.",
            lambda r, _: r.criterion,
        ),
        _column(
            "counted",
            "Counted",
            "boolean",
            "Whether headline figures count it: existence confirmed or probable, not explained, not private.",
            lambda r, _: r.counted,
        ),
        _column(
            "object_group",
            "Object group",
            "string",
            "The lowest id of the records that tell of the same object; count distinct values to count objects once.",
            lambda r, _: r.object_group,
        ),
    ),
    "conflict": (
        _column(
            "categories", "Categories", "string", "Categories of the intruders, by `;`.", _each("intruders", "category"), listOf="category"
        ),
        _column("models", "Models", "string", "Models of the intruders, by `;`.", _each("intruders", "model"), listOf="models"),
        _column(
            "count_min", "Number, least", "integer", "Intruders: sum of the lowest figures; 0 is stated none.", _total("count_min", False)
        ),
        _column(
            "count_max",
            "Number, most",
            "integer",
            "Intruders: sum of the highest figures; empty where one is not known or open.",
            _total("count_max", True),
        ),
        _column(
            "stopped_min", "Number stopped, least", "integer", "Intruders stopped: sum of the lowest figures.", _total("stopped_min", False)
        ),
        _column(
            "stopped_max",
            "Number stopped, most",
            "integer",
            "Intruders stopped: sum of the highest figures; empty where one is not known or open.",
            _total("stopped_max", True),
        ),
        _column(
            "operators",
            "Operators",
            "string",
            "Named operators of the intruders, by `;`; what is only inferred by us is left out.",
            lambda r, _: r.operators or None,
            listOf="parties",
        ),
        _column(
            "operator_kinds",
            "Kinds of operator",
            "string",
            "Kinds of operator, by `;`.",
            _each("intruders", "operator_kind"),
            listOf="operator_kind",
        ),
        _column("attribution", "Attribution", "string", "How sure the operator is.", lambda r, _: r.attribution(), terms="attribution"),
        _column("operator_denies", "Operator denies", "boolean", "Whether the named operator denied it.", lambda r, _: r.operator_denies),
        _column(
            "launched_from",
            "Launched from",
            "string",
            "States from whose territory they came, by `;`.",
            _each("intruders", "launched_from"),
            listOf="parties",
        ),
        _column(
            "outcome",
            "Outcome",
            "string",
            "What became of the intruders; mixed where they fared differently.",
            lambda r, _: r.outcome(),
            terms="outcome",
        ),
        _column(
            "stopped_by", "Stopped by", "string", "Parties that stopped them, by `;`.", _each("intruders", "stopped_by"), listOf="parties"
        ),
        _column("means", "Means", "string", "How they were stopped, by `;`.", _each("intruders", "means"), listOf="means"),
        _column("place", "Place", "string", "The first place of the record, which is its point on the map.", _first("place")),
        _column("admin1", "Region", "string", "First-level region of the first place.", _first("admin1")),
        _column("latitude", "Latitude", "number", "Of the first place: WGS 84, decimal degrees.", _first("latitude"), unit="°"),
        _column("longitude", "Longitude", "number", "Of the first place: WGS 84, decimal degrees.", _first("longitude"), unit="°"),
        _column("radius_km", "Radius", "number", "The true place lies within this distance of the point.", _first("radius_km"), unit="km"),
        _column(
            "precision",
            "Precision",
            "string",
            "How finely the sources name the first place.",
            _first("precision"),
            terms="location_precision",
        ),
        _column("places", "Places", "integer", "How many places the record lists.", lambda r, _: len(r.locations)),
        _column("responses", "Responses", "string", "Kinds of response, by `;`.", _each("responses", "kind"), listOf="response_kind"),
        _column(
            "airports_closed",
            "Airports closed",
            "string",
            "Airports that stopped traffic, by `;`.",
            _airports,
            listOf="ICAO codes or names",
        ),
    ),
    "summary": (
        _column("related", "Related records", "string", "Ids of related records, by `;`.", _related, listOf="incidents"),
        _column("sources", "Sources", "integer", "How many pages are cited.", lambda r, _: len(r.sources)),
        _column("publishers", "Publishers", "integer", "How many publishers these pages have.", lambda r, _: len(r.publishers)),
        _column(
            "origins",
            "Origins",
            "integer",
            "On how many independent words the record rests; all offices of one party are one.",
            lambda r, _: len(r.independent_origins),
        ),
    ),
    "added": (_column("updated", "Updated", "date", "Day on which the record last changed here.", lambda r, _: r.updated or None),),
}


def schema(incidents: TableSchema) -> TableSchema:
    """The Table Schema of the flat table, made of that of `incidents` and of DERIVED; vocabularies as foreign keys."""
    fields, keys = [], list(incidents.descriptor.get("foreignKeys", []))
    for field in incidents.descriptor["fields"]:
        fields.append(field)
        for derived in DERIVED.get(field["name"], ()):
            own = dict(derived.field)
            terms = own.pop("terms", "")
            keys += [{"fields": [own["name"]], "reference": {"resource": terms, "fields": ["id"]}}] if terms else []
            fields.append(own)
    own = {"name": NAME, "title": TITLE, "description": DESCRIPTION, "fields": fields, "foreignKeys": keys}
    return TableSchema(NAME, "data/incidents-flat.csv", {**incidents.descriptor, **own})


def rows(collection: Collection) -> list[Row]:
    """One typed row an incident in the order of their ids: None where empty, lists as lists, days as ISO text."""
    layout: list[tuple[str, Take]] = []
    for name in collection.dataset.schemas["incidents"].names:
        layout.append((name, lambda r, _, n=name: r.row[n]))
        layout += [(d.field["name"], d.take) for d in DERIVED.get(name, ())]
    ordered = sorted(collection.records, key=lambda r: tables.natural(r.id))
    return [{name: take(record, collection) for name, take in layout} for record in ordered]


def cell(value: Value) -> str:
    """A typed value as the text of a CSV cell, as the tables write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return LIST_SEPARATOR.join(value) if isinstance(value, list) else str(value)


def cells(found: Iterable[Row]) -> list[list[str]]:
    """Rows as lists of CSV cells."""
    return [[cell(v) for v in row.values()] for row in found]
