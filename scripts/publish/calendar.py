"""Owns the iCalendar form: an all-day event for each incident whose days are known."""

from __future__ import annotations

import datetime as dt

import icalendar

from ..record import Record
from .context import Context

_KNOWN = ("day", "night", "span")


def has_days(record: Record) -> bool:
    """Whether a calendar can show it: a window, a month or a year would be a bar of days on which nothing happened."""
    return record.row["date_precision"] in _KNOWN


def event(context: Context, record: Record) -> bytes:
    """A record as an event of its days, local; the end is the day after the last, as the standard asks.

    It is folded here, once: every record stands in several calendars.
    """
    row, labels = record.row, context.collection.label
    changed = dt.datetime.fromisoformat(record.updated).replace(tzinfo=dt.UTC)
    found = icalendar.Event()
    found.add("uid", f"{record.id}@airspace-incursion-record")
    found.add("dtstamp", changed)
    found.add("last-modified", changed)
    found.add("dtstart", dt.date.fromisoformat(str(row["date_start"])))
    found.add("dtend", dt.date.fromisoformat(str(row["date_end"])) + dt.timedelta(days=1))
    found.add("summary", str(row["title"]))
    found.add("description", f"{row['summary']}\n\nExistence: {labels('existence', row['existence'])}. Record {record.id}.")
    found.add("categories", [labels("countries", record.country), *(labels("category", c) for c in record.categories)])
    found.add("transp", "TRANSPARENT")
    if record.locations:
        found.add("location", str(record.locations[0]["place"]))
    if record.point:
        found.add("geo", (record.point["latitude"], record.point["longitude"]))
    if context.site_url:
        found.add("url", context.url(f"incidents/{record.id}/"))
    return bytes(found.to_ical())


def calendar(context: Context, name: str, events: list[bytes]) -> bytes:
    """A calendar of events (RFC 5545)."""
    title = context.package["title"] + (f": {name}" if name else "")
    found = icalendar.Calendar()
    found.add("prodid", "-//Airspace Incursion Record//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", icalendar.vText(title))
    found.add("x-wr-caldesc", "Incidents whose days are known; those known only by a window, a month or a year are left out.")
    head, end, _ = bytes(found.to_ical()).partition(b"END:VCALENDAR")
    return b"".join([head, *events, end, b"\r\n"])
