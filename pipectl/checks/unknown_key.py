"""Every key is one that pipectl knows.

A key that nobody reads is most often a typing error, and its value would be lost in silence. What the business adds
itself stands under `fields:`, and remarks stand under `notes:` or behind `# `.

Pass:

    title: Acme rollout
    stage: lead
    owner: ani

Fail:

    title: Acme rollout
    stage: lead
    ownr: ani

    deals/example.yaml:3:1: 'ownr' is no key of a deal

A comma ends a text inside braces, and what follows becomes a key:

Fail:

    title: Acme rollout
    stage: lead
    activities:
      - {at: 2026-11-20, type: call, note: Asked for 10% off, answer on Friday}

    deals/example.yaml:4:59: 'answer on Friday' is no key of activities

The names of checks in `pipectl.yaml` are keys too:

Fail:

    # pipectl.yaml
    version: 1
    currency: IDR
    checks: {overdue-closing: off}

    pipectl.yaml:3:10: 'overdue-closing' is no check

Mend: correct the key, quote the text, or describe the key under `fields:` in `pipectl.yaml`.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("unknown-key", Group.FILES, Severity.ERROR, "every key is one that pipectl knows")
