"""Days, amounts and percentages as people type them on a command line; files are stricter.

What can be read in two ways is refused with both readings named; a guess would be wrong for somebody.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pipectl.errors import UsageError
from pipectl.model.money import CURRENCY_CODE
from pipectl.model.period import FiscalCalendar, Unit
from pipectl.model.period_text import named_period, out_of_reach, read_length, unknown_form
from pipectl.model.suggest import suggest

_DAY_FORMS = "2026-11-23, 2026-11, 2026-W48, 2026-Q4, today, tomorrow, mon, last-week, 2w, +2w, eom"
_NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_NUMBERS = {spelt: n for n, name in enumerate(_WEEKDAYS) for spelt in (name, name[:3])}
_ENDS = {"eow": Unit.WEEK, "eom": Unit.MONTH, "eoq": Unit.QUARTER, "eoy": Unit.YEAR}

# The power of ten that each suffix stands for; English, Indonesian, and the banks' short forms.
_POWERS = {
    "k": 3, "rb": 3, "ribu": 3,
    "mn": 6, "mio": 6, "jt": 6, "juta": 6,
    "bn": 9, "miliar": 9, "milyar": 9,
    "tn": 12, "triliun": 12,
}  # fmt: skip
_AMOUNT_FORMS = "800000000, 800_000_000, 12000.50, 800jt, 1.5k, 2mn, 1,5miliar, 2bn"
_FORMS = {"whole number": "25, 1_200, 1.5k, 2mn"}
_MAX_DIGITS, _MAX_DECIMALS = 15, 6

Toward = Literal["past", "future"]


def parse_day(text: str, today: date, calendar: FiscalCalendar, *, toward: Toward) -> date:
    """The day that *text* names, seen from *today*; where that could lie on either side, the one in *toward*.

    A weekday is the latest one up to *today* in the past, the next one after *today* in the future. A length without
    a sign counts back or forward. A month or another unit is its first day in the past, its last in the future.
    `eow`, `eom`, `eoq` and `eoy` are always the last day of the unit that *today* lies in; weeks end on Sunday.

    Raises:
        UsageError: *text* is in none of these forms, or names a day that does not exist.
    """
    text = text.strip()
    try:
        return _day(text, today, calendar, toward)
    except OverflowError:
        raise out_of_reach(text) from None


def parse_amount(text: str, called: str = "amount") -> Decimal:
    """The amount that *text* is, exactly: 0 or more, in plain digits, with the decimals that were typed.

    A dot is the decimal mark; with a suffix (`1,5miliar`) a comma may be. Marks between thousands are refused, as what
    1.200 is depends on the reader's country; underscores are taken. *called*: what a refusal says was wanted.

    Raises:
        UsageError: the text is no such amount, can be read in two ways, or has more than 15 digits before the mark.
    """
    text = text.strip()
    match = re.fullmatch("([0-9][0-9_.,]*) *([a-z]*)", text, re.IGNORECASE | re.ASCII)
    if not match:
        raise _no_amount(text, called)
    number, suffix = match[1], match[2].lower()
    if suffix == "m":
        raise UsageError(
            f"{text!r} can be read as {number} million (juta) or {number} miliar (billion)",
            hint=f"write {number}mn or {number}jt for the first, {number}bn or {number}miliar for the second",
        )
    if suffix and suffix not in _POWERS:
        near = suggest(suffix, _POWERS)
        raise UsageError(
            f"{text!r} ends with {match[2]!r}, which is no number word ({', '.join(_POWERS)})",
            hint=near and f"did you mean {number}{near}?",
        )
    whole, decimals = _parts_of(text, number, suffix, called)
    return _exact(text, whole, decimals, _POWERS.get(suffix, 0))


def parse_currency(text: str) -> str:
    """The currency code that *text* is, in small letters or capital ones."""
    code = text.strip().upper()
    if not CURRENCY_CODE.match(code):
        raise UsageError(f"'{text}' is no currency code", hint="three letters such as IDR or USD")
    return code


def parse_percent(text: str) -> Decimal:
    """The percentage that *text* is, 0 to 100: 60 for `60` and for `60%`.

    Raises:
        UsageError: the text is none, or is a share such as 0.5 without the sign that would make it half a percent.
    """
    text = text.strip()
    match = re.fullmatch("([0-9]{1,9}(?:[.,][0-9]{1,9})?) *(%?)", text)
    if not match:
        raise UsageError(f"{text!r} is no percentage (60, 60%, 12.5%)")
    percent = Decimal(match[1].replace(",", "."))
    if percent > 100:
        raise UsageError(f"{text!r} is more than 100%")
    if not match[2] and 0 < percent <= 1 and percent.as_tuple().exponent != 0:
        hint = f"write {(percent * 100).normalize():f}%, or {match[1]}% if it is that small"
        raise UsageError(f"{text!r} can be read as a share or as a percentage", hint=hint)
    return percent


def _day(text: str, today: date, calendar: FiscalCalendar, toward: Toward) -> date:
    word = text.lower()
    if word in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[word])
    if word in _WEEKDAY_NUMBERS:
        days_since = (today.weekday() - _WEEKDAY_NUMBERS[word]) % 7
        return today - timedelta(days=days_since if toward == "past" else days_since - 7)
    if word in _ENDS:
        return calendar.containing(_ENDS[word], today).last
    if length := read_length(word):
        back = length.sign == "-" or (not length.sign and toward == "past")
        return length.before(today) if back else length.after(today)
    if period := named_period(text, today, calendar):
        return period.first if toward == "past" else period.last
    raise unknown_form(text, "day", _DAY_FORMS, (*_NEAR_DAYS, *_WEEKDAYS, *_ENDS))


def _no_amount(text: str, called: str) -> UsageError:
    """What to say of a text that isn't a number with perhaps a word behind it."""
    if re.match("-[0-9]", text):
        return UsageError(f"{text!r} is negative; {called}s are 0 or more")
    if match := re.fullmatch(r"(?:[A-Za-z]{2,3}\.?|[$€£¥])\s*([0-9].*)", text):
        return UsageError(f"{text!r} has a currency in it", hint=_how_to_write(match[1]))
    return UsageError(f"{text!r} is no {called} ({_FORMS.get(called, _AMOUNT_FORMS)})")


