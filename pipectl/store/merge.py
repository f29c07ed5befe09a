"""Three texts of one file become one: ours with what theirs changed put in, each in its own words and comments.

What is decided, `model/merge.py` decides. Here the text is put together from the entries of the three files, and read
again: it must say what was decided, or it is not given out. What is left to settle stands between git's markers, only
around the lines of that entry.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from pipectl.model.frozen import frozen
from pipectl.model.merge import Clash, Fields, Items, Plan, Taken, clashes, settled, value_of
from pipectl.model.merge_values import Side, Sides, Value, same, shown
from pipectl.store.edit_document import Document
from pipectl.store.edit_refused import Refused
from pipectl.store.fields import is_absent
from pipectl.store.merge_chunks import Block, Chunk, Leaf, comments, cut, dashed
from pipectl.store.merge_flow import flow_text
from pipectl.store.merge_layout import arranged
from pipectl.store.merge_marks import Conflict, Piece, Style, joint, marked
from pipectl.store.merge_pick import pick, pick_comments
from pipectl.store.nodes import Mapping, Node, Scalar, read_tree

Decide: TypeAlias = Callable[[Sides], Plan]

_BOM = b"\xef\xbb\xbf"


class Merge(NamedTuple):
    """What three texts come to.

    Attributes:
        data: the file.
        conflicts: what is left to settle, in words; none where it is whole.
        plan: what was decided.
    """

    data: bytes
    conflicts: tuple[str, ...]
    plan: Plan


def merge(
    base: bytes, ours: bytes, theirs: bytes, decide: Decide, style: Style | None = None, side: Side | None = None
) -> Merge:
    """*ours* and *theirs* as one, *base* being what both began with: b"" where both are new.

    *side*: whose comments and layout are taken where the two differ in nothing else any more.

    Raises:
        Refused: one of them can't be followed, or what they come to can't be written for sure.
    """
    texts = [_Text.of(data) for data in (base, ours, theirs)]
    sides = Sides(*(text.value for text in texts))
    plan = arranged(decide(sides), sides)
    if ours in (base, theirs) or theirs == base:
        return Merge(theirs if ours == base else ours, (), plan)
    writing = _Writing()
    blocks = (texts[0].block, texts[1].block, texts[2].block)
    pieces = [*writing.block(plan, blocks), *writing.foot(*(text.foot for text in texts))]
    _must_hold(pieces, plan, texts)
    open_ones = list(clashes(plan))
    told = (*(clash.told for clash in open_ones if clash.told), *writing.told)
    if side is not None and not open_ones:
        pieces = [piece if isinstance(piece, str) else getattr(piece, side) for piece in pieces]
        told = ()
    form = _Form.of([text.form for text in texts])
    return Merge(form.dressed("".join(marked(piece, style or Style()) for piece in joint(pieces))), told, plan)


class _Form(NamedTuple):
    """What a file has beside its lines."""

    bom: bool
    crlf: bool
    ended: bool

    @classmethod
    def of(cls, forms: Sequence["_Form"]) -> "_Form":
        """That of three files: what one side changed is that side's."""
        base, ours, theirs = forms
        return cls(*(there if here == was else here for was, here, there in zip(base, ours, theirs, strict=True)))

    def dressed(self, text: str) -> bytes:
        text = text if self.ended or text.endswith(">\n") else text.removesuffix("\n")
        return _BOM * self.bom + (text.replace("\n", "\r\n") if self.crlf else text).encode("utf-8")


@frozen
class _Text:
    """One side of a merge: what it says, and its text cut into entries; every line of it ends in LF."""

    value: Value
    block: Block
    foot: str
    comments: Sequence[str]
    form: _Form

    @classmethod
    def of(cls, data: bytes) -> "_Text":
        lines = data.removeprefix(_BOM)
        crlf = b"\r\n" in lines
        if crlf and lines.count(b"\r\n") != lines.count(b"\n"):
            raise Refused("its line ends are mixed")
        lines = lines.replace(b"\r\n", b"\n")
        form = _Form(data.startswith(_BOM), crlf, lines.endswith(b"\n") or not lines)
        lines += b"" if form.ended else b"\n"
        value = said(lines)
        document = Document(lines)
        block, foot = cut(document)
        return cls(value, block, foot, comments(document), form)


