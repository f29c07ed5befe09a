"""Whether two texts say the same: the proof behind every file that is formatted."""

import warnings
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError

from pipectl.store.nodes import Mapping, Node, Scalar, read_tree

# What a node says: a text, with whether it is plain; the items of a list; the pairs of a mapping in their order.
Said: TypeAlias = tuple[object, ...]


def says_the_same(old: bytes, new: bytes) -> bool:
    """Whether *new* says what *old* says to two readers, the order of the outermost keys apart.

    The first is the reader that every command uses; the second is ruamel.yaml's, which shares no code with it. Where
    the second can't read *old*, as with a tab that libyaml lets pass, it has no say.
    """
    tree = read_tree(new, "")
    if any(problem.unread for problem in tree.problems):
        return False
    before = read_tree(old, "").root
    if _outermost(_said(before)) != _outermost(_said(tree.root)):
        return False
    second = _by_ruamel(old)
    return second is None or _outermost(second) == _outermost(_by_ruamel(new))


def _outermost(said: Said | None) -> object:
    """A root in which the order of the keys is of no account; everywhere below it is."""
    if said is None or said[0] != "mapping":
        return said
    return ("mapping", sorted(said[1:], key=repr))


def _said(node: Node | None) -> Said | None:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return ("text", node.text, node.plain)
    if isinstance(node, Mapping):
        return ("mapping", *((key.text, _said(value)) for key, value in node.entries))
    return ("list", *map(_said, node.items))


def _by_ruamel(data: bytes) -> Said | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            root = YAML(typ="safe", pure=True).compose(data.decode("utf-8-sig"))
    except (YAMLError, ValueError):
        return None
    return None if root is None else _composed(root)


def _composed(node: Any) -> Said:  # ruamel's nodes are untyped
    if isinstance(node.value, str):
        return ("text", node.value, node.tag)
    if node.id == "mapping":
        return ("mapping", *((_composed(key), _composed(value)) for key, value in node.value))
    return ("list", *map(_composed, node.value))
