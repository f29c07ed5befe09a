"""What can be asked of the editor: to set, add, append, insert or remove one thing."""

from collections.abc import Sequence
from typing import TypeAlias

from pipectl.model.frozen import frozen
from pipectl.store.edit_scalars import Data, Scalar

Path: TypeAlias = tuple[str | int, ...]


@frozen
class Set:
    """Replace the scalar at *path* by *value*; its quotes, or its block of lines, are kept where they can hold it.

    An alias is replaced too, as the value that it stands for stays. Anchor and tag of the old value stay.
    """

    path: Path
    value: Scalar


@frozen
class AddKey:
    """Add *key* with *value* to the mapping at *path*.

    It stands below the last of the keys *after* that are there; without one, above the first of the keys *before*;
    without one, at the end. *blank_before* makes it a group of its own: a blank line, or as many as the groups beside
    it have, parts it from the keys that it stands below (or above).

    A list that holds mappings becomes a block list, in the style of those in the file; other lists and mappings stand
    in brackets and braces. A missing value becomes the mapping, as does a file without content.
    """

    path: Path
    key: str
    value: Data
    after: Sequence[str] = ()
    before: Sequence[str] = ()
    blank_before: bool = False


@frozen
class Append:
    """Put *item* at the end of the list at *path*, written as the list's last item of its kind is.

    Brackets stay brackets, one-line entries stay one line, and blank lines between items are kept up. A key without a
    value gets a block list, in the style of those in the file. *apart*: a blank line sets it off from an only item.
    """

    path: Path
    item: Data
    apart: bool = False


@frozen
class Insert:
    """Make *item* number *index* of the list at *path*, written as the item that *like* names, which must be there.

    Behind the last item it is an `Append` in another style. Comments above an item stay with it.
    """

    path: Path
    index: int
    item: Data
    like: int


@frozen
class Remove:
    """Take away the key or the item at *path*: its lines, with the comments on them, and no others.

    Comments above it stay. The last entry of a list leaves `[]`, that of a mapping `{}`. With *close_gap* the blank
    lines above go too, where a blank line, or nothing, follows.
    """

    path: Path
    close_gap: bool = False


Edit: TypeAlias = Set | AddKey | Append | Insert | Remove
