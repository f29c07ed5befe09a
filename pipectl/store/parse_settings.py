"""`pipectl.yaml` becomes Settings."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from pipectl.model.money import CURRENCY_CODE, MoneyStyle, Rates
from pipectl.model.pattern import pattern
from pipectl.model.period import FiscalCalendar, Period
from pipectl.model.problem import Severity
from pipectl.model.suggest import suggest
from pipectl.model.workspace import DEFAULT_ACTIVITY_TYPES, DEFAULT_URGENCY, CustomMetric, Person, Settings, Target
from pipectl.store import typed
from pipectl.store.fields import Fields, Problems, convert_scalar, is_absent
from pipectl.store.nodes import Mapping, Scalar, Tree
from pipectl.store.parse_pipeline import parse_field_types, parse_lost_reasons
from pipectl.store.typed import Wrong

VERSION = 1
_TARGET_PERIOD = pattern(r"([12][0-9]{3})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?\Z")


def parse_settings(tree: Tree, problems: Problems, known_checks: frozenset[str]) -> Settings | None:
    """The settings that *tree* describes; None, with problems, where the workspace can't be used."""
    root = tree.root
    if root is None and not tree.problems:
        root = Mapping((), 1, 1)
    if not isinstance(root, Mapping):
        if not any(problem.unread for problem in tree.problems):
            hint = "write version: 1 and currency: …"
            problems.add("unreadable-file", "the file holds no settings", (1, 1), hint=hint)
        return None
    fields = Fields(root, problems, "pipectl.yaml")
    fields.required("version", "write version: 1")
    version = fields.value("version", _version)
    fields.required("currency", "the currency that reports are in, such as IDR")
    currency = fields.value("currency", currency_code) or ""
    calendar = FiscalCalendar(fields.value("fiscal_year_start", _month) or 1)
    zone = fields.value("timezone", _zone)
    places: dict[str, tuple[int, int]] = {}
    team = _team(fields, places)
    settings = Settings(
        currency=currency,
        name=fields.text("name"),
        timezone=fields.text("timezone") or "UTC",
        zone=zone or ZoneInfo("UTC"),
        calendar=calendar,
        default_pipeline=fields.text("default_pipeline"),
        display=_display(fields),
        rates=Rates(currency, _rates(fields)),
        team=team,
        targets=_targets(fields, calendar, places),
        lost_reasons=parse_lost_reasons(fields),
        activity_types=_activity_types(fields),
        fields=parse_field_types(fields),
        metrics=_metrics(fields, places),
        views=_texts(fields, "views"),
        urgency=_urgency(fields),
        checks=_checks(fields, known_checks),
        places=places | {key.text: (key.line, key.column) for key, _ in root.entries},
    )
    fields.done()
    # A wrong line further down is named, and the rest still counts; without these two nothing does.
    return settings if settings.currency and version else None


def currency_code(text: str) -> str:
    """Three capital letters, as ISO 4217 has them."""
    if CURRENCY_CODE.match(text):
        return text
    code = text.upper()
    raise Wrong("a currency code", f"write {code}" if CURRENCY_CODE.match(code) else "three letters such as IDR or USD")


def _version(text: str) -> int:
    if text != str(VERSION):
        raise Wrong(f"a version that this pipectl reads ({VERSION})", "a newer pipectl may read it")
    return VERSION


def _month(text: str) -> int:
    month = typed.integer(text)
    if not 1 <= month <= 12:
        raise Wrong("a month from 1 to 12")
    return month


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        raise Wrong("a time zone", zone_hint(text)) from None


def zone_hint(text: str) -> str:
    """The time zone that *text* may be meant to name: `Jakarta`, `Asia/Djakarta`; else how zones are named."""
    zones = sorted(available_timezones())
    city = text.strip().replace(" ", "_").casefold()
    near = next((zone for zone in zones if zone.casefold().endswith(f"/{city}")), None) or suggest(text, zones)
    return f"did you mean {near}?" if near else "write a name such as Asia/Jakarta or Europe/Amsterdam"


def _display(fields: Fields) -> MoneyStyle:
    inner = fields.inner("display")
    if inner is None:
        return MoneyStyle()
    # A blank may be the grouping mark, and the symbol's blank is meant: neither is trimmed.
    style = MoneyStyle(
        group=_untrimmed(inner, "group", ","),
        decimal=inner.text("decimal") or ".",
        decimals=inner.value("decimals", typed.integer) or 0,
        symbol=_untrimmed(inner, "symbol", ""),
    )
    if not 0 <= style.decimals <= 6:
        fields.problems.add("wrong-type", f"decimals '{style.decimals}' is not from 0 to 6", inner.at("decimals"))
    if style.group == style.decimal:
        fields.problems.add("wrong-type", f"group and decimal are both '{style.group}'", inner.at("group"))
    inner.done()
    return style


def _untrimmed(fields: Fields, key: str, default: str) -> str:
    node = fields.node(key)
    if isinstance(node, Scalar):
        return node.text
    if node is not None:
        convert_scalar(node, key, str, fields.problems)
    return "" if key in fields.nodes else default


def _rates(fields: Fields) -> tuple[tuple[date, dict[str, Decimal]], ...]:
    rows = []
    for inner in fields.mappings("rates"):
        inner.required("from", "the first day of these rates")
        first = inner.value("from", typed.day)
        rates = {}
        for key, node in inner.mapping.entries:
            if key.text == "from":
                continue
            inner.asked.append(key.text)
            if not CURRENCY_CODE.match(key.text):
                fields.problems.add(
                    "wrong-type", f"'{key.text}' is no currency code", key, hint="three capital letters"
                )
                continue
            rate = convert_scalar(node, key.text, _rate, fields.problems)
            if rate is not None:
                rates[key.text] = rate
        if first is not None:
            rows.append((first, rates))
    return tuple(rows)


