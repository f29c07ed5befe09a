"""The workspace: what `pipectl.yaml` says, the pipelines, the deals, and what could not be read."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from decimal import Decimal

from pipectl.model.deal import Deal
from pipectl.model.frozen import field, frozen
from pipectl.model.money import MoneyStyle, Rates
from pipectl.model.period import FiscalCalendar, Period
from pipectl.model.pipeline import FieldType, LostReason, Pipeline
from pipectl.model.problem import Problem, Severity

DEFAULT_ACTIVITY_TYPES: Mapping[str, bool] = {
    "call": True,
    "contact": True,
    "demo": True,
    "email": True,
    "meeting": True,
    "note": False,
    "visit": True,
    "whatsapp": True,
}

# Coefficients of `next`, each times a factor of 0..1. A workspace's `urgency:` replaces them one by one.
DEFAULT_URGENCY: Mapping[str, Decimal] = {
    "overdue_task": Decimal(12),
    "due_task": Decimal(9),
    "stalled": Decimal(8),
    "idle": Decimal(6),
    "overdue_close": Decimal(5),
    "close_near": Decimal(5),
    "value": Decimal(4),
    "no_next_step": Decimal(3),
    "target_gap": Decimal(2),
}


@frozen
class Person:
    """A member of the team."""

    id: str
    name: str = ""
    email: str = ""
    manager: str = ""
    group: str = ""
    active: bool = True


@frozen
class Target:
    """A quota: an amount in the workspace's currency, counts, or both.

    Attributes:
        owner: a person's id; "" with *group* "" for the whole team.
        pipeline: "" for all of them.
        deals: won deals wanted. created: deals to be created. contacts: contact activities.
    """

    period: Period
    owner: str = ""
    group: str = ""
    pipeline: str = ""
    amount: Decimal | None = None
    deals: int | None = None
    created: int | None = None
    contacts: int | None = None


@frozen
class CustomMetric:
    """A metric of the business's own: a measure over the deals that a filter keeps."""

    id: str
    measure: str
    of: str = ""
    where: str = ""


@frozen
class Settings:
    """`pipectl.yaml`, typed.

    Attributes:
        activity_types: type → whether it is a contact with the customer.
        places: key path → (line, column) in the file.
    """

    currency: str
    name: str = ""
    timezone: str = "UTC"
    zone: tzinfo = UTC
    calendar: FiscalCalendar = FiscalCalendar()
    default_pipeline: str = ""
    display: MoneyStyle = MoneyStyle()
    rates: Rates = Rates("")
    team: Mapping[str, Person] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    lost_reasons: tuple[LostReason, ...] = ()
    activity_types: Mapping[str, bool] = field(default_factory=lambda: DEFAULT_ACTIVITY_TYPES)
    fields: tuple[FieldType, ...] = ()
    metrics: tuple[CustomMetric, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)
    urgency: Mapping[str, Decimal] = field(default_factory=dict)
    checks: Mapping[str, Severity] = field(default_factory=dict)
    path: str = "pipectl.yaml"
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)


@frozen
class Workspace:
    """Everything that was read.

    Attributes:
        problems: all that reading found, files that could not be read among them.
    """

    settings: Settings
    pipelines: Mapping[str, Pipeline]
    deals: tuple[Deal, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """Paths of the deal files that stand in no total because they could not be read."""
        return tuple(sorted({p.place.path for p in self.problems if p.unread and p.place.path.startswith("deals/")}))

    @property
    def unread_pipelines(self) -> Mapping[str, Problem]:
        """The pipelines that have a file which can't be used, each with the first reason why."""
        found: dict[str, Problem] = {}
        for problem in self.problems:
            name = problem.place.path.removeprefix("pipelines/").removesuffix(".yaml")
            if problem.unread and problem.place.path == f"pipelines/{name}.yaml" and name not in self.pipelines:
                found.setdefault(name, problem)
        return found

    def lost_reasons(self, pipeline_id: str) -> tuple[LostReason, ...]:
        """The reasons that a deal of the pipeline may be lost for; empty where any may be written."""
        pipeline = self.pipelines.get(pipeline_id)
        return (pipeline.lost_reasons if pipeline else ()) or self.settings.lost_reasons

    def fields(self, pipeline_id: str) -> Mapping[str, FieldType]:
        """The business's own fields of a deal in the pipeline, by id."""
        pipeline = self.pipelines.get(pipeline_id)
        return {found.id: found for found in (*self.settings.fields, *(pipeline.fields if pipeline else ()))}

    def not_counted(self, pipeline_id: str) -> frozenset[str]:
        """The reasons for a loss that say nothing about selling."""
        return frozenset(reason.id for reason in self.lost_reasons(pipeline_id) if reason.exclude_from_win_rate)
