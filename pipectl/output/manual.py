"""Manual pages within a window: paragraphs are laid out anew, examples stay as they are."""

from collections.abc import Iterable, Iterator, Sequence

from pipectl.model.pattern import pattern
from pipectl.output.fit import width, wrap

# `Formula:`, `last follow-up:`: such a line begins anew, all others go on with the one above.
_LABEL = pattern(r"[A-Za-z][A-Za-z -]*:(?: |\Z)")
_LEAST_TEXT = 20


def manual(page: str, room: int | None) -> str:
    """*page* with no paragraph wider than *room*; as it is where it fits, or where there is no window.

    Paragraphs are parted by blank lines. One that is indented is an example.
    """
    if room is None or all(width(line) <= room for line in page.split("\n")):
        return page
    text = page.rstrip("\n")
    parts = ("\n".join(_paragraph(part.split("\n"), room)) for part in text.split("\n\n"))
    return "\n\n".join(parts) + page.removeprefix(text)


def listed(entries: Iterable[tuple[str, str]], room: int | None) -> str:
    """A line for each name and what it means, which goes on below itself; the names are of one width."""
    lines: list[str] = []
    for name, meaning in entries:
        start = f"  {name}  "
        texts = wrap(meaning, None if room is None else max(room - len(start), _LEAST_TEXT))
        lines += [f"{start}{texts[0]}", *(f"{' ' * len(start)}{text}" for text in texts[1:])]
    return "".join(f"{line}\n" for line in lines)


def _paragraph(lines: Sequence[str], room: int) -> Iterator[str]:
    if lines[0].startswith(" "):
        yield from lines
        return
    items: list[list[str]] = []
    for line in lines:
        if not items or _LABEL.match(line):
            items.append([line])
        else:
            items[-1].append(line)
    for first, *others in items:
        indent = " " * (len(others[0]) - len(others[0].lstrip())) if others else ""
        start, *rest = wrap(" ".join([first, *map(str.strip, others)]), room)
        yield start
        yield from (f"{indent}{text}" for text in wrap(" ".join(rest), room - len(indent)) if text)
