"""How the items of a block list are laid out, and lines for a new one."""

from collections.abc import Iterator, Mapping, Sequence

from pipectl.model.frozen import frozen
from pipectl.store.edit_document import Document
from pipectl.store.edit_scalars import Data, Look, Value, block_text, flow, key_written, written
from pipectl.store.edit_spans import Span


@frozen
class ItemStyle:
    """How an item stands behind its dash.

    Attributes:
        offset: of the dash from the key that the list belongs to.
        gap: blanks after the dash, where the item stands in the line of the dash.
        below: how far from the dash an item starts that stands in the line below; 0 where none does.
        in_line: a mapping is written in braces.
    """

    offset: int = 2
    gap: str = " "
    below: int = 0
    in_line: bool = True


def dash_before(document: Document, block: Span, index: int) -> int:
    """Where the dash of item *index* of a block list stands."""
    return document.skip_gap(block.items[index - 1].end if index else block.start)


def item_style(document: Document, block: Span, model: int) -> ItemStyle:
    """The style of item *model* of a block list."""
    item, dash = block.items[model], dash_before(document, block, model)
    between = document.text[dash + 1 : item.outer]
    spaces = bool(between) and not between.strip(" ")
    return ItemStyle(
        offset=document.column(dash) - document.column(block.key.outer) if block.key else 0,
        gap=between if spaces else " ",
        below=document.column(item.outer) - document.column(dash) if "\n" in between or "\r" in between else 0,
        in_line=item.kind != "mapping" or item.flow,
    )


def model_of(items: Sequence[Span], new: Data) -> int:
    """The number of the last item of the kind that *new* is; of the last of any kind if there is none."""
    kind = "scalar" if isinstance(new, str | Value) else "mapping" if isinstance(new, Mapping) else "list"
    alike = [number for number, item in enumerate(items) if item.kind == kind]
    return alike[-1] if alike else len(items) - 1


def new_list_style(document: Document, mapping: Span | None) -> ItemStyle:
    """The style for a new list among the entries of a block mapping: that of the lists beside it, or in the file."""
    found = [style for scope in (mapping, document.root) if scope for style in _styles(document, scope)]
    if not found:
        return ItemStyle()
    first = found[0]
    in_line = any(style.in_line for style in found)
    return ItemStyle(first.offset, first.gap, 0 if in_line else first.below, in_line)


def _styles(document: Document, mapping: Span) -> Iterator[ItemStyle]:
    if mapping.kind != "mapping" or mapping.flow:
        return
    for _, value in mapping.entries:
        if value.kind == "list" and not value.flow:
            yield item_style(document, value, len(value.items) - 1)


def item_lines(item: Data, indent: str, style: ItemStyle, look: Look, boldness: int) -> list[str]:
    """The lines of one item; the first holds the dash, which stands after *indent*."""
    if style.in_line or not isinstance(item, Mapping) or not item:
        return [f"{indent}-{style.gap}{flow(item, look, boldness)}"]
    inner = indent + " " * (style.below or 1 + len(style.gap))
    lines = [line for key, value in item.items() for line in entry_lines(key, value, inner, look, boldness)]
    return [f"{indent}-", *lines] if style.below else [f"{indent}-{style.gap}{lines[0][len(inner) :]}", *lines[1:]]


def entry_lines(key: str, value: Data, indent: str, look: Look, boldness: int, braces: Look | None = None) -> list[str]:
    """The lines of a key and its value in a block mapping; a list or mapping stands in brackets, as *braces* look."""
    start = indent + key_written(key, look)
    if not isinstance(value, str | Value):
        return [start + flow(value, braces or Look(quote=look.quote), boldness)]
    text = value if isinstance(value, str) else value.text
    block = block_text(text, indent + "  ") if boldness == 0 else []
    if block:
        return [start + block[0], *block[1:]]
    return [start + written(value, look, quote=look.quotes.get(key, ""), boldness=boldness)]


def list_lines(
    key: str, items: Sequence[Data], indent: str, style: ItemStyle, look: Look, braces: Look, boldness: int
) -> list[str]:
    """The lines of a key and its block list."""
    inner = indent + " " * style.offset
    head = indent + key_written(key, look).rstrip(" ")
    return [head, *(line for item in items for line in item_lines(item, inner, style, braces, boldness))]
