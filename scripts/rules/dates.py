"""Rules on days, clock times and their order."""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re
from collections.abc import Iterator

from ..dataset import Dataset
from .rule import Finding, rule

FIRST_DAY = "2022-02-24"
_PARTIAL = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T\d\d:\d\d)?$", re.ASCII)


def is_day(text: str) -> bool:
    """Whether a text is a whole calendar day."""
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def first_day(text: str) -> dt.date | None:
    """The first day that a partial date allows; None if it is no date."""
    match = _PARTIAL.match(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        return dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def today() -> dt.date:
    """The day against which "future" is judged: SOURCE_DATE_EPOCH where it is set, or the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit() and len(epoch) < 12:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    # A day ahead, since it may be tomorrow already where the author lives.
    return dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)


@rule(
    "real-date",
    "Every date, whole or partial, exists in the calendar.",
    "2025-02-30 sorts, charts and filters wrongly in every tool.",
)
def real_date(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for column in table.schema.columns:
            if "(0[1-9]|1[0-2])" not in column.constraints.get("pattern", ""):
                continue
            unreal = [v for v in dataset.distinct[name][column.name] if v and _PARTIAL.match(v) and first_day(v) is None]
            for line, value in dataset.lines_of(name, column.name, unreal):
                yield name, line, column.name, value, "a day of the calendar", "Mend the day or the month; leave out what is not known."


@rule(
    "future",
    "No date lies in the future.",
    "The record holds what has happened.",
)
def future(dataset: Dataset) -> Iterator[Finding]:
    limit = today()
    for name, table in dataset.tables.items():
        for column in table.schema.columns:
            if column.type != "date" and "(0[1-9]|1[0-2])" not in column.constraints.get("pattern", ""):
                continue
            late = [v for v in dataset.distinct[name][column.name] if (day := first_day(v)) and day > limit]
            for line, value in dataset.lines_of(name, column.name, late):
                yield name, line, column.name, value, "a day that has come", "Mend the date."


@rule(
    "date-order",
    "The first day is not after the last, and the last not before 24 February 2022.",
    "A range that runs backwards is a slip of the pen; earlier events are out of scope.",
)
def date_order(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["incidents"]
    for line, start, end in zip(rows.index, rows["date_start"], rows["date_end"], strict=True):
        if is_day(start) and is_day(end) and start > end:
            yield "incidents", line, "date_start", start, f"a day up to date_end, {end}", "Exchange the two, or mend the wrong one."
        if is_day(end) and end < FIRST_DAY:
            yield (
                "incidents",
                line,
                "date_end",
                end,
                f"a day from {FIRST_DAY} on",
                "Earlier events are out of scope; mend the date or delete the record.",
            )
    for table, a, b in (("responses", "start", "end"), ("searches", "period_start", "period_end")):
        rows = dataset[table]
        for line, start, end in zip(rows.index, rows[a], rows[b], strict=True):
            if len(start) == len(end) and start > end:
                yield table, line, a, start, f"not after {b}, {end}", "Exchange the two, or mend the wrong one."


@rule(
    "date-precision",
    "The range of days fits its precision: one day, one night, a whole month, a whole year, an open start.",
    "A chart by month must know which records have a month.",
)
def date_precision(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["incidents"]
    for line, start, end, kind in zip(rows.index, rows["date_start"], rows["date_end"], rows["date_precision"], strict=True):
        fault = _misfit(start, end, kind)
        if fault:
            yield (
                "incidents",
                line,
                "date_precision",
                kind,
                f"{fault} (it is {start or 'empty'} to {end})",
                "Mend the days or the precision.",
            )


def _misfit(start: str, end: str, kind: str) -> str:
    if kind == "before":
        return "an empty date_start" if start else ""
    if not is_day(start) or not is_day(end):
        return "two whole days" if not start else ""
    a, b = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    if kind == "day" and a != b:
        return "the same day twice"
    if kind == "night" and (b - a).days not in (0, 1):
        return "a night: the second day is the next one, or the same"
    if kind == "month" and (a.day != 1 or b.day != calendar.monthrange(b.year, b.month)[1] or a.month != b.month or a.year != b.year):
        return "the first and the last day of one month"
    if kind == "year" and (start[4:] != "-01-01" or end != f"{start[:4]}-12-31"):
        return "the first and the last day of one year"
    return ""


@rule(
    "statement-order",
    "A statement is not dated before the one that it answers.",
    "A denial cannot precede the claim.",
)
def statement_order(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["statements"]
    dated = {(i, n): d for i, n, d in zip(rows["incident_id"], rows["statement"], rows["date"], strict=True)}
    for line, incident, about, date in zip(rows.index, rows["incident_id"], rows["about"], rows["date"], strict=True):
        earlier = dated.get((incident, about), "") if about else ""
        width = min(len(earlier), len(date))
        if width and earlier[:width] > date[:width]:
            yield (
                "statements",
                line,
                "date",
                date,
                f"not before {earlier}, the statement that it answers",
                "Mend one of the dates, or the number in about.",
            )
