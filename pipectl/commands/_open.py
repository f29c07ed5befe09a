"""What every reading command begins with: find the workspace, settle the day, read, choose."""

import importlib
import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from pipectl.checks import IDS
from pipectl.context import Context
from pipectl.errors import NoWorkspaceError, UnreadableError, UsageError
from pipectl.metrics.limits import limits
from pipectl.model.facts import Facts, FindLimits, gather, only
from pipectl.model.filter import Filter, choose, parse_filter
from pipectl.model.frozen import frozen
from pipectl.model.inputs import parse_day
from pipectl.model.period import Period, Unit
from pipectl.model.period_text import parse_period
from pipectl.model.state import State
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Settings, Workspace
from pipectl.output.safe import say
from pipectl.store import git, git_snapshot
from pipectl.store.derived import has_unfinished
from pipectl.store.find import SETTINGS, find_root
from pipectl.store.load import load_snapshot, load_workspace

KNOWN_CHECKS = frozenset(IDS)
READING = frozenset({"pipelines", "as_of", "rev", "format", "output", "fields", "ids", "sort", "limit"})
_NAMED = 5


# No slots: what git was asked is kept.
@frozen(slots=False)
class Opened:
    """A workspace that was read, and the day that is its today.

    Attributes:
        settled: states of a later day that may stand for those of *day*, as `model.state.states` has it.
    """

    root: Path
    workspace: Workspace
    day: date
    settled: Mapping[str, State] | None = None

    @property
    def settings(self) -> Settings:
        """What its `pipectl.yaml` says."""
        return self.workspace.settings

    @cached_property
    def address(self) -> str:
        """The mail address that git has for whoever runs the command; "" where it has none."""
        return git.email(self.root) or ""


def open_workspace(context: Context, ids: Collection[str] = ()) -> Opened:
    """Read the workspace that the context points at, at the commit that `--rev` names if it does.

    *ids*: only these deals are wanted, and no others need be read.
    """
    root = find_root(context.directory)
    if context.options.rev is None:
        _tell_unfinished(context, root)
        workspace = load_workspace(root, KNOWN_CHECKS, cached=context.options.cache, ids=ids)
        return Opened(root, workspace, _day(context, workspace.settings, None))
    then = git_snapshot.snapshot(root, context.options.rev)
    if SETTINGS not in then.files:
        hint = "the workspace began later, or was in another folder then"
        raise NoWorkspaceError(f"no {SETTINGS} in '{context.options.rev}'", hint=hint)
    workspace = load_snapshot(then.files, KNOWN_CHECKS, root if context.options.cache else None)
    return Opened(root, workspace, _day(context, workspace.settings, then.on))


def open_staged(context: Context) -> Opened:
    """Read the workspace that the context points at as the next commit will have it."""
    root = find_root(context.directory)
    files = git_snapshot.staged(root)
    if SETTINGS not in files:
        raise NoWorkspaceError(f"{SETTINGS} is not staged", hint=f"`git add {SETTINGS}` puts it into the next commit")
    workspace = load_snapshot(files, KNOWN_CHECKS, root if context.options.cache else None)
    return Opened(root, workspace, _day(context, workspace.settings, None))


def _tell_unfinished(context: Context, root: Path) -> None:
    """Say that a write was cut off, so that what is read may be half of it."""
    if not has_unfinished(os.path.realpath(root)):
        return
    # Hardly ever is there such a one to tell of, and a tenth of a reading command's time went into importing it.
    found = importlib.import_module("pipectl.store.recovery").pending(root)
    if found is None:
        return
    err = context.terminal.err
    if found.paths:
        names = ", ".join(found.paths[:_NAMED])
        more = f" and {len(found.paths) - _NAMED} more" if len(found.paths) > _NAMED else ""
        say(err, f"note: `{found.command}` was cut off while it wrote {names}{more}")
        say(err, "  the next command that writes finishes it")
    say(err, *(f"note: {line}" for line in found.ignored))


def today(context: Context, settings: Settings) -> date:
    """The current day where the workspace is."""
    if context.today is not None:
        return context.today
    now = datetime.now(settings.zone)
    sys.audit("pipectl.now", now)
    return now.date()


