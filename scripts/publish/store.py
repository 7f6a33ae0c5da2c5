"""Owns the folders of builds: a new one beside the last, unchanged files linked, and one atomic change of the link."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

BUILDS, LINK = ".build", "site"
PART = ".part"


class StoreError(Exception):
    """The folder of the site cannot be used as it is; the message says how to mend it."""


@dataclass
class Build:
    """A build under way: files go to `folder`; `publish` puts it in the place of the last one.

    With `link` None (a folder of the caller's choice) nothing is exchanged.
    """

    folder: Path
    link: Path | None
    last: Path | None = None
    lock: IO[str] | None = field(default=None, repr=False)
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    last_keys: dict[str, str] = field(default_factory=dict, repr=False)
    written: int = 0
    linked: int = 0

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
        return cls(builds / f"{number}{PART}", link, last, lock, last_keys=_read_keys(last) if last else {})

    def keep(self, path: str, key: str) -> bool:
        """Link a file from the last build if it was made there under the same key; otherwise the caller puts it."""
        self.keys[path] = key
        if self.last is None or self.last_keys.get(path) != key:
            return False
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(self.last / path, target)
        except OSError:
            return False
        self.linked += 1
        return True

    def put(self, path: str, data: bytes) -> None:
        """Write one published file, or link it from the last build if its bytes are the same."""
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
            raise StoreError(f"a published path must stay inside the site: {path!r}")
        target = self.folder / pure
        target.parent.mkdir(parents=True, exist_ok=True)
        old = self.last / pure if self.last else None
        if old and _same(old, data):
            # Never edited in place: a link is only ever replaced, so both builds stay whole.
            target.unlink(missing_ok=True)
            try:
                os.link(old, target)
                self.linked += 1
                return
            except OSError:
                pass
        target.unlink(missing_ok=True)
        target.write_bytes(data)
        self.written += 1

    def publish(self) -> Path:
        """Put the finished folder where readers look, in one step; returns the folder."""
        if self.link is None:
            return self.folder
        finished = self.folder.with_name(self.folder.name.removesuffix(PART))
        _keys_of(finished).write_text(json.dumps(self.keys), encoding="utf-8")
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


def _keys_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.keys.json")


def _read_keys(folder: Path) -> dict[str, str]:
    """The keys under which a build's files were made; none if they cannot be read."""
    try:
        found = json.loads(_keys_of(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def prune(builds: Path, keep: set[Path]) -> None:
    """Remove builds that are neither kept nor under way (a build under way holds its lock)."""
    for keys in builds.glob("*.keys.json"):
        number = keys.name.removesuffix(".keys.json")
        if not (builds / number).exists() and not (builds / f"{number}{PART}").exists():
            keys.unlink(missing_ok=True)
    for folder in list(builds.iterdir()):
        if folder in keep or not folder.is_dir():
            continue
        lock = builds / f"{folder.name.removesuffix(PART)}.lock"
        try:
            with lock.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
        except OSError:
            continue
