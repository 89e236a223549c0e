"""The truth table: cases sorted into configurations, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from implsci.analysis._arguments import checked
from implsci.analysis.qca._expressions import row_term, write_term
from implsci.analysis.qca._memberships import Data, Prepared, Vector, prepare
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

MAX_CONDITIONS = 15

# Sums of a million memberships are good to some 1e-11; a cut-off is met within this.
_SLACK = 1e-9
_CHUNK = 1 << 14

AtHalf: TypeAlias = Literal["error", "drop"]
"""What happens to a case with a membership of exactly 0.5, which belongs to no configuration.

Examples:
    >>> from typing import get_args
    >>> get_args(AtHalf)
    ('error', 'drop')
"""


@frozen(kw_only=True)
class Configuration:
    """One row of a truth table: a combination of conditions with cases in it.

    Attributes:
        number: its number among all 2**k combinations, from 1 (all absent) to 2**k (all present);
            the first condition counts most.
        values: 1 or 0 for each condition.
        expression: the same as text, such as ``A*~B``.
        output: 1 where the row meets the cut-offs of consistency and PRI, 0 where it does not,
            None where it has fewer cases than the frequency cut-off and counts as a remainder.
        n: number of cases in it, that is with all memberships on its side of 0.5.
        consistency: how far membership in the row goes with membership in the outcome, 0 to 1.
        pri: the same without what speaks for outcome and absence alike, 0 to 1.
        cases: the cases in it.
        contradictory: whether some of its cases are in the outcome (above 0.5) and some are not.
        deviant: those of its cases that are not in the outcome (below 0.5).

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [1, 1, 0], "B": [1, 1, 0], "Y": [1, 0, 0]}
        >>> row = qca.truth_table(data, "Y").rows[-1]
        >>> row.expression, row.n, row.consistency, row.contradictory, row.deviant
        ('A*B', 2, 0.5, True, ('2',))
    """

    number: int
    values: tuple[int, ...]
    expression: str
    output: int | None
    n: int
    consistency: float
    pri: float
    cases: tuple[str, ...]
    contradictory: bool
    deviant: tuple[str, ...]


@frozen(kw_only=True)
class TruthTable(Result):
    """The configurations that were observed, as `truth_table` returns them.

    Attributes:
        conditions: the conditions, in their order.
        outcome: the outcome explained, with ``~`` before it where its absence is.
        rows: configurations with at least one case, by their number.
        consistency: the cut-off of consistency.
        pri: the cut-off of PRI.
        frequency: the cut-off of cases.
        dropped: cases left out because a membership is exactly 0.5.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis import qca
        >>> table = qca.truth_table({"A": [1, 1, 0], "B": [1, 0, 0], "Y": [1, 0, 0]}, "Y")
        >>> [(row.expression, row.output) for row in table.rows], table.remainders
        ([('~A*~B', 0), ('A*~B', 0), ('A*B', 1)], ('~A*B',))
    """

    conditions: tuple[str, ...]
    outcome: str
    rows: tuple[Configuration, ...]
    consistency: float
    pri: float
    frequency: int
    dropped: tuple[str, ...]
    assumptions: tuple[str, ...]
    data: Prepared = field(repr=False, eq=False)

    @property
    def remainders(self) -> tuple[str, ...]:
        """Configurations without cases, or with too few of them, by their number."""
        width = len(self.conditions)
        known = {row.number - 1 for row in self.rows if row.output is not None}
        return tuple(
            write_term(row_term(row, width), self.conditions)
            for row in range(1 << width)
            if row not in known
        )

    @property
    def contradictory(self) -> tuple[Configuration, ...]:
        """Rows with cases in the outcome and cases out of it."""
        return tuple(row for row in self.rows if row.contradictory)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a configuration, with a column for each condition."""
        return tuple(
            {
                "number": row.number,
                **dict(zip(self.conditions, row.values, strict=True)),
                "output": row.output,
                "n": row.n,
                "consistency": row.consistency,
                "pri": row.pri,
                "contradictory": row.contradictory,
                "cases": ", ".join(row.cases),
            }
            for row in self.rows
        )

    def sentence(self) -> str:
        """Say how many configurations there are, and how many go with the outcome."""
        count = sum(row.n for row in self.rows)
        positive = sum(row.output == 1 for row in self.rows)
        few = sum(row.output is None for row in self.rows)
        parts = [
            f"{count} cases fall into {len(self.rows)} of the {2 ** len(self.conditions)} possible "
            f"combinations of {len(self.conditions)} conditions",
            f"{positive} of them go with {self.outcome} at a consistency of at least "
            f"{self.consistency:g}"
            + (f" and a PRI of at least {self.pri:g}" if self.pri > 0 else ""),
        ]
        if few:
            parts.append(f"{few} have fewer than {self.frequency} cases and count as unobserved")
        if self.contradictory:
            parts.append(f"{len(self.contradictory)} hold cases with and without the outcome")
        if self.dropped:
            parts.append(f"{len(self.dropped)} cases at exactly 0.5 were dropped")
        return "; ".join(parts) + "."


