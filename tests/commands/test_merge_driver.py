"""The merge driver as git calls it, and what tells git to call it."""

from pathlib import Path

from tests.commands.repository import git, repository
from tests.commands.test_resolve import ACME, BOTH, MOVED, OURS, PATH, QUALIFIED, THEIRS
from tests.conftest import MakeWorkspace
from tests.harness import SALES, Result, run_pipectl, write_files

SIDES = "`pipectl resolve` settles it: --ours or --theirs\n"
LINES = "deals/**/*.yaml merge=pipectl\npipelines/*.yaml merge=pipectl\npipectl.yaml merge=pipectl\n"


def _driven(folder: Path, base: str, ours: str, theirs: str, size: int = 7, path: str = PATH) -> tuple[Result, str]:
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_text(text)
    result = run_pipectl("merge-driver", "base", "ours", "theirs", str(size), path, cwd=folder)
    return result, (folder / "ours").read_text()


def test_a_file_is_merged_without_a_workspace_around(tmp_path: Path) -> None:
    assert _driven(tmp_path, ACME, OURS, THEIRS) == (Result(0, "", ""), BOTH)


def test_markers_are_as_long_as_git_wants_them_and_the_conflict_is_named(tmp_path: Path) -> None:
    result, text = _driven(tmp_path, ACME, ACME.replace("90 ", "100 "), ACME.replace("90 ", "200 "), 10)
    assert (result.status, result.err) == (1, f"{PATH}: amount is 100 here, 200 there (was 90)\n{SIDES}")
    assert f"{'<' * 10} ours\namount: 100 " in text
    assert f"{'=' * 10}\namount: 200 " in text


def test_both_histories_and_the_next_step_are_told(tmp_path: Path) -> None:
    result, _ = _driven(tmp_path, ACME, QUALIFIED, MOVED)
    assert result.err.splitlines() == [
        f"{PATH}: stage is qualified here, proposal there (was lead)",
        f"  {PATH}: here: 2026-11-09 qualified by ani",
        f"  {PATH}: there: 2026-11-12 proposal by budi",
        "`pipectl resolve` settles it: --theirs or --later",
    ]


def test_without_a_path_the_file_is_called_ours(tmp_path: Path) -> None:
    for name, number in (("base", 90), ("ours", 100), ("theirs", 200)):
        (tmp_path / name).write_text(ACME.replace("90 ", f"{number} "))
    result = run_pipectl("merge-driver", "base", "ours", "theirs", cwd=tmp_path)
    assert result.err == f"ours: amount is 100 here, 200 there (was 90)\n{SIDES}"


def test_what_cannot_be_read_is_merged_line_by_line(tmp_path: Path) -> None:
    broken = "title: [\nstage: lead\n\namount: 90\n"
    result, text = _driven(tmp_path, broken, broken.replace("lead", "won"), broken.replace("90", "100"))
    assert (result.status, text) == (0, "title: [\nstage: won\n\namount: 100\n")
    assert "merged line by line" in result.err
    result, text = _driven(tmp_path, broken, broken.replace("90", "200"), broken.replace("90", "100"))
    assert (result.status, "<<<<<<< ours\namount: 200\n=======\namount: 100\n>>>>>>> theirs\n" in text) == (1, True)


def test_two_new_files_of_one_name_are_joined_where_they_agree(tmp_path: Path) -> None:
    result, text = _driven(tmp_path, "", OURS, OURS.replace("owner: ani", "owner: budi"))
    assert result.err == f"{PATH}: owner is ani here, budi there\n{SIDES}"
    assert "<<<<<<< ours\nowner: ani\n=======\nowner: budi\n>>>>>>> theirs\n" in text


def test_times_with_an_offset_are_put_in_order_only_where_the_zone_is_known(tmp_path: Path) -> None:
    new = "  - {at: 2026-11-09, type: email}\n"
    ours = ACME.replace("First talk}\n", f"First talk}}\n{new}")
    theirs = ACME.replace("First talk}\n", "First talk}\n  - {at: 2026-11-08T20:00Z, type: visit}\n")
    result, _ = _driven(tmp_path, ACME, ours, theirs)
    assert (result.status, "can't be put in time order" in result.err) == (1, True)
    write_files(tmp_path, {"pipectl.yaml": "version: 1\ncurrency: IDR\ntimezone: Asia/Jakarta\n"})
    result, text = _driven(tmp_path, ACME, ours, theirs)
    assert result == Result(0, "", "")
    assert text.index("type: visit") > text.index("type: email")


def test_stages_in_two_new_orders_are_left(tmp_path: Path) -> None:
    head, *stages = SALES.split("  - ")
    first, second, third, *others = stages
    orders = ([second, first, third], [first, third, second])
    ours, theirs = ("  - ".join([head, *order, *others]) for order in orders)
    result, _ = _driven(tmp_path, SALES, ours, theirs, path="pipelines/sales.yaml")
    assert (result.status, "two different orders" in result.err) == (1, True)


