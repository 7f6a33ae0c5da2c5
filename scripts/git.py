"""Owns the reading of git: a command's answer, and the tables as they stood at a commit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import tables
from .dataset import Dataset
from .schema import TableSchema
from .tables import Table

PACKAGE = "datapackage.json"


class NoHistory(Exception):
    """There is no git, no repository, or no such commit; the message says which."""


def git(root: Path, *arguments: str) -> str:
    """What a git command prints; raises NoHistory where it fails."""
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


BlobKey = tuple[str, str, str]
"""A table's name, and the objects of its file and of its schema."""


class Reader:
    """Reads tables out of git's objects; a file that did not change from one commit to the next is read once and shared."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: dict[BlobKey, Table] = {}

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
            for line in git(self.root, "ls-tree", "-r", "-z", commit, "--", "data", "schema", PACKAGE).split("\0")
            if line
        )
        blobs = {path: about.split()[2] for about, path in listed}
        try:
            package = json.loads(self.blob(blobs[PACKAGE]))
            read = {key: self.table(key, r["path"]) for r in package["resources"] for key in [_key(r, blobs)]}
        except (KeyError, TypeError, ValueError):
            return None
        # What neither this commit nor the next can share would fill the memory with every state of the tables.
        self.tables = read
        found = {name: table for (name, _, _), table in read.items()}
        if "incidents" not in found or any(_unreadable(t) for t in found.values()):
            return None
        return package, Dataset(self.root, found)

    def table(self, key: BlobKey, path: str) -> Table:
        """One table by its objects and its path."""
        if key not in self.tables:
            return tables.parse(TableSchema(key[0], path, json.loads(self.blob(key[2]))), self.blob(key[1]))
        return self.tables[key]


def _key(resource: dict[str, Any], blobs: dict[str, str]) -> BlobKey:
    """KeyError where the commit lacks the file or the schema of a table."""
    return resource["name"], blobs[resource["path"]], blobs[resource["schema"]]


def _unreadable(table: Table) -> bool:
    """Whether the header itself was wrong, so that every row would seem to be gone."""
    return table.rows.empty and bool(table.problems)
