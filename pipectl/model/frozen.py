"""`@frozen`: a frozen dataclass with slots that is cheap to define and to make.

`@dataclass(frozen=True, slots=True)` compiles six methods for each class, which for all of the program's classes took
twice as long as Python itself to start, and sets each field of each new value through `object.__setattr__`: a third of
the time in which ten thousand deals were read. Here nothing is compiled for a class of which a run makes few values;
for any other one method, which sets the fields before the value is frozen. `field` and `replace` are as in
`dataclasses`, which takes half as long as Python to import, as it imports `inspect`. Its own functions take these
values as ever, and its own values are taken here.
"""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Never, TypeAlias, TypeVar, dataclass_transform, overload

_C = TypeVar("_C", bound=type)

MISSING: Any = object()  # stands for any type of default
_LEFT_OUT: Any = object()  # likewise
# To compile a constructor takes as long as to make some fifteen values without one.
_FEW = 15


class Field:
    """What a class says of one of its fields."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr")

    def __init__(
        self,
        *,
        default: Any = MISSING,
        default_factory: Any = MISSING,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - as dataclasses have it
        compare: bool = True,
        kw_only: Any = MISSING,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.kw_only = kw_only


_Fields: TypeAlias = Sequence[Field]

if TYPE_CHECKING:
    # Type checkers know what these do.
    from dataclasses import field as field  # noqa: PLC0414 - for others to import
    from dataclasses import replace as replace  # noqa: PLC0414
else:
    field = Field

    def replace(value: Any, /, **changes: Any) -> Any:  # a value
        """A copy of *value* with other fields."""
        described = getattr(value, "__frozen_fields__", None)
        if described is None:
            return importlib.import_module("dataclasses").replace(value, **changes)
        for each in described:
            if each.init and each.name not in changes:
                changes[each.name] = getattr(value, each.name)
        return type(value)(**changes)


@overload
def frozen(cls: _C, /) -> _C: ...
@overload
def frozen(*, kw_only: bool = False, slots: bool = True) -> Callable[[_C], _C]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, kw_only: bool = False, slots: bool = True) -> Any:  # any class, or what decorates one
    """Make a class of values: equal by their fields, never changed, with no attributes beside them.

    Without *slots* they can keep what a `cached_property` finds.
    """

    def decorated(bare: Any) -> Any:  # a class without its fields
        described = [_described(bare, name, kw_only=kw_only) for name in bare.__annotations__]
        names = [each.name for each in described]
        shown = tuple(each.name for each in described if each.repr)
        # Slots are for a class that is made anew, without the defaults, which would stand in their place.
        parts = {name: part for name, part in vars(bare).items() if name not in {*names, "__dict__", "__weakref__"}}
        parts |= {"__slots__": names} if slots else {}
        parts |= {"__match_args__": tuple(each.name for each in described if _is_placed(each))}
        parts |= {"__dataclass_fields__": _LibraryFields(bare, described), "__frozen_fields__": described}
        parts |= {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduced}
        parts["__eq__"], parts["__hash__"] = _equality([each.name for each in described if each.compare])
        parts.setdefault("__repr__", lambda self: _represented(self, shown))
        made: Any = type(bare.__name__, bare.__bases__, parts)
        made.__qualname__ = bare.__qualname__
        made.__new__ = _first_new(made, described, slots=slots)
        return made

    return decorated if cls is None else decorated(cls)


def _described(bare: Any, name: str, *, kw_only: bool) -> Field:  # a class without its fields
    """What the class says of its field *name*."""
    given = vars(bare).get(name, MISSING)
    if type(given).__module__ == "dataclasses":
        raise TypeError(f"{name} is described by the field of dataclasses, not by that of this module")
    each = given if isinstance(given, Field) else Field(default=given)
    each.name = name
    if each.kw_only is MISSING:
        each.kw_only = kw_only
    return each


def _is_placed(each: Field) -> bool:
    return each.init and not each.kw_only


class _LibraryFields:
    """What `dataclasses` wants to know of a class, made by itself when it asks: few classes are ever asked for it."""

    def __init__(self, bare: Any, described: _Fields) -> None:  # a class without its fields
        self._bare = bare
        self._described = described

    def __get__(self, value: object, made: Any) -> Any:  # the class, and the dictionary that its library keeps
        library = importlib.import_module("dataclasses")
        for each in self._described:
            said = {"init": each.init, "repr": each.repr, "compare": each.compare, "kw_only": each.kw_only}
            said |= {} if each.default is MISSING else {"default": each.default}
            said |= {} if each.default_factory is MISSING else {"default_factory": each.default_factory}
            setattr(self._bare, each.name, library.field(**said))
        known = library.dataclass(init=False, repr=False, eq=False)(self._bare)
        made.__dataclass_fields__ = known.__dataclass_fields__
        return made.__dataclass_fields__


def _first_new(cls: Any, described: _Fields, *, slots: bool) -> Callable[..., Any]:  # the decorated class
    """A constructor that makes a few values, and then compiles the one that makes the others."""
    count = 0

    def new(called: Any, *args: Any, **given: Any) -> Any:  # as dataclasses do it
        nonlocal count
        count += 1
        value = _filled(cls, described, args, given) if count <= _FEW else None
        if value is not None:
            return value
        cls.__new__ = _compiled_new(cls, described, slots=slots)
        return cls.__new__(called, *args, **given)

    return new


def _filled(cls: Any, described: _Fields, args: Sequence[Any], given: dict[str, Any]) -> Any:  # the decorated class
    """A new value; None where the arguments do not fit, to which the compiled constructor has the words."""
    values = dict(zip([each.name for each in described if _is_placed(each)], args, strict=False)) | given
    if len(values) < len(args) + len(given) or values.keys() - {each.name for each in described if each.init}:
        return None
    value = object.__new__(cls)
    for each in described:
        if each.name in values:
            found = values[each.name]
        elif each.default_factory is not MISSING:
            found = each.default_factory()
        elif each.default is not MISSING:
            found = each.default
        elif each.init:
            return None
        else:
            continue
        object.__setattr__(value, each.name, found)
    if hasattr(cls, "__post_init__"):
        value.__post_init__()
    return value


def _compiled_new(cls: Any, described: _Fields, *, slots: bool) -> Callable[..., Any]:  # the decorated class
    """The constructor: it fills an open twin of the value, whose class then becomes the real one."""
    twin = type(cls.__name__, (), {"__slots__": [each.name for each in described]} if slots else {})
    scope: dict[str, Any] = {"_twin": twin, "_make": object.__new__, "_LEFT_OUT": _LEFT_OUT}
    asked, body = ["_cls"], ["_self = _make(_twin)"]
    for each in sorted(described, key=lambda each: bool(each.kw_only)):
        if not each.init and each.default is each.default_factory is MISSING:
            continue  # the class has a `__getattr__` that makes it when it is asked for
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


def maker(cls: Any, *names: str) -> Callable[..., Any]:
    """A constructor, by position, that fills the fields *names* alone; the class's `__getattr__` makes the others."""
    body = "".join(f"    _self.{name} = {name}\n" for name in names)
    twin = type(cls.__name__, (), {"__slots__": cls.__slots__})
    scope: dict[str, Any] = {"_twin": twin, "_make": object.__new__, "_cls": cls}
    source = f"def make({', '.join(names)}):\n    _self = _make(_twin)\n{body}    _self.__class__ = _cls\n"
    exec(f"{source}    return _self\n", scope)  # noqa: S102 - names of fields, which are identifiers
    made: Callable[..., Any] = scope["make"]
    return made


