"""Exact money, and the dated rates that bring it into one currency."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Context, Decimal
from functools import reduce

from pipectl.model.frozen import field, frozen
from pipectl.model.pattern import pattern

# Wide enough that sums and conversions of 15-digit amounts never round.
_EXACT = Context(prec=60)

CURRENCY_CODE = pattern(r"[A-Z]{3}\Z")


@frozen
class Money:
    """An exact amount in one currency; two currencies are never added without a rate."""

    amount: Decimal
    currency: str

    def times(self, factor: Decimal | int) -> "Money":
        """This amount *factor* times, exactly."""
        return Money(_plain(_EXACT.multiply(self.amount, Decimal(factor))), self.currency)

    def per(self, count: int) -> "Money":
        """This amount shared by *count*, to 28 digits."""
        return Money(_plain(self.amount / count), self.currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of *amounts*, all in *currency*.

    Raises:
        ValueError: one of them is in another currency: a mistake of the caller's.
    """
    known = list(amounts)
    for other in {money.currency for money in known} - {currency}:
        raise ValueError(f"{other} added to {currency} without a rate")
    return Money(_plain(reduce(_EXACT.add, [money.amount for money in known], Decimal(0))), currency)


def _plain(number: Decimal) -> Decimal:
    """A result without the zeros that arithmetic puts at its end: 105, not 105.0; what a file says keeps its own."""
    short = _EXACT.normalize(number)
    return short.quantize(Decimal(1), context=_EXACT) if short.as_tuple().exponent > 0 else short  # type: ignore[operator]  # a finite number has a count there


@frozen
class Rates:
    """What one unit of a currency is worth in *base*, from a day on; each currency is carried forward by itself.

    Attributes:
        base: the workspace's currency.
        rows: (first day, {currency: units of *base*}), in any order.
    """

    base: str
    rows: tuple[tuple[date, Mapping[str, Decimal]], ...] = ()
    _by_currency: dict[str, tuple[tuple[date, Decimal], ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Sort the rows once a currency, latest first."""
        for first, rates in sorted(self.rows, key=lambda row: row[0], reverse=True):
            for currency, rate in rates.items():
                self._by_currency[currency] = (*self._by_currency.get(currency, ()), (first, rate))

    @property
    def currencies(self) -> frozenset[str]:
        """Every currency that can be converted on some day, *base* included."""
        return frozenset({self.base, *self._by_currency})

    def rate(self, currency: str, on: date) -> Decimal | None:
        """Units of *base* for one unit of *currency* on day *on*; None before the first rate."""
        if currency == self.base:
            return Decimal(1)
        return next((rate for first, rate in self._by_currency.get(currency, ()) if first <= on), None)

    def convert(self, money: Money, on: date) -> Money | None:
        """*money* in *base* at the rate in force on day *on*; None where there is no rate."""
        if money.currency == self.base:
            return money
        rate = self.rate(money.currency, on)
        return None if rate is None else Money(money.times(rate).amount, self.base)


@frozen
class MoneyStyle:
    """How money is shown to people; JSON and CSV are plain.

    Attributes:
        decimals: digits after the mark.
        symbol: stands before amounts in the workspace's currency; other currencies show their code.
    """

    group: str = ","
    decimal: str = "."
    decimals: int = 0
    symbol: str = ""
