"""Owns the measurement of scale: our pages stage cold and after one changed row, the check, memory; beside MkDocs, Zensical and Hugo.

All ratios are of the pages stage in process, after imports; the others' start-up on an empty site is taken off. Whole
processes stand beside them. Every tool runs in a process of its own, one after another, on the same machine and disk.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TextIO

from scripts.dataset import ROOT
from scripts.publish.context import Context
from scripts.publish.pages.render import environment

from . import others, synthetic

Found = dict[str, Any]


def run(real: Path, sizes: list[int], with_others: bool, progress: TextIO) -> Found:
    """Measure every size; the object that `--json` prints."""
    found: Found = {"data": "synthetic, drawn from the real record", "sizes": {}}
    with tempfile.TemporaryDirectory(prefix="air-scale-") as name:
        for size in sorted(sizes):
            say(progress, f"{size} incidents: tables")
            folder = Path(name) / str(size)
            folder.mkdir()
            root = synthetic.write(real, folder / "root", size)
            found["sizes"][str(size)] = _ours(root, folder, progress)
        if with_others:
            found |= _others(root, folder, found["sizes"][str(size)], progress)
    return found | _ratios(found["sizes"])


def say(progress: TextIO, text: str) -> None:
    """A line for whoever waits at a terminal; nothing in CI."""
    if progress.isatty():
        print(text, file=progress, flush=True)


def stage(*arguments: object) -> Found:
    """Run `benchmarks.stage` in a process of its own; its figures, and the seconds of the whole process."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.stage", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the measured run failed:\n{done.stderr[-2000:]}")
    return {**json.loads(done.stdout.strip().split("\n")[-1]), "process": time.perf_counter() - begun}


def _ours(root: Path, folder: Path, progress: TextIO) -> Found:
    base = folder / "base"
    base.mkdir()
    say(progress, "  check")
    found: Found = {"check": stage("check", root)}
    say(progress, "  cold build")
    found["cold"] = stage("build", root, base)
    found["site_bytes"] = sum(p.stat().st_size for p in (base / "site").resolve().rglob("*") if p.is_file())
    found["floor"] = floor((base / "site").resolve(), folder / "floor")
    say(progress, "  after one changed row")
    change_one(root, "a")
    found["first_change"] = stage("build", root, base)
    change_one(root, "b")
    found["one_row"] = stage("build", root, base)
    return found


def floor(site: Path, target: Path) -> float:
    """Seconds to write the very bytes of all pages into new folders: less is not possible in this form."""
    pages = [(p.relative_to(site), p.read_bytes()) for p in site.rglob("index.html")]
    begun = time.perf_counter()
    for path, data in pages:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
    return time.perf_counter() - begun


def change_one(root: Path, mark: str) -> None:
    """Change the title of one incident in the middle of the table."""
    path = root / "data" / "incidents.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next(i for i in range(len(lines) // 2, len(lines)) if lines[i].split(",", 2)[1].endswith(")"))
    key, title, rest = lines[at].split(",", 2)
    lines[at] = ",".join([key, f"{title[:-3].rstrip('( ')} {mark})", rest])
    path.write_text("\n".join(lines), encoding="utf-8", newline="")


def _others(root: Path, folder: Path, ours: Found, progress: TextIO) -> Found:
    context = Context.load(root)
    drawing = environment(context.collection)
    pages = {r.id: others.markdown(r, context, drawing) for r in context.collection.records}
    say(progress, "  MkDocs")
    empty = stage("plain", others.mkdocs_site(folder / "mkdocs-empty", {}))
    full = stage("plain", others.mkdocs_site(folder / "mkdocs", pages))
    found: Found = {"mkdocs": full, "mkdocs_empty": empty, "build_vs_mkdocs": ratio(ours["cold"]["pages"], full["all"] - empty["all"])}
    return found | _zensical(folder, pages, ours, progress) | _hugo(folder, pages, ours, progress)


def _zensical(folder: Path, pages: dict[str, str], ours: Found, progress: TextIO) -> Found:
    if not others.zensical():
        return {"zensical": "skipped: no Zensical on this machine (set ZENSICAL to its path)"}
    say(progress, "  Zensical")
    start = others.run_zensical(others.mkdocs_site(folder / "zensical-empty", {}))
    process = others.run_zensical(others.mkdocs_site(folder / "zensical", pages))
    return {"zensical": {"process": process, "empty": start}, "build_vs_zensical": ratio(ours["cold"]["pages"], process - start)}


def _hugo(folder: Path, pages: dict[str, str], ours: Found, progress: TextIO) -> Found:
    if not others.hugo():
        return {"hugo": "skipped: no Hugo on this machine (set HUGO to its path)"}
    say(progress, "  Hugo")
    # The theme's own page, as MkDocs has just made it.
    shell = (
        (folder / "mkdocs-empty" / "site" / "index.html")
        .read_text(encoding="utf-8")
        .replace("Home", "TITLE")
        .replace("</article>", "CONTENT</article>")
    )
    start = others.run_hugo(others.hugo_site(folder / "hugo-empty", {}, shell))
    process = others.run_hugo(others.hugo_site(folder / "hugo", pages, shell))
    return {"hugo": {"process": process, "empty": start}, "build_vs_hugo": ratio(ours["cold"]["pages"], process - start)}


def ratio(ours: float, theirs: float) -> float:
    """Ours over theirs: below one is faster."""
    return round(ours / max(theirs, 1e-9), 4)


def _ratios(sizes: dict[str, Found]) -> Found:
    first, last = (min(sizes, key=int), max(sizes, key=int))
    big = sizes[last]
    grown = math.log(big["cold"]["pages"] / sizes[first]["cold"]["pages"]) / math.log(int(last) / int(first)) if last != first else None
    return {
        "one_row_vs_cold": ratio(big["one_row"]["pages"], big["cold"]["pages"]),
        "first_change_vs_cold": ratio(big["first_change"]["pages"], big["cold"]["pages"]),
        "check_vs_pandas": ratio(big["check"]["check"], big["check"]["read_csv"]),
        "growth_exponent": round(grown, 3) if grown is not None else None,
        "peak_mib": round(big["cold"]["pages_peak_mib"], 1),
        "peak_mib_whole_build": round(big["cold"]["peak_mib"], 1),
        "cold_vs_floor": ratio(big["cold"]["pages"], big["floor"]),
    }
