"""Commands timed side by side: every round runs each of them once, so that a busy machine is busy for all."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.tree import TODAY


class Case(NamedTuple):
    """A command, where it runs, what is done to the place before each run, and whether it has but one core."""

    words: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None
    alone: bool = False


class Run(NamedTuple):
    """What one run took: seconds of the processor, seconds on the clock, peak memory in MB."""

    processor: float
    clock: float
    memory: float


class Ratio(NamedTuple):
    """How many times as long one case took as another, round by round: the middle, the lowest, the highest."""

    middle: float
    low: float
    high: float


def environment() -> dict[str, str]:
    """The user's, with a day, and with bytecode written as an installed program has it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIPECTL_"))}
    return {**kept, "PIPECTL_TODAY": TODAY.isoformat(), "GIT_OPTIONAL_LOCKS": "0"}


def timed(cases: Mapping[str, Case], rounds: int) -> dict[str, list[Run]]:
    """*rounds* runs of each of *cases* by turns, after one that is not counted."""
    runs: dict[str, list[Run]] = {name: [] for name in cases}
    for turn in range(rounds + 1):
        for name, case in cases.items():
            case.before()
            found = _run(case)
            if turn:
                runs[name].append(found)
    return runs


def _run(case: Case) -> Run:
    start = time.perf_counter()
    with _one_core() if case.alone else nullcontext():
        process = subprocess.Popen(
            case.words, cwd=case.folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    # The process's own account: that of all children would be the largest of any before.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(case.words)} ended with {process.returncode}")
    per_mb = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / per_mb)


@contextmanager
def _one_core() -> Iterator[None]:
    """What is started within has one core."""
    if sys.platform != "linux":
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def ratio(runs: Mapping[str, list[Run]], name: str, base: str, *, clock: bool = False) -> Ratio:
    """How *name* stands to *base* in processor time, which other programs disturb least, or on the *clock*."""
    taken = [[run.clock if clock else run.processor for run in runs[each]] for each in (name, base)]
    found = [one / other for one, other in zip(*taken, strict=True)]
    return Ratio(median(taken[0]) / median(taken[1]), min(found), max(found))


def memory(runs: Mapping[str, list[Run]], name: str) -> float:
    """The peak memory of *name* in MB."""
    return max(run.memory for run in runs[name])
