"""What commands have answered, kept in one file beside the cache (`store/derived.py`): for `pipectl/answers`.

The file is believed under the rules of the cache: where it is ours, whole, and of this very program.
"""

import os
import sys

from pipectl.store.disk import DISK, Disk
from pipectl.store.kept import digest_of, kept_files, read_kept, write_kept
from pipectl.store.stamps import Digests, Tree, carried

FILE = "answers"
MOST = 16
_MAGIC = b"pipectl answers\n"

# A digest of what the folders looked like before the command ran, b"" once nothing is known to have come or gone while
# it did; when it was given and until when it is good, in nanoseconds; what was looked at beside the workspace; what git
# was asked: words, variables beside the process's own, status and answer; the exit status; and what was written, in
# that order: 0 for stdout or 1 for stderr, and bytes.
Beside = tuple[str, tuple[int, ...]]
Asked = tuple[tuple[str, ...], tuple[tuple[str, str], ...], int, bytes]
Answer = tuple[bytes, int, int, tuple[Beside, ...], tuple[Asked, ...], int, tuple[tuple[int, bytes], ...]]


class Answers:
    """The last answers and the files that they were all given of.

    Attributes:
        tree: those files.
        digests: their contents.
        answers: question → its answer, the latest last.
        asked: other questions that were asked lately, the latest last.
    """

    __slots__ = ("answers", "asked", "digests", "tree")

    def __init__(self, tree: Tree, digests: Digests, answers: dict[bytes, Answer], asked: tuple[bytes, ...]) -> None:
        self.tree = tree
        self.digests = digests
        self.answers = answers
        self.asked = asked

    def noted(self, key: bytes) -> "Answers":
        """The same, and that the question *key* was asked."""
        return Answers(self.tree, self.digests, self.answers, (*self.asked, key))

    def with_answer(self, key: bytes, answer: Answer, tree: Tree) -> "Answers":
        """The *answer* given of *tree* beside the others that were."""
        others = {question: each for question, each in self.answers.items() if question != key}
        asked = tuple(question for question in self.asked if question != key)
        if tree != self.tree:
            others, asked = {}, (*others, *asked)
        return Answers(tree, carried(tree, self.tree, self.digests), {**others, key: answer}, asked)

    def moved(self, tree: Tree) -> "Answers":
        """The same of *tree*, which says the same; without what may have been given while it said something else."""
        sure = {question: answer for question, answer in self.answers.items() if not answer[0]}
        others = (question for question in self.answers if question not in sure)
        return Answers(tree, self.digests, sure, (*self.asked, *others))


NOTHING = Answers({}, {}, {}, ())


def load_answers(path: str, program: bytes) -> Answers:
    """What is kept at *path* by this *program*; nothing where that can't be believed."""
    try:
        found, descriptor, _ = read_kept(path, _MAGIC + program)
        os.close(descriptor)
        return Answers(*found)
    except (OSError, ValueError, EOFError, TypeError):
        return NOTHING


def save_answers(root: str, path: str, program: bytes, kept: Answers, disk: Disk = DISK) -> None:
    """Replace what is kept at *path*, for the workspace at *root*.

    Raises:
        OSError: it can't be written.
    """
    latest = dict(list(kept.answers.items())[-MOST:])
    write_kept(root, path, _MAGIC + program, (kept.tree, kept.digests, latest, kept.asked[-MOST:]), disk=disk)


def answer_files(root: str) -> tuple[str, ...]:
    """The answers of the workspace at *root*, and what commands that were cut off have left beside them."""
    return kept_files(root, FILE)


def program_now() -> bytes:
    """This program as its files are, and Python."""
    waiting, found = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))], []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith(".py"):
                    found.append((entry.path, _state(entry.stat())))
    return digest(sys.version, sorted(found))


def digest(*parts: object) -> bytes:
    """What tells one list of plain values from another."""
    return digest_of(repr(parts).encode())


def state(path: str) -> tuple[int, ...]:
    """What tells that something outside of the workspace has changed; () where there is nothing."""
    try:
        return _state(os.stat(path))
    except OSError:
        return ()


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
