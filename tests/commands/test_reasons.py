"""`pipectl reasons`: its period before has the numbers that it has alone."""

import json
from typing import Any

from tests.conftest import MakeWorkspace
from tests.harness import run_pipectl

LOST = "{at: 2026-07-01, stage: lead}, {at: 2026-08-01, stage: lost, lost_reason: price}"
DEALS = {
    "deals/stayed.yaml": f"title: S\nstage: lost\nlost_reason: price\nhistory: [{LOST}]\n",
    "deals/reopened.yaml": f"title: R\nstage: lead\nhistory: [{LOST}, {{at: 2026-11-01, stage: lead}}]\n",
    "deals/now.yaml": """\
        title: N
        stage: lost
        lost_reason: timing
        history: [{at: 2026-10-01, stage: lead}, {at: 2026-11-02, stage: lost}]
        """,
}


def test_a_deal_reopened_since_was_lost_in_no_period_neither_this_nor_the_one_before(workspace: MakeWorkspace) -> None:
    root = workspace(DEALS)

    def shares(period: str, column: str) -> dict[str, tuple[Any, Any]]:
        found = run_pipectl("reasons", "--by", "reason", "-p", period, "-f", "json", cwd=root)
        rows = json.loads(found.out)["tables"]["reason"]
        return {row["reason"]: (row[column]["numerator"], row[column]["denominator"]) for row in rows}

    assert shares("2026-Q3", "share") == {"price": (1, 1)}
    assert shares("2026-Q4", "before") == {"price": (1, 1), "timing": (0, 1)}
