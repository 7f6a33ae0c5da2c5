"""Rules on keys that join tables and that frictionless does not check, or checks without a remedy."""

from __future__ import annotations

from collections.abc import Iterator

from ..dataset import Dataset
from .rule import Finding, rule

_TWICE = "Delete one of the two rows, or give it a number of its own."
_MINTED_TWICE = "If two proposals minted one number: undo the merge, run `python -m scripts fix --against main` on the branch of the later one, and merge again."


@rule(
    "unique-key",
    "No two rows of a table have the same primary key.",
    "A row that stands twice is counted twice.",
)
def unique_key(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        key = table.schema.primary_key
        seen: set[tuple[str, ...]] = set()
        for line, *cells in zip(table.rows.index, *(table.rows[c].tolist() for c in key), strict=True):
            if tuple(cells) in seen:
                yield (
                    name,
                    line,
                    key[0],
                    "/".join(cells),
                    f"one row for each {', '.join(key)}",
                    _MINTED_TWICE if name == "incidents" else _TWICE,
                )
            seen.add(tuple(cells))


@rule(
    "row-link",
    "A place names an object of its own incident, and a statement answers an earlier one of its own incident.",
    "A number that points nowhere makes the account unreadable.",
)
def row_link(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for key in table.schema.foreign_keys:
            if len(key.columns) != 2:
                continue
            target = dataset[key.table]
            known = set(zip(target[key.target[0]], target[key.target[1]], strict=True))
            filled = table.rows[table.rows[key.columns[1]] != ""]
            for line, a, b in zip(filled.index, filled[key.columns[0]], filled[key.columns[1]], strict=True):
                if (a, b) not in known:
                    yield (
                        name,
                        line,
                        key.columns[1],
                        b,
                        f"expected the number of a row of {a} in data/{key.table}.csv",
                        "Name a row that exists, or leave the cell empty.",
                    )


@rule(
    "whole-record",
    "Every incident has at least one object, one place and one citation.",
    "A record without a thing, a place or a source says nothing that can be checked.",
)
def whole_record(dataset: Dataset) -> Iterator[Finding]:
    incidents = dataset["incidents"]
    for table in ("objects", "locations", "citations"):
        have = set(dataset[table]["incident_id"])
        for line, incident in incidents["id"][~incidents["id"].isin(have)].items():
            yield (
                "incidents",
                line,
                "id",
                incident,
                f"a row in data/{table}.csv",
                f"Add the row to data/{table}.csv, with incident_id {incident}.",
            )


@rule(
    "self-relation",
    "No incident is related to itself, and no tie is written from both ends.",
    "A loop in the ties would make one object two.",
)
def self_relation(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["relations"]
    seen: set[tuple[str, str, str]] = set()
    for line, a, b, kind in zip(rows.index, rows["incident_id"], rows["related_id"], rows["kind"], strict=True):
        if a == b:
            yield "relations", line, "related_id", b, "another incident", "Name the other incident, or delete the row."
        elif (b, a, kind) in seen:
            yield "relations", line, "related_id", b, "one row for each tie", f"Delete this row: the tie stands already, from {b}."
        seen.add((a, b, kind))


@rule(
    "circular-relation",
    "Ties of an order (same object, debris of, follows) never lead back to where they began.",
    "An earlier leg cannot come after a later one.",
)
def circular_relation(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["relations"]
    for kind in ("same_object", "debris_of", "follows"):
        ties = rows[rows["kind"] == kind]
        onward: dict[str, list[tuple[str, int]]] = {}
        for line, a, b in zip(ties.index, ties["incident_id"], ties["related_id"], strict=True):
            onward.setdefault(a, []).append((b, line))
        done: set[str] = set()
        for start in onward:
            # Depth first without recursion, so that a long chain cannot exhaust the stack.
            stack, path = [(start, iter(onward[start]))], {start}
            while stack and start not in done:
                node, edges = stack[-1]
                step = next(edges, None)
                if step is None:
                    done.add(node)
                    path.discard(node)
                    stack.pop()
                elif step[0] in path and step[0] != node:
                    yield (
                        "relations",
                        step[1],
                        "related_id",
                        step[0],
                        f"no way back to {step[0]} by {kind}",
                        "Turn round or delete one of the ties.",
                    )
                elif step[0] not in done and step[0] not in path:
                    path.add(step[0])
                    stack.append((step[0], iter(onward.get(step[0], ()))))
