"""Owns where a build keeps what it need not make again: `.cache/`, or the folder that AIR_CACHE names."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cache_folder(name: str) -> Path | None:
    """A folder of the cache, made if need be; None where it cannot be, and builds do without."""
    folder = Path(os.environ.get("AIR_CACHE") or ROOT / ".cache") / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None
