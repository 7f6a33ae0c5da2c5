"""The snippets of the downloads page, run as they stand against a server of ours."""

from __future__ import annotations

import contextlib
import csv
import functools
import http.server
import importlib.util
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from scripts.publish.snippets import Snippet, snippets
from tests.helpers_publish import context, folder, published


class RangeHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and parts of them, as any static host does; notes each range that was asked for."""

    ranges: list[str]

    def do_GET(self) -> None:
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not match or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        start, end = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
        self.ranges.append(self.headers["Range"])
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start : end + 1])

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[tuple[str, list[str]]]:
    """The published files on localhost: (address, the ranges asked for so far)."""
    ranges: list[str] = []
    handler = type("Handler", (RangeHandler,), {"ranges": ranges})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder(root)))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/", ranges
        running.shutdown()


def snippet(root: Path, address: str, name: str) -> Snippet:
    return next(s for s in snippets(context(root, address)) if s.id == name)


def said(code: str) -> str:
    """What a Python snippet prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "snippet", "exec"), {})
    return out.getvalue()


def test_the_pandas_snippet_counts_incidents_by_country_and_year(root: Path, server: tuple[str, list[str]]) -> None:
    """It runs as shown, and its count for the first country is that of the record."""
    output = said(snippet(root, server[0], "pandas").code)
    collection = context(root).collection
    groups = {r.object_group: r for r in sorted(collection.records, key=lambda r: r.id, reverse=True) if r.counted}
    name, year = min((collection.label("countries", r.country), r.year) for r in groups.values())
    expected = sum((collection.label("countries", r.country), r.year) == (name, year) for r in groups.values())
    assert re.search(rf"^{name}\s+{year}\s+{expected}$", output, re.MULTILINE), output


def test_the_polars_snippet_counts_categories(root: Path, server: tuple[str, list[str]]) -> None:
    """It runs as shown and tells lists apart."""
    output = said(snippet(root, server[0], "polars").code)
    assert "unidentified_drone" in output and ";" not in output


def test_the_duckdb_snippet_reads_parts_of_the_parquet_over_http(root: Path, server: tuple[str, list[str]]) -> None:
    """It runs as shown, by range requests; the extension comes from a package, as the tests fetch nothing."""
    package = importlib.util.find_spec("duckdb_extension_httpfs")
    if package is None or not package.origin:
        pytest.skip("the httpfs extension is packaged for Linux alone")
    extension = next(Path(package.origin).parent.rglob("httpfs.duckdb_extension"))
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    rows = connection.execute(snippet(root, server[0], "duckdb").code).fetchall()
    counted = {(r.country, r.year, r.object_group) for r in context(root).collection.records if r.counted}
    assert sum(n for _, _, n in rows) == len(counted) and rows == sorted(rows, key=lambda r: (-r[2], r[0], r[1]))
    assert server[1], "no part of the file was asked for"


def test_the_sqlite_snippet_runs_on_the_downloaded_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the download it prints closures of airports and finds a word."""
    monkeypatch.chdir(folder(root) / "data")
    output = said(snippet(root, "", "sqlite").code)
    assert "AIR-" in output and re.search("balloon", output, re.IGNORECASE)


def test_the_r_snippet_counts_incidents_by_country_and_year(root: Path, server: tuple[str, list[str]]) -> None:
    """Where R and its two packages are installed it runs as shown, and counts the incidents that pandas would."""
    ask = ["Rscript", "-e", "library(readr); library(dplyr)"]
    if not shutil.which("Rscript") or subprocess.run(ask, capture_output=True, timeout=120, check=False).returncode:
        pytest.skip("R with readr and dplyr is not installed")
    code = snippet(root, server[0], "r").code + "\nwrite.csv(answer, stdout())\n"
    # What a session prints last is what the snippet answers with.
    code = code.replace("incidents |>", "answer <- incidents |>", 1)
    done = subprocess.run(["Rscript", "-"], input=code, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout[done.stdout.index('"","country_name"') :])))
    collection = context(root).collection
    groups = {r.object_group: r for r in collection.records if r.counted}
    assert sum(int(r["n"]) for r in rows) == len(groups)
    assert {r["country_name"] for r in rows} <= {str(t["label"]) for t in collection.terms["countries"].values()}


@pytest.mark.parametrize("address", ["", "https://air.example/"])
def test_every_snippet_names_files_that_are_published(root: Path, address: str) -> None:
    """A renamed file would leave no snippet behind; every tool that the page promises has one."""
    found = snippets(context(root, address))
    assert {"pandas", "polars", "duckdb", "sqlite", "r", "excel", "qgis"} <= {s.id for s in found}
    for one in found:
        paths = re.findall(rf"{re.escape(address)}(data/[\w.-]+\w)", one.code)
        assert paths and [p for p in paths if p not in published(root)] == [], one.id
        assert one.tested == (one.id in ("pandas", "polars", "duckdb", "sqlite"))
