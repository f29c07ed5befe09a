"""What a filter may say after `is:`, `has:` and `no:`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from pipectl.errors import UsageError
from pipectl.model.clocks import Clocks
from pipectl.model.facts import Facts
from pipectl.model.filter_fields import own_field, own_fields
from pipectl.model.filter_values import Condition, Test, unknown
from pipectl.model.state import State

_NO_CLOCKS = Clocks()


class Word(NamedTuple):
    """A word after `is:`; *closed* says that it speaks of closed deals as well."""

    help: str
    test: Callable[[Facts], Test]
    closed: bool = False


def me(facts: Facts) -> str:
    """Who asks.

    Raises:
        UsageError: nobody knows.
    """
    if not facts.me:
        raise UsageError("nobody knows who you are", hint="say it with --as NAME")
    return facts.me


def is_word(text: str, facts: Facts) -> Condition:
    """The deal is what *text* says: `open`, `stalled` and so on."""
    word = IS.get(text.lower())
    if word is None:
        raise unknown(text, "no state of a deal", IS)
    return Condition(text.lower(), word.test(facts), closed=word.closed)


def has_field(text: str, facts: Facts) -> Condition:
    """The field *text* of the deal has a value."""
    name = text.lower()
    if name.startswith("fields."):
        field_id, _ = own_field(text[len("fields.") :], facts)
        return Condition(f"fields.{field_id}", lambda state: state.deal.fields.get(field_id) is not None)
    name = _SYNONYMS.get(name, name)
    test = HAS.get(name)
    if test is None:
        raise unknown(text, "no field of a deal", HAS, [(kind.id, f"fields.{kind.id}") for kind in own_fields(facts)])
    return Condition(name, test, closed=name in ("closed", "lost_reason"))


def probability(state: State) -> Decimal | None:
    """The deal's own probability of winning, in percent, else its stage's."""
    return state.stage.probability if state.deal.probability is None else state.deal.probability


def forecast(state: State) -> str:
    """The deal's own forecast category, else its stage's, else ""."""
    return state.deal.forecast or state.stage.forecast or ""


def _clocks(ask: Callable[[Clocks], bool]) -> Callable[[Facts], Test]:
    def made(facts: Facts) -> Test:
        clocks = facts.clocks
        return lambda state: ask(clocks.get(state.deal.path, _NO_CLOCKS))

    return made


def _plain(test: Test) -> Callable[[Facts], Test]:
    return lambda _: test


def _mine(facts: Facts) -> Test:
    name = me(facts).casefold()
    return lambda state: state.owner.casefold() == name


def _reopened(facts: Facts) -> Test:
    closed = {(p.id, stage.id) for p in facts.workspace.pipelines.values() for stage in p.stages if not stage.is_open}

    def test(state: State) -> bool:
        stays = [(visit.pipeline, visit.stage) in closed for visit in state.visits]
        return any(before and not after for before, after in pairwise(stays))

    return test


def _is_snoozed(state: State) -> bool:
    until = state.deal.snooze_until
    return state.is_open and until is not None and until > state.as_of.day


IS: Mapping[str, Word] = MappingProxyType(
    {
        "open": Word("neither won nor lost", _plain(lambda state: state.is_open), closed=True),
        "closed": Word("won or lost", _plain(lambda state: not state.is_open), closed=True),
        "won": Word("won", _plain(lambda state: state.is_won), closed=True),
        "lost": Word("lost", _plain(lambda state: state.is_lost), closed=True),
        "stalled": Word("too long without progress", _clocks(lambda clocks: clocks.is_stalled)),
        "idle": Word("too long without a contact", _clocks(lambda clocks: clocks.is_idle)),
        "stagnant": Word("stalled or idle", _clocks(lambda clocks: clocks.is_stagnant)),
        "overdue": Word("open, and the expected close has passed", _clocks(lambda clocks: clocks.overdue_days > 0)),
        "unpriced": Word("without an amount", _plain(lambda state: state.amount is None)),
        "undated": Word("in a stage that the history does not lead to", _plain(lambda state: not state.dated)),
        "snoozed": Word("open and put off until a later day", _plain(_is_snoozed)),
        "mine": Word("owned by you", _mine),
        "reopened": Word("open again after a close, at least once", _reopened),
        "any": Word("any deal, open or closed", _plain(lambda _: True), closed=True),
    }
)

HAS: Mapping[str, Test] = MappingProxyType(
    {
        "owner": lambda state: bool(state.owner),
        "amount": lambda state: state.amount is not None,
        "close": lambda state: state.deal.expected_close is not None,
        "next_step": lambda state: state.deal.next_task is not None,
        "activity": lambda state: bool(state.deal.activities),
        "company": lambda state: bool(state.deal.company),
        "contact": lambda state: bool(state.deal.contacts),
        "source": lambda state: bool(state.deal.source),
        "tag": lambda state: bool(state.deal.tags),
        "probability": lambda state: probability(state) is not None,
        "forecast": lambda state: bool(forecast(state)),
        "created": lambda state: state.created is not None,
        "entered": lambda state: state.entered is not None,
        "closed": lambda state: state.closed is not None,
        "lost_reason": lambda state: bool(state.lost_reason),
        "competitor": lambda state: bool(state.competitor),
        "notes": lambda state: bool(state.deal.notes),
    }
)

_SYNONYMS = {
    "expected_close": "close",
    "next": "next_step",
    "activities": "activity",
    "contacts": "contact",
    "tags": "tag",
}
