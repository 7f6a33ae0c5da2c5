"""Owns the outlines of maps between builds: what was drawn for a frame is kept in `.cache/outlines/`, since drawing is slow.

An outline depends on its frame, on the code that draws it, on the map shapes and on the geometry library; all are in its name.
AIR_CACHE names another folder. A file that cannot be read is drawn again, a folder that cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any

import shapely

from ... import geography
from ...cache import cache_folder

Kept = tuple[str, str, Any]
"""What is kept of a land: its code, its path, the spots for its name."""


@cache
def _drawn_by() -> bytes:
    """A digest of the code and the shapes that outlines are drawn with."""
    here = Path(__file__).resolve().parent
    found = hashlib.blake2b(repr((shapely.__version__, shapely.geos_version)).encode())
    for path in (here / "maps.py", here / "projection.py", Path(geography.__file__), Path(__file__), geography.SHAPES):
        found.update(hashlib.blake2b(path.read_bytes()).digest())
    return found.digest()


def stored(draw: Callable[[Any], tuple[Any, ...]], make: Callable[..., Any]) -> Callable[[Any], tuple[Any, ...]]:
    """The function `draw` (a frame -> lands), which looks into the folder first; `make` makes a land of code, path and spots."""

    @wraps(draw)
    def looked_up(frame: Any) -> tuple[Any, ...]:
        name = hashlib.blake2b(repr(frame).encode(), key=_drawn_by()[:64], digest_size=20).hexdigest()
        folder = cache_folder("outlines")
        if not folder:
            return draw(frame)
        path = folder / f"{name}.json"
        try:
            return tuple(make(code, line, tuple(map(tuple, spots))) for code, line, spots in json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            lands = draw(frame)
        keep = [(x.code, x.path, x.spots) for x in lands]
        with suppress(OSError):
            # A file torn by a crash cannot be read, and is drawn again.
            path.write_bytes(json.dumps(keep).encode())
        return lands

    return looked_up
