"""Effects on the scale of pooling, for whole columns of findings.

The rule is that of `implsci.analysis.pooling.oriented`, which a test holds this to: effects against
a comparator that is no other strategy, in a metric that means the same in every study, on an outcome
that says which way is desirable; ratios as logarithms, correlations as Fisher's z.
"""

from __future__ import annotations

import importlib
from statistics import NormalDist, StatisticsError
from typing import TYPE_CHECKING, Any, Final

from implsci.model.evidence import RATIO_METRICS
from implsci.store.columns import arrow

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["METRICS", "effects_of"]

METRICS: Final = ("SMD", *RATIO_METRICS, "RD", "r", "z")
"""The metrics that can be pooled; a number in the store is a place among them."""

_TINY: Final = 1e-12
_HUGE: Final = 1e6


def effects_of(findings: pa.Table, desirable: Any, against_another: Any) -> dict[str, Any]:
    """Return the effects of findings, oriented so that more is better.

    Args:
        findings: the table of findings.
        desirable: for each of them, which way its outcome is desirable.
        against_another: for each of them, whether it compares its strategies with another one.

    Returns:
        ``metric``, a place among `METRICS`; ``y``, the effect; ``v``, its sampling variance; all null
        where a finding has no effect that can be pooled.
    """
    pa = arrow("a table of effects")
    pc = importlib.import_module("pyarrow.compute")

    def column(name: str) -> Any:
        return findings.column(name).combine_chunks()

    def number(name: str) -> Any:
        return column(f"estimate_{name}")

    def is_one_of(values: Any, words: tuple[str, ...]) -> Any:
        return pc.is_in(values, value_set=pa.array(words))

    metric = number("metric")
    correlation = pc.equal(metric, "r").fill_null(False)
    on_log_scale = pc.equal(number("scale"), "log").fill_null(False)
    ratio = is_one_of(metric, RATIO_METRICS)
    to_log = pc.and_(ratio, pc.invert(on_log_scale))

    def scaled(values: Any) -> Any:
        fisher = pc.multiply(0.5, pc.subtract(pc.log1p(values), pc.log1p(pc.negate(values))))
        return pc.if_else(to_log, pc.ln(values), pc.if_else(correlation, fisher, values))

    y = scaled(number("value"))
    se = number("se")
    stated = pc.if_else(
        pc.or_(on_log_scale, pc.invert(pc.or_(ratio, correlation))),
        pc.coalesce(number("variance"), pc.multiply(se, se)),
        pa.scalar(None, pa.float64()),
    )
    width = pc.subtract(scaled(number("ci_high")), scaled(number("ci_low")))
    half = pc.divide(width, pc.multiply(2.0, _quantiles(number("ci_level"))))
    no_interval = pc.or_(pc.is_null(number("ci_low")), pc.is_null(number("ci_high")))
    bare = pc.and_(
        pc.and_(correlation, no_interval), pc.invert(number("adjusted").fill_null(False))
    )
    spare = pc.subtract(number("n").cast(pa.float64(), safe=False), 3.0)
    told = pc.and_(bare, pc.greater(spare, 0.0).fill_null(False))
    by_size = pc.if_else(told, pc.divide(1.0, spare), pa.scalar(None, pa.float64()))
    v = pc.coalesce(stated, pc.multiply(half, half), by_size)
    kept = pc.equal(column("basis"), "effect").fill_null(False)
    for test in (
        pc.invert(against_another),
        is_one_of(metric, METRICS),
        is_one_of(desirable, ("higher", "lower")),
        pc.less_equal(pc.abs(y), _HUGE),
        pc.greater(v, _TINY),
        pc.less(v, _HUGE),
    ):
        kept = pc.and_(kept, test.fill_null(False))
    turned = pc.if_else(pc.equal(desirable, "lower").fill_null(False), pc.negate(y), y)
    nothing = pa.scalar(None, pa.float64())
    place = pc.index_in(metric, value_set=pa.array(METRICS)).cast(pa.int8())
    return {
        "metric": pc.if_else(kept, place, pa.scalar(None, pa.int8())),
        "y": pc.if_else(kept, turned, nothing),
        "v": pc.if_else(kept, v, nothing),
    }


def _quantiles(levels: Any) -> Any:
    """Return how many standard errors an interval of each level reaches to either side."""
    pa = arrow("a table of effects")
    encoded = levels.fill_null(0.95).dictionary_encode()
    found: list[float | None] = []
    for level in encoded.dictionary.to_pylist():
        try:
            found.append(NormalDist().inv_cdf(0.5 + level / 2))
        except StatisticsError:
            found.append(None)
    return pa.array(found, pa.float64()).take(encoded.indices)
