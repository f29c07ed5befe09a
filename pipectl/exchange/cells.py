"""Texts of a table's cells become days, moments and amounts, as the mapping says that they are written.

A text that contradicts the mapping is refused, never read in another way.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from pipectl.model.date_spelling import MONTH_NAMES
from pipectl.model.mapping import DateOrder, Dialect
from pipectl.model.moment import Moment

MAX_DIGITS, MAX_DECIMALS = 15, 4

_BLANKS = re.compile("[ \xa0\u2007\u2009\u202f]+")
_ENGLISH = [name.lower() for name in MONTH_NAMES]
_INDONESIAN = [
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
]  # fmt: skip
_MONTHS = {
    spelt: number
    for names in (_ENGLISH, _INDONESIAN)
    for number, name in enumerate(names, 1)
    for spelt in (name, name[:3])
} | {"sept": 9, "agt": 8, "ags": 8, "nop": 11}

YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
DIGITS = re.compile(r"([0-9]{1,2})([-/.]) ?([0-9]{1,2})\2 ?([0-9]{4}|[0-9]{2})(?![0-9])")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-. ]{1,2}([A-Za-z]{3,9})[-., ]{1,2}([0-9]{4}|[0-9]{2})(?![0-9])")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})[. ] ?([0-9]{1,2}), ?([0-9]{4})(?![0-9])")
_TIME = re.compile(
    r"(?:[Tt]|,? )([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?: ?([AaPp])\.?[Mm]\.?)?"
    r"(?: ?(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?\Z"
)

# Marks of currencies, with the codes that each may stand for; a code stands for itself.
SYMBOLS = {
    "$": ("USD", "AUD", "BRL", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "CLP", "COP", "ARS"),
    "us$": ("USD",), "s$": ("SGD",), "a$": ("AUD",), "r$": ("BRL",),
    "€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "rp": ("IDR",), "rp.": ("IDR",), "rm": ("MYR",),
    "kč": ("CZK",), "kr": ("SEK", "NOK", "DKK"), "kr.": ("DKK", "SEK", "NOK"), "zł": ("PLN",), "ft": ("HUF",),
    "₹": ("INR",), "rs": ("INR", "PKR"), "rs.": ("INR", "PKR"), "₱": ("PHP",), "฿": ("THB",), "₫": ("VND",),
    "₩": ("KRW",), "₺": ("TRY",), "₽": ("RUB",), "fr.": ("CHF",), "r": ("ZAR",), "kn": ("HRK",), "lei": ("RON",),
}  # fmt: skip
AMOUNT = re.compile(r"([^0-9,'()+-]*)([-+(]?)([0-9](?:[0-9.,' ]*[0-9])?)(\)?[^0-9.,'()]*(?:,-|\.-)?)\Z")


class CellError(Exception):
    """A cell can't be read: what is wrong with its text, and how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Cells:
    """The reader of one table's cells; each different text is read once.

    *zone* is the workspace's, which every day is of; times without an offset are of the mapping's zone, or of it.
    """

    def __init__(self, dialect: Dialect, zone: tzinfo) -> None:
        self.dialect = dialect
        self.zone = zone
        self._moments: dict[str, Moment] = {}
        number = re.escape(dialect.group) if dialect.group else "(?!)"
        decimal = re.escape(dialect.decimal)
        # Thousands by threes; in India by twos above the first three.
        self._amount = re.compile(
            rf"([0-9]+|[0-9]{{1,3}}(?:{number}[0-9]{{3}})+|[0-9]{{1,2}}(?:{number}[0-9]{{2}})+{number}[0-9]{{3}})"
            rf"(?:{decimal}([0-9]+))?\Z"
        )

    def moment(self, text: str) -> Moment:
        """A day, or a day with a time."""
        if text not in self._moments:
            self._moments[text] = self._read_moment(text)
        return self._moments[text]

    def day(self, text: str) -> date:
        """The day of a day, with or without a time."""
        return self.moment(text).day

    def number(self, text: str, decimals: int = MAX_DECIMALS) -> Decimal:
        """A number, negative ones too, with the mapping's marks."""
        value = self._plain(text, spaced(text.lstrip("-\u2212+")).strip(), decimals)
        return -value if text.startswith(("-", "\u2212")) else value

    def amount(self, text: str, currency: str) -> Decimal:
        """An amount of 0 or more; a sign or code of a currency may stand before or behind it, if it is *currency*'s."""
        found = AMOUNT.match(spaced(text))
        if found is None:
            raise CellError("is no amount", self._how())
        before, sign, digits, after = found[1].strip(), found[2], found[3], found[4].strip()
        if sign == "-" or (sign == "(" and after.startswith(")")):
            raise CellError("is negative; an amount is 0 or more")
        if sign == "(" or after.startswith(")"):
            raise CellError("is no amount", self._how())
        for word in (before, after.removesuffix(",-").removesuffix(".-").strip()):
            _refuse_other_currency(word, currency)
        return self._plain(text, digits, MAX_DECIMALS)

    def _plain(self, text: str, digits: str, most: int) -> Decimal:
        found = self._amount.match(digits)
        if found is None:
            raise CellError(f"is no number {self._marks()}", self._how())
        group = self.dialect.group
        whole = (found[1].replace(group, "") if group else found[1]).lstrip("0") or "0"
        decimals = found[2] or ""
        decimals = decimals[:most] + decimals[most:].rstrip("0")
        if len(whole) > MAX_DIGITS or len(decimals) > most:
            raise CellError(f"has more than {MAX_DIGITS} digits or {most} decimals", f"round {text} in the file")
        return Decimal(f"{whole}.{decimals}" if decimals else whole)

    def _marks(self) -> str:
        group = f"'{self.dialect.group}'" if self.dialect.group else "nothing"
        return f"with '{self.dialect.decimal}' before decimals and {group} between thousands"

    def _how(self) -> str:
        return f'the mapping says decimal: "{self.dialect.decimal}", group: "{self.dialect.group}"'

    def _read_moment(self, text: str) -> Moment:
        plain = spaced(text)
        on, end = self._read_day(plain)
        rest = plain[end:].strip()
        if not rest:
            return Moment(on)
        found = _TIME.match(plain, end)
        if found is None:
            raise CellError("has something behind its day that is no time", "times such as 14:05, 14:05:30, 2:05 PM")
        return self._instant(on, found)

    def _instant(self, on: date, found: re.Match[str]) -> Moment:
        hour, half = int(found[1]), (found[5] or "").lower()
        if half and not 1 <= hour <= 12:
            raise CellError("has an hour that no clock of twelve has")
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        fraction = int((found[4] or "").ljust(6, "0")[:6])
        zone = _offset(found[6]) or self.dialect.timezone or self.zone
        try:
            there = datetime(on.year, on.month, on.day, hour, int(found[2]), int(found[3] or 0), fraction, tzinfo=zone)
            here = there if zone is self.zone else there.astimezone(self.zone)
        except (ValueError, OverflowError):
            raise CellError("has a time that no clock shows") from None
        if here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset() and zone is not self.zone:
            # In the hour that comes twice only an offset tells which one is meant.
            here = here.astimezone(timezone(here.utcoffset() or timedelta()))
        return Moment(here.date(), here)

    def _read_day(self, text: str) -> tuple[date, int]:
        """The day that *text* begins with, and where it ends."""
        if found := YEAR_FIRST.match(text):
            return _day(int(found[1]), int(found[3]), int(found[4])), found.end()
        if found := DIGITS.match(text):
            return self._in_digits(found), found.end()
        if found := _DAY_MONTH.match(text):
            return _day(self._year(found[3]), _month(found[2]), int(found[1])), found.end()
        if found := _MONTH_DAY.match(text):
            return _day(int(found[3]), _month(found[1]), int(found[2])), found.end()
        if re.fullmatch(r"[0-9]{5}(?:[.,][0-9]+)?", text):
            raise CellError(
                "is no date", "a spreadsheet counts days so; format the column as a date and export it again"
            )
        raise CellError("is no date", f"the mapping says dates: {self.dialect.dates}")

    def _in_digits(self, found: re.Match[str]) -> date:
        order = self.dialect.dates
        if order is DateOrder.YEAR_FIRST:
            hint = "`dates: day-first` or `dates: month-first` in the mapping says how to read it"
            raise CellError("does not begin with the year, and the mapping says dates: year-first", hint)
        first, second, year = int(found[1]), int(found[3]), self._year(found[4])
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            raise CellError(f"is no day, read {order} as the mapping says") from None

    def _year(self, digits: str) -> int:
        if len(digits) == 4:
            return int(digits)
        first = self.dialect.two_digit_years
        if first is None:
            hint = "`two_digit_years: 2000` in the mapping reads 26 as 2026"
            raise CellError("has a year of two digits", hint)
        return first + (int(digits) - first) % 100


def spaced(text: str) -> str:
    """*text* with the plain blank and apostrophe in place of the typographic ones that spreadsheets put in numbers."""
    return text if text.isascii() and "  " not in text else _BLANKS.sub(" ", text).replace("\u2019", "'")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("is no day of the calendar") from None


def _month(name: str) -> int:
    number = _MONTHS.get(name.lower())
    if number is None:
        raise CellError("has a month that is neither English nor Indonesian")
    return number


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead >= timedelta(hours=24) or int(digits[2:]) >= 60:
        raise CellError("has an offset that no clock has")
    return timezone(ahead if text[0] == "+" else -ahead)


def _refuse_other_currency(word: str, currency: str) -> None:
    if not word:
        return
    codes = SYMBOLS.get(word.lower(), (word.upper(),) if re.fullmatch("[A-Za-z]{3}", word) else ())
    if not codes:
        raise CellError(f"has '{word}' beside the number, which is no currency")
    if currency not in codes:
        raise CellError(f"is in {word}, and the currency of the row is {currency}", "`currency` in the mapping says it")