@checked
def truth_table(
    data: Data,
    outcome: str,
    consistency: float = 0.8,
    frequency: int = 1,
    *,
    pri: float = 0.0,
    conditions: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    at_half: AtHalf = "error",
) -> TruthTable:
    """Sort cases into configurations, and mark those that go with the outcome.

    A case is in the one configuration in which its membership is above 0.5; its membership in a
    configuration is the smallest of its memberships in what that is made of. Over all cases, with
    X the membership in a row and Y in the outcome, consistency is sum min(X, Y) / sum X, and PRI,
    the proportional reduction in inconsistency, is (sum min(X, Y) - sum min(X, Y, 1 - Y)) /
    (sum X - sum min(X, Y, 1 - Y)) (Ragin 2008, doi:10.7208/chicago/9780226702797.001.0001).
    A row whose figures reach both cut-offs has the output 1. A row of crisp cases with and without
    the outcome is contradictory; the cut-off of consistency decides its output.

    A condition at exactly 0.5 leaves a case without a configuration, and is an error unless
    `at_half` drops the case. An outcome at exactly 0.5 is taken: it decides no configuration, and
    enters the sums as any membership does. Such a case counts neither as in the outcome nor as out
    of it, so it makes no row contradictory and is never deviant. The R package QCA likewise objects
    to 0.5 in conditions alone.

    Args:
        data: memberships by condition and outcome, 0 to 1, as many as there are cases.
        outcome: the outcome's name; with ``~`` before it, its absence is explained.
        consistency: cut-off of consistency, above 0 and up to 1.
        frequency: rows with fewer cases count as remainders.
        pri: cut-off of PRI, 0 to 1.
        conditions: the conditions, 1 to 15; all names but the outcome if None.
        cases: names of the cases; "1", "2", ... if None.
        at_half: ``error`` refuses cases with a membership of exactly 0.5 in a condition, ``drop``
            leaves them out of everything and lists them.

    Returns:
        The configurations with cases; see `TruthTable`.

    Raises:
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        InvalidQueryError: a cut-off out of its range, more than 15 conditions, or a name that
            expressions cannot hold.
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, one membership in the outcome for all, or a case at exactly
            0.5 in a condition.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"TRUST": [0.9, 0.8, 0.2, 0.1], "UPTAKE": [0.8, 0.9, 0.3, 0.0]}
        >>> for row in qca.truth_table(data, "UPTAKE").rows:
        ...     print(row.expression, row.n, round(row.consistency, 3), row.output)
        ~TRUST 2 0.3 0
        TRUST 2 0.9 1
    """
    if not 0 < consistency <= 1 or not 0 <= pri <= 1:
        raise InvalidQueryError(
            f"cut-offs of consistency and PRI lie between 0 and 1; got {consistency!r} and {pri!r}"
        )
    if isinstance(frequency, bool) or not isinstance(frequency, int) or frequency < 1:
        raise InvalidQueryError(f"the cut-off of frequency is 1 case or more; got {frequency!r}")
    if at_half not in get_args(AtHalf):
        raise InvalidQueryError(f"at_half is 'error' or 'drop'; got {at_half!r}")
    held = prepare(data, outcome, conditions, cases)
    if len(held.conditions) > MAX_CONDITIONS:
        raise InvalidQueryError(
            f"a truth table takes up to {MAX_CONDITIONS} conditions; got {len(held.conditions)}"
        )
    held, dropped = _off_the_fence(held, at_half)
    return TruthTable(
        conditions=held.conditions,
        outcome=held.outcome,
        rows=_configurations(held, consistency, pri, frequency),
        consistency=consistency,
        pri=pri,
        frequency=frequency,
        dropped=dropped,
        assumptions=(
            "the memberships are calibrated so that 0.5 parts cases in a set from cases out of it",
            "the conditions listed are the ones that matter, and the cases are comparable",
        ),
        data=held,
    )


def _off_the_fence(held: Prepared, at_half: AtHalf) -> tuple[Prepared, tuple[str, ...]]:
    half = held.x == 0.5
    fence = half.any(axis=0)
    if not fence.any():
        return held, ()
    names = held.named(np.flatnonzero(fence))
    if at_half == "error":
        first = int(np.argmax(fence))
        condition = held.conditions[int(np.argmax(half[:, first]))]
        raise CannotEstimateError(
            f"{len(names)} of {len(held.y)} cases have a membership of exactly 0.5 and so "
            f"belong to no configuration, the first {names[0]!r} in {condition}: "
            f"recalibrate, or drop them by at_half='drop'"
        )
    kept = held.keep(~fence)
    if not len(kept.y):
        raise CannotEstimateError("every case has a membership of exactly 0.5 in some condition")
    if np.all(kept.y == kept.y[0]):
        raise CannotEstimateError(
            f"the cases that are not at exactly 0.5 all have the same membership in {held.outcome}"
        )
    return kept, names


