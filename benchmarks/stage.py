"""Owns one measured run of ours in a process of its own: `python -m benchmarks.stage build|pages|check ROOT BASE` prints one JSON line."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config

from scripts import rules
from scripts.dataset import ROOT, Dataset
from scripts.publish import publishers
from scripts.publish.site import Site

ROUNDS = 3


def peak_mib() -> float:
    """The most memory that a process of this run had, in MiB; forked copies share most of theirs with it."""
    copies = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    try:
        # The kernel's ru_maxrss of a process begins with that of the process which started it; its own peak stands here.
        own = next(int(line.split()[1]) / 1024 for line in Path("/proc/self/status").read_text().split("\n") if line.startswith("VmHWM:"))
    except OSError:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return max(own, copies)


class PagesMade(Exception):
    """The pages stage has ended, and no more was asked for."""


def build(root: Path, base: Path, pages_alone: bool = False) -> dict[str, float]:
    """Build the whole site of `root` into `base/site`; seconds of the pages stage, of the packages, and of all."""
    os.environ["AIR_ROOT"] = str(root)
    # Of its own, so that a cold build is cold: no map outline is left from another.
    os.environ["AIR_CACHE"] = str(base / ".cache")
    seconds: dict[str, float] = {}
    write_pages, files = Site.write_pages, publishers.files

    def timed(site: Site) -> None:
        begun = time.perf_counter()
        write_pages(site)
        seconds["pages"], seconds["pages_peak_mib"] = time.perf_counter() - begun, peak_mib()
        if pages_alone:
            seconds["pages_bytes"] = sum(p.stat().st_size for p in site.build.folder.rglob("index.html"))
            raise PagesMade

    def packages(*arguments: object) -> Iterator[tuple[str, bytes]]:
        # Writing happens between two items, so that it is part of the stage.
        begun = time.perf_counter()
        yield from files(*arguments)
        seconds["packages"] = time.perf_counter() - begun

    Site.write_pages, publishers.files = timed, packages
    begun = time.perf_counter()
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(base / "site"))
    config.config_file_path = str(base / "mkdocs.yml")
    config.plugins.on_startup(command="build", dirty=False)
    with suppress(PagesMade):
        mkdocs_build(config)
    return {**seconds, "all": time.perf_counter() - begun, "peak_mib": peak_mib()}


def pages(root: Path, base: Path) -> dict[str, float]:
    """As `build`, ended after the pages stage: for sizes at which the packages would take the hour."""
    return build(root, base, pages_alone=True)


READ = """
import sys, time
import pandas as pd
begun = time.perf_counter()
for path in sys.argv[1:]:
    pd.read_csv(path, dtype=str)
print(time.perf_counter() - begun)
"""
"""Pandas as it comes, in a process of its own, since ours tells it that there is no pyarrow."""


def check(root: Path) -> dict[str, float]:
    """Seconds of `check`, and of reading the same tables with pandas, in turns; the medians."""
    paths = [str(root / s.path) for s in Dataset.load(root).schemas.values()]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = rules.check(Dataset.load(root))
        ours.append(time.perf_counter() - begun)
        theirs.append(float(subprocess.run([sys.executable, "-c", READ, *paths], capture_output=True, check=True).stdout))
    assert not [p for p in found if p.level == "error"], "the synthetic tables have errors"
    return {"check": sorted(ours)[ROUNDS // 2], "read_csv": sorted(theirs)[ROUNDS // 2], "peak_mib": peak_mib()}


def plain(config: Path) -> dict[str, float]:
    """Seconds of MkDocs' own build of a configuration."""
    begun = time.perf_counter()
    loaded = load_config(str(config))
    loaded.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(loaded)
    return {"all": time.perf_counter() - begun, "peak_mib": peak_mib()}


if __name__ == "__main__":
    verb, *paths = sys.argv[1:]
    result = {"build": build, "pages": pages, "check": check, "plain": plain}[verb](*map(Path, paths))
    print(json.dumps(result))
