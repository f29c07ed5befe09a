"""What the quick parser gives is what typer gives, or nothing.

Most lines are drawn from the options that typer has for the command: ordinary ones, and every slip of the fingers.
They come from a seeded generator, for hypothesis takes ten times as long to draw a line as it takes to parse it.
"""

import io
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipectl import cli, full_parser, quick_parser, shared_options
from pipectl.arguments import Call
from pipectl.commands import ALIASES, COMMANDS, Entry, load
from pipectl.errors import UsageError
from tests.harness import run_pipectl
from tests.hostile.invocations import CALLS
from tests.number_commands import NUMBER_COMMANDS
from tests.shell import PAGES

ERRORS = Path(__file__).parent / "errors"

_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)$", re.MULTILINE)
# What ends a command of a shell.
_ENDS = set("|&;<>()")
_REDIRECTED = re.compile(r"\d>")


@pytest.fixture(autouse=True)
def _built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To build typer's command takes ten times as long as to parse a line with it."""
    monkeypatch.setattr(full_parser, "build", cache(full_parser.build))
    monkeypatch.setattr(full_parser, "_group", cache(full_parser._group))


def _is_bound(words: Sequence[str]) -> bool:
    """Whether the quick parser binds *words*; if so, typer does, to the same."""
    parts = [part for word in words for part in cli._parted(word)]
    quick = quick_parser.bind(parts)
    if quick is None:
        return False
    try:
        full = full_parser.parse(parts, io.StringIO(), io.StringIO())
    except UsageError as error:
        pytest.fail(f"{parts}: typer refuses it: {error}")
    assert isinstance(full, Call), parts
    assert _told(quick) == _told(full), parts
    return True


def _told(call: Call) -> tuple[object, ...]:
    """All that a call says, with the types of its values, and the order that decides which option is refused."""
    return call.verb, call.command, repr(sorted(call.keywords.items())), repr(list(call.shared.items()))


def _examples() -> Iterator[list[str]]:
    for entry in COMMANDS:
        text = (load(entry).run.__doc__ or "").partition("Examples:")[2]
        for line in text.splitlines():
            yield from _called(line)


def _called(command: str) -> Iterator[list[str]]:
    """The words of every call of the program in a line of a shell, its variables as they stand."""
    words = shlex.shlex(_REDIRECTED.sub(">", command), posix=True, punctuation_chars=True)
    words.whitespace_split = True
    words.commenters = ""
    called: list[str] | None = None
    for word in (*words, ";"):
        if called is not None and _ENDS.issuperset(word):
            yield called
            called = None
        elif called is not None:
            called.append(word)
        elif word == "pipectl":
            called = []


@pytest.mark.parametrize("words", list(_examples()), ids=" ".join)
def test_every_example_of_the_help_is_bound_as_typer_binds_it(words: list[str]) -> None:
    assert _is_bound(words)


@pytest.mark.parametrize("words", NUMBER_COMMANDS, ids=" ".join)
def test_every_command_of_numbers_is_bound_as_typer_binds_it(words: tuple[str, ...]) -> None:
    assert _is_bound(words)


def test_hostile_words_are_bound_as_typer_binds_them_or_not_at_all() -> None:
    calls = [call.words for calls in CALLS.values() for call in calls]
    assert sum(map(_is_bound, calls)) > len(calls) * 0.9


def _calls_of(pages: Iterable[Path]) -> list[list[str]]:
    """The words of every call of the program on *pages*, but for those that the shell's own completion makes."""
    return [
        words
        for path in pages
        for command in _COMMAND.findall(path.read_text(encoding="utf-8"))
        for words in _called(command.replace("\n> ", "\n"))
        if words[:1] not in ([], ["--complete"])
    ]


def test_every_call_of_a_session_is_bound_as_typer_binds_it() -> None:
    calls = _calls_of(PAGES.glob("*.txt"))
    assert len(calls) > 150
    # A help page, and the version before any parser; the deal of the last one is what another call prints.
    left = {"--version", "list --help", "show -f tsv --fields field,value"}
    assert {" ".join(words) for words in calls if not _is_bound(words)} == left


def test_a_call_that_goes_wrong_is_left_to_typer_only_if_it_binds_nothing() -> None:
    calls = _calls_of(ERRORS.glob("*.txt"))
    left = [words for words in calls if not _is_bound(words)]
    assert len(calls) - 50 > len(left) > 10
    assert all(map(_is_answered, left))


def test_an_alias_keeps_its_name() -> None:
    for alias in ALIASES:
        assert _is_bound([alias])


_WORDS = (
    "acme",
    "owner:ani",
    "won",
    "2026-11",
    "is:open",
    "x y",
    "3",
    "0",
    "deals.csv",
    ".",
    "nowhere/at all",
    "é",
    "a=b",
)
_ODD = (
    "",
    "-",
    "--",
    "-3",
    "-x",
    "-L",
    "-MQ",
    "--by",
    "--by=x",
    "--help",
    "-h",
    "=",
    "a=",
    " 7",
    "1_0",
    "+3",
    "٣",
    "\n",
)


# Of each command: on every run, and in CI beside them.
_FEW_LINES = 200
_LINES = int(os.environ.get("PIPECTL_LINES", "1300"))


