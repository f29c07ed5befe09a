"""What a shell is told at a press of Tab, which is known without the parser and must say what the parser says."""

from pathlib import Path

import pytest

from pipectl import full_parser
from pipectl.commands import COMMANDS, Entry
from pipectl.completion import complete
from pipectl.completion_options import OPTIONS
from tests.harness import write_files


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_the_options_completed_are_those_that_the_command_has(entry: Entry) -> None:
    taken = {flag for option in full_parser.build(entry).params for flag in (*option.opts, *option.secondary_opts)}
    long = {flag for flag in taken if flag.startswith("--")}
    everywhere = {word for word in complete(["--"]) if word not in ("--version", "--help")}
    assert set(OPTIONS.get(entry.name, "").split()) == long - everywhere


def test_commands_come_first_then_what_the_command_takes(tmp_path: Path) -> None:
    names = ("pipectl.yaml", "deals/2026/acme.yaml", "deals/.draft.yaml", "deals/notes.txt")
    write_files(tmp_path, dict.fromkeys(names, ""))
    folder = str(tmp_path)
    assert list(complete(["sh"])) == ["show"]
    assert list(complete(["-C", folder, "show", ""])) == ["acme"]
    assert list(complete(["list", "is:st"])) == ["is:stalled"]
    assert list(complete(["ls", "--so"])) == ["--sort"]
    assert list(complete(["-f", "csv", "list", "no:"])) == ["no:next_step"]


def test_a_file_name_that_is_no_id_is_no_candidate(tmp_path: Path) -> None:
    names = ("acme", "a\nb", "$(id)", "*", "-n", "\x1b[2J", "Caf\u00e9", "a b")
    write_files(tmp_path, {"pipectl.yaml": "", **{f"deals/{name}.yaml": "" for name in names}})
    assert list(complete(["-C", str(tmp_path), "show", ""])) == ["acme"]


def test_where_there_is_no_workspace_there_are_no_ids(tmp_path: Path) -> None:
    assert list(complete(["-C", str(tmp_path), "show", ""])) == []
