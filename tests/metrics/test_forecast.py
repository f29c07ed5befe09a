"""What is expected: the examples of the pages, where a deal stands, and what adds up to what."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given

from pipectl.metrics import forecast
from pipectl.metrics.attainment import coverage
from pipectl.metrics.forecast import Kind, Slice, columns, lines, slices
from pipectl.metrics.grouping import grouping
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.registry import FORECAST_METRICS
from pipectl.metrics.targets import standing, targets_of
from pipectl.metrics.volume import weighted, worth
from pipectl.model.deal import Deal
from pipectl.model.money import Money
from pipectl.model.period import Period, Unit
from pipectl.report import Cell, Column
from tests.build import DAY, details, scope_of
from tests.metrics.any_deals import LAW, PERIODS, WORKSPACES, adds_up, facts_on

SETTINGS = """\
version: 1
currency: IDR
rates: [{from: 2026-11-01, USD: 10}]
targets:
  - {period: 2026-Q4, amount: 1000}
  - {period: 2026-11, amount: 300}
"""
PIPELINE = """\
stages:
  - {id: lead, probability: 20, forecast: pipeline}
  - {id: proposal, probability: 50, forecast: best_case}
  - {id: trial}
  - {id: won, outcome: won}
  - {id: lost, outcome: lost}
