"""Every metric has a page that says what comes out, of what, in which unit, and why not as elsewhere."""

import importlib
import pkgutil

import pytest

from pipectl import metrics
from pipectl.metrics.metric import Metric, StageMetric
from pipectl.metrics.registry import FORECAST_METRICS, METRICS, STAGE_METRICS

_ALL = (*METRICS, *FORECAST_METRICS, *STAGE_METRICS)
_LABELS = ("Formula", "Unit", "Example", "Elsewhere")


@pytest.mark.parametrize("metric", _ALL, ids=lambda metric: metric.id)
def test_a_metric_is_documented_with_formula_unit_example_and_the_ways_of_others(metric: Metric | StageMetric) -> None:
    last = metric.page.split("\n\n")[-1]
    assert [line.partition(":")[0] for line in last.split("\n") if not line.startswith(" ")] == list(_LABELS)
    assert metric.page.partition("\n")[0].endswith((".", ":"))


def test_every_metric_that_is_defined_is_registered_once() -> None:
    defined = {
        value.id
        for module in pkgutil.iter_modules(metrics.__path__)
        for value in vars(importlib.import_module(f"pipectl.metrics.{module.name}")).values()
        if isinstance(value, Metric | StageMetric)
    }
    assert [metric.id for metric in _ALL] == list(dict.fromkeys(metric.id for metric in _ALL))
    assert {metric.id for metric in _ALL} == defined
