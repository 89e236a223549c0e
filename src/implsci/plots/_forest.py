"""Forest plot: every effect with its interval, and the pooled one below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from implsci.analysis._arguments import of_kind
from implsci.errors import InvalidQueryError
from implsci.plots._axes import BLUE, GRAY, PLAIN, VERMILION, finish, open_axes, shown
from implsci.plots._behind import Box, Mark, Spot, keep
from implsci.plots._fitting import inches_of
from implsci.plots._quality import UNKNOWN, counted_words, draw_quality, looks_of

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from implsci.analysis.meta import RandomEffects
    from implsci.analysis.result import Row

__all__ = ["forest_plot"]

_STEPS: Final = (1, 2, 5)
_LARGEST_LOG: Final = 300


def forest_plot(
    pooled: RandomEffects,
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    labels: Sequence[str | int] | None = None,
    *,
    effect: str = "effect",
    ratio: bool = False,
    quality: Sequence[str | None] | None = None,
    note: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw every effect with its confidence interval, its weight, and the pooled effect.

    A square's area follows its weight 1 / (v + tau2). Intervals are y -+ z sqrt(v) at the level of
    `pooled`, whatever its own rule. The diamond spans the confidence interval of the mean; the bar
    below it, where there is one, the prediction interval for the true effect of a further study
    (Lewis & Clarke 2001, doi:10.1136/bmj.322.7300.1479; Riley, Higgins & Deeks 2011,
    doi:10.1136/bmj.d549).

    Args:
        pooled: what `implsci.analysis.meta.random_effects` made of these effects.
        y: the effects, ratios as logarithms.
        v: their sampling variances.
        labels: names of the studies; else their places counted from 1.
        effect: what the effects are, for the axis.
        ratio: the effects are logarithms of ratios: the axis and the numbers show the ratios.
        quality: a word for each study, such as its risk of bias: low, some concerns, high, not
            rated, or any others; None where it is unknown, which is drawn as a dash.
        note: what else stands below the figure and in its words, such as what was left out.
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: `pooled` is no such result or not of these effects, `labels` or `quality`
            has another length, there are more words of quality than shapes, or what should be the
            logarithm of a ratio is above 300.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci.analysis.meta import random_effects
        >>> y, v = [0.1, 0.3, 0.5], [0.01, 0.02, 0.01]
        >>> figure = forest_plot(random_effects(y, v), y, v, ["Ana", "Ben", "Cy"])
        >>> [text.get_text() for text in figure.axes[0].get_yticklabels()][:3]
        ['Ana', 'Ben', 'Cy']
    """
    from implsci.analysis.meta import RandomEffects

    of_kind("pooled", pooled, RandomEffects, "meta.random_effects")
    effects, variances = [float(one) for one in y], [float(one) for one in v]
    names = [str(place) for place in range(1, len(effects) + 1)] if labels is None else labels
    weights = _weights(pooled, effects, variances)
    k = len(effects)
    if len(names) != k:
        raise InvalidQueryError(f"expected {k} labels, one an effect, got {len(names)}")
    if quality is not None and len(quality) != k:
        raise InvalidQueryError(f"expected {k} words of quality, one an effect, got {len(quality)}")
    half = NormalDist().inv_cdf((1 + pooled.level) / 2)
    spreads = [half * math.sqrt(one) for one in variances]
    number = partial(_number, ratio=ratio, decimals=_decimals(spreads))
    effect = shown(effect)
    percent = f"{100 * pooled.level:g}%"
    rows = [shown(name, 34) for name in (*names, "pooled")]
    seen = looks_of(quality) if quality is not None else {}
    ax = open_axes(
        ax,
        6.6 + 0.1 * max(19, *map(len, rows)) + (2.6 if seen else 0),
        2.6 + max(0.36 * k, 0.27 * (len(seen) - 2)),
    )
    ax.axvline(0, color=GRAY, linewidth=1.2, zorder=0)
    ax.axvline(pooled.estimate, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    ax.hlines(
        range(k),
        [one - spread for one, spread in zip(effects, spreads, strict=True)],
        [one + spread for one, spread in zip(effects, spreads, strict=True)],
        color="#000000",
        linewidth=1.6,
    )
    largest = max(weights)
    ax.scatter(
        effects,
        range(k),
        s=[30 + 150 * weight / largest for weight in weights],
        marker="s",
        color=BLUE,
        zorder=3,
    )
    mean = k + 0.4
    ax.fill(
        [pooled.ci_low, pooled.estimate, pooled.ci_high, pooled.estimate],
        [mean, mean - 0.32, mean, mean + 0.32],
        color=VERMILION,
        zorder=3,
    )
    places = [*range(k), mean]
    told = [
        f"{_interval(number, one, one - spread, one + spread)}  {_column(100 * weight)}%"
        for one, spread, weight in zip(effects, spreads, weights, strict=True)
    ]
    told.append(_interval(number, pooled.estimate, pooled.ci_low, pooled.ci_high))
    if pooled.pi_low is not None and pooled.pi_high is not None:
        ax.hlines(mean + 1, pooled.pi_low, pooled.pi_high, color=VERMILION, linewidth=5)
        places.append(mean + 1)
        rows.append("prediction interval")
        told.append(f"[{number(pooled.pi_low)}, {number(pooled.pi_high)}]")
    ax.set_yticks(places, rows, **PLAIN)
    ax.tick_params(axis="y", length=0)
    right = ax.get_yaxis_transform()
    for place, words in zip([-1, *places], [f"effect [{percent} CI]  weight", *told], strict=True):
        ax.text(1.02, place, words, transform=right, va="center_baseline", **PLAIN)
    ax.axhline(k - 0.35, color=GRAY, linewidth=0.8)
    ax.set_ylim(places[-1] + 0.8, -1.5)
    if ratio:
        _ratio_ticks(ax)
    if quality is not None:
        widest = max(map(inches_of, told))
        draw_quality(ax, quality, seen, widest)
    marks = [
        Mark(
            Spot(one, place, 9),
            f"{shown(name, 120)}: {words}"
            + ("" if quality is None else f"; quality: {quality[place] or UNKNOWN}"),
            str(name),
        )
        for place, (name, one, words) in enumerate(zip(names, effects, told, strict=False))
    ]
    marks.append(
        Mark(Box(pooled.ci_low, mean - 0.32, pooled.ci_high, mean + 0.32), f"pooled: {told[k]}")
    )
    keep(ax, _rows(pooled, names, effects, spreads, weights, quality), marks)
    model = "common effect" if pooled.pi_low is None else "random effects"
    shape = "" if pooled.pi_low is None else "; bar: prediction interval of a further study"
    heterogeneity = (
        f"tau2 = {pooled.tau2:.3g}, I2 = {pooled.i2:.0f}%, Q = {pooled.q:.3g} on {k - 1} df"
    )
    figure = finish(
        ax,
        title=f"Forest plot of {k} effects, {model} ({pooled.method}, {pooled.test})",
        x=f"{effect} (scale of logarithms)" if ratio else effect,
        y="",
        note=f"Squares: effects, area by weight; lines: {percent} intervals; diamond: pooled "
        f"effect with its interval{shape}. {heterogeneity}." + (f" {note}" if note else ""),
        told=f"Effects ({effect}) with {percent} intervals: "
        + "; ".join(
            f"{shown(name)} {_interval(number, one, one - spread, one + spread)}"
            for name, one, spread in zip(names, effects, spreads, strict=True)
        )
        + f". Pooled: {told[k]}; {heterogeneity}."
        + ("" if quality is None else f" Quality: {counted_words(quality)}.")
        + (f" {note}" if note else ""),
        columns=62,
    )
    ax.spines["left"].set_visible(False)
    return figure


def _rows(
    pooled: RandomEffects,
    names: Sequence[str | int],
    effects: list[float],
    spreads: list[float],
    weights: list[float],
    quality: Sequence[str | None] | None,
) -> Iterator[Row]:
    for place, (name, one, spread) in enumerate(zip(names, effects, spreads, strict=True)):
        yield {
            "study": str(name),
            "effect": one,
            "ci_low": one - spread,
            "ci_high": one + spread,
            "weight": weights[place],
            **({} if quality is None else {"quality": quality[place]}),
        }
    for name, middle, low, high in (
        ("pooled", pooled.estimate, pooled.ci_low, pooled.ci_high),
        ("prediction interval", None, pooled.pi_low, pooled.pi_high),
    ):
        if low is not None:
            yield {
                "study": name,
                "effect": middle,
                "ci_low": low,
                "ci_high": high,
                "weight": None,
                **({} if quality is None else {"quality": None}),
            }


def _weights(pooled: RandomEffects, effects: list[float], variances: list[float]) -> list[float]:
    """Return the shares of the weights, once it is sure that these effects were pooled."""
    if len(effects) == len(variances) == pooled.k and min(variances) > 0:
        weights = [1 / (one + pooled.tau2) for one in variances]
        whole = math.fsum(weights)
        mean = math.fsum(w * one for w, one in zip(weights, effects, strict=True)) / whole
        if math.isclose(mean, pooled.estimate, rel_tol=1e-6, abs_tol=1e-6 * pooled.se):
            return [weight / whole for weight in weights]
    raise InvalidQueryError(
        f"the pooled effect, {pooled.estimate:.3g} of {pooled.k}, is not that of these "
        f"{len(effects)} effects and {len(variances)} variances: give those that were pooled"
    )


def _decimals(spreads: list[float]) -> int:
    """Return how many decimals the narrowest interval needs, at least 2."""
    return min(6, max(2, 1 + math.ceil(-math.log10(min(spreads)))))


def _number(value: float, *, ratio: bool, decimals: int) -> str:
    if ratio and value > _LARGEST_LOG:
        raise InvalidQueryError(f"{value:.3g} is too large for the logarithm of a ratio")
    said = math.exp(value) if ratio else value
    return f"{said:.{decimals}f}" if abs(said) < 10_000 else f"{said:.3g}"


def _column(percent: float) -> str:
    """Return a percentage padded with blanks as wide as a digit."""
    return f"{percent:4.1f}".replace(" ", "\u2007")


def _interval(number: Callable[[float], str], value: float, low: float, high: float) -> str:
    return f"{number(value)} [{number(low)}, {number(high)}]"


def _ratio_ticks(ax: Axes) -> None:
    low, high = ax.get_xlim()
    decades = range(math.floor(low / math.log(10)), math.ceil(high / math.log(10)) + 1)
    ratios = [step * 10.0**power for power in decades for step in _STEPS]
    inside = [one for one in ratios if low <= math.log(one) <= high]
    if len(inside) > 8:
        inside = [one for one in inside if math.log10(one).is_integer()]
    ax.set_xticks([math.log(one) for one in inside], [f"{one:g}" for one in inside], **PLAIN)
    ax.set_xlim(low, high)
