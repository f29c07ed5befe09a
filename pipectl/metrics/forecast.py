"""What open deals are expected to bring, by the period of their expected close.

Every open deal stands in one slice: the part of the period that its expected close lies in, before or after the
period, overdue, without a date; and apart from these, whatever its date, unpriced or without a rate. So the slices add
up to all that is open.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.targets import Aim, expected, standing
from pipectl.metrics.volume import apart, by_chance, chance_known, known_worth, priced, probability, weighted
from pipectl.model.frozen import frozen
from pipectl.model.money import Money, total
from pipectl.model.period import Period, Unit
from pipectl.model.pipeline import FORECASTS
from pipectl.model.state import State
from pipectl.model.workspace import Target
from pipectl.report import Cell, Column, Labelled


class Kind(StrEnum):
    """Where the deals of a slice stand: in a part of the period or in all of it, or apart, and why."""

    EXPECTED = "expected"
    WHOLE = "whole"
    OVERDUE = "overdue"
    SOONER = "sooner"
    LATER = "later"
    NO_DATE = "no date"
    UNPRICED = "unpriced"
    NO_RATE = "no rate"


@frozen
class Slice:
    """Open deals that belong in one line, in the order of the files.

    Attributes:
        scope: the deals that the line speaks of, with the period of the line and its targets; None for those apart.
    """

    kind: Kind
    name: str
    states: tuple[State, ...]
    currency: str
    scope: Scope | None = None

    @property
    def amount(self) -> Money | None:
        """What its deals are asked for: in the workspace's currency, but for those without a rate in their own."""
        return self.sum_of(self.states) if self.is_priced else None

    @property
    def is_priced(self) -> bool:
        """Whether its sums are known: False for the deals without an amount."""
        return self.kind is not Kind.UNPRICED

    def sum_of(self, states: Sequence[State]) -> Money:
        """The sum of what some of its deals are asked for."""
        return total((money for state in states if (money := self._money(state)) is not None), self.currency)

    @property
    def weighted(self) -> Money | None:
        """The same, each deal times its probability."""
        if not self.is_priced:
            return None
        parts = ((self._money(state), probability(state)) for state in self.states)
        return by_chance(((money, chance) for money, chance in parts if money is not None), self.currency)

    def _money(self, state: State) -> Money | None:
        return state.amount if self.kind is Kind.NO_RATE else state.worth


@frozen
class Method:
    """A way to say what open deals will bring; what it adds stands beside the static weighting, which always does.

    Attributes:
        columns: what it adds to each line.
        cells: learns from all deals that the forecast may see, once, and answers for any slice of them.
    """

    name: str
    columns: tuple[Column, ...]
    cells: Callable[[Scope], Callable[[Slice], tuple[Cell, ...]]]


_WEIGHTED = (
    Column("weighted", "Weighted", right=True, holds="money"),
    Column("no_probability", "No probability", right=True),
)


def _static(_: Scope) -> Callable[[Slice], tuple[Cell, ...]]:
    """Amount times probability, by the deal or its stage. There is nothing to learn."""
    return lambda part: (part.weighted, sum(not chance_known(state) for state in part.states))


STATIC = Method("static", _WEIGHTED, _static)
METHODS: Mapping[str, Method] = MappingProxyType({STATIC.name: STATIC})

_OPEN = (Column("deals", "Deals", right=True), Column("amount", "Amount", right=True, holds="money"))
_GOAL = (
    Column("won", "Won", right=True, holds="money"),
    Column("target", "Target", right=True, holds="money"),
    Column("reached", "Reached", right=True, holds="money"),
    Column("gap", "Gap", right=True, holds="money"),
)
_CATEGORIES = (
    Column("commit", "Commit", right=True, holds="money"),
    Column("commit_best_case", "Commit + best case", right=True, holds="money"),
    Column("commit_best_case_pipeline", "Commit + best + pipeline", right=True, holds="money"),
    Column("best_case", "Best case", right=True, holds="money"),
    Column("in_pipeline", "Pipeline", right=True, holds="money"),
    Column("omitted", "Omitted", right=True, holds="money"),
    Column("no_category", "No category", right=True, holds="money"),
)


def columns(method: Method) -> tuple[Column, ...]:
    """What each line has by *method*, after its name and kind."""
    return (*_OPEN, *_WEIGHTED, *_added(method), *_GOAL, *_CATEGORIES)


