"""Every check's manual page: its examples do what they say."""

import re
from pathlib import Path

import pytest

import pipectl.checks
from pipectl.checks import IDS
from pipectl.checks.check import Check
from pipectl.checks.registry import CHECKS
from tests.checks.examples import Example, examples, facts_of, page, problems

_EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}-{number}")
    for check in CHECKS
    for number, example in enumerate(examples(page(check)), 1)
]


@pytest.mark.parametrize(("check", "example"), _EXAMPLES)
def test_an_example_reports_what_its_page_says(check: Check, example: Example) -> None:
    facts = facts_of(example.files)
    found = problems(check.id, facts)
    assert [f"{problem.place}: {problem.message}" for problem in found] == list(example.expected)
    assert {problem.check for problem in found} <= {check.id}
    for problem in found:
        path = problem.place.path
        assert not path.startswith("deals/") or problem.deal in (Path(path).stem, "")


@pytest.mark.parametrize(("check", "example"), [case for case in _EXAMPLES if case.values[1].passes])  # type: ignore[union-attr]
def test_an_example_that_passes_is_read_and_expects_nothing(check: Check, example: Example) -> None:
    assert example.expected == ()
    assert [problem for problem in facts_of(example.files).workspace.problems if problem.unread] == []
    assert check.id in {known.id for known in CHECKS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_page_has_a_pass_a_fail_and_a_mend(check: Check) -> None:
    text = page(check)
    found = list(examples(text))
    assert any(example.passes for example in found)
    assert any(example.expected for example in found)
    assert all(example.passes != bool(example.expected) for example in found)
    assert len(found) == len(re.findall(r"^(?:Pass|Fail)\b", text, re.MULTILINE))
    assert re.search(r"^Mend: \S", text, re.MULTILINE)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_summary_is_one_short_line_and_a_page_begins_with_a_sentence(check: Check) -> None:
    assert "\n" not in check.summary
    assert not check.summary.endswith(".")
    first, _, rest = page(check).partition("\n")
    assert first.endswith(".")
    assert rest.startswith("\n")


def test_every_file_is_a_check_and_named_after_it() -> None:
    folder = Path(pipectl.checks.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "check", "registry"}
    assert {check.id.replace("-", "_") for check in CHECKS} == files
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", check.id) for check in CHECKS)
    assert [check.id for check in CHECKS] == list(dict.fromkeys(IDS))


def test_the_list_is_sorted_by_group_and_id() -> None:
    assert list(CHECKS) == sorted(CHECKS, key=lambda check: (check.group, check.id))
