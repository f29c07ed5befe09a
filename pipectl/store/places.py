"""Where the values of a plain file stand: for most findings it is enough to look into the line of a key."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from pipectl.store.plain_reader import read_plain, scalar_places

At: TypeAlias = tuple[int, int]


class PlainPlaces(Mapping[str, At]):
    """The places in a plain file, which holds *data*: those of texts at its top at once, *every* when one is wanted."""

    def __init__(self, data: bytes, every: Callable[[], Mapping[str, At]]) -> None:
        root = read_plain(data)
        self._keys = frozenset(root or ())
        self._texts = scalar_places(root, data) if root is not None else {}
        self._every = every

    def __getitem__(self, key: str) -> At:
        if key in self._texts:
            return self._texts[key]
        if key.partition(".")[0] not in self._keys:
            raise KeyError(key)
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> Mapping[str, At]:
        return self._every()
