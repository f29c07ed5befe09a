"""Small random workspaces with all that makes numbers hard, out of a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import yaml

FIRST, LAST = date(2025, 7, 1), date(2026, 12, 20)
OWNERS = ("ani", "budi", "citra", "dodi", "")
ACTIVITIES = ("call", "email", "note")
REASONS = ("price", "timing", "duplicate")
# Weighed so that most deals are in the workspace's currency; nobody ever gave a rate for the last.
CURRENCIES = ("IDR",) * 6 + ("USD",) * 2 + ("SGD", "EUR")

SALES = ("lead", "qualified", "trial", "proposal", "negotiation")
RENEWALS = ("upcoming", "quoted")


@dataclass(frozen=True, slots=True)
class Sample:
    """A workspace and the days that it is looked at: as of *today*, and as of *past*."""

    files: dict[str, str]
    today: date
    past: date


def sample(seed: int) -> Sample:
    """The workspace of *seed*."""
    random = Random(seed)  # noqa: S311 - deals, not secrets
    today = _day(random, date(2026, 2, 1), LAST)
    deals = {
        f"deals/{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number}.yaml": _deal(random, today)
        for number in range(random.choice([6, 14, 14, 30]))
    }
    files: dict[str, Any] = {
        "pipectl.yaml": _settings(random),
        "pipelines/sales.yaml": _sales(random),
        "pipelines/renewals.yaml": _renewals(random),
        **deals,
    }
    texts = {path: yaml.safe_dump(values, sort_keys=False) for path, values in files.items()}
    return Sample(texts, today, today - timedelta(random.randrange(1, 200)))


def _day(random: Random, first: date, last: date) -> date:
    return first + timedelta(random.randrange((last - first).days + 1))


def _some(random: Random, share: float, **values: Any) -> dict[str, Any]:
    """Each of *values* with a chance of *share*."""
    return {name: value for name, value in values.items() if random.random() < share}


def _settings(random: Random) -> dict[str, Any]:
    return {
        "version": 1,
        "currency": "IDR",
        "timezone": "Asia/Jakarta",
        "fiscal_year_start": random.choice([1, 1, 4, 7, 10, 11]),
        "default_pipeline": "sales",
        "rates": [
            {"from": date(2025, 7, 1), "USD": "16000.5"},
            {"from": date(2026, 3, 1), "USD": 16250, "SGD": 12100},
            {"from": date(2026, 8, 15), "USD": "16399.25"},
        ],
        "team": {
            "ani": {"name": "Ani", "group": "jakarta", "manager": "citra"},
            "budi": {"name": "Budi", "group": "surabaya", "manager": "citra"},
            "citra": {"name": "Citra", "group": "jakarta"},
            "dodi": {"name": "Dodi", "active": False},
        },
        "targets": _targets(random),
        "lost_reasons": ["price", "timing", {"id": "duplicate", "exclude_from_win_rate": True}],
        "activity_types": {"call": "contact", "email": "contact", "note": "internal"},
    }


def _targets(random: Random) -> list[dict[str, Any]]:
    """Quarters, years or months, of one kind of targets or of several beside each other."""
    quarters = [f"{year}-Q{number}" for year in (2026, 2027) for number in (1, 2, 3, 4)]
    months = [f"{year}-{number:02}" for year in (2025, 2026, 2027) for number in range(1, 13)]
    periods = random.choice([quarters, quarters, ["2026", "2027"], months, months[::2], ["2026-H1", "2026-H2"]])
    owners, kind = random.sample(["ani", "budi", "citra"], 2), random.randrange(8)
    found: list[dict[str, Any]] = []
    for period in periods:
        amount = random.choice([1_000_000, "2500000.5", 40_000_000])
        if kind in (0, 1, 2):
            found.append({"period": period, "amount": amount})
        if kind in (1, 3):
            amounts = {owner: random.randrange(1, 9) * 400_000 for owner in owners}
            found += [{"period": period, "owner": owner, "amount": amounts[owner]} for owner in owners]
        if kind == 2:
            found.append({"period": period, "pipeline": "renewals", "deals": random.randrange(1, 4)})
        if kind == 4:
            found.append({"period": period, "deals": random.randrange(1, 9)})
        if kind == 5:
            found.append({"period": period, random.choice(["created", "contacts"]): random.randrange(1, 12)})
        if kind == 6:
            found.append({"period": period, "pipeline": "sales", "amount": amount})
    return found


def _stage(random: Random, name: str, probability: int | None, forecast: str) -> dict[str, Any]:
    limits = _some(random, 0.5, max_days=random.choice([7, 20, "3w", "auto"]), idle_days=random.choice([5, 10, 30]))
    sure = {} if probability is None else {"probability": probability}
    return {"id": name, **sure, **({"forecast": forecast} if forecast else {}), **limits}


def _sales(random: Random) -> dict[str, Any]:
    retired = _some(random, 0.6, retired=date(2026, 6, 1))
    trial = {"id": "trial", "probability": 30, "since": date(2025, 11, 1), **retired}
    return {
        "stages": [
            _stage(random, "lead", 5, "omitted"),
            {**_stage(random, "qualified", 20, "pipeline"), "aliases": ["contacted"]},
            trial,
            _stage(random, "proposal", 50, "best_case"),
            _stage(random, "negotiation", random.choice([None, 80]), "commit"),
            {"id": "won", "outcome": "won"},
            {"id": "lost", "outcome": "lost"},
            {"id": "gone", "outcome": "lost"},
        ]
    }


def _renewals(random: Random) -> dict[str, Any]:
    return {
        "stages": [
            _stage(random, "upcoming", 60, ""),
            _stage(random, "quoted", 85, "best_case"),
            {"id": "renewed", "outcome": "won"},
            {"id": "churned", "outcome": "lost"},
        ]
    }


ORDER = {"sales": (*SALES, "won", "lost"), "renewals": (*RENEWALS, "renewed", "churned")}
OPEN = {"sales": len(SALES), "renewals": len(RENEWALS)}


def _deal(random: Random, today: date) -> dict[str, Any]:
    history = _history(random, today)
    last = history[-1] if history else {"stage": "lead"}
    pipeline = next((entry["pipeline"] for entry in reversed(history) if "pipeline" in entry), "sales")
    stage = last["stage"]
    # Moved by hand since, which nobody dated.
    if not history or random.random() < 0.1:
        pipeline = random.choice(["sales", "renewals"])
        stage = random.choice(ORDER[pipeline])
    stage = "qualified" if stage == "contacted" else stage
    began = _on(history[0]["at"]) if history else _day(random, FIRST, today)
    now, changes = _fields(random, began, today)
    deal = {"title": "Deal", "pipeline": pipeline, "stage": stage, **now}
    if not history:
        deal |= _some(random, 0.7, created=began)
    if stage in ("lost", "gone", "churned"):
        deal |= _some(random, 0.8, lost_reason=last.get("lost_reason") or random.choice(REASONS))
    deal |= _some(random, 0.6, source=random.choice(["web", "fair"]))
    deal |= _some(random, 0.2, snooze_until=today + timedelta(random.randrange(-20, 20)))
    return {
        **deal,
        "tasks": _tasks(random, today),
        "activities": _activities(random, began, today),
        "changes": changes,
        "history": history,
    }


def _on(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _history(random: Random, today: date) -> list[dict[str, Any]]:
    """Moves forward mostly: now and then a skip, a move back, a close, a reopening, a change of pipeline."""
    if random.random() < 0.06:
        return []
    pipeline = random.choice(["sales", "sales", "renewals"])
    day = _day(random, FIRST, today)
    place = random.choice([0, 0, 0, 1, OPEN[pipeline]]) if random.random() < 0.5 else 0
    entries, pace = [_entry(random, day, pipeline, place, first=True)], random.choice([2, 12, 40])
    for _ in range(random.randrange(9)):
        day += timedelta(random.choice([0, 1]) if random.random() < 0.1 else random.randrange(1, pace + 1))
        if day > today + timedelta(20):
            break
        turn, before = random.random(), pipeline
        if turn < 0.05:
            pipeline = "renewals" if pipeline == "sales" else "sales"
            place = random.randrange(OPEN[pipeline] + 2)
        elif place >= OPEN[pipeline]:
            # Closed: most stay so.
            if turn < 0.6:
                break
            place = random.randrange(OPEN[pipeline] + 2)
        else:
            place = _next(random, turn, pipeline, place)
        if day > today and random.random() < 0.9:
            break
        entries.append(_entry(random, day, pipeline, place, first=before != pipeline))
    return _sorted(entries)


def _next(random: Random, turn: float, pipeline: str, place: int) -> int:
    if turn < 0.15:
        return max(0, place - random.randrange(3))
    if turn < 0.3:
        return OPEN[pipeline] + 1
    if turn < 0.4:
        return OPEN[pipeline]
    if turn < 0.5:
        return min(OPEN[pipeline], place + 2)
    step = place + 1
    # Most pass by a stage that is there for a while only.
    return step + 1 if pipeline == "sales" and step == 2 and random.random() < 0.8 else step


def _entry(random: Random, day: date, pipeline: str, place: int, *, first: bool) -> dict[str, Any]:
    stage = ORDER[pipeline][place]
    entry: dict[str, Any] = {"at": day}
    if first:
        entry["pipeline"] = pipeline
    if stage == "qualified" and random.random() < 0.2:
        stage = "contacted"
    if stage == "lost" and random.random() < 0.3:
        stage = "gone"
    entry["stage"] = stage
    if place == OPEN[pipeline]:
        entry |= _some(random, 0.2, amount=random.randrange(1, 50) * 100)
    if place > OPEN[pipeline]:
        entry |= _some(random, 0.8, lost_reason=random.choice(REASONS))
    return entry


def _sorted(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An hour for some that are alone on their day, so that nobody can doubt which comes first."""
    hours = Random(len(entries))  # noqa: S311
    days = [entry["at"] for entry in entries]
    for entry in entries:
        if days.count(entry["at"]) == 1 and hours.random() < 0.2:
            entry["at"] = datetime.combine(entry["at"], time(hours.randrange(8, 20), 30))
    return entries


