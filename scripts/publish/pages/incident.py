"""Owns the incident page: its fact sheet, its map, its neighbours, its history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from ... import geography
from ...dataset import Row
from ...derive import Collection
from ...record import Record
from .. import history, permalinks
from ..context import Context
from . import evidence, gazetteer, maps, overview, record_citation, telling, words
from .evidence import Notes
from .projection import Frame
from .render import Body, render

NEAR_DAYS = 7
NEAR_MOST = 6
LINES_SHOWN = 8


@dataclass(frozen=True)
class Fact:
    """One line of the fact sheet: its name, its value, a short addition, and the numbers of its footnotes."""

    name: str
    value: str
    more: str
    refs: tuple[int, ...]


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
        Fact(
            "Where",
            place_words(place),
            "; ".join(x for x in (label("territories", row["territory"]), further(record)) if x),
            notes.of("place"),
        ),
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
    kinds = dict.fromkeys(
        f"{label('category', o['category'])}{', ' + label('models', o['model']) if o['model'] else ''}" for o in record.intruders
    )
    operators = dict.fromkeys(
        f"{label('parties', o['operator'])} ({label('attribution', o['attribution']).lower()})"
        if o["operator"]
        else label("operator_kind", o["operator_kind"])
        for o in record.intruders
        if o["operator"] or o["operator_kind"]
    )
    fates = dict.fromkeys(label("outcome", o["outcome"]) for o in record.intruders)
    stoppers = dict.fromkeys(label("parties", p) for o in record.intruders for p in o["stopped_by"] or [])
    launched = dict.fromkeys(label("parties", o["launched_from"]) for o in record.intruders if o["launched_from"])
    denies = "the named operator denies it" if record.operator_denies else ""
    return [
        Fact("What", "; ".join(kinds), "", notes.of("object")),
        Fact(
            "How many",
            words.span(*record.count) or ("Not known" if record.count[0] == 0 else ""),
            "may be none" if record.count[0] == 0 and record.row["existence"] != "refuted" else "",
            notes.of("count"),
        ),
        Fact("Operator", "; ".join(operators), denies, notes.of("operator")),
        Fact("Came from", "; ".join(launched), "", notes.of("operator")),
        Fact("Outcome", "; ".join(fates), f"stopped by {', '.join(stoppers)}" if stoppers else "", notes.of("outcome")),
    ]


def place_words(place: Row | None) -> str:
    """A place with its region."""
    if not place:
        return ""
    return f"{place['place']}, {place['admin1']}" if place["admin1"] and place["admin1"] != place["place"] else str(place["place"])


def further(record: Record) -> str:
    """How many places a record has besides its first, in words."""
    more = len(record.locations) - 1
    return f"and {words.counted(more, 'more place', 'more places')}" if more > 0 else ""


def neighbours(context: Context, record: Record) -> list[Record]:
    """Other records of the same country within a week, or of the same first place, nearest in time first."""
    return context.collection.near(record, NEAR_DAYS, NEAR_MOST)


@lru_cache(maxsize=2)
def _steps(context: Context) -> history.Steps:
    return history.steps(context)


def page(env: Any, context: Context, record: Record, near: list[Record]) -> Body:
    """The page of one record, for a place two folders deep; `near` are its neighbours."""
    collection, notes = context.collection, Notes(record)
    said = evidence.accounts(record)
    return render(
        env,
        "incident.html",
        str(record.row["title"]),
        description(record, collection),
        r=record,
        row=record.row,
        context=context,
        facts=facts(record, collection, notes),
        notes=notes,
        places=record.locations,
        place_words=place_words,
        locator=locator(context, record),
        differing=[a for a in said if a.differ],
        other_accounts=[a for a in said if not a.differ],
        sentence=evidence.sentence,
        speakers={s["statement"]: s["speaker"] for s in record.statements},
        timeline=evidence.timeline(record, collection.label),
        origins=evidence.by_origin(record, notes),
        other_sources=evidence.uncited_sources(record, notes),
        by_id=collection.by_id,
        neighbours=near,
        base="../../",
        cite=record_citation.text(context, record),
        cite_forms=record_citation.forms(context, record),
        steps=list(reversed(_steps(context).get(record.id, []))),
        lines_of=lambda cells: telling.lines((c["row"], c["field"], c["old"], c["new"]) for c in cells),
        shown=LINES_SHOWN,
        stands=permalinks.places(context, record.id),
        touched=permalinks.commit(context, record.id),
    )


def locator(context: Context, record: Record) -> dict[str, Any] | None:
    """The map of a record's places with names and a scale; that of its country where no place has a point; None without borders."""
    frame = maps.frame_of(record.locations) or _country(record.country)
    if not frame:
        return None
    marks, lands = maps.marks(record.locations, frame), maps.lands(frame)
    countries, own, near = gazetteer.names(context, frame, lands, marks)
    # Landmarks tell where a point is; on a map without one they would pass for it.
    near = near if marks else []
    return {
        "frame": frame,
        "lands": lands,
        "marks": marks,
        "pins": maps.pins(marks),
        "bar": maps.scale_bar(frame),
        "countries": countries,
        "own": own,
        "near": near,
    }


@cache
def _country(code: str) -> Frame | None:
    if code not in geography.borders():
        return None
    frame = overview.country_frame(code, [])
    return replace(frame, px_per_km=round(frame.px_per_km * maps.WIDTH / frame.width, 4), width=maps.WIDTH, height=maps.HEIGHT)


def description(record: Record, collection: Collection) -> str:
    """A sentence for search engines and link previews."""
    place = collection.label("countries", record.country)
    return f"{words.when(record.row)}, {place}: {record.row['summary']}"[:300]