def _configurations(
    held: Prepared, consistency: float, pri: float, frequency: int
) -> tuple[Configuration, ...]:
    width = len(held.conditions)
    home = home_rows(held.x)
    counts = np.bincount(home, minlength=1 << width)
    inside = np.bincount(home[held.y > 0.5], minlength=1 << width)
    outside = np.bincount(home[held.y < 0.5], minlength=1 << width)
    total, shared, tied = membership_sums(held.x, held.y)
    by_row = np.argsort(home, kind="stable")
    names, out = held.named(by_row), held.y[by_row] < 0.5
    ends = np.cumsum(counts)
    found: list[Configuration] = []
    for row in np.flatnonzero(counts).tolist():
        members = slice(ends[row] - counts[row], ends[row])
        term = row_term(row, width)
        row_consistency = float(shared[row] / total[row])
        row_pri = float((shared[row] - tied[row]) / (total[row] - tied[row]))
        meets = row_consistency >= consistency - _SLACK and row_pri >= pri - _SLACK
        found.append(
            Configuration(
                number=row + 1,
                values=term,
                expression=write_term(term, held.conditions),
                output=None if counts[row] < frequency else int(meets),
                n=int(counts[row]),
                consistency=row_consistency,
                pri=row_pri,
                cases=names[members],
                contradictory=bool(inside[row] and outside[row]),
                deviant=tuple(compress(names[members], out[members].tolist())),
            )
        )
    return tuple(found)


def home_rows(x: Vector) -> NDArray[np.int16]:
    """The index of the configuration each case is in, the first condition counting most."""
    home = np.zeros(x.shape[1], dtype=np.int16)  # holds 15 conditions, and sorts in linear time
    for column in x:
        home = 2 * home + (column > 0.5)
    return home


def membership_sums(x: Vector, y: Vector) -> tuple[Vector, Vector, Vector]:
    """For every configuration: sums over cases of X, min(X, Y) and min(X, Y, 1 - Y).

    A case's membership in a configuration that differs from its own in the conditions D is the
    smallest of its doubts min(x, 1 - x) over D, as these are at most 0.5 and all the rest at least
    0.5. With its doubts sorted, b1 <= b2 <= ..., that smallest is b1 + (b2 - b1) + ... up to the
    first of D: each step belongs to all configurations that agree with the case in the conditions
    of smaller doubt, which is a cube of the ternary grid. So steps are added up by cube, for all
    cases at once, and cubes then handed down to the configurations in them.
    """
    width, count = x.shape
    caps = (np.ones_like(y), y, np.minimum(y, 1 - y))
    grids = np.zeros((len(caps), 3**width))
    chunk = max(_CHUNK, 3**width // 4)  # small enough for the cache, large enough to fill the grids
    for start in range(0, count, chunk):
        part = slice(start, start + chunk)
        cubes, steps = _layers(x[:, part])
        for which, cap in enumerate(caps):
            rises = np.minimum(steps, cap[part])
            rises[1:] -= rises[:-1].copy()
            grids[which] += np.bincount(cubes.ravel(), weights=rises.ravel(), minlength=3**width)
    total, shared, tied = (_hand_down(grid, width) for grid in grids)
    return total, shared, tied


def _layers(x: Vector) -> tuple[NDArray[np.int64], Vector]:
    """For each case the cubes around its configuration, largest first, and its memberships there."""
    width, count = x.shape
    doubts = np.minimum(x, 1 - x)
    place = 3 ** np.arange(width - 1, -1, -1)
    settled = np.where(x > 0.5, -place[:, None], -2 * place[:, None])
    order = np.argsort(doubts, axis=0)
    order *= count
    order += np.arange(count)
    cubes = np.empty((width + 1, count), dtype=np.int64)
    steps = np.empty((width + 1, count))
    cubes[0] = 3**width - 1
    for rank, chosen in enumerate(order):
        np.add(cubes[rank], settled.ravel().take(chosen), out=cubes[rank + 1])
        doubts.ravel().take(chosen, out=steps[rank])
    steps[-1] = 1 - steps[-2]
    return cubes, steps


def _hand_down(grid: Vector, width: int) -> Vector:
    """Add what stands at "either" to both "absent" and "present", one condition at a time."""
    cube = grid.reshape((3,) * width)
    for axis in range(width):
        before = (slice(None),) * axis
        cube = cube[(*before, slice(0, 2))] + cube[(*before, slice(2, 3))]
    return cube.ravel()
