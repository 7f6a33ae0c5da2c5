"""Owns the snippets of the downloads page: how to open the data in each tool, as data, so that tests can run them."""

from __future__ import annotations

from dataclasses import dataclass

from .context import Context


@dataclass(frozen=True)
class Snippet:
    """One way in: `language` is for highlighting ("" for steps in words); `tested` says that the tests run it as it stands."""

    id: str
    title: str
    language: str
    code: str
    note: str = ""
    tested: bool = False


_PANDAS = """import pandas as pd

# Without keep_default_na=False pandas would read the label "None" as a missing value.
incidents = pd.read_csv(
    "{flat}", keep_default_na=False, na_values=[""],
    dtype_backend="numpy_nullable", parse_dates=["date_start", "date_end"],
)
counted = incidents[incidents["counted"]].drop_duplicates("object_group")
print(counted.groupby(["country_name", "year"]).size())
"""

_POLARS = """import polars as pl

incidents = pl.read_csv("{flat}", try_parse_dates=True, infer_schema_length=None)
drones = incidents.with_columns(pl.col("categories").str.split(";")).explode("categories")
print(drones.group_by("categories").len().sort("len", descending=True))
"""

_DUCKDB = """-- Over HTTP, DuckDB reads only the columns that the query names (range requests).
SELECT country, year, count(DISTINCT object_group) AS incidents
FROM read_parquet('{parquet}')
WHERE counted
GROUP BY ALL
ORDER BY incidents DESC, country, year;
"""

_SQLITE = """import sqlite3

# Download {sqlite} first.
record = sqlite3.connect("airspace-incursion-record.sqlite")
for row in record.execute("SELECT airport, id, minutes_min, minutes_max FROM airport_closures ORDER BY id"):
    print(*row)
for row in record.execute("SELECT id, title FROM incident_text WHERE incident_text MATCH 'balloon'"):
    print(*row)
"""

_R = """library(readr)
library(dplyr)

# na = "" keeps the texts "NA" and "None" as they are; an empty cell is not known.
incidents <- read_csv("{flat}", na = "")
incidents |>
  filter(counted) |>
  distinct(object_group, .keep_all = TRUE) |>
  count(country_name, year)
"""

_EXCEL = """1. Download {xlsx} and open it: dates are dates, accents are right, each sheet has filters.
2. Or open {excel}, a CSV whose byte order mark tells Excel that it is UTF-8.
3. Where your Excel parts columns by semicolons, use Data > From Text/CSV and choose the comma.
"""

_QGIS = """1. Layer > Add Layer > Add Vector Layer, source type "Protocol: HTTP(S)", type GeoJSON.
2. Address: {geojson} (or download the file and drag it onto the map)
3. Places without a point come as rows without geometry; draw radius_km as a buffer, as the point alone looks too exact.
"""

_SHELL = """curl -LO {zip}
curl -LO {sums}
sha256sum -c --ignore-missing SHA256SUMS
"""


def snippets(context: Context) -> list[Snippet]:
    """Every snippet, with the site's own addresses (paths where it does not know them)."""
    paths = {
        "flat": "incidents-flat.csv",
        "excel": "incidents-flat-excel.csv",
        "parquet": "incidents.parquet",
        "sqlite": "airspace-incursion-record.sqlite",
        "xlsx": "airspace-incursion-record.xlsx",
        "geojson": "incidents.geojson",
        "zip": "airspace-incursion-record.zip",
        "sums": "SHA256SUMS",
    }
    urls = {k: context.url(f"data/{v}") for k, v in paths.items()}
    return [
        Snippet("pandas", "Python, pandas", "python", _PANDAS.format(**urls), tested=True),
        Snippet("polars", "Python, polars", "python", _POLARS.format(**urls), tested=True),
        Snippet("duckdb", "DuckDB", "sql", _DUCKDB.format(**urls), tested=True),
        Snippet("sqlite", "Python, sqlite3", "python", _SQLITE.format(**urls), tested=True),
        Snippet("r", "R", "r", _R.format(**urls)),
        Snippet("excel", "Excel", "", _EXCEL.format(**urls)),
        Snippet("qgis", "QGIS", "", _QGIS.format(**urls)),
        Snippet("sums", "Check a download", "sh", _SHELL.format(**urls)),
    ]
