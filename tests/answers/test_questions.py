"""An answer that is given again is that of the same question, and which questions are kept at all."""

import os
from pathlib import Path

import pytest

from pipectl.answers import READING, ask, keep
from pipectl.commands import ALIASES, COMMANDS
from pipectl.store import answers, find, stamps
from tests.answers.asking import QUESTIONS, file_of, kept, known, ran, uncached
from tests.harness import run_process
from tests.store.faults import git

_WRITING = frozenset(
    {"add", "cache", "completion", "demo", "edit", "explain", "export", "fmt", "import", "init", "install", "log"}
    | {"lose", "merge-driver", "move", "pipeline", "rename", "reopen", "resolve", "rm", "set", "stage", "task", "undo"}
    | {"win"}
)


def test_every_command_either_reads_or_is_known_not_to() -> None:
    names = {entry.name for entry in COMMANDS}
    assert names | set(ALIASES) == READING | _WRITING
    assert not READING & _WRITING
    assert set(QUESTIONS) == READING


def test_the_files_are_those_that_a_command_looks_for() -> None:
    assert find.SETTINGS == stamps.SETTINGS
    assert (find.PIPELINES, find.DEALS) == stamps.FOLDERS


@pytest.mark.parametrize("verb", sorted(READING))
def test_what_is_asked_for_the_third_time_is_answered_without_a_run(root: Path, verb: str) -> None:
    words = (verb, *QUESTIONS[verb])
    plain = uncached(root, *words)
    assert [run_process(*words, cwd=root) for _ in range(4)] == [(plain, ran) for ran in (True, True, False, False)]


@pytest.mark.parametrize(
    "words",
    [
        ("stats", "--no-cache"),
        ("stats", "--rev", "HEAD"),
        ("check", "--staged"),
        ("check", "--fix"),
        ("check", "deals/a/.hidden.yaml"),
        ("list", "-o", "out.csv"),
        ("list", "no:such"),
        ("stats", "--help"),
        ("--help", "stats"),
        ("add", "list"),
        ("export", "-f", "csv", "list"),
        ("-C", "stats", "list"),
    ],
    ids=" ".join,
)
def test_what_does_more_than_read_is_not_kept(root: Path, words: tuple[str, ...]) -> None:
    git(root, "add", ".")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "all")
    for _ in range(3):
        assert run_process(*words, cwd=root)[1]
    assert not kept(root).answers


def test_of_few_files_nothing_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "_FEW", 200)
    assert ran(root, "stats")
    assert not file_of(root).exists()


def test_of_files_written_a_moment_ago_none_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_GRAIN", 1_000_000_000_000)
    assert ran(root, "stats")
    assert not kept(root).answers


def test_other_words_variables_places_and_ends_are_other_questions(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(root, "list")
    assert ran(root, "list", "-L", "1")
    assert ran(root, "list", "--", "owner:ani")
    assert ran(root, "list", COLUMNS="40")
    assert ran(root, "list", FORCE_COLOR="1")
    assert ran(root, "list", PIPECTL_USER="ani")
    assert ran(root, "list", PIPECTL_TODAY="2026-12-24")
    assert ran(root, "list", LC_ALL="C")
    assert ran(root, "list", PIPECTL_DIR=str(root / "deals"))
    assert not ran(root, "list", UNRELATED="1")
    assert ran(root / "deals", "list")
    assert ran(root.parent, "list", "-C", "workspace")
    assert not ran(root.parent, "list", "-C", "workspace")
    assert ran(root.parent, "-Cworkspace", "list")
    monkeypatch.setattr(os, "getgroups", lambda: [1, 2, 3])
    assert ran(root, "list")


def test_only_the_last_answers_are_kept(root: Path) -> None:
    for count in range(1, answers.MOST + 3):
        known(root, "list", "-L", str(count))
    assert len(kept(root).answers) == answers.MOST
    assert not run_process("list", "-L", "3", cwd=root)[1]
    assert run_process("list", "-L", "1", cwd=root)[1]


def test_git_is_asked_again_who_asks(root: Path) -> None:
    known(root, "next")
    git(root, "config", "user.email", "ani@example.com")
    assert ran(root, "next")
    assert not ran(root, "next")
    assert "ani" in run_process("next", cwd=root)[0].out
    git(root, "config", "--unset", "user.email")
    assert ran(root, "next")
