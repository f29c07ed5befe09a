"""Whose deals a target speaks of, where it stands beside figures of more deals than these."""

from collections.abc import Iterable

from pipectl.metrics.metric import Scope
from pipectl.metrics.targets import aimed_at
from pipectl.model.workspace import Target


def aim_notes(scope: Scope) -> tuple[str, ...]:
    """`target: of pipeline renewals alone`, where *scope* holds other deals too; nothing where it doesn't."""
    said = spoken_of(scope)
    return (f"target: {said}",) if said else ()


def spoken_of(scope: Scope) -> str:
    """`of pipeline renewals alone`, `of owners ani, budi alone`; "" where the targets speak of every deal."""
    states = scope.facts.states
    if not scope.targets or len(aimed_at(states, scope)) == len(states):
        return ""
    return f"of {' and '.join(_named(scope.targets))} alone"


def _named(targets: Iterable[Target]) -> Iterable[str]:
    found: dict[str, dict[str, None]] = {}
    for target in targets:
        kind = "owner" if target.owner else "group" if target.group else "pipeline"
        who = target.owner or target.group
        name = f"{who} in {target.pipeline}" if who and target.pipeline else who or target.pipeline
        found.setdefault(kind, {})[name] = None
    for kind, names in found.items():
        yield f"{kind}{'s' if len(names) > 1 else ''} {', '.join(names)}"
