"""Edge cases of the checks of group `files`, and laws that hold for every check."""

from dataclasses import replace

import pytest

from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from pipectl.model.facts import gather
from pipectl.model.problem import Severity
from tests.checks.examples import DAY, WORKSPACE, examples, facts_of, lines, load, page, problems

NO_TEAM = {"pipectl.yaml": "version: 1\ncurrency: IDR\n"}


def deal(text: str) -> dict[str, str]:
    return {"deals/example.yaml": f"title: Acme\n{text}"}


def hints(check_id: str, files: dict[str, str]) -> list[str]:
    return [problem.hint for problem in problems(check_id, facts_of(files))]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_the_order_of_the_deals_changes_no_check(check: Check) -> None:
    files = {"pipelines/sales.yaml": WORKSPACE["pipelines/sales.yaml"] + "moves: {skip: refuse}\n"}
    for number, example in enumerate(examples("".join(page(each) for each in CHECKS))):
        deals = {path: text for path, text in example.files.items() if path.startswith("deals/")}
        files |= {path.replace("deals/", f"deals/{number}/"): text for path, text in deals.items()}
    workspace = load(files)
    backwards = replace(workspace, deals=workspace.deals[::-1])
    assert problems(check.id, gather(workspace, DAY)) == problems(check.id, gather(backwards, DAY))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_problem_has_a_line_and_a_message_of_one_line(check: Check) -> None:
    for example in examples(page(check)):
        for problem in problems(check.id, facts_of(example.files)):
            assert problem.place.line
            assert "\n" not in problem.message
            assert not problem.message.endswith(".")
            assert problem.severity is None or problem.severity is not check.severity


def test_a_workspace_without_deals_passes_every_check() -> None:
    facts = facts_of({})
    assert [problem for check in CHECKS for problem in problems(check.id, facts)] == []


# what the reader reports


def test_a_mistyped_stage_key_is_named_beside_the_missing_stage() -> None:
    assert lines("missing-required", deal("stgae: lead\n")) == ["deals/example.yaml:1:1: stage is missing"]
    assert hints("unknown-key", deal("stgae: lead\n")) == ["did you mean stage?"]


def test_an_unknown_pipeline_is_reported_at_the_entry_that_names_it() -> None:
    history = (
        "stage: lead\nhistory:\n  - {at: 2026-10-01, stage: lead, pipeline: old}\n  - {at: 2026-10-02, stage: b}\n"
    )
    assert lines("unknown-pipeline", deal(history)) == [
        "deals/example.yaml:4:45: pipeline 'old' is no pipeline of this workspace (sales)"
    ]


def test_history_order_says_above_which_entry() -> None:
    entries = ("2026-09-01", "2026-11-04", "2026-11-20", "2026-10-03")
    history = "".join(f"  - {{at: {day}, stage: lead}}\n" for day in entries)
    assert hints("history-order", deal(f"stage: lead\nhistory:\n{history}")) == [
        "move the entry up, above the one of 2026-11-04"
    ]


# missing-required


def test_a_lost_deal_needs_only_what_losing_requires() -> None:
    assert lines("missing-required", deal("stage: lost\n")) == []


def test_a_closed_deal_needs_no_next_step() -> None:
    pipeline = WORKSPACE["pipelines/sales.yaml"].replace("[amount]", "[next_step, fields.seats]")
    found = lines("missing-required", {"pipelines/sales.yaml": pipeline, **deal("stage: won\n")})
    assert found == ["deals/example.yaml:2:8: stage won requires fields.seats"]
    assert hints("missing-required", {"pipelines/sales.yaml": pipeline, **deal("stage: proposal\n")}) == [
        "write seats: … under `fields:`",
        "add a task under `tasks:`",
    ]


def test_an_amount_of_zero_is_an_amount() -> None:
    assert lines("missing-required", deal("stage: proposal\namount: 0\n")) == []


# unknown-owner


def test_without_a_team_anybody_may_be_named() -> None:
    assert lines("unknown-owner", {**NO_TEAM, **deal("stage: lead\nowner: whoever\n")}) == []


@pytest.mark.parametrize("name", ["Ani Lestari", "ANI@contoh.id", "Ani", "anni"])
def test_a_person_written_in_another_way_is_recognised_in_the_hint(name: str) -> None:
    assert hints("unknown-owner", deal(f"stage: lead\nowner: {name}\n")) == ["did you mean ani?"]


def test_strangers_are_found_wherever_a_person_stands() -> None:
    text = """\
stage: lead
tasks:
  - {title: Call, owner: t}
activities:
  - {at: 2026-11-20, type: call, by: a}
changes:
  - {at: 2026-11-20, owner: c}
history:
  - {at: 2026-11-20, stage: lead, by: h}
"""
    assert [line.split("'")[1] for line in lines("unknown-owner", deal(text))] == ["t", "a", "c", "h"]


