"""An answer that is given again is what the program would answer, whatever becomes of files, clock and place."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipectl.answers import READING, ask, keep, witness
from pipectl.commands import ALIASES, COMMANDS, _open
from pipectl.store import answers, find, stamps
from pipectl.store.derived import find_derived
from tests.harness import SALES, SETTINGS, Result, run_process, write_files
from tests.store.faults import git

_ROOT = Path(__file__).parent.parent
_DEAL = """\
title: {name}
stage: lead
owner: {owner}
amount: {amount}
created: 2026-09-01
history:
  - {{at: 2026-09-01, stage: lead}}
tasks:
  - {{title: Call, due: 2026-11-20}}
"""
_WRITING = frozenset(
    {"add", "cache", "completion", "demo", "edit", "explain", "export", "fmt", "import", "init", "install", "log"}
    | {"lose", "merge-driver", "move", "pipeline", "rename", "reopen", "resolve", "rm", "set", "stage", "task", "undo"}
    | {"win"}
)
_QUESTIONS = {
    "activities": (),
    "board": (),
    "changes": ("-p", "2026-Q4"),
    "check": (),
    "cycle": (),
    "flow": ("-p", "2026-Q4"),
    "forecast": (),
    "funnel": (),
    "list": (),
    "ls": ("-f", "json"),
    "next": (),
    "plan": ("--target", "12d"),
    "reasons": (),
    "show": ("d1",),
    "stale": (),
    "stats": (),
    "targets": (),
    "team": (),
}


@pytest.fixture(autouse=True)
def _as_it_is(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers about few files too, and as if files had been written long ago: that can't be pretended otherwise."""
    if request.config.getoption("--cache") != "on":
        pytest.skip("these are of the answers as they are")
    monkeypatch.setattr(keep, "_FEW", -1)
    monkeypatch.setattr(ask, "_GRAIN", 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace of eight deals in git."""
    return _workspace(tmp_path / "workspace")


def _workspace(root: Path) -> Path:
    deals = {
        f"deals/{'ab'[number % 2]}/d{number}.yaml": _DEAL.format(
            name=f"Deal {number}", owner=("ani", "budi")[number % 2], amount=1000 + number
        )
        for number in range(8)
    }
    write_files(root, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, **deals})
    git(root, "init", "-q")
    return root


def _file(root: Path) -> Path:
    return Path(find_derived(os.path.realpath(root)).path) / answers.FILE


def _kept(root: Path) -> answers.Answers:
    return answers.load_answers(str(_file(root)), answers.program_now())


def _plain(root: Path, *words: str, **environment: str) -> Result:
    return run_process("--no-cache", *words, cwd=root, **environment)[0]


def _ran(root: Path, *words: str, **environment: str) -> bool:
    """Whether the program had to run to answer; and its answer is the plain one, asked now and asked again."""
    first, ran = run_process(*words, cwd=root, **environment)
    plain = _plain(root, *words, **environment)
    assert first == plain
    assert run_process(*words, cwd=root, **environment)[0] == plain
    return ran


def _known(root: Path, *words: str, **environment: str) -> None:
    """Ask until the answer is given again."""
    _ran(root, *words, **environment)
    assert not _ran(root, *words, **environment)


def test_every_command_either_reads_or_is_known_not_to() -> None:
    names = {entry.name for entry in COMMANDS}
    assert names | set(ALIASES) == READING | _WRITING
    assert not READING & _WRITING
    assert set(_QUESTIONS) == READING


def test_the_files_are_those_that_a_command_looks_for() -> None:
    assert find.SETTINGS == stamps.SETTINGS
    assert (find.PIPELINES, find.DEALS) == stamps.FOLDERS


@pytest.mark.parametrize("verb", sorted(READING))
def test_what_is_asked_for_the_third_time_is_answered_without_a_run(root: Path, verb: str) -> None:
    words = (verb, *_QUESTIONS[verb])
    plain = _plain(root, *words)
    assert [run_process(*words, cwd=root) for _ in range(4)] == [(plain, ran) for ran in (True, True, False, False)]


@pytest.mark.parametrize(
    "words",
    [
        ("stats", "--no-cache"),
        ("stats", "--rev", "HEAD"),
        ("check", "--staged"),
        ("check", "--fix"),
        ("check", "deals/a/.hidden.yaml"),
        ("list", "-o", "out.csv"),
        ("list", "no:such"),
        ("stats", "--help"),
        ("--help", "stats"),
        ("add", "list"),
        ("export", "-f", "csv", "list"),
        ("-C", "stats", "list"),
    ],
    ids=" ".join,
)
def test_what_does_more_than_read_is_not_kept(root: Path, words: tuple[str, ...]) -> None:
    git(root, "add", ".")
    git(root, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "all")
    for _ in range(3):
        assert run_process(*words, cwd=root)[1]
    assert not _kept(root).answers


def test_of_few_files_nothing_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep, "_FEW", 200)
    assert _ran(root, "stats")
    assert not _file(root).exists()


def test_of_files_written_a_moment_ago_none_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_GRAIN", 1_000_000_000_000)
    assert _ran(root, "stats")
    assert not _kept(root).answers


def _deal(root: Path, number: int = 1) -> Path:
    return root / f"deals/{'ab'[number % 2]}/d{number}.yaml"


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def _same_size_and_times(root: Path) -> None:
    status = _deal(root).stat()
    _replace(_deal(root), "1001", "9009")
    os.utime(_deal(root), ns=(status.st_atime_ns, status.st_mtime_ns))


def _other_file_in_its_place(root: Path) -> None:
    status, path = _deal(root).stat(), _deal(root)
    text = path.read_text().replace("1001", "9009")
    path.unlink()
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _unfinished_write(root: Path) -> None:
    (_file(root).parent / "journal").mkdir()


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda root: _replace(_deal(root), "1001", "1002"),
    "edited, longer": lambda root: _replace(_deal(root), "1001", "100000"),
    "same size and times": _same_size_and_times,
    "replaced": _other_file_in_its_place,
    "new deal": lambda root: shutil.copy(_deal(root), root / "deals/new.yaml"),
    "new folder": lambda root: write_files(root, {"deals/z/y/x.yaml": "title: X\nstage: lead\n"}),
    "deleted": lambda root: _deal(root).unlink(),
    "renamed": lambda root: _deal(root).rename(root / "deals/a/other.yaml"),
    "moved": lambda root: _deal(root).rename(root / "deals/d1.yaml"),
    "swapped": lambda root: _deal(root).rename(_deal(root, 3)),
    "folder renamed": lambda root: (root / "deals/a").rename(root / "deals/c"),
    "folder deleted": lambda root: shutil.rmtree(root / "deals/a"),
    "settings": lambda root: _replace(root / "pipectl.yaml", "Ani Lestari", "Ani Wijaya"),
    "pipeline": lambda root: _replace(root / "pipelines/sales.yaml", "Lead", "Cold"),
    "new pipeline": lambda root: shutil.copy(root / "pipelines/sales.yaml", root / "pipelines/more.yaml"),
    "folder of pipelines": lambda root: (root / "pipelines/old").mkdir(),
    "stray file": lambda root: (root / "deals/notes.txt").write_text("a note"),
    "nearly a deal": lambda root: (root / "deals/x.yml").write_text("title: X\n"),
    "no deal": lambda root: (root / "deals/x.yaml").write_text("- 1\n"),
    "a link": lambda root: (root / "deals/link.yaml").symlink_to("a/d0.yaml"),
    "a link out": lambda root: (root / "deals/link.yaml").symlink_to("/etc/passwd"),
    "a link to a folder": lambda root: (root / "deals/link").symlink_to("a"),
    "a pipe": lambda root: os.mkfifo(root / "deals/pipe.yaml"),
    "a folder as a deal": lambda root: (root / "deals/folder.yaml").mkdir(),
    "an unfinished write": _unfinished_write,
    "settings gone": lambda root: (root / "pipectl.yaml").unlink(),
    "pipelines gone": lambda root: shutil.rmtree(root / "pipelines"),
}
HARMLESS: dict[str, Callable[[Path], object]] = {
    "read": lambda root: _deal(root).read_bytes(),
    "touched": lambda root: os.utime(_deal(root)),
    "mode": lambda root: _deal(root).chmod(0o640),
    "written anew": lambda root: _replace(_deal(root), "none", "none"),
    "hidden file": lambda root: (root / "deals/.d1.yaml.swp").write_text("swap"),
    "beside": lambda root: (root / "README.md").write_text("Deals"),
    "staged": lambda root: git(root, "add", "."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_the_files_is_seen(root: Path, change: str) -> None:
    for words in (("list", "-f", "csv"), ("check",)):
        _known(root, *words)
    CHANGES[change](root)
    with suppress(FileNotFoundError):
        assert _ran(root, "list", "-f", "csv")
    _ran(root, "check")


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_no_content_needs_no_run(root: Path, change: str) -> None:
    _known(root, "stats")
    _known(root, "check")
    HARMLESS[change](root)
    assert not _ran(root, "stats")
    assert not _ran(root, "check")


def test_an_answer_of_a_copied_tree_is_told_by_content_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _known(root, "stats")
    for path in root.rglob("*.yaml"):
        os.utime(path)
    assert not _ran(root, "stats")
    monkeypatch.setattr(stamps, "_digest", lambda *_: pytest.fail("a file was read"))
    assert not run_process("stats", cwd=root)[1]


def test_an_edit_taken_back_finds_the_old_answers(root: Path) -> None:
    _known(root, "stats")
    text = _deal(root).read_text()
    _deal(root).write_text(text.replace("1001", "1002"))
    _deal(root).write_text(text)
    assert not _ran(root, "stats")


def test_other_words_variables_places_and_ends_are_other_questions(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _known(root, "list")
    assert _ran(root, "list", "-L", "1")
    assert _ran(root, "list", "--", "owner:ani")
    assert _ran(root, "list", COLUMNS="40")
    assert _ran(root, "list", FORCE_COLOR="1")
    assert _ran(root, "list", PIPECTL_USER="ani")
    assert _ran(root, "list", PIPECTL_TODAY="2026-12-24")
    assert _ran(root, "list", LC_ALL="C")
    assert _ran(root, "list", PIPECTL_DIR=str(root / "deals"))
    assert not _ran(root, "list", UNRELATED="1")
    assert _ran(root / "deals", "list")
    assert _ran(root.parent, "list", "-C", "workspace")
    assert not _ran(root.parent, "list", "-C", "workspace")
    assert _ran(root.parent, "-Cworkspace", "list")
    monkeypatch.setattr(os, "getgroups", lambda: [1, 2, 3])
    assert _ran(root, "list")


def test_only_the_last_answers_are_kept(root: Path) -> None:
    for count in range(1, answers.MOST + 3):
        _known(root, "list", "-L", str(count))
    assert len(_kept(root).answers) == answers.MOST
    assert not run_process("list", "-L", "3", cwd=root)[1]
    assert run_process("list", "-L", "1", cwd=root)[1]


def test_another_program_does_not_believe_it(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _known(root, "stats")
    upgraded = tmp_path / "site" / "pipectl"
    shutil.copytree(_ROOT / "pipectl", upgraded)
    monkeypatch.setattr(answers, "__file__", str(upgraded / "store" / "answers.py"))
    assert _ran(root, "stats")
    assert not _ran(root, "stats")
    # In place, as in a checkout.
    (upgraded / "cli.py").write_text((upgraded / "cli.py").read_text())
    assert _ran(root, "stats")


@pytest.mark.parametrize("seed", range(12))
def test_spoilt_answers_are_as_none(root: Path, seed: int) -> None:
    _known(root, "stats")
    file, random_ = _file(root), random.Random(seed)  # noqa: S311 - the same every time
    data = bytearray(file.read_bytes())
    at = random_.randrange(len(data))
    if seed % 2:
        data[at] ^= 1 << random_.randrange(8)
    else:
        del data[at:]
    file.write_bytes(data)
    assert _ran(root, "stats")
    assert not _ran(root, "stats")


@pytest.mark.parametrize("mode", [0o622, 0o602, 0o620])
def test_answers_that_others_can_write_are_not_believed(root: Path, mode: int) -> None:
    _known(root, "stats")
    _file(root).chmod(mode)
    assert _ran(root, "stats")


def test_answers_of_somebody_else_are_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _known(root, "stats")
    monkeypatch.setattr(answers.os, "geteuid", lambda: 12345)
    assert run_process("stats", cwd=root)[1]


def test_answers_of_another_workspace_are_not_given(root: Path, tmp_path: Path) -> None:
    other = _workspace(tmp_path / "other")
    for each in (root, other):
        _known(each, "stats")
    _replace(_deal(other), "1001", "5555")
    shutil.copy(_file(root), _file(other))
    assert _ran(other, "list", "-f", "csv")
    assert _ran(other, "stats")
    shutil.rmtree(other)
    shutil.copytree(root, other)
    assert _ran(other, "stats")


def test_without_git_answers_sent_along_with_the_files_are_not_given(root: Path, tmp_path: Path) -> None:
    shutil.rmtree(root / ".git")
    # Its folder is made first, and is where nothing was kept before.
    _ran(root, "stats")
    _known(root, "stats")
    assert _file(root).parent == root / ".pipectl"
    # The other stays, so that no inode is used again.
    root.rename(tmp_path / "other")
    shutil.copytree(tmp_path / "other", root)
    assert _ran(root, "stats")


def test_where_nothing_can_be_written_every_question_is_answered(root: Path) -> None:
    for name in ("pipectl", f"pipectl-{os.geteuid()}"):
        (root / ".git" / name).write_text("in the way")
    assert _ran(root, "stats")
    assert _ran(root, "stats")


def test_git_is_asked_again_who_asks(root: Path) -> None:
    _known(root, "next")
    git(root, "config", "user.email", "ani@example.com")
    assert _ran(root, "next")
    assert not _ran(root, "next")
    assert "ani" in run_process("next", cwd=root)[0].out
    git(root, "config", "--unset", "user.email")
    assert _ran(root, "next")


class _Clock:
    """A clock that is set."""

    def __init__(self, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = now
        clock = self

        class There(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "There":
                return cls.fromtimestamp(clock.now.timestamp(), tz)

        monkeypatch.setattr(_open, "datetime", There)
        monkeypatch.setattr(time, "time_ns", lambda: int(self.now.timestamp()) * 1_000_000_000)
        monkeypatch.setattr(sys.modules["tests.harness"], "TODAY", "")


def test_another_day_is_another_answer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    clock = _Clock(datetime(2036, 11, 23, 12, tzinfo=jakarta), monkeypatch)
    _known(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 23, 23, 58, tzinfo=jakarta)
    assert not _ran(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 24, 0, 0, tzinfo=jakarta)
    assert _ran(root, "list", "-f", "json")
    assert not _ran(root, "list", "-f", "json")
    # A clock that is set back.
    clock.now = datetime(2036, 11, 23, 12, tzinfo=jakarta)
    assert _ran(root, "list", "-f", "json")
    clock.now = datetime(2036, 11, 23, 11, 59, tzinfo=jakarta)
    assert _ran(root, "list", "-f", "json")


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("UTC", "2026-03-01T05:00", "2026-03-02T00:00"),
        ("Asia/Jakarta", "2026-03-01T05:00", "2026-03-01T17:00"),
        ("Asia/Kathmandu", "2026-03-01T05:00", "2026-03-01T18:15"),
        # Midnight is skipped.
        ("America/Santiago", "2026-09-05T12:00", "2026-09-06T04:00"),
        ("Asia/Beirut", "2026-03-28T12:00", "2026-03-28T22:00"),
        # The last hour of the day comes twice.
        ("America/Santiago", "2026-04-04T12:00", "2026-04-05T04:00"),
        # A whole day is skipped.
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),
    ],
)
def test_an_answer_is_good_until_a_minute_before_midnight(zone: str, now: str, midnight: str) -> None:
    asked, ends = (datetime.fromisoformat(f"{text}+00:00") for text in (now, midnight))
    since, until = keep._day(asked.astimezone(ZoneInfo(zone)))
    assert since == asked.timestamp() * 1_000_000_000
    assert until == (ends - timedelta(minutes=1)).timestamp() * 1_000_000_000


def _edit(root: Path) -> Callable[[], object]:
    """Change a deal, and what takes it back."""
    text = _deal(root).read_text()
    _deal(root).write_text(text.replace("1001", "7777"))
    return lambda: _deal(root).write_text(text)


def _add(root: Path) -> Callable[[], object]:
    (root / "deals/more.yaml").write_text(_deal(root).read_text().replace("1001", "7777"))
    return (root / "deals/more.yaml").unlink


@pytest.mark.parametrize("change", [_edit, _add])
def test_what_is_there_while_a_command_runs_and_at_no_other_time_is_in_no_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], Callable[[], object]]
) -> None:
    real = _open.load_workspace

    def passing(*arguments: object, **named: object) -> object:
        with unnoticed():
            take_back = change(root)
        found = real(*arguments, **named)  # type: ignore[arg-type]  # passed on as they are
        with unnoticed():
            take_back()
        return found

    @contextmanager
    def unnoticed() -> Iterator[None]:
        """As another process would do it."""
        with monkeypatch.context() as patch:
            patch.setattr(witness, "_PRESENT", [])
            yield

    words = ("list", "-f", "csv")
    run_process(*words, cwd=root)
    _known(root, "stats")
    with monkeypatch.context() as patch:
        patch.setattr(_open, "load_workspace", passing)
        assert "7777" in run_process(*words, cwd=root)[0].out
    assert len(_kept(root).answers) == 2
    # What was answered before is known to be of these files, whatever their times.
    assert not _ran(root, "stats")
    assert _ran(root, *words)


def test_the_order_of_both_ends_is_kept(root: Path) -> None:
    words = [sys.executable, "-c", "import pipectl.__main__ as m; from pipectl.answers import keep, ask; "]
    words[-1] += "keep._FEW = -1; ask._GRAIN = 0; m.main()"
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(_ROOT)}

    def run(*more: str) -> bytes:
        done = subprocess.run(
            [*words, "check", *more],
            cwd=root,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout

    plain = run("--no-cache")
    assert [run(), run(), run()] == [plain, plain, plain]
    assert _kept(root).answers


def test_a_reader_that_leaves_gets_no_traceback_and_leaves_nothing(root: Path) -> None:
    script = "import pipectl.__main__ as m; from pipectl.answers import keep, ask; keep._FEW = -1; ask._GRAIN = 0"
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(_ROOT)}
    for _ in range(3):
        reader, writer = os.pipe()
        os.close(reader)
        words = [sys.executable, "-c", f"{script}; m.main()", "list"]
        done = subprocess.run(words, cwd=root, env=variables, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")
    assert _kept(root).asked
    assert not _kept(root).answers


def test_an_end_that_takes_a_part_of_what_it_is_given_has_no_answer_kept(root: Path) -> None:
    _known(root, "list")
    reader, writer = os.pipe()
    script = "import pipectl.__main__ as m; from pipectl.answers import ask; ask._GRAIN = 0"
    os.set_blocking(writer, False)
    words = [sys.executable, "-c", f"import sys; {script}; print(m._question(sys.argv[1:]), file=sys.stderr)", "list"]
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(words, cwd=root, env=variables, stdout=writer, stderr=subprocess.PIPE, check=True)
    os.close(reader)
    os.close(writer)
    assert done.stderr == b"None\n"


@pytest.mark.parametrize("words", [("stats",), ("next", "-L", "1")], ids=" ".join)
def test_an_answer_given_again_imports_nothing_of_the_program_proper(root: Path, words: tuple[str, ...]) -> None:
    script = (
        "import sys, pipectl.__main__ as m; from pipectl.answers import ask; ask._GRAIN = 0\n"
        "if sys.argv[-1] == 'first': del sys.argv[-1]; from pipectl.answers import keep; keep._FEW = -1\n"
        "m.answer(); print(*sys.modules, file=sys.stderr)"
    )
    variables = {**os.environ, "PIPECTL_TODAY": "2026-11-23", "PYTHONPATH": str(_ROOT)}
    found = [
        subprocess.run(
            [sys.executable, "-c", script, *words, *more], cwd=root, env=variables, capture_output=True, check=True
        )
        for more in (("first",), ("first",), ())
    ]
    assert found[0].stdout == found[1].stdout == found[2].stdout
    assert not set(found[2].stderr.decode().split()) & {"typing", "re", "typer", "subprocess", "pipectl.cli", "decimal"}


class _Noting(dict[str, str]):
    """Variables that note which of them are asked for by name."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]  # as a mapping has it
        self.names.add(name)
        return super().get(name, default)  # type: ignore[arg-type]  # whatever was given

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


_NOTES = """
import os, sys
from tests.test_answers import _Noting
os.environ = _Noting(dict(os.environ))
from pipectl import cli
cli.dict = lambda variables: variables
cli.main(sys.argv[1:])
print(*os.environ.names, file=sys.stderr)
"""


@pytest.mark.parametrize("verb", sorted(READING))
def test_every_variable_that_is_read_is_part_of_the_question(root: Path, verb: str) -> None:
    words = [sys.executable, "-c", _NOTES, verb, *_QUESTIONS[verb], "--as", "ani"]
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), "PIPECTL_TODAY": "2026-11-23", "HOME": "/x"}
    done = subprocess.run(words, cwd=root, env=variables, capture_output=True, text=True, check=True)
    read = {name for name in done.stderr.split("\n")[-2].split() if name.isupper() or name.startswith("_")}
    assert "PIPECTL_DIR" in read
    assert {name for name in read if name not in ask.VARIABLES and not name.startswith(ask.PREFIXES)} == set()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("change"),
            st.sampled_from(sorted({*CHANGES, *HARMLESS} - {"a pipe", "settings gone", "an unfinished write"})),
        ),
        st.tuples(st.just("ask"), st.sampled_from(["list -f csv", "check", "stats", "next --as ani", "board"])),
        st.tuples(st.just("take back"), st.just("")),
    ),
    min_size=4,
    max_size=10,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=_STEPS)
def test_whatever_is_changed_and_asked_in_any_order(drawn: Path, steps: list[tuple[str, str]]) -> None:
    root, spare = drawn / "workspace", drawn / "spare"
    for folder in (root, spare):
        shutil.rmtree(folder, ignore_errors=True)
    _workspace(root)
    for kind, what in (*steps, ("ask", "list -f csv"), ("ask", "check")):
        if kind == "change":
            shutil.rmtree(spare, ignore_errors=True)
            shutil.copytree(root / "deals", spare, symlinks=True)
            with suppress(OSError):
                {**CHANGES, **HARMLESS}[what](root)
        elif kind == "take back" and spare.exists():
            shutil.rmtree(root / "deals", ignore_errors=True)
            shutil.copytree(spare, root / "deals", symlinks=True)
        elif kind == "ask" and (root / "pipelines").exists():
            _ran(root, *what.split())
