"""The order of core elements that their dependencies allow, in rounds."""

from __future__ import annotations

from graphlib import CycleError as LibraryCycleError
from graphlib import TopologicalSorter

from attrs import frozen

from implsci.errors import CycleError
from implsci.model import CoreElement, Innovation

__all__ = ["Sequence", "sequence"]


@frozen(kw_only=True)
class Sequence:
    """The order in which core elements of an innovation can be introduced.

    Attributes:
        innovation: its name.
        rounds: elements by round; all that an element depends on stands in an earlier round, and
            those of one round can be introduced together or in any order.
        conflicts: where a stated order goes against a dependency, in words.

    Examples:
        >>> Sequence(innovation="App", rounds=()).order
        ()
    """

    innovation: str
    rounds: tuple[tuple[CoreElement, ...], ...]
    conflicts: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the elements, one after the other."""
        return tuple(element.id for group in self.rounds for element in group)

    def to_dict(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "innovation": self.innovation,
            "rounds": [[element.id for element in group] for group in self.rounds],
            "conflicts": list(self.conflicts),
        }


def sequence(innovation: Innovation) -> Sequence:
    """Put the core elements of an innovation in an order that keeps their dependencies.

    Inside a round the stated `order` decides, then the place in the record; an element without a
    stated order comes after those that have one.

    Raises:
        CycleError: elements depend on one another in a circle; the circle is named.

    Examples:
        >>> practice = Innovation(
        ...     name="Screening",
        ...     core_elements=(
        ...         CoreElement(id="refer", label="refer", depends_on=("screen",)),
        ...         CoreElement(id="screen", label="screen every child"),
        ...     ),
        ... )
        >>> sequence(practice).order
        ('screen', 'refer')
    """
    elements = {element.id: element for element in innovation.core_elements}
    place = {name: index for index, name in enumerate(elements)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for element in elements.values():
        sorter.add(element.id, *element.depends_on)
    try:
        sorter.prepare()
    except LibraryCycleError as error:
        # The library names each before the one that depends on it.
        raise CycleError(f"core elements of {innovation.name!r}", error.args[1]) from None
    rounds: list[tuple[CoreElement, ...]] = []
    while sorter.is_active():
        ready = sorted(
            sorter.get_ready(),
            key=lambda name: (elements[name].order or len(elements) + 1, place[name]),
        )
        rounds.append(tuple(elements[name] for name in ready))
        sorter.done(*ready)
    return Sequence(
        innovation=innovation.name,
        rounds=tuple(rounds),
        conflicts=tuple(
            f"{element.id} stands at {element.order} and depends on {before}, "
            f"which stands at {elements[before].order}"
            for element in elements.values()
            for before in element.depends_on
            if element.order is not None
            and (stated := elements[before].order) is not None
            and element.order < stated
        ),
    )
