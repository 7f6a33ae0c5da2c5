"""Owns the incident page: facts with footnotes, places, accounts, sources by origin, neighbours, citations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ...dataset import Row
from ...derive import Collection, Record
from ..context import Context
from . import maps, words
from .render import Body, render

NEAR_DAYS = 7
NEAR_MOST = 6


@dataclass(frozen=True)
class Fact:
    """One line of the fact sheet: its name, its value, a short addition, and the numbers of its footnotes."""

    name: str
    value: str
    more: str
    refs: tuple[int, ...]


class Notes:
    """The footnotes of a record: sources numbered as first used, and which of them support a fact group or row."""

    def __init__(self, record: Record) -> None:
        self.numbers = {source: i for i, source in enumerate(record.sources, 1)}
        self.by_group: dict[str, set[int]] = defaultdict(set)
        for citation in record.citations:
            for part in citation["supports"] or []:
                self.by_group[part].add(self.numbers[str(citation["source_id"])])

    def of(self, group: str, row: object = None) -> tuple[int, ...]:
        """The footnotes of a fact group, or of one row of it; a row without its own has the group's."""
        whole = self.by_group[group]
        if row is not None:
            return tuple(sorted(self.by_group[f"{group}/{row}"] or whole))
        parts = (v for k, v in self.by_group.items() if k.startswith(f"{group}/"))
        return tuple(sorted(whole.union(*parts)))


def facts(record: Record, collection: Collection, notes: Notes) -> list[Fact]:
    """The fact sheet; what is not known is left out."""
    row, label = record.row, collection.label
    depth = words.span(row["depth_km_min"], row["depth_km_max"], "km")
    minutes = words.span(row["minutes_inside_min"], row["minutes_inside_max"], "minutes")
    entry = [*([f"{depth} deep"] if depth else []), *([f"for {minutes}"] if minutes else [])]
    place = record.locations[0] if record.locations else None
    sheet = [
        Fact("When", words.when(row), f"{words.clock(row)} local time" if words.clock(row) else "", notes.of("date")),
        Fact("Found", words.day(row["discovered"]), "", notes.of("discovery")),
        Fact("Made public", words.day(row["disclosed"]), "", notes.of("date")),
        Fact("Where", place_words(place), label("territories", row["territory"]), notes.of("place")),
        Fact("Existence", label("existence", row["existence"]), "", notes.of("existence")),
        Fact("Explained as", label("explained_as", row["explained_as"]), "", notes.of("explanation")),
        Fact("Entered airspace", label("entered", row["entered"]), ", ".join(entry), notes.of("entry")),
        *object_facts(record, collection, notes),
        Fact("Conflict", label("conflict", row["conflict"]), "", ()),
        Fact("Killed", words.span(row["deaths_min"], row["deaths_max"]), "", notes.of("casualties")),
        Fact("Injured", words.span(row["injuries_min"], row["injuries_max"]), "", notes.of("casualties")),
        Fact("Damage", label("damage", row["damage"]), "", notes.of("damage")),
    ]
    return [f for f in sheet if f.value]


def object_facts(record: Record, collection: Collection, notes: Notes) -> list[Fact]:
    """What flew, how many, whose and what became of it, over all object rows."""
    label = collection.label
    kinds = dict.fromkeys(f"{label('category', o['category'])}{', ' + label('models', o['model']) if o['model'] else ''}" for o in record.intruders)
    operators = dict.fromkeys(f"{label('parties', o['operator'])} ({label('attribution', o['attribution']).lower()})" if o["operator"] else label("operator_kind", o["operator_kind"]) for o in record.intruders if o["operator"] or o["operator_kind"])
    fates = dict.fromkeys(label("outcome", o["outcome"]) for o in record.intruders)
    stoppers = dict.fromkeys(label("parties", p) for o in record.intruders for p in o["stopped_by"] or [])
    launched = dict.fromkeys(label("parties", o["launched_from"]) for o in record.intruders if o["launched_from"])
    denies = "the named operator denies it" if record.operator_denies else ""
    return [
        Fact("What", "; ".join(kinds), "", notes.of("object")),
        Fact("How many", words.span(*record.count), "may be none" if record.count[0] == 0 and record.row["existence"] != "refuted" else "", notes.of("count")),
        Fact("Operator", "; ".join(operators), denies, notes.of("operator")),
        Fact("Came from", "; ".join(launched), "", notes.of("operator")),
        Fact("Outcome", "; ".join(fates), f"by {', '.join(stoppers)}" if stoppers else "", notes.of("outcome")),
    ]


def place_words(place: Row | None) -> str:
    """A place with its region."""
    if not place:
        return ""
    return f"{place['place']}, {place['admin1']}" if place["admin1"] and place["admin1"] != place["place"] else str(place["place"])


