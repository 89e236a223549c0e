"""Synthesis: what a compendium has learnt, as a table of any two axes.

Examples:
    >>> import implsci
    >>> table = implsci.synthesize(
    ...     implsci.load("implsci-examples"), rows="strategy:eric", columns="outcome:proctor"
    ... )
    >>> cell = table.cell("eric:facilitation", "proctor:adoption")
    >>> cell.studies >= 23
    True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from attrs import evolve

from implsci.analysis.pooling import POOLED_METRICS, Pooled
from implsci.analysis.tally import Tally, in_words, tally
from implsci.compendium import Compendium, FacetValue, Where
from implsci.compendium.facets import outcome_codes
from implsci.errors import InvalidQueryError
from implsci.model import Finding, Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.axes import (
    NODE_KINDS,
    NOT_REPORTED,
    UNCODED,
    Axis,
    AxisValue,
    label_of,
    make_axis,
    rank_of,
    shown_of,
)
from implsci.synthesis.carrying import Carried, crosswalks_named
from implsci.synthesis.cell import DIRECTIONS, Cell, CellState, FindingRef, LinkRule
from implsci.synthesis.columnar import Tabulation, extend, tabulate, tabulate_by_outcome
from implsci.synthesis.dependence import Dependence, pool_dependent
from implsci.synthesis.gathering import InCell, gather, links_of
from implsci.synthesis.moves import MovedCell, moved_cells
from implsci.synthesis.noting import Asked, notes_of
from implsci.synthesis.rating import NOT_RATED, RATING, count_ratings, rating_of
from implsci.synthesis.saying import Said, pairs_said
from implsci.synthesis.table import Synthesis
from implsci.taxonomy import Crosswalk

__all__ = [
    "DIRECTIONS",
    "NODE_KINDS",
    "NOT_RATED",
    "NOT_REPORTED",
    "POOLED_METRICS",
    "RATING",
    "UNCODED",
    "AxisValue",
    "Carried",
    "Cell",
    "CellState",
    "Dependence",
    "FindingRef",
    "LinkRule",
    "MovedCell",
    "Pooled",
    "Said",
    "Synthesis",
    "Tabulation",
    "Tally",
    "extend",
    "in_words",
    "moved_cells",
    "rating_of",
    "synthesize",
    "tabulate",
    "tabulate_by_outcome",
    "tally",
]


def __dir__() -> list[str]:
    return __all__


def synthesize(
    compendium: Compendium | Iterable[Study],
    rows: str = "barrier",
    columns: str = "strategy",
    link: LinkRule = "addressed",
    where: Where | None = None,
    outcome: str | None = None,
    rollup: int | None = None,
    *,
    segments: str | None = None,
    through: str | Iterable[str] = (),
    links: str | None = None,
    rating: str = RATING,
    pooled: bool = True,
    dependence: Dependence = "combine",
    r: float = 0.8,
    registry: Registry | None = None,
) -> Synthesis:
    """Lay a compendium out in rows and columns.

    A study is in a cell of barriers and strategies if a strategy of it addresses the barrier
    (``link="addressed"``), or if both occur in it (``"cooccur"``); on all other axes, if both occur
    in it. A finding is in a cell of its study if it names the strategy, outcome, mechanism or
    relationship that the cell stands for and, where it names barriers, the barrier; on the axis of
    roles, if it claims the role. A barrier is never inferred from a strategy.

    Args:
        compendium: the studies.
        rows: a kind of node (barrier, facilitator, determinant for both, strategy, mechanism,
            relationship, outcome) or a facet; a kind of node may name its taxonomy, as in
            ``barrier:cfir-2009``; without one, the taxonomy that most nodes are coded in is taken
            and named in the result.
        columns: likewise.
        link: see above.
        where: wanted values by facet, as in `Compendium.where`.
        outcome: only findings on this outcome: a code (or anything narrower) or a kind such as
            ``implementation``.
        rollup: depth of the hierarchy to roll codes of all axes up to, 1 for the top.
        segments: a third axis, by which each cell is split; the cells themselves stay the same. A
            study may be in several segments, and stands in ``(not reported)`` where it is in none.
        through: names of crosswalks that carry codes of other schemes onto the axes, such as
            ``cfir-2009-to-cfir-2022``: exact, close and wider matches only, and only where a node
            has no code of the axis's own scheme. What is not carried over stands under
            ``(uncoded)``; the result says how many codes came over, and by what match.
        links: a basis, such as ``waltz-2019``, that is asked what it says of each pair. Evidence of
            no link is marked apart from empty cells and from null results.
        rating: the name under which studies or findings are rated: a key of ``Study.extra``, or
            ``Coding.of``.
        pooled: whether to pool effects, which needs the extra ``analysis``.
        dependence: several effects of one study or programme are combined first (``combine``), or
            pooled as they are by a multilevel model (``multilevel``).
        r: correlation assumed between effects of one study or programme where they are combined.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The table.

    Raises:
        InvalidQueryError: no such axis, facet, link rule or way to treat dependence; a crosswalk
            or a basis that has to do with neither axis.
        UnknownNameError: no such code, taxonomy, crosswalk or basis.
        MissingExtraError: there is something to pool and the extra ``analysis`` is not installed.

    Examples:
        >>> from implsci import Barrier, Strategy, Study
        >>> study = Study(
        ...     id="a",
        ...     title="A study",
        ...     barriers=(Barrier(id="b", label="no time", codes=("cfir-2009:planning",)),),
        ...     strategies=(
        ...         Strategy(id="s", label="help", codes=("eric:facilitation",), addresses=("b",)),
        ...     ),
        ... )
        >>> synthesize([study]).cell("Planning", "Facilitation").studies
        1
    """
    if link not in get_args(LinkRule):
        raise InvalidQueryError(f"link: expected addressed or cooccur, got {link!r}")
    if dependence not in get_args(Dependence):
        raise InvalidQueryError(
            f"dependence: expected combine or multilevel, got {dependence!r:.60}"
        )
    registry = registry or default_registry()
    if not isinstance(compendium, Compendium):
        compendium = Compendium(studies=tuple(compendium))
    if where:
        compendium = compendium.where(registry=registry, **where)
    crosswalks = crosswalks_named(through, registry)
    row_axis, column_axis = (
        make_axis(text, compendium, registry, rollup, crosswalks) for text in (rows, columns)
    )
    segment_axis = (
        make_axis(segments, compendium, registry, rollup, crosswalks) if segments else None
    )
    axes = (row_axis, column_axis, *((segment_axis,) if segment_axis else ()))
    carried = _carried(axes, crosswalks)
    rule = link if links_of(row_axis, column_axis) else "cooccur"
    keep = None if outcome is None else _outcome_filter(outcome, registry)
    gathered = gather(compendium, row_axis, column_axis, rule, keep, segment_axis, rating)
    row_values = _axis_values(row_axis.kind, gathered.rows, registry)
    column_values = _axis_values(column_axis.kind, gathered.columns, registry)
    segment_values = _axis_values(
        segment_axis.kind if segment_axis else "", gathered.segments, registry
    )
    said: Mapping[tuple[str, str], Said] = {}
    if links is not None:
        said = pairs_said(
            registry.links(links),
            [row.value for row in row_values],
            [column.value for column in column_values],
            (row_axis.name, column_axis.name),
        )
    asked = Asked(
        pooled=pooled,
        dependence=dependence,
        r=r,
        rating=rating if gathered.rated else None,
        bundles="strategy" not in (row_axis.kind, column_axis.kind),
        segments=tuple(segment.value for segment in segment_values),
        segment_bundles="strategy" not in {axis.kind for axis in axes},
    )
    cells = {
        pair: _cell(pair, drawn, asked, said.get(pair))
        for row in row_values
        for column in column_values
        if (drawn := gathered.cells.get(pair := (row.value, column.value)))
    }
    filters: dict[str, FacetValue] = dict(where or {})
    if outcome is not None:
        filters["outcome_of_findings"] = outcome
    table = Synthesis(
        rows=row_values,
        columns=column_values,
        row_axis=row_axis.name,
        column_axis=column_axis.name,
        link=rule,
        cells=cells,
        studies=len(compendium),
        without_row=gathered.without_row,
        without_column=gathered.without_column,
        filters=filters,
        compendium=compendium.name,
        notes=(),
        segment_axis=segment_axis.name if segment_axis else None,
        segments=segment_values,
        basis=links,
        said=said,
        carried=carried,
        rating=rating,
    )
    return evolve(table, notes=tuple(notes_of(table, axes, gathered, asked)))


def _carried(axes: Iterable[Axis], crosswalks: tuple[Crosswalk, ...]) -> tuple[Carried, ...]:
    """Return what came over the crosswalks; one that leads to no axis is refused."""
    carried = tuple(axis.carried for axis in axes if axis.carried)
    used = {name for one in carried for name in one.through}
    for crosswalk in crosswalks:
        if crosswalk.name not in used:
            names = " by ".join(axis.name for axis in axes)
            raise InvalidQueryError(
                f"through: {crosswalk.name} joins {crosswalk.subject_scheme} and "
                f"{crosswalk.object_scheme}, and the axes are {names}; name the taxonomy of an "
                f"axis, as in barrier:{crosswalk.object_scheme}"
            )
    return carried


def _outcome_filter(outcome: str | None, registry: Registry) -> Callable[[Study, Finding], bool]:
    if outcome is None:
        return lambda _study, _finding: True
    wanted = outcome_codes(outcome, registry)

    def keep(study: Study, finding: Finding) -> bool:
        node = next(node for node in study.outcomes if node.id == finding.outcome)
        return node.kind in wanted or not wanted.isdisjoint(node.codes)

    return keep


def _axis_values(kind: str, counts: Counter[str], registry: Registry) -> tuple[AxisValue, ...]:
    values = [
        AxisValue(
            value=value,
            label=label_of(value, registry),
            studies=count,
            shown=shown_of(value, registry),
        )
        for value, count in counts.items()
    ]
    values.sort(
        key=lambda one: (one.value == UNCODED, rank_of(kind, one.value), -one.studies, one.value)
    )
    return tuple(values)


def _cell(
    pair: tuple[str, str],
    drawn: InCell,
    asked: Asked,
    said: Said | None = None,
    segment: str | None = None,
) -> Cell:
    bundles = asked.bundles if segment is None else asked.segment_bundles
    estimates, left_out = (
        pool_dependent(drawn.findings, bundles=bundles, r=asked.r, dependence=asked.dependence)
        if asked.pooled
        else ((), Counter[str]())
    )
    return Cell(
        row=pair[0],
        column=pair[1],
        study_ids=tuple(study.id for study in drawn.studies),
        linked_ids=tuple(study.id for study in drawn.linked),
        finding_refs=tuple(FindingRef(one.study.id, one.finding.id) for one in drawn.findings),
        bundled=sum(one.bundled for one in drawn.findings),
        by_basis=tally(one.finding for one in drawn.findings),
        estimates=estimates,
        left_out=dict(sorted(left_out.items())),
        ratings=count_ratings(drawn.studies, drawn.findings, asked.rating) if asked.rating else {},
        said=said,
        segment=segment,
        segments=_segments(pair, drawn, asked) if drawn.segments else (),
    )


def _segments(pair: tuple[str, str], drawn: InCell, asked: Asked) -> tuple[Cell, ...]:
    return tuple(
        _cell(pair, drawn.segments[value], asked, segment=value)
        for value in asked.segments
        if value in drawn.segments
    )
