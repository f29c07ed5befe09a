"""Bytes become a tree of text with positions, by whichever reader is the quickest that knows for sure.

Nothing is typed here: a scalar is its text, and the schema decides what it means.
"""

import importlib

from pipectl.store.decode import MAX_BYTES, character_name, forbidden
from pipectl.store.plain_places import plain_nodes
from pipectl.store.plain_reader import read_plain
from pipectl.store.tree import (
    MAX_DEPTH,
    MAX_EXPANDED,
    MAX_NODES,
    MAX_PROBLEMS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
)

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_EXPANDED",
    "MAX_NODES",
    "MAX_PROBLEMS",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Tree",
    "character_name",
    "forbidden",
    "read_tree",
]


def read_tree(data: bytes, path: str) -> Tree:
    """Read one YAML document from *data*; *path* only names the file in problems.

    A problem marked `unread` means that the root must not be used: what the file says is not known for sure.
    """
    root = read_plain(data)
    if root is not None:
        text = data.decode().removeprefix("\ufeff")
        return Tree(plain_nodes(root, text), text, ())
    # PyYAML takes as long to import as Python to start, and most workspaces have no file that needs it.
    full: Tree = importlib.import_module("pipectl.store.full_reader").read_fully(data, path)
    return full
