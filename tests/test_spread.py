"""Work spread over the cores gives what one process would give, tells of every fault, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from scripts.spread import TOKENS, WorkerLost, apart, cores, spread
from tests.conftest import REPOSITORY


@pytest.fixture(params=["1", "2", "3"])
def workers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """One process and several."""
    monkeypatch.setenv("AIR_WORKERS", request.param)
    return int(request.param)


def test_every_job_is_done_once(workers: int):
    """Also where there are fewer jobs than processes, or none."""
    for jobs in ([], [4], list(range(50)), list(range(TOKENS * 2 + 7))):
        assert sorted(spread(lambda job: job * job, jobs)) == [j * j for j in jobs]


def test_the_work_is_shared(workers: int):
    """As many processes as were asked for."""

    def who(_: int) -> int:
        time.sleep(0.02)
        return os.getpid()

    assert len(set(spread(who, range(30)))) == workers == cores()


def test_a_fault_in_any_job_is_raised(workers: int):
    """Whichever process met it."""

    def divide(job: int) -> float:
        return 1 / (job - 5)

    with pytest.raises(ZeroDivisionError):
        spread(divide, range(8))


def test_what_is_done_apart_leaves_nothing_here(workers: int):
    """Its result comes back, what it changed does not, and it may spread its work further; a fault in it is raised."""
    here: list[int] = []

    def work() -> tuple[int, list[int]]:
        here.append(1)
        return os.getpid(), sorted(spread(lambda job: job * job, range(5)))

    process, found = apart(work)
    assert found == [0, 1, 4, 9, 16]
    assert (process == os.getpid(), here) == ((True, [1]) if workers == 1 else (False, []))
    with pytest.raises(ZeroDivisionError):
        apart(lambda: 1 / 0)


def test_a_copy_spreads_nothing_further(monkeypatch: pytest.MonkeyPatch):
    """Its cores are taken already, and a copy of a copy would be nobody's to end."""
    monkeypatch.setenv("AIR_WORKERS", "2")

    def who(_: int) -> tuple[int, set[int]]:
        time.sleep(0.02)
        return os.getpid(), set(spread(lambda _: os.getpid(), range(4)))

    copies = [found for found in spread(who, range(20)) if found[0] != os.getpid()]
    assert copies and all(inner == {process} for process, inner in copies)


def test_a_process_that_is_ended_from_outside_is_told(monkeypatch: pytest.MonkeyPatch):
    """As the system does where memory ends; no half of the work passes for the whole."""
    monkeypatch.setenv("AIR_WORKERS", "2")
    here = os.getpid()

    def end(_: int) -> None:
        time.sleep(0.05)
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(WorkerLost, match="AIR_WORKERS=1"):
        spread(end, range(40))


@pytest.mark.parametrize(
    "work",
    [
        "spread(lambda j: (print(os.getpid(), flush=True), time.sleep(0.2)), range(400))",
        "spread(lambda j: (print(os.getpid(), flush=True), time.sleep(60)), range(2))",
        "apart(lambda: (print(os.getpid(), flush=True), time.sleep(60)))",
    ],
)
def test_no_copy_outlives_a_killed_build(work: str):
    """A copy whose parent is gone ends, however long its job would still take."""
    program = f"import os, time; from scripts.spread import apart, spread; {work}"
    started = subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, env={**os.environ, "AIR_WORKERS": "2"}, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout
    copy = next(int(line) for line in started.stdout if int(line) != started.pid)
    started.kill()
    started.wait()
    until = time.monotonic() + 30
    while os.path.exists(f"/proc/{copy}") and time.monotonic() < until:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{copy}")
