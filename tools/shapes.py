"""Write ``src/implsci/places/shapes.json``, the outlines of countries behind the world map.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/shapes.py package

The package world-atlas holds the admin-0 countries of Natural Earth 4.1.0 (naturalearthdata.com, in
the public domain) as TopoJSON. Outlines are those of 1:110m, their corners rounded to a tenth of a
degree. A country that has none, or a small one, gets a dot: the middle of its largest piece of land at
1:10m. Where Natural Earth counts a territory with another country and ISO 3166-1 has a code for it, its
land is told by the boxes below. Antarctica lies outside the map. Needs pycountry, for numeric codes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, TypeAlias

import pycountry

from implsci.places import COUNTRIES

OUT = Path(__file__).parent.parent / "src" / "implsci" / "places" / "shapes.json"
UNIT = 0.1  # degrees
SMALL = 15_000  # square kilometers, below which a dot is drawn on the outline
UNDRAWN = "AQ"

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

OCEAN = "Indian Ocean Ter."
PARTS = (  # a territory, with whom its land is counted, and where it lies: west, south, east, north
    ("BQ", "NL", (-69, 12, -62, 18)),
    ("BV", "NO", (3, -55, 4, -54)),
    ("CC", OCEAN, (96, -13, 98, -11)),
    ("CX", OCEAN, (105, -11, 106, -10)),
    ("GF", "FR", (-55, 2, -51, 6)),
    ("GP", "FR", (-62, 15.5, -61, 17)),
    ("MQ", "FR", (-62, 14, -60.5, 15.2)),
    ("RE", "FR", (55, -22, 56, -20)),
    ("SJ", "NO", (10, 74, 35, 82)),
    ("SJ", "NO", (-10, 70, -7, 72)),
    ("TK", "NZ", (-173, -10, -171, -8)),
    ("YT", "FR", (45, -13.5, 45.5, -12.5)),
)


def countries(path: Path) -> dict[str, list[list[Ring]]]:
    """Return polygons, outer ring first, by ISO code; by name where Natural Earth has no code."""
    world = json.loads(path.read_text(encoding="utf-8"))
    arcs = [_arc(arc, world["transform"]) for arc in world["arcs"]]
    found: dict[str, list[list[Ring]]] = {}
    for shape in world["objects"]["countries"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for part in parts:
            polygon = [_joined(ring, arcs) for ring in part]
            found.setdefault(_code(shape, polygon[0][0]), []).append(polygon)
    return found


def _arc(steps: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    (a, b), (c, d) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append((c + a * x, d + b * y))
    return points


def _joined(ring: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for place in ring:
        points += (arcs[place] if place >= 0 else arcs[~place][::-1])[:-1]
    return points


def _code(shape: dict[str, Any], at: Point) -> str:
    name: str = shape["properties"]["name"]
    country = pycountry.countries.get(numeric=shape["id"]) if "id" in shape else None
    holder = country.alpha_2 if country else "XK" if name == "Kosovo" else name
    for code, of, (west, south, east, north) in PARTS:
        if holder == of and west <= at[0] <= east and south <= at[1] <= north:
            return code
    return holder


def cut(ring: Ring) -> Iterator[Ring]:
    """Yield the parts of a ring on either side of the antimeridian."""
    whole = _unrolled(ring)
    for turn in (-360, 0, 360):
        if part := _clipped(_clipped(whole, turn - 180, 1), turn + 180, -1):
            yield [(x - turn, y) for x, y in part]


def _unrolled(ring: Ring) -> Ring:
    whole = ring[:1]
    for x, y in ring[1:]:
        whole.append((x + 360 * round((whole[-1][0] - x) / 360), y))
    return whole


def _clipped(ring: Ring, at: float, side: int) -> Ring:
    """Return what of a ring lies on one side of a meridian (Sutherland and Hodgman 1974)."""
    kept: Ring = []
    for (x, y), (u, v) in pairwise([*ring, *ring[:1]]):
        if side * (x - at) >= 0:
            kept.append((x, y))
        if (x - at) * (u - at) < 0:
            kept.append((at, y + (v - y) * (at - x) / (u - x)))
    return kept


def rounded(ring: Ring) -> list[int]:
    """Return a ring in whole units: its first corner, then the steps; empty where nothing is left."""
    corners = [(round(x / UNIT), round(y / UNIT)) for x, y in ring]
    corners = [one for one, other in pairwise([*corners, *corners[:1]]) if one != other]
    if len(corners) < 3:
        return []
    steps = [(u - x, v - y) for (x, y), (u, v) in pairwise(corners)]
    return [value for pair in (corners[0], *steps) for value in pair]


def measured(ring: Ring) -> tuple[float, Point]:
    """Return the area of a ring in square kilometers, near enough, and its centroid."""
    whole = _unrolled(ring)
    x0, y0 = whole[0]
    twice = sum_x = sum_y = 0.0
    for (x, y), (u, v) in pairwise([(x - x0, y - y0) for x, y in [*whole, whole[0]]]):
        cross = x * v - u * y
        twice += cross
        sum_x += (x + u) * cross
        sum_y += (y + v) * cross
    if not twice:
        return 0.0, whole[0]
    x, y = x0 + sum_x / (3 * twice), y0 + sum_y / (3 * twice)
    return abs(twice) / 2 * 111.2**2 * cos(radians(y)), ((x + 180) % 360 - 180, y)


def main(folder: Path) -> None:
    """Write the file."""
    coarse, fine = (countries(folder / f"countries-{scale}.json") for scale in ("110m", "10m"))
    shapes = {
        code: [
            part
            for polygon in land
            for ring in polygon
            for one in cut(ring)
            if (part := rounded(one))
        ]
        for code, land in sorted(coarse.items())
        if code != UNDRAWN
    }
    dots: dict[str, list[int]] = {}
    for code, land in sorted(fine.items()):
        lands = [measured(polygon[0]) for polygon in land]
        if code in COUNTRIES and sum(size for size, _ in lands) < SMALL:
            dots[code] = [round(value / UNIT) for value in max(lands)[1]]
    blocks: dict[str, dict[str, Any]] = {
        "shapes": {code: rings for code, rings in shapes.items() if code in COUNTRIES},
        "others": {code: rings for code, rings in shapes.items() if code not in COUNTRIES},
        "dots": dots,
    }
    lines = ",\n".join(
        f'"{name}":{{\n'
        + ",\n".join(
            f"{json.dumps(code)}:{json.dumps(value, separators=(',', ':'))}"
            for code, value in block.items()
        )
        + "\n}"
        for name, block in blocks.items()
    )
    OUT.write_text(f'{{\n"unit":{UNIT},\n{lines}\n}}\n', encoding="utf-8", newline="\n")
    missing = sorted(COUNTRIES.keys() - shapes.keys() - dots.keys())
    print(f"{len(blocks['shapes'])} shapes, {len(dots)} dots; neither: {', '.join(missing)}")
    print(f"shapes of no code: {', '.join(blocks['others'])}; {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
