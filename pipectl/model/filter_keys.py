"""The keys of the filter language: what each is called, what it wants, and how a value of it becomes a test."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from pipectl.errors import UsageError
from pipectl.model.clocks import last_contact
from pipectl.model.facts import Facts
from pipectl.model.filter_values import (
    Condition,
    Key,
    Test,
    fold,
    has_text,
    in_days,
    in_range,
    is_text,
    parse_days,
    plain,
    unknown,
)
from pipectl.model.filter_words import forecast, has_field, is_word, me, probability
from pipectl.model.inputs import Toward, parse_amount, parse_percent
from pipectl.model.moment import Moment, days_between
from pipectl.model.money import CURRENCY_CODE
from pipectl.model.pipeline import FORECASTS
from pipectl.model.state import State
from pipectl.model.workspace import Person


def any_text(state: State) -> Iterable[str]:
    """What plain words are looked for in: title, company, id, people, tags."""
    deal = state.deal
    return (deal.title, deal.company, deal.id, *_people(state), *deal.tags)


def _people(state: State) -> Iterable[str]:
    return [text for person in state.deal.contacts for text in (person.name, person.email)]


def _texts(
    match: Callable[..., Condition], read: Callable[[State], Iterable[str]]
) -> Callable[[str, Facts], Condition]:
    return lambda text, _: match(text, read)


def _days(read: Callable[[State], date | None], toward: Toward) -> Callable[[str, Facts], Condition]:
    return lambda text, facts: in_days(text, facts, read, toward)


def _lengths(read: Callable[[State], float | None]) -> Callable[[str, Facts], Condition]:
    """Whole days that have passed: 89 until a 90th is over."""

    def whole(state: State) -> int | None:
        days = read(state)
        return None if days is None else int(days)

    return lambda text, facts: in_range(text, lambda end: parse_days(end, facts), whole, lambda days: f"{days}d")


def _day(moment: Moment | None) -> date | None:
    return moment.day if moment else None


def _no(text: str, facts: Facts) -> Condition:
    name, has, closed = has_field(text, facts)
    return Condition(name, lambda state: not has(state), closed)


def _id(text: str, _: Facts) -> Condition:
    condition = is_text(text.lower(), lambda state: (state.deal.id, *state.deal.aliases))
    return condition._replace(closed=True)


def _stage(text: str, facts: Facts) -> Condition:
    """*text* is a stage's id or former id, in any pipeline, or PIPELINE:STAGE for that of one."""
    name, pipelines = text.lower(), facts.workspace.pipelines
    owner, colon, rest = name.partition(":")
    if colon and owner in pipelines:
        name, pipelines = rest, {owner: pipelines[owner]}
    found = {key: stage for key, pipeline in pipelines.items() if (stage := pipeline.stage(name)) is not None}
    if not found:
        stages = [stage for pipeline in pipelines.values() for stage in pipeline.stages]
        # Of several pipelines, the closing stages are the ones that need no reminder.
        stages.sort(key=lambda stage: not stage.is_open)
        raise unknown(text, "no stage", [stage.id for stage in stages], [(stage.name, stage.id) for stage in stages])
    wanted = {(key, stage.id) for key, stage in found.items()}
    closed = any(not stage.is_open for stage in found.values())
    return Condition(text.lower(), lambda state: (state.pipeline.id, state.stage.id) in wanted, closed)


def _pipeline(text: str, facts: Facts) -> Condition:
    pipelines = facts.workspace.pipelines
    name = text.lower()
    if name not in pipelines:
        raise unknown(text, "no pipeline", pipelines, [(found.name, key) for key, found in pipelines.items()])
    return Condition(name, lambda state: state.pipeline.id == name)


def _owner(text: str, facts: Facts) -> Condition:
    name = _person(text, facts)
    return Condition(name, _owned_by([name]))


def _group(text: str, facts: Facts) -> Condition:
    team = facts.settings.team.values()
    groups = {fold(person.group): person.group for person in team if person.group}
    group = groups.get(fold(text))
    if group is None:
        raise unknown(text, "no group of the team", groups.values())
    return Condition(group, _owned_by(person.id for person in team if person.group == group))


def _manager(text: str, facts: Facts) -> Condition:
    name = _person(text, facts)
    return Condition(name, _owned_by(_under(name, facts.settings.team)))


def _under(manager: str, team: Mapping[str, Person]) -> set[str]:
    """Everybody whose manager is *manager*, or is under one whose is."""
    found: set[str] = set()
    above = {manager}
    while above:
        above = {person.id for person in team.values() if person.manager in above} - found
        found |= above
    return found - {manager}


def _person(text: str, facts: Facts) -> str:
    if text.lower() == "@me":
        return me(facts)
    team = facts.settings.team
    if team and text.lower() not in team:
        raise unknown(text, "not in the team", team, [(person.name, key) for key, person in team.items()])
    return text.lower() if team else text


def _owned_by(names: Iterable[str]) -> Test:
    wanted = frozenset(name.casefold() for name in names)
    return lambda state: state.owner.casefold() in wanted


