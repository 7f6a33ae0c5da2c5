"""Same commit, same bytes: whatever the folder, user, time zone, locale, hash seed and day."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.helpers_publish import commit, edit, everything, loaded, published

# Prints the sum of every published file, and the year that the clock shows, to prove that it was set.
PROGRAM = """
import datetime, hashlib, json, sys
from pathlib import Path
from scripts.publish.context import Context
from tests.helpers_publish import everything
found = everything(Context.load(Path(sys.argv[1])))
print(json.dumps({"year": datetime.datetime.now().year, "files": {p: hashlib.sha256(d).hexdigest() for p, d in found.items()}}))
"""


def build(root: Path, **environment: str) -> dict:
    """The sums of everything that a process of its own publishes from `root`."""
    clean = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(root)],
        cwd=REPOSITORY,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def repository(sample: Path) -> Path:
    """The sample with a history of two versions."""
    commit(sample, "import", "2026-01-10")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    commit(sample, "correct", "2026-02-10")
    return sample


def clone(repository: Path, target: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", str(repository), str(target)], check=True, capture_output=True)
    return target


def differing(a: dict, b: dict) -> list[str]:
    return sorted(p for p in {*a["files"], *b["files"]} if a["files"].get(p) != b["files"].get(p))


def test_another_folder_user_zone_locale_and_hash_seed_change_no_byte(repository: Path, tmp_path: Path) -> None:
    """A clone, built by somebody else somewhere else, gives the very files."""
    here = build(repository, TZ="UTC", LC_ALL="C", USER="root", HOME="/", PYTHONHASHSEED="0", PYTHONUTF8="0")
    there = build(
        clone(repository, tmp_path / "elsewhere ü"),
        TZ="Pacific/Auckland",
        LC_ALL="C.UTF-8",
        LANG="tr_TR.UTF-8",
        USER="reader",
        HOME=str(tmp_path),
        PYTHONHASHSEED="77",
    )
    assert len(here["files"]) > 300 and differing(here, there) == []


def test_another_day_changes_no_byte(repository: Path) -> None:
    """With the clock set years ahead nothing differs: no date comes from it."""
    package = importlib.util.find_spec("libfaketime")
    if package is None or not package.origin:
        pytest.skip("libfaketime is packaged for Linux alone")
    library = next(Path(package.origin).parent.rglob("libfaketime.so.1"))
    later = build(repository, LD_PRELOAD=str(library), FAKETIME="2031-05-06 07:08:09", DONT_FAKE_MONOTONIC="1")
    assert later["year"] == 2031 and differing(build(repository), later) == []


def test_a_second_run_in_one_process_changes_no_byte(root: Path) -> None:
    """Nothing that a first build leaves in memory colours the second."""
    from dataclasses import replace

    again = everything(replace(loaded(root)))
    assert {p: hashlib.sha256(d).hexdigest() for p, d in again.items()} == {
        p: hashlib.sha256(d).hexdigest() for p, d in published(root).items()
    }


def test_another_commit_changes_what_it_should(repository: Path) -> None:
    """The comparison has teeth: a corrected title shows in tables, forms, feeds and API, and leaves other records alone."""
    before = build(repository)
    edit(repository, "incidents", "Synthetic wreck seen", "Synthetic wreck found")
    commit(repository, "correct again", "2026-03-10")
    changed = set(differing(before, build(repository)))
    assert {
        "data/incidents.csv",
        "data/incidents.parquet",
        "data/airspace-incursion-record.xlsx",
        "data/SHA256SUMS",
        "feed.xml",
        "api/v1/incidents/AIR-2025-0003.json",
    } <= changed
    assert "api/v1/incidents/AIR-2025-0001.json" not in changed and "data/sources.csv" not in changed
