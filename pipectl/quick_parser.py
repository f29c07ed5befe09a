"""A plain command line bound without typer, which takes as long to import as all else that a short command does.

It gives what typer gives (`full_parser.py`), or nothing: every help page and every complaint is typer's. A test holds
it to that. Both read the annotations of the command's `run`; here without `inspect`, which is dear to import, too.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin

from pipectl import shared_options
from pipectl.arguments import Argument, Call
from pipectl.commands import find, load

_REQUIRED = object()


class _Parameter(NamedTuple):
    """A parameter of a command, or a shared option.

    Attributes:
        kind: the type of one value.
        several: whether it takes more than one.
        default: what it is where it is not given.
        flags: what gives it; None where its place does.
    """

    name: str
    kind: Any
    several: bool
    default: Any
    flags: tuple[str, ...] | None


# Flag → what it gives, and for one that takes no value whether it is on.
_Flags: TypeAlias = Mapping[str, tuple[_Parameter, bool]]


def bind(words: Sequence[str]) -> Call | None:
    """What typer would make of *words*; None where it could have anything to say of them."""
    try:
        return _bound(words)
    except (LookupError, ValueError):
        # No such command, flag, number or choice; no value, or one too many.
        return None


def _bound(words: Sequence[str]) -> Call:
    outer, (verb, *rest) = _options(words, _flags(_shared(shared_options.ALL)), mixed=False)
    entry = find(verb)
    if entry is None:
        raise LookupError(verb)
    command = load(entry)
    parameters = _parameters(command.run)
    own, shared = _flags(parameters), _flags(_shared(shared_options.honoured(command)))
    found, others = _options(rest, {**own, **shared}, mixed=True)
    inner = {name: found.pop(name) for name in list(found) if name in shared_options.ALL}
    keywords = {**_placed(others, [each for each in parameters if each.flags is None]), **found}
    for each in parameters:
        if keywords.setdefault(each.name, each.default) is _REQUIRED:
            raise LookupError(each.name)
    return Call(verb, command, keywords, shared_options.merged(_frozen(outer), _frozen(inner)))


def _shared(names: Iterable[str]) -> list[_Parameter]:
    options = [shared_options.ALL[name] for name in names]
    return [_Parameter(each.name, each.kind, each.multiple, None, each.flags) for each in options]


def _frozen(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def _parameters(run: Callable[..., int]) -> list[_Parameter]:
    """What *run* takes after the Context."""
    names = run.__code__.co_varnames[1 : run.__code__.co_argcount]
    defaults = run.__defaults__ or ()
    defaults = (*[_REQUIRED] * (len(names) - len(defaults)), *defaults)
    return [_parameter(name, run.__annotations__[name], default) for name, default in zip(names, defaults, strict=True)]


def _parameter(name: str, annotation: Any, default: Any) -> _Parameter:  # an annotation
    kind, told = get_args(annotation)
    if isinstance(kind, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    several = get_origin(kind) is list
    if several:
        (kind,) = get_args(kind)
    flags = None if isinstance(told, Argument) else told.flags or (f"--{name.replace('_', '-')}",)
    return _Parameter(name, kind, several, default, flags)


def _flags(parameters: Iterable[_Parameter]) -> _Flags:
    found = {}
    for each in parameters:
        for flag in each.flags or ():
            on, _, off = flag.partition("/")
            found[on] = (each, True)
            if off:
                found[off] = (each, False)
    return found


def _options(words: Sequence[str], flags: _Flags, *, mixed: bool) -> tuple[dict[str, Any], list[str]]:
    """What is given by *flags*, and the other words.

    Not *mixed*: all words from the first other one on are other words.
    """
    found: dict[str, Any] = {}
    others: list[str] = []
    waiting = [*reversed(words)]
    while waiting and (mixed or not others):
        word = waiting.pop()
        if word == "--":
            break
        if word.startswith("-") and word != "-":
            _take(word, waiting, flags, found)
        else:
            others.append(word)
    return found, [*others, *reversed(waiting)]


def _take(word: str, waiting: list[str], flags: _Flags, found: dict[str, Any]) -> None:
    """Put into *found* what the flags in *word* give; a value may be the next of the *waiting* words."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        parameter, on = flags[flag]
        if parameter.kind is not bool:
            _put(parameter, value if equals else waiting.pop(), found)
        elif equals:
            raise ValueError(word)
        else:
            found[parameter.name] = on
        return
    for end, letter in enumerate(word[1:], start=2):
        parameter, on = flags[f"-{letter}"]
        if parameter.kind is not bool:
            _put(parameter, word[end:] or waiting.pop(), found)
            return
        found[parameter.name] = on


def _put(parameter: _Parameter, word: str, found: dict[str, Any]) -> None:
    value = _value(parameter.kind, word)
    if parameter.several:
        found.setdefault(parameter.name, []).append(value)
    else:
        found[parameter.name] = value


def _placed(words: Sequence[str], parameters: Sequence[_Parameter]) -> dict[str, Any]:
    """The values of the parameters that are given by their places."""
    found: dict[str, Any] = {}
    if any(each.several for each in parameters[:-1]):
        raise ValueError("only typer knows where the last of several ends")
    for each, word in zip(parameters, words, strict=False):
        _put(each, word, found)
    rest = words[len(parameters) :]
    if rest and not (parameters and parameters[-1].several):
        raise ValueError(rest[0])
    for word in rest:
        _put(parameters[-1], word, found)
    return found


def _value(kind: Any, word: str) -> object:  # a type
    if kind is str:
        return word
    if kind is int:
        return int(word)
    if kind is Path and (os.access(word, os.R_OK) or not os.path.exists(word)):
        return Path(word)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {str(each.value): each for each in kind}[word]
    raise ValueError(word)
