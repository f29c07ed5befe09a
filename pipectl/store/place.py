"""Files that belong to no workspace: a hook, a workflow. Put in place whole, with no journal and no undo."""

import contextlib
import os
import tempfile
from pathlib import Path

from pipectl.errors import NegativeError, PipectlError
from pipectl.store.disk import DISK, sync_folder


def read_placed(path: Path) -> bytes | None:
    """What stands at *path*; None where nothing does.

    Raises:
        NegativeError: a link or a folder stands there.
        PipectlError: it can't be read.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise NegativeError(f"{path} is no regular file; nothing was written")
    try:
        return path.read_bytes() if path.exists() else None
    except OSError as error:
        raise PipectlError(f"{path} can't be read: {error.strerror}; nothing was written") from None


def put_in_place(path: Path, data: bytes, mode: int) -> None:
    """Make *data* the content of *path* at once, with its folders where they are missing.

    Raises:
        PipectlError: it can't be written.
    """
    hidden = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, hidden = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.chmod(hidden, mode)
            os.fsync(descriptor)
        os.replace(hidden, path)
        sync_folder(DISK, str(path.parent))
    except OSError as error:
        raise PipectlError(f"{path} can't be written: {error.strerror}; nothing was written") from None
    finally:
        if hidden:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(hidden)
