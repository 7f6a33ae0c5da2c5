"""The measurements measure what they say: synthetic tables are true to form and marked, and one changed row makes one page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import others, scale, synthetic
from benchmarks.faults import start
from scripts import rules
from scripts.dataset import Dataset
from scripts.publish.context import Context
from scripts.publish.pages import incident
from scripts.publish.pages.render import environment
from tests.conftest import REPOSITORY, copy_sample


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty synthetic incidents drawn from the sample's four."""
    base = tmp_path_factory.mktemp("scale")
    return synthetic.write(copy_sample(base / "sample"), base / "root", 30)


def test_synthetic_tables_pass_the_check_and_say_that_they_are_synthetic(made: Path):
    """They are what `check` and `build` are measured with, and no reader could take them for the record."""
    dataset = Dataset.load(made)
    assert [str(p) for p in rules.check(dataset) if p.level == "error"] == []
    assert len(dataset["incidents"]) == 30 and dataset["incidents"]["title"].str.contains(r"synthetic|Synthetic").all()
    assert dataset["incidents"]["id"].is_unique and dataset["sources"]["url"].is_unique


def test_synthetic_tables_have_the_real_proportions(made: Path, sample: Path):
    """Rows an incident are those of the tables they are drawn from."""
    real, more = Dataset.load(sample), Dataset.load(made)
    for table in ("objects", "locations", "citations"):
        each = len(real[table]) / len(real["incidents"])
        assert abs(len(more[table]) / 30 - each) < 0.35 * each, table


def test_other_tools_get_the_same_records(made: Path):
    """The Markdown page of a record holds its title, its summary, all its sources, statements, places and neighbours, and its map."""
    context = Context.load(made)
    drawing = environment(context.collection)
    for record in context.collection.records:
        text = others.markdown(record, context, drawing)
        assert ("<svg" in text) == bool(incident.locator(context, record)) and "@misc{" in text
        assert all(f"]({n.id}.md)" in text for n in incident.neighbours(context, record))
        assert str(record.row["title"]) in text and str(record.row["summary"]) in text
        assert all(str(s["url"]) in text for s in record.sources.values())
        assert all(str(s["says"]) in text for s in record.statements) and all(str(p["place"]) in text for p in record.locations)


def test_after_one_changed_row_only_its_page_is_made_anew(made: Path, tmp_path: Path):
    """Every other record's page is the very same file as in the build before."""
    assert start(made, tmp_path).wait() == 0
    before = {p.parent.name: p.stat().st_ino for p in (tmp_path / "site").resolve().glob("incidents/AIR-*/index.html")}
    scale.change_one(made, "a")
    assert start(made, tmp_path).wait() == 0
    after = {p.parent.name: p.stat().st_ino for p in (tmp_path / "site").resolve().glob("incidents/AIR-*/index.html")}
    assert len(before) == 30 and before.keys() == after.keys()
    anew = {k for k in after if after[k] != before[k]}
    # Its own page, and those of the few records that list it among their neighbours.
    assert 1 <= len(anew) < 15
    assert any(" a)" in (tmp_path / f"site/incidents/{k}/index.html").read_text(encoding="utf-8") for k in anew)


@pytest.mark.parametrize("module", ["scripts.cli", "scripts.hook", "benchmarks.stage"])
def test_what_pours_pages_does_not_load_pyarrow(module: str):
    """It would lie beside every page in memory; the Parquet file alone needs it, and pandas still reads one afterwards."""
    code = f"""
import sys, io, {module}
assert "pandas" in sys.modules and "pyarrow" not in sys.modules
import pandas, pyarrow, pyarrow.parquet
file = io.BytesIO()
pyarrow.parquet.write_table(pyarrow.table({{"a": ["x", "é"], "b": [1, 2]}}), file)
assert pandas.read_parquet(file).to_dict("list") == {{"a": ["x", "é"], "b": [1, 2]}}
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ratios_are_of_the_largest_size():
    """The one object that `--json` prints is worked out from these."""
    run = {"pages": 2.0, "pages_peak_mib": 200.0, "peak_mib": 300.0}
    sizes = {
        "10": {"cold": {**run, "pages": 1.0}, "one_row": run, "first_change": run, "check": {"check": 1, "read_csv": 1}, "floor": 1.0},
        "40": {
            "cold": {**run, "pages": 4.0},
            "one_row": {**run, "pages": 0.1},
            "first_change": {**run, "pages": 0.2},
            "check": {"check": 3, "read_csv": 1},
            "floor": 0.5,
        },
    }
    found = scale._ratios(sizes)
    assert (
        found["growth_exponent"] == 1.0
        and found["one_row_vs_cold"] == 0.025
        and found["check_vs_pandas"] == 3
        and found["cold_vs_floor"] == 8
        and found["peak_mib"] == 200
    )


def test_an_unknown_verb_is_told_and_an_empty_record_is_refused(tmp_path: Path):
    """The command line says what it can do, in a sentence."""
    done = subprocess.run([sys.executable, "-m", "benchmarks", "fly"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "scale" in done.stderr
    root = copy_sample(tmp_path / "root")
    for name in json.loads((root / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        path = root / name["path"]
        if "terms" not in name["path"]:
            path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no incidents"):
        synthetic.write(root, tmp_path / "none", 5)
