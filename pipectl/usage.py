"""typer's complaints about a command line, in the program's own words.

typer's classes have no public names that all its versions share, and its sentences change; so each complaint is told
by the name of its class and the facts that it carries.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pipectl.model.filter import KEYS
from pipectl.model.suggest import suggest
from pipectl.shared_options import ALL

_EXTRA = re.compile(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)
_FOUND = re.compile(r"'(.*)' is not", re.DOTALL)


class Said(NamedTuple):
    """What is wrong, and what to type instead."""

    message: str
    hint: str


def in_our_words(error: Any, verb: str) -> Said:  # typer's classes, as above
    """The complaint *error* about the words after *verb*, which is "" where there is no command among them."""
    command = f"pipectl {verb}".rstrip()
    asked = f"`{command} --help` says more"
    match type(error).__name__:
        case "NoSuchOption":
            name = str(error.option_name)
            message = f"`{verb or 'pipectl'}` has no option {name}"
            return Said(message, _other_option(name, error.ctx) or f"`{command} --help` lists them")
        case "BadOptionUsage":
            needs = "requires" in str(error.message)
            return Said(f"{error.option_name} {'wants a value' if needs else 'takes no value'}", asked)
        case "MissingParameter":
            return Said(f"{_name(error.param)} is missing", asked)
        case "BadParameter" if error.param is not None:
            return _bad_value(error) or Said(f"{_name(error.param)}: {_lower(str(error.message))}", asked)
    if extra := _EXTRA.search(str(error.message)):
        return Said(f"`{verb}` does not take '{extra[1]}' as well", "quote words that belong together")
    return Said(_lower(error.format_message()), asked)


def _other_option(name: str, context: Any) -> str:  # typer's context
    parameters = context.command.params if context is not None else ()
    word = name.lstrip("-").partition("=")[0]
    filters = any("FILTER" in (parameter.metavar or "") for parameter in parameters)
    if filters and word in KEYS:
        return f"a filter is written without dashes: {word}:…"
    if any(name in option.flags for option in ALL.values()):
        # Another command has it, so it is no slip of the fingers.
        return ""
    options = [flag.lstrip("-") for parameter in parameters for flag in parameter.opts if flag.startswith("--")]
    if near := suggest(word, options):
        return f"did you mean --{near}?"
    if filters and (near := suggest(word, KEYS)):
        return f"a filter is written without dashes: {near}:…"
    return ""


def _bad_value(error: Any) -> Said | None:  # typer's classes
    """What a value of a choice or of a number should be; None for another type, or words that tell no value."""
    found = _FOUND.search(str(error.message))
    if found is None:
        return None
    about = f"{_name(error.param)} '{found[1]}'"
    choices: Sequence[str] | None = _texts(getattr(error.param.type, "choices", None))
    if choices:
        near = suggest(found[1], choices)
        return Said(f"{about} is not one of {', '.join(choices)}", f"did you mean {near}?" if near else "")
    return Said(f"{about} is not a whole number", "") if error.param.type.name in ("int", "integer") else None


def _texts(choices: Iterable[Any] | None) -> list[str] | None:  # enumerations in some versions, texts in others
    return None if choices is None else [str(getattr(choice, "value", choice)) for choice in choices]


def _name(parameter: Any) -> str:  # typer's parameter
    """`--limit` for an option, `TITLE` for an argument."""
    flags: list[str] = [flag for flag in parameter.opts if flag.startswith("-")]
    if flags:
        return max(flags, key=len)
    # What stands in brackets may be left out: `[ID]... STAGE`.
    metavar: str = parameter.metavar
    words = [word for word in metavar.split() if not word.startswith("[")]
    return " ".join(words or [metavar]).strip("[].")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
