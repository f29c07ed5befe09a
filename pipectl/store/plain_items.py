"""A list of mappings in a plain deal file, read line by line: two thirds of what a deal says stand in such lists.

What a line or a part of it has become is kept by the list's kind, so that a line which was seen before, or has nothing
but parts that were, is not taken apart again. Most moves differ from one that was seen in nothing but their day.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from pipectl.store.plain_brackets import LONGEST_KEPT, MOST_KEPT, SIMPLE_WORD, Plain, PlainMapping, UnusualError
from pipectl.store.plain_reader import MOST_INDENT, SILENT, SIMPLE_TEXT, Block, form_of
from pipectl.store.plain_values import FindingError, Reader, mappings_of
from pipectl.store.records import Packed

# What a line says: its indent, whether an item begins, the indent of what may follow of the item, and what it has of
# it: the whole item, or values by key.
_Form: TypeAlias = tuple[int, bool, int, Packed]
_Item: TypeAlias = tuple[Packed, ...]
_NOWHERE = -1
_SILENT: _Form = (-2, False, _NOWHERE, ())
_END: _Form = (-3, False, _NOWHERE, ())  # what begins at the margin is no part of a list
_DAY = len("2026-11-26")


class Items:
    """A kind of list: each item becomes the tuple of its values, in the order of *readers*.

    *required*: the keys of which none may be absent.
    """

    def __init__(self, *required: str, **readers: Reader) -> None:
        self._readers = readers
        self._blank = {key: reader.read("") for key, reader in readers.items()}
        self._needed = [list(readers).index(key) for key in required]
        self._lines = _Lines(readers, self._item)

    def of_tree(self, value: Plain) -> tuple[Packed, ...]:
        """The items of *value*."""
        readers = self._readers
        return tuple(
            [
                self._item({key: readers[key].read(text) for key, text in item.items()}, len(item))
                for item in mappings_of(value)
            ]
        )

    def below(self, lines: list[str], row: int) -> tuple[tuple[Packed, ...], int]:
        """The items in *lines* from *row* on, and the row after them.

        Raises:
            UnusualError: it takes another to tell what stands there.
        """
        known, found = self._lines, []
        item: dict[str, Packed] | None = None
        indent = inner = _NOWHERE
        count = 0
        while (form := known[lines[row]]) is not _END:
            at, begins, more, said = form
            if begins:
                if item is not None:
                    found.append(self._item(item, count))
                    item = None
                if at != indent:
                    if indent != _NOWHERE:
                        raise UnusualError
                    indent = at
                if type(said) is tuple:
                    found.append(said)
                else:
                    item, count, inner = said, len(said), more
            elif at == inner and item is not None:
                item = item | said
                count += len(said)
            elif form is not _SILENT:
                raise UnusualError
            row += 1
        if item is not None:
            found.append(self._item(item, count))
        return tuple(found), row

    def _item(self, values: dict[str, Packed], count: int) -> tuple[Packed, ...]:
        """The item with these *values*, whose file has *count* of them."""
        if len(values) != count:
            raise UnusualError
        item = tuple((self._blank | values).values())
        for place in self._needed:
            if not item[place]:
                raise FindingError
        return item


class _Lines(dict[str, _Form]):
    """Line → what it says; what was not seen before is found out, and most of it kept."""

    def __init__(self, readers: Mapping[str, Reader], item: Callable[[dict[str, Packed], int], _Item]) -> None:
        super().__init__({"": _SILENT})
        self._readers = readers
        self._item = item
        # What comes before the first colon → the form of such a line, with its key, and whether that is in braces.
        self._heads: dict[str, tuple[int, bool, int, str, bool]] = {}
        self._pairs = _Pairs(readers)
        # The day of an item in braces, where it comes first → that day, packed; and what follows → the other values.
        self._days: dict[str, Packed] = {}
        self._others: dict[str, _Item] = {}

    def __missing__(self, line: str) -> _Form:
        if line[0] not in " -#":
            return _END
        head, _, text = line.partition(": ")
        start = self._heads.get(head)
        form = None
        if start is not None:
            at, begins, inner, key, in_braces = start
            if in_braces:
                item = (self._known(text) if key == "at" else None) or self._braced(at, line, text)
                return (at, True, _NOWHERE, item) if item else self._any(line, head)
            if SIMPLE_TEXT.fullmatch(text) and text.isprintable():
                form = at, begins, inner, {key: self._readers[key].read(text)}
        if form is None:
            form = self._any(line, head)
        if len(line) < LONGEST_KEPT and len(self) < MOST_KEPT:
            self[line] = form
        return form

    def _known(self, text: str) -> _Item | None:
        """The item in braces whose day, `at`, *text* begins with; None where that or the rest was not seen before."""
        day, others = self._days.get(text[:_DAY]), self._others.get(text[_DAY:])
        return None if day is None or others is None else (day, *others)

    def _braced(self, at: int, line: str, text: str) -> _Item | None:
        """The item in the braces that stand in *line* after a dash at *at*; *text*: from its first value on.

        None where it takes another to tell.
        """
        if line[-1] != "}" or '"' in text or not line.isprintable():
            return None
        parts = line[at + 3 : -1].split(", ")
        try:
            values = dict(map(self._pairs.__getitem__, parts))
        except _OtherwiseError:
            return None
        item = self._item(values, len(parts))
        others = text[_DAY:]
        is_dated = line.startswith("at: ", at + 3) and others.startswith(", ")
        if is_dated and len(others) < LONGEST_KEPT and len(self._others) < MOST_KEPT:
            self._others[others] = item[1:]
            self._days[text[:_DAY]] = item[0]
        return item

    def _any(self, line: str, head: str) -> _Form:
        """What a line says, whatever it is; *head* comes before its first colon."""
        form = form_of(line)
        if form is SILENT:
            return _SILENT
        at, begins, key, value, _ = form
        if at > MOST_INDENT or value is None or isinstance(value, Block):
            raise UnusualError
        if key is not None:
            inner = at + 2 if begins else _NOWHERE
            self._heads[head] = at, begins, inner, key, False
            return at, begins, inner, {key: self._readers[key].read(value)}
        if not begins or type(value) is not PlainMapping:
            raise UnusualError
        self._heads[head] = at, True, _NOWHERE, head.rpartition("{")[2].strip(), True
        values = {key: self._readers[key].read(text) for key, text in value.items()}
        return at, True, _NOWHERE, self._item(values, len(value))


class _OtherwiseError(Exception):
    """A part between commas that has quotes or brackets, or is part of what has."""


class _Pairs(dict[str, tuple[str, Packed]]):
    """What stands between commas in braces → its key and its value."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = readers

    def __missing__(self, part: str) -> tuple[str, Packed]:
        key, _, text = part.partition(": ")
        if key not in self._readers or not SIMPLE_WORD.fullmatch(text):
            raise _OtherwiseError
        pair = key, self._readers[key].read(text.rstrip(" "))
        if len(part) < LONGEST_KEPT and len(self) < MOST_KEPT:
            self[part] = pair
        return pair
