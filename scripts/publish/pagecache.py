"""Owns the keys of poured pages: a digest of all that a page is made of, so that a page whose key stands is kept, not made.

A page depends on the code and templates, the shell of its section, the build's addresses and version, the vocabularies, its
records with sources and history, and the records that it lists. A record's page depends on the gazetteer besides (maps name
places nearby), a listing on the last month of its chart and the searches. tests/test_scale_cache.py changes one cell after
another and demands the bytes of a cold build; what a page newly depends on must be added here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import orjson

from ..dataset import Row
from ..record import Record
from ..spread import spread
from . import history, since
from .context import Context
from .pages import incident, lists
from .pages.gazetteer import Gazetteer
from .pages.shell import Shell

BATCH = 500
"""Records whose digests are made at a time."""

T = TypeVar("T")

_id = attrgetter("id")

CODE = Path(__file__).resolve().parent.parent


class Own(NamedTuple):
    """What a record's key is made of: digests of what others show of it, of the whole, and of where it stands among them; its neighbours."""

    shown: str
    whole: str
    stand: str
    near: list[str]


@dataclass
class Memory:
    """What the build before knew: digests of sections, gazetteer, tables, history, each record; each page's key; the folder of its site."""

    shared: dict[str, str] = field(default_factory=dict)
    landmarks: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    history: str = ""
    own: dict[str, Own] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    site: Path | None = None

    @classmethod
    def of(cls, notes: dict[str, Any], keys: dict[str, str], site: Path | None) -> Memory:
        """The memory of a build's notes; an empty one where they cannot be understood."""
        try:
            own = dict(zip(notes["own"], map(Own._make, notes["own"].values()), strict=True))
            return cls(dict(notes["shared"]), str(notes["landmarks"]), dict(notes["tables"]), str(notes["history"]), own, keys, site)
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
        vocabularies = [t.digest for _, t in sorted(tables.items()) if t.schema.is_terms]
        settings = [context.site_url, context.repo_url, context.package, [t.schema.descriptor for t in tables.values()]]
        every = digest(*code(), *vocabularies, orjson.dumps(settings))
        listing = digest(tables["searches"].digest, lists.last_month(context))
        shells = {n: orjson.dumps([s.pieces, s.toc_item, s.toc_between]) for n, s in self.shells.items()}
        return {n: digest(every, s, self.landmarks if n == "incidents" else listing) for n, s in shells.items()}

    @cached_property
    def landmarks(self) -> str:
        """The digest of the gazetteer; that of the build before where no place has changed."""
        if self.before.landmarks and self.before.tables.get("locations") == since.digests(self.context.collection)["locations"]:
            return self.before.landmarks
        return digest(orjson.dumps(Gazetteer.of(self.context).places))

    @cached_property
    def history(self) -> str:
        """The digest of the versions that tell what happened to each record."""
        return digest(*(v.commit for v in self.context.history.versions))

    @cached_property
    def touched(self) -> set[str] | None:
        """The records that may be made of something else than before, gone ones too; None where all may be."""
        before = self.before
        if not before.site or (before.shared, before.history) != (self.shared, self.history):
            return None
        return since.touched(self.context.collection, before.site, before.tables)

    @cached_property
    def own(self) -> dict[str, Own]:
        """What the key of each record is made of."""
        records, steps = self.context.collection.records, history.steps(self.context)

        def made(some: list[Record]) -> list[tuple[str, Own]]:
            return [(r.id, _own(r, steps.get(r.id, []))) for r in some]

        def near(some: list[Record]) -> list[tuple[str, list[str]]]:
            return [(r.id, [n.id for n in incident.neighbours(self.context, r)]) for r in some]

        before, by_id = self.before.own, self.context.collection.by_id
        some = records if self.touched is None else [by_id[i] for i in self.touched & by_id.keys()]
        new = dict(_in_batches(made, some))
        own = new if self.touched is None else {i: one for i, one in {**before, **new}.items() if i in by_id}
        # Which records lie near is the slow part, and stands while no day, country, place or tie changes.
        if own.keys() == before.keys() and all(one.stand == before[i].stand for i, one in new.items()):
            return own | {i: one._replace(near=before[i].near) for i, one in new.items()}
        return {i: own[i]._replace(near=ids) for i, ids in _in_batches(near, records)}

    @cached_property
    def stale(self) -> set[str] | None:
        """The records whose pages are made of something else than before; None where that cannot be told, or all are."""
        kept, own = self.before.own, self.own
        if self.touched is None or own.keys() != kept.keys():
            return None
        touched = self.touched & own.keys()
        if any(own[i].stand != kept[i].stand for i in touched):
            return None
        changed = {i for i in touched if own[i].shown != kept[i].shown}
        by_id = self.context.collection.by_id
        tied = {i for c in changed for i in _tied(by_id[c])}
        return touched | tied | {i for i, one in own.items() if not changed.isdisjoint(one.near)}

    def notes(self) -> dict[str, Any]:
        """What the next build is to know, as JSON."""
        tables = since.digests(self.context.collection)
        return {"shared": self.shared, "landmarks": self.landmarks, "tables": tables, "history": self.history, "own": self.own}

    def of_all(self, pages: Mapping[str, Record | lists.Listing | Row]) -> dict[str, str]:
        """The key of each page by its path: that of the build before where nothing that a record's page is made of has changed."""
        known = self.before.keys if self.stale is not None else {}
        stale = {f"incidents/{i}/index.html" for i in self.stale or ()}
        kept = {path: key for path in pages if path not in stale and path.startswith("incidents/") and (key := known.get(path))}
        return kept | {path: self.key(item) for path, item in pages.items() if path not in kept}

    def key(self, item: Record | lists.Listing | Row) -> str:
        """The key of a poured page; a tombstone has none, since it is quickly made."""
        if isinstance(item, Record):
            return self.of(item)
        return self.of_listing(item) if isinstance(item, lists.Listing) else ""

    def of(self, record: Record) -> str:
        """The key of a record's page."""
        own = self.own[record.id]
        listed = (self.own[i].shown for i in (*own.near, *_tied(record)) if i in self.own)
        return digest("".join([self.shared["incidents"], own.whole, *listed]))

    def of_listing(self, listing: lists.Listing) -> str:
        """The key of the page of a country, category, operator or year.

        That of the build before where it lists no touched record: none has come or gone, since none stands otherwise than before.
        """
        known = self.before.keys.get(f"{listing.section}/{listing.code}/index.html")
        if known and self.touched is not None and self.stale is not None and self.touched.isdisjoint(map(_id, listing.records)):
            return known
        return digest(self.shared[listing.section], listing.code, "".join([self.own[r.id].whole for r in listing.records]))


def _in_batches(work: Callable[[list[Record]], list[tuple[str, T]]], records: list[Record]) -> Iterator[tuple[str, T]]:
    for found in spread(work, [records[i : i + BATCH] for i in range(0, len(records), BATCH)]):
        yield from found


def _own(record: Record, steps: list[Any]) -> Own:
    r = record
    shown = orjson.dumps([r.row, r.objects, r.extra_countries, r.object_group])
    rest: list[Any] = [r.locations, r.responses, r.statements, r.citations, r.relations, r.related_from, r.sources, r.origins, r.updated]
    listed: list[Any] = [r.last_day, r.month, r.year, r.listed_under, r.categories, r.operators]
    stand: list[Any] = [*listed, *(p["place"] for p in r.locations[:1]), *_tied(r)]
    return Own(digest(shown), digest(shown, orjson.dumps([*rest, steps])), digest(orjson.dumps(stand)), [])


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
