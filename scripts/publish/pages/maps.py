"""Owns maps drawn at build time as SVG: outlines, frames round places, and the marks of a record's places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ... import geography
from ...dataset import Row
from . import outlines
from .projection import Frame, Pixels

WIDTH, HEIGHT = 400, 300
MIN_HALF_WIDTH_KM = 90.0
SMALLEST_PX = 5.0
"""Islets of fewer square pixels are left out: they would be specks of ink."""

FINEST_PX = 0.8
"""Detail of fewer pixels is left out."""

LONGEST_EDGE = 2.0
"""Degrees: a border along a parallel is one long edge in the source, and a curve on the map."""


@dataclass(frozen=True)
class Land:
    """A country's outline on a map: SVG path data, and the pixels where its name may stand."""

    code: str
    path: str
    spots: tuple[tuple[float, float], ...]


@cache
def _pieces() -> tuple[list[str], NDArray[Any], shapely.STRtree]:
    listed = [(code, piece) for code, land in geography.borders().items() for piece in land]
    listed += [("", piece) for piece in geography.elsewhere()]
    shapes = np.array([piece for _, piece in listed])
    return [code for code, _ in listed], shapes, shapely.STRtree(shapes)


@cache
def _coarse(index: int, level: int) -> BaseGeometry:
    """A piece without the detail finer than 2 ** level degrees, empty where that is all of it; a few levels serve every frame."""
    # To guard against crossing lines takes six times as long, and a crossing below a pixel is not seen.
    return _pieces()[1][index].simplify(2.0**level, preserve_topology=False)


@lru_cache(maxsize=2048)
def lands(frame: Frame) -> tuple[Land, ...]:
    """The outlines that a frame shows, by code; shapes without a code of the record's tables have code ""."""
    return outlines.stored(_draw, Land)(frame)


def _draw(frame: Frame) -> tuple[Land, ...]:
    codes, shapes, tree = _pieces()
    west, south, east, north = frame.box()
    degree = frame.px_per_km * geography.KM_PER_DEGREE
    level = math.floor(math.log2(FINEST_PX / degree))
    found = np.sort(tree.query(shapely.box(west, south, east, north)))
    bounds = shapely.bounds(shapes[found])
    # No piece has more pixels than the box around it; an upper bound, since degrees of longitude shrink northward.
    room = (bounds[:, 2] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 1]) * degree**2
    clipped = [shapely.clip_by_rect(_coarse(i, level), west, south, east, north) for i in found[room >= SMALLEST_PX].tolist()]
    parts, of = shapely.get_parts(np.array(clipped, dtype=object), return_index=True)
    kept = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) * degree**2 >= SMALLEST_PX)
    own = [codes[i] for i in found[room >= SMALLEST_PX][of[kept]].tolist()]
    seen: dict[str, list[list[Pixels]]] = {}
    for code, rings in zip(own, _rings(parts[kept], frame), strict=True):
        # Splinters that the clipping leaves may have none.
        if rings:
            seen.setdefault(code, []).append(rings)
    made = (_land(code, some, frame) for code, some in sorted(seen.items()))
    return tuple(land for land in made if land.path)


