"""Tasks: which one is meant, and when one that recurs stands again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipectl.errors import NegativeError
from pipectl.model.deal import Deal, Task
from pipectl.model.months import add_months
from pipectl.model.tasks import find_task, finish_task, next_due, snooze_task

DAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
_LENGTHS = {"d": 1, "w": 7}
intervals = st.builds("{}{}".format, st.integers(1, 40), st.sampled_from(("d", "w", "mo", "y")))


def _deal(*tasks: Task) -> Deal:
    return Deal(id="acme", path="deals/acme.yaml", title="Acme", pipeline="sales", stage="lead", tasks=tasks)


OFFER, MAIL, CALL = Task("Send the offer", date(2026, 11, 25)), Task("Send the mail", id="m1"), Task("Call", DAY)


@pytest.mark.parametrize(
    ("text", "place"), [("", 2), ("send the o", 0), ("M1", 1), ("send the mail", 1), ("Call", 2), ("c", 2)]
)
def test_a_task_is_found_by_id_title_or_beginning_and_the_next_step_by_nothing(text: str, place: int) -> None:
    assert find_task(_deal(OFFER, MAIL, CALL), text) == place


def test_done_tasks_are_not_found() -> None:
    with pytest.raises(NegativeError, match="no open task"):
        find_task(_deal(Task("Call", done=DAY)), "call")


def test_what_fits_several_titles_is_refused() -> None:
    with pytest.raises(NegativeError, match="fits 2 tasks of deal/acme: Send the offer; Send the mail"):
        find_task(_deal(OFFER, MAIL), "send")


def test_of_one_title_the_first_to_come_up_is_meant() -> None:
    assert find_task(_deal(Task("Call"), Task("Call", date(2026, 12, 1)), CALL), "call") == 2


def test_finishing_dates_the_task_and_leaves_the_others() -> None:
    after = finish_task(_deal(OFFER, MAIL), 0, DAY)
    assert after.tasks == (Task("Send the offer", date(2026, 11, 25), DAY), MAIL)


def test_snoozing_leaves_the_due_date() -> None:
    (task,) = snooze_task(_deal(OFFER), 0, date(2026, 12, 1)).tasks
    assert (task.due, task.comes_up) == (date(2026, 11, 25), date(2026, 12, 1))


@given(days, intervals, days)
def test_a_recurring_task_stands_again_after_it_was_done_and_after_it_was_due(due: date, every: str, on: date) -> None:
    after = finish_task(_deal(Task("Mail", due, every=every, id="m", snoozed_until=due, owner="ani")), 0, on)
    done, again = after.tasks
    assert (done.done, done.due) == (on, due)
    assert again == Task("Mail", next_due(done, on), every=every, owner="ani")
    assert again.due is not None
    assert again.due > on
    assert again.due > due


@given(days, st.integers(1, 40), st.sampled_from(("d", "w")), days)
def test_days_and_weeks_keep_their_rhythm_and_skip_none_that_is_left(
    due: date, count: int, unit: str, on: date
) -> None:
    length = timedelta(days=count * _LENGTHS[unit])
    again = next_due(Task("Mail", due, every=f"{count}{unit}"), on)
    assert (again - due) % length == timedelta()
    assert again - length <= max(due, on)


@given(days, st.integers(1, 30), st.sampled_from(("mo", "y")), days)
def test_months_and_years_keep_the_day_of_the_month(due: date, count: int, unit: str, on: date) -> None:
    again = next_due(Task("Mail", due, every=f"{count}{unit}"), on)
    months = (again.year - due.year) * 12 + again.month - due.month
    assert months % (count * (12 if unit == "y" else 1)) == 0
    assert again == add_months(due, months)


@given(days, intervals, days, days)
def test_done_later_it_never_stands_earlier(due: date, every: str, one: date, other: date) -> None:
    task = Task("Mail", due, every=every)
    assert next_due(task, min(one, other)) <= next_due(task, max(one, other))


def test_the_end_of_a_month_stays_one() -> None:
    task = Task("Invoice", date(2026, 1, 31), every="1mo")
    assert [next_due(task, on) for on in (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_without_a_due_date_the_rhythm_begins_when_it_is_done() -> None:
    assert next_due(Task("Mail", every="2w"), DAY) == date(2026, 12, 7)
