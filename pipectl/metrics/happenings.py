"""What happened to deals in a period: every move, change, contact and task done, told one by one.

Read from the files alone: the history, the recorded changes, the activities and the tasks of each deal as it was known
at the end of the period. Nothing is netted: what was done and undone again is told twice, and marked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from pipectl.model.clocks import Clock
from pipectl.model.deal import FieldValue
from pipectl.model.facts import Facts
from pipectl.model.frozen import frozen, replace
from pipectl.model.moment import Moment
from pipectl.model.money import Money, Rates, total
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.model.visits import Visit, moves


class Kind(NamedTuple):
    """A kind of happening; *of_money* says that what its deals are worth is summed."""

    id: str
    title: str
    of_money: bool = False


KINDS = (
    Kind("created", "New", of_money=True),
    Kind("won", "Won", of_money=True),
    Kind("lost", "Lost", of_money=True),
    Kind("reopened", "Reopened", of_money=True),
    Kind("forward", "Moved forward", of_money=True),
    Kind("back", "Moved back", of_money=True),
    Kind("moved", "Moved", of_money=True),
    Kind("transferred", "Moved to another pipeline", of_money=True),
    Kind("owner", "Changed hands", of_money=True),
    Kind("priced", "Amount set", of_money=True),
    Kind("raised", "Amount raised", of_money=True),
    Kind("cut", "Amount cut", of_money=True),
    Kind("unpriced", "Amount taken out"),
    Kind("close-set", "Expected close set"),
    Kind("pulled", "Expected close pulled in"),
    Kind("pushed", "Expected close pushed out"),
    Kind("close-unset", "Expected close taken out"),
    Kind("field", "Other fields changed"),
    Kind("stalled", "Became stalled", of_money=True),
    Kind("idle", "Became idle", of_money=True),
    Kind("overdue", "Expected close passed", of_money=True),
    Kind("contact", "Contacts"),
    Kind("note", "Notes"),
    Kind("task", "Tasks done"),
)
_PLACES = {kind.id: place for place, kind in enumerate(KINDS)}

Told: TypeAlias = FieldValue | None


@frozen
class Happening:
    """One thing that happened to one deal.

    Attributes:
        state: the deal at the end of the period.
        before, after: the old value and the new one: stages, amounts, dates, owners; None where there was none.
        worth: what the deal is worth at the end, for a changed amount the difference at that day's rate; in the
            workspace's currency, None for a deal without an amount and where a rate is missing.
        rate_missing: there is an amount, and no rate that converts it.
        note: the words of the entry, the reason of a loss, the title of a task, the name of a field.
        stands: False for what was undone by the end of the period.
    """

    kind: str
    at: Moment
    state: State
    before: Told = None
    after: Told = None
    by: str = ""
    note: str = ""
    worth: Money | None = None
    rate_missing: bool = False
    stands: bool = True


@frozen
class Tally:
    """One kind in figures: how often, with how many deals, and what those are worth, what was undone left out.

    Attributes:
        undone: how many of the events no longer stood at the end.
        rateless: deals that stand in no sum because a rate is missing.
        worth: None where the kind is not about money.
    """

    kind: Kind
    events: int
    deals: int
    undone: int
    rateless: tuple[State, ...]
    worth: Money | None


def happenings(facts: Facts, period: Period) -> tuple[Happening, ...]:
    """All that happened in *period* to the deals of *facts*, by kind, then by time.

    *facts* are those of the end of the period: of what came later nothing is known.
    """
    found = [happening for state in facts.states for happening in _of(state, facts, period)]
    return tuple(sorted(found, key=lambda one: (_PLACES[one.kind], _time(one.at), *one.state.deal.name_order)))


def tallies(found: Sequence[Happening], currency: str) -> tuple[Tally, ...]:
    """The kinds that happened, in their order."""
    by_kind: dict[str, list[Happening]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    return tuple(_tally(kind, by_kind[kind.id], currency) for kind in KINDS if kind.id in by_kind)


def _tally(kind: Kind, found: Sequence[Happening], currency: str) -> Tally:
    standing = [one for one in found if one.stands]
    # A deal that moved forward twice is worth what it is worth once; its amount raised twice is raised by both.
    each = (
        standing if kind.id in ("raised", "cut", "priced") else {one.state.deal.path: one for one in standing}.values()
    )
    worths = [one.worth for one in each if one.worth is not None]
    rateless = {one.state.deal.path: one.state for one in standing if one.rate_missing}
    return Tally(
        kind,
        len(found),
        len({one.state.deal.path for one in standing}),
        len(found) - len(standing),
        tuple(rateless.values()) if kind.of_money else (),
        total(worths, currency) if kind.of_money else None,
    )


def _of(state: State, facts: Facts, period: Period) -> Iterator[Happening]:
    yield from _created(state, period)
    last = state.deal.outline.last
    is_quiet = last is None or last < period.first
    if not is_quiet:
        yield from _moves(state, facts, period)
        yield from _changes(state, facts, period)
    if state.is_open:
        yield from _clocks(state, facts, period)
    if not is_quiet:
        yield from _work(state, facts, period)


def _created(state: State, period: Period) -> Iterator[Happening]:
    if state.created is not None and state.created.day in period:
        first = state.deal.history[0] if state.deal.history else None
        stage, by, note = (first.stage, first.by, first.note) if first else (state.stage.id, "", "")
        yield _about("created", state.created, state, after=stage, by=by, note=note)


def _moves(state: State, facts: Facts, period: Period) -> Iterator[Happening]:
    """Every move but the first; a deal that began closed was won or lost by the first."""
    times = state.deal.outline.times
    if not times or times[-1].day < period.first:
        return
    stays = state.visits
    inside = [stay for stay in stays if stay.since.day in period]
    earlier = [stay for stay in stays if stay.since.day < period.first]
    # In the end it is where it was: whatever happened in between was undone.
    around = bool(inside and earlier) and _place(earlier[-1]) == _place(inside[-1]) and inside[-1] is stays[-1]
    for before, now, entry in zip((None, *stays), stays, moves(state.deal.history), strict=False):
        if now.since.day not in period:
            continue
        kind = _kind_of_move(before, now, facts)
        if kind:
            closes = kind in ("won", "lost", "reopened")
            stands = not around and not (closes and _outcome_changed_after(now, stays, facts))
            note = ": ".join(filter(None, (entry.lost_reason, entry.note)))
            across = before is not None and before.pipeline != now.pipeline
            old, new = _name(before, across=across) if before else None, _name(now, across=across)
            yield _about(kind, now.since, state, before=old, after=new, by=entry.by, note=note, stands=stands)


def _kind_of_move(before: Visit | None, now: Visit, facts: Facts) -> str:
    outcome = _outcome(now, facts)
    if before is None:
        return "" if outcome == "open" else outcome
    if outcome != "open":
        return outcome
    if _outcome(before, facts) != "open":
        return "reopened"
    if before.pipeline != now.pipeline:
        return "transferred"
    pipeline = facts.workspace.pipelines.get(now.pipeline)
    ranks = [pipeline.rank(stay.stage) for stay in (before, now)] if pipeline else [-1, -1]
    if -1 in ranks:
        return "moved"
    return "forward" if ranks[1] > ranks[0] else "back"


def _outcome_changed_after(now: Visit, stays: Sequence[Visit], facts: Facts) -> bool:
    """Whether a deal that *now* was closed, or opened again, was the opposite in the end."""
    return _outcome(stays[-1], facts) != _outcome(now, facts)


def _outcome(stay: Visit, facts: Facts) -> str:
    pipeline = facts.workspace.pipelines.get(stay.pipeline)
    stage = pipeline.stage(stay.stage) if pipeline else None
    return stage.outcome.value if stage else "open"


def _place(stay: Visit) -> tuple[str, str]:
    return stay.pipeline, stay.stage


def _name(stay: Visit, *, across: bool) -> str:
    return f"{stay.pipeline}:{stay.stage}" if across else stay.stage


def _changes(state: State, facts: Facts, period: Period) -> Iterator[Happening]:
    deal = state.deal
    if not deal.outline.changed or deal.changes[-1].at.day < period.first:
        return
    closes = {entry.at.day for entry in deal.history[1:]}
    for name in ("owner", "amount", "expected_close", "probability", "forecast", "lost_reason"):
        records = [(change.at, change.values[name]) for change in deal.changes if name in change.values]
        inside = [at.day in period for at, _ in records]
        # A value that nobody had recorded before is unknown, so nothing can be said to have gone back to it.
        start = next((place for place, told in enumerate(inside) if told), 0)
        undone = start > 0 and bool(records) and inside[-1] and _bare(records[-1][1]) == _bare(records[start - 1][1])
        for place, (at, value) in enumerate(records):
            before = records[place - 1][1] if place else None
            if not inside[place] or _bare(before) == _bare(value):
                continue
            if not place and state.created is not None and at.day == state.created.day:
                continue  # with what it was created
            if name == "lost_reason" and at.day in closes:
                continue  # the close tells it
            happening = _change(name, at, before, value, state, facts)
            yield replace(happening, stands=False) if undone else happening


def _bare(value: Told) -> Told:
    return value or None if isinstance(value, str) else value


def _change(name: str, at: Moment, before: Told, after: Told, state: State, facts: Facts) -> Happening:
    before, after = _bare(before), _bare(after)
    if name == "owner":
        return _about("owner", at, state, before=before, after=after)
    if name == "amount":
        return _repriced(at, before, after, state, facts.settings.rates)
    if name == "expected_close":
        kind = _kind_of_new_close(before, after)
        return _about(kind, at, state, before=before, after=after)
    return _about("field", at, state, before=before, after=after, note=name)


def _kind_of_new_close(before: Told, after: Told) -> str:
    if before is None or after is None:
        return "close-set" if before is None else "close-unset"
    return "pulled" if str(after) < str(before) else "pushed"


def _repriced(at: Moment, before: Told, after: Told, state: State, rates: Rates) -> Happening:
    """A new amount with the difference at the rate of that day; two currencies are compared by their worth."""
    old, new = (value if isinstance(value, Money) else None for value in (before, after))
    worths = [rates.convert(money, at.day) if money else total((), rates.base) for money in (old, new)]
    known = [worth for worth in worths if worth is not None]
    change = total([known[1], known[0].times(-1)], rates.base) if len(known) == 2 else None
    if old is None or new is None:
        kind = "priced" if old is None else "unpriced"
    elif old.currency == new.currency:
        kind = "raised" if new.amount > old.amount else "cut"
    else:
        kind = "field" if change is None else "raised" if change.amount >= 0 else "cut"
    note = "amount" if kind == "field" else ""
    missing = change is None
    return Happening(kind, at, state, before=old, after=new, note=note, worth=change, rate_missing=missing)


def _clocks(state: State, facts: Facts, period: Period) -> Iterator[Happening]:
    """Clocks that ran out in the period and have not been set again since."""
    clocks = facts.clocks[state.deal.path]
    for kind, clock in (("stalled", clocks.stalled), ("idle", clocks.idle)):
        if clock is not None and clock.is_over and clock.over_since in period:
            yield _about(kind, Moment(clock.over_since), state, note=_limit(clock))
    close = state.deal.expected_close
    if clocks.overdue_days and close is not None and (missed := close + timedelta(days=1)) in period:
        yield _about("overdue", Moment(missed), state, note=f"was {close}")


def _limit(clock: Clock) -> str:
    return f"since {clock.since.day}, limit {clock.limit.days:g} d ({clock.limit.origin})"


def _work(state: State, facts: Facts, period: Period) -> Iterator[Happening]:
    contacts = facts.settings.activity_types
    for activity in state.deal.activities:
        if activity.at.day in period:
            kind = "contact" if contacts.get(activity.type, False) else "note"
            yield _about(kind, activity.at, state, after=activity.type, by=activity.by, note=activity.note)
    for task in state.deal.tasks:
        if task.done is not None and task.done in period:
            yield _about("task", Moment(task.done), state, by=task.owner, note=task.title)


def _about(
    kind: str,
    at: Moment,
    state: State,
    *,
    before: Told = None,
    after: Told = None,
    by: str = "",
    note: str = "",
    stands: bool = True,
) -> Happening:
    return Happening(kind, at, state, before, after, by, note, state.worth, state.rate_missing, stands)


def _time(at: Moment) -> tuple[date, float]:
    return at.day, at.instant.timestamp() if at.instant else float("-inf")
