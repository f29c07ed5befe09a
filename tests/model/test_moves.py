"""What the rules of a pipeline say of a move."""

from datetime import date

import pytest

from pipectl.model.moves import missing_fields, policy_breaches, skipped_stages
from pipectl.model.pipeline import Pipeline
from tests.build import sound

STRICT = "{skip: refuse, back: warn, reopen: refuse, create_in: [lead, quote]}"


def _pipeline(moves: str = STRICT) -> Pipeline:
    text = f"""\
        moves: {moves}
        stages:
          - {{id: lead, requires: [owner]}}
          - {{id: qualified, requires: [company, next_step]}}
          - {{id: demo, retired: 2026-06-30, requires: [source]}}
          - {{id: proposal, aliases: [quote], requires: [amount, fields.seats, contacts]}}
          - {{id: won, outcome: won}}
          - {{id: lost, outcome: lost, requires: [lost_reason]}}
          - {{id: gone, outcome: lost, retired: 2026-06-30}}
        """
    settings = "version: 1\ncurrency: IDR\nfields: {seats: {type: integer}}\n"
    return sound({"pipectl.yaml": settings, "pipelines/sales.yaml": text}).pipelines["sales"]


def _breaches(origin: str | None, to: str, *, moves: str = STRICT, on: date = date(2026, 11, 23)) -> list[str]:
    """`refuse moves.skip: stage qualified was skipped`."""
    pipeline = _pipeline(moves)
    before, stage = pipeline.stage(origin) if origin else None, pipeline.stage(to)
    assert stage is not None
    return [
        f"{breach.rule} {breach.policy}: {breach.message}" for breach in policy_breaches(pipeline, before, stage, on)
    ]


@pytest.mark.parametrize(
    ("origin", "to", "breaches"),
    [
        ("lead", "qualified", []),
        ("lead", "proposal", ["refuse moves.skip: stage qualified was skipped"]),
        ("lead", "won", ["refuse moves.skip: stages qualified, proposal were skipped"]),
        ("qualified", "proposal", []),
        ("lead", "lost", []),
        ("proposal", "lead", ["warn moves.back: moved back from proposal to lead"]),
        ("lost", "lead", ["refuse moves.reopen: lost was reopened to lead"]),
        ("won", "lost", []),
        ("lost", "won", []),
        ("qualified", "demo", ["refuse stages.2.retired: stage demo is retired since 2026-06-30"]),
        ("lead", "gone", ["refuse stages.6.retired: stage gone is retired since 2026-06-30"]),
        (None, "lead", []),
        (None, "proposal", []),
        (None, "qualified", ["refuse moves.create_in: a deal begins in lead or quote, not in qualified"]),
        (None, "won", []),
    ],
)
def test_a_move_breaks_every_rule_that_it_breaks(origin: str | None, to: str, breaches: list[str]) -> None:
    assert _breaches(origin, to) == breaches


@pytest.mark.parametrize(
    ("origin", "to"), [("lead", "won"), ("proposal", "lead"), ("lost", "lead"), (None, "qualified")]
)
def test_a_pipeline_without_rules_allows_every_move(origin: str | None, to: str) -> None:
    assert _breaches(origin, to, moves="{}") == []


def test_before_its_retirement_a_stage_could_be_entered_and_skipped() -> None:
    assert _breaches("qualified", "demo", on=date(2026, 6, 29)) == []
    assert _breaches("qualified", "proposal", on=date(2026, 6, 29)) == ["refuse moves.skip: stage demo was skipped"]


def test_only_open_stages_on_the_way_are_skipped() -> None:
    pipeline = _pipeline()
    lead, won, lost = pipeline.stages[0], pipeline.stages[4], pipeline.stages[5]
    assert [stage.id for stage in skipped_stages(pipeline, lead, won, date(2026, 1, 1))] == [
        "qualified",
        "demo",
        "proposal",
    ]
    assert skipped_stages(pipeline, lead, lost, date(2026, 1, 1)) == ()
    assert skipped_stages(pipeline, won, lead, date(2026, 1, 1)) == ()


@pytest.mark.parametrize(
    ("deal", "stage", "missing"),
    [
        ("", "lead", ("owner",)),
        ("owner: ani", "lead", ()),
        ("owner: ''", "lead", ("owner",)),
        ("owner: ani\ncompany: Acme", "qualified", ("next_step",)),
        ("owner: ani\ncompany: Acme\ntasks: [{title: Call}]", "qualified", ()),
        ("owner: ani\ncompany: Acme\ntasks: [{title: Call, done: 2026-11-01}]", "qualified", ("next_step",)),
        ("", "proposal", ("owner", "company", "next_step", "amount", "fields.seats", "contacts")),
        (
            "owner: a\ncompany: A\ntasks: [{title: Call}]\namount: 0\nfields: {seats: 0}\ncontacts: [{name: Rina}]",
            "proposal",
            (),
        ),
        ("", "won", ("owner", "company", "amount", "fields.seats", "contacts")),
        ("", "lost", ("lost_reason",)),
        ("lost_reason: price", "lost", ()),
    ],
)
def test_what_a_stage_requires_and_the_deal_has_not_is_missing(deal: str, stage: str, missing: tuple[str, ...]) -> None:
    pipeline = _pipeline()
    assert _missing(deal, pipeline, stage) == missing


def _missing(deal: str, pipeline: Pipeline, stage: str, on: date | None = None) -> tuple[str, ...]:
    settings = "version: 1\ncurrency: IDR\nfields: {seats: {type: integer}}\n"
    text = "stages: [{id: lead}, {id: won, outcome: won}, {id: lost, outcome: lost}]"
    files = {
        "pipectl.yaml": settings,
        "pipelines/sales.yaml": text,
        "deals/acme.yaml": f"title: A\nstage: lead\n{deal}\n",
    }
    (found,) = sound(files).deals
    wanted = pipeline.stage(stage)
    assert wanted is not None
    return missing_fields(found, pipeline, wanted, on)


@pytest.mark.parametrize(("day", "missing"), [(1, ("owner",)), (2, ()), (3, ("owner",)), (4, ())])
def test_of_a_tracked_field_the_value_of_the_day_counts(day: int, missing: tuple[str, ...]) -> None:
    changes = "[{at: 2026-10-02, owner: ani}, {at: 2026-10-03, owner: ~}, {at: 2026-10-04, owner: budi}]"
    assert _missing(f"owner: budi\nchanges: {changes}", _pipeline(), "lead", date(2026, 10, day)) == missing
