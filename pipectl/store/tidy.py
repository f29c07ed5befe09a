"""A file in its canonical form: the order of its keys, the blank lines between them, and nothing else of it.

Whole lines are moved: a round trip through a YAML library would rewrite quotes, indentation and alignment, which are
the author's. The result is read again, by two readers, and must say the same; see `says_the_same`.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from pipectl.store.comments import texts
from pipectl.store.edit_document import Document, Splice
from pipectl.store.edit_plans import pin
from pipectl.store.edit_refused import Refused
from pipectl.store.layout import STRANGERS, Layout
from pipectl.store.said import says_the_same
from pipectl.store.tidy_blocks import cut, joined

_TRAILING = re.compile(r"[ \t]+(?=\r?\n|\Z)")


def tidied(data: bytes, layout: Layout) -> bytes:
    """*data*, a file that the reader can read, as *layout* has it; the same bytes where it is so already.

    Where an anchor has to stand above what uses it, the keys stay in the author's order.

    Raises:
        Refused: it can't be done without changing what the file says.
    """
    document = _trimmed(_ended(Document(data)))
    for text in _candidates(document, layout):
        new = (document.bom + text).encode("utf-8")
        if new == data or (_lines(text) == _lines(document.text) and says_the_same(data, new)):
            return new
    raise Refused("it would not say the same")


def _candidates(document: Document, layout: Layout) -> Iterator[str]:
    blocks = cut(document)
    if blocks is None:
        yield document.text.strip("\r\n") + document.break_near(0) if document.text.strip() else ""
    else:
        groups = {key: number for number, group in enumerate(layout) for key in group}
        places = {key: number for number, key in enumerate(key for group in layout for key in group)}
        stranger = places[STRANGERS]
        in_order = sorted(blocks.entries, key=lambda entry: places.get(entry.key, stranger))
        for entries in (in_order, blocks.entries):
            yield joined(blocks, entries, lambda entry: groups.get(entry.key, groups[STRANGERS]))


def _lines(text: str) -> Counter[str]:
    """The lines that are not blank: none is lost, none is made."""
    return Counter(line for line in text.split("\n") if line.strip())


def _ended(document: Document) -> Document:
    """The file with a line break at its end, which changes no block of text that the file ends in."""
    if not document.text or document.text.endswith("\n"):
        return document
    end = len(document.text)
    splices = [Splice(end, end, document.break_near(end))]
    if document.root is not None and (pinned := pin(document, document.root)) is not None:
        splices.append(pinned)
    return document.spliced(splices)


def _trimmed(document: Document) -> Document:
    """The file without blanks at the ends of its lines, but for those inside of texts."""
    inside = sorted(texts(document, document.root)) if document.root is not None else []
    starts = [start for start, _ in inside]
    splices = []
    for found in _TRAILING.finditer(document.text):
        number = bisect_right(starts, found.start()) - 1
        if number < 0 or found.start() >= inside[number][1]:
            splices.append(Splice(found.start(), found.end(), ""))
    return document.spliced(splices) if splices else document
