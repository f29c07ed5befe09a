"""Contacts: the examples of the docstrings, and what is a contact and what is not."""

import pytest

from pipectl.metrics.activity import FIRST_CONTACT, contacts_before_win, contacts_per_deal, first_contact
from pipectl.report import Days, Per, Ratio
from tests.build import details, looking_back, scope_of


def _deal(*contacts: str, stage: str = "lead", moves: str = "{at: 2026-10-01, stage: lead}") -> str:
    """A deal with *contacts*, each `DAY` for a call or `DAY TYPE`."""
    parts = [(contact.rpartition(" ")[::2] if contact[-1].isalpha() else (contact, "call")) for contact in contacts]
    activities = ", ".join(f"{{at: {at}, type: {kind}}}" for at, kind in parts)
    return f"title: D\nstage: {stage}\nactivities: [{activities}]\nhistory: [{moves}]\n"


def _won(*contacts: str, on: str = "2026-10-20") -> str:
    return _deal(*contacts, stage="won", moves=f"{{at: 2026-10-01, stage: lead}}, {{at: {on}, stage: won}}")


def _files(*deals: str) -> dict[str, str]:
    return {f"deals/d{number}.yaml": deal for number, deal in enumerate(deals)}


def test_six_contacts_on_three_open_deals_are_two_a_deal() -> None:
    four, two, five = ["2026-10-05"] * 4, ["2026-11-05"] * 2, ["2026-10-05"] * 5
    scope = scope_of(_files(_deal(*four), _deal(*two), _deal(), _won(*five)))
    measure = contacts_per_deal(scope)
    assert measure.value == Per(6, 3)
    assert details(measure) == {"reached": Ratio(2, 3), "never contacted": 1}
    assert [(part.role, len(part.states)) for part in measure.behind] == [("open", 3)]


@pytest.mark.parametrize("outside", ["2026-09-30", "2026-10-05 note", "2026-10-05 lunch"])
def test_what_lies_outside_the_period_and_what_is_no_contact_does_not_count(outside: str) -> None:
    assert contacts_per_deal(scope_of(_files(_deal(outside)))).value == Per(0, 1)


def test_where_no_deal_is_open_there_are_no_contacts_a_deal() -> None:
    assert contacts_per_deal(scope_of(_files(_won("2026-10-05")))).value == Per(0, 0)


def test_contacted_after_0_2_and_7_days_and_one_not_yet_is_a_median_of_2() -> None:
    deals = _deal("2026-10-01"), _deal("2026-10-03", "2026-10-04"), _deal("2026-10-02 note", "2026-10-08"), _deal()
    measure = first_contact(scope_of(_files(*deals)))
    assert measure.value == Days(2)
    assert details(measure) == {"mean": Days(3), "n": 3, "without a contact": 1}
    assert [(part.role, len(part.states)) for part in measure.behind] == [("contacted", 3), ("without a contact", 1)]


def test_a_contact_from_before_the_deal_was_written_down_is_0_days() -> None:
    assert first_contact(scope_of(_files(_deal("2026-09-20")))).value == Days(0)


def test_a_first_contact_after_the_period_has_not_come_by_its_end_whatever_became_of_the_deal() -> None:
    began = "{at: 2026-09-20, stage: lead}"
    closed = f"{began}, {{at: 2026-09-25, stage: won}}"
    reopened = f"{closed}, {{at: 2026-10-02, stage: lead}}"
    deals = (
        _deal("2026-09-21", moves=reopened),
        _deal("2026-10-01", moves=began),
        _deal("2026-10-01", stage="won", moves=closed),
    )
    scope = scope_of(_files(*deals), "2026-Q3")
    alone = first_contact(scope)
    assert (alone.value, details(alone)["n"], details(alone)["without a contact"]) == (Days(1), 1, 2)
    whole = scope_of(_files(*deals)).whole
    beside = looking_back(scope_of(_files(*deals))).part(scope_of(_files(*deals)), scope.period, whole)
    assert beside.measure(FIRST_CONTACT) == alone


def test_hours_count_where_both_are_known() -> None:
    deal = _deal("2026-10-01 21:00 call", moves="{at: 2026-10-01 09:00, stage: lead}")
    assert first_contact(scope_of(_files(deal))).value == Days(0.5)


def test_a_deal_that_began_closed_or_before_the_period_has_no_first_contact_in_it() -> None:
    began_closed = _deal("2026-10-09", stage="won", moves="{at: 2026-10-08, stage: won}")
    before = _deal("2026-10-09", moves="{at: 2026-09-30, stage: lead}")
    measure = first_contact(scope_of(_files(began_closed, before)))
    assert (measure.value, details(measure)["n"]) == (None, 0)


def test_wins_after_6_3_and_no_contacts_are_3_contacts_a_win() -> None:
    files = _files(_won(*["2026-10-05"] * 6), _won(*["2026-09-05"] * 3), _won("2026-10-06 note"), _deal("2026-10-05"))
    measure = contacts_before_win(scope_of(files))
    assert measure.value == Per(9, 3)
    assert {key: str(cell) for key, cell in details(measure).items()} == {"median": "3", "without a contact": "1"}


@pytest.mark.parametrize(
    ("close", "contact", "counted"),
    [
        ("2026-10-20", "2026-10-20", 1),
        ("2026-10-20 10:00", "2026-10-20 09:00 call", 1),
        ("2026-10-20 10:00", "2026-10-20 11:00 call", 0),
        ("2026-10-20 10:00", "2026-10-20", 1),
        ("2026-10-20", "2026-10-21", 0),
    ],
)
def test_contacts_count_until_the_close(close: str, contact: str, counted: int) -> None:
    assert contacts_before_win(scope_of(_files(_won(contact, on=close)))).value == Per(counted, 1)


def test_over_no_win_there_are_no_contacts_before_one() -> None:
    measure = contacts_before_win(scope_of(_files(_deal())))
    assert measure.value == Per(0, 0)
    assert details(measure) == {"median": None}
