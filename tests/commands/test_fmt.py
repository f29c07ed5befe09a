"""`pipectl fmt`: what is written, what is named, and that nothing of pipectl's own making changes."""

import itertools
import shutil
from pathlib import Path

import pytest

from pipectl.commands import fmt
from pipectl.store.edit_refused import Refused
from tests.commands.repository import changed_in_last_commit, committed, git, repository
from tests.conftest import MakeWorkspace, Run
from tests.harness import Result

ROOT = Path(__file__).parent.parent.parent
MESSY = "owner: ani\ntitle: Acme\nstage: lead\n"
CLEAN = "title: Acme\nstage: lead\n\nowner: ani\n"
SETTINGS = "version: 1\ncurrency: IDR\n\nteam:\n  ani: {name: Ani}\n"


@pytest.fixture
def root(workspace: MakeWorkspace) -> Path:
    return workspace({"pipectl.yaml": SETTINGS, "deals/acme.yaml": MESSY, "deals/beta.yaml": CLEAN})


def test_a_file_is_put_in_order_and_named(root: Path, pipectl: Run) -> None:
    assert pipectl("fmt", cwd=root) == Result(0, "deals/acme.yaml formatted\n", "1 of 4 files formatted\n")
    assert (root / "deals/acme.yaml").read_text() == CLEAN
    assert pipectl("fmt", "-q", cwd=root) == Result(0, "", "")


def test_a_check_writes_nothing_and_names_every_file_that_would_change(root: Path, pipectl: Run) -> None:
    (root / "pipectl.yaml").write_text("currency: IDR\nversion: 1\n")
    result = pipectl("fmt", "--check", cwd=root)
    out = "pipectl.yaml would be formatted\ndeals/acme.yaml would be formatted\n"
    assert result == Result(1, out, "2 of 4 files would be formatted\n")
    assert (root / "deals/acme.yaml").read_text() == MESSY
    pipectl("fmt", cwd=root)
    assert pipectl("fmt", "--check", "-q", cwd=root) == Result(0, "", "")


def test_a_dry_run_shows_the_whole_diff(root: Path, pipectl: Run) -> None:
    head = "--- a/deals/acme.yaml\n+++ b/deals/acme.yaml\n@@ -1,3 +1,4 @@\n"
    diff = f"{head}-owner: ani\n title: Acme\n stage: lead\n+\n+owner: ani\n"
    assert pipectl("fmt", "-n", cwd=root).out == diff
    assert pipectl("fmt", "--check", "-n", cwd=root) == Result(1, diff, "1 of 4 files would be formatted\n")
    assert (root / "deals/acme.yaml").read_text() == MESSY


def test_files_and_deals_can_be_named(root: Path, pipectl: Run) -> None:
    (root / "deals/beta.yaml").write_text(MESSY)
    (root / "pipectl.yaml").write_text("currency: IDR\nversion: 1\n")
    result = pipectl("fmt", "acme", "pipectl.yaml", cwd=root)
    assert result.out == "pipectl.yaml formatted\ndeals/acme.yaml formatted\n"
    assert (root / "deals/beta.yaml").read_text() == MESSY
    assert pipectl("fmt", "./deals/beta.yaml", "Acme", cwd=root).err == "1 of 2 files formatted\n"


def test_files_of_workspaces_below_are_formatted_as_a_hook_names_them(root: Path, pipectl: Run) -> None:
    top = root / "x"
    for name in ("one", "two"):
        shutil.copytree(root / "deals", top / name / "deals")
        shutil.copy(root / "pipectl.yaml", top / name)
    names = [f"{name}/deals/acme.yaml" for name in ("one", "two")]
    assert pipectl("fmt", *names, cwd=top).err == "2 of 2 files formatted\n"
    assert [(top / name).read_text() for name in names] == [CLEAN, CLEAN]


def test_a_file_that_can_not_be_read_is_named_and_the_others_are_formatted(root: Path, pipectl: Run) -> None:
    (root / "deals/broken.yaml").write_text("title: A\nstage: lead\nstage: won\n")
    (root / "pipelines/sales.yaml").write_text("name: [\n")
    (root / "deals/other.yml").write_text(MESSY)
    result = pipectl("fmt", cwd=root)
    assert (result.status, result.out) == (2, "deals/acme.yaml formatted\n")
    assert "deals/broken.yaml:3:1: left alone: key 'stage' stands twice" in result.err
    assert "pipelines/sales.yaml:1:7: left alone: the bracket" in result.err
    assert "deals/other.yml:1:1: left alone: 'other.yml' ends in .yml" in result.err
    assert (root / "deals/acme.yaml").read_text() == CLEAN
    assert pipectl("fmt", "deals/acme.yaml", cwd=root).status == 0


