"""A workspace whose commands are asked again and again, and whether they had to run to answer."""

import os
from pathlib import Path

from pipectl.store import answers
from pipectl.store.derived import find_derived
from tests.harness import SALES, SETTINGS, Result, run_process, write_files
from tests.store.faults import git

ROOT = Path(__file__).parents[2]
_DEAL = """\
title: {name}
stage: lead
owner: {owner}
amount: {amount}
created: 2026-09-01
history:
  - {{at: 2026-09-01, stage: lead}}
tasks:
  - {{title: Call, due: 2026-11-20}}
"""
QUESTIONS = {
    "activities": (),
    "board": (),
    "changes": ("-p", "2026-Q4"),
    "check": (),
    "cycle": (),
    "flow": ("-p", "2026-Q4"),
    "forecast": (),
    "funnel": (),
    "list": (),
    "ls": ("-f", "json"),
    "next": (),
    "plan": ("--target", "12d"),
    "reasons": (),
    "show": ("d1",),
    "stale": (),
    "stats": (),
    "targets": (),
    "team": (),
}


def new_workspace(root: Path) -> Path:
    deals = {
        f"deals/{'ab'[number % 2]}/d{number}.yaml": _DEAL.format(
            name=f"Deal {number}", owner=("ani", "budi")[number % 2], amount=1000 + number
        )
        for number in range(8)
    }
    write_files(root, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, **deals})
    git(root, "init", "-q")
    return root


def file_of(root: Path) -> Path:
    return Path(find_derived(os.path.realpath(root)).path) / answers.FILE


def kept(root: Path) -> answers.Answers:
    return answers.load_answers(str(file_of(root)), answers.program_now())


def uncached(root: Path, *words: str, **environment: str) -> Result:
    return run_process("--no-cache", *words, cwd=root, **environment)[0]


def ran(root: Path, *words: str, **environment: str) -> bool:
    """Whether the program had to run to answer; and its answer is the plain one, asked now and asked again."""
    first, has_run = run_process(*words, cwd=root, **environment)
    plain = uncached(root, *words, **environment)
    assert first == plain
    assert run_process(*words, cwd=root, **environment)[0] == plain
    return has_run


def known(root: Path, *words: str, **environment: str) -> None:
    """Ask until the answer is given again."""
    ran(root, *words, **environment)
    assert not ran(root, *words, **environment)


def deal(root: Path, number: int = 1) -> Path:
    return root / f"deals/{'ab'[number % 2]}/d{number}.yaml"


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))