def _rings(parts: NDArray[Any], frame: Frame) -> list[list[Pixels]]:
    """The rings of each polygon in pixels, the outer one first; all at once, since a call costs more than a ring."""
    rings, of_part = shapely.get_rings(shapely.segmentize(parts, LONGEST_EDGE), return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    flat = np.split(frame.pixels(points), np.flatnonzero(np.diff(of_ring)) + 1) if len(points) else []
    found: list[list[Pixels]] = [[] for _ in parts]
    for part, ring in zip(of_part.tolist(), flat, strict=True):
        found[part].append(ring)
    return found


def _land(code: str, parts: list[list[Pixels]], frame: Frame) -> Land:
    paths: list[str] = []
    largest, largest_px = None, 0.0
    for outer, *inner in parts:
        px = _area(outer)
        if px < SMALLEST_PX or not _seen(outer, frame):
            continue
        if px > largest_px:
            largest, largest_px = outer, px
        paths += [path_of(r) for r in (outer, *(i for i in inner if _area(i) >= SMALLEST_PX))]
    return Land(code, "".join(paths), spots(shapely.Polygon(largest), frame) if largest is not None and code else ())


def _area(ring: Pixels) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _seen(ring: Pixels, frame: Frame) -> bool:
    (left, top), (right, bottom) = ring.min(axis=0), ring.max(axis=0)
    return bool(left < frame.width and right > 0 and top < frame.height and bottom > 0)


def path_of(ring: Pixels) -> str:
    """SVG path data of a closed ring, in relative steps of tenths without idle zeros: about half the bytes of absolute ones."""
    tenths = np.rint(ring[:-1] * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    said = [f"{_tenth(x)}{'' if y < 0 else ' '}{_tenth(y)}" for x, y in steps[steps.any(axis=1)].tolist()]
    x, y = tenths[0].tolist()
    return f"M{_tenth(x)},{_tenth(y)}l{' '.join(said)}".replace(" -", "-") + "z"


@lru_cache(maxsize=1 << 14)
def _tenth(value: int) -> str:
    text = f"{value / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def spots(shape: BaseGeometry, frame: Frame) -> tuple[tuple[float, float], ...]:
    """Points well inside a country's largest piece and the frame, on a coarse grid: where its name may stand."""
    inner = shapely.clip_by_rect(shape.buffer(0), 40, 18, frame.width - 40, frame.height - 26)
    shapely.prepare(inner)
    grid = np.array([(frame.width * i / 12, frame.height * j / 10) for i in range(1, 12) for j in range(1, 10)])
    # The point itself, and where a name of some length would reach.
    around = np.array(((0, 0), (-12, 0), (12, 0), (0, -12), (0, 6)))
    near = grid[:, None] + around
    inside = shapely.contains_xy(inner, near[..., 0], near[..., 1]).all(axis=1)
    return tuple((round(x, 1), round(y, 1)) for x, y in grid[inside].tolist())


@dataclass(frozen=True)
class Mark:
    """A place on a map: its pixel, its radius of doubt in pixels, and the number that the table beside it uses."""

    number: int
    x: float
    y: float
    radius: float
    role: str
    label: str


@dataclass(frozen=True)
class Point:
    """A point with the radius within which it is known."""

    lat: float
    lon: float
    km: float


def points_of(places: list[Row]) -> list[Point]:
    """The places that have a point."""
    return [
        Point(float(p["latitude"]), float(p["longitude"]), float(p["radius_km"] or 0))
        for p in places
        if p["latitude"] is not None and p["longitude"] is not None
    ]


def frame_of(places: list[Row]) -> Frame | None:
    """A frame round all places that have a point, wide enough for their radius; None if none has."""
    return frame_round(points_of(places), MIN_HALF_WIDTH_KM, WIDTH, HEIGHT)


def frame_round(points: list[Point], least_km: float, width: int, height: int) -> Frame | None:
    """A frame of a size in pixels round some points, at least `least_km` to each side of the centre."""
    if not points:
        return None
    lat = (min(p.lat for p in points) + max(p.lat for p in points)) / 2
    lon = (min(p.lon for p in points) + max(p.lon for p in points)) / 2
    flat = Frame(lat, lon, 1, 0, 0)
    away = [(*flat.xy(p.lat, p.lon), p.km) for p in points]
    half = max(max(max(abs(x) + km, (abs(y) + km) * width / height) for x, y, km in away) * 1.25, least_km)
    # Steps of a fifth, so that neighbouring records share a frame's outlines.
    half = least_km * 1.2 ** math.ceil(math.log(half / least_km, 1.2) - 1e-9)
    return Frame(round(lat, 2), round(lon, 2), round(width / 2 / half, 4), width, height)


def marks(places: list[Row], frame: Frame) -> list[Mark]:
    """The marks of the places that have a point, in table order."""
    found = []
    for place in places:
        if place["latitude"] is None or place["longitude"] is None:
            continue
        x, y = frame.xy(float(place["latitude"]), float(place["longitude"]))
        radius = round(float(place["radius_km"] or 0) * frame.px_per_km, 1)
        found.append(Mark(int(place["location"]), x, y, radius, str(place["role"]), str(place["place"])))
    return found


PIN_PX = 17.0


def pins(found: list[Mark]) -> list[tuple[float, float, Mark]]:
    """Where the number of each mark stands: on its point, or moved aside where another number is."""
    placed: list[tuple[float, float, Mark]] = []
    for mark in found:
        x = mark.x
        while any(abs(x - px) < PIN_PX and abs(mark.y - py) < PIN_PX for px, py, _ in placed):
            x = round(x + PIN_PX, 1)
        placed.append((x, mark.y, mark))
    return placed


def scale_bar(frame: Frame) -> tuple[int, float]:
    """A round number of km and its length in pixels, about a fifth of the width."""
    target = frame.width / 5 / frame.px_per_km
    base = 10 ** math.floor(math.log10(target))
    km = int(next(m * base for m in (5, 2, 1) if m * base <= target)) or 1
    return km, round(km * frame.px_per_km, 1)
