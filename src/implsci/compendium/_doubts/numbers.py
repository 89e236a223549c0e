"""What printed numbers leave open."""

from __future__ import annotations

__all__ = ["rounding"]


def rounding(value: float) -> float:
    """Return by how much the true number may differ from the printed one.

    Examples:
        >>> rounding(0.25), rounding(17.0)
        (0.005, 0.5)
    """
    digits, _, exponent = repr(float(value)).partition("e")
    decimals = len(digits.partition(".")[2].rstrip("0")) - int(exponent or 0)
    return float(0.5 * 10.0 ** -max(decimals, 0))