# lost reasons


def test_a_reason_is_judged_by_the_pipeline_that_the_deal_was_lost_in() -> None:
    renewals = """\
stages: [{id: due}, {id: renewed, outcome: won}, {id: churned, outcome: lost}]
lost_reasons: [site-closed]
"""
    text = """\
pipeline: sales
stage: lead
history:
  - {at: 2026-10-01, stage: due, pipeline: renewals}
  - {at: 2026-10-02, stage: churned, lost_reason: site-closed}
  - {at: 2026-10-03, stage: lead, pipeline: sales}
changes:
  - {at: 2026-10-02, lost_reason: site-closed}
  - {at: 2026-10-03, lost_reason: }
"""
    assert lines("unknown-lost-reason", {"pipelines/renewals.yaml": renewals, **deal(text)}) == []


def test_where_no_reasons_are_defined_any_may_be_written() -> None:
    assert lines("unknown-lost-reason", {**NO_TEAM, **deal("stage: lost\nlost_reason: whatever\n")}) == []


# changes-behind


@pytest.mark.parametrize(
    ("now", "record"),
    [
        ("amount: 5.00", "amount: 5"),
        ("probability: 0", "probability: 0%"),
        ("owner:", "owner:"),
        ("notes: x", "lost_reason: "),
    ],
)
def test_the_same_value_written_in_another_way_is_not_behind(now: str, record: str) -> None:
    assert lines("changes-behind", deal(f"stage: lead\n{now}\nchanges:\n  - {{at: 2026-11-04, {record}}}\n")) == []


def test_a_probability_of_zero_is_not_an_empty_one() -> None:
    assert lines(
        "changes-behind", deal("stage: lead\nprobability: 0\nchanges:\n  - {at: 2026-11-04, probability: }\n")
    ) == ["deals/example.yaml:3:14: probability is 0; the last record, of 2026-11-04, says empty"]


def test_the_same_digits_in_another_currency_are_behind() -> None:
    text = "stage: lead\namount: 5\ncurrency: USD\nchanges:\n  - {at: 2026-11-04, amount: 5, currency: IDR}\n"
    assert lines("changes-behind", deal(text)) == [
        "deals/example.yaml:3:9: amount is 5 USD; the last record, of 2026-11-04, says 5 IDR"
    ]
    assert hints("changes-behind", deal(text)) == [
        "add to `changes:` `- {at: YYYY-MM-DD, amount: 5, currency: USD}` with the day of the change"
    ]


# stage-history


def test_a_former_id_of_the_stage_leads_to_it() -> None:
    pipeline = WORKSPACE["pipelines/sales.yaml"].replace("name: Lead", "aliases: [prospect]")
    text = "stage: prospect\nhistory:\n  - {at: 2026-11-04, stage: prospect}\n"
    assert lines("stage-history", {"pipelines/sales.yaml": pipeline, **deal(text)}) == []


def test_the_same_stage_of_another_pipeline_does_not_lead_here() -> None:
    files = {"pipelines/other.yaml": WORKSPACE["pipelines/sales.yaml"]}
    files |= deal("pipeline: sales\nstage: lead\nhistory:\n  - {at: 2026-11-04, stage: lead, pipeline: other}\n")
    assert lines("stage-history", files) == [
        "deals/example.yaml:3:8: stage lead is not in history, which ends in lead of other on 2026-11-04"
    ]
    assert "pipeline: sales}" in hints("stage-history", files)[0]


# future-event


def test_today_is_not_the_future_and_tomorrow_is() -> None:
    text = "stage: lead\ncreated: 2026-11-24\nhistory:\n  - {at: 2026-11-23 23:59, stage: lead}\n"
    assert lines("future-event", deal(text)) == [
        "deals/example.yaml:3:10: created 2026-11-24 lies after today, 2026-11-23"
    ]


def test_a_moment_counts_by_the_day_in_the_workspace_s_zone() -> None:
    assert lines("future-event", deal("stage: lead\nhistory:\n  - {at: 2026-11-23T20:00Z, stage: lead}\n")) == [
        "deals/example.yaml:4:5: move to lead on 2026-11-24 lies after today, 2026-11-23"
    ]


def test_a_task_done_tomorrow_is_only_a_warning() -> None:
    facts = facts_of(deal("stage: lead\ntasks:\n  - {title: Call, done: 2026-11-24}\n"))
    assert [problem.severity for problem in problems("future-event", facts)] == [Severity.WARNING]


# close-before-created


def test_a_deal_created_and_moved_on_one_day_is_fine() -> None:
    text = "stage: lead\ncreated: 2026-11-04\nhistory:\n  - {at: 2026-11-04 08:00, stage: lead}\n"
    assert lines("close-before-created", deal(text)) == []
