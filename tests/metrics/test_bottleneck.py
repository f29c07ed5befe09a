"""Which stage costs the most, and when nothing can be said."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipectl.metrics.bottleneck import RESAMPLES, bottleneck, recoverable_value, waiting_share
from pipectl.metrics.metric import Scope
from pipectl.model.money import Money
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.report import Ratio
from tests.build import details, scope_of


def _deal(*moves: str, amount: int | None = None, reason: str = "") -> str:
    history = ", ".join(f"{{at: 2026-{move.split()[0]}, stage: {move.split()[1]}}}" for move in moves)
    more = (f"amount: {amount}\n" if amount is not None else "") + (f"lost_reason: {reason}\n" if reason else "")
    return f"title: D\nstage: {moves[-1].split()[1]}\n{more}history: [{history}]\n"


def _scope(*deals: str) -> Scope:
    return scope_of({f"deals/d{number:03}.yaml": deal for number, deal in enumerate(deals)})


def _sales(scope: Scope) -> Pipeline:
    return scope.facts.workspace.pipelines["sales"]


def _stage(scope: Scope, name: str) -> tuple[Scope, Pipeline, Stage]:
    found = _sales(scope).stage(name)
    assert found is not None
    return scope, _sales(scope), found


LOST = ("10-01 lead", "10-05 proposal", "10-09 lost")
WON = ("10-01 lead", "10-05 proposal", "10-25 negotiation", "10-30 won")


def test_eighty_lost_where_two_of_eight_were_won_could_have_brought_twenty() -> None:
    scope = _scope(
        _deal(*LOST, amount=30),
        _deal(*LOST, amount=50),
        *[_deal("10-01 lead", "10-03 proposal", "10-05 negotiation", "10-09 lost", amount=1000)] * 4,
        *[_deal(*WON, amount=7)] * 2,
        # Neither of these has entered proposal.
        _deal("10-01 lead", "10-05 lost", amount=500),
        _deal("10-01 negotiation", "10-05 won", amount=500),
    )
    measure = recoverable_value(*_stage(scope, "proposal"))
    assert measure.value == Money(Decimal(20), "IDR")
    found = details(measure)
    rate = found.pop("win rate of those that entered")
    assert isinstance(rate, Ratio)
    assert (rate.numerator, rate.denominator) == (2, 8)
    assert found == {"lost": 2, "worth": Money(Decimal(80), "IDR")}
    assert [(part.role, len(part.states)) for part in measure.behind] == [
        ("lost here", 2),
        ("won", 2),
        ("lost later", 4),
    ]


def test_a_loss_without_an_amount_is_named_and_one_that_says_nothing_about_selling_is_left_out() -> None:
    scope = _scope(
        _deal(*LOST, amount=30), _deal(*LOST), _deal(*LOST, amount=900, reason="duplicate"), _deal(*WON, amount=1)
    )
    measure = recoverable_value(*_stage(scope, "proposal"))
    assert measure.value == Money(Decimal(10), "IDR")
    assert details(measure)["unpriced"] == 1


def test_what_was_lost_without_any_amount_is_unknown_and_not_nothing() -> None:
    measure = recoverable_value(*_stage(_scope(_deal(*LOST), _deal(*WON, amount=1)), "proposal"))
    assert (measure.value, details(measure)["worth"], details(measure)["unpriced"]) == (None, None, 1)
    nothing = recoverable_value(*_stage(_scope(_deal(*WON, amount=1)), "proposal"))
    assert nothing.value == details(nothing)["worth"] == Money(Decimal(0), "IDR")


def test_where_no_deal_that_entered_was_closed_nothing_is_known() -> None:
    scope = _scope(_deal("10-01 lead"))
    assert recoverable_value(*_stage(scope, "lead")).value is None
    assert waiting_share(*_stage(scope, "lead")).value == Ratio(Decimal("0.0"), Decimal("0.0"))


def test_thirty_of_the_fifty_days_of_two_wins_were_in_proposal() -> None:
    scope = _scope(
        _deal("09-01 proposal", "09-11 negotiation", "09-16 lost", "10-01 proposal", "10-01 negotiation", "10-01 won"),
        _deal("10-01 proposal", "10-21 negotiation", "11-05 won"),
    )
    measure = waiting_share(*_stage(scope, "proposal"))
    assert isinstance(measure.value, Ratio)
    # The fifteen days that the first was lost for are nobody's waiting.
    assert (measure.value.numerator, measure.value.denominator) == (30, 50)
    assert measure.value.value == 0.6


def _answers(*deals: str) -> tuple[str, str, str, str]:
    scope = _scope(*deals)
    found = bottleneck(scope, _sales(scope))
    return found.by_value.named, found.by_value.few, found.by_waiting.named, found.by_waiting.few


def test_a_stage_that_loses_and_waits_most_whatever_is_drawn_is_named() -> None:
    deals = [_deal(*LOST, amount=30)] * 10 + [_deal(*WON, amount=7)] * 10
    assert _answers(*deals) == ("proposal", "", "proposal", "")


def test_nine_losses_are_too_few_and_so_are_nine_wins_to_speak_of_days() -> None:
    assert _answers(*[_deal(*LOST, amount=30)] * 9, *[_deal(*WON)] * 10) == ("", "losses", "", "losses")
    assert _answers(*[_deal(*LOST, amount=30)] * 10, *[_deal(*WON)] * 9) == ("proposal", "", "", "wins")


def test_two_stages_that_cost_the_same_are_a_tie_with_how_often_each_came_first() -> None:
    lead, proposal = _deal("10-01 lead", "10-05 lost", amount=20), _deal("10-01 proposal", "10-05 lost", amount=15)
    won = [_deal("10-01 lead", "10-05 won")] * 20 + [_deal("10-01 proposal", "10-05 won")] * 20
    scope = _scope(*[lead] * 20, *[proposal] * 20, *won)
    # 400 lost from lead, where 20 of 40 were won; 300 from proposal, where 40 of 60: 200 each, until they are drawn.
    found = bottleneck(scope, _sales(scope)).by_value
    assert (found.named, found.few) == ("", "")
    assert list(found.tied)[:2] == list(found.first)[:2]
    assert set(found.tied) == {"lead", "proposal"}
    assert sum(found.first.values()) >= RESAMPLES


def test_equal_stages_are_a_tie_in_every_resample() -> None:
    deals = [_deal("10-01 lead", "10-05 proposal", "10-09 won")] * 10
    scope = _scope(*deals)
    found = bottleneck(scope, _sales(scope)).by_waiting
    assert (found.stage, found.alone, found.named) == ("", 0, "")
    assert found.first == {"lead": RESAMPLES, "proposal": RESAMPLES}
    assert list(found.tied) == ["lead", "proposal"]


def test_where_nothing_was_closed_no_stage_comes_first() -> None:
    scope = _scope(_deal("10-01 lead"))
    found = bottleneck(scope, _sales(scope))
    assert (found.by_value.first, found.by_waiting.first) == ({}, {})


ENDS = st.sampled_from([LOST, WON, ("10-01 lead", "10-05 lost"), ("10-01 lead", "10-30 won"), ("10-01 lead",)])
DEALS = st.lists(st.builds(lambda moves, amount: _deal(*moves, amount=amount), ENDS, st.integers(0, 90)), max_size=30)


@settings(max_examples=25)
@given(DEALS)
def test_the_waiting_shares_add_up_to_all_days_and_a_stage_is_named_only_where_it_is_first(deals: list[str]) -> None:
    scope = _scope(*deals)
    pipeline = _sales(scope)
    found = bottleneck(scope, pipeline)
    ratios = [measure.value for measure in found.waiting.values() if isinstance(measure.value, Ratio)]
    assert sum(ratio.numerator for ratio in ratios) == ratios[0].denominator
    for verdict, figures in ((found.by_value, found.recoverable), (found.by_waiting, found.waiting)):
        if verdict.named:
            values = {name: _figure(measure.value) for name, measure in figures.items()}
            assert values[verdict.named] == max(values.values()) > 0
            assert verdict.first[verdict.named] >= verdict.alone >= 0.8 * RESAMPLES


def _figure(value: object) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    return Decimal(value.numerator) if isinstance(value, Ratio) else Decimal(0)


def test_ids_alone_decide_what_is_drawn() -> None:
    early = _deal("10-01 lead", "10-05 lost", amount=60)
    deals = [_deal(*LOST, amount=n) for n in range(20)] + [_deal(*WON)] * 12 + [early] * 12
    files = {f"deals/d{number:03}.yaml": deal for number, deal in enumerate(deals)}
    scopes = scope_of(files), scope_of(dict(reversed(files.items())))
    one, other = (bottleneck(scope, _sales(scope)) for scope in scopes)
    assert (one.by_value, one.by_waiting) == (other.by_value, other.by_waiting)
