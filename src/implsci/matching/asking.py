"""Which barriers and facilitators a match is asked about: codes, or those of a study."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from implsci.codes import Code, split
from implsci.errors import InvalidQueryError
from implsci.matching.names import taxonomy_of
from implsci.model import Barrier, Study
from implsci.plugins import Registry

__all__ = ["Asked", "asked_of"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Asked:
    """What a match is asked about.

    Attributes:
        barriers: codes of the barriers.
        nodes: the same codes, those of one barrier together.
        facilitators: codes of the facilitators.
        notes: what a reader must know of the asking.
    """

    barriers: tuple[Code, ...]
    nodes: tuple[tuple[Code, ...], ...]
    facilitators: tuple[Code, ...]
    notes: tuple[str, ...]


def asked_of(
    asked: str | Iterable[str] | Study, facilitators: Iterable[str], registry: Registry
) -> Asked:
    """Return the codes asked about, and what a reader must know of the asking.

    Raises:
        InvalidQueryError: something that is no code, or no barrier at all.
        UnknownNameError: there is no such code; close names are suggested.
    """
    helpful = _texts("facilitators: expected codes", facilitators)
    notes: list[str] = []
    if isinstance(asked, Study):
        together, helping, notes = _of_study(asked, registry)
        helpful = [*helping, *helpful]
    else:
        together = [
            [name] for name in _texts("barriers: expected a code, several, or a Study", asked)
        ]
        if not together:
            raise InvalidQueryError("no barrier to match; expected at least one code")
    nodes = tuple(_codes(names, registry) for names in together)
    return Asked(
        barriers=tuple(dict.fromkeys(code for node in nodes for code in node)),
        nodes=nodes,
        facilitators=_codes(helpful, registry),
        notes=tuple(notes),
    )


def _texts(expected: str, given: object) -> list[str]:
    """Return names, be they one or several, and refuse what is none."""
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Iterable):
        raise InvalidQueryError(f"{expected}, got {given!r:.60}")
    names: list[str] = []
    for name in given:
        if not isinstance(name, str):
            raise InvalidQueryError(f"{expected}, got one that is {name!r:.60}")
        names.append(name)
    return names


def _codes(names: Iterable[str], registry: Registry) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(registry.term(name).code for name in names))


def _of_study(study: Study, registry: Registry) -> tuple[list[list[str]], list[str], list[str]]:
    notes: list[str] = []
    helping = [barrier for barrier in study.barriers if barrier.valence == "facilitator"]
    neutral = [barrier for barrier in study.barriers if barrier.valence == "neutral"]
    hindering = [
        barrier for barrier in study.barriers if barrier.valence not in ("facilitator", "neutral")
    ]
    nodes = [own for barrier in hindering if (own := _installed_codes([barrier], registry))]
    names = {name for own in nodes for name in own}
    uncoded = [barrier.label for barrier in hindering if not barrier.codes]
    absent = [code for barrier in hindering for code in barrier.codes if code not in names]
    if absent:
        notes.append(
            f"codes of taxonomies that are not installed are left out: {', '.join(absent)}"
        )
    if helping:
        named = ", ".join(barrier.label for barrier in helping)
        notes.append(f"facilitators are left out: {named}")
    if neutral:
        named = ", ".join(barrier.label for barrier in neutral)
        notes.append(f"determinants said to be neutral are left out: {named}")
    if uncoded:
        notes.append(f"barriers without a code are left out: {', '.join(uncoded)}")
    if not names:
        raise InvalidQueryError(f"study {study.id} has no coded barrier to match")
    return nodes, _installed_codes(helping, registry), notes


def _installed_codes(barriers: Iterable[Barrier], registry: Registry) -> list[str]:
    return [
        code
        for barrier in barriers
        for code in barrier.codes
        if taxonomy_of(split(Code(code))[0], registry) is not None
    ]
