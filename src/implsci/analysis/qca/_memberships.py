"""Set memberships as they come in: checked once, then plain arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from implsci.analysis._arguments import checked
from implsci.errors import (
    CannotEstimateError,
    Fault,
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
    UnknownNameError,
)
from implsci.names import close_names

try:
    import numpy as np
    from numpy.typing import NDArray
except ImportError as error:
    raise MissingExtraError(feature="qualitative comparative analysis", extra="analysis") from error

Vector: TypeAlias = NDArray[np.float64]

Data: TypeAlias = Mapping[str, Sequence[float] | Vector]
"""Memberships by condition: for each name as many numbers from 0 to 1 as there are cases.

Examples:
    >>> data: Data = {"TRUST": [1, 1, 0], "UPTAKE": [1, 1, 0]}
    >>> len(data["TRUST"])
    3
"""

_OPERATORS = "*+~()"


@frozen(kw_only=True, eq=False)
class Memberships(Mapping[str, Vector]):
    """Memberships by condition together with the names of the cases, as `from_rows` returns them.

    It is a mapping, so every function of this module takes it as it stands.

    Attributes:
        columns: for each condition its memberships, one number a case.
        cases: the cases' names, in the order of the memberships.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = qca.from_rows([{"site": "Kilifi", "TRUST": 0.9, "UPTAKE": 1}], case="site")
        >>> data.cases, float(data["TRUST"][0])
        (('Kilifi',), 0.9)
    """

    columns: Mapping[str, Vector] = field(repr=lambda columns: str(list(columns)))
    cases: tuple[str, ...]

    def __getitem__(self, condition: str) -> Vector:
        return self.columns[condition]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


@checked
def from_rows(
    rows: Iterable[Mapping[str, str | float | None]], case: str | None = None
) -> Memberships:
    """Turn rows, one a case, into memberships by condition.

    Args:
        rows: for each case its membership in every condition and in the outcome, 0 to 1; numbers
            may be text, as a CSV reader gives them.
        case: the column that names the cases; without one they are called "1", "2", ...

    Returns:
        The memberships, conditions in the order of the first row.

    Raises:
        CannotEstimateError: there are no rows.
        InvalidTableError: a row has other columns than the first, or a cell is no number; every
            fault is listed with its row.

    Examples:
        >>> from implsci.analysis import qca
        >>> rows = [{"TRUST": "1", "UPTAKE": "1"}, {"TRUST": "0", "UPTAKE": "0.2"}]
        >>> qca.from_rows(rows)["UPTAKE"].tolist()
        [1.0, 0.2]
    """
    held = list(rows)
    if not held:
        raise CannotEstimateError("there are no cases")
    strange = [
        Fault(f"row {number}", f"expected a mapping by column, got {type(row).__name__}")
        for number, row in enumerate(held, start=1)
        if not isinstance(row, Mapping)
    ]
    if strange:
        raise InvalidTableError("memberships", strange)
    names = [name for name in held[0] if name != case]
    faults: list[Fault] = []
    columns: dict[str, list[float]] = {name: [] for name in names}
    for number, row in enumerate(held, start=1):
        if set(row) != set(held[0]):
            faults.append(
                Fault(f"row {number}", f"expected the columns {list(held[0])}, got {list(row)}")
            )
            continue
        if case is not None and row.get(case) in (None, ""):
            faults.append(Fault(f"row {number}", f"expected the case's name in column {case!r}"))
        for name in names:
            try:
                columns[name].append(float(row[name]))  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                shown = "nothing" if row[name] in (None, "") else repr(row[name])
                faults.append(Fault(f"row {number}, {name}", f"expected a number, got {shown}"))
    if faults:
        raise InvalidTableError("memberships", faults)
    return Memberships(
        columns={name: np.array(column) for name, column in columns.items()},
        cases=tuple(str(i if case is None else row[case]) for i, row in enumerate(held, start=1)),
    )


@frozen(kw_only=True, eq=False)
class Prepared:
    """Checked memberships: x by condition and case, y in the outcome (already negated if asked).

    Cases without names are called by their number, from 1; a million such names are made only
    where they are shown.
    """

    conditions: tuple[str, ...]
    outcome: str
    x: Vector
    y: Vector
    cases: tuple[str, ...] | None

    def named(self, places: NDArray[np.int64]) -> tuple[str, ...]:
        """The names of the cases at these places."""
        if self.cases is None:
            return tuple(map(str, (places + 1).tolist()))
        return tuple(np.array(self.cases, dtype=object)[places].tolist())

    def keep(self, which: NDArray[np.bool_]) -> Prepared:
        """The cases where `which` is true."""
        return Prepared(
            conditions=self.conditions,
            outcome=self.outcome,
            x=self.x[:, which],
            y=self.y[which],
            cases=self.named(np.flatnonzero(which)),
        )


def prepare(
    data: Data,
    outcome: str,
    conditions: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
) -> Prepared:
    """Check the memberships and name the cases; raise a named error on the first wrong thing."""
    if not isinstance(data, Mapping):
        raise InvalidQueryError(
            f"data maps each condition to its memberships; got {type(data).__name__}"
        )
    bare = outcome.strip().removeprefix("~").strip()
    if bare not in data:
        raise UnknownNameError("outcome", bare, close_names(bare, data))
    if isinstance(conditions, str):
        raise InvalidQueryError("conditions are several names, such as ['A', 'B']; got one text")
    chosen = tuple(name for name in data if name != bare) if conditions is None else conditions
    _check_names(data, chosen, bare)
    values = _numbers(data, (*chosen, bare))
    x, y = values[:-1], values[-1]
    if not len(y):
        raise CannotEstimateError("there are no cases")
    if np.all(y == y[0]):
        raise CannotEstimateError(
            f"every case has the same membership in {bare}, {y[0]:g}: nothing sets cases with it "
            f"apart from cases without"
        )
    return Prepared(
        conditions=tuple(chosen),
        outcome=f"~{bare}" if outcome.strip().startswith("~") else bare,
        x=x,
        y=1 - y if outcome.strip().startswith("~") else y,
        cases=_case_names(data, cases, len(y)),
    )


def _check_names(data: Data, chosen: Sequence[str], outcome: str) -> None:
    for name in chosen:
        if name not in data:
            raise UnknownNameError("condition", name, close_names(name, data))
    if outcome in chosen:
        raise InvalidQueryError(f"{outcome!r} is the outcome and cannot be a condition as well")
    if not chosen or len(set(chosen)) != len(chosen):
        raise InvalidQueryError(
            f"expected one condition or more, each once, beside the outcome {outcome!r}; "
            f"got {list(chosen)}"
        )
    for name in (*chosen, outcome):
        if not name or name != name.strip() or any(sign in name for sign in _OPERATORS):
            raise InvalidQueryError(
                f"a condition's name is text without {' '.join(_OPERATORS)} and without blanks at "
                f"its ends, as expressions are written with these; got {name!r}"
            )


def _numbers(data: Data, names: Sequence[str]) -> Vector:
    columns: list[Vector] = []
    faults: list[Fault] = []
    for name in names:
        try:
            column = np.asarray(data[name], dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            column = np.empty((0, 0))
        if column.ndim != 1:
            faults.append(Fault(name, "expected one number a case, got something else"))
            continue
        columns.append(column)
        if len(column) and not (column.min() >= 0 and column.max() <= 1):
            wrong = ~((column >= 0) & (column <= 1))
            first = int(np.argmax(wrong))
            shown = "missing (nan)" if np.isnan(column[first]) else f"{column[first]:g}"
            faults.append(
                Fault(
                    name,
                    f"expected memberships from 0 to 1; {int(wrong.sum())} of {len(column)} are "
                    f"not, the first, case {first + 1}, is {shown}",
                )
            )
    if len({len(column) for column in columns}) > 1 and len(columns) == len(names):
        got = ", ".join(
            f"{name} {len(column)}" for name, column in zip(names, columns, strict=True)
        )
        faults.append(Fault("", f"expected as many memberships in every condition, got {got}"))
    if faults:
        raise InvalidTableError("memberships", faults)
    return np.stack(columns)


def _case_names(data: Data, cases: Sequence[str] | None, count: int) -> tuple[str, ...] | None:
    if cases is None:
        return data.cases if isinstance(data, Memberships) else None
    if isinstance(cases, str) or len(cases) != count or len(set(cases)) != count:
        raise InvalidQueryError(f"cases are {count} different names, one for each case")
    return tuple(cases)
