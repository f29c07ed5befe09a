"""What becomes of the deals that enter a stage: what is an entry, an advance, a move back."""

from datetime import date

import pytest

from pipectl.metrics.funnel import Cohort, cohort, conversion, stage_to_won
from pipectl.metrics.metric import Scope
from pipectl.model.state import State
from pipectl.report import Ratio
from tests.build import details, scope_of

RETIRED = """\
    stages:
      - {id: lead}
      - {id: trial, retired: 2026-10-10}
      - {id: proposal}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    """
RENEWALS = "stages: [{id: due}, {id: talk}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n"
SETTINGS = "version: 1\ncurrency: IDR\ndefault_pipeline: sales\n"

_TO_NEXT = {"lead": "qualified", "qualified": "proposal", "proposal": "negotiation", "negotiation": "won"}


def _deal(*moves: str, now: str = "") -> str:
    """A deal by its moves, `10-01 lead`; *now* is its stage where that is another than the last move's."""
    entries = []
    for move in moves:
        day, place = move.split()
        pipeline, _, stage = place.rpartition(":")
        entries.append(f"{{at: 2026-{day}, stage: {stage}{f', pipeline: {pipeline}' if pipeline else ''}}}")
    place = now or moves[-1].split()[1]
    pipeline, _, stage = place.rpartition(":")
    where = f"pipeline: {pipeline}\n" if pipeline else ""
    return f"title: D\n{where}stage: {stage}\nhistory: [{', '.join(entries)}]\n"


def _deals(*deals: str) -> dict[str, str]:
    return {f"deals/d{number}.yaml": deal for number, deal in enumerate(deals)}


def _of(scope: Scope, stage: str, *, direct: bool = False) -> Cohort:
    pipeline = scope.facts.workspace.pipelines["sales"]
    found = pipeline.stage(stage)
    assert found is not None
    return cohort(scope, pipeline, found, direct=direct)


def _counts(found: Cohort) -> dict[str, int]:
    parts: dict[str, tuple[State, ...]] = {
        "advanced": found.advanced,
        "beyond": found.beyond,
        "lost": found.lost,
        "pending": found.pending,
        "back": found.back,
    }
    return {name: len(states) for name, states in parts.items() if states}


def _ends(*moves: str, now: str = "", period: str = "2026", direct: bool = False) -> dict[str, dict[str, int]]:
    """Stage → what has become of the one deal there; a stage that it did not enter in the period is left out."""
    scope = scope_of(_deal(*moves, now=now), period)
    found = {stage: _of(scope, stage, direct=direct) for stage in _TO_NEXT}
    return {stage: _counts(part) for stage, part in found.items() if part.entered}


ADVANCED, LOST, PENDING, BEYOND = {"advanced": 1}, {"lost": 1}, {"pending": 1}, {"beyond": 1}


# Entries


@pytest.mark.parametrize(
    ("moves", "ends"),
    [
        (("10-01 lead", "10-05 qualified"), {"lead": ADVANCED, "qualified": PENDING}),
        (("10-01 lead", "10-05 qualified", "10-09 lost"), {"lead": ADVANCED, "qualified": LOST}),
        (("10-01 lead", "10-05 won"), dict.fromkeys(_TO_NEXT, ADVANCED)),
    ],
)
def test_a_deal_advances_or_is_lost_or_is_pending(moves: tuple[str, ...], ends: dict[str, dict[str, int]]) -> None:
    assert _ends(*moves) == ends


def test_a_skip_is_the_first_entry_of_what_it_skips_on_the_day_of_the_move() -> None:
    moves = ("09-30 lead", "10-05 proposal")
    assert _ends(*moves) == {"lead": ADVANCED, "qualified": ADVANCED, "proposal": PENDING}
    assert _ends(*moves, period="2026-10-05..2026-10-05") == {"qualified": ADVANCED, "proposal": PENDING}
    assert _ends(*moves, period="2026-09") == {"lead": ADVANCED}


def test_a_stage_that_was_skipped_and_entered_later_keeps_the_day_of_the_skip() -> None:
    moves = ("10-01 lead", "10-05 proposal", "11-02 qualified")
    assert "qualified" in _ends(*moves, period="2026-10")
    assert "qualified" not in _ends(*moves, period="2026-11")


