"""A second reading of workspaces: files to plain values, and what of a deal was known at the end of a day.

Nothing of the program is used here or beside, so that both can be held against each other. It follows FORMAT and the
pages of the metrics by the shortest way, as slow as it comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import yaml

DAY = timedelta(1)
NOTHING = ("", "~", "null", "Null", "NULL")
TRACKED = ("amount", "expected_close", "owner", "probability", "forecast", "lost_reason")


@dataclass(frozen=True)
class When:
    """A day, and the moment of it where an hour is known."""

    day: date
    moment: datetime | None = None


def days_between(start: When, end: When) -> Fraction:
    """Elapsed days where both have an hour, else calendar days."""
    if start.moment and end.moment:
        return Fraction((end.moment - start.moment) / timedelta(microseconds=1)) / 86_400_000_000
    return Fraction((end.day - start.day).days)


@dataclass
class Stage:
    """A stage as its pipeline has it."""

    pipeline: str
    id: str
    place: int
    outcome: str
    names: list[str]
    probability: Fraction | None
    forecast: str
    max_days: int | None
    idle_days: int
    since: date
    retired: date

    def takes_on(self, day: date) -> bool:
        """Whether a deal can enter it on *day*."""
        return self.since <= day < self.retired


@dataclass
class Deal:
    """A deal as it was known at the end of a day, by what its file says.

    `stay`: (stage, when it came there), one for each stage that it went to.
    """

    id: str
    raw: Mapping[str, Any]
    world: "World"
    day: date
    stage: Stage
    stays: list[tuple[Stage, When]]
    closing: Mapping[str, Any]
    fields: dict[str, Any]
    is_cut: bool

    @property
    def is_open(self) -> bool:
        return not self.stage.outcome

    @property
    def dated(self) -> bool:
        return bool(self.stays) and self.stays[-1][0] is self.stage

    @property
    def created(self) -> When | None:
        if self.stays:
            return self.stays[0][1]
        return when(self.raw["created"], self.world.zone) if "created" in self.raw else None

    @property
    def began_closed(self) -> bool:
        return bool(self.stays) and bool(self.stays[0][0].outcome)

    @property
    def closed(self) -> When | None:
        return self.stays[-1][1] if self.dated and not self.is_open else None

    def known(self, name: str, until: When) -> Any:
        """What the tracked field *name* was known to be at *until*: the file's where nothing came later."""
        records = [(at, values[name]) for at, values in self.world.changes(self.raw) if name in values]
        seen = [value for at, value in records if not _later(at, until)]
        if len(seen) == len(records):
            return self.world.field(self.raw, name)
        return seen[-1] if seen else None

    @property
    def owner(self) -> str:
        return (self.known("owner", self.closed) if self.closed else self.fields["owner"]) or ""

    @property
    def lost_reason(self) -> str:
        if self.stage.outcome != "lost":
            return ""
        said = "" if self.is_cut else self.raw.get("lost_reason", "")
        return said or self.closing.get("lost_reason", "") if self.dated or self.is_cut else said

    @property
    def counts_in_rate(self) -> bool:
        return self.lost_reason not in self.world.excluded

    @property
    def amount(self) -> tuple[Fraction, str] | None:
        """What it is asked or was won for, with its currency."""
        said = self.closing.get("amount") if self.closed else None
        if said is not None:
            return Fraction(said), self.closing.get("currency") or self.raw.get("currency") or self.world.currency
        found: tuple[Fraction, str] | None = self.fields["amount"]
        return found

    @property
    def worth(self) -> Fraction | None:
        """The same in the workspace's currency, at the rate of the close, or of the day for what is not closed."""
        if self.amount is None:
            return None
        rate = self.world.rate(self.amount[1], self.closed.day if self.closed else self.day)
        return None if rate is None else self.amount[0] * rate

    @property
    def expected(self) -> date | None:
        found: date | None = self.fields["expected_close"]
        return found

    @property
    def probability(self) -> Fraction | None:
        own: Fraction | None = self.fields["probability"]
        return self.stage.probability if own is None else own

    @property
    def category(self) -> str:
        return self.fields["forecast"] or self.stage.forecast

    @property
    def now(self) -> When:
        """The end of the day that it is looked at."""
        return end_of(self.day, self.world.zone)

    @property
    def contacts(self) -> list[When]:
        """Contacts so far."""
        found = []
        for activity in self.raw.get("activities") or []:
            at = when(activity["at"], self.world.zone)
            if at.day <= self.day and activity["type"] in self.world.contact_types:
                found.append(at)
        return found

    def closed_in(self, first: date, until: date) -> bool:
        return self.closed is not None and first <= self.closed.day < until


def end_of(day: date, zone: ZoneInfo) -> When:
    """The end of *day*, which is a moment."""
    return When(day, datetime(day.year, day.month, day.day, tzinfo=zone) + DAY)


def _later(one: When, other: When) -> bool:
    if one.day == other.day and one.moment and other.moment:
        return one.moment > other.moment
    return one.day > other.day


