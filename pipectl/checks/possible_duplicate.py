"""A chance stands in one deal only.

Two deals count it twice in every total, and two people call the same customer. Two open deals of a pipeline are
reported when they have the same company and either

- similar titles: leaving out the company's name, one has all the words of the other, and its further words hold no
  number, so that "Rollout phase 2" or "Renewal 2027" stays a deal of its own beside "Rollout" and "Renewal"; or
- the same amount and different owners. One person with two deals of the same amount sells to two sites, and knows it.

Of a company's name, case, accents, punctuation and the legal form (PT, CV, Tbk, GmbH, Ltd, Inc …) make no difference.
The later deal is reported, once, with the first that it is like. A name with more than thirty open deals in a pipeline
is taken for a placeholder and left out.

Pass:

    title: Acme rollout Jakarta
    stage: lead
    company: PT Acme Indonesia
    owner: ani
    amount: 800000000
    # deals/acme-bandung.yaml
    title: Acme rollout Bandung
    stage: lead
    company: PT Acme Indonesia
    owner: ani
    amount: 800000000

Fail:

    title: Acme warehouse rollout
    stage: lead
    company: Acme Indonesia
    history:
      - {at: 2026-11-09, stage: lead}
    # deals/acme.yaml
    title: Rollout for Acme
    stage: qualified
    company: PT. ACME Indonesia, Tbk
    history:
      - {at: 2026-10-03, stage: lead}
      - {at: 2026-11-04, stage: qualified}

    deals/example.yaml:1:8: may be the same as deals/acme.yaml 'Rollout for Acme': same company, similar titles

Fail:

    title: Cold storage
    stage: lead
    company: Acme Ltd.
    owner: ani
    amount: 800000000
    # deals/acme.yaml
    title: Warehouse
    stage: lead
    company: ACME
    owner: budi
    amount: 800000000

    deals/example.yaml:5:9: may be the same as deals/acme.yaml 'Warehouse': same company and amount, two owners

Mend: keep one, take over what only the other has, and close the other as a duplicate.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pipectl.checks.check import Check
from pipectl.model.facts import Facts
from pipectl.model.filter_values import fold
from pipectl.model.problem import Group, Problem, Severity
from pipectl.model.state import State

_LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "bhd", "bv", "co", "company", "corp", "corporation", "cv", "gmbh", "inc",
    "incorporated", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "pd", "persero", "plc", "pt",
    "pte", "pty", "sa", "sarl", "sas", "sdn", "se", "spa", "srl", "tbk", "ud",
})  # fmt: skip
# Words that join others and tell no two deals apart; English and Indonesian.
_JOINING = frozenset({
    "a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "with", "dan", "dari", "di", "ke",
    "pada", "untuk", "yang",
})  # fmt: skip
_PLACEHOLDER = 30
_KEPT = 1 << 10


class _Candidate(NamedTuple):
    state: State
    title: frozenset[str]


def find(facts: Facts) -> Iterator[Problem]:
    """Open deals that look like an earlier one of the same company."""
    for alike in _by_company(facts):
        for index, later in enumerate(alike):
            found = ((earlier, _likeness(earlier, later)) for earlier in alike[:index])
            earlier, likeness = next((pair for pair in found if pair[1]), (None, ""))
            if earlier is not None:
                yield _problem(earlier.state, later.state, likeness)


def _by_company(facts: Facts) -> list[list[_Candidate]]:
    """Open deals with a company, those of the same pipeline and company together, the earliest first."""
    groups: defaultdict[tuple[str, tuple[str, ...]], list[State]] = defaultdict(list)
    for state in facts.states:
        if state.is_open and state.deal.company:
            groups[state.pipeline.id, _company(state.deal.company)].append(state)
    return [
        [_Candidate(state, _title(state.deal.title, company)) for state in sorted(group, key=_age)]
        for (_, company), group in groups.items()
        if 1 < len(group) <= _PLACEHOLDER
    ]


def _age(state: State) -> tuple[date, str]:
    return (state.created.day if state.created else date.max, state.deal.path)


def _title(title: str, company: Iterable[str]) -> frozenset[str]:
    """The words of *title* that tell it from others of the company."""
    return frozenset(_words(title)) - _JOINING - set(company) - _LEGAL_FORMS


def _likeness(earlier: _Candidate, later: _Candidate) -> str:
    """What the two have in common beside the company, or ""."""
    further = earlier.title ^ later.title
    contained = earlier.title <= later.title or later.title <= earlier.title
    if contained and not any(letter.isdigit() for word in further for letter in word):
        return "same company, similar titles"
    first, second = earlier.state, later.state
    if first.amount is not None and first.amount == second.amount and first.amount.amount > 0:
        return "same company and amount, two owners" if first.owner != second.owner else ""
    return ""


def _problem(earlier: State, later: State, likeness: str) -> Problem:
    other = earlier.deal
    place = later.deal.place("title" if "titles" in likeness else "amount")
    message = f"may be the same as {other.path} '{other.title}': {likeness}"
    hint = "keep one and close the other, or waive the check in this file"
    return Problem("possible-duplicate", message, place, hint, deal=later.deal.id)


@lru_cache(_KEPT)
def _company(name: str) -> tuple[str, ...]:
    """The words of a company's name that tell it from others."""
    # P.T. and S.A. are one word each.
    words = _words(re.sub(r"(?<=\b\w)\.", "", name))
    return tuple(word for word in words if word not in _LEGAL_FORMS) or words


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", fold(text)))


CHECK = Check("possible-duplicate", Group.HYGIENE, Severity.WARNING, "a chance stands in one deal only", find)
