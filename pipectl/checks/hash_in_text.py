"""A text is not cut off at a `#`.

A blank and a `#` begin a comment in YAML, so `Acme #2 rollout` is read as `Acme`. Where a word is glued to the `#`,
text was probably meant.

Pass:

    title: "Acme #2 rollout"
    stage: lead  # from the fair

Fail:

    title: Acme #2 rollout
    stage: lead

    deals/example.yaml:1:13: YAML takes '#2 rollout' for a comment and reads only 'Acme'

Mend: quote the whole text; if it is a comment, put a blank after the `#`.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("hash-in-text", Group.FILES, Severity.WARNING, "a text is not cut off at a #")
