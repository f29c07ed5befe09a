"""`targets`, `plan` and `forecast` as whole reports: every format says the same."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest

from tests.harness import run_pipectl

SAMPLE = Path(__file__).parent.parent.parent / "examples" / "contoh-jaya"
COMMANDS = (
    ("targets", "-p", "2026"),
    ("plan", "--target", "9bn"),
    ("forecast", "--by", "owner", "--unit", "month"),
    ("forecast", "--deals"),
)


def _json(words: tuple[str, ...]) -> list[dict[str, object]]:
    document = json.loads(run_pipectl(*words, "-f", "json", cwd=SAMPLE).out)
    (rows,) = document["tables"].values()
    found: list[dict[str, object]] = rows
    return found


def _flat(row: dict[str, object]) -> dict[str, str]:
    """Money and ratios of a row as CSV has them."""
    found = {}
    for key, value in row.items():
        if isinstance(value, dict) and "currency" in value:
            found |= {key: value["amount"], f"{key}_currency": value["currency"]}
        elif isinstance(value, dict) and "denominator" in value:
            parts = {part: str(value[part]) for part in ("numerator", "denominator")}
            found |= {f"{key}_{part}": text for part, text in parts.items()}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[key] = str(value)
    return found


def _cells(text: str, name: str) -> list[list[str]]:
    """The texts of every table row in Markdown or HTML."""
    if name == "md":
        lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("| :-")]
        return [[cell.strip().strip("*").replace("\\", "") for cell in line.strip("|").split(" |")] for line in lines]
    rows = re.findall("<tr>(.*?)</tr>", text, re.DOTALL)
    return [
        [unescape(cell).strip() for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows
    ]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_format_has_the_same_figures(words: tuple[str, ...]) -> None:
    rows = _json(words)
    table = csv.DictReader(io.StringIO(run_pipectl(*words, "-f", "csv", cwd=SAMPLE).out))
    for row, line in zip(rows, table, strict=True):
        flat = _flat(row)
        assert flat.items() <= line.items()
    lines = [json.loads(line) for line in run_pipectl(*words, "-f", "ndjson", cwd=SAMPLE).out.splitlines()]
    assert lines == rows
    shown = {name: _cells(run_pipectl(*words, "-f", name, cwd=SAMPLE).out, name) for name in ("md", "html")}
    assert shown["md"] == shown["html"]
    assert len(shown["md"]) >= len(rows)
    # A terminal's table has the same texts, column by column.
    drawn = re.sub(r"\s+", " ", run_pipectl(*words, "-f", "plain", cwd=SAMPLE).out)
    for cells in shown["md"]:
        assert " ".join(cell for cell in cells if cell) in drawn


def test_a_figure_of_people_is_the_one_of_programs() -> None:
    (team,) = (row for row in _json(("targets",)) if row["whose"] == "whole team")
    assert team["gap"] == {"amount": "2350875000", "currency": "IDR"}
    out = run_pipectl("targets", cwd=SAMPLE).out
    assert "behind by Rp 492.179.348 · gap Rp 2.350.875.000 · coverage 3,0" in out


@pytest.mark.parametrize("words", [("targets",), ("plan", "--target", "9bn"), ("forecast",)], ids=" ".join)
def test_in_ascii_no_drawing_leaves_ascii(words: tuple[str, ...]) -> None:
    for columns in (80, 140):
        result = run_pipectl(*words, "--ascii", cwd=SAMPLE, columns=columns)
        assert result.out.isascii()
        assert max(map(len, result.out.splitlines())) <= columns
