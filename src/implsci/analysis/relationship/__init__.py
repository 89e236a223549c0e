"""What a relationship does: one compendium asked all the ways a relationship can be read.

A high-quality relationship may be a strategy in its own right, magnify other strategies (moderator),
carry their effect (mediator), be something without which nothing succeeds (necessary condition), or
go with outcomes (determinant). `roles` asks for all of them at once, and says for each what it
rests on, what it assumes, what would refute it, or why it cannot be estimated. `durations` reads how
long ties lasted.

Examples:
    >>> import implsci
    >>> from implsci.analysis import relationship
    >>> found = relationship.roles(implsci.load("implsci-examples"))
    >>> [(answer.role, answer.n_studies) for answer in found if answer.role == "moderator"]
    [('moderator', 4)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from implsci.analysis.relational import relational_by
from implsci.analysis.relationship._answers import (
    QUESTIONS,
    RoleAnswer,
    Roles,
    Stance,
    Standing,
)
from implsci.analysis.relationship._asking import (
    Asked,
    determinant,
    mediator,
    moderator,
    necessary,
    strategy,
)
from implsci.analysis.relationship._cases import Case, cases_of
from implsci.analysis.relationship._durations import (
    Durations,
    TieDuration,
    durations,
)
from implsci.compendium import Compendium
from implsci.compendium.facets import outcome_codes
from implsci.errors import InvalidQueryError
from implsci.model import Finding, Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "QUESTIONS",
    "Case",
    "Durations",
    "RoleAnswer",
    "Roles",
    "Stance",
    "Standing",
    "TieDuration",
    "durations",
    "roles",
]


def __dir__() -> list[str]:
    return __all__


def roles(
    compendium: Compendium | Iterable[Study],
    outcome: str | None = None,
    *,
    of: str | None = None,
    cut: float = 0.5,
    r: float = 0.8,
    relational: Callable[[Study, str], bool] | None = None,
    registry: Registry | None = None,
) -> Roles:
    """Ask a compendium what its relationships do, in every role.

    How good a relationship was is read from its measurements, each as a share of its scale; where
    there are none, from plain words such as ``high``; else it is unknown. Nothing is inferred from
    a programme that is silent on its relationships, and no success from what is asserted, theorized
    or associated.

    Args:
        compendium: the studies.
        outcome: only findings on this outcome: a code (or anything narrower), a label, or a kind
            such as ``implementation``. None takes all but those on a relationship itself.
        of: only measurements of this, such as ``trust``, more of it being better; None for those
            whose name says so (trust, alliance, quality and the like: no conflict, no power).
        cut: from which share of its scale on a relationship counts as good, 0 to 1.
        r: correlation assumed between effects of one study or programme, 0 to 1.
        relational: says of a study and the id of its strategy whether that is relational; None takes
            those said to be relational; where nothing is said, those all of whose codes are relational
            actions (of ``relational``, or of the relational strategies in ``trust``), or that have no
            code and build a relationship. Any other code beside makes it a bundle.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        One comparable answer for each role.

    Raises:
        InvalidQueryError: `cut` or `r` out of 0 to 1, or no such outcome.
        MissingExtraError: numpy or scipy is not installed.

    Examples:
        >>> from implsci import Finding, Measurement, Outcome, Relationship
        >>> def made(name, trust, direction):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         relationships=(
        ...             Relationship(
        ...                 id="r",
        ...                 label="facilitator and site",
        ...                 measurements=(
        ...                     Measurement(of="trust", value=trust, scale_min=1, scale_max=7),
        ...                 ),
        ...             ),
        ...         ),
        ...         outcomes=(Outcome(id="o", label="uptake"),),
        ...         findings=(Finding(id="f", outcome="o", direction=direction),),
        ...     )
        >>> found = roles(
        ...     [made("a", 6, "improved"), made("b", 6.5, "improved"), made("c", 2, "no_difference")]
        ... )
        >>> found["necessary_condition"].estimate
        1.0
        >>> print(found["moderator"].because.partition(",")[0])
        among successes the relationship does not vary (it is good in all 2 whose relationship is known)
    """
    for name, value in (("cut", cut), ("r", r)):
        if not 0 <= value <= 1:
            raise InvalidQueryError(f"{name}: expected 0 to 1, got {value!r}")
    studies = tuple(compendium)
    known = registry or default_registry()
    is_relational = relational or _relational_by(known)
    keep = _keeper(outcome, known)
    cases = cases_of(
        studies,
        keep,
        lambda study: any(is_relational(study, one.id) for one in study.strategies),
        of,
    )
    asked = Asked(studies, keep, is_relational, cases, cut, r)
    return Roles(
        compendium=compendium.name if isinstance(compendium, Compendium) else None,
        outcome=outcome,
        n_studies=len(studies),
        with_relationship=sum(bool(study.relationships) for study in studies),
        answers=tuple(
            ask(asked) for ask in (strategy, moderator, mediator, necessary, determinant)
        ),
        cases=cases,
        cut=cut,
        assumptions=(
            "the compendium is what was coded, not all there is: what practitioners do and do not "
            "publish is missing from it",
            "roles are claims of the studies' authors or coders, and a study may claim several",
        ),
    )


def _relational_by(registry: Registry) -> Callable[[Study, str], bool]:
    """Return what says whether a strategy is relational and nothing else."""
    is_action = relational_by(registry)

    def relational(study: Study, identifier: str) -> bool:
        node = next(one for one in study.strategies if one.id == identifier)
        if node.nature is not None:
            return node.nature == "relational"
        # One technical code beside a relational one makes a bundle, which nothing is credited to.
        return all(map(is_action, node.codes)) if node.codes else bool(node.builds)

    return relational


def _keeper(outcome: str | None, registry: Registry) -> Callable[[Study, Finding], bool]:
    wanted = None if outcome is None else outcome_codes(outcome, registry)

    def keep(study: Study, finding: Finding) -> bool:
        node = next(one for one in study.outcomes if one.id == finding.outcome)
        if wanted is None:
            return node.kind != "relationship" and finding.role != "outcome"
        return node.kind in wanted or not wanted.isdisjoint(node.codes)

    return keep
