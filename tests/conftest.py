"""What all tests share: the real tables, a small synthetic sample, and one real build of the site."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts import examples, steps

from .browsing import chromium, served

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _nothing_kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No step of git's history is kept from an earlier run: the samples' commits are the same in each."""
    folder = tmp_path_factory.mktemp("steps")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "cache_folder", lambda name: folder)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository with the real tables (AIR_TEST_ROOT names another folder of the same kind)."""
    return Path(os.environ.get("AIR_TEST_ROOT", REPOSITORY))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A fresh copy of the synthetic sample: its own tables, the repository's schemas and terms."""
    return copy_sample(tmp_path / "sample")


def copy_sample(target: Path) -> Path:
    """Make a root that `Dataset.load` reads: the tables from which the examples of the rules page are made."""
    return examples.sound(target)


def run_build(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real `mkdocs build` into `folder`, with the environment's additions."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    clean = {k: v for k, v in os.environ.items() if k not in ("SITE_URL", "REPO_URL", "AIR_ROOT", "SOURCE_DATE_EPOCH")}
    return subprocess.run(command, cwd=REPOSITORY, env={**clean, **environment}, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The whole site, built once by MkDocs from the real tables, as it stands without SITE_URL."""
    folder = tmp_path_factory.mktemp("site")
    done = run_build(folder, AIR_ROOT=str(root))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole module."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The built site, served on this machine."""
    with served(site) as at:
        yield at
