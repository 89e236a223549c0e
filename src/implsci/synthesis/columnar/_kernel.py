"""The kernel: one pass over the tables of facts, part by part, in plain vectors of numbers.

Every part is reduced to cells before the next one is read, so memory does not grow with the number
of studies. Keys are numbers that hold a study and its values; where the store's order has them
sorted and each once already, which is the common case, nothing is sorted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from implsci.errors import MissingExtraError
from implsci.store import BASES, DIRECTIONS, METRICS
from implsci.synthesis.columnar._laid import Laid
from implsci.synthesis.columnar._sums import Effects, Found, Sums
from implsci.synthesis.columnar._vectors import (
    Total,
    Values,
    column,
    distinct,
    found_in,
    runs,
    spread,
    taken,
)

try:
    import numpy as np
except ImportError as error:
    raise MissingExtraError("a tabulation in memory", "analysis") from error

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

__all__ = ["summed"]

_STATES: Final = len(BASES) * len(DIRECTIONS)


def summed(parts: Iterable[Mapping[str, pa.Table]], laid: Laid, studies: int) -> Sums:
    """Return the sums of a tabulation over tables of facts.

    Args:
        parts: the tables that `Laid.tables` asks for, part by part.
        laid: what is to be laid out.
        studies: how many studies the tables hold.
    """
    kernel = _Kernel(laid, studies)
    for part in parts:
        kernel.add(part)
    return kernel.sums()


class _Kernel:
    def __init__(self, laid: Laid, studies: int) -> None:
        self._laid = laid
        self._by, self._across = Values(laid.by), Values(laid.across)
        self._cells = self._by.size * self._across.size
        self._wanted = None if laid.outcomes is None else np.array(laid.outcomes, bool)
        self._count = studies
        self._kept: NDArray[np.bool_] | None = None
        if laid.studies is not None:
            self._kept = np.zeros(studies, bool)
            self._kept[laid.studies.to_numpy()] = True
            self._count = len(laid.studies)
        self._has = {"by": Total(self._by.size), "across": Total(self._across.size)}
        self._any = {"by": 0, "across": 0}
        self._studies, self._linked = Total(self._cells), Total(self._cells)
        self._found, self._bundled = Total(self._cells * _STATES), Total(self._cells * _STATES)
        self._effects = Total(self._cells * len(METRICS), 3)
        self._first_claim = 0

    def add(self, part: Mapping[str, pa.Table]) -> None:
        """Add the studies of one part."""
        standing = {}
        for name, values in (("by", self._by), ("across", self._across)):
            study, value = self._standing(part[f"{values.of}places"], values)
            self._has[name].add(value)
            self._any[name] += int(np.count_nonzero(study[1:] != study[:-1])) + bool(len(study))
            standing[name] = study, value
        linked = self._links(part["links"]) if self._laid.linkable else None
        if linked is not None:
            self._linked.add(linked[1])
        inside = (
            linked
            if linked is not None and self._laid.addressed
            else self._together(standing["by"], standing["across"])
        )
        self._studies.add(inside[1])
        self._add_findings(part, *inside)
        self._first_claim += len(part["claims"])

    def _standing(self, table: pa.Table, values: Values) -> tuple[Numbers, Numbers]:
        """Return the studies that have a value, and the value, each pair once."""
        rows, value = values.at(column(table, "place"))
        study = taken(column(table, "study"), rows)
        return distinct(*self._of_kept(study, value), values.size)

    def _links(self, table: pa.Table) -> tuple[Numbers, Numbers]:
        """Return the studies in which a link is stated, and the cell it is of, each pair once."""
        rows, by = self._by.at(column(table, self._by.of))
        study, places = (taken(column(table, name), rows) for name in ("study", self._across.of))
        rows, across = self._across.at(places)
        cell = taken(by, rows) * self._across.size + across
        return distinct(*self._of_kept(taken(study, rows), cell), self._cells)

    def _together(
        self, by: tuple[Numbers, Numbers], across: tuple[Numbers, Numbers]
    ) -> tuple[Numbers, Numbers]:
        """Return the studies that have values on both axes, and the cell of each pair of values."""
        rows, index = spread(*runs(across[0], by[0]))
        return by[0][rows], by[1][rows] * self._across.size + across[1][index]

    def _of_kept(self, study: Any, value: Numbers) -> tuple[Any, Numbers]:
        if self._kept is None:
            return study, value
        kept = self._kept[study]
        return study[kept], value[kept]

    def _add_findings(self, part: Mapping[str, pa.Table], study: Numbers, cell: Numbers) -> None:
        """Add the findings of a part to the cells that its studies are in."""
        claims = part["claims"]
        if not len(claims) or not len(cell):
            return
        claim, by = self._naming(part, self._by)
        bundled = column(claims, "several")
        if not self._laid.bundles:
            coded = claim[by != self._by.uncoded]
            bundled = bundled | (np.bincount(coded, minlength=len(claims)) > 1)
        claim, by = self._of_wanted(claims, claim, by)
        keys = study * np.int64(self._by.size) + cell // self._across.size
        sought = column(claims, "study")[claim] * np.int64(self._by.size) + by
        rows, index = spread(*runs(keys, sought))
        claim, cell = self._holding(part, claim[rows], cell[index])
        state = column(claims, "basis").astype(np.int64) * len(DIRECTIONS)
        key = cell * _STATES + (state + column(claims, "direction"))[claim]
        in_bundle = bundled[claim]
        self._found.add(key)
        self._bundled.add(key[in_bundle])
        metric = column(claims, "metric").astype(np.int64)[claim]
        measured = metric >= 0
        if not self._laid.bundles:
            measured &= ~in_bundle
        claim = claim[measured]
        y, w = column(claims, "y")[claim], 1 / column(claims, "v")[claim]
        self._effects.add(cell[measured] * len(METRICS) + metric[measured], y, w, w * y)

    def _naming(self, part: Mapping[str, pa.Table], values: Values) -> tuple[Numbers, Numbers]:
        """Return the findings that name a value, and the value, each pair once."""
        if values.of == "outcome":
            rows, value = values.at(column(part["claims"], "outcome"))
            claim = np.arange(len(part["claims"])) if rows is None else rows
        else:
            kind = "claimstrategies" if values.of == "strategy" else "claimbarriers"
            rows, value = values.at(column(part[kind], "place"))
            claim = taken(column(part[kind], "claim"), rows) - np.int64(self._first_claim)
        return distinct(claim, value, values.size)

    def _of_wanted(self, claims: pa.Table, claim: Numbers, by: Numbers) -> tuple[Numbers, Numbers]:
        if self._wanted is None:
            return claim, by
        wanted = self._wanted[column(claims, "outcome")][claim]
        return claim[wanted], by[wanted]

    def _holding(
        self, part: Mapping[str, pa.Table], claim: Numbers, cell: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Return those pairs of findings and cells in which the finding holds across, too."""
        size = self._across.size
        asked = np.arange(len(claim))
        if self._across.of == "barrier":  # one that names none holds for all that its study has
            names = column(part["claims"], "names_barriers")
            if not names.any():
                return claim, cell
            asked = np.flatnonzero(names[claim])
        named, value = self._naming(part, self._across)
        holds = np.ones(len(claim), bool)
        holds[asked] = found_in(named * size + value, claim[asked] * size + cell[asked] % size)
        return claim[holds], cell[holds]

    def sums(self) -> Sums:
        """Return what was added so far."""
        size = self._across.size
        linked = {key: count for key, count, _ in self._linked}
        bundled = {key: count for key, count, _ in self._bundled}
        found, effects = {}, {}
        for key, count, _ in self._found:
            cell, state = divmod(key, _STATES)
            place = (*divmod(cell, size), *divmod(state, len(DIRECTIONS)))
            found[place] = Found(count, bundled.get(key, 0))
        for key, count, (y, w, wy) in self._effects:
            cell, metric = divmod(key, len(METRICS))
            effects[(*divmod(cell, size), metric)] = Effects(count, y, w, wy)
        return Sums(
            studies=self._count,
            by={key: count for key, count, _ in self._has["by"]},
            across={key: count for key, count, _ in self._has["across"]},
            any_by=self._any["by"],
            any_across=self._any["across"],
            cells={
                divmod(key, size): (count, linked.get(key, 0)) for key, count, _ in self._studies
            },
            found=found,
            effects=effects,
        )
