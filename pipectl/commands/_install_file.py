"""One file to install: shown, written or found as it should be, and committed where that is asked for."""

import os
from pathlib import Path

from pipectl.commands._change import How, commit_written
from pipectl.commands._diff import diff
from pipectl.context import Context
from pipectl.model.frozen import frozen
from pipectl.output.safe import say
from pipectl.store.place import put_in_place
from pipectl.store.write import Change


@frozen
class Installed:
    """A file as it is to be.

    Attributes:
        top: the top of the repository; `path` is below it, or absolute.
        old: what stands there now; None where nothing does.
        after: what to know once it is there.
    """

    top: Path
    path: str
    old: bytes | None
    new: bytes
    after: str
    executable: bool = False


def install_file(context: Context, file: Installed, how: How) -> int:
    """Put *file* in place as *how* says, and say what was done."""
    if how.dry_run:
        changes = {file.path: Change(file.old, file.new)} if file.old != file.new else {}
        context.terminal.out.write(diff(changes))
        return 0
    done = "is as it should be"
    path = file.top / file.path
    written = file.old != file.new or (file.executable and not os.access(path, os.X_OK))
    if written:
        put_in_place(path, file.new, 0o755 if file.executable else 0o644)
        done = "written" if file.old is None else "brought up to date"
    say(context.terminal.out, f"{file.path} {done}")
    context.terminal.out.flush()
    if written and not context.options.quiet:
        say(context.terminal.err, file.after)
    if how.commit or how.message:
        commit_written(context, file.top, [file.path], how, f"{how.command}: {file.path}")
    return 0