def test_a_move_to_lost_passes_through_nothing() -> None:
    assert _ends("10-01 lead", "10-05 lost") == {"lead": LOST}


def test_a_deal_created_beyond_a_stage_has_not_entered_it() -> None:
    assert _ends("10-01 proposal", "10-05 won") == {"proposal": ADVANCED, "negotiation": ADVANCED}


def test_a_deal_created_beyond_a_stage_enters_it_when_it_comes_back_there_and_has_been_further_all_the_same() -> None:
    assert _ends("10-01 proposal", "10-05 qualified") == {
        "qualified": ADVANCED,
        "proposal": {"pending": 1, "back": 1},
    }


def test_a_deal_that_began_won_has_entered_no_stage() -> None:
    assert _ends("10-01 won") == {}


def test_only_the_first_entry_counts_whatever_comes_later() -> None:
    moves = ("09-01 lead", "09-05 qualified", "10-01 lead", "10-05 qualified")
    assert _ends(*moves, period="2026-10") == {}


# Moves back


def test_a_move_back_takes_no_advance_away_and_is_shown_at_every_stage_that_it_goes_back_over() -> None:
    assert _ends("10-01 lead", "10-03 qualified", "10-05 proposal", "10-07 lead") == {
        "lead": ADVANCED,
        "qualified": {"advanced": 1, "back": 1},
        "proposal": {"pending": 1, "back": 1},
    }


def test_a_reopening_is_no_move_back() -> None:
    assert _ends("10-01 lead", "10-05 qualified", "10-09 lost", "10-20 lead") == {
        "lead": ADVANCED,
        "qualified": PENDING,
    }


def test_a_reopened_win_is_not_won_now() -> None:
    assert _ends("10-01 lead", "10-05 won", "10-09 negotiation", "10-20 lost") == {
        "lead": ADVANCED,
        "qualified": ADVANCED,
        "proposal": ADVANCED,
        "negotiation": LOST,
    }


def test_a_deal_that_is_reopened_beyond_a_stage_has_passed_it_since_it_stood_before() -> None:
    assert _ends("10-01 lead", "10-05 lost", "10-20 proposal") == {
        "lead": ADVANCED,
        "qualified": ADVANCED,
        "proposal": PENDING,
    }


# Undated deals: counts go by the stage that the file says, days by the history


def test_a_stage_set_by_hand_is_an_advance_and_no_entry() -> None:
    assert _ends("10-01 lead", now="proposal") == {"lead": ADVANCED}
    assert _ends("10-01 lead", now="lost") == {"lead": LOST}
    assert _ends("10-01 lead", now="won") == {"lead": ADVANCED}


# Other pipelines


def test_a_transfer_starts_the_visits_of_that_pipeline() -> None:
    files = {
        "pipectl.yaml": SETTINGS,
        "pipelines/renewals.yaml": RENEWALS,
        **_deals(
            _deal("10-01 lead", "10-05 renewals:talk", "10-09 sales:proposal"),
            _deal("10-01 lead", "10-05 renewals:talk", "10-09 renewals:won"),
            _deal("10-01 lead", "10-05 renewals:talk"),
        ),
    }
    scope = scope_of(files, "2026")
    # Back in sales it begins anew: it has not passed qualified.
    assert _counts(_of(scope, "qualified")) == {}
    assert _counts(_of(scope, "proposal")) == {"pending": 1}
    # Won is won, in whatever pipeline.
    assert _counts(_of(scope, "lead")) == {"advanced": 2, "pending": 1}
    renewals = scope.facts.workspace.pipelines["renewals"]
    due, talk = renewals.open_stages
    assert cohort(scope, renewals, due).entered == ()
    assert _counts(cohort(scope, renewals, talk)) == {"advanced": 1, "pending": 2}


# Retired stages keep their place


