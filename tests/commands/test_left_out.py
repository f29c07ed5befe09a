"""What the figures of a period can't hold is said by every command of numbers, in the same words."""

from pathlib import Path

import pytest

from pipectl.commands._left_out import left_out
from tests.build import scope_of
from tests.harness import SALES, SETTINGS, run_pipectl, write_files

_WON = "{at: 2026-10-05, stage: lead}, {at: 2026-11-02, stage: won}"
_LOST = "{at: 2026-10-05, stage: lead}, {at: 2026-11-03, stage: lost, lost_reason: price}"


def _deal(stage: str, history: str = "", amount: str = "") -> str:
    return (
        f"title: D\nstage: {stage}\nowner: ani\n"
        + (f"amount: {amount.removesuffix(' EUR')}\n" if amount else "")
        + ("currency: EUR\n" if amount.endswith("EUR") else "")
        + (f"history: [{history}]\n" if history else "")
    )


FILES = {
    "pipectl.yaml": SETTINGS + "targets: [{period: 2026-Q4, amount: 1000}]\n",
    "pipelines/sales.yaml": SALES,
    "deals/undated.yaml": _deal("won", amount="7"),
    "deals/gift.yaml": _deal("won", _WON),
    "deals/silent.yaml": _deal("lost", _LOST),
    "deals/mute.yaml": _deal("lost", _LOST),
    "deals/paris.yaml": _deal("won", _WON, "5 EUR"),
    "deals/rome.yaml": _deal("lead", "{at: 2026-11-01, stage: lead}", "5 EUR"),
    "deals/plain.yaml": _deal("won", _WON, "100"),
}
SAID = (
    "+1 closed, date unknown, in no period: undated (pipectl check stage-history)",
    "1 won and 2 lost unpriced, in no amount: gift, mute, silent",
    "no rate for EUR, in no sum: paris, rome",
)


def test_closes_without_a_date_or_an_amount_and_amounts_without_a_rate_are_named() -> None:
    assert left_out(scope_of(FILES)) == SAID


def test_of_another_period_only_what_belongs_to_none_is_left_out() -> None:
    assert left_out(scope_of(FILES, "2026-Q3"), beside=()) == SAID[:1]


def test_where_every_deal_has_all_of_it_nothing_is_said() -> None:
    assert left_out(scope_of(_deal("won", _WON, "100"))) == ()


def test_of_many_deals_the_first_are_named() -> None:
    many = {f"deals/d{number}.yaml": _deal("won", amount="7") for number in range(11)}
    assert left_out(scope_of(many))[0].startswith(
        "+11 closed, date unknown, in no period: d0, d1, d10, d2, d3, d4, d5, d6 and 3 more ("
    )


@pytest.mark.parametrize("command", ["reasons", "team", "targets", "plan"])
def test_every_command_of_won_and_lost_says_it(command: str, tmp_path: Path) -> None:
    out = run_pipectl(command, cwd=write_files(tmp_path, FILES)).out
    assert SAID[0] in out
    assert SAID[1] in out
    assert "no rate for EUR, in no sum: paris" in out
