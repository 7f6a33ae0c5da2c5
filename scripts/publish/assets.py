"""Owns browser libraries: npm packages named in package.json, copied into the site with their licences."""

from __future__ import annotations

from pathlib import Path

from .context import Context, Files

MODULES = Path(__file__).resolve().parent.parent.parent / "node_modules"

# What is copied: file of the npm package, path under the site.
COPIED = {
    "leaflet/dist/leaflet.js": "assets/leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "assets/leaflet/leaflet.css",
    "leaflet/LICENSE": "assets/leaflet/LICENSE",
}


class LibraryMissing(Exception):
    """A browser library is not installed; the message says how to get it."""


def files(context: Context) -> Files:
    """Every copied file: (path, bytes); raises LibraryMissing."""
    for source, target in COPIED.items():
        try:
            yield target, (MODULES / source).read_bytes()
        except OSError as error:
            raise LibraryMissing(f"node_modules/{source} is missing: run `make`, which installs the browser libraries") from error
