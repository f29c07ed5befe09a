"""History stands in time order.

Numbers are not touched: history is sorted by `at` before it is read. But a person who reads the file is misled, and
an entry out of place is often one with a mistyped date.

Pass:

    title: Acme rollout
    stage: qualified
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: qualified}

Fail:

    title: Acme rollout
    stage: qualified
    history:
      - {at: 2026-11-04, stage: qualified}
      - {at: 2026-10-03, stage: lead}

    deals/example.yaml:5:5: history is not in time order: 2026-10-03 stands after 2026-11-04

Mend: move the entry to its place, or correct its date.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("history-order", Group.FILES, Severity.WARNING, "history stands in time order")
