"""What bases say of one barrier with all the strategies that address it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from implsci.codes import Code
from implsci.mismatch._finding import named
from implsci.mismatch._grades import Grade, Support, compared
from implsci.model import Barrier, Strategy

__all__ = ["Backing"]


class Backing:
    """What bases say of one barrier with those who address it.

    Attributes:
        barrier: the barrier.
        mute: the strategies of which no basis says anything.
        best: the best of what decides; None where nothing is known.
    """

    # Many are made and few are put into words, so that no more is kept than the rules ask for.
    __slots__ = ("_all", "_said", "barrier", "best", "mute")

    def __init__(
        self,
        barrier: Barrier,
        strategies: tuple[Strategy, ...],
        said: Mapping[tuple[Code, ...], tuple[Support, ...]],
    ) -> None:
        self.barrier = barrier
        self._all = strategies
        self._said = said
        self.mute: list[Strategy] = []
        self.best: Support | None = None
        for strategy in strategies:
            supports = said[strategy.codes]
            if not supports:
                self.mute.append(strategy)
                continue
            first = supports[0]
            # Only those of one grade need be told apart by more than it.
            if (
                self.best is None
                or first.grade < self.best.grade
                or (first.grade == self.best.grade and compared(first) < compared(self.best))
            ):
                self.best = first

    @property
    def known(self) -> tuple[tuple[Strategy, tuple[Support, ...]], ...]:
        """Each strategy of which a basis says something, with what each says; the first decides."""
        pairs = ((strategy, self._said[strategy.codes]) for strategy in self._all)
        return tuple(pair for pair in pairs if pair[1])

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """The strategies of which something is known."""
        return tuple(strategy for strategy, _ in self.known)

    @property
    def words(self) -> str:
        """What decides of each strategy, and what speaks otherwise."""
        return "; ".join(
            f"{named(one)} has {said[0].words}{''.join(_others(said))}" for one, said in self.known
        )

    def unsaid(self) -> str:
        """Why nothing can be said."""
        if not self.barrier.codes:
            return f"{named(self.barrier)} has no code to ask a basis about"
        return (
            f"no basis asked says anything of {named(self.barrier)} with {named(*self.mute)}, "
            "and what is absent from a basis is unknown, not wrong"
        )


def _others(said: tuple[Support, ...]) -> Iterator[str]:
    """Yield what speaks against that which decides, or is firmer and came over a crosswalk."""
    first, *others = said
    for support in others:
        if (support.grade is Grade.CONTRARY) is not (first.grade is Grade.CONTRARY):
            yield f"; against that, {support.words}"
        elif support.grade < first.grade:
            yield f"; beside that, {support.words}"
