"""The command line: what the shell, the clock and the environment say becomes a Context, and errors become one line.

This is the one place that catches, and with `__main__` the one that reads the process's own state.
"""

import contextlib
import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from pipectl import quick_parser, shared_options
from pipectl.arguments import Call
from pipectl.context import Context, Options, Terminal
from pipectl.errors import PipectlError, UnansweredError, UsageError

INTERRUPTED = 130


def main(
    arguments: Sequence[str] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Run one command line and return its exit status. What is not given is taken from the process."""
    words = [part for word in (sys.argv[1:] if arguments is None else arguments) for part in _parted(word)]
    variables = dict(os.environ if environment is None else environment)
    streams = _Streams(_usable(out or sys.stdout), _usable(err or sys.stderr), variables)
    try:
        status = _run(words, streams)
        _flush(streams.out)
    except PipectlError as error:
        _abandon(streams.out)
        return _complain(streams.err, str(error), error.hint, error.status, error.details)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left (`| head`): nothing to say.
        _abandon(streams.out)
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            # An end that takes no more. What has a name was opened by a command, which says so itself.
            _abandon(streams.out)
            return _complain(streams.err, f"the result can't be written: {error.strerror}", None, PipectlError.status)
        error.add_note(
            "This is a bug in pipectl. Please report the lines above: https://github.com/pipectl/pipectl/issues"
        )
        raise
    return status


def _parted(word: str) -> list[str]:
    """`--commit=MSG` as a flag and its message: the parser knows no option whose value may be left out."""
    flag, equals, message = word.partition("=")
    return ["--commit", "--message", message] if flag == "--commit" and equals else [word]


def _usable(stream: TextIO | None) -> TextIO:
    """An end that takes every text: what its encoding has not is spelled out, and a closed one swallows all."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PipectlError(f"the result can't be written: {error.strerror}") from None


def _abandon(stream: TextIO) -> None:
    """Write what is left if it can be; else the interpreter, which tries again at exit, finds nothing in its way."""
    try:
        stream.flush()
    except OSError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Streams:
    """The process's ends and variables, carried to the command through typer's context."""

    def __init__(self, out: TextIO, err: TextIO, environment: Mapping[str, str]) -> None:
        self.out = out
        self.err = err
        self.environment = environment


def _run(words: list[str], streams: _Streams) -> int:
    # Prompts and help pages are written to the process's own ends.
    with contextlib.redirect_stdout(streams.out), contextlib.redirect_stderr(streams.err):
        try:
            call = _parsed(words, streams)
            return call if isinstance(call, int) else _answer(call, streams)
        except UnansweredError:
            print("nothing was changed", file=streams.err)
            return INTERRUPTED
        except KeyboardInterrupt:
            return INTERRUPTED


def _parsed(words: list[str], streams: _Streams) -> Call | int:
    """The call that *words* say, or the exit status where a help page has answered."""
    # The variable by which a shell asks typer for completions.
    call = None if os.environ.get("_PIPECTL_COMPLETE") else quick_parser.bind(words)
    if call is not None:
        return call
    found: Call | int = importlib.import_module("pipectl.full_parser").parse(words, streams.out, streams.err)
    return found


def _answer(call: Call, streams: _Streams) -> int:
    names = shared_options.honoured(call.command)
    for name in call.shared:
        if name not in names:
            hint = f"`pipectl {call.verb} --help` lists them"
            raise UsageError(f"`{call.verb}` has no option {shared_options.ALL[name].flags[-1]}", hint=hint)
    context = _context(call.shared, streams)
    sys.audit("pipectl.command", call.verb)
    status: int = call.command.run(context, **call.keywords)
    return status


def _complain(err: TextIO, message: str, hint: str | None, status: int, details: Sequence[str] = ()) -> int:
    safe = importlib.import_module("pipectl.output.safe")
    # What is refused line by line speaks for itself.
    safe.say(err, message if details else f"pipectl: {message}", *details)
    if hint:
        safe.say(err, *(f"  {line}" for line in hint.split("\n")))
    return status


def _context(given: Mapping[str, Any], streams: _Streams) -> Context:
    variables = streams.environment
    if given.get("limit", 1) < 1:
        raise UsageError(f"--limit {given['limit']} is less than one row")
    if given.get("output") == "":
        raise UsageError("--output names no file", hint="-o - is standard output")
    directory = Path(given.get("directory") or variables.get("PIPECTL_DIR") or ".")
    if not directory.is_dir():
        raise UsageError(f"no folder {directory}", hint="-C DIR and PIPECTL_DIR choose where the workspace is")
    return Context(
        directory=directory,
        terminal=_terminal(given, streams),
        options=Options(
            pipelines=tuple(given.get("pipelines", ())),
            output=Path(given["output"]) if _to_file(given) else None,
            dash="output" in given and not _to_file(given),
            pager="no_pager" not in given,
            cache="no_cache" not in given,
            **{
                name: given[name]
                for name in ("period", "as_of", "rev", "format", "fields", "ids", "sort", "limit", "quiet")
                if name in given
            },
        ),
        today=_today(given.get("today"), variables.get("PIPECTL_TODAY")),
        user=given.get("user") or variables.get("PIPECTL_USER"),
        environment=variables,
    )


def _to_file(given: Mapping[str, Any]) -> bool:
    """Whether the result goes into a file; `-o -` is standard output, and `-o ./-` a file of that name."""
    return str(given.get("output", "-")) != "-"


def _today(option: str | None, variable: str | None) -> date | None:
    name, text = ("--today", option) if option else ("PIPECTL_TODAY", variable)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{name} '{text}' is not a date", hint="write it as 2026-11-23") from None


def _terminal(given: Mapping[str, Any], streams: _Streams) -> Terminal:
    variables = streams.environment
    to_person = streams.out.isatty() and not _to_file(given)
    color = given.get("color", "auto")
    if color not in ("auto", "always", "never"):
        raise UsageError(f"--color '{color}' is not auto, always or never")
    forced = bool(variables.get("FORCE_COLOR"))
    wanted = to_person and not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"
    encoding = (getattr(streams.out, "encoding", None) or "utf-8").lower().replace("-", "")
    columns = found if (found := variables.get("COLUMNS", "")).isdecimal() else ""
    return Terminal(
        out=streams.out,
        err=streams.err,
        width=(int(columns or 0) or _width()) if to_person else None,
        color=color == "always" or (color == "auto" and (forced or wanted)),
        unicode="ascii" not in given and encoding.startswith(("utf", "gb18030")),
        interactive=to_person and sys.stdin is not None and sys.stdin.isatty(),
        progress=streams.err.isatty() and "quiet" not in given,
    )


def _width() -> int:
    # It brings three libraries of compression; off a terminal nobody needs it.
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size().columns
