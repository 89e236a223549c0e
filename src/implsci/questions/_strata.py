"""Measurements by stratum: which shares of people they hold, and which of them can be compared.

Measurements are compared where study, node, thing measured, unit, time, instrument and subscale are
the same and their strata belong together: one code, such as that of age, or codes of another
taxonomy under one heading. Measurements of one code are told apart by their group
(`Measurement.group`), else by who answered (`Measurement.respondent`), else by their note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from attrs import frozen

from implsci.codes import Code
from implsci.errors import UnknownNameError
from implsci.model import Measurement, Outcome, Strategy, Study
from implsci.plugins import Registry
from implsci.questions._asking import case_of
from implsci.taxonomy import Term

__all__ = ["Comparison", "Reach", "comparisons", "measured_nodes", "share_of", "term_of"]

# A printed share is rounded, to a percent at the coarsest.
_ROUNDED = 0.0051


@frozen(kw_only=True)
class Reach:
    """The share of one group of people that was reached.

    Attributes:
        group: the group's name: as given, else who answered, else the note, else the stratum's
            label.
        stratum: the stratum's code; None for all who were measured.
        share: the share, 0 to 1.
        base: how many there were; None where not told.
        rank: its place in the order of the groups, from the worst-off; None where they have none.

    Examples:
        >>> Reach(group="girls", stratum="equity:sex", share=0.4, base=50, rank=None).share
        0.4
    """

    group: str
    stratum: str | None
    share: float
    base: int | None
    rank: float | None


class Comparison(NamedTuple):
    """Groups of one study that can be compared, or why they cannot.

    Attributes:
        study: the study.
        case: what it counts as.
        node: id of the node that holds the measurements.
        label: the node's label.
        of: what was measured.
        time: when, in the source's words.
        dimension: code of the heading, or of the one stratum.
        groups: the groups, by rank where they have one, then by name.
        everyone: all who were measured, where the study tells.
        because: what keeps them from being compared, in words.
    """

    study: Study
    case: str
    node: str
    label: str
    of: str
    time: str | None
    dimension: str
    groups: tuple[Reach, ...]
    everyone: Reach | None
    because: str | None


def share_of(measured: Measurement) -> tuple[float, int | None] | str:
    """Return the share that a measurement holds and its base, or why it holds none."""
    value, n, base = measured.value, measured.n, measured.base
    counted = n / base if n is not None and base is not None else None
    if measured.unit == "percent" and value is not None:
        value /= 100
    elif measured.unit != "proportion" and value is not None:
        return f"not a share of people: unit {measured.unit or 'not stated'}"
    if value is None:
        return "no number" if counted is None else (counted, base)
    if not 0 <= value <= 1:
        return "a percent out of 0 to 100 is not a share of people"
    if counted is not None and abs(counted - value) > _ROUNDED:
        return f"n of base ({n} of {base}) contradicts the value ({value:.0%})"
    return (value if counted is None else counted), base


def measured_nodes(study: Study) -> tuple[Outcome | Strategy, ...]:
    """Return the nodes that can hold a measurement by stratum."""
    return *study.outcomes, *study.strategies


def comparisons(
    studies: Iterable[Study],
    of: str | None,
    order: Mapping[str, int],
    scheme: str,
    registry: Registry,
) -> Iterator[Comparison]:
    """Yield the groups that can be compared, in the order of studies and measurements.

    Args:
        studies: the studies.
        of: only measurements of this; None for all.
        order: the rank of groups by name or code, from the worst-off.
        scheme: the taxonomy whose strata are dimensions, such as age, and no groups of people.
        registry: knows headings, and ranks that terms have.
    """
    for study in studies:
        for node in measured_nodes(study):
            by_key: dict[tuple[str | None, ...], list[Measurement]] = defaultdict(list)
            for one in node.measurements:
                if of is None or one.of == of:
                    by_key[one.of, one.unit, one.time, one.instrument, one.subscale].append(one)
            for key, together in by_key.items():
                yield from _compared(study, node, key, together, order, scheme, registry)


def _compared(
    study: Study,
    node: Outcome | Strategy,
    key: tuple[str | None, ...],
    together: list[Measurement],
    order: Mapping[str, int],
    scheme: str,
    registry: Registry,
) -> Iterator[Comparison]:
    by_dimension: dict[str, list[Measurement]] = defaultdict(list)
    for one in together:
        if one.stratum is not None:
            by_dimension[_dimension(one.stratum, scheme, registry)].append(one)
    whole = [one for one in together if one.stratum is None]
    for dimension, measured in by_dimension.items():
        groups: list[Reach] = []
        reasons: list[str] = []
        codes = [one.stratum for one in measured]
        for one in measured:
            found = share_of(one)
            term = term_of(one.stratum or "", registry)
            name = term.label if term else str(one.stratum)
            if one.group is not None:
                name = one.group
            elif codes.count(one.stratum) > 1 or term is None or one.stratum == dimension:
                name = one.respondent or one.note or name
            if isinstance(found, str):
                reasons.append(f"{name}: {found}")
                continue
            groups.append(
                Reach(
                    group=name,
                    stratum=one.stratum,
                    share=found[0],
                    base=found[1],
                    rank=_rank(name, one.stratum, term, order),
                )
            )
        names = [one.group for one in groups]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            reasons.append(f"{', '.join(twice)} stands twice, and nothing tells the two apart")
        everyone = None
        if len(whole) == 1 and not isinstance(all_ := share_of(whole[0]), str):
            everyone = Reach(
                group="everyone measured", stratum=None, share=all_[0], base=all_[1], rank=None
            )
        yield Comparison(
            study=study,
            case=case_of(study),
            node=node.id,
            label=node.label,
            of=key[0] or "",
            time=key[2],
            dimension=dimension,
            groups=tuple(
                sorted(groups, key=lambda g: (g.rank is None, g.rank or 0, g.group, g.share))
            ),
            everyone=everyone,
            because="; ".join(reasons) or None,
        )


def _dimension(stratum: Code, scheme: str, registry: Registry) -> str:
    """Return what strata are compared under: itself in `scheme`, else the heading it stands under."""
    term = term_of(stratum, registry)
    if term is None or term.scheme == scheme or not term.broader:
        return stratum
    return term.broader[0]


def _rank(
    name: str, stratum: str | None, term: Term | None, order: Mapping[str, int]
) -> float | None:
    for key in (name, stratum or name):
        if key in order:
            return float(order[key])
    for text in term.facet("rank") if term and not order else ():
        try:
            return float(text)
        except ValueError:
            return None
    return None


def term_of(code: str, registry: Registry) -> Term | None:
    """Return the term of a code; None where its taxonomy does not have it or is not installed."""
    try:
        return registry.term(code)
    except UnknownNameError:
        return None
