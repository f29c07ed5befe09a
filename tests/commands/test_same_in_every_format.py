"""Reasons, team and activities: every format has the same figures."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.harness import run_pipectl

SAMPLE = Path(__file__).parents[2] / "examples" / "contoh-jaya"
COMMANDS = (
    "reasons -p 2026",
    "reasons -p 2026 --by reason",
    "reasons -p 2026 --by source",
    "team",
    "team --by manager",
    "team --by group -p 2026",
    "activities",
    "activities --by month -p 2026",
    "activities --never",
)
READ = ("table", "md", "html")


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("form", READ)
def test_what_people_read_has_every_count_of_json(words: str, form: str) -> None:
    """Row by row: the text of a row holds each number that its JSON has and that people see."""
    found = json.loads(_run(words, "json"))
    lines = _text(_run(words, form)).splitlines()
    for rows in found["tables"].values():
        for row in rows:
            name = str(next(iter(row.values())))
            told = [line for line in lines if name in line]
            assert any(all(share in line for share in _shares(row)) for line in told), (name, form)


def _shares(row: dict[str, Any]) -> list[str]:
    """`(4/12)` of every ratio of counts in *row* that no form of the command hides."""
    ratios = [
        value
        for key, value in row.items()
        if key not in ("before", "change") and isinstance(value, dict) and "numerator" in value
    ]
    counts = [value for value in ratios if isinstance(value["numerator"], int) and value["denominator"]]
    return [f"({value['numerator']}/{value['denominator']})" for value in counts]


@pytest.mark.parametrize("words", COMMANDS)
def test_csv_has_the_numerators_and_denominators_of_json(words: str) -> None:
    found = json.loads(_run(words, "json"))
    head, *lines = _run(words, "csv").splitlines()
    rows = next(iter(found["tables"].values()))
    assert len(lines) == len(rows)
    keys = head.split(",")
    for row, line in zip(rows, lines, strict=True):
        # No text with a comma stands in these rows.
        cells = dict(zip(keys, line.split(","), strict=True))
        for key, value in row.items():
            if isinstance(value, dict) and "numerator" in value:
                assert (cells[f"{key}_numerator"], cells[f"{key}_denominator"]) == (
                    str(value["numerator"]),
                    str(value["denominator"]),
                )


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("columns", [80, 140])
def test_in_ascii_every_line_is_ascii_and_fits(words: str, columns: int) -> None:
    result = run_pipectl(*words.split(), "--ascii", cwd=SAMPLE, columns=columns)
    assert result.out.isascii()
    assert max(map(len, result.out.splitlines())) <= columns


def _run(words: str, form: str) -> str:
    result = run_pipectl(*words.split(), "-f", form, cwd=SAMPLE)
    assert result.status == 0, result.err
    return result.out


def _text(out: str) -> str:
    """Without tags, and as people read it: numbers with their marks."""
    return html.unescape(re.sub(r"</?t[dh][^>]*>", " ", out)).replace("\\|", "|")
