"""What sets sites apart: rules by name, each of which can be replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci.analysis.ratings._matrix import RatingsMatrix, SiteRating, columns_of, counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.names import close_names

__all__ = [
    "RULES",
    "Distinguished",
    "Distinguishing",
    "Rule",
    "Strength",
    "Verdict",
    "distinguishing",
]


Strength: TypeAlias = Literal["strong", "weak", "none", "cannot_tell"]
"""How clearly a construct sets sites apart; ``cannot_tell`` where a side has no rating.

Examples:
    >>> from typing import get_args
    >>> get_args(Strength)
    ('strong', 'weak', 'none', 'cannot_tell')
"""


@frozen(kw_only=True)
class Verdict:
    """What a rule says of one construct.

    Attributes:
        strength: how clearly it sets the sites apart.
        gap: the lowest rating of the high sites less the highest of the low; None where unknown.
        because: the reason, in words.

    Examples:
        >>> Verdict(strength="weak", gap=1, because="gap 1").gap
        1
    """

    strength: Strength
    gap: int | None
    because: str


@frozen(kw_only=True)
class Rule:
    """A rule that says whether a construct sets high sites apart from low ones.

    Attributes:
        name: what it is called in a program.
        says: the rule in words.
        source: where it comes from.
        decide: takes the ratings of the high sites and those of the low ones, missing ones among
            them, and returns its verdict.

    Examples:
        >>> RULES["gap"].decide((SiteRating(value=1),), (SiteRating(value=0),)).strength
        'weak'
    """

    name: str
    says: str
    source: str
    decide: Callable[[tuple[SiteRating, ...], tuple[SiteRating, ...]], Verdict]


def _gap(high: tuple[SiteRating, ...], low: tuple[SiteRating, ...]) -> Verdict:
    highs = [cell.value for cell in high if cell.value is not None]
    lows = [cell.value for cell in low if cell.value is not None]
    for values, side in ((lows, "low"), (highs, "high")):
        if not values:
            return Verdict(strength="cannot_tell", gap=None, because=f"no {side} site has a rating")
    gap = min(highs) - max(lows)
    lead = sum(highs) / len(highs) - max(lows)
    because = f"lowest high {_signed(min(highs))}, low {_signed(max(lows))}: gap {gap}"
    if gap >= 2:
        return Verdict(strength="strong", gap=gap, because=because)
    if gap == 1:
        return Verdict(strength="weak", gap=gap, because=because)
    because = f"{because}, mean of the high {lead:.2f} above"
    return Verdict(strength="weak" if gap == 0 and lead >= 1 else "none", gap=gap, because=because)


def _signed(value: int) -> str:
    return f"{value:+d}" if value else "0"


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "gap": Rule(
            name="gap",
            says=(
                "gap = lowest rating of the high sites - rating of the low site (the highest of "
                "several); strong if the gap is 2 or more; weak if it is 1, or if it is 0 and the "
                "mean of the high sites lies 1 or more above the low; else none. A mixed rating "
                "counts as its number, a missing one is left out"
            ),
            source=(
                "inferred by us from table 2 of Varsi 2015 (doi:10.2196/jmir.5091), not quoted"
            ),
            decide=_gap,
        )
    }
)
"""The rules by name; pass a `Rule` of your own to `distinguishing` instead.

Examples:
    >>> list(RULES)
    ['gap']
