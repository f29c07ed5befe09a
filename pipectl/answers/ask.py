"""What is asked, and the answer that was kept of it: given before the program proper is imported.

A shell asks at every prompt, and a hook or a dashboard asks the same again and again. What shapes an answer is the
program, the words, the place, the variables and the ends (`ask`); the files, the clock and git (`Question.answer`).
`keep.py` says which answers are kept.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence

from pipectl.store.answers import FILE, NOTHING, Answers, digest, load_answers, program_now, save_answers, state
from pipectl.store.derived import JOURNAL, ROLLBACK, Derived, find_derived
from pipectl.store.stamps import SETTINGS, View, completed, look, says_the_same

# Variables that the program, Python or a library reads, and what others begin with; a test follows them. For what git
# reads it is asked again.
VARIABLES = frozenset(
    {"COLORTERM", "COLUMNS", "FORCE_COLOR", "FORCE_TERMINAL", "GITHUB_ACTIONS", "LANG", "LANGUAGE", "LINES"}
    | {"NO_COLOR", "PY_COLORS", "TERM", "TERMINAL_WIDTH", "TZ", "TZDIR", "UNICODE_VERSION"}
)
PREFIXES = ("GIT_", "JUPYTER_", "LC_", "PIPECTL_", "PYTHON", "TTY_", "TYPER_", "WCWIDTH_", "_PIPECTL_", "_TYPER_")
# As in store/cache.py: a file may have changed again within one tick of its clock.
_GRAIN = 2_000_000_000


class Question:
    """What is asked, and what is known of it before anything is read.

    Attributes:
        root: the workspace.
        derived: where its derived data is.
        key: what tells this question from others.
        kept: what was answered before.
        began: when the files were looked at, in nanoseconds.
        view: what they looked like; None where the question is new, which most are that are never asked again.
    """

    __slots__ = ("_program", "began", "derived", "kept", "key", "root", "view")

    def __init__(self, root: str, derived: Derived, key: bytes) -> None:
        self.root = root
        self.derived = derived
        self.key = key
        # Where nothing is kept there is no need to know by which program.
        self._program = program_now() if os.path.lexists(self._file()) else None
        self.kept = NOTHING if self._program is None else load_answers(self._file(), self._program)
        self.began = time.time_ns()
        is_answered = key in self.kept.answers
        # Where there is no answer, nobody asks whether the files still say the same.
        known = (self.kept.tree, self.kept.digests) if is_answered else ({}, {})
        self.view = look(root, *known) if is_answered or key in self.kept.asked else None

    def answer(self) -> int | None:
        """Give the answer that is kept, and return its exit status; None where none is, or is good any more."""
        if self.view is None or self.key not in self.kept.answers:
            return None
        answer = self.kept.answers[self.key]
        before, since, until, beside, asked, status, said = answer
        tree, kept = self.view.tree, self.kept
        good = (
            since <= time.time_ns() < until
            and (not before or (before == digest(self.view.folders) and tree == kept.tree))
            and all(state(path) == seen for path, seen in beside)
            and says_the_same(self.root, self.view, kept.tree, kept.digests)
            and all(_git(words, more) == (ended, told) for words, more, ended, told in asked)
        )
        if not good or not _say(said):
            return None
        if before:
            # Everything is still as it was before the command ran: so it was while it did.
            kept.answers[self.key] = (b"", *answer[1:])
            self.keep(Answers(tree, completed(self.root, tree, kept.digests), kept.answers, kept.asked))
        elif tree != kept.tree and self.is_settled(self.view):
            self.keep(kept.moved(tree))
        return status

    def is_settled(self, view: View) -> bool:
        """Whether the files have not changed for so long that any change from now on will be seen."""
        return view.youngest() < self.began - _GRAIN

    def keep(self, answers: Answers) -> None:
        """Keep *answers* for whoever asks next, where something can be written at all."""
        with contextlib.suppress(OSError, ValueError):
            save_answers(self.root, self._file(), self._program or program_now(), answers)

    def _file(self) -> str:
        return os.path.join(self.derived.path, FILE)


def ask(words: Sequence[str]) -> Question | None:
    """The question of a command line, asked of the process's own state; None where no answer may be kept."""
    if os.name != "posix" or any(word.startswith("--no-cache") or "/." in word for word in words):
        return None
    try:
        root = _root(_directory(words))
        derived = find_derived(os.path.realpath(root))
        # Of both something is said that is not for always.
        unfinished = any(os.path.lexists(os.path.join(derived.path, name)) for name in (JOURNAL, ROLLBACK))
        if unfinished or derived.ignored:
            return None
        return Question(root, derived, digest((*words,), *_python(), *_place(root, derived), *_ends()))
    except (OSError, ValueError, AttributeError):
        return None


