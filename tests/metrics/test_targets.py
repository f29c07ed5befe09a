"""Quotas: which of them a period has, and how far it is met."""

from decimal import Decimal

import pytest

from pipectl.metrics.metric import Measure
from pipectl.metrics.targets import attainment, coverage, targets_of
from pipectl.model.money import Money
from pipectl.model.period import FiscalCalendar
from pipectl.model.period_text import parse_period
from pipectl.report import Multiple, Percent, Ratio
from tests.build import DAY, details, scope_of, sound

PIPELINES = {
    f"pipelines/{name}.yaml": f"stages: [{first}, {{id: won, outcome: won}}, {{id: lost, outcome: lost}}]\n"
    for name, first in (("sales", "{id: lead, probability: 25}"), ("renewals", "{id: lead}"))
}


def _settings(*targets: str) -> str:
    listed = "".join(f"  - {{{target}}}\n" for target in targets)
    return f"version: 1\ncurrency: IDR\ndefault_pipeline: sales\ntargets:\n{listed}"


def _amounts(
    targets: tuple[str, ...], period: str, *, owner: str = "", group: str = "", pipelines: str = ""
) -> list[int]:
    workspace = sound({**PIPELINES, "pipectl.yaml": _settings(*targets)})
    whole = parse_period(period, DAY, FiscalCalendar())
    found = targets_of(workspace.settings.targets, whole, owner=owner, group=group, pipelines=pipelines.split())
    return [int(target.amount or 0) for target in found]


TEAM = (
    "period: 2026, amount: 100",
    "period: 2026-Q1, amount: 10",
    "period: 2026-Q2, amount: 20",
    "period: 2026-Q3, amount: 30",
    "period: 2026-10, amount: 1",
    "period: 2026-11, amount: 2",
    "period: 2026-12, amount: 3",
)


@pytest.mark.parametrize(
    ("period", "amounts"),
    [
        ("2026", [100]),
        ("2026-Q1", [10]),
        ("2026-H1", [10, 20]),
        ("2026-Q4", [1, 2, 3]),
        ("2026-H2", []),
        ("2027", []),
    ],
    ids=["exact", "exact quarter", "filled by quarters", "filled by months", "filled by no one unit", "none"],
)
def test_a_period_has_its_own_target_else_those_that_fill_it(period: str, amounts: list[int]) -> None:
    assert _amounts(TEAM, period) == amounts


def test_a_gap_is_not_filled_and_a_target_that_reaches_beyond_does_not_count() -> None:
    assert _amounts(("period: 2026-10, amount: 1", "period: 2026-12, amount: 3"), "2026-Q4") == []
    assert _amounts(("period: 2026, amount: 9",), "2026-Q4") == []


PEOPLE = (
    "period: 2026-Q4, owner: ani, amount: 10",
    "period: 2026-10, owner: budi, amount: 1",
    "period: 2026-11, owner: budi, amount: 2",
    "period: 2026-12, owner: budi, amount: 4",
    "period: 2026-10, owner: rani, amount: 50",
    "period: 2026-Q4, group: jakarta, amount: 70",
)


def test_a_person_and_a_group_have_their_own_targets() -> None:
    assert _amounts(PEOPLE, "2026-Q4", owner="ani") == [10]
    assert _amounts(PEOPLE, "2026-Q4", owner="budi") == [1, 2, 4]
    assert _amounts(PEOPLE, "2026-Q4", owner="rani") == []
    assert _amounts(PEOPLE, "2026-Q4", group="jakarta") == [70]
    assert _amounts(PEOPLE, "2026-Q4", group="surabaya") == []


def test_a_team_without_a_target_of_its_own_has_the_sum_of_its_members() -> None:
    assert _amounts(PEOPLE, "2026-Q4") == [10, 1, 2, 4]
    assert _amounts((*PEOPLE, "period: 2026-Q4, amount: 60"), "2026-Q4") == [60]
    assert _amounts((*PEOPLE, "period: 2025-Q4, amount: 60"), "2026-Q4") == [10, 1, 2, 4]


PARTS = (
    "period: 2026-Q4, pipeline: sales, amount: 8",
    "period: 2026-10, pipeline: renewals, amount: 1",
    "period: 2026-11, pipeline: renewals, amount: 1",
    "period: 2026-12, pipeline: renewals, amount: 1",
)


def test_of_named_pipelines_only_their_own_targets_count() -> None:
    assert _amounts((*PARTS, "period: 2026-Q4, amount: 60"), "2026-Q4", pipelines="sales") == [8]
    assert _amounts(PARTS, "2026-Q4", pipelines="sales renewals") == [8, 1, 1, 1]
    assert _amounts(("period: 2026-Q4, amount: 60",), "2026-Q4", pipelines="sales") == []


