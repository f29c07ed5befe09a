"""What is shown before the stages of a pipeline change: what becomes of the deals, and the numbers before and after."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipectl.commands._change import Outcome
from pipectl.commands._reform import Planned
from pipectl.errors import UsageError
from pipectl.metrics.figures import mean
from pipectl.metrics.metric import Scope
from pipectl.metrics.outcome import win_ratio
from pipectl.metrics.speed import cycles
from pipectl.metrics.stages import StageFigures, stage_figures
from pipectl.metrics.volume import weighted
from pipectl.model.facts import Facts, only
from pipectl.model.filter import choose, parse_filter, split_words
from pipectl.model.period import Period
from pipectl.model.pipeline import Pipeline
from pipectl.model.stages import Reform
from pipectl.model.state import State
from pipectl.output.formats import render
from pipectl.output.look import Look
from pipectl.output.numbers import human
from pipectl.output.prose import lines, paragraphs
from pipectl.output.safe import plain
from pipectl.report import Column, Days, Report, Table
from pipectl.store.comments import comments_above, dropped_comments

_PREVIEWED = 20
_EVER = Period.of_days(date.min, date.max)
_NOTHING = StageFigures()
_STAGE_TERM = re.compile(r"(?:^|[\s'\"])(?:not:)*stage:([^\s'\"]+)", re.IGNORECASE)
_COLUMNS = (
    Column("stage", "Stage"),
    Column("deals", "Deals", right=True),
    Column("stalled", "Stalled", right=True),
    Column("entered", "Entered", right=True),
    Column("visits", "Visits", right=True),
    Column("mean_stay", "Mean stay", right=True),
)


def reform_page(
    title: str, reform: Reform, planned: Planned, touched: Sequence[str], moves: Sequence[Outcome], look: Look
) -> str:
    """The preview of *reform*; *touched* are the stages of now that it is about, *moves* the deals that move by it."""
    read = (*unread_notes(planned), *_filters(reform, planned, touched), *_warned(planned))
    notes = (*reform.notes, *_remarks(reform, planned), *read)
    said = [title, *_deal_lines(reform, planned, touched, moves, look), *(f"note: {note}" for note in notes)]
    table = Table("stages", _COLUMNS, tuple(_rows(reform, planned, look)), total=_total(reform, planned, look))
    ending = [outcome_line(planned, reform.after, look), _weighted_line(planned, reform.after, look)]
    return page(said, table, ending, look)


def page(said: Sequence[str], table: Table, ending: Sequence[str], look: Look) -> str:
    """Sentences, a table, sentences."""
    numbers = render(Report("stage", (table,)), "table", look).rstrip("\n")
    return paragraphs([lines(list(map(plain, said)), look), numbers, lines(list(map(plain, ending)), look)])


def outcome_line(planned: Planned, pipeline: Pipeline, look: Look) -> str:
    """`new-business: won 14, lost 9, win rate …, sales cycle 57 d: unchanged`, over all time."""
    texts = [_outcome(facts, pipeline, look) for facts in (planned.before, planned.after)]
    pairs = [old if old == new else f"{old} {look.pick('→', '->')} {new}" for old, new in zip(*texts, strict=True)]
    end = ": unchanged" if texts[0] == texts[1] else ""
    return f"{pipeline.id}, all time: {', '.join(pairs)}{end}"


def _outcome(facts: Facts, pipeline: Pipeline, look: Look) -> list[str]:
    scope = Scope(only(facts, _here(facts, pipeline)), _EVER, _EVER)
    won, lost = scope.won, scope.lost
    rate = win_ratio(len(won), len(scope.counted_lost))
    days = mean(cycles(won))
    cycle = None if days is None else Days(days)
    return [
        f"{len(won)} won",
        f"{len(lost)} lost",
        f"win rate {human(rate, look)}",
        f"sales cycle {human(cycle, look)}",
    ]


def _weighted_line(planned: Planned, pipeline: Pipeline, look: Look) -> str:
    """`new-business, open now: weighted Rp 1,2 M → Rp 1,4 M`; "" where nothing weighs anything."""
    facts = planned.before, planned.after
    amounts = [weighted([s for s in _here(f, pipeline) if s.is_open], f.settings.currency) for f in facts]
    if not any(amount.amount for amount in amounts):
        return ""
    old, new = (human(amount, look) for amount in amounts)
    return f"{pipeline.id}, open now: weighted {_change(look, old, new)}{': unchanged' if old == new else ''}"


def _remarks(reform: Reform, planned: Planned) -> Iterator[str]:
    """The comments that people have written to what goes: those that go with it, and those that stay above it."""
    for path, change in planned.changes.items():
        gone = dropped_comments(change.old, change.new) if change.old is not None and change.new is not None else []
        if gone:
            count = "a comment is" if len(gone) == 1 else f"{len(gone)} comments are"
            yield f"{count} dropped from {path}: {'; '.join(gone)}"
    old = planned.changes[reform.before.path].old
    for place, stage in enumerate(reform.before.stages):
        # One that is renamed is there under a name that is new.
        goes = reform.before.rank(reform.names.get(stage.id, "")) >= 0
        if goes and old is not None:
            yield from (
                f"the comment above {stage.id} stays: {text}" for text in comments_above(old, ("stages", place))
            )


def _here(facts: Facts, pipeline: Pipeline) -> list[State]:
    return [state for state in facts.states if state.pipeline.id == pipeline.id]


def _deal_lines(
    reform: Reform, planned: Planned, touched: Sequence[str], moves: Sequence[Outcome], look: Look
) -> Iterator[str]:
    states = _here(planned.before, reform.before)
    for name in touched:
        now = [state for state in states if state.stage.id == name]
        figures = stage_figures(planned.before, reform.before).get(name, _NOTHING)
        open_now = sum(state.is_open for state in now)
        yield f"{name}: {_counted(len(now), 'deal')} in it now ({open_now} open); {_past(reform, name, figures)}"
    arrow = look.pick("→", "->")
    if moves:
        yield from _first([f"  {move.lines[0]}" for move in moves])
    else:
        moved = [state for state in states if state.stage.id in reform.names]
        yield from _first(
            [f"  deal/{s.deal.id}  stage: {s.stage.id} {arrow} {reform.names[s.stage.id]}" for s in moved]
        )


def _past(reform: Reform, name: str, figures: StageFigures) -> str:
    passed = _counted(figures.entered, "deal")
    told = f"{passed} came into it, in {_counted(figures.visits, 'visit')}: history stays as it is written"
    return f"{told}, read as {reform.names[name]}" if name in reform.names else told


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - _PREVIEWED
    return [*lines[:_PREVIEWED], f"  … and {more} more"] if more > 0 else lines


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def unread_notes(planned: Planned) -> Iterator[str]:
    before, after = planned.before.workspace.unread, planned.after.workspace.unread
    if mended := set(before) - set(after):
        yield f"{', '.join(sorted(mended))}: can be read then, and counts"
    if after:
        yield f"{_counted(len(after), 'deal file')} can't be read and will not be changed; `pipectl check` names them"


def _filters(reform: Reform, planned: Planned, touched: Sequence[str]) -> Iterator[str]:
    """Views and metrics of the business's own that speak of the stages, or keep other deals than before."""
    settings = planned.before.settings
    filters = {f"@{name}": text for name, text in settings.views.items()}
    filters |= {f"metric {metric.id}": metric.where for metric in settings.metrics if metric.where}
    for name, text in filters.items():
        named = [stage for stage in touched if stage in _stages_in(text)]
        before, after = (_kept(text, facts) for facts in (planned.before, planned.after))
        if not named and before == after:
            continue
        read = [f"stage:{stage} is read as {reform.names[stage]}" for stage in named if stage in reform.names]
        read = read or [f"it says stage:{stage}" for stage in named]
        if before is not None and after is not None:
            same = _counted(len(after), "deal") + ", as before"
            read.append(same if before == after else f"{len(before)} deals, {len(after)} then")
        yield f"{name}: {'; '.join(read)}" if read else name


