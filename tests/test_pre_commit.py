"""The hooks that this repository offers to pre-commit."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipectl.commands import find
from pipectl.store.find import SETTINGS, find_files
from tests.commands.repository import repository
from tests.conftest import MakeWorkspace
from tests.harness import run_pipectl

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "contoh-jaya"
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
MESSY = "owner: ani\ntitle: Acme\nstage: lead\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"


def test_the_hooks_name_commands_that_exist() -> None:
    assert set(HOOKS) == {"pipectl-check", "pipectl-fmt"}
    for hook in HOOKS.values():
        program, command = shlex.split(hook["entry"])[:2]
        assert program == "pipectl"
        assert find(command) is not None
        assert (hook["language"], hook["require_serial"]) == ("python", True)


def test_the_hooks_concern_every_file_of_a_workspace() -> None:
    found = find_files(SAMPLE)
    for path in (SETTINGS, *found.pipelines, *found.deals):
        for hook in HOOKS.values():
            assert re.search(hook["files"], path)
            assert re.search(hook["files"], f"our/sales/{path}")


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "deals.yaml",
        "my-pipectl.yaml",
        "pipelines/a/b.yaml",
        "deals/.a.yaml",
        "deals/.x/a.yaml",
        "deals/a.yml",
    ],
)
def test_no_file_is_handed_to_the_formatter_that_it_would_refuse(path: str) -> None:
    assert not re.search(HOOKS["pipectl-fmt"]["files"], path)


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize("folder", [".", "our/sales"])
def test_a_hook_passes_on_the_example_and_fails_on_what_is_wrong(tmp_path: Path, name: str, folder: str) -> None:
    root = tmp_path / folder
    shutil.copytree(SAMPLE, root, dirs_exist_ok=True)
    assert _run_hook(name, tmp_path, root).status == 0
    (root / "deals/2026/puri-farma-dc.yaml").write_text("title: A\nstage: nowhere\nstage: lead\n")
    assert _run_hook(name, tmp_path, root).status in (1, 2)


def _run_hook(name: str, top: Path, root: Path) -> Any:
    """The hook as pre-commit calls it: in the top folder, with the files that it wants."""
    words = shlex.split(HOOKS[name]["entry"])[1:]
    if HOOKS[name].get("pass_filenames", True):
        files = (path.relative_to(top).as_posix() for path in sorted(root.rglob("*")) if path.is_file())
        return run_pipectl(*words, *(file for file in files if re.search(HOOKS[name]["files"], file)), cwd=top)
    return run_pipectl(*words, "-C", str(root))


@pytest.mark.heavy
def test_pre_commit_can_try_the_repository(workspace: MakeWorkspace, tmp_path_factory: pytest.TempPathFactory) -> None:
    if importlib.util.find_spec("pre_commit") is None:
        pytest.skip("pre-commit is not installed: pip install pre-commit")
    if not (ROOT / ".git").exists():
        pytest.skip("pre-commit tries repositories, and this is a copy without one")
    root = repository(workspace({"deals/acme.yaml": MESSY}))
    home = tmp_path_factory.mktemp("home")
    words = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "--all-files", "--color", "never"]

    def tried() -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PIPECTL_TODAY": "2026-11-23"}
        return subprocess.run(words, cwd=root, capture_output=True, text=True, check=False, env=environment)

    first = tried()
    assert re.search(r"pipectl check\.+Passed", first.stdout), first.stdout
    assert re.search(r"pipectl fmt\.+Failed", first.stdout)
    assert "files were modified by this hook" in first.stdout
    second = tried()
    assert second.returncode == 0, second.stdout
    assert (root / "deals/acme.yaml").read_text().startswith("title: Acme\nstage: lead\n\nowner: ani\n")
