"""The command line: what the shell, the clock and the environment say becomes a Context, and errors become one line.

This is the one place that catches, and with `__main__` the one that reads the process's own state.
"""

import contextlib
import copy
import importlib
import io
import os
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, TextIO

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from pipectl import __version__, shared_options
from pipectl.commands import COMMANDS, HABITS, Entry, find
from pipectl.context import Context, Options, Terminal
from pipectl.errors import PipectlError, UsageError
from pipectl.model.suggest import suggest

INTERRUPTED = 130
_VERB = "pipectl.verb"
WRONG_USAGE = 2

# typer's usage errors derive from a class that it exports under no name that all its versions share.
_ClickError: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

_HELP = """Sales pipeline management as plain text.

A pipeline and its deals live as YAML files in a folder that you own, best in a git repository. pipectl checks
them, measures them, and finds the deals that stagnate.
"""


class _Command(TyperCommand):
    """A command that knows the shared options and turns them into a Context."""

    honoured: frozenset[str] = frozenset()
    # What the first argument may say, with the options that are for it and not for each of them.
    verbs: Mapping[str, frozenset[str]] = {}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta[_VERB] = next((word for word in args if word in self.verbs), None)
        found: list[str] = super().parse_args(ctx, args)
        return found

    def format_help(self, ctx: Any, formatter: Any) -> None:
        verb = ctx.meta.get(_VERB)
        super(_Command, self if verb is None else self._about(verb)).format_help(ctx, formatter)

    def _about(self, verb: str) -> "_Command":
        """The command with what its help says of *verb*, and of none of the others."""
        others = frozenset().union(*self.verbs.values()) - self.verbs[verb]
        about = copy.copy(self)
        about.params = [param for param in self.params if param.name not in others]
        about.help = "\n\n".join(_parts_about(verb, self.verbs, self.help or ""))
        return about

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """Paragraphs are wrapped to the terminal; indented ones are examples and stay as they are."""
        for paragraph in (self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                if paragraph.startswith(" "):
                    formatter.write("".join(f"  {line}\n" for line in paragraph.split("\n")))
                else:
                    formatter.write_text(" ".join(paragraph.split()))

    def invoke(self, ctx: Any) -> Any:  # typer's context class has no public name for a subclass
        names = shared_options.ALL
        outer = {name: value for name, value in ctx.parent.params.items() if name in names} if ctx.parent else {}
        inner = {name: ctx.params.pop(name) for name in list(ctx.params) if name in names}
        given = shared_options.merged(outer, inner)
        for name in given:
            if name not in self.honoured:
                hint = f"`pipectl {ctx.info_name} --help` lists them"
                raise UsageError(f"`{ctx.info_name}` has no option {names[name].flags[-1]}", hint=hint)
        ctx.obj = _context(given, ctx.find_root().obj)
        sys.audit("pipectl.command", ctx.info_name)
        return super().invoke(ctx)


class _Group(TyperGroup):
    """The verbs, imported when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ARG002 - typer's signature
        entry = find(cmd_name)
        return None if entry is None else build(entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if find(args[0]) is None and not args[0].startswith("-"):
            names = [entry.name for entry in COMMANDS]
            near = HABITS.get(args[0]) or suggest(args[0], names)
            hint = f"did you mean `pipectl {near}`?" if near else "`pipectl --help` lists the commands"
            raise UsageError(f"no command '{args[0]}'", hint=hint)
        found: tuple[str | None, Any, list[str]] = super().resolve_command(ctx, args)
        return found

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        groups = dict.fromkeys(entry.group for entry in COMMANDS)
        for group in groups:
            with formatter.section(group.capitalize()):
                formatter.write_dl([(entry.name, entry.summary) for entry in COMMANDS if entry.group == group])


def _parts_about(verb: str, verbs: Container[str], text: str) -> Iterator[str]:
    """The paragraphs of a help page but for those that begin with another verb, and the examples of *verb*."""
    for part in text.split("\n\n"):
        if part.startswith(" "):
            lines = part.split("\n")
            yield "\n".join([line for line in lines if verb in line.split()] or lines)
        elif (word := part.partition(":")[0]) == verb or word not in verbs:
            yield part


def build(entry: Entry) -> TyperCommand:
    """The command of *entry*, its module imported, with the shared options that the module's OPTIONS names."""
    module = importlib.import_module(f"pipectl.commands.{entry.module}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"help_option_names": ["-h", "--help"]}
    app.command(entry.name, cls=_Command, context_settings=settings)(module.run)
    command: Any = get_command(app)
    command.honoured = shared_options.EVERYWHERE_NAMES | frozenset(getattr(module, "OPTIONS", ()))
    command.verbs = getattr(module, "VERBS", {})
    command.params = [*command.params, *shared_options.typer_options(command.honoured)]
    assert isinstance(command, _Command)  # noqa: S101 - what `cls` asked for
    return command


def _group() -> _Group:
    everything = frozenset(shared_options.ALL)
    version = TyperOption(
        param_decls=["version", "--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        default=False,
        callback=_version,
        help="Print the version.",
        show_default=False,
    )
    return _Group(
        name="pipectl",
        help=_HELP,
        params=[*shared_options.typer_options(everything), version],
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )


def _version(ctx: Any, parameter: Any, given: bool) -> None:  # noqa: ARG001 - typer's signature
    if given:
        print(f"pipectl {__version__}", file=ctx.obj.out)
        ctx.exit()


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
    group = _group()
    try:
        with contextlib.redirect_stdout(streams.out), contextlib.redirect_stderr(streams.err):
            status = group.main(words, prog_name="pipectl", standalone_mode=False, obj=streams)
    except _ClickError as error:
        return _usage_error(error, words, streams)
    except typer.Abort:
        print("nothing was changed", file=streams.err)
        return INTERRUPTED
    except SystemExit:
        # typer's own way with a reader that has left; it exits on nothing else here.
        raise BrokenPipeError from None
    return status if isinstance(status, int) else 0


def _usage_error(error: Any, words: Sequence[str], streams: _Streams) -> int:
    """typer's own complaint in our words; a bare `pipectl` gets the help."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
        print(context.get_help(), file=streams.err)
        return WRONG_USAGE
    usage = importlib.import_module("pipectl.usage")
    if context is not None:
        verb = context.info_name if context.parent else ""
    else:
        verb = next((entry.name for word in words if (entry := find(word)) is not None), "")
    told = usage.in_our_words(error, verb)
    return _complain(streams.err, told.message, told.hint, WRONG_USAGE)


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
    directory = Path(given.get("directory") or variables.get("PIPECTL_DIR") or ".")
    if not directory.is_dir():
        raise UsageError(f"no folder {directory}", hint="-C DIR and PIPECTL_DIR choose where the workspace is")
    return Context(
        directory=directory,
        terminal=_terminal(given, streams),
        options=Options(
            pipelines=tuple(given.get("pipelines", ())),
            output=Path(given["output"]) if "output" in given else None,
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


def _today(option: str | None, variable: str | None) -> date | None:
    name, text = ("--today", option) if option else ("PIPECTL_TODAY", variable)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{name} '{text}' is not a date", hint="write it as 2026-11-23") from None


def _terminal(given: Mapping[str, Any], streams: _Streams) -> Terminal:
    variables = streams.environment
    to_person = streams.out.isatty() and "output" not in given
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
        width=(int(columns or 0) or get_terminal_size().columns) if to_person else None,
        color=color == "always" or (color == "auto" and (forced or wanted)),
        unicode="ascii" not in given and encoding.startswith(("utf", "gb18030")),
        interactive=to_person and sys.stdin is not None and sys.stdin.isatty(),
        progress=streams.err.isatty() and "quiet" not in given,
    )
