"""What the documents say is what the program does."""

import re
from datetime import date
from filecmp import cmp, dircmp
from pathlib import Path

import pytest

from pipectl.model.facts import gather
from pipectl.store.load import load_snapshot, load_workspace
from tests.harness import run_pipectl

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "contoh-jaya"


def _yaml_blocks(path: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def test_the_examples_of_the_format_page_are_a_workspace_without_a_problem() -> None:
    settings, pipeline, deal = _yaml_blocks(ROOT / "docs" / "format.md")
    files = {
        "pipectl.yaml": settings,
        "pipelines/new-business.yaml": pipeline,
        "deals/acme-rollout.yaml": deal,
    }
    known = frozenset({"overdue-close", "missing-next-step", "possible-duplicate"})
    workspace = load_snapshot({path: text.encode() for path, text in files.items()}, known)
    assert workspace.problems == ()
    state = gather(workspace, date(2026, 11, 23)).states[0]
    assert (state.stage.id, state.dated, len(state.deal.tasks)) == ("proposal", True, 2)


def test_the_packaged_sample_is_the_example() -> None:
    def same(left: Path, right: Path) -> None:
        compared = dircmp(left, right)
        assert not compared.left_only + compared.right_only + compared.funny_files
        assert all(cmp(left / name, right / name, shallow=False) for name in compared.common_files)
        for name in compared.common_dirs:
            same(left / name, right / name)

    same(SAMPLE, ROOT / "pipectl" / "sample")


@pytest.mark.parametrize("name", ["contoh-jaya", "minimal"])
def test_an_example_has_no_finding_about_its_files(name: str) -> None:
    result = run_pipectl("check", "--group", "files", "--fail-on", "error", "-q", cwd=ROOT / "examples" / name)
    assert (result.status, result.err) == (0, "")


def test_the_board_of_the_readme_is_what_the_program_draws() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n\$ pipectl (board.*?)\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    result = run_pipectl(*shown[1].split(), cwd=SAMPLE, columns=80)
    assert result.out == shown[2]


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


TREES = sorted(path.parent for path in (ROOT / "pipectl" / "templates").rglob("pipectl.yaml"))


def test_a_language_of_a_template_changes_labels_and_never_ids() -> None:
    filled = re.compile(r"@\w+@")
    for template in {tree.parent for tree in TREES}:
        shapes = []
        for language in ("en", "id"):
            files = {
                path.relative_to(template / language).as_posix(): _filled(filled, path)
                for path in (template / language).rglob("*.yaml")
            }
            workspace = load_snapshot(files, frozenset())
            pipelines = workspace.pipelines.values()
            stages = {pipeline.id: [(stage.id, stage.outcome) for stage in pipeline.stages] for pipeline in pipelines}
            shapes.append((sorted(files), stages, [deal.id for deal in workspace.deals]))
        assert shapes[0] == shapes[1]


def _filled(token: re.Pattern[str], path: Path) -> bytes:
    known = {"@team@": "  ani: {name: Ani}", "@owner@": "ani", "@currency@": "IDR", "@timezone@": "UTC"}
    days = {"@today@": "2026-11-23", "@close@": "2027-01-22"}
    text = path.read_text(encoding="utf-8")
    return token.sub(lambda found: {**known, **days}.get(found[0], "Sales"), text).encode()


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: f"{tree.parent.name}-{tree.name}")
def test_every_template_makes_a_workspace_that_passes_its_own_check(tree: Path, tmp_path: Path) -> None:
    made = run_pipectl(
        *("init", str(tmp_path / "new"), "--template", tree.parent.name, "--lang", tree.name),
        *("--currency", "IDR", "--timezone", "Asia/Jakarta", "--team", "Ani Lestari", "--team", "Budi: Santoso"),
    )
    assert made.status == 0, made.err
    checked = run_pipectl("check", "--group", "files", "--fail-on", "info", cwd=tmp_path / "new")
    assert checked.status == 0, checked.out
    assert len(load_workspace(tmp_path / "new", frozenset()).deals) == 1
