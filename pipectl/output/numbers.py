"""Cells as people read them: the workspace's marks, rounded for the eye, with the unit.

Every number shown uses the style's decimal mark, not only money: `1.200,50` beside `63.2%` would be read wrongly.
"""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from pipectl.model.moment import Moment
from pipectl.model.money import Money, MoneyStyle
from pipectl.output.charts import bar, spark
from pipectl.output.look import Look
from pipectl.output.safe import plain
from pipectl.output.signs import sign
from pipectl.report import Amount, Bar, Cell, Days, Difference, Labelled, Marked, Multiple, Per, Percent, Ratio, Spark

_SHORT_UNITS = ((12, "tn"), (9, "bn"), (6, "mn"), (3, "k"))


def human(cell: Cell, look: Look) -> str:
    """*cell* on one line, safe to show anywhere."""
    # Most cells are texts.
    return plain(cell if type(cell) is str else _text(cell, look))


def _text(cell: Cell, look: Look) -> str:  # noqa: C901, PLR0912 - one flat case for each type of cell
    match cell:
        case None:
            return _unknown(look)
        case Marked():
            return f"{sign(cell.mark, look)} {_text(cell.cell, look)}".lstrip()
        case Labelled():
            words = [cell.label, _text(cell.cell, look)]
            return " ".join(reversed(words) if cell.after else words).strip()
        case bool():
            return "yes" if cell else "no"
        case str():
            return cell
        case int() | Decimal():
            return _count(cell, look)
        case Amount():
            return _marked(_trimmed(rounded_to(cell.number, 1)), look.money)
        case Moment():
            return str(cell)
        case date():
            return cell.isoformat()
        case Money():
            return _money(cell, look)
        case Ratio():
            return _ratio(cell, look)
        case Days():
            return _float(cell.days, look, " d", whole=True)
        case Percent():
            return f"{_marked(_trimmed(rounded_to(cell.percent, 1)), look.money)}%"
        case Multiple():
            return _multiple(cell.times, look)
        case Per():
            return _per(cell, look)
        case Difference():
            return _difference(cell, look)
        case Bar():
            return bar(cell.share, look)
        case Spark():
            return spark(cell.points, look)
        case tuple():
            return ", ".join(_text(part, look) for part in cell)


def money_short(money: Money | None, look: Look) -> str:
    """Three digits and a unit that reads the same everywhere: `1.25bn`, `800mn`, `12.5k`; below 10,000 all digits.

    Amounts in the workspace's currency carry no symbol: it is for places without room.
    """
    if money is None:
        return _unknown(look)
    code = "" if money.currency == look.currency else f"{money.currency} "
    return plain(code + _short(money.amount, look.money.decimals, look.money))


def change(before: Cell, after: Cell, look: Look, *, short: bool = False) -> str:
    """`Rp 450.000.000 → Rp 420.000.000`, or *short* `450mn → 420mn`; an unknown end is left out.

    Where both are the same in short, that would be no change, and they stand in full.
    """
    cells = [cell for cell in (before, after) if cell is not None]
    full = [human(cell, look) for cell in cells]
    brief = [money_short(cell, look) if short and isinstance(cell, Money) else human(cell, look) for cell in cells]
    return look.pick(" → ", " -> ").join(brief if len(set(brief)) == len(set(full)) else full)


def rounded_to(number: Decimal, decimals: int) -> str:
    """*number* with that many decimals, halves away from zero, as plain digits; never `-0`."""
    digits = max(28, number.adjusted() + decimals + 3)
    context = Context(prec=digits, rounding=ROUND_HALF_UP)
    result = number.quantize(Decimal(1).scaleb(-decimals), context=context)
    return f"{abs(result) if result.is_zero() else result:f}"


def _money(money: Money, look: Look) -> str:
    """The amount in full, rounded to the style's decimals in every currency, after its symbol or code."""
    number = _marked(rounded_to(money.amount, look.money.decimals), look.money)
    unit = look.money.symbol if money.currency == look.currency else f"{money.currency} "
    return f"-{unit}{number[1:]}" if number.startswith("-") else unit + number