def _how_to_write(text: str) -> str | None:
    try:
        parse_amount(text)
    except UsageError as error:
        return error.hint
    return f"write {text}"


def _parts_of(text: str, number: str, suffix: str, called: str) -> tuple[str, str]:
    """The digits of *number* before and after its decimal mark."""
    match = re.fullmatch("([0-9]+(?:_[0-9]+)*)(?:([.,])([0-9]+))?", number)
    if not match:
        raise _grouped(text, number, suffix, called)
    whole, mark, decimals = match[1], match[2], match[3] or ""
    if len(decimals) == len("000") and re.fullmatch("[1-9][0-9]{0,2}", whole):
        # 1.250 keeps three decimals by a fourth.
        fraction = decimals.rstrip("0") if decimals.endswith("0") else f"{decimals}0"
        raise UsageError(
            f"{text!r} has a mark that can part thousands or decimals",
            hint=f"write {whole}{decimals}{suffix} or {whole}{fraction and '.'}{fraction}{suffix}",
        )
    if mark == "," and not suffix:
        raise UsageError(f"{text!r} has a comma for a decimal mark", hint=f"write {whole}.{decimals}")
    return whole.replace("_", ""), decimals


def _grouped(text: str, number: str, suffix: str, called: str) -> UsageError:
    """What to say of a number with several marks: as a rule, thousands are parted by them."""
    match = re.fullmatch(r"([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?", number)
    if not match:
        return UsageError(f"{text!r} is no {called} ({_FORMS.get(called, _AMOUNT_FORMS)})")
    plain = match[1].replace(match[2], "") + (f".{match[3]}" if match[3] else "")
    return UsageError(f"{text!r} has marks between thousands", hint=f"write {plain}{suffix}")


def _exact(text: str, whole: str, decimals: str, power: int) -> Decimal:
    """The number times ten to the *power*, by moving the mark: arithmetic would round to the precision in force."""
    digits = (whole + decimals[:power].ljust(power, "0")).lstrip("0") or "0"
    rest = decimals[power:]
    if len(digits) > _MAX_DIGITS:
        raise UsageError(f"{text!r} has {len(digits)} digits before the mark; an amount has at most {_MAX_DIGITS}")
    if len(rest) > _MAX_DECIMALS:
        raise UsageError(f"{text!r} has {len(rest)} decimals; an amount has at most {_MAX_DECIMALS}")
    return Decimal(f"{digits}.{rest}" if rest else digits)