def filler(cls: Any, *names: str) -> Callable[..., None]:
    """What sets the fields *names*, by position, of a value that was made without them."""
    body = "".join(f"    _self.{name} = {name}\n" for name in names)
    twin = type(cls.__name__, (), {"__slots__": cls.__slots__})
    scope: dict[str, Any] = {"_twin": twin, "_cls": cls, "_set": object.__setattr__}
    source = f"def fill(_self, {', '.join(names)}):\n    _set(_self, '__class__', _twin)\n{body}"
    exec(f"{source}    _self.__class__ = _cls\n", scope)  # noqa: S102 - names of fields, which are identifiers
    made: Callable[..., None] = scope["fill"]
    return made


def _parameter(each: Field, scope: dict[str, Any]) -> list[str]:
    if each.default is not MISSING:
        scope[f"_default_{each.name}"] = each.default
    if not each.init:
        return []
    if each.default_factory is not MISSING:
        return [f"{each.name}=_LEFT_OUT"]
    return [each.name if each.default is MISSING else f"{each.name}=_default_{each.name}"]


def _source(each: Field, scope: dict[str, Any]) -> str:
    """Where a new value's field comes from."""
    if each.default_factory is MISSING:
        return each.name if each.init else f"_default_{each.name}"
    scope[f"_make_{each.name}"] = each.default_factory
    made = f"_make_{each.name}()"
    return f"{made} if {each.name} is _LEFT_OUT else {each.name}" if each.init else made


def _equality(names: Sequence[str]) -> tuple[Callable[[Any, object], Any], Callable[[Any], int]]:
    compared: Callable[[Any], Any] = attrgetter(*names) if names else type

    def equal(self: Any, other: object) -> Any:  # a bool or NotImplemented
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def hashed(self: Any) -> int:  # a value of the class
        return hash(compared(self))

    return equal, hashed


def _represented(self: Any, names: Sequence[str]) -> str:  # a value
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
    return f"{type(self).__qualname__}({shown})"


def _reduced(self: Any) -> tuple[Any, ...]:  # a value; for copy and pickle
    given = {each.name: getattr(self, each.name) for each in self.__frozen_fields__ if each.init}
    cls: Callable[..., Any] = type(self)
    return partial(cls, **given), ()


def _refuse(self: Any, name: str, value: object = None) -> Never:  # noqa: ARG001 - the signature of the protocol
    refusal: type[Exception] = importlib.import_module("dataclasses").FrozenInstanceError
    raise refusal(f"cannot change field '{name}'")
