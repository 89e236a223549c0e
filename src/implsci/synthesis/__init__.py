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
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from attrs import asdict, field, frozen

from implsci.codes import is_code
from implsci.compendium import Compendium, FacetValue, Where
from implsci.errors import InvalidQueryError, MissingExtraError, UnknownNameError
from implsci.model import Finding, Study
from implsci.model.finding import Direction
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.search import fold
from implsci.synthesis import render
from implsci.synthesis.axes import (
    NODE_KINDS,
    UNCODED,
    Axis,
    AxisValue,
    label_of,
    make_axis,
)
from implsci.synthesis.pooling import POOLED_METRICS, Pooled, pool
from implsci.synthesis.tally import Tally, in_words, tally

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "DIRECTIONS",
    "NODE_KINDS",
    "POOLED_METRICS",
    "UNCODED",
    "AxisValue",
    "Cell",
    "FindingRef",
    "LinkRule",
    "Pooled",
    "Synthesis",
    "Tally",
    "in_words",
    "synthesize",
    "tally",
]


def __dir__() -> list[str]:
    return __all__


LinkRule = Literal["addressed", "cooccur"]
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)


@frozen(order=True)
class FindingRef:
    """Points to a finding.

    Attributes:
        study: id of its study.
        finding: id of the finding inside it.
    """

    study: str
    finding: str


