"""Owns what is worked out from the tables and never stands in them: whole records together, their groups and ties."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from .dataset import Dataset, Row, Value
from .record import Record


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
        row = self.terms[vocabulary].get(str(term))
        return str(row["label"]) if row else str(term or "")

    def listed_under(self, country: str) -> list[Record]:
        """The records that a country's page lists."""
        return self._by_country.get(country, [])

    def near(self, record: Record, days: int, most: int) -> list[Record]:
        """Up to `most` other records of its country within some days, or at the same first place, nearest in time first; tied ones are left out."""
        tied = {str(r["related_id"]) for r in record.relations} | {str(r["incident_id"]) for r in record.related_from} | {record.id}
        ordinals, ordered = self._by_day.get(record.country, ([], []))
        found = ordered[bisect_left(ordinals, record.last_day - days) : bisect_right(ordinals, record.last_day + days)]
        if record.locations and record.locations[0]["place"]:
            found = found + self._by_place.get((record.country, record.locations[0]["place"]), [])
        apart = {r.id: (abs(r.last_day - record.last_day), r.id, r) for r in found if r.id not in tied}
        return [r for *_, r in sorted(apart.values(), key=lambda a: a[:2])[:most]]

    @cached_property
    def _by_day(self) -> dict[str, tuple[list[int], list[Record]]]:
        ordered = {c: sorted(rs, key=lambda r: r.last_day) for c, rs in self._by_country.items()}
        return {c: ([r.last_day for r in rs], rs) for c, rs in ordered.items()}

    @cached_property
    def _by_place(self) -> dict[tuple[str, Value], list[Record]]:
        found: dict[tuple[str, Value], list[Record]] = defaultdict(list)
        for country, records in self._by_country.items():
            for record in records:
                if record.locations:
                    found[(country, record.locations[0]["place"])].append(record)
        return dict(found)

    @cached_property
    def _by_country(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            for country in record.listed_under:
                found[country].append(record)
        return dict(found)


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
