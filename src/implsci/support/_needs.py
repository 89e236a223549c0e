"""Which needs of two parties stand against each other: the rules, as data with their sources."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from implsci.codes import Code
from implsci.model.support import AgreementKind
from implsci.support._reading import Severity

__all__ = ["NEED_RULES", "NeedRule"]


@frozen(kw_only=True)
class NeedRule:
    """Two needs that stand against each other where different parties have them.

    Attributes:
        name: what the conflict is called.
        one: codes of the one need.
        other: codes of the other.
        because: why they stand against each other.
        source: who says so.
        severity: how much is at stake.
        about: what an agreement must be about to settle it, where its codes do not say so.
        kinds: kinds of agreement that can settle it.

    Examples:
        >>> NeedRule(
        ...     name="room",
        ...     one=("ours:needs-quiet",),
        ...     other=("ours:needs-noise",),
        ...     because="they share a room",
        ...     source="made up",
        ...     severity="low",
        ... ).kinds
        ('non_negotiable', 'disclosure', 'roles', 'resources', 'other')
    """

    name: str
    one: tuple[Code, ...]
    other: tuple[Code, ...]
    because: str
    source: str
    severity: Severity
    about: tuple[str, ...] = ()
    kinds: tuple[AgreementKind, ...] = (
        "non_negotiable",
        "disclosure",
        "roles",
        "resources",
        "other",
    )


_BLOG: Final = (
    "blog on technical assistance "
    "http://wtgrantfoundation.org/strengthening-research-use-technical-assistance"
)
_SITE: Final = "William T. Grant Foundation, site on research-practice partnerships"
_PUBLISH: Final = (Code("support:need-to-publish"),)
_TOLD: Final = ("findings", "results", "publication", "publications", "data")

NEED_RULES: Final = (
    NeedRule(
        name="publication against discretion",
        one=_PUBLISH,
        other=(Code("support:need-for-discretion"),),
        because="what one has to publish, the other would keep inside",
        source=_BLOG,
        severity="high",
        about=_TOLD,
        kinds=("disclosure",),
    ),
    NeedRule(
        name="publication against reputation",
        one=_PUBLISH,
        other=(Code("support:reputation"),),
        because="what one has to publish may harm how the other is seen",
        source=_BLOG,
        severity="medium",
        about=_TOLD,
        kinds=("disclosure",),
    ),
    NeedRule(
        name="publication against open problem solving",
        one=_PUBLISH,
        other=(Code("support:open-problem-solving"),),
        because="people speak less freely of what goes wrong where it may be published",
        source=_BLOG,
        severity="medium",
        about=_TOLD,
        kinds=("disclosure",),
    ),
    NeedRule(
        name="independence against no surprises",
        one=(Code("support:independence"),),
        other=(Code("support:no-surprises"),),
        because="who sees findings first may want a say in what they say",
        source=f"{_SITE} http://rpp.wtgrantfoundation.org/developing-data-sharing-agreements/answers",
        severity="medium",
        about=_TOLD,
        kinds=("disclosure", "roles"),
    ),
    NeedRule(
        name="caution against a tight schedule",
        one=(Code("support:need-for-caution"),),
        other=(Code("support:tight-schedule"),),
        because="an answer is due before the one who gives it holds the evidence for strong enough",
        source=(
            f"{_SITE} https://rpp.wtgrantfoundation.org/questions/how-do-we-structure-the-"
            "partnership-to-be-responsive-to-the-interests-and-pressures-of-partners-on-all-sides/"
        ),
        severity="medium",
        about=("schedule", "timeline", "deadlines"),
        kinds=("non_negotiable", "roles", "resources", "other"),
    ),
)
"""The rules where none are given; that the needs conflict is their sources', how much is ours."""