def said(data: bytes) -> Value:
    """What a file says.

    Raises:
        Refused: it can't be followed.
    """
    tree = read_tree(data, "")
    for problem in tree.problems:
        if problem.unread:
            raise Refused(problem.message, line=problem.place.line)
    return None if tree.root is None else _value(tree.root)


def _value(node: Node) -> Value:
    if isinstance(node, Scalar):
        return None if is_absent(node) else node.text
    if isinstance(node, Mapping):
        return {key.text: _value(inner) for key, inner in node.entries}
    return tuple(_value(item) for item in node.items)


_Chunks: TypeAlias = tuple[Chunk | None, Chunk | None, Chunk | None]
_Name: TypeAlias = str | int | None
_Blocks: TypeAlias = tuple[Block | None, Block | None, Block | None]


def _must_hold(pieces: Sequence[Piece], plan: Plan, texts: Sequence["_Text"]) -> None:
    """Make sure that the text says what was decided, whichever side the rest is settled by, and loses no comment.

    Raises:
        Refused: it does not.
    """
    kept = set(texts[0].comments)
    for side in (Side.OURS, Side.THEIRS):
        lines = "".join(piece if isinstance(piece, str) else getattr(piece, side) for piece in pieces).encode("utf-8")
        if not same(said(lines), value_of(settled(plan, side))):
            raise Refused("what the two sides come to can't be written for sure")
        kept.update(comments(Document(lines)))
    for text in texts[1:]:
        for comment in text.comments:
            if comment not in kept:
                raise Refused(f"the comment '{shown(comment)}' would be lost")


