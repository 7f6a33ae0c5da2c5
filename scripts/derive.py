"""Owns what is worked out from the tables and never stands in them: whole records, groups, counts, evidence."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from .dataset import Dataset, Row, Value

COUNTED_EXISTENCE = ("confirmed", "probable")


# Compared by identity, so that what was made of a record may be kept (functools.cache).
@dataclass(eq=False)
class Record:
    """One incident with all its rows, typed, and what follows from them."""

    row: Row
    objects: list[Row]
    locations: list[Row]
    responses: list[Row]
    statements: list[Row]
    citations: list[Row]
    relations: list[Row] = field(default_factory=list)
    related_from: list[Row] = field(default_factory=list)
    object_group: str = ""
    sources: dict[str, Row] = field(default_factory=dict)
    origins: dict[str, Row] = field(default_factory=dict)
    updated: str = ""

    @cached_property
    def id(self) -> str:
        return str(self.row["id"])

    @cached_property
    def country(self) -> str:
        return str(self.row["country"])

    @cached_property
    def year(self) -> int:
        """The year under which the record is listed: that of its first possible day, or of its last."""
        return int(str(self.row["date_start"] or self.row["date_end"])[:4])

    @cached_property
    def last_day(self) -> int:
        """The last possible day, as a number of days."""
        return dt.date.fromisoformat(str(self.row["date_end"])).toordinal()

    @cached_property
    def month(self) -> str:
        """`YYYY-MM` where the month is known, or "": a year alone never stands in a monthly chart."""
        start, end = self.row["date_start"], str(self.row["date_end"])
        if self.row["date_precision"] in ("day", "night", "span"):
            return str(start)[:7]
        return end[:7] if start and str(start)[:7] == end[:7] else ""

    @cached_property
    def intruders(self) -> list[Row]:
        """The object rows that are no interceptors."""
        return [o for o in self.objects if o["role"] == "intruder"]

    @cached_property
    def counted(self) -> bool:
        """Whether headline figures count it: confirmed or probable, not explained, and not by a private person."""
        private = bool(self.intruders) and all(o["operator_kind"] == "private" for o in self.intruders)
        return self.row["existence"] in COUNTED_EXISTENCE and not self.row["explained_as"] and not private and bool(self.intruders)

    @cached_property
    def criterion(self) -> str:
        """By which criterion of the scope it is in: entered, stopped, found, or reported by an authority."""
        if self.row["entered"] in ("yes", "inside"):
            return "entered"
        if any(o["outcome"] in ("shot_down", "disabled") or o["stopped_min"] for o in self.intruders) and self.row["existence"] != "refuted":
            return "stopped"
        if any(p["role"] in ("found", "washed_ashore") for p in self.locations):
            return "found"
        return "reported"

    @cached_property
    def categories(self) -> list[str]:
        """Categories of the intruders, each once, in row order."""
        return list(dict.fromkeys(str(o["category"]) for o in self.intruders))

    @cached_property
    def operators(self) -> list[str]:
        """Named operators of the intruders, each once; what is only inferred by us is left out."""
        return list(dict.fromkeys(str(o["operator"]) for o in self.intruders if o["operator"] and o["attribution"] != "inferred"))

    @cached_property
    def publishers(self) -> list[str]:
        """Who publishes the pages cited, each once."""
        return list(dict.fromkeys(str(s["publisher"]) for s in self.sources.values()))

    @cached_property
    def independent_origins(self) -> list[str]:
        """Origins whose word is independent: all offices of one party are one; press counts by itself."""
        return list(dict.fromkeys(str(self.origins[str(c["origin"])]["party"] or c["origin"]) for c in self.citations if c["origin"] in self.origins))

    @cached_property
    def operator_denies(self) -> bool:
        """Whether the named operator denied it."""
        return any(s["stance"] == "denies" and s["affiliation"] in self.operators for s in self.statements)

    @cached_property
    def count(self) -> tuple[int | None, int | None]:
        """How many intruders: least and most; None where no figure is known."""
        return _sum(o["count_min"] for o in self.intruders), _sum((o["count_max"] for o in self.intruders), strict=True)

    @cached_property
    def point(self) -> Row | None:
        """The place that stands for the record on a map: the first row, if it has a point."""
        first = self.locations[0] if self.locations else None
        return first if first and first["latitude"] is not None and first["longitude"] is not None else None

    @property
    def listed_under(self) -> list[str]:
        """The countries whose pages list it: the sovereign, and another where its territory says so."""
        return [self.country, *self.extra_countries]

    extra_countries: list[str] = field(default_factory=list)

    def outcome(self) -> str:
        """The fate of the intruders in one term; `mixed` where rows differ."""
        fates = {str(o["outcome"]) for o in self.intruders}
        return fates.pop() if len(fates) == 1 else "mixed" if fates else "unknown"

    def attribution(self) -> str:
        """How sure the operator is, in one term: that of the first intruder row with an operator, or of the first."""
        named = [o for o in self.intruders if o["operator"]]
        return str((named or self.intruders or [{"attribution": "unknown"}])[0]["attribution"])


def _sum(values: Iterable, strict: bool = False) -> int | None:
    known = list(values)
    if strict and None in known:
        return None
    numbers = [v for v in known if isinstance(v, int)]
    return sum(numbers) if numbers else None


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
        record = Record(row, own["objects"], own["locations"], own["responses"], own["statements"], own["citations"], own["relations"], toward.get(str(row["id"]), []))
        used = [*(c["source_id"] for c in own["citations"]), *(s["source_id"] for s in own["statements"]), *(r["source_id"] for r in own["relations"])]
        record.sources = {str(u): sources[str(u)] for u in used if u in sources}
        record.origins = {str(c["origin"]): dataset.terms["origins"][str(c["origin"])] for c in own["citations"] if c["origin"] in dataset.terms["origins"]}
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
