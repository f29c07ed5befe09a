"""The stretch of days that a command looks back over: `-p`, `--since`, or a word of its own such as `A..B`."""

from datetime import date, timedelta

from pipectl.commands._open import Opened, option, period
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.facts import Facts
from pipectl.model.frozen import replace
from pipectl.model.inputs import parse_day
from pipectl.model.period import Period
from pipectl.model.period_text import named_period, parse_period, read_length


def past(context: Context, opened: Opened, since: str | None, default: str) -> Period:
    """The days that `-p` or `--since` name, as far as they are over; those of *default* where neither is given.

    Raises:
        UsageError: both are given, or nothing of it is over.
    """
    if since is not None and context.options.period is not None:
        raise UsageError("-p and --since both say which days", hint="leave one of them out")
    if since is not None:
        return since_day(opened, since)
    if context.options.period is None:
        return parse_period(default, opened.day, opened.settings.calendar).to_date(opened.day)
    return _over(period(context, opened), opened.day, f"--period '{context.options.period}'")


def since_day(opened: Opened, text: str) -> Period:
    """The days from the one that *text* names until today: `1w` is the last seven days, today among them."""
    with option("--since"):
        if read_length(text.strip()):
            return parse_period(text, opened.day, opened.settings.calendar)
        first = parse_day(text, opened.day, opened.settings.calendar, toward="past")
        if first > opened.day:
            raise UsageError(f"{text!r} lies after today, {opened.day}")
    return Period.of_days(first, opened.day + timedelta(days=1))


def between(text: str, opened: Opened) -> Period | None:
    """The days after the end of A until the end of B for `A..B`, those of a period for its name; None for other text.

    A unit such as 2026-Q3 stands for its last day. Without B it is today.

    Raises:
        UsageError: a side is no day, A is missing, or B lies before A.
    """
    if ".." not in text:
        found = _named(text, opened)
        return found and _over(found, opened.day, repr(text))
    left, right = (side.strip() for side in text.split("..", maxsplit=1))
    if not left:
        raise UsageError(f"{text!r} has no first state", hint=f"write A{text}, with the day A to begin from")
    start, end = (_last_day(side, opened) if side else opened.day for side in (left, right))
    if end < start:
        raise UsageError(f"{text!r} ends before it begins", hint=f"write {right}..{left}")
    if start > opened.day:
        raise UsageError(f"{text!r} begins after today, {opened.day}")
    days = Period.of_days(start + timedelta(days=1), min(end, opened.day) + timedelta(days=1))
    return replace(days, name=text)


def _named(text: str, opened: Opened) -> Period | None:
    """The period that *text* names; None where it is a word of a filter."""
    if ":" in text or text.startswith("@"):
        return None
    try:
        return parse_period(text, opened.day, opened.settings.calendar)
    except UsageError:
        # What begins like a date and is none was meant for one: it is told what is wrong with it.
        if text[:4].isdigit() and "-" in text:
            raise
        return None


def _last_day(text: str, opened: Opened) -> date:
    calendar = opened.settings.calendar
    try:
        named = named_period(text, opened.day, calendar)
    except OverflowError:
        named = None
    return named.last if named else parse_day(text, opened.day, calendar, toward="past")


def _over(found: Period, today: date, said: str) -> Period:
    """What of *found* is over."""
    if found.first > today:
        raise UsageError(f"{said} begins after today, {today}")
    return found.to_date(today)


def begun(found: Period, facts: Facts) -> Period:
    """*found* with a first day where it has none: that of the first thing that happened to any deal of *facts*."""
    if found.first > date.min:
        return found
    known = [state.created.day for state in facts.states if state.created is not None]
    first = min(known, default=facts.today)
    return replace(found, first=min(first, found.last))
