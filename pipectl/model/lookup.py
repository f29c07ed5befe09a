"""Which deal or stage is meant by what somebody typed. Nothing is ever done on a near match."""

from pipectl.errors import NegativeError, NoStageError, UnreadableError
from pipectl.model.deal import Deal
from pipectl.model.pipeline import Pipeline, Stage
from pipectl.model.problem import Problem
from pipectl.model.suggest import suggest
from pipectl.model.workspace import Workspace

_SHOWN = 8


def find_deal(workspace: Workspace, text: str) -> Deal:
    """The deal with this id, former id or path, else the only one whose id begins so, else the one with this title.

    Raises:
        NegativeError: none, or several, fit.
        UnreadableError: its file can't be read.
    """
    wanted = text.casefold().removeprefix("deal/")
    exact = [deal for deal in workspace.deals if wanted in (deal.id.casefold(), *map(str.casefold, deal.aliases))]
    # A shell completes the names of files.
    exact = exact or [deal for deal in workspace.deals if deal.path == text]
    unread = [problem for problem in workspace.problems if problem.unread and problem.deal]
    if not exact:
        _refuse_unread([problem for problem in unread if problem.deal.casefold() == wanted])
    prefixed = [deal for deal in workspace.deals if deal.id.casefold().startswith(wanted)] if wanted else []
    titled = [deal for deal in workspace.deals if deal.title.casefold() == wanted]
    near_unread = [problem for problem in unread if wanted and problem.deal.casefold().startswith(wanted)]
    for found in (exact, prefixed, titled):
        # An unread deal whose id begins so may be the one that is meant.
        if len(found) == 1 and (found is exact or not near_unread):
            return found[0]
        if len(found) > 1:
            raise NegativeError(f"'{text}' fits {len(found)} deals: {_names(found)}", hint=_way_out(found))
    _refuse_unread(near_unread)
    near = suggest(wanted, [deal.id for deal in workspace.deals])
    raise NegativeError(f"no deal '{text}'", hint=f"did you mean {near}?" if near else "`pipectl list` shows them")


def find_stage(pipeline: Pipeline, name: str) -> Stage:
    """The stage of *pipeline* with this id.

    Raises:
        NoStageError: there is none.
    """
    stage = pipeline.stage(name)
    if stage is None:
        known = [stage.id for stage in pipeline.stages]
        near = suggest(name, known)
        hint = f"did you mean {near}?" if near else f"known: {', '.join(known)}"
        raise NoStageError(f"no stage '{name}' in {pipeline.id}", hint=hint)
    return stage


def taken_ids(workspace: Workspace, but: str = "") -> frozenset[str]:
    """Every id in use, in lower case: of deals, their former ones, and of files that can't be read.

    *but*: the path of a deal that does not count.
    """
    found = {name.casefold() for deal in workspace.deals if deal.path != but for name in (deal.id, *deal.aliases)}
    others = [problem for problem in workspace.problems if problem.place.path != but]
    found |= {problem.deal.casefold() for problem in others if problem.deal}
    found |= {_stem(problem.place.path) for problem in others if problem.place.path.startswith("deals/")}
    return frozenset(found)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0].casefold()


def _refuse_unread(problems: list[Problem]) -> None:
    """Say why the deal that is meant can't be read, where it is the file of one of *problems*."""
    if problems:
        first = problems[0]
        raise UnreadableError(f"{first.place}: {first.message}", hint=first.hint or None)


def _way_out(deals: list[Deal]) -> str:
    if _share_an_id(deals):
        return "an id stands for one deal: rename a file; until then, type its path"
    return "type more of the id"


def _share_an_id(deals: list[Deal]) -> bool:
    return len({deal.id.casefold() for deal in deals}) < len(deals)


def _names(deals: list[Deal]) -> str:
    names = ", ".join(deal.path if _share_an_id(deals) else deal.id for deal in deals[:_SHOWN])
    return names if len(deals) <= _SHOWN else f"{names}, … and {len(deals) - _SHOWN} more"