"""


@frozen(kw_only=True)
class Distinguished:
    """What a rule says of one construct of a matrix.

    Attributes:
        construct: the row's code or label.
        label: what it is called by people.
        verdict: what the rule says.

    Examples:
        >>> verdict = Verdict(strength="none", gap=0, because="gap 0")
        >>> Distinguished(construct="c", label="C", verdict=verdict).strength
        'none'
    """

    construct: str
    label: str
    verdict: Verdict

    @property
    def strength(self) -> Strength:
        """How clearly it sets the sites apart."""
        return self.verdict.strength


@frozen(kw_only=True)
class Distinguishing(Result):
    """Which constructs set high sites apart from low ones, as `distinguishing` returns them.

    Attributes:
        rule: the rule that was used.
        high: ids of the sites that implemented well.
        low: ids of those that did not.
        rows: what the rule says of each construct, in the matrix's order.
        assumptions: the rule and where it comes from.

    Examples:
        >>> from implsci.analysis.ratings import ratings_from_table
        >>> matrix = ratings_from_table([{"construct": "Cost", "a": 1, "b": -1}])
        >>> distinguishing(matrix, high=["a"], low=["b"]).sentence()
        'By the rule gap, 1 of 1 construct distinguish a from b: strong Cost; of 0 it cannot be told.'
    """

    rule: Rule
    high: tuple[str, ...]
    low: tuple[str, ...]
    rows: tuple[Distinguished, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each construct."""
        return tuple(
            {
                "construct": row.construct,
                "label": row.label,
                "strength": row.strength,
                "gap": row.verdict.gap,
                "because": row.verdict.because,
                "rule": self.rule.name,
            }
            for row in self.rows
        )

    def sentence(self) -> str:
        """Name the constructs that distinguish, and count those of which it cannot be told."""
        told = [
            f"{strength} {', '.join(names)}"
            for strength in ("strong", "weak")
            if (names := [row.label for row in self.rows if row.strength == strength])
        ]
        count = sum(row.strength in ("strong", "weak") for row in self.rows)
        untold = sum(row.strength == "cannot_tell" for row in self.rows)
        return (
            f"By the rule {self.rule.name}, {count} of {counted(len(self.rows), 'construct')} "
            f"distinguish {', '.join(self.high)} from {', '.join(self.low)}"
            f"{': ' if told else ''}{'; '.join(told)}; of {untold} it cannot be told."
        )


def distinguishing(
    matrix: RatingsMatrix,
    *,
    high: Iterable[str],
    low: Iterable[str],
    rule: str | Rule = "gap",
) -> Distinguishing:
    """Return which constructs set the sites that implemented well apart from those that did not.

    Args:
        matrix: the ratings.
        high: ids of the sites that implemented well.
        low: ids of those that did not.
        rule: the name of one of `RULES`, or a rule of your own. ``gap`` is inferred by us from
            table 2 of Varsi 2015 (doi:10.2196/jmir.5091), which it reproduces; it is not quoted.

    Raises:
        UnknownNameError: no such site or rule.
        InvalidQueryError: no site on a side, or one on both.

    Examples:
        >>> from implsci.analysis.ratings import ratings_from_table
        >>> matrix = ratings_from_table([{"construct": "Cost", "a": 2, "b": 0, "c": None}])
        >>> found = distinguishing(matrix, high=["a"], low=["b"]).rows[0]
        >>> found.strength, found.verdict.because
        ('strong', 'lowest high +2, low 0: gap 2')
        >>> distinguishing(matrix, high=["a"], low=["c"]).rows[0].strength
        'cannot_tell'
    """
    if isinstance(rule, str):
        if rule not in RULES:
            raise UnknownNameError("rule", rule, close_names(rule, RULES) or tuple(RULES))
        rule = RULES[rule]
    highs, lows = columns_of(matrix, high), columns_of(matrix, low)
    if not highs or not lows:
        raise InvalidQueryError("expected at least one high site and one low site")
    if both := sorted(matrix.sites[column].id for column in {*highs} & {*lows}):
        raise InvalidQueryError(f"a site is either high or low, not both: {', '.join(both)}")
    return Distinguishing(
        rule=rule,
        high=tuple(matrix.sites[column].id for column in highs),
        low=tuple(matrix.sites[column].id for column in lows),
        rows=tuple(
            Distinguished(
                construct=row.construct,
                label=row.label,
                verdict=rule.decide(
                    tuple(row.cells[column] for column in highs),
                    tuple(row.cells[column] for column in lows),
                ),
            )
            for row in matrix.rows
        ),
        assumptions=(rule.says, f"source of the rule: {rule.source}", *matrix.assumptions),
    )
