"""Owns the names on a locator map: countries where there is room, and places of other records as landmarks."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

import shapely

from ..context import Context
from .maps import PIN_PX, Land, Mark, pins
from .projection import Frame

FINE = ("exact", "site", "settlement")
NEAR_MOST, NAME_MOST = 5, 20
CHARACTER_PX, LINE_PX = 6.9, 15
# A landmark is a name, not a description.
_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^,;()0-9]*")


@dataclass(frozen=True)
class Name:
    """A text on a map, and the point that it names."""

    text: str
    x: float
    y: float
    anchor: str = "middle"
    at: tuple[float, float] = (0, 0)


@dataclass(eq=False)
class Gazetteer:
    """Every finely known place of the record by name, most often named first, with an index by position."""

    places: list[tuple[str, float, float]]
    tree: shapely.STRtree

    @classmethod
    def of(cls, context: Context) -> Gazetteer:
        """The gazetteer of a build."""
        return _gazetteer(context)

    @lru_cache(maxsize=2048)  # noqa: B019  # as long as the build that it belongs to
    def near(self, frame: Frame) -> list[tuple[str, float, float]]:
        """The places that a frame shows: (name, x, y), those most often named first."""
        west, south, east, north = frame.box()
        found = [self.places[i] for i in sorted(self.tree.query(shapely.box(west, south, east, north)))]
        flat = [(name, *frame.xy(lat, lon)) for name, lat, lon in found]
        return [(name, x, y) for name, x, y in flat if frame.holds(x, y, 14)]


@lru_cache(maxsize=2)
def _gazetteer(context: Context) -> Gazetteer:
    seen: Counter[str] = Counter()
    at: dict[str, tuple[float, float]] = {}
    # By id, so that it depends on the places alone, and on no day that decides which record is the newest.
    for place in (p for record in sorted(context.collection.records, key=attrgetter("id")) for p in record.locations):
        if place["latitude"] is None or place["precision"] not in FINE:
            continue
        name = str(place["place"] or "").split(",")[0].strip()
        if name in at or (len(name) <= NAME_MOST and _NAME.fullmatch(name)):
            seen[name] += 1
            at.setdefault(name, (float(place["latitude"]), float(place["longitude"])))
    places = [(name, *at[name]) for name, _ in sorted(seen.items(), key=lambda x: (-x[1], x[0]))]
    return Gazetteer(places, shapely.STRtree(shapely.points([lon for _, _, lon in places], [lat for _, lat, _ in places])))


def names(context: Context, frame: Frame, lands: tuple[Land, ...], marks: list[Mark]) -> tuple[list[Name], list[Name], list[Name]]:
    """What a locator map says: country names, its own places, and landmarks; none lies on another."""
    half, placed = PIN_PX / 2, pins(marks)
    taken: list[tuple[float, float, float, float]] = [(x - half, y - half, x + half, y + half) for x, y, _ in placed]
    own = [n for x, y, m in placed if (n := _beside(m.label.split(",")[0], x, y, frame, taken, half))]
    mine = {n.text for n in own}
    countries = [
        n for land in lands if land.code and (n := _country(context.collection.label("countries", land.code), land.spots, marks, taken))
    ]
    near = []
    for name, x, y in Gazetteer.of(context).near(frame):
        if (
            name not in mine
            and len(near) < NEAR_MOST
            and not _hit((x - 5, y - 5, x + 5, y + 5), taken)
            and (label := _beside(name, x, y, frame, taken, 6))
        ):
            near.append(Name(label.text, label.x, label.y, label.anchor, (x, y)))
            taken.append((x - 5, y - 5, x + 5, y + 5))
    return countries, own, near


def _country(
    text: str, places: tuple[tuple[float, float], ...], marks: list[Mark], taken: list[tuple[float, float, float, float]]
) -> Name | None:
    """The country's name where it is farthest from every mark, or in the country's middle where there is none, if there is room."""
    half = len(text) * CHARACTER_PX * 0.6
    # Rounded, so that the same place wins on every machine.
    if marks:
        far = [(round(min([math.hypot(x - m.x, y - m.y) - m.radius for m in marks]), 3), x, y) for x, y in places]
    else:
        middle = sum(x for x, _ in places) / max(len(places), 1), sum(y for _, y in places) / max(len(places), 1)
        far = [(round(-math.dist(place, middle), 3), *place) for place in places]
    for _, x, y in sorted(far, reverse=True):
        box = (x - half, y - LINE_PX, x + half, y + 4)
        if not _hit(box, taken):
            taken.append(box)
            return Name(text, x, y)
    return None


def _beside(text: str, x: float, y: float, frame: Frame, taken: list[tuple[float, float, float, float]], gap: float) -> Name | None:
    """A name right of a point, or left, above or below it, where it fits and hits nothing."""
    text = text if len(text) <= NAME_MOST + 6 else text[: NAME_MOST + 4].rstrip() + "…"
    wide = len(text) * CHARACTER_PX
    tries = ((x + gap + 3, y + 4, "start"), (x - gap - 3, y + 4, "end"), (x, y - gap - 6, "middle"), (x, y + gap + 14, "middle"))
    for at_x, at_y, anchor in tries:
        left = at_x if anchor == "start" else at_x - wide if anchor == "end" else at_x - wide / 2
        box = (left, at_y - LINE_PX + 3, left + wide, at_y + 4)
        if box[0] > 4 and box[2] < frame.width - 4 and box[1] > 4 and box[3] < frame.height - 30 and not _hit(box, taken):
            taken.append(box)
            return Name(text, round(at_x, 1), round(at_y, 1), anchor)
    return None


def _hit(box: tuple[float, float, float, float], taken: list[tuple[float, float, float, float]]) -> bool:
    left, top, right, bottom = box
    return any(left < east and right > west and top < south and bottom > north for west, north, east, south in taken)
