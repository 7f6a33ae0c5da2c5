"""Round trip: reading each format back gives the values, types and counts of the tables, whatever the texts hold."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import orjson
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from scripts import tables
from scripts.dataset import Dataset
from scripts.derive import Collection, derive
from scripts.publish import archive, codebook, flat, nested
from scripts.publish.parquet import parquet
from scripts.publish.sqlite import sqlite
from scripts.publish.xlsx import xlsx
from tests.helpers_publish import loaded

BUILT = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)

# What a cell may hold: no control characters (so no newline), no surrogates, trimmed, NFC; never empty here.
_letters = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff;<>")
_hard = st.sampled_from(
    [
        "=1+1",
        "+49",
        "-1",
        "@SUM(A1)",
        '"quoted", and a comma',
        "''",
        "NA",
        "None",
        "null",
        "NaN",
        "true",
        "007",
        "1e5",
        "2025-01-01",
        "Þórshöfn",
        "Ćwiklice",
        "🛩️ 🎈",
        "https://a.example/?b=1&c=2",
        "_x0041_",
        "0",
    ]
)
texts = st.one_of(_hard, st.text(_letters, min_size=1, max_size=30).map(lambda t: unicodedata.normalize("NFC", t).strip()).filter(bool))
maybe = st.one_of(st.none(), texts)
counts = st.one_of(st.none(), st.integers(0, 10**6))
measures = st.one_of(st.none(), st.integers(0, 500), st.floats(0, 500, allow_nan=False).map(lambda x: round(x, 3)))
days = st.dates(dt.date(2022, 2, 24), dt.date(2030, 12, 31)).map(str)


def degrees(most: int) -> st.SearchStrategy[float]:
    """Degrees to the millimetre; a workbook keeps 16 figures of a number, and no source is as fine."""
    return st.floats(-most, most, allow_nan=False).map(lambda x: round(x, 8))


incidents = st.fixed_dictionaries(
    {
        "title": texts,
        "date_start": st.one_of(st.none(), days),
        "date_end": days,
        "deaths_min": counts,
        "deaths_max": counts,
        "depth_km_min": measures,
        "depth_km_max": measures,
        "assessment": maybe,
        "summary": texts,
        "added": days,
    }
)
objects = st.fixed_dictionaries(
    {
        "count_min": counts,
        "count_max": counts,
        "stopped_by": st.one_of(st.none(), st.lists(st.sampled_from(["POL", "NLD", "NATO"]), min_size=1, max_size=3, unique=True)),
        "note": maybe,
    }
)
places = st.fixed_dictionaries(
    {"place": texts, "latitude": st.one_of(st.none(), degrees(90)), "longitude": degrees(180), "radius_km": st.integers(1, 300)}
)
records = st.lists(st.tuples(incidents, objects, places), min_size=1, max_size=4)

_FIXED = {
    "incidents": {"country": "POL", "date_precision": "day", "existence": "confirmed", "entered": "yes", "conflict": "unknown"},
    "objects": {
        "object": 1,
        "role": "intruder",
        "category": "balloon",
        "attribution": "unknown",
        "outcome": "unknown",
        "operator_kind": "unknown",
    },
    "locations": {"location": 1, "role": "seen", "precision": "site", "status": "confirmed", "country": "POL"},
}


def collection(root: Path, found: list) -> Collection:
    """A dataset of the given records, passed through the canonical CSV form, with the repository's vocabularies."""
    base = loaded(root).collection.dataset
    made = {n: t if t.schema.is_terms else tables.Table(t.schema, tables.empty(t.schema)) for n, t in base.tables.items()}
    for name, at in (("incidents", 0), ("objects", 1), ("locations", 2)):
        schema = base.schemas[name]
        rows = []
        for number, record in enumerate(found, 1):
            own = {**_FIXED[name], **record[at], ("id" if name == "incidents" else "incident_id"): f"AIR-2025-{number:04d}"}
            if name == "locations" and own["latitude"] is None:
                own |= {"longitude": None, "radius_km": None}
            rows.append([flat.cell(own.get(c)) for c in schema.names])
        made[name] = tables.parse(schema, tables.canonical(schema, rows).encode())
        assert made[name].problems == []
    return derive(Dataset(root, made))


