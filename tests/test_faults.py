"""A build that is killed, starved or raced leaves the last good site whole, and touches no data."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.faults import kill_once, start, sums
from scripts import tables
from scripts.fix import fix
from scripts.publish import store
from scripts.publish.store import Build
from tests.conftest import REPOSITORY, copy_sample

KILLS = 6
"""`python -m benchmarks faults --times 100` kills a hundred times."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample and a folder in which it has been built once: (root, base)."""
    made = tmp_path_factory.mktemp("faults")
    root, base = copy_sample(made / "root"), made / "base"
    base.mkdir()
    assert start(root, base).wait() == 0
    return root, base


def test_a_build_killed_at_any_moment_changes_nothing_that_is_served(ground: tuple[Path, Path]):
    """Half-written pages are nobody's site; the data stays, and the next build succeeds and clears up."""
    root, base = ground
    data, killed, chance = sums(root), 0, random.Random(7)
    for _ in range(KILLS):
        before = sums((base / "site").resolve())
        killed += kill_once(root, base, chance.uniform(0.5, 6))
        assert sums((base / "site").resolve()) == before
    assert killed >= 1
    assert start(root, base).wait() == 0
    assert not list((base / ".build").glob("*.part")), "what killed builds left was not cleared"
    assert sums(root) == data


def test_a_page_that_vanished_from_an_earlier_build_is_made_again(ground: tuple[Path, Path]):
    """The next build goes on in that folder and would leave the page, whose key stands: it sees in time that it is not there."""
    root, base = ground
    for _ in range(2):
        assert start(root, base).wait() == 0
    before, last = sums((base / "site").resolve()), (base / "site").resolve()
    (spare,) = (p for p in (base / ".build").iterdir() if p.name.isdigit() and p != last)
    gone = [next(spare.glob("incidents/AIR-*/index.html")), spare / "years" / "2026" / "index.html"]
    for path in gone:
        path.unlink()
    assert start(root, base).wait() == 0
    assert sums((base / "site").resolve()) == before


def test_two_builds_at_once_both_succeed(ground: tuple[Path, Path]):
    """Neither sees the other's files; the site is whole afterwards, and the same."""
    root, base = ground
    before = sums((base / "site").resolve())
    both = [start(root, base), start(root, base)]
    assert [p.wait() for p in both] == [0, 0]
    assert sums((base / "site").resolve()) == before


def test_a_table_that_vanishes_while_building_stops_the_build(ground: tuple[Path, Path], tmp_path: Path):
    """The build says so, and readers keep the last site."""
    root, base = ground
    mine = Path(shutil.copytree(root, tmp_path / "root"))
    (mine / "data" / "citations.csv").unlink()
    before = sums((base / "site").resolve())
    assert start(mine, base).wait() != 0
    assert sums((base / "site").resolve()) == before


def tiny(tmp_path: Path) -> Path:
    """A folder with a first, good build of one file."""
    build = Build.begin(tmp_path)
    build.put("a/index.html", b"good")
    build.publish()
    return tmp_path


def fail_with(code: int) -> Callable[..., None]:
    """A stand-in that fails as a system call does."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fails


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EMFILE, errno.EDQUOT])
@pytest.mark.parametrize(
    ("owner", "call"), [(os, "open"), (os, "mkdir"), (Path, "mkdir"), (Path, "rename"), (Path, "symlink_to"), (Path, "write_text")]
)
def test_a_failing_disk_leaves_the_last_site(code: int, owner: object, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Wherever a full, read-only or broken disk says no, readers keep what they had and the next build succeeds."""
    base = tiny(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(owner, call, fail_with(code))
        build = Build.begin(base)
        build.put("a/index.html", b"new")
        build.publish()
    assert (base / "site" / "a" / "index.html").read_bytes() == b"good"
    build = Build.begin(base)
    build.put("a/index.html", b"next")
    build.publish()
    assert (base / "site" / "a" / "index.html").read_bytes() == b"next"


def test_the_exchange_itself_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Power lost at the very last step: the old link stands."""
    base = tiny(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(store.os, "replace", fail_with(errno.EIO))
        build = Build.begin(base)
        build.put("a/index.html", b"new")
        build.publish()
    assert (base / "site" / "a" / "index.html").read_bytes() == b"good"


def test_a_disk_that_cannot_link_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Hard links are a saving, not a need."""
    base = tiny(tmp_path)
    monkeypatch.setattr(store.os, "link", fail_with(errno.EPERM))
    build = Build.begin(base)
    assert not build.keep("a/index.html", "key")
    build.put("a/index.html", b"good")
    build.publish()
    assert (base / "site" / "a" / "index.html").read_bytes() == b"good" and build.tally.written == 1


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or sys.platform != "linux",
    reason="a small disk is mounted, for which one must be root on Linux",
)
def test_a_full_disk_leaves_the_last_site(tmp_path: Path):
    """On a real disk of 256 KiB: the big build fails, the small one still stands."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        base = tiny(disk)
        build = Build.begin(base)
        with pytest.raises(OSError) as caught:
            for i in range(100):
                build.put(f"{i}.html", bytes(8192))
        assert caught.value.errno == errno.ENOSPC
        assert (base / "site" / "a" / "index.html").read_bytes() == b"good"
        build.abandon()
        after = Build.begin(base)
        after.put("a/index.html", b"next")
        after.publish()
        assert (base / "site" / "a" / "index.html").read_bytes() == b"next"
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_fix_writes_a_table_whole_or_not_at_all(call: str, sample: Path, monkeypatch: pytest.MonkeyPatch):
    """A power cut in `fix` leaves the old table and no part of a new one."""
    path = sample / "data" / "incidents.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = sums(sample)
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(tables.os, call, fail_with(errno.EIO))
        fix(sample)
    assert sums(sample) == before
    fix(sample)
    assert b"\r" not in path.read_bytes()


def test_a_build_needs_no_leave_to_write_data(ground: tuple[Path, Path]):
    """Where the tables cannot be written (here: every open for writing under data/ is refused), a build succeeds."""
    root, base = ground
    program = f"""
import builtins, io, os, sys
from pathlib import Path
sys.argv = ["stage", "build", {str(root)!r}, {str(base)!r}]
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)) and {str(root)!r} in str(arguments[0]) and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        raise PermissionError(f"a build opened {{arguments[0]}} for writing")
    if event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate") and any(str(a).startswith({str(root)!r}) for a in arguments):
        raise PermissionError(f"a build changed {{arguments}}")
sys.addaudithook(watch)
import runpy
runpy.run_module("benchmarks.stage", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
