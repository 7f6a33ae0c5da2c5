"""Owns what stands under `data/`: every form of the tables, their metadata, and the sums that prove them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import orjson

from .. import tables
from ..dataset import Row
from ..schema import LIST_SEPARATOR, TableSchema
from ..spread import spread
from . import archive, codebook, deltas, flat, metadata, nested
from .context import Context, Files
from .download import Download, compact
from .sqlite import sqlite
from .xlsx import xlsx

BOM = b"\xef\xbb\xbf"
SUMS = "data/SHA256SUMS"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(context: Context) -> Files:
    """Every file under `data/`."""
    for download in downloads(context):
        yield download.path, download.data


@lru_cache(maxsize=2)
def downloads(context: Context) -> tuple[Download, ...]:
    """Every file under `data/`, in the order of the downloads page; made once a build."""
    data = archive.table_files(context.collection.dataset)
    forms = _forms(context, data)
    # Each takes long beside the others, so that they are made on as many cores as there are.
    made = dict(spread(lambda name: (name, forms[name]()), list(forms)))
    found = [*(d for n in ORDER for d in made[n]), *_normalised(context, data), *deltas.downloads(context)]
    found += metadata.describing(context, found)
    sums = "".join(f"{d.sha256}  {d.name}\n" for d in sorted(found, key=lambda d: d.name))
    return (
        *found,
        Download(SUMS, sums.encode(), "text/plain", "SHA-256 sums", "Check a download with `sha256sum -c --ignore-missing SHA256SUMS`."),
    )


ORDER = ("zip", "csv", "xlsx", "parquet", "sqlite", "json")
"""How the downloads page lists the forms."""


def _parquet(schema: TableSchema, rows: list[Row]) -> bytes:
    # Loaded here, since pyarrow is 30 MiB that every page would be poured beside.
    from .parquet import parquet

    return parquet(schema, rows)


def _forms(context: Context, data: dict[str, bytes]) -> dict[str, Callable[[], list[Download]]]:
    """What makes each form that holds the whole record or its flat table; the longest first."""
    collection = context.collection
    dataset, book = collection.dataset, codebook.codebook(collection)
    table, count = flat.schema(dataset.schemas["incidents"]), len(collection.records)
    # Made where they are needed: one process is at them while another is at what needs none.
    rows = cache(lambda: flat.rows(collection))

    def csv() -> list[Download]:
        text = tables.canonical(table, flat.cells(rows()))
        excel = BOM + text.replace("\n", "\r\n").encode()
        return [
            Download(table.path, text.encode(), "text/csv", "Flat CSV", "An incident a row, lists parted by `;`.", count, table),
            Download(
                "data/incidents-flat-excel.csv",
                excel,
                "text/csv",
                "Flat CSV for spreadsheets",
                "The same with a byte order mark, so that a spreadsheet shows accents right.",
                count,
            ),
        ]

    def json() -> list[Download]:
        records = [orjson.dumps(nested.nested(r, collection)) for r in collection.records]
        places = _features(context)
        return [
            Download(
                "data/incidents.json",
                _whole(context, records),
                "application/json",
                "Nested JSON",
                "Every record with all its rows and sources.",
                count,
            ),
            Download(
                "data/incidents.ndjson",
                b"".join(r + b"\n" for r in records),
                "application/x-ndjson",
                "NDJSON",
                "The same, a record a line.",
                count,
            ),
            Download(
                "data/incidents.geojson",
                compact({"type": "FeatureCollection", "features": places}),
                "application/geo+json",
                "GeoJSON",
                "One feature a place; no geometry where no source is fine enough.",
                len(places),
            ),
        ]

    def one(path: str, make: Callable[[], bytes], *said: str) -> Callable[[], list[Download]]:
        return lambda: [Download(path, make(), *said, count)]

    whole = "data/airspace-incursion-record"
    return {
        "sqlite": one(
            f"{whole}.sqlite",
            lambda: sqlite(collection, rows(), book),
            "application/vnd.sqlite3",
            "SQLite database",
            "Every table with keys, the flat table, views, and full text.",
        ),
        "xlsx": one(
            f"{whole}.xlsx",
            lambda: xlsx(collection, rows(), book, context.built),
            XLSX,
            "Excel workbook",
            "A sheet a table, with the flat table first and the codebook last.",
        ),
        "json": json,
        "zip": lambda: [
            Download(
                f"{whole}.zip",
                archive.package(context, data),
                "application/zip",
                "Data package",
                "Every table as CSV with schemas, vocabularies, codebook, README, licence and citation.",
            )
        ],
        "parquet": one(
            "data/incidents.parquet",
            lambda: _parquet(table, rows()),
            "application/vnd.apache.parquet",
            "Parquet",
            "The flat table with types, dictionaries and the map point as GeoParquet.",
        ),
        "csv": csv,
    }


def _normalised(context: Context, data: dict[str, bytes]) -> Iterator[Download]:
    """The tables and vocabularies as CSV, and the codebook."""
    for table in context.collection.dataset.tables.values():
        schema = table.schema
        yield Download(schema.path, data[schema.path], "text/csv", schema.title, schema.description, len(table.rows), schema)
    book = codebook.codebook(context.collection)
    yield Download(
        "data/codebook.csv",
        book.as_csv(),
        "text/csv",
        "Codebook",
        "Every column: what it means, its type, unit and terms, and what an empty cell says.",
        len(book.entries),
    )
    yield Download(
        "data/codebook.json",
        compact(book.as_json()),
        "application/json",
        "Codebook as JSON",
        "The same, with the vocabularies and their definitions.",
    )


def _whole(context: Context, records: list[bytes]) -> bytes:
    """`{"meta": …, "incidents": […]}` of records that are JSON already."""
    meta = orjson.dumps(nested.meta(context))
    return b'{"meta":' + meta + b',"incidents":[' + b",\n".join(records) + b"]}\n"


_OF_INCIDENT = ("title", "date_start", "date_end", "date_precision", "existence", "explained_as", "entered")


def _features(context: Context) -> list[dict[str, Any]]:
    """Every place as a GeoJSON feature (RFC 7946: longitude first), newest incident first."""
    found = []
    for record in context.collection.records:
        shared: Row = {n: record.row[n] for n in _OF_INCIDENT}
        shared |= {"categories": LIST_SEPARATOR.join(record.categories), "counted": record.counted}
        for place in record.locations:
            own = {k: v for k, v in place.items() if k not in ("latitude", "longitude")}
            point = (
                {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
                if place["latitude"] is not None and place["longitude"] is not None
                else None
            )
            found.append(
                {
                    "type": "Feature",
                    "id": f"{record.id}/{place['location']}",
                    "geometry": point,
                    "properties": {**own, **shared, "url": context.url(f"incidents/{record.id}/")},
                }
            )
    return found
