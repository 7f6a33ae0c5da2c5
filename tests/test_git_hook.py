"""`make hook` lets git refuse a commit whose tables break a rule; it looks at what is to be committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY
from .helpers_publish import commit, edit

WHO = {f"GIT_{w}_{k}": v for w in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "Test"), ("EMAIL", "test@example.org"))}


def run(clone: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the clone, with this environment's Python and the program of this repository."""
    # A variable of the outer git (a hook that runs the tests) would lead the inner one to the wrong repository.
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment = {**clean, **WHO, "PYTHON": sys.executable, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def clone(sample: Path, tmp_path: Path) -> Path:
    """A clone of the sample's repository in which the hook was switched on."""
    shutil.copytree(REPOSITORY / ".githooks", sample / ".githooks")
    shutil.copy(REPOSITORY / "Makefile", sample)
    commit(sample, "Import")
    target = tmp_path / "clone"
    assert run(tmp_path, "git", "clone", "--quiet", str(sample), str(target)).returncode == 0
    # The environment counts as made: the command itself is what is tried here.
    assert run(target, "make", "--silent", "-o", ".venv/.ready", "hook").returncode == 0
    return target


def test_a_commit_of_a_spoiled_row_is_refused_and_of_the_mended_one_taken(clone: Path):
    """The refusal names line, column, value and remedy; nothing is committed until the row is sound."""
    edit(clone, "incidents", ",probable,,inside", ",confrimed,,inside")
    refused = run(clone, "git", "commit", "--all", "--message", "Correct a grade")
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "data/incidents.csv:5:existence: terms: 'confrimed'" in said and "Did you mean confirmed" in said
    assert "warning: " not in said
    assert run(clone, "git", "rev-list", "--count", "HEAD").stdout == "1\n"
    edit(clone, "incidents", ",confrimed,,inside", ",confirmed,,inside")
    taken = run(clone, "git", "commit", "--all", "--message", "Correct a grade")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert run(clone, "git", "rev-list", "--count", "HEAD").stdout == "2\n"


def test_what_is_staged_counts_and_not_what_lies_in_the_folder(clone: Path):
    """A row mended after `git add` is refused as it was staged; a half-written one that was not staged is nobody's business."""
    edit(clone, "incidents", ",probable,,inside", ",confrimed,,inside")
    run(clone, "git", "add", "data")
    edit(clone, "incidents", ",confrimed,,inside", ",confirmed,,inside")
    assert run(clone, "git", "commit", "--message", "Spoiled as staged").returncode == 1
    run(clone, "git", "add", "data")
    edit(clone, "objects", ",19,21,", ",many,21,")
    assert run(clone, "git", "commit", "--message", "Sound as staged").returncode == 0


def test_a_proposal_may_hold_placeholders(clone: Path):
    """A new incident is committed under its placeholder; its number comes at merge."""
    for name in ("incidents", "objects", "locations", "citations", "relations"):
        path = clone / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("AIR-2026-0001", "AIR-NEW-a"), encoding="utf-8")
    done = run(clone, "git", "commit", "--all", "--message", "Propose an incident")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_commit_that_touches_no_table_is_not_delayed(clone: Path):
    """Text and code are committed though no environment stands."""
    (clone / "README.md").write_text("text\n", encoding="utf-8")
    run(clone, "git", "add", "README.md")
    assert run(clone, "env", "PYTHON=/nowhere/python", "git", "commit", "--message", "Write a text").returncode == 0


def test_without_an_environment_the_commit_is_refused_with_the_way_out(clone: Path):
    """Unchecked tables are not committed in silence."""
    edit(clone, "objects", ",19,21,", ",19,22,")
    done = run(clone, "env", "PYTHON=/nowhere/python", "git", "commit", "--all", "--message", "Correct a count")
    assert done.returncode == 1 and "make check" in done.stderr
