"""Rules on evidence: every filled fact is cited, every source is used once and used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..dataset import Dataset
from ..schema import LIST_SEPARATOR
from .rule import Finding, rule

ROW_TABLES = {"place": ("locations", "location"), "object": ("objects", "object"), "response": ("responses", "response")}
_INCIDENT_GROUPS = {
    "explanation": ("explained_as",),
    "casualties": ("deaths_min", "deaths_max", "injuries_min", "injuries_max"),
    "damage": ("damage",),
    "discovery": ("discovered",),
    "entry": ("depth_km_min", "depth_km_max", "minutes_inside_min", "minutes_inside_max"),
}
_OBJECT_GROUPS = {"count": ("count_min", "count_max"), "operator": ("operator", "launched_from"), "outcome": ("stopped_by", "means")}


def filled_groups(dataset: Dataset) -> dict[str, set[str]]:
    """The fact groups that each incident fills, by incident id."""
    incidents = dataset["incidents"]
    groups: dict[str, set[str]] = {i: {"date", "existence", "place", "object"} for i in incidents["id"]}
    for group, columns in _INCIDENT_GROUPS.items():
        for incident in incidents["id"][(incidents[list(columns)] != "").any(axis=1)]:
            groups[incident].add(group)
    for incident in incidents["id"][incidents["entered"] != "unknown"]:
        groups[incident].add("entry")
    objects = dataset["objects"]
    for group, columns in _OBJECT_GROUPS.items():
        for incident in objects["incident_id"][(objects[list(columns)] != "").any(axis=1)]:
            groups.get(incident, set()).add(group)
    for incident in objects["incident_id"][objects["outcome"] != "unknown"]:
        groups.get(incident, set()).add("outcome")
    for incident in dataset["responses"]["incident_id"]:
        groups.get(incident, set()).add("response")
    return groups


def cited_groups(dataset: Dataset) -> dict[str, set[str]]:
    """The fact groups that the citations of each incident support, row numbers left off."""
    cited: dict[str, set[str]] = defaultdict(set)
    rows = dataset["citations"]
    for incident, supports in zip(rows["incident_id"], rows["supports"], strict=True):
        cited[incident].update(s.split("/")[0] for s in supports.split(LIST_SEPARATOR))
    return cited


@rule(
    "uncited",
    "Every filled fact group of an incident is supported by a citation.",
    "Who says so is the point of the record.",
)
def uncited(dataset: Dataset) -> Iterator[Finding]:
    cited = cited_groups(dataset)
    line_of = {i: n for n, i in dataset["incidents"]["id"].items()}
    for incident, groups in filled_groups(dataset).items():
        for group in sorted(groups - cited[incident]):
            yield (
                "incidents",
                line_of[incident],
                "id",
                incident,
                f"a citation that supports {group}",
                f"Add {group} to the supports of a row of {incident} in data/citations.csv, or empty what no page states.",
            )


@rule(
    "support-row",
    "A citation names rows that exist: place/2 needs place 2 of the same incident.",
    "A footnote to nothing supports nothing.",
)
def support_row(dataset: Dataset) -> Iterator[Finding]:
    known = {
        group: set(zip(dataset[table]["incident_id"], dataset[table][column], strict=True)) for group, (table, column) in ROW_TABLES.items()
    }
    rows = dataset["citations"]
    for line, incident, supports in zip(rows.index, rows["incident_id"], rows["supports"], strict=True):
        if "/" not in supports:
            continue
        for part in supports.split(LIST_SEPARATOR):
            group, slash, number = part.partition("/")
            if slash and group in known and (incident, number) not in known[group]:
                yield (
                    "citations",
                    line,
                    "supports",
                    part,
                    f"the number of a row of {incident} in data/{ROW_TABLES[group][0]}.csv",
                    "Mend the number, or name the whole group.",
                )


@rule(
    "unused-source",
    "Every source is cited, or carries a statement or a tie.",
    "A page that supports nothing is noise.",
)
def unused_source(dataset: Dataset) -> Iterator[Finding]:
    used = {*dataset["citations"]["source_id"], *dataset["statements"]["source_id"], *dataset["relations"]["source_id"]}
    ids = dataset["sources"]["id"]
    for line, value in ids[~ids.isin(used)].items():
        yield (
            "sources",
            line,
            "id",
            value,
            "a row of citations, statements or relations that names it",
            "Cite the source, or delete its row.",
        )


@rule(
    "statement-source",
    "The source of a statement is cited in the same incident, or carries only statements there.",
    "A statement's page belongs to the sources that a reader is shown.",
    level="warning",
)
def statement_source(dataset: Dataset) -> Iterator[Finding]:
    cited = set(zip(dataset["citations"]["incident_id"], dataset["citations"]["source_id"], strict=True))
    rows = dataset["statements"]
    for line, incident, source in zip(rows.index, rows["incident_id"], rows["source_id"], strict=True):
        if (incident, source) not in cited:
            yield (
                "statements",
                line,
                "source_id",
                source,
                f"a row of {incident} in data/citations.csv with this source",
                "Cite the page for what it supports, so that its origin is counted.",
            )
