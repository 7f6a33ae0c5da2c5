"""Owns the OpenAPI 3.1 description of the API: paths, and JSON Schemas made of the Table Schemas."""

from __future__ import annotations

from typing import Any

from ..schema import Column, TableSchema
from .context import Context
from .nested import PARTS

Schema = dict[str, Any]

_TEXT, _COUNT = {"type": "string"}, {"type": "integer", "minimum": 0}
_TEXTS = {"type": "array", "items": _TEXT}
_DAY = {"type": "string", "format": "date"}
_KINDS = {"integer": {"type": "integer"}, "number": {"type": "number"}, "boolean": {"type": "boolean"}, "date": _DAY}
_ID = {"type": "string", "pattern": "^AIR-[0-9]{4}-[0-9]{4,}$"}
_LINK = {
    "type": "string",
    "format": "uri-reference",
    "description": "Absolute, or relative to the site's root where the site does not know its address.",
}


def document(context: Context) -> Schema:
    """The OpenAPI document, as JSON-ready dict."""
    package = context.package
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{package['title']} API",
            "version": "1.0.0",
            "summary": "Static JSON of every record, its sources, and what changed.",
            "description": "Files that are made at each publication: only GET and HEAD, no keys, no limits but the host's. "
            "Fields may be added within v1; none is removed, renamed or retyped. A value of null is not known; 0 is stated none.",
            "license": {"name": package["licenses"][0]["title"], "url": package["licenses"][0]["path"]},
        },
        "servers": [{"url": context.url("api/v1") if context.site_url else ".", "description": "The published site."}],
        "tags": [
            {"name": "records", "description": "Incidents, whole and in lists."},
            {"name": "versions", "description": "What changed, version by version."},
        ],
        "paths": _paths(),
        "components": {"schemas": _schemas(context), "responses": {"NotFound": {"description": "No such file."}}},
    }


def _paths() -> Schema:
    return {
        "/incidents.json": _get("records", "listIncidents", "Index of all records, newest first", "Listing"),
        "/incidents/{id}.json": _get("records", "getIncident", "One record, whole", "Incident", id=_ID),
        "/countries/{iso3}.json": _get(
            "records",
            "listByCountry",
            "Index of the records listed under a country",
            "CountryListing",
            iso3={"type": "string", "pattern": "^[A-Z]{3}$"},
        ),
        "/categories/{category}.json": _get(
            "records", "listByCategory", "Index of the records with an intruder of a category", "CategoryListing", category=_TEXT
        ),
        "/retired/{id}.json": _get("records", "getRetired", "Why an id is no longer used, and what stands for it", "Retired", id=_ID),
        "/changes.json": _get("versions", "listVersions", "Every version with the ids that it touched, newest first", "Versions"),
        "/changes/{version}.json": _get(
            "versions", "getVersion", "One version cell by cell", "Version", version={"type": "integer", "minimum": 1}
        ),
    }


