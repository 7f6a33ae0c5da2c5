"""Owns the feeds: new incidents and changes as Atom and JSON Feed, incidents as a calendar; for all, by country, by category."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from feedgenerator import Atom1Feed

from ..changes import EDITED, Change
from ..record import Record
from ..tables import natural
from ..versions import Version
from . import api, calendar
from .context import Context, Files
from .download import compact

NEWEST = 100
"""Entries that a feed holds at most; older ones stand in the API's list of changes."""

# Ids must outlive a move of the site, so they are made of the record's id and this fixed name, not of an address.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "airspace-incursion-record")
_CELLS = 30


@dataclass(frozen=True)
class Entry:
    """One entry of a feed: `key` makes its lasting id, `path` is the page under the site, `text` is plain."""

    key: str
    title: str
    path: str
    text: str
    published: dt.datetime
    updated: dt.datetime
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What a set of feeds is about: everything (`folder` is "") or one country or category."""

    folder: str
    name: str
    country: str = ""
    category: str = ""

    def holds(self, countries: set[str], categories: set[str]) -> bool:
        """Whether a record of these countries and categories belongs here."""
        return (not self.country or self.country in countries) and (not self.category or self.category in categories)


class Atom(Atom1Feed):
    """Atom whose date comes from the data, also where there is no entry yet (the library would write the present time)."""

    def latest_post_date(self) -> dt.datetime:
        """The latest change of an entry, or the start of the record."""
        return max((i["updateddate"] for i in self.items), default=dt.datetime(2022, 2, 24, tzinfo=dt.UTC))


def files(context: Context) -> Files:
    """Every feed of every scope."""
    places = _places(context)
    new = [
        (_new(context, r), places[r.id])
        for r in sorted(context.collection.records, key=lambda r: (str(r.row["added"]), natural(r.id)), reverse=True)
    ]
    changed = [(e, places.get(key, (set(), set()))) for key, e in _changed(context)]
    events = {r.id: calendar.event(context, r) for r in context.collection.records if calendar.has_days(r)}
    for scope in scopes(context):
        yield from _write(context, scope, "feed", "new incidents", [e for e, at in new if scope.holds(*at)][:NEWEST])
        yield from _write(context, scope, "changes", "changes", [e for e, at in changed if scope.holds(*at)][:NEWEST])
        yield (
            f"{scope.folder}incidents.ics",
            calendar.calendar(context, scope.name, [event for key, event in events.items() if scope.holds(*places[key])]),
        )


def scopes(context: Context) -> Iterator[Scope]:
    """Everything, each country that has a page, each category."""
    yield Scope("", "")
    for code, row in api.countries(context).items():
        yield Scope(f"countries/{code}/", str(row["label"]), country=code)
    for code, row in context.collection.terms["category"].items():
        yield Scope(f"categories/{code}/", str(row["label"]), category=code)


def _places(context: Context) -> dict[str, tuple[set[str], set[str]]]:
    """Countries and categories of every record, of those that are gone too (as they last stood)."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for version in context.history.versions:
        for key, stood in version.standings.items():
            found[key] = ({stood.country}, set(stood.categories))
    return found | {r.id: (set(r.listed_under), set(r.categories)) for r in context.collection.records}


def _midnight(day: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(day)).replace(tzinfo=dt.UTC)


def _new(context: Context, record: Record) -> Entry:
    added = _midnight(record.row["added"])
    # A record may have been entered in a draft after the day of an earlier clock; it never changed before it was added.
    return Entry(
        record.id,
        str(record.row["title"]),
        f"incidents/{record.id}/",
        str(record.row["summary"]),
        added,
        max(added, _midnight(record.updated)),
        _tags(context, record),
    )


def _tags(context: Context, record: Record) -> tuple[str, ...]:
    labels = context.collection.label
    return (
        *(labels("countries", c) for c in record.listed_under),
        *(labels("category", c) for c in record.categories),
        labels("existence", record.row["existence"]),
    )


