"""The keys of a mapping, taken one by one: what is not of the type asked for becomes a problem with a position."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from pipectl.model.problem import Place, Problem
from pipectl.model.suggest import suggest
from pipectl.store.nodes import Mapping, Node, Scalar, Sequence
from pipectl.store.typed import ABSENT, Wrong

_T = TypeVar("_T")

# What a text is, as a rule, that stands where an entry of `key: value` is wanted.
_MAIN_KEYS = {"contacts": "name", "on_enter": "task", "stages": "id", "tasks": "title"}


class Problems:
    """What reading one file has found wrong so far."""

    def __init__(self, path: str, deal: str = "") -> None:
        self.path = path
        self.deal = deal
        self.found: list[Problem] = []

    def add(
        self,
        check: str,
        message: str,
        at: tuple[int, int] | Node,
        *,
        hint: str = "",
        unread: bool = True,
        because: str = "",
    ) -> None:
        """Record a problem at a node or a position; *unread* says that the file can't be used."""
        line, column = (at.line, at.column) if isinstance(at, Scalar | Sequence | Mapping) else at
        place = Place(self.path, line, column)
        self.found.append(Problem(check, message, place, hint, unread, self.deal, because=because))


def _is_blank(node: Node) -> bool:
    """Text with nothing in it, quoted or not."""
    return isinstance(node, Scalar) and not node.text.strip()


def is_absent(node: Node) -> bool:
    """Nothing, `~` or `null`, unquoted."""
    return isinstance(node, Scalar) and node.plain and node.text in ABSENT


