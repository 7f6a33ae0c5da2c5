"""Owns the versions of the data in git's history: the first-parent commits that touch `data/`, each with what it changed."""

from __future__ import annotations

import datetime as dt
import json
import logging
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import tables, thanks
from .changes import Difference, changes
from .dataset import Dataset
from .schema import TableSchema
from .tables import Table

log = logging.getLogger(__name__)

PACKAGE = "datapackage.json"


class NoHistory(Exception):
    """There is no git, no repository, or no such commit; the message says which."""


@dataclass(frozen=True)
class Version:
    """One state of the data: `number` counts from 1, `release` is the package's version at that time, `subject` the commit's, `thanks` whom it names."""

    number: int
    commit: str
    time: dt.datetime
    release: str
    dataset: Dataset = field(repr=False)
    difference: Difference = field(repr=False)
    subject: str = ""
    thanks: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The commit's day in UTC, ISO."""
        return self.time.date().isoformat()


@dataclass(frozen=True)
class Release:
    """The state of the data when datapackage.json first bore a version: `number` is that of the last version in it."""

    name: str
    number: int
    day: str
    dataset: Dataset = field(repr=False)


@dataclass(frozen=True)
class History:
    """Every version and every release, oldest first; `complete` is false in a shallow clone, whose history begins too late."""

    versions: tuple[Version, ...] = ()
    releases: tuple[Release, ...] = ()
    complete: bool = True

    @cached_property
    def updated(self) -> dict[str, str]:
        """The day of the last change of each record, ISO."""
        return {i: v.day for v in self.versions for i in v.difference.touched}


def history(root: Path) -> History:
    """The versions in git's history of `root`; none without git, outside a repository, or before a commit."""
    try:
        # A release may touch datapackage.json alone: it is read too, though it makes no version.
        listed = _git(root, "log", "--first-parent", "--reverse", "--format=%H %ct %s", "--", "data", PACKAGE).split("\n")
        thanked = thanks.by_commit(_git(root, *thanks.LOG))
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except NoHistory as reason:
        log.info("no versions: %s", reason)
        return History()
    if shallow:
        log.warning("this is a shallow clone: the history of the data begins too late; fetch all of it before publishing")
    versions: list[Version] = []
    releases: dict[str, Release] = {}
    with Reader(root) as reader:
        for commit, seconds, subject in (f"{line} ".split(" ", 2) for line in listed if line):
            read = reader.dataset(commit)
            if read is None:
                log.warning("version %s cannot be read and is passed over", commit[:12])
                continue
            name, dataset, time = str(read[0].get("version", "")), read[1], dt.datetime.fromtimestamp(int(seconds), dt.UTC)
            difference = changes(versions[-1].dataset if versions else None, dataset)
            if difference:
                versions.append(
                    Version(len(versions) + 1, commit, time, name, dataset, difference, subject.strip(), thanked.get(commit, ()))
                )
            releases.setdefault(name, Release(name, len(versions), time.date().isoformat(), dataset))
    return History(tuple(versions), tuple(releases.values()), not shallow)


def at(root: Path, commit: str) -> tuple[str, dict[str, Any], Dataset]:
    """The full commit id, datapackage.json and the tables at a commit or tag; raises NoHistory where there are none."""
    # Resolved first, so that a name that begins with a dash is never an option.
    full = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}").strip()
    with Reader(root) as reader:
        read = reader.dataset(full)
    if read is None:
        raise NoHistory(f"{commit}: the tables cannot be read at that commit")
    return full, *read


def fork(root: Path, base: str) -> str:
    """The last commit that HEAD and a branch have in common; raises NoHistory where there is none."""
    full = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    return _git(root, "merge-base", "HEAD", full).strip()


def _git(root: Path, *arguments: str) -> str:
    try:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
        ).stdout
    except OSError as error:
        raise NoHistory("git cannot be run") from error
    except subprocess.CalledProcessError as error:
        raise NoHistory((error.stderr or "no such commit").strip().split("\n")[0]) from error
    except subprocess.TimeoutExpired as error:
        raise NoHistory("git took too long") from error


class Reader:
    """Reads tables out of git's objects; a file that did not change between commits is read once and shared."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: dict[tuple[str, str, str], Table] = {}

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(["git", "-C", str(self.root), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.communicate()

    def blob(self, name: str) -> bytes:
        """The content of an object."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{name}\n".encode())
        self.process.stdin.flush()
        size = int(self.process.stdout.readline().split()[2])
        data = self.process.stdout.read(size)
        self.process.stdout.read(1)
        return data

    def dataset(self, commit: str) -> tuple[dict[str, Any], Dataset] | None:
        """datapackage.json and the tables at a commit, read by the schemas of that time; None where they cannot be read."""
        listed = (
            line.split("\t", 1)
            for line in _git(self.root, "ls-tree", "-r", "-z", commit, "--", "data", "schema", PACKAGE).split("\0")
            if line
        )
        blobs = {path: about.split()[2] for about, path in listed}
        try:
            package = json.loads(self.blob(blobs[PACKAGE]))
            found = {r["name"]: self.table(r, blobs) for r in package["resources"]}
        except (KeyError, TypeError, ValueError):
            return None
        if "incidents" not in found or any(_unreadable(t) for t in found.values()):
            return None
        return package, Dataset(self.root, found)

    def table(self, resource: dict[str, Any], blobs: dict[str, str]) -> Table:
        """One table by its resource; KeyError where the commit lacks its file or schema."""
        name, path = resource["name"], resource["path"]
        key = (name, blobs[path], blobs[resource["schema"]])
        if key not in self.tables:
            schema = TableSchema(name, path, json.loads(self.blob(key[2])))
            self.tables[key] = tables.parse(schema, self.blob(key[1]))
        return self.tables[key]


def _unreadable(table: Table) -> bool:
    """Whether the header itself was wrong, so that every row would seem to be gone."""
    return table.rows.empty and bool(table.problems)
