"""A file can be read: UTF-8, valid YAML, one document, no unresolved merge.

A deal that can't be read is named and stands in no total; it never hides another. Tags, merge keys (`<<`), control
characters and links that leave the workspace are refused in words, with the line where a hand would mend it.

Pass:

    title: "Tender: 40 laptops"
    stage: lead

Fail:

    title: Tender: 40 laptops
    stage: lead

    deals/example.yaml:1:14: ': ' inside the text looks like a second key

Fail:

    title: Acme rollout
    <<<<<<< HEAD
    stage: proposal
    =======
    stage: negotiation
    >>>>>>> ani

    deals/example.yaml:2:1: unresolved git merge conflict

Fail:

    title: Acme rollout
    stage: lead
    tasks:
    <TAB>- {title: Call}

    deals/example.yaml:4:1: a tab is used for indentation

Mend: go to the line and do what the hint says; most often a text wants quotes, or a conflict wants a choice.
"""

from pipectl.checks.check import Check
from pipectl.model.problem import Group, Severity

CHECK = Check("unreadable-file", Group.FILES, Severity.ERROR, "a file is valid YAML in UTF-8, without conflicts")
