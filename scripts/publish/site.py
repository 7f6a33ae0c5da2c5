"""Owns the building of the whole site: checks first, then pages poured into shells, then every package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .. import geography, rules
from ..dataset import Dataset, Row
from ..problem import ERROR
from ..record import Record
from ..spread import apart, spread
from . import assets, headers, publishers
from .context import Context
from .pagecache import Memory, PageKeys
from .pages import bodies, explore, incident, lists, search, tombstone
from .pages.render import Body, environment
from .pages.shell import Shell
from .store import LINK, Build, StoreError, Tally

# A heading, since the theme adds one of its own to a page that has none.
LATE = "<h1>AirLateContent</h1>"
Item = Record | lists.Listing | Row
"""What has a poured page: a record, a listing, or a row of the retired."""

BATCH = 25
"""Records poured at a time: neighbours in time, which show one another."""


class BadData(Exception):
    """The tables break a rule; the message lists every problem."""


@dataclass
class Site:
    """One build of the site: the context, where files go, and the shells that the theme has rendered so far."""

    context: Context
    build: Build
    shells: dict[str, Shell] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    inline: set[str] = field(default_factory=set)
    late: dict[str, tuple[str, str]] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    sections = ("incidents", "countries", "categories", "operators", "years")

    @classmethod
    def open(cls, root: Path, site_dir: Path, base: Path) -> Site:
        """Check the tables, derive the records, and begin a build; raises BadData where a rule is broken.

        Files go to a new build folder if `site_dir` is the site's own link, or else to `site_dir` itself.
        """
        # Decoded first: the memory that this takes for a moment is free again for the tables.
        geography.borders()
        dataset = Dataset.load(root)
        # What the rules look up is twice the tables themselves.
        errors = [p for p in apart(lambda: rules.check(dataset)) if p.level == ERROR]
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

    @cached_property
    def keys(self) -> PageKeys:
        """The keys of the poured pages; asked for once the shells are there."""
        return PageKeys(self.context, self.shells, Memory.of(self.build.last_notes, self.build.last_keys, self.build.last))

    def body_of(self, name: str, url: str, text: str) -> Body:
        """The part of a hand-written page that is made of records; `text` is the page's own HTML.

        What tells of the packages is left for `finish`: they fill the memory that pages need, and so are made after them.
        """
        outline = bodies.outline(self.env, self.context, name, url, text)
        if outline:
            self.late[url] = (name, text)
            return replace(outline, html=LATE)
        return bodies.body(self.env, self.context, name, url, text)

    def hold(self, url: str, output: str) -> bool:
        """Keep the theme's output of a page that `finish` completes; whether it is one."""
        if url in self.late:
            self.held[url] = output
        return url in self.late

    @cached_property
    def pages(self) -> dict[str, Item]:
        """What is poured, by path: records, tombstones, listings, of which the largest first."""
        collection = self.context.collection
        listed = sorted(lists.listings(collection), key=lambda x: -len(x.records))
        records: dict[str, Item] = {f"incidents/{r.id}/index.html": r for r in collection.records}
        return records | {"/".join((*place(x), "index.html")): x for x in (*collection.retired, *listed)}

    @cached_property
    def page_keys(self) -> dict[str, str]:
        """The key of each poured page."""
        return self.keys.of_all(self.pages)

    def write_pages(self) -> None:
        """Pour every page that does not stand already, over all cores."""
        # Worked out once, before the work is spread.
        _ = self.env
        left = self.build.leave(self.page_keys)
        self.build.notes = self.keys.notes()
        new = [path for path in self.pages if path not in left]
        alone = [path for path in new if isinstance(self.pages[path], lists.Listing)]
        some = new[: len(new) - len(alone)]
        for tally in spread(self._pour, [*(some[i : i + BATCH] for i in range(0, len(some), BATCH)), *([path] for path in alone)]):
            self.build.tally.add(tally)

    def _pour(self, paths: list[str]) -> Tally:
        """Write some pages; what the build did for them."""
        whole, self.build.tally = self.build.tally, Tally()
        try:
            for path in paths:
                item, (section, slug, _) = self.pages[path], path.split("/")
                if not ((key := self.page_keys[path]) and self.build.keep(path, key)):
                    self.build.put(path, self.shells[section].pour(slug, self.body(item)).encode())
            return self.build.tally
        finally:
            self.build.tally = whole

    def _pour_again(self, lost: set[str]) -> None:
        """Pour pages that were left because they stood, and stand no more."""
        if others := lost - self.pages.keys():
            raise StoreError(f"{min(others)} vanished while the site was built: build again")
        self._pour(sorted(lost))

    def body(self, item: Item) -> Body:
        """The body of a poured page: of a record, a listing, or a row of the retired."""
        if isinstance(item, Record):
            near = [self.context.collection.by_id[i] for i in self.keys.own[item.id].near]
            return incident.page(self.env, self.context, item, near)
        if isinstance(item, lists.Listing):
            return lists.page(self.env, self.context, item)
        return tombstone.page(self.env, self.context, item)

    def finish(self) -> None:
        """Write everything that MkDocs does not, and publish."""
        self.build.adopt()
        self.write_pages()
        for path, data in self.files():
            self.build.put(path, data)
        self.build.publish(self._pour_again)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every published file besides the poured pages: (path, bytes)."""
        for url, (name, text) in self.late.items():
            page = self.held[url].replace(LATE, bodies.body(self.env, self.context, name, url, text).html)
            self.inline |= headers.hashes(page)
            yield f"{url}index.html", page.encode()
        # The theme asks for a sitemap on every page; without SITE_URL there are no absolute addresses to list.
        listed = sorted([*self.written, *(path.removesuffix("index.html") for path in self.pages)]) if self.context.site_url else []
        yield "sitemap.xml", sitemap([self.context.url(u) for u in listed])
        yield headers.PATH, headers.file(self.inline)
        yield from assets.files(self.context)
        yield from explore.files(self.context)
        yield from search.files(list(search.entries(self.context)))
        # Filled by the workflow that deploys; here so that a page's look for it finds a file.
        yield "pending.json", b"{}\n"
        yield from publishers.files(self.context)


def place(item: Item) -> tuple[str, str]:
    """Section and folder name of a poured page."""
    if isinstance(item, lists.Listing):
        return item.section, item.code
    return "incidents", item.id if isinstance(item, Record) else str(item["id"])


def sitemap(addresses: list[str]) -> bytes:
    """A sitemap of absolute addresses (sitemaps.org 0.9)."""
    root = ElementTree.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for address in addresses:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = address
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
