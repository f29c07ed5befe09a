"""The unified diff of files that would change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipectl.output.safe import plain
from pipectl.store.write import Change

_CONTEXT = 3
# From here on difflib leaves out of account the lines that are many.
_LONG = 200


def diff(changes: Mapping[str, Change]) -> str:
    """The unified diff of *changes*, as git would show it."""
    return "".join(_diff(path, change) for path, change in changes.items())


def _diff(path: str, change: Change) -> str:
    source = "/dev/null" if change.old is None else f"a/{path}"
    target = "/dev/null" if change.new is None else f"b/{change.to or path}"
    lines = unified(_lines(change.old), _lines(change.new), source, target)
    heads = (f"diff --git {source} {target}", f"rename from {path}", f"rename to {change.to}") if change.to else ()
    unended = "\\ No newline at end of file\n"
    return "".join(f"{plain(head)}\n" for head in heads) + "".join(
        f"{_shown(line)}\n" + ("" if line.endswith("\n") else unended) for line in lines
    )


def _lines(data: bytes | None) -> list[str]:
    """The lines of a file as git counts them: other characters that end a line, such as U+2028, end none here."""
    *lines, rest = (data or b"").decode("utf-8", "replace").split("\n")
    return [f"{line}\n" for line in lines] + ([rest] if rest else [])


def _shown(line: str) -> str:
    """A line of a file, with what would steer a terminal spelled out; its leading blanks stay."""
    text = line.removesuffix("\n").removesuffix("\r")
    return text[:1] + plain(text[1:]) if text else text


class _Place(NamedTuple):
    """The lines from *first* up to *old_stop* have become those up to *new_stop*."""

    first: int
    old_stop: int
    new_stop: int


def unified(old: Sequence[str], new: Sequence[str], source: str, target: str) -> Iterator[str]:
    """What difflib's `unified_diff` gives, at once where one place has changed."""
    place = _one_place(old, new)
    if place is None:
        # A tenth of a bare Python start, and one edit changes one place.
        from difflib import unified_diff  # noqa: PLC0415

        yield from unified_diff(old, new, source, target)
        return
    first, old_stop, new_stop = place
    start, behind = max(first - _CONTEXT, 0), old[old_stop : old_stop + _CONTEXT]
    yield f"--- {source}\n"
    yield f"+++ {target}\n"
    yield f"@@ -{_range(start, old_stop + len(behind))} +{_range(start, new_stop + len(behind))} @@\n"
    yield from (f" {line}" for line in old[start:first])
    yield from (f"-{line}" for line in old[first:old_stop])
    yield from (f"+{line}" for line in new[first:new_stop])
    yield from (f" {line}" for line in behind)


def _one_place(old: Sequence[str], new: Sequence[str]) -> _Place | None:
    """The one place that has changed; None where there is none, or where difflib may find the same lines elsewhere.

    It takes the longest run of lines that both have, the first of several. Where no line that went or came stands
    anywhere else, that is all above the place or all below it, and then the other. Only what is below, if it is
    longer, might also be found further up, where nothing went or nothing came in between.
    """
    shorter = min(len(old), len(new))
    if not shorter or len(new) >= _LONG:
        return None
    first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    below = next((at for at in range(shorter - first) if old[-1 - at] != new[-1 - at]), shorter - first)
    place = _Place(first, len(old) - below, len(new) - below)
    gone, come = set(old[first : place.old_stop]), set(new[first : place.new_stop])
    if not (gone or come) or not (gone.isdisjoint(new) and come.isdisjoint(old)):
        return None
    if not (gone and come) and below > first and (new if gone else old).count(old[-1]) > 1:
        return None
    return place


def _range(start: int, stop: int) -> str:
    """Lines as the head of a hunk names them."""
    return str(start + 1) if stop - start == 1 else f"{start + (stop > start)},{stop - start}"
