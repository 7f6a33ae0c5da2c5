"""Owns the keys of record pages: a digest of all that a page is made of, so that a page whose key stands is linked, not made.

A page depends on the code and templates, the shell of its section, the build's context, the vocabularies, every place's name
(maps name places nearby), its record with sources and history, and the records that it lists. tests/test_scale_cache.py
changes one cell after another and demands the bytes of a cold build; what a page newly depends on must be added here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from ..derive import Record
from . import history
from .context import Context
from .pages import incident
from .pages.shell import Shell

CODE = Path(__file__).resolve().parent.parent


class PageKeys:
    """Makes the key of each record's page for one build."""

    def __init__(self, context: Context, shell: Shell) -> None:
        self.context, self.shell = context, shell

    @cached_property
    def shared(self) -> bytes:
        """The digest of what all record pages have in common."""
        context, tables = self.context, self.context.collection.dataset.tables
        read_whole = [t.rows.values.tolist() for n, t in sorted(tables.items()) if t.schema.is_terms or n == "locations"]
        build = [context.site_url, context.repo_url, context.day, context.package, self.shell.pieces, self.shell.toc_item, self.shell.toc_between]
        return digest([*code(), orjson.dumps(read_whole), orjson.dumps(build)])

    @cached_property
    def steps(self) -> history.Steps:
        """What happened to each record in git's history."""
        return history.steps(self.context)

    def of(self, record: Record) -> str:
        """The key of a record's page."""
        near = incident.neighbours(self.context, record)
        by_id = self.context.collection.by_id
        tied = [by_id[i] for t in (*record.relations, *record.related_from) for i in (str(t["related_id"]), str(t["incident_id"])) if i in by_id]
        own: list[Any] = [
            record.row, record.objects, record.locations, record.responses, record.statements, record.citations, record.relations, record.related_from,
            record.sources, record.origins, record.object_group, record.updated, record.extra_countries, self.steps.get(record.id, []),
        ]
        listed = [[r.row, r.objects, r.extra_countries, r.object_group] for r in (*near, *tied)]
        return digest([self.shared, orjson.dumps([own, listed])]).hex()


def code() -> Iterator[bytes]:
    """The path and bytes of every module and template, and of the lock files that name what they use."""
    files = [p for p in CODE.rglob("*") if p.suffix in (".py", ".html", ".json", ".css")]
    for path in sorted([*files, *(p for n in ("requirements.txt", "package-lock.json") if (p := CODE.parent / n).is_file())]):
        yield path.relative_to(CODE.parent).as_posix().encode()
        yield path.read_bytes()


def digest(parts: list[bytes]) -> bytes:
    """A digest of parts, in which no two lists of parts run together."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()
