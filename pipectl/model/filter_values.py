"""Values as filters take them: texts, ranges of amounts, days and dates. Each becomes a test of deals."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias, TypeVar

from pipectl.errors import UsageError
from pipectl.model.facts import Facts
from pipectl.model.inputs import Toward, parse_day
from pipectl.model.period import Period
from pipectl.model.period_text import Length, named_period, parse_period, read_length
from pipectl.model.state import State
from pipectl.model.suggest import suggest

Test: TypeAlias = Callable[[State], bool]
_T = TypeVar("_T", int, Decimal, date)

_LISTED = 20


class Condition(NamedTuple):
    """A test, and the value it stands for as it is best written; *closed* says that closed deals are meant too."""

    text: str
    test: Test
    closed: bool = False


class Key(NamedTuple):
    """A key: its help, how one of its values is read, and whether it takes ranges and numbers with decimals."""

    help: str
    read: Callable[[str, Facts], Condition]
    ranges: bool = False
    decimals: bool = False


def fold(text: str) -> str:
    """*text* without case and accents, to compare by."""
    if text.isascii():
        return text.lower()
    # Twice: folding brings accents forth (the dotted capital I), and taking signs apart brings capitals (℡).
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def unknown(text: str, what: str, names: Iterable[str], labels: Iterable[tuple[str, str]] = ()) -> UsageError:
    """The refusal of *text*, which is none of *names*; *labels* are (what people call it, its name)."""
    known = sorted(set(names)) if isinstance(names, set | frozenset) else list(dict.fromkeys(names))
    by_label = {fold(label): name for label, name in labels}
    near = by_label.get(fold(text)) or suggest(fold(text), known)
    listed = ", ".join([*known[:_LISTED], "…"] if len(known) > _LISTED else known)
    return UsageError(f"{text!r} is {what}{listed and f' ({listed})'}", hint=near and f"did you mean {near}?")


def sides(text: str) -> tuple[str, str] | None:
    """Both ends of the range `A..B`, either of which may be empty; None for a single value.

    Raises:
        UsageError: neither end is there, or the dots are not two.
    """
    if ".." not in text:
        return None
    low, high = (side.strip() for side in text.split("..", maxsplit=1))
    if low.endswith(".") or high.startswith(".") or ".." in high:
        raise UsageError(f"{text!r} is no range", hint="write A..B, with two dots")
    if not low and not high:
        raise UsageError(f"{text!r} has neither a beginning nor an end", hint="write A.., ..B or A..B")
    return low, high


def in_range(
    text: str, parse: Callable[[str], _T], read: Callable[[State], _T | None], show: Callable[[_T], str]
) -> Condition:
    """What *read* finds is *text*, or lies in the range that *text* is, both ends included; unknown never does."""
    ends = sides(text)
    if ends is None:
        value = parse(text)
        return Condition(show(value), _between(read, value, value))
    low, high = (parse(end) if end else None for end in ends)
    if low is not None and high is not None and high < low:
        raise UsageError(f"{text!r} ends before it begins", hint=f"write {ends[1]}..{ends[0]}")
    shown = f"{'' if low is None else show(low)}..{'' if high is None else show(high)}"
    return Condition(shown, _between(read, low, high))


def in_days(text: str, facts: Facts, read: Callable[[State], date | None], toward: Toward) -> Condition:
    """The day that *read* finds is one of those that *text* names; *toward* is where a bare length or weekday lies."""
    try:
        period = _days(text, facts, toward)
    except OverflowError:
        raise UsageError(f"{text!r} leads out of the calendar") from None
    last = None if period.until == date.max else period.last
    return Condition(period.name, _between(read, None if period.first == date.min else period.first, last))


def has_text(text: str, read: Callable[[State], Iterable[str]]) -> Condition:
    """One of the texts that *read* finds contains *text*, whatever case and accents."""
    wanted = fold(text)
    return Condition(text, lambda state: any(wanted in fold(found) for found in read(state)))


def is_text(text: str, read: Callable[[State], Iterable[str]]) -> Condition:
    """One of the texts that *read* finds is *text*, whatever case and accents."""
    wanted = fold(text)
    return Condition(text, lambda state: any(wanted == fold(found) for found in read(state)))


def parse_days(text: str, facts: Facts) -> int:
    """A number of days: `90`, `90d`, `2w`, `3mo` counted back from today.

    Raises:
        UsageError: *text* is none.
    """
    if re.fullmatch("[0-9]{1,5}", text):
        return int(text)
    length = read_length(text)
    if length is None or length.sign:
        raise UsageError(f"{text!r} is no number of days (90, 90d, 2w, 3mo)")
    return (facts.today - length.before(facts.today)).days


def parse_number(text: str) -> Decimal:
    """A number with a dot for decimals.

    Raises:
        UsageError: *text* is none.
    """
    if not re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", text.replace("_", "")):
        raise UsageError(f"{text!r} is no number (40, 12.5)")
    return Decimal(text.replace("_", ""))


def refuse_decimal_comma(text: str) -> None:
    """Nothing, unless a comma in *text*, which parts alternatives, was meant for a mark in a number.

    Raises:
        UsageError: it can be read so.
    """
    if match := re.search(r"(?<![0-9])([0-9]+(?:,[0-9]{3})+)(?![0-9])", text):
        plain = text.replace(match[1], match[1].replace(",", ""))
        raise UsageError(f"{text!r} has a comma between digits, and commas part alternatives", hint=f"write {plain}")
    if match := re.search(r"[0-9]+,[0-9]{1,2}(?![0-9])|[0-9]+,[0-9]+(?=[a-z])", text, re.IGNORECASE):
        plain = text.replace(match[0], match[0].replace(",", "."))
        raise UsageError(f"{text!r} has a comma between digits, and commas part alternatives", hint=f"write {plain}")


def plain(number: Decimal) -> str:
    """Its digits, without an exponent."""
    return f"{number:f}"


def _between(read: Callable[[State], _T | None], low: _T | None, high: _T | None) -> Test:
    def test(state: State) -> bool:
        found = read(state)
        return found is not None and (low is None or low <= found) and (high is None or found <= high)

    return test


def _days(text: str, facts: Facts, toward: Toward) -> Period:
    ends = sides(text)
    if ends is None:
        return _whole(text, facts, toward)
    first = _end(ends[0], facts, toward).first if ends[0] else date.min
    until = _end(ends[1], facts, toward).until if ends[1] else date.max
    if until <= first:
        raise UsageError(f"{text!r} ends before it begins", hint=f"write {ends[1]}..{ends[0]}")
    return Period.of_days(first, until)


def _whole(text: str, facts: Facts, toward: Toward) -> Period:
    length = read_length(text)
    if length is not None and not length.sign and toward == "future":
        raise UsageError(
            f"{text!r} can be read as the last or as the next", hint=f"write -{text}..today or today..+{text}"
        )
    if length is not None and length.sign:
        return Period.one_day(_counted(length, facts, toward))
    try:
        period = parse_period(text, facts.today, facts.settings.calendar)
    except UsageError as refusal:
        # Days have words that periods have not: tomorrow, fri, eom.
        try:
            return Period.one_day(parse_day(text, facts.today, facts.settings.calendar, toward=toward))
        except UsageError:
            raise refusal from None
    return Period.of_days(period.first, period.until)


def _end(text: str, facts: Facts, toward: Toward) -> Period:
    """The days that an end of a range names: a range begins with the first and ends with the last."""
    if length := read_length(text):
        return Period.one_day(_counted(length, facts, toward))
    named = named_period(text, facts.today, facts.settings.calendar)
    return named or Period.one_day(parse_day(text, facts.today, facts.settings.calendar, toward=toward))


def _counted(length: Length, facts: Facts, toward: Toward) -> date:
    back = length.sign == "-" or (not length.sign and toward == "past")
    return length.before(facts.today) if back else length.after(facts.today)
