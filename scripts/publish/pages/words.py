"""Owns how values read on a page: dates by their precision, ranges, durations, counts."""

from __future__ import annotations

from functools import lru_cache

from ...dataset import Row

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
NBSP = "\u00a0"


@lru_cache(maxsize=4096)
def day(text: object) -> str:
    """A whole or partial ISO date in words: `9 March 2026`, `March 2026`, `2026`; a clock time follows after a comma."""
    date, _, clock = str(text or "").partition("T")
    parts = date.split("-")
    words = [MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    said = NBSP.join([*words, parts[0]])
    return f"{said}, {clock}" if clock else said


def days(start: str, end: str, to: str = "–") -> str:
    """Two days in words, what they share said once: `9–10 September 2025`, `30 March – 2 April 2026`."""
    (y1, m1, d1), (y2, m2, _) = start.split("-"), end.split("-")
    if start == end:
        return day(end)
    if (y1, m1) == (y2, m2):
        return f"{int(d1)}{to}{day(end)}"
    first = f"{int(d1)}{NBSP}{MONTHS[int(m1) - 1]}" if y1 == y2 else day(start)
    return f"{first} {to.strip()} {day(end)}"


def when(row: Row) -> str:
    """The date of an incident, in words that do not say more than its precision."""
    start, end, kind = str(row["date_start"] or ""), str(row["date_end"]), row["date_precision"]
    if kind == "before":
        return f"by {day(end)}"
    if kind == "year":
        return f"in {end[:4]}"
    if kind == "month":
        return day(end[:7])
    if kind == "window":
        return f"between {days(start, end, ' and ')}"
    if kind == "night":
        return f"night of {days(start, end)}"
    return days(start, end)


def short(row: Row) -> str:
    """The date of an incident for a narrow column: `9 Mar 2026`, `by 5 Jul 2026`, `9–10 Sep 2025`."""
    window = row["date_precision"] == "window"
    said = days(str(row["date_start"]), str(row["date_end"])) if window else when(row).removeprefix("night of ").removeprefix("in ")
    for month in MONTHS:
        said = said.replace(month, month[:3])
    return said


def number(value: object) -> str:
    """A number with thin groups and without an idle `.0`."""
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, (int, float)) else str(value or "")


def span(low: object, high: object, unit: str = "") -> str:
    """A range in words: `3`, `19–21`, `at least 24`, `up to 5`, or an empty text; at least none says nothing."""
    tail = f"{NBSP}{unit}" if unit else ""
    if low in (None, 0) and high is None:
        return ""
    if low is None:
        return f"up to {number(high)}{tail}"
    if high is None:
        return f"at least {number(low)}{tail}"
    return f"{number(low)}{tail}" if low == high else f"{number(low)}–{number(high)}{tail}"


def clock(row: Row) -> str:
    """The local clock times of an incident, or an empty text."""
    start, end = row["time_start"], row["time_end"]
    if start and end:
        return f"{start}–{end}"
    return str(start or (f"until {end}" if end else ""))


def counted(n: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number(n)}{NBSP}{one if n == 1 else many}"
