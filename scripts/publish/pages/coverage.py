"""Owns the coverage page: records and searches by country and quarter, silence told apart from absence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...dataset import Row
from ...record import Record
from ..context import Context
from .render import Body, render

FIRST = (2022, 1)


@dataclass(frozen=True)
class Cell:
    """One country in one quarter: how many records, and how many searches."""

    records: int
    searches: int

    @property
    def state(self) -> str:
        """`found`, `none` (looked, found none) or `unsearched` (no search logged)."""
        return "found" if self.records else "none" if self.searches else "unsearched"


def quarters(last: str) -> list[tuple[int, int]]:
    """Every quarter from the first of 2022 to that of an ISO day."""
    end = (int(last[:4]), (int(last[5:7]) + 2) // 3)
    return [(y, q) for y in range(FIRST[0], end[0] + 1) for q in (1, 2, 3, 4) if (y, q) <= end]


def quarter_of(record: Record) -> tuple[int, int]:
    """The quarter of a record's first possible day, or of its last where the first is open."""
    day = str(record.row["date_start"] or record.row["date_end"])
    return int(day[:4]), (int(day[5:7]) + 2) // 3


def covers(search: Row, year: int, quarter: int) -> bool:
    """Whether a search's period touches a quarter; a bare year is the whole of it."""
    first, last = f"{year}-{quarter * 3 - 2:02d}", f"{year}-{quarter * 3:02d}"
    start, end = str(search["period_start"]), str(search["period_end"])
    return (start if len(start) > 4 else f"{start}-01")[:7] <= last and (end if len(end) > 4 else f"{end}-12")[:7] >= first


def page(env: Any, context: Context, base: str, text: Markup) -> Body:
    """The coverage page."""
    collection = context.collection
    searches = collection.dataset.typed("searches")
    columns = quarters(context.day)
    rows = []
    for code, country in sorted(collection.terms["countries"].items(), key=lambda x: str(x[1]["label"])):
        if not country["covered"]:
            continue
        records = collection.listed_under(code)
        own = [s for s in searches if s["country"] == code]
        cells = [_cell(records, own, y, q) for y, q in columns]
        rows.append((code, country["label"], cells, len(records), len(own), sorted({str(x) for s in own for x in s["languages"] or []})))
    return render(env, "coverage.html", "", "", text=text, base=base, columns=columns, rows=rows)


def _cell(records: list[Record], searches: list[Row], year: int, quarter: int) -> Cell:
    return Cell(sum(quarter_of(r) == (year, quarter) for r in records), sum(covers(s, year, quarter) for s in searches))
