"""Figures that are repeated, side by side: which agree, which contradict, which cannot be compared."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Final, Literal

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.errors import UnknownNameError
from implsci.knowledge._common import hold_pairs, of_class, source_of
from implsci.model.documents import Claim, Document
from implsci.model.knowledge import ClaimStatus
from implsci.names import close_names, fold

__all__ = ["ClaimGroup", "ClaimPair", "Claims", "Tie", "claims"]

Tie = Literal["agree", "conflict", "change", "undated", "not comparable"]
"""How two claims about one thing stand to each other."""

UNVERIFIED: Final[tuple[ClaimStatus, ...]] = ("unchecked", "not_found", "disputed")


@frozen(kw_only=True)
class ClaimPair:
    """Two claims about one thing.

    Attributes:
        first: the one.
        second: the other.
        tie: ``agree`` where one figure can fulfil both; else ``conflict`` where both are for the same
            year, ``change`` where they are for different years, ``undated`` where a year is missing, so
            that either may be; ``not comparable`` where unit or base differ or a figure is missing.
        because: what the tie rests on.

    Examples:
        >>> one = Claim(id="a", about="use", statement="Some.", value=10, unit="percent")
        >>> two = Claim(id="b", about="use", statement="More.", value=20, unit="percent")
        >>> claims([one, two]).groups[0].pairs[0].tie
        'undated'
    """

    first: Claim
    second: Claim
    tie: Tie
    because: str


@frozen(kw_only=True)
class ClaimGroup:
    """What is claimed about one thing.

    Attributes:
        about: the thing.
        claims: the claims; the oldest first, those without a year last.
        pairs: every two of them.

    Examples:
        >>> one = Claim(id="a", about="use", statement="Some is used.")
        >>> claims([one]).groups[0].unverified
        1
    """

    about: str
    claims: tuple[Claim, ...]
    pairs: tuple[ClaimPair, ...]

    @property
    def unverified(self) -> int:
        """How many are unchecked, not found in their source, or disputed."""
        return sum(one.status in UNVERIFIED for one in self.claims)

    def tied(self, tie: Tie) -> tuple[ClaimPair, ...]:
        """Return the pairs that stand to each other in one way.

        Examples:
            >>> from implsci.casebook import load
            >>> group = claims(load("implsci-knowledge"), "health research that comes to nothing").groups[0]
            >>> print(group.tied("not comparable")[0].because)
            different bases: "conclusions of health research" and "investment in health research"
        """
        return tuple(pair for pair in self.pairs if pair.tie == tie)


@frozen(kw_only=True)
class Claims(Result):
    """Claims side by side, as `claims` returns them.

    Attributes:
        groups: what is claimed about each thing, in the order of the alphabet.
        assumptions: how they were set against each other.

    Examples:
        >>> from implsci.casebook import load
        >>> [group.about for group in claims(load("implsci-knowledge")).groups][-1]
        'years from research to practice'
    """

    groups: tuple[ClaimGroup, ...]
    assumptions: tuple[str, ...] = (
        "figures are held against each other only where unit and base are the same words; no unit is "
        "turned into another",
        "at least and at most are read as bounds; a figure that is about so much is read as that much",
        "figures for different years are a change, not a contradiction",
        "verified means found in the source that is named, not that the figure is true",
    )

    @property
    def unverified(self) -> int:
        """How many claims are not verified."""
        return sum(group.unverified for group in self.groups)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a claim, with how often it contradicts another.

        Examples:
            >>> from implsci.casebook import load
            >>> row = claims(load("implsci-knowledge")).to_rows()[0]
            >>> row["about"], row["value"], row["status"]
            ('centres in the What Works Network', 6.0, 'verified')
        """
        conflicts = [
            Counter(one for pair in group.tied("conflict") for one in (pair.first, pair.second))
            for group in self.groups
        ]
        return tuple(
            {
                "about": group.about,
                "id": one.id,
                "bound": one.bound,
                "value": one.value,
                "unit": one.unit,
                "base": one.base,
                "said_by": one.said_by,
                "year": one.year,
                "status": one.status,
                "because": one.because,
                "checked": one.checked,
                "conflicts": told[one],
                "statement": one.statement,
                "source": source_of(one.citation)
                or next((p.url or p.source for p in one.provenance), None),
                "note": one.note,
            }
            for group, told in zip(self.groups, conflicts, strict=True)
            for one in group.claims
        )

    def sentence(self) -> str:
        """Say how many claims there are, how many are verified, and how many contradict.

        Examples:
            >>> one = Claim(id="a", about="use", statement="Some is used.")
            >>> claims([one]).sentence()
            '1 claim about 1 thing: 0 verified, 1 unchecked. No two contradict each other.'
        """
        every = [one for group in self.groups for one in group.claims]
        states = Counter(one.status for one in every)
        told = [f"{states['verified']} verified"] + [
            f"{states[name]} {name.replace('_', ' ')}" for name in UNVERIFIED if states[name]
        ]
        ties = Counter(pair.tie for group in self.groups for pair in group.pairs)
        text = (
            f"{counted(len(every), 'claim')} about {counted(len(self.groups), 'thing')}: "
            f"{', '.join(told)}."
        )
        text += (
            f" {counted(ties['conflict'], 'pair contradicts', 'pairs contradict')} each other."
            if ties["conflict"]
            else " No two contradict each other."
        )
        for tie, words in _TIES:
            if ties[tie]:
                text += f" {counted(ties[tie], 'pair')} {words}."
        return text

    def to_dict(self) -> dict[str, object]:
        """Return rows, pairs, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "unverified": self.unverified,
            "pairs": [
                {
                    "about": group.about,
                    "first": pair.first.id,
                    "second": pair.second.id,
                    "tie": pair.tie,
                    "because": pair.because,
                }
                for group in self.groups
                for pair in group.pairs
            ],
        }


_TIES: tuple[tuple[Tie, str], ...] = (
    ("change", "differ and are for different years"),
    ("undated", "differ, and a year is missing, so that it may be a change"),
    ("not comparable", "cannot be compared"),
)


def claims(records: Casebook | Iterable[Document], about: str | None = None) -> Claims:
    """Set claims about the same thing side by side.

    Args:
        records: a casebook or any of its records; those of other classes are passed over.
        about: only what is claimed about this thing; case and punctuation do not matter.

    Raises:
        InvalidQueryError: there is no claim, or there are more than a million pairs.
        UnknownNameError: nothing is claimed about it; close names are suggested.

    Examples:
        >>> from implsci.casebook import load
        >>> found = claims(load("implsci-knowledge"), "public spending that What Works Centres are to inform")
        >>> for pair in found.groups[0].pairs:
        ...     print(pair.first.id, pair.second.id, pair.tie)
        spending-gov-2013 spending-gov-2023 change
        spending-gov-2013 spending-s3 not comparable
        spending-gov-2023 spending-s3 not comparable
    """
    found = of_class(records, Claim, "claim")
    things = {fold(one.about): one.about for one in reversed(found)}
    if about is not None:
        if fold(about) not in things:
            raise UnknownNameError("claim about", about, close_names(about, things.values()))
        things = {fold(about): things[fold(about)]}
    told: defaultdict[str, list[Claim]] = defaultdict(list)
    for one in found:
        told[fold(one.about)].append(one)
    hold_pairs("claims", [len(told[key]) for key in things], "ask about one thing")
    return Claims(groups=tuple(_group(things[key], told[key]) for key in sorted(things)))


def _group(about: str, found: Iterable[Claim]) -> ClaimGroup:
    own = sorted(found, key=lambda one: (one.year is None, one.year or 0, one.id))
    pairs = tuple(_pair(first, second) for first, second in combinations(own, 2))
    return ClaimGroup(about=about, claims=tuple(own), pairs=pairs)


def _pair(first: Claim, second: Claim) -> ClaimPair:
    tie, because = _tie(first, second)
    return ClaimPair(first=first, second=second, tie=tie, because=because)


def _tie(first: Claim, second: Claim) -> tuple[Tie, str]:
    silent = [one.id for one in (first, second) if one.value is None]
    if silent:
        return "not comparable", f"no figure: {', '.join(silent)}"
    for name in ("unit", "base"):
        one, two = getattr(first, name), getattr(second, name)
        if fold(one or "") != fold(two or ""):
            return (
                "not comparable",
                f"different {name}s: {' and '.join(sorted([_quoted(one), _quoted(two)]))}",
            )
    (low, high), (least, most) = _range(first), _range(second)
    if max(low, least) <= min(high, most):
        return "agree", "one figure fulfils both"
    if first.year is None or second.year is None:
        return "undated", "the figures differ, and a year is missing"
    if first.year == second.year:
        return "conflict", f"the figures differ for {first.year}"
    return "change", f"the figures differ, for {first.year} and {second.year}"


def _range(claim: Claim) -> tuple[float, float]:
    value = math.nan if claim.value is None else claim.value
    return (
        -math.inf if claim.bound == "at_most" else value,
        math.inf if claim.bound == "at_least" else value,
    )


def _quoted(text: str | None) -> str:
    return f'"{text}"' if text else "not told"
