"""Owns the making of a release: its calendar version, written to datapackage.json and the citation files alike."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

from .publish import citation
from .schema import read_json
from .tables import write_atomically

# Months without a leading nought, so that a version is a semantic version too (2027.1.0).
VERSION = re.compile(r"20\d\d\.(?:[1-9]|1[0-2])\.(?:0|[1-9]\d*)", re.ASCII)


class BadVersion(Exception):
    """The version is no calendar version, or not later than the present one."""


def following(current: str, day: dt.date) -> str:
    """The version after `current` on a day: the next number of the month, or number 0 of a new month."""
    year, month, number = map(int, current.split("."))
    return f"{year}.{month}.{number + 1}" if (day.year, day.month) <= (year, month) else f"{day.year}.{day.month}.0"


def release(root: Path, version: str) -> list[str]:
    """Set the version in datapackage.json, CITATION.cff and .zenodo.json; the names of the files that changed.

    Raises BadVersion unless it is a calendar version later than the present one (or the same, to write the files again).
    """
    package = read_json(root / "datapackage.json")
    if not VERSION.fullmatch(version):
        raise BadVersion(f"{version}: expected YYYY.M.N, such as 2026.11.1")
    if [*map(int, version.split("."))] < [*map(int, package["version"].split("."))]:
        raise BadVersion(f"{version}: expected a version later than {package['version']}")
    changed = []
    if package["version"] != version:
        package["version"] = version
        write_atomically(root / "datapackage.json", (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode())
        changed.append("datapackage.json")
    return changed + citation.write(root, package)
