"""Measures the writing of every package for 10,000 and 100,000 incidents: `python -m benchmarks.packages [--root R] [N …]`.

The incidents are those of `synthetic`, so that rows an incident, text lengths and vocabularies are true to life. Seconds of wall time and of processor time in one process (of which the first is too long on a busy machine);
`of zip` is the ratio of processor times to the zip of the same run, which travels better between machines.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import synthetic
from scripts.dataset import ROOT, Dataset
from scripts.derive import derive
from scripts.publish import archive, codebook, flat, packages
from scripts.publish.context import Context
from scripts.publish.parquet import parquet
from scripts.publish.sqlite import sqlite
from scripts.publish.xlsx import xlsx
from scripts.schema import read_json

BUILT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
XLSX_MOST = 20_000
"""Incidents up to which the workbook is timed: beyond, tables come near to a worksheet's limit of rows."""


def _processor() -> float:
    """Seconds of processor of this process and of the copies that it forked and that have ended."""
    return sum(os.times()[:4])


def measure(root: Path, count: int) -> tuple[int, int, dict[str, tuple[float, float]]]:
    """Incidents, rows, and for each step seconds of wall and processor; `packages` is everything but the workbook."""
    # The tables stay while packages are made, as they do in a build.
    with tempfile.TemporaryDirectory() as folder:
        return _measured(root, Dataset.load(synthetic.write(root, Path(folder) / "synthetic", count)))


def _measured(root: Path, dataset: Dataset) -> tuple[int, int, dict[str, tuple[float, float]]]:
    seconds: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        wall, processor = time.perf_counter(), _processor()
        result = work()
        seconds[name] = time.perf_counter() - wall, _processor() - processor
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
    original = packages._forms
    packages._forms = lambda *arguments: {**original(*arguments), "xlsx": list}
    try:
        timed("packages", lambda: packages.downloads(context))
    finally:
        packages._forms = original
    if len(collection.records) <= XLSX_MOST:
        timed("xlsx", lambda: xlsx(collection, rows, book, BUILT))
    packages.downloads.cache_clear()
    return len(collection.records), sum(len(t.rows) for t in dataset.tables.values()), seconds


def main() -> None:
    """Print a Markdown table, a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--root", type=Path, default=ROOT)
    arguments = parser.parse_args()
    for count in arguments.counts:
        incidents, rows, seconds = measure(arguments.root, count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"\n{incidents:,} incidents, {rows:,} rows, peak {peak:,.0f} MiB\n\n| step | wall s | processor s | of zip |\n|---|---|---|---|"
        )
        for name, (wall, processor) in seconds.items():
            print(f"| {name} | {wall:.2f} | {processor:.2f} | {processor / seconds['zip'][1]:.2f} |")


if __name__ == "__main__":
    main()
