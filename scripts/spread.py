"""Owns the spreading of work over the cores: forked copies of this process take one job after another.

Jobs see all that is in memory and need not be sent; only their results are. Where processes cannot be forked safely, or one
core is all there is, the work is done here.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 8
SIZE = 4
TOKENS = 16_000
"""Tokens of SIZE bytes that a pipe holds without a reader (64 KiB on Linux, where alone processes are forked)."""


PR_SET_PDEATHSIG = 1
"""Linux' prctl(2): the signal that a process is sent when its parent ends."""

_is_copy = False
"""Whether this process is a copy that shares the cores with others already."""


class WorkerLost(Exception):
    """A forked copy ended without its results, as when the system kills it for want of memory."""


def cores() -> int:
    """How many processes to use: the cores that this one may use, at most MOST; AIR_WORKERS names another number; one in a copy."""
    if _is_copy:
        return 1
    named = os.environ.get("AIR_WORKERS", "")
    if named.isdigit() and int(named):
        return int(named)
    # Elsewhere a forked copy of a process with system threads may hang.
    return min(len(os.sched_getaffinity(0)), MOST) if sys.platform == "linux" else 1


def spread(work: Callable[[Any], T], jobs: Sequence[Any]) -> list[T]:
    """The results of `work` for every job, in no order; raises what a job raised, and WorkerLost.

    Jobs are taken in their order by whoever is free, so that the long ones belong at the front.
    """
    number = max(1, min(cores(), len(jobs)))
    if number == 1:
        return [work(job) for job in jobs]
    fork = multiprocessing.get_context("fork")
    step = -(-len(jobs) // TOKENS)
    # A pipe of tokens needs no lock that a killed process could leave locked: a read of one is whole, and none left reads as an end.
    take, give = os.pipe()
    os.write(give, b"".join(i.to_bytes(SIZE) for i in range(0, len(jobs), step)))
    os.close(give)
    _give_back()
    # What stands already is neither looked at by the collector nor copied for its marks.
    gc.freeze()
    workers = []
    try:
        for _ in range(1, number):
            here, there = fork.Pipe(duplex=False)
            worker = fork.Process(target=_share, args=(work, _taken(take, jobs, step), there, os.getpid()), daemon=True)
            worker.start()
            there.close()
            workers.append((worker, here))
        found = [work(job) for job in _taken(take, jobs, step)]
        for worker, here in workers:
            found += _result(worker, here)
        return found
    finally:
        os.close(take)
        for worker, here in workers:
            worker.terminate()
            worker.join()
            here.close()
        gc.unfreeze()


def apart(work: Callable[[], T]) -> T:
    """The result of `work`, done in a forked copy of this process, with which the memory goes that it took; raises as `spread`."""
    if cores() == 1:
        return work()
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    worker = fork.Process(target=_run, args=(lambda _: work(), iter([None]), there, os.getpid()))
    worker.start()
    there.close()
    try:
        return _result(worker, here)[0]
    finally:
        worker.terminate()
        worker.join()
        here.close()


def _give_back() -> None:
    """Return freed memory to the system, where the C library can: what is freed in loading would lie idle beside every copy."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _taken(take: int, jobs: Sequence[Any], step: int) -> Iterator[Any]:
    while token := os.read(take, SIZE):
        first = int.from_bytes(token)
        yield from jobs[first : first + step]


def _share(work: Callable[[Any], T], jobs: Iterator[Any], answer: Connection, parent: int) -> None:
    global _is_copy
    _is_copy = True
    _run(work, jobs, answer, parent)


def _run(work: Callable[[Any], T], jobs: Iterator[Any], answer: Connection, parent: int) -> None:
    made: list[T] = []
    # However long a job takes, the system ends it with the build that it works for.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        for job in jobs:
            # A build that was killed before that was said leaves nobody to work for.
            if os.getppid() != parent:
                os._exit(1)
            made.append(work(job))
    except BaseException as error:
        answer.send(error)
    else:
        answer.send(made)
    answer.close()


def _result(worker: Any, answer: Connection) -> list[Any]:
    try:
        found = answer.recv()
    except EOFError:
        worker.join()
        raise WorkerLost(
            f"a process of this build was ended from outside (exit code {worker.exitcode}); build again, or with AIR_WORKERS=1"
        ) from None
    if isinstance(found, BaseException):
        raise found
    return found
