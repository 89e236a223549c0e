"""The axes of a tabulation: for each place that nodes can stand at, its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from implsci.codes import split
from implsci.errors import InvalidQueryError
from implsci.model import Barrier, Outcome, Strategy, Study
from implsci.model.barrier import Valence
from implsci.plugins import Registry
from implsci.synthesis.axes import (
    DETERMINANTS,
    UNCODED,
    Axis,
    AxisValue,
    label_of,
    make_axis,
    shown_of,
)

__all__ = ["KINDS", "PlacedAxis", "axis_values", "placed_axis", "placed_kind", "ranked"]

KINDS: Final = (*DETERMINANTS, "outcome", "strategy")
"""The kinds of node that a tabulation can lay out."""


@frozen(kw_only=True)
class PlacedAxis:
    """An axis, with the values of each place on it.

    Attributes:
        axis: the axis, as a synthesis has it.
        of: the kind of node that the store's tables are named by.
        values: its values, in the order in which places have them first.
        at: for each place, the numbers of its values; none for a place of another kind.
    """

    axis: Axis
    of: str
    values: tuple[str, ...]
    at: tuple[tuple[int, ...], ...]

    @property
    def uncoded(self) -> int:
        """The number of the value that nodes without a code of the scheme have; -1 for none."""
        return self.values.index(UNCODED) if UNCODED in self.values else -1


def placed_kind(text: str) -> str:
    """Return the kind of node, as tables are named by it, that an axis asks for.

    Raises:
        InvalidQueryError: it is no axis that a tabulation can lay out.
    """
    kind = text.partition(":")[0]
    if kind not in KINDS:
        raise InvalidQueryError(
            f"a tabulation has the axes {', '.join(KINDS)}, got {text!r:.60}; "
            "implsci.synthesize has the others"
        )
    return "barrier" if kind in DETERMINANTS else kind


def placed_axis(
    text: str,
    places: Sequence[Mapping[str, Any]],
    nodes: Mapping[int, int],
    registry: Registry,
    rollup: int | None,
) -> PlacedAxis:
    """Return the axis that a text asks for, as `implsci.synthesize` has it, for every place.

    Args:
        text: an axis, with or without a taxonomy.
        places: the rows of the table of places.
        nodes: how many nodes stand at each place; they decide the taxonomy where none is named.
        registry: knows what is broader.
        rollup: depth of the hierarchy that codes are rolled up to.

    Raises:
        InvalidQueryError: no such axis, or a roll-up that is no depth.
        UnknownNameError: no such taxonomy.
    """
    of = placed_kind(text)
    # A study with a single node at the place says where such a node stands on the axis, so that
    # the rules of axes are written once.
    alone = {number: _study(row) for number, row in enumerate(places) if row["of"] == of}
    axis = make_axis(text, _deciding(text, places, nodes), registry, rollup)
    numbers: dict[str, int] = {}
    at = [
        tuple(numbers.setdefault(value, len(numbers)) for value in sorted(axis.place(study)))
        if (study := alone.get(number))
        else ()
        for number in range(len(places))
    ]
    return PlacedAxis(axis=axis, of=of, values=tuple(numbers), at=tuple(at))


def _deciding(
    text: str, places: Sequence[Mapping[str, Any]], nodes: Mapping[int, int]
) -> Iterator[Study]:
    """Yield a study coded in the taxonomy that most nodes of an axis are coded in."""
    kind = text.partition(":")[0]
    counts: Counter[str] = Counter()
    coded: dict[str, Study] = {}
    for number, count in nodes.items():
        place = places[number]
        if kind in ("barrier", "facilitator") and place["facilitator"] != (kind == "facilitator"):
            continue
        for code in place["codes"]:
            scheme = split(code)[0]
            counts[scheme] += count
            coded.setdefault(scheme, _study({**place, "codes": [code]}))
    if counts:
        yield coded[min(counts, key=lambda scheme: (-counts[scheme], scheme))]


def _study(place: Mapping[str, Any]) -> Study:
    """Return a study that has one node, which stands at a place."""
    codes = tuple(place["codes"])
    if place["of"] == "barrier":
        valence: Valence | None = "facilitator" if place["facilitator"] else None
        barrier = Barrier(id="n", label="n", codes=codes, valence=valence)
        return Study(id="s", title="s", barriers=(barrier,))
    if place["of"] == "strategy":
        return Study(id="s", title="s", strategies=(Strategy(id="n", label="n", codes=codes),))
    outcome = Outcome(id="n", label="n", codes=codes, kind=place["kind"])
    return Study(id="s", title="s", outcomes=(outcome,))


def axis_values(counts: Mapping[str, int], registry: Registry) -> tuple[AxisValue, ...]:
    """Return the values of an axis, with the studies that have each."""
    return ranked(
        AxisValue(
            value=value,
            label=label_of(value, registry),
            studies=count,
            shown=shown_of(value, registry),
        )
        for value, count in counts.items()
    )


def ranked(values: Iterable[AxisValue]) -> tuple[AxisValue, ...]:
    """Return values in order: those that most studies have first, ``(uncoded)`` last."""
    return tuple(sorted(values, key=lambda one: (one.value == UNCODED, -one.studies, one.value)))
