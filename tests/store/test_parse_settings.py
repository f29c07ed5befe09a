"""`pipectl.yaml` becomes the settings of a workspace: every key, and every problem."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pipectl.model.money import MoneyStyle
from pipectl.model.period import FiscalCalendar
from pipectl.model.pipeline import FieldType, LostReason
from pipectl.model.problem import Severity
from pipectl.model.workspace import DEFAULT_ACTIVITY_TYPES, CustomMetric, Person, Settings, Target
from pipectl.store.load import UnusableError
from tests.build import findings, workspace_of

WHOLE = """\
version: 1
name: Contoh Jaya
currency: IDR
timezone: Asia/Jakarta
fiscal_year_start: 4
default_pipeline: sales
display: {group: ".", decimal: ",", decimals: 2, symbol: "Rp "}
rates:
  - {from: 2026-01-01, USD: 16250, SGD: 12100.5}
team:
  ani: {name: Ani Lestari, email: ani@contoh.id, manager: rani, group: jakarta}
  joko: {active: no}
  rani:
targets:
  - {period: 2026-Q4, amount: 9000000000}
  - {period: 2026-h1, owner: ani, amount: 3_000.50}
  - {period: 2026-12, group: surabaya, deals: 4, created: 9, contacts: 20}
  - {period: 2026, pipeline: sales, deals: 0}
lost_reasons: [price, {id: duplicate, exclude_from_win_rate: true}, ~]
activity_types: {call: contact, note: internal}
fields:
  segment: {type: choice, choices: [smb, mid]}
  seats: {type: integer, min: 1, max: 100}
metrics:
  big-win-rate: {measure: win_rate, where: "amount:50mn.."}
  mrr: {measure: sum, of: fields.mrr}
