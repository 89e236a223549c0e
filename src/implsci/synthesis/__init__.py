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
from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from implsci.analysis.pooling import POOLED_METRICS, Pooled, pool
from implsci.analysis.tally import Tally, in_words, tally
from implsci.compendium import Compendium, FacetValue, Where
from implsci.compendium.facets import outcome_codes
from implsci.errors import InvalidQueryError
from implsci.model import Finding, Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.axes import (
    NODE_KINDS,
    UNCODED,
    Axis,
    AxisValue,
    label_of,
    make_axis,
    shown_of,
)
from implsci.synthesis.gathering import Gathered, InCell, gather, links_of
from implsci.synthesis.moves import MovedCell, moved_cells
from implsci.synthesis.table import DIRECTIONS, Cell, FindingRef, LinkRule, Synthesis

__all__ = [
    "DIRECTIONS",
    "NODE_KINDS",
    "POOLED_METRICS",
    "UNCODED",
    "AxisValue",
    "Cell",
    "FindingRef",
    "LinkRule",
    "MovedCell",
    "Pooled",
    "Synthesis",
    "Tally",
    "in_words",
    "moved_cells",
    "synthesize",
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
    pooled: bool = True,
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
        rollup: depth of the hierarchy to roll codes up to, 1 for the top.
        pooled: whether to pool effects, which needs the extra ``analysis``.
        r: correlation assumed between effects of one study or programme.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The table.

    Raises:
        InvalidQueryError: no such axis, facet or link rule.
        UnknownNameError: no such code or taxonomy.
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
    registry = registry or default_registry()
    if not isinstance(compendium, Compendium):
        compendium = Compendium(studies=tuple(compendium))
    if where:
        compendium = compendium.where(registry=registry, **where)
    row_axis = make_axis(rows, compendium, registry, rollup)
    column_axis = make_axis(columns, compendium, registry, rollup)
    rule = link if links_of(row_axis, column_axis) else "cooccur"
    keep = _outcome_filter(outcome, registry)
    gathered = gather(compendium, row_axis, column_axis, rule, keep)
    bundles = "strategy" not in (row_axis.kind, column_axis.kind)
    row_values = _axis_values(gathered.rows, registry)
    column_values = _axis_values(gathered.columns, registry)
    cells = {
        (row.value, column.value): _cell(row.value, column.value, drawn, pooled, bundles, r)
        for row in row_values
        for column in column_values
        if (drawn := gathered.cells.get((row.value, column.value)))
    }
    filters: dict[str, FacetValue] = dict(where or {})
    if outcome is not None:
        filters["outcome_of_findings"] = outcome
    return Synthesis(
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
        notes=tuple(_notes(row_axis, column_axis, rule, gathered, pooled, r)),
    )


def _outcome_filter(outcome: str | None, registry: Registry) -> Callable[[Study, Finding], bool]:
    if outcome is None:
        return lambda _study, _finding: True
    wanted = outcome_codes(outcome, registry)

    def keep(study: Study, finding: Finding) -> bool:
        node = next(node for node in study.outcomes if node.id == finding.outcome)
        return node.kind in wanted or not wanted.isdisjoint(node.codes)

    return keep


def _axis_values(counts: Counter[str], registry: Registry) -> tuple[AxisValue, ...]:
    values = [
        AxisValue(
            value=value,
            label=label_of(value, registry),
            studies=count,
            shown=shown_of(value, registry),
        )
        for value, count in counts.items()
    ]
    values.sort(key=lambda value: (value.value == UNCODED, -value.studies, value.value))
    return tuple(values)


def _cell(row: str, column: str, drawn: InCell, pooled: bool, bundles: bool, r: float) -> Cell:
    estimates, left_out = pool(drawn.findings, bundles=bundles, r=r) if pooled else ((), Counter())
    return Cell(
        row=row,
        column=column,
        study_ids=tuple(study.id for study in drawn.studies),
        linked_ids=tuple(study.id for study in drawn.linked),
        finding_refs=tuple(FindingRef(one.study.id, one.finding.id) for one in drawn.findings),
        bundled=sum(one.bundled for one in drawn.findings),
        by_basis=tally(one.finding for one in drawn.findings),
        estimates=estimates,
        left_out=dict(sorted(left_out.items())),
    )


def _notes(
    row_axis: Axis, column_axis: Axis, rule: LinkRule, gathered: Gathered, pooled: bool, r: float
) -> Iterator[str]:
    for axis, counts, without in (
        (row_axis, gathered.rows, gathered.without_row),
        (column_axis, gathered.columns, gathered.without_column),
    ):
        if without:
            yield f"{axis.kind} not reported: {_studies(without)}"
        if counts[UNCODED]:
            uncoded = _studies(counts[UNCODED])
            of = f" of {axis.scheme}" if axis.scheme else ""
            yield f"{axis.kind} without a code{of}: {uncoded}, under {UNCODED}"
        if axis.kind == "barrier":
            yield "facilitators are no barriers here; the axes facilitator and determinant hold them"
    if gathered.unplaced:
        yield f"in no cell: {gathered.unplaced} of {gathered.findings} findings"
    if links_of(row_axis, column_axis):
        yield (
            "a study is in a cell where one of its strategies is said to address the barrier"
            if rule == "addressed"
            else "a study is in a cell where both occur in it; that is no claim that one addresses "
            "the other, and stated links are counted apart"
        )
    yield "an empty cell means that no study looked, not that nothing was found"
    if pooled:
        yield (
            "pooled: effects against a comparator only (which may differ, and is counted beside each "
            "estimate; effects against another strategy stay out), oriented so that more is better, "
            "ratios on the log scale, effects of one study or programme combined first "
            f"(r = {r:g}), random effects by REML with z intervals; bundles of strategies are "
            "counted, not pooled"
        )


def _studies(count: int) -> str:
    return f"{count} {'study' if count == 1 else 'studies'}"