def _rate(text: str) -> Decimal:
    rate = typed.number(text)
    if rate <= 0:
        raise Wrong("a rate above 0")
    return rate


def _team(fields: Fields, places: dict[str, tuple[int, int]]) -> dict[str, Person]:
    outer = fields.inner("team")
    team: dict[str, Person] = {}
    for key, node in outer.named() if outer else ():
        places[f"team.{key.text}"] = (key.line, key.column)
        person_id = convert_scalar(key, "team", typed.ident, fields.problems)
        if person_id is None:
            continue
        if is_absent(node):
            team[person_id] = Person(person_id)
            continue
        if not isinstance(node, Mapping):
            hint = f"write {key.text}: {{name: …}}"
            fields.problems.add("wrong-type", f"team member {key.text} is not described", node, hint=hint)
            continue
        inner = Fields(node, fields.problems, f"team member {key.text}")
        active = inner.value("active", typed.flag)
        team[person_id] = Person(
            id=person_id,
            name=inner.text("name"),
            email=inner.text("email"),
            manager=inner.text("manager"),
            group=inner.text("group"),
            active=active is None or active,
        )
        inner.done()
    for person in team.values():
        if person.manager and person.manager not in team:
            message = f"manager '{person.manager}' of {person.id} is not in the team"
            fields.problems.add("unknown-owner", message, places[f"team.{person.id}"], unread=False)
    return team


def _targets(fields: Fields, calendar: FiscalCalendar, places: dict[str, tuple[int, int]]) -> tuple[Target, ...]:
    found: list[Target] = []
    for inner in fields.mappings("targets"):
        target = _target(inner, calendar)
        if target is not None:
            places |= {f"targets.{len(found)}.{key}": inner.at(key) for key in ("owner", "group", "pipeline")}
            found.append(target)
    return tuple(found)


def _target(fields: Fields, calendar: FiscalCalendar) -> Target | None:
    def period_of(text: str) -> Period:
        found = _TARGET_PERIOD.match(text.upper())
        if found is None:
            raise Wrong("a period", "write 2026, 2026-H1, 2026-Q4 or 2026-11")
        year = int(found[1])
        if found[2]:
            return calendar.half(year, int(found[2]))
        if found[3]:
            return calendar.quarter(year, int(found[3]))
        return calendar.month(year, int(found[4])) if found[4] else calendar.year(year)

    fields.required("period", "2026, 2026-H1, 2026-Q4 or 2026-11")
    period = fields.value("period", period_of)
    counts = {key: fields.value(key, _count) for key in ("deals", "created", "contacts")}
    amount = fields.value("amount", typed.money)
    owner, group, pipeline = fields.text("owner"), fields.text("group"), fields.text("pipeline")
    if amount is None and not any(count is not None for count in counts.values()):
        fields.required("amount", "an amount, or deals, created or contacts")
    fields.done()
    if period is None:
        return None
    return Target(period, owner=owner, group=group, pipeline=pipeline, amount=amount, **counts)


def _count(text: str) -> int:
    count = typed.integer(text)
    if count < 0:
        raise Wrong("a count of 0 or more")
    return count


def _activity_types(fields: Fields) -> dict[str, bool]:
    outer = fields.inner("activity_types")
    if outer is None:
        return dict(DEFAULT_ACTIVITY_TYPES)
    kinds = {
        key.text: convert_scalar(node, key.text, typed.one_of("contact", "internal"), fields.problems)
        for key, node in outer.named()
    }
    return {name: kind == "contact" for name, kind in kinds.items()}


def _metrics(fields: Fields, places: dict[str, tuple[int, int]]) -> tuple[CustomMetric, ...]:
    outer = fields.inner("metrics")
    found = []
    for key, node in outer.named() if outer else ():
        places[f"metrics.{key.text}"] = (key.line, key.column)
        if not isinstance(node, Mapping):
            hint = f"write {key.text}: {{measure: win_rate, where: …}}"
            fields.problems.add("wrong-type", f"metric {key.text} has no measure", node, hint=hint)
            continue
        inner = Fields(node, fields.problems, f"metric {key.text}")
        inner.required("measure", "what is measured, such as win_rate, count or sum")
        places |= {f"metrics.{key.text}.{name}": inner.at(name) for name in ("measure", "of", "where")}
        found.append(CustomMetric(key.text, inner.text("measure"), inner.text("of"), inner.text("where")))
        inner.done()
    return tuple(found)


def _texts(fields: Fields, name: str) -> dict[str, str]:
    outer = fields.inner(name)
    pairs = outer.named() if outer else ()
    return {key.text: convert_scalar(node, key.text, str, fields.problems) or "" for key, node in pairs}


def _urgency(fields: Fields) -> dict[str, Decimal]:
    inner = fields.inner("urgency")
    if inner is None:
        return {}
    read = {name: inner.value(name, typed.number) for name in DEFAULT_URGENCY}
    inner.done()
    return {name: value for name, value in read.items() if value is not None}


def _checks(fields: Fields, known: frozenset[str]) -> dict[str, Severity]:
    outer = fields.inner("checks")
    found = {}
    for key, node in outer.named() if outer else ():
        if key.text not in known:
            near = suggest(key.text, sorted(known))
            hint = f"did you mean {near}?" if near else "pipectl explain lists the checks"
            fields.problems.add("unknown-key", f"'{key.text}' is no check", key, hint=hint, unread=False)
            continue
        severity = convert_scalar(node, key.text, typed.one_of(*Severity), fields.problems)
        if severity is not None:
            found[key.text] = Severity(severity)
    return found