def lines(scope: Scope, slices: Sequence[Slice], method: Method) -> Iterator[tuple[Cell, ...]]:
    """The figures of each of *slices* by *method*; *scope* is all that there is to learn from."""
    weigh, answer = STATIC.cells(scope), method.cells(scope)
    for part in slices:
        added = answer(part) if method is not STATIC else ()
        yield (len(part.states), part.amount, *weigh(part), *added, *_goal(part), *_categories(part))


def _added(method: Method) -> tuple[Column, ...]:
    return method.columns if method is not STATIC else ()


TargetsOf = Callable[[Period], tuple[Target, ...] | None]


def slices(scope: Scope, unit: Unit | None, targets: TargetsOf = lambda _: None) -> tuple[Slice, ...]:
    """Every open deal of *scope* in one slice; the period by *unit*, whole as well, then what stands apart.

    The period must end. What stands apart has a slice only where there is any. *targets*: what the deals are held
    against in a period.
    """
    states = scope.open
    inside = [state for state in states if _kind(state, scope) is Kind.EXPECTED]
    parts = scope.facts.settings.calendar.split(scope.whole, unit) if unit else ()
    # One part would be the whole.
    units = [(Kind.EXPECTED, part) for part in (parts if len(parts) > 1 else ())]
    within = []
    for kind, period in (*units, (Kind.WHOLE, scope.whole)):
        held = scope.during(period, period, targets(period))
        mine = tuple(state for state in inside if _is_in(state, period))
        within.append(Slice(kind, period.name, mine, scope.currency, held))
    return (*within, *_apart(states, scope))


def _is_in(state: State, period: Period) -> bool:
    return state.deal.expected_close is not None and state.deal.expected_close in period


def _apart(states: Sequence[State], scope: Scope) -> Iterator[Slice]:
    for kind in (Kind.OVERDUE, Kind.SOONER, Kind.LATER, Kind.NO_DATE, Kind.UNPRICED):
        if mine := tuple(state for state in states if _kind(state, scope) is kind):
            yield Slice(kind, kind.value, mine, scope.currency)
    rateless = [state for state in states if _kind(state, scope) is Kind.NO_RATE]
    for currency in sorted({state.amount.currency for state in rateless if state.amount}):
        mine = tuple(state for state in rateless if state.amount and state.amount.currency == currency)
        yield Slice(Kind.NO_RATE, f"no rate for {currency}", mine, currency)


def _kind(state: State, scope: Scope) -> Kind:
    if state.rate_missing:
        return Kind.NO_RATE
    if state.amount is None:
        return Kind.UNPRICED
    return _kind_of_date(state.deal.expected_close, scope)


def _kind_of_date(close: date | None, scope: Scope) -> Kind:
    if close is None:
        return Kind.NO_DATE
    if close < scope.facts.today:
        return Kind.OVERDUE
    if close < scope.whole.first:
        return Kind.SOONER
    return Kind.EXPECTED if close < scope.whole.until else Kind.LATER


def category(state: State) -> str:
    """omitted, pipeline, best_case or commit: the deal's own, else its stage's; "" where neither says one."""
    return state.deal.forecast or state.stage.forecast or ""


def _goal(part: Slice) -> tuple[Cell, ...]:
    """Won so far in the period of the line, its target, what of the won counts for it, and what is missing to it.

    Unknown for what stands apart.
    """
    if part.scope is None:
        return None, None, None, None
    found = part.scope.once(standing)
    won = known_worth(part.scope.won, part.currency)
    if found is None or found.aim is not Aim.AMOUNT:
        return won, None, None, None
    return won, found.cell(found.asked), found.cell(found.reached), found.cell(found.gap)


def _categories(part: Slice) -> tuple[Cell, ...]:
    if not part.is_priced:
        return (None,) * len(_CATEGORIES)
    found = {name: part.sum_of([s for s in part.states if category(s) == name]) for name in (*FORECASTS, "")}
    best = total((found["commit"], found["best_case"]), part.currency)
    return (
        found["commit"],
        best,
        total((best, found["pipeline"]), part.currency),
        found["best_case"],
        found["pipeline"],
        found["omitted"],
        found[""],
    )


def _measured(scope: Scope, states: tuple[State, ...]) -> Measure:
    """What *states* are worth, with what the sum leaves out."""
    return Measure(known_worth(states, scope.currency), apart(states), (Behind("open", states),))


