"""Owns charts drawn at build time as SVG: incidents by month and family, with a table as twin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ...derive import Collection
from ...record import Record
from .words import MONTHS

FIRST_MONTH = "2022-02"
FAMILIES = ("missile", "drone", "aircraft", "balloon", "unknown")
WIDE, BESIDE = (720, 230), (480, 300)
"""Sizes in pixels: across a page, and beside a map."""

LEFT, BOTTOM, TOP = 36, 30, 14


@dataclass(frozen=True)
class Bar:
    """One stacked piece: pixels, family, and its value for the title."""

    x: float
    y: float
    width: float
    height: float
    family: str
    month: str
    value: int


@dataclass(frozen=True)
class Chart:
    """A chart of stacked bars by period, and the same numbers as a table."""

    bars: list[Bar]
    ticks: list[tuple[float, int]]
    labels: list[tuple[float, str]]
    table: list[tuple[str, dict[str, int], int]]
    left_out: int
    width: int
    height: int


def monthly(
    collection: Collection, records: list[Record], last_month: str, first_month: str = FIRST_MONTH, size: tuple[int, int] = BESIDE
) -> Chart:
    """Records by month; those whose month is not known are left out and counted."""
    counts: dict[str, Counter[str]] = {m: Counter() for m in months_to(last_month) if m >= first_month}
    left_out = 0
    for record in records:
        if record.month in counts:
            counts[record.month][collection.family(record)] += 1
        else:
            left_out += 1
    table = [(m, {f: c[f] for f in FAMILIES}, sum(c.values())) for m, c in counts.items()]
    top = nice(max((t[2] for t in table), default=1))
    width, tall = size
    step = (width - LEFT) / max(len(table), 1)
    height = tall - BOTTOM - TOP
    bars = []
    for i, (month, row, _) in enumerate(table):
        y = float(tall - BOTTOM)
        for name in FAMILIES:
            if row[name]:
                size = row[name] / top * height
                y -= size
                bars.append(
                    Bar(round(LEFT + i * step + step * 0.1, 1), round(y, 1), round(step * 0.8, 1), round(size, 1), name, month, row[name])
                )
    ticks = [(round(tall - BOTTOM - height * f, 1), round(top * f)) for f in (0, 0.5, 1)]
    middle = step / 2 if len(table) <= 12 else 0
    labels = [
        (round(LEFT + i * step + middle, 1), _tick(m, len(table)))
        for i, (m, _, _) in enumerate(table)
        if m.endswith("-01") or i == 0 or len(table) <= 12
    ]
    return Chart(bars, ticks, labels, table, left_out, width, tall)


def _tick(month: str, shown: int) -> str:
    """What stands under a month: its year, or its name in a chart of one year."""
    return MONTHS[int(month[5:]) - 1][:3] if shown <= 12 else month[:4]


def months_to(last: str) -> list[str]:
    """Every month from February 2022 to `last`, both included, as YYYY-MM."""
    year, month, found = 2022, 2, []
    while (text := f"{year}-{month:02d}") <= last:
        found.append(text)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def nice(value: int) -> int:
    """The next even round number for an axis."""
    return next((n for n in (2, 4, 6, 10, 20, 30, 40, 60, 80, 100, 200, 400, 600, 1000) if n >= value), -(-value // 1000) * 1000)
