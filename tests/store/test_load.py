"""A workspace is read: one bad file hides no other, and no order of files, keys or folders changes anything."""

import errno
import json
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.errors import NoWorkspaceError
from pipectl.model.state import states
from pipectl.model.workspace import Workspace
from pipectl.store.load import UnusableError, load_snapshot, load_workspace
from tests.build import DAY, DEFAULTS, KNOWN_CHECKS, findings, workspace_of
from tests.harness import SALES, SETTINGS, run_pipectl, write_files

GOOD = "title: Good\nstage: lead\namount: 5\n"
BAD = {
    "deals/amount.yaml": "title: A\nstage: lead\namount: 5jt\n",
    "deals/binary.yaml": "\0\1\2",
    "deals/braces.yaml": "title: {A\nstage: lead\n",
    "deals/conflict.yaml": "title: A\n<<<<<<< HEAD\nstage: lead\n=======\nstage: won\n>>>>>>> main\n",
    "deals/empty.yaml": "",
    "deals/key.yaml": "title: A\nstage: lead\nstage: won\n",
    "deals/list.yaml": "- title: A\n",
    "deals/old.yml": "title: A\nstage: lead\n",
    "deals/pipeline.yaml": "title: A\nstage: lead\npipeline: sale\n",
    "deals/quoted.yaml": "title: A\nstage: ''\n",
    "deals/remark.yaml": "Acme #2\n",
    "deals/stage.yaml": "title: A\nstage: prposal\n",
    "deals/tag.yaml": "title: !!python/none A\nstage: lead\n",
    "deals/tender.yaml": "title: Tender: laptop\nstage: lead\n",
    "deals/title.yaml": "stage: lead\n",
    "deals/two.yaml": "title: A\nstage: lead\n---\ntitle: B\n",
}


def test_one_bad_file_hides_no_other() -> None:
    workspace = workspace_of({**BAD, "deals/good.yaml": GOOD, "deals/zz.yaml": GOOD})
    assert [deal.id for deal in workspace.deals] == ["good", "zz"]
    assert workspace.unread == tuple(sorted(BAD))


@pytest.mark.parametrize("path", sorted(BAD))
def test_a_bad_file_is_named_and_counted_as_unread(path: str) -> None:
    workspace = workspace_of({path: BAD[path], "deals/good.yaml": GOOD})
    assert [deal.id for deal in workspace.deals] == ["good"]
    assert workspace.unread == (path,)
    assert {problem.place.path for problem in workspace.problems} == {path}
    assert all(problem.deal == Path(path).stem for problem in workspace.problems if problem.check != "bad-file-name")


def test_what_could_not_be_read_is_said_and_the_exit_status_tells(tmp_path: Path) -> None:
    write_files(tmp_path, {**DEFAULTS, "deals/good.yaml": GOOD, "deals/bad.yaml": BAD["deals/stage.yaml"]})
    result = run_pipectl("list", "-f", "json", cwd=tmp_path)
    assert result.status == 2
    assert [row["id"] for row in json.loads(result.out)["tables"]["deals"]] == ["good"]
    assert "deals/bad.yaml:2:8: stage 'prposal' is no stage of sales" in result.err
    assert "1 deal file was not read and stands in no total" in result.err


def test_a_bad_pipeline_hides_no_other_and_its_deals_say_why() -> None:
    files = {"pipelines/old.yaml": "stages: []\n", "deals/a.yaml": "title: A\nstage: lead\npipeline: old\n"}
    workspace = workspace_of({**files, "deals/b.yaml": "title: B\nstage: lead\npipeline: sales\n"})
    assert list(workspace.pipelines) == ["sales"]
    assert [deal.id for deal in workspace.deals] == ["b"]
    assert findings(workspace, path="deals/a.yaml") == [
        "deals/a.yaml:3:11 pipeline 'old' can't be read (mend pipelines/old.yaml) [unknown-pipeline]"
    ]


def test_beside_a_pipeline_that_can_t_be_read_no_deal_is_taken_for_one_of_the_other() -> None:
    workspace = workspace_of({"pipelines/old.yaml": "stages: []\n", "deals/a.yaml": GOOD})
    assert (workspace.deals, workspace.unread) == ((), ("deals/a.yaml",))


