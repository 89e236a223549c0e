"""How far what a basis says supports a pair, straight or over a crosswalk.

The rule of certainty: going over a crosswalk never makes support better. An exact or close match
carries what the basis says as it is; a broad or narrow one leaves it thin; a related one carries
nothing. A crosswalk that is provisional leaves it thin too, as a provisional basis does. And what is
said straight of the codes stands before all that comes over a crosswalk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final

from attrs import frozen

from implsci.mapping import Match, Route
from implsci.taxonomy import Link, LinkSet

__all__ = [
    "CARRIES",
    "Grade",
    "Support",
    "bare_grade",
    "carried",
    "compared",
    "deciding",
    "grade_of",
    "suggests",
]

# Shares from which a strategy is at level 1 and 2: a majority, and a fifth (Waltz 2019,
# doi:10.1186/s13012-019-0892-4); for endorsement bases that print a share and no level.
_LEVEL_1: Final = 50
_LEVEL_2: Final = 20


class Grade(IntEnum):
    """How far a basis supports a pair, the firmest first."""

    FIRM = 0  # level 1, or a link in observed data or codings
    OPEN = 1  # level 1 or 2: the source does not say which
    MODERATE = 2  # level 2, or a link of theory
    THIN = 3  # below level 2, inconclusive, or resting on something provisional
    CONTRARY = 4  # a basis says that there is no link, no evidence, or nobody endorsed it


# What a match over a crosswalk can carry at best; one that is not here carries nothing.
CARRIES: Final[dict[Match, Grade]] = {
    "exact": Grade.FIRM,
    "close": Grade.FIRM,
    "broad": Grade.THIN,
    "narrow": Grade.THIN,
}


@frozen(kw_only=True)
class Support:
    """What one basis says of one pair, and the way there.

    Attributes:
        basis: the basis.
        link: what stands in it.
        grade: how far that supports the pair, after any crosswalk.
        routes: the crosswalks gone over; empty where the codes stand in the basis itself.
        beside: the best that the same basis says over a crosswalk, where this is said straight; it
            is shown, and decides nothing.
    """

    basis: LinkSet
    link: Link
    grade: Grade
    routes: tuple[Route, ...] = ()
    beside: Support | None = None

    @property
    def words(self) -> str:
        """It in words: basis, numbers, every step over a crosswalk, and what stands beside it."""
        return "; ".join([f"{self.basis.basis}: {_said(self.basis, self.link)}", *self._more()])

    def _more(self) -> Iterator[str]:
        for route in self.routes:
            yield (
                f"{route.subject} was taken over {', '.join(route.crosswalks)} "
                f"({route.match} match, {route.status}) as {route.object}"
            )
        if self.beside is not None:
            yield f"that stands before what comes over a crosswalk, {self.beside.words}"


def _said(basis: LinkSet, link: Link) -> str:
    if link.status is not None:
        told = f"{link.status} ({basis.kind})"
    elif link.percent is None:
        told = "level 1 or 2, not said which" if link.level == "1-2" else f"level {link.level}"
    else:
        counted = f"{link.k} of {link.n}, " if link.k is not None else ""
        level = link.level or _level_of(link.percent)
        told = f"{counted}{link.percent:.0f} %, {f'level {level}' if level else 'below level 2'}"
    return told + (", from memory (provisional)" if basis.status == "provisional" else "")


def _level_of(percent: float) -> int | None:
    return 1 if percent >= _LEVEL_1 else 2 if percent >= _LEVEL_2 else None


def grade_of(basis: LinkSet, link: Link) -> Grade | None:
    """Return how far a basis supports a pair by what it says itself; None where it says nothing.

    Args:
        basis: the basis.
        link: what stands in it.
    """
    grade = bare_grade(basis, link)
    if basis.status == "provisional" and grade is not None:
        return max(grade, Grade.THIN)
    return grade


def bare_grade(basis: LinkSet, link: Link) -> Grade | None:
    """Return how far a link supports a pair, whoever checked its basis; None where it says nothing.

    A share without a level is graded where it is one of endorsement, of which Waltz 2019 says what
    earns a level. A share of coded texts or of studies tells of no support.

    Args:
        basis: the basis.
        link: what stands in it.
    """
    percent = link.percent
    if link.status in ("non-link", "no-evidence"):
        return Grade.CONTRARY
    if link.status == "inconclusive":
        return Grade.THIN
    if link.status == "link":
        return Grade.MODERATE if basis.kind == "theory" else Grade.FIRM
    if link.level == "1-2":
        return Grade.OPEN
    if link.level is None and (percent is None or basis.kind != "endorsement"):
        return None  # a share of texts or of studies is no endorsement, and has no level
    if percent == 0:
        return Grade.CONTRARY
    level = link.level if link.level is not None else _level_of(percent or 0)
    return Grade.THIN if level is None else Grade.FIRM if level == 1 else Grade.MODERATE


def suggests(basis: LinkSet, link: Link) -> bool:
    """Say whether a link reaches a level or is called one, whoever checked its basis."""
    return bare_grade(basis, link) in (Grade.FIRM, Grade.OPEN, Grade.MODERATE)


def carried(grade: Grade, routes: Iterable[Route]) -> Grade | None:
    """Return what is left of a grade after going over crosswalks; None where nothing is."""
    for route in routes:
        if route.match not in CARRIES:
            return None
        if grade is Grade.CONTRARY:
            # That a wider or narrower term has no link says nothing of this one.
            if route.match not in ("exact", "close"):
                return None
            continue
        grade = max(grade, CARRIES[route.match])
        if route.status == "provisional":
            grade = max(grade, Grade.THIN)
    return grade


def compared(support: Support) -> tuple[object, ...]:
    """Return what puts supports in order: the firmest, then the straightest, then by name."""
    link = support.link
    return (
        support.grade,
        len(support.routes),
        -(link.percent if link.percent is not None else -1.0),
        support.basis.basis,
        link.source,
        link.target,
    )


def deciding(support: Support) -> tuple[object, ...]:
    """Return what puts supports of one pair in order: first what is said straight, then as above."""
    return bool(support.routes), *compared(support)
