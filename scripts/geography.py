"""Owns borders: Natural Earth's shapes, the listed corrections to them, and distances from a point to a country."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

SHAPES = Path(__file__).resolve().parent.parent / "node_modules" / "world-atlas" / "countries-10m.json"
FAR_KM = 500.0
KM_PER_DEGREE = 111.195

Points = NDArray[np.float64]
"""Longitude and latitude in degrees, a point a row."""

Land = list[BaseGeometry]
"""The polygons of a country, in degrees. Lists of the same polygons, since a multi-polygon would hold a copy of each."""

# Natural Earth's names of the countries that the record's tables use.
NAMES = {
    "Albania": "ALB",
    "Armenia": "ARM",
    "Austria": "AUT",
    "Azerbaijan": "AZE",
    "Belarus": "BLR",
    "Belgium": "BEL",
    "Bosnia and Herz.": "BIH",
    "Bulgaria": "BGR",
    "Canada": "CAN",
    "China": "CHN",
    "Croatia": "HRV",
    "Cyprus": "CYP",
    "Czechia": "CZE",
    "Denmark": "DNK",
    "Estonia": "EST",
    "Finland": "FIN",
    "France": "FRA",
    "Georgia": "GEO",
    "Germany": "DEU",
    "Greece": "GRC",
    "Hungary": "HUN",
    "Iceland": "ISL",
    "Iran": "IRN",
    "Iraq": "IRQ",
    "Ireland": "IRL",
    "Israel": "ISR",
    "Italy": "ITA",
    "Latvia": "LVA",
    "Lebanon": "LBN",
    "Lithuania": "LTU",
    "Luxembourg": "LUX",
    "Macedonia": "MKD",
    "Malta": "MLT",
    "Moldova": "MDA",
    "Montenegro": "MNE",
    "Netherlands": "NLD",
    "Norway": "NOR",
    "Poland": "POL",
    "Portugal": "PRT",
    "Romania": "ROU",
    "Russia": "RUS",
    "Serbia": "SRB",
    "Slovakia": "SVK",
    "Slovenia": "SVN",
    "Spain": "ESP",
    "Sweden": "SWE",
    "Switzerland": "CHE",
    "Syria": "SYR",
    "Turkey": "TUR",
    "Ukraine": "UKR",
    "United Kingdom": "GBR",
    "United States of America": "USA",
}

# Corrections, each tested: shapes that Natural Earth ships apart, to the sovereign under which the record lists them.
JOINED = {
    "Kosovo": "XKX",
    "N. Cyprus": "CYP",
    "Cyprus U.N. Buffer Zone": "CYP",
    "Akrotiri": "GBR",
    "Dhekelia": "GBR",
    "Gibraltar": "GBR",
    "Greenland": "DNK",
    "Faeroe Is.": "DNK",
    "Åland": "FIN",
    "Br. Indian Ocean Ter.": "GBR",
}
# A point in the piece, whose piece it is as shipped, and whose it is here: Crimea is Ukraine's.
MOVED_PIECES = (((45.0, 34.1), "RUS", "UKR"),)

# Islets that Natural Earth leaves out, as (latitude, longitude): Vaindloo, over which territorial waters reach.
ADDED_ISLETS = {"EST": ((59.817, 26.36),)}
ISLET_DEGREES = 0.002


class ShapesMissing(Exception):
    """The map shapes are not installed; the message says how to get them."""


@cache
def borders() -> dict[str, Land]:
    """The land of each country, by its code (ISO 3166-1 alpha-3 or XKX), the largest piece first; source: Natural Earth 1:10m."""
    found: dict[str, Land] = {}
    for name, pieces in shapes().items():
        if code := NAMES.get(name) or JOINED.get(name):
            found.setdefault(code, []).extend(pieces)
    for (lat, lon), old, new in MOVED_PIECES:
        spot = shapely.Point(lon, lat)
        moved = [p for p in found[old] if p.contains(spot)]
        found[old] = [p for p in found[old] if p not in moved]
        found[new].extend(moved)
    for code, spots in ADDED_ISLETS.items():
        found[code].extend(shapely.Point(lon, lat).buffer(ISLET_DEGREES) for lat, lon in spots)
    for land in found.values():
        land.sort(key=lambda p: -p.area)
        # Most points lie inside, which a prepared polygon tells at once.
        shapely.prepare(land)
    return found


@cache
def elsewhere() -> Land:
    """The land of countries that the record's tables do not use."""
    return [piece for name, pieces in shapes().items() if name not in NAMES and name not in JOINED for piece in pieces]


@cache
def mainland(code: str) -> BaseGeometry | None:
    """The largest piece of a country under its own name (Denmark's is Jutland, not Greenland), or None without a shape."""
    name = next((n for n, c in NAMES.items() if c == code), None) or next((n for n, c in JOINED.items() if c == code), None)
    return max(shapes()[name], key=lambda p: p.area) if name else None


@cache
def shapes() -> dict[str, Land]:
    """The land of every country as Natural Earth ships it, by Natural Earth's name; raises ShapesMissing."""
    try:
        topology = orjson.loads(SHAPES.read_bytes())
    except OSError as error:
        raise ShapesMissing("node_modules/world-atlas is missing: run `make`, which installs the map shapes") from error
    arcs = _arcs(topology)
    found = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [[ring for r in p if len(ring := _unwrapped(_ring(r, arcs))) >= 4] for p in polygons]
        # Islets that shrank to a line when the shapes were rounded enclose nothing.
        found[geometry["properties"]["name"]] = [shapely.Polygon(r[0], r[1:]) for r in rings if r]
    return found


def _arcs(topology: dict[str, Any]) -> list[Points]:
    """Undo TopoJSON's delta coding (its specification, section 2.2)."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    return [np.cumsum(np.asarray(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def _ring(indexes: list[int], arcs: list[Points]) -> Points:
    """The arcs of a ring end to end; an index below zero is an arc backwards. Each begins where the last one ended."""
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indexes]
    return np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])


def _unwrapped(points: Points) -> Points:
    """A ring without the jump at 180 degrees: the shapes are stitched there, as on a globe."""
    step = np.diff(points[:, 0], prepend=points[0, 0])
    turn = np.cumsum(np.where(step > 180, -360.0, np.where(step < -180, 360.0, 0.0)))
    flat = points + np.column_stack([turn, np.zeros_like(turn)])
    # Mainland Russia stays in the east, whichever side of the date line its ring begins on.
    return flat + np.array((360.0, 0.0)) if flat[:, 0].min() < -180.5 else flat


def distance_km(land: Land, lat: float, lon: float) -> float:
    """Distance in km from a point to a country (as `borders` has it); 0 inside it, FAR_KM where it is farther than a few degrees."""
    if shapely.contains_xy(land[0], lon, lat) or shapely.contains_xy(land[1:], lon, lat).any():
        return 0.0
    reach = 6.0
    box = shapely.box(lon - reach, lat - reach, lon + reach, lat + reach)
    near = [p for p in land if p.intersects(box)]
    if not near:
        return FAR_KM
    # Locally flat: a degree of longitude shrinks with the cosine of the latitude.
    shrink = max(math.cos(math.radians(lat)), 0.01)
    flat = shapely.transform(near, lambda xy: (xy - (lon, lat)) * (shrink, 1.0))
    return float(shapely.distance(flat, shapely.Point(0, 0)).min()) * KM_PER_DEGREE