def _settings(examples: int) -> settings:
    # A failing example is told as it was found: to shrink it would take minutes.
    return settings(
        max_examples=examples,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@_settings(80)
@given(found=records)
def test_the_tables_keep_every_value_that_was_written(root: Path, found: list) -> None:
    """CSV, by the standard library and by our own reader: same texts, same numbers, empty and nought told apart."""
    made = collection(root, found)
    for (written, thing, _), row, own in zip(found, made.dataset.typed("incidents"), made.dataset.typed("objects"), strict=True):
        assert {k: row[k] for k in written} == written
        assert {k: own[k] for k in thing} == thing
    text = tables.canonical(made.dataset.schemas["incidents"], made.dataset["incidents"].values.tolist())
    assert list(csv.reader(io.StringIO(text)))[1:] == made.dataset["incidents"].values.tolist()


@_settings(40)
@given(found=records)
def test_flat_csv_read_by_pandas_and_polars_is_the_flat_table(root: Path, found: list) -> None:
    """With the settings of the snippets no text becomes a missing value, and no cell moves."""
    made = collection(root, found)
    schema, rows = flat.schema(made.dataset.schemas["incidents"]), flat.rows(made)
    data = tables.canonical(schema, flat.cells(rows)).encode()
    expected = flat.cells(rows)
    assert pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, na_values=[""]).fillna("").to_numpy().tolist() == expected
    assert [list(r) for r in pl.read_csv(io.BytesIO(data), infer_schema=False).fill_null("").rows()] == expected


@_settings(40)
@given(found=records)
def test_json_holds_the_typed_values(root: Path, found: list) -> None:
    """Numbers, lists and nulls survive, and so does every text."""
    made = collection(root, found)
    expected = [nested.nested(r, made) for r in made.records]
    assert json.loads(json.dumps(expected)) == expected
    assert json.loads(orjson.dumps(expected)) == expected


@_settings(40)
@given(found=records)
def test_parquet_holds_the_typed_values(root: Path, found: list) -> None:
    """pyarrow and polars read back the same texts, numbers, lists, days and booleans."""
    made = collection(root, found)
    schema, rows = flat.schema(made.dataset.schemas["incidents"]), flat.rows(made)
    data = parquet(schema, rows)
    day = {c.name for c in schema.columns if c.type == "date"}
    expected = [{k: dt.date.fromisoformat(v) if k in day and v is not None else v for k, v in r.items()} for r in rows]
    assert pq.read_table(io.BytesIO(data)).drop_columns(["geometry"]).to_pylist() == expected
    assert pl.read_parquet(io.BytesIO(data)).drop("geometry").to_dicts() == expected


@_settings(25)
@given(found=records)
def test_sqlite_holds_the_typed_values(root: Path, found: list) -> None:
    """Integers, reals, texts and nulls come back as such; lists as text by `;`."""
    made = collection(root, found)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(sqlite(made, flat.rows(made), codebook.codebook(made)))
    for name in ("incidents", "objects", "locations"):
        cursor = connection.execute(f"SELECT * FROM {name} ORDER BY 1")
        names = [d[0] for d in cursor.description]
        expected = [{k: ";".join(v) if isinstance(v, list) else v for k, v in r.items()} for r in made.dataset.typed(name)]
        assert [dict(zip(names, row, strict=True)) for row in cursor] == expected
    connection.close()


@_settings(25)
@given(found=records)
def test_the_workbook_holds_the_typed_values(root: Path, found: list) -> None:
    """openpyxl reads the same texts (what looks like a formula too, as a text), numbers, and days as days."""
    made = collection(root, found)
    # An empty codebook: its sheets are the same in every example, and reading them takes nearly all the time.
    book = openpyxl.load_workbook(io.BytesIO(xlsx(made, flat.rows(made), codebook.Codebook({}, {}), BUILT)))
    for name in ("incidents", "objects", "locations"):
        schema = made.dataset.schemas[name]
        day = {c.name for c in schema.columns if c.type == "date"}
        for cells, row in zip(book[name].iter_rows(min_row=2), made.dataset.typed(name), strict=True):
            assert "f" not in {c.data_type for c in cells}
            for cell, (column, value) in zip(cells, row.items(), strict=True):
                assert _seen(cell.value, column in day) == (";".join(value) if isinstance(value, list) else value), (name, column)


def _seen(value: object, is_day: bool) -> object:
    if is_day and isinstance(value, dt.datetime):
        return value.date().isoformat()
    # openpyxl leaves the escapes of the format (_x005F_) to its caller; Excel undoes them itself.
    return unescape(value) if isinstance(value, str) else value


@_settings(15)
@given(found=records)
def test_the_zip_holds_the_tables_to_the_byte(root: Path, found: list) -> None:
    """What is unpacked parses to the same rows, and all members have their sum."""
    made = collection(root, found)
    with zipfile.ZipFile(
        io.BytesIO(archive.zipped(archive.members(made, loaded(root).package, archive.table_files(made.dataset))))
    ) as unpacked:
        for name in ("incidents", "objects", "locations"):
            table = made.dataset.tables[name]
            again = tables.parse(table.schema, unpacked.read(table.schema.path))
            assert again.problems == [] and again.rows.values.tolist() == table.rows.values.tolist()
