"""Points in time as people write them: a day, or a day with an hour."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Protocol, TypeVar

from pipectl.model.frozen import frozen

_SECONDS_A_DAY = 86_400


@frozen
class Moment:
    """A day in the workspace's time zone and, where the hour is known, the instant.

    Attributes:
        day: the calendar day there.
        instant: with its offset; None for a plain date.
    """

    day: date
    instant: datetime | None = None

    def __str__(self) -> str:
        """`2026-11-20` or `2026-11-20 10:15`."""
        return self.day.isoformat() if self.instant is None else f"{self.instant:%Y-%m-%d %H:%M}"


def end_of(day: date, zone: tzinfo) -> Moment:
    """The last instant of *day* in *zone*: what `as of` that day means."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return Moment(day, midnight + timedelta(days=1) if day < date.max else midnight)


def days_between(start: Moment, end: Moment) -> float:
    """Elapsed days where both hours are known, else calendar days."""
    if start.instant is None or end.instant is None:
        return float((end.day - start.day).days)
    return _elapsed(start.instant, end.instant).total_seconds() / _SECONDS_A_DAY


def is_before(one: Moment, other: Moment) -> bool:
    """Whether *one* lies before *other*; by the day alone where either hour is unknown."""
    if one.instant is None or other.instant is None:
        return one.day < other.day
    return _elapsed(one.instant, other.instant) > timedelta()


def day_later(instant: datetime, days: float) -> date:
    """The day, in its own zone, on which *days* have passed since *instant*."""
    wall = instant + timedelta(days=days)
    return (wall + (_offset(wall) - _offset(instant))).date()


def _elapsed(start: datetime, end: datetime) -> timedelta:
    # Two times of one zone would be subtracted as clocks on the wall show them: an hour off where summer time begins.
    # As UTC the first and the last day of all could not be told.
    wall = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return wall - (_offset(end) - _offset(start))


def _offset(instant: datetime) -> timedelta:
    return instant.utcoffset() or timedelta()


class _Dated(Protocol):
    @property
    def at(self) -> Moment: ...


_D = TypeVar("_D", bound=_Dated)


def in_time_order(entries: Sequence[_D]) -> tuple[_D, ...]:
    """*entries* by time; ties, and plain dates among hours of the same day, stay in the order of the file.

    A plain date takes the hour of the entry of that day before it in the file, so that `10:00` and then the bare
    date read as they were written.
    """
    plain = [entry.at.day for entry in entries if entry.at.instant is None]
    if len(plain) == len(entries) and plain == sorted(plain):
        return tuple(entries)
    keys: list[tuple[date, float]] = []
    hours: dict[date, float] = {}
    for entry in entries:
        day, instant = entry.at.day, entry.at.instant
        if instant is not None:
            hours[day] = instant.timestamp()
        keys.append((day, hours.get(day, float("-inf"))))
    if all(before <= after for before, after in pairwise(keys)):
        return tuple(entries)
    order = sorted(range(len(entries)), key=keys.__getitem__)
    return tuple(entries[index] for index in order)
