"""Every command over a hostile workspace, in every format: nothing of it gets a life of its own."""

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipectl.commands import COMMANDS, _open
from pipectl.model.workspace import Workspace
from pipectl.output.formats import FORMATS, TABULATE
from tests.harness import Result, run_pipectl
from tests.hostile.invocations import CALLS, Call
from tests.hostile.readers import runner_commands, steers, wrong_annotations, wrong_in
from tests.hostile.workspace import hostile_repository, readable_workspace, refused_settings

_CHECK_FORMATS = ("text", "json", "github")
_READING = [(name, call) for name, calls in CALLS.items() for call in calls if call.formats]


@pytest.fixture(scope="module", autouse=True)
def _no_git_configuration() -> Iterator[None]:
    """The repository is made once, before the fixture of each test keeps the user's configuration out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_repository(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def read() -> dict[tuple[str, ...], Workspace]:
    return {}


@pytest.fixture
def hostile(made: Path, read: dict[tuple[str, ...], Workspace], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hostile repository, which no command changes: to read it takes three times as long as to answer."""
    real = _open.load_workspace

    def once(root: Path, checks: frozenset[str], *, ids: tuple[str, ...] = (), **how: Any) -> Workspace:
        if root != made:
            return real(root, checks, ids=ids, **how)
        if ids not in read:
            read[ids] = real(root, checks, ids=ids, **how)
        return read[ids]

    monkeypatch.setattr(_open, "load_workspace", once)
    return made


@pytest.fixture(scope="module")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return readable_workspace(tmp_path_factory.mktemp("readable"))


def test_every_command_has_a_call() -> None:
    assert set(CALLS) == {entry.name for entry in COMMANDS}
    assert all(calls for calls in CALLS.values())


@pytest.mark.parametrize("name", CALLS)
def test_no_command_lets_a_text_steer(name: str, hostile: Path, readable: Path, tmp_path: Path) -> None:
    for place, call in enumerate(CALLS[name]):
        root = hostile
        if call.writes:
            root = tmp_path / str(place)
            shutil.copytree(readable, root)
        done = _run(root, call)
        _assert_inert(done, call)


def test_settings_that_cannot_be_used_are_named_safely(tmp_path: Path) -> None:
    for text in refused_settings():
        (tmp_path / "pipectl.yaml").write_bytes(text.encode())
        call = Call(("check",))
        _assert_inert(_run(tmp_path, call), call)


@pytest.mark.no_cover
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", sorted({name for name, _ in _READING} - {"check"}))
def test_no_format_lets_a_text_live(name: str, format: str, hostile: Path) -> None:  # noqa: A002 - the option's word
    call = next(call for other, call in _READING if other == name)
    done = _run(hostile, call, "-f", format)
    _assert_inert(done, call)
    assert not wrong_in(done.out, format)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted({name for name, _ in _READING} - {"check"}))
def test_no_call_in_any_layout_lets_a_text_live(name: str, hostile: Path) -> None:
    calls = [call for other, call in _READING if other == name]
    for call, layout in itertools.product(calls, [*FORMATS, *TABULATE]):
        done = _run(hostile, call, "-f", layout)
        _assert_inert(done, call)
        assert not wrong_in(done.out, layout), (call, layout)


@pytest.mark.parametrize("format", ["github", "grid", "latex", "mediawiki", "orgtbl", "pipe", "plain", "rst"])
def test_a_list_is_inert_in_each_layout_of_tabulate(format: str, hostile: Path) -> None:  # noqa: A002 - as above
    done = _run(hostile, CALLS["list"][1], "-f", format)
    _assert_inert(done, CALLS["list"][1])
    assert not wrong_in(done.out, format)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", sorted({name for name, _ in _READING}))
def test_a_terminal_gets_our_colours_and_nothing_else(name: str, hostile: Path) -> None:
    for place, call in enumerate(call for other, call in _READING if other == name):
        words = (*call.words, "--color", "always", "--no-pager")
        done = run_pipectl(*words, cwd=hostile, columns=(80, 40, 140)[place % 3])
        assert not steers(done.out + done.err, painted=True), call
        assert not runner_commands(done.out + done.err), call


@pytest.mark.parametrize("format", _CHECK_FORMATS)
def test_check_says_nothing_but_findings(format: str, hostile: Path) -> None:  # noqa: A002 - the option's word
    done = run_pipectl("check", "-f", format, cwd=hostile)
    assert not steers(done.out + done.err)
    assert not runner_commands(done.err)
    if format == "github":
        assert len(done.out.splitlines()) > 100
        assert not wrong_annotations(done.out)
    else:
        assert not runner_commands(done.out)
        assert not wrong_in(done.out, format)


def _run(root: Path, call: Call, *more: str) -> Result:
    return run_pipectl(*call.words, *more, cwd=root, **dict(call.variables))


def _assert_inert(done: Result, call: Call) -> None:
    assert not steers(done.out), (call, done.out)
    assert not steers(done.err), (call, done.err)
    assert not runner_commands(done.out), call
    assert not runner_commands(done.err), call
    assert "Traceback" not in done.err
