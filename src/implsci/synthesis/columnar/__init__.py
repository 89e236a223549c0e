"""Tabulation: the table of a synthesis counted from columns, with no record built.

A synthesis holds every study and finding behind each cell, and pools effects. A tabulation holds
sums alone. So it lays out millions of studies in seconds, is added to when a study comes in, and
can run where one machine is not enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, get_args

from implsci.collector import collector_at_rest
from implsci.compendium import Compendium, Where, outcome_codes
from implsci.errors import InvalidQueryError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.axes import UNCODED
from implsci.synthesis.cell import LinkRule
from implsci.synthesis.columnar._axes import placed_axis, placed_kind
from implsci.synthesis.columnar._cells import MeanEffect, TabulatedCell
from implsci.synthesis.columnar._laid import Laid
from implsci.synthesis.columnar._result import Tabulation, tabulation_of
from implsci.synthesis.columnar._source import Place, Source, source_of
from implsci.synthesis.columnar._sums import Sums

if TYPE_CHECKING:
    import ibis.backends

__all__ = [
    "MeanEffect",
    "TabulatedCell",
    "Tabulation",
    "extend",
    "tabulate",
    "tabulate_by_outcome",
]


def __dir__() -> list[str]:
    return __all__


_ORDER: Final = ("strategy", "outcome", "barrier")
"""Of two axes, the first of these is the one whose nodes every finding has to name."""


def tabulate(
    compendium: Compendium | Iterable[Study],
    rows: str = "barrier",
    columns: str = "strategy",
    link: LinkRule = "addressed",
    where: Where | None = None,
    outcome: str | None = None,
    rollup: int | None = None,
    *,
    on: ibis.backends.BaseBackend | str | None = None,
    registry: Registry | None = None,
) -> Tabulation:
    """Lay a compendium out in rows and columns as `implsci.synthesize` does, counting its columns.

    Which studies and findings are in a cell follows the same rules, and the counts are the same. In
    place of pooled estimates a cell has sums of its effects, and so two means: the unweighted one,
    and the one weighted by the inverse of the variance. Neither is a pooled random-effects result:
    each finding counts once, as if it were independent. Studies and findings are not listed.

    Args:
        compendium: the studies. Those of a columnar store are not built: its columns are read.
        rows: barrier, facilitator, determinant for both, strategy or outcome; it may name its
            taxonomy, as in ``barrier:cfir-2009``; without one, the taxonomy that most nodes are
            coded in is taken and named in the result.
        columns: likewise, another kind of node.
        link: ``addressed`` or ``cooccur``, as for `implsci.synthesize`.
        where: wanted values by facet, as in `Compendium.where`.
        outcome: only findings on this outcome: a code (or anything narrower) or a kind such as
            ``implementation``.
        rollup: depth of the hierarchy to roll codes up to, 1 for the top.
        on: what does the counting: None for the kernel in memory, ``duckdb`` for an embedded
            DuckDB, or any Ibis connection, such as one to Spark.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The table.

    Raises:
        FormatError: the store is damaged.
        InvalidQueryError: no such axis, facet or link rule, or two axes of one kind.
        MissingExtraError: pyarrow, numpy, or what `on` needs, is not installed.
        UnknownNameError: no such code or taxonomy.

    Examples:
        >>> import implsci
        >>> table = tabulate(
        ...     implsci.load("implsci-examples"), rows="strategy:eric", columns="outcome:proctor"
        ... )
        >>> cell = table.cell("eric:facilitation", "proctor:adoption")
        >>> cell.effect("SMD").findings
        23
    """
    if link not in get_args(LinkRule):
        raise InvalidQueryError(f"link: expected addressed or cooccur, got {link!r:.60}")
    kinds = placed_kind(rows), placed_kind(columns)
    if kinds[0] == kinds[1]:
        raise InvalidQueryError(
            f"rows and columns: expected two kinds of node, got {rows!r:.60} and {columns!r:.60}; "
            "implsci.synthesize lays out one kind by itself"
        )
    registry = registry or default_registry()
    source = source_of(compendium, where, registry)
    axes = tuple(
        placed_axis(text, source.places, source.nodes(text), registry, rollup)
        for text in (rows, columns)
    )
    by, across = sorted(axes, key=lambda axis: _ORDER.index(axis.of))
    linkable = (by.of, across.of) == ("strategy", "barrier")
    laid = Laid(
        by=by,
        across=across,
        addressed=linkable and link == "addressed",
        outcomes=None if outcome is None else _answering(source.places, outcome, registry),
        studies=source.rows,
    )
    filters: dict[str, object] = dict(where or {})
    if outcome is not None:
        filters["outcome_of_findings"] = outcome
    with collector_at_rest():
        return tabulation_of(
            _summed(source, laid, on),
            laid,
            registry,
            swapped=axes[0] is not by,
            link="addressed" if laid.addressed else "cooccur",
            rollup=rollup,
            filters=filters,
        )


def tabulate_by_outcome(
    compendium: Compendium | Iterable[Study],
    rows: str = "barrier",
    columns: str = "strategy",
    outcomes: str = "outcome",
    link: LinkRule = "addressed",
    where: Where | None = None,
    rollup: int | None = None,
    *,
    on: ibis.backends.BaseBackend | str | None = None,
    registry: Registry | None = None,
) -> dict[str, Tabulation]:
    """Lay a compendium out by three axes: a table of rows and columns for each outcome.

    Each is what `tabulate` says with that outcome: the same cells and studies, and of their findings
    those on the outcome or anything narrower. A finding on several outcomes' codes is in several
    tables, so that tables are not to be added.

    Args:
        compendium: the studies.
        rows: as for `tabulate`.
        columns: as for `tabulate`; neither may be outcomes.
        outcomes: ``outcome``, which may name its taxonomy, as in ``outcome:proctor``.
        link: as for `tabulate`.
        where: as for `tabulate`.
        rollup: as for `tabulate`; outcomes are rolled up too.
        on: as for `tabulate`.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The tables by the code of their outcome, the one that most studies have first; findings on
        outcomes without a code of the taxonomy are in none.

    Raises:
        InvalidQueryError: `outcomes` is another kind of node, or as for `tabulate`.
        MissingExtraError: as for `tabulate`.
        UnknownNameError: as for `tabulate`.

    Examples:
        >>> import implsci
        >>> tables = tabulate_by_outcome(implsci.load("implsci-examples"), link="cooccur")
        >>> next(iter(tables))
        'proctor:fidelity'
    """
    if placed_kind(outcomes) != "outcome":
        raise InvalidQueryError(
            f"outcomes: expected outcome, or outcome:TAXONOMY, got {outcomes!r:.60}"
        )
    studies = compendium if isinstance(compendium, Compendium) else tuple(compendium)
    registry = registry or default_registry()
    told = tabulate(
        studies, "strategy", outcomes, "cooccur", where, rollup=rollup, on=on, registry=registry
    )
    return {
        column.value: tabulate(
            studies, rows, columns, link, where, column.value, rollup, on=on, registry=registry
        )
        for column in told.columns
        if column.value != UNCODED
    }


def extend(
    table: Tabulation, studies: Iterable[Study], *, registry: Registry | None = None
) -> Tabulation:
    """Return a table with further studies in it; those that are in it already are not read again.

    Only the new studies are counted: a cell holds sums, and sums can be added to. A table does not
    know its studies by name: one that is added twice counts twice.

    Args:
        table: the table.
        studies: studies that are not in it. The filters of the table are applied to them.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: the table has an axis without a taxonomy, and the studies bring one.

    Examples:
        >>> import implsci
        >>> compendium = implsci.load("implsci-examples")
        >>> first, *rest = compendium
        >>> extend(tabulate(rest), [first]).studies == tabulate(compendium).studies
        True
    """
    where = {name: value for name, value in table.filters.items() if name != "outcome_of_findings"}
    outcome = table.filters.get("outcome_of_findings")
    return table + tabulate(
        studies,
        table.row_axis,
        table.column_axis,
        table.link,
        where,  # type: ignore[arg-type]
        outcome,  # type: ignore[arg-type]
        table.rollup,
        registry=registry,
    )


def _answering(places: Sequence[Place], outcome: str, registry: Registry) -> tuple[bool, ...]:
    """Say for each place whether an outcome there is the one asked for."""
    wanted = outcome_codes(outcome, registry)
    return tuple(
        place["of"] == "outcome"
        and (place["kind"] in wanted or not wanted.isdisjoint(place["codes"]))
        for place in places
    )


def _summed(source: Source, laid: Laid, on: ibis.backends.BaseBackend | str | None) -> Sums:
    if on is None:
        from implsci.synthesis.columnar._kernel import summed

        return summed(source.parts(laid.tables()), laid, source.studies)
    from implsci.synthesis.columnar._expression import summed_on

    return summed_on(source, laid, on)
