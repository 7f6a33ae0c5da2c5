"""Owns the killing of builds: at random moments, many times, with a look at what readers are served after each."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.dataset import ROOT

from . import synthetic

INCIDENTS = 60


def start(root: Path, base: Path) -> subprocess.Popen[bytes]:
    """Begin a build of `root` into `base/site` in a process group of its own."""
    command = [sys.executable, "-m", "benchmarks.stage", "build", str(root), str(base)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def sums(folder: Path) -> dict[str, str]:
    """The sum of every file under a folder."""
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def kill_once(root: Path, base: Path, after: float) -> bool:
    """Begin a build and kill it after some seconds; whether it was still running."""
    process = start(root, base)
    time.sleep(after)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


def run(real: Path, times: int) -> dict[str, object]:
    """Kill a build `times` times; counts of kills, of broken sites (0 is the promise), and whether the last build succeeded."""
    chance = random.Random(times)
    with tempfile.TemporaryDirectory(prefix="air-faults-") as name:
        base, root = Path(name) / "base", synthetic.write(real, Path(name) / "root", INCIDENTS)
        base.mkdir()
        begun = time.perf_counter()
        assert start(root, base).wait() == 0
        length = time.perf_counter() - begun
        data, killed, broken = sums(root), 0, 0
        for _ in range(times):
            before = sums((base / "site").resolve())
            if kill_once(root, base, chance.uniform(0, length)):
                killed += 1
                broken += sums((base / "site").resolve()) != before
        ended = start(root, base).wait()
        left = [p.name for p in (base / ".build").iterdir() if p.name.endswith(".part")]
        return {
            "times": times,
            "killed": killed,
            "broken": broken,
            "next_build": "succeeded" if ended == 0 else "failed",
            "data_touched": sums(root) != data,
            "parts_left": len(left),
        }
