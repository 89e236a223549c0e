"""Barriers: what stands in the way of an implementation, or helps it along."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._node import Node
from implsci.model._record import Record, reject

__all__ = ["Barrier", "BarrierLevel", "Rating", "Valence"]


def __dir__() -> list[str]:
    return __all__


Valence = Literal["barrier", "facilitator", "neutral", "mixed"]
BarrierLevel = Literal["individual", "team", "organization", "system", "policy", "society"]


@frozen(kw_only=True, eq=False, repr=False)
class Rating(Record):
    """How one setting was rated on a determinant, in the convention of CFIR studies.

    Attributes:
        setting: id of the setting.
        value: -2 (strong barrier) to +2 (strong facilitator); None is missing, which is not 0.
        mixed: whether statements pointed both ways.

    Raises:
        InvalidRecord: a value out of -2 to +2, or a mixed rating beyond -1 to +1.

    Examples:
        >>> Rating(setting="ward-3", value=-1).value
        -1
    """

    setting: str
    value: int | None = None
    mixed: bool = False

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.within(faults, "value", self.value, -2, 2)
        if self.mixed and self.value is not None and abs(self.value) == 2:
            faults.append(Fault("value", "a mixed rating is -1, 0 or +1"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Barrier(Node):
    """A determinant of implementation: a barrier, a facilitator, or something that cuts both ways.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        valence: whether it hinders or helps; None where the source does not tell.
        magnitude: 1 weak, 2 strong; None where unknown.
        level: where it sits.
        ratings: how each setting was rated.
        n: how many informants named it.
        n_informants: of how many asked.
        actor: whose barrier it is.

    Raises:
        InvalidRecord: bad id or code, more informants than were asked, a magnitude without a side.

    Examples:
        >>> Barrier(id="b1", label="no time", valence="barrier", magnitude=2).rating
        -2
    """

    valence: Valence | None = None
    magnitude: Literal[1, 2] | None = None
    level: BarrierLevel | None = None
    ratings: tuple[Rating, ...] = ()
    n: int | None = None
    n_informants: int | None = None
    actor: str | None = None

    @property
    def rating(self) -> int | None:
        """The rating from -2 to +2; 0 if neutral, None where side or magnitude is unknown or mixed."""
        if self.valence == "neutral":
            return 0
        if self.magnitude is None or self.valence not in ("barrier", "facilitator"):
            return None
        return self.magnitude if self.valence == "facilitator" else -self.magnitude

    def _rules(self, faults: list[Fault]) -> None:
        if self.magnitude is not None and self.valence in (None, "neutral"):
            faults.append(Fault("magnitude", "needs a valence of barrier, facilitator or mixed"))
        rules.count(faults, "n", self.n)
        rules.positive(faults, "n_informants", self.n_informants)
        if self.n is not None and self.n_informants is not None and self.n > self.n_informants:
            faults.append(Fault("n", f"expected at most n_informants, {self.n_informants}"))
