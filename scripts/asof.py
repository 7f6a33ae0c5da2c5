"""Owns the tables as they stood: a working tree of an earlier commit, which a build then reads instead of this one."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .git import NoHistory

ROOT_VARIABLE = "AIR_ROOT"


def commit_of(root: Path, when: str) -> str:
    """The last first-parent commit up to the end of a day (UTC), or the commit that a name stands for; raises NoHistory."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", when, re.ASCII):
        found = _git(root, "rev-list", "-1", "--first-parent", f"--before={when}T23:59:59Z", "HEAD")
        if not found:
            first = _git(root, "log", "--first-parent", "--reverse", "--format=%cs", "HEAD").splitlines()
            raise NoHistory(f"{when}: before the first commit, which is of {first[0] if first else 'no day'}; name a later day")
        return found
    return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{when}^{{commit}}")


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=120, check=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoHistory("git cannot be run, and without its history there is no earlier state") from error
    except subprocess.CalledProcessError as error:
        raise NoHistory(f"{arguments[-1]}: {error.stderr.strip().splitlines()[0] if error.stderr.strip() else 'no such commit'}") from error
    return done.stdout.strip()


@contextmanager
def tree_as_of(root: Path, when: str) -> Iterator[None]:
    """Within it, builds read the tables as they stood; with an empty `when`, nothing is changed."""
    if not when:
        yield
        return
    commit = commit_of(root, when)
    before = os.environ.get(ROOT_VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--detach", "--quiet", str(tree), commit)
        os.environ[ROOT_VARIABLE] = str(tree)
        try:
            if not (tree / "datapackage.json").exists():
                raise NoHistory(f"{when}: the record has no tables yet at that commit; name a later one")
            yield
        finally:
            os.environ.pop(ROOT_VARIABLE)
            if before is not None:
                os.environ[ROOT_VARIABLE] = before
            _git(root, "worktree", "remove", "--force", str(tree))
