"""World map: how many studies name each country, on a map that keeps areas as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from implsci.analysis._arguments import of_kind
from implsci.errors import InvalidQueryError
from implsci.places import COUNTRIES
from implsci.places._shapes import Point, Ring, shapes
from implsci.plots._axes import (
    BLACK,
    MISSING_HATCH,
    PLAIN,
    Look,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Mark, Spot, keep
from implsci.plots._equal_earth import equal_earth
from implsci.plots._map_labels import beside_land

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, PathPatch

    from implsci.questions.countries import Countries, CountryCount

__all__ = ["world_map"]

_NOUNS: Final = {"studies": "study", "cases": "case"}

# Dark in even steps of lightness, so that the order is seen without color too.
_RAMP: Final = (
    Look("#a9cde4", ".."),
    Look("#6fabd3", "//"),
    Look("#3d84bd", "\\\\"),
    Look("#1d5a96", "--"),
    Look("#08284f", ""),
)
_STEPS: Final = {0: (), 1: (4,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
_UNSTUDIED: Final = Look("#ebebeb", "")
_CODELESS: Final = Look("#ffffff", 2 * MISSING_HATCH)
_COAST: Final = "#9a9a9a"
_SOUTH, _NORTH = -57, 84  # beyond lie Antarctica and the sea
_SERIES: Final = ((10, (1, 3)), (10, (1,)), (100, (1,)), (1000, (1,)))
_LONGEST: Final = 28


class _Class(NamedTuple):
    """Countries of about as many studies: the bounds, both within, and how they look."""

    low: int
    high: int
    look: Look

    @property
    def words(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


def world_map(
    found: Countries,
    *,
    of: Literal["studies", "cases"] = "studies",
    top: int = 5,
    ax: Axes | None = None,
) -> Figure:
    """Draw the countries of the world, darker the more studies name them.

    The projection is Equal Earth, which keeps areas (Šavrič, Patterson and Jenny 2018,
    doi:10.1080/13658816.2018.1504949). There are up to five classes: every number its own up to 5,
    else bounds of 1, 3, 10, 30 and so on, or powers of 10, 100 or 1,000 where those are too many. A
    small country is a dot. Light gray is no study, which says nothing of what is known there. Land
    that the source parts off and that has no code (Northern Cyprus, Somaliland) is white and hatched.
    What is not drawn, and studies that name no country, are counted below the map.

    Outlines are those of Natural Earth (naturalearthdata.com, version 4.1.0, 1:110m, public domain),
    which shows who holds the land. On borders in dispute the drawing takes no position.

    Args:
        found: what `implsci.questions.countries` returned; its rows are the table behind the map.
        of: what is counted: ``studies``, or ``cases``, where the studies of one programme are one.
        top: how many countries to name on the map at most, from the most studied, as far as there is
            room; of countries with equal numbers all are named or none.
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: `found` is no such result, `of` another word, or `top` below 0.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> from implsci.questions import countries
        >>> figure = world_map(countries(implsci.load("implsci-examples")))
        >>> figure.axes[0].get_title(loc="left")[:18]
        'Studies by country'
    """
    from implsci.questions.countries import Countries

    of_kind("found", found, Countries, "questions.countries")
    if of not in _NOUNS:
        raise InvalidQueryError(f"of: expected studies or cases, got {of!r}")
    if isinstance(top, bool) or not isinstance(top, int) or top < 0:
        raise InvalidQueryError(f"top: expected a whole number from 0, got {top!r}")
    numbers = {one.country: _number(one, of) for one in found.counts if one.name is not None}
    classes = _classes(max(numbers.values(), default=0))
    ax = open_axes(ax, 13.0, 5.8)
    _globe(ax)
    _land(ax, numbers, classes)
    _labels(ax, numbers, top)
    legend(ax, list(_explained(numbers, classes)), f"{of} per country")
    keep(ax, found.to_rows(), _marks(numbers, of))
    all_of_them, placeless = (
        (found.n_studies, found.placeless_studies)
        if of == "studies"
        else (found.n_cases, found.placeless_cases)
    )
    named = all_of_them - placeless
    return finish(
        ax,
        title=f"{of.capitalize()} by country: {counted(named, _NOUNS[of], of)} in {len(numbers)} of "
        f"{len(COUNTRIES)} countries",
        x="",
        y="",
        note=" ".join(_notes(found, of, all_of_them, named)),
        told=" ".join(_told(numbers, classes, of)),
        columns=118,
    )


def _marks(numbers: Mapping[str, int], of: str) -> Iterator[Mark]:
    """Yield what can be pointed at: the countries drawn that are named, small ones last."""
    world = shapes()
    for code in sorted(numbers, key=lambda code: (code in world.dots, -numbers[code], code)):
        if _drawn(code):
            shape = (
                Spot(*_middle(code), 5)
                if code in world.dots
                else _outline(world.outlines[code], _UNSTUDIED, code, _COAST).get_path()
            )
            yield Mark(shape, f"{COUNTRIES[code]}: {counted(numbers[code], _NOUNS[of], of)}")


def _classes(most: int) -> tuple[_Class, ...]:
    """Return the classes for numbers from 1 to the largest, five at most."""
    starts = list(range(1, min(most, len(_RAMP) + 1) + 1))
    for base, firsts in _SERIES:
        if len(starts) <= len(_RAMP):
            break
        low = [first * base**power for power in range(len(_RAMP) + 1) for first in firsts]
        starts = [one for one in low if one <= most]
    ends = [start - 1 for start in starts[1:]]
    looks = (_RAMP[step] for step in _STEPS[len(starts)])
    return tuple(map(_Class, starts, [*ends, most], looks))


def _number(one: CountryCount, of: str) -> int:
    return one.studies if of == "studies" else one.cases


def _class_of(number: int, classes: Sequence[_Class]) -> _Class | None:
    return next((one for one in classes if one.low <= number <= one.high), None)


def _globe(ax: Axes) -> None:
    """Draw the rim of the map, and leave nothing else around it."""
    from matplotlib.patches import Polygon

    rim = [equal_earth(180, latitude) for latitude in range(_SOUTH, _NORTH + 1)]
    west = [(-x, y) for x, y in reversed(rim)]
    ax.add_patch(
        Polygon([*rim, *west], facecolor="none", edgecolor=_COAST, linewidth=0.6, zorder=6)
    )
    ax.set_aspect("equal")
    ax.set_xlim(-1.01 * max(x for x, _ in rim), 1.01 * max(x for x, _ in rim))
    ax.set_ylim(rim[0][1] - 0.01, rim[-1][1] + 0.01)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)


def _land(ax: Axes, numbers: Mapping[str, int], classes: Sequence[_Class]) -> None:
    world = shapes()
    for rings in world.others.values():
        ax.add_patch(_outline(rings, _CODELESS, "", _COAST))
    for code, rings in world.outlines.items():
        found = _class_of(numbers.get(code, 0), classes)
        ax.add_patch(_outline(rings, found.look if found else _UNSTUDIED, code, "#ffffff"))
    for code, (longitude, latitude) in world.dots.items():
        found = _class_of(numbers.get(code, 0), classes)
        x, y = equal_earth(longitude, latitude)
        ax.scatter(
            [x],
            [y],
            s=45 if found else 9,
            color=(found.look if found else _UNSTUDIED).fill,
            edgecolors="#ffffff" if found else _COAST,
            linewidths=0.6,
            zorder=3 if found else 2,
            label=code,
        )


def _outline(rings: Sequence[Ring], look: Look, code: str, edge: str) -> PathPatch:
    """Return the land of a country as one patch; a hole, which runs the other way, stays open."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = [
        Path([equal_earth(*point) for point in (*ring, ring[0])], closed=True) for ring in rings
    ]
    return PathPatch(
        Path.make_compound_path(*paths),
        facecolor=look.fill,
        hatch=look.hatch,
        edgecolor=edge,
        linewidth=0.5,
        label=code,
    )


