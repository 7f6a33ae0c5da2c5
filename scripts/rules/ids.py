"""Rules on incident ids: minted once, never reused, retired with a tombstone."""

from __future__ import annotations

from collections.abc import Iterator

from ..dataset import Dataset
from .rule import Finding, rule

PLACEHOLDER = "AIR-NEW-"


@rule(
    "placeholder",
    "No AIR-NEW-… id stays in the record; in a proposal it is a warning.",
    "An id is a promise, so a number is given once, and never to two proposals.",
)
def placeholder(dataset: Dataset) -> Iterator[Finding]:
    ids = dataset["incidents"]["id"]
    for line, value in ids[ids.str.startswith(PLACEHOLDER)].items():
        yield (
            "incidents",
            line,
            "id",
            value,
            "an id such as AIR-2026-0012",
            "Run `make fix`; it mints the number. In a pull request it may stay: `check --proposal`.",
        )


@rule(
    "retired",
    "A retired id stands in no other table, and what replaces it is a live record.",
    "An id is a promise: it never comes to mean another event.",
)
def retired(dataset: Dataset) -> Iterator[Finding]:
    gone = set(dataset["retired"]["id"])
    ids = dataset["incidents"]["id"]
    for line, value in ids[ids.isin(gone)].items():
        yield (
            "incidents",
            line,
            "id",
            value,
            "an id that is not retired",
            "Give the record a new id (AIR-NEW-a), or take the id out of data/retired.csv.",
        )
    rows = dataset["retired"]
    for line, a, b in zip(rows.index, rows["id"], rows["replaced_by"], strict=True):
        if b and b in gone:
            yield "retired", line, "replaced_by", b, "a live record", f"Name the record that stands for {a} now."


@rule(
    "id-shape",
    "The number of an id has four digits, more only from 10000 on.",
    "AIR-2026-0012 and AIR-2026-00012 would be two addresses for one record.",
)
def id_shape(dataset: Dataset) -> Iterator[Finding]:
    for table in ("incidents", "retired"):
        for line, value in dataset[table]["id"].items():
            number = value.rsplit("-", 1)[-1]
            if not value.startswith(PLACEHOLDER) and len(number) > 4 and number.startswith("0"):
                yield (
                    table,
                    line,
                    "id",
                    value,
                    "four digits without further leading zeros",
                    "Run `make fix` after giving the record a placeholder id.",
                )