class _Drawn:
    """Lines for one command, from the options that typer has for it."""

    def __init__(self, entry: Entry, seed: int) -> None:
        command = full_parser.build(entry)
        self._draw = Random(f"{entry.name} {seed}")  # noqa: S311 - no secret
        self._entry = entry
        self._arguments = [each for each in command.params if each.param_type_name == "argument"]
        self._own = [each for each in command.params if each.param_type_name == "option"]
        self._everywhere = full_parser._shared(frozenset(shared_options.ALL), {})

    def line(self) -> list[str]:
        """A line: many are right, many have a slip or two."""
        draw = self._draw
        before = [self._option(self._everywhere) for _ in range(draw.choice((0, 0, 0, 1, 1, 2)))]
        after = [self._option(self._own) for _ in range(draw.choice((0, 0, 1, 1, 2, 3, 4)))]
        after += [[self._value(each)] for each in self._arguments for _ in range(self._times(each))]
        after += [self._required(each) for each in self._own if each.required]
        if draw.random() < 0.5:
            draw.shuffle(after)
        words = [*chain(*before), self._entry.name, *chain(*after)]
        while draw.random() < 0.15:
            self._slip(words)
        return words

    def _times(self, argument: Any) -> int:  # typer's class
        if argument.nargs == -1:
            return self._draw.choice((0, 1, 1, 2, 3))
        return 1 if argument.required or self._draw.random() < 0.5 else 0

    def _required(self, option: Any) -> list[str]:  # typer's class
        return [] if self._draw.random() < 0.1 else [option.opts[0], self._value(option)]

    def _option(self, options: Sequence[Any]) -> list[str]:  # typer's class
        """One of the options, in one of the ways to write it, or several short flags as one."""
        draw = self._draw
        option = draw.choice(options)
        flag = draw.choice([*option.opts, *option.secondary_opts])
        short = [each for other in options if other.is_flag for each in other.opts if len(each) == 2]
        joined = "".join(each[1] for each in draw.choices(short, k=2)) if short and draw.random() < 0.3 else ""
        if option.is_flag:
            return [f"-{joined}{flag[1]}" if len(flag) == 2 else flag]
        value = self._value(option)
        if len(flag) == 2:
            return draw.choice(([f"-{joined}{flag[1]}", value], [f"-{joined}{flag[1]}{value}"]))
        return draw.choice(([flag, value], [f"{flag}={value}"]))

    def _value(self, parameter: Any) -> str:  # typer's class
        draw = self._draw
        if draw.random() < 0.1:
            return draw.choice(_ODD)
        if choices := getattr(parameter.type, "choices", None):
            return str(getattr(found := draw.choice(list(choices)), "value", found))
        if parameter.type.name == "integer":
            return draw.choice(("1", "7", "-3", "12"))
        return draw.choice(_WORDS)

    def _slip(self, words: list[str]) -> None:
        draw = self._draw
        at = draw.randrange(len(words))
        match draw.randrange(6):
            case 0:
                del words[at]
            case 1:
                words.insert(at, draw.choice(_ODD))
            case 2:
                words.insert(at, words[draw.randrange(len(words))])
            case 3:
                words[at] = words[at][:-1]
            case 4:
                words[at] += draw.choice(("x", "=", "-", "=x"))
            case _:
                words[at : at + 1] = self._option(self._everywhere)
        if not words:
            words.append("")


@pytest.mark.no_cover
@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_any_line_is_bound_as_typer_binds_it_or_not_at_all(entry: Entry) -> None:
    drawn = _Drawn(entry, 0)
    bound = sum(_is_bound(drawn.line()) for _ in range(_FEW_LINES))
    # Neither all of them nor few: else the lines would try nothing.
    assert _FEW_LINES * 0.2 < bound < _FEW_LINES * 0.98


@pytest.mark.heavy
@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_of_many_lines_next_to_none_is_left_to_typer_that_it_binds(entry: Entry) -> None:
    drawn = _Drawn(entry, 1)
    left = [line for line in (drawn.line() for _ in range(_LINES)) if not _is_bound(line)]
    assert _LINES // 10 < len(left) < _LINES * 8 // 10
    # A value that typer would refuse, if the same option were not given again after it: one line of a hundred.
    assert sum(not _is_answered(line) for line in left) <= _LINES // 100


def _is_answered(words: Sequence[str]) -> bool:
    """Whether typer binds nothing: it refuses the words, or shows a page of help."""
    try:
        with redirect_stdout(io.StringIO()):
            return isinstance(full_parser.parse(words, io.StringIO(), io.StringIO()), int)
    except UsageError:
        return True


def test_a_path_that_cannot_be_read_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _is_bound(["init", "."])
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not _is_bound(["init", "."])
    assert _is_bound(["init", "nowhere at all"])
    with pytest.raises(UsageError, match="readable"):
        full_parser.parse(["init", "."], io.StringIO(), io.StringIO())


@pytest.mark.parametrize("words", ["", "--help", "stats -h", "--version", "nosuch", "stats --nosuch", "move", "undo x"])
def test_what_typer_has_words_for_is_left_to_it(words: str) -> None:
    assert quick_parser.bind(words.split()) is None


def test_a_shell_that_asks_typer_for_completions_is_answered_by_typer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[Sequence[str]] = []
    monkeypatch.setattr(full_parser, "parse", lambda words, *_: seen.append(words) or 0)
    monkeypatch.setenv("_PIPECTL_COMPLETE", "complete_bash")
    assert run_pipectl("completion", "bash", cwd=tmp_path).out == ""
    assert [words[-2:] for words in seen] == [["completion", "bash"]]
