"""Owns what is done to whole folders of a build: one laid over another, what nobody claims swept away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path


def lay_over(new: Path, old: Path, under: str = "") -> Iterator[str]:
    """Move every file of `new` to its place in `old`; yields their paths."""
    for entry in list(os.scandir(new)):
        target = old / entry.name
        if entry.is_dir() and target.is_dir():
            yield from lay_over(Path(entry.path), target, f"{under}{entry.name}/")
            continue
        if target.is_dir():
            shutil.rmtree(target)
        elif entry.is_dir():
            target.unlink(missing_ok=True)
        os.replace(entry.path, target)
        yield from (
            [f"{under}{entry.name}"]
            if target.is_file()
            else (f"{under}{p.relative_to(old).as_posix()}" for p in target.rglob("*") if p.is_file())
        )


def sweep(folder: Path, claimed: set[str]) -> set[str]:
    """Remove every file that is not claimed, and every folder that is then empty; the claimed paths at which nothing stands."""
    lost = set(claimed)
    _sweep(folder, "", claimed, lost)
    return lost


def _sweep(folder: Path, under: str, claimed: set[str], lost: set[str]) -> bool:
    """Whether anything is left."""
    left = False
    for entry in list(os.scandir(folder)):
        path = f"{under}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if _sweep(Path(entry.path), f"{path}/", claimed, lost):
                left = True
            else:
                os.rmdir(entry.path)
        elif path in claimed:
            lost.discard(path)
            left = True
        else:
            os.unlink(entry.path)
    return left


def same(path: str, data: bytes) -> bool:
    """Whether a file holds these bytes."""
    try:
        if os.stat(path).st_size != len(data):
            return False
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False
