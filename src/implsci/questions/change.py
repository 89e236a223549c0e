"""What changed between two editions: studies, cells of the synthesis, and what effects say.

Examples:
    >>> import implsci
    >>> now = implsci.load("implsci-examples")
    >>> found = change(now.where(year="..2019"), now, rows="strategy", columns="outcome")
    >>> len(found.removed), found.turned[0].was, found.turned[0].now
    (0, 'improved', 'mixed')
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from implsci._wording import counted
from implsci.analysis.pooling import Pooled
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import main_effect
from implsci.compendium import Compendium, Difference, Where, difference, load
from implsci.model import Study
from implsci.model.evidence import RATIO_METRICS
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import chosen
from implsci.synthesis import Cell, LinkRule, MovedCell, moved_cells, synthesize
from implsci.synthesis.axes import shown_of

__all__ = ["CellChange", "Changes", "Edition", "Turn", "change"]


def __dir__() -> list[str]:
    return __all__


Edition: TypeAlias = "Compendium | Iterable[Study] | str | os.PathLike[str]"
"""An edition of a compendium: its studies, or the file, folder, release or name to load it from.

Examples:
    >>> edition: Edition = "implsci-examples"
    >>> edition
    'implsci-examples'
"""

CellChange: TypeAlias = Literal["opened", "emptied", "changed"]
"""What became of a cell: filled for the first time, without a study now, or another one than it was.

Examples:
    >>> from typing import get_args
    >>> get_args(CellChange)
    ('opened', 'emptied', 'changed')
