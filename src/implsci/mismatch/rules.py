"""The rules for mismatches, as data: each with its kind, its source, and what finds it.

A rule's `find` looks at one study and yields, for each thing it looks at, a `Wrong` where it does not
fit, an `Unsaid` where that cannot be told, or None where all is well. Yielding nothing says that
there was nothing to look at. `RULES` holds those of the library; give `implsci.mismatch.examine`
others to replace them or to add to them.

Examples:
    >>> from implsci.mismatch.rules import RULES
    >>> [rule.kind for rule in RULES][:3]
    ['unaddressed', 'untargeted', 'wrong_level']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from attrs import frozen

from implsci.mismatch._bases import find_no_link, find_weak_basis
from implsci.mismatch._diagnosis import find_no_gap, find_undiagnosed
from implsci.mismatch._finding import Found, Unsaid, Wrong
from implsci.mismatch._fitting import (
    find_relational_unmet,
    find_unaddressed,
    find_untargeted,
    find_wrong_level,
)
from implsci.mismatch.case import Case

__all__ = ["RULES", "Case", "Find", "Found", "Rule", "Unsaid", "Wrong"]


def __dir__() -> list[str]:
    return __all__


Find: TypeAlias = Callable[[Case], Iterable[Found]]
"""What a rule looks with.

Examples:
    >>> def nothing(case: Case) -> Iterable[Found]:
    ...     return ()
    >>> find: Find = nothing
"""


@frozen(kw_only=True)
class Rule:
    """One rule: what counts as a mismatch, and on whose word.

    Attributes:
        kind: the kind of mismatch it finds.
        says: the rule in words, with what earns which severity.
        source: where it comes from.
        find: yields what it makes of one study.

    Examples:
        >>> from implsci import Strategy, Study
        >>> from implsci.mismatch import examine
        >>> def no_dose(case: Case) -> Iterable[Found]:
        ...     for strategy in case.strategies:
        ...         yield (
        ...             None
        ...             if strategy.dose
        ...             else Wrong(severity="low", because="no dose", strategies=(strategy,))
        ...         )
        >>> rule = Rule(kind="no_dose", says="A strategy has a dose.", source="ours", find=no_dose)
        >>> study = Study(id="a", title="A", strategies=(Strategy(id="s", label="coaching"),))
        >>> [found.kind for found in examine(study, rules=[rule])]
        ['no_dose']
    """

    kind: str
    says: str
    source: str
    find: Find


_BLOG: Final = (
    "Metz, Boaz, Jensen, Farley & Bartley, blog on trusting relationships in implementation: "
    "strategies that do not match the barriers they should address are a common challenge"
)
_TA_BLOG: Final = "the blog “Strengthening Research Use through Technical Assistance”: "
_WALTZ: Final = (
    "Waltz et al. 2019 doi:10.1186/s13012-019-0892-4: level 1 is a majority of the experts, level 2 "
    "a fifth or more"
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        kind="unaddressed",
        says=(
            "A barrier that no strategy addresses. High where it is strong (magnitude 2, or -2 in a "
            "setting), low where it is weak, medium where its strength is not known."
        ),
        source=_BLOG,
        find=find_unaddressed,
    ),
    Rule(
        kind="untargeted",
        says=(
            "A strategy that addresses no barrier or facilitator. Medium; low where the study says "
            "why it was chosen."
        ),
        source=f"{_TA_BLOG}solutions in search of problems",
        find=find_untargeted,
    ),
    Rule(
        kind="wrong_level",
        says=(
            "A strategy aimed at another level, or at others, than those of the barrier it addresses; "
            "compared only where both are stated. Medium where nothing else addresses it, else low."
        ),
        source=(
            "Proctor, Powell & McMillen 2013 doi:10.1186/1748-5908-8-139 (a strategy has an action "
            f"target); {_BLOG}"
        ),
        find=find_wrong_level,
    ),
    Rule(
        kind="no_link",
        says=(
            "A barrier of whose every strategy a basis says that there is no link, no evidence, or "
            "that none of the experts endorsed it; what is said straight of its codes stands before "
            "what comes over a crosswalk. High where it says non-link, straight of these codes; else "
            "medium. A pair that a basis does not hold is unknown."
        ),
        source=f"{_WALTZ}; {_BLOG}",
        find=find_no_link,
    ),
    Rule(
        kind="weak_basis",
        says=(
            "A barrier of whose every strategy something is known, and the best support is weak. "
            "Low at level 2 or by theory alone; medium below level 2, where inconclusive, from "
            "memory, or over a broad, narrow or provisional match."
        ),
        source=_WALTZ,
        find=find_weak_basis,
    ),
    Rule(
        kind="undiagnosed",
        says=(
            "A strategy that began before the first dated diagnosis (medium), or a plan that has "
            "strategies and names no barrier, gap or diagnosis (high)."
        ),
        source=f"{_TA_BLOG}begin with a careful diagnosis of the problem",
        find=find_undiagnosed,
    ),
    Rule(
        kind="no_gap",
        says=(
            "A plan whose innovation answers no stated gap. High where it names no barrier either, "
            "else medium."
        ),
        source=f"{_TA_BLOG}solutions in search of problems",
        find=find_no_gap,
    ),
    Rule(
        kind="relational_unmet",
        says=(
            "A relational barrier that only technical strategies address. As strong as the barrier; "
            "low where only a part of what its code means is relational."
        ),
        source=(
            "Metz et al. 2022 doi:10.3389/frhs.2022.894599 (relational and technical strategies); "
            f"{_BLOG}"
        ),
        find=find_relational_unmet,
    ),
)
"""The rules of the library, in the order of `implsci.mismatch.KINDS`.

Examples:
    >>> {rule.kind for rule in RULES} >= {"no_link", "weak_basis"}
    True
"""
