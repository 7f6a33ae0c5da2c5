"""Owns the versions of the data in git's history: the first-parent commits that touch `data/`, each with what it changed."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from . import thanks
from .changes import Difference
from .dataset import Dataset
from .git import PACKAGE, NoHistory, Reader, git
from .standing import Standing
from .steps import step

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Version:
    """One state of the data: `number` counts from 1, `release` is the package's version at that time, `subject` the commit's, `thanks` whom it names.

    `difference` comes without `rows`; `standings` are of the records that it touched, as it left them.
    """

    number: int
    commit: str
    time: dt.datetime
    release: str
    difference: Difference = field(repr=False)
    standings: dict[str, Standing] = field(repr=False, default_factory=dict)
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
    commit: str


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

    @cached_property
    def titles(self) -> dict[str, str]:
        """The last title of each record, of those that are gone too."""
        return {i: stood.title for v in self.versions for i, stood in v.standings.items()}


def history(root: Path) -> History:
    """The versions in git's history of `root`; none without git, outside a repository, or before a commit."""
    try:
        # A release may touch datapackage.json alone: it is read too, though it makes no version.
        listed = git(root, "log", "--first-parent", "--reverse", "--format=%H %ct %s", "--", "data", PACKAGE).split("\n")
        thanked = thanks.by_commit(git(root, *thanks.LOG))
        shallow = git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except NoHistory as reason:
        log.info("no versions: %s", reason)
        return History()
    if shallow:
        log.warning("this is a shallow clone: the history of the data begins too late; fetch all of it before publishing")
    versions: list[Version] = []
    releases: dict[str, Release] = {}
    with Reader(root) as reader:
        for commit, seconds, subject in (f"{line} ".split(" ", 2) for line in listed if line):
            found, time = step(reader, versions[-1].commit if versions else "", commit), dt.datetime.fromtimestamp(int(seconds), dt.UTC)
            if found is None:
                log.warning("version %s cannot be read and is passed over", commit[:12])
                continue
            if found.changed:
                about = subject.strip(), thanked.get(commit, ())
                versions.append(Version(len(versions) + 1, commit, time, found.release, found.difference, found.standings, *about))
            releases.setdefault(found.release, Release(found.release, len(versions), time.date().isoformat(), commit))
    return History(tuple(versions), tuple(releases.values()), not shallow)


def at(root: Path, commit: str) -> tuple[str, dict[str, Any], Dataset]:
    """The full commit id, datapackage.json and the tables at a commit or tag; raises NoHistory where there are none."""
    # Resolved first, so that a name that begins with a dash is never an option.
    full = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}").strip()
    with Reader(root) as reader:
        read = reader.dataset(full)
    if read is None:
        raise NoHistory(f"{commit}: the tables cannot be read at that commit")
    return full, *read


def fork(root: Path, base: str) -> str:
    """The last commit that HEAD and a branch have in common; raises NoHistory where there is none."""
    full = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    return git(root, "merge-base", "HEAD", full).strip()
