"""`pipectl init`."""

import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pipectl.arguments import Argument, Option
from pipectl.commands._ask import prompt
from pipectl.commands._shipped import shipped
from pipectl.context import Context
from pipectl.errors import NegativeError, UsageError
from pipectl.model.inputs import parse_currency
from pipectl.output.safe import inert, say
from pipectl.store import git
from pipectl.store.create import create_files
from pipectl.store.find import SETTINGS
from pipectl.store.parse_settings import zone_hint
from pipectl.store.quoting import scalar
from pipectl.store.typed import slug

OPTIONS: frozenset[str] = frozenset()
_Answer = TypeVar("_Answer")
_CLOSE_DAYS = 60
_ZONES = "/zoneinfo/"
_TOKEN = re.compile("@([a-z_]+)@")
_COMMENTED = re.compile("(.*?\\S)( {2,})(# .*)")
_SYMBOLS = {"EUR": "€", "GBP": "£", "IDR": "Rp ", "MYR": "RM ", "SGD": "S$", "USD": "$"}
# Examples in a comment: what one unit of another currency may be worth.
_RATES = {"EUR": "USD: 0.9, GBP: 1.15", "IDR": "USD: 16250, SGD: 12100", "USD": "EUR: 1.1, GBP: 1.3"}


class Template(StrEnum):
    """What kind of selling the stages are made for."""

    B2B = "b2b"
    SAAS = "saas"
    SERVICES = "services"
    MINIMAL = "minimal"


class Language(StrEnum):
    """The language of labels and comments; ids are the same in all of them."""

    ENGLISH = "en"
    INDONESIAN = "id"


def run(
    context: Context,
    folder: Annotated[Path | None, Argument(metavar="[DIR]", help="Where; here unless given.")] = None,
    template: Annotated[
        Template, Option(metavar="KIND", help="The selling that the stages are for: b2b, saas, services, minimal.")
    ] = Template.B2B,
    lang: Annotated[
        Language | None, Option(metavar="LANG", help="Of labels and comments, never of ids: en or id.")
    ] = None,
    currency: Annotated[str | None, Option(metavar="CODE", help="The currency of reports, such as IDR.")] = None,
    timezone: Annotated[
        str | None, Option(metavar="ZONE", help="Such as Asia/Jakarta; this machine's unless given.")
    ] = None,
    name: Annotated[
        str | None, Option(metavar="NAME", help="What the business is called; the folder's name unless given.")
    ] = None,
    team: Annotated[list[str] | None, Option(metavar="NAME", help="A member; may be repeated.")] = None,
) -> int:
    """Start a workspace here, or in DIR.

    Writes pipectl.yaml, a pipeline and an example deal to copy, and nothing over a file that is there. On a terminal
    it asks for language, currency and team where they were not given.

    Examples:

      pipectl init sales --lang id --currency IDR --team "Ani Lestari" --team Budi
      pipectl init . --template saas --currency USD --timezone Europe/Amsterdam
    """
    root = context.directory / (folder or ".")
    if (root / SETTINGS).exists():
        where = "here" if root == Path() else f"in {root}"
        raise NegativeError(f"there is a {SETTINGS} {where} already; nothing was written")
    asks = context.terminal.interactive
    if lang is None:
        lang = _ask(context, "Language of labels (en, id)", "en", _language) if asks else Language.ENGLISH
    usual = "IDR" if lang is Language.INDONESIAN else "USD"
    if currency is None and asks:
        currency = _ask(context, "Currency", usual, parse_currency)
    currency = parse_currency(currency or usual)
    people = _people(team) if team else _asked_people(context, root)
    zone = _zone(timezone or _machine_zone(context.environment))
    today = context.today or datetime.now(ZoneInfo(zone)).date()
    called = name or root.resolve().name or "Sales"
    texts = _texts(template, lang, _tokens(called, currency, zone, people, today))
    create_files(root, texts)
    _tell(context, root, folder, sorted(texts))
    return 0


def _texts(template: Template, lang: Language, tokens: Mapping[str, str]) -> dict[str, str]:
    """Path → text of every file of the template, its tokens replaced."""
    return {
        path: "\n".join(_filled(line, tokens) for line in text.split("\n"))
        for path, text in shipped("templates", template.value, lang.value)
    }


