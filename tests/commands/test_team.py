"""Who of a larger team is shown as needing help, and what is said where nobody does."""

from pathlib import Path

from tests.harness import run_pipectl, write_files

PEOPLE = ("ani", "budi", "cici", "dewi", "eko", "fani")
SETTINGS = (
    f"version: 1\ncurrency: IDR\ntimezone: Asia/Jakarta\nteam: {{{', '.join(f'{name}: {{}}' for name in PEOPLE)}}}\n"
)
PIPELINE = "stages: [{id: lead, max_days: 14}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n"


def _team(folder: Path, since: str) -> Path:
    deal = "title: D\nstage: lead\nowner: {owner}\namount: 5\nhistory: [{{at: {since}, stage: lead}}]\n"
    deals = {f"deals/{name}.yaml": deal.format(owner=name, since=since) for name in PEOPLE}
    return write_files(folder, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": PIPELINE, **deals})


def test_the_first_five_stand_with_their_reasons_and_the_others_by_name(tmp_path: Path) -> None:
    root = _team(tmp_path, "2026-09-01")
    first, whole = (run_pipectl("team", *words, cwd=root).out for words in ((), ("--everybody",)))
    assert first.count("1 of 1 open, worth 5") == 5
    assert "next: fani (--everybody)" in first
    assert whole.count("1 of 1 open, worth 5") == 6
    assert "next:" not in whole


def test_where_nobody_needs_help_it_says_so(tmp_path: Path) -> None:
    out = run_pipectl("team", cwd=_team(tmp_path, "2026-11-20")).out
    assert "Who needs help first\nnobody stands out\n" in out
