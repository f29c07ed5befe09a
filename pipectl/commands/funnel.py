"""`pipectl funnel`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._open import READING, open_workspace
from pipectl.commands._scope import asked, header_of, named_pipelines, undated_note
from pipectl.commands._show import show
from pipectl.context import Context
from pipectl.errors import UsageError
from pipectl.metrics.funnel import Cohort, cohort, cohorts
from pipectl.metrics.grouping import UNITS, grouping
from pipectl.metrics.metric import Scope
from pipectl.model.frozen import frozen
from pipectl.model.period import Unit
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.state import State
from pipectl.report import Bar, Cell, Column, Report, Table

OPTIONS = READING | {"period"}

_COUNTS = (
    Column("entered", "Entered", right=True),
    Column("advanced", "Advanced", right=True),
    Column("beyond", "Beyond", right=True),
    Column("lost", "Lost", right=True),
    Column("pending", "Pending", right=True),
    Column("back", "Back", right=True),
)
_SHARES = (
    Column("rate", "Conversion", right=True, holds="ratio"),
    Column("resolved", "Resolved", right=True, holds="ratio"),
    Column("won", "Won", right=True),
    Column("to_won", "Stage to won", right=True, holds="ratio"),
)
_DRAWN = (Column("of_most", ""),)


@frozen
class _Rows:
    """What the deals of a stage are parted by: the groups that have any, and in which order they stand."""

    column: Column
    group: Callable[[State, date], str]
    order: Callable[[Mapping[str, Cohort]], Sequence[str]]
    label: Callable[[str], str]


def run(
    context: Context,
    words: Annotated[list[str] | None, Argument(metavar="[FILTER]...", help="Which deals.")] = None,
    by: Annotated[
        str | None, Option(metavar="FIELD", help="A row for each: owner, source, size, company, fields.x.")
    ] = None,
    cohort: Annotated[
        Unit | None,
        Option(metavar="UNIT", help="A row for each year, half, quarter, month, week of first entry."),
    ] = None,
    direct: Annotated[
        bool, Option("--direct", help="Only entries into exactly the next stage; a skip is none.")
    ] = False,
) -> int:
    """Show how many deals of each stage come further, are lost, are won.

    The deals of a stage are those that first entered it in the period; what has become of them is as of today. Of
    those that entered some advanced, some were lost before they did, and the rest is pending. `pipectl explain
    conversion` says what is an entry, and what a skip and a move back do.

    Examples:

      pipectl funnel
      pipectl funnel -p 2026 --by owner
      pipectl funnel -P renewals -p ytd --cohort quarter
      pipectl funnel --direct owner:sari
    """
    return answer(context, words or [], by, cohort, direct=direct)


def answer(
    context: Context, words: Sequence[str], by: str | None = None, unit: Unit | None = None, *, direct: bool = False
) -> int:
    """Print the conversion of the stages, of the deals that the filter *words* keep."""
    opened = open_workspace(context)
    anywhere, pipelines = named_pipelines(context, opened)
    scope, kept = asked(anywhere, opened, words)
    rows = _rows(scope, by, unit)
    used = [pipeline for pipeline in pipelines if scope.journeys(pipeline)] or pipelines
    tables = tuple(_table(scope, pipeline, rows, direct=direct, several=len(used) > 1) for pipeline in used)
    header = (*header_of(scope, kept), *((("entries", "direct"),) if direct else ()))
    return show(context, Report("funnel", tables, header, _notes(scope, used)), opened.workspace)


def _rows(scope: Scope, by: str | None, unit: Unit | None) -> _Rows | None:
    if by is not None and unit is not None:
        raise UsageError("--by and --cohort can't be used together", hint="a filter keeps one value: owner:sari")
    if unit is not None:
        return _over_time(scope, unit)
    if by is None:
        return None
    if by in UNITS:
        raise UsageError(f"--by parts the deals by a field, and '{by}' is a time", hint=f"--cohort {by}")
    if by in ("stage", "pipeline"):
        raise UsageError(f"every row of the funnel is of one {by}", hint="--by owner parts the deals of each stage")
    groups = grouping(scope, by)
    return _Rows(
        column=Column(by, groups.title),
        group=lambda state, _: groups.of(state),
        order=lambda found: sorted(found, key=groups.rank),
        label=groups.label,
    )


def _over_time(scope: Scope, unit: Unit) -> _Rows:
    calendar = scope.facts.settings.calendar

    def name(day: date) -> str:
        return calendar.containing(unit, day).name

    def order(found: Mapping[str, Cohort]) -> Sequence[str]:
        if scope.period.is_open:
            return sorted(found)
        return [part.name for part in calendar.split(scope.period, unit)]

    return _Rows(Column("cohort", "First entry"), lambda _, day: name(day), order, str)


def _table(scope: Scope, pipeline: Pipeline, rows: _Rows | None, *, direct: bool, several: bool) -> Table:
    found = list(_cohorts(scope, pipeline, rows, direct=direct))
    most = max((len(part.entered) for _, _, part in found), default=0) or 1
    columns = (
        Column("pipeline", "Pipeline"),
        Column("stage", "Stage"),
        *((rows.column,) if rows else ()),
        *_COUNTS,
        *_DRAWN,
        *_SHARES,
    )
    return Table(
        key="stages",
        columns=columns,
        rows=tuple(
            (pipeline.id, stage.id, *((label,) if rows else ()), *_figures(part, most)) for stage, label, part in found
        ),
        title=pipeline.name if several else "",
        hidden=frozenset({"pipeline", "won", *(() if direct else ("beyond",))}),
        empty="no deal entered a stage in the period",
        part="pipeline",
        labels=3 if rows else 2,
    )


def _cohorts(
    scope: Scope, pipeline: Pipeline, rows: _Rows | None, *, direct: bool
) -> Iterator[tuple[Stage, str, Cohort]]:
    for stage in pipeline.open_stages:
        if rows is None:
            yield stage, "", cohort(scope, pipeline, stage, direct=direct)
            continue
        found = cohorts(scope, pipeline, stage, rows.group, direct=direct)
        nobody = Cohort((), (), (), (), (), ())
        yield from ((stage, rows.label(name), found.get(name, nobody)) for name in rows.order(found))


def _figures(part: Cohort, most: int) -> tuple[Cell, ...]:
    ends = (part.entered, part.advanced, part.beyond, part.lost, part.pending, part.back)
    shares = (part.rate, part.resolved, len(part.won), part.to_won)
    return (*map(len, ends), Bar(len(part.entered) / most), *shares)


def _notes(scope: Scope, pipelines: Sequence[Pipeline]) -> tuple[str, ...]:
    notes: list[str] = []
    if scope.period.until <= scope.facts.today:
        notes.append(f"who first entered a stage in {scope.period.name}; what became of them until {scope.facts.today}")
    notes += undated_note(scope, pipelines)
    gone = {id(way.state) for one in pipelines for way in scope.journeys(one) if way.state.pipeline.id != one.id}
    if gone:
        many = "s" if len(gone) > 1 else ""
        notes.append(f"{len(gone)} deal{many} gone on to another pipeline: pending, won or lost as it is there")
    return tuple(notes)
