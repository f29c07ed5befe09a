"""What is done with customers: contacts on open deals, how soon the first came, how many a win took."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from pipectl.metrics.figures import mean, median
from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.model.deal import Activity
from pipectl.model.moment import days_between, is_before
from pipectl.model.state import State
from pipectl.report import Days, Labelled, Per, Ratio


def contacts(scope: Scope, state: State) -> Sequence[Activity]:
    """The contacts with the customer so far, in time order: activities of a type that is marked `contact`."""
    kinds = scope.facts.settings.activity_types
    return [activity for activity in state.deal.activities if kinds.get(activity.type, False)]


def contacts_in(scope: Scope, state: State) -> Sequence[Activity]:
    """Those of the period."""
    return [contact for contact in contacts(scope, state) if contact.at.day in scope.period]


def never_contacted(scope: Scope) -> tuple[State, ...]:
    """Open deals on which no contact was ever logged."""
    return tuple(state for state in scope.open if not contacts(scope, state))


Kept = Callable[[State, Activity], bool]


def all_kept(state: State, activity: Activity) -> bool:  # noqa: ARG001 - any contact of any deal
    """Every contact."""
    return True


def on_open_deals(scope: Scope, kept: Kept = all_kept) -> Per:
    """Contacts of the period on open deals, those that are *kept*, by the number of all open deals."""
    counts = (sum(kept(state, contact) for contact in contacts_in(scope, state)) for state in scope.open)
    return Per(sum(counts), len(scope.open))


def first_waits(scope: Scope, kept: Kept = all_kept) -> Sequence[tuple[State, float]]:
    """The deals created in the period whose first contact is *kept*, each with its days from creation to it."""
    firsts = ((state, next(iter(contacts(scope, state)), None)) for state in born(scope))
    return [
        (state, max(0.0, days_between(state.created, first.at)))
        for state, first in firsts
        if first is not None and state.created is not None and kept(state, first)
    ]


def until_wins(scope: Scope, kept: Kept = all_kept) -> Per:
    """Contacts on the deals won in the period until their close, those that are *kept*, by the number of wins."""
    counts = (sum(kept(state, contact) for contact in _until_close(scope, state)) for state in scope.won)
    return Per(sum(counts), len(scope.won))


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
    reached = sum(bool(contacts_in(scope, state)) for state in scope.open)
    never = len(never_contacted(scope))
    detail = (
        Labelled("reached", Ratio(reached, len(scope.open))),
        *((Labelled("never contacted", never, after=True),) if never else ()),
    )
    return Measure(on_open_deals(scope), detail, (Behind("open", scope.open),))


def first_contact(scope: Scope) -> Measure:
    """Median days from creation to the first contact, of the deals created in the period; mean and n beside it.

    A contact from before the deal was written down is 0 days. Deals without a contact so far have no such time; they
    are counted beside, and many of them make the median too good. A deal that began closed is left out.

    Formula: median(first contact - created) over those created in the period and contacted
    Unit: days
    Example: created this quarter and first contacted after 0, 2 and 7 days, and one not yet: 2 days, n 3.
    Elsewhere: speed-to-lead reports give the mean, which one forgotten lead decides; take the first activity of any
        kind, so that a note or an automatic entry stops the clock; and say nothing of leads never contacted.
    """
    waits = first_waits(scope)
    lengths = [wait for _, wait in waits]
    waiting = tuple(state for state in born(scope) if not contacts(scope, state))
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
    counts = [sum(1 for _ in _until_close(scope, state)) for state in scope.won]
    middle, none = median(counts), counts.count(0)
    detail = (
        Labelled("median", None if middle is None else Decimal(middle)),
        *((Labelled("without a contact", none, after=True),) if none else ()),
    )
    return Measure(until_wins(scope), detail, (Behind("won", scope.won),))


def _until_close(scope: Scope, state: State) -> Iterator[Activity]:
    for contact in contacts(scope, state):
        if state.closed is None or not is_before(state.closed, contact.at):
            yield contact


def _days(days: float | None) -> Days | None:
    return None if days is None else Days(days)


CONTACTS_PER_DEAL = Metric("contacts-per-deal", "Contacts per open deal", contacts_per_deal, moment=True)
FIRST_CONTACT = Metric("first-contact", "First contact", first_contact, moment=True)
CONTACTS_BEFORE_WIN = Metric("contacts-before-win", "Contacts before a win", contacts_before_win)
