"""Diagnosis: what is wrong, for whom and why, before a solution is chosen."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model._record import Record, reject
from implsci.model.barrier import Barrier
from implsci.model.evidence import Measurement

__all__ = ["Assumption", "AssumptionStatus", "DataAvailability", "Diagnosis"]


def __dir__() -> list[str]:
    return __all__


AssumptionStatus = Literal["untested", "confirmed", "refuted"]
DataAvailability = Literal["none", "some", "good"]


@frozen(kw_only=True, eq=False, repr=False)
class Assumption(Record):
    """Something taken to be so when the work began, and what became of it.

    Attributes:
        statement: what was assumed.
        status: untested, confirmed or refuted.
        because: what confirmed or refuted it.
        date: when that was known, ISO 8601 to the precision known.

    Raises:
        InvalidRecord: blank statement, no date, or a verdict without what it rests on.

    Examples:
        >>> Assumption(
        ...     statement="parents do not come", status="refuted", because="registers of 2024"
        ... ).status
        'refuted'
    """

    statement: str
    status: AssumptionStatus = "untested"
    because: str | None = None
    date: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "statement", self.statement)
        rules.date(faults, "date", self.date)
        if self.status in ("confirmed", "refuted") and self.because is None:
            faults.append(Fault("because", f"{self.status}: expected what says so"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Diagnosis(Document):
    """What is wrong, for whom, why, and what is done about it today, before a solution is chosen.

    Attributes:
        id: the record's name inside its casebook.
        problem: the problem, in the words of those who have it.
        population: whom it concerns.
        causes: what brings it about; barriers that strategies can be matched with.
        business_as_usual: what is done today.
        desired: the rate that is known to be possible or is wanted.
        current: the rate as it is; `gap` is the difference.
        data: how much there is to know this from.
        data_note: which data, and what is missing.
        measurements: descriptive data.
        assumptions: what is taken to be so, and what became of it.
        date: when it was made, ISO 8601 to the precision known.
        made_by: who took part, by function.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, blank problem, an assumption that is both confirmed and refuted, data
            said to be missing beside measurements, or rates in two units.

    Examples:
        >>> found = Diagnosis(
        ...     id="d1",
        ...     problem="children are screened late",
        ...     desired=Measurement(of="screened", value=0.9, unit="proportion", base=400),
        ...     current=Measurement(of="screened", value=0.4, unit="proportion", base=400),
        ... )
        >>> found.gap
        0.5
    """

    problem: str
    population: str | None = None
    causes: tuple[Barrier, ...] = ()
    business_as_usual: str | None = None
    desired: Measurement | None = None
    current: Measurement | None = None
    data: DataAvailability | None = None
    data_note: str | None = None
    measurements: tuple[Measurement, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    date: str | None = None
    made_by: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """The know-do gap, desired less current rate; None where one of them is not known."""
        wanted, found = self.desired, self.current
        if wanted is None or found is None or wanted.value is None or found.value is None:
            return None
        return wanted.value - found.value

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "problem", self.problem)
        for name in ("population", "business_as_usual", "data_note"):
            rules.filled(faults, name, getattr(self, name))
        rules.date(faults, "date", self.date)
        rules.distinct(faults, "made_by", self.made_by)
        rules.identities(faults, "causes", self.causes)
        if self.data == "none" and self.measurements:
            faults.append(Fault("data", "says that there are none, and measurements are given"))
        if (
            self.desired is not None
            and self.current is not None
            and (self.desired.of, self.desired.unit) != (self.current.of, self.current.unit)
        ):
            faults.append(Fault("current", "is not of the same thing in the same unit as desired"))
        settled: dict[str, str] = {}
        for index, assumption in enumerate(self.assumptions):
            text = assumption.statement
            if text is None:
                continue
            earlier = settled.setdefault(text.casefold().strip(), assumption.status)
            if {earlier, assumption.status} == {"confirmed", "refuted"}:
                faults.append(
                    Fault(f"assumptions[{index}]", f"{text!r} is both confirmed and refuted")
                )
