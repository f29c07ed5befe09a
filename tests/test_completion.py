"""What a shell is told at a press of Tab, which is known without the parser and must say what the parser says."""

from pathlib import Path

import pytest

from pipectl import full_parser
from pipectl.commands import COMMANDS, Entry, check, export
from pipectl.completion import complete
from pipectl.completion_options import OPTIONS, VALUED
from pipectl.output.formats import FORMATS
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


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_an_option_that_wants_a_value_is_known(entry: Entry) -> None:
    options = [each for each in full_parser.build(entry).params if each.param_type_name == "option"]
    wanting = {flag for option in options if not option.is_flag for flag in option.opts}
    plain = {flag for option in options if option.is_flag for flag in (*option.opts, *option.secondary_opts)}
    valued = set(VALUED.split())
    assert wanting - {"-a"} <= valued
    assert not plain & valued


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cache ", "info clear"),
        ("completion z", "zsh"),
        ("install h", "hooks"),
        ("task ", "add done snooze list"),
        ("task add ", "acme"),
        ("task list is:st", "is:stalled"),
        ("pipeline copy ", ""),
        ("explain win-rate-w", "win-rate-with-stale"),
        ("check stal", "stalled"),
        ("check stalled idl", "idle"),
        ("list -f j", "json"),
        ("-f j", "json"),
        ("export --format ", "csv json ndjson"),
        ("check -f ", "text json github"),
        ("check --fail-on ", "error warning info"),
        ("import --from ", "csv events"),
        ("list --color ", "auto always never"),
        ("stale --rule l", "limit"),
        ("list -o ", ""),
        ("list --sort ", ""),
        ("lose --reason ", ""),
        ("lose acme --reason price ", "acme"),
        ("log acme ", ""),
        ("show ", "acme"),
    ],
)
def test_what_an_option_or_a_place_takes_is_offered_there(
    line: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"pipectl.yaml": "", "deals/acme.yaml": ""}))
    assert " ".join(complete(line.split(" "))) == found


@pytest.mark.parametrize("verb", ["list", "check", "export"])
def test_the_formats_offered_are_those_that_there_are(verb: str) -> None:
    there = {"check": check._FORMATS, "export": export._FORMATS}.get(verb, tuple(FORMATS))
    assert tuple(complete([verb, "-f", ""])) == there


def test_a_file_name_that_is_no_id_is_no_candidate(tmp_path: Path) -> None:
    names = ("acme", "a\nb", "$(id)", "*", "-n", "\x1b[2J", "Caf\u00e9", "a b")
    write_files(tmp_path, {"pipectl.yaml": "", **{f"deals/{name}.yaml": "" for name in names}})
    assert list(complete(["-C", str(tmp_path), "show", ""])) == ["acme"]


def test_where_there_is_no_workspace_there_are_no_ids(tmp_path: Path) -> None:
    assert list(complete(["-C", str(tmp_path), "show", ""])) == []
