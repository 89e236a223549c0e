"""Where countries lie: outlines and dots, as Natural Earth draws them at 1:110m.

``tools/shapes.py`` writes the file from the public-domain data of naturalearthdata.com, version 4.1.0.
Outlines and names follow who holds the land by that source; the file takes no position on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

__all__ = ["Point", "Ring", "Shapes", "shapes"]

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = tuple[Point, ...]


class Shapes(NamedTuple):
    """Outlines and dots, longitude and latitude in degrees.

    Attributes:
        outlines: rings by ISO 3166-1 alpha-2, or XK; a hole runs the other way round.
        others: rings of land that has no such code, by its name in the source.
        dots: the place of each country that is small or has no outline.
    """

    outlines: Mapping[str, tuple[Ring, ...]]
    others: Mapping[str, tuple[Ring, ...]]
    dots: Mapping[str, Point]


@cache
def shapes() -> Shapes:
    """Return what the file holds."""
    data = json.loads(files("implsci.places").joinpath("shapes.json").read_text(encoding="utf-8"))
    unit = data["unit"]

    def ring(steps: list[int]) -> Ring:
        across, up = (accumulate(steps[start::2]) for start in (0, 1))
        return tuple((x * unit, y * unit) for x, y in zip(across, up, strict=True))

    def rings(block: dict[str, list[list[int]]]) -> Mapping[str, tuple[Ring, ...]]:
        return MappingProxyType({name: tuple(map(ring, own)) for name, own in block.items()})

    return Shapes(
        outlines=rings(data["shapes"]),
        others=rings(data["others"]),
        dots=MappingProxyType(
            {code: (x * unit, y * unit) for code, (x, y) in data["dots"].items()}
        ),
    )
