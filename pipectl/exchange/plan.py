"""Drafts against a workspace: which deals are new, changed, unchanged. Nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipectl.exchange.binding import Binding
from pipectl.exchange.drafts import Draft, Drafts
from pipectl.exchange.ids import choose_ids
from pipectl.exchange.sheet import Refusal, Skipped
from pipectl.model.deal import Deal
from pipectl.model.frozen import field, frozen, replace
from pipectl.model.mapping import OWN_SYSTEM, Kind
from pipectl.model.workspace import Workspace


@frozen
class Planned:
    """A deal of the table, and the rows that tell of it.

    Attributes:
        deal: a new one with its id, without a path; else the workspace's.
        differing: fields in which the workspace's deal differs from the table.
    """

    rows: tuple[int, ...]
    deal: Deal
    differing: tuple[str, ...] = ()


@frozen
class Plan:
    """What an import would do with every row."""

    read: int
    new: tuple[Planned, ...]
    changed: tuple[Planned, ...]
    unchanged: tuple[Planned, ...]
    refused: tuple[Refusal, ...]
    skipped: tuple[Skipped, ...]
    notes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def refused_rows(self) -> int:
        """How many rows are refused; one may be for several reasons."""
        return len({refusal.row for refusal in self.refused})


def plan_import(found: Drafts, binding: Binding, taken: Iterable[str] = ()) -> Plan:
    """What becomes of each deal of the table.

    A deal is known again by its external id. *taken*: ids that are in use beside those of the workspace's deals, such
    as those of files that can't be read.
    """
    workspace, system = binding.workspace, binding.mapping.system
    known: dict[str, list[Deal]] = defaultdict(list)
    for deal in workspace.deals:
        for name in _names(deal, system):
            known[name].append(deal)
    asked = given(binding)
    new, changed, unchanged, refused = [], [], [], []
    for draft in found.drafts:
        there = known.get(draft.external_id, [])
        if len(there) > 1:
            refused += _ambiguous(draft, system, there)
        elif not there:
            new.append(draft)
        elif differing := differences(draft.deal, there[0], asked):
            changed.append(Planned(draft.rows, there[0], differing))
        else:
            unchanged.append(Planned(draft.rows, there[0]))
    all_refused = tuple(sorted((*found.refused, *refused), key=lambda refusal: refusal.row))
    planned = _with_ids(new, workspace, taken, keep=system == OWN_SYSTEM)
    return Plan(found.read, planned, tuple(changed), tuple(unchanged), all_refused, found.skipped, found.notes)


def _names(deal: Deal, system: str) -> tuple[str, ...]:
    """What *system* calls *deal*."""
    if system == OWN_SYSTEM:
        return (deal.id, *deal.aliases)
    return (deal.external_ids[system],) if system in deal.external_ids else ()


def given(binding: Binding) -> tuple[str, ...]:
    """The fields of a deal that the mapping speaks of; the others are nobody's business but the workspace's."""
    mapping = binding.mapping
    columns = set(mapping.columns)
    fields = [name for name in _COMPARED if name in columns]
    if mapping.kind is Kind.EVENTS:
        fields += ["changes", "history"]
    elif mapping.entered or columns & {"closed", "stage_since"}:
        fields.append("history")
    if columns & {"contact", "contact_email", "contact_phone"}:
        fields.append("contacts")
    return ("title", "pipeline", "stage", *fields, *(f"fields.{name}" for name in mapping.fields))


_COMPARED = (
    "amount", "expected_close", "owner", "company", "source", "tags", "created", "probability", "forecast",
    "lost_reason", "competitor", "notes", "external_ids",
)  # fmt: skip


def differences(draft: Deal, deal: Deal, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the fields *names* in which the two differ."""
    return tuple(name for name in names if _value(draft, name) != _value(deal, name) and not _silent(draft, name))


def _silent(draft: Deal, name: str) -> bool:
    """A table in which no tracked field varies says nothing of former values."""
    return name == "changes" and not draft.changes


def _value(deal: Deal, name: str) -> object:
    if name.startswith("fields."):
        return deal.fields.get(name.removeprefix("fields."))
    if name == "contacts":
        return [replace(person, role="") for person in deal.contacts[:1]]
    value: object = getattr(deal, name)
    return value


def _ambiguous(draft: Draft, system: str, deals: Iterable[Deal]) -> list[Refusal]:
    names = " and ".join(deal.id for deal in deals)
    message = f"{names} both have external id {system}: {draft.external_id}"
    return [Refusal(row, "", message, "take it out of one of the two files") for row in draft.rows]


def _with_ids(
    drafts: Sequence[Draft], workspace: Workspace, taken: Iterable[str], *, keep: bool
) -> tuple[Planned, ...]:
    """The deals of *drafts* with ids: new ones, or those that they had where they come from."""
    used = {name.casefold() for deal in workspace.deals for name in (deal.id, *deal.aliases)}
    used |= {name.casefold() for name in taken}
    names = {draft.external_id: draft.external_id if keep else draft.deal.title for draft in drafts}
    ids = choose_ids(names, used)
    return tuple(Planned(draft.rows, replace(draft.deal, id=ids[draft.external_id])) for draft in drafts)
