"""The command table and the help that goes with it."""

import importlib
import re
import shlex
from pathlib import Path

import pytest

from pipectl import full_parser
from pipectl.commands import ALIASES, COMMANDS, HABITS, Entry, find
from tests.commands.repository import git
from tests.harness import run_pipectl, write_files

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "contoh-jaya"


def _by_name(entry: Entry) -> str:
    return entry.name


def test_every_command_has_a_file_and_every_file_a_command() -> None:
    modules = {path.stem for path in (ROOT / "pipectl" / "commands").glob("*.py") if not path.stem.startswith("_")}
    assert modules == {entry.module for entry in COMMANDS}


@pytest.mark.parametrize("entry", COMMANDS, ids=_by_name)
def test_the_summary_is_the_first_line_of_the_help(entry: Entry) -> None:
    module = importlib.import_module(f"pipectl.commands.{entry.module}")
    assert module.run.__doc__.partition("\n")[0] == entry.summary


@pytest.mark.parametrize("entry", COMMANDS, ids=_by_name)
def test_the_help_fits_eighty_columns_and_names_every_option(entry: Entry) -> None:
    result = run_pipectl(entry.name, "--help", COLUMNS="80")
    assert result.status == 0
    assert result.err == ""
    assert entry.summary.split(":")[0] in result.out
    for option in full_parser.build(entry).params:
        assert all(flag in result.out for flag in option.opts if flag.startswith("-"))
    assert [line for line in result.out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("entry", COMMANDS, ids=_by_name)
def test_the_help_says_what_an_option_takes_in_words_of_ours(entry: Entry) -> None:
    for param in full_parser.build(entry).params:
        assert param.metavar or param.is_flag, param.name
    page = run_pipectl(entry.name, "--help", COLUMNS="80").out
    # What typer puts around them differs from version to version.
    assert [line for line in page.splitlines() if set(line) & set("<>{}") and " > " not in line] == []


def _examples() -> list[tuple[str, str]]:
    found = []
    for entry in COMMANDS:
        module = importlib.import_module(f"pipectl.commands.{entry.module}")
        text = module.run.__doc__.partition("Examples:")[2]
        found += [(entry.name, line.strip()) for line in text.splitlines() if line.strip().startswith("pipectl ")]
    return found


@pytest.mark.parametrize(("name", "line"), _examples(), ids=lambda value: value)
def test_the_examples_of_the_help_run(name: str, line: str, tmp_path: Path) -> None:
    write_files(tmp_path, {path.relative_to(SAMPLE).as_posix(): path.read_text() for path in SAMPLE.rglob("*.yaml")})
    (tmp_path / "deals.csv").write_text("Id,Title,Stage,Amount\n1,Acme,lead,100\n", encoding="utf-8")
    if name in ("install", "resolve"):
        git(tmp_path, "init", "-q")
    words = shlex.split(line.partition(" > ")[0])[1:]
    if name in ("init", "demo"):
        (tmp_path / "new").mkdir()
        words = ["-C", str(tmp_path / "new"), *words]
    where = None if name in ("init", "demo") else tmp_path
    # `true` is an editor that leaves the file as it is.
    result = run_pipectl(*words, cwd=where, PIPECTL_USER="sari", EDITOR="true")
    assert result.status in (0, 1), result.err
    assert "Traceback" not in result.err


def test_every_command_has_examples() -> None:
    assert {name for name, _ in _examples()} == {entry.name for entry in COMMANDS}


def test_habits_lead_to_commands_that_exist() -> None:
    for name, target in HABITS.items():
        assert find(name) is None, f"{name} is a command of its own"
        assert target in ("--help", "--version") or find(target) is not None
    assert all(find(target) is not None for target in ALIASES.values())


def test_an_unknown_command_names_the_nearest() -> None:
    result = run_pipectl("stat")
    assert (result.status, result.err) == (2, "pipectl: no command 'stat'\n  did you mean `pipectl stats`?\n")


def test_a_habit_gets_the_right_name() -> None:
    assert "did you mean `pipectl add`?" in run_pipectl("new").err


@pytest.mark.parametrize(
    ("words", "missing"), [("set", "KEY=VALUE"), ("move", "STAGE"), ("pipeline add", "ID"), ("add", "TITLE")]
)
def test_what_is_missing_is_what_may_not_be_left_out(words: str, missing: str) -> None:
    assert run_pipectl(*words.split(), cwd=SAMPLE).err.startswith(f"pipectl: {missing} is missing\n")


@pytest.mark.parametrize(("name", "formats"), [("check", "text, json or github."), ("export", "csv, json or ndjson.")])
def test_the_help_lists_the_formats_that_a_command_has(name: str, formats: str) -> None:
    assert formats in run_pipectl(name, "--help").out


def test_an_option_that_a_command_has_not_is_refused_before_and_after_the_verb() -> None:
    for words in (("--sort", "amount", "check"), ("check", "--sort", "amount")):
        result = run_pipectl(*words, cwd=SAMPLE)
        assert result.status == 2
        assert "--sort" in result.err


def test_shared_options_may_stand_before_and_after_the_verb() -> None:
    before = run_pipectl("-P", "renewals", "-f", "json", "list", cwd=SAMPLE)
    after = run_pipectl("list", "-P", "renewals", "-f", "json", cwd=SAMPLE)
    assert before == after
    assert before.status == 0


def test_every_command_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for entry in COMMANDS:
        assert re.search(rf"`(pipectl )?{entry.name}\b", text), entry.name


def test_the_version_is_printed_behind_other_options_too() -> None:
    assert run_pipectl("-q", "--version").out.startswith("pipectl ")


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        ("stage merge", ("merge: the stages FROM", "--loosen", "--yes"), ("split: NEW", "--where", "--probability")),
        ("install ci", ("ci: a workflow", "--force"), ("hooks: before", "install hooks")),
        ("pipeline copy", ("copy: the new", "--name"), ("--template", "pipeline add")),
        ("task done", ("--on DATE", "task done puri"), ("--until", "--all", "task snooze")),
    ],
)
def test_the_help_of_a_verb_is_about_that_verb(words: str, said: tuple[str, ...], unsaid: tuple[str, ...]) -> None:
    page = run_pipectl(*words.split(), "--help").out
    assert [text for text in said if text not in page] == []
    assert [text for text in unsaid if text in page] == []
    whole = run_pipectl(words.split(maxsplit=1)[0], "--help").out
    assert [text for text in (*said, *unsaid) if text not in whole] == []
