"""How a record is drawn from strategies for its fields, and what settles values that clash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = [
    "Fields",
    "Values",
    "ascending",
    "count_within",
    "named",
    "only_with",
    "record",
    "start_to_end",
]

_T = TypeVar("_T")

Values: TypeAlias = dict[str, Any]
"""What was drawn for the fields of a record, by name."""

Fields: TypeAlias = Mapping[str, SearchStrategy[Any]]
"""What the fields of a record are drawn from, by name."""


def record(
    make: Callable[..., _T],
    required: Fields,
    optional: Fields,
    settle: Callable[[Values], None] | None = None,
) -> SearchStrategy[_T]:
    """Return a strategy for records; `settle` takes out what would break a rule of the class."""

    def build(values: Values) -> _T:
        if settle is not None:
            settle(values)
        return make(**values)

    drawn: SearchStrategy[Values] = st.fixed_dictionaries(dict(required), optional=dict(optional))
    return drawn.map(lambda values: build(dict(values)))


def named(
    draw: DrawFn, ids: Iterable[str], make: Callable[[SearchStrategy[str]], SearchStrategy[_T]]
) -> tuple[_T, ...]:
    """Draw one record for each of these ids."""
    return tuple(draw(make(st.just(identifier))) for identifier in ids)


def ascending(values: Values, *names: str) -> None:
    """Put the values of these names, as far as they are there, in ascending order."""
    present = [name for name in names if name in values]
    ordered = sorted(values[name] for name in present)
    values.update(zip(present, ordered, strict=True))


def start_to_end(values: Values) -> None:
    """Let nothing end before it starts."""
    ascending(values, "start", "end")


def count_within(values: Values, part: str, whole: str) -> None:
    """Let a count be at most the one that it is out of, which is not 0."""
    ascending(values, part, whole)
    if values.get(whole) == 0:
        del values[whole]


def only_with(values: Values, name: str, other: str) -> None:
    """Take out a value that says nothing without another."""
    if other not in values:
        values.pop(name, None)
