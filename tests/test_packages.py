"""The packages under `data/`: every form is there, valid to its own readers, and tells the same as the tables."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
import shapely
import shapely.geometry

from scripts.publish import codebook, flat, nested, packages
from scripts.publish.xlsx import xlsx
from tests.helpers_publish import context, folder, published

FIXED = (
    "airspace-incursion-record.zip",
    "incidents-flat.csv",
    "incidents-flat-excel.csv",
    "incidents.json",
    "incidents.ndjson",
    "incidents.geojson",
    "incidents.parquet",
    "airspace-incursion-record.sqlite",
    "airspace-incursion-record.xlsx",
    "datapackage.json",
    "croissant.json",
    "dcat.jsonld",
    "SHA256SUMS",
)


def flat_rows(root: Path) -> list[dict]:
    return flat.rows(context(root).collection)


def test_every_path_that_the_design_fixes_is_published(root: Path) -> None:
    """What people rely on stands where it always stood, each table as CSV included."""
    files = published(root)
    expected = [*(f"data/{n}" for n in FIXED), *(t.schema.path for t in context(root).collection.dataset.tables.values())]
    assert [p for p in expected if not files.get(p)] == []


@pytest.mark.parametrize("name", ["datapackage.json", "airspace-incursion-record.zip"])
def test_frictionless_finds_the_data_package_valid(root: Path, name: str) -> None:
    """The published descriptor and the zip pass a reader that is not ours, keys and types included."""
    report = frictionless.validate(str(folder(root) / "data" / name), type="package")
    assert report.valid, report.flatten(["title", "message"])[:5]
    assert len(report.tasks) >= len(context(root).package["resources"])


def test_the_descriptor_tells_the_true_size_and_sum_of_each_file(root: Path) -> None:
    """A program can tell a broken download from the descriptor alone."""
    for resource in json.loads(published(root)["data/datapackage.json"])["resources"]:
        data = published(root)[f"data/{resource['path']}"]
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")


def test_sha256sum_confirms_every_file(root: Path) -> None:
    """The sums file covers all of `data/` and is right by the tool that readers use."""
    place = folder(root) / "data"
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    named = {line.split("  ")[1] for line in (place / "SHA256SUMS").read_text().splitlines()}
    assert named == {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()} - {"SHA256SUMS"}


def test_a_table_is_published_as_it_stands_in_the_repository(root: Path) -> None:
    """The normalised CSVs, beside the site and in the zip, are the canonical tables to the byte."""
    with zipfile.ZipFile(io.BytesIO(published(root)["data/airspace-incursion-record.zip"])) as archive:
        for table in context(root).collection.dataset.tables.values():
            own = (root / table.schema.path).read_bytes()
            assert published(root)[table.schema.path] == own == archive.read(table.schema.path)
        assert {"README.md", "LICENSE.md", "CITATION.cff", "codebook.csv", "SHA256SUMS", "schema/incidents.json"} <= set(archive.namelist())
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pandas_reads_the_flat_csv_with_its_types(root: Path) -> None:
    """The one-line reading that the downloads page shows gives numbers, booleans and every row."""
    frame = pd.read_csv(folder(root) / "data/incidents-flat.csv", keep_default_na=False, na_values=[""], dtype_backend="numpy_nullable")
    assert list(frame["id"]) == [r["id"] for r in flat_rows(root)]
    assert (
        pd.api.types.is_bool_dtype(frame["counted"])
        and pd.api.types.is_integer_dtype(frame["year"])
        and pd.api.types.is_numeric_dtype(frame["latitude"])
    )
    assert int(frame["count_min"].sum()) == sum(r["count_min"] or 0 for r in flat_rows(root))


def test_the_spreadsheet_csv_is_the_flat_csv_with_a_mark(root: Path) -> None:
    """The byte order mark and the line ends are all that differs."""
    data = published(root)["data/incidents-flat-excel.csv"]
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\xef\xbb\xbf") == 1
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == list(
        csv.reader(io.StringIO(published(root)["data/incidents-flat.csv"].decode()))
    )


def test_json_and_ndjson_hold_each_whole_record(root: Path) -> None:
    """Both nested forms are what `nested` makes of the records, newest first."""
    collection = context(root).collection
    expected = [nested.nested(r, collection) for r in collection.records]
    whole = json.loads(published(root)["data/incidents.json"])
    assert whole["incidents"] == expected and whole["meta"]["count"] == len(expected) > 0
    assert [json.loads(line) for line in published(root)["data/incidents.ndjson"].splitlines()] == expected


def test_geojson_has_one_feature_a_place_and_no_point_that_no_source_gives(root: Path) -> None:
    """RFC 7946: longitude first, null geometry where the tables have none, radius and precision beside each point."""
    found = json.loads(published(root)["data/incidents.geojson"])
    places = {f"{p['incident_id']}/{p['location']}": p for p in context(root).collection.dataset.typed("locations")}
    assert found["type"] == "FeatureCollection" and "crs" not in found
    assert sorted(f["id"] for f in found["features"]) == sorted(places)
    for feature in found["features"]:
        place = places[feature["id"]]
        assert (feature["properties"]["radius_km"], feature["properties"]["precision"]) == (place["radius_km"], place["precision"])
        if place["latitude"] is None:
            assert feature["geometry"] is None
        else:
            point = shapely.geometry.shape(feature["geometry"])
            assert (point.x, point.y) == (place["longitude"], place["latitude"])


def test_parquet_is_typed_and_says_what_each_column_means(root: Path) -> None:
    """Terms are dictionaries, lists are lists, days are days, and the codebook travels in the field metadata."""
    table = pq.read_table(folder(root) / "data/incidents.parquet")
    kinds = {f.name: str(f.type) for f in table.schema}
    assert (
        kinds["country"].startswith("dictionary")
        and kinds["date_end"] == "date32[day]"
        and kinds["categories"].startswith("list<")
        and kinds["counted"] == "bool"
    )
    assert table.select(["id", "year", "count_max", "latitude", "models"]).to_pylist() == [
        {k: r[k] for k in ("id", "year", "count_max", "latitude", "models")} for r in flat_rows(root)
    ]
    assert all(f.metadata[b"description"] for f in table.schema)


def test_parquet_carries_the_map_point_as_geoparquet(root: Path) -> None:
    """The geometry column is well-known binary of the very point, and null where there is none."""
    table = pq.read_table(folder(root) / "data/incidents.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["primary_column"] == "geometry" and geo["columns"]["geometry"]["encoding"] == "WKB"
    points = [shapely.from_wkb(v) if v else None for v in table["geometry"].to_pylist()]
    assert [(p.y, p.x) if p else None for p in points] == [
        (r["latitude"], r["longitude"]) if r["latitude"] is not None else None for r in flat_rows(root)
    ]


def test_duckdb_and_polars_agree_with_the_tables_on_parquet(root: Path) -> None:
    """Two engines that share no code with the writer count the same."""
    path = str(folder(root) / "data/incidents.parquet")
    expected = len({r["object_group"] for r in flat_rows(root) if r["counted"]})
    assert duckdb.sql(f"SELECT count(DISTINCT object_group) FROM read_parquet('{path}') WHERE counted").fetchone() == (expected,)
    assert pl.read_parquet(path).filter(pl.col("counted"))["object_group"].n_unique() == expected


@pytest.fixture
def database(root: Path):
    connection = sqlite3.connect(f"file:{folder(root) / 'data/airspace-incursion-record.sqlite'}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_sqlite_is_sound_and_its_keys_hold(root: Path, database: sqlite3.Connection) -> None:
    """Integrity and foreign keys are checked by SQLite itself, and every table has its rows."""
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in context(root).collection.dataset.tables.items():
        assert database.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (len(table.rows),), name


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def test_sqlite_finds_words_without_their_accents(root: Path, database: sqlite3.Connection) -> None:
    """Full text finds a place by plain letters: who types Constanta finds Constanța."""
    # Letters such as ł have no accent that could be taken off.
    marked = [
        (w, p)
        for p in context(root).collection.dataset["locations"]["place"]
        for w in p.split()
        if w.isalpha() and not w.isascii() and _plain(w).isascii()
    ]
    word, place = marked[0]
    plain = _plain(word)
    found = database.execute("SELECT places FROM incident_text WHERE incident_text MATCH ?", (f'places:"{plain}"',)).fetchall()
    assert any(place in row[0] for row in found), (word, plain)


def test_every_view_of_the_database_answers(root: Path, database: sqlite3.Connection) -> None:
    """The views run, and headline figures agree with the derived ones."""
    views = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert len(views) >= 5
    for view in views:
        database.execute(f"SELECT * FROM {view}").fetchall()
    counted = sum(r.counted for r in context(root).collection.records)
    assert database.execute("SELECT count(*) FROM headline_incidents").fetchone() == (counted,)
    assert database.execute("SELECT sum(incidents) FROM incidents_by_country_and_year").fetchone() == (len(flat_rows(root)),)


def test_the_workbook_has_headers_dates_and_accents_and_no_formula(root: Path) -> None:
    """openpyxl sees each table as a sheet with a frozen header, days as days, and not one formula."""
    book = openpyxl.load_workbook(io.BytesIO(published(root)["data/airspace-incursion-record.xlsx"]))
    dataset = context(root).collection.dataset
    for name, schema in dataset.schemas.items():
        if not schema.is_terms:
            assert [c.value for c in book[name][1]] == schema.names
            assert book[name].max_row == len(dataset[name]) + 1
            assert (book[name].freeze_panes, bool(book[name].auto_filter.ref)) == ("B2", True)
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "b", "inlineStr"}
    incidents = book["incidents"]
    days = incidents.cell(2, dataset.schemas["incidents"].names.index("date_end") + 1)
    assert days.is_date and days.value.date().isoformat() == dataset["incidents"]["date_end"].iloc[0]
    titles = [incidents.cell(r, 2).value for r in range(2, incidents.max_row + 1)]
    assert titles == list(dataset["incidents"]["title"])


def test_a_table_too_long_for_a_sheet_is_cut_with_a_message(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Excel's limit is met with a sentence in the sheet and a warning, not with silence."""
    collection = context(root).collection
    data = xlsx(collection, [], codebook.codebook(collection), context(root).built, limit=4)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["sources"]
    assert sheet.max_row == 4 and "more rows than a worksheet can hold" in sheet.cell(4, 1).value
    assert "sources: cut at 4 rows" in caplog.text