"""


@frozen(kw_only=True)
class Turn:
    """A cell that says something else than it did.

    Attributes:
        row: the row's value.
        column: the column's value.
        what: ``direction``, the one that most effects have; or the metric of a pooled estimate.
        was: what it said: a direction, or ``better``, ``worse`` or ``unclear`` where the interval
            holds no effect; None for no effect.
        now: what it says.

    Examples:
        >>> Turn(row="a", column="b", what="direction", was=None, now="improved").now
        'improved'
    """

    row: str
    column: str
    what: str
    was: str | None
    now: str | None


@frozen(kw_only=True)
class Changes(Result):
    """What changed between two editions, as `change` returns it.

    Attributes:
        difference: the studies, field by field.
        row_axis: the axis of the rows.
        column_axis: the axis of the columns.
        cells: the cells that are not what they were, in order of their values.
        turned: the cells in which effects point elsewhere than they did.
        labels: the labels of the values of both axes.
        old_studies: studies in the old edition.
        new_studies: studies in the new one.
        assumptions: how it was compared.

    Examples:
        >>> import implsci
        >>> now = implsci.load("implsci-examples")
        >>> change(now, now).cells
        ()
    """

    difference: Difference
    row_axis: str
    column_axis: str
    cells: tuple[MovedCell, ...]
    turned: tuple[Turn, ...]
    labels: dict[str, str]
    old_studies: int
    new_studies: int
    assumptions: tuple[str, ...] = (
        "studies are the same by id, else by DOI or by saying the same; another id moves no cell",
        "both editions are laid out on the axes of the new one",
        "a direction turned where most effects of a cell point elsewhere than most did; of equal "
        "numbers it is mixed",
        "an estimate turned where its interval came to exclude no effect, or to hold it, or changed "
        "sides; more studies alone can do that",
    )

    @property
    def added(self) -> tuple[Study, ...]:
        """Studies that are new."""
        return self.difference.added

    @property
    def removed(self) -> tuple[Study, ...]:
        """Studies that are gone."""
        return self.difference.removed

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a cell that moved.

        Examples:
            >>> import implsci
            >>> now = implsci.load("implsci-examples")
            >>> rows = change(now.where(year="..2019"), now, "sector", "country").to_rows()
            >>> rows[0]["studies_was"] <= rows[0]["studies"]
            True
        """
        turned = {(turn.row, turn.column): turn for turn in reversed(self.turned)}
        return tuple(
            {
                "row": cell.row,
                "row_label": self.labels[cell.row],
                "column": cell.column,
                "column_label": self.labels[cell.column],
                "change": _kind(cell),
                "studies_was": cell.old.studies,
                "studies": cell.new.studies,
                "findings_was": cell.old.findings,
                "findings": cell.new.findings,
                "direction_was": main_effect(cell.old.by_basis),
                "direction": main_effect(cell.new.by_basis),
                "turned": turned[cell.row, cell.column].what
                if (cell.row, cell.column) in turned
                else None,
                "studies_in": " ".join(cell.studies_in) or None,
                "studies_out": " ".join(cell.studies_out) or None,
            }
            for cell in self.cells
        )

    def to_dict(self) -> dict[str, object]:
        """Return studies, cells, turns, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "row_axis": self.row_axis,
            "column_axis": self.column_axis,
            "old_studies": self.old_studies,
            "new_studies": self.new_studies,
            "studies": self.difference.to_dict(),
            "turned": [
                {
                    "row": turn.row,
                    "column": turn.column,
                    "what": turn.what,
                    "was": turn.was,
                    "now": turn.now,
                }
                for turn in self.turned
            ],
        }

    def sentence(self) -> str:
        """Say how many studies came and went, which cells moved, and where effects point elsewhere.

        Examples:
            >>> change([Study(id="a", title="A")], [Study(id="a", title="A")]).sentence()
            'From 1 to 1 study: nothing changed.'
        """
        head = f"From {self.old_studies:,} to {counted(self.new_studies, 'study', 'studies')}"
        if not self.difference:
            return f"{head}: nothing changed."
        moved = (
            f"{head}: {len(self.added)} added, {len(self.removed)} removed, "
            f"{len(self.difference.changed)} changed. "
        )
        if not self.cells:
            return f"{moved}No cell of {self.row_axis} by {self.column_axis} moved."
        opened = sum(_kind(cell) == "opened" for cell in self.cells)
        return moved + (
            f"{counted(len(self.cells), 'cell')} of {self.row_axis} by {self.column_axis} "
            f"moved, {opened} of which no study was in before; in "
            f"{len({(turn.row, turn.column) for turn in self.turned})} the effects point elsewhere."
        )


def change(
    old: Edition,
    new: Edition,
    rows: str = "barrier",
    columns: str = "strategy",
    link: LinkRule = "addressed",
    *,
    where: Where | None = None,
    pooled: bool = True,
    r: float = 0.8,
    registry: Registry | None = None,
) -> Changes:
    """Ask what a new edition of a compendium says that the old one did not.

    Args:
        old: the edition as it was: studies, or a file, a folder, a release or a name.
        new: the edition as it is.
        rows: the axis of the rows, as for `synthesize`.
        columns: the axis of the columns.
        link: the rule by which a study is in a cell.
        where: wanted values by facet, of both.
        pooled: whether to pool effects, which needs the extra ``analysis``.
        r: correlation assumed between effects of one study or programme.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no such axis, facet or link rule, or no study of either has what was asked.
        LoadError: a record that cannot be read.
        UnknownNameError: no such file or compendium, code or taxonomy.
        MissingExtraError: there is something to pool and the extra ``analysis`` is not installed.

    Examples:
        >>> from implsci import Finding, Outcome, Strategy
        >>> def made(name, *directions):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         strategies=(Strategy(id="s", label="s", codes=("eric:facilitation",)),),
        ...         outcomes=(Outcome(id="o", label="o", codes=("proctor:adoption",)),),
        ...         findings=tuple(
        ...             Finding(id=f"f{place}", outcome="o", strategies=("s",), basis="effect",
        ...                     direction=direction)
        ...             for place, direction in enumerate(directions)
        ...         ),
        ...     )
        >>> found = change(
        ...     [made("a", "improved")],
        ...     [made("a", "improved"), made("b", "worsened", "worsened")],
        ...     rows="strategy",
        ...     columns="outcome",
        ... )
        >>> [(turn.what, turn.was, turn.now) for turn in found.turned]
        [('direction', 'improved', 'worsened')]
    """
    taxonomies = registry or default_registry()
    before, after = _edition(old), _edition(new)
    here = _kept(before, where, taxonomies)
    there = _kept(after, where, taxonomies)
    if where and not len(here) and not len(there):
        chosen(after, where, taxonomies)  # says which facets contradict one another
    compared = difference(here, there)
    now = synthesize(there, rows, columns, link, pooled=pooled, r=r, registry=taxonomies)
    was = synthesize(
        here, now.row_axis, now.column_axis, link, pooled=pooled, r=r, registry=taxonomies
    )
    renamed = {one.old.id: one.new.id for one in compared.changed if one.renamed}
    cells = moved_cells(was, now, renamed)
    values = {value for cell in cells for value in (cell.row, cell.column)}
    return Changes(
        difference=compared,
        row_axis=now.row_axis,
        column_axis=now.column_axis,
        cells=cells,
        turned=tuple(turn for cell in cells for turn in _turns(cell)),
        labels={value: shown_of(value, taxonomies) for value in sorted(values)},
        old_studies=len(here),
        new_studies=len(there),
    )


def _edition(given: Edition) -> Compendium:
    if isinstance(given, (str, os.PathLike)):
        return load(given if isinstance(given, str) else Path(given))
    return given if isinstance(given, Compendium) else Compendium(studies=tuple(given))


def _kept(edition: Compendium, where: Where | None, registry: Registry) -> Compendium:
    """Return what is asked of an edition; nothing is an answer here, since it may all be new."""
    if not where:
        return edition
    kept = edition.where(registry=registry, **where)
    return evolve(edition, studies=tuple(kept))


def _kind(cell: MovedCell) -> CellChange:
    if not cell.old.studies:
        return "opened"
    return "changed" if cell.new.studies else "emptied"


def _turns(cell: MovedCell) -> Iterable[Turn]:
    """Yield what turned in a cell that had effects before and has some now."""
    was, now = main_effect(cell.old.by_basis), main_effect(cell.new.by_basis)
    if was is not None and now is not None and was != now:
        yield Turn(row=cell.row, column=cell.column, what="direction", was=was, now=now)
    before, after = _sides(cell.old), _sides(cell.new)
    for metric in sorted(before.keys() & after.keys()):
        if before[metric] != after[metric]:
            yield Turn(
                row=cell.row,
                column=cell.column,
                what=metric,
                was=before[metric],
                now=after[metric],
            )


def _sides(cell: Cell) -> dict[str, str]:
    return {one.metric: _side(one) for one in cell.estimates}


def _side(one: Pooled) -> str:
    null = 1.0 if one.metric in RATIO_METRICS else 0.0
    return "better" if one.ci_low > null else "worse" if one.ci_high < null else "unclear"
