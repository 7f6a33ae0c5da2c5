"""Owns the flat view of a map: an equal-area projection about a centre, in pixels, and the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0

Pixels = NDArray[np.float64]
"""Points of a view, x and y in pixels, a point a row."""

_STEPS = [i / 8 for i in range(9)]
_EDGE = np.array([*((x, y) for x in _STEPS for y in _STEPS if x in (0, 1) or y in (0, 1)), (0.5, 0.5)])
"""Points along the edge of a view of size one, and its middle."""


@dataclass(frozen=True)
class Frame:
    """A view: centre in degrees, scale in pixels a km, size in pixels; x grows east, y south.

    Lambert's azimuthal equal-area projection (Snyder, Map Projections, 1987, page 185): true at the centre, no country
    swollen by its latitude.
    """

    lat: float
    lon: float
    px_per_km: float
    width: int
    height: int

    @cached_property
    def _sine(self) -> tuple[float, float]:
        return math.sin(math.radians(self.lat)), math.cos(math.radians(self.lat))

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        """Pixel of a point, to a tenth."""
        s0, c0 = self._sine
        s, c = math.sin(math.radians(lat)), math.cos(math.radians(lat))
        turn = math.radians(lon - self.lon)
        # The antipode has no image; nothing near it is ever drawn.
        k = math.sqrt(2 / max(1 + s0 * s + c0 * c * math.cos(turn), 1e-9)) * EARTH_KM * self.px_per_km
        x, y = k * c * math.sin(turn), k * (c0 * s - s0 * c * math.cos(turn))
        return round(self.width / 2 + x, 1), round(self.height / 2 - y, 1)

    def pixels(self, points: NDArray[np.float64]) -> Pixels:
        """The pixels of many points at once; `points` are longitudes and latitudes, a point a row."""
        s0, c0 = self._sine
        lat, turn = np.radians(points[:, 1]), np.radians(points[:, 0] - self.lon)
        s, c = np.sin(lat), np.cos(lat)
        k = np.sqrt(2 / np.maximum(1 + s0 * s + c0 * c * np.cos(turn), 1e-9)) * EARTH_KM * self.px_per_km
        x, y = k * c * np.sin(turn), k * (c0 * s - s0 * c * np.cos(turn))
        return np.round(np.column_stack([self.width / 2 + x, self.height / 2 - y]), 1)

    def degrees(self, points: Pixels) -> NDArray[np.float64]:
        """The longitudes and latitudes of many pixels at once, a point a row."""
        s0, c0 = self._sine
        east, north = (
            (points[:, 0] - self.width / 2) / self.px_per_km / EARTH_KM,
            (self.height / 2 - points[:, 1]) / self.px_per_km / EARTH_KM,
        )
        # The centre itself has no direction; nor does it need one.
        rho = np.maximum(np.hypot(east, north), 1e-12)
        angle = 2 * np.arcsin(np.minimum(rho / 2, 1))
        lat = np.arcsin(np.cos(angle) * s0 + north * np.sin(angle) * c0 / rho)
        lon = np.arctan2(east * np.sin(angle), rho * c0 * np.cos(angle) - north * s0 * np.sin(angle))
        return np.column_stack([self.lon + np.degrees(lon), np.degrees(lat)])

    def box(self) -> tuple[float, float, float, float]:
        """Bounds in degrees, a little wider than what is seen: west, south, east, north."""
        found = self.degrees(_EDGE * (self.width, self.height))
        (west, south), (east, north) = found.min(axis=0).tolist(), found.max(axis=0).tolist()
        dx, dy = (east - west) * 0.03, (north - south) * 0.03
        return west - dx, south - dy, east + dx, north + dy

    def holds(self, x: float, y: float, margin: float = 0) -> bool:
        """Whether a pixel is seen, at least `margin` from the edge."""
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin
