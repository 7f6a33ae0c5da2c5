"""Owns `links`: asks every source whether it still answers, and an archive for a copy where it does not."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .dataset import Dataset

AGENT = "airspace-incursion-record link check"
ARCHIVE = "https://archive.org/wayback/available?url="
SECONDS, WORKERS = 20, 8
# What a server says to a program though the page stands for readers.
BLOCKED = (401, 403, 405, 406, 429, 999)


@dataclass(frozen=True)
class Dead:
    """A source that does not answer: why, and an archived copy if the archive knows one."""

    id: str
    url: str
    reason: str
    archived: str


def state_of(url: str) -> str:
    """An empty text if the address answers (or only refuses programs), or what went wrong."""
    request = urllib.request.Request(url, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            answer.read(1)
        return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in BLOCKED else f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))[:100]


def archived_copy(url: str, archive: str = ARCHIVE) -> str:
    """The address of an archived copy, or an empty text."""
    try:
        with urllib.request.urlopen(
            urllib.request.Request(archive + urllib.parse.quote(url, safe=""), headers={"User-Agent": AGENT}), timeout=SECONDS
        ) as answer:
            closest = json.load(answer).get("archived_snapshots", {}).get("closest", {})
    except (OSError, ValueError, AttributeError):
        return ""
    return str(closest.get("url", "")) if closest.get("available") else ""


def dead_links(dataset: Dataset, archive: str = ARCHIVE) -> Iterator[Dead]:
    """The sources that do not answer, in the order of the table; live or archived ones are left out."""
    rows = [(r["id"], r["url"]) for r in dataset["sources"].to_dict("records") if not r["archive_url"]]
    with ThreadPoolExecutor(WORKERS) as pool:
        for (source, url), reason in zip(rows, pool.map(lambda r: state_of(r[1]), rows), strict=True):
            if reason:
                yield Dead(source, url, reason, archived_copy(url, archive))


def as_markdown(found: list[Dead]) -> str:
    """The list for an issue; empty where all answer."""
    return "\n".join(f"- `{d.id}` {d.url} ({d.reason}){f': archived copy {d.archived}' if d.archived else ''}" for d in found)