"""


def _scope(*deals: str, period: str = "2026-Q4", day: date = DAY) -> Scope:
    """Deals by their lines, each open in `lead` unless it says another stage."""
    files = {"pipectl.yaml": SETTINGS, "pipelines/sales.yaml": PIPELINE}
    for n, lines_of in enumerate(deals):
        stage = "" if "stage:" in lines_of else "stage: lead\n"
        files[f"deals/d{n}.yaml"] = "title: D\n" + stage + lines_of.replace("; ", "\n") + "\n"
    return scope_of(files, period, day)


def _idr(amount: int | str) -> Money:
    return Money(Decimal(amount), "IDR")


def _due(amount: int, close: str, more: str = "") -> str:
    return f"amount: {amount}; expected_close: {close}{more and '; '}{more}"


DECEMBER = "2026-12-31"


@pytest.mark.parametrize(
    ("measure", "deals", "amount"),
    [
        (
            forecast.expected_amount,
            (_due(100, DECEMBER), _due(50, DECEMBER), _due(70, "2027-01-01"), _due(30, "2026-11-16")),
            150,
        ),
        (
            forecast.weighted_amount,
            (_due(100, DECEMBER, "stage: proposal"), _due(50, DECEMBER), _due(40, DECEMBER, "stage: trial")),
            60,
        ),
        (
            forecast.commit_amount,
            (
                _due(100, DECEMBER, "forecast: commit"),
                _due(50, DECEMBER, "stage: proposal"),
                _due(30, DECEMBER, "stage: won; history: [{at: 2026-11-01, stage: won}]"),
            ),
            100,
        ),
        (
            forecast.best_case_amount,
            (
                _due(100, DECEMBER, "forecast: commit"),
                _due(50, DECEMBER, "stage: proposal"),
                _due(30, DECEMBER),
            ),
            150,
        ),
        (
            forecast.pipeline_amount,
            (
                _due(100, DECEMBER, "forecast: commit"),
                _due(50, DECEMBER, "stage: proposal"),
                _due(30, DECEMBER),
                _due(20, DECEMBER, "forecast: omitted"),
            ),
            180,
        ),
        (forecast.overdue_amount, (_due(30, "2026-11-16"), _due(50, DAY.isoformat())), 30),
    ],
    ids=[metric.id for metric in FORECAST_METRICS],
)
def test_the_example_of_the_page(measure: Callable[[Scope], Measure], deals: tuple[str, ...], amount: int) -> None:
    assert measure(_scope(*deals)).value == _idr(amount)


def test_a_deal_without_a_probability_is_counted_beside_the_weighted_amount() -> None:
    measure = forecast.weighted_amount(_scope(_due(40, DECEMBER, "stage: trial"), "expected_close: 2026-12-31"))
    assert (measure.value, details(measure)) == (_idr(0), {"without a probability": 1, "unpriced": 1})


def _kinds(scope: Scope, unit: Unit | None = Unit.MONTH) -> list[tuple[str, str, list[str]]]:
    return [(part.kind.value, part.name, [s.deal.id for s in part.states]) for part in slices(scope, unit)]


APART = (
    _due(1, "2026-11-22"),
    _due(1, "2026-11-23"),
    _due(1, DECEMBER),
    _due(1, "2027-01-01"),
    "amount: 1",
    "expected_close: 2026-12-01",
    _due(1, "2026-12-01", "currency: EUR"),
    _due(1, "2026-10-01", "currency: CHF"),
    _due(2, "2026-12-05", "currency: USD"),
)


def test_every_open_deal_stands_in_one_line() -> None:
    assert _kinds(_scope(*APART)) == [
        ("expected", "2026-10", []),
        ("expected", "2026-11", ["d1"]),
        ("expected", "2026-12", ["d2", "d8"]),
        ("whole", "2026-Q4", ["d1", "d2", "d8"]),
        ("overdue", "overdue", ["d0"]),
        ("later", "later", ["d3"]),
        ("no date", "no date", ["d4"]),
        ("unpriced", "unpriced", ["d5"]),
        ("no rate", "no rate for CHF", ["d7"]),
        ("no rate", "no rate for EUR", ["d6"]),
    ]


def test_of_a_period_ahead_what_is_expected_before_it_stands_apart_and_of_a_month_there_is_one_line() -> None:
    assert _kinds(_scope(_due(1, DECEMBER), _due(1, "2027-01-31"), period="2027-01")) == [
        ("whole", "2027-01", ["d1"]),
        ("sooner", "sooner", ["d0"]),
    ]


def _row(part: Slice) -> dict[str, Cell]:
    (cells,) = lines(_scope(), [part], forecast.STATIC)
    keys = [column.key for column in columns(forecast.STATIC)]
    return dict(zip(keys, cells, strict=True))


def test_what_has_no_rate_is_summed_in_its_own_currency_and_into_no_other() -> None:
    found = {part.name: part for part in slices(_scope(*APART), None)}
    assert _row(found["no rate for EUR"])["amount"] == Money(Decimal(1), "EUR")
    assert _row(found["no rate for EUR"])["weighted"] == Money(Decimal("0.2"), "EUR")
    assert _row(found["2026-Q4"])["amount"] == _idr(22)


def test_where_nothing_has_an_amount_none_is_known() -> None:
    found = {part.name: part for part in slices(_scope(*APART), None)}
    unpriced = _row(found["unpriced"])
    assert (unpriced["deals"], unpriced["amount"], unpriced["weighted"], unpriced["commit"]) == (1, None, None, None)
    measure = forecast.expected_amount(_scope("expected_close: 2026-12-01"))
    assert (measure.value, details(measure)) == (None, {"unpriced": 1})
    assert forecast.weighted_amount(_scope("expected_close: 2026-12-01")).value is None
    assert forecast.expected_amount(_scope()).value == _idr(0)


def test_a_line_has_what_is_won_in_its_period_its_target_and_the_gap() -> None:
    won = "stage: won; amount: {}; history: [{{at: 2026-{}, stage: won}}]"
    scope = _scope(won.format(100, "10-05"), won.format(250, "11-05"))
    known = partial(targets_of, scope.facts.settings.targets)
    found = {part.name: _row(part) for part in slices(scope, Unit.MONTH, known)}
    goals = {name: (row["won"], row["target"], row["gap"]) for name, row in found.items()}
    assert goals == {
        "2026-10": (_idr(100), None, None),
        "2026-11": (_idr(250), _idr(300), _idr(50)),
        "2026-12": (_idr(0), None, None),
        "2026-Q4": (_idr(350), _idr(1000), _idr(650)),
    }


def test_a_method_adds_its_columns_to_every_line_beside_the_static_weighting() -> None:
    scope = _scope(_due(100, DECEMBER), _due(50, "2026-11-30"))
    learned = forecast.Method(
        "halves", (Column("half", "Half"),), lambda _: lambda part: (Decimal(len(part.states)) / 2,)
    )
    keys = [column.key for column in columns(learned)]
    rows = [dict(zip(keys, cells, strict=True)) for cells in lines(scope, slices(scope, Unit.MONTH), learned)]
    assert [row["half"] for row in rows] == [0, Decimal("0.5"), Decimal("0.5"), 1]
    static = [column.key for column in columns(forecast.STATIC)]
    plain = [
        dict(zip(static, cells, strict=True)) for cells in lines(scope, slices(scope, Unit.MONTH), forecast.STATIC)
    ]
    assert [{key: row[key] for key in static} for row in rows] == plain


def test_what_is_expected_is_what_coverage_counts() -> None:
    scope = _scope(*APART)
    found = standing(scope)
    assert found is not None
    assert forecast.expected_amount(scope).value == _idr(str(found.expected))
    assert forecast.weighted_amount(scope).value == _idr(str(found.weighted))
    assert details(coverage(scope))["open for the rest"] == forecast.expected_amount(scope).value


@LAW
@given(WORKSPACES, PERIODS)
def test_the_lines_add_up_to_all_that_is_open(deals: list[Deal], period: Period) -> None:
    scope = Scope(facts_on(deals), period, period)
    for unit in (Unit.MONTH, Unit.WEEK, None):
        found = slices(scope, unit)
        units = [part for part in found if part.kind is Kind.EXPECTED]
        (whole,) = (part for part in found if part.kind is Kind.WHOLE)
        if units:
            assert sum(len(part.states) for part in units) == len(whole.states)
            assert adds_up([part.amount for part in units], whole.amount)
            assert adds_up([part.weighted for part in units], whole.weighted)
        parts = [part for part in found if part.kind is not Kind.EXPECTED]
        assert sum(len(part.states) for part in parts) == len(scope.open)
        known = [part for part in parts if part.kind is not Kind.NO_RATE]
        assert adds_up([part.amount or _idr(0) for part in known], worth(scope.open, "IDR"))
        assert adds_up([part.weighted or _idr(0) for part in known], weighted(scope.open, "IDR"))


@LAW
@given(WORKSPACES, PERIODS)
def test_the_owners_add_up_to_the_team_and_the_categories_to_the_amount(deals: list[Deal], period: Period) -> None:
    scope = Scope(facts_on(deals), period, period)
    whole = next(part for part in slices(scope, None) if part.kind is Kind.WHOLE)
    groups = [scope.of(states) for _, states in grouping(scope, "owner").parts(scope.facts.states)]
    parts = [part for group in groups for part in slices(group, None) if part.kind is Kind.WHOLE]
    for key in ("amount", "weighted", "won", "commit", "commit_best_case_pipeline"):
        cells = [_row(part)[key] for part in parts]
        assert adds_up(cells, _row(whole)[key])
    for part in slices(scope, None):
        row = _row(part)
        kinds = [row[key] for key in ("commit_best_case_pipeline", "omitted", "no_category")]
        assert adds_up(kinds, row["amount"], part.currency)