def _filled(line: str, tokens: Mapping[str, str]) -> str:
    """A line of a template with its tokens replaced and its comment in the column where it was."""
    code, gap, comment = found.groups() if (found := _COMMENTED.fullmatch(line)) else (line, "", "")
    filled = _TOKEN.sub(lambda token: tokens[token[1]], code)
    if not comment or filled == code:
        return filled + gap + comment
    return f"{filled + '  ':<{len(code + gap)}}{comment}"


def _tokens(name: str, currency: str, zone: str, people: Mapping[str, str], today: date) -> dict[str, str]:
    first = next(iter(people))
    symbol, (group, mark) = _SYMBOLS.get(currency, f"{currency} "), (".,") if currency == "IDR" else (",.")
    width = max(map(len, people)) + 1
    lines = (f"  {person + ':':<{width}} {{name: {scalar(full, in_flow=True)}}}" for person, full in people.items())
    return {
        "name": scalar(name),
        "currency": currency,
        "timezone": zone,
        "display": f'{{group: "{group}", decimal: "{mark}", decimals: 0, symbol: "{symbol}"}}',
        "rates": _RATES.get(currency, "USD: 1.25, EUR: 1.35"),
        "team": "\n".join(lines),
        "owner": first,
        "owner_name": scalar(people[first]),
        "today": today.isoformat(),
        "close": (today + timedelta(days=_CLOSE_DAYS)).isoformat(),
    }


def _people(members: Sequence[str]) -> dict[str, str]:
    """Id → name; the id is the first name, or as much of the name as tells people apart."""
    people: dict[str, str] = {}
    for member in members:
        full = " ".join(member.split())
        short = slug(full.split(" ")[0]) if full else ""
        own = short if short and short not in people else slug(full)
        if not own:
            raise UsageError(f"'{member}' can't be made an id for the team", hint="write it with letters a to z")
        if own in people:
            raise UsageError(f"'{member}' stands twice in the team")
        people[own] = full
    return people


def _asked_people(context: Context, root: Path) -> dict[str, str]:
    """Who is in the team, as a person at a terminal says; elsewhere whoever runs the command."""
    own = _own_name(context, root)
    return (
        _ask(context, "Team, names separated by commas", own, _team) if context.terminal.interactive else _people([own])
    )


def _team(text: str) -> dict[str, str]:
    members = [part.strip() for part in text.split(",") if part.strip()]
    if not members:
        raise UsageError("a team has one member at least")
    return _people(members)


def _own_name(context: Context, root: Path) -> str:
    """Who sets it up: `--as`, else the name that git signs with, else the login."""
    folder = root if root.is_dir() else context.directory
    return context.user or git.name(folder) or context.environment.get("USER") or "me"


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        raise UsageError(f"'{name}' is no time zone", hint=zone_hint(name)) from None


def _machine_zone(environment: Mapping[str, str]) -> str:
    """The name of this machine's zone; UTC where it can't be told."""
    for candidate in (environment.get("TZ", ""), os.path.realpath("/etc/localtime").partition(_ZONES)[2]):
        try:
            if candidate and ZoneInfo(candidate).key:
                return candidate
        except (ValueError, OSError, LookupError):
            continue
    return str(UTC)


def _ask(context: Context, question: str, default: str, read: Callable[[str], _Answer]) -> _Answer:
    """What the person answers, as *read* understands it; asked again until it does."""
    while True:
        # The default may come from git or the environment.
        text = prompt(f"{question} [{inert(default)}]", default, show_default=False)
        try:
            return read(text)
        except UsageError as error:
            say(context.terminal.err, str(error), *([f"  {error.hint}"] if error.hint else []))


def _language(text: str) -> Language:
    name = text.strip().lower()
    if name not in tuple(Language):
        raise UsageError(f"no language '{name}'", hint="there are en and id")
    return Language(name)


def _tell(context: Context, root: Path, folder: Path | None, paths: Sequence[str]) -> None:
    out = context.terminal.out
    say(out, *(str(root / path) for path in paths))
    out.flush()
    if context.options.quiet:
        return
    into = (f"cd {shlex.quote(str(root))}",) if folder is not None and str(folder) != "." else ()
    steps = (*into, "pipectl board", "pipectl add 'First deal' --company 'Customer'", "pipectl check")
    say(context.terminal.err, "", "Next:", *(f"  {step}" for step in steps))
