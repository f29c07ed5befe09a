"""`pipectl stage`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pipectl.arguments import Argument, Option
from pipectl.commands._change import How, Outcome, day_of, opened_for_writing
from pipectl.commands._open import Opened, facts_for, narrowed, option
from pipectl.commands._reform import Told, carry_out_planned, pipeline_with, plan_reform
from pipectl.commands._reform_moves import moves_of
from pipectl.commands._reform_page import reform_page
from pipectl.commands._show import look
from pipectl.commands._values import read_line
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.deal import Deal
from pipectl.model.frozen import frozen, replace
from pipectl.model.inputs import parse_day, parse_percent
from pipectl.model.lookup import find_stage
from pipectl.model.pipeline import FORECASTS, Pipeline, Stage
from pipectl.model.pipeline import Outcome as Kind
from pipectl.model.stages import Reform, insert_stage, last_passed, loosen, merge_stages, rename_stage, retire_stage
from pipectl.model.state import State
from pipectl.output.safe import plain
from pipectl.store.typed import ID, Wrong, limit_days, slug

OPTIONS = frozenset({"pipelines"})
HELP = {"pipelines": "The pipeline whose stages they are."}


class Action(StrEnum):
    """What to do with stages."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    RETIRE = "retire"
    ADD = "add"


@frozen
class Given:
    """The options as they were typed; None and False where they were not."""

    name: str | None = None
    after: str | None = None
    before: str | None = None
    probability: str | None = None
    forecast: str | None = None
    max_days: str | None = None
    idle_days: str | None = None
    lost: bool = False
    where: str | None = None
    on: str | None = None
    to: str | None = None
    loosen: bool = False


@frozen
class Wish:
    """A change that was understood.

    Attributes:
        title: what would be done, above its preview.
        touched: the stages of now that it is about.
        moves: the deals that move by it, each with the line that says so.
        hint: what helps where it would bring problems.
    """

    reform: Reform
    title: str
    touched: tuple[str, ...]
    done: str
    moves: tuple[Outcome, ...] = ()
    hint: str | None = None


# Fields that `set` does not write.
_LIMITS = ("probability", "forecast", "max_days", "idle_days")
# The options that each action takes.
_TAKES: Mapping[Action, tuple[str, ...]] = {
    Action.RENAME: ("name",),
    Action.MERGE: ("loosen",),
    Action.SPLIT: ("name", "after", "before", "where", "on", *_LIMITS),
    Action.RETIRE: ("on", "to"),
    Action.ADD: ("name", "after", "before", "lost", *_LIMITS),
}
VERBS = {str(action): frozenset("loose" if name == "loosen" else name for name in _TAKES[action]) for action in Action}
_USAGE = {
    Action.RENAME: "stage rename OLD NEW, or OLD --name LABEL",
    Action.MERGE: "stage merge FROM… INTO",
    Action.SPLIT: "stage split STAGE NEW --where FILTER",
    Action.RETIRE: "stage retire STAGE",
    Action.ADD: "stage add ID",
}


