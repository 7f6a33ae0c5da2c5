"""Owns the building of the whole site: checks first, then pages poured into shells, then every package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .. import rules
from ..dataset import Dataset
from ..problem import ERROR
from . import assets, headers, publishers
from .context import Context
from .pagecache import PageKeys
from .pages import bodies, explore, incident, lists, search, tombstone
from .pages.render import Body, environment
from .pages.shell import Shell
from .store import LINK, Build


class BadData(Exception):
    """The tables break a rule; the message lists every problem."""


@dataclass
class Site:
    """One build of the site: the context, where files go, and the shells that the theme has rendered so far."""

    context: Context
    build: Build
    shells: dict[str, Shell] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    poured: list[str] = field(default_factory=list)
    inline: set[str] = field(default_factory=set)

    sections = ("incidents", "countries", "categories", "operators", "years")

    @classmethod
    def open(cls, root: Path, site_dir: Path, base: Path) -> Site:
        """Check the tables, derive the records, and begin a build; raises BadData where a rule is broken.

        Files go to a new build folder if `site_dir` is the site's own link, or else to `site_dir` itself.
        """
        dataset = Dataset.load(root)
        errors = [p for p in rules.check(dataset) if p.level == ERROR]
        if errors:
            raise BadData("\n".join(["the tables have errors, so nothing was built:", *map(str, errors)]))
        # What was checked is what is published, though a table be changed meanwhile.
        own = site_dir.absolute() == (base / LINK).absolute()
        return cls(Context.load(root, dataset), Build.begin(base) if own else Build(site_dir, None))

    @property
    def target(self) -> Path:
        """The folder that the build writes to."""
        return self.build.folder

    @cached_property
    def env(self) -> Any:
        """The template environment of this collection."""
        return environment(self.context.collection)

    def body_of(self, name: str, url: str, text: str) -> Body:
        """The part of a hand-written page that is made of records; `text` is the page's own HTML."""
        return bodies.body(self.env, self.context, name, url, text)

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Every page that is poured and not kept from the last build: records, tombstones, listings."""
        keys = PageKeys(self.context, self.shells["incidents"])
        for record in self.context.collection.records:
            path = f"incidents/{record.id}/index.html"
            self.poured.append(path.removesuffix("index.html"))
            if not self.build.keep(path, keys.of(record)):
                yield path, self.shells["incidents"].pour(record.id, incident.page(self.env, self.context, record)).encode()
        for section, slug, body in self.other_bodies():
            self.poured.append(f"{section}/{slug}/")
            yield f"{section}/{slug}/index.html", self.shells[section].pour(slug, body).encode()

    def bodies(self) -> Iterator[tuple[str, str, Body]]:
        """The section, folder name and body of every poured page."""
        for record in self.context.collection.records:
            yield "incidents", record.id, incident.page(self.env, self.context, record)
        yield from self.other_bodies()

    def other_bodies(self) -> Iterator[tuple[str, str, Body]]:
        """The same for tombstones and listings."""
        for row in self.context.collection.retired:
            yield "incidents", str(row["id"]), tombstone.page(self.env, self.context, row)
        yield from lists.listings(self.env, self.context)

    def finish(self) -> None:
        """Write everything that MkDocs does not, and publish."""
        for path, data in self.files():
            self.build.put(path, data)
        self.build.publish()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every published file besides MkDocs' own: (path, bytes)."""
        yield from self.pages()
        # The theme asks for a sitemap on every page; without SITE_URL there are no absolute addresses to list.
        listed = sorted([*self.written, *self.poured]) if self.context.site_url else []
        yield "sitemap.xml", sitemap([self.context.url(u) for u in listed])
        yield headers.PATH, headers.file(self.inline)
        yield from assets.files(self.context)
        yield from explore.files(self.context)
        yield from search.files(list(search.entries(self.context)))
        # Filled by the workflow that deploys; here so that a page's look for it finds a file.
        yield "pending.json", b"{}\n"
        yield from publishers.files(self.context)


def sitemap(addresses: list[str]) -> bytes:
    """A sitemap of absolute addresses (sitemaps.org 0.9)."""
    root = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = address
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
