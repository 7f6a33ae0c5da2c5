"""Rules on ranges and on columns that must agree with each other."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..dataset import Dataset
from .rule import Finding, rule


def numbers(values: pd.Series) -> pd.Series:
    """A text column as numbers; NaN where it is empty or no number."""
    return pd.to_numeric(values.where(values != ""), errors="coerce")


@rule(
    "range",
    "The least of a range is not above the most, and no more objects are stopped than came.",
    "Figures are ranges of what authorities still hold, never single guesses.",
)
def ranges(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for low in (n for n in table.schema.names if n.endswith("_min")):
            high = low.removesuffix("_min") + "_max"
            rows = table.rows[numbers(table.rows[low]) > numbers(table.rows[high])]
            for line, value, top in zip(rows.index, rows[low], rows[high], strict=True):
                yield name, line, low, value, f"at most {high}, {top}", "Exchange the two figures, or mend the wrong one."
    objects = dataset["objects"]
    rows = objects[numbers(objects["stopped_min"]) > numbers(objects["count_max"])]
    for line, value, top in zip(rows.index, rows["stopped_min"], rows["count_max"], strict=True):
        yield "objects", line, "stopped_min", value, f"at most count_max, {top}", "No more can be stopped than came; mend one of the two."


@rule(
    "refuted",
    "A refuted report did not enter, counts nothing, has no operator, and a cause of its own only where nothing flew.",
    "A false alarm must not creep into the figures through another column.",
)
def refuted(dataset: Dataset) -> Iterator[Finding]:
    incidents = dataset["incidents"]
    nothing = incidents[incidents["existence"] == "refuted"]
    for line, value in nothing["entered"][nothing["entered"] != "no"].items():
        yield "incidents", line, "entered", value, "no, since the report is refuted", "Set entered to no (decision rule 2)."
    objects = dataset["objects"]
    rows = objects[objects["incident_id"].isin(set(nothing["id"]))]
    for column in ("count_min", "count_max"):
        for line, value in rows[column][~rows[column].isin(["0", ""])].items():
            yield "objects", line, column, value, "0, since the report is refuted", "Set it to 0; what was first said is a statement."
    for column in ("operator", "operator_kind"):
        for line, value in rows[column][rows[column] != ""].items():
            yield "objects", line, column, value, "nothing, since the report is refuted", "Empty the cell."


@rule(
    "operator",
    "An operator comes with an attribution and a kind; an unknown one has neither name nor certainty.",
    "Who did it and how sure that is are two things that must not contradict each other.",
)
def operator(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["objects"]
    named = rows["operator"] != ""
    for line, value in rows["attribution"][named & (rows["attribution"] == "unknown")].items():
        yield (
            "objects",
            line,
            "attribution",
            value,
            "confirmed, asserted, suspected, disputed or inferred, since an operator is named",
            "Grade it, or empty the operator.",
        )
    for line in rows.index[named & (rows["operator_kind"] == "")]:
        yield "objects", line, "operator_kind", "", "the kind of the named operator", "Add state, armed_group, smuggler or private."
    private = rows[named & rows["operator_kind"].isin(["private"])]
    for line, value in private["operator"].items():
        yield "objects", line, "operator", value, "nothing, since private persons are not named", "Empty the cell."


@rule(
    "stopped",
    "Only an object that was stopped names who stopped it and how; the point of a place has a radius, and a radius a point.",
    "Columns that belong together are filled together.",
)
def stopped(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["objects"]
    free = rows["outcome"].isin(["left", "landed", "not_found", "recovered"]) & (rows["stopped_max"].isin(["0", ""]))
    for column in ("stopped_by", "means"):
        for line, value in rows[column][free & (rows[column] != "") & (rows["stopped_min"].isin(["0", ""]))].items():
            yield (
                "objects",
                line,
                column,
                value,
                "nothing, since the outcome says that it was not stopped",
                "Empty the cell, or mend outcome and stopped_min.",
            )