def test_the_codebook_explains_every_published_column(root: Path) -> None:
    """Each column of each CSV has its line, with a meaning, a type and what an empty cell says."""
    lines = list(csv.DictReader(io.StringIO(published(root)["data/codebook.csv"].decode())))
    told = {(line["table"], line["column"]) for line in lines}
    for download in packages.downloads(context(root)):
        if download.schema:
            header = download.data.decode().split("\n", 1)[0].split(",")
            assert {(download.schema.name, c) for c in header} <= told
    assert all(line["description"] and line["type"] and line["empty"] for line in lines)
    assert {line["empty"] for line in lines if line["required"] == "true"} == {codebook.NEVER_EMPTY}


def test_a_column_that_the_codebook_calls_never_empty_is_never_empty(root: Path) -> None:
    """The flat table's derived columns keep what the codebook says of them."""
    book = codebook.codebook(context(root).collection)
    always = [e.column for e in book.of(flat.NAME) if e.required]
    assert "counted" in always
    assert [(r["id"], c) for r in flat_rows(root) for c in always if r[c] is None] == []


def test_the_downloads_page_learns_rows_that_are_true(root: Path) -> None:
    """The number of rows that a download names is that of the file."""
    for download in packages.downloads(context(root)):
        if download.media_type == "text/csv":
            assert len(list(csv.reader(io.StringIO(download.data.decode("utf-8-sig"))))) - 1 == download.rows, download.path
