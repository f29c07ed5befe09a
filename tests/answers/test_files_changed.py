"""An answer that is given again is what the program would answer, whatever becomes of the files."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipectl.answers import witness
from pipectl.commands import _open
from pipectl.store import stamps
from tests.answers.asking import deal, file_of, kept, known, new_workspace, ran, replace
from tests.harness import run_process, write_files
from tests.store.faults import git


def _same_size_and_times(root: Path) -> None:
    status = deal(root).stat()
    replace(deal(root), "1001", "9009")
    os.utime(deal(root), ns=(status.st_atime_ns, status.st_mtime_ns))


def _other_file_in_its_place(root: Path) -> None:
    status, path = deal(root).stat(), deal(root)
    text = path.read_text().replace("1001", "9009")
    path.unlink()
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _unfinished_write(root: Path) -> None:
    (file_of(root).parent / "journal").mkdir()


def _in_its_place(root: Path, put: Callable[[Path], object]) -> None:
    deal(root).unlink()
    put(deal(root))


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda root: replace(deal(root), "1001", "1002"),
    "edited, longer": lambda root: replace(deal(root), "1001", "100000"),
    "same size and times": _same_size_and_times,
    "replaced": _other_file_in_its_place,
    "new deal": lambda root: shutil.copy(deal(root), root / "deals/new.yaml"),
    "new folder": lambda root: write_files(root, {"deals/z/y/x.yaml": "title: X\nstage: lead\n"}),
    "deleted": lambda root: deal(root).unlink(),
    "renamed": lambda root: deal(root).rename(root / "deals/a/other.yaml"),
    "moved": lambda root: deal(root).rename(root / "deals/d1.yaml"),
    "swapped": lambda root: deal(root).rename(deal(root, 3)),
    "folder renamed": lambda root: (root / "deals/a").rename(root / "deals/c"),
    "folder deleted": lambda root: shutil.rmtree(root / "deals/a"),
    "settings": lambda root: replace(root / "pipectl.yaml", "Ani Lestari", "Ani Wijaya"),
    "pipeline": lambda root: replace(root / "pipelines/sales.yaml", "Lead", "Cold"),
    "new pipeline": lambda root: shutil.copy(root / "pipelines/sales.yaml", root / "pipelines/more.yaml"),
    "folder of pipelines": lambda root: (root / "pipelines/old").mkdir(),
    "stray file": lambda root: (root / "deals/notes.txt").write_text("a note"),
    "nearly a deal": lambda root: (root / "deals/x.yml").write_text("title: X\n"),
    "no deal": lambda root: (root / "deals/x.yaml").write_text("- 1\n"),
    "a link": lambda root: (root / "deals/link.yaml").symlink_to("a/d0.yaml"),
    "a link out": lambda root: (root / "deals/link.yaml").symlink_to("/etc/passwd"),
    "a link to a folder": lambda root: (root / "deals/link").symlink_to("a"),
    "a pipe": lambda root: os.mkfifo(root / "deals/pipe.yaml"),
    "a pipe in its place": lambda root: _in_its_place(root, os.mkfifo),
    "a folder in its place": lambda root: _in_its_place(root, Path.mkdir),
    "a link in its place": lambda root: _in_its_place(root, lambda path: path.symlink_to("../a/d0.yaml")),
    "a folder as a deal": lambda root: (root / "deals/folder.yaml").mkdir(),
    "an unfinished write": _unfinished_write,
    "settings gone": lambda root: (root / "pipectl.yaml").unlink(),
    "pipelines gone": lambda root: shutil.rmtree(root / "pipelines"),
}
HARMLESS: dict[str, Callable[[Path], object]] = {
    "read": lambda root: deal(root).read_bytes(),
    "touched": lambda root: os.utime(deal(root)),
    "mode": lambda root: deal(root).chmod(0o640),
    "written anew": lambda root: replace(deal(root), "none", "none"),
    "hidden file": lambda root: (root / "deals/.d1.yaml.swp").write_text("swap"),
    "beside": lambda root: (root / "README.md").write_text("Deals"),
    "staged": lambda root: git(root, "add", "."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_the_files_is_seen(root: Path, change: str) -> None:
    for words in (("list", "-f", "csv"), ("check",)):
        known(root, *words)
    CHANGES[change](root)
    with suppress(FileNotFoundError):
        assert ran(root, "list", "-f", "csv")
    ran(root, "check")


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_no_content_needs_no_run(root: Path, change: str) -> None:
    known(root, "stats")
    known(root, "check")
    HARMLESS[change](root)
    assert not ran(root, "stats")
    assert not ran(root, "check")


def test_an_answer_of_a_copied_tree_is_told_by_content_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known(root, "stats")
    for path in root.rglob("*.yaml"):
        os.utime(path)
    assert not ran(root, "stats")
    monkeypatch.setattr(stamps, "_digest", lambda *_: pytest.fail("a file was read"))
    assert not run_process("stats", cwd=root)[1]


def _checked_out(root: Path) -> None:
    """All looks changed; the folder that is looked at first tells so, and the files of the others are read at once."""
    for path in root.rglob("*.yaml"):
        os.utime(path)
    found = kept(root)
    view = stamps.look(str(root), found.tree, found.digests)
    assert view is not None
    assert view.digests == {name: found.digests[name] for name in ("deals/b", "deals/a", "pipelines")}


@pytest.mark.no_cover
@pytest.mark.parametrize("change", CHANGES)
def test_any_change_beside_a_checkout_is_seen(root: Path, change: str) -> None:
    shutil.copytree(root / "deals/a", root / "deals/z")
    words = "list", "-f", "csv"
    known(root, *words)
    _checked_out(root)
    CHANGES[change](root)
    with suppress(FileNotFoundError):
        assert ran(root, *words)


def test_a_file_that_became_closed_to_us_beside_a_checkout_is_named(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("everything is open to root")
    shutil.copytree(root / "deals/a", root / "deals/z")
    known(root, "check")
    _checked_out(root)
    deal(root).chmod(0)
    assert ran(root, "check")


def test_an_edit_taken_back_finds_the_old_answers(root: Path) -> None:
    known(root, "stats")
    text = deal(root).read_text()
    deal(root).write_text(text.replace("1001", "1002"))
    deal(root).write_text(text)
    assert not ran(root, "stats")


def _edit(root: Path) -> Callable[[], object]:
    """Change a deal, and what takes it back."""
    text = deal(root).read_text()
    deal(root).write_text(text.replace("1001", "7777"))
    return lambda: deal(root).write_text(text)


def _add(root: Path) -> Callable[[], object]:
    (root / "deals/more.yaml").write_text(deal(root).read_text().replace("1001", "7777"))
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
    known(root, "stats")
    with monkeypatch.context() as patch:
        patch.setattr(_open, "load_workspace", passing)
        assert "7777" in run_process(*words, cwd=root)[0].out
    assert len(kept(root).answers) == 2
    # What was answered before is known to be of these files, whatever their times.
    assert not ran(root, "stats")
    assert ran(root, *words)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("change"),
            st.sampled_from(
                sorted(
                    {*CHANGES, *HARMLESS} - {"a pipe", "a pipe in its place", "settings gone", "an unfinished write"}
                )
            ),
        ),
        st.tuples(st.just("ask"), st.sampled_from(["list -f csv", "check", "stats", "next --as ani", "board"])),
        st.tuples(st.just("take back"), st.just("")),
    ),
    min_size=4,
    max_size=10,
)


@pytest.mark.no_cover
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=_STEPS)
def test_whatever_is_changed_and_asked_in_any_order(drawn: Path, steps: list[tuple[str, str]]) -> None:
    root, spare = drawn / "workspace", drawn / "spare"
    for folder in (root, spare):
        shutil.rmtree(folder, ignore_errors=True)
    new_workspace(root)
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
            ran(root, *what.split())
