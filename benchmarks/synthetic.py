"""Owns synthetic datasets for measurements: the real record's incidents, repeated under new ids until there are enough.

Whole incidents are copied, so rows an incident, text lengths, countries and vocabularies have the real distribution. Every
copy has places, texts and sources of its own, so that distinct values grow as they would. The titles say "synthetic"; the
tables go to a temporary folder and are never published.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd

from scripts import tables
from scripts.dataset import Dataset
from scripts.schema import TableSchema

SEED = 20220224
FREE_TEXT = {
    "incidents": ("title", "assessment", "summary"),
    "objects": ("note",),
    "locations": ("place", "basis"),
    "responses": ("detail",),
    "statements": ("speaker", "says"),
    "relations": ("note",),
    "sources": ("title", "publisher"),
    "citations": (),
}
_IDS = {"incidents": ("id",), "relations": ("incident_id", "related_id")}
_NUMBERS_A_YEAR = 1_000_000


def write(real: Path, target: Path, count: int) -> Path:
    """Make a root with `count` synthetic incidents under `target`, drawn from the tables under `real`; returns `target`."""
    dataset = Dataset.load(real)
    if dataset["incidents"].empty:
        raise SystemExit(f"{real}: there are no incidents to draw from")
    shutil.copytree(real / "schema", target / "schema")
    shutil.copytree(real / "data" / "terms", target / "data" / "terms")
    shutil.copy(real / "datapackage.json", target)
    for name, rows in made(dataset, count).items():
        schema = dataset.schemas[name]
        (target / schema.path).write_text(tables.canonical(schema, _sorted(schema, rows)), encoding="utf-8", newline="")
    return target


def made(dataset: Dataset, count: int) -> dict[str, pd.DataFrame]:
    """Every table that is no vocabulary, with `count` incidents."""
    real = list(dataset["incidents"]["id"])
    chosen = _chosen(real, count)
    found = {n: t.rows for n, t in dataset.tables.items() if not t.schema.is_terms}
    for name in FREE_TEXT:
        if name != "sources":
            found[name] = pd.concat([_copy(dataset, name, k, ids) for k, ids in enumerate(chosen)], ignore_index=True)
    used = {*found["citations"]["source_id"], *found["statements"]["source_id"], *found["relations"]["source_id"]}
    every = pd.concat([_copy(dataset, "sources", k, set()) for k in range(len(chosen))], ignore_index=True)
    found["sources"] = every[every["id"].isin(used)]
    found["retired"], found["exceptions"] = found["retired"].iloc[:0], found["exceptions"].iloc[:0]
    return found


def _chosen(real: list[str], count: int) -> list[set[str]]:
    """The incidents of each copy: all of them, and in the last copy a random part."""
    copies, rest = divmod(count, len(real))
    last = [set(random.Random(SEED).sample(real, rest))] if rest else []
    return [*(set(real) for _ in range(copies)), *last]


def _copy(dataset: Dataset, name: str, k: int, ids: set[str]) -> pd.DataFrame:
    rows, own = dataset[name].copy(), _IDS.get(name, ("incident_id",))
    if name != "sources":
        for column in own:
            rows = rows[rows[column].isin(ids)]
            rows[column] = [_renumbered(i, k) for i in rows[column]]
    for column in FREE_TEXT[name]:
        limit = int(next(c.constraints.get("maxLength", 400) for c in dataset.schemas[name].columns if c.name == column))
        rows[column] = [_marked(v, f" (synthetic {k})", limit) for v in rows[column]]
    if name == "sources":
        rows["id"] = [f"{i}-s{k}" for i in rows["id"]]
        rows["url"] = [f"{u}{'&' if '?' in u else '?'}synthetic={k}" for u in rows["url"].str.partition("#")[0]]
    elif "source_id" in rows:
        rows["source_id"] = [f"{i}-s{k}" if i else "" for i in rows["source_id"]]
    return rows


def _renumbered(incident: str, k: int) -> str:
    head, year, number = incident.split("-")
    return f"{head}-{year}-{int(number) + _NUMBERS_A_YEAR * k:04d}"


def _marked(text: str, mark: str, limit: int) -> str:
    return f"{text[: limit - len(mark)].rstrip()}{mark}" if text else ""


def _sorted(schema: TableSchema, rows: pd.DataFrame) -> list[list[str]]:
    return sorted(rows[schema.names].values.tolist(), key=tables.sort_key(schema))
