"""Owns the keys of poured pages: a digest of all that a page is made of, so that a page whose key stands is kept, not made.

A page depends on the code and templates, the shell of its section, the build's addresses and version, the vocabularies, its
records with sources and history, and the records that it lists. A record's page depends on every place's name besides (maps
name places nearby), a listing on the last month of its chart and the searches. tests/test_scale_cache.py changes one cell after
another and demands the bytes of a cold build; what a page newly depends on must be added here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from ..dataset import Row
from ..record import Record
from ..spread import spread
from . import history
from .context import Context
from .pages import incident, lists
from .pages.shell import Shell

BATCH = 500
"""Records whose digests are made at a time."""

CODE = Path(__file__).resolve().parent.parent


class PageKeys:
    """Makes the key of each poured page for one build; `shells` are the theme's, by section."""

    def __init__(self, context: Context, shells: dict[str, Shell]) -> None:
        self.context, self.shells = context, shells

    @cached_property
    def shared(self) -> dict[str, bytes]:
        """The digest of what all pages of a section have in common."""
        context, tables = self.context, self.context.collection.dataset.tables
        terms = [t.rows.values.tolist() for _, t in sorted(tables.items()) if t.schema.is_terms]
        every = digest([*code(), orjson.dumps(terms), orjson.dumps([context.site_url, context.repo_url, context.package])])
        places, searches = (orjson.dumps(tables[n].rows.values.tolist()) for n in ("locations", "searches"))
        listing = digest([searches, lists.last_month(context).encode()])
        shells = {n: orjson.dumps([s.pieces, s.toc_item, s.toc_between]) for n, s in self.shells.items()}
        return {n: digest([every, s, digest([places]) if n == "incidents" else listing]) for n, s in shells.items()}

    @cached_property
    def own(self) -> dict[str, tuple[bytes, bytes]]:
        """Two digests of each record: of what others show of it, and of all the rest."""
        records, steps = self.context.collection.records, history.steps(self.context)
        jobs = [records[i : i + BATCH] for i in range(0, len(records), BATCH)]
        found = spread(lambda some: [(r.id, _own(r, steps.get(r.id, []))) for r in some], jobs)
        return {record: digests for some in found for record, digests in some}

    def key(self, item: Record | lists.Listing | Row) -> str:
        """The key of a poured page; a tombstone has none, since it is quickly made."""
        if isinstance(item, Record):
            return self.of(item)
        return self.of_listing(item) if isinstance(item, lists.Listing) else ""

    def of(self, record: Record) -> str:
        """The key of a record's page."""
        near = incident.neighbours(self.context, record)
        tied = [
            i for t in (*record.relations, *record.related_from) for i in (str(t["related_id"]), str(t["incident_id"])) if i in self.own
        ]
        listed = [self.own[i][0] for i in (*(r.id for r in near), *tied)]
        return digest([self.shared["incidents"], *self.own[record.id], *listed]).hex()

    def of_listing(self, listing: lists.Listing) -> str:
        """The key of the page of a country, category, operator or year."""
        own = [d for r in listing.records for d in self.own[r.id]]
        return digest([self.shared[listing.section], listing.code.encode(), *own]).hex()


def _own(record: Record, steps: list[Any]) -> tuple[bytes, bytes]:
    """The digests of what others show of a record, and of all the rest."""
    r = record
    shown: list[Any] = [r.row, r.objects, r.extra_countries, r.object_group]
    rest: list[Any] = [r.locations, r.responses, r.statements, r.citations, r.relations, r.related_from, r.sources, r.origins, r.updated]
    return digest([orjson.dumps(shown)]), digest([orjson.dumps([*rest, steps])])


def code() -> Iterator[bytes]:
    """The path and bytes of every module and template, and of the lock files that name what they use."""
    files = [p for p in CODE.rglob("*") if p.suffix in (".py", ".html", ".json", ".css")]
    for path in sorted([*files, *(p for n in ("requirements.txt", "package-lock.json") if (p := CODE.parent / n).is_file())]):
        yield path.relative_to(CODE.parent).as_posix().encode()
        yield path.read_bytes()


def digest(parts: list[bytes]) -> bytes:
    """A digest of parts, in which no two lists of parts run together."""
    whole = b"".join([x for part in parts for x in (len(part).to_bytes(8, "big"), part)])
    return hashlib.blake2b(whole, digest_size=20).digest()
