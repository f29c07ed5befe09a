"""How far the targets of a period are reached, and whether what is open can still reach them."""

from decimal import Decimal

from pipectl.metrics.metric import Behind, Measure, Metric, Scope
from pipectl.metrics.targets import Aim, Standing, standing
from pipectl.metrics.volume import apart, chance_known
from pipectl.report import Labelled, Percent

_COUNTED = {Aim.DEALS: "deals", Aim.CREATED: "deals created", Aim.CONTACTS: "contacts"}
_ROLES = {Aim.AMOUNT: "won", Aim.DEALS: "won", Aim.CREATED: "created", Aim.CONTACTS: "contacted"}


def attainment(scope: Scope) -> Measure:
    """Share of the period's target that is reached; beside it the share of the period that is over.

    An amount is reached by deals won in the period, each at the rate of its close; where no amount is asked for, a
    number of deals won, else of deals created, else of contacts. Where there are targets of single pipelines or
    owners alone, only their deals count. An unpriced win adds nothing to an amount and is counted beside. A target of a
    shorter period speaks of a longer one only where several fill it without a gap; a longer one is never shared out.

    Formula: won amount in the period / target
    Unit: share, above 1 where more was won than asked
    Example: 600 won of 1,000 after 54 of 92 days: 60.0%, pace 58.7%.
    Elsewhere: Salesforce and HubSpot share a quarter's quota out to its months, or ask for months only; a share that
        nobody agreed to is no target, so it is not made up here. HubSpot may count deals created by their amount;
        here `created` counts deals. Both credit a call to who logged it; here to the owner of the deal, so that
        owners add up to the team and `owner:` shows the same number.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    asked = found.cell(found.asked)
    detail = (
        Labelled("target", asked if found.aim is Aim.AMOUNT else f"{asked} {_COUNTED[found.aim]}"),
        Labelled("pace", _share_over(found)),
        *(apart(found.by) if found.aim is Aim.AMOUNT else ()),
    )
    return Measure(found.attainment, detail, _behind(found))


def pace(scope: Scope) -> Measure:
    """Share of the period that is over, and whether the target is ahead of it.

    Linear: every day of the period weighs the same, and today counts as over. Said in words: ahead or behind, by how
    much; met once the target is reached, missed where the period is over, not begun before it.

    Formula: days of the period over / its days; ahead by won - target x that share
    Unit: share, 0..1
    Example: 600 won of 1,000 after 54 of 92 days: 54/92 = 58.7%, ahead by 600 - 586.96 = 13.04.
    Elsewhere: some take working days, or last year's curve; a sales year has neither everywhere, and a straight line
        can be checked by hand.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    due = Labelled("due by now", found.cell(found.due))
    words = found.words if isinstance(found.words, Labelled) else Labelled("", found.words)
    return Measure(found.pace, (words, due), _behind(found))


def gap(scope: Scope) -> Measure:
    """What is missing to the period's target, not below 0.

    Formula: max(0, target - won in the period)
    Unit: money, or a number where the target is one
    Example: 1,000 asked, 600 won: 400; 1,200 won: 0.
    Elsewhere: Salesforce shows a negative gap once a quota is passed; the surplus stands in the attainment here, and
        a gap below 0 would turn coverage round.
    """
    found = scope.once(standing)
    return _nothing(scope) if found is None else Measure(found.cell(found.gap), (), _behind(found))


def coverage(scope: Scope) -> Measure:
    """How many times the open deals expected in what is left of the period cover what is missing to its target.

    Deals whose expected close has passed are not counted, nor are those without one, and an unpriced deal adds
    nothing to an amount. `met` once nothing is missing, whatever was asked for. Where something is, deals to create and
    contacts to make have no coverage, nor has a period that is over.

    Formula: sum(amount of the open with expected close in the rest of the period) / (target - won)
    Unit: times
    Example: 1,000 asked, 600 won, 1,200 open for this quarter: 1,200 / 400 = 3.0 times.
    Elsewhere: many divide all open amounts by the whole quota; that says 3 times while none of it can close in time,
        and counts what is won twice.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    if not found.gap:
        return Measure("met", (), _behind(found))
    detail = (
        Labelled("gap", found.cell(found.gap)),
        Labelled("open for the rest", found.cell(found.expected)),
        *(apart(found.left) if found.aim is Aim.AMOUNT else ()),
    )
    return Measure(found.times(found.expected), _uncovered(found) or detail, _covering(found))


def weighted_coverage(scope: Scope) -> Measure:
    """The same coverage with each open deal times its probability: whether what is likely covers what is missing.

    The deal's own probability, else its stage's. A deal that neither gives one adds nothing and is counted beside.

    Formula: sum(amount x probability of the open with expected close in the rest of the period) / (target - won)
    Unit: times
    Example: 1,000 asked, 600 won, 1,200 open at 25% for this quarter: 300 / 400 = 0.8 times.
    Elsewhere: rarely shown; where it is, closed deals are often weighted at 100% against the whole quota, which says
        the same once what is won is taken from both sides.
    """
    found = scope.once(standing)
    if found is None:
        return _nothing(scope)
    if not found.gap:
        return Measure("met", (), _behind(found))
    unknown = sum(not chance_known(state) for state in found.left)
    detail = (
        Labelled("weighted for the rest", found.cell(found.weighted)),
        *((Labelled("without a probability", unknown, after=True),) if unknown else ()),
    )
    return Measure(found.times(found.weighted), _uncovered(found) or detail, _covering(found))


def _share_over(found: Standing) -> Percent:
    return Percent(round(Decimal(100 * found.elapsed) / found.days, 1))


def _behind(found: Standing) -> tuple[Behind, ...]:
    return (Behind(_ROLES[found.aim], found.by),)


def _covering(found: Standing) -> tuple[Behind, ...]:
    return (*_behind(found), Behind("open", found.left)) if found.helps else _behind(found)


def _uncovered(found: Standing) -> tuple[Labelled, ...]:
    """Why no open deal can cover what is missing; nothing where one can."""
    if not found.helps:
        return (_NO_HELP,)
    return (Labelled("", "the period is over"),) if found.over else ()


def _nothing(scope: Scope) -> Measure:
    return Measure(None, (Labelled("", "no target"),) if scope.targets is not None else (_UNFIT,))


_UNFIT = Labelled("", "no target fits the filter")
_NO_HELP = Labelled("", "no open deal covers it")
ATTAINMENT = Metric("attainment", "Attainment", attainment)
PACE = Metric("pace", "Pace", pace, moment=True)
GAP = Metric("gap", "Gap", gap)
COVERAGE = Metric("coverage", "Coverage", coverage, moment=True, ahead=True)
WEIGHTED_COVERAGE = Metric("weighted-coverage", "Weighted coverage", weighted_coverage, moment=True, ahead=True)
