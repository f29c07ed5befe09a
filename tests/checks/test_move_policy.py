"""move-policy: which moves of the past are judged, and by which rules."""

from pipectl.model.problem import Severity
from tests.checks.examples import facts_of, lines, problems

PIPELINE = """\
stages:
  - {id: lead}
  - {id: qualified}
  - {id: proposal, aliases: [quote], requires: [amount]}
  - {id: trial, retired: 2026-06-30}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost, requires: [lost_reason]}
moves: {skip: refuse, back: warn, reopen: warn, create_in: [lead]}
"""
RENEWALS = """\
stages:
  - {id: due}
  - {id: quoted}
  - {id: renewed, outcome: won}
  - {id: churned, outcome: lost}
moves: {skip: refuse, create_in: [due]}
"""


def found(deal: str) -> list[str]:
    pipelines = {"pipelines/sales.yaml": PIPELINE, "pipelines/renewals.yaml": RENEWALS}
    return lines("move-policy", {**pipelines, "deals/example.yaml": f"title: Acme\npipeline: sales\n{deal}"})


def test_a_move_that_keeps_to_the_rules_is_not_reported() -> None:
    deal = """\
stage: proposal
amount: 5
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: proposal}
"""
    assert found(deal) == []


def test_a_stage_is_judged_by_its_id_of_today_where_history_has_a_former_one() -> None:
    deal = """\
stage: won
amount: 5
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: quote}
  - {at: 2026-09-04, stage: won}
"""
    assert found(deal) == []


def test_repeating_a_stage_is_no_move() -> None:
    deal = """\
stage: won
amount: 5
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: proposal}
  - {at: 2026-09-04, stage: quote}
  - {at: 2026-09-05, stage: won}
"""
    assert found(deal) == []


def test_a_retired_stage_is_skipped_freely_and_entered_never() -> None:
    deal = """\
stage: trial
amount: 5
history:
  - {at: 2026-06-01, stage: lead}
  - {at: 2026-06-02, stage: qualified}
  - {at: 2026-06-03, stage: proposal}
  - {at: 2026-06-29, stage: trial}
  - {at: 2026-07-01, stage: proposal, forced: back for the price}
  - {at: 2026-07-02, stage: trial}
"""
    assert found(deal) == [
        "deals/example.yaml:11:5: stage trial is retired since 2026-06-30 (pipelines/sales.yaml:5 says so)"
    ]


def test_a_deal_begins_where_the_pipeline_says() -> None:
    assert found("stage: qualified\nhistory:\n  - {at: 2026-09-01, stage: qualified}\n") == [
        "deals/example.yaml:5:5: a deal begins in lead, not in qualified (pipelines/sales.yaml:8 says so)"
    ]


def test_a_transfer_begins_anew_by_the_rules_of_its_own_pipeline() -> None:
    deal = """\
stage: lead
history:
  - {at: 2026-09-01, stage: %s, pipeline: renewals}
  - {at: 2026-09-03, stage: lead, pipeline: sales}
"""
    assert found(deal % "due") == []
    assert found(deal % "quoted") == [
        "deals/example.yaml:5:5: a deal begins in due, not in quoted (pipelines/renewals.yaml:6 says so)"
    ]


def test_coming_back_to_a_pipeline_is_not_compared_with_the_last_stage_there() -> None:
    deal = """\
stage: lead
history:
  - {at: 2026-09-01, stage: lead, pipeline: sales}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: due, pipeline: renewals}
  - {at: 2026-09-04, stage: lead, pipeline: sales}
"""
    assert found(deal) == []


def test_a_forced_entry_is_exempt_and_the_next_is_judged_from_it() -> None:
    deal = """\
stage: qualified
amount: 5
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: proposal, forced: an old customer}
  - {at: 2026-09-03, stage: qualified}
"""
    assert found(deal) == [
        "deals/example.yaml:8:5: moved back from proposal to qualified (pipelines/sales.yaml:8 says moves.back: warn)"
    ]


def test_what_the_pipeline_warns_of_is_a_warning_and_what_it_refuses_an_error() -> None:
    deal = """\
title: Acme
stage: lead
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: won}
  - {at: 2026-09-03, stage: lead}
"""
    facts = facts_of({"pipelines/sales.yaml": PIPELINE, "deals/example.yaml": deal})
    assert [(problem.place.line, problem.severity) for problem in problems("move-policy", facts)] == [
        (5, None),
        (5, None),
        (6, Severity.WARNING),
    ]


def test_entries_with_an_unknown_stage_are_left_to_unknown_stage() -> None:
    deal = """\
stage: qualified
history:
  - {at: 2026-09-01, stage: prospect}
  - {at: 2026-09-02, stage: qualified}
"""
    assert found(deal) == []


LOST = """\
stage: lost
lost_reason: price
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: proposal}
  - {at: 2026-09-08, stage: lost}
"""


def test_a_field_that_an_earlier_stage_required_is_missed_at_its_entry() -> None:
    missing = "deals/example.yaml:8:5: stage proposal requires amount, which was missing on 2026-09-03"
    assert found(LOST) == [missing]
    assert found(LOST + "changes:\n  - {at: 2026-09-02, amount: }\n  - {at: 2026-09-05, amount: 5}\namount: 5\n") == [
        missing
    ]


def test_a_field_whose_record_begins_later_is_unknown_and_not_missing() -> None:
    assert found(LOST + "changes:\n  - {at: 2026-09-05, amount: 5}\namount: 5\n") == []


def test_a_field_that_was_there_then_and_is_gone_now_is_not_missing() -> None:
    assert found(LOST + "changes:\n  - {at: 2026-09-03, amount: 5}\n  - {at: 2026-09-05, amount: }\n") == []


def test_a_field_that_the_stage_of_today_requires_is_left_to_missing_required() -> None:
    deal = """\
stage: won
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: qualified}
  - {at: 2026-09-03, stage: proposal}
  - {at: 2026-09-08, stage: won}
"""
    assert found(deal) == []


def test_a_reopened_deal_keeps_the_reason_of_its_close_in_the_entry() -> None:
    deal = """\
stage: lead
history:
  - {at: 2026-09-01, stage: lead}
  - {at: 2026-09-02, stage: lost%s}
  - {at: 2026-09-03, stage: lead, forced: they called back}
"""
    assert found(deal % ", lost_reason: price") == []
    assert found(deal % "") == [
        "deals/example.yaml:6:5: stage lost requires lost_reason, which was missing on 2026-09-02"
    ]


def test_a_next_step_is_not_asked_of_the_past() -> None:
    pipeline = PIPELINE.replace("{id: qualified}", "{id: qualified, requires: [next_step]}")
    deal = "title: Acme\namount: 5\n" + LOST
    assert lines("move-policy", {"pipelines/sales.yaml": pipeline, "deals/example.yaml": deal}) == []
