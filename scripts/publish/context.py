"""Owns what every publisher is given: the records, where the site will stand, and the build's one date."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..dataset import Dataset
from ..derive import Collection, derive
from ..schema import read_json
from ..versions import History, history

Files = Iterator[tuple[str, bytes]]
Publisher = Callable[["Context"], Files]


# Compared by identity, so that a publisher may keep what it made of a build (functools.lru_cache).
@dataclass(eq=False)
class Context:
    """One build: `site_url` ends with a slash or is "", `repo_url` ends without one or is ""."""

    root: Path
    collection: Collection
    package: dict[str, Any]
    site_url: str
    repo_url: str
    built: dt.datetime
    history: History = field(default_factory=History)

    @classmethod
    def load(cls, root: Path, dataset: Dataset | None = None) -> Context:
        """Read the tables under `root` (or take those that were read and checked), and SITE_URL and REPO_URL from the environment."""
        collection, versions = derive(dataset or Dataset.load(root)), history(root)
        for record in collection.records:
            record.updated = versions.updated.get(record.id, record.updated)
        site, repo = os.environ.get("SITE_URL", "").strip(), os.environ.get("REPO_URL", "").strip()
        return cls(
            root,
            collection,
            read_json(root / "datapackage.json"),
            f"{site.rstrip('/')}/" if site else "",
            repo.rstrip("/"),
            build_time(root, collection),
            versions,
        )

    @property
    def version(self) -> str:
        """The version of the data package."""
        return str(self.package["version"])

    @property
    def day(self) -> str:
        """The build's date, ISO."""
        return self.built.date().isoformat()

    def url(self, path: str) -> str:
        """The absolute address of a published path, or the path itself where no SITE_URL is set."""
        return self.site_url + path


def build_time(root: Path, collection: Collection) -> dt.datetime:
    """The time of the commit (SOURCE_DATE_EPOCH first), so that the same commit gives the same bytes.

    Without git, the latest day on which a record was added.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdigit():
        command = ["git", "-C", str(root), "log", "-1", "--format=%ct", "--", "."]
        try:
            epoch = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            epoch = ""
    if epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    days = [str(r.row["added"]) for r in collection.records]
    return dt.datetime.combine(dt.date.fromisoformat(max(days, default="2022-02-24")), dt.time(), dt.UTC)
