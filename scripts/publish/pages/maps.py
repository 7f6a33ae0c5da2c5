"""Owns maps drawn at build time as SVG: the locator map of a record, and overviews of many."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from ... import geography
from ...dataset import Row
from ...derive import Record
from . import outlines
from .projection import Frame

WIDTH, HEIGHT = 400, 300
MIN_HALF_WIDTH_KM = 90.0
SMALLEST_PX = 3.0
"""Islets of fewer square pixels are left out: they would be specks of ink."""

LONGEST_EDGE = 2.0
"""Degrees: a border along a parallel is one long edge in the source, and a curve on the map."""

# Europe from Iceland to the Caspian, and the Black Sea.
OVERVIEW = Frame(53.0, 17.0, 0.196, 960, 780)


@dataclass(frozen=True)
class Land:
    """A country's outline on a map: SVG path data, and its largest piece in pixels."""

    code: str
    path: str
    shape: BaseGeometry | None


@cache
def _pieces() -> tuple[list[tuple[str, BaseGeometry]], shapely.STRtree]:
    listed = [(code, part) for code, shape in geography.borders().items() for part in shapely.get_parts(shape)]
    others = [n for n in geography.shapes() if n not in geography.NAMES and n not in geography.JOINED]
    listed += [("", part) for n in others for part in shapely.get_parts(geography.shapes()[n])]
    return listed, shapely.STRtree([p for _, p in listed])


@lru_cache(maxsize=2048)
def lands(frame: Frame) -> tuple[Land, ...]:
    """The outlines that a frame shows, by code; shapes without a code of the record's tables have code ""."""
    return outlines.stored(_draw, Land)(frame)


def _draw(frame: Frame) -> tuple[Land, ...]:
    pieces, tree = _pieces()
    west, south, east, north = frame.box()
    seen: dict[str, list[BaseGeometry]] = {}
    for index in sorted(tree.query(shapely.box(west, south, east, north))):
        code, piece = pieces[index]
        clipped = shapely.clip_by_rect(piece, west, south, east, north)
        if not clipped.is_empty:
            seen.setdefault(code, []).extend(g for g in shapely.get_parts(clipped) if g.geom_type == "Polygon")
    tolerance = 0.45 / frame.px_per_km / geography.KM_PER_DEGREE
    made = (_land(code, parts, frame, tolerance) for code, parts in sorted(seen.items()))
    return tuple(land for land in made if land.path)


def _land(code: str, parts: list[BaseGeometry], frame: Frame, tolerance: float) -> Land:
    drawn, paths = [], []
    for part in parts:
        rings = [[frame.xy(y, x) for x, y in ring.simplify(tolerance).segmentize(LONGEST_EDGE).coords] for ring in (part.exterior, *part.interiors)]
        flat = shapely.Polygon(rings[0]) if len(rings[0]) > 3 else None
        if flat is None or flat.area < SMALLEST_PX or not _seen(rings[0], frame):
            continue
        drawn.append(flat)
        paths += [path_of(r) for r in rings if len(r) > 3 and (r is rings[0] or shapely.Polygon(r).area >= SMALLEST_PX)]
    largest = max(drawn, key=lambda p: p.area, default=None)
    return Land(code, "".join(paths), largest)


def _seen(points: list[tuple[float, float]], frame: Frame) -> bool:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs) < frame.width and max(xs) > 0 and min(ys) < frame.height and max(ys) > 0


def path_of(points: list[tuple[float, float]]) -> str:
    """SVG path data of a ring, in relative steps of tenths without idle zeros: about half the bytes of absolute ones."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points[:-1]]
    said = [f"M{_tenth(tenths[0][0])},{_tenth(tenths[0][1])}l"]
    for (ax, ay), (bx, by) in zip(tenths, tenths[1:], strict=False):
        step = (_tenth(bx - ax), _tenth(by - ay))
        said.append(f"{step[0]}{'' if step[1].startswith('-') else ' '}{step[1]}")
        said.append(" ")
    return "".join(said).rstrip().replace(" -", "-") + "z"


def _tenth(value: int) -> str:
    text = f"{value / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def spots(land: Land, frame: Frame) -> tuple[tuple[float, float], ...]:
    """Points well inside a country's largest piece and the frame, on a coarse grid: where its name may stand."""
    if land.shape is None:
        return ()
    inner = shapely.clip_by_rect(land.shape.buffer(0), 40, 18, frame.width - 40, frame.height - 26)
    grid = [(frame.width * i / 12, frame.height * j / 10) for i in range(1, 12) for j in range(1, 10)]
    around = [[(x + dx, y + dy) for x, y in grid] for dx, dy in ((0, 0), (-12, 0), (12, 0), (0, -12), (0, 6))]
    inside = [shapely.contains_xy(inner, points) for points in around]
    return tuple((round(x, 1), round(y, 1)) for (x, y), *hits in zip(grid, *inside, strict=True) if all(hits))


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
    return [Point(float(p["latitude"]), float(p["longitude"]), float(p["radius_km"] or 0)) for p in places if p["latitude"] is not None and p["longitude"] is not None]


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


def overview_marks(records: list[Record], frame: Frame) -> tuple[list[tuple[Record, Mark]], list[Record]]:
    """The records that the frame shows as marks, and those that have no point or lie outside it."""
    shown, beside = [], []
    for record in records:
        mark = marks([record.point], frame)[0] if record.point else None
        if mark and frame.holds(mark.x, mark.y):
            shown.append((record, mark))
        else:
            beside.append(record)
    return shown, beside


def country_frame(code: str, records: list[Record]) -> Frame:
    """A frame round a country's mainland and every record's point; the overview where there is neither."""
    shape = geography.borders().get(code)
    points = points_of([r.point for r in records if r.point])
    if shape is not None:
        west, south, east, north = max(shapely.get_parts(shape), key=lambda p: p.area).bounds
        # Far pieces (Alaska, Svalbard, the Canaries) would leave the mainland a speck.
        points += [Point(lat, lon, 0) for lat in (south, north) for lon in (max(west, -125.0), (west + east) / 2, min(east, 60.0))]
    return frame_round(points, 120, 720, 480) or OVERVIEW
