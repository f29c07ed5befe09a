"""Quotas: which of them a period has, and how far it is met."""

from datetime import date
from decimal import Decimal

import pytest

from pipectl.metrics.attainment import attainment, coverage, gap, pace, weighted_coverage
from pipectl.metrics.metric import Measure, Scope
from pipectl.metrics.targets import Aim, standing, targets_of
from pipectl.model.money import Money
from pipectl.model.period import FiscalCalendar
from pipectl.model.period_text import parse_period
from pipectl.report import Labelled, Multiple, Percent, Ratio
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
    }
    assert _roles(measure) == {"won": ["a"], "open": ["b"]}


def _roles(measure: Measure) -> dict[str, list[str]]:
    """The ids of the deals behind a number, by their part in it."""
    return {part.role: [state.deal.id for state in part.states] for part in measure.behind}


def test_1200_open_at_25_percent_cover_three_quarters_of_what_is_missing() -> None:
    files = {**_won("a", 600), **_open("b", 1200, "2026-12-31"), **_open("c", 99, "2026-12-31", "renewals")}
    measure = weighted_coverage(_scope(files, QUARTER))
    assert measure.value == Multiple(0.75)
    assert details(measure) == {"weighted for the rest": Money(Decimal(300), "IDR"), "without a probability": 1}


def test_1000_asked_and_600_won_leave_400_and_1200_won_leave_nothing() -> None:
    assert gap(_scope(_won("a", 600), QUARTER)).value == Money(Decimal(400), "IDR")
    assert gap(_scope(_won("a", 1200), QUARTER)).value == Money(Decimal(0), "IDR")


def test_600_of_1000_after_54_of_92_days_are_ahead_by_13_04() -> None:
    measure = pace(_scope(_won("a", 600), QUARTER))
    assert measure.value == Ratio(54, 92)
    ahead = details(measure)["ahead by"]
    assert isinstance(ahead, Money)
    assert round(ahead.amount, 2) == Decimal("13.04")


@pytest.mark.parametrize(
    ("won", "day", "words"),
    [
        (1000, "2026-10-01", "met"),
        (1, "2026-10-01", "behind by"),
        (500, "2026-11-15", "on pace"),
        (600, "2026-11-15", "ahead by"),
        (0, "2026-09-30", "not begun"),
        (999, "2026-12-31", "missed by"),
    ],
)
def test_the_pace_is_said_in_words(won: int, day: str, words: str) -> None:
    history = f"[{{at: 2026-09-01, stage: lead}}, {{at: {min(day, '2026-10-01')}, stage: won}}]"
    files = {"deals/a.yaml": f"title: D\nstage: won\namount: {won}\nhistory: {history}\n"}
    found = standing(_scope(files, QUARTER, day=date.fromisoformat(day)))
    assert found is not None
    assert (found.words.label if isinstance(found.words, Labelled) else found.words) == words


def _scope(files: dict[str, str], *targets: str, day: date = DAY) -> Scope:
    return scope_of({**PIPELINES, "pipectl.yaml": _settings(*targets), **files}, "2026-Q4", day)


def _contacted(name: str, *activities: str) -> dict[str, str]:
    history = "[{at: 2026-09-01, stage: lead}]"
    done = ", ".join(f"{{at: {day}, type: {kind}}}" for day, kind in (text.split() for text in activities))
    return {f"deals/{name}.yaml": f"title: D\nstage: lead\nactivities: [{done}]\nhistory: {history}\n"}


def test_deals_created_and_contacts_are_attained_by_count_and_no_open_deal_covers_them() -> None:
    created = _scope({**_won("a", 600), **_won("b", 1), **_contacted("c")}, "period: 2026-Q4, created: 5")
    assert attainment(created).value == Ratio(2, 5)
    assert (gap(created).value, _roles(attainment(created))) == (3, {"created": ["a", "b"]})
    assert coverage(created).value is None
    assert details(coverage(created)) == {"": "no open deal covers it"}
    calls = ("2026-09-30 call", "2026-10-01 call", "2026-11-23 email", "2026-11-23 note", "2026-11-24 call")
    contacts = _scope({**_contacted("c", *calls), **_contacted("d")}, "period: 2026-Q4, contacts: 8")
    assert attainment(contacts).value == Ratio(2, 8)
    assert details(attainment(contacts))["target"] == "8 contacts"
    assert _roles(attainment(contacts)) == {"contacted": ["c"]}


def test_each_aim_of_a_period_has_its_own_targets() -> None:
    both = ("period: 2026-Q4, amount: 60, deals: 4", "period: 2026-Q4, pipeline: renewals, created: 7")
    settings = sound({**PIPELINES, "pipectl.yaml": _settings(*both)}).settings
    quarter = FiscalCalendar().quarter(2026, 4)
    found = {aim: targets_of(settings.targets, quarter, aim=aim) for aim in Aim}
    asked = {aim: [(t.amount, t.deals, t.created, t.contacts) for t in targets] for aim, targets in found.items()}
    assert asked == {
        Aim.AMOUNT: [(60, None, None, None)],
        Aim.DEALS: [(None, 4, None, None)],
        Aim.CREATED: [(None, None, 7, None)],
        Aim.CONTACTS: [],
    }
    assert targets_of(settings.targets, quarter) == found[Aim.AMOUNT]


def test_a_win_that_no_rate_converts_adds_nothing_to_an_amount_and_is_counted_beside() -> None:
    files = {
        **_won("a", 600),
        "deals/b.yaml": _won("b", 5)["deals/b.yaml"].replace("amount: 5", "amount: 5\ncurrency: EUR"),
    }
    measure = attainment(_scope(files, QUARTER))
    assert measure.value == Ratio(Decimal(600), Decimal(1000))
    assert details(measure)["without a rate"] == 1


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
    "target", ["period: 2025-Q4, amount: 5", "period: 2025-Q4, created: 5", "period: 2026-Q4, amount: 0"]
)
def test_without_a_target_there_is_nothing_to_attain_or_cover(target: str) -> None:
    scope = scope_of({**PIPELINES, "pipectl.yaml": _settings(target), **_won("a", 600)})
    for metric in (attainment, pace, gap, coverage, weighted_coverage):
        measure = metric(scope)
        assert (measure.value, details(measure)) == (None, {"": "no target"})
