"""`pipectl edit`: what comes back from the editor is checked, and what was typed is never lost."""

import io
import stat
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import MakeWorkspace
from tests.harness import Result, run_pipectl

ACME = "title: Acme\nstage: lead\nowner: ani   # for now\n"


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"deals/acme.yaml": ACME})


def _editor(folder: Path, body: str) -> str:
    """A program whose `text` is what the file says, and whose `path` is the file; it writes `text` back."""
    script = folder / "editor.py"
    lines = dedent(body).strip()
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\n"
        f"path = Path(sys.argv[-1])\ntext = path.read_bytes().decode()\n{lines}\npath.write_bytes(text.encode())\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def _edit(root: Path, body: str, *words: str, columns: int | None = None, name: str = "acme") -> Result:
    return run_pipectl("edit", name, *words, cwd=root, columns=columns, EDITOR=_editor(root, body))


def _text(root: Path) -> str:
    return (root / "deals/acme.yaml").read_bytes().decode()


def _drafts(root: Path) -> list[str]:
    return [path.read_bytes().decode() for path in sorted(root.glob(".pipectl/drafts/*"))]


def test_what_the_editor_leaves_takes_the_files_place(root: Path) -> None:
    result = _edit(root, 'text = text.replace("ani ", "budi")')
    assert result == Result(0, "deal/acme  owner ani → budi\n", "")
    assert _text(root) == ACME.replace("ani ", "budi")
    assert _drafts(root) == []


def test_the_bytes_come_through_as_they_are(root: Path) -> None:
    body = 'text = "\\ufeff" + text.replace("\\n", "\\r\\n").rstrip()'
    assert _edit(root, body).out == "deal/acme  edited\n"
    assert _text(root) == "\ufefftitle: Acme\r\nstage: lead\r\nowner: ani   # for now"


def test_the_editor_gets_a_copy_that_no_reader_of_the_workspace_sees(root: Path) -> None:
    _edit(root, 'Path("seen").write_text(str(path))\ntext += "source: web\\n"')
    seen = Path("seen")
    copy = Path(seen.read_text())
    seen.unlink()
    assert copy.name == "acme.yaml"
    assert root / "deals" not in copy.parents


def test_nothing_changed_writes_nothing(root: Path) -> None:
    assert _edit(root, "") == Result(0, "deal/acme  nothing was changed\n", "")
    assert _drafts(root) == []


def test_a_dry_run_shows_the_diff_and_keeps_the_draft(root: Path) -> None:
    result = _edit(root, 'text += "source: web\\n"', "-n")
    assert (result.status, _text(root)) == (0, ACME)
    assert "+source: web\n" in result.out
    assert "what you typed is kept in" in result.err
    assert _drafts(root) == [f"{ACME}source: web\n"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('text = text.replace("lead", "laed")', "stage 'laed' is no stage of sales"),
        ('text = "nothing"', "the file holds no deal"),
        ('text += "ownr: x\\n"', "'ownr' is no key of a deal"),
        ('text = text.replace("ani", "ano")', "owner 'ano'"),
    ],
)
def test_what_is_wrong_is_shown_and_kept_where_nobody_can_be_asked(root: Path, body: str, found: str) -> None:
    result = _edit(root, body)
    assert (result.status, _text(root)) == (1, ACME)
    assert found in result.err
    assert "deals/acme.yaml was not written: " in result.err
    assert str(root / ".pipectl/drafts/acme.yaml") in result.err
    assert len(_drafts(root)) == 1


def test_what_was_wrong_before_is_no_obstacle(root: Path) -> None:
    (root / "deals/acme.yaml").write_text(f"{ACME}ownr: x\n")
    assert _edit(root, 'text += "source: web\\n"').status == 0


def test_a_deal_that_can_t_be_read_can_be_mended(root: Path) -> None:
    (root / "deals/acme.yaml").write_text("title: Acme\nstage: laed\n")
    result = _edit(root, 'text = text.replace("laed", "lead")', name="acm")
    assert (result.status, result.out) == (0, "deal/acme  edited\n")
    assert _text(root) == "title: Acme\nstage: lead\n"


def test_a_file_that_changed_meanwhile_stays_and_so_does_what_was_typed(root: Path) -> None:
    other = f"{ACME}source: web\n"
    body = f'Path(r"{root}/deals/acme.yaml").write_text({other!r})\ntext += "company: PT Acme\\n"'
    result = _edit(root, body)
    assert (result.status, _text(root)) == (1, other)
    assert "has changed since it was read" in result.err
    assert _drafts(root) == [f"{ACME}company: PT Acme\n"]


def test_an_editor_that_fails_loses_nothing(root: Path) -> None:
    result = _edit(root, 'path.write_text(text + "source: web\\n")\nraise SystemExit(3)')
    assert (result.status, _text(root)) == (1, ACME)
    assert "ended with status 3" in result.err
    assert _drafts(root) == [f"{ACME}source: web\n"]


def test_an_editor_that_fails_without_a_word_leaves_no_draft(root: Path) -> None:
    assert _edit(root, "raise SystemExit(1)").status == 1
    assert _drafts(root) == []


def test_a_second_draft_does_not_replace_the_first(root: Path) -> None:
    _edit(root, 'text += "ownr: one\\n"')
    result = _edit(root, 'text += "ownr: two\\n"')
    assert "note: another draft of it lies in" in result.err
    assert sorted(draft.splitlines()[-1] for draft in _drafts(root)) == ["ownr: one", "ownr: two"]


def test_on_a_terminal_it_asks_and_edits_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Keyboard("e\n"))
    body = 'again = "laed" in text\ntext = text.replace("laed", "lead #") if again else text.replace("lead", "laed")'
    result = _edit(root, body, columns=80)
    assert result.status == 0
    assert "(e)dit again, (w)rite anyway, (k)eep the draft and stop" in result.err
    assert "stage: lead #" in _text(root)
    assert _drafts(root) == []


def test_on_a_terminal_it_may_be_written_anyway(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Keyboard("what\nw\n"))
    assert _edit(root, 'text += "ownr: x\\n"', columns=80).status == 0
    assert _text(root).endswith("ownr: x\n")


@pytest.mark.parametrize(("answers", "status"), [("k\n", 1), ("", 130)])
def test_on_a_terminal_the_draft_may_be_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch, answers: str, status: int
) -> None:
    monkeypatch.setattr("sys.stdin", _Keyboard(answers))
    result = _edit(root, 'text += "ownr: x\\n"', columns=80)
    assert (result.status, _text(root)) == (status, ACME)
    assert "what you typed is kept in" in result.err
    assert _drafts(root) == [f"{ACME}ownr: x\n"]


def test_visual_comes_before_editor_and_may_have_options(root: Path) -> None:
    good = _editor(root, 'assert sys.argv[1] == "--wait"\ntext += "source: web\\n"')
    result = run_pipectl("edit", "acme", cwd=root, VISUAL=f"'{good}' --wait", EDITOR="false")
    assert result.status == 0


def test_an_editor_that_is_not_there_is_named(root: Path) -> None:
    result = run_pipectl("edit", "acme", cwd=root, EDITOR="no-such-editor")
    assert result.status == 2
    assert "the editor 'no-such-editor' can't be run" in result.err
    assert _drafts(root) == []


def test_without_an_editor_and_a_terminal_it_says_so(root: Path) -> None:
    result = run_pipectl("edit", "acme", cwd=root)
    assert result.status == 2
    assert "VISUAL or EDITOR names one" in result.err
