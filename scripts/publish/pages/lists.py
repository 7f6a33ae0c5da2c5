"""Owns the pages that list records: by country, category, operator and year, their indexes, and home's figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from ...dataset import Row
from ...derive import Collection
from ...record import Record
from ..context import Context
from . import charts, maps, overview, words
from .render import Body, render


@dataclass(frozen=True)
class Figures:
    """Headline figures of some records, each with what it counts."""

    records: int
    incidents: int
    entered: int
    stopped: int
    countries: int
    sources: int
    refuted: int
    open: int


def figures(records: list[Record]) -> Figures:
    """Count: incidents are counted records, one object (a chain of `same_object`) once."""
    counted = [r for r in records if r.counted]
    return Figures(
        records=len(records),
        incidents=len({r.object_group for r in counted}),
        entered=len({r.object_group for r in counted if r.row["entered"] in ("yes", "inside")}),
        stopped=len(
            {r.object_group for r in counted if any(o["outcome"] == "shot_down" or (o["stopped_min"] or 0) > 0 for o in r.intruders)}
        ),
        countries=len({r.country for r in counted}),
        sources=len({s for r in records for s in r.sources}),
        refuted=sum(r.row["existence"] == "refuted" or bool(r.row["explained_as"]) for r in records),
        open=sum(r.row["existence"] in ("unconfirmed", "disputed") and not r.row["explained_as"] for r in records),
    )


@lru_cache(maxsize=2)
def last_month(context: Context) -> str:
    """The last month that charts show: that of the newest record, or of the build if that is earlier."""
    months = [r.month for r in context.collection.records if r.month]
    return min(max(months, default="2022-02"), context.day[:7])


NEWEST = 300
"""How many records a page lists; a year with more has a page for each month, which lists all of it."""


@dataclass(frozen=True)
class Listing:
    """What one listing page lists: its section and id, its name, its records, newest first."""

    section: str
    code: str
    name: str
    records: list[Record]

    @property
    def is_part(self) -> bool:
        """Whether it is a month, which stands on its year's page and in no index."""
        return self.section == "years" and not self.code.isdigit()


def listings(collection: Collection) -> Iterator[Listing]:
    """Every country, category, operator and year that has a page, and the months of a year that has too many records for one."""
    for code, row in collection.terms["countries"].items():
        records = collection.listed_under(code)
        if row["covered"] or records:
            yield Listing("countries", code, str(row["label"]), records)
    for code, row in collection.terms["category"].items():
        yield Listing("categories", code, str(row["label"]), collection.by_category.get(code, []))
    for code, records in collection.by_operator.items():
        yield Listing("operators", code, collection.label("parties", code), records)
    for year, records in collection.by_year.items():
        yield Listing("years", str(year), str(year), records)
        yield from months(year, records)


def months(year: int, records: list[Record]) -> list[Listing]:
    """The months of a year with more records than a page lists, newest first; what has no known month stands in a part of its own."""
    found: dict[str, list[Record]] = {}
    for record in records if len(records) > NEWEST else ():
        found.setdefault(record.month or f"{year}-unknown", []).append(record)
    names = {m: f"{year}, month not known" if m.endswith("unknown") else words.day(m) for m in found}
    return [Listing("years", month, names[month], found[month]) for month in sorted(found, reverse=True)]


_FACET = {"countries": "country", "categories": "category", "operators": "operator"}


def _query(section: str, code: str) -> str:
    """The explorer's filter for a listing."""
    if section in _FACET:
        return f"{_FACET[section]}={quote(code)}"
    return f"from={code}&to={code}" if code[5:].isdigit() else f"from={code[:4]}-01&to={code[:4]}-12"


_INTRO = {
    "countries": "Incidents in the airspace of {0}, newest first, with the sources for every fact.",
    "categories": "Incidents with objects of the category “{0}”, newest first.",
    "operators": "Incidents whose objects an authority or the press ascribes to {0}. How sure that is stands on each record.",
    "years": "Incidents of {0}, newest first.",
}


def page(env: Any, context: Context, listing: Listing) -> Body:
    """The page of one listing, for a place two folders deep."""
    section, code, name, records = listing.section, listing.code, listing.name, listing.records
    frame = overview.country_frame(code, records) if section == "countries" and records else overview.OVERVIEW
    shown, beside = overview.marks(context.collection, records, frame)
    counted, parts = [r for r in records if r.counted], months(int(code), records) if section == "years" and not listing.is_part else []
    listed = records if section == "years" and not parts else records[:NEWEST]
    return render(
        env,
        "listing.html",
        name,
        _INTRO[section].format(name),
        section=section,
        code=code,
        records=records,
        intro=_INTRO[section].format(name),
        figures=figures(records),
        chart=_chart(context, counted, code if section == "years" else "") if counted and not listing.is_part else None,
        frame=frame,
        lands=maps.lands(frame) if shown else (),
        bar=maps.scale_bar(frame),
        dots=overview.dots(shown),
        halos=overview.halos(shown),
        beside=beside,
        own=code if section == "countries" else "",
        searched=searched(context, code) if section == "countries" else None,
        feeds=section in ("countries", "categories"),
        context=context,
        base="../../",
        years=by_year(listed),
        listed=len(listed),
        months=parts,
        query=_query(section, code),
    )


def _chart(context: Context, counted: list[Record], year: str) -> charts.Chart:
    """The records by month: over all time, or over one year."""
    last = last_month(context)
    return (
        charts.monthly(context.collection, counted, min(last, f"{year}-12"), max(charts.FIRST_MONTH, f"{year}-01"))
        if year
        else charts.monthly(context.collection, counted, last)
    )


@dataclass(frozen=True)
class Searched:
    """What was searched for a country: how often, from when to when, in which languages, and each search."""

    searches: list[Row]
    start: str
    end: str
    languages: list[str]


def searched(context: Context, code: str) -> Searched:
    """The searches logged for a country."""
    rows = [s for s in context.collection.dataset.typed("searches") if s["country"] == code]
    start, end = (min((str(s["period_start"]) for s in rows), default=""), max((str(s["period_end"]) for s in rows), default=""))
    return Searched(rows, start, end, sorted({str(x) for s in rows for x in s["languages"] or []}))


def by_year(records: list[Record]) -> list[tuple[int, list[Record]]]:
    """Records grouped by year, newest first."""
    groups: dict[int, list[Record]] = {}
    for record in records:
        groups.setdefault(record.year, []).append(record)
    return sorted(groups.items(), reverse=True)


def index_rows(context: Context, section: str) -> list[tuple[str, str, Figures]]:
    """The lines of a section's index: (id, name, figures), with records first."""
    rows = [(x.code, x.name, figures(x.records)) for x in listings(context.collection) if x.section == section and not x.is_part]
    return rows if section == "years" else sorted(rows, key=lambda x: (-x[2].records, x[1]))
