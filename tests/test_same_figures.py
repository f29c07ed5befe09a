"""Every format of a command of numbers has the same figures: JSON holds them whole, the others as they are made.

And every command has the same figure that another one has too, in a period that runs and in one that is over.
"""

import csv
import io
import json
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pipectl.output.formats import FORMATS
from tests.harness import run_pipectl
from tests.number_commands import NUMBER_COMMANDS

# Every command has tests of its own, which count what they reach.
pytestmark = pytest.mark.no_cover

SAMPLE = Path(__file__).parents[1] / "examples" / "contoh-jaya"
# `(43/68)`, `(2,15bn/4,5bn)`: a share with what it is a share of.
_SHARE = re.compile(r"\(([\d.,]+[a-z]*)/([\d.,]+[a-z]*)\)")
_ROW = re.compile("<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile("<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)

every_command = pytest.mark.parametrize("words", NUMBER_COMMANDS, ids=" ".join)


@cache
def _said(words: tuple[str, ...], name: str) -> str:
    found = run_pipectl(*words, "-f", name, cwd=SAMPLE)
    assert (found.status, found.err) == (0, "")
    return found.out


def _tables(words: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = json.loads(_said(words, "json"))["tables"]
    return tables


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """Money, ratios, estimates and numbers of a row of JSON as CSV writes them."""
    flat: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict) and "numerator" in value:
            flat |= {f"{key}_{part}": _text(value[part]) for part in ("numerator", "denominator")}
        elif isinstance(value, dict) and "currency" in value:
            flat |= {key: value["amount"], f"{key}_currency": value["currency"]}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat[key] = _text(value)
    return flat


def _text(value: object) -> str:
    return "" if value is None else str(value)


@every_command
def test_csv_tsv_and_ndjson_have_every_row_and_figure_of_json(words: tuple[str, ...]) -> None:
    rows = next(iter(_tables(words).values()))
    assert [json.loads(line) for line in _said(words, "ndjson").splitlines()] == rows
    for name, mark in (("csv", ","), ("tsv", "\t")):
        found = list(csv.DictReader(io.StringIO(_said(words, name)), delimiter=mark))
        assert len(found) == len(rows)
        for line, row in zip(found, rows, strict=True):
            assert _flat(row).items() <= line.items()


