"""The sign test of k of n votes, with its interval and the caution that goes with it."""

from __future__ import annotations

import math
from typing import Final

from attrs import frozen
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from implsci.analysis._numbers import number, shown
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = ["CAUTION", "SignTest", "sign_test"]

CAUTION: Final = (
    "The sign test takes every study to point to better with one and the same chance. Studies differ "
    "in size and in what they look at, so the count does not follow the binomial distribution that "
    "the test and the interval assume: read both as a summary of the count, not as a test of whether "
    "anything works (Nikolakopoulos 2020, doi:10.1002/jrsm.1427)."
)
"""What to say beside every sign test.

Examples:
    >>> CAUTION[:13]
    'The sign test'
"""


_MOST: Final = 2**53  # beyond it a float does not tell one count from the next


@frozen(kw_only=True)
class SignTest(Result):
    """How many of n votes point to better, as `sign_test` returns it.

    Attributes:
        k: votes for better.
        n: votes with a direction, for better or for worse.
        share: k of n, 0 to 1.
        ci_low: lower end of Wilson's interval for it.
        ci_high: upper end.
        confidence: what the interval is meant to hold.
        p: exact two-sided p-value against one half.
        assumptions: what must hold.

    Examples:
        >>> sign_test(5, 6).share
        0.8333333333333334
    """

    k: int
    n: int
    share: float
    ci_low: float
    ci_high: float
    confidence: float
    p: float
    assumptions: tuple[str, ...] = (
        "the votes are independent: one a study or programme",
        "every study points to better with the same chance",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return all figures as one line.

        Examples:
            >>> sign_test(5, 6).to_rows()[0]["n"]
            6
        """
        names = ("k", "n", "share", "ci_low", "ci_high", "confidence", "p")
        return ({name: getattr(self, name) for name in names},)

    def sentence(self) -> str:
        """Say the count with interval, p-value and caution.

        Examples:
            >>> sign_test(5, 6).sentence().partition(" The sign")[0]
            '5 of 6 votes point to better (83%, 95% interval 44% to 97%; exact sign test p = 0.22).'
        """
        return (
            f"{self.k} of {self.n} votes point to better ({100 * self.share:.0f}%, "
            f"{100 * self.confidence:g}% interval {100 * self.ci_low:.0f}% to "
            f"{100 * self.ci_high:.0f}%; exact sign test p = {self.p:.2g}). {CAUTION}"
        )


def check_confidence(confidence: object) -> None:
    """Refuse a confidence outside 0 to 1."""
    if not 0 < number("confidence", confidence) < 1:
        raise InvalidQueryError(
            f"confidence: expected a number between 0 and 1, got {confidence!r}"
        )


def sign_test(k: int, n: int, confidence: float = 0.95) -> SignTest:
    """Test whether votes for better and for worse are equally likely.

    p is the exact two-sided binomial p-value for a chance of one half. The interval for k / n is
    Wilson's: (k + z^2 / 2 -+ z sqrt(k (n - k) / n + z^2 / 4)) / (n + z^2) (Wilson 1927,
    doi:10.1080/01621459.1927.10502953).

    Args:
        k: votes for better.
        n: votes for better or for worse.
        confidence: what the interval is meant to hold, between 0 and 1.

    Raises:
        CannotEstimateError: no vote.
        InvalidQueryError: counts that are no whole numbers with 0 <= k <= n, more than
            2^53 votes, or `confidence` out of range.

    Examples:
        >>> round(sign_test(5, 6).p, 4)
        0.2188
    """
    if type(k) is not int or type(n) is not int or not 0 <= k <= n:
        raise InvalidQueryError(
            f"expected whole numbers 0 <= k <= n, got k = {shown(k)}, n = {shown(n)}"
        )
    if n > _MOST:
        raise InvalidQueryError(f"n: expected at most {_MOST:,} votes, got {shown(n)}")
    check_confidence(confidence)
    if not n:
        raise CannotEstimateError("no vote points to better or to worse")
    # The lower tail keeps its digits where the confidence is close to 1.
    z = -float(special.ndtri((1 - confidence) / 2))
    middle = (k + z * z / 2) / (n + z * z)
    reach = z * math.sqrt(k * (n - k) / n + z * z / 4) / (n + z * z)
    # The binomial tail as an incomplete beta function, which keeps its digits where n is large.
    fewer = min(k, n - k)
    return SignTest(
        k=k,
        n=n,
        share=k / n,
        # At the edges the ends are exactly 0 and 1, which rounding would miss.
        ci_low=0.0 if k == 0 else middle - reach,
        ci_high=1.0 if k == n else middle + reach,
        confidence=confidence,
        p=min(1.0, 2 * float(special.betainc(n - fewer, fewer + 1, 0.5))),
    )