def _get(tag: str, operation: str, summary: str, schema: str, **parameters: Schema) -> Schema:
    found = {"description": summary + ".", "content": {"application/json": {"schema": _ref(schema)}}}
    operation_object = {
        "tags": [tag],
        "operationId": operation,
        "summary": summary,
        "responses": {"200": found, **({"404": {"$ref": "#/components/responses/NotFound"}} if parameters else {})},
    }
    named = [{"name": n, "in": "path", "required": True, "schema": s} for n, s in parameters.items()]
    return {"get": {**operation_object, **({"parameters": named} if named else {})}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(description: str, properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """A closed object: a test then finds every field that is published and not described."""
    return {
        "type": "object",
        "description": description,
        "required": [n for n in properties if n not in optional],
        "properties": properties,
        "additionalProperties": False,
    }


def _nullable(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _list(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _column(schema: TableSchema, column: Column) -> Schema:
    """A column's JSON Schema; vocabularies are named, not listed, as a new term breaks nobody."""
    limits = column.constraints
    found: Schema = dict(_TEXTS) if column.list_of else dict(_KINDS.get(column.type, _TEXT))
    if not column.list_of:
        found |= {k: limits[k] for k in ("pattern", "minimum", "maximum", "maxLength") if k in limits}
    found["description"] = column.descriptor["description"]
    terms = column.list_of or schema.terms_of(column.name)
    found |= {k: v for k, v in (("x-unit", column.descriptor.get("unit")), ("x-vocabulary", terms)) if v}
    return found if limits.get("required") else _nullable(found)


def _row(schema: TableSchema, without: str = "") -> Schema:
    return {c.name: _column(schema, c) for c in schema.columns if c.name != without}


def _schemas(context: Context) -> Schema:
    schemas = context.collection.dataset.schemas
    rows = {_row_name(n): _object(schemas[n].description, _row(schemas[n], "incident_id")) for n in PARTS}
    parts = {n: _list(_row_name(n)) for n in PARTS}
    tie = _object("A tie that another record states.", _row(schemas["relations"]))
    whole = {
        **_row(schemas["incidents"]),
        **parts,
        "related_from": {"type": "array", "items": tie},
        "sources": _list("Source"),
        "derived": _ref("Derived"),
    }
    return {
        "Incident": _object("A whole record: its own columns, the rows that belong to it, its sources, and what is derived.", whole),
        **rows,
        "Source": _object(schemas["sources"].description, {**_row(schemas["sources"]), "citations": _list("Citation")}),
        "Citation": _object(
            "What the page supports, and on whose word.",
            {
                "origin": _TEXT,
                "origin_label": _TEXT,
                "party": _nullable(_TEXT),
                "supports": _column(schemas["citations"], next(c for c in schemas["citations"].columns if c.name == "supports")),
            },
        ),
        "Derived": _derived(),
        "Meta": _meta(),
        **_listings(schemas),
        **_versions(),
        "Retired": _object(schemas["retired"].description, {**_row(schemas["retired"]), "replaced_by_url": _nullable(_LINK)}),
    }


def _row_name(table: str) -> str:
    return table.removesuffix("s").title()


def _derived() -> Schema:
    point = _object(
        "The place that stands for the record on a map.",
        {"latitude": {"type": "number"}, "longitude": {"type": "number"}, "radius_km": {"type": ["number", "null"]}},
    )
    return _object(
        "What follows from the rows and never stands in the tables.",
        {
            "year": {"type": "integer"},
            "month": {**_nullable(_TEXT), "description": "YYYY-MM where the month is known."},
            "object_group": {**_ID, "description": "Lowest id of the records of the same object."},
            "counted": {"type": "boolean", "description": "Whether headline figures count it."},
            "criterion": {"type": "string", "enum": ["entered", "stopped", "found", "reported"]},
            "categories": _TEXTS,
            "operators": _TEXTS,
            "count_min": _nullable(_COUNT),
            "count_max": _nullable(_COUNT),
            "outcome": _TEXT,
            "attribution": _TEXT,
            "point": {"oneOf": [point, {"type": "null"}]},
            "listed_under": _TEXTS,
            "publishers": _TEXTS,
            "origins": {**_TEXTS, "description": "Independent words; all offices of one party are one."},
            "operator_denies": {"type": "boolean"},
            "updated": _DAY,
        },
    )


def _meta() -> Schema:
    return _object(
        "What a file says of itself.",
        {
            "name": _TEXT,
            "title": _TEXT,
            "release": {**_TEXT, "description": "Calendar release YYYY.MM.N."},
            "version": {**_nullable(_COUNT), "description": "Number of the data's version; null where it was built without git."},
            "updated": _nullable(_DAY),
            "license": _TEXT,
            "count": _COUNT,
        },
    )


def _listings(schemas: dict[str, TableSchema]) -> Schema:
    incidents = {
        n: s
        for n, s in _row(schemas["incidents"]).items()
        if n in ("id", "title", "country", "date_start", "date_end", "date_precision", "existence", "explained_as", "entered", "added")
    }
    entry = {**incidents, "categories": _TEXTS, "counted": {"type": "boolean"}, "updated": _DAY, "url": _LINK, "page": _LINK}
    listing = {"meta": _ref("Meta"), "incidents": _list("Entry")}
    return {
        "Entry": _object("A record in short.", entry),
        "Listing": _object("Records in short, newest first.", listing),
        "CountryListing": _object(
            "The records listed under a country.", {**listing, "country": _object("The country.", _row(schemas["countries"]))}
        ),
        "CategoryListing": _object(
            "The records of a category.", {**listing, "category": _object("The category.", _row(schemas["category"]))}
        ),
    }


def _versions() -> Schema:
    ids = {"type": "array", "items": _ID}
    short = {
        "version": {"type": "integer", "minimum": 1},
        "release": _TEXT,
        "commit": {"type": "string", "pattern": "^[0-9a-f]{40,64}$"},
        "date": _DAY,
        "added": ids,
        "modified": ids,
        "retired": ids,
    }
    cell = {
        "table": _TEXT,
        "row": _TEXT,
        "action": {"type": "string", "enum": ["row_added", "row_removed", "edited"]},
        "field": _TEXT,
        "old": _TEXT,
        "new": _TEXT,
    }
    modified = _object("A record and its cells that changed.", {"id": _ID, "changes": _list("Change")})
    retired = _object("A record that is gone.", {"id": _ID, "reason": _TEXT, "replaced_by": _TEXT})
    return {
        "Change": _object("One cell that changed, as text; empty is no value.", cell),
        "Versions": _object(
            "Every version, newest first; those after yours tell what you lack.",
            {"meta": _ref("Meta"), "versions": {"type": "array", "items": _object("A version in short.", {**short, "url": _LINK})}},
        ),
        "Version": _object(
            "A version cell by cell.",
            {
                **short,
                "modified": {"type": "array", "items": modified},
                "retired": {"type": "array", "items": retired},
                "other": _list("Change"),
            },
        ),
    }
