"""What happened in a period: every kind by itself, what was undone, and that nothing is told twice or left out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from pipectl.metrics.happenings import Happening, happenings, tallies
from pipectl.model.deal import Deal
from pipectl.model.facts import gather
from pipectl.model.period import Period
from tests.build import DAY, facts_of
from tests.harness import SALES, SETTINGS
from tests.metrics.test_flow import DAYS as ANY_DAY
from tests.metrics.test_flow import DEALS, WORKSPACE

WEEKS = Period.of_days(date(2026, 11, 1), date(2026, 11, 24))


def _found(files: Mapping[str, str] | str) -> tuple[Happening, ...]:
    return happenings(facts_of(files), WEEKS)


def _told(files: Mapping[str, str] | str, *, but: tuple[str, ...] = ("stalled", "idle", "overdue")) -> list[str]:
    """`raised 100 → 150`, with `undone` behind what was undone."""
    return [
        f"{one.kind} {_text(one.before)} → {_text(one.after)}{'' if one.stands else ' undone'}"
        for one in _found(files)
        if one.kind not in but
    ]


def _text(told: object) -> str:
    return "none" if told is None else str(getattr(told, "amount", told))


def _deal(history: str, *, stage: str = "lead", more: str = "") -> str:
    return f"title: Acme\nstage: {stage}\namount: 5\n{more}history: [{history}]\n"


LEAD = "{at: 2026-10-01, stage: lead}"
REOPENED = "{at: 2026-11-03, stage: proposal}"


@pytest.mark.parametrize(
    ("history", "stage", "told"),
    [
        ("{at: 2026-11-02, stage: lead}", "lead", ["created none → lead"]),
        (f"{LEAD}, {{at: 2026-11-02, stage: proposal}}", "proposal", ["forward lead → proposal"]),
        (
            "{at: 2026-10-01, stage: proposal}, {at: 2026-11-02, stage: lead}",
            "lead",
            ["back proposal → lead"],
        ),
        (f"{LEAD}, {{at: 2026-11-02, stage: won}}", "won", ["won lead → won"]),
        ("{at: 2026-11-02, stage: won}", "won", ["created none → won", "won none → won"]),
        (
            "{at: 2026-10-01, stage: lost}, {at: 2026-11-02, stage: lead}",
            "lead",
            ["reopened lost → lead"],
        ),
        # There and back again: both are told, and neither counts.
        (
            f"{LEAD}, {{at: 2026-11-02, stage: proposal}}, {{at: 2026-11-03, stage: lead}}",
            "lead",
            ["forward lead → proposal undone", "back proposal → lead undone"],
        ),
        # Won, reopened and lost: the win no longer stands, nor does the reopening.
        (
            f"{LEAD}, {{at: 2026-11-02, stage: won}}, {REOPENED}, {{at: 2026-11-04, stage: lost}}",
            "lost",
            ["won lead → won undone", "lost proposal → lost", "reopened won → proposal undone"],
        ),
        # Repeating the stage opens no visit.
        (f"{LEAD}, {{at: 2026-11-02, stage: lead}}", "lead", []),
    ],
)
def test_moves_are_told_one_by_one_and_what_was_undone_is_marked(history: str, stage: str, told: list[str]) -> None:
    assert _told(_deal(history, stage=stage)) == told


def test_a_move_to_another_pipeline_names_both() -> None:
    files = {
        "pipectl.yaml": SETTINGS + "default_pipeline: sales\n",
        "pipelines/sales.yaml": SALES,
        "pipelines/renewals.yaml": "stages: [{id: due}, {id: won, outcome: won}, {id: lost, outcome: lost}]\n",
        "deals/acme.yaml": _deal(
            f"{LEAD}, {{at: 2026-11-02, stage: due, pipeline: renewals}}", stage="due", more="pipeline: renewals\n"
        ).replace("stage: lead}", "stage: lead, pipeline: sales}"),
    }
    assert _told(files) == ["transferred sales:lead → renewals:due"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ("{at: 2026-10-02, amount: 4}, {at: 2026-11-02, amount: 5}", ["raised 4 → 5"]),
        ("{at: 2026-10-02, amount: 6}, {at: 2026-11-02, amount: 5}", ["cut 6 → 5"]),
        ("{at: 2026-11-02, amount: 5}", ["priced none → 5"]),
        ("{at: 2026-10-02, amount: 5}, {at: 2026-11-02, amount: ~}", ["unpriced 5 → none"]),
        (
            "{at: 2026-10-02, amount: 5}, {at: 2026-11-02, amount: 9}, {at: 2026-11-03, amount: 5}",
            ["raised 5 → 9 undone", "cut 9 → 5 undone"],
        ),
        ("{at: 2026-10-02, owner: ani}, {at: 2026-11-02, owner: budi}", ["owner ani → budi"]),
        (
            "{at: 2026-10-02, expected_close: 2026-12-01}, {at: 2026-11-02, expected_close: 2027-01-05}",
            ["pushed 2026-12-01 → 2027-01-05"],
        ),
        (
            "{at: 2026-10-02, expected_close: 2026-12-01}, {at: 2026-11-02, expected_close: 2026-11-30}",
            ["pulled 2026-12-01 → 2026-11-30"],
        ),
        ("{at: 2026-10-02, probability: 40}, {at: 2026-11-02, probability: 60}", ["field 40 → 60"]),
        # The same value again is no change.
        ("{at: 2026-10-02, amount: 5}, {at: 2026-11-02, amount: 5, owner: ani}", ["owner none → ani"]),
    ],
)
def test_changes_of_fields_have_their_old_value_and_their_new_one(changes: str, told: list[str]) -> None:
    assert _told(_deal(LEAD, more=f"changes: [{changes}]\n")) == told


def test_what_a_deal_was_created_with_is_no_change() -> None:
    text = _deal("{at: 2026-11-02, stage: lead}", more="changes: [{at: 2026-11-02, amount: 5, owner: ani}]\n")
    assert _told(text) == ["created none → lead"]


def test_work_is_told_with_its_words() -> None:
    more = """\
