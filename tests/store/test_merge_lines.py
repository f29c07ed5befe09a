"""Where git's line merge is clean and says what both sides say, the merge driver leaves no conflict."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipectl.store import git_merge
from pipectl.store.merge import said
from tests.harness import SALES, run_pipectl

LINES = tuple(SALES.splitlines(keepends=True))
FIRST = 3  # the line of the first stage but one: the first must stay, or the list has no dash of its own
EDITS = {
    "renamed": lambda line: line.replace("{id: ", "{id: new-", 1).replace("}", ", aliases: [" + _id(line) + "]}"),
    "hurried": lambda line: line.replace("}", ", max_days: 9}"),
    "explained": lambda line: f"  # Why it is there.\n{line}",
    "preceded": lambda line: f"  - {{id: before-{_id(line)}, name: Before}}\n{line}",
    "followed": lambda line: f"{line}  - {{id: after-{_id(line)}, name: After}}\n",
    "parted": lambda line: f"\n{line}",
    "dropped": lambda _: "",
}


def _id(line: str) -> str:
    return line.partition("id: ")[2].partition(",")[0]


@st.composite
def _edited(draw: st.DrawFn) -> str:
    """SALES as somebody leaves it who has changed a line or two."""
    lines = list(LINES)
    for place in draw(st.sets(st.integers(FIRST, len(lines) - 1), min_size=1, max_size=2)):
        lines[place] = EDITS[draw(st.sampled_from(tuple(EDITS)))](lines[place])
    return "".join(lines)


def _unites(ours: str, theirs: str, both: str) -> bool:
    """Whether every stage of *both* that stands in one line is as often there as the two sides make it."""
    base, one, other, found = (said(text.encode()) for text in (SALES, ours, theirs, both))
    stages = [[stage["id"] for stage in value["stages"]] for value in (base, one, other, found)]  # type: ignore[index,call-overload]  # they are pipelines
    new = {name for side in stages[1:3] for name in side} - set(stages[0])
    gone = {name for name in stages[0] if name not in stages[1] or name not in stages[2]}
    return sorted(stages[3]) == sorted({*stages[0], *new} - gone)


def _hold(folder: Path, ours: str, theirs: str) -> None:
    names = [folder / name for name in ("base", "ours", "theirs", "copy")]
    for path, text in zip(names, (SALES, ours, theirs, ours), strict=True):
        path.write_text(text)
    if not git_merge.merge_lines(names[3], names[0], names[2]) or not _unites(ours, theirs, names[3].read_text()):
        return
    result = run_pipectl("merge-driver", "base", "ours", "theirs", "7", "pipelines/sales.yaml", cwd=folder)
    assert (result.status, result.err) == (0, "")
    assert said(names[1].read_bytes()) == said(names[3].read_bytes())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=_edited(), theirs=_edited())
def test_what_git_merges_well_is_no_conflict(tmp_path: Path, ours: str, theirs: str) -> None:
    _hold(tmp_path, ours, theirs)


@pytest.mark.heavy
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=_edited(), theirs=_edited())
def test_what_git_merges_well_is_no_conflict_in_many_pairs(tmp_path: Path, ours: str, theirs: str) -> None:
    _hold(tmp_path, ours, theirs)
