"""A copy of a file for an editor, among the derived data, where no reader of the workspace looks.

It outlives the process: what somebody has typed is only thrown away when the file itself has it.
"""

import contextlib
import os
from itertools import count
from pathlib import Path

from pipectl.errors import PipectlError
from pipectl.store.derived import make_derived

_FOLDER = "drafts"


def new_draft(root: Path, deal_id: str, data: bytes) -> Path:
    """A new file of its own with *data*, named after the deal so that editors know it for YAML.

    Raises:
        PipectlError: it can't be made.
    """
    try:
        folder = os.path.join(make_derived(os.path.realpath(root)).path, _FOLDER)
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        for number in count(1):
            path = os.path.join(folder, f"{deal_id}.yaml" if number == 1 else f"{deal_id}-{number}.yaml")
            with contextlib.suppress(FileExistsError), open(path, "xb") as file:
                file.write(data)
                return Path(path)
    except OSError as error:
        raise PipectlError(f"no draft can be made: {error.strerror or error}") from None
    raise AssertionError("a name is always left")


def read_draft(draft: Path) -> bytes | None:
    """What the editor has left; None where it has left nothing that can be read."""
    try:
        return draft.read_bytes()
    except OSError:
        return None


def remove_draft(draft: Path) -> None:
    """Remove the copy; where that fails it stays."""
    with contextlib.suppress(OSError):
        draft.unlink()
