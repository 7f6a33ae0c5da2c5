"""Owns the keys of poured pages: a digest of all that a page is made of, so that a page whose key stands is kept, not made.

A page depends on the code and templates, the shell of its section, the build's addresses and version, the vocabularies, its
records with sources and history, and the records that it lists. A record's page depends on every place's name besides (maps
name places nearby), a listing on the last month of its chart and the searches. tests/test_scale_cache.py changes one cell after
another and demands the bytes of a cold build; what a page newly depends on must be added here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

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


class Own(NamedTuple):
    """What a record's key is made of: a digest of what others show of it, one of all the rest, and its neighbours."""

    shown: str
    rest: str
    near: list[str]


@dataclass
class Memory:
    """What the build before knew: the digests of sections, of how records lie to one another, and of each record; and each page's key."""

    shared: dict[str, str] = field(default_factory=dict)
    layout: str = ""
    own: dict[str, Own] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, notes: dict[str, Any], keys: dict[str, str]) -> Memory:
        """The memory of a build's notes; an empty one where they cannot be understood."""
        try:
            own = {i: Own(shown, rest, near) for i, (shown, rest, near) in notes["own"].items()}
            return cls(dict(notes["shared"]), str(notes["layout"]), own, keys)
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls()


class PageKeys:
    """Makes the key of each poured page for one build; `shells` are the theme's, by section, `before` what an earlier build knew."""

    def __init__(self, context: Context, shells: dict[str, Shell], before: Memory | None = None) -> None:
        self.context, self.shells, self.before = context, shells, before or Memory()

    @cached_property
    def shared(self) -> dict[str, str]:
        """The digest of what all pages of a section have in common."""
        context, tables = self.context, self.context.collection.dataset.tables
        terms = [t.rows.values.tolist() for _, t in sorted(tables.items()) if t.schema.is_terms]
        every = digest(*code(), orjson.dumps(terms), orjson.dumps([context.site_url, context.repo_url, context.package]))
        places, searches = (orjson.dumps(tables[n].rows.values.tolist()) for n in ("locations", "searches"))
        listing = digest(searches, lists.last_month(context).encode())
        shells = {n: orjson.dumps([s.pieces, s.toc_item, s.toc_between]) for n, s in self.shells.items()}
        return {n: digest(every, s, digest(places) if n == "incidents" else listing) for n, s in shells.items()}

    @cached_property
    def layout(self) -> str:
        """The digest of all that decides which records a record's page lists: days, countries, first places and ties."""
        records = self.context.collection.records
        rows = [[r.id, r.last_day, r.listed_under, *(p["place"] for p in r.locations[:1]), *_tied(r)] for r in records]
        return digest(orjson.dumps(rows))

    @cached_property
    def own(self) -> dict[str, Own]:
        """What the key of each record is made of."""
        records, steps = self.context.collection.records, history.steps(self.context)
        jobs = [records[i : i + BATCH] for i in range(0, len(records), BATCH)]
        known = self.before.own if self.before.layout == self.layout else {}

        def digests(some: list[Record]) -> list[tuple[str, Own]]:
            return [(r.id, _own(self.context, r, steps.get(r.id, []), known)) for r in some]

        return {record: own for some in spread(digests, jobs) for record, own in some}

    @cached_property
    def changed(self) -> set[str] | None:
        """The records of which others show something else than before; None where that cannot be told, or all pages change."""
        if self.before.layout != self.layout or self.before.shared != self.shared:
            return None
        return {i for i, own in self.own.items() if i not in self.before.own or own.shown != self.before.own[i].shown}

    def notes(self) -> dict[str, Any]:
        """What the next build is to know, as JSON."""
        return {"shared": self.shared, "layout": self.layout, "own": self.own}

    def key(self, item: Record | lists.Listing | Row) -> str:
        """The key of a poured page; a tombstone has none, since it is quickly made."""
        if isinstance(item, Record):
            return self.of(item)
        return self.of_listing(item) if isinstance(item, lists.Listing) else ""

    def of(self, record: Record) -> str:
        """The key of a record's page: that of the build before where nothing that it is made of has changed."""
        own, before = self.own[record.id], self.before.own.get(record.id)
        listed = [*own.near, *(i for i in _tied(record) if i in self.own)]
        known = self.before.keys.get(f"incidents/{record.id}/index.html")
        if known and before and self.changed is not None and own == before and self.changed.isdisjoint(listed):
            return known
        parts = [self.shared["incidents"], own.shown, own.rest, *(self.own[i].shown for i in listed)]
        return digest("".join(parts).encode())

    def of_listing(self, listing: lists.Listing) -> str:
        """The key of the page of a country, category, operator or year."""
        own = "".join([x for r in listing.records for x in self.own[r.id][:2]])
        return digest(self.shared[listing.section].encode(), listing.code.encode(), own.encode())


def _own(context: Context, record: Record, steps: list[Any], known: dict[str, Own]) -> Own:
    r = record
    shown: list[Any] = [r.row, r.objects, r.extra_countries, r.object_group]
    rest: list[Any] = [r.locations, r.responses, r.statements, r.citations, r.relations, r.related_from, r.sources, r.origins, r.updated]
    # Which records lie near is the slow part, and stands while no day, place or tie changes.
    near = known[r.id].near if r.id in known else [n.id for n in incident.neighbours(context, r)]
    return Own(digest(orjson.dumps(shown)), digest(orjson.dumps([*rest, steps])), near)


def _tied(record: Record) -> list[str]:
    return [str(i) for t in (*record.relations, *record.related_from) for i in (t["related_id"], t["incident_id"])]


def code() -> Iterator[bytes]:
    """The path and bytes of every module and template, and of the lock files that name what they use."""
    files = [p for p in CODE.rglob("*") if p.suffix in (".py", ".html", ".json", ".css")]
    for path in sorted([*files, *(p for n in ("requirements.txt", "package-lock.json") if (p := CODE.parent / n).is_file())]):
        yield path.relative_to(CODE.parent).as_posix().encode()
        yield path.read_bytes()


def digest(*parts: bytes | str) -> str:
    """A digest of parts, in which no two lists of parts run together."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        if len(parts) > 1:
            found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()
