"""What a move or a change of fields makes of a deal; nothing is written here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import NegativeError
from pipectl.model.as_known import as_known_on
from pipectl.model.deal import Activity, Change, Deal, Entry, FieldValue, Task
from pipectl.model.moment import Moment
from pipectl.model.money import Money
from pipectl.model.moves import Breach
from pipectl.model.pipeline import EntryTask, MovePolicy, Outcome, Pipeline, Rule, Stage
from pipectl.model.plan import MoveRefused, Plan, Step, add_activity, plan_move, set_fields

BEGAN, TODAY = date(2026, 10, 3), date(2026, 11, 23)
STAGES = (
    Stage("lead", "Lead"),
    Stage("qualified", "Qualified", on_enter=(EntryTask("Ask for the budget", 2), EntryTask("Say thanks", None))),
    Stage("proposal", "Proposal", requires=("amount", "next_step", "fields.seats")),
    Stage("trial", "Trial", retired=date(2026, 6, 30)),
    Stage("won", "Won", Outcome.WON),
    Stage("lost", "Lost", Outcome.LOST, requires=("lost_reason",)),
)
SALES = Pipeline("sales", "Sales", STAGES)
STRICT = replace(SALES, moves=MovePolicy(skip=Rule.REFUSE, back=Rule.REFUSE, reopen=Rule.REFUSE))
CAREFUL = replace(SALES, moves=MovePolicy(skip=Rule.WARN, back=Rule.WARN, reopen=Rule.WARN))
FULL: Mapping[str, FieldValue] = {"seats": 10}


def _deal(stage: str = "lead", **values: object) -> Deal:
    history = (Entry(Moment(BEGAN), stage, "sales"),)
    given = {"history": history, "currency": "IDR", **values}
    return Deal(id="acme", path="deals/acme.yaml", title="Acme", pipeline="sales", stage=stage, **given)  # type: ignore[arg-type]  # typed by the test


def _idr(amount: int) -> Money:
    return Money(Decimal(amount), "IDR")


def _move(deal: Deal, to: str, pipeline: Pipeline = SALES, **values: object) -> Plan:
    stage = pipeline.stage(to)
    assert stage is not None
    return plan_move(deal, pipeline, replace(Step(pipeline, stage, Moment(TODAY)), **values))  # type: ignore[arg-type]  # typed by the test


def _refusals(deal: Deal, to: str, pipeline: Pipeline = SALES, **values: object) -> tuple[Breach, ...]:
    with pytest.raises(MoveRefused) as refused:
        _move(deal, to, pipeline, **values)
    return refused.value.breaches


def test_a_move_appends_to_history_and_says_who_and_why() -> None:
    after = _move(_deal(), "qualified", by="ani", note="RFP received").after
    assert after.stage == "qualified"
    assert after.history[-1] == Entry(Moment(TODAY), "qualified", "sales", by="ani", note="RFP received")
    assert after.history[:-1] == _deal().history


def test_entering_a_stage_adds_its_tasks_counted_from_the_day() -> None:
    plan = _move(_deal(owner="ani"), "qualified")
    due = TODAY + timedelta(days=2)
    assert plan.tasks == (Task("Ask for the budget", due, owner="ani"), Task("Say thanks", owner="ani"))
    assert plan.after.tasks == plan.tasks


def test_a_task_that_waits_already_is_not_added_again() -> None:
    tasks = (Task("Say thanks"), Task("Ask for the budget", done=BEGAN))
    assert [task.title for task in _move(_deal(tasks=tasks), "qualified").tasks] == ["Ask for the budget"]


def test_everything_that_is_missing_is_named_at_once() -> None:
    assert [breach.field for breach in _refusals(_deal(), "proposal")] == ["amount", "next_step", "fields.seats"]


def test_what_is_set_with_the_move_counts() -> None:
    tasks = (Task("Call"),)
    after = _move(_deal(tasks=tasks), "proposal", values={"amount": _idr(5), "fields.seats": 3}).after
    assert (after.amount, after.fields) == (_idr(5), {"seats": 3})
    assert after.changes == (Change(Moment(TODAY), {"amount": _idr(5)}),)


def test_a_stage_gives_the_next_step_that_it_requires() -> None:
    stages = (STAGES[0], replace(STAGES[1], requires=("next_step",)), *STAGES[4:])
    assert _move(_deal(), "qualified", replace(SALES, stages=stages)).after.next_task is not None


@pytest.mark.parametrize(
    ("origin", "to", "policy"),
    [("lead", "proposal", "moves.skip"), ("proposal", "lead", "moves.back"), ("lost", "lead", "moves.reopen")],
)
def test_the_policy_refuses_or_warns(origin: str, to: str, policy: str) -> None:
    deal = _deal(origin, amount=_idr(1), tasks=(Task("Call"),), fields=FULL)
    assert [breach.policy for breach in _refusals(deal, to, STRICT)] == [policy]
    assert [breach.policy for breach in _move(deal, to, CAREFUL).warnings] == [policy]
    assert _move(deal, to).warnings == ()


def test_a_loss_skips_nothing() -> None:
    assert _move(_deal(), "lost", STRICT, lost_reason="price").after.stage == "lost"


def test_a_retired_stage_is_not_entered() -> None:
    deal = _deal(amount=_idr(1), tasks=(Task("Call"),), fields=FULL)
    assert [breach.message for breach in _refusals(deal, "trial")] == ["stage trial is retired since 2026-06-30"]


def test_rules_of_both_kinds_are_named_together() -> None:
    found = _refusals(_deal(), "proposal", STRICT)
    assert [breach.policy or breach.field for breach in found] == ["moves.skip", "amount", "next_step", "fields.seats"]


def test_force_overrides_and_is_kept() -> None:
    assert _move(_deal(), "proposal", STRICT, forced="the CEO said so").after.history[-1].forced == "the CEO said so"


def test_force_leaves_no_trace_where_no_rule_stood_against_it() -> None:
    assert _move(_deal(), "qualified", forced="to be sure").after.history[-1].forced == ""


def test_the_stage_that_it_is_in_is_no_move() -> None:
    with pytest.raises(NegativeError, match="deal/acme is in lead already"):
        _move(_deal(), "lead")


def test_nothing_moves_before_its_last_move() -> None:
    with pytest.raises(NegativeError, match="came into lead on 2026-10-03; 2026-10-02 lies before that"):
        _move(_deal(), "qualified", on=Moment(date(2026, 10, 2)))


def test_a_win_keeps_the_amount_won() -> None:
    deal = _deal(amount=_idr(7), tasks=(Task("Call"),), fields=FULL)
    assert _move(deal, "won").after.history[-1].amount == _idr(7)


def test_a_loss_says_why_in_the_deal_and_in_its_last_entry() -> None:
    after = _move(_deal(), "lost", lost_reason="price", competitor="Rivalindo").after
    assert (after.lost_reason, after.competitor) == ("price", "Rivalindo")
    assert (after.history[-1].lost_reason, after.history[-1].competitor) == ("price", "Rivalindo")


def test_a_loss_wants_a_reason_where_the_business_keeps_a_list() -> None:
    stages = (*STAGES[:-1], Stage("lost", "Lost", Outcome.LOST))
    assert _move(_deal(), "lost", replace(SALES, stages=stages)).after.stage == "lost"
    found = _refusals(_deal(), "lost", replace(SALES, stages=stages), wants_reason=True)
    assert [breach.field for breach in found] == ["lost_reason"]


def test_a_reopened_deal_is_lost_for_no_reason() -> None:
    assert _move(_deal("lost", lost_reason="price"), "lead").after.lost_reason == ""


def test_a_transfer_names_the_new_pipeline_and_obeys_its_rules() -> None:
    renewals = replace(STRICT, id="renewals")
    step = Step(renewals, renewals.stages[0], Moment(TODAY))
    after = plan_move(_deal(), SALES, step).after
    assert (after.pipeline, after.stage, after.history[-1].pipeline) == ("renewals", "lead", "renewals")


def test_the_first_record_keeps_the_former_value_from_the_day_of_creation() -> None:
    after = set_fields(_deal(amount=_idr(1)), {"amount": _idr(2)}, Moment(TODAY))
    assert after.changes == (Change(Moment(BEGAN), {"amount": _idr(1)}), Change(Moment(TODAY), {"amount": _idr(2)}))


def test_a_later_record_does_not() -> None:
    once = set_fields(_deal(amount=_idr(1)), {"amount": _idr(2)}, Moment(TODAY))
    assert set_fields(once, {"amount": _idr(3)}, Moment(TODAY)).changes[2:] == (
        Change(Moment(TODAY), {"amount": _idr(3)}),
    )


def test_a_former_value_stands_at_its_place_in_time() -> None:
    once = set_fields(_deal(amount=_idr(1), owner="ani"), {"amount": _idr(2)}, Moment(date(2026, 11, 1)))
    twice = set_fields(once, {"owner": "budi"}, Moment(TODAY))
    assert [(str(change.at), tuple(change.values)) for change in twice.changes] == [
        ("2026-10-03", ("amount",)),
        ("2026-10-03", ("owner",)),
        ("2026-11-01", ("amount",)),
        ("2026-11-23", ("owner",)),
    ]


def test_the_same_value_again_is_no_record() -> None:
    deal = _deal(amount=_idr(1))
    assert set_fields(deal, {"amount": _idr(1)}, Moment(TODAY)) == deal


def test_an_emptied_field_is_recorded_as_such() -> None:
    after = set_fields(_deal(owner="ani"), {"owner": None}, Moment(TODAY))
    assert (after.owner, after.changes[-1].values) == ("", {"owner": None})


def test_fields_that_nobody_tracks_are_only_set() -> None:
    after = set_fields(_deal(), {"company": "PT Acme", "tags": ("gov",), "fields.seats": 3}, Moment(TODAY))
    assert (after.company, after.tags, after.fields, after.changes) == ("PT Acme", ("gov",), {"seats": 3}, ())
    assert set_fields(after, {"fields.seats": None}, Moment(TODAY)).fields == {}


def test_a_new_currency_is_that_of_every_amount_from_then_on() -> None:
    deal = _deal(amount=_idr(1), fields={"mrr": _idr(2)})
    after = set_fields(deal, {"currency": "USD"}, Moment(TODAY))
    assert (after.currency, after.amount, after.fields) == (
        "USD",
        Money(Decimal(1), "USD"),
        {"mrr": Money(Decimal(2), "USD")},
    )
    assert after.changes[0].values == {"amount": _idr(1)}


def test_what_was_won_in_a_currency_stays_in_it() -> None:
    won = _deal("won", history=(Entry(Moment(BEGAN), "won", "sales", amount=_idr(1)),))
    with pytest.raises(NegativeError, match="won for an amount in IDR"):
        set_fields(won, {"currency": "USD"}, Moment(TODAY))


_days = st.dates(BEGAN, TODAY)
_amounts = st.none() | st.integers(0, 3).map(_idr)
_owners = st.sampled_from(("", "ani", "budi"))


@given(st.lists(st.tuples(_days, _amounts, _owners), max_size=4), _amounts, _owners, _days, _amounts, _owners)
def test_the_day_before_a_change_has_the_former_value(
    earlier: list[tuple[date, Money | None, str]],
    amount: Money | None,
    owner: str,
    day: date,
    new_amount: Money | None,
    new_owner: str,
) -> None:
    deal = _deal(amount=amount, owner=owner)
    for on, some_amount, some_owner in sorted(earlier, key=lambda change: change[0]):
        if on <= day:
            deal = set_fields(deal, {"amount": some_amount, "owner": some_owner or None}, Moment(on))
    after = set_fields(deal, {"amount": new_amount, "owner": new_owner or None}, Moment(day))
    assert (after.amount, after.owner) == (new_amount, new_owner)
    then = as_known_on(after, day)
    assert then is not None
    assert (then.amount, then.owner) == (new_amount, new_owner)
    for back in range(1, (day - BEGAN).days + 1):
        before, as_it_was = (as_known_on(one, day - timedelta(days=back)) for one in (after, deal))
        assert before is not None
        assert as_it_was is not None
        assert (before.amount, before.owner) == (as_it_was.amount, as_it_was.owner)


def test_a_record_is_neither_put_before_the_beginning_nor_before_the_last() -> None:
    deal = set_fields(_deal(), {"amount": _idr(1)}, Moment(date(2026, 11, 1)))
    for on, why in ((date(2026, 10, 2), "began on 2026-10-03"), (date(2026, 10, 31), "was set on 2026-11-01")):
        with pytest.raises(NegativeError, match=why):
            set_fields(deal, {"amount": _idr(2)}, Moment(on))


def test_an_activity_stands_at_its_place_in_time() -> None:
    deal = _deal(activities=(Activity(Moment(TODAY), "call"),))
    assert [one.type for one in add_activity(deal, Activity(Moment(BEGAN), "email")).activities] == ["email", "call"]


def test_a_reason_that_no_rule_asked_for_is_kept_as_a_note() -> None:
    last = _move(_deal(), "qualified", forced="PO came").after.history[-1]
    assert (last.note, last.forced) == ("PO came", "")
