"""XY plot: membership in a condition against membership in the outcome, and which side cases lie on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from implsci.errors import InvalidQueryError
from implsci.plots._axes import (
    GRAY,
    LIGHT,
    beside,
    counted,
    finish,
    grouped,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Mark, Spot, keep
from implsci.plots._points import APART, COMMON, points_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.qca import Data

__all__ = ["SetRelation", "xy_plot"]

SetRelation: TypeAlias = Literal["necessity", "sufficiency"]
"""What is asked of a condition: that the outcome does not come without it, or that it comes with it.

Examples:
    >>> from typing import get_args
    >>> get_args(SetRelation)
    ('necessity', 'sufficiency')
"""

_SLACK: Final = 1e-9
_MOST_NAMED: Final = 15
_CLOSE: Final = 0.05  # as a share of an axis: about the height of a letter
_RIGHTMOST: Final = 0.75  # beyond it a label would leave the axes


def xy_plot(
    data: Data,
    condition: str,
    outcome: str,
    *,
    relation: SetRelation = "necessity",
    cases: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw every case by its membership in a condition and in the outcome.

    For necessity the cases lie on or below the diagonal, as no case has more of the outcome than of
    the condition; for sufficiency on or above it (Schneider & Wagemann 2012,
    doi:10.1017/CBO9781139004244). Cases on the other side have another shape and their names.
    Figures are those of `implsci.analysis.qca.necessity` and `sufficiency`.

    Args:
        data: memberships by condition and outcome, 0 to 1.
        condition: a condition, or several such as ``"A*~B + C"``.
        outcome: the outcome's name; with ``~`` before it, its absence.
        relation: ``necessity`` or ``sufficiency``.
        cases: names of the cases; those of `data` where it has some, else 1, 2, 3 ...
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: another relation, an expression that cannot be read, or names of cases
            that are not one a case.
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, or one membership in the outcome for all.
        MissingExtraError: matplotlib or numpy is not installed.

    Examples:
        >>> data = {"TRUST": [0.9, 0.8, 0.2, 0.1], "UPTAKE": [0.8, 0.9, 0.1, 0.0]}
        >>> figure = xy_plot(data, "TRUST", "UPTAKE")
        >>> figure.axes[0].get_title(loc="left")
        'Necessity of TRUST for UPTAKE: 4 cases'
    """
    from implsci.analysis import qca

    if relation not in get_args(SetRelation):
        raise InvalidQueryError(f"relation is necessity or sufficiency; got {relation!r}")
    if relation == "necessity":
        row = qca.necessity(data, outcome, [condition]).rows[0]
        figures = _figures(inclN=row.consistency, RoN=row.relevance, covN=row.coverage)
    else:
        whole = qca.sufficiency(data, outcome, condition).whole
        assert whole is not None  # there is one wherever an expression was given
        figures = _figures(inclS=whole.consistency, PRI=whole.pri, covS=whole.coverage)
    x, y = _memberships(data, condition), _memberships(data, outcome)
    if cases is None:
        known = data.cases if isinstance(data, qca.Memberships) else range(1, len(x) + 1)
        cases = tuple(map(str, known))
    if len(cases) != len(x):
        raise InvalidQueryError(f"expected {len(x)} names of cases, got {len(cases)}")
    ax = open_axes(ax, 8, 6.4)
    below = relation == "necessity"
    corner = [(0, 0), (1, 1), (1, 0)] if below else [(0, 0), (1, 1), (0, 1)]
    area = ax.fill(*zip(*corner, strict=True), color=LIGHT, zorder=0, label="fits the relation")
    diagonal = ax.plot([0, 1], [0, 1], color=GRAY, linewidth=1.4, zorder=1, label="equal")
    for halves in (ax.axvline, ax.axhline):
        halves(0.5, color=GRAY, linewidth=1, linestyle=":", zorder=1)
    fits = [(a >= b - _SLACK) if below else (a <= b + _SLACK) for a, b in zip(x, y, strict=True)]
    marks = [
        points_of(
            ax,
            [(a, b) for a, b, fit in zip(x, y, fits, strict=True) if fit is wanted],
            point,
            name,
            clipped=False,
        )
        for wanted, point, name in ((True, COMMON, "fits"), (False, APART, "does not fit"))
    ]
    off = [place for place, one in enumerate(fits) if not one]
    named = [(x[place], y[place], shown(cases[place], 20)) for place in off[:_MOST_NAMED]]
    for a, b, names in grouped(named, (_CLOSE, _CLOSE)):
        crowded = a > _RIGHTMOST
        beside(ax, a, b, names, left=crowded, up=0 if below else -15 if crowded else 15)
    told_by_name = {(a, b) for a, b, _ in named}
    for (a, b), count in Counter(zip(x, y, strict=True)).items():
        if count > 1 and (a, b) not in told_by_name:
            beside(ax, a, b, f"\u00d7{count}", left=a > _RIGHTMOST, up=-15)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_aspect("equal")
    legend(ax, [*marks, *area, *diagonal])
    keep(
        ax,
        (
            {"case": case, "condition": a, "outcome": b, "fits": fit}
            for case, a, b, fit in zip(cases, x, y, fits, strict=True)
        ),
        (
            Mark(
                Spot(a, b),
                f"{shown(case, 120)}: {a:.2f}, {b:.2f}, {'fits' if fit else 'does not fit'}",
            )
            for case, a, b, fit in zip(cases, x, y, fits, strict=True)
        ),
    )
    unnamed = len(off) - _MOST_NAMED
    more = f" {unnamed} more that do not fit are not named." if unnamed > 0 else ""
    one, other = shown(condition, 60), shown(outcome)
    listed = ", ".join(f"{shown(cases[p])} ({x[p]:.2f}, {y[p]:.2f})" for p in off) or "none"
    return finish(
        ax,
        title=f"{relation.capitalize()} of {one} for {other}: {counted(len(x), 'case')}",
        x=f"membership in {one}",
        y=f"membership in {other}",
        note=f"{figures}. Dotted: 0.5, where a case is as much in as out.{more}",
        told=f"{figures}. Cases that do not fit, with memberships in condition and outcome: "
        f"{listed}.",
        columns=62,
    )


def _figures(**values: float | None) -> str:
    return ", ".join(
        f"{name} {'undefined' if value is None else format(value, '.3f')}"
        for name, value in values.items()
    )


def _memberships(data: Data, expression: str) -> list[float]:
    """Return the membership of every case in an expression that is known to be in order."""
    columns: list[list[float]] = []
    for term in expression.split("+"):
        factors: list[list[float]] = []
        for factor in term.split("*"):
            bare = factor.strip()
            values = [float(value) for value in data[bare.removeprefix("~").strip()]]
            factors.append([1 - value for value in values] if bare.startswith("~") else values)
        columns.append([min(values) for values in zip(*factors, strict=True)])
    return [max(values) for values in zip(*columns, strict=True)]