def _directory(words: Sequence[str]) -> str:
    """Where the workspace is looked for. A wrong guess is no harm: a witness sees what the command reads instead."""
    found = os.environ.get("PIPECTL_DIR") or "."
    for at, word in enumerate(words):
        if word in ("-C", "--directory"):
            found = "".join(words[at + 1 : at + 2])
        elif word.startswith(("-C", "--directory=")):
            found = word.removeprefix("--directory=").removeprefix("-C")
    return found


def _root(start: str) -> str:
    """As `find_root` of store/find.py, which is dear to import."""
    folder = os.path.abspath(start)
    while not os.path.isfile(os.path.join(folder, SETTINGS)):
        above = os.path.dirname(folder)
        if above == folder:
            raise ValueError("no workspace")
        folder = above
    return folder


def _python() -> Iterator[object]:
    """How Python was started, and the folders that modules come from."""
    yield sys.flags, sys._xoptions, sys.warnoptions, sys.getfilesystemencoding()  # noqa: SLF001 - documented
    yield [(path, state(path or os.curdir)) for path in sys.path]


def _place(root: str, derived: Derived) -> Iterator[object]:
    """Where the question is asked, by whom, and the variables."""
    yield os.getcwd(), root, derived.path, os.path.realpath(root), os.geteuid(), os.getegid(), os.getgroups()
    # A folder that is not git's own may have been sent along with the files.
    yield None if derived.git else state(derived.base)[:2]
    above = root.split("/")
    yield [os.path.exists("/".join((*above[:count], ".git"))) for count in range(1, len(above) + 1)]
    yield sorted(pair for pair in os.environ.items() if pair[0] in VARIABLES or pair[0].startswith(PREFIXES))


def _ends() -> Iterator[object]:
    """What the three ends are."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if not os.get_blocking(stream.fileno()):
            raise ValueError("what can be written in part can't be written again")
        size = os.get_terminal_size(stream.fileno()) if stream.isatty() else None
        yield stream.encoding, stream.errors, stream.line_buffering, size


def _git(words: tuple[str, ...], more: tuple[tuple[str, str], ...]) -> tuple[int, bytes]:
    """The status and answer of git. Without `subprocess`, which takes as long to import as Python to start."""
    reader, writer = os.pipe()
    try:
        ends = ((os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0))
        process = os.posix_spawnp(words[0], words, {**os.environ, **dict(more)}, file_actions=ends)
    except OSError:
        os.close(reader)
        return -1, b""
    finally:
        os.close(writer)
    with open(reader, "rb") as file:
        told = file.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), told


def _say(said: Sequence[tuple[int, bytes]]) -> bool:
    """Write what was written then, in that order; whether that could be done."""
    ends = sys.stdout.fileno(), sys.stderr.fileno()
    for end, data in said:
        rest = data
        try:
            while rest:
                rest = rest[os.write(ends[end], rest) :]
        except OSError:
            # The reader has left, or a disk is full: the program proper finds so too, and knows what to say.
            return False
    return True
