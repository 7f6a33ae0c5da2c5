"""Measures the writing of every package for 10,000 and 100,000 incidents: `python -m benchmarks.packages [--root R] [N …]`.

The incidents are the real ones, repeated under new ids, so that rows an incident, text lengths and vocabularies are true
to life. Seconds of wall time in one process; `of zip` is the ratio to the zip of the same run, which travels better
between machines than seconds do.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from scripts import tables
from scripts.dataset import ROOT, Dataset
from scripts.derive import derive
from scripts.publish import archive, codebook, flat, packages
from scripts.publish.context import Context
from scripts.publish.parquet import parquet
from scripts.publish.sqlite import sqlite
from scripts.publish.xlsx import xlsx
from scripts.schema import read_json
from scripts.tables import Table

_INCIDENT = ("incident_id", "related_id")
BUILT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
XLSX_MOST = 20_000
"""Incidents up to which the workbook is timed: beyond, tables come near to a worksheet's limit of rows."""


def synthetic(root: Path, count: int) -> Dataset:
    """A dataset of about `count` incidents: whole copies of the real tables, each under ids of its own."""
    real = Dataset.load(root)
    copies = -(-count // max(len(real["incidents"]), 1))
    made = {}
    for name, table in real.tables.items():
        frames = [_renamed(name, table.rows, n) for n in range(copies)] if not table.schema.is_terms and name not in ("searches", "exceptions", "retired") else [table.rows]
        rows = pd.concat(frames, ignore_index=True)
        # In the order in which `fix` would leave them, which SQLite's and zlib's speed depend on.
        made[name] = Table(table.schema, rows if table.schema.keeps_order else pd.DataFrame(sorted(rows.values.tolist(), key=tables.sort_key(table.schema)), columns=table.schema.names, dtype=object))
    return Dataset(root, made)


def _renamed(table: str, rows: pd.DataFrame, copy: int) -> pd.DataFrame:
    """Rows whose incidents are numbered 1,000,000 × copy higher, and whose sources carry the copy's number."""
    rows = rows.copy()
    for column in (*_INCIDENT, *(("id",) if table == "incidents" else ())):
        if column in rows:
            rows[column] = rows[column].str[:9] + (rows[column].str[9:].astype(int) + 1_000_000 * copy).astype(str).str.zfill(4)
    if copy and table == "sources":
        rows["id"], rows["url"] = rows["id"] + f"-{copy}", rows["url"] + f"#{copy}"
    if copy and "source_id" in rows:
        rows["source_id"] = rows["source_id"].where(rows["source_id"] == "", rows["source_id"] + f"-{copy}")
    return rows


def measure(root: Path, count: int) -> dict[str, float]:
    """Seconds for each step with about `count` incidents; `packages` is the sum of all but the workbook."""
    dataset = synthetic(root, count)
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - begun
        return result

    collection = timed("derive", lambda: derive(dataset))
    package = read_json(root / "datapackage.json")
    context = Context(root, collection, package, "", "", BUILT)
    book = codebook.codebook(collection)
    rows = timed("flat rows", lambda: flat.rows(collection))
    table = flat.schema(dataset.schemas["incidents"])
    data = timed("tables", lambda: archive.table_files(dataset))
    timed("zip", lambda: archive.package(context, data))
    timed("parquet", lambda: parquet(table, rows))
    timed("sqlite", lambda: sqlite(collection, rows, book))
    # Everything, as a build makes it, with the workbook left out.
    original = packages.xlsx
    packages.xlsx = lambda *_: b""
    try:
        timed("packages", lambda: packages.downloads(context))
    finally:
        packages.xlsx = original
    if len(collection.records) <= XLSX_MOST:
        timed("xlsx", lambda: xlsx(collection, rows, book, BUILT))
    packages.downloads.cache_clear()
    return {"incidents": len(collection.records), "rows": sum(len(t.rows) for t in dataset.tables.values()), **seconds}


def main() -> None:
    """Print a Markdown table, a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--root", type=Path, default=ROOT)
    arguments = parser.parse_args()
    for count in arguments.counts:
        found = measure(arguments.root, count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{found.pop('incidents'):,.0f} incidents, {found.pop('rows'):,.0f} rows, peak {peak:,.0f} MiB\n\n| step | seconds | of zip |\n|---|---|---|")
        for name, value in found.items():
            print(f"| {name} | {value:.2f} | {value / found['zip']:.2f} |")


if __name__ == "__main__":
    main()
