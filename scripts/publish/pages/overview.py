"""Owns overview maps: which records they show, and a dot for those that stand at one place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import geography
from ...derive import Collection
from ...record import Record
from . import maps
from .projection import Frame

# Europe from Iceland to the Caspian, and the Black Sea.
OVERVIEW = Frame(53.0, 17.0, 0.196, 960, 780)

DOT_PX = 5.0
"""The radius of a dot, and of the smallest ring that is drawn."""

BESIDE_PX = 9.0
"""How far apart dots of several families at one place stand."""

SOME, MANY = 2, 10
"""How many records make a dot larger, and largest."""


@dataclass
class Spot:
    """The records of one family at one point of an overview: the newest of them, its pixel, its radius of doubt in pixels, how many they are."""

    record: Record
    x: float
    y: float
    radius: float
    family: str
    count: int = 1


@dataclass
class Dot:
    """The records of one family at one pixel: the newest of them, and how many they are."""

    record: Record
    x: float
    y: float
    family: str
    count: int = 1

    @property
    def size(self) -> str:
        """The size by which the stylesheet knows it."""
        return "many" if self.count >= MANY else "some" if self.count >= SOME else "one"


def dots(shown: list[Spot]) -> list[Dot]:
    """A dot for each pixel and family, the largest first; `shown` stands newest first.

    Where families share a place the largest stands on it and the others beside it, for else they would hide one another.
    """
    found: dict[tuple[int, int, str], Dot] = {}
    for spot in shown:
        at = (round(spot.x), round(spot.y), spot.family)
        if at in found:
            found[at].count += spot.count
        else:
            found[at] = Dot(spot.record, spot.x, spot.y, spot.family, spot.count)
    made = sorted(found.values(), key=lambda d: -d.count)
    beside: Counter[tuple[int, int]] = Counter()
    for dot in made:
        at = round(dot.x), round(dot.y)
        dot.x = round(dot.x + BESIDE_PX * beside[at], 1)
        beside[at] += 1
    return made


def halos(shown: list[Spot]) -> list[tuple[float, float, float, str]]:
    """The rings of places that are known only roughly, each once: (x, y, radius, family)."""
    return list(dict.fromkeys((s.x, s.y, s.radius, s.family) for s in shown if s.radius > DOT_PX))


def marks(collection: Collection, records: list[Record], frame: Frame) -> tuple[list[Spot], list[Record]]:
    """What the frame shows of the records, newest first, and the records that have no point or lie outside it."""
    points = [(r, (p["longitude"], p["latitude"], p["radius_km"]) if (p := r.point) else None) for r in records]
    # Many records share a point, which is looked at once.
    seen = _seen({at for _, at in points if at}, frame)
    found: dict[tuple[Any, str], Spot] = {}
    beside = []
    for record, at in points:
        pixel = seen.get(at)
        if pixel is None:
            beside.append(record)
            continue
        family = collection.family(record)
        if spot := found.get((at, family)):
            spot.count += 1
        else:
            found[at, family] = Spot(record, *pixel, family)
    return list(found.values()), beside


def _seen(points: set[tuple[Any, Any, Any]], frame: Frame) -> dict[Any, tuple[float, float, float]]:
    """The pixel and the radius in pixels of those points (longitude, latitude, radius in km) that the frame shows."""
    some = list(points)
    pixels = frame.pixels(np.array([(float(lon), float(lat)) for lon, lat, _ in some])).tolist() if some else []
    return {at: (x, y, round(float(at[2] or 0) * frame.px_per_km, 1)) for at, (x, y) in zip(some, pixels, strict=True) if frame.holds(x, y)}


def country_frame(code: str, records: list[Record]) -> Frame:
    """A frame round a country's mainland and every record's point; the overview where there is neither."""
    land = geography.mainland(code)
    points = maps.points_of([r.point for r in records if r.point])
    if land is not None:
        west, south, east, north = land.bounds
        # Far pieces (Alaska, Svalbard, the Canaries) would leave the mainland a speck.
        points += [maps.Point(lat, lon, 0) for lat in (south, north) for lon in (max(west, -125.0), (west + east) / 2, min(east, 60.0))]
    return maps.frame_round(points, 120, 720, 480) or OVERVIEW
