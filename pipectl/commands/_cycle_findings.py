"""What `cycle` makes of its figures, in words: the bottleneck by two statistics, and the best stage."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipectl.metrics.bottleneck import LEAST_LOSSES, LEAST_WINS, RESAMPLES, Verdict
from pipectl.metrics.metric import Measure
from pipectl.metrics.review import Review
from pipectl.report import Cell, Labelled, Ratio


class Finding(NamedTuple):
    """A question, how sure the answer is (`named`, `tie`, `too few`, `none`), the answer, and what stands behind it."""

    finding: str
    verdict: str
    answer: str
    detail: tuple[Cell, ...]


def findings(review: Review) -> Iterator[Finding]:
    """The bottleneck by value and by days, where there are stages to choose from, and the best stage."""
    if len(review.pipeline.open_stages) > 1:
        costs = review.costs
        yield _bottleneck("bottleneck by value", costs.by_value, costs.recoverable, "no deal lost has a value")
        yield _bottleneck("bottleneck by days", costs.by_waiting, costs.waiting, "no day of a deal won is known")
    yield _best(review)


def _bottleneck(name: str, verdict: Verdict, figures: Mapping[str, Measure], nothing: str) -> Finding:
    if not verdict.first:
        return Finding(name, "none", nothing, ())
    if verdict.few:
        least = LEAST_LOSSES if verdict.few == "losses" else LEAST_WINS
        count = verdict.losses if verdict.few == "losses" else verdict.wins
        behind = (*_led(verdict), Labelled(f"of the {least} {verdict.few} that it takes", count, after=True))
        return Finding(name, "too few", f"too few {verdict.few}", behind)
    losses = Labelled("losses", verdict.losses, after=True)
    if verdict.named:
        return Finding(name, "named", verdict.named, (figures[verdict.named].value, *_led(verdict), losses))
    return Finding(name, "tie", f"tie: {', '.join(verdict.tied)}", (*_led(verdict), losses))


def _led(verdict: Verdict) -> tuple[Labelled, ...]:
    """In how many of the resamples which stage came first."""
    names = [verdict.named] if verdict.named else verdict.tied
    return tuple(Labelled(f"{name} first in", Ratio(verdict.first[name], RESAMPLES)) for name in names)


def _best(review: Review) -> Finding:
    names = review.best
    if not names:
        return Finding("best stage", "too few", "too few deals", ())
    detail: list[Cell] = [review.cohorts[names[0]].resolved]
    for name in names:
        _, word = review.change(name)
        if word:
            whose = f"{name} before" if len(names) > 1 else "before"
            detail += [Labelled(whose, review.before[name].resolved), word]
    verdict = "named" if len(names) == 1 else "tie"
    answer = names[0] if len(names) == 1 else f"tie: {', '.join(names)}"
    return Finding("best stage", verdict, answer, tuple(detail))
