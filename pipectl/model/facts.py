"""All that a run knows, gathered once: filters, checks, metrics, urgency and output look at nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from pipectl.model.clocks import Clocks, Limits, read_clocks
from pipectl.model.frozen import frozen
from pipectl.model.moment import Moment, end_of
from pipectl.model.state import State, states
from pipectl.model.workspace import Settings, Workspace

FindLimits: TypeAlias = Callable[[Sequence[State]], Limits]


@frozen
class Facts:
    """The workspace as it stood at the end of a day.

    Attributes:
        workspace: what was read.
        as_of: the end of the day that the run looks at, which is also its today.
        states: every deal that existed then.
        clocks: path of a deal → what the calendar says of it.
        me: the person who asks, for `@me`; "" where nobody knows.
    """

    workspace: Workspace
    as_of: Moment
    states: tuple[State, ...]
    clocks: Mapping[str, Clocks]
    limits: Limits = Limits()
    me: str = ""

    @property
    def today(self) -> date:
        """The day that the run looks at."""
        return self.as_of.day

    @property
    def settings(self) -> Settings:
        """What `pipectl.yaml` says."""
        return self.workspace.settings


def gather(
    workspace: Workspace,
    day: date,
    find_limits: FindLimits | None = None,
    me: str = "",
    settled: Mapping[str, State] | None = None,
) -> Facts:
    """The facts of *workspace* at the end of *day*; without *find_limits* the files' own limits are all there are.

    *settled*: states of a later day that may stand for those of *day*, as `states` has it.
    """
    known = states(workspace, day, settled)
    limits = find_limits(known) if find_limits else Limits()
    return with_limits(Facts(workspace, end_of(day, workspace.settings.zone), known, {}, Limits(), me), limits)


def with_limits(facts: Facts, limits: Limits) -> Facts:
    """The same facts with the clocks read against other limits."""
    clocks = _Clocks(facts.states, limits, facts.settings.activity_types)
    return Facts(facts.workspace, facts.as_of, facts.states, clocks, limits, facts.me)


class _Clocks(Mapping[str, Clocks]):
    """Path of a deal → its clocks, which are read when somebody looks at them."""

    def __init__(self, states: Sequence[State], limits: Limits, kinds: Mapping[str, bool]) -> None:
        self._states = states
        self._limits = limits
        self._kinds = kinds
        self._by_path: dict[str, State] = {}
        self._read: dict[str, Clocks] = {}

    def __getitem__(self, path: str) -> Clocks:
        found = self._read.get(path)
        if found is None:
            found = self._read[path] = read_clocks(self._paths()[path], self._limits, self._kinds)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths())

    def __len__(self) -> int:
        return len(self._states)

    def _paths(self) -> Mapping[str, State]:
        if not self._by_path:
            self._by_path.update((state.deal.path, state) for state in self._states)
        return self._by_path


def only(facts: Facts, chosen: Iterable[State]) -> Facts:
    """The same facts of fewer deals."""
    return Facts(facts.workspace, facts.as_of, tuple(chosen), facts.clocks, facts.limits, facts.me)
