"""The forest plot of one cell of a synthesis: the effects behind its pooled estimate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from implsci import plots
from implsci.analysis.pooling import Combined, Drawn, Effect, combined, effects_of
from implsci.compendium import Compendium
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model.evidence import RATIO_METRICS
from implsci.plugins import registry as default_registry
from implsci.synthesis import Synthesis, rating_of
from implsci.synthesis.axes import make_axis, shown_of
from implsci.synthesis.gathering import InCell, gather
from implsci.synthesis.rating import DISAGREE, NOT_RATED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["forest_of"]

_R: Final = 0.8


def forest_of(
    studies: Compendium,
    table: Synthesis,
    row: str,
    column: str,
    metric: str | None,
    rollup: int | None,
) -> Figure:
    """Draw the effects of a cell as `implsci.synthesize` pools them, one a study or programme.

    Args:
        studies: the studies that the table lays out.
        table: the table.
        row: a row's value or label.
        column: a column's value or label.
        metric: which metric; None where the cell has one alone.
        rollup: how codes were rolled up in the table.

    Raises:
        CannotEstimateError: the cell has no effect that can be pooled, or a single one.
        InvalidQueryError: several metrics and none named, or one that the cell does not have.
        UnknownNameError: no such row or column.
    """
    from implsci.analysis.meta import random_effects

    registry = default_registry()
    cell = table.cell(row, column)
    rows, columns = (
        make_axis(text, studies, registry, rollup) for text in (table.row_axis, table.column_axis)
    )
    gathered = gather(studies, rows, columns, table.link).cells.get(
        (cell.row, cell.column), InCell()
    )
    bundles = "strategy" not in (rows.kind, columns.kind)
    effects, left_out = effects_of(gathered.findings, bundles=bundles)
    name = " by ".join(shown_of(value, registry) for value in (cell.row, cell.column))
    chosen = _metric(name, len(gathered.studies), effects, left_out, metric)
    others = {f"effects in {one}": len(own) for one, own in effects.items() if one != chosen}
    each = combined(effects[chosen], _R)
    y, v = [one.y for one in each], [one.v for one in each]
    ratings = [_rating(one, gathered.findings) for one in each]
    ratio = chosen in RATIO_METRICS
    scale = "Fisher's z of r" if chosen == "r" else chosen
    pooled = random_effects(y, v, method="REML", test="z")
    return plots.forest_plot(
        pooled,
        y,
        v,
        [_label(one) for one in each],
        effect=f"{scale}, {'above 1' if ratio else 'more'} is better",
        ratio=ratio,
        quality=None if set(ratings) == {NOT_RATED} else ratings,
        note=" ".join(
            [*_notes(name, each, {**others, **left_out}), pooled.heterogeneity().sentence()]
        ),
    )


def _metric(
    name: str,
    studies: int,
    effects: Mapping[str, list[Effect]],
    left_out: Mapping[str, int],
    metric: str | None,
) -> str:
    """Return the metric to draw; what cannot be chosen is refused with what there is."""
    if not effects:
        found = "; ".join(_counted(left_out)) or "no finding"
        raise CannotEstimateError(
            f"{name}: no effect that can be pooled, of {studies:,} studies ({found})"
        )
    held = ", ".join(f"{one} ({len(effects[one])})" for one in sorted(effects))
    if metric is None and len(effects) > 1:
        raise InvalidQueryError(
            f"--metric: {name} has effects in several metrics, which are never pooled together: "
            f"{held}; name one"
        )
    if metric is not None and metric not in effects:
        raise InvalidQueryError(f"--metric: {name} has no effects in {metric}; it has {held}")
    return metric or next(iter(effects))


def _label(one: Combined) -> str:
    studies = {effect.study for effect in one.effects}
    return studies.pop() if len(studies) == 1 else f"{one.group} ({len(studies)} studies)"


def _rating(one: Combined, drawn: Iterable[Drawn]) -> str:
    wanted = {(effect.study, effect.finding) for effect in one.effects}
    own = [held for held in drawn if (held.study.id, held.finding.id) in wanted]
    given = {rating_of(held.study, findings=[held]) or NOT_RATED for held in own}
    return given.pop() if len(given) == 1 else DISAGREE


def _notes(name: str, each: Iterable[Combined], left_out: Mapping[str, int]) -> Iterator[str]:
    yield f"{name}."
    merged = [one for one in each if len(one.effects) > 1]
    if merged:
        yield (
            f"Combined first, being of one study or programme: {sum(len(one.effects) for one in merged)} "
            f"effects into {len(merged)} (r = {_R})."
        )
    if left_out:
        yield f"Not drawn: {'; '.join(_counted(left_out))}."


def _counted(left_out: Mapping[str, int]) -> Iterator[str]:
    for reason, count in sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{reason} ({count:,})"
