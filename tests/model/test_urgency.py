"""What to do first: a plain sum of reasons that can be added up by hand."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from pipectl.model.urgency import Urgency, urgencies
from tests.build import facts_of

SETTINGS = "version: 1\ncurrency: IDR\ntimezone: Asia/Jakarta\n"
PIPELINE = """\
    stages:
      - {id: lead, probability: 10, max_days: 14, idle_days: 7}
      - {id: proposal, probability: 50}
      - {id: won, outcome: won}
      - {id: lost, outcome: lost}
    """
FRESH = "history: [{at: 2026-11-20, stage: lead}]\n"
QUIET = f"tasks: [{{title: Call, due: 2026-12-20}}]\n{FRESH}"


def _urgencies(
    deals: Mapping[str, str], *, settings: str = "", gaps: Mapping[str, float] | None = None
) -> list[Urgency]:
    files = {f"deals/{name}.yaml": f"title: {name}\nstage: lead\n{text}" for name, text in deals.items()}
    facts = facts_of({"pipectl.yaml": SETTINGS + settings, "pipelines/sales.yaml": PIPELINE, **files})
    return urgencies(facts, gaps or {})


def _terms(text: str, **more: str) -> list[tuple[str, float, str]]:
    (found,) = _urgencies({"acme": text}, **more)
    return [(term.name, round(term.points, 4), term.why) for term in found.terms]


@pytest.mark.parametrize(
    ("deal", "terms"),
    [
        (QUIET, []),
        (FRESH, [("no_next_step", 3.0, "no next step")]),
        (
            f"tasks: [{{title: Call, due: 2026-11-22}}]\n{FRESH}",
            [("overdue_task", round(12 * (0.5 + 0.5 / 14), 4), "task 1 day overdue")],
        ),
        (f"tasks: [{{title: Call, due: 2026-11-09}}]\n{FRESH}", [("overdue_task", 12.0, "task 14 days overdue")]),
        (f"tasks: [{{title: Call, due: 2026-01-09}}]\n{FRESH}", [("overdue_task", 12.0, "task 318 days overdue")]),
        (f"tasks: [{{title: Call, due: 2026-11-23}}]\n{FRESH}", [("due_task", 9.0, "task due today")]),
        (f"tasks: [{{title: Call, due: 2026-11-25}}]\n{FRESH}", [("due_task", 6.75, "task due in 2 days")]),
        (f"tasks: [{{title: Call, due: 2026-11-30}}]\n{FRESH}", [("due_task", 1.125, "task due in 7 days")]),
        (f"tasks: [{{title: Call, due: 2026-12-01}}]\n{FRESH}", []),
        (f"tasks: [{{title: Call, due: 2026-11-01, snoozed_until: 2026-12-20}}]\n{FRESH}", []),
        (f"expected_close: 2026-11-20\n{QUIET}", [("overdue_close", 5.0, "expected close 3 days ago")]),
        (f"expected_close: 2026-11-23\n{QUIET}", [("close_near", 5.0, "closes today")]),
        (f"expected_close: 2026-12-23\n{QUIET}", [("close_near", round(5 / 31, 4), "closes in 30 days")]),
        (f"expected_close: 2026-12-24\n{QUIET}", []),
        (f"amount: 700\n{QUIET}", [("value", 4.0, "100% of the largest expected value")]),
        (f"amount: 700\nprobability: 0\n{QUIET}", []),
        (f"amount: 700\ncurrency: USD\n{QUIET}", []),
        (
            "tasks: [{title: Call, due: 2026-12-20}]\nhistory: [{at: 2026-11-01, stage: lead}]\n",
            [("stalled", 8.0, "stalled 22 days, limit 14"), ("idle", 6.0, "no contact for 22 days")],
        ),
    ],
)
def test_each_reason_weighs_its_coefficient_times_how_far_it_holds(
    deal: str, terms: list[tuple[str, float, str]]
) -> None:
    assert _terms(deal) == terms


def test_the_urgency_of_a_deal_is_the_sum_of_its_reasons_the_weightiest_first() -> None:
    deal = "expected_close: 2026-11-20\nhistory: [{at: 2026-11-01, stage: lead}]\n"
    (found,) = _urgencies({"acme": deal})
    assert [term.name for term in found.terms] == ["stalled", "idle", "overdue_close", "no_next_step"]
    assert found.points == 8 + 6 + 5 + 3


def test_value_is_measured_against_the_largest_expected_value() -> None:
    found = _urgencies({"a": f"amount: 1000\n{QUIET}", "b": f"amount: 100\nprobability: 50\n{QUIET}"})
    assert [(one.state.deal.id, one.points) for one in found] == [("a", 4.0), ("b", 2.0)]


def test_the_gap_to_the_target_counts_for_its_owner() -> None:
    found = _urgencies({"a": f"owner: ani\n{QUIET}", "b": f"owner: budi\n{QUIET}"}, gaps={"ani": 0.25, "budi": 0.0})
    assert [[(term.points, term.why) for term in one.terms] for one in found] == [
        [(0.5, "25% of the owner's target is missing")],
        [],
    ]


def test_a_workspace_sets_coefficients_one_by_one_and_zero_silences_a_reason() -> None:
    deal = "history: [{at: 2026-11-01, stage: lead}]\n"
    terms = _terms(deal, settings="urgency: {stalled: 20, idle: 0, no_next_step: 0.5}\n")
    assert terms == [("stalled", 20.0, "stalled 22 days, limit 14"), ("no_next_step", 0.5, "no next step")]


def test_closed_and_snoozed_deals_call_for_nothing() -> None:
    deals = {
        "asleep": f"snooze_until: 2026-11-24\n{FRESH}",
        "awake": f"snooze_until: 2026-11-23\n{FRESH}",
        "closed": "history: []\n",
    }
    files = {
        f"deals/{name}.yaml": f"title: {name}\nstage: {'won' if name == 'closed' else 'lead'}\n{text}"
        for name, text in deals.items()
    }
    facts = facts_of({"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": PIPELINE, **files})
    assert [found.state.deal.id for found in urgencies(facts, {})] == ["awake"]


def test_the_most_urgent_comes_first_and_ties_go_by_id() -> None:
    late = f"tasks: [{{title: Call, due: 2026-11-01}}]\n{FRESH}"
    found = _urgencies({"c": FRESH, "b": late, "a": FRESH})
    assert [(one.state.deal.id, one.points) for one in found] == [("b", 12.0), ("a", 3.0), ("c", 3.0)]


def test_the_task_of_the_line_is_the_next_step() -> None:
    deal = (
        f"tasks: [{{title: Later, due: 2026-12-01}}, {{title: First, due: 2026-11-24}}, {{title: Some day}}]\n{FRESH}"
    )
    (found,) = _urgencies({"acme": deal})
    assert found.task is not None
    assert found.task.title == "First"


def test_points_are_plain_products() -> None:
    (found,) = _urgencies({"acme": FRESH})
    (term,) = found.terms
    assert (term.coefficient, term.factor, term.points) == (Decimal(3), 1.0, 3.0)
