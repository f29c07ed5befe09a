"""What is held against what: each goal with its command, its baseline, and the ratio that it may have."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Case, Ratio, environment, memory, ratio, timed
from benchmarks.peers import PEERS, case_of
from pipectl.store.answers import answer_files

PROGRAM = str(Path(sys.executable).parent / "pipectl")
_PASS = (sys.executable, "-c", "pass")
_BARE = """
import os
for folder, _, names in os.walk("deals"):
    for name in names:
        descriptor = os.open(f"{folder}/{name}", os.O_RDONLY)
        os.read(descriptor, 1 << 16)
        os.close(descriptor)
"""
_LOADER = """
import os, yaml
for folder, _, names in os.walk("deals"):
    for name in names:
        with open(f"{folder}/{name}", "rb") as file:
            yaml.load(file, yaml.CSafeLoader)
"""

_ROUND_TRIPS = """
import io, os
from ruamel.yaml import YAML
yaml = YAML()
for folder, _, names in os.walk("deals"):
    for name in names:
        with open(f"{folder}/{name}", "rb") as file:
            deal = yaml.load(file)
        deal["source"] = "website"
        yaml.dump(deal, io.StringIO())
"""


class Row(NamedTuple):
    """A goal and what came of it; *limit* is what the measured may be at most, or at least where it says so."""

    goal: str
    what: str
    limit: str
    measured: str
    met: bool | None


def few(rounds: int) -> int:
    """How often of *rounds* what takes long is run."""
    return max(rounds // 3, 1)


def start_up(trees: Mapping[int, Path], rounds: int) -> Iterator[Row]:
    """S1, S2, M1: what a run costs before and beside the deals, in bare Python starts."""
    small, large = trees[min(trees)], trees[max(size for size in trees if size <= 10_000)]
    deal = next(
        path.stem for path in sorted((small / "deals").rglob("*.yaml")) if b": new-business" in path.read_bytes()
    )
    move = (PROGRAM, "move", deal, "qualified", "--dry-run", "--force", "--note", "measured")
    cases = {
        "pass": Case(_PASS, small),
        "--version": Case((PROGRAM, "--version"), small),
        "completion": Case((PROGRAM, "--complete", "list", "--s"), small),
        "--help": Case((PROGRAM, "--help"), small),
        **{verb: Case((PROGRAM, verb), small, partial(_forget, small)) for verb in ("check", "list", "stats")},
        "move": Case(move, small),
        "move among many": Case(move, large),
    }
    runs = timed(cases, rounds)
    limits = {
        "--version": ("S1", 1.3),
        "completion": ("S1", 2.0),
        "--help": ("S2", 8.0),
        "check": ("S2", 8.5),
        "move": ("S2", 8.5),
        "list": ("S2", 11.0),
        "stats": ("S2", 11.0),
        "move among many": ("M1", 9.5),
    }
    for name, (goal, limit) in limits.items():
        yield _at_most(goal, f"`{name}` to `python -c pass`", ratio(runs, name, "pass"), limit)


def edits(tree: Path, rounds: int) -> Iterator[Row]:
    """M2: a field of every deal set, without writing, to the same by round trips through ruamel.yaml."""
    ours = (PROGRAM, "set", "source=website", "--where", "is:any", "--yes", "--dry-run")
    runs = timed({"set": Case(ours, tree), "ruamel.yaml": Case((sys.executable, "-c", _ROUND_TRIPS), tree)}, rounds)
    yield _at_least(
        "M2", "round trips of 1,000 files through ruamel.yaml to `set`", ratio(runs, "ruamel.yaml", "set"), 8
    )


def reading(tree: Path, size: int, rounds: int) -> Iterator[Row]:
    """W1, W2, C1, R1: `stats` with nothing kept, with the deals kept, with its answer kept, and checked out anew."""
    cases = {
        "bare read": Case((sys.executable, "-c", _BARE), tree),
        "git status": Case(("git", "status", "--porcelain"), tree),
        "cold": Case((PROGRAM, "stats", "--no-cache"), tree, alone=True),
        "cold on all cores": Case((PROGRAM, "stats", "--no-cache"), tree),
        # As if it had never been asked of these files, which is what it costs after any change of them.
        "warm": Case((PROGRAM, "stats"), tree, partial(_forget, tree)),
        "repeated": Case((PROGRAM, "stats"), tree, partial(_recall, tree)),
        "check": Case((PROGRAM, "check", "--no-cache"), tree),
    }
    if size == 10_000:
        cases["CSafeLoader"] = Case((sys.executable, "-c", _LOADER), tree)
    _settle(tree)
    runs = timed(cases, rounds)
    if size >= 10_000:
        limit = 7.0 if size == 10_000 else 3.5
        yield _at_most("W1", f"warm `stats` of {size:,} to `git status`", ratio(runs, "warm", "git status"), limit)
        again = ratio(runs, "repeated", "git status")
        yield _at_most("W1", f"`stats` of {size:,} asked again to `git status`", again, 3)
    if size == 10_000:
        # By themselves, since git and the cache look into every file whose times have changed.
        bare = cases["bare read"]
        touched = {"bare read": bare, "restored": Case((PROGRAM, "stats"), tree, partial(_touch, tree, _forget))}
        anew = ratio(timed(touched, rounds), "restored", "bare read")
        yield _at_most("W2", f"`stats` of {size:,}, checked out anew, to a bare read", anew, 2)
        touched = {"bare read": bare, "repeated": Case((PROGRAM, "stats"), tree, partial(_touch, tree, _recall))}
        anew = ratio(timed(touched, rounds), "repeated", "bare read")
        yield _at_most("W2", f"`stats` of {size:,} asked again, checked out anew, to a bare read", anew, 2)
        yield _at_most(
            "C1", f"cold `stats` of {size:,} on one core to a bare read", ratio(runs, "cold", "bare read"), 8
        )
        clock = ratio(runs, "cold on all cores", "bare read", clock=True)
        yield _at_most("C1", "the same on all cores, by the clock", clock, 5)
        yield _at_least(
            "C1", "loading the files with CSafeLoader to cold `stats`", ratio(runs, "CSafeLoader", "cold"), 4
        )
    for name, most in {10_000: {"repeated": 20, "warm": 40, "cold": 70}, 100_000: {"warm": 150}}.get(size, {}).items():
        found = memory(runs, name)
        yield Row("R1", f"peak memory of {name} `stats` of {size:,}", f"≤ {most} MB", f"{found:.0f} MB", found <= most)
    _TAKEN.update({(name, size): median(run.processor for run in runs[name]) for name in ("cold", "warm", "check")})


_TAKEN: dict[tuple[str, int], float] = {}
# What reads all deals and counts, lists or compares them.
_COMMANDS = (
    "stats --by owner -M",
    "funnel",
    "cycle",
    "stale",
    "board",
    "flow",
    "changes --since 2026-10-01",
    "activities",
    "reasons",
    "team",
    "forecast",
    "list",
    "next",
    "export -f csv",
)


def growth(trees: Mapping[int, Path], rounds: int) -> Iterator[Row]:
    """G1: what one more deal costs in a large workspace to what it costs in a small one: among the three largest."""
    for size, tree in trees.items():
        cases = {name: Case((PROGRAM, *name.split()), tree, partial(_forget, tree)) for name in _COMMANDS}
        runs = timed(cases, rounds if size <= 10_000 else few(rounds))
        _TAKEN.update({(name, size): median(run.processor for run in runs[name]) for name in _COMMANDS})
    sizes = tuple(trees)[-3:]
    for name in ("cold", "warm", "check", *_COMMANDS):
        small, large = (_one_more(name, *pair) for pair in (sizes[:2], sizes[1:]))
        shown = {"cold": "cold `stats`", "warm": "warm `stats`", "check": "cold `check`"}.get(name, f"`{name}`")
        what = f"one more deal of {shown}, up to {sizes[2]:,} to one up to {sizes[1]:,}"
        measured = f"{large / small:.2f} ({large * 1e6:.0f} µs)"
        yield Row("G1", what, "≤ 1.3", measured, large / small <= 1.3)


def _one_more(name: str, smaller: int, larger: int) -> float:
    return (_TAKEN[name, larger] - _TAKEN[name, smaller]) / (larger - smaller)


def peers(trees: Mapping[int, Path], rounds: int) -> Iterator[Row]:
    """V1, P1: other programs on the same work, where they are installed."""
    large = trees.get(10_000, trees[1_000])
    cases = {
        "check": Case((PROGRAM, "check", "--no-cache"), trees[1_000]),
        "stats": Case((PROGRAM, "stats"), large, partial(_forget, large)),
        "stats, asked again": Case((PROGRAM, "stats"), large, partial(_recall, large)),
    }
    _settle(large)
    known = [peer for peer in PEERS if peer.size in trees]
    found = {peer.name: case for peer in known if (case := case_of(peer, trees[peer.size])) is not None}
    runs = timed({**cases, **found}, few(rounds))
    for peer in known:
        if peer.name not in found:
            yield Row(peer.goal, f"{peer.name} is not installed here", "", "", None)
            continue
        for ours in (name for name in cases if name.startswith(peer.ours)):
            measured = ratio(runs, peer.name, ours)
            if peer.least is None:
                yield Row(peer.goal, f"{peer.name} to `{ours}`", "", _shown(measured), None)
            else:
                yield _at_least(peer.goal, f"{peer.name} to `{ours}`", measured, peer.least)


def _at_most(goal: str, what: str, found: Ratio, limit: float) -> Row:
    return Row(goal, what, f"≤ {limit:g}", _shown(found), found.middle <= limit)


def _at_least(goal: str, what: str, found: Ratio, limit: float) -> Row:
    return Row(goal, what, f"≥ {limit:g}", _shown(found), found.middle >= limit)


def _shown(found: Ratio) -> str:
    return f"{found.middle:.1f} ({found.low:.1f} to {found.high:.1f})"


def _settle(tree: Path) -> None:
    """As long after a checkout as the clocks of file systems need, git, the cache and an answer know every file."""
    time.sleep(3)
    # git writes down what it has seen here only.
    locks = {**environment(), "GIT_OPTIONAL_LOCKS": "1"}
    subprocess.run(("git", "status"), cwd=tree, env=locks, capture_output=True, check=True)
    for words in ((PROGRAM, "cache", "clear"), *[(PROGRAM, "stats")] * 4):
        subprocess.run(words, cwd=tree, env=environment(), capture_output=True, check=True)
    for path in answer_files(str(tree)):
        shutil.copy2(path, tree / ".git" / "answers")


def _touch(tree: Path, then: Callable[[Path], None]) -> None:
    for path in (tree / "deals").rglob("*.yaml"):
        os.utime(path)
    then(tree)


def _forget(tree: Path) -> None:
    """Delete the answers that are kept, and leave what is kept of deals."""
    for path in answer_files(str(tree)):
        os.unlink(path)


def _recall(tree: Path) -> None:
    """Keep again what was answered when the tree had settled, if that took long enough to be kept."""
    if (tree / ".git" / "answers").exists():
        shutil.copy2(tree / ".git" / "answers", tree / ".git" / "pipectl" / "answers")
