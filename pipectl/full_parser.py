"""The command line as typer reads it: every help page, every complaint, and all that `quick_parser.py` leaves to it.

It is a module of its own because typer takes as long to import as all else that a short command does.
"""

import copy
import importlib
import inspect
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Annotated, Any, TextIO, get_args

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from pipectl import __version__, shared_options
from pipectl.arguments import Argument, Call, Option
from pipectl.commands import COMMANDS, HABITS, Entry, find, load
from pipectl.errors import UsageError
from pipectl.model.suggest import suggest
from pipectl.shared_options import Shared

_VERB = "pipectl.verb"
_WRONG_USAGE = 2

# typer's usage errors derive from a class that it exports under no name that all its versions share.
_ClickError: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

_HELP = """Sales pipeline management as plain text.

A pipeline and its deals live as YAML files in a folder that you own, best in a git repository. pipectl checks
them, measures them, and finds the deals that stagnate.
"""


def parse(words: Sequence[str], out: TextIO, err: TextIO) -> Call | int:
    """The call that *words* say, or the exit status where typer itself has answered, with a help page for one.

    Raises:
        UsageError: they say none.
    """
    try:
        found: Call | int = _group().main(list(words), prog_name="pipectl", standalone_mode=False, obj=out)
    except _ClickError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.ctx.get_help(), file=err)  # type: ignore[attr-defined]  # typer's class, as above
            return _WRONG_USAGE
        raise _usage_error(error, words) from None
    except SystemExit:
        # typer's own way with a reader that has left; it exits on nothing else here.
        raise BrokenPipeError from None
    return found


def _usage_error(error: Any, words: Sequence[str]) -> UsageError:  # typer's class, as above
    """typer's own complaint in our words."""
    context = getattr(error, "ctx", None)
    if context is not None:
        verb = context.info_name if context.parent else ""
    else:
        verb = next((entry.name for word in words if (entry := find(word)) is not None), "")
    told = importlib.import_module("pipectl.usage").in_our_words(error, verb)
    return UsageError(told.message, hint=told.hint)


def build(entry: Entry) -> TyperCommand:
    """The command of *entry*, its module imported, with the shared options that the module's OPTIONS names."""
    module = load(entry)
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"help_option_names": ["-h", "--help"]}
    app.command(entry.name, cls=_Command, context_settings=settings)(_collector(module.run))
    command: Any = get_command(app)
    command.module = module
    command.verbs = getattr(module, "VERBS", {})
    command.params = [*command.params, *_shared(shared_options.honoured(module), getattr(module, "HELP", {}))]
    assert isinstance(command, _Command)  # noqa: S101 - what `cls` asked for
    return command


def _collector(run: Callable[..., int]) -> Callable[..., dict[str, Any]]:
    """A function that takes what *run* does after the Context, said as typer has it, and gives it back."""

    def collect(**keywords: Any) -> dict[str, Any]:
        return keywords

    _, *parameters = inspect.signature(run).parameters.values()
    collect.__doc__ = run.__doc__
    asked: Any = collect
    asked.__signature__ = inspect.Signature([each.replace(annotation=_annotation(each)) for each in parameters])
    return collect


def _annotation(parameter: inspect.Parameter) -> Any:
    kind, told = get_args(parameter.annotation)
    return Annotated[kind, _told(told)]


def _told(told: Option | Argument) -> Any:  # typer's classes have no public names
    if isinstance(told, Argument):
        return typer.Argument(metavar=told.metavar, help=told.help, show_default=told.show_default)
    return typer.Option(*told.flags, metavar=told.metavar, help=told.help)


def _shared(names: frozenset[str], told: Mapping[str, str]) -> list[TyperOption]:
    """The shared options *names* as typer has them; *told*: what some of them mean for this command."""
    options = [option for option in shared_options.ALL.values() if option.name in names]
    return [_shared_option(option, told.get(option.name, option.help)) for option in options]


def _shared_option(option: Shared, told: str) -> TyperOption:
    return TyperOption(
        param_decls=[option.name, *option.flags],
        type=None if option.kind is bool else option.kind,
        is_flag=option.kind is bool,
        default=False if option.kind is bool else None,
        multiple=option.multiple,
        metavar=option.metavar,
        help=told,
        show_default=False,
    )


class _Command(TyperCommand):
    """A command that takes shared options too, and says how it would be called."""

    module: ModuleType
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

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """The places as their metavars have them: each version of typer puts other signs around those."""
        places = [param for param in self.params if param.param_type_name == "argument"]
        return [self.options_metavar or "", *map(_place, places)]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """Paragraphs are wrapped to the terminal; indented ones are examples and stay as they are."""
        for paragraph in (self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                if paragraph.startswith(" "):
                    formatter.write("".join(f"  {line}\n" for line in paragraph.split("\n")))
                else:
                    formatter.write_text(" ".join(paragraph.split()))

    def invoke(self, ctx: Any) -> Call:  # typer's context class has no public name for a subclass
        names = shared_options.ALL
        outer = {name: value for name, value in ctx.parent.params.items() if name in names}
        inner = {name: ctx.params.pop(name) for name in list(ctx.params) if name in names}
        keywords: dict[str, Any] = super().invoke(ctx)
        return Call(ctx.info_name, self.module, keywords, shared_options.merged(outer, inner))


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


def _place(parameter: Any) -> str:  # typer's argument
    metavar: str = parameter.metavar
    return metavar if parameter.required or metavar.startswith("[") else f"[{metavar}]"


def _parts_about(verb: str, verbs: Container[str], text: str) -> Iterator[str]:
    """The paragraphs of a help page but for those that begin with another verb, and the examples of *verb*."""
    for part in text.split("\n\n"):
        if part.startswith(" "):
            lines = part.split("\n")
            yield "\n".join([line for line in lines if verb in line.split()] or lines)
        elif (word := part.partition(":")[0]) == verb or word not in verbs:
            yield part


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
        params=[*_shared(everything, {}), version],
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )


def _version(ctx: Any, parameter: Any, given: bool) -> None:  # noqa: ARG001 - typer's signature
    if given:
        print(f"pipectl {__version__}", file=ctx.obj)
        ctx.exit()
