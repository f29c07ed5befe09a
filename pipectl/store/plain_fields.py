"""Typed getters over a plain file: the answers of `Fields`, or a signal that there is something to say of it.

What a finding says needs the places of the full reader, so the first one makes this reading void.
"""

from collections.abc import Callable, Iterator
from typing import Never, TypeGuard, TypeVar

from pipectl.store.nodes import Node, Scalar
from pipectl.store.plain_reader import Plain, PlainList, PlainMapping, Quoted, as_nodes, key_places
from pipectl.store.typed import ABSENT, Fields, Problems, Wrong

_T = TypeVar("_T")


class FindingError(Exception):
    """The file has something wrong, or something that only the full reader can tell."""


class _NoProblems(Problems):
    """Where nothing may be found."""

    def add(self, *_: object, **__: object) -> Never:
        raise FindingError


class PlainFields(Fields):
    """The keys of one mapping of a plain file."""

    def __init__(self, mapping: PlainMapping, problems: Problems) -> None:
        self.plain = mapping
        self.values, _, line, column, _ = mapping
        self.problems = problems
        self.place = line, column
        self.asked = []

    @classmethod
    def of_file(cls, root: PlainMapping, path: str) -> "PlainFields":
        """Those of the file at *path*."""
        return cls(root, _NoProblems(path))

    def has(self, key: str) -> bool:
        return key in self.values

    def value_places(self) -> dict[str, tuple[int, int]]:
        places = self.plain.places
        if isinstance(places, str):
            return {key.text: (value.line, value.column) for key, value in as_nodes(self.plain).entries}
        return dict(places)

    def at(self, key: str) -> Never:  # noqa: ARG002 - whoever asks has found something
        raise FindingError

    def node(self, key: str) -> Never:  # noqa: ARG002 - there are none
        raise FindingError

    def value(self, key: str, convert: Callable[[str], _T]) -> _T | None:
        value = self.values.get(key)
        if value is None:
            return None
        self.asked.append(key)
        if type(value) is str:
            if value in ABSENT:
                return None
        elif type(value) is Quoted:
            value = value.strip()
        else:
            raise FindingError
        try:
            return convert(value)
        except Wrong:
            raise FindingError from None

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if value is None:
            return ""
        self.asked.append(key)
        if type(value) is str:
            return "" if value in ABSENT else value
        if type(value) is Quoted:
            return value.strip()
        raise FindingError

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None:
            return ()
        self.asked.append(key)
        if type(value) is PlainList:
            found = []
            for item in value.items:
                if not isinstance(item, str):
                    raise FindingError
                if (text := item.strip()) and not (type(item) is str and item in ABSENT):
                    found.append(text)
            return tuple(found)
        if not isinstance(value, str) or (type(value) is str and "," in value):
            raise FindingError
        return () if not value.strip() or (type(value) is str and value in ABSENT) else (value.strip(),)

    def mappings(self, key: str) -> "tuple[PlainFields, ...]":
        value = self.values.get(key)
        if value is None:
            return ()
        self.asked.append(key)
        items = value.items if type(value) is PlainList else (value,)
        return tuple([PlainFields(item, self.problems) for item in items if _is_mapping(item)])

    def inner(self, key: str) -> "PlainFields | None":
        value = self.values.get(key)
        if value is None:
            return None
        self.asked.append(key)
        return PlainFields(value, self.problems) if _is_mapping(value) else None

    def named(self) -> Iterator[tuple[Scalar, Node]]:
        self.asked.extend(self.values)
        return iter(as_nodes(self.plain).entries)

    def named_places(self) -> Iterator[tuple[str, tuple[int, int]]]:
        self.asked.extend(self.values)
        return key_places(self.plain)

    def any_text(self, key: str) -> Never:  # noqa: ARG002 - only a field that nobody knows is asked for it
        raise FindingError

    def required(self, key: str, what: str | Callable[[], str]) -> bool:  # noqa: ARG002 - its message is for the other
        value = self.values.get(key)
        if value is None or (value in ABSENT if type(value) is str else isinstance(value, str) and not value.strip()):
            raise FindingError
        return True

    def done(self) -> None:
        if not self.values.keys() <= set(self.asked):
            raise FindingError


def _is_mapping(value: Plain) -> TypeGuard[PlainMapping]:
    """Whether *value* is a mapping; nothing is none, and anything else should be one."""
    if type(value) is PlainMapping:
        return True
    if type(value) is str and value in ABSENT:
        return False
    raise FindingError