def _ratio(ratio: Ratio, look: Look) -> str:
    if not ratio.denominator:
        return "n/a"
    shares = f"({_share(ratio.numerator, look)}/{_share(ratio.denominator, look)})"
    if ratio.too_few:
        return f"too few {shares}"
    share = Decimal(ratio.numerator) * 100 / Decimal(ratio.denominator)
    text = f"{_marked(rounded_to(share, 1), look.money)}% {shares}"
    if ratio.low is None or ratio.high is None:
        return text
    return f"{text} [{ratio.low * 100:.0f}{look.pick('–', '-')}{ratio.high * 100:.0f}%]"  # noqa: RUF001 - a range


def _multiple(times: float, look: Look) -> str:
    """`2.4×`; below 1 with two decimals, where one would hide half of it."""  # noqa: RUF002 - the sign
    unit = look.pick("×", "x")  # noqa: RUF001 - the sign is a multiplication sign
    if 0 < times < 0.995:
        return _marked(f"{times:.2f}", look.money) + unit
    return _float(times, look, unit)


def _per(per: Per, look: Look) -> str:
    if per.value is None:
        return "n/a"
    shares = f"({_count(per.numerator, look)}/{_count(per.denominator, look)})"
    return f"{_float(per.value, look, '')} {shares}"


def _difference(gap: Difference, look: Look) -> str:
    """In points of a hundred, each with its sign: `+12.3 pts [-4 to +28]`."""
    low, high = f"{gap.low * 100:+.0f}", f"{gap.high * 100:+.0f}"
    return f"{_marked_signed(gap.value * 100, look)} pts [{low} to {high}]"


def _marked_signed(number: float, look: Look) -> str:
    sign, digits = ("-" if number < 0 else "+"), f"{abs(number):.1f}"
    return sign + _marked(digits, look.money)


def _short(number: Decimal, decimals: int, style: MoneyStyle) -> str:
    if abs(number) < 10_000:
        return _marked(rounded_to(number, decimals), style)
    rounded = Context(prec=3, rounding=ROUND_HALF_UP).plus(number)
    power, unit = next((power, unit) for power, unit in _SHORT_UNITS if abs(rounded) >= Decimal(10) ** power)
    return _marked(_digits(rounded.scaleb(-power)), style) + unit


def _share(number: int | Decimal, look: Look) -> str:
    """A count in full; an amount, which stands in full elsewhere, with three digits."""
    return _count(number, look) if isinstance(number, int) else _short(number, look.money.decimals, look.money)


def _count(number: int | Decimal, look: Look) -> str:
    """Digits, grouped from five on: a year stays a year."""
    text = _digits(Decimal(number))
    return _marked(text, look.money, group=len(text.lstrip("-").partition(".")[0]) > 4)


def _float(number: float, look: Look, unit: str, *, whole: bool = False) -> str:
    """One decimal; none where *whole* and there is none to show."""
    if not math.isfinite(number):
        return _unknown(look)
    text = f"{number:.0f}" if whole and number == int(number) else f"{number:.1f}"
    return _marked(text, look.money) + unit


def _digits(number: Decimal) -> str:
    """At most six decimals and no zeros at their end."""
    return _trimmed(rounded_to(number, max(0, min(6, -int(number.as_tuple().exponent)))))


def _trimmed(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _marked(digits: str, style: MoneyStyle, *, group: bool = True) -> str:
    """Plain *digits* with the style's marks."""
    whole, point, decimals = digits.partition(".")
    if group:
        whole = f"{Decimal(whole):,}".replace(",", style.group)
    return whole + (style.decimal if point else "") + decimals


def _unknown(look: Look) -> str:
    return look.pick("–", "-")  # noqa: RUF001 - a dash that is no minus