def run(
    context: Context,
    action: Annotated[
        Action,
        Argument(metavar="ACTION", help="rename OLD NEW; merge FROM... INTO; split STAGE NEW; retire STAGE; add ID."),
    ],
    words: Annotated[list[str], Argument(metavar="STAGE...", help="As the action wants.")],
    name: Annotated[str | None, Option(metavar="LABEL", help="rename, split, add: what people call it.")] = None,
    after: Annotated[str | None, Option(metavar="STAGE", help="split, add: it stands after this one.")] = None,
    before: Annotated[str | None, Option(metavar="STAGE", help="split, add: it stands before this one.")] = None,
    where: Annotated[str | None, Option(metavar="FILTER", help="split: the deals that move to NEW.")] = None,
    to: Annotated[str | None, Option(metavar="STAGE", help="retire: the deals in it move there.")] = None,
    on: Annotated[str | None, Option(metavar="DATE", help="split, retire: the day, if not today.")] = None,
    probability: Annotated[str | None, Option(metavar="PERCENT", help="split, add: of winning.")] = None,
    forecast: Annotated[str | None, Option(metavar="CATEGORY", help="split, add: its forecast category.")] = None,
    max_days: Annotated[str | None, Option(metavar="DAYS", help="split, add: stalled after: 14, 2w.")] = None,
    idle_days: Annotated[str | None, Option(metavar="DAYS", help="split, add: idle after: 7, 2w.")] = None,
    lost: Annotated[bool, Option("--lost", help="add: deals in it are lost.")] = False,
    loose: Annotated[
        bool, Option("--loosen", help="merge: what FROM did not require is asked from the stage after INTO on.")
    ] = False,
    dry_run: Annotated[
        bool, Option("--dry-run", "-n", help="Show what would become of it, with the diff; write nothing.")
    ] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Don't ask before changing deals.")] = False,
    commit: Annotated[bool, Option("--commit", help="Commit what was written; --commit=MSG to say it.")] = False,
    message: Annotated[
        str | None, Option("--message", "-m", metavar="MSG", help="The commit's message; implies --commit.")
    ] = None,
) -> int:
    """Change the stages of a pipeline without losing history.

    What becomes of the deals in it and of their history is shown first, with the numbers of every stage before and
    after. A change that would bring a problem which the files do not have is refused. `pipectl stage merge --help` is
    about one of them alone.

    rename: OLD leaves its id as an alias of NEW, so that old history still reads, and the deals that name it follow.

    merge: the stages FROM go, their ids become aliases of INTO, and the deals in them follow. What they said, and
    nothing says any more, is named.

    split: NEW stands beside STAGE, and the open deals that fit the filter move there, with an entry in their history.

    retire: the stage takes in no deal from that day on, and stays in the file for history.

    add: a stage in which nobody has been; no deal moves.

    Examples:

      pipectl stage rename survey demo --name "Demo on site" -n
      pipectl stage merge negotiation contract -P new-business --yes
      pipectl stage split proposal tender --where "tag:tender" --name Tender -n
      pipectl stage retire survey --to qualified --yes
      pipectl stage add pilot --after proposal --probability 60 --max-days 30
    """
    given = Given(name, after, before, probability, forecast, max_days, idle_days, lost, where, on, to, loose)
    _refuse_others(action, given)
    _refuse_count(action, words, given)
    how = How(f"stage {action} {' '.join(words)}", dry_run, commit, message, yes)
    asks = context.terminal.interactive and not (yes or dry_run)
    with opened_for_writing(context, hold=not asks, dry_run=dry_run) as opened:
        wish = _WISHES[action](context, opened, words, given)
        planned = plan_reform(context, opened, wish.reform, wish.moves, wish.hint)
        style = replace(look(context, opened.settings), color=False)
        page = reform_page(wish.title, wish.reform, planned, wish.touched, wish.moves, style)
        lines = (f"{wish.reform.before.id}: {wish.done}", *_written(planned.changes))
        return carry_out_planned(context, opened, planned, Told(page, lines), how)


def _refuse_others(action: Action, given: Given) -> None:
    for option_name in Given.__dataclass_fields__:
        if getattr(given, option_name) not in (None, False) and option_name not in _TAKES[action]:
            takers = [f"`stage {taker}`" for taker, names in _TAKES.items() if option_name in names]
            flag = option_name.replace("_", "-")
            raise UsageError(f"`stage {action}` has no option --{flag}", hint=f"it is for {' and '.join(takers)}")


def _refuse_count(action: Action, words: Sequence[str], given: Given) -> None:
    least = {Action.RENAME: 1 if given.name else 2, Action.MERGE: 2, Action.SPLIT: 2}.get(action, 1)
    most = {Action.RENAME: 2, Action.MERGE: len(words), Action.SPLIT: 2}.get(action, 1)
    if not least <= len(words) <= most:
        raise UsageError(
            f"`stage {action}` wants other words than '{' '.join(words)}'", hint=f"pipectl {_USAGE[action]}"
        )


def _written(paths: Mapping[str, object]) -> tuple[str, ...]:
    deals = [path for path in paths if path.startswith("deals/")]
    others = [path for path in paths if path not in deals]
    return (", ".join([*others, *([f"{len(deals)} deal{'' if len(deals) == 1 else 's'}"] if deals else [])]),)


def _renamed(context: Context, opened: Opened, words: Sequence[str], given: Given) -> Wish:
    pipeline = pipeline_with(context, opened, words[:1])
    stage = find_stage(pipeline, words[0])
    new = _new_id(words[1]) if len(words) > 1 else stage.id
    label = read_line("label", given.name or "")
    reform = rename_stage(pipeline, stage, new, label)
    if new == stage.id:
        done = f"stage {stage.id} is called '{label}' now, not '{stage.name}'"
        return Wish(reform, f"{pipeline.id}: stage {stage.id} would be called '{label}'", (stage.id,), done)
    title = f"{pipeline.id}: stage {stage.id} becomes {new}, and {stage.id} an alias of it"
    return Wish(reform, title, (stage.id,), f"stage {stage.id} renamed to {new}")