def _markdown(text: str) -> list[list[str]]:
    """The cells of every row of every table, as they read."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"\| :?-", line)]
    rows = [re.split(r"(?<!\\)\|", line.strip("|")) for line in lines]
    return [[re.sub(r"\\(.)", r"\1", cell.strip().strip("*")) for cell in row] for row in rows]


def _html(text: str) -> list[list[str]]:
    rows = [_CELL.findall(row) for row in _ROW.findall(text)]
    return [[unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in row] for row in rows]


@every_command
def test_markdown_html_and_a_plain_table_have_the_same_texts_in_the_same_order(words: tuple[str, ...]) -> None:
    markdown, page = _markdown(_said(words, "md")), _html(_said(words, "html"))
    assert markdown == page
    assert len(markdown) >= len(next(iter(_tables(words).values())))
    drawn = " ".join(_said(words, "plain").split())
    place = 0
    for row in markdown:
        for cell in filter(None, row):
            place = drawn.index(" ".join(cell.split()), place if row[0] else 0)


def _shares(value: Any) -> set[tuple[str, str]]:
    """Every share of whole numbers in a document, at any depth, as people read it."""
    if isinstance(value, list):
        return {pair for part in value for pair in _shares(part)}
    if not isinstance(value, dict):
        return set()
    if value.get("denominator"):
        whole = [Decimal(str(value[part])).quantize(1, ROUND_HALF_UP) for part in ("numerator", "denominator")]
        return {(str(whole[0]), str(whole[1]))}
    return {pair for part in value.values() for pair in _shares(part)}


@every_command
def test_every_share_that_people_read_is_one_that_json_counts(words: tuple[str, ...]) -> None:
    counted = _shares(json.loads(_said(words, "json")))
    for name in ("md", "html", "plain", "table"):
        shown = {pair for pair in _SHARE.findall(_said(words, name)) if "".join(pair).isdecimal()}
        assert shown <= counted, name


@every_command
@pytest.mark.parametrize("columns", [80, 140])
def test_in_ascii_every_line_is_ascii_and_fits(words: tuple[str, ...], columns: int) -> None:
    result = run_pipectl(*words, "--ascii", cwd=SAMPLE, columns=columns)
    assert result.out.isascii()
    assert max(map(len, result.out.splitlines())) <= columns


def test_every_format_of_ours_is_compared() -> None:
    assert set(FORMATS) == {"table", "json", "ndjson", "csv", "tsv", "md", "html"}


def test_a_figure_of_people_is_the_one_of_programs() -> None:
    (team,) = (row for row in _tables(("targets",))["targets"] if row["whose"] == "whole team")
    assert team["gap"] == {"amount": "2350875000", "currency": "IDR"}
    assert "behind by Rp 492.179.348 · gap Rp 2.350.875.000 · coverage 3,0" in _said(("targets",), "table")


# What the commands call one figure.
_CALLED = {
    "open-deals": "open",
    "sales-cycle": "cycle",
    "contacts-per-deal": "contacts",
    "contacts_per_deal": "contacts",
    "contacts-before-win": "contacts_before_win",
}
_SHARED = (
    *("open-deals", "open-amount", "created", "won", "won-amount", "lost", "win-rate", "sales-cycle", "attainment"),
    *("pace", "gap", "coverage", "weighted-coverage", "contacts-per-deal", "first-contact", "contacts-before-win"),
    *("slip-rate", "expected-amount", "weighted-amount", "commit-amount"),
)


class _Figures(dict[tuple[str, str], dict[str, Any]]):
    """(whose, figure) → command → what it says."""

    def add(self, command: str, whose: str, found: dict[str, Any]) -> None:
        # Deals are those that there are in `stats`, and those that were contacted in `activities`.
        for key, value in [pair for pair in found.items() if pair[0] not in ("owner", "deals")]:
            figure = _CALLED.get(key, key.replace("-", "_"))
            said = (value["numerator"], value["denominator"]) if isinstance(value, dict) and "value" in value else value
            self.setdefault((whose, figure), {})[command] = said

    def add_groups(self, command: str, document: Any, table: str, whole: str = "all") -> None:
        rows = [*document["tables"][table], *([document["totals"][table]] if table in document["totals"] else [])]
        for row in rows:
            self.add(command, whole if row["owner"] == "all" else row["owner"], row)


def _every_figure(period: str, *words: str) -> _Figures:
    """What every command says of *period*, of the deals that *words* keep."""

    def document(*command: str) -> Any:
        found = run_pipectl(*command, "-p", period, *words, "-f", "json", cwd=SAMPLE)
        assert found.status == 0, found.err
        return json.loads(found.out)

    found = _Figures()
    metrics = ",".join(_SHARED)
    page = document("stats", "--metric", metrics)["tables"]["metrics"]
    found.add("stats", "all", {row["metric"]: row["value"] for row in page})
    beside = {part["label"]: part["value"] for row in page for part in row["detail"]}
    found.add("stats", "all", {"never": beside.get("never contacted", 0)})
    found.add_groups("stats --by owner", document("stats", "--by", "owner"), "groups")
    found.add_groups("stats --by owner --metric", document("stats", "--by", "owner", "--metric", metrics), "groups")
    found.add_groups("team", document("team"), "team")
    found.add_groups("activities --by owner", document("activities", "--by", "owner"), "owner")
    for by in ("type", "stage", "source"):
        total = document("activities", "--by", by)["totals"][by]
        found.add(f"activities --by {by}", "all", {key: value for key, value in total.items() if key != by})
    found.add("activities --never", "all", {"never": len(document("activities", "--never")["tables"]["never"])})
    reasons = document("reasons", "--by", "owner")
    counted = ("won", "won_amount", "win_rate", "owner")
    for row in (*reasons["tables"]["owner"], reasons["totals"]["owner"]):
        found.add("reasons", row["owner"], {key: row[key] for key in counted})
    whole = next(row for row in document("forecast")["tables"]["forecast"] if row["kind"] == "whole")
    figures = {
        "won_amount": "won",
        "expected_amount": "amount",
        "weighted_amount": "weighted",
        "commit_amount": "commit",
    }
    found.add("forecast", "all", {name: whole[column] for name, column in figures.items()})
    targets = document("targets")["tables"]["targets"]
    if targets and targets[0]["aim"] == "amount":
        of_target = ("attainment", "pace", "gap", "coverage", "weighted_coverage")
        found.add("targets", "all", {key: targets[0][key] for key in of_target})
    return found


@pytest.mark.parametrize("words", [(), ("owner:yoga",), ("-P", "renewals")], ids=" ".join)
@pytest.mark.parametrize("period", ["2026-Q4", "2026-Q3", "2026-10"])
def test_every_command_says_the_same(period: str, words: tuple[str, ...]) -> None:
    found = _every_figure(period, *words)
    assert {figure: said for figure, said in found.items() if len(set(map(json.dumps, said.values()))) > 1} == {}
    assert {"stats", "stats --by owner", "team"} <= found["all", "open"].keys()
    assert {"stats", "team", "activities --by owner"} <= found["all", "contacts"].keys()
