"""Counting days in months, whose lengths differ."""

from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day *months* later, or the last one of a shorter month: a month after 31 January is 28 February.

    Raises:
        OverflowError: that lies outside the years 1 to 9999, as when days are added to a date.
    """
    first = month_start(month_index(day) + months)
    return first.replace(day=min(day.day, days_in_month(first)))


def days_in_month(day: date) -> int:
    """How many days the month of *day* has."""
    # December is told apart because the month after that of 9999 is no date.
    return 31 if day.month == 12 else (day.replace(month=day.month + 1, day=1) - day.replace(day=1)).days


def month_index(day: date) -> int:
    """Months from January of year 0 to the month of *day*."""
    return day.year * 12 + day.month - 1


def month_start(index: int) -> date:
    """The first day of the month that comes *index* months after January of year 0; OverflowError as above."""
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"year {year} is out of range")
    return date(year, month + 1, 1)