def _merged(context: Context, opened: Opened, words: Sequence[str], given: Given) -> Wish:
    pipeline = pipeline_with(context, opened, words)
    into = find_stage(pipeline, words[-1])
    gone = list(dict.fromkeys(find_stage(pipeline, word) for word in words[:-1]))
    reform = merge_stages(pipeline, gone, into)
    stricter = [name for name in into.requires if any(name not in pipeline.required(stage) for stage in gone)]
    if given.loosen and stricter:
        reform = loosen(reform, into.id, stricter)
    names = ", ".join(stage.id for stage in gone)
    title = f"{pipeline.id}: {names} merged into {into.id}, their ids aliases of it"
    asks = stricter and not given.loosen
    hint = f"--loosen asks for {', '.join(stricter)} only from the stage after {into.id} on" if asks else None
    touched = (*(stage.id for stage in gone), into.id)
    return Wish(reform, title, touched, f"{names} merged into {into.id}", hint=hint)


def _split(context: Context, opened: Opened, words: Sequence[str], given: Given) -> Wish:
    pipeline = pipeline_with(context, opened, words[:1])
    stage = find_stage(pipeline, words[0])
    if given.where is None:
        raise UsageError("which deals move to the new stage?", hint="--where FILTER; `pipectl stage add` moves none")
    if not stage.is_open:
        message = f"{stage.id} is a {stage.outcome} stage; closed deals stay where they are"
        raise NegativeError(message, hint="`pipectl stage add ID --lost` adds a stage to lose deals in")
    beside, above = _beside(pipeline, given) or (stage, False)
    day = day_of(opened, given.on)
    like = replace(Stage(words[1], words[1]), **{key: getattr(stage, key) for key in _LIMITS})
    new, reform = _put_in(opened, pipeline, _new_stage(words[1], given, like, day), beside, above=above)
    facts, _ = narrowed(context, opened, facts_for(context, opened, given.where.split()), given.where.split())
    deals = [state.deal for state in facts.states if _is_in(state, pipeline, stage)]
    if not deals:
        raise NegativeError(
            f"no deal in {stage.id} fits '{plain(given.where)}'",
            hint="`pipectl stage add` adds a stage without moving deals",
        )
    moves = moves_of(context, opened, reform, deals, new, day, f"split from {stage.id}")
    kept = "; ".join(
        f"{key} {getattr(stage, key)}" for key in _LIMITS if getattr(stage, key) and getattr(given, key) is None
    )
    notes = (f"as {stage.id} has it: {kept}",) if kept else ()
    count = f"{len(deals)} deal{'' if len(deals) == 1 else 's'}"
    verb = "moves" if len(deals) == 1 else "move"
    title = f"{pipeline.id}: {count} of {stage.id} {verb} to a new stage {new.id}, on {day}"
    done = f"{new.id} split from {stage.id}, with {count}"
    return Wish(replace(reform, notes=(*reform.notes, *notes)), title, (stage.id,), done, moves)


def _is_in(state: State, pipeline: Pipeline, stage: Stage) -> bool:
    return (state.pipeline.id, state.stage.id) == (pipeline.id, stage.id)


def _retired(context: Context, opened: Opened, words: Sequence[str], given: Given) -> Wish:
    pipeline = pipeline_with(context, opened, words)
    stage = find_stage(pipeline, words[0])
    if stage.retired is not None and given.to is not None:
        message = f"stage {stage.id} of {pipeline.id} is retired since {stage.retired} already"
        way = f'pipectl move --where "stage:{stage.id}" {given.to} -P {pipeline.id}'
        raise NegativeError(message, hint=f"`{way}` moves the deals that are in it")
    day, notes = _retirement(opened, pipeline, stage, given.on)
    reform = retire_stage(pipeline, stage, day)
    inside = [deal for deal in opened.workspace.deals if (deal.pipeline, deal.stage) == (pipeline.id, stage.id)]
    moves: tuple[Outcome, ...] = ()
    if given.to is not None:
        if not stage.is_open:
            hint = f"`pipectl stage merge {stage.id} {given.to}` takes them along without a move"
            raise NegativeError("closed deals stay where they are: moved, they would close on another day", hint=hint)
        if given.on is not None and day > opened.day:
            raise UsageError(f"--to moves the deals now, and {day} lies ahead", hint="leave out one of the two")
        target = find_stage(reform.after, given.to)
        if target.outcome is not Kind.OPEN:
            raise UsageError(
                f"--to {target.id} is no open stage", hint="`pipectl lose --where …` and `pipectl win` close deals"
            )
        moves = moves_of(context, opened, reform, inside, target, min(day, opened.day), f"{stage.id} was retired")
        notes += [f"the tasks of entering {target.id} are not added"] if moves and target.on_enter else []
    elif inside:
        notes.append(f"still in it, and staying: {_named(inside)}")
    title = f"{pipeline.id}: no deal enters {stage.id} from {day} on; it stays in the file, and history reads as before"
    moved = f", its deals moved to {given.to}" if moves else ""
    reform = replace(reform, notes=(*reform.notes, *notes))
    return Wish(reform, title, (stage.id,), f"{stage.id} retired from {day} on{moved}", moves)