class Fields:
    """The keys of one mapping, taken one by one; what nobody took is unknown."""

    def __init__(self, mapping: Mapping, problems: Problems, where: str) -> None:
        self.mapping = mapping
        self.place = mapping.line, mapping.column
        self.problems = problems
        self.where = where
        self.nodes = {key.text: (key, value) for key, value in mapping.entries}
        self.asked: list[str] = []

    def has(self, key: str) -> bool:
        """Whether *key* is there, with or without a value."""
        return key in self.nodes

    def value_places(self) -> dict[str, tuple[int, int]]:
        """Where the value of each key stands."""
        return {key.text: (value.line, value.column) for key, value in self.mapping.entries}

    def node(self, key: str) -> Node | None:
        """The value of *key*; None where it is absent."""
        self.asked.append(key)
        found = self.nodes.get(key)
        return None if found is None or is_absent(found[1]) else found[1]

    def at(self, key: str) -> tuple[int, int]:
        """Where the value of *key* stands, or the mapping begins."""
        found = self.nodes.get(key)
        node = found[1] if found else self.mapping
        return node.line, node.column

    def value(self, key: str, convert: Callable[[str], _T]) -> _T | None:
        """The scalar under *key*, converted; None where it is absent or wrong."""
        node = self.node(key)
        return None if node is None else convert_scalar(node, key, convert, self.problems)

    def text(self, key: str) -> str:
        """Trimmed text; "" where it is absent."""
        node = self.node(key)
        if type(node) is Scalar:
            return node.text.strip()
        return "" if node is None else convert_scalar(node, key, str, self.problems) or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one scalar for a list of one."""
        return tuple(text for text, _ in self.placed_texts(key))

    def placed_texts(self, key: str) -> tuple[tuple[str, Scalar], ...]:
        """A list of texts, each with the node that it stands in."""
        node = self.node(key)
        if node is None:
            return ()
        if isinstance(node, Scalar):
            if node.plain and "," in node.text:
                hint = f"write {key}: [{', '.join(part.strip() for part in node.text.split(','))}]"
                self.problems.add("wrong-type", f"{key} '{_short(node.text)}' is one text, not a list", node, hint=hint)
                return ()
            return () if _is_blank(node) else ((node.text.strip(), node),)
        if isinstance(node, Mapping):
            self.problems.add("wrong-type", f"{key} is a mapping; a list is wanted", node, hint=f"write {key}: [a, b]")
            return ()
        found = []
        for item in node.items:
            text = convert_scalar(item, key, str, self.problems)
            if isinstance(item, Scalar) and text is not None and not is_absent(item) and not _is_blank(item):
                found.append((text.strip(), item))
        return tuple(found)

    def mappings(self, key: str) -> "tuple[Fields, ...]":
        """A list of mappings, each ready to be taken apart."""
        node = self.node(key)
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        found = []
        for item in items:
            if isinstance(item, Mapping):
                found.append(Fields(item, self.problems, key))
            elif not is_absent(item):
                found_kind = "a list" if isinstance(item, Sequence) else f"'{_short(item.text)}'"
                hint = f"write - {{{_MAIN_KEYS[key]}: …}}" if key in _MAIN_KEYS else ""
                self.problems.add(
                    "wrong-type", f"{key} wants entries of `key: value`, not {found_kind}", item, hint=hint
                )
        return tuple(found)

    def inner(self, key: str) -> "Fields | None":
        """A mapping under *key*."""
        node = self.node(key)
        if node is None:
            return None
        if isinstance(node, Mapping):
            return Fields(node, self.problems, key)
        self.problems.add("wrong-type", f"{key} is {_kind(node)}; `key: value` lines are wanted", node)
        return None

    def named(self) -> Iterator[tuple[Scalar, Node]]:
        """Every key with its value, where the keys are the user's own names."""
        self.asked.extend(self.nodes)
        return iter(self.mapping.entries)

    def named_places(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """The same keys, each with its place."""
        self.asked.extend(self.nodes)
        return ((key.text, (key.line, key.column)) for key, _ in self.mapping.entries)

    def any_text(self, key: str) -> str | None:
        """The scalar under *key*, whatever it means; None where it is absent or no scalar."""
        node = self.node(key)
        return node.text.strip() if isinstance(node, Scalar) else None

    def required(self, key: str, what: str | Callable[[], str]) -> bool:
        """Whether *key* has a value; a problem says that *what* is missing where it has not."""
        found = self.nodes.get(key)
        if found is not None and not is_absent(found[1]) and not _is_blank(found[1]):
            return True
        at = (found[0].line, found[0].column) if found else (self.mapping.line, self.mapping.column)
        hint = what if isinstance(what, str) else what()
        self.problems.add("missing-required", f"{key} is missing", at, hint=hint)
        return False

    def done(self) -> None:
        """Name every key that nobody asked for."""
        for key, value in self.mapping.entries:
            if key.text not in self.asked:
                self._unknown(key, value)

    def _unknown(self, key: Scalar, value: Node) -> None:
        near = suggest(key.text, self.asked)
        hint = f"did you mean {near}?" if near else f"known here: {', '.join(dict.fromkeys(self.asked))}"
        if not near and self.where == "a deal":
            hint = f"a field of your own goes under `fields:`; {hint}"
        if self.mapping.flow and is_absent(value):
            # `{note: Asked 10% off, answer Friday}`: the comma ended the text.
            hint = "quote the text: a comma ends it inside { }"
        message = f"'{_short(key.text)}' is no key of {self.where}"
        self.problems.add("unknown-key", message, key, hint=hint, unread=False)


def convert_scalar(node: Node, key: str, convert: Callable[[str], _T], problems: Problems) -> _T | None:
    """The text of *node*, converted; a problem and None where it is no scalar or not of its type."""
    if not isinstance(node, Scalar):
        problems.add("wrong-type", f"{key} is {_kind(node)}; one value is wanted", node)
        return None
    try:
        return convert(node.text.strip())
    except Wrong as wrong:
        found = f"{key} '{_short(node.text)}' is not {wrong.args[0]}"
        problems.add("wrong-type", found, node, hint=wrong.hint)
        return None


def _kind(node: Node) -> str:
    return {Scalar: "text", Sequence: "a list", Mapping: "a mapping"}[type(node)]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