def test_a_default_pipeline_that_is_none_is_named_and_the_only_one_taken() -> None:
    workspace = workspace_of(
        {"pipectl.yaml": "version: 1\ncurrency: IDR\ndefault_pipeline: slaes\n", "deals/a.yaml": GOOD}
    )
    assert findings(workspace) == [
        "pipectl.yaml:3:1 default_pipeline 'slaes' is no pipeline of this workspace (sales) [unknown-pipeline]"
    ]
    assert [deal.pipeline for deal in workspace.deals] == ["sales"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "stages: [{id: lead}, {id: won, outcome: won}, {id: lost, outcome: lost}]\nstages: []\n",
            "2:1 key 'stages' stands twice: here and on line 1 (keep one of the two) [duplicate-key]",
        ),
        (
            "stages: [{id: lead}, {id: won, outcome: won}, {id: lost, <<: {outcome: lost}}]\n",
            "1:58 merge keys (<<) are not supported (write the keys out) [unreadable-file]",
        ),
    ],
)
def test_a_pipeline_whose_file_says_nothing_for_sure_places_no_deal(text: str, problem: str) -> None:
    sound = {"pipelines/new.yaml": DEFAULTS["pipelines/sales.yaml"]}
    workspace = workspace_of({**sound, "pipelines/sales.yaml": text})
    assert list(workspace.pipelines) == ["new"]
    assert findings(workspace) == [f"pipelines/sales.yaml:{problem}"]


@pytest.mark.parametrize("path", ["pipelines/new.yaml", "deals/a.yaml"])
def test_a_file_that_the_system_keeps_closed_hides_no_other(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**DEFAULTS, "pipelines/new.yaml": DEFAULTS["pipelines/sales.yaml"], "deals/a.yaml": GOOD}
    write_files(tmp_path, {**files, "deals/b.yaml": f"{GOOD}pipeline: sales\n"})
    _close(tmp_path / path, monkeypatch)
    workspace = load_workspace(tmp_path, KNOWN_CHECKS)
    assert [deal.id for deal in workspace.deals] == ["b"]
    assert findings(workspace, path=path) == [f"{path}:1:1 the file can't be read: Permission denied [unreadable-file]"]


def test_closed_settings_are_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _close(write_files(tmp_path, DEFAULTS) / "pipectl.yaml", monkeypatch)
    with pytest.raises(UnusableError, match=r"pipectl\.yaml:1:1: the file can't be read: Permission denied"):
        load_workspace(tmp_path, KNOWN_CHECKS)


def test_a_closed_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {**DEFAULTS, "deals/a.yaml": GOOD, "deals/old/b.yaml": GOOD})
    _close(tmp_path / "deals" / "old", monkeypatch)
    workspace = load_workspace(tmp_path, KNOWN_CHECKS)
    assert [deal.id for deal in workspace.deals] == ["a"]
    assert workspace.unread == ("deals/old",)
    assert findings(workspace) == ["deals/old:1:1 the folder can't be read: Permission denied [unreadable-file]"]


