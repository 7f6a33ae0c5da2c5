"""Owns maps drawn at build time as SVG: a locator map of a record, and an overview of many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from ... import geography
from ...dataset import Row
from ...derive import Record

WIDTH, HEIGHT = 640, 400
MIN_HALF_WIDTH_KM = 90.0


@dataclass(frozen=True)
class Frame:
    """A flat view: centre in degrees, scale in pixels a km; x grows east, y south."""

    lat: float
    lon: float
    px_per_km: float
    width: int = WIDTH
    height: int = HEIGHT

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Pixel of a point."""
        east = (lon - self.lon) * geography.KM_PER_DEGREE * math.cos(math.radians(self.lat))
        north = (lat - self.lat) * geography.KM_PER_DEGREE
        return round(self.width / 2 + east * self.px_per_km, 1), round(self.height / 2 - north * self.px_per_km, 1)

    def box(self) -> tuple[float, float, float, float]:
        """Bounds in degrees, a little wider than what is seen: west, south, east, north."""
        north = self.height / self.px_per_km / geography.KM_PER_DEGREE / 2 * 1.05
        east = self.width / self.px_per_km / geography.KM_PER_DEGREE / math.cos(math.radians(self.lat)) / 2 * 1.05
        return self.lon - east, self.lat - north, self.lon + east, self.lat + north


@dataclass(frozen=True)
class Land:
    """A country's outline on a map: SVG path data, and where its name may stand."""

    code: str
    path: str
    label_x: float
    label_y: float
    area: float


@cache
def _pieces() -> tuple[list[tuple[str, BaseGeometry]], shapely.STRtree]:
    listed = [(code, part) for code, shape in geography.borders().items() for part in shapely.get_parts(shape)]
    others = [n for n in geography.shapes() if n not in geography.NAMES and n not in geography.JOINED]
    listed += [("", part) for n in others for part in shapely.get_parts(geography.shapes()[n])]
    return listed, shapely.STRtree([p for _, p in listed])


@lru_cache(maxsize=512)
def lands(frame: Frame) -> tuple[Land, ...]:
    """The outlines that a frame shows, by code; shapes without a code of the record's tables have code ""."""
    pieces, tree = _pieces()
    west, south, east, north = frame.box()
    seen: dict[str, list[BaseGeometry]] = {}
    for index in sorted(tree.query(shapely.box(west, south, east, north))):
        code, piece = pieces[index]
        clipped = shapely.clip_by_rect(piece, west, south, east, north)
        if not clipped.is_empty:
            seen.setdefault(code, []).extend(g for g in shapely.get_parts(clipped) if g.geom_type == "Polygon")
    tolerance = 0.4 / frame.px_per_km / geography.KM_PER_DEGREE
    return tuple(_land(code, parts, frame, tolerance) for code, parts in sorted(seen.items()) if parts)


def _land(code: str, parts: list[BaseGeometry], frame: Frame, tolerance: float) -> Land:
    paths = []
    for part in parts:
        for ring in (part.exterior, *part.interiors):
            points = [frame.xy(y, x) for x, y in ring.simplify(tolerance).coords]
            if len(points) > 3:
                paths.append("M" + "L".join(f"{x:g},{y:g}" for x, y in points[:-1]) + "Z")
    largest = max(parts, key=lambda p: p.area)
    spot = largest.representative_point()
    x, y = frame.xy(spot.y, spot.x)
    scale = frame.px_per_km * geography.KM_PER_DEGREE
    return Land(code, "".join(paths), x, y, largest.area * scale * scale * math.cos(math.radians(frame.lat)))


@dataclass(frozen=True)
class Mark:
    """A place on a map: its pixel, its radius of doubt in pixels, and the number that the table beside it uses."""

    number: int
    x: float
    y: float
    radius: float
    role: str
    label: str


def frame_of(places: list[Row]) -> Frame | None:
    """A frame round all places that have a point, wide enough for their radius; None if none has."""
    dots = [(float(p["latitude"]), float(p["longitude"]), float(p["radius_km"] or 1)) for p in places if p["latitude"] is not None and p["longitude"] is not None]
    if not dots:
        return None
    lat = (min(d[0] for d in dots) + max(d[0] for d in dots)) / 2
    lon = (min(d[1] for d in dots) + max(d[1] for d in dots)) / 2
    shrink = math.cos(math.radians(lat))
    half_x = max((abs(d[1] - lon) * geography.KM_PER_DEGREE * shrink + d[2]) for d in dots)
    half_y = max((abs(d[0] - lat) * geography.KM_PER_DEGREE + d[2]) for d in dots)
    half = max(half_x * 1.25, half_y * 1.25 * WIDTH / HEIGHT, MIN_HALF_WIDTH_KM)
    # Steps of a fifth, so that neighbouring records share a frame's outlines.
    half = MIN_HALF_WIDTH_KM * 1.2 ** math.ceil(math.log(half / MIN_HALF_WIDTH_KM, 1.2) - 1e-9)
    return Frame(round(lat, 2), round(lon, 2), round(WIDTH / 2 / half, 4))


def marks(places: list[Row], frame: Frame) -> list[Mark]:
    """The marks of the places that have a point, in table order."""
    found = []
    for place in places:
        if place["latitude"] is None or place["longitude"] is None:
            continue
        x, y = frame.xy(float(place["latitude"]), float(place["longitude"]))
        radius = round(max(float(place["radius_km"] or 0) * frame.px_per_km, 5), 1)
        found.append(Mark(int(place["location"]), x, y, radius, str(place["role"]), str(place["place"])))
    return found


def scale_bar(frame: Frame) -> tuple[int, float]:
    """A round number of km and its length in pixels, about a fifth of the width."""
    target = frame.width / 5 / frame.px_per_km
    base = 10 ** math.floor(math.log10(target))
    km = int(next(m * base for m in (5, 2, 1) if m * base <= target)) or 1
    return km, round(km * frame.px_per_km, 1)


OVERVIEW = Frame(52.0, 18.0, 0.158, 960, 720)


def overview_marks(records: list[Record], frame: Frame) -> tuple[list[tuple[Record, Mark]], list[Record]]:
    """The records that the frame shows as marks, and those that have no point or lie outside it."""
    shown, beside = [], []
    for record in records:
        place = record.point
        mark = marks([place], frame)[0] if place else None
        if mark and 0 <= mark.x <= frame.width and 0 <= mark.y <= frame.height:
            shown.append((record, mark))
        else:
            beside.append(record)
    return shown, beside
