"""`pipectl board`."""

from collections.abc import Sequence
from typing import Annotated

from pipectl.arguments import Argument
from pipectl.commands._deals import signs
from pipectl.commands._open import READING, chosen, open_workspace
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.metrics.volume import weighted, worth
from pipectl.model.facts import Facts, only
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.report import Cell, Column, Days, Report, Table

OPTIONS = READING

_DEALS = (
    Column("pipeline", "Pipeline"),
    Column("stage", "Stage"),
    Column("id", "Deal"),
    Column("title", "Title"),
    Column("company", "Company"),
    Column("owner", "Owner"),
    Column("amount", "Amount", right=True, holds="money"),
    Column("days", "In stage", right=True),
    Column("signs", "Signs"),
    Column("close", "Expected"),
)
_STAGES = (
    Column("pipeline", "Pipeline id"),
    Column("pipeline_name", "Pipeline"),
    Column("stage", "Stage id"),
    Column("name", "Stage"),
    Column("deals", "Deals", right=True),
    Column("amount", "Amount", right=True, holds="money"),
    Column("weighted", "Weighted", right=True, holds="money"),
    Column("unpriced", "Unpriced", right=True),
    Column("without_rate", "Without a rate", right=True),
)


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
) -> int:
    """Show stages side by side with their deals.

    Each stage has its number of deals, their amount, and the amount weighted by probability; each deal its amount,
    its days in the stage and a sign for stalled, idle or overdue. On a narrow terminal and in a pipe it is a list.

    Examples:

      pipectl board
      pipectl board -P renewals owner:@me
    """
    return answer(context, words or [])


def answer(context: Context, words: Sequence[str]) -> int:
    """Draw the board of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    facts, kept = chosen(context, opened, words)
    if not kept.speaks_of_closed:
        facts = only(facts, (state for state in facts.states if state.is_open))
    columns = _columns(facts, context.options.pipelines or tuple(opened.workspace.pipelines))
    shown = [item for item in columns if item[2] or (item[1].is_open and item[1].retired is None)]
    header: list[tuple[str, Cell]] = [("as of", facts.today)]
    if kept.text:
        header.append(("filter", kept.text))
    tables = (_deals(shown, facts), _stages(shown, facts))
    return show(context, Report("board", tables, tuple(header), shape="board"), opened.workspace)


_Item = tuple[Pipeline, Stage, list[State]]


def _columns(facts: Facts, wanted: Sequence[str]) -> Sequence[_Item]:
    """The stages of the pipelines *wanted* with their deals; behind them those that deals were in and no file has."""
    pipelines = [facts.workspace.pipelines[name] for name in wanted]
    items: dict[tuple[str, str], _Item] = {
        (pipeline.id, stage.id): (pipeline, stage, []) for pipeline in pipelines for stage in pipeline.stages
    }
    for state in facts.states:
        key = state.pipeline.id, state.stage.id
        items.setdefault(key, (state.pipeline, state.stage, []))[2].append(state)
    return tuple(items.values())


def _deals(items: Sequence[_Item], facts: Facts) -> Table:
    rows = tuple(
        (
            pipeline.id,
            stage.id,
            state.deal.id,
            state.deal.title,
            state.deal.company,
            state.owner,
            state.amount,
            None if state.days_in_stage is None else Days(state.days_in_stage),
            signs(state, facts.clocks[state.deal.path]),
            state.deal.expected_close,
        )
        for pipeline, stage, states in items
        for state in sorted(states, key=lambda one: (-(one.worth.amount if one.worth else 0), one.deal.id))
    )
    return Table("deals", _DEALS, rows, ids="id", empty="no open deal")


def _stages(items: Sequence[_Item], facts: Facts) -> Table:
    currency = facts.settings.currency
    rows = tuple(
        (
            pipeline.id,
            pipeline.name,
            stage.id,
            stage.name,
            len(states),
            worth(states, currency),
            weighted(states, currency),
            sum(state.amount is None for state in states),
            sum(state.rate_missing for state in states),
        )
        for pipeline, stage, states in items
    )
    return Table("stages", _STAGES, rows)
