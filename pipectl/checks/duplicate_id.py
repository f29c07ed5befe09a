"""An id, or a former id, names one deal.

The id is the file's name, whatever the folder, and case makes no difference: `acme` and `Acme` are one name on many
systems. A former id under `aliases:` still finds its deal, so no other may have it.

Pass:

    # deals/acme.yaml
    title: Acme rollout
    stage: lead
    # deals/2025/acme-2025.yaml
    title: Acme pilot
    stage: lead
    aliases: [acme-pilot]

Fail:

    # deals/2026/acme.yaml
    title: Acme rollout
    stage: lead
    # deals/2025/acme.yaml
    title: Acme pilot
    stage: lead

    deals/2025/acme.yaml:1:1: id 'acme' is also that of deals/2026/acme.yaml
    deals/2026/acme.yaml:1:1: id 'acme' is also that of deals/2025/acme.yaml

Fail:

    # deals/acme.yaml
    title: Acme rollout
    stage: lead
    # deals/acme-pilot.yaml
    title: Acme pilot
    stage: lead
    aliases: [acme]

    deals/acme-pilot.yaml:3:10: alias 'acme' is also the id of deals/acme.yaml
    deals/acme.yaml:1:1: id 'acme' is also an alias of deals/acme-pilot.yaml

Mend: rename one of the files, or take the alias away.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.problem import Group, Place, Problem, Severity
from pipectl.model.workspace import Workspace


class _Claim(NamedTuple):
    """A file that claims a name, as its id or as an alias."""

    place: Place
    is_alias: bool
    name: str
    deal: str


def find(facts: Facts) -> Iterator[Problem]:
    """Names that two files claim, each time with the other file."""
    counts = Counter(map(str.casefold, _names(facts.workspace)))
    claims: dict[str, list[_Claim]] = {name: [] for name, count in counts.items() if count > 1}
    for claim in _claims(facts.workspace) if claims else ():
        if (name := claim.name.casefold()) in claims:
            claims[name].append(claim)
    for rivals in claims.values():
        yield from _rivalry(sorted(rivals, key=lambda claim: (claim.is_alias, claim.place)))


def _names(workspace: Workspace) -> Iterator[str]:
    """Every name that a file claims."""
    for _, stem in _unread(workspace):
        yield stem
    for deal in workspace.deals:
        yield deal.id
        yield from deal.aliases


def _unread(workspace: Workspace) -> list[tuple[str, str]]:
    """Path and id of each file that could not be read."""
    named = [(path, path.rpartition("/")[2].rpartition(".")) for path in workspace.unread]
    return [(path, stem) for path, (stem, _, suffix) in named if suffix == "yaml"]


def _rivalry(rivals: list[_Claim]) -> Iterator[Problem]:
    """A problem for every claim that a claim of another file disputes; *rivals* are in the order of their rank."""
    files = {claim.place.path for claim in rivals}
    for claim in rivals:
        first = next((other for other in rivals if other.place.path != claim.place.path), None)
        if first is not None:
            message = _message(claim, first, more=len(files) - 2)
            yield Problem("duplicate-id", message, claim.place, _hint(claim), deal=claim.deal)


def _claims(workspace: Workspace) -> Iterator[_Claim]:
    for path, stem in _unread(workspace):
        yield _Claim(Place(path, 1, 1), is_alias=False, name=stem, deal=stem)
    for deal in workspace.deals:
        yield _Claim(Place(deal.path, 1, 1), is_alias=False, name=deal.id, deal=deal.id)
        for alias in deal.aliases:
            yield _Claim(deal.place("aliases"), is_alias=True, name=alias, deal=deal.id)


def _message(claim: _Claim, other: _Claim, more: int) -> str:
    what = "an alias of" if other.is_alias else "the id of" if claim.is_alias else "that of"
    name = f"{'alias' if claim.is_alias else 'id'} '{claim.name}'"
    return f"{name} is also {what} {other.place.path}{f' and {more} more' if more else ''}"


def _hint(claim: _Claim) -> str:
    return "take the alias away" if claim.is_alias else "rename one of the two"


CHECK = Check("duplicate-id", Group.FILES, Severity.ERROR, "an id or a former id names one deal", find)
