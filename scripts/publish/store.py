"""Owns the folders of builds: unchanged files of earlier ones kept, and one atomic change of the link."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .folders import lay_over, same, sweep

BUILDS, LINK = ".build", "site"
PART, SPARE = ".part", ".spare"


class StoreError(Exception):
    """The folder of the site cannot be used as it is; the message says how to mend it."""


@dataclass
class Tally:
    """What a build, or a part of it, has done: the keys of its files, every path, how many were written and how many stood."""

    keys: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    written: int = 0
    linked: int = 0

    def add(self, other: Tally) -> None:
        """Take in what another part has done."""
        self.keys |= other.keys
        self.paths |= other.paths
        self.written += other.written
        self.linked += other.linked


@dataclass
class Build:
    """A build under way: files go to `folder`; `publish` puts it in the place of the last one.

    `spare` is the build before the last, taken apart for its files; nobody reads it any more. With `link` None (a folder of the
    caller's choice) nothing is exchanged. `notes` is for the next build, which finds it as `last_notes`.
    """

    folder: Path
    link: Path | None
    last: Path | None = None
    spare: Path | None = None
    lock: IO[str] | None = field(default=None, repr=False)
    last_keys: dict[str, str] = field(default_factory=dict, repr=False)
    spare_keys: dict[str, str] = field(default_factory=dict, repr=False)
    last_notes: dict[str, Any] = field(default_factory=dict, repr=False)
    notes: dict[str, Any] = field(default_factory=dict, repr=False)
    tally: Tally = field(default_factory=Tally, repr=False)
    adopted: bool = False
    made: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def begin(cls, base: Path) -> Build:
        """Make a new build folder under `base/.build`; raises StoreError if `site` is no link of ours."""
        link = base / LINK
        if link.exists() and not link.is_symlink():
            raise StoreError(f"{LINK} is a folder of its own, not the link that a build makes: move it away, then build again")
        builds = base / BUILDS
        builds.mkdir(exist_ok=True)
        number = max((int(p.name.split(".")[0]) for p in builds.iterdir() if p.name.split(".")[0].isdigit()), default=0)
        while True:
            number += 1
            try:
                (builds / f"{number}{PART}").mkdir()
                break
            except FileExistsError:
                continue
        lock = (builds / f"{number}.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        last = link.resolve() if link.is_symlink() and link.exists() else None
        spare, spare_keys = _take_spare(builds, last, builds / f"{number}{SPARE}")
        keys, notes = _read_keys(last) if last else ({}, {})
        return cls(builds / f"{number}{PART}", link, last, spare, lock, keys, spare_keys, notes)

    def adopt(self) -> None:
        """Go on in the spare build's folder, with what was written so far laid over it; `publish` removes what nobody claims."""
        if self.spare:
            self.tally.paths |= set(lay_over(self.folder, self.spare))
            shutil.rmtree(self.folder)
            self.spare.rename(self.folder)
            self.adopted = True

    def leave(self, keys: dict[str, str]) -> set[str]:
        """Leave the files that were made in the adopted folder under these keys, by path; the paths that are left.

        The others are for the caller to keep or put. Whether a file that is left is still there is seen in `publish`, which goes
        through the folder anyway.
        """
        left = {path: key for path, key in keys.items() if key and self.spare_keys.get(path) == key} if self.adopted else {}
        self.tally.add(Tally(left, set(left), 0, len(left)))
        return set(left)

    def keep(self, path: str, key: str) -> bool:
        """Link a file that the last build made under the same key; otherwise the caller puts it."""
        self.tally.keys[path] = key
        self.tally.paths.add(path)
        if self.last is None or self.last_keys.get(path) != key:
            return False
        return self._linked(f"{self.last}/{path}", f"{self.folder}/{path}")

    def put(self, path: str, data: bytes) -> None:
        """Write one published file, or leave or link that of an earlier build if its bytes are the same."""
        if path.startswith("/") or ".." in path.split("/") or "\\" in path or "\0" in path:
            raise StoreError(f"a published path must stay inside the site: {path!r}")
        # Texts and system calls, since Path objects take as long as the writing itself.
        target = f"{self.folder}/{path}"
        self.tally.paths.add(path)
        if self.adopted and same(target, data):
            self.tally.linked += 1
            return
        old = f"{self.last}/{path}" if self.last else ""
        if old and same(old, data) and self._linked(old, target):
            return
        self._make_room(target)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(data)
        self.tally.written += 1

    def _linked(self, old: str, target: str) -> bool:
        try:
            self._make_room(target)
            os.link(old, target)
        except OSError:
            return False
        self.tally.linked += 1
        return True

    def _make_room(self, target: str) -> None:
        """Make the folder of a file that is to come; a file that stands there goes, for none is ever edited in place."""
        folder = target.rpartition("/")[0]
        if folder not in self.made:
            os.makedirs(folder, exist_ok=True)
            self.made.add(folder)
        with suppress(FileNotFoundError):
            os.unlink(target)

    def publish(self, again: Callable[[set[str]], None] | None = None) -> Path:
        """Put the finished folder where readers look, in one step; returns the folder.

        What nobody claims is removed from an adopted folder; claimed files that have vanished from it are for `again` to put.
        """
        if self.link is None:
            return self.folder
        if self.adopted and (lost := sweep(self.folder, self.tally.paths)):
            if not again:
                raise StoreError(f"{min(lost)} vanished while the site was built: build again")
            again(lost)
        finished = self.folder.with_name(self.folder.name.removesuffix(PART))
        _keys_of(finished).write_text(json.dumps({"keys": self.tally.keys, "notes": self.notes}), encoding="utf-8")
        self.folder.rename(finished)
        fresh = self.link.with_name(f".{LINK}.{finished.name}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path(BUILDS) / finished.name)
        os.replace(fresh, self.link)
        self._release()
        prune(finished.parent, keep={finished, *([self.last] if self.last else [])})
        return finished

    def abandon(self) -> None:
        """Drop an unfinished build; the last site stays."""
        if self.link is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._release()

    def _release(self) -> None:
        if self.lock:
            Path(self.lock.name).unlink(missing_ok=True)
            self.lock.close()
            self.lock = None


def _take_spare(builds: Path, last: Path | None, spare: Path) -> tuple[Path | None, dict[str, str]]:
    """Take the newest finished build that is not the last one; to rename it is to own it, whoever else is building."""
    found = sorted((p for p in builds.iterdir() if p.name.isdigit() and p != last), key=lambda p: int(p.name))
    if not last or not found:
        return None, {}
    try:
        found[-1].rename(spare)
    except OSError:
        return None, {}
    return spare, _read_keys(found[-1])[0]


def _keys_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.keys.json")


def _read_keys(folder: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """The keys under which a build's files were made, and what it noted for the next; none if they cannot be read."""
    try:
        found = json.loads(_keys_of(folder).read_text(encoding="utf-8"))
        return dict(found["keys"]), dict(found["notes"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}, {}


def prune(builds: Path, keep: set[Path]) -> None:
    """Remove builds that are neither kept nor under way (a build under way holds its lock)."""
    for keys in builds.glob("*.keys.json"):
        number = keys.name.removesuffix(".keys.json")
        if not (builds / number).exists() and not (builds / f"{number}{PART}").exists():
            keys.unlink(missing_ok=True)
    for folder in list(builds.iterdir()):
        if folder in keep or not folder.is_dir():
            continue
        lock = builds / f"{folder.name.split('.')[0]}.lock"
        try:
            with lock.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
        except OSError:
            continue
