"""From barriers over strategies to outcomes: how many studies join them, and what came of it.

Examples:
    >>> import implsci
    >>> found = flows(implsci.load("implsci-examples"))
    >>> found.studies, found.linked, found.link
    (373, 30, 'addressed')
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias, cast, get_args

from implsci.analysis.pooling import Drawn
from implsci.analysis.tally import main_effect, tally
from implsci.compendium import Compendium, Where
from implsci.errors import InvalidQueryError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import chosen
from implsci.questions._flows import (
    OTHERS,
    CameOfIt,
    FlowBand,
    FlowColumn,
    FlowNode,
    Flows,
)
from implsci.synthesis.axes import DETERMINANTS, UNCODED, Axis, make_axis, shown_of
from implsci.synthesis.cell import LinkRule
from implsci.synthesis.gathering import InCell, gather

__all__ = ["OTHERS", "CameOfIt", "FlowBand", "FlowColumn", "FlowNode", "Flows", "flows"]

_Cells: TypeAlias = Mapping[tuple[str, str], InCell]
_ByStudy: TypeAlias = dict[str, dict[str, Drawn]]


def __dir__() -> list[str]:
    return __all__


def flows(
    compendium: Compendium | Iterable[Study],
    barriers: str = "barrier",
    strategies: str = "strategy",
    outcomes: str = "outcome",
    *,
    link: LinkRule = "addressed",
    most: int | None = 6,
    where: Where | None = None,
    rollup: int | None = None,
    registry: Registry | None = None,
) -> Flows:
    """Find which barriers lead to which strategies, and these to which outcomes, by studies.

    Between barriers and strategies stand the studies in which the strategy is said to address the
    barrier, or, where asked, those that have both. Between strategies and outcomes stand those with
    a finding that names both, apart by what most of a study's effects say. These are the cells of
    two tables of `implsci.synthesize`, the less frequent rows and columns gathered.

    Args:
        compendium: the studies.
        barriers: the axis of barriers: barrier, facilitator or determinant, with or without its
            taxonomy, as in ``barrier:cfir-2009``; without, the commonest is taken.
        strategies: the axis of strategies, likewise.
        outcomes: the axis of outcomes, likewise.
        link: ``addressed``, or ``cooccur`` for all studies that have both.
        most: how many values of each column stand by themselves, the commonest, at least 1; the
            others are gathered, and what has no code stands apart. None for all.
        where: wanted values by facet, as in `Compendium.where`.
        rollup: depth of the hierarchy to roll codes up to, 1 for the top.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked, no such axis or link, or a number out of
            range.
        UnknownNameError: no such code or taxonomy.

    Examples:
        >>> from implsci import Barrier, Finding, Outcome, Strategy
        >>> study = Study(
        ...     id="one",
        ...     title="One",
        ...     barriers=(Barrier(id="b", label="it", codes=("cfir-2009:culture",)),),
        ...     strategies=(
        ...         Strategy(id="s", label="it", codes=("eric:facilitation",), addresses=("b",)),
        ...     ),
        ...     outcomes=(Outcome(id="o", label="it", codes=("proctor:adoption",), kind="service"),),
        ...     findings=(
        ...         Finding(
        ...             id="f", outcome="o", direction="improved", strategies=("s",), basis="effect"
        ...         ),
        ...     ),
        ... )
        >>> for band in flows([study]).bands:
        ...     print(band.start_label, "to", band.end_label, band.studies, band.came_of_it)
        Culture to Facilitation 1 None
        Facilitation to Adoption 1 improved
    """
    if most is not None and most < 1:
        raise InvalidQueryError(f"most: expected 1 or more, got {most}")
    if link not in get_args(LinkRule):
        raise InvalidQueryError(f"link is {' or '.join(get_args(LinkRule))}; got {link!r}")
    taxonomies = registry or default_registry()
    asked = chosen(compendium, where, taxonomies)
    first, middle, last = (
        _axis(text, kinds, asked, taxonomies, rollup)
        for text, kinds in (
            (barriers, DETERMINANTS),
            (strategies, ("strategy",)),
            (outcomes, ("outcome",)),
        )
    )
    joined = gather(asked, first, middle, link)
    # No strategy addresses an outcome: what joins the two is a finding.
    tried = gather(asked, middle, last, "cooccur")
    leads = {pair: cell for pair, cell in joined.cells.items() if cell.studies}
    tells = {pair: cell for pair, cell in tried.cells.items() if cell.findings}
    had: dict[FlowColumn, dict[str, set[str]]] = {
        "barrier": defaultdict(set),
        "strategy": defaultdict(set),
        "outcome": defaultdict(set),
    }
    for (barrier, strategy), cell in leads.items():
        ids = {study.id for study in cell.studies}
        had["barrier"][barrier] |= ids
        had["strategy"][strategy] |= ids
    for (strategy, outcome), cell in tells.items():
        ids = {drawn.study.id for drawn in cell.findings}
        had["strategy"][strategy] |= ids
        had["outcome"][outcome] |= ids
    columns = {name: _column(name, own, most, taxonomies) for name, own in had.items()}
    linked = {study.id for cell in leads.values() for study in cell.studies}
    told = {drawn.study.id for cell in tells.values() for drawn in cell.findings}
    findings = {
        (drawn.study.id, drawn.finding.id): drawn.bundled
        for cell in tells.values()
        for drawn in cell.findings
    }
    return Flows(
        barrier_axis=first.name,
        strategy_axis=middle.name,
        outcome_axis=last.name,
        link=link,
        nodes=tuple(node for column in columns.values() for node in column.nodes),
        bands=(
            *_leading(leads, columns["barrier"], columns["strategy"]),
            *_telling(tells, columns["strategy"], columns["outcome"]),
        ),
        studies=len(asked),
        linked=len(linked),
        told=len(told),
        both=len(linked & told),
        without_barrier=joined.without_row,
        without_strategy=joined.without_column,
        findings=len(findings),
        bundled=sum(findings.values()),
    )


def _axis(
    text: str,
    kinds: tuple[str, ...],
    asked: Compendium,
    registry: Registry,
    rollup: int | None,
) -> Axis:
    axis = make_axis(text, asked, registry, rollup)
    if axis.kind not in kinds:
        raise InvalidQueryError(f"flows: expected an axis of {' or '.join(kinds)}, got {text!r}")
    return axis


class _Column(NamedTuple):
    """The values of a column in their order, and where each value of the data stands in it."""

    nodes: tuple[FlowNode, ...]
    places: Mapping[str, int]


def _column(
    name: FlowColumn, had: Mapping[str, set[str]], most: int | None, registry: Registry
) -> _Column:
    coded = sorted(had.keys() - {UNCODED}, key=lambda value: (-len(had[value]), value))
    alone = [*coded[:most], *({UNCODED} & had.keys())]
    rest = coded[len(coded[:most]) :]
    nodes = [
        FlowNode(
            column=name,
            value=value,
            label=shown_of(value, registry),
            study_ids=tuple(sorted(had[value])),
        )
        for value in alone
    ]
    places = {value: place for place, value in enumerate(alone)}
    if rest:
        places |= dict.fromkeys(rest, len(nodes))
        nodes.append(
            FlowNode(
                column=name,
                value=OTHERS,
                label=f"others ({len(rest)})",
                study_ids=tuple(sorted(set().union(*(had[value] for value in rest)))),
                gathers=tuple(rest),
            )
        )
    return _Column(tuple(nodes), places)


def _leading(leads: _Cells, starts: _Column, ends: _Column) -> Iterable[FlowBand]:
    bands: dict[tuple[int, int], set[str]] = defaultdict(set)
    for (start, end), cell in leads.items():
        bands[starts.places[start], ends.places[end]].update(study.id for study in cell.studies)
    for (a, b), ids in sorted(bands.items()):
        yield FlowBand(
            source="barrier",
            start=starts.nodes[a].value,
            start_label=starts.nodes[a].label,
            end=ends.nodes[b].value,
            end_label=ends.nodes[b].label,
            study_ids=tuple(sorted(ids)),
        )


def _telling(tells: _Cells, starts: _Column, ends: _Column) -> Iterable[FlowBand]:
    pairs: dict[tuple[int, int], _ByStudy] = defaultdict(lambda: defaultdict(dict))
    for (start, end), cell in tells.items():
        own = pairs[starts.places[start], ends.places[end]]
        for drawn in cell.findings:  # by its id: a gathered value may bring a finding twice
            own[drawn.study.id][drawn.finding.id] = drawn
    for (a, b), own in sorted(pairs.items()):
        by_end: dict[CameOfIt, list[str]] = defaultdict(list)
        for study, held in sorted(own.items()):
            counted = tally(drawn.finding for drawn in held.values())
            by_end[cast("CameOfIt", main_effect(counted) or "told")].append(study)
        for came in get_args(CameOfIt):
            if ids := by_end.get(came):
                held_here = [drawn for study in ids for drawn in own[study].values()]
                yield FlowBand(
                    source="strategy",
                    start=starts.nodes[a].value,
                    start_label=starts.nodes[a].label,
                    end=ends.nodes[b].value,
                    end_label=ends.nodes[b].label,
                    came_of_it=came,
                    study_ids=tuple(ids),
                    findings=len(held_here),
                    bundled=sum(drawn.bundled for drawn in held_here),
                )
