"""Owns `new`: well-formed rows of a new incident in every table, under a placeholder id, for a person to complete."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .dataset import Dataset
from .merge import Merger, free_slug
from .rules.dates import is_day
from .rules.links import fault_of, same_page
from .rules.text import UNFINISHED
from .rules.types import did_you_mean

HELD_BY_EVERY_REPORT = "date;place;existence;object"


@dataclass(frozen=True)
class Draft:
    """What a contributor knows at first: codes of the vocabularies, an ISO day, and the page that states it."""

    country: str
    date: str
    category: str
    place: str
    url: str
    language: str
    publisher: str = ""
    origin: str = ""


def new(root: Path, draft: Draft, today: dt.date | None = None) -> str:
    """Add the rows of a new record to the tables under `root`; returns its placeholder id.

    What is not known yet begins with TODO, which `check` reports until it is written. Grades start at the most cautious.
    """
    merger = Merger.open(root)
    record = free_placeholder({r["id"] for r in merger.rows["incidents"]})
    day = (today or dt.datetime.now(dt.UTC).date()).isoformat()
    source = _source(merger, draft)
    rows = {
        "incidents": {
            "id": record,
            "title": f"{UNFINISHED} what and where",
            "country": draft.country,
            "date_start": draft.date,
            "date_end": draft.date,
            "date_precision": "day",
            "existence": "unconfirmed",
            "entered": "unknown",
            "conflict": "unknown",
            "summary": f"{UNFINISHED} what, where, when, who says so, what is not known",
            "added": day,
        },
        "objects": {
            "incident_id": record,
            "object": "1",
            "role": "intruder",
            "category": draft.category,
            "operator_kind": "unknown",
            "attribution": "unknown",
            "outcome": "unknown",
        },
        "locations": {
            "incident_id": record,
            "location": "1",
            "role": "seen",
            "place": draft.place,
            "country": draft.country,
            "precision": "settlement",
            "status": "reported",
        },
        "citations": {
            "incident_id": record,
            "source_id": source,
            "origin": draft.origin or _origin(merger, source),
            "supports": HELD_BY_EVERY_REPORT,
        },
    }
    for name, row in rows.items():
        merger.rows[name].append(row)
    merger.write(mint=False)
    return record


def free_placeholder(taken: set[str]) -> str:
    """AIR-NEW-a, AIR-NEW-b … whichever is free."""
    return free_slug("AIR-NEW-a", taken)


def _source(merger: Merger, draft: Draft) -> str:
    known = next((r["id"] for r in merger.rows["sources"] if same_page(r["url"]) == same_page(draft.url)), None)
    if known:
        return known
    publisher = draft.publisher or (urlsplit(draft.url).hostname or "").removeprefix("www.")
    stem = "".join(c for c in publisher.lower().split(".")[0] if c.isascii() and c.isalnum()) or "source"
    source = free_slug(f"{stem}-nd-a", {r["id"] for r in merger.rows["sources"]})
    merger.rows["sources"].append({"id": source, "url": draft.url, "publisher": publisher, "kind": "newspaper", "language": draft.language})
    return source


def _origin(merger: Merger, source: str) -> str:
    """The press's own word, under the publisher's slug, until a person says whose word it is."""
    slug = source.rsplit("-nd-", 1)[0].split("-")[0]
    if slug not in {r["id"] for r in merger.rows["origins"]}:
        publisher = next(r["publisher"] for r in merger.rows["sources"] if r["id"] == source)
        merger.rows["origins"].append({"id": slug, "label": publisher, "definition": f"Own reporting of {publisher}.", "party": ""})
    return slug


def problems_of(root: Path, draft: Draft) -> list[str]:
    """What is wrong with a draft before anything is written: unknown codes, no day, no web address."""
    dataset = Dataset.load(root)
    said = []
    for vocabulary, value in (("countries", draft.country), ("category", draft.category)):
        if value not in dataset.ids[vocabulary]:
            said.append(f"{value!r} is not in data/terms/{vocabulary}.csv. {did_you_mean(value, dataset.ids[vocabulary])}".strip())
    if not is_day(draft.date):
        said.append(f"{draft.date!r} is not a day as YYYY-MM-DD")
    if fault := fault_of(draft.url):
        said.append(f"{draft.url!r}: expected {fault}")
    if not re.fullmatch(r"[a-z]{2,3}", draft.language, re.ASCII):
        said.append(f"{draft.language!r} is not the code of a language, such as en or ro")
    if not draft.place.strip():
        said.append("the place is empty")
    return said
