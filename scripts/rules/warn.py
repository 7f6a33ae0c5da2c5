"""Rules that only warn: what a reviewer should look at, though it may be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..dataset import Dataset
from .rule import Finding, rule


@rule(
    "one-origin",
    "An incident rests on more than one independent origin.",
    "Ten papers with one ministry's text are one origin; readers are told so.",
    level="warning",
)
def one_origin(dataset: Dataset) -> Iterator[Finding]:
    party = {r["id"]: r["party"] or r["id"] for r in dataset.typed("origins")}
    speakers: dict[str, set] = defaultdict(set)
    rows = dataset["citations"]
    for incident, origin in zip(rows["incident_id"], rows["origin"], strict=True):
        speakers[incident].add(party.get(origin, origin))
    for line, incident in dataset["incidents"]["id"].items():
        if len(speakers[incident]) == 1:
            yield (
                "incidents",
                line,
                "id",
                incident,
                "two independent origins or more",
                "Look for a second origin; if there is none, leave it: the page says so.",
            )


@rule(
    "possible-duplicate",
    "Two incidents of one country on the same days at the same place may be one.",
    "An event that stands twice is counted twice.",
    level="warning",
)
def possible_duplicate(dataset: Dataset) -> Iterator[Finding]:
    incidents = dataset["incidents"]
    places: dict[str, set[str]] = defaultdict(set)
    for incident, place in zip(dataset["locations"]["incident_id"], dataset["locations"]["place"], strict=True):
        places[incident].add(place.casefold())
    related = set(zip(dataset["relations"]["incident_id"], dataset["relations"]["related_id"], strict=True))
    seen: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for line, incident, country, day in zip(incidents.index, incidents["id"], incidents["country"], incidents["date_end"], strict=True):
        others = sorted({o for place in places[incident] for o in seen[(country, day, place)]})
        for other in others:
            if (incident, other) not in related and (other, incident) not in related:
                yield (
                    "incidents",
                    line,
                    "id",
                    incident,
                    f"another place or day than {other}",
                    "Merge the two, tie them in data/relations.csv, or waive the rule in data/exceptions.csv.",
                )
        for place in places[incident]:
            seen[(country, day, place)].append(incident)


@rule(
    "early-source",
    "A source that supports an incident is not older than the incident's first possible day.",
    "A page cannot report what has not happened yet; one of the two dates may be wrong.",
    level="warning",
)
def early_source(dataset: Dataset) -> Iterator[Finding]:
    start = dict(zip(dataset["incidents"]["id"], dataset["incidents"]["date_start"], strict=True))
    published = dict(zip(dataset["sources"]["id"], dataset["sources"]["published"], strict=True))
    rows = dataset["citations"]
    for line, incident, source in zip(rows.index, rows["incident_id"], rows["source_id"], strict=True):
        day, page = start.get(incident, ""), published.get(source, "")
        if page and day and page < day[: len(page)]:
            yield (
                "citations",
                line,
                "source_id",
                source,
                f"a page from {day} on; it is of {page}",
                "Check both dates; a page that tells of earlier events only is not cited here.",
            )


@rule(
    "closure-place",
    "The closure of an airport names it by its ICAO code.",
    "Closure hours are summed per airport.",
    level="warning",
)
def closure_place(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["responses"]
    closures = rows[rows["kind"] == "airport_closed"]
    for line, place in closures["place"].items():
        if not (len(place) == 4 and place.isascii() and place.isupper()):
            yield (
                "responses",
                line,
                "place",
                place,
                "a four-letter ICAO code such as EHAM",
                "Write the code; several airports are several rows.",
            )
