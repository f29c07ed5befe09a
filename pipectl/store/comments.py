"""The comments of a YAML file, and which of them an edit takes away."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from pipectl.store.edit_document import Document
from pipectl.store.edit_kinds import Path
from pipectl.store.edit_spans import BLOCK_HEADER, Span

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)


def comments(document: Document) -> list[str]:
    """Every comment, from its `#` on, in the order of the file."""
    inside = sorted(texts(document, document.root)) if document.root is not None else []
    starts = [start for start, _ in inside]
    found = []
    for match in _COMMENT.finditer(document.text):
        number = bisect_right(starts, match.start()) - 1
        if number < 0 or match.start() >= inside[number][1]:
            found.append(match.group().rstrip())
    return found


def dropped_comments(old: bytes, new: bytes) -> list[str]:
    """The comments that stand in the file *old* and no more in *new*."""
    lines = Counter(new.splitlines())
    if not Counter(line for line in old.splitlines() if b"#" in line) - lines:
        # Most changes touch no line with a comment, and reading both files takes long.
        return []
    kept = Counter(comments(Document(new)))
    dropped = []
    for comment in comments(Document(old)):
        kept[comment] -= 1
        if kept[comment] < 0:
            dropped.append(comment)
    return dropped


def comments_above(data: bytes, path: Path) -> list[str]:
    """The comments in the lines that touch the item of a list at *path* from above."""
    document = Document(data)
    span = document.find(path)
    found: list[str] = []
    if span is None or not document.text[document.line_start(span.start) :].lstrip().startswith("-"):
        return found
    start = document.line_start(span.start)
    while start > 0:
        above = document.line_above(start)
        line = document.text[above:start].strip()
        if not line.startswith("#"):
            break
        found.insert(0, line)
        start = above
    return found


def texts(document: Document, span: Span) -> Iterator[tuple[int, int]]:
    """From where to where each text in *span* goes, those of several lines too."""
    if span.kind != "scalar":
        for item in span.items:
            yield from texts(document, item)
        return
    header = BLOCK_HEADER.match(document.text, span.start) if span.is_block_text else None
    if header is None:
        yield span.start, span.stop
    else:
        # Blanks alone in a line below are text where there are more of them than the block is indented by.
        yield document.line_stop(header.end()) + 1, span.loose
