"""What became of a deal's fields, in words: `amount Rp 720.000.000 → Rp 700.000.000`."""

from collections.abc import Iterator
from decimal import Decimal

from pipectl.commands._open import Opened
from pipectl.commands._show import look
from pipectl.commands._values import KEYS
from pipectl.context import Context
from pipectl.model.deal import Deal, FieldValue, Task
from pipectl.model.frozen import replace
from pipectl.model.money import Money
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.safe import plain
from pipectl.report import Percent

_LONGEST = 60
# In the order of a file, the rest as `set` names it.
_FIRST = ("title", "amount", "currency", "expected_close", "owner")


def differences(context: Context, opened: Opened, before: Deal, after: Deal) -> list[str]:
    """Each field that *after* says otherwise, with both values in full; the stage and the lists are left out."""
    style = replace(look(context, opened.settings), width=None, color=False)
    arrow = style.pick("→", "->")
    return [
        f"{key} {_text(key, old, style)} {arrow} {_text(key, new, style)}" for key, old, new in _pairs(before, after)
    ]


def _pairs(before: Deal, after: Deal) -> Iterator[tuple[str, object, object]]:
    for key in dict.fromkeys((*_FIRST, *KEYS)):
        old, new = getattr(before, key), getattr(after, key)
        if old != new and not (key == "currency" and before.amount and after.amount):
            yield key, old, new
    for name in dict.fromkeys((*before.fields, *after.fields)):
        if before.fields.get(name) != after.fields.get(name):
            yield f"fields.{name}", before.fields.get(name), after.fields.get(name)


def _text(key: str, value: FieldValue | tuple[str, ...] | object, style: Look) -> str:
    match value:
        case None | "" | ():
            return "none"
        case Money():
            # Every digit: a change that rounding hides would look like none.
            places = max(style.money.decimals, -int(value.amount.as_tuple().exponent))
            return human(value, replace(style, money=replace(style.money, decimals=places)))
        case Decimal() if key == "probability":
            return human(Percent(value), style)
        case Decimal():
            return f"{value:f}"
        case bool():
            return "yes" if value else "no"
        case tuple():
            return plain(", ".join(map(str, value)))
        case _:
            text = plain(str(value))
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + style.ellipsis


def task_words(task: Task) -> str:
    """`Send the offer, due 2026-11-27`."""
    return plain(task.title) + (f", due {task.due}" if task.due else "")
