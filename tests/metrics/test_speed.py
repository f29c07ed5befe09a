"""How fast deals are bought: the examples of the docstrings, and what has no cycle."""

from decimal import Decimal

import pytest

from pipectl.metrics.speed import sales_cycle, velocity
from pipectl.model.money import Money
from pipectl.report import Days
from tests.build import details, scope_of


def _closed(stage: str, created: str, closed: str, more: str = "") -> str:
    history = f"[{{at: {created}, stage: lead}}, {{at: {closed}, stage: {stage}}}]"
    return f"title: D\nstage: {stage}\n{more}\nhistory: {history}\n"


def test_wins_after_10_20_and_60_days() -> None:
    files = {
        "deals/a.yaml": _closed("won", "2026-10-01", "2026-10-11"),
        "deals/b.yaml": _closed("won", "2026-10-01", "2026-10-21"),
        "deals/c.yaml": _closed("won", "2026-09-01", "2026-10-31"),
        "deals/d.yaml": _closed("lost", "2026-10-01", "2026-10-05"),
        "deals/e.yaml": "title: D\nstage: won\nhistory: [{at: 2026-10-11, stage: won}]\n",
        "deals/f.yaml": "title: D\nstage: won\nhistory: [{at: 2026-10-11, stage: lead}]\n",
        "deals/g.yaml": _closed("won", "2026-06-01", "2026-09-30"),
    }
    measure = sales_cycle(scope_of(files))
    assert measure.value == Days(30.0)
    assert details(measure) == {"median": Days(20.0), "p90": Days(52.0), "n": 3, "lost": Days(4.0)}


@pytest.mark.parametrize(
    ("created", "closed", "days"),
    [
        ("2026-10-01 08:00", "2026-10-02 20:00", 1.5),
        ("2026-10-01 08:00", "2026-10-02", 1.0),
        ("2026-10-01", "2026-10-02 20:00", 1.0),
    ],
)
def test_where_both_ends_carry_an_hour_it_is_elapsed_time_else_calendar_days(
    created: str, closed: str, days: float
) -> None:
    assert sales_cycle(scope_of(_closed("won", created, closed))).value == Days(days)


def test_over_no_win_there_is_no_cycle() -> None:
    measure = sales_cycle(scope_of("title: D\nstage: lead\n"))
    assert (measure.value, details(measure)) == (None, {"median": None, "p90": None, "n": 0, "lost": None})


def _velocity(open_deals: int, won: int, lost: int, more: str = "amount: 1000", closed: str = "2026-10-26") -> object:
    files = {f"deals/o{n}.yaml": "title: D\nstage: lead\n" for n in range(open_deals)}
    files |= {f"deals/w{n}.yaml": _closed("won", "2026-10-01", closed, more) for n in range(won)}
    files |= {f"deals/l{n}.yaml": _closed("lost", "2026-10-01", "2026-10-02") for n in range(lost)}
    return velocity(scope_of(files)).value


def test_20_open_half_won_1000_each_in_25_days_bring_400_a_day() -> None:
    assert _velocity(20, 3, 3) == Money(Decimal(400), "IDR")


def test_velocity_is_unknown_where_one_of_its_four_is() -> None:
    assert _velocity(20, 0, 3) is None
    assert _velocity(20, 3, 3, more="") is None
    assert _velocity(20, 3, 3, closed="2026-10-01") is None
    assert _velocity(0, 3, 3) == Money(Decimal(0), "IDR")


def test_the_four_stand_beside_it() -> None:
    files = {
        "deals/w.yaml": _closed("won", "2026-10-01", "2026-10-26", "amount: 1000"),
        "deals/o.yaml": "title: D\nstage: lead\n",
    }
    found = details(velocity(scope_of(files)))
    assert (found["open"], found["won average"], found["cycle"]) == (1, Money(Decimal(1000), "IDR"), Days(25.0))
