"""Owns `verify`: whether a downloaded package holds exactly the tables and schemas of a commit."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

from . import versions
from .dataset import Dataset
from .publish import archive

SUMS = "SHA256SUMS"
BESIDE = ("README.md", "LICENSE.md", "CITATION.cff", "codebook.csv")
"""What the package holds besides tables and schemas; proven by its own sums, as its wording is the code's."""


class Unreadable(Exception):
    """The package is no zip, or lacks what a package has."""


def verify(package: Path, root: Path, commit: str) -> list[str]:
    """What is wrong with a package (the zip, or a folder that it was unpacked to), a line each; nothing if all is right.

    Every table, schema and the descriptor must be those of the commit, every file must have its sum. Raises Unreadable
    and NoHistory.
    """
    found = members(package)
    _, described, dataset = versions.at(root, commit)
    wrong = list(_sums(found))
    expected = _expected(described, dataset)
    for name in sorted({*expected, *found} - {SUMS, *BESIDE}):
        if name not in found:
            wrong.append(f"{name}: missing")
        elif name not in expected:
            wrong.append(f"{name}: not of this package")
        elif found[name] != expected[name]:
            wrong.append(f"{name}: differs from {commit}")
    return wrong


def _expected(package: dict[str, Any], dataset: Dataset) -> dict[str, bytes]:
    data = archive.table_files(dataset)
    descriptor = archive.pretty(archive.described_package(package, data))
    return {**data, **archive.schemas(dataset, package), "datapackage.json": descriptor}


def members(package: Path) -> dict[str, bytes]:
    """Every file of a package by its path."""
    if package.is_dir():
        return {p.relative_to(package).as_posix(): p.read_bytes() for p in sorted(package.rglob("*")) if p.is_file()}
    try:
        with zipfile.ZipFile(package) as archived:
            return {i.filename: archived.read(i) for i in archived.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable(f"{package.name}: not a zip that can be read: {error}") from error


def _sums(found: dict[str, bytes]) -> list[str]:
    if SUMS not in found:
        return [f"{SUMS}: missing"]
    told = dict(line.split("  ", 1)[::-1] for line in found[SUMS].decode("utf-8", "replace").splitlines() if "  " in line)
    wrong = [
        f"{n}: its sum is not that of {SUMS}"
        for n, data in sorted(found.items())
        if n != SUMS and told.get(n) != hashlib.sha256(data).hexdigest()
    ]
    return wrong + [f"{n}: named in {SUMS} and missing" for n in sorted(set(told) - set(found))]
