"""Two readings of the same decisions as a table of counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = ["Confusion", "confusion"]


@frozen(kw_only=True)
class Confusion(Result):
    """How two readings of the same yes-or-no decisions compare, as `confusion` returns it.

    Attributes:
        neither: decisions where both said no.
        second_only: where only the second said yes.
        first_only: where only the first said yes.
        both: where both said yes.
        kappa: Cohen's kappa.
        agreement: share of the decisions on which both agree, 0 to 1.
        precision: share of the second's yes that the first shares; None where the second never said
            yes.
        recall: share of the first's yes that the second shares; None where the first never said yes.
        f1: twice the shared yes over all yes; None where nobody said yes.
        mcnemar: McNemar's chi-squared on 1 degree of freedom, without continuity correction; None
            where they never differ.
        mcnemar_p: its p-value: whether one of them says yes more often than the other.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis.agreement import confusion
        >>> found = confusion([[40, 10], [5, 45]])
        >>> found.n, found.agreement
        (100, 0.85)
    """

    neither: int
    second_only: int
    first_only: int
    both: int
    kappa: float
    agreement: float
    precision: float | None
    recall: float | None
    f1: float | None
    mcnemar: float | None
    mcnemar_p: float | None
    assumptions: tuple[str, ...] = (
        "the decisions are independent of each other",
        "precision and recall take the first reading as right; kappa and agreement take neither",
    )

    @property
    def n(self) -> int:
        """Number of decisions."""
        return self.neither + self.second_only + self.first_only + self.both

    def to_rows(self) -> tuple[Row, ...]:
        """Return all figures as one line.

        Examples:
            >>> from implsci.analysis.agreement import confusion
            >>> confusion([[40, 10], [5, 45]]).to_rows()[0]["recall"]
            0.9
        """
        names = (
            "n", "neither", "second_only", "first_only", "both", "kappa", "agreement", "precision",
            "recall", "f1", "mcnemar", "mcnemar_p",
        )  # fmt: skip
        return ({name: getattr(self, name) for name in names},)

    def sentence(self) -> str:
        """Say how far both agree, and whether one says yes more often.

        Examples:
            >>> from textwrap import fill
            >>> from implsci.analysis.agreement import confusion
            >>> print(fill(confusion([[40, 10], [5, 45]]).sentence(), 74))
            Of 100 decisions both readings agree on 85.0% (Cohen's kappa 0.700). The
            second says yes to 55, the first to 50, and they share 45.
        """
        return (
            f"Of {self.n:,} decisions both readings agree on {100 * self.agreement:.1f}% (Cohen's "
            f"kappa {self.kappa:.3f}). The second says yes to {self.second_only + self.both:,}, the "
            f"first to {self.first_only + self.both:,}, and they share {self.both:,}."
        )


@checked
def confusion(table: Sequence[Sequence[int]]) -> Confusion:
    """Compare two readings of the same yes-or-no decisions, such as codes given or not.

    Precision is both / (both + second_only), recall both / (both + first_only), F1 twice both over
    both margins; kappa is Cohen's, as at `cohen_kappa` (Cohen 1960,
    doi:10.1177/001316446002000104); the test of the two disagreements against each other is
    McNemar's, chi squared without correction (McNemar 1947, doi:10.1007/BF02295996).

    Args:
        table: counts, the first reading (the reference, where there is one) in the rows and the
            second in the columns, no before yes: ``[[neither, second_only], [first_only, both]]``.

    Raises:
        InvalidQueryError: not two rows of two whole numbers from 0.
        CannotEstimateError: fewer than 2 decisions, or both readings one answer throughout.

    Examples:
        >>> found = confusion([[40, 10], [5, 45]])
        >>> round(found.kappa, 3), round(found.precision, 3), found.recall
        (0.7, 0.818, 0.9)
    """
    rows = [list(row) if isinstance(row, Sequence | np.ndarray) else [] for row in table]
    if [len(row) for row in rows] != [2, 2] or not all(
        type(count) is int and count >= 0 for row in rows for count in row
    ):
        raise InvalidQueryError("table: expected two rows of two whole numbers from 0")
    (neither, second_only), (first_only, both) = rows
    n = neither + second_only + first_only + both
    if n < 2:
        raise CannotEstimateError(f"{n} decisions can be compared, and at least 2 are needed")
    first, second = first_only + both, second_only + both
    # In whole numbers, since a chance of exactly 1 has no kappa.
    chance = first * second + (n - first) * (n - second)
    if chance == n * n:
        raise CannotEstimateError(
            "both readings give one answer throughout, so chance alone would give full agreement"
        )
    apart = second_only + first_only
    mcnemar = (second_only - first_only) ** 2 / apart if apart else None
    return Confusion(
        neither=neither,
        second_only=second_only,
        first_only=first_only,
        both=both,
        kappa=(n * (neither + both) - chance) / (n * n - chance),
        agreement=(neither + both) / n,
        precision=both / second if second else None,
        recall=both / first if first else None,
        f1=2 * both / (first + second) if first + second else None,
        mcnemar=mcnemar,
        mcnemar_p=None if mcnemar is None else float(special.chdtrc(1, mcnemar)),
    )