def _changed(context: Context) -> Iterator[tuple[str, Entry]]:
    """An entry for each record that each version touched, newest version first, with the record's id."""
    entries: list[tuple[str, Entry]] = []
    titles: dict[str, str] = {}
    for version in context.history.versions:
        # An entry keeps the title that the record had then: what was once sent does not change.
        titles |= {key: stood.title for key, stood in version.standings.items()}
        found = version.difference
        for key in found.added:
            entries.append((key, _entry(context, version, key, "Added", titles[key], "A new record.")))
        for key, cells in found.modified.items():
            entries.append((key, _entry(context, version, key, "Changed", titles[key], said(cells))))
        for gone in found.retired:
            follow = f" See {gone.replaced_by}." if gone.replaced_by else ""
            entries.append(
                (
                    gone.id,
                    _entry(
                        context,
                        version,
                        gone.id,
                        "Retired",
                        titles.get(gone.id, gone.id),
                        f"{gone.reason or 'The record was withdrawn.'}{follow}",
                    ),
                )
            )
    return reversed(entries)


def _entry(context: Context, version: Version, key: str, verb: str, title: str, text: str) -> Entry:
    record = context.collection.by_id.get(key)
    tags = _tags(context, record) if record else ()
    return Entry(
        f"{key}/version/{version.number}", f"{verb}: {title}", f"incidents/{key}/", text, version.time, version.time, (verb, *tags)
    )


def said(cells: tuple[Change, ...]) -> str:
    """Cells that changed, in words, a line each: `date_end of incidents/AIR-…: 2025-01-01 → 2025-01-02`."""
    lines = [f"{c.field} of {c.row}: {c.old or '(empty)'} → {c.new or '(empty)'}" for c in cells if c.action == EDITED]
    for action, verb in (("row_added", "new row"), ("row_removed", "row taken out")):
        lines += [f"{verb} {row}" for row in dict.fromkeys(c.row for c in cells if c.action == action)]
    more = [f"and {len(lines) - _CELLS} more"] if len(lines) > _CELLS else []
    return "\n".join([*lines[:_CELLS], *more])


def lasting_id(key: str) -> str:
    """An Atom id made of a record's id, the same in every build and at every address."""
    return uuid.uuid5(_NAMESPACE, key).urn


def _write(context: Context, scope: Scope, name: str, what: str, entries: list[Entry]) -> Files:
    title = f"{context.package['title']}: {what}" + (f", {scope.name}" if scope.name else "")
    yield f"{scope.folder}{name}.xml", atom(context, scope, name, title, entries)
    yield f"{scope.folder}{name}.json", json_feed(context, scope, name, title, entries)


def _address(context: Context, scope: Scope, path: str) -> str:
    """Absolute, or relative to the feed where the site does not know its address."""
    return context.url(path) if context.site_url else ("../" * scope.folder.count("/") + path or "./")


def atom(context: Context, scope: Scope, name: str, title: str, entries: list[Entry]) -> bytes:
    """An Atom feed (RFC 4287)."""
    own = f"{scope.folder}{name}.xml"
    feed = Atom(
        title=title,
        link=_address(context, scope, scope.folder),
        description=context.package["description"],
        language="en",
        author_name=context.package["contributors"][0]["title"],
        feed_url=context.url(own) if context.site_url else None,
        feed_guid=lasting_id(own),
        feed_copyright=context.package["licenses"][0]["title"],
    )
    for e in entries:
        # The library marks a summary as HTML, so plain text is escaped once for HTML and once more for XML.
        text = html.escape(e.text).replace("\n", "<br>\n")
        feed.add_item(
            e.title,
            _address(context, scope, e.path),
            text,
            pubdate=e.published,
            updateddate=e.updated,
            unique_id=lasting_id(e.key),
            categories=e.tags,
        )
    return (feed.writeString("utf-8") + "\n").encode()


def json_feed(context: Context, scope: Scope, name: str, title: str, entries: list[Entry]) -> bytes:
    """A JSON Feed, version 1.1."""
    home = {"home_page_url": context.url(scope.folder), "feed_url": context.url(f"{scope.folder}{name}.json")} if context.site_url else {}
    items = [
        {
            "id": lasting_id(e.key),
            "url": _address(context, scope, e.path),
            "title": e.title,
            "content_text": e.text,
            "date_published": e.published.isoformat(),
            "date_modified": e.updated.isoformat(),
            "tags": list(dict.fromkeys(e.tags)),
        }
        for e in entries
    ]
    author = {"name": context.package["contributors"][0]["title"]}
    return compact(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            **home,
            "description": context.package["description"],
            "language": "en",
            "authors": [author],
            "items": items,
        }
    )
