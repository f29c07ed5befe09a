"""`pipectl explain`."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from pipectl.commands._behind import known_metrics, show_deals
from pipectl.commands._change import refuse_reading_options
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._show import write
from pipectl.context import Context
from pipectl.errors import NoWorkspaceError, UnreadableError, UsageError
from pipectl.metrics.metric import Metric, StageMetric
from pipectl.model import clocks
from pipectl.model.filter import KEYS
from pipectl.model.suggest import suggest
from pipectl.model.workspace import DEFAULT_URGENCY, Settings
from pipectl.output.manual import listed, manual
from pipectl.output.safe import block, plain

OPTIONS = READING | {"period"}


def run(
    context: Context,
    name: Annotated[str | None, Argument(metavar="[NAME]", help="A metric, a check, urgency or filter.")] = None,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="--deals: which deals.")] = None,
    deals: Annotated[bool, Option("--deals", help="The deals behind the metric, and what it comes to.")] = False,
) -> int:
    """Explain a metric, a check or the urgency of `next`.

    What the number means, from what it is made and what it leaves out; what a check wants, an example that passes,
    one that fails, and how to mend it. Without a name it lists them all. With --deals a metric shows the very deals
    that it was measured on, in the period of -p, each by its part in it.

    Examples:

      pipectl explain win-rate
      pipectl explain win-rate --deals -p 2026 owner:sari
      pipectl explain move-policy
      pipectl explain urgency
    """
    if deals:
        return show_deals(context, name, words or [])
    refuse_reading_options(context, "explain", hint="it goes with --deals")
    if words:
        raise UsageError(f"explain takes one name, not '{' '.join(words)}' too", hint="a filter goes with --deals")
    write(context, _text(name, context))
    return 0


def _text(name: str | None, context: Context) -> str:
    room = context.terminal.width
    if name is None:
        return f"{_metrics(context)}\n{_checks(room)}\nAlso: urgency, filter, stale\n"
    topics: dict[str, Callable[[], str]] = {
        "metrics": lambda: _metrics(context),
        "checks": lambda: _checks(room),
        "filter": lambda: _filter(room),
        "stale": lambda: manual(_stale(), room),
        "urgency": lambda: manual(_urgency(context), room),
    }
    if name in topics:
        return topics[name]()
    metrics = {metric.id: metric for metric in known_metrics(_settings(context))}
    if name in metrics:
        return manual(_metric(metrics[name]), room)
    for check in CHECKS:
        if check.id == name:
            return manual(_check(check), room)
    known = [*topics, *metrics, *(check.id for check in CHECKS)]
    near = suggest(name, known)
    hint = f"did you mean {near}?" if near else "`pipectl explain` lists what there is"
    raise UsageError(f"nothing is called '{name}'", hint=hint)


def _settings(context: Context) -> Settings | None:
    """What the workspace says, where there is one that can be read."""
    with suppress(NoWorkspaceError, UnreadableError):
        return open_workspace(context).settings
    return None


def _metrics(context: Context) -> str:
    metrics = known_metrics(_settings(context))
    width = max(len(metric.id) for metric in metrics)
    entries = [(f"{plain(metric.id):<{width}}", plain(_first_line(metric.page))) for metric in metrics]
    return "Metrics:\n" + listed(entries, context.terminal.width)


def _checks(room: int | None) -> str:
    width = max(len(check.id) for check in CHECKS)
    entries = [(f"{check.id:<{width}}  {check.severity:<7}", check.summary) for check in CHECKS]
    return "Checks:\n" + listed(entries, room)


def _metric(metric: Metric | StageMetric) -> str:
    name = metric.id if metric.title == metric.id else f"{metric.title} ({metric.id})"
    return block(f"{name}\n\n{metric.page}\n")


def _check(check: Check) -> str:
    module = importlib.import_module(f"pipectl.checks.{check.id.replace('-', '_')}")
    return f"{check.id}: {check.severity}, {check.group}\n\n{inspect.getdoc(module)}\n"


def _filter(room: int | None) -> str:
    width = max(map(len, KEYS))
    lines = listed([(f"{key:<{width}}", text) for key, text in KEYS.items()], room)
    about = (
        "A filter is terms that must all hold: key:value, words, @view. A comma means any of, not: turns a term\n"
        "round, and a range is from..to, both ends included."
    )
    return f"{manual(about, room)}\n\n{lines}"


def _stale() -> str:
    return f"{inspect.getdoc(clocks)}\n\nWhat to do about it:\n\n{inspect.getdoc(clocks.next_step)}\n"


def _urgency(context: Context) -> str:
    settings = _settings(context)
    own: Mapping[str, Decimal] = settings.urgency if settings else {}
    changed = {name for name, default in DEFAULT_URGENCY.items() if own.get(name, default) != default}
    lines = [
        f"  {name:<14} {own.get(name, default):>4}" + (f"   (default {default})\n" if name in changed else "\n")
        for name, default in DEFAULT_URGENCY.items()
    ]
    return (
        "Urgency is a plain sum: each reason that holds adds its coefficient times how far it holds, 0 to 1.\n"
        "`urgency:` in pipectl.yaml replaces coefficients; `pipectl next --terms` shows what each adds.\n\n"
    ) + "".join(lines)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
