"""The rules that ask bases whether the strategies of a barrier are known to go with it."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.mismatch._backing import Backing
from implsci.mismatch._finding import Found, Unsaid, Wrong, named
from implsci.mismatch._grades import Grade, Support
from implsci.mismatch.case import Case

__all__ = ["find_no_link", "find_weak_basis"]


def find_no_link(case: Case) -> Iterator[Found]:
    """Find barriers whose every strategy has, by what bases say, no link with them."""
    if not (case.barriers and case.study.strategies):
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    for backing in case.backings:
        best = backing.best
        if best is not None and best.grade is not Grade.CONTRARY:
            yield None
        elif backing.mute or best is None:
            yield Unsaid(because=backing.unsaid, barrier=backing.barrier)
        else:
            yield _unlinked(backing, best)


def _unlinked(backing: Backing, best: Support) -> Wrong:
    # A statement on a term that a crosswalk calls close is less than one on this term.
    outright = all(
        said[0].link.status == "non-link" and not said[0].routes for _, said in backing.known
    )
    return Wrong(
        severity="high" if outright else "medium",
        because=lambda: (
            "by what the bases asked say most directly, nothing that addresses "
            f"{named(backing.barrier)} is linked with it: {backing.words}"
        ),
        barrier=backing.barrier,
        strategies=backing.strategies,
        basis=best.basis.basis,
    )


def find_weak_basis(case: Case) -> Iterator[Found]:
    """Find barriers whose every strategy is known of, and the best of them supported weakly."""
    if not (case.barriers and case.study.strategies):
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    for backing in case.backings:
        best = backing.best
        if best is not None and best.grade is Grade.FIRM:
            yield None
        elif backing.mute or best is None:
            yield Unsaid(because=backing.unsaid, barrier=backing.barrier)
        elif best.grade is Grade.CONTRARY:  # that is the rule above
            yield None
        else:
            yield _weak(backing, best)


def _weak(backing: Backing, best: Support) -> Wrong | Unsaid:
    if best.grade is Grade.OPEN:
        return Unsaid(
            because=lambda: (
                f"how firm the support is for {named(backing.barrier)} is not said: {best.words}"
            ),
            barrier=backing.barrier,
        )
    return Wrong(
        severity="low" if best.grade is Grade.MODERATE else "medium",
        because=lambda: (
            "by what the bases asked say most directly, all that addresses "
            f"{named(backing.barrier)} is weakly supported; other evidence they do not hold: "
            f"{backing.words}"
        ),
        barrier=backing.barrier,
        strategies=backing.strategies,
        basis=best.basis.basis,
    )
