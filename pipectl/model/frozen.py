"""`@frozen`: a frozen dataclass with slots that is cheap to define and to make.

`@dataclass(frozen=True, slots=True)` compiles six methods for each class, which for all of the program's classes took
twice as long as Python itself to start, and sets each field of each new value through `object.__setattr__`: a third of
the time in which ten thousand deals were read. Here one method is compiled, when the first value of a class is made,
and it sets the fields before the value is frozen. `fields` and `replace` of `dataclasses` work as ever.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any, Never, TypeVar, dataclass_transform, overload

_C = TypeVar("_C", bound=type)

_LEFT_OUT: Any = object()  # stands for any type of default


@overload
def frozen(cls: _C, /) -> _C: ...
@overload
def frozen(*, kw_only: bool) -> Callable[[_C], _C]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, kw_only: bool = False) -> Any:  # any class, or what decorates one
    """Make a class of values: equal by their fields, never changed, with no attributes beside them."""

    def decorated(bare: Any) -> Any:  # a class without its fields
        made: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(bare)
        made.__new__ = _first_new(made)
        made.__eq__, made.__hash__ = _equality(made)
        if made.__repr__ is object.__repr__:
            made.__repr__ = _representation
        made.__setattr__ = made.__delattr__ = _refuse
        made.__reduce__ = _reduced
        return made

    return decorated if cls is None else decorated(cls)


def _first_new(cls: Any) -> Callable[..., Any]:  # the decorated class
    """A constructor that compiles the real one when it is called."""

    def new(called: Any, *args: Any, **given: Any) -> Any:  # as dataclasses do it
        cls.__new__ = _compiled_new(cls)
        return cls.__new__(called, *args, **given)

    return new


def _compiled_new(cls: Any) -> Callable[..., Any]:  # the decorated class
    """The constructor: it fills an open twin of the value, whose class then becomes the real one."""
    names = [each.name for each in fields(cls)]
    twin = type(cls.__name__, (), {"__slots__": names})
    scope: dict[str, Any] = {"_twin": twin, "_make": object.__new__, "_LEFT_OUT": _LEFT_OUT}
    asked, body = ["_cls"], ["_self = _make(_twin)"]
    for each in sorted(fields(cls), key=lambda each: bool(each.kw_only)):
        if each.kw_only and each.init and "*" not in asked:
            asked.append("*")
        asked += _parameter(each, scope)
        body.append(f"_self.{each.name} = {_source(each, scope)}")
    body.append("_self.__class__ = _cls")
    if hasattr(cls, "__post_init__"):
        body.append("_self.__post_init__()")
    lines = "".join(f"    {line}\n" for line in (*body, "return _self"))
    exec(f"def new({', '.join(asked)}):\n{lines}", scope)  # noqa: S102 - names of fields, which are identifiers
    made: Callable[..., Any] = scope["new"]
    return made


def _parameter(each: "Field[Any]", scope: dict[str, Any]) -> list[str]:
    if not each.init:
        return []
    if each.default_factory is not MISSING:
        return [f"{each.name}=_LEFT_OUT"]
    if each.default is MISSING:
        return [each.name]
    scope[f"_default_{each.name}"] = each.default
    return [f"{each.name}=_default_{each.name}"]


def _source(each: "Field[Any]", scope: dict[str, Any]) -> str:
    """Where a new value's field comes from."""
    if each.default_factory is MISSING:
        return each.name if each.init else f"_default_{each.name}"
    scope[f"_make_{each.name}"] = each.default_factory
    made = f"_make_{each.name}()"
    return f"{made} if {each.name} is _LEFT_OUT else {each.name}" if each.init else made


def _equality(cls: Any) -> tuple[Callable[[Any, object], Any], Callable[[Any], int]]:  # the decorated class
    names = [each.name for each in fields(cls) if each.compare]
    compared: Callable[[Any], Any] = attrgetter(*names) if names else type

    def equal(self: Any, other: object) -> Any:  # a bool or NotImplemented
        return compared(self) == compared(other) if type(other) is cls else NotImplemented

    def hashed(self: Any) -> int:  # a value of the class
        return hash(compared(self))

    return equal, hashed


def _representation(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


def _reduced(self: Any) -> tuple[Any, ...]:  # a value; for copy and pickle
    given = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
    cls: Callable[..., Any] = type(self)
    return partial(cls, **given), ()


def _refuse(self: Any, name: str, value: object = None) -> Never:  # noqa: ARG001 - the signature of the protocol
    raise FrozenInstanceError(f"cannot change field '{name}'")
