"""The rules that ask bases whether the strategies of a barrier are known to go with it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from implsci.mismatch._finding import Found, Unsaid, Wrong, named
from implsci.mismatch._support import Grade, Support, compared
from implsci.mismatch.case import Case
from implsci.model import Barrier, Strategy

__all__ = ["find_no_link", "find_weak_basis"]


@frozen(kw_only=True)
class _Backing:
    """What bases say of one barrier with those who address it.

    Attributes:
        barrier: the barrier.
        known: each strategy of which a basis says something, with what each says, the best first.
        mute: the strategies of which none does.
    """

    barrier: Barrier
    known: tuple[tuple[Strategy, tuple[Support, ...]], ...]
    mute: tuple[Strategy, ...]

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        return tuple(strategy for strategy, _ in self.known)

    @property
    def best(self) -> Support | None:
        return min((said[0] for _, said in self.known), key=compared, default=None)

    @property
    def words(self) -> str:
        return "; ".join(
            "; against that, ".join(
                [f"{named(one)} has {said[0].words}", *_against(said[1:])],
            )
            for one, said in self.known
        )

    @property
    def unsaid(self) -> Unsaid:
        if not self.barrier.codes:
            why = f"{named(self.barrier)} has no code to ask a basis about"
        else:
            why = (
                f"no basis asked says anything of {named(self.barrier)} with {named(*self.mute)}, "
                "and what is absent from a basis is unknown, not wrong"
            )
        return Unsaid(because=why, barrier=self.barrier)


def _against(others: tuple[Support, ...]) -> Iterator[str]:
    return (support.words for support in others if support.grade is Grade.CONTRARY)


def _backings(case: Case) -> Iterator[_Backing]:
    for barrier in case.barriers:
        strategies = case.addressing(barrier.id)
        if strategies:
            found = [(one, case.support(barrier, one)) for one in strategies]
            yield _Backing(
                barrier=barrier,
                known=tuple((one, said) for one, said in found if said),
                mute=tuple(one for one, said in found if not said),
            )


def find_no_link(case: Case) -> Iterator[Found]:
    """Find barriers whose every strategy has, by what bases say, no link with them."""
    if not (case.barriers and case.study.strategies):
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    for backing in _backings(case):
        best = backing.best
        if best is not None and best.grade is not Grade.CONTRARY:
            yield None
        elif backing.mute or best is None:
            yield backing.unsaid
        else:
            # A statement on a term that a crosswalk calls close is less than one on this term.
            outright = all(
                said[0].link.status == "non-link" and not said[0].routes
                for _, said in backing.known
            )
            yield Wrong(
                severity="high" if outright else "medium",
                because=f"nothing that addresses {named(backing.barrier)} is linked with it: "
                f"{backing.words}",
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
    for backing in _backings(case):
        best = backing.best
        if best is not None and best.grade is Grade.FIRM:
            yield None
        elif backing.mute or best is None:
            yield backing.unsaid
        elif best.grade is Grade.CONTRARY:  # that is the rule above
            yield None
        elif best.grade is Grade.OPEN:
            yield Unsaid(
                because=f"how firm the support is for {named(backing.barrier)} is not said: "
                f"{best.words}",
                barrier=backing.barrier,
            )
        else:
            yield Wrong(
                severity="low" if best.grade is Grade.MODERATE else "medium",
                because=f"{named(backing.barrier)} is addressed on a weak basis at best: "
                f"{backing.words}",
                barrier=backing.barrier,
                strategies=backing.strategies,
                basis=best.basis.basis,
            )
