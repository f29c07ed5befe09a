"""The metrics; this is the list, in the order of a page."""

from pipectl.metrics import (
    activity,
    attainment,
    bottleneck,
    duration,
    forecast,
    funnel,
    needed,
    outcome,
    slips,
    speed,
    volume,
)
from pipectl.metrics.metric import Metric, StageMetric

METRICS: tuple[Metric, ...] = (
    volume.OPEN_DEALS,
    volume.OPEN_AMOUNT,
    volume.AVERAGE_SIZE,
    volume.CREATED,
    outcome.WON,
    outcome.WON_AMOUNT,
    outcome.LOST,
    outcome.WIN_RATE,
    outcome.WIN_RATE_BY_AMOUNT,
    outcome.WIN_RATE_WITH_STALE,
    speed.CYCLE,
    speed.VELOCITY,
    attainment.ATTAINMENT,
    attainment.PACE,
    attainment.GAP,
    attainment.COVERAGE,
    attainment.WEIGHTED_COVERAGE,
    needed.DEALS_NEEDED,
    needed.WIN_IN_TIME,
    activity.CONTACTS_PER_DEAL,
    activity.FIRST_CONTACT,
    activity.CONTACTS_BEFORE_WIN,
    slips.SLIP_RATE,
    slips.PUSHES,
)

# What is expected, in the order of `forecast`; a page of its own, not part of the one above.
FORECAST_METRICS: tuple[Metric, ...] = (
    forecast.EXPECTED,
    forecast.WEIGHTED,
    forecast.COMMIT,
    forecast.BEST_CASE,
    forecast.PIPELINE,
    forecast.OVERDUE,
)

# Numbers of each stage of a pipeline, in the order of a page.
STAGE_METRICS: tuple[StageMetric, ...] = (
    funnel.CONVERSION,
    funnel.STAGE_TO_WON,
    duration.TIME_IN_STAGE,
    bottleneck.RECOVERABLE,
    bottleneck.WAITING,
)
