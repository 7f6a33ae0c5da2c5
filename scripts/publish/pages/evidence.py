"""Owns how a record's evidence reads: footnotes, sources by origin, who says what, and its dated steps."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...dataset import Row
from ...record import Record

CONTRARY = ("denies", "doubts", "revises", "retracts")
# Topics on which two different values cannot both be true; pieces may well fall at two places.
ONE_VALUED = ("date", "existence", "explanation", "entry", "object", "count", "operator", "outcome", "casualties")


class Notes:
    """The footnotes of a record: sources numbered as first used, and which of them support a fact group or row."""

    def __init__(self, record: Record) -> None:
        self.numbers = {source: i for i, source in enumerate(record.sources, 1)}
        rows: dict[str, set[int]] = defaultdict(set)
        groups: dict[str, set[int]] = defaultdict(set)
        for citation in record.citations:
            number = self.numbers[str(citation["source_id"])]
            for part in citation["supports"] or []:
                rows[part].add(number)
                groups[part.partition("/")[0]].add(number)
        self._rows = {part: tuple(sorted(numbers)) for part, numbers in rows.items()}
        self._groups = {group: tuple(sorted(numbers)) for group, numbers in groups.items()}

    def of(self, group: str, row: object = None) -> tuple[int, ...]:
        """The footnotes of a fact group, or of one row of it; a row without its own has the group's."""
        if row is not None:
            return self._rows.get(f"{group}/{row}") or self._rows.get(group, ())
        return self._groups.get(group, ())


def supports(groups: list[str]) -> str:
    """Fact groups in words: `place/1` and `place/2` become `places 1, 2`."""
    rows: dict[str, list[str]] = defaultdict(list)
    for group in groups:
        name, _, row = group.partition("/")
        rows[name] += [row] if row else []
    said = [f"{name}{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}" if numbers else name for name, numbers in rows.items()]
    return ", ".join(said)


def by_origin(record: Record, notes: Notes) -> list[tuple[Row, list[dict[str, Any]]]]:
    """Sources grouped by whose word they carry: (origin, pages); a page under two origins is anchored at the first."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for citation in record.citations:
        source = str(citation["source_id"])
        groups[str(citation["origin"])].append(
            {"number": notes.numbers[source], "source": record.sources[source], "supports": supports(citation["supports"] or [])}
        )
    anchored: set[int] = set()
    for pages in groups.values():
        pages.sort(key=lambda p: p["number"])
        for page_of in pages:
            page_of["first"] = page_of["number"] not in anchored
            anchored.add(page_of["number"])
    return [(record.origins[o], pages) for o, pages in groups.items()]


def uncited_sources(record: Record, notes: Notes) -> list[tuple[int, Row]]:
    """Sources that carry statements or ties only."""
    cited = {str(c["source_id"]) for c in record.citations}
    return [(n, record.sources[s]) for s, n in notes.numbers.items() if s not in cited]


@dataclass(frozen=True)
class Account:
    """What was said on one topic, by date; `differ` where somebody contradicts, doubts or takes back."""

    topic: str
    statements: tuple[Row, ...]
    differ: bool


def accounts(record: Record) -> list[Account]:
    """Statements by topic: those on which accounts differ first, then in the order first spoken of."""
    topics: dict[str, list[Row]] = defaultdict(list)
    for statement in sorted(record.statements, key=lambda s: _late(str(s["date"] or "9"))):
        topics[str(statement["topic"])].append(statement)
    found = [Account(topic, tuple(rows), _differ(rows)) for topic, rows in topics.items()]
    return sorted(found, key=lambda a: not a.differ)


def _late(date: str) -> str:
    """A sort key that puts a partial date after the days within it: `2025-09` was said at some time in September."""
    return f"{date[:10]}~{date[10:]}"


def _differ(rows: list[Row]) -> bool:
    said = {str(r["value"]) for r in rows if r["value"] and r["stance"] in ("asserts", "revises")}
    return any(r["stance"] in CONTRARY for r in rows) or (len(said) > 1 and rows[0]["topic"] in ONE_VALUED)


@dataclass(frozen=True)
class Step:
    """One dated step of the event: a whole or partial date, what kind of step, and its text."""

    date: str
    kind: str
    text: str
    more: str = ""

    @property
    def day(self) -> str:
        """The date without its clock time."""
        return self.date[:10]

    @property
    def clock(self) -> str:
        """The clock time, or an empty text."""
        return self.date[11:]


_ORDER = ("event", "response", "found", "public", "statement")
_BEGAN = {
    "day": "It happened",
    "night": "It happened",
    "window": "First possible day",
    "month": "First possible day",
    "year": "First possible day",
}


def timeline(record: Record, label: Any) -> list[list[Step]]:
    """Dated steps of the event by day, oldest first."""
    row = record.row
    first = str(row["date_start"] or row["date_end"])
    began = (
        "Reported for this day"
        if row["existence"] in ("refuted", "unconfirmed", "disputed")
        else _BEGAN.get(str(row["date_precision"]), "It began")
        if row["date_start"]
        else "Latest possible day"
    )
    steps = [Step(first, "event", began)]
    if row["date_precision"] in ("window", "month", "year"):
        steps.append(Step(str(row["date_end"]), "event", "Latest possible day"))
    if row["discovered"]:
        steps.append(Step(str(row["discovered"]), "found", "Found on the ground"))
    if row["disclosed"]:
        steps.append(Step(str(row["disclosed"]), "public", "Made public"))
    steps += [
        Step(
            str(r["start"]),
            "response",
            f"{label('parties', r['actor'])}: {label('response_kind', r['kind']).lower()}",
            str(r["detail"] or r["place"] or ""),
        )
        for r in record.responses
        if r["start"]
    ]
    steps += [Step(str(s["date"]), "statement", str(s["speaker"]), str(s["says"])) for s in record.statements if s["date"]]
    steps.sort(key=lambda s: (_late(s.day), _ORDER.index(s.kind), s.date))
    return [list(some) for _, some in groupby(steps, key=lambda s: s.day)]


def sentence(text: object) -> str:
    """A statement with one full stop at its end."""
    said = str(text or "").strip()
    return said if re.search(r"[.!?…]['\"”»]?$", said) or not said else f"{said}."
