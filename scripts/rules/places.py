"""Rules on places: a point lies where it says, and is never finer than its source."""

from __future__ import annotations

from collections.abc import Iterator

from .. import geography
from ..dataset import Dataset
from .ranges import numbers
from .rule import Finding, rule

LAND_TOLERANCE_KM, SEA_TOLERANCE_KM = 5.0, 25.0


@rule(
    "point",
    "Latitude, longitude, radius and basis go together; a country or a region without a named point has none.",
    "A dot without a radius claims more than anybody knows.",
)
def point(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["locations"]
    filled = rows[["latitude", "longitude", "radius_km", "basis"]] != ""
    some = filled[["latitude", "longitude"]].any(axis=1)
    for column in filled.columns:
        for line in rows.index[some & ~filled[column]]:
            yield (
                "locations",
                line,
                column,
                "",
                "a value, since the place has a point",
                "Fill latitude, longitude, radius_km and basis, or empty all four.",
            )
    for line, value in rows["radius_km"][filled["radius_km"] & ~some].items():
        yield "locations", line, "radius_km", value, "nothing, since the place has no point", "Empty the cell, or add the point."
    for line, value in rows["precision"][some & (rows["precision"] == "country")].items():
        yield (
            "locations",
            line,
            "precision",
            value,
            "no point at country level",
            "Empty latitude, longitude, radius_km and basis; the place is listed beside the map.",
        )


@rule(
    "outside",
    "A point lies in its country, give or take the larger of its radius and 5 km, 25 km at sea.",
    "A slipped digit or exchanged coordinates put a village into another state.",
)
def outside(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["locations"]
    rows = rows[(rows["country"] != "") & (rows["latitude"] != "") & (rows["longitude"] != "")]
    lat, lon, radius = (numbers(rows[c]) for c in ("latitude", "longitude", "radius_km"))
    borders = geography.borders()
    distance_of: dict[tuple, float] = {}
    for line, country, y, x, r, kind in zip(rows.index, rows["country"], lat, lon, radius, rows["precision"], strict=True):
        if country not in borders or not (-90 <= y <= 90 and -180 <= x <= 180):
            continue
        key = (country, y, x)
        if key not in distance_of:
            distance_of[key] = geography.distance_km(borders[country], y, x)
        limit = max(0 if r != r else r, SEA_TOLERANCE_KM if kind == "sea" else LAND_TOLERANCE_KM)
        if distance_of[key] > limit:
            away = f"{distance_of[key]:.0f} km" if distance_of[key] < geography.FAR_KM else f"over {geography.FAR_KM:.0f} km"
            yield (
                "locations",
                line,
                "latitude",
                f"{y} {x}",
                f"a point in {country}, give or take {limit:g} km (it is {away} outside)",
                "Look whether latitude and longitude are exchanged, or mend the country.",
            )
