"""A key stands once.

YAML readers take the last of two without a word. Two of a key come from a merge that git found clean; which of them
is right, only a person knows, so the deal is not read until one is gone.

Pass:

    title: Acme rollout
    stage: proposal
    amount: 800000000

Fail:

    title: Acme rollout
    stage: proposal
    amount: 800000000
    amount: 750000000

    deals/example.yaml:4:1: key 'amount' stands twice: here and on line 3

Mend: keep the right one and delete the other line.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("duplicate-key", Group.FILES, Severity.ERROR, "a key stands once")