def _fields(random: Random, began: date, today: date) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The tracked fields as they are now, and the record of how they came to be so."""
    currency = random.choice(CURRENCIES)
    amounts = [random.randrange(1, 99) * 25_000, "1234.56", 0] if currency == "IDR" else [90, "12.5"]
    draw: dict[str, Callable[[], Any]] = {
        "amount": lambda: random.choice(amounts),
        "expected_close": lambda: today + timedelta(random.randrange(-150, 200)),
        "owner": lambda: random.choice(OWNERS[:-1]),
        "probability": lambda: random.choice([0, 10, 35, "62.5", 100]),
        "forecast": lambda: random.choice(["omitted", "pipeline", "best_case", "commit"]),
    }
    shares = {"amount": 0.9, "expected_close": 0.8, "owner": 0.9, "probability": 0.2, "forecast": 0.2}
    now: dict[str, Any] = {name: draw[name]() for name, share in shares.items() if random.random() < share}
    if "amount" in now or random.random() < 0.5:
        now["currency"] = currency
    changes: list[dict[str, Any]] = []
    recorded = [name for name in now if name in draw and random.random() < 0.4]
    # Rarely the first record is later than the deal, and what was before it is unknown.
    day = began + timedelta(random.choice([0, 0, 0, 15]))
    for number in range(random.randrange(1, 5)):
        names = [name for name in recorded if number == 0 or random.random() < 0.5]
        values = {name: None if name != "owner" and random.random() < 0.05 else draw[name]() for name in names}
        if values.get("amount") is not None:
            values["currency"] = currency
        if values and day <= today + timedelta(10):
            changes.append({"at": day, **values})
        day += timedelta(random.randrange(1, 60))
    for change in changes:
        # The file says what the last record does, but for some that were changed by hand.
        if random.random() < 0.95:
            now |= {name: value for name, value in change.items() if name != "at"}
    return now, changes


def _tasks(random: Random, today: date) -> list[dict[str, Any]]:
    tasks = []
    for _ in range(random.choice([0, 0, 1, 2])):
        due = today + timedelta(random.randrange(-60, 30))
        done = min(today, due + timedelta(random.randrange(-5, 20)))
        tasks.append(
            {
                "title": "Call",
                **_some(random, 0.9, due=due),
                **_some(random, 0.4, done=done),
                **_some(random, 0.2, snoozed_until=due + timedelta(random.randrange(1, 20))),
            }
        )
    return tasks


def _activities(random: Random, began: date, today: date) -> list[dict[str, Any]]:
    days = sorted(_day(random, min(began - timedelta(5), today), today) for _ in range(random.choice([0, 1, 2, 4])))
    return _sorted([{"at": day, "type": random.choice(ACTIVITIES)} for day in days])
