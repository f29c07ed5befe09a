"""A value is of its field's type: an amount, a date, a percentage, one of a list.

Amounts are plain digits with a dot for decimals; days are written 2026-11-23; a percentage is 60 or 60%. A deal with
a value that can't be understood is not read: a wrong amount would be worse than a missing one.

Pass:

    title: Acme rollout
    stage: proposal
    amount: 1_500_000.50
    probability: 60%
    expected_close: 2026-12-15
    tags: [logistics, jakarta]

Fail:

    title: Acme rollout
    stage: proposal
    amount: 1.500.000
    probability: 0.5
    expected_close: 15/12/2026
    tags: logistics, jakarta

    deals/example.yaml:3:9: amount '1.500.000' is not a plain amount
    deals/example.yaml:4:14: probability '0.5' is not a percentage
    deals/example.yaml:5:17: expected_close '15/12/2026' is not a date
    deals/example.yaml:6:7: tags 'logistics, jakarta' is one text, not a list

Fail:

    title: Acme rollout
    stage: lead
    tasks:
      - Call Rina

    deals/example.yaml:4:5: tasks wants entries of `key: value`, not 'Call Rina'

Mend: write the value as the hint says.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("wrong-type", Group.FILES, Severity.ERROR, "a value is of its field's type")
