"""What a command does grows as the deals do, also where every deal is a group of its own.

Counted in calls of functions, which are the same in every run and on every machine.
"""

import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.harness import SALES, SETTINGS, run_pipectl, write_files
from tests.number_commands import NUMBER_COMMANDS

_SIZES = (40, 80, 160)
# Twice as many deals more are twice as many calls more, and four times as many where each is held against each.
_MOST = 2.4
_A_FEW_LINES = 10_000  # what is printed of so few deals may have some more or less
_OPEN = """\
title: Rollout {number}
stage: lead
owner: ani
amount: {number}000
expected_close: 2026-12-0{digit}
company: Company {number}
source: source-{number}
contacts: [{{name: Person {number}}}]
tasks:
  - {{title: Call {number}, due: 2026-11-2{digit}}}
activities:
  - {{at: 2026-11-0{day}, type: call}}
history:
  - {{at: 2026-10-0{day}, stage: lead}}
"""
_CLOSED = """\
title: Rollout {number}
stage: {end}
owner: budi
amount: {number}000
company: Company {number}
source: source-{number}
competitor: Rival {number}
lost_reason: {reason}
history:
  - {{at: 2026-07-0{day}, stage: lead}}
  - {{at: 2026-08-0{day}, stage: qualified}}
  - {{at: 2026-10-0{day}, stage: {end}}}
changes:
  - {{at: 2026-07-0{day}, amount: {number}}}
"""
COMMANDS = (
    *NUMBER_COMMANDS,
    *[("stats", "--by", by) for by in ("company", "competitor", "size")],
    ("stats", "--by", "company", "-M", "--metric", "open-deals"),
    *[(name, "--by", "company") for name in ("funnel", "reasons", "activities", "forecast")],
    ("flow", "2026", "--by", "company"),
    ("flow", "2026", "--by", "company", "--deals"),
    ("list", "is:any", "--sort", "company"),
    ("list", "is:any", "-f", "json"),
    *[(name,) for name in ("board", "next", "stale", "check")],
    ("export", "-f", "csv"),
    ("set", "source=website", "--where", "is:any", "--dry-run", "--yes"),
)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    found = []
    for size in _SIZES:
        deals = {}
        for number in range(1, size + 1):
            end = ("won", "lost")[number % 4 // 2]
            values = {"number": number, "digit": number % 9 + 1, "day": number % 9 + 1, "end": end}
            text = (_OPEN, _CLOSED)[number % 2].format(**values, reason="price" if end == "lost" else "~")
            deals[f"deals/{number // 20:02}/deal-{number}.yaml"] = text
        root = tmp_path_factory.mktemp(f"of-{size}")
        found.append(write_files(root, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, **deals}))
    return found


@pytest.mark.heavy
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_calls_grow_as_the_deals(words: tuple[str, ...], trees: list[Path]) -> None:
    small, middle, large = [_calls(words, root) for root in (trees[0], *trees)][1:]  # once to import
    assert large - middle < _MOST * (middle - small) + _A_FEW_LINES


def _calls(words: tuple[str, ...], root: Path) -> int:
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG001 - what `sys.setprofile` calls
        nonlocal count
        count += event.endswith("call")

    sys.setprofile(note)
    try:
        result = run_pipectl(*words, "--no-cache", cwd=root)
    finally:
        sys.setprofile(None)
    assert result.status in (0, 1), result.err
    return count
