"""What the tests of packages, API, feeds and metadata share: everything published once, in memory and on disk."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from scripts.publish import api, feeds, metadata, packages
from scripts.publish.context import Context

SITE = "https://air.example/"


@cache
def loaded(root: Path) -> Context:
    """The tables under `root`, read once."""
    return replace(Context.load(root), site_url="", repo_url="")


@cache
def context(root: Path, site_url: str = "") -> Context:
    """A build's context without regard to the environment."""
    return replace(loaded(root), site_url=site_url)


@cache
def published(root: Path, site_url: str = "") -> dict[str, bytes]:
    """Every file of the four publishers, by its path under the site."""
    return everything(context(root, site_url))


def everything(build: Context) -> dict[str, bytes]:
    """Every file of the four publishers of one context; a path that two of them write is a fault."""
    found: dict[str, bytes] = {}
    for publisher in (packages, api, feeds, metadata):
        for path, data in publisher.files(build):
            assert path not in found, f"{path} is written twice"
            found[path] = data
    return found


@cache
def folder(root: Path, site_url: str = "") -> Path:
    """The same files on disk, as a host would serve them."""
    target = Path(tempfile.mkdtemp(prefix="air-published-"))
    atexit.register(shutil.rmtree, target, True)
    for path, data in published(root, site_url).items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return target


def git(root: Path, *arguments: str, day: str = "2026-11-25") -> str:
    """Run git in a test's own repository, with a fixed author and time."""
    time = f"{day}T12:00:00+00:00"
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
        "GIT_COMMITTER_NAME": "Test",
        "GIT_COMMITTER_EMAIL": "test@example.org",
        "GIT_AUTHOR_DATE": time,
        "GIT_COMMITTER_DATE": time,
    }
    return subprocess.run(["git", "-C", str(root), *arguments], env=environment, capture_output=True, text=True, check=True).stdout.strip()


def commit(root: Path, message: str, day: str = "2026-11-25") -> str:
    """Commit everything in a test's repository (made if need be); the commit's id."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message, day=day)
    return git(root, "rev-parse", "HEAD")


def edit(root: Path, table: str, old: str, new: str) -> None:
    """Replace a text in a table, which must hold it."""
    path = root / "data" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{table}.csv does not hold {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