views: {hot: "stage:proposal"}
urgency: {stalled: 20, idle: 0.5}
checks: {idle: off, overdue-close: error}
"""


def _settings(text: str) -> tuple[Settings, list[str]]:
    workspace = workspace_of({"pipectl.yaml": text})
    return workspace.settings, [line.removeprefix("pipectl.yaml:") for line in findings(workspace)]


def test_a_whole_file() -> None:
    settings, problems = _settings(WHOLE)
    assert problems == []
    assert (settings.name, settings.currency, settings.timezone) == ("Contoh Jaya", "IDR", "Asia/Jakarta")
    assert (settings.zone, settings.calendar) == (ZoneInfo("Asia/Jakarta"), FiscalCalendar(4))
    assert settings.default_pipeline == "sales"
    assert settings.display == MoneyStyle(".", ",", 2, "Rp ")
    assert settings.rates.base == "IDR"
    assert settings.rates.rows == ((date(2026, 1, 1), {"USD": Decimal(16250), "SGD": Decimal("12100.5")}),)
    assert settings.team == {
        "ani": Person("ani", "Ani Lestari", "ani@contoh.id", "rani", "jakarta"),
        "joko": Person("joko", active=False),
        "rani": Person("rani"),
    }
    calendar = FiscalCalendar(4)
    assert settings.targets == (
        Target(calendar.quarter(2026, 4), amount=Decimal(9000000000)),
        Target(calendar.half(2026, 1), owner="ani", amount=Decimal("3000.50")),
        Target(calendar.month(2026, 12), group="surabaya", deals=4, created=9, contacts=20),
        Target(calendar.year(2026), pipeline="sales", deals=0),
    )
    assert settings.lost_reasons == (LostReason("price"), LostReason("duplicate", exclude_from_win_rate=True))
    assert settings.activity_types == {"call": True, "note": False}
    assert settings.fields == (
        FieldType("segment", "choice", ("smb", "mid")),
        FieldType("seats", "integer", minimum=Decimal(1), maximum=Decimal(100)),
    )
    assert settings.metrics == (
        CustomMetric("big-win-rate", "win_rate", where="amount:50mn.."),
        CustomMetric("mrr", "sum", "fields.mrr"),
    )
    assert settings.views == {"hot": "stage:proposal"}
    assert settings.urgency == {"stalled": 20, "idle": Decimal("0.5")}
    assert settings.checks == {"idle": Severity.OFF, "overdue-close": Severity.ERROR}


HEAD = "version: 1\ncurrency: IDR\n"


def test_two_lines_are_enough() -> None:
    settings, problems = _settings(HEAD)
    assert problems == []
    assert (settings.timezone, settings.zone, settings.calendar) == ("UTC", ZoneInfo("UTC"), FiscalCalendar(1))
    assert (settings.display, settings.activity_types) == (MoneyStyle(), DEFAULT_ACTIVITY_TYPES)
    assert (settings.team, settings.targets, settings.rates.rows) == ({}, (), ())


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "1:1: version is missing (and 1 more: `pipectl check` lists them)", "write version: 1"),
        ("- a\n", "1:1: the file holds no settings", "write version: 1 and currency: …"),
        ("Acme\n", "1:1: the file holds no settings", "write version: 1 and currency: …"),
        ("currency: IDR\n", "1:1: version is missing", "write version: 1"),
        ("version: 1\n", "1:1: currency is missing", "the currency that reports are in, such as IDR"),
        (
            "version: 2\ncurrency: IDR\n",
            "1:10: version '2' is not a version that this pipectl reads (1)",
            "a newer pipectl may read it",
        ),
        ("version: 1\ncurrency: idr\n", "2:11: currency 'idr' is not a currency code", "write IDR"),
        (
            "version: 1\ncurrency: Rupiah\n",
            "2:11: currency 'Rupiah' is not a currency code",
            "three letters such as IDR or USD",
        ),
    ],
)
def test_without_a_version_and_a_currency_nothing_can_be_said(text: str, message: str, hint: str) -> None:
    with pytest.raises(UnusableError) as caught:
        _settings(text)
    assert (str(caught.value), caught.value.hint) == (f"pipectl.yaml:{message}", hint)


_ZONES = "(write a name such as Asia/Jakarta or Europe/Amsterdam)"
_PERIODS = "2026, 2026-H1, 2026-Q4 or 2026-11"
_TYPES = "text, integer, decimal, money, percent, date, choice, yes-no"
_COUNTS = "(an amount, or deals, created or contacts)"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("timezone: Jakarta", ["3:11 timezone 'Jakarta' is not a time zone (did you mean Asia/Jakarta?) [wrong-type]"]),
        ("timezone: Mars/X", [f"3:11 timezone 'Mars/X' is not a time zone {_ZONES} [wrong-type]"]),
        ("fiscal_year_start: 13", ["3:20 fiscal_year_start '13' is not a month from 1 to 12 [wrong-type]"]),
        ("fiscal_year_start: April", ["3:20 fiscal_year_start 'April' is not a whole number [wrong-type]"]),
        (
            "default_pipeline: slaes",
            ["3:1 default_pipeline 'slaes' is no pipeline of this workspace (sales) [unknown-pipeline]"],
        ),
        (
            "display: {group: '.', decimal: '.', decimals: 9, symbl: x}",
            [
                "3:47 decimals '9' is not from 0 to 6 [wrong-type]",
                "3:18 group and decimal are both '.' [wrong-type]",
                "3:50 'symbl' is no key of display (did you mean symbol?) [unknown-key]",
            ],
        ),
        (
            "display: {group: [a], symbol: {a: b}}",
            [
                "3:18 group is a list; one value is wanted [wrong-type]",
                "3:31 symbol is a mapping; one value is wanted [wrong-type]",
            ],
        ),
        ("display: x", ["3:10 display is text; `key: value` lines are wanted [wrong-type]"]),
        (
            "rates: [{USD: 5}, {from: soon, usd: 5, SGD: 0, EUR: x}]",
            [
                "3:9 from is missing (the first day of these rates) [missing-required]",
                "3:26 from 'soon' is not a date (write it as 2026-04-30) [wrong-type]",
                "3:32 'usd' is no currency code (three capital letters) [wrong-type]",
                "3:45 SGD '0' is not a rate above 0 [wrong-type]",
                "3:53 EUR 'x' is not a number (write digits with a dot for decimals) [wrong-type]",
            ],
        ),
        (
            "team: {ani: {manager: zzz, actve: no}, Budi: {}, rani: x}",
            [
                "3:28 'actve' is no key of team member ani (did you mean active?) [unknown-key]",
                "3:40 team 'Budi' is not an id (write budi) [wrong-type]",
                "3:56 team member rani is not described (write rani: {name: …}) [wrong-type]",
                "3:8 manager 'zzz' of ani is not in the team [unknown-owner]",
            ],
        ),
        (
            "targets: [{deals: 5}, {period: 2026-Q5, deals: 5}, {period: 2026}, {period: 2026, amount: 1, deals: -1}]",
            [
                f"3:11 period is missing ({_PERIODS}) [missing-required]",
                f"3:32 period '2026-Q5' is not a period (write {_PERIODS}) [wrong-type]",
                f"3:52 amount is missing {_COUNTS} [missing-required]",
                "3:101 deals '-1' is not a count of 0 or more [wrong-type]",
            ],
        ),
        (
            "lost_reasons: [{id: dup, exclude_from_win_rate: x}, {exclude_from_win_rate: yes}, [a]]",
            [
                "3:49 exclude_from_win_rate 'x' is not yes or no [wrong-type]",
                "3:53 id is missing (the reason's id) [missing-required]",
                "3:83 lost_reasons is a list; one value is wanted [wrong-type]",
            ],
        ),
        (
            "lost_reasons: a, b",
            ["3:15 lost_reasons 'a, b' is one text, not a list (write lost_reasons: [a, b]) [wrong-type]"],
        ),
        ("lost_reasons: {a: b}", ["3:15 lost_reasons is a mapping; a list is wanted [wrong-type]"]),
        (
            "activity_types: {call: contact, fax: kontact}",
            ["3:38 fax 'kontact' is not one of contact, internal (did you mean contact?) [wrong-type]"],
        ),
        (
            "fields: {seats: {type: int}, a b: {type: text}, x: text, y: {}, z: {type: choice}}",
            [
                f"3:24 type 'int' is not one of {_TYPES} (did you mean integer?) [wrong-type]",
                "3:30 'a b' can't name a field (use letters, digits, _ and -) [wrong-type]",
                "3:52 field x has no type (write x: {type: text}) [wrong-type]",
                f"3:61 type is missing (one of {_TYPES}) [missing-required]",
                "3:68 choices is missing (list them: choices: [a, b]) [missing-required]",
            ],
        ),
        (
            "metrics: {b: {of: y}, c: 5}",
            [
                "3:14 measure is missing (what is measured, such as win_rate, count or sum) [missing-required]",
                "3:26 metric c has no measure (write c: {measure: win_rate, where: …}) [wrong-type]",
            ],
        ),
        ("views: {hot: [a]}", ["3:14 hot is a list; one value is wanted [wrong-type]"]),
        (
            "urgency: {stalld: 5, idle: x}",
            [
                "3:28 idle 'x' is not a number (write digits with a dot for decimals) [wrong-type]",
                "3:11 'stalld' is no key of urgency (did you mean stalled?) [unknown-key]",
            ],
        ),
        (
            "checks: {idel: off, idle: loud}",
            [
                "3:10 'idel' is no check (did you mean idle?) [unknown-key]",
                "3:27 idle 'loud' is not one of error, warning, info, off [wrong-type]",
            ],
        ),
        ("curency: x", ["3:1 'curency' is no key of pipectl.yaml (did you mean currency?) [unknown-key]"]),
        ("team:\nteam:", ["4:1 key 'team' stands twice: here and on line 3 (keep one of the two) [duplicate-key]"]),
    ],
)
def test_a_wrong_line_further_down_is_named_and_the_rest_counts(text: str, problems: list[str]) -> None:
    settings, found = _settings(f"{HEAD}{text}\n")
    assert found == problems
    assert settings.currency == "IDR"


@pytest.mark.parametrize(
    ("display", "style"),
    [
        ("{}", MoneyStyle()),
        ("{group: ' '}", MoneyStyle(group=" ")),
        ("{group: ''}", MoneyStyle(group="")),
        ("{group: }", MoneyStyle(group="")),
        ("{symbol: ~}", MoneyStyle()),
        ("{symbol: ' €'}", MoneyStyle(symbol=" €")),
    ],
)
def test_marks_keep_their_blanks(display: str, style: MoneyStyle) -> None:
    assert _settings(f"{HEAD}display: {display}\n")[0].display == style


def test_the_keys_that_a_report_points_at_have_their_place() -> None:
    settings, _ = _settings(WHOLE)
    assert settings.places["timezone"] == (4, 1)
    assert settings.places["team.ani"] == (11, 3)
    assert settings.places["targets.1.owner"] == (16, 30)


@pytest.mark.parametrize(
    ("reason", "counts"), [("price", True), ("duplicate", False), ("", True), ("never-heard-of", True)]
)
def test_a_reason_may_be_kept_out_of_the_win_rate(reason: str, counts: bool) -> None:
    assert (reason not in workspace_of({"pipectl.yaml": WHOLE}).not_counted("sales")) is counts
