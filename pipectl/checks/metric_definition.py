"""A metric of the business's own says what it measures, of which deals.

`measure` is count, sum, mean, median, min or max, or one of the program's own metrics such as `win_rate`; sum to max
say `of` which field: `amount`, or a number, a percentage or money among the business's own fields. `where` is a filter
as on the command line. Its id is none of the program's own metrics. A wrong one is not shown.

Pass:

    # pipectl.yaml
    version: 1
    currency: IDR
    timezone: Asia/Jakarta
    fields: {seats: {type: integer}}
    metrics:
      seats-won: {measure: sum, of: fields.seats, where: "is:won"}
      big-win-rate: {measure: win_rate, where: "amount:500mn.."}

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    timezone: Asia/Jakarta
    metrics:
      seats-won: {measure: sum, of: fields.seats}

    pipectl.yaml:5:33: metric seats-won: no number is called 'fields.seats' (amount)

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    timezone: Asia/Jakarta
    metrics:
      big: {measure: winrate, where: "amount:500mn.."}

    pipectl.yaml:5:18: metric big: nothing is measured by 'winrate'

Mend: take one of the measures, a field that holds numbers, and a filter that `pipectl list` understands.
"""

from collections.abc import Iterator

from pipectl.checks.check import Check
from pipectl.errors import UsageError
from pipectl.model.facts import Facts, only
from pipectl.model.filter import parse_filter, split_words
from pipectl.model.measures import AGGREGATES, BUILT_IN, MEASURES, measure_id
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.suggest import suggest
from pipectl.model.workspace import CustomMetric

_NUMBERS = ("integer", "decimal", "money", "percent")


def find(facts: Facts) -> Iterator[Problem]:
    """Metrics whose definition can't be measured."""
    own = [kind for pipeline in facts.workspace.pipelines for kind in facts.workspace.fields(pipeline).values()]
    numbers = ["amount", *dict.fromkeys(f"fields.{kind.id}" for kind in own if kind.type in _NUMBERS)]
    for metric in facts.settings.metrics:
        for key, message, hint in _wrong(metric, facts, numbers):
            line_column = facts.settings.places.get(f"metrics.{metric.id}{key}", (1, 1))
            place = Place(facts.settings.path, *line_column)
            yield Problem("metric-definition", f"metric {metric.id}: {message}", place, hint)


def _wrong(metric: CustomMetric, facts: Facts, numbers: list[str]) -> Iterator[tuple[str, str, str]]:
    """(key, what is wrong, hint) of each slip of *metric*."""
    measure = measure_id(metric.measure)
    if metric.id in BUILT_IN:
        yield "", "the program has a metric of that name", "give it another"
    if not metric.measure:
        return  # named by the reader
    if measure not in MEASURES:
        near = suggest(measure, MEASURES)
        hint = f"did you mean {near.replace('-', '_')}?" if near else f"there are {', '.join(MEASURES)}"
        yield ".measure", f"nothing is measured by '{metric.measure}'", hint
    elif measure in AGGREGATES and measure != "count":
        yield from _wrong_field(metric, numbers)
    elif metric.of:
        yield ".of", f"{metric.measure} is of no field", "take `of` away"
    try:
        parse_filter(split_words(metric.where), only(facts, ()))
    except UsageError as error:
        yield ".where", str(error), error.hint or ""


def _wrong_field(metric: CustomMetric, numbers: list[str]) -> Iterator[tuple[str, str, str]]:
    if not metric.of:
        yield ".measure", f"{metric.measure} of what?", f"add of: {', of: '.join(numbers)}"
    elif metric.of not in numbers:
        near = suggest(metric.of, numbers)
        hint = f"did you mean {near}?" if near else ""
        yield ".of", f"no number is called '{metric.of}' ({', '.join(numbers)})", hint


CHECK = Check("metric-definition", Group.FILES, Severity.ERROR, "a metric of one's own says what it measures", find)