def by_origin(record: Record, notes: Notes) -> list[tuple[Row, list[dict[str, Any]]]]:
    """Sources grouped by whose word they carry: (origin, pages); a page under two origins is anchored at the first."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for citation in record.citations:
        source = str(citation["source_id"])
        groups[str(citation["origin"])].append({"number": notes.numbers[source], "source": record.sources[source], "supports": citation["supports"] or []})
    anchored: set[int] = set()
    for pages in groups.values():
        pages.sort(key=lambda p: p["number"])
        for page_of in pages:
            page_of["first"] = page_of["number"] not in anchored
            anchored.add(page_of["number"])
    return [(record.origins[o], pages) for o, pages in groups.items()]


def uncited_sources(record: Record, notes: Notes) -> list[tuple[int, Row]]:
    """Sources that carry statements or ties only."""
    cited = {str(c["source_id"]) for c in record.citations}
    return [(n, record.sources[s]) for s, n in notes.numbers.items() if s not in cited]


def accounts(record: Record) -> list[tuple[str, list[Row], bool]]:
    """Statements by topic in the order first spoken of: (topic, statements by date, whether they differ)."""
    topics: dict[str, list[Row]] = defaultdict(list)
    for statement in sorted(record.statements, key=lambda s: str(s["date"] or "9")):
        topics[str(statement["topic"])].append(statement)
    return [(t, rows, any(r["stance"] in ("denies", "doubts", "revises", "retracts") for r in rows)) for t, rows in topics.items()]


def timeline(record: Record) -> list[tuple[str, str, str]]:
    """Dated steps of the event, oldest first: (date, kind, text)."""
    row = record.row
    first = str(row["date_start"] or row["date_end"])
    steps = [(first, "event", "It happened" if row["date_precision"] in ("day", "night") else "First possible day" if row["date_precision"] in ("window", "month", "year") else "It began" if row["date_start"] else "Latest possible day")]
    if row["discovered"]:
        steps.append((str(row["discovered"]), "found", "Found on the ground"))
    if row["disclosed"]:
        steps.append((str(row["disclosed"]), "public", "Made public"))
    steps += [(str(r["start"]), "response", f"{r['actor']}|{r['kind']}|{r['detail'] or r['place'] or ''}") for r in record.responses if r["start"]]
    steps += [(str(s["date"]), "statement", f"{s['speaker']}: {s['says']}") for s in record.statements if s["date"]]
    return sorted(steps, key=lambda s: (s[0][:10], ("event", "response", "found", "public", "statement").index(s[1]), s[0]))


def neighbours(record: Record, collection: Collection) -> list[Record]:
    """Other records of the same country within a week, or of the same first place, nearest in time first."""
    def date(r: Record) -> dt.date:
        return dt.date.fromisoformat(str(r.row["date_end"]))

    tied = {str(r["related_id"]) for r in record.relations} | {str(r["incident_id"]) for r in record.related_from}
    place = record.locations[0]["place"] if record.locations else None
    near = []
    for other in collection.listed_under(record.country):
        apart = abs((date(other) - date(record)).days)
        same = bool(place and other.locations and other.locations[0]["place"] == place)
        if other.id != record.id and other.id not in tied and (apart <= NEAR_DAYS or same):
            near.append((apart, other.id, other))
    return [o for *_, o in sorted(near, key=lambda n: n[:2])[:NEAR_MOST]]


def page(env: Any, context: Context, record: Record) -> Body:
    """The page of one record, for a place two folders deep."""
    collection, notes = context.collection, Notes(record)
    frame = maps.frame_of(record.locations)
    return render(
        env, "incident.html", str(record.row["title"]), description(record, collection), r=record, row=record.row, context=context,
        facts=facts(record, collection, notes), notes=notes, places=record.locations, place_words=place_words,
        frame=frame, lands=maps.lands(frame) if frame else (), marks=maps.marks(record.locations, frame) if frame else (),
        bar=maps.scale_bar(frame) if frame else None, accounts=accounts(record), timeline=timeline(record),
        origins=by_origin(record, notes), other_sources=uncited_sources(record, notes), by_id=collection.by_id,
        neighbours=neighbours(record, collection), base="../../", cite=citation_text(context, record),
    )


def description(record: Record, collection: Collection) -> str:
    """A sentence for search engines and link previews."""
    place = collection.label("countries", record.country)
    return f"{words.when(record.row)}, {place}: {record.row['summary']}"[:300]


def citation_text(context: Context, record: Record) -> str:
    """How to cite the record, as text."""
    where = context.url(f"incidents/{record.id}/") if context.site_url else f"incident {record.id}"
    return f"Airspace Incursion Record, “{record.row['title']}”, {record.id}, version {context.version} ({words.day(context.day)}), {where}. CC BY 4.0."