def test_a_retired_stage_is_passed_by_those_who_could_still_have_entered_it() -> None:
    before, after = _deal("10-01 lead", "10-09 proposal"), _deal("10-01 lead", "10-10 proposal")
    inside = _deal("10-01 lead", "10-05 trial", "10-20 lead")
    scope = scope_of({"pipelines/sales.yaml": RETIRED, **_deals(before, after, inside)}, "2026")
    assert _counts(_of(scope, "trial")) == {"advanced": 1, "pending": 1, "back": 1}
    # The one that was in the retired stage came further, as its place in the order says.
    assert _counts(_of(scope, "lead")) == {"advanced": 3}
    # After its retirement the stage behind it is the next.
    assert _counts(_of(scope, "lead", direct=True)) == {"advanced": 2, "beyond": 1}


# --direct


def test_direct_takes_a_skip_for_neither_an_entry_nor_an_advance() -> None:
    assert _ends("10-01 lead", "10-05 proposal", "10-09 negotiation", direct=True) == {
        "lead": BEYOND,
        "proposal": ADVANCED,
        "negotiation": PENDING,
    }


def test_direct_the_next_stage_after_the_last_is_won() -> None:
    assert _ends("10-01 proposal", "10-05 won", direct=True) == {"proposal": BEYOND}
    assert _ends("10-01 negotiation", "10-05 won", direct=True) == {"negotiation": ADVANCED}


def test_direct_a_deal_lost_before_it_came_further_is_lost() -> None:
    assert _ends("10-01 lead", "10-05 lost", direct=True) == {"lead": LOST}
    assert _ends("10-01 lead", "10-03 proposal", "10-05 lost", direct=True) == {"lead": BEYOND, "proposal": LOST}


# As of a day


def test_as_of_a_day_nothing_later_is_known() -> None:
    deal = _deal("10-01 lead", "10-05 qualified", "10-09 lost")
    for day, ends in (
        (1, {"pending": 1}),
        (4, {"pending": 1}),
        (5, {"advanced": 1}),
        (31, {"advanced": 1}),
    ):
        assert _counts(_of(scope_of(deal, "2026", date(2026, 10, day)), "lead")) == ends


# The worked examples of the docstrings


def test_of_twelve_that_entered_six_advanced_two_were_lost_and_four_are_pending() -> None:
    deals = (
        *[_deal("10-01 lead", "10-05 qualified")] * 6,
        *[_deal("10-01 lead", "10-05 lost")] * 2,
        *[_deal("10-01 lead")] * 4,
    )
    scope = scope_of(_deals(*deals))
    pipeline = scope.facts.workspace.pipelines["sales"]
    measure = conversion(scope, pipeline, pipeline.open_stages[0])
    assert isinstance(measure.value, Ratio)
    assert (measure.value.numerator, measure.value.denominator, measure.value.value) == (6, 12, 0.5)
    found = details(measure)
    resolved = found.pop("resolved")
    assert isinstance(resolved, Ratio)
    assert (resolved.numerator, resolved.denominator, resolved.too_few) == (6, 8, True)
    assert found == {"lost": 2, "pending": 4, "back": 0}
    assert [(part.role, len(part.states)) for part in measure.behind] == [
        ("advanced", 6),
        ("lost", 2),
        ("pending", 4),
        ("back", 0),
    ]


def test_of_fifteen_that_entered_four_are_won_and_eight_lost() -> None:
    deals = (
        *[_deal("10-01 lead", "10-05 won")] * 4,
        *[_deal("10-01 lead", "10-03 qualified", "10-05 lost")] * 8,
        *[_deal("10-01 lead")] * 3,
    )
    scope = scope_of(_deals(*deals))
    pipeline = scope.facts.workspace.pipelines["sales"]
    measure = stage_to_won(scope, pipeline, pipeline.open_stages[0])
    assert isinstance(measure.value, Ratio)
    assert (measure.value.numerator, measure.value.denominator) == (4, 12)
    assert details(measure) == {"pending": 3}
    assert [(part.role, len(part.states)) for part in measure.behind] == [("won", 4), ("lost", 8), ("pending", 3)]


def test_over_nobody_there_is_no_rate() -> None:
    scope = scope_of(_deal("10-01 lead"), "2025")
    assert _of(scope, "lead").rate.value is None
    assert _of(scope, "lead").resolved.value is None
    assert _of(scope, "lead").to_won.value is None
