"""What leaves the program in a form for programs comes back as it was: safe does not mean lost."""

import json
from pathlib import Path

from pipectl.store.load import load_workspace
from tests.commands.repository import git, repository
from tests.conftest import MakeWorkspace, Run
from tests.harness import SALES, SETTINGS, write_files
from tests.hostile.readers import formulas, runner_commands, steers
from tests.hostile.workspace import ATTACKS, quoted

# The reader trims; the ends of a text are no part of it.
_TEXTS = tuple(text.strip() for text in ATTACKS)


def _deals(text: str) -> str:
    return (
        f"title: {quoted(text)}\nstage: lead\ncompany: {quoted(text)}\ntags: [{quoted(text)}]\nnotes: {quoted(text)}\n"
    )


_FILES = {f"deals/h{place}.yaml": _deals(text) for place, text in enumerate(_TEXTS)}


def test_json_carries_every_text_as_it_is(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace(_FILES)
    rows = json.loads(pipectl("list", "-f", "json", cwd=root).out)["tables"]["deals"]
    assert {row["id"]: row["title"] for row in rows} == {f"h{place}": text for place, text in enumerate(_TEXTS)}
    records = json.loads(pipectl("export", "-f", "json", cwd=root).out)["deals"]
    assert {record["notes"] for record in records} == set(_TEXTS)


def test_an_export_comes_back_without_its_guards(workspace: MakeWorkspace, pipectl: Run, tmp_path: Path) -> None:
    root = workspace(_FILES)
    other = write_files(tmp_path / "other", {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES})
    table = other / "deals.csv"
    assert pipectl("export", "-o", str(table), cwd=root).status == 0
    assert not formulas(table.read_text(), ",")
    assert pipectl("import", str(table), "--from", "csv", "--guess", cwd=other).status == 0
    done = pipectl("import", str(table), "--from", "csv", cwd=other)
    assert done.status == 0, done.err
    before, after = (load_workspace(folder, frozenset()).deals for folder in (root, other))
    # An import makes one line of a title.
    wanted = sorted((" ".join(deal.title.split()), " ".join(deal.company.split())) for deal in before)
    assert sorted((deal.title, deal.company) for deal in after) == wanted


def test_a_commit_says_in_one_line_what_a_title_says_in_several(workspace: MakeWorkspace, pipectl: Run) -> None:
    title = quoted("::error::x\nSigned-off-by: Eve <eve@x.example>")
    root = repository(workspace({"deals/##[error]x.yaml": f"title: A\nstage: lead\ntasks:\n  - {{title: {title}}}\n"}))
    done = pipectl("task", "done", "##[error]x", "--commit", cwd=root)
    assert done.status == 0, done.err
    message = git(root, "log", "-1", "--format=%B").strip()
    assert message == r"##\[error]x: done: ::error::x Signed-off-by: Eve <eve@x.example>"
    assert not steers(done.out + done.err)
    assert not runner_commands(done.out + done.err)


def test_a_diff_has_the_lines_that_git_counts(workspace: MakeWorkspace, pipectl: Run) -> None:
    root = workspace({"deals/a.yaml": "stage: lead\ntitle: A\n# x\u2028::error::y\n"})
    done = pipectl("fmt", "--dry-run", cwd=root)
    assert "No newline" not in done.out
    assert not runner_commands(done.out)