def _currency(text: str, _: Facts) -> Condition:
    code = text.upper()
    if not CURRENCY_CODE.match(code):
        raise UsageError(f"{text!r} is no currency code (IDR, USD)")
    return Condition(code, lambda state: state.deal.currency == code)


def _forecast(text: str, _: Facts) -> Condition:
    name = text.lower().replace("-", "_")
    if name not in FORECASTS:
        raise unknown(text, "no forecast category", FORECASTS)
    return Condition(name, lambda state: forecast(state) == name)


def _lost_reason(text: str, facts: Facts) -> Condition:
    listed = (facts.settings.lost_reasons, *(pipeline.lost_reasons for pipeline in facts.workspace.pipelines.values()))
    known = [reason.id for reasons in listed for reason in reasons]
    _refuse_unless_seen(text, "no reason for losing", known, facts, lambda state: (state.lost_reason,))
    return is_text(text, lambda state: (state.lost_reason,))._replace(closed=True)


def _activity(text: str, facts: Facts) -> Condition:
    def types(state: State) -> Iterable[str]:
        return (activity.type for activity in state.deal.activities)

    _refuse_unless_seen(text, "no type of activity", facts.settings.activity_types, facts, types)
    return is_text(text, types)


def _refuse_unless_seen(
    text: str, what: str, known: Iterable[str], facts: Facts, read: Callable[[State], Iterable[str]]
) -> None:
    """Nothing, where *text* is known, where nothing is, and where some deal has it all the same."""
    names = list(known)
    test = is_text(text, read).test
    if names and fold(text) not in {fold(name) for name in names} and not any(map(test, facts.states)):
        raise unknown(text, what, names)


def _amount(text: str, _: Facts) -> Condition:
    return in_range(text, parse_amount, lambda state: state.worth.amount if state.worth else None, plain)


def _percent(text: str, _: Facts) -> Condition:
    return in_range(text, parse_percent, probability, plain)


def _idle_days(state: State, facts: Facts) -> float | None:
    """Days since the last contact or, where there was none, since creation; None for a closed deal."""
    since = last_contact(state, facts.settings.activity_types) or state.created
    return days_between(since, state.as_of) if since and state.is_open else None


def _idle(text: str, facts: Facts) -> Condition:
    return _lengths(lambda state: _idle_days(state, facts))(text, facts)


def _next(state: State) -> date | None:
    task = state.deal.next_task
    return task.comes_up if task else None


TERMS: Mapping[str, Key] = MappingProxyType(
    {
        "id": Key("the deal with that id, or former id", _id),
        "title": Key("the title contains it", _texts(has_text, lambda state: (state.deal.title,))),
        "stage": Key("in that stage; PIPELINE:STAGE for that of one pipeline", _stage),
        "pipeline": Key("in that pipeline", _pipeline),
        "owner": Key("whose deal it is, at the close of a closed one; @me is you", _owner),
        "group": Key("the owner is in that group of the team", _group),
        "manager": Key("the owner is somebody under that person; @me is you", _manager),
        "company": Key("the company's name contains it", _texts(has_text, lambda state: (state.deal.company,))),
        "contact": Key("a contact's name or e-mail contains it", _texts(has_text, _people)),
        "source": Key("came from that source", _texts(is_text, lambda state: (state.deal.source,))),
        "tag": Key("has that tag", _texts(is_text, lambda state: state.deal.tags)),
        "currency": Key("priced in that currency", _currency),
        "probability": Key("percent, the deal's own or its stage's: 50..", _percent, ranges=True, decimals=True),
        "forecast": Key("that category, the deal's own or its stage's", _forecast),
        "amount": Key("in the workspace's currency: 50mn.., 10mn..50mn", _amount, ranges=True, decimals=True),
        "close": Key(
            "expected to close then: ..2026-Q4, ..+30d", _days(lambda s: s.deal.expected_close, "future"), ranges=True
        ),
        "created": Key("created then: 2026-W40.., last-quarter", _days(lambda s: _day(s.created), "past"), ranges=True),
        "closed": Key("closed then: last-quarter", _days(lambda s: _day(s.closed), "past"), ranges=True),
        "entered": Key("came into its stage then: 2w..", _days(lambda s: _day(s.entered), "past"), ranges=True),
        "next": Key("its next step is due then: ..fri", _days(_next, "future"), ranges=True),
        "age": Key("days since creation, until the close: 90d..", _lengths(lambda s: s.age_days), ranges=True),
        "in-stage": Key("days in its stage: 2w..", _lengths(lambda s: s.days_in_stage), ranges=True),
        "idle": Key("open, days since the last contact, or creation: 14d..", _idle, ranges=True),
        "lost_reason": Key("lost for that reason", _lost_reason),
        "competitor": Key("the competitor's name contains it", _texts(has_text, lambda state: (state.competitor,))),
        "activity": Key("has an activity of that type", _activity),
        "is": Key("what the deal is: open, won, stalled, any …", is_word),
        "has": Key("the field has a value", has_field),
        "no": Key("the field has none", _no),
        "text": Key("plain words, where they hold a colon", _texts(has_text, any_text)),
    }
)
