"""What the reader can spend, and the strategies that this is known to rule out.

A strategy is set aside only where something known of it conflicts. Mostly nothing is known: then it
stays, and says what was not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Final

from attrs import evolve, fields, frozen

from implsci.codes import Code
from implsci.errors import InvalidQueryError
from implsci.matching.names import term_of
from implsci.matching.report import BasisReport, Ranked, SetAside
from implsci.plugins import Registry

__all__ = ["Constraints", "Demand", "by_strategy", "within"]


def __dir__() -> list[str]:
    return __all__


# Weeks within which what needs ``months`` cannot be done: two months.
_MONTHS: Final = 8


@frozen(kw_only=True)
class Constraints:
    """What the reader has. None says nothing of it, and rules nothing out.

    Attributes:
        budget: the money there is, in the currency of the demands; False or 0 for none; True for
            some, however much.
        weeks: the time there is.
        staff: how many people there are; 0 for none.
        authority: whether decisions beyond the team (law, standards, payment, orders) can be had.

    Raises:
        InvalidQueryError: an amount below 0, or not a number.

    Examples:
        >>> from implsci import match
        >>> from implsci.matching import Constraints
        >>> report = match("cfir-2009:cost", constraints=Constraints(budget=False))
        >>> [one.label for one in report.bases["waltz-2019"].set_aside][:1]
        ['Alter incentive/allowance structures']
    """

    budget: float | bool | None = None
    weeks: float | None = None
    staff: float | None = None
    authority: bool | None = None

    def __attrs_post_init__(self) -> None:
        _hold(self, "budget", "weeks", "staff")


@frozen(kw_only=True)
class Demand:
    """What a strategy takes, as the caller knows it. None is unknown, and 0 is known to be none.

    Attributes:
        strategy: its code.
        source: where that is known from.
        money: how much, in a currency of the caller's.
        weeks: how long.
        staff: how many people.
        authority: whether it needs a decision from beyond the team.

    Raises:
        InvalidQueryError: an amount below 0, or not a number.

    Examples:
        >>> from implsci.matching import Demand
        >>> Demand(strategy="eric:facilitation", source="our tender of 2025", staff=1).weeks is None
        True
    """

    strategy: str
    source: str
    money: float | None = None
    weeks: float | None = None
    staff: float | None = None
    authority: bool | None = None

    def __attrs_post_init__(self) -> None:
        _hold(self, "money", "weeks", "staff")


def _hold(record: Constraints | Demand, *names: str) -> None:
    for name in names:
        value = getattr(record, name)
        if value is not None and not (
            isinstance(value, int | float) and isfinite(value) and value >= 0
        ):
            raise InvalidQueryError(f"{name}: expected a number of 0 or more, got {value!r}")


def by_strategy(demands: Iterable[Demand], registry: Registry) -> dict[Code, list[Demand]]:
    """Return demands by the code of their strategy.

    Raises:
        UnknownNameError: no such strategy; close names are suggested.
    """
    found: dict[Code, list[Demand]] = {}
    for demand in demands:
        found.setdefault(registry.term(demand.strategy).code, []).append(demand)
    return found


@frozen(kw_only=True)
class _Need:
    """What is known of one need of one strategy: an amount, or that there is one (None)."""

    amount: float | None
    source: str


def within(
    report: BasisReport,
    constraints: Constraints,
    demands: Mapping[Code, Sequence[Demand]],
    registry: Registry,
) -> BasisReport:
    """Return a report without the strategies that are known to break a constraint."""
    asked = [
        field.name for field in fields(Constraints) if _limits(getattr(constraints, field.name))
    ]
    if not asked:
        return report
    kept: list[Ranked] = []
    aside: list[SetAside] = []
    for row in report.ranking:
        needs = {name: list(_needs(name, row.strategy, demands, registry)) for name in asked}
        conflicts = [
            (said, need.source)
            for name in asked
            for need in needs[name]
            if (said := _conflict(name, getattr(constraints, name), need)) is not None
        ]
        if conflicts:
            aside.append(
                SetAside(
                    strategy=row.strategy,
                    label=row.label,
                    because="; ".join(dict.fromkeys(said for said, _ in conflicts)),
                    source="; ".join(dict.fromkeys(source for _, source in conflicts)),
                )
            )
        else:
            unchecked = tuple(
                name for name in asked if all(need.amount is None for need in needs[name])
            )
            kept.append(evolve(row, unchecked=unchecked))
    return evolve(
        report,
        ranking=tuple(kept),
        set_aside=tuple(aside),
        notes=(*report.notes, _note(asked, kept, aside)),
    )


def _limits(value: float | bool | None) -> bool:
    return value is not None and value is not True


def _needs(
    name: str, strategy: Code, demands: Mapping[Code, Sequence[Demand]], registry: Registry
) -> Iterator[_Need]:
    """Yield what is known of one need: the caller's own demands, and the taxonomy's facet."""
    for demand in demands.get(strategy, ()):
        amount = getattr(demand, "money" if name == "budget" else name)
        if amount is not None:
            yield _Need(amount=amount, source=demand.source)
    term = term_of(strategy, registry)
    if term is not None and _FACETS[name] in term.facet("needs"):
        yield _Need(amount=None, source=f"facet needs of {term.scheme}, provisional")


_FACETS: Final = {"budget": "money", "weeks": "months", "staff": "staff", "authority": "authority"}


def _conflict(name: str, limit: float | bool, need: _Need) -> str | None:
    """Return in words how a need breaks a limit; None where that is not known."""
    if name == "authority":
        broken = need.amount is None or bool(need.amount)
        return "needs a decision from beyond the team, which cannot be had" if broken else None
    if need.amount is not None:
        if need.amount <= limit:
            return None
        return (
            f"takes {_UNITS[name].format(need.amount)}; there is {_UNITS[name].format(limit + 0)}"
        )
    if name == "weeks":
        broken = limit <= _MONTHS
        return f"takes months, more than {limit:g} weeks" if broken else None
    return None if limit else _NONE[name]


_UNITS: Final = {"budget": "money {:g}", "weeks": "{:g} weeks", "staff": "staff {:g}"}
_NONE: Final = {
    "budget": "needs money, and there is none",
    "staff": "needs staff, and there is none",
}


def _note(asked: Sequence[str], kept: Sequence[Ranked], aside: Sequence[SetAside]) -> str:
    unknown = ", ".join(
        f"{name} for {sum(name in row.unchecked for row in kept)}" for name in asked
    )
    return (
        f"constraints: {len(aside)} set aside, since something known of them conflicts; of the "
        f"{len(kept)} kept, what they take is unknown: {unknown}"
    )