def when(text: str, zone: ZoneInfo) -> When:
    """A date, or a date with an hour in the workspace's zone unless it says which."""
    if len(text) <= 10:
        return When(date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    return When(moment.date(), moment)


def _days(text: str) -> int:
    return int(text[:-1]) * 7 if text.endswith("w") else int(text.removesuffix("d"))


def _percent(text: str) -> Fraction:
    return Fraction(text.removesuffix("%")) / 100


def _present(values: Any) -> Any:
    """*values* without the keys that say nothing, at any depth; among changes they say that a field was emptied."""
    if isinstance(values, list):
        return [_present(value) for value in values]
    if isinstance(values, dict):
        said = {key: value for key, value in values.items() if value not in NOTHING}
        return {key: value if key == "changes" else _present(value) for key, value in said.items()}
    return values


class World:
    """The files of a workspace."""

    def __init__(self, files: Mapping[str, str]) -> None:
        texts = {path: yaml.load(text, yaml.CBaseLoader) for path, text in files.items()}  # noqa: S506 - texts only
        self.settings = _present(texts["pipectl.yaml"])
        self.zone = ZoneInfo(self.settings["timezone"])
        self.currency = self.settings["currency"]
        self.year_start = int(self.settings.get("fiscal_year_start", 1))
        self.excluded = {
            reason["id"]
            for reason in self.settings.get("lost_reasons", [])
            if isinstance(reason, dict) and reason.get("exclude_from_win_rate") in ("true", "yes")
        }
        self.contact_types = {name for name, kind in self.settings["activity_types"].items() if kind == "contact"}
        self.stages = {
            path.removeprefix("pipelines/").removesuffix(".yaml"): _stages(path, _present(text))
            for path, text in texts.items()
            if path.startswith("pipelines/")
        }
        deals = {path: text for path, text in texts.items() if path.startswith("deals/")}
        self.raw = {path.rsplit("/", 1)[-1].removesuffix(".yaml"): text for path, text in deals.items()}
        self.targets = self.settings.get("targets", [])

    def stage(self, pipeline: str, name: str) -> Stage:
        return next(stage for stage in self.stages[pipeline] if name in stage.names)

    def open_stages(self, pipeline: str) -> list[Stage]:
        return [stage for stage in self.stages[pipeline] if not stage.outcome]

    def rate(self, currency: str, day: date) -> Fraction | None:
        if currency == self.currency:
            return Fraction(1)
        lines = [
            (date.fromisoformat(line["from"]), line) for line in self.settings.get("rates", []) if currency in line
        ]
        past = [Fraction(line[currency]) for since, line in sorted(lines, key=lambda pair: pair[0]) if since <= day]
        return past[-1] if past else None

    def changes(self, raw: Mapping[str, Any]) -> list[tuple[When, dict[str, Any]]]:
        """The records of *raw* in time order; an emptied field is None."""
        found = [
            (when(change["at"], self.zone), {name: self.field(change, name) for name in TRACKED if name in change})
            for change in raw.get("changes") or []
        ]
        return sorted(found, key=lambda pair: pair[0].day)

    def field(self, values: Mapping[str, Any], name: str) -> Any:
        text = values.get(name, "")
        if text in NOTHING:
            return None
        if name == "amount":
            return Fraction(text.replace("_", "")), values.get("currency") or self.currency
        if name == "expected_close":
            return date.fromisoformat(text)
        return _percent(text) if name == "probability" else text

    def deals(self, day: date) -> list[Deal]:
        """Every deal that there was at the end of *day*, as it was known then."""
        found = [self._deal(id_, raw, day) for id_, raw in sorted(self.raw.items())]
        return [deal for deal in found if deal is not None]

    def _deal(self, id_: str, raw: Mapping[str, Any], day: date) -> Deal | None:
        pipeline = raw.get("pipeline") or self.settings.get("default_pipeline") or next(iter(self.stages))
        stage, here = self.stage(pipeline, raw["stage"]), pipeline
        stays: list[tuple[Stage, When]] = []
        closing: Mapping[str, Any] = {}
        entries = [(when(entry["at"], self.zone), entry) for entry in raw.get("history") or []]
        entries.sort(key=lambda pair: pair[0].day)
        if entries and "pipeline" not in entries[0][1]:
            later = [entry["pipeline"] for _, entry in entries if "pipeline" in entry]
            assert not later or later[0] == pipeline, "nobody can tell where it began"
        known = [(at, entry) for at, entry in entries if at.day <= day]
        if entries and not known:
            return None
        if not entries and "created" in raw and date.fromisoformat(raw["created"]) > day:
            return None
        for at, entry in known:
            here = entry.get("pipeline") or here
            there = self.stage(here, entry["stage"])
            if not stays or stays[-1][0] is not there:
                stays.append((there, at))
                closing = {}
            # A close may have been written more than once: what is said last of it holds.
            closing = {**closing, **_present(entry)}
        is_cut = len(known) < len(entries)
        if is_cut:
            stage = stays[-1][0]
        deal = Deal(id_, _present(raw), self, day, stage, stays, closing, {}, is_cut)
        deal.fields = {name: deal.known(name, When(day)) for name in TRACKED}
        return deal


def _stages(path: str, text: Mapping[str, Any]) -> list[Stage]:
    pipeline = path.removeprefix("pipelines/").removesuffix(".yaml")
    return [
        Stage(
            pipeline,
            stage["id"],
            place,
            stage.get("outcome", ""),
            [stage["id"], *stage.get("aliases", [])],
            _percent(stage["probability"]) if "probability" in stage else None,
            stage.get("forecast", ""),
            _days(stage["max_days"]) if stage.get("max_days", "auto") != "auto" else None,
            _days(stage.get("idle_days", "14")),
            date.fromisoformat(stage.get("since", "0001-01-01")),
            date.fromisoformat(stage.get("retired", "9999-12-31")),
        )
        for place, stage in enumerate(text["stages"])
    ]