STAGES = "pipelines/sales.yaml"
DEMO = SALES.replace("{id: qualified, name: Qualified,", "{id: demo, name: Demo, aliases: [qualified],")


def test_a_stage_that_was_renamed_is_the_one_that_another_was_put_after(tmp_path: Path) -> None:
    pilot = "  - {id: pilot, name: Pilot}\n"
    added = SALES.replace("probability: 20}\n", "probability: 20}\n" + pilot)
    wanted = DEMO.replace("probability: 20}\n", "probability: 20}\n" + pilot)
    assert _driven(tmp_path, SALES, added, DEMO, path=STAGES) == (Result(0, "", ""), wanted)
    assert _driven(tmp_path, SALES, DEMO, added, path=STAGES) == (Result(0, "", ""), wanted)


def test_a_stage_that_one_renamed_and_the_other_edited_is_joined_key_by_key(tmp_path: Path) -> None:
    edited = SALES.replace("probability: 20}", "probability: 20, max_days: 9}")
    wanted = DEMO.replace("probability: 20}", "probability: 20, max_days: 9}")
    assert _driven(tmp_path, SALES, edited, DEMO, path=STAGES) == (Result(0, "", ""), wanted)
    assert _driven(tmp_path, SALES, DEMO, edited, path=STAGES) == (Result(0, "", ""), wanted)


def test_a_stage_that_both_renamed_is_one_stage_with_two_names(tmp_path: Path) -> None:
    trial = DEMO.replace("id: demo, name: Demo", "id: trial, name: Trial")
    result, text = _driven(tmp_path, SALES, DEMO, trial, path=STAGES)
    assert result.status == 1
    assert "stages qualified: id is demo here, trial there (was qualified)" in result.err
    assert text.count("aliases: [qualified]") == 2


def test_two_stages_that_became_one_are_left(tmp_path: Path) -> None:
    lines = SALES.splitlines(keepends=True)
    one = "".join(lines[:2]) + "  - {id: early, name: Early, aliases: [lead, qualified]}\n" + "".join(lines[4:])
    edited = SALES.replace("probability: 20}", "probability: 20, max_days: 9}")
    result, _ = _driven(tmp_path, SALES, edited, one, path=STAGES)
    assert result.status == 1
    assert "stages qualified was changed here, removed there" in result.err


NOTES = ACME + "\nnotes: |\n  Budget is open.\n\n  They compare three.\n\n  Rina decides.\n"


def test_a_text_that_both_edited_in_other_lines_is_merged_as_git_merges_it(tmp_path: Path) -> None:
    ours, theirs = NOTES.replace("is open", "is 90"), NOTES.replace("Rina decides", "Rina and Adi decide")
    wanted = ours.replace("Rina decides", "Rina and Adi decide")
    assert _driven(tmp_path, NOTES, ours, theirs) == (Result(0, "", ""), wanted)


def test_what_git_merges_against_what_was_recorded_is_still_a_conflict(tmp_path: Path) -> None:
    ours = ACME.replace("amount: 90 ", "amount: 100 ")
    theirs = ACME.replace("currency: IDR", "currency: USD")
    assert _driven(tmp_path, ACME, ours, theirs)[0].status == 1


def test_installing_twice_changes_nothing_and_lines_that_stand_there_are_kept(workspace: MakeWorkspace) -> None:
    root = repository(workspace({".gitattributes": "* text=auto\npipectl.yaml  merge=pipectl", PATH: ACME}))
    shown = run_pipectl("install", "merge-driver", "-n", cwd=root)
    assert "+deals/**/*.yaml merge=pipectl\n" in shown.out
    assert (root / ".gitattributes").read_text() == "* text=auto\npipectl.yaml  merge=pipectl"
    assert "written" in run_pipectl("install", "merge-driver", cwd=root).out
    text = (root / ".gitattributes").read_text()
    assert text == "* text=auto\npipectl.yaml  merge=pipectl\n" + "".join(LINES.splitlines(keepends=True)[:2])
    again = run_pipectl("install", "merge-driver", cwd=root)
    assert again == Result(0, "merge-driver is as it should be\n", "")
    assert (root / ".gitattributes").read_text() == text


def test_in_a_folder_of_a_repository_the_lines_stand_in_that_folder(workspace: MakeWorkspace) -> None:
    root = workspace({f"sales/{PATH}": ACME})
    for name in ("pipectl.yaml", "pipelines"):
        (root / name).rename(root / "sales" / name)
    repository(root)
    assert run_pipectl("install", "merge-driver", "--commit", cwd=root / "sales").status == 0
    assert (root / "sales" / ".gitattributes").read_text() == LINES
    assert git(root, "check-attr", "merge", f"sales/{PATH}") == f"sales/{PATH}: merge: pipectl\n"