def _day(context: Context, settings: Settings, committed: date | None) -> date:
    now = committed or today(context, settings)
    if context.options.as_of is None:
        return now
    text = context.options.as_of
    with option("--as-of"):
        day = parse_day(text, now, settings.calendar, toward="past")
        # What a commit says may be asked of any day since.
        if day > now and day > (latest := today(context, settings)):
            hint = "`pipectl forecast` is for what lies ahead"
            raise UsageError(f"{text!r} lies after today, {latest}", hint=hint)
    return day


def past_day(opened: Opened, on: str | None, hint: str | None = None) -> date | None:
    """The day that `--on` says; None where it says none. *hint*: what to do about a day ahead.

    Raises:
        UsageError: it is no day, or lies ahead.
    """
    if on is None:
        return None
    with option("--on"):
        day = parse_day(on, opened.day, opened.settings.calendar, toward="past")
        if day > opened.day:
            raise UsageError(f"{on!r} lies after today, {opened.day}", hint=hint)
    return day


@contextmanager
def option(name: str) -> Iterator[None]:
    """Whatever is refused inside was said with the option or for the field *name*, and the message begins with it."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{name} {error}", hint=error.hint) from None


def facts_of(opened: Opened, context: Context, find_limits: FindLimits = limits, *, ask_who: bool = False) -> Facts:
    """The facts of the day. *ask_who*: settle who asks, which may run git."""
    me = who(opened, context) if ask_who else ""
    return gather(opened.workspace, opened.day, find_limits, me, opened.settled)


def chosen(
    context: Context, opened: Opened, words: Sequence[str], find_limits: FindLimits = limits
) -> tuple[Facts, Filter]:
    """The facts of the deals that `-P` and the filter *words* keep, and the filter."""
    return narrowed(context, opened, facts_for(context, opened, words, find_limits), words)


def facts_for(context: Context, opened: Opened, words: Sequence[str], find_limits: FindLimits = limits) -> Facts:
    """The facts of every deal, for a filter of these *words*: who asks is settled where they say so."""
    asks = any("@me" in word or "mine" in word for word in words)
    views = any("@me" in view or "mine" in view for view in opened.settings.views.values())
    return facts_of(opened, context, find_limits, ask_who=asks or (views and any("@" in word for word in words)))


def narrowed(context: Context, opened: Opened, facts: Facts, words: Sequence[str]) -> tuple[Facts, Filter]:
    """The part of *facts* that `-P` and the filter *words* keep, and the filter."""
    wanted = pipelines(context, opened.workspace) if context.options.pipelines else frozenset()
    # A pipeline of the past may have no file any more: its deals count all the same.
    kept = only(facts, (state for state in facts.states if state.pipeline.id in wanted)) if wanted else facts
    found = parse_filter(words, kept)
    return only(kept, choose(kept, found)), found


def pipelines(context: Context, workspace: Workspace) -> frozenset[str]:
    """The pipelines that `-P` names; all of them where it names none."""
    for name in context.options.pipelines:
        if name in workspace.unread_pipelines:
            problem = workspace.unread_pipelines[name]
            message = f"pipeline '{name}' can't be read: {problem.place}: {problem.message}"
            raise UnreadableError(message, hint=problem.hint or None)
        if name not in workspace.pipelines:
            near = suggest(name, workspace.pipelines)
            hint = f"did you mean {near}?" if near else f"known: {', '.join(workspace.pipelines)}"
            raise UsageError(f"no pipeline '{name}'", hint=hint)
    return frozenset(context.options.pipelines or workspace.pipelines)


def period(context: Context, opened: Opened) -> Period:
    """The whole period that `-p` names; the current fiscal quarter where it names none."""
    calendar = opened.settings.calendar
    if context.options.period is None:
        return calendar.containing(Unit.QUARTER, opened.day)
    with option("--period"):
        return parse_period(context.options.period, opened.day, calendar)


def who(opened: Opened, context: Context) -> str:
    """The member of the team who runs the command; "" where nobody can tell.

    Raises:
        UsageError: `--as` names somebody who is not in the team.
    """
    team = opened.settings.team
    if context.user:
        wanted = context.user.casefold()
        for person in team.values():
            if wanted in (person.id, person.name.casefold(), person.email.casefold()):
                return person.id
        if not team:
            return context.user
        near = suggest(context.user, team)
        hint = f"did you mean {near}?" if near else f"in the team: {', '.join(team)}"
        raise UsageError(f"'{context.user}' is not in the team", hint=hint)
    address = opened.address.casefold()
    return next((person.id for person in team.values() if address and person.email.casefold() == address), "")