def _stages_in(text: str) -> set[str]:
    """The stages that a filter names."""
    parts = (part for found in _STAGE_TERM.finditer(text) for part in found[1].lower().split(","))
    return {part.rpartition(":")[2] for part in parts}


def _kept(text: str, facts: Facts) -> frozenset[str] | None:
    """The deals that a filter keeps; None where it can't be read."""
    try:
        kept = choose(facts, parse_filter(split_words(text), facts))
    except UsageError:
        return None
    return frozenset(state.deal.path for state in kept)


def _warned(planned: Planned) -> Iterator[str]:
    if planned.warnings:
        first = planned.warnings[0].problem
        more = f" (and {len(planned.warnings) - 1} more)" if len(planned.warnings) > 1 else ""
        yield f"`pipectl check` will warn: {first.place}: {first.message}{more}"


def _rows(reform: Reform, planned: Planned, look: Look) -> Iterator[tuple[str, ...]]:
    old, new = stage_figures(planned.before, reform.before), stage_figures(planned.after, reform.after)
    arrow = look.pick("→", "->")
    # The same stage under another id has one row; one that goes into another keeps its own.
    former = {now: old_id for old_id, now in reform.names.items() if reform.before.rank(now) < 0}
    for name in _order(reform, former, [*old, *new]):
        before = former.get(name, name)
        title = name if before == name else f"{before} {arrow} {name}"
        yield title, *_cells(old.get(before, _NOTHING), new.get(name, _NOTHING), look)


def _order(reform: Reform, former: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """The stages as they will stand, those that go at their old places, and at the end what only history knows."""
    order = [stage.id for stage in reform.after.stages]
    above = ""
    for stage in reform.before.stages:
        name = reform.names[stage.id] if stage.id in former.values() else stage.id
        if name not in order:
            order.insert(order.index(above) + 1 if above else 0, name)
        above = name
    return list(dict.fromkeys((*order, *(name for name in names if name not in former.values()))))


def _cells(old: StageFigures, new: StageFigures, look: Look) -> Iterator[str]:
    for key in ("deals", "stalled", "entered", "visits"):
        yield _change(look, str(getattr(old, key)), str(getattr(new, key)))
    yield _change(look, *(human(None if f.mean_days is None else Days(f.mean_days), look) for f in (old, new)))


def _total(reform: Reform, planned: Planned, look: Look) -> tuple[str, ...]:
    old, new = stage_figures(planned.before, reform.before), stage_figures(planned.after, reform.after)

    def summed(key: str) -> str:
        return _change(look, *(str(sum(getattr(one, key) for one in found.values())) for found in (old, new)))

    return "all", summed("deals"), summed("stalled"), "", summed("visits"), ""


def _change(look: Look, old: str, new: str) -> str:
    return old if old == new else f"{old} {look.pick('→', '->')} {new}"