def expected_amount(scope: Scope) -> Measure:
    """Amount of the open deals whose expected close lies in what is left of the period, today included.

    A date that has passed is no expectation: those deals are overdue and stand apart, as do deals without a date,
    unpriced ones, and those whose currency has no rate. Of a period that is over nothing is left, and it expects 0.

    Formula: sum(amount of the open and priced with expected close from today to the end of the period)
    Unit: money
    Example: open for December 100 and 50, one of 70 for January, one of 30 that was due last week: 150 this quarter.
    Elsewhere: most count a deal whose date has passed as expected in its old month, or in the current one.
    """
    return _measured(scope, expected(scope))


def weighted_amount(scope: Scope) -> Measure:
    """The same amounts, each times the probability of the deal, else of its stage.

    A deal that neither gives a probability adds nothing and is counted beside. The sum is what these deals would
    bring on average if the probabilities were right, and if all of them were decided by their date.

    Formula: sum(amount x probability of the open and priced with expected close in the rest of the period)
    Unit: money
    Example: 100 at 50%, 50 at 20% and 40 without a probability: 50 + 10 = 60, 1 without a probability.
    Elsewhere: this is the usual weighted pipeline; some give a stage without a probability 100%, some weight what is
        overdue too.
    """
    states = expected(scope)
    unknown = sum(not chance_known(state) for state in states)
    value = weighted(states, scope.currency) if priced(states) or not states else None
    beside = (Labelled("without a probability", unknown, after=True),) if unknown else ()
    return Measure(value, (*beside, *apart(states)), (Behind("open", states),))


def _in(scope: Scope, *names: str) -> Measure:
    return _measured(scope, tuple(state for state in expected(scope) if category(state) in names))


def commit_amount(scope: Scope) -> Measure:
    """Amount expected in what is left of the period whose forecast category is `commit`.

    The category is the deal's own, else its stage's. Won deals are no part of it.

    Formula: sum(amount of the open, expected and priced with category commit)
    Unit: money
    Example: 100 in commit, 50 in best case, 30 won: 100.
    Elsewhere: Salesforce's cumulative "Commit Forecast" adds what is closed; here that stands beside as won.
    """
    return _in(scope, "commit")


def best_case_amount(scope: Scope) -> Measure:
    """Amount expected in what is left of the period whose category is `commit` or `best_case`.

    Formula: sum(amount of the open, expected and priced with category commit or best_case)
    Unit: money
    Example: 100 in commit, 50 in best case, 30 in pipeline: 150.
    Elsewhere: HubSpot shows single categories, Salesforce either; both sums stand in `pipectl forecast`.
    """
    return _in(scope, "commit", "best_case")


def pipeline_amount(scope: Scope) -> Measure:
    """Amount expected in what is left of the period whose category is `commit`, `best_case` or `pipeline`.

    What is `omitted`, and what has no category, is left out.

    Formula: sum(amount of the open, expected and priced with category commit, best_case or pipeline)
    Unit: money
    Example: 100 in commit, 50 in best case, 30 in pipeline, 20 omitted: 180.
    Elsewhere: a deal without a category is often taken as `pipeline` in silence; here it stands in a column of its own.
    """
    return _in(scope, "commit", "best_case", "pipeline")


def overdue_amount(scope: Scope) -> Measure:
    """Amount of the open deals whose expected close has passed: expected in no period until somebody sets a new date.

    Formula: sum(amount of the open and priced with expected close before today)
    Unit: money
    Example: one of 30 that was due last week, one of 50 due today: 30.
    Elsewhere: see expected-amount.
    """
    states = tuple(
        state
        for state in scope.open
        if state.deal.expected_close is not None and state.deal.expected_close < scope.facts.today
    )
    return _measured(scope, states)


EXPECTED = Metric("expected-amount", "Expected amount", expected_amount, moment=True, ahead=True)
WEIGHTED = Metric("weighted-amount", "Weighted amount", weighted_amount, moment=True, ahead=True)
COMMIT = Metric("commit-amount", "Commit", commit_amount, moment=True, ahead=True)
BEST_CASE = Metric("best-case-amount", "Commit and best case", best_case_amount, moment=True, ahead=True)
PIPELINE = Metric("pipeline-amount", "Commit, best case and pipeline", pipeline_amount, moment=True, ahead=True)
OVERDUE = Metric("overdue-amount", "Overdue amount", overdue_amount, moment=True)
