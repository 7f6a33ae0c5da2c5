"""Owns what the explorer loads: one compact file of every record, and the shapes of its map."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import shapely

from ... import geography
from ...derive import Collection
from ...record import Record
from ..context import Context
from . import words

# Facets in the order of the page: (name, vocabulary or "", heading).
FACETS = (
    ("country", "countries", "Country"),
    ("category", "category", "Kind of object"),
    ("existence", "existence", "Existence"),
    ("entered", "entered", "Entered"),
    ("outcome", "outcome", "Outcome"),
    ("operator", "parties", "Operator"),
    ("attribution", "attribution", "Attribution"),
    ("conflict", "conflict", "Conflict"),
    ("response", "response_kind", "What authorities did"),
    ("explained", "explained_as", "Explained as"),
    ("casualties", "", "Casualties"),
    ("origins", "", "Independent origins"),
    ("counted", "", "In headline figures"),
)
PLAIN_LABELS = {
    "casualties": {"killed": "People killed", "injured": "People injured", "none": "Stated none", "unknown": "Not stated"},
    "origins": {"1": "One", "2": "Two", "3": "Three or more"},
    "counted": {"yes": "Counted", "no": "Not counted"},
}
# What a table's narrow column says for a term whose label is a phrase.
SHORT_LABELS = {
    "entered": {"yes": "Entered", "inside": "Inside", "no": "Stayed out", "disputed": "Disputed", "unknown": "Unknown"},
    "outcome": {"exploded": "Exploded", "not_found": "Not found"},
}
SHAPE_BOX, SHAPE_TOLERANCE, SMALLEST_DEGREES = (-32.0, 26.0, 70.0, 75.0), 0.03, 0.002


def casualties(record: Record) -> list[str]:
    """What is said of casualties: killed, injured, none or unknown."""
    row = record.row
    said = [name for name, column in (("killed", "deaths"), ("injured", "injuries")) if (row[f"{column}_max"] or row[f"{column}_min"] or 0)]
    stated = any(row[f"{c}_{end}"] == 0 for c in ("deaths", "injuries") for end in ("min", "max"))
    return said or (["none"] if stated else ["unknown"])


def values(record: Record) -> dict[str, list[str]]:
    """A record's values of every facet."""
    row = record.row
    return {
        "country": record.listed_under,
        "category": record.categories,
        "existence": [str(row["existence"])],
        "entered": [str(row["entered"])],
        "outcome": list(dict.fromkeys(str(o["outcome"]) for o in record.intruders)),
        "operator": record.operators,
        "attribution": list(dict.fromkeys(str(o["attribution"]) for o in record.intruders)),
        "conflict": [str(row["conflict"])],
        "response": list(dict.fromkeys(str(r["kind"]) for r in record.responses)),
        "explained": [str(row["explained_as"])] if row["explained_as"] else [],
        "casualties": casualties(record),
        "origins": [str(min(max(len(record.independent_origins), 1), 3))],
        "counted": ["yes" if record.counted else "no"],
    }


def table(collection: Collection) -> dict[str, Any]:
    """Every record as short arrays, and the facets with their labels; facet values are numbers into the labels."""
    found = [values(r) for r in collection.records]
    facets, number = [], {}
    for name, vocabulary, heading in FACETS:
        used = {v for f in found for v in f[name]}
        order = [t for t in (collection.terms[vocabulary] if vocabulary else PLAIN_LABELS[name]) if t in used]
        if vocabulary in ("countries", "parties"):
            order.sort(key=lambda t, v=vocabulary: collection.label(v, t))
        number[name] = {term: i for i, term in enumerate(order)}
        labels = [collection.label(vocabulary, t) if vocabulary else PLAIN_LABELS[name][t] for t in order]
        short = SHORT_LABELS.get(name, {})
        facets.append(
            {
                "name": name,
                "heading": heading,
                "terms": order,
                "labels": labels,
                "short": [short.get(t, label) for t, label in zip(order, labels, strict=True)],
            }
        )
    rows = [_row(collection, r, f, number) for r, f in zip(collection.records, found, strict=True)]
    return {"facets": facets, "rows": rows}


def _row(collection: Collection, record: Record, found: dict[str, list[str]], number: dict[str, dict[str, int]]) -> list[Any]:
    row, point = record.row, record.point
    start = str(row["date_start"] or row["date_end"])
    places = "; ".join(f"{p['place']} {p['admin1'] or ''}".strip() for p in record.locations)
    words_of = " ".join([str(row["summary"]), places, *(str(collection.label("models", o["model"])) for o in record.objects if o["model"])])
    return [
        record.id,
        str(row["title"]),
        start,
        words.short(row),
        record.month,
        collection.family(record),
        words_of,
        [point["latitude"], point["longitude"], point["radius_km"]] if point else None,
        [[number[name][v] for v in found[name]] for name, _, _ in FACETS],
    ]


@cache
def shapes() -> bytes:
    """Coasts and borders of Europe and its neighbours as GeoJSON, simplified to about 3 km."""
    lands = [*sorted(geography.borders().items()), ("", geography.elsewhere())]
    features = [{"type": "Feature", "properties": {"code": code}, "geometry": found} for code, land in lands if (found := _drawn(land))]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _drawn(land: geography.Land) -> dict[str, Any] | None:
    parts = shapely.get_parts(shapely.simplify(shapely.clip_by_rect(land, *SHAPE_BOX), SHAPE_TOLERANCE))
    kept = [p for p in parts if p.geom_type == "Polygon" and p.area > SMALLEST_DEGREES]
    rings = [[[[round(x, 2), round(y, 2)] for x, y in ring.coords] for ring in (p.exterior, *p.interiors)] for p in kept]
    return {"type": "MultiPolygon", "coordinates": rings} if rings else None


def files(context: Context) -> Iterator[tuple[str, bytes]]:
    """The explorer's files: (path, bytes)."""
    yield "assets/explore/records.json", orjson.dumps(table(context.collection))
    yield "assets/explore/shapes.json", shapes()