def _close(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make *path* one that may not be opened: whoever runs the tests may be allowed to open everything."""

    def refuse(call: Callable[..., object]) -> Callable[..., object]:
        def answer(place: str | Path, *rest: object) -> object:
            if Path(place) == path:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
            return call(place, *rest)

        return answer

    monkeypatch.setattr(os, "open", refuse(os.open))
    monkeypatch.setattr(os, "scandir", refuse(os.scandir))


def test_without_any_pipeline_nothing_can_be_said(tmp_path: Path) -> None:
    write_files(tmp_path, {"pipectl.yaml": DEFAULTS["pipectl.yaml"], "deals/a.yaml": GOOD})
    with pytest.raises(UnusableError, match="there is no pipeline"):
        load_workspace(tmp_path, KNOWN_CHECKS)


def test_without_settings_there_is_no_workspace() -> None:
    with pytest.raises(NoWorkspaceError, match=r"no pipectl\.yaml there"):
        load_snapshot({"deals/a.yaml": GOOD.encode()}, KNOWN_CHECKS)


@pytest.mark.parametrize("change", ["\ufeff{}", "{}\n# remark\n", "---\n{}"])
def test_marks_and_remarks_change_no_deal(change: str) -> None:
    (deal,) = workspace_of({"deals/a.yaml": change.format(GOOD)}).deals
    assert deal == workspace_of({"deals/a.yaml": GOOD}).deals[0]


def test_line_ends_change_no_deal() -> None:
    text = f"{GOOD}notes: |\n  two\n  lines\n"
    plain, windows = (workspace_of({"deals/a.yaml": one}).deals for one in (text, text.replace("\n", "\r\n")))
    assert plain == windows


TREE = {
    **DEFAULTS,
    **BAD,
    "deals/2026/11/acme.yaml": GOOD,
    "deals/.hidden.yaml": "x",
    "deals/.git/acme.yaml": "x",
    "deals/README.md": "x",
    "deals/PT Acme.yaml": GOOD,
    "pipelines/old/sales.yaml": "x",
    "pipelines/.sales.yaml": "x",
    "notes.yaml": "x",
}


def test_a_commit_reads_as_the_folder_that_it_was(tmp_path: Path) -> None:
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    folder = load_workspace(tmp_path, KNOWN_CHECKS)
    commit = load_snapshot({path: text.encode() for path, text in TREE.items()}, KNOWN_CHECKS)
    assert (folder.deals, folder.pipelines, folder.settings) == (commit.deals, commit.pipelines, commit.settings)
    assert sorted(folder.problems, key=str) == sorted(commit.problems, key=str)


def test_ids_differ_without_regard_to_case_and_both_deals_are_read() -> None:
    workspace = workspace_of({"deals/acme.yaml": GOOD, "deals/Acme.yaml": GOOD})
    assert [deal.id for deal in workspace.deals] == ["Acme", "acme"]
    assert [problem.check for problem in workspace.problems] == ["bad-file-name"]


# Law: order of files, of keys and of folders changes no result.

KEYS = (
    "title: Deal {n}\n",
    "stage: {stage}\n",
    "amount: {n}00\n",
    "owner: ani\n",
    "tags: [a, b]\n",
    "expected_close: 2026-12-{n:02}\n",
    "history:\n  - {{at: 2026-10-{n:02}, stage: lead}}\n  - {{at: 2026-11-{n:02}, stage: {stage}}}\n",
    "activities:\n  - {{at: 2026-11-0{n}, type: call}}\n",
)
FOLDERS = st.sampled_from(["deals", "deals/2026", "deals/a/b", "deals/zz"])


def _workspace(texts: Mapping[str, str]) -> Workspace:
    contents = {**DEFAULTS, **texts}
    return load_snapshot({path: text.encode() for path, text in contents.items()}, KNOWN_CHECKS)


def _without_paths(workspace: Workspace) -> list[object]:
    found = states(workspace, DAY)
    return [replace(state, deal=replace(state.deal, path="", places={})) for state in found]


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["lead", "proposal", "won", "lost"]), min_size=1, max_size=6),
    st.data(),
    st.randoms(use_true_random=False),
)
def test_no_order_of_files_keys_or_folders_changes_a_deal(
    stages: list[str], data: st.DataObject, shuffle: random.Random
) -> None:
    plain, moved = {}, []
    for n, stage in enumerate(stages, 1):
        keys = [key.format(n=n, stage=stage) for key in KEYS]
        plain[f"deals/d{n}.yaml"] = "".join(keys)
        shuffle.shuffle(keys)
        moved.append((f"{data.draw(FOLDERS)}/d{n}.yaml", "".join(keys)))
    shuffle.shuffle(moved)
    assert _without_paths(_workspace(dict(moved))) == _without_paths(_workspace(plain))


@pytest.mark.parametrize(
    "command", [("list", "is:any"), ("stats",), ("stats", "--by", "stage"), ("stale",), ("next", "--all")]
)
def test_no_folder_changes_a_report(command: tuple[str, ...], tmp_path: Path) -> None:
    texts = {f"d{n}": "".join(key.format(n=n, stage="proposal") for key in KEYS) for n in range(1, 5)}
    folders = {"d1": "zz/", "d2": "", "d3": "a/b/", "d4": "2026/"}
    fields = ("--fields", "id,title,stage,amount,days") if command[0] == "list" else ()
    outs = []
    for name, where in (("flat", {}), ("deep", folders)):
        files = {f"deals/{where.get(deal, '')}{deal}.yaml": text for deal, text in texts.items()}
        root = write_files(tmp_path / name, {**DEFAULTS, **files})
        outs.append(run_pipectl(*command, "-f", "csv", *fields, cwd=root))
    assert outs[0] == outs[1]
    assert outs[0].status == 0


def test_a_deal_named_by_its_file_is_read_alone(tmp_path: Path) -> None:
    root = write_files(
        tmp_path,
        {
            "pipectl.yaml": SETTINGS,
            "pipelines/sales.yaml": SALES,
            "deals/acme.yaml": "title: Acme\nstage: lead\n",
            "deals/acme-two.yaml": "title: Two\nstage: lead\naliases: [old]\n",
            "deals/west/double.yaml": "title: Double\nstage: lead\n",
            "deals/east/double.yaml": "title: Double\nstage: lead\n",
        },
    )

    def read(*ids: str) -> list[str]:
        return [deal.id for deal in load_workspace(root, KNOWN_CHECKS, ids=ids).deals]

    everything = ["acme", "acme-two", "double", "double"]
    assert read("acme") == read("deal/ACME") == ["acme"]
    assert read("acme", "acme-two") == ["acme", "acme-two"]
    # A former id, the beginning of one, a title, one that stands twice: each takes all to be told.
    for name in ("old", "acme-t", "Two", "double", "-", "nothing"):
        assert read(name) == everything
    assert read("acme", "old") == everything
