import json

from hypothesis import given

from pipectl.model.problem import Place, Problem, Severity
from pipectl.output.findings import findings_text
from pipectl.output.findings_json import findings_json
from pipectl.output.github import findings_github
from pipectl.output.look import Look
from pipectl.output.safe import UNSAFE, block, plain
from tests.output.runner import commands
from tests.output.samples import hostile

STAGE = Problem(
    "unknown-stage",
    "stage 'propsal' is not a stage of sales (lead, qualified)",
    Place("deals/acme.yaml", 3, 8),
    hint="did you mean proposal?",
    deal="acme",
)
LATE = Problem("overdue-close", "expected_close passed, 100% sure: 3 days ago", Place("deals/a,b.yaml", 9))
FINDINGS = (
    (STAGE, Severity.ERROR),
    (LATE, Severity.WARNING),
    (Problem("x", "m", Place("")), Severity.INFO),
    (Problem("quiet", "m", Place("a")), Severity.OFF),
)


def test_a_finding_is_a_line_and_its_hint_the_next() -> None:
    assert (
        findings_text(FINDINGS)
        == """\
deals/acme.yaml:3:8: error: stage 'propsal' is not a stage of sales (lead, qualified)  [unknown-stage]
  did you mean proposal?
deals/a,b.yaml:9: warning: expected_close passed, 100% sure: 3 days ago  [overdue-close]
info: m  [x]
"""
    )


def test_colour_is_for_the_severity_only() -> None:
    text = findings_text(FINDINGS[:1], Look(color=True))
    assert text.startswith("deals/acme.yaml:3:8: \x1b[31merror\x1b[0m: stage 'propsal'")


def test_github_shows_a_finding_beside_its_line() -> None:
    assert (
        findings_github(FINDINGS, "sales/")
        == """\
::error file=sales/deals/acme.yaml,line=3,col=8,title=unknown-stage::\
stage 'propsal' is not a stage of sales (lead, qualified) (did you mean proposal?)
::warning file=sales/deals/a%2Cb.yaml,line=9,title=overdue-close::expected_close passed, 100%25 sure: 3 days ago
::notice title=x::m
"""
    )


def test_json_names_what_is_known_of_a_finding() -> None:
    found = json.loads(findings_json(FINDINGS))
    assert found["schema"] == 1
    assert [finding["check"] for finding in found["findings"]] == ["unknown-stage", "overdue-close", "x"]
    assert found["findings"][0] == {
        "check": "unknown-stage",
        "severity": "error",
        "message": "stage 'propsal' is not a stage of sales (lead, qualified)",
        "hint": "did you mean proposal?",
        "path": "deals/acme.yaml",
        "line": 3,
        "column": 8,
        "deal": "acme",
        "unread": False,
    }
    assert found["findings"][1]["column"] is None


@given(hostile, hostile)
def test_github_reads_one_command_a_finding_and_nothing_else(text: str, path: str) -> None:
    problem = Problem("some-check", text, Place(path, 1, 2), hint=text)
    out = findings_github([(problem, Severity.ERROR)] * 2)
    message = block(f"{text} ({text})" if text else text)
    properties = {"file": plain(path), "line": "1", "col": "2", "title": "some-check"}
    if not path:
        del properties["file"]
    for command in (found := list(commands(out))):
        assert command.name == "error"
        assert command.data == message
        assert {key: value.strip() for key, value in command.properties.items()} == {
            key: value.strip() for key, value in properties.items()
        }
    assert len(found) == 2


@given(hostile)
def test_no_finding_steers_a_terminal_or_a_build_log(text: str) -> None:
    findings = [(Problem("some-check", text, Place(text, 1, 2), hint=text, deal=text), Severity.ERROR)]
    for out in (findings_text(findings), findings_json(findings)):
        assert not list(commands(out)), out
        assert not UNSAFE.search(out)
    assert json.loads(findings_json(findings))["findings"][0]["path"] == text
