"""Owns one whole record: an incident with all its rows, typed, and what follows from them alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from .dataset import Row

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
        if (
            any(o["outcome"] in ("shot_down", "disabled") or o["stopped_min"] for o in self.intruders)
            and self.row["existence"] != "refuted"
        ):
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
        return list(
            dict.fromkeys(
                str(self.origins[str(c["origin"])]["party"] or c["origin"]) for c in self.citations if c["origin"] in self.origins
            )
        )

    @cached_property
    def operator_denies(self) -> bool:
        """Whether the named operator denied it."""
        return any(s["stance"] == "denies" and s["affiliation"] in self.operators for s in self.statements)

    @cached_property
    def count(self) -> tuple[int | None, int | None]:
        """How many intruders: least and most; None where no figure is known."""
        return _sum(o["count_min"] for o in self.intruders), _sum((o["count_max"] for o in self.intruders), strict=True)

    @property
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
