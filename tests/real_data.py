"""Public data sets as workspaces, made by `pipectl import`; nothing of the data is in this project.

The folder that holds them is named by PIPECTL_DATA, else `../shared/data` beside the repository. Where it is not
there, the tests that need it are skipped.
"""

import csv
import io
import os
from pathlib import Path

import pytest

from pipectl import cli

_ROOT = Path(__file__).parents[1]


def data_folder() -> Path:
    """Where the data sets are; skips the test that asks where they are not."""
    named = os.environ.get("PIPECTL_DATA")
    folder = Path(named) if named else _ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no data sets in {folder}; PIPECTL_DATA names their folder")
    return folder


def run(*words: str | Path, today: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of one command line on *today*."""
    out, err = io.StringIO(), io.StringIO()
    status = cli.main([str(word) for word in words], environment={"PIPECTL_TODAY": today}, out=out, err=err)
    return status, out.getvalue(), err.getvalue()


MAVEN_TODAY = "2017-12-31"
BPI_TODAY = "2012-03-14"
REVOPS_TODAY = "2018-12-31"


def maven_table() -> Path:
    """The table of deals of the Maven data set."""
    return data_folder() / "maven_crm" / "sales_pipeline.csv"


def maven_workspace(folder: Path) -> Path:
    """8,800 deals of a hardware seller; *folder* becomes the workspace."""
    team = csv.DictReader((data_folder() / "maven_crm" / "sales_teams.csv").read_text("utf-8").splitlines())
    people = "".join(f"  {_slug(row['sales_agent'])}: {_person(row)}\n" for row in team)
    _write(folder, "pipectl.yaml", _MAVEN_SETTINGS + people)
    _write(folder, "pipelines/sales.yaml", _MAVEN_PIPELINE)
    mapping = _write(folder, "maven.mapping.yaml", _MAVEN_MAPPING)
    status, out, err = run(
        "-C", folder, "import", maven_table(), "--from", "csv", "--mapping", mapping, today=MAVEN_TODAY
    )
    assert status == 0, out + err
    return folder


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _person(row: dict[str, str]) -> str:
    return f"{{name: {row['sales_agent']}, group: {row['regional_office']}}}"


def bpi_table() -> Path:
    """The table of events of the BPI 2012 data set, one half of its cases."""
    return data_folder() / "bpi2012" / "events_dev.csv"


def bpi_workspace(folder: Path) -> Path:
    """6,552 loan applications with every move to the millisecond; *folder* becomes the workspace."""
    _write(folder, "pipectl.yaml", _BPI_SETTINGS)
    _write(folder, "pipelines/loans.yaml", _BPI_PIPELINE)
    mapping = _write(folder, "bpi.mapping.yaml", _BPI_MAPPING)
    status, out, err = run(
        "-C", folder, "import", bpi_table(), "--from", "events", "--mapping", mapping, today=BPI_TODAY
    )
    assert status == 0, out + err
    return folder


def revops_table() -> Path:
    """The table of events of the challenge's 56 deals."""
    return data_folder() / "revops_challenge" / "events.csv"


def revops_workspace(folder: Path) -> Path:
    """56 made-up deals with every move to the day; *folder* becomes the workspace.

    A row of a loss says an amount of 0; the deal keeps what it was asked before, as the reference has it.
    """
    asked: dict[str, str] = {}
    lines = ["deal,stage,at,amount"]
    for row in csv.DictReader(revops_table().read_text("utf-8").splitlines()):
        if row["stage"] != "lost":
            asked[row["case_id"]] = row["stage_amount"]
        lines.append(f"{row['case_id']},{row['stage']},{row['entered_at']},{asked[row['case_id']]}")
    _write(folder, "pipectl.yaml", _REVOPS_SETTINGS)
    _write(folder, "pipelines/sales.yaml", _REVOPS_PIPELINE)
    table = _write(folder, "events.csv", "\n".join(lines) + "\n")
    mapping = _write(folder, "revops.mapping.yaml", _REVOPS_MAPPING)
    status, out, err = run("-C", folder, "import", table, "--from", "events", "--mapping", mapping, today=REVOPS_TODAY)
    assert status == 0, out + err
    return folder


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


_MAVEN_SETTINGS = """\
version: 1
name: Maven
currency: USD
timezone: UTC
fields:
  product: {type: text}
team:
"""

_MAVEN_PIPELINE = """\
name: Sales
stages:
  - {id: prospecting, name: Prospecting}
  - {id: engaging, name: Engaging}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
"""

_MAVEN_MAPPING = """\
from: csv
encoding: utf-8
separator: ","
decimal: "."
dates: year-first
pipeline: sales
system: maven
columns:
  external_id: opportunity_id
  title: "{account} {product}"
  stage: deal_stage
  amount: close_value
  owner: sales_agent
  company: account
  entered: {engaging: engage_date}
  closed: close_date
  fields: {product: product}
stages: {Prospecting: prospecting, Engaging: engaging, Won: won, Lost: lost}
"""

_BPI_SETTINGS = """\
version: 1
name: Loans
currency: EUR
timezone: Europe/Amsterdam
lost_reasons: [declined, cancelled]
"""

_BPI_PIPELINE = """\
name: Loans
stages:
  - {id: submitted, name: Submitted}
  - {id: preaccepted, name: Preaccepted}
  - {id: accepted, name: Accepted}
  - {id: offer_sent, name: Offer sent}
  - {id: offer_returned, name: Offer returned}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
"""

_BPI_MAPPING = """\
from: events
encoding: utf-8
separator: ","
decimal: "."
dates: year-first
pipeline: loans
system: bpi
columns:
  external_id: case_id
  title: "Application {case_id}"
  stage: stage
  at: entered_at
  by: resource
  amount: amount
  owner: owner
  lost_reason: lost_reason
"""

_REVOPS_SETTINGS = """\
version: 1
name: RevOps challenge
currency: USD
timezone: UTC
"""

_REVOPS_PIPELINE = """\
name: Sales
stages:
  - {id: s1, name: S1}
  - {id: s2, name: S2}
  - {id: s3, name: S3}
  - {id: s4, name: S4}
  - {id: won, name: Won, outcome: won}
  - {id: lost, name: Lost, outcome: lost}
"""

_REVOPS_MAPPING = """\
from: events
encoding: utf-8
separator: ","
decimal: "."
dates: year-first
pipeline: sales
system: revops
columns:
  external_id: deal
  title: "{deal}"
  stage: stage
  at: at
  amount: amount
"""
