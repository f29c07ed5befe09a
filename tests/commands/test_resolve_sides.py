"""What `pipectl resolve` makes of a chosen side, and which choices it offers: only those that settle the file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipectl.store.load import load_workspace
from tests.commands.repository import committed, git, repository
from tests.commands.test_resolve import (
    ACME,
    MOVED,
    OURS,
    PATH,
    QUALIFIED,
    THEIRS,
    diverged,
    merge,
    resolve,
    tried,
    unmerged,
)
from tests.conftest import MakeWorkspace
from tests.harness import SALES, run_pipectl

STAGES = "pipelines/sales.yaml"
EDIT = "edit the lines between the markers and `git add`"
SURVEY = "  - {id: qualified, name: Qualified, probability: 20}\n"


def _merging(root: Path, ours: Mapping[str, str | None], theirs: Mapping[str, str | None]) -> Path:
    """A merge that has stopped; what a side has None for, it has removed."""
    repository(root)
    for branch, files, day in (("theirs", theirs, "2026-11-02"), ("main", ours, "2026-11-03")):
        git(root, "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        for path, text in files.items():
            if text is None:
                (root / path).unlink()
            else:
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).write_text(text)
        committed(root, on=day)
    assert not tried(root, merge)
    return root


def _remarked(text: str) -> str:
    return SALES.replace(SURVEY, f"  # {text}\n{SURVEY}")


@pytest.mark.parametrize(("side", "text"), [("--ours", "Ani's words"), ("--theirs", "Budi's words")])
def test_a_side_settles_comments_and_the_list_is_named(workspace: MakeWorkspace, side: str, text: str) -> None:
    root = _merging(workspace({}), {STAGES: _remarked("Ani's words")}, {STAGES: _remarked("Budi's words")})
    result = resolve(root)
    assert result.out == f"{STAGES}: stages entry 2: the comments or the layout differ on the two sides\n"
    assert result.err == f"settle it with --ours or --theirs, or {EDIT}\n"
    assert resolve(root, side).status == 0
    assert (root / STAGES).read_text() == _remarked(text)
    assert unmerged(root) == []


@pytest.mark.parametrize("in_lines", [False, True])
def test_a_stage_that_both_renamed_is_as_the_chosen_side_has_it(workspace: MakeWorkspace, *, in_lines: bool) -> None:
    survey, demo, trial = (
        f"  - {{id: {name}, name: {name.title()}, {alias}probability: 20}}\n"
        for name, alias in (("qualified", ""), ("demo", "aliases: [qualified], "), ("trial", "aliases: [qualified], "))
    )
    if in_lines:
        survey, demo, trial = (
            line.replace("{", "").replace("}", "").replace(", ", "\n    ") for line in (survey, demo, trial)
        )
    base = SALES.replace(SURVEY, survey)
    root = _merging(
        workspace({STAGES: base}), {STAGES: base.replace(survey, demo)}, {STAGES: base.replace(survey, trial)}
    )
    result = resolve(root)
    told = [f"{STAGES}: stages qualified: {key}" for key in ("id is demo here", "name is Demo here")]
    assert [line.partition(",")[0] for line in result.out.splitlines()] == told
    assert resolve(root, "--theirs").status == 0
    assert (root / STAGES).read_text() == base.replace(survey, trial)


TENDERS = "name: Tenders\nstages:\n  - {id: bid, name: Bid}\n  - {id: won, name: Won, outcome: won}\n"


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_parts_that_do_not_fit_give_way_to_the_whole_file_of_a_side(workspace: MakeWorkspace, side: str) -> None:
    path = "pipelines/tenders.yaml"
    texts = {"ours": TENDERS, "theirs": TENDERS.replace("bid, name: Bid", "offer, name: Offer, aliases: [bid]")}
    root = _merging(workspace({}), {path: texts["ours"]}, {path: texts["theirs"]})
    result = resolve(root)
    assert (result.status, "the two sides don't go together" in result.out) == (1, True)
    assert result.err == "settle it with --ours or --theirs\n"
    assert resolve(root, f"--{side}").out == f"{path} settled: the whole file as {side} has it\n"
    assert (root / path).read_text() == texts[side]


def test_a_deal_waits_for_its_pipeline(workspace: MakeWorkspace) -> None:
    ours = {STAGES: SALES.replace("probability: 20", "probability: 30"), PATH: OURS}
    theirs = {STAGES: SALES.replace("probability: 20", "probability: 40"), PATH: THEIRS}
    root = _merging(workspace({PATH: ACME}), ours, theirs)
    result = resolve(root)
    assert f"{PATH}: {STAGES} is in conflict; settle that first\n" in result.out
    assert result.err == f"settle it with --ours or --theirs, or {EDIT}\n"
    assert unmerged(root) == [PATH, STAGES]
    assert resolve(root, PATH, "--ours").status == 1
    assert resolve(root, "--ours").status == 0
    assert unmerged(root) == []


@pytest.mark.parametrize("removed_here", [True, False])
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_file_removed_on_one_side_is_kept_or_removed_as_a_side_has_it(
    workspace: MakeWorkspace, side: str, *, removed_here: bool
) -> None:
    changed: dict[str, str | None] = {PATH: QUALIFIED}
    gone: dict[str, str | None] = {PATH: None}
    root = _merging(workspace({PATH: ACME}), *((gone, changed) if removed_here else (changed, gone)))
    assert resolve(root).err == "settle it with --ours or --theirs\n"
    before = git(root, "ls-files", "--stage")
    keeps = (side == "theirs") is removed_here
    result = resolve(root, f"--{side}")
    word = "kept" if keeps else "removed"
    assert (result.status, result.out) == (0, f"{PATH} settled: {word}, as {side} has it\n")
    assert (unmerged(root), (root / PATH).exists()) == ([], keeps)
    if not keeps:
        assert run_pipectl("undo", cwd=root).status == 0
        assert git(root, "ls-files", "--stage") == before
        assert (root / PATH).read_text() == QUALIFIED
        assert run_pipectl("undo", cwd=root).status == 0
        assert (unmerged(root), (root / PATH).exists()) == ([], False)


def test_a_file_that_both_renamed_is_settled_by_commands_that_are_told(workspace: MakeWorkspace) -> None:
    root = _merging(
        workspace({PATH: ACME}), {PATH: None, "deals/acme-a.yaml": ACME}, {PATH: None, "deals/acme-b.yaml": ACME}
    )
    assert resolve(root, "--ours").out.splitlines() == [
        *(
            f"{path}: only {side} has it here, under a new name or beside something else: "
            f"`git add {path}` keeps it, `git rm {path}` removes it"
            for side, path in (("ours", "deals/acme-a.yaml"), ("theirs", "deals/acme-b.yaml"))
        ),
        f"{PATH}: both sides have removed or renamed it: `git rm {PATH}`, and keep one of the new names",
    ]
    git(root, "rm", "-q", "deals/acme.yaml", "deals/acme-b.yaml")
    git(root, "add", "deals/acme-a.yaml")
    assert unmerged(root) == []


def test_only_what_can_settle_it_is_offered(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), QUALIFIED, MOVED)
    assert not tried(root, merge)
    assert resolve(root, "--ours").err.splitlines()[-1] == f"settle it with --theirs or --later, or {EDIT}"


def test_what_was_refused_is_not_offered_again(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), QUALIFIED, MOVED.replace("2026-11-12", "2026-11-09"))
    assert not tried(root, merge)
    assert resolve(root, "--later").err.splitlines()[-1] == f"settle it with --ours or --theirs, or {EDIT}"


LOST = (
    ACME.replace("stage: lead\n", "stage: lost\n", 1).replace(
        "tasks:\n", "lost_reason: price\ncompetitor: Rival\n\ntasks:\n"
    )
    + "  - {at: 2026-11-12, stage: lost, lost_reason: price, by: budi}\n"
)


def test_what_goes_with_the_stage_is_named_and_stands_in_one_conflict(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), QUALIFIED, LOST)
    assert not tried(root, merge)
    assert resolve(root).out == (
        f"{PATH}: stage is qualified here, lost there (was lead); lost_reason, competitor go with it\n"
    )
    text = (root / PATH).read_text()
    assert text.count("<<<<<<< ") == 2
    assert "<<<<<<< ours\n=======\nlost_reason: price\ncompetitor: Rival\n>>>>>>> theirs\n" in text
    assert resolve(root, "--later").status == 0
    assert (root / PATH).read_text() == LOST.replace(
        "  - {at: 2026-11-12, stage: lost",
        "  - {at: 2026-11-09, stage: qualified, by: ani}\n  - {at: 2026-11-12, stage: lost",
    )


def _priced(amount: int) -> str:
    changes = f"changes:\n  - {{at: 2026-11-02, amount: 90}}\n  - {{at: 2026-11-10, amount: {amount}}}\n\n"
    return ACME.replace("90 ", f"{amount} ").replace("history:\n", f"{changes}history:\n")


@pytest.mark.parametrize(("side", "amount"), [("--ours", 100), ("--theirs", 200)])
def test_an_amount_and_its_record_are_one_decision(workspace: MakeWorkspace, side: str, amount: int) -> None:
    root = diverged(workspace({PATH: ACME}), _priced(100), _priced(200))
    assert not tried(root, merge)
    told = f"{PATH}: amount is 100 here, 200 there (was 90); changes 2026-11-10 goes with it\n"
    assert resolve(root).out == told
    assert resolve(root, "--later").out.startswith(told.removesuffix("\n"))
    assert resolve(root, side).status == 0
    assert (root / PATH).read_text() == _priced(amount)


def test_a_list_that_one_side_has_put_in_stands_where_fmt_has_it(workspace: MakeWorkspace) -> None:
    base = ACME.replace("activities:\n  - {at: 2026-11-02, type: call, by: ani, note: First talk}\n\n", "")
    ours = base.replace("history:\n", "changes:\n  - {at: 2026-11-02, owner: budi}\n\nhistory:\n")
    theirs = base.replace("history:\n", "activities:\n  - {at: 2026-11-02, type: call}\n\nhistory:\n")
    root = diverged(workspace({PATH: base}), ours.replace("owner: ani", "owner: ani # x"), theirs)
    assert not tried(root, merge)
    assert resolve(root).status == 0
    assert run_pipectl("fmt", "--check", PATH, cwd=root).status == 0, (root / PATH).read_text()


def test_a_deal_is_named_by_its_id(workspace: MakeWorkspace) -> None:
    root = diverged(workspace({PATH: ACME}), QUALIFIED, MOVED)
    assert not tried(root, merge)
    assert resolve(root, "deal/acme", "--later").out == f"{PATH} settled\n"
    assert load_workspace(root, frozenset()).deals[0].stage == "proposal"
