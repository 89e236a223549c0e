"""What agreement by construct looks like: a line a construct, a line a pair of coders."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import asdict, frozen

from implsci.analysis.result import Result, Row

__all__ = ["CoderPair", "ConstructAgreement", "ConstructTable", "Who"]

Who: TypeAlias = Literal["people", "machines", "all"]
"""Whose readings are compared; a coder that is not said to be a machine counts among people.

Examples:
    >>> from typing import get_args
    >>> get_args(Who)
    ('people', 'machines', 'all')
"""


@frozen(kw_only=True)
class ConstructAgreement:
    """How far coders agree on one construct.

    Attributes:
        scope: scheme of the code, or the field.
        construct: the code, or the field again.
        coders: coders who read at least one of the units.
        units: units read by at least two of them.
        given: units to which at least one gave the code; None for a field.
        shared: units to which all gave it; None for a field.
        percent: percent of the units on which all agree, 0 to 100; units that nobody gave the code
            count as agreed, so it is high for rare codes.
        positive: share of the times the code was given in which another coder gives it too, 0 to 1;
            None for a field.
        kappa: Cohen's kappa; None where there are more than two coders.
        alpha: Krippendorff's alpha, nominal.
        ci_low: lower end of its bootstrap interval; None where there is none.
        ci_high: upper end.
        reason: why something cannot be estimated; None where everything was.

    Examples:
        >>> from implsci.analysis.agreement import per_construct_of_rows
        >>> rows = [{"unit": u, "coder": c, "value": v} for c, vs in
        ...         {"AB": "xxyy", "CD": "xxyx"}.items() for u, v in enumerate(vs)]
        >>> found = per_construct_of_rows(rows).constructs[0]
        >>> found.units, found.percent, found.kappa
        (4, 75.0, 0.5)
    """

    scope: str
    construct: str
    coders: int
    units: int
    given: int | None
    shared: int | None
    percent: float | None
    positive: float | None
    kappa: float | None
    alpha: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None


@frozen(kw_only=True)
class CoderPair:
    """What two coders share, in one scheme or field.

    Attributes:
        scope: the scheme or field.
        first: one coder.
        first_by: ``human``, ``machine`` or ``unknown``.
        second: the other.
        second_by: ``human``, ``machine`` or ``unknown``.
        units: units that both read.
        same: units to which both gave exactly the same.
        shared: labels that both gave, over all units.
        used: labels that either gave.

    Examples:
        >>> from implsci.analysis.agreement import per_construct_of_rows
        >>> rows = [{"unit": 1, "coder": "AB", "value": "x", "by": "human"},
        ...         {"unit": 1, "coder": "model", "value": "x", "by": "machine"}]
        >>> pair = per_construct_of_rows(rows).pairs[0]
        >>> pair.first_by, pair.second_by, pair.same, pair.units
        ('human', 'machine', 1, 1)
    """

    scope: str
    first: str
    first_by: str
    second: str
    second_by: str
    units: int
    same: int
    shared: int
    used: int


@frozen(kw_only=True)
class ConstructTable(Result):
    """Agreement by construct and by pair of coders, as `per_construct` returns it.

    Attributes:
        constructs: a line a construct, by scope and then by name.
        pairs: a line a pair of coders and scope, people and machines alike.
        who: whose readings the constructs compare.
        coders: the names of those, sorted.
        units: units read by at least two of them, over all scopes.
        single: units that one alone read, which no agreement can be had of.
        adjudicated: codings left out because they settle what others had coded.
        contradicted: readings left out because a coder gave one field two words.
        resamples: how often units were drawn for each interval.
        seed: where the drawing began.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis.agreement import per_construct
        >>> import implsci
        >>> found = per_construct(implsci.load("implsci-examples"), who="machines")
        >>> found.units > 0, found.constructs[0].scope
        (True, 'cfir-2009')
    """

    constructs: tuple[ConstructAgreement, ...]
    pairs: tuple[CoderPair, ...]
    who: Who
    coders: tuple[str, ...]
    units: int
    single: int
    adjudicated: int
    contradicted: int
    resamples: int
    seed: int
    assumptions: tuple[str, ...] = (
        "a coder who gave any code of a scheme to a place, or said that no term fits, has decided on "
        "every code of that scheme there; codes of different schemes are not compared",
        "a place that a coder does not have at all was not read by that coder, so whether coders see the "
        "same barriers, strategies and outcomes at all is not in the figures",
        "coders worked apart from each other",
        "the interval is the percentile interval of units drawn with replacement, as if units of one "
        "study were independent",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a construct.

        Examples:
            >>> from implsci.analysis.agreement import per_construct_of_rows
            >>> per_construct_of_rows([]).to_rows()
            ()
        """
        return tuple(asdict(one) for one in self.constructs)

    def to_dict(self) -> dict[str, object]:
        """Return constructs, pairs and counts as plain values, ready for JSON.

        Examples:
            >>> from implsci.analysis.agreement import per_construct_of_rows
            >>> sorted(per_construct_of_rows([]).to_dict())[:4]
            ['adjudicated', 'assumptions', 'coders', 'constructs']
        """
        return {
            "constructs": [asdict(one) for one in self.constructs],
            "pairs": [asdict(one) for one in self.pairs],
            "who": self.who,
            "coders": list(self.coders),
            "units": self.units,
            "single": self.single,
            "adjudicated": self.adjudicated,
            "contradicted": self.contradicted,
            "resamples": self.resamples,
            "seed": self.seed,
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }

    def sentence(self) -> str:
        """Say how much could be compared, and how much could not.

        Examples:
            >>> from implsci.analysis.agreement import per_construct_of_rows
            >>> per_construct_of_rows([]).sentence()
            'No unit was read by two coders, so agreement cannot be estimated (0 read by one).'
        """
        if not self.units:
            return (
                f"No unit was read by two {_COUNTED[self.who]}, so agreement cannot be estimated "
                f"({self.single} read by one)."
            )
        done = sum(one.alpha is not None for one in self.constructs)
        return (
            f"{self.units} units were read by at least two of {len(self.coders)} "
            f"{_COUNTED[self.who]} ({self.single} more by one alone); agreement beyond chance can be "
            f"estimated for {done} of {len(self.constructs)} constructs."
        )


_COUNTED: dict[str, str] = {"people": "coders", "machines": "machines", "all": "coders or machines"}
