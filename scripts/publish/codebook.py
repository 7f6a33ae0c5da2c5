"""Owns the codebook as data: each table, each column, its unit and terms, and what an empty cell means."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass, fields
from functools import cached_property
from typing import Any

from .. import tables
from ..derive import Collection
from ..schema import Column, TableSchema
from . import flat

NEVER_EMPTY = "never empty"

# What an empty cell says where it says more than "not known"; by table and column, or by column alone.
_EMPTY = {
    "incidents.territory": "the sovereign's main territory",
    "incidents.date_start": "no first possible day is known (date_precision before)",
    "incidents.time_start": "no clock time is stated",
    "incidents.time_end": "no clock time is stated",
    "incidents.discovered": "found on the day it came, or not found",
    "incidents.explained_as": "no harmless explanation was established",
    "incidents.assessment": "nothing to add to the terms",
    "objects.operator": "nobody is named",
    "objects.operator_kind": "the report was refuted",
    "objects.launched_from": "no authority or source states it",
    "objects.stopped_by": "not stopped, or not stated by whom",
    "objects.means": "not stopped, or not stated how",
    "locations.object": "all objects, or not told apart",
    "locations.date": "the day of the incident",
    "locations.country": "on the high seas",
    "locations.latitude": "no point is given, as no source is fine enough",
    "locations.longitude": "no point is given, as no source is fine enough",
    "locations.radius_km": "there is no point",
    "responses.place": "no place of its own",
    "responses.extent": "not a closure",
    "statements.affiliation": "speaks for no party (the press, a person)",
    "statements.value": "no single value is claimed",
    "statements.about": "answers no other statement",
    "relations.source_id": "no page states the tie; it is ours",
    "sources.title": "the stored text has no title",
    "sources.accessed": "the stored text was not read in full",
    "sources.archive_url": "nobody has archived it yet",
    "retired.replaced_by": "no record stands for it",
    "countries.nato_since": "not a member",
    "countries.eu_since": "not a member",
    "origins.party": "speaks for no party",
    "models.design_country": "not established",
    "territories.also_listed_under": "listed under its sovereign alone",
    "incidents_flat.month": "the month is not known",
    "incidents_flat.operators": "nobody is named",
    "incidents_flat.stopped_by": "not stopped, or not stated by whom",
    "incidents_flat.means": "not stopped, or not stated how",
    "incidents_flat.latitude": "no point is given, as no source is fine enough",
    "incidents_flat.longitude": "no point is given, as no source is fine enough",
    "incidents_flat.radius_km": "there is no point",
    "incidents_flat.precision": "no place is listed",
    "incidents_flat.place": "no place is listed",
    "incidents_flat.responses": "none recorded",
    "incidents_flat.airports_closed": "none recorded",
    "incidents_flat.related": "none recorded",
    "note": "nothing to add",
    "detail": "nothing to add",
}
# Worked out for every record, so that the flat table always has them.
_ALWAYS = {
    "country_name",
    "year",
    "criterion",
    "counted",
    "object_group",
    "attribution",
    "operator_denies",
    "outcome",
    "places",
    "sources",
    "publishers",
    "origins",
    "updated",
}


@dataclass(frozen=True)
class Entry:
    """One column: `type` is what a cell holds (a `list` is parted by `;`), `terms` the vocabulary or table of its values."""

    table: str
    column: str
    title: str
    type: str
    unit: str
    terms: str
    required: bool
    empty: str
    description: str


@dataclass(frozen=True)
class Codebook:
    """Every column of every table, and every vocabulary with its terms."""

    schemas: dict[str, TableSchema]
    vocabularies: dict[str, list[dict[str, Any]]]

    @cached_property
    def entries(self) -> list[Entry]:
        """Every column of the flat table, of the tables and of the vocabularies, in that order."""
        return [entry(s, c) for s in self.schemas.values() for c in s.columns]

    def of(self, table: str) -> list[Entry]:
        """The columns of one table."""
        return [e for e in self.entries if e.table == table]

    def terms_of(self, column: Entry) -> list[dict[str, Any]]:
        """The terms that a column may hold, each with id, label and definition; none where it names no vocabulary."""
        return self.vocabularies.get(column.terms, [])

    def as_csv(self) -> bytes:
        """The codebook as CSV, a column a row."""
        schema = TableSchema("codebook", "data/codebook.csv", {"fields": [{"name": f.name} for f in fields(Entry)]})
        return tables.canonical(schema, ([flat.cell(v) for v in astuple(e)] for e in self.entries)).encode()

    def as_json(self) -> dict[str, Any]:
        """The whole codebook as a JSON-ready dict: `tables`, each with its `columns`, and `vocabularies`."""
        tables = [
            {
                "name": s.name,
                "title": s.title,
                "description": s.description,
                "columns": [{k: v for k, v in asdict(e).items() if k != "table"} for e in self.of(s.name)],
            }
            for s in self.schemas.values()
        ]
        return {"tables": tables, "vocabularies": self.vocabularies}


def codebook(collection: Collection) -> Codebook:
    """The codebook of a collection, worked out from the Table Schemas and the vocabularies."""
    own = collection.dataset.schemas
    return Codebook(
        {flat.NAME: flat.schema(own["incidents"]), **own}, {name: list(rows.values()) for name, rows in collection.terms.items()}
    )


def entry(schema: TableSchema, column: Column) -> Entry:
    """One column's line in the codebook."""
    required = bool(column.constraints.get("required")) or (schema.name == flat.NAME and column.name in _ALWAYS)
    return Entry(
        schema.name,
        column.name,
        str(column.descriptor["title"]),
        "list" if column.list_of else column.type,
        str(column.descriptor.get("unit", "")),
        column.list_of or schema.terms_of(column.name),
        required,
        NEVER_EMPTY if required else _empty(schema.name, column.name),
        str(column.descriptor["description"]),
    )


def _empty(table: str, column: str) -> str:
    # The flat table's own meaning goes first, then that of the column which it takes over from incidents.
    named = [f"{table}.{column}", column] if table != flat.NAME else [f"{table}.{column}", f"incidents.{column}", column]
    told = next((_EMPTY[n] for n in named if n in _EMPTY), "")
    return told or (
        "not known, or open" if column.endswith("_max") else "not known; 0 is stated none" if column.endswith("_min") else "not known"
    )