def _labels(ax: Axes, numbers: Mapping[str, int], top: int) -> None:
    """Name the most studied countries, each with a line to its middle."""
    world = shapes()
    labels = [
        (_middle(code), f"{shown(COUNTRIES[code], _LONGEST)} {numbers[code]:,}")
        for code in _most({code: n for code, n in numbers.items() if _drawn(code)}, top)
    ]
    corners = [
        equal_earth(*point)
        for point in (
            *world.dots.values(),
            *(point for rings in world.outlines.values() for ring in rings for point in ring),
        )
    ]
    (left, right), (bottom, top_edge) = ax.get_xlim(), ax.get_ylim()
    for one in beside_land(labels, corners, (left, bottom, right, top_edge)):
        ax.plot(*zip(one.mark, one.at, strict=True), color=BLACK, linewidth=0.8, zorder=4)
        ax.text(
            *one.at,
            one.words,
            va="center",
            ha="center",
            bbox={"facecolor": "#ffffff", "edgecolor": "none", "alpha": 0.9, "pad": 1},
            zorder=5,
            **PLAIN,
        )


def _most(numbers: Mapping[str, int], top: int) -> list[str]:
    """Return the countries with the largest numbers, at most so many; of equals all or none."""
    chosen: list[str] = []
    ranked = sorted(numbers, key=lambda code: (-numbers[code], code))
    for _, equals in groupby(ranked, key=numbers.__getitem__):
        further = list(equals)
        if len(chosen) + len(further) > top:
            break
        chosen += further
    return chosen


