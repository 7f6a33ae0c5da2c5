"""Owns overview maps: which records they show, and a dot for those that stand at one place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

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


class Spot(NamedTuple):
    """A record's pixel on an overview, its radius of doubt in pixels, and its family."""

    record: Record
    x: float
    y: float
    radius: float
    family: str


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
    """A dot for each place and family, the largest first; `shown` stands newest first.

    Where families share a place the largest stands on it and the others beside it, for else they would hide one another.
    """
    found: dict[tuple[int, int, str], Dot] = {}
    for spot in shown:
        at = (round(spot.x), round(spot.y), spot.family)
        if at in found:
            found[at].count += 1
        else:
            found[at] = Dot(spot.record, spot.x, spot.y, spot.family)
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
    """Where the frame shows each record, and the records that have no point or lie outside it."""
    points = [(r, r.point) for r in records]
    degrees = [(float(p["longitude"]), float(p["latitude"])) for _, p in points if p]
    pixels = iter(frame.pixels(np.array(degrees)).tolist() if degrees else [])
    shown, beside = [], []
    for record, point in points:
        if point and frame.holds(*(at := next(pixels))):
            shown.append(Spot(record, *at, round(float(point["radius_km"] or 0) * frame.px_per_km, 1), collection.family(record)))
        else:
            beside.append(record)
    return shown, beside


def country_frame(code: str, records: list[Record]) -> Frame:
    """A frame round a country's mainland and every record's point; the overview where there is neither."""
    land = geography.mainland(code)
    points = maps.points_of([r.point for r in records if r.point])
    if land is not None:
        west, south, east, north = land.bounds
        # Far pieces (Alaska, Svalbard, the Canaries) would leave the mainland a speck.
        points += [maps.Point(lat, lon, 0) for lat in (south, north) for lon in (max(west, -125.0), (west + east) / 2, min(east, 60.0))]
    return maps.frame_round(points, 120, 720, 480) or OVERVIEW
