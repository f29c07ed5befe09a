"""As of a day nothing later leaks in: no event after it changes a byte of any format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.commands import COMMANDS as ENTRIES
from pipectl.commands import Entry, load
from tests.commands.repository import repository
from tests.harness import SALES, SETTINGS, run_pipectl, write_files
from tests.number_commands import NUMBER_COMMANDS, untried

# Every command has tests of its own, which count what they reach.
pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "contoh-jaya"

COMMANDS = (
    *NUMBER_COMMANDS,
    ("explain", "win-rate-with-stale", "--deals", "-p", "2026"),
    # A task says nowhere since when it is there, so the next step is today's.
    ("list", "is:any", "--fields", "id,stage,outcome,amount,worth,days,age,created,closed,close,owner"),
    ("board",),
    ("stale",),
)
# Every format is made of the same cells.
FEW = ("table", "json")
FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md", "html")

# What a team does in the weeks after the day that is looked back at.
LATER = (
    ("move", "puri", "negotiation"),
    ("win", "jaya-rasa", "--set", "amount=900mn"),
    ("lose", "cipta-ban", "--reason", "price"),
    ("reopen", "agung-semen", "--to", "qualified", "--note", "They called"),
    ("set", "sentosa", "owner=bayu"),
    ("set", "straits", "amount=1"),
    ("log", "nelayan", "call", "They want a demo"),
    ("add", "Gudang baru", "--company", "PT Baru", "--owner", "sari", "--stage", "lead", "-P", "new-business"),
)


def test_every_command_of_numbers_stands_in_the_table() -> None:
    assert untried() == set()


def _answers(root: Path, day: date, today: date, formats: Sequence[str]) -> list[str]:
    answers = []
    for words in COMMANDS:
        for name in formats:
            found = run_pipectl(*words, "--as-of", str(day), "-f", name, cwd=root, PIPECTL_TODAY=str(today))
            # Days that lie after the day looked at are refused, and that in the same words too.
            answers.append(f"{found.status} {found.out}{found.err}")
    return answers


@pytest.mark.parametrize("formats", [FEW, pytest.param(FORMATS, marks=pytest.mark.heavy)], ids=["few", "all"])
def test_what_a_team_does_later_changes_nothing_of_what_was_true_before(
    formats: tuple[str, ...], tmp_path: Path
) -> None:
    root = copytree(SAMPLE, tmp_path / "sales")
    day, later = date(2026, 11, 23), date(2026, 12, 20)
    before = _answers(root, day, later, formats)
    assert all(answer.startswith("0 ") for answer in before), before
    for words in LATER:
        done = run_pipectl(*words, cwd=root, PIPECTL_TODAY=str(later), PIPECTL_USER="sari")
        assert done.status == 0, (words, done.err)
    assert _answers(root, day, later, formats) == before
    assert _answers(root, later, later, formats) != before


@dataclass(frozen=True, slots=True)
class _Event:
    day: date
    stage: str
    amount: int
    owner: str


DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
STAGES = st.sampled_from(["lead", "qualified", "proposal", "negotiation", "won", "lost"])
EVENTS = st.builds(_Event, DAYS, STAGES, st.integers(0, 9), st.sampled_from(["ani", "budi"]))
LIVES = st.lists(st.lists(EVENTS, min_size=1, max_size=5), min_size=1, max_size=8)


def _deal(events: Sequence[_Event]) -> str:
    """A deal to which these *events* happened."""
    last = events[-1]
    history = "".join(f"  - {{at: {event.day}, stage: {event.stage}}}\n" for event in events)
    changes = "".join(f"  - {{at: {event.day}, amount: {event.amount}, owner: {event.owner}}}\n" for event in events)
    calls = "".join(f"  - {{at: {event.day}, type: call}}\n" for event in events)
    return (
        f"title: D\nstage: {last.stage}\namount: {last.amount}\nowner: {last.owner}\n"
        f"activities:\n{calls}changes:\n{changes}history:\n{history}"
    )


def _written(folder: Path, lives: Sequence[Sequence[_Event]]) -> Path:
    deals = {f"deals/d{number}.yaml": _deal(events) for number, events in enumerate(lives) if events}
    return write_files(folder, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, **deals})


@pytest.mark.heavy
@settings(max_examples=25)
@given(LIVES, DAYS)
def test_no_event_after_the_day_changes_a_byte(lives: list[list[_Event]], day: date) -> None:
    whole = [sorted(events, key=lambda event: event.day) for events in lives]
    known = [[event for event in events if event.day <= day] for events in whole]
    today = date(2026, 12, 31) + timedelta(days=1)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        roots = [_written(Path(folder), lives) for folder, lives in ((one, whole), (other, known))]
        answers = [_answers(root, day, today, FEW) for root in roots]
        assert answers[0] == answers[1]


def test_moving_the_files_into_other_folders_changes_no_byte(tmp_path: Path) -> None:
    root = copytree(SAMPLE, tmp_path / "sales")
    day = date(2026, 11, 23)
    before = _answers(root, day, day, FEW)
    files = sorted((root / "deals").rglob("*.yaml"))
    for number, path in enumerate(files):
        folder = root / "deals" / f"{(number * 7) % 5}"
        folder.mkdir(exist_ok=True)
        path.rename(folder / path.name)
    assert _answers(root, day, day, FEW) == before


# What a command is given where it wants more than options.
WORDS = {
    "show": ("acme",),
    "log": ("acme",),
    "task": ("list",),
    "explain": ("win-rate", "--deals"),
    "plan": ("--target", "1mn"),
}
ACME = "title: Acme\nstage: lead\nhistory: [{at: 2026-11-02, stage: lead}]\n"
LOOKING_BACK = [entry for entry in ENTRIES if "as_of" in load(entry).OPTIONS]


@pytest.mark.parametrize("entry", LOOKING_BACK, ids=lambda entry: entry.name)
def test_no_command_looks_at_a_day_that_lies_ahead(entry: Entry, tmp_path: Path) -> None:
    root = write_files(tmp_path, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, "deals/acme.yaml": ACME})
    words = (entry.name, *WORDS.get(entry.name, ()), "--as-of")
    ahead = run_pipectl(*words, "2026-11-24", cwd=root)
    assert (ahead.status, ahead.out) == (2, "")
    assert "--as-of '2026-11-24' lies after today, 2026-11-23\n  `pipectl forecast` is for what lies ahead" in ahead.err
    assert run_pipectl(*words, "today", cwd=root).status < 2


def test_a_commit_is_asked_of_any_day_until_today(tmp_path: Path) -> None:
    root = write_files(tmp_path, {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": SALES, "deals/acme.yaml": ACME})
    repository(root, on="2026-11-12")
    words = ("list", "--ids", "--rev", "HEAD", "--as-of")
    assert run_pipectl(*words, "2026-11-20", cwd=root).out == "acme\n"
    assert "'2026-11-24' lies after today, 2026-11-23" in run_pipectl(*words, "2026-11-24", cwd=root).err
