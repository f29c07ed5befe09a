"""The metrics of the business's own, as `metrics:` in the workspace's file defines them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from pipectl.errors import UsageError
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.model.filter import choose, parse_filter, split_words
from pipectl.model.frozen import frozen
from pipectl.model.measures import measure_id
from pipectl.model.money import Money, total
from pipectl.model.state import State
from pipectl.model.workspace import CustomMetric, Settings
from pipectl.report import Cell, Labelled

_Number = Decimal | Money


def _median(numbers: Sequence[Decimal]) -> Decimal:
    ordered, middle = sorted(numbers), len(numbers) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


_OF: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = MappingProxyType(
    {
        "sum": lambda numbers: sum(numbers, Decimal(0)),
        "mean": lambda numbers: sum(numbers, Decimal(0)) / len(numbers),
        "median": _median,
        "min": min,
        "max": max,
    }
)


def custom_metrics(settings: Settings, built_in: Sequence[Metric]) -> tuple[Metric, ...]:
    """The business's own metrics, each measured as one of *built_in* or over a field; wrong ones are left out.

    What makes one wrong is said by the check `metric-definition`.
    """
    by_id = {metric.id: metric for metric in built_in}
    return tuple(
        _metric(own, by_id.get(measure_id(own.measure)))
        for own in settings.metrics
        if measure_id(own.measure) in (*by_id, "count", *_OF)
    )


def _metric(own: CustomMetric, measured: Metric | None) -> Metric:
    # A filter chooses deals as they stand at the end of the day.
    ahead = measured is not None and measured.ahead
    return Metric(own.id, own.id, _Custom(own, measured), moment=True, ahead=ahead, written=_page(own))


@frozen
class _Custom:
    """Measures *metric*, or an aggregate, on the deals that the filter of *own* keeps."""

    own: CustomMetric
    metric: Metric | None

    def __call__(self, scope: Scope) -> Measure:
        try:
            kept = scope.of(choose(scope.facts, parse_filter(split_words(self.own.where), scope.facts)))
        except UsageError as error:
            return Measure(None, (Labelled("", f"`where` is wrong: {error}"),))
        if self.metric is not None:
            return self.metric.measure(kept)
        states = kept.facts.states
        if measure_id(self.own.measure) == "count":
            return Measure(len(states), (), (Behind("counted", states),))
        return _aggregate(self.own, states, kept)


def _aggregate(own: CustomMetric, states: Sequence[State], scope: Scope) -> Measure:
    """The field over the deals that have it; those without are counted beside, and so are amounts without a rate."""
    values = [(state, _value(state, own.of, scope)) for state in states]
    known = [(state, value) for state, value in values if value is not None]
    without = len(values) - len(known)
    beside = (Labelled("of", len(known)), *((Labelled("without a value", without, after=True),) if without else ()))
    behind = (Behind("counted", tuple(state for state, _ in known)),)
    return Measure(_together(own, [value for _, value in known], scope.currency), beside, behind)


def _together(own: CustomMetric, values: Sequence[_Number], currency: str) -> Cell:
    measure = measure_id(own.measure)
    if not values:
        return None
    amounts = [value for value in values if isinstance(value, Money)]
    if not amounts:
        return _OF[measure]([value for value in values if isinstance(value, Decimal)])
    if measure == "sum":
        return total(amounts, currency)
    return Money(_OF[measure]([money.amount for money in amounts]), currency)


def _value(state: State, of: str, scope: Scope) -> _Number | None:
    """The number that the field *of* holds, money in the workspace's currency; None where there is none."""
    if of == "amount":
        return state.worth
    value = state.deal.fields.get(of.removeprefix("fields."))
    if isinstance(value, Money):
        return scope.facts.settings.rates.convert(value, (state.closed or state.as_of).day)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _page(own: CustomMetric) -> str:
    """Its page, from its definition."""
    measure = measure_id(own.measure)
    what = f"{measure} of {own.of}" if own.of else measure
    which = f"the deals that `{own.where}` keeps" if own.where else "all deals"
    return f"{what.capitalize()} over {which}.\n\nDefined under `metrics:` in pipectl.yaml."
