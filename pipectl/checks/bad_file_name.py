"""A file's name is an id and ends in `.yaml`.

The name without `.yaml` is the deal's id: a-z, 0-9, dot, underscore and dash, at most 80, lower case, so that it is
the same file on every system and easy to type. A file that ends in `.yml` is not read.

Pass:

    # deals/2026/pt-acme.yaml
    title: PT Acme
    stage: lead

Fail:

    # deals/2026/PT Acme.yaml
    title: PT Acme
    stage: lead

    deals/2026/PT Acme.yaml:1:1: 'PT Acme' is no id: a-z, 0-9, dot, underscore and dash, at most 80

Fail:

    # deals/acme.yml
    title: PT Acme
    stage: lead

    deals/acme.yml:1:1: 'acme.yml' ends in .yml, so it is not read

Mend: rename the file with `git mv`; the hint names a good one. `pipectl check --fix` does it where that name is free.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("bad-file-name", Group.FILES, Severity.ERROR, "a file's name is an id and ends in .yaml")