class _Writing:
    """A file being put together; *told*: conflicts that only a text can have."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def foot(self, base: str, ours: str, theirs: str) -> list[Piece]:
        """What stands below the last entry."""
        found = pick_comments(base, ours, theirs)
        if found is not None:
            return [found]
        self.told.append("the comments at the end differ on the two sides")
        return [Conflict(base, ours, theirs)]

    def block(self, plan: Plan, blocks: _Blocks, where: str = "") -> list[Piece]:
        """The entries of the block that is called *where*."""
        model = next((block for block in (blocks[1], blocks[2]) if block and block.entries), None)
        if model is None or not isinstance(plan, Fields | Items):
            raise Refused("the two sides hold different kinds of things")
        base, ours, theirs = (None if block is None else block.at(model.column).entries for block in blocks)
        pieces: list[Piece] = []
        for name, (in_base, in_ours, in_theirs), inner in _entries(plan):
            chunks = _found(base, in_base), _found(ours, in_ours), _found(theirs, in_theirs)
            pieces += self._entry(f"{where} {name}".lstrip(), inner, chunks)
        return pieces

    def _entry(self, name: str, plan: Plan, chunks: _Chunks) -> list[Piece]:
        """One entry with the lines above it."""
        base, ours, theirs = chunks
        if isinstance(plan, Clash):
            lead = pick_comments(*_parts(chunks, _LEAD))
            texts = (_text_of(chunk, with_lead=lead is None) for chunk in chunks)
            return [lead or "", Conflict.of(texts, follows=not plan.told)]
        if ours is None or theirs is None:
            only = ours or theirs
            if only is None:
                raise Refused(f"'{name}' is on neither side")
            return [only.text]
        if not isinstance(plan, Taken):
            text = pick(None if base is None else base.text, ours.text, theirs.text)
            if text is not None:
                return [text]
        return self._joined(name, plan, chunks, ours, theirs)

    def _joined(self, name: str, plan: Plan, chunks: _Chunks, ours: Chunk, theirs: Chunk) -> list[Piece]:
        """An entry that both sides have, and each otherwise."""
        frame = _frame(plan, chunks, ours, theirs)
        if frame is None:
            self.told.append(f"{name}: the comments or the layout differ on the two sides")
        elif ours.is_open and theirs.is_open and not isinstance(plan, Taken):
            return [frame.lead, *_around(frame, self.block(plan, _blocks(chunks), name))]
        elif not any(clashes(plan)):
            return [frame.lead + self._own(name, frame, plan, chunks)]
        lead = pick_comments(*_parts(chunks, _LEAD))
        texts = [
            ("" if lead is not None else chunk.lead) + self._own(name, frame or chunk, settled(plan, side), chunks)
            for side, chunk in ((Side.OURS, ours), (Side.THEIRS, theirs))
        ]
        base = "" if chunks[0] is None else chunks[0].text if lead is None else chunks[0].own
        return [lead or "", Conflict.of((base, *texts))]

    def _own(self, name: str, frame: Chunk, plan: Plan, chunks: _Chunks) -> str:
        """An entry in *frame* without the lines above it; nothing of *plan* is left to settle."""
        _, ours, theirs = chunks
        if isinstance(plan, Taken):
            own = theirs if plan.side is Side.THEIRS else ours
            body = own.body if own else None
            text = "" if body is None else body.text
            if isinstance(body, Leaf) and plan.side is Side.OURS:
                text = _wording(chunks) or text
            return frame.head + text + frame.tail if not frame.is_dashed else dashed(frame.head, text) + frame.tail
        if ours and theirs and ours.is_open and theirs.is_open:
            inside = _around(frame, self.block(plan, _blocks(chunks), name))
            return "".join(piece if isinstance(piece, str) else piece.ours for piece in inside)
        base, here, there = (chunk.body.span if chunk and isinstance(chunk.body, Leaf) else None for chunk in chunks)
        return frame.head + flow_text(plan, (base, here, there)) + frame.tail


def _entries(plan: Fields | Items) -> Iterator[tuple[str, tuple[_Name, _Name, _Name], Plan]]:
    """Each entry: what it is called, by what each side knows it, what becomes of it."""
    if isinstance(plan, Fields):
        yield from ((name, (name, name, name), inner) for name, inner in plan.entries.items())
        return
    for number, (place, inner) in enumerate(plan.items, 1):
        yield f"entry {number}", place, inner


def _found(entries: MappingOf[str | int, Chunk] | None, name: _Name) -> Chunk | None:
    return None if entries is None or name is None else entries.get(name)


_LEAD, _HEAD, _TAIL = attrgetter("lead"), attrgetter("head"), attrgetter("tail")


def _parts(chunks: _Chunks, part: Callable[[Chunk], str]) -> Iterator[str | None]:
    """A part of each chunk; None where there is no chunk."""
    return (None if chunk is None else part(chunk) for chunk in chunks)


def _text_of(chunk: Chunk | None, *, with_lead: bool) -> str:
    return "" if chunk is None else chunk.text if with_lead else chunk.own


def _blocks(chunks: _Chunks) -> _Blocks:
    base, ours, theirs = (chunk.body if chunk and isinstance(chunk.body, Block) else None for chunk in chunks)
    return base, ours, theirs


def _frame(plan: Plan, chunks: _Chunks, ours: Chunk, theirs: Chunk) -> Chunk | None:
    """What stands around the value; None where both sides have changed that, each otherwise."""
    own = theirs if isinstance(plan, Taken) and plan.side is Side.THEIRS else ours
    lead = pick_comments(*_parts(chunks, _LEAD))
    head, tail = (
        pick(*_parts(chunks, _HEAD)),
        pick_comments(*_parts(chunks, _TAIL)),
    )
    if ours.is_below != theirs.is_below:
        # `tasks:` with nothing under it and `tasks: []`: what stands around goes with the value.
        base, other = chunks[0], ours if own is theirs else theirs
        untouched = base is None or (other.head, other.tail) == (base.head, base.tail)
        head, tail = (own.head, own.tail) if untouched else (None, None)
    if lead is None or head is None or tail is None:
        return None
    return Chunk(lead, head, own.body, tail)


def _around(frame: Chunk, pieces: list[Piece]) -> list[Piece]:
    """The *pieces* of a block with its key or its dash, and what stands behind."""
    if not frame.is_dashed:
        return [frame.head, *pieces, frame.tail]
    first, *others = [piece for piece in pieces if piece]
    if isinstance(first, Conflict):
        texts = (dashed(frame.head, text) for text in first.texts)
        return [Conflict.of(texts, follows=first.follows), *others, frame.tail]
    return [dashed(frame.head, first), *others, frame.tail]


def _wording(chunks: _Chunks) -> str | None:
    """The text of a value that is the same on both sides: one may have put it in quotes."""
    base, ours, theirs = (chunk.body if chunk and isinstance(chunk.body, Leaf) else None for chunk in chunks)
    if ours is None or theirs is None or "scalar" not in (ours.span.kind, theirs.span.kind):
        return None
    return (
        pick(None if base is None else base.text, ours.text, theirs.text)
        if ours.span.text == theirs.span.text
        else None
    )