@frozen(kw_only=True)
class Cell:
    """What stands where a row and a column meet.

    Attributes:
        row: the row's value.
        column: the column's value.
        study_ids: the studies in it, each once.
        linked_ids: those in which the source links the two (``Strategy.addresses``); only a table
            of barriers and strategies has any.
        finding_refs: the findings in it.
        bundled: how many of the findings are on several strategies.
        by_basis: directions counted apart for each basis of findings.
        estimates: one pooled estimate a metric.
        left_out: how many findings were not pooled, by reason.
    """

    row: str
    column: str
    study_ids: tuple[str, ...] = ()
    linked_ids: tuple[str, ...] = ()
    finding_refs: tuple[FindingRef, ...] = ()
    bundled: int = 0
    by_basis: Tally = field(factory=dict)
    estimates: tuple[Pooled, ...] = ()
    left_out: Mapping[str, int] = field(factory=dict)

    @property
    def studies(self) -> int:
        """How many studies are in it; 0 says that nobody looked, not that nothing was found."""
        return len(self.study_ids)

    @property
    def linked(self) -> int:
        """In how many of them the source links the two."""
        return len(self.linked_ids)

    @property
    def findings(self) -> int:
        """How many findings are in it."""
        return len(self.finding_refs)

    def direction(self, direction: Direction) -> int:
        """Return how many findings point in a direction, over all bases."""
        return sum(counts.get(direction, 0) for counts in self.by_basis.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the cell as plain values, in the shape that other programs read."""
        return {
            "row": self.row,
            "column": self.column,
            "studies": self.studies,
            "linked": self.linked,
            "findings": self.findings,
            "bundled": self.bundled,
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            **{direction: self.direction(direction) for direction in DIRECTIONS},
            "estimates": [asdict(estimate) for estimate in self.estimates],
            "left_out": dict(self.left_out),
            "study_ids": list(self.study_ids),
            "finding_refs": [f"{ref.study}#{ref.finding}" for ref in self.finding_refs],
        }


@frozen(kw_only=True)
class Synthesis:
    """A table of rows and columns over a compendium.

    Attributes:
        rows: the rows, those that most studies have first.
        columns: the columns, likewise.
        row_axis: the axis of the rows as it can be asked for again.
        column_axis: the axis of the columns.
        link: the rule by which a study is in a cell.
        cells: the cells that hold a study, by row and column.
        studies: how many studies were looked at.
        without_row: how many of them have nothing on the axis of the rows: not reported.
        without_column: likewise for the columns.
        filters: what was asked of studies and outcomes.
        compendium: the compendium's name.
        notes: what a reader must know.

    Examples:
        >>> import implsci
        >>> table = synthesize(implsci.load("implsci-examples"), "sector", "country")
        >>> table.cell("Education", "US").studies > 0
        True
    """

    rows: tuple[AxisValue, ...]
    columns: tuple[AxisValue, ...]
    row_axis: str
    column_axis: str
    link: LinkRule
    cells: Mapping[tuple[str, str], Cell]
    studies: int
    without_row: int
    without_column: int
    filters: Mapping[str, object]
    compendium: str | None
    notes: tuple[str, ...]

    def cell(self, row: str, column: str) -> Cell:
        """Return a cell; one that no study is in is empty.

        Args:
            row: a row's value or label.
            column: a column's value or label.

        Raises:
            UnknownNameError: no row or column is called so, and it is no code either.
        """
        key = _value("row", row, self.rows), _value("column", column, self.columns)
        return self.cells.get(key) or Cell(row=key[0], column=key[1])

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells.values())

    def gaps(self) -> tuple[tuple[AxisValue, AxisValue], ...]:
        """Return the pairs of a coded row and column that no study is in, the commonest first.

        The order is by how many studies have the row, then the column: what is often met and never
        studied together stands first.
        """
        empty = [
            (row, column)
            for row in self.rows
            for column in self.columns
            if UNCODED not in (row.value, column.value)
            and (row.value, column.value) not in self.cells
        ]
        return tuple(sorted(empty, key=lambda pair: (-pair[0].studies, -pair[1].studies)))

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain values, in the shape that other programs read."""
        return {
            "rows": [row.value for row in self.rows],
            "columns": [column.value for column in self.columns],
            "row_values": [asdict(row) for row in self.rows],
            "column_values": [asdict(column) for column in self.columns],
            "row_axis": self.row_axis,
            "column_axis": self.column_axis,
            "link": self.link,
            "cells": [cell.to_dict() for cell in self],
            "filters": dict(self.filters),
            "compendium": {
                "name": self.compendium,
                "studies": self.studies,
                "without_row": self.without_row,
                "without_column": self.without_column,
            },
            "notes": list(self.notes),
        }

    def to_table(self) -> pyarrow.Table:
        """Return the cells as an Arrow table, a row a cell.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("an Arrow table", "tables") from error
        header, *lines = render.flat(self)
        return pyarrow.table(
            {
                name: list(column)
                for name, column in zip(
                    header, zip(*lines, strict=True) if lines else ([] for _ in header), strict=True
                )
            }
        )

    def to_csv(self) -> str:
        """Return the cells as CSV, a line a cell; text that a spreadsheet would run is quoted."""
        return render.to_csv(self)

    def to_html(self) -> str:
        """Return the table as one HTML page without scripts or outside files."""
        return render.to_html(self)

    def to_svg(self) -> str:
        """Return the table as a grid of bubbles: their size is the number of studies."""
        return render.to_svg(self)

    def _repr_html_(self) -> str:
        return render.html_table(self)


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
        rows: a kind of node (barrier, strategy, mechanism, relationship, outcome) or a facet; a kind
            of node may name its taxonomy, as in ``barrier:cfir-2009``; without one, the taxonomy
            that most nodes are coded in is taken and named in the result.
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
    rule = link if {row_axis.kind, column_axis.kind} == {"barrier", "strategy"} else "cooccur"
    keep = _outcome_filter(outcome, registry)
    gathered = _gather(compendium, row_axis, column_axis, rule, keep)
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


@frozen
class _Drawn:
    """The studies and findings drawn into one cell."""

    studies: list[Study] = field(factory=list)
    linked: list[Study] = field(factory=list)
    pairs: list[tuple[Study, Finding]] = field(factory=list)


@frozen
class _Gathered:
    cells: Mapping[tuple[str, str], _Drawn]
    rows: Counter[str]
    columns: Counter[str]
    without_row: int
    without_column: int


def _gather(
    compendium: Compendium,
    row_axis: Axis,
    column_axis: Axis,
    rule: LinkRule,
    keep: Callable[[Study, Finding], bool],
) -> _Gathered:
    cells: dict[tuple[str, str], _Drawn] = {}
    row_counts: Counter[str] = Counter()
    column_counts: Counter[str] = Counter()
    without = [0, 0]
    for study in compendium:
        row_position, column_position = row_axis.place(study), column_axis.place(study)
        row_counts.update(row_position.keys())
        column_counts.update(column_position.keys())
        without[0] += not row_position
        without[1] += not column_position
        findings = [finding for finding in study.findings if keep(study, finding)]
        for row, row_ids in row_position.items():
            for column, column_ids in column_position.items():
                linked = _linked(study, row_axis, row_ids, column_ids)
                if rule == "addressed" and not linked:
                    continue
                drawn = cells.setdefault((row, column), _Drawn())
                drawn.studies.append(study)
                if linked:
                    drawn.linked.append(study)
                drawn.pairs.extend(
                    (study, finding)
                    for finding in findings
                    if row_axis.holds(finding, row, row_ids)
                    and column_axis.holds(finding, column, column_ids)
                )
    return _Gathered(cells, row_counts, column_counts, *without)


def _linked(
    study: Study, row_axis: Axis, row_ids: frozenset[str], column_ids: frozenset[str]
) -> bool:
    barriers, strategies = (
        (row_ids, column_ids) if row_axis.kind == "barrier" else (column_ids, row_ids)
    )
    return any(
        strategy.id in strategies and not barriers.isdisjoint(strategy.addresses)
        for strategy in study.strategies
    )


def _outcome_filter(outcome: str | None, registry: Registry) -> Callable[[Study, Finding], bool]:
    if outcome is None:
        return lambda _study, _finding: True
    wanted = set(registry.expand(outcome)) if is_code(outcome) else {outcome}

    def keep(study: Study, finding: Finding) -> bool:
        node = next(node for node in study.outcomes if node.id == finding.outcome)
        return node.kind in wanted or not wanted.isdisjoint(node.codes)

    return keep


def _axis_values(counts: Counter[str], registry: Registry) -> tuple[AxisValue, ...]:
    values = [
        AxisValue(value=value, label=label_of(value, registry), studies=count)
        for value, count in counts.items()
    ]
    values.sort(key=lambda value: (value.value == UNCODED, -value.studies, value.value))
    return tuple(values)


def _cell(row: str, column: str, drawn: _Drawn, pooled: bool, bundles: bool, r: float) -> Cell:
    estimates, left_out = pool(drawn.pairs, bundles=bundles, r=r) if pooled else ((), Counter())
    return Cell(
        row=row,
        column=column,
        study_ids=tuple(study.id for study in drawn.studies),
        linked_ids=tuple(study.id for study in drawn.linked),
        finding_refs=tuple(FindingRef(study.id, finding.id) for study, finding in drawn.pairs),
        bundled=sum(finding.bundled for _, finding in drawn.pairs),
        by_basis=tally(finding for _, finding in drawn.pairs),
        estimates=estimates,
        left_out=dict(sorted(left_out.items())),
    )


def _notes(
    row_axis: Axis, column_axis: Axis, rule: LinkRule, gathered: _Gathered, pooled: bool, r: float
) -> Iterator[str]:
    for axis, counts, without in (
        (row_axis, gathered.rows, gathered.without_row),
        (column_axis, gathered.columns, gathered.without_column),
    ):
        if without:
            yield f"{axis.kind} not reported: {_studies(without)}"
        if counts[UNCODED]:
            yield f"{axis.kind} without a code of {axis.scheme}: {_studies(counts[UNCODED])}, under {UNCODED}"
    if {row_axis.kind, column_axis.kind} == {"barrier", "strategy"}:
        yield (
            "a study is in a cell where one of its strategies is said to address the barrier"
            if rule == "addressed"
            else "a study is in a cell where both occur in it; that is no claim that one addresses "
            "the other, and stated links are counted apart"
        )
    yield "an empty cell means that no study looked, not that nothing was found"
    if pooled:
        yield (
            "pooled: effects against a comparator only, oriented so that more is better, ratios on "
            f"the log scale, effects of one study or programme combined first (r = {r:g}), random "
            "effects by REML with z intervals; bundles of strategies are counted, not pooled"
        )


def _studies(count: int) -> str:
    return f"{count} {'study' if count == 1 else 'studies'}"


def _value(kind: str, name: str, values: tuple[AxisValue, ...]) -> str:
    wanted = fold(name)
    for value in values:
        if name == value.value or wanted == fold(value.label):
            return value.value
    if is_code(name):
        return name
    raise UnknownNameError(
        kind, name, [value.label for value in values if wanted in fold(value.label)][:3]
    )