tasks: [{title: Send the offer, done: 2026-11-05, owner: ani}, {title: Later}]
activities: [{at: 2026-11-03, type: call, by: ani, note: Wants 10% off}, {at: 2026-11-04, type: note, note: Hm}]
"""
    found = [one for one in _found(_deal(LEAD, more=more)) if one.kind in ("contact", "note", "task")]
    assert [(one.kind, one.after, one.by, one.note) for one in found] == [
        ("contact", "call", "ani", "Wants 10% off"),
        ("note", "note", "", "Hm"),
        ("task", None, "ani", "Send the offer"),
    ]


def test_a_clock_that_ran_out_is_told_on_its_first_day_over() -> None:
    # lead: stalled after 14 days, idle after 7; an expected close passes the day after it.
    found = _found(_deal("{at: 2026-10-25, stage: lead}", more="expected_close: 2026-11-10\n"))
    assert [(one.kind, str(one.at)) for one in found] == [
        ("stalled", "2026-11-09"),
        ("idle", "2026-11-02"),
        ("overdue", "2026-11-11"),
    ]


def test_a_sum_counts_a_deal_once_and_leaves_out_what_was_undone() -> None:
    files = {
        "deals/a.yaml": _deal(
            f"{LEAD}, {{at: 2026-11-02, stage: qualified}}, {{at: 2026-11-03, stage: proposal}}", stage="proposal"
        ),
        "deals/b.yaml": _deal(
            f"{LEAD}, {{at: 2026-11-02, stage: proposal}}, {{at: 2026-11-03, stage: lead}}", stage="lead"
        ),
    }
    tally = next(one for one in tallies(_found(files), "IDR") if one.kind.id == "forward")
    assert tally.worth is not None
    assert (tally.deals, tally.events, tally.undone, tally.worth.amount) == (1, 3, 1, 5)


def test_the_difference_of_an_amount_is_taken_at_the_rate_of_its_day_and_a_missing_rate_is_named() -> None:
    changes = "{at: 2026-10-02, amount: 4, currency: %s}, {at: 2026-11-02, amount: 5, currency: %s}"
    files = {
        "pipectl.yaml": SETTINGS + "rates: [{from: 2026-01-01, USD: 16000}, {from: 2026-11-10, USD: 17000}]\n",
        "deals/a.yaml": _deal(LEAD, more=f"currency: USD\nchanges: [{changes % ('USD', 'USD')}]\n"),
        "deals/b.yaml": _deal(LEAD, more=f"currency: EUR\nchanges: [{changes % ('EUR', 'EUR')}]\n"),
    }
    tally = next(one for one in tallies(_found(files), "IDR") if one.kind.id == "raised")
    assert tally.worth is not None
    assert (tally.deals, tally.worth.amount, [state.deal.id for state in tally.rateless]) == (2, 16000, ["b"])


LAW = settings(max_examples=40)


@LAW
@given(DEALS, ANY_DAY, ANY_DAY, ANY_DAY)
def test_two_periods_tell_what_the_whole_tells_of_moves_and_work(
    deals: tuple[Deal, ...], one: date, two: date, three: date
) -> None:
    """Nothing falls between two periods, and nothing is told in both; marks and clocks speak of the end alone."""
    workspace = replace(WORKSPACE, deals=deals)
    first, middle, last = sorted((one, two, three))

    def told(start: date, end: date) -> list[tuple[object, ...]]:
        found = happenings(gather(workspace, end), Period.of_days(start, _after(end)))
        kinds = ("stalled", "idle", "overdue")
        return [(e.kind, e.at, e.state.deal.path, e.before, e.after) for e in found if e.kind not in kinds]

    parts = [*told(first, middle), *(told(_after(middle), last) if _after(middle) <= last else [])]
    assert sorted(map(str, parts)) == sorted(map(str, told(first, last)))


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


@LAW
@given(DEALS)
def test_the_order_of_files_changes_nothing(deals: tuple[Deal, ...]) -> None:
    one, other = (happenings(gather(replace(WORKSPACE, deals=order), DAY), WEEKS) for order in (deals, deals[::-1]))
    assert one == other
