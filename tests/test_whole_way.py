"""The whole way of a correction in a scratch clone, by the commands that CONTRIBUTING names: spoil, check, mend, fix, diff, build, see the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY, copy_sample, run_build
from .helpers_publish import commit, edit, git

RECORD, REPO = "AIR-2025-0001", "https://forge.example.org/air/air"


def verb(clone: Path, *arguments: str) -> tuple[int, str]:
    """Run `python -m scripts <verb>` on the clone, as a person does; its exit code and what it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        [sys.executable, "-m", "scripts", *arguments, "--root", str(clone)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def build(clone: Path, folder: Path) -> Path:
    """Build the clone's whole site into a folder."""
    done = run_build(folder, AIR_ROOT=str(clone), REPO_URL=REPO)
    assert done.returncode == 0, done.stderr
    return folder


def text(site: Path, path: str = f"incidents/{RECORD}/") -> str:
    """What a reader reads on a page, markup apart."""
    page = (site / path / "index.html").read_text(encoding="utf-8")
    article = page[page.index("<article") : page.rindex("</article>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", article))


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A clone of the sample's repository, and its site as it stands before anybody corrects anything."""
    base = tmp_path_factory.mktemp("way")
    commit(copy_sample(base / "origin"), "Import", "2026-01-10")
    subprocess.run(["git", "clone", "--quiet", str(base / "origin"), str(base / "clone")], check=True, capture_output=True)
    return {"clone": base / "clone", "before": build(base / "clone", base / "before"), "after": base / "after"}


def test_a_correction_goes_the_whole_way_from_a_spoiled_row_to_the_changed_page(way: dict[str, Path]):
    """Each command says what a stranger needs for the next, and the page tells the new fact, its source and its history."""
    clone = way["clone"]
    # A slip of the pen, a spreadsheet's BOM and line ends, and a new source at the end of its file.
    edit(clone, "objects", f"{RECORD},1,intruder,attack_drone,Gerbera,19,21", f"{RECORD},1,intruder,attack_dron,Gerbera,19,23")
    objects = clone / "data" / "objects.csv"
    objects.write_bytes(b"\xef\xbb\xbf" + objects.read_bytes().replace(b"\n", b"\r\n"))
    for name, line in (
        ("sources", "other-nd-a,https://other.example.org/drones,Synthetic count,Other News,newspaper,,,en,"),
        ("citations", f"{RECORD},other-nd-a,mon-pl,count"),
    ):
        path = clone / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8", newline="")

    code, said = verb(clone, "check")
    assert code == 1
    for part in (
        "data/objects.csv:2:category: terms: 'attack_dron'",
        "Did you mean attack_drone",
        "byte order mark",
        "carriage return",
        "data/citations.csv:8:",
        "rows in natural order",
    ):
        assert part in said

    edit(clone, "objects", "attack_dron,", "attack_drone,")
    code, said = verb(clone, "fix")
    assert code == 0 and {line.split(":")[0] for line in said.splitlines()} == {
        "data/objects.csv",
        "data/sources.csv",
        "data/citations.csv",
    }
    assert verb(clone, "fix") == (0, "nothing to mend\n")
    assert verb(clone, "check")[0] == 0

    code, said = verb(clone, "diff", "HEAD")
    assert code == 0
    for part in (
        "Records changed (1)",
        f"objects/{RECORD}/1 count_max: 21 -> 23",
        f"{RECORD}: other-nd-a (mon-pl)",
        "changes.xml announces 1 changed",
    ):
        assert part in said

    commit(clone, "Correct a count\n\nThanks: Ann Example", "2026-02-01")
    build(clone, way["after"])
    before, after = text(way["before"]), text(way["after"])
    assert "19–21" in before and "19–23" not in before and "Synthetic count" not in before
    assert "19–23" in after and "19–21" not in after and "Synthetic count" in after
    assert "object 1, count max: 21 → 23" in after and "Correct a count" in after


def test_what_was_corrected_is_told_wherever_readers_and_programs_look(way: dict[str, Path]):
    """The page of changes with thanks, the feed, the record's own history and its lines at the repository."""
    after, head = way["after"], git(way["clone"], "rev-parse", "HEAD")
    changes = (after / "changes" / "index.html").read_text(encoding="utf-8")
    assert "Thanks to Ann Example." in changes and f"{REPO}/commit/{head}" in changes
    assert RECORD in (after / "changes.xml").read_text(encoding="utf-8")
    steps = json.loads((after / "incidents" / RECORD / "history.json").read_text(encoding="utf-8"))["steps"]
    assert [(s["action"], s["message"]) for s in steps] == [("added", "Import"), ("modified", "Correct a count")]
    assert f"{REPO}/blob/{head}/data/objects.csv?plain=1#L2-L3" in (after / "incidents" / RECORD / "index.html").read_text(encoding="utf-8")


def test_a_record_that_nobody_touched_has_the_same_words_as_before(way: dict[str, Path]):
    """Its evidence, its history and its permalinks stay; the correction of another record moves nothing on it."""
    page = "incidents/AIR-2025-0002/"
    assert text(way["before"], page) == text(way["after"], page)