def _middle(code: str) -> Point:
    """Return the dot of a country, or the centroid of its largest piece of land."""
    world = shapes()
    if code in world.dots:
        return equal_earth(*world.dots[code])
    best = (0.0, (0.0, 0.0))
    for ring in world.outlines[code]:
        points = [equal_earth(*point) for point in (*ring, ring[0])]
        crosses = [(x * v - u * y, x + u, y + v) for (x, y), (u, v) in pairwise(points)]
        twice = sum(cross for cross, _, _ in crosses)
        middle = (
            sum(cross * across for cross, across, _ in crosses) / (3 * twice),
            sum(cross * up for cross, _, up in crosses) / (3 * twice),
        )
        best = max(best, (abs(twice), middle))
    return best[1]


def _explained(numbers: Mapping[str, int], classes: Sequence[_Class]) -> Iterator[Patch]:
    from matplotlib.patches import Patch

    for one in reversed(classes):
        held = sum(one.low <= number <= one.high for number in numbers.values())
        yield Patch(
            facecolor=one.look.fill,
            hatch=one.look.hatch,
            edgecolor="#ffffff",
            label=f"{one.words} ({counted(held, 'country', 'countries')})",
        )
    rest = counted(len(COUNTRIES) - len(numbers), "country", "countries")
    yield Patch(facecolor=_UNSTUDIED.fill, edgecolor=_COAST, label=f"none ({rest})")
    yield Patch(
        facecolor=_CODELESS.fill,
        hatch=_CODELESS.hatch,
        edgecolor=_COAST,
        label=f"no ISO code ({counted(len(shapes().others), 'area')})",
    )


def _notes(found: Countries, of: str, all_of_them: int, placed_in: int) -> Iterator[str]:
    none = f"{all_of_them - placed_in:,} of {counted(all_of_them, _NOUNS[of], of)}"
    yield f"{none} {'names' if all_of_them == 1 else 'name'} no country."
    yield f"A {_NOUNS[of]} in several countries counts in each."
    numbers = {one.country: _number(one, of) for one in found.counts}
    hidden = [code for code in COUNTRIES if not _drawn(code)]
    strange = [one.country for one in found.counts if one.name is None]
    for words, codes in (("Not drawn", hidden), ("Codes of no country", strange)):
        if codes:
            told = (
                f"{COUNTRIES.get(code, code)} ({counted(numbers.get(code, 0), _NOUNS[of], of)})"
                for code in codes
            )
            yield f"{words}: {', '.join(told)}."
    yield (
        "Dots are small countries. Equal Earth projection; outlines from Natural Earth; no position is "
        "taken on borders."
    )


def _told(numbers: Mapping[str, int], classes: Sequence[_Class], of: str) -> Iterator[str]:
    ranked = sorted(numbers, key=lambda code: (-numbers[code], code))
    for one in reversed(classes):
        held = [code for code in ranked if one.low <= numbers[code] <= one.high]
        names = (f"{COUNTRIES[code]} ({numbers[code]:,})" for code in held)
        yield f"{one.words} {_NOUNS[of] if one.high == 1 else of}: {', '.join(names) or 'no country'}."
    yield f"None: {counted(len(COUNTRIES) - len(numbers), 'country', 'countries')}."


def _drawn(code: str) -> bool:
    world = shapes()
    return code in world.outlines or code in world.dots
