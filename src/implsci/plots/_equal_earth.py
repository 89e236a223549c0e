"""Equal Earth: a projection of the world that keeps areas."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final

from implsci.places._shapes import Point

__all__ = ["equal_earth"]

_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)
_M: Final = sqrt(3) / 2


def equal_earth(longitude: float, latitude: float) -> Point:
    """Return where a place lies on the map, in radii of the globe, east and north of the middle.

    With sin t = (sqrt(3) / 2) sin latitude, y = A1 t + A2 t^3 + A3 t^7 + A4 t^9, and x is longitude
    times cos t over (sqrt(3) / 2) dy/dt (Šavrič, Patterson and Jenny 2018, equations 6 to 8,
    doi:10.1080/13658816.2018.1504949).

    Args:
        longitude: degrees east, from -180 to 180.
        latitude: degrees north, on the sphere.

    Examples:
        >>> x, y = equal_earth(180, 90)
        >>> round(x, 4), round(y, 4)
        (1.6036, 1.3174)
    """
    a, b, c, d = _A
    t = asin(_M * sin(radians(latitude)))
    slope = a + 3 * b * t**2 + t**6 * (7 * c + 9 * d * t**2)
    return radians(longitude) * cos(t) / (_M * slope), t * (a + b * t**2 + t**6 * (c + d * t**2))