def test_a_file_that_would_say_something_else_is_left_alone_and_named(
    root: Path, pipectl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(data: bytes, _layout: object) -> bytes:
        if data == MESSY.encode():
            raise Refused("it would not say the same")
        return data

    monkeypatch.setattr(fmt, "tidied", refuse)
    for words in ((), ("--check",)):
        result = pipectl("fmt", *words, cwd=root)
        assert (result.status, result.out) == (1, "")
        assert result.err.startswith("deals/acme.yaml: left alone: it would not say the same\n0 of 4 files")
    assert (root / "deals/acme.yaml").read_text() == MESSY


def test_a_link_is_formatted_once_and_stays_a_link(root: Path, pipectl: Run) -> None:
    (root / "deals/also.yaml").symlink_to("acme.yaml")
    (root / "notes").mkdir()
    (root / "notes/far.yaml").write_text(MESSY)
    (root / "deals/far.yaml").symlink_to("../notes/far.yaml")
    assert pipectl("fmt", cwd=root).out == "deals/acme.yaml formatted\ndeals/far.yaml formatted\n"
    assert (root / "deals/far.yaml").is_symlink()
    assert (root / "notes/far.yaml").read_text() == CLEAN


def test_formatting_can_be_taken_back_and_committed(root: Path, pipectl: Run) -> None:
    repository(root)
    assert pipectl("fmt", "--commit", cwd=root).status == 0
    assert changed_in_last_commit(root) == ["deals/acme.yaml"]
    assert git(root, "log", "-1", "--format=%s") == "fmt: 1 file, no value changed\n"
    assert pipectl("undo", cwd=root).status == 0
    assert (root / "deals/acme.yaml").read_text() == MESSY


def test_nothing_is_written_where_one_file_can_not_be(
    root: Path, pipectl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "deals/beta.yaml").write_text(MESSY)
    read = fmt.read_file

    def changed_meanwhile(where: Path, path: str) -> object:
        data = read(where, path)
        if path == "deals/beta.yaml":
            (root / path).write_text(f"{MESSY}# new\n")
        return data

    monkeypatch.setattr(fmt, "read_file", changed_meanwhile)
    result = pipectl("fmt", cwd=root)
    assert result.status == 1
    assert "deals/beta.yaml has changed since it was read" in result.err
    assert (root / "deals/acme.yaml").read_text() == MESSY


@pytest.mark.parametrize("name", ["contoh-jaya", "minimal"])
def test_the_examples_are_formatted(pipectl: Run, name: str) -> None:
    assert pipectl("fmt", "--check", "-q", cwd=ROOT / "examples" / name) == Result(0, "", "")


TEMPLATES = [path.name for path in (ROOT / "pipectl/templates").iterdir() if path.is_dir()]


@pytest.mark.parametrize(("template", "language"), [*itertools.product(sorted(TEMPLATES), ("en", "id"))])
def test_what_init_add_and_import_write_is_formatted(
    tmp_path: Path, pipectl: Run, template: str, language: str
) -> None:
    root = tmp_path / "new"
    words = ("--template", template, "--lang", language, "--currency", "IDR", "--timezone", "UTC", "--team", "Ani")
    assert pipectl("init", str(root), *words).status == 0
    table = "Id,Title,Stage,Amount,Company,Owner\n1,Beta,lead,100,PT Beta,Ani\n2,Gama,lead,200,PT Gama,Ani\n"
    (root / "deals.csv").write_text(table)
    assert pipectl("fmt", "--check", "-q", cwd=root) == Result(0, "", "")
    pipeline = min((root / "pipelines").iterdir()).stem
    words = ("--company", "PT A", "--amount", "5jt", "--close", "2027-01-01", "--next", "Call", "--due", "2w")
    assert pipectl("add", "A deal", "--pipeline", pipeline, *words, cwd=root).status == 0
    assert pipectl("import", "deals.csv", "--from", "csv", "--guess", cwd=root).status == 0
    pipectl("import", "deals.csv", "--from", "csv", cwd=root)
    assert pipectl("fmt", "--check", "-q", cwd=root) == Result(0, "", "")


def test_edits_of_a_formatted_file_leave_it_formatted(pipectl: Run, workspace: MakeWorkspace) -> None:
    deal = "title: Acme\nstage: lead\n\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"
    root = workspace({"pipectl.yaml": SETTINGS, "deals/acme.yaml": deal})
    for words in (
        ("set", "acme", "amount=5jt", "close=2027-01-01", "owner=ani", "company=PT Acme", "tags=a,b"),
        ("set", "acme", "probability=40", "source=fair", "notes=Long", "forecast=commit"),
        ("task", "add", "acme", "Call", "--due", "2w"),
        ("log", "acme", "call", "Hello"),
        ("move", "acme", "proposal"),
        ("rename", "acme", "acme-2"),
        ("lose", "acme-2", "--reason", "price"),
        ("set", "acme-2", "company=", "tags="),
        ("reopen", "acme-2"),
    ):
        assert pipectl(*words, cwd=root).status == 0, words
        assert pipectl("fmt", "-n", "-q", cwd=root) == Result(0, "", ""), words


def test_a_close_merges_with_a_change_of_the_facts_above_it(root: Path, pipectl: Run) -> None:
    (root / "deals/acme.yaml").write_text(
        CLEAN + "\ncompany: PT Acme\ntags: [a]\n\nhistory:\n  - {at: 2026-11-01, stage: lead}\n"
    )
    repository(root)
    git(root, "switch", "-q", "-c", "budi")
    pipectl("set", "acme", "tags=a,b", "source=fair", cwd=root)
    committed(root, on="2026-11-02")
    git(root, "switch", "-q", "main")
    assert pipectl("lose", "acme", "--reason", "price", cwd=root).status == 0
    committed(root, on="2026-11-03")
    git(root, "merge", "-q", "-m", "both", "budi")
    assert pipectl("check", "--group", "files", "-q", cwd=root).status == 0