def _retirement(opened: Opened, pipeline: Pipeline, stage: Stage, on: str | None) -> tuple[date, list[str]]:
    """The day from which no deal enters: the one that is given, else the first on which none has."""
    if on is not None:
        with option("--on"):
            return parse_day(on, opened.day, opened.settings.calendar, toward="past"), []
    entered = [
        entry.at.day
        for deal in opened.workspace.deals
        for entry in deal.history
        if (entry.pipeline, entry.stage) == (pipeline.id, stage.id)
    ]
    last = max(entered, default=None)
    if last is None or last < opened.day:
        return opened.day, []
    return last + timedelta(days=1), [f"a deal came into it on {last}"]


def _added(context: Context, opened: Opened, words: Sequence[str], given: Given) -> Wish:
    beside = [word for word in (given.after, given.before) if word]
    pipeline = pipeline_with(context, opened, beside)
    like = Stage(words[0], words[0], outcome=Kind.LOST if given.lost else Kind.OPEN)
    # Where nobody has ever been it has no past to begin in.
    has_deals = any(entry.pipeline == pipeline.id for deal in opened.workspace.deals for entry in deal.history)
    place, above = _beside(pipeline, given) or (None, False)
    wanted = _new_stage(words[0], given, like, opened.day if has_deals else None)
    new, reform = _put_in(opened, pipeline, wanted, place, above=above)
    at = reform.after.rank(new.id)
    where = f"after {reform.after.stages[at - 1].id}" if at else f"before {reform.after.stages[1].id}"
    title = f"{pipeline.id}: a new stage {new.id} {where}; no deal moves"
    return Wish(reform, title, (), f"stage {new.id} added {where}")


def _put_in(
    opened: Opened, pipeline: Pipeline, new: Stage, beside: Stage | None, *, above: bool
) -> tuple[Stage, Reform]:
    """The pipeline with the stage *new*, there since the first day on which no deal has gone by its place."""
    reform = insert_stage(pipeline, new, beside, above=above)
    last = last_passed(opened.workspace.deals, reform, new.id)
    if new.since is None or last is None or last < new.since:
        return new, reform
    new = replace(new, since=last + timedelta(days=1))
    reform = insert_stage(pipeline, new, beside, above=above)
    note = f"a deal went by its place on {last}, so it says since: {new.since}"
    return new, replace(reform, notes=(*reform.notes, note))


_WISHES: Mapping[Action, Callable[[Context, Opened, Sequence[str], Given], Wish]] = {
    Action.RENAME: _renamed,
    Action.MERGE: _merged,
    Action.SPLIT: _split,
    Action.RETIRE: _retired,
    Action.ADD: _added,
}


def _new_id(text: str) -> str:
    if not ID.match(text):
        raise UsageError(
            f"'{text}' is no id", hint=f"write {slug(text) or 'letters and digits'}; --name is what people call it"
        )
    return text


def _beside(pipeline: Pipeline, given: Given) -> tuple[Stage, bool] | None:
    """The stage that the new one stands beside, and whether above it."""
    if given.after and given.before:
        raise UsageError("--after or --before, not both")
    if given.after:
        return find_stage(pipeline, given.after), False
    return (find_stage(pipeline, given.before), True) if given.before else None


def _new_stage(stage_id: str, given: Given, like: Stage, since: date | None) -> Stage:
    """A stage of this id, with what was *given*; the rest as in *like*."""
    if given.forecast is not None and given.forecast not in FORECASTS:
        raise UsageError(f"--forecast '{given.forecast}' is none of {', '.join(FORECASTS)}")
    with option("--probability"):
        percent = like.probability if given.probability is None else parse_percent(given.probability)
    return replace(
        like,
        id=_new_id(stage_id),
        name=read_line("label", given.name or "") or stage_id,
        probability=percent,
        forecast=given.forecast or like.forecast,
        max_days=_days("--max-days", given.max_days, like.max_days),
        idle_days=_days("--idle-days", given.idle_days, like.idle_days),
        since=since,
    )


def _days(flag: str, text: str | None, default: int | None) -> int | None:
    if text is None:
        return default
    try:
        return limit_days(text)
    except Wrong as wrong:
        raise UsageError(f"{flag} '{text}' is not {wrong}", hint=wrong.hint or None) from None


def _named(deals: Sequence[Deal]) -> str:
    names = [deal.id for deal in deals[:20]]
    return ", ".join(names) + (f" and {len(deals) - 20} more" if len(deals) > 20 else "")
