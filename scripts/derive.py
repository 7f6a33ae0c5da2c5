"""Owns what is worked out from the tables and never stands in them: whole records together, their groups and ties."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .dataset import Dataset, Row, Value
from .record import Record

ByDay = tuple[list[int], list[Record]]
"""Records by their last possible day and id: the days, and the records in the same order."""


@dataclass
class Collection:
    """Every record of a dataset, newest first, with the vocabularies to read them."""

    dataset: Dataset
    records: list[Record]
    retired: list[Row]

    @cached_property
    def by_id(self) -> dict[str, Record]:
        return {r.id: r for r in self.records}

    @property
    def terms(self) -> dict[str, dict[str, Row]]:
        """Vocabularies: list -> id -> row."""
        return self.dataset.terms

    def label(self, vocabulary: str, term: object) -> str:
        """What pages show for a term; the term itself where the vocabulary lacks it."""
        found = self._labels[vocabulary].get(str(term))
        return str(term or "") if found is None else found

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        return {v: {t: str(row["label"]) for t, row in rows.items() if "label" in row} for v, rows in self.terms.items()}

    def family(self, record: Record) -> str:
        """The family of a record's first intruder: the colour and icon of pages."""
        return self._families.get(record.categories[0] if record.categories else "unknown_object", "unknown")

    @cached_property
    def _families(self) -> dict[str, str]:
        return {category: str(row.get("family") or "unknown") for category, row in self.terms["category"].items()}

    def listed_under(self, country: str) -> list[Record]:
        """The records that a country's page lists."""
        return self._by_country.get(country, [])

    def near(self, record: Record, days: int, most: int) -> list[Record]:
        """Up to `most` other records of its country within some days, or at the same first place, nearest in time first; tied ones are left out."""
        tied = {str(r["related_id"]) for r in record.relations} | {str(r["incident_id"]) for r in record.related_from} | {record.id}
        found = _nearest(self._by_day.get(record.country, ([], [])), record.last_day, days, most, tied)
        if record.locations and record.locations[0]["place"]:
            same_place = self._by_place.get((record.country, record.locations[0]["place"]), ([], []))
            found += _nearest(same_place, record.last_day, sys.maxsize, most, tied)
        return list({r.id: r for _, _, r in sorted(found, key=lambda x: x[:2])}.values())[:most]

    @cached_property
    def _by_day(self) -> dict[str, ByDay]:
        return {country: _in_time(records) for country, records in self._by_country.items()}

    @cached_property
    def _by_place(self) -> dict[tuple[str, Value], ByDay]:
        found: dict[tuple[str, Value], list[Record]] = defaultdict(list)
        for country, records in self._by_country.items():
            for record in records:
                if record.locations:
                    found[(country, record.locations[0]["place"])].append(record)
        return {place: _in_time(records) for place, records in found.items()}

    @cached_property
    def _by_country(self) -> dict[str, list[Record]]:
        return self._grouped(lambda r: r.listed_under)

    @cached_property
    def by_category(self) -> dict[str, list[Record]]:
        """The records of each category of intruders."""
        return self._grouped(lambda r: r.categories)

    @cached_property
    def by_operator(self) -> dict[str, list[Record]]:
        """The records of each named operator, those with most records first."""
        found = self._grouped(lambda r: r.operators)
        return dict(sorted(found.items(), key=lambda x: (-len(x[1]), x[0])))

    @cached_property
    def by_year(self) -> dict[int, list[Record]]:
        """The records of each year, newest first."""
        return dict(sorted(self._grouped(lambda r: [r.year]).items(), reverse=True))

    def _grouped(self, keys: Callable[[Record], list[Any]]) -> dict[Any, list[Record]]:
        found: dict[Any, list[Record]] = defaultdict(list)
        for record in self.records:
            for key in keys(record):
                found[key].append(record)
        return dict(found)


def _in_time(records: list[Record]) -> ByDay:
    ordered = sorted(records, key=lambda r: (r.last_day, r.id))
    return [r.last_day for r in ordered], ordered


def _nearest(by_day: ByDay, day: int, reach: int, most: int, left_out: set[str]) -> list[tuple[int, str, Record]]:
    """The `most` records within `reach` days of a day that are nearest, or some more: (days away, id, record).

    Walked outward from the day, so that a crowded week costs no more than a quiet one.
    """
    ordinals, ordered = by_day
    after = bisect_left(ordinals, day)
    before, found = after - 1, []
    while len(found) < most:
        away = min(ordinals[after] - day if after < len(ordinals) else reach + 1, day - ordinals[before] if before >= 0 else reach + 1)
        if away > reach:
            break
        for one in {day - away, day + away}:
            start, end = bisect_left(ordinals, one), bisect_right(ordinals, one)
            # Of one day, those with the lowest ids.
            found += [(away, r.id, r) for r in ordered[start : min(end, start + most + len(left_out))] if r.id not in left_out]
            before, after = (start - 1, after) if one < day else (before, end)
    return found


def derive(dataset: Dataset) -> Collection:
    """Make whole records of the tables; expects a dataset that `check` passed."""
    parts = {t: dataset.by_incident(t) for t in ("objects", "locations", "responses", "statements", "citations", "relations")}
    sources = {str(s["id"]): s for s in dataset.typed("sources")}
    groups = object_groups(dataset)
    toward: dict[str, list[Row]] = defaultdict(list)
    for relation in dataset.typed("relations"):
        toward[str(relation["related_id"])].append(relation)
    records = []
    for row in dataset.typed("incidents"):
        own = {t: parts[t].get(str(row["id"]), []) for t in parts}
        record = Record(
            row,
            own["objects"],
            own["locations"],
            own["responses"],
            own["statements"],
            own["citations"],
            own["relations"],
            toward.get(str(row["id"]), []),
        )
        used = [
            *(c["source_id"] for c in own["citations"]),
            *(s["source_id"] for s in own["statements"]),
            *(r["source_id"] for r in own["relations"]),
        ]
        record.sources = {str(u): sources[str(u)] for u in used if u in sources}
        record.origins = {
            str(c["origin"]): dataset.terms["origins"][str(c["origin"])]
            for c in own["citations"]
            if c["origin"] in dataset.terms["origins"]
        }
        record.object_group = groups.get(record.id, record.id)
        # The day of its own last change; the context replaces it by what git's history says.
        record.updated = str(row["added"] or "")
        also = dataset.terms["territories"].get(str(row["territory"]), {}).get("also_listed_under")
        record.extra_countries = [str(also)] if also and also != record.country else []
        records.append(record)
    records.sort(key=lambda r: (str(r.row["date_start"] or r.row["date_end"]), str(r.row["time_start"] or ""), r.id), reverse=True)
    return Collection(dataset, records, dataset.typed("retired"))


def object_groups(dataset: Dataset) -> dict[str, str]:
    """The chain of `same_object` ties that each incident belongs to, named by its lowest id; untied ones are left out."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for relation in dataset.typed("relations"):
        if relation["kind"] == "same_object":
            a, b = sorted((root(str(relation["incident_id"])), root(str(relation["related_id"]))))
            parent[b] = a
    return {node: root(node) for node in list(parent)}
