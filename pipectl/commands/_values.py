"""`key=value` on a command line: the key is a field of the deal, the value is read by its type."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from decimal import Decimal

from pipectl.commands._open import Opened, option, who
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.model.deal import Deal, FieldValue
from pipectl.model.inputs import parse_amount, parse_currency, parse_day, parse_percent
from pipectl.model.money import Money
from pipectl.model.pipeline import FORECASTS, FieldType
from pipectl.model.suggest import suggest
from pipectl.store.nodes import forbidden

_NAMES = {"close": "expected_close", "snooze": "snooze_until", "tag": "tags", "reason": "lost_reason"}
_TEXTS = ("title", "company", "source", "competitor", "notes")
_DATES = {"expected_close": "future", "snooze_until": "future", "created": "past"}
KEYS = (*_TEXTS, *_DATES, "amount", "currency", "owner", "probability", "forecast", "lost_reason", "tags")
Values = Mapping[str, FieldValue | tuple[str, ...] | None]


def read_values(context: Context, opened: Opened, deal: Deal, words: Sequence[str]) -> Values:
    """What the `key=value` *words* say of *deal*; an empty value takes the field away.

    Raises:
        UsageError: a word is no `key=value`, no field is called so, or the value is not of its type.
    """
    found: dict[str, FieldValue | tuple[str, ...] | None] = {}
    wrong: list[UsageError] = []
    for word in words:
        try:
            key, text = _parted(word, found)
            found[key] = _value(context, opened, deal, key, text)
        except UsageError as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        details = [f"  {error}" + (f"   {error.hint}" if error.hint else "") for error in wrong]
        raise UsageError(f"{len(wrong)} values can't be set:", details=details)
    return found


def _parted(word: str, before: Container[str]) -> tuple[str, str]:
    """Key and value, where *before* has not the key already."""
    name, equals, text = word.partition("=")
    if not equals:
        raise UsageError(f"'{word}' is no key=value", hint=f"write {name}=…, and quote a value with blanks")
    key, text = _NAMES.get(name, name), read_line(name, text)
    if key == "title" and not text:
        raise UsageError("a deal has a title", hint="write title=…")
    if key in before:
        raise UsageError(f"{key} is set twice")
    return key, text


def read_line(name: str, text: str) -> str:
    """*text* on one line, without what a file must not have."""
    found = " ".join(text.split())
    if unwanted := forbidden(found):
        raise UsageError(f"the {name} has {unwanted}", hint="type it again without")
    return found


def _value(context: Context, opened: Opened, deal: Deal, key: str, text: str) -> FieldValue | tuple[str, ...] | None:
    own = opened.workspace.fields(deal.pipeline)
    if key.startswith("fields."):
        return _own(opened, own, key, text, deal)
    if key not in KEYS:
        refused = {"stage": "`pipectl move ID STAGE` moves a deal", "pipeline": "`pipectl move ID PIPELINE:STAGE` does"}
        known = [*KEYS, *(f"fields.{name}" for name in own)]
        near = suggest(key, known)
        hint = refused.get(key) or (f"did you mean {near}?" if near else f"there are {', '.join(known)}")
        raise UsageError(f"'{key}' can't be set", hint=hint)
    if not text:
        return _without(opened, key)
    if key == "tags":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if key == "owner":
        return read_owner(context, opened, key, text)
    if key == "lost_reason":
        return read_reason(opened, deal.pipeline, key, text)
    readers: Mapping[str, Callable[[str], FieldValue]] = {
        "amount": lambda word: Money(parse_amount(word), deal.currency),
        "currency": parse_currency,
        "probability": parse_percent,
        "forecast": lambda word: _one_of(word, FORECASTS),
    }
    with option(key):
        if key in _DATES:
            return _day(opened, text, future=_DATES[key] == "future")
        return readers[key](text) if key in readers else text


def _without(opened: Opened, key: str) -> FieldValue | tuple[str, ...] | None:
    """What a field comes to that is taken away."""
    if key == "tags":
        return ()
    return opened.settings.currency if key == "currency" else None


def _own(opened: Opened, own: Mapping[str, FieldType], key: str, text: str, deal: Deal) -> FieldValue | None:
    name = key.removeprefix("fields.")
    if name not in own:
        near = suggest(name, own)
        hint = f"did you mean fields.{near}?" if near else "describe it under `fields:` in pipectl.yaml"
        raise UsageError(f"'{name}' is no field of this workspace", hint=hint)
    if not text:
        return None
    kind = own[name]
    readers: Mapping[str, Callable[[str], FieldValue]] = {
        "text": str,
        "integer": lambda word: int(_bounded(kind, _whole(word))),
        "decimal": lambda word: _bounded(kind, parse_amount(word, "number")),
        "money": lambda word: Money(parse_amount(word), deal.currency),
        "percent": parse_percent,
        "date": lambda word: _day(opened, word, future=True),
        "choice": lambda word: _one_of(word, kind.choices),
        "yes-no": lambda word: _one_of(word.lower(), ("yes", "no")) == "yes",
    }
    with option(key):
        return readers[kind.type](text)


def read_owner(context: Context, opened: Opened, name: str, text: str) -> str:
    """A member of the team, said as *name*; `@me` is the one who asks."""
    team = opened.settings.team
    if text == "@me":
        me = who(opened, context)
        if not me:
            raise UsageError("nobody knows who you are", hint="say it with --as NAME")
        return me
    if team and text not in team:
        near = suggest(text, team)
        hint = f"did you mean {near}?" if near else f"in the team: {', '.join(team)}"
        raise UsageError(f"{name} '{text}' is not in the team", hint=hint)
    return text


def read_reason(opened: Opened, pipeline: str, name: str, text: str) -> str:
    """A reason to lose a deal of the pipeline, said as *name*."""
    known = [reason.id for reason in opened.workspace.lost_reasons(pipeline)]
    with option(name):
        return _one_of(text, known) if known else text


def _one_of(text: str, choices: Sequence[str]) -> str:
    if text in choices:
        return text
    near = suggest(text, choices)
    raise UsageError(f"'{text}' is none of {', '.join(choices)}", hint=near and f"did you mean {near}?")


def _day(opened: Opened, text: str, *, future: bool) -> date:
    return parse_day(text, opened.day, opened.settings.calendar, toward="future" if future else "past")


def _whole(text: str) -> Decimal:
    number = parse_amount(text, "whole number")
    if number != int(number):
        raise UsageError(f"'{text}' is no whole number")
    return number


def _bounded(kind: FieldType, value: Decimal) -> Decimal:
    if kind.minimum is not None and value < kind.minimum:
        raise UsageError(f"{value} is below {kind.minimum}")
    if kind.maximum is not None and value > kind.maximum:
        raise UsageError(f"{value} is above {kind.maximum}")
    return value