def test_without_a_target_over_all_pipelines_theirs_are_added() -> None:
    assert _amounts(PARTS, "2026-Q4") == [8, 1, 1, 1]
    assert _amounts((*PARTS, "period: 2025-Q4, amount: 60"), "2026-Q4") == [8, 1, 1, 1]
    assert _amounts((*PARTS, "period: 2026-Q4, amount: 60"), "2026-Q4") == [60]


def test_a_number_of_deals_is_the_target_where_no_amount_is_set() -> None:
    assert _amounts(("period: 2026-Q4, deals: 40", "period: 2026-Q4, amount: 60"), "2026-Q4") == [60]
    scope = scope_of({**PIPELINES, "pipectl.yaml": _settings("period: 2026-Q4, deals: 5"), **_won("a", 600)})
    assert attainment(scope).value == Ratio(1, 5)
    assert coverage(scope).value == Multiple(0.0)
    met = scope_of({**PIPELINES, "pipectl.yaml": _settings("period: 2026-Q4, deals: 1"), **_won("a", 600)})
    assert coverage(met).value == "met"


def _won(name: str, amount: int, pipeline: str = "sales") -> dict[str, str]:
    history = "[{at: 2026-10-01, stage: lead}, {at: 2026-11-01, stage: won}]"
    return {f"deals/{name}.yaml": f"title: D\npipeline: {pipeline}\nstage: won\namount: {amount}\nhistory: {history}\n"}


def _open(name: str, amount: int, close: str, pipeline: str = "sales") -> dict[str, str]:
    lines = f"title: D\npipeline: {pipeline}\nstage: lead\namount: {amount}\nexpected_close: {close}\n"
    return {f"deals/{name}.yaml": lines}


def _coverage(files: dict[str, str], *targets: str, period: str = "2026-Q4") -> Measure:
    return coverage(scope_of({**PIPELINES, "pipectl.yaml": _settings(*targets), **files}, period))


QUARTER = "period: 2026-Q4, amount: 1000"


def test_600_won_of_1000_after_54_of_92_days() -> None:
    measure = attainment(scope_of({**PIPELINES, "pipectl.yaml": _settings(QUARTER), **_won("a", 600)}))
    assert measure.value == Ratio(Decimal(600), Decimal(1000))
    assert details(measure) == {"target": Money(Decimal(1000), "IDR"), "pace": Percent(Decimal("58.7"))}


def test_1000_asked_600_won_and_1200_open_cover_what_is_missing_three_times() -> None:
    measure = _coverage({**_won("a", 600), **_open("b", 1200, "2026-12-31")}, QUARTER)
    assert measure.value == Multiple(3.0)
    assert details(measure) == {
        "gap": Money(Decimal(400), "IDR"),
        "open for the rest": Money(Decimal(1200), "IDR"),
        "weighted": Multiple(0.75),
    }


@pytest.mark.parametrize(
    ("close", "counts"),
    [("2026-11-22", False), (DAY.isoformat(), True), ("2026-12-31", True), ("2027-01-01", False), ("~", False)],
)
def test_only_what_is_expected_in_the_rest_of_the_period_covers_it(close: str, counts: bool) -> None:
    assert _coverage(_open("b", 1000, close), QUARTER).value == Multiple(1.0 if counts else 0.0)


def test_of_a_period_ahead_all_of_it_is_left_and_nothing_before_it() -> None:
    target = "period: 2027-Q1, amount: 100"
    files = {**_open("a", 100, "2026-12-31"), **_open("b", 50, "2027-01-01")}
    assert _coverage(files, target, period="2027-Q1").value == Multiple(0.5)


def test_a_target_that_is_won_is_met() -> None:
    assert _coverage(_won("a", 1000), QUARTER).value == "met"
    assert _coverage(_won("a", 999), QUARTER).value == Multiple(0.0)


def test_where_targets_name_pipelines_only_those_count_towards_them() -> None:
    files = {
        **_won("a", 900),
        **_won("b", 30, "renewals"),
        **_open("c", 500, "2026-12-31"),
        **_open("d", 35, "2026-12-31", "renewals"),
    }
    target = "period: 2026-Q4, pipeline: renewals, amount: 100"
    scope = scope_of({**PIPELINES, "pipectl.yaml": _settings(target), **files})
    assert attainment(scope).value == Ratio(Decimal(30), Decimal(100))
    assert coverage(scope).value == Multiple(0.5)


@pytest.mark.parametrize(
    "target", ["period: 2025-Q4, amount: 5", "period: 2026-Q4, created: 5", "period: 2026-Q4, amount: 0"]
)
def test_without_a_target_there_is_nothing_to_attain_or_cover(target: str) -> None:
    scope = scope_of({**PIPELINES, "pipectl.yaml": _settings(target), **_won("a", 600)})
    for measure in (attainment(scope), coverage(scope)):
        assert (measure.value, details(measure)) == (None, {"": "no target"})
