"""What is done with customers: contacts on open deals, how soon the first came, how many a win took."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pipectl.metrics.figures import mean, median
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.model.deal import Activity
from pipectl.model.frozen import frozen
from pipectl.model.moment import days_between, is_before
from pipectl.model.period import Period
from pipectl.model.state import State
from pipectl.report import Days, Labelled, Per, Ratio


@frozen
class Done:
    """What was done on one deal, or the part of it that belongs together: of one type, in one stage, by one person.

    Attributes:
        contacts: those of the *activities* that are contacts with the customer, in time order.
        first: the deal's first contact, where it is one of them.
        active, contacted: how many of the activities, and of the contacts, lie in the period.
    """

    state: State
    activities: Sequence[Activity]
    contacts: Sequence[Activity]
    first: Activity | None
    active: int
    contacted: int


def done(scope: Scope, states: Iterable[State]) -> Sequence[Done]:
    """What was done so far on each of *states* where anything was."""
    active = ((state, contacts(scope, state)) for state in states if state.deal.activities)
    return [done_on(state, state.deal.activities, those, scope.period, those[:1]) for state, those in active]


def done_on(
    state: State,
    activities: Sequence[Activity],
    those: Sequence[Activity],
    period: Period,
    firsts: Sequence[Activity],
) -> Done:
    """What *activities* are, of which *those* are contacts; *firsts*: the deal's first contact, if it has any."""
    active = period.count([activity.at.day for activity in activities])
    contacted = period.count([contact.at.day for contact in those]) if active and those else 0
    first = those[0] if those and those[0] is firsts[0] else None
    return Done(state, activities, those, first, active, contacted)


def contacts(scope: Scope, state: State) -> Sequence[Activity]:
    """The contacts with the customer so far, in time order: activities of a type that is marked `contact`."""
    activities = state.deal.activities
    if not activities:
        return ()
    kinds = scope.facts.settings.activity_types
    return [activity for activity in activities if kinds.get(activity.type, False)]


def contacts_in(scope: Scope, state: State) -> int:
    """How many contacts with the customer there were in the period."""
    return scope.period.count([contact.at.day for contact in contacts(scope, state)])


def never_contacted(scope: Scope) -> tuple[State, ...]:
    """Open deals on which no contact was ever logged."""
    return tuple(state for state in scope.open if not contacts(scope, state))


def on_open_deals(scope: Scope, those: Iterable[Done]) -> Per:
    """Contacts of the period on open deals, of *those*, by the number of all open deals."""
    return Per(sum([each.contacted for each in those if each.contacted and each.state.is_open]), len(scope.open))


def first_waits(scope: Scope, those: Iterable[Done]) -> Sequence[tuple[State, float]]:
    """The deals created in the period whose first contact is among *those*, each with its days from creation to it.

    A first contact after the period has not come by its end, on whichever page the period is looked at.
    """
    period = scope.period
    firsts = ((each.state, each.state.created, each.first) for each in those if each.first is not None)
    return [
        (state, max(0.0, days_between(created, first.at)))
        for state, created, first in firsts
        if created is not None and created.day in period and first.at.day < period.until and not state.began_closed
    ]


def until_wins(scope: Scope, those: Iterable[Done]) -> Per:
    """Contacts on the deals won in the period until their close, of *those*, by the number of wins."""
    wins = [each for each in those if each.contacts and scope.is_win(each.state)]
    return Per(sum(len(_until_close(each.state, each.contacts)) for each in wins), len(scope.won))


def born(scope: Scope) -> tuple[State, ...]:
    """The deals created in the period that were open then."""
    return tuple(state for state in scope.created if not state.began_closed)


def contacts_per_deal(scope: Scope) -> Measure:
    """Contacts of the period on the deals that are open at the end of the day, by the number of these deals.

    A contact is an activity whose type is marked `contact` in `activity_types`, whoever logged it; notes and the like
    are none. Deals closed since do not count, nor do the contacts on them. Beside it the share of the open deals that
    had one in the period, and how many never had any. n/a where no deal is open.

    Formula: count(contacts in the period on open deals) / count(open)
    Unit: contacts a deal
    Example: three open deals with 4, 2 and no contacts this quarter, and a won one with 5: 6 / 3 = 2.0.
    Elsewhere: CRM reports divide all activities of a person by the deals of that person, closed ones and notes
        included: a quarter in which much was closed looks busy, and writing notes raises it.
    """
    those = done(scope, scope.open)
    reached = sum(each.contacted > 0 for each in those)
    never = len(scope.open) - sum(each.first is not None for each in those)
    detail = (
        Labelled("reached", Ratio(reached, len(scope.open))),
        *((Labelled("never contacted", never, after=True),) if never else ()),
    )
    return Measure(on_open_deals(scope, those), detail, (Behind("open", scope.open),))


def first_contact(scope: Scope) -> Measure:
    """Median days from creation to the first contact, of the deals created in the period; mean and n beside it.

    A contact from before the deal was written down is 0 days. Deals without a contact by the end of the period, or so
    far, have no such time; they are counted beside, and many of them make the median too good. A deal that began closed
    is left out.

    Formula: median(first contact - created) over those created in the period and contacted
    Unit: days
    Example: created this quarter and first contacted after 0, 2 and 7 days, and one not yet: 2 days, n 3.
    Elsewhere: speed-to-lead reports give the mean, which one forgotten lead decides; take the first activity of any
        kind, so that a note or an automatic entry stops the clock; and say nothing of leads never contacted.
    """
    waits = first_waits(scope, done(scope, born(scope)))
    lengths = [wait for _, wait in waits]
    reached = {state.deal.path for state, _ in waits}
    waiting = tuple(state for state in born(scope) if state.deal.path not in reached)
    detail = (
        Labelled("mean", _days(mean(lengths))),
        Labelled("n", len(lengths)),
        *((Labelled("without a contact", len(waiting), after=True),) if waiting else ()),
    )
    behind = (Behind("contacted", tuple(state for state, _ in waits)), Behind("without a contact", waiting))
    return Measure(_days(median(lengths)), detail, behind)


def contacts_before_win(scope: Scope) -> Measure:
    """Mean number of contacts that a deal won in the period had from its beginning until its close.

    Contacts on the day of the close count, unless both carry an hour and the contact is later. A win without any
    contact counts as 0 and is named beside, since most often nobody logged them.

    Formula: count(contacts until the close) / count(won)
    Unit: contacts a deal
    Example: wins after 6, 3 and no contacts: 9 / 3 = 3.0, median 3, 1 without a contact.
    Elsewhere: others count activities after the close too, or leave out deals without any, which makes of "we logged
        nothing" a win that took as many contacts as the others.
    """
    counts = [len(_until_close(state, contacts(scope, state))) for state in scope.won]
    middle, none = median(counts), counts.count(0)
    detail = (
        Labelled("median", None if middle is None else Decimal(middle)),
        *((Labelled("without a contact", none, after=True),) if none else ()),
    )
    return Measure(Per(sum(counts), len(counts)), detail, (Behind("won", scope.won),))


def _until_close(state: State, known: Sequence[Activity]) -> Sequence[Activity]:
    return [contact for contact in known if state.closed is None or not is_before(state.closed, contact.at)]


def _days(days: float | None) -> Days | None:
    return None if days is None else Days(days)


CONTACTS_PER_DEAL = Metric("contacts-per-deal", "Contacts per open deal", contacts_per_deal, moment=True)
FIRST_CONTACT = Metric("first-contact", "First contact", first_contact)
CONTACTS_BEFORE_WIN = Metric("contacts-before-win", "Contacts before a win", contacts_before_win)
