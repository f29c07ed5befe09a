"""The same figures in every format: JSON holds them whole, every other format shows those that it shows alike."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run_pipectl

SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"
COMMANDS = (
    ("funnel", "-p", "2026"),
    ("funnel", "-p", "2026", "--direct", "--by", "owner"),
    ("funnel", "-p", "all", "--cohort", "quarter"),
    ("cycle", "-p", "2026"),
    ("cycle", "-p", "2026-Q3", "-P", "new-business"),
)
ONE = re.compile(r"\(([\d.,a-z]+)/([\d.,a-z]+)\)")


def _said(words: tuple[str, ...], name: str) -> str:
    found = run_pipectl(*words, "-f", name, cwd=SAMPLE)
    assert (found.status, found.err) == (0, "")
    return found.out


def _document(words: tuple[str, ...]) -> Any:
    return json.loads(_said(words, "json"))


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """A row of JSON as CSV writes it."""
    flat: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict) and "numerator" in value:
            flat |= {key: _text(value["value"]), f"{key}_numerator": _text(value["numerator"])}
            flat[f"{key}_denominator"] = _text(value["denominator"])
        elif isinstance(value, dict) and "low" in value:
            flat |= {key: _text(value["value"]), f"{key}_low": _text(value["low"]), f"{key}_high": _text(value["high"])}
        elif isinstance(value, dict):
            flat |= {key: value["amount"], f"{key}_currency": value["currency"]}
        else:
            flat[key] = _text(value)
    return flat


def _text(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_csv_tsv_and_ndjson_have_every_row_and_figure_of_json(words: tuple[str, ...]) -> None:
    rows = _document(words)["tables"]["stages"]
    assert [json.loads(line) for line in _said(words, "ndjson").splitlines()] == rows
    for name, mark in (("csv", ","), ("tsv", "\t")):
        found = list(csv.DictReader(io.StringIO(_said(words, name)), delimiter=mark))
        assert len(found) == len(rows)
        for row, flat in zip(found, map(_flat, rows), strict=True):
            assert {key: text for key, text in row.items() if text} == {key: text for key, text in flat.items() if text}


def _ratios(text: str) -> list[tuple[str, str]]:
    return ONE.findall(text)


class _Cells(HTMLParser):
    """The texts of the cells."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_table_markdown_and_html_show_the_same_figures_in_the_same_order(words: tuple[str, ...]) -> None:
    table, markdown, page = (_said(words, name) for name in ("table", "md", "html"))
    cells = _Cells()
    cells.feed(page)
    lines = [line for line in markdown.splitlines() if line.startswith("|") and "---" not in line]
    texts = [re.sub(r"\\(.)", r"\1", text.strip()) for line in lines for text in line.strip("|").split("|")]
    seen = " ".join(cells.texts)
    for text in texts:
        if text:
            assert text in seen
            assert text in table
    assert _ratios(" ".join(texts)) == _ratios(table) == _ratios(seen)


@pytest.mark.parametrize("words", COMMANDS[:3], ids=" ".join)
def test_what_people_see_is_what_json_counts(words: tuple[str, ...]) -> None:
    rows = _document(words)["tables"]["stages"]
    shown = [ratio for ratio in _ratios(_said(words, "table")) if ratio]
    expected = [
        (str(row[key]["numerator"]), str(row[key]["denominator"]))
        for row in rows
        for key in ("rate", "resolved", "to_won")
        if row[key]["denominator"]
    ]
    assert shown == expected
