"""Owns what happened between two commits of git's history, kept in `.cache/`: it never changes, and to read tables again takes long."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from . import changes, dataset, git, lines, schema, standing, tables
from .cache import cache_folder
from .changes import Change, Difference, Retired
from .git import Reader
from .standing import Standing, standings


@dataclass(frozen=True)
class Step:
    """A commit's state of the data against an earlier one: the package's version, what changed, and each record concerned as it then stood.

    `changed` is whether anything did; `difference` comes without `rows`.
    """

    release: str
    changed: bool
    difference: Difference = field(default_factory=Difference)
    standings: dict[str, Standing] = field(default_factory=dict)


def step(reader: Reader, before: str, commit: str) -> Step | None:
    """What a commit changed since the commit `before` ("" for none); None where its tables cannot be read."""
    folder = cache_folder(f"steps-{_made_by()}")
    path = folder / f"{commit}-{before or 'none'}.json" if folder else None
    if path:
        # A file torn by a crash cannot be read, and is made again.
        with suppress(OSError, KeyError, TypeError, ValueError):
            return _from_json(orjson.loads(path.read_bytes()))
    found = _made(reader, before, commit)
    if path and found:
        with suppress(OSError):
            path.write_bytes(orjson.dumps(asdict(found)))
    return found


def _made(reader: Reader, before: str, commit: str) -> Step | None:
    old, new = reader.dataset(before) if before else None, reader.dataset(commit)
    if new is None:
        return None
    package, state = new
    difference = changes.changes(old[1] if old else None, state)
    return Step(
        str(package.get("version", "")),
        bool(difference),
        replace(difference, rows=()),
        standings(state, set(difference.touched)),
    )


@cache
def _made_by() -> str:
    """A digest of the code that makes steps."""
    files = (changes, dataset, git, lines, schema, standing, tables)
    found = hashlib.blake2b(digest_size=8)
    for path in (*(str(m.__file__) for m in files), __file__):
        found.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return found.hexdigest()


def _from_json(told: dict[str, Any]) -> Step:
    found = told["difference"]
    difference = Difference(
        tuple(found["added"]),
        {record: tuple(Change(**c) for c in cells) for record, cells in found["modified"].items()},
        tuple(Retired(**r) for r in found["retired"]),
        tuple(Change(**c) for c in found["other"]),
    )
    stood = {
        i: Standing(
            s["title"], s["country"], tuple(s["categories"]), tuple((path, tuple((a, b) for a, b in runs)) for path, runs in s["lines"])
        )
        for i, s in told["standings"].items()
    }
    return Step(told["release"], told["changed"], difference, stood)
