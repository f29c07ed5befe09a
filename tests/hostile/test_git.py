"""A repository that was sent by a stranger, its configuration with it: reading it runs nothing of it."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pipectl.errors import PipectlError, UsageError
from pipectl.store import git as asked
from pipectl.store import git_history
from tests.commands.repository import committed, git, repository
from tests.conftest import MakeWorkspace, Run

_DEAL = "title: {}\nstage: lead\nhistory:\n  - {{at: 2026-10-01, stage: lead}}\n"

_SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n \n eA==\n -----END PGP SIGNATURE-----"

_READING = (
    ("list", "--rev", "main"),
    ("show", "acme", "--rev", "main"),
    ("check", "--rev", "main"),
    ("check", "--changed", "main"),
    ("check", "--staged"),
    ("list", "owner:@me"),
    ("list",),
    ("fmt", "--check"),
    ("fmt", "--dry-run"),
    ("check", "--fix", "--dry-run"),
    ("set", "acme", "company=x", "--dry-run"),
    ("rm", "acme", "--dry-run"),
    ("resolve", "--dry-run"),
    ("install", "hooks", "--dry-run"),
    ("changes",),
)

_FILTERS = ("clean", "smudge")


def _canary(folder: Path, name: str) -> str:
    """A program in *folder* that writes its *name* down when it is run; a filter answers with what it is given."""
    path = folder / f"run-{name}"
    path.write_text(f"#!/bin/sh\necho {name} >> {folder}/ran\n{'cat' if name in _FILTERS else ''}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def _ran(folder: Path) -> set[str]:
    log = folder / "ran"
    return set(log.read_text().split()) if log.exists() else set()


@pytest.fixture
def sent(workspace: MakeWorkspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository whose configuration names a canary wherever git may run something, and the canaries' folder."""
    root = repository(workspace({"deals/acme.yaml": _DEAL.format("Acme"), "deals/beta.yaml": _DEAL.format("Beta")}))
    (root / "deals/acme.yaml").write_text(_DEAL.format("Acme twice"))
    committed(root, on="2026-11-02")
    signed = git(root, "cat-file", "commit", "HEAD").replace("\n\n", f"\ngpgsig {_SIGNATURE}\n\n", 1)
    (root / ".git/signed").write_text(signed)
    name = git(root, "hash-object", "-t", "commit", "-w", ".git/signed").strip()
    git(root, "update-ref", "refs/heads/main", name)
    canaries = tmp_path_factory.mktemp("canaries")
    hooks = canaries / "hooks"
    hooks.mkdir()
    for hook in ("pre-commit", "commit-msg", "post-commit", "post-index-change", "pre-auto-gc", "prepare-commit-msg"):
        Path(_canary(canaries, hook)).rename(hooks / hook)
    attributes = canaries / "attributes"
    attributes.write_text("* diff=evil filter=evil merge=evil\n")
    included = canaries / "included"
    included.write_text(
        f"[core]\n\teditor = {_canary(canaries, 'editor')}\n[alias]\n\tshow = !{_canary(canaries, 'alias')}\n"
    )
    for key, value in {
        "core.fsmonitor": _canary(canaries, "fsmonitor"),
        "core.hooksPath": str(hooks),
        "core.pager": _canary(canaries, "pager"),
        "core.sshCommand": _canary(canaries, "ssh"),
        "core.attributesFile": str(attributes),
        "core.askPass": _canary(canaries, "askpass"),
        "diff.external": _canary(canaries, "external"),
        "diff.evil.textconv": _canary(canaries, "textconv"),
        "diff.evil.command": _canary(canaries, "command"),
        "filter.evil.clean": _canary(canaries, "clean"),
        "filter.evil.smudge": _canary(canaries, "smudge"),
        "merge.evil.driver": _canary(canaries, "driver"),
        "gpg.program": _canary(canaries, "gpg"),
        "log.showSignature": "true",
        "alias.ls-tree": "!" + _canary(canaries, "alias"),
        "include.path": str(included),
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{_canary(canaries, 'ext')}",
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }.items():
        git(root, "config", key, value)
    # Its time differs from the index's, so git has to look into it.
    os.utime(root / "deals/beta.yaml", (1, 1))
    return root, canaries


@pytest.mark.parametrize("words", _READING, ids=" ".join)
def test_reading_runs_nothing_that_the_repository_names(
    words: tuple[str, ...], sent: tuple[Path, Path], pipectl: Run
) -> None:
    root, canaries = sent
    done = pipectl(*words, cwd=root)
    assert done.status in (0, 1), done.err
    assert _ran(canaries) == set()


def test_an_object_that_is_missing_is_not_fetched(sent: tuple[Path, Path], pipectl: Run) -> None:
    root, canaries = sent
    blob = git(root, "rev-parse", "HEAD:deals/beta.yaml").strip()
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = pipectl("list", "--rev", "main", cwd=root)
    assert done.status == 2
    assert done.err.startswith("pipectl: ")
    assert _ran(canaries) == set()


def test_git_by_itself_would_run_them(sent: tuple[Path, Path]) -> None:
    root, canaries = sent
    blob = git(root, "rev-parse", "HEAD~1:deals/acme.yaml").strip()
    for words in (("log", "-1"), ("diff", "main~1"), ("log", "-p", "--no-ext-diff", "-1", "--format=")):
        subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    subprocess.run(["git", "cat-file", "-p", blob], cwd=root, capture_output=True, check=False)
    assert _ran(canaries) >= {"clean", "command", "ext", "fsmonitor", "gpg", "textconv"}


def test_a_commit_runs_filters_and_no_hook(sent: tuple[Path, Path], pipectl: Run) -> None:
    root, canaries = sent
    done = pipectl("set", "acme", "company=x", "--commit", cwd=root)
    assert done.status == 0, done.err
    assert _ran(canaries) == {"clean"}


@pytest.mark.parametrize(
    "revision", ["--output=x", "-O", "--upload-pack=x", "", "a\nb", "main\n", "a\0b", "--all", "main..", "^main"]
)
def test_a_revision_that_is_no_name_of_a_commit_is_refused(
    revision: str, sent: tuple[Path, Path], pipectl: Run
) -> None:
    root, _ = sent
    for words in (("list", "--rev", revision), ("check", "--changed", revision)):
        done = pipectl(*words, cwd=root)
        assert done.status == 2, words
        assert done.err.startswith("pipectl: no commit '"), done.err
    with pytest.raises(UsageError):
        asked.commit_of(root, revision)
    assert not (root / "x").exists()


def test_a_message_that_looks_like_an_option_is_a_message(sent: tuple[Path, Path], pipectl: Run) -> None:
    root, _ = sent
    assert pipectl("set", "acme", "company=x", "--commit=--amend", cwd=root).status == 0
    assert git(root, "log", "-1", "--format=%s").strip() == "--amend"


def test_paths_are_paths_whatever_they_look_like(sent: tuple[Path, Path]) -> None:
    root, canaries = sent
    for path in ("--output=x", ":(top)*", ":/", "-O", "*"):
        (root / path.strip("/")).write_text("x") if "/" not in path else None
        assert asked.committed(root, [path]) == {}
        with pytest.raises(PipectlError):
            git_history.file_at(root, "HEAD", path)
    name = asked.commit_paths(root, ["--output=x", "*"], "odd names")
    assert git(root, "show", "--format=", "--name-only", name).split() == ["*", "--output=x"]
    assert not (root / "x").exists()
    assert "ssh" not in _ran(canaries)
