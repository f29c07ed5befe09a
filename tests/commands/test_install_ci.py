"""`pipectl install ci`: what the workflow may do, that it does what it says, and that nobody's file is overwritten."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipectl import __version__
from pipectl.commands._install_ci import workflow
from tests.commands.repository import changed_in_last_commit, committed, git, repository
from tests.conftest import MakeWorkspace, Run
from tests.harness import Result

PATH = ".github/workflows/pipectl.yml"
ROOT = Path(__file__).parent.parent.parent
ACME = "title: Acme\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"
DIRECTORIES = (".", "sales", "it's $HOME; rm -rf /", 'a "b" \\ # é')


def _read(text: str) -> Any:  # whatever a workflow holds
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - builds nothing but texts; `on` stays a text


def _steps(read: Any) -> list[dict[str, Any]]:
    return [step for job in read["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_the_workflow_may_only_read(directory: str) -> None:
    read = _read(workflow(directory))
    assert read["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in read["jobs"].values())
    assert "secrets." not in workflow(directory)
    assert read["env"] == {"PIPECTL_DIR": directory}


def test_the_workflow_runs_on_pull_requests_at_night_and_by_hand() -> None:
    read = _read(workflow("."))
    assert set(read["on"]) == {"pull_request", "schedule", "workflow_dispatch"}
    assert re.fullmatch(r"\d+ \d+ \* \* \*", read["on"]["schedule"][0]["cron"])
    assert {name: job["if"] for name, job in read["jobs"].items()} == {
        "changed": "github.event_name == 'pull_request'",
        "hygiene": "github.event_name != 'pull_request'",
    }
    runs = {name: job["steps"][-1]["run"] for name, job in read["jobs"].items()}
    assert runs == {
        "changed": 'pipectl check --changed "origin/$BASE" -f github',
        "hygiene": "pipectl check --group hygiene --fail-on warning",
    }


@pytest.mark.parametrize("text", [workflow("."), (ROOT / "action.yml").read_text(encoding="utf-8")])
def test_no_text_of_a_stranger_is_part_of_a_script(text: str) -> None:
    read = _read(text)
    steps = _steps(read) if "jobs" in read else read["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)
    told = {line.strip() for line in text.splitlines() if "${{" in line and not line.lstrip().startswith("#")}
    known = {"BASE: ${{ github.base_ref }}", "group: pipectl ${{ github.event_name }} ${{ github.ref }}"}
    assert told <= known | {line for line in told if "${{ inputs." in line}


@pytest.mark.parametrize("text", [workflow("."), (ROOT / "action.yml").read_text(encoding="utf-8")])
def test_actions_are_named_by_commit_and_the_token_is_not_left_behind(text: str) -> None:
    read = _read(text)
    steps = _steps(read) if "jobs" in read else read["runs"]["steps"]
    for step in steps:
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] == "false"


def test_pipectl_is_there_in_one_version_before_the_files_are() -> None:
    for job in _read(workflow("."))["jobs"].values():
        words = [step.get("run") or step["uses"].partition("@")[0] for step in job["steps"]]
        install = f"pip install --only-binary=:all: pipectl=={__version__}"
        assert words[:-1] == ["actions/setup-python", install, "actions/checkout"]


def _run_script(script: str, folder: Path, shim: Path, **variables: str) -> Result:
    shim.mkdir()
    (shim / "pipectl").write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m pipectl "$@"\n')
    (shim / "pipectl").chmod(0o755)
    environment = {**os.environ, "PATH": f"{shim}{os.pathsep}{os.environ['PATH']}", "PIPECTL_TODAY": "2026-11-23"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, check=False,
        env={**environment, **variables},
    )  # fmt: skip
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_pull_request_is_annotated_where_it_is_wrong_and_nowhere_else(
    workspace: MakeWorkspace, pipectl: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    top = tmp_path_factory.mktemp("upstream")
    made = workspace({"deals/acme.yaml": ACME, "deals/old.yaml": "title: Old\nstage: gone\n"})
    shutil.copytree(made, top / "our sales")
    repository(top)
    git(top, "branch", "-q", "release/$(touch${IFS}gone)")
    assert pipectl("install", "ci", cwd=top / "our sales").out == f"{PATH} written\n"
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(top, "clone", "-q", str(top), str(clone))
    git(clone, "switch", "-q", "-c", "budi")
    (clone / "our sales/deals/acme.yaml").write_text(ACME.replace("stage: lead\nh", "stage: laed\nh"))
    git(clone, "-c", "user.name=B", "-c", "user.email=b@example.com", "commit", "-qam", "x")
    read = _read((top / PATH).read_text())
    script = read["jobs"]["changed"]["steps"][-1]["run"]
    for number, base in enumerate(("main", "release/$(touch${IFS}gone)")):
        shim = tmp_path_factory.getbasetemp() / f"shim{number}"
        result = _run_script(script, clone, shim, BASE=base, **read["env"])
        assert result.status == 1
        assert result.out.count("::error") == 1
        assert result.out.startswith("::error file=our sales/deals/acme.yaml,line=2,col=8,title=unknown-stage::")
    assert not (clone / "gone").exists()


@pytest.mark.parametrize(
    ("inputs", "status"),
    [({}, 1), ({"CHANGED": "HEAD"}, 0), ({"GROUP": "hygiene"}, 0), ({"GROUP": "hygiene", "FAIL_ON": "warning"}, 1)],
)
def test_the_action_asks_what_its_inputs_say(
    workspace: MakeWorkspace,
    tmp_path_factory: pytest.TempPathFactory,
    inputs: dict[str, str],
    status: int,
) -> None:
    root = repository(workspace({"deals/old.yaml": "title: Old\nstage: gone\n", "deals/acme.yaml": ACME}))
    action = _read((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    named = {key: re.search(r"inputs\.([a-z-]+)", value) for key, value in step["env"].items()}
    given = {key: action["inputs"][found[1]]["default"] for key, found in named.items() if found} | inputs
    assert set(given) == set(step["env"])
    shim = tmp_path_factory.mktemp("shims") / "bin"
    assert _run_script(step["run"], root, shim, **given).status == status


def test_the_same_command_twice_changes_nothing(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({}))
    assert pipectl("install", "ci", "--commit", cwd=root).out == f"{PATH} written\n"
    assert changed_in_last_commit(root) == [PATH]
    before = (root / PATH).stat()
    assert before.st_mode & 0o777 == 0o644
    assert pipectl("install", "ci", cwd=root).out == f"{PATH} is as it should be\n"
    assert (root / PATH).stat().st_mtime_ns == before.st_mtime_ns


def test_a_file_that_differs_is_shown_and_kept_but_for_force(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({}))
    pipectl("install", "ci", cwd=root)
    ours = (root / PATH).read_text()
    changed = ours.replace("timeout-minutes: 10", "timeout-minutes: 5")
    (root / PATH).write_text(changed)
    committed(root, on="2026-11-02")
    result = pipectl("install", "ci", cwd=root)
    assert result.status == 1
    assert "-    timeout-minutes: 5\n+    timeout-minutes: 10\n" in result.out
    assert result.err == f"pipectl: {PATH} is there and differs; nothing was written\n  --force replaces it\n"
    assert pipectl("install", "ci", "-n", cwd=root) == Result(0, result.out, "")
    assert (root / PATH).read_text() == changed
    assert pipectl("install", "ci", "--force", cwd=root).out == f"{PATH} brought up to date\n"
    assert (root / PATH).read_text() == ours


def test_a_workflow_behind_a_link_is_not_written(workspace: MakeWorkspace, pipectl: Run, tmp_path: Path) -> None:
    root = repository(workspace({}))
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    (root / ".github").symlink_to(elsewhere)
    assert "is a link, which is not followed" in pipectl("install", "ci", cwd=root).err
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_would_be_an_expression_is_refused(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = repository(workspace({}))
    odd = root / "${{ github.token }}"
    odd.mkdir()
    shutil.copy(root / "pipectl.yaml", odd)
    assert "can't be named in a workflow" in pipectl("install", "ci", cwd=odd).err
    assert not (root / PATH).exists()
