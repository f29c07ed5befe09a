"""Metrics of the business's own: a measure of the deals that a filter keeps."""

from decimal import Decimal

import pytest

from pipectl.metrics.custom import custom_metrics
from pipectl.metrics.metric import Measure
from pipectl.metrics.registry import METRICS
from pipectl.model.measures import AGGREGATES, BUILT_IN, MEASURES
from pipectl.model.money import Money
from pipectl.report import Cell, Ratio
from tests.build import DEFAULTS, details, scope_of

_FIELDS = """\
rates: [{from: 2026-01-01, USD: 10}]
fields: {seats: {type: integer}, mrr: {type: money}, share: {type: percent}, note: {type: text}}
"""


def _measure(definition: str, *deals: str) -> Measure:
    """The one metric that *definition* makes, on *deals*, each the lines of its file after `title`."""
    settings = f"{DEFAULTS['pipectl.yaml']}{_FIELDS}metrics:\n  mine: {definition}\n"
    files = {f"deals/d{number}.yaml": f"title: D\n{deal}\n" for number, deal in enumerate(deals)}
    scope = scope_of({"pipectl.yaml": settings, **files})
    (metric,) = custom_metrics(scope.facts.settings, METRICS)
    return metric.measure(scope)


_SEATS = [f"stage: lead\nfields: {{seats: {seats}}}" for seats in (1, 2, 9)]


@pytest.mark.parametrize(("measure", "value"), [("sum", 12), ("mean", 4), ("median", 2), ("min", 1), ("max", 9)])
def test_of_one_two_and_nine_seats(measure: str, value: int) -> None:
    found = _measure(f"{{measure: {measure}, of: fields.seats}}", *_SEATS, "stage: lead")
    assert (found.value, details(found)) == (Decimal(value), {"of": 3, "without a value": 1})
    assert [state.deal.id for part in found.behind for state in part.states] == ["d0", "d1", "d2"]


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert _measure("{measure: median, of: fields.seats}", *_SEATS[:2]).value == Decimal("1.5")


def test_money_is_converted_and_stays_money() -> None:
    deals = ["stage: lead\nfields: {mrr: 5}", "stage: lead\ncurrency: USD\nfields: {mrr: 5}"]
    assert _measure("{measure: sum, of: fields.mrr}", *deals).value == Money(Decimal(55), "IDR")
    assert _measure("{measure: mean, of: fields.mrr}", *deals).value == Money(Decimal("27.5"), "IDR")


def test_an_amount_without_a_rate_is_counted_beside() -> None:
    found = _measure("{measure: sum, of: amount}", "stage: lead\namount: 5\ncurrency: EUR", "stage: lead\namount: 7")
    assert (found.value, details(found)) == (Money(Decimal(7), "IDR"), {"of": 1, "without a value": 1})


def test_over_no_value_there_is_no_sum() -> None:
    assert _measure("{measure: sum, of: fields.seats}", "stage: lead").value is None


def test_a_filter_says_which_deals_count() -> None:
    deals = ["stage: lead\nsource: tender", "stage: lead\nsource: referral"]
    assert _measure('{measure: count, where: "source:tender"}', *deals).value == 1
    assert _measure("{measure: count}", *deals).value == 2


def test_a_built_in_metric_is_measured_on_the_deals_of_the_filter() -> None:
    won = "history: [{at: 2026-10-01, stage: lead}, {at: 2026-10-05, stage: won}]"
    lost = won.replace("won", "lost")
    deals = [f"stage: won\nsource: tender\n{won}", f"stage: lost\nsource: tender\n{lost}", f"stage: lost\n{lost}"]
    value: Cell = _measure('{measure: win_rate, where: "source:tender"}', *deals).value
    assert isinstance(value, Ratio)
    assert (value.numerator, value.denominator) == (1, 2)


def test_a_definition_that_measures_nothing_is_no_metric() -> None:
    settings = f"{DEFAULTS['pipectl.yaml']}metrics: {{mine: {{measure: guess}}}}\n"
    assert custom_metrics(scope_of({"pipectl.yaml": settings}).facts.settings, METRICS) == ()


def test_every_measure_that_is_no_aggregate_is_a_metric_of_the_program() -> None:
    # Those of a target speak of everybody's deals.
    of_targets = {"attainment", "pace", "gap", "coverage", "weighted-coverage", "deals-needed", "win-in-time"}
    assert set(BUILT_IN) == {metric.id for metric in METRICS} - of_targets
    assert set(MEASURES) == {*AGGREGATES, *BUILT_IN}


def test_a_wrong_filter_measures_nothing_and_says_so() -> None:
    found = _measure('{measure: count, where: "onwer:ani"}', "stage: lead")
    assert (found.value, details(found)) == (None, {"": "`where` is wrong: 'onwer' is no key of a filter"})
