"""Tasks of a deal: adding, doing, putting off; which one is meant."""

from datetime import date, timedelta

from pipectl.errors import NegativeError
from pipectl.model.deal import Deal, Task
from pipectl.model.frozen import replace
from pipectl.model.months import add_months
from pipectl.model.pattern import pattern

_EVERY = pattern(r"([1-9]\d{0,3})(d|w|mo|y)\Z")
_MOST_STEPS = 100_000


def add_task(deal: Deal, task: Task) -> Deal:
    """*deal* with one more task."""
    return deal.but(tasks=(*deal.tasks, task))


def find_task(deal: Deal, text: str) -> int:
    """The place of the open task whose id is *text*, or whose title is it or alone begins so; the next step for "".

    Of several with one title it is the one that comes up first.

    Raises:
        NegativeError: none, or several, fit.
    """
    waiting = [(place, task) for place, task in enumerate(deal.tasks) if task.is_open]
    if not waiting:
        raise NegativeError(f"deal/{deal.id} has no open task")
    if not text:
        return min(waiting, key=lambda item: item[1].comes_up or date.max)[0]
    wanted = text.casefold()
    for found in (
        [place for place, task in waiting if task.id and task.id.casefold() == wanted],
        [place for place, task in waiting if task.title.casefold() == wanted],
        [place for place, task in waiting if task.title.casefold().startswith(wanted)],
    ):
        if len({deal.tasks[place].title for place in found}) == 1:
            return min(found, key=lambda place: deal.tasks[place].comes_up or date.max)
        if found:
            titles = "; ".join(deal.tasks[place].title for place in found)
            raise NegativeError(f"'{text}' fits {len(found)} tasks of deal/{deal.id}: {titles}", hint="type more of it")
    titles = "; ".join(task.title for _, task in waiting)
    raise NegativeError(f"no open task of deal/{deal.id} begins with '{text}'", hint=f"there are: {titles}")


def finish_task(deal: Deal, place: int, on: date) -> Deal:
    """*deal* with the task at *place* done; one that recurs stands again, due the first time after *on*."""
    task = deal.tasks[place]
    done = (*deal.tasks[:place], replace(task, done=on), *deal.tasks[place + 1 :])
    if not task.every:
        return deal.but(tasks=done)
    again = replace(task, due=next_due(task, on), done=None, snoozed_until=None, id="")
    return deal.but(tasks=(*done, again))


def snooze_task(deal: Deal, place: int, until: date) -> Deal:
    """*deal* with the task at *place* out of sight until a day; its due date stays."""
    task = replace(deal.tasks[place], snoozed_until=until)
    return deal.but(tasks=(*deal.tasks[:place], task, *deal.tasks[place + 1 :]))


def next_due(task: Task, after: date) -> date:
    """The first day after *after* that the rhythm of a recurring task falls on, counted from its due date.

    A month's end stays one: the 31st is the 30th in a month that has no more days, and the 31st again in the next.
    """
    found = _EVERY.match(task.every)
    start = task.due or after
    if found is None:
        raise ValueError(f"'{task.every}' is no interval")
    count, unit = int(found[1]), found[2]
    step = 1
    if unit in "dw":
        length = count * (7 if unit == "w" else 1)
        step = max(1, (after - start).days // length + 1)
        return start + timedelta(days=step * length)
    months = count * (12 if unit == "y" else 1)
    while (due := add_months(start, step * months)) <= after and step < _MOST_STEPS:
        step += 1
    return due
