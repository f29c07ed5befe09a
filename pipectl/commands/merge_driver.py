"""`pipectl merge-driver`."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

from pipectl.arguments import Argument
from pipectl.commands._merge_words import histories, ways
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.merge import Order, is_union
from pipectl.model.merge_deal import Choice, choice_of, merge_content
from pipectl.output.safe import say
from pipectl.store import git_merge
from pipectl.store.edit_refused import Refused
from pipectl.store.find import SETTINGS
from pipectl.store.merge import Merge, merge, said
from pipectl.store.merge_marks import Style
from pipectl.store.merge_order import order_in, zone_in

OPTIONS = frozenset[str]()
CONFLICT = 1


def run(
    context: Context,
    base: Annotated[Path, Argument(metavar="BASE", help="What both sides began with: git's %O.")],
    ours: Annotated[Path, Argument(metavar="OURS", help="Ours, and the file to write: %A.")],
    theirs: Annotated[Path, Argument(metavar="THEIRS", help="Theirs: %B.")],
    size: Annotated[int, Argument(metavar="SIZE", help="How long conflict markers are: %L.")] = 7,
    path: Annotated[
        str, Argument(metavar="PATH", help="The file's own path: %P; OURS unless given.", show_default=False)
    ] = "",
) -> int:
    """Merge one file for git, field by field.

    git calls it in a merge, a rebase, a cherry-pick or a stash pop, once `pipectl install merge-driver` has told it
    to. What both sides changed otherwise stays between markers, only around the lines of that field, and is named;
    `pipectl resolve` settles it. What git itself merges without a conflict, and says what both sides say, is no
    conflict here either. A file that can't be read is merged line by line, as git does it itself.

    Exit status 1 where a conflict is left.

    Examples:

      pipectl merge-driver pipectl.yaml pipectl.yaml pipectl.yaml
    """
    err = context.terminal.err
    here, path = context.directory, path or str(ours)
    paths = here / base, here / ours, here / theirs
    try:
        texts = _Three(*(each.read_bytes() for each in paths))
        order = order_in(zone_in(_settings(here, path)))
        result = _merged(here, paths, texts, order, size)
    except Refused as refused:
        say(err, f"{path}: {refused}; merged line by line")
        return 0 if git_merge.merge_lines(here / ours, here / base, here / theirs, size) else CONFLICT
    except OSError as error:
        raise UsageError(f"{error.filename} can't be read or written: {error.strerror}") from None
    if not result.conflicts:
        return 0
    say(err, *(f"{path}: {conflict}" for conflict in result.conflicts))
    say(err, *(f"  {path}: {line}" for line in histories(result)))
    choices = [choice for choice in Choice if _settles(choice, texts, order)]
    say(err, f"`pipectl resolve` settles it: {ways(choices)}" if choices else "edit the lines between the markers")
    return CONFLICT


class _Three(NamedTuple):
    """What the three files hold."""

    base: bytes
    ours: bytes
    theirs: bytes


def _settles(choice: Choice, texts: _Three, order: Order) -> bool:
    """Whether *choice* leaves nothing to settle."""
    decide = partial(merge_content, order=order, choice=choice)
    try:
        return not merge(*texts, decide, side=choice_of(choice)).conflicts
    except Refused:
        return False


def _merged(here: Path, paths: tuple[Path, Path, Path], texts: _Three, order: Order, size: int) -> Merge:
    decide = partial(merge_content, order=order)
    result = merge(*texts, decide, Style(size))
    if result.conflicts and (lines := _by_lines(*paths, result)) is not None:
        result = Merge(lines, (), result.plan)
    elif result.conflicts and git_merge.marks_base(here):
        result = merge(*texts, decide, Style(size, base=True))
    paths[1].write_bytes(result.data)
    return result


def _by_lines(base: Path, ours: Path, theirs: Path, result: Merge) -> bytes | None:
    """The file merged line by line, where that leaves nothing to settle and says what both sides say."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "ours"
        copy.write_bytes(ours.read_bytes())
        if not git_merge.merge_lines(copy, base, theirs):
            return None
        data = copy.read_bytes()
    try:
        return data if is_union(result.plan, said(data)) else None
    except Refused:
        return None


def _settings(here: Path, path: str) -> bytes:
    """The nearest `pipectl.yaml` above the file; nothing where there is none, as in a merge that brings it."""
    for folder in (here / path).parents:
        try:
            return (folder / SETTINGS).read_bytes()
        except OSError:
            if folder == here:
                break
    return b""
