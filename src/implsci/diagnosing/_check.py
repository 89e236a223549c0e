"""What a diagnosis leaves open, and where it does not hold together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, TypeAlias

from attrs import frozen

from implsci.model.documents import Diagnosis
from implsci.model.evidence import Measurement
from implsci.model.strategy import Strategy
from implsci.model.study import Innovation
from implsci.names import fold

__all__ = ["DiagnosisNote", "Missing", "Severity", "check", "undiagnosed"]

Severity: TypeAlias = Literal["warning", "info"]


@frozen(kw_only=True)
class Missing:
    """Something that a diagnosis does not know yet.

    Attributes:
        field: the field that would hold it.
        what: what is not known, as the end of a sentence.
        needed: whether matching strategies without it means choosing a solution before the problem
            is understood.
    """

    field: str
    what: str
    needed: bool

    def to_dict(self) -> dict[str, str | bool]:
        """Return it as plain values."""
        return {"field": self.field, "what": self.what, "needed": self.needed}


@frozen(kw_only=True)
class DiagnosisNote:
    """Something in a diagnosis that does not hold together, or should be looked at again.

    Attributes:
        severity: ``warning`` where two parts contradict each other or the work would start from the
            wrong end; ``info`` where it is worth a second look.
        kind: which of the checks speaks, such as ``refuted_cause``.
        field: where it stands.
        message: what is the matter.
    """

    severity: Severity
    kind: str
    field: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return it as plain values."""
        return {
            "severity": self.severity,
            "kind": self.kind,
            "field": self.field,
            "message": self.message,
        }


def undiagnosed(diagnosis: Diagnosis) -> tuple[Missing, ...]:
    """Return what is not known yet, in the order of the questions.

    Causes, population, business as usual and data are needed before a solution is looked for; the
    rest is better known.

    Examples:
        >>> known = Diagnosis(id="d", problem="late screening", population="all under two", data="none")
        >>> [missing.field for missing in undiagnosed(known) if missing.needed]
        ['business_as_usual', 'causes']
    """
    return tuple(_open(diagnosis))


def _open(found: Diagnosis) -> Iterator[Missing]:
    if found.population is None:
        yield Missing(field="population", what="whom it concerns", needed=True)
    if found.business_as_usual is None:
        yield Missing(field="business_as_usual", what="what is done today", needed=True)
    if not found.causes:
        yield Missing(field="causes", what="what brings it about", needed=True)
    for index, cause in enumerate(found.causes):
        if not cause.codes:
            yield Missing(
                field=f"causes[{index}].codes",
                what=f"which term fits “{cause.label}”: no strategy can be matched with it",
                needed=False,
            )
    if found.current is None or found.current.value is None:
        yield Missing(field="current", what="the rate today", needed=False)
    if found.desired is None or found.desired.value is None:
        yield Missing(field="desired", what="the rate that is wanted or possible", needed=False)
    if found.measurements and all(one.stratum is None for one in found.measurements):
        yield Missing(
            field="measurements", what="how it differs between groups of people", needed=False
        )
    if found.data is None and not found.measurements:
        yield Missing(field="data", what="how good the data are", needed=True)
    for index, assumption in enumerate(found.assumptions):
        if assumption.status == "untested":
            yield Missing(
                field=f"assumptions[{index}].status",
                what=f"whether it is so that “{assumption.statement}”",
                needed=False,
            )


def check(
    diagnosis: Diagnosis,
    *,
    strategies: Iterable[Strategy] = (),
    innovation: Innovation | None = None,
) -> tuple[DiagnosisNote, ...]:
    """Return what does not hold together in a diagnosis, warnings first.

    Args:
        diagnosis: the diagnosis.
        strategies: what is to be done; each should address one of its causes.
        innovation: what is to be brought into use; it should answer a need.

    Examples:
        >>> from implsci.model.documents import Assumption
        >>> from implsci.model import Barrier
        >>> for note in check(Diagnosis(
        ...     id="d",
        ...     problem="late screening",
        ...     causes=(Barrier(id="c1", label="Parents do not come"),),
        ...     assumptions=(
        ...         Assumption(
        ...             statement="parents do not come", status="refuted", because="registers"
        ...         ),
        ...     ),
        ... )):
        ...     print(note.kind, "-", note.message)
        refuted_cause - “Parents do not come” is a cause here, and refuted as an assumption
    """
    found = (
        *_solutions(diagnosis, tuple(strategies), innovation),
        *_refuted(diagnosis),
        *_rates(diagnosis),
        *_twice(diagnosis),
    )
    return tuple(sorted(found, key=lambda note: note.severity != "warning"))


def _solutions(
    found: Diagnosis, strategies: tuple[Strategy, ...], innovation: Innovation | None
) -> Iterator[DiagnosisNote]:
    """A solution in search of a problem: nothing that was found calls for it."""
    causes = {cause.id for cause in found.causes}
    for strategy in strategies:
        if causes.isdisjoint(strategy.addresses):
            yield _note(
                "solution_first",
                "causes",
                f"“{strategy.label}” addresses no cause of this problem",
            )
    if innovation is not None and innovation.gap is None and found.gap is None:
        yield _note(
            "solution_first",
            "desired",
            f"“{innovation.name}” answers no need that is named, and no gap is known",
        )


def _refuted(found: Diagnosis) -> Iterator[DiagnosisNote]:
    refuted = {fold(one.statement) for one in found.assumptions if one.status == "refuted"}
    for index, cause in enumerate(found.causes):
        if fold(cause.label) in refuted:
            yield _note(
                "refuted_cause",
                f"causes[{index}]",
                f"“{cause.label}” is a cause here, and refuted as an assumption",
            )


def _rates(found: Diagnosis) -> Iterator[DiagnosisNote]:
    rates = [
        (name, rate)
        for name in ("current", "desired")
        if (rate := getattr(found, name)) is not None
    ]
    if found.data == "none" and found.current is not None and found.current.value is not None:
        yield _note("data", "data", "says that there are none, and a rate of today is given")
    if found.data == "good" and found.current is None and not found.measurements:
        yield _note("data", "data", "says that they are good, and none is given", "info")
    if found.gap is not None and found.current is not None and found.desired is not None:
        now, wanted = f"{found.current.value:.6g}", f"{found.desired.value:.6g}"
        if found.gap < 0:
            yield _note(
                "no_gap",
                "desired",
                f"the rate today, {now}, is above the one wanted, {wanted}; where less is better, "
                "say so in the note",
            )
        elif found.gap == 0:
            yield _note("no_gap", "desired", f"the rate wanted is the rate today, {now}")
    for name, rate in (
        *rates,
        *((f"measurements[{i}]", m) for i, m in enumerate(found.measurements)),
    ):
        made = _made(rate)
        if made is not None and rate.value is not None and not _rounds_to(made, rate.value):
            yield _note(
                "arithmetic",
                f"{name}.value",
                f"{rate.n} of {rate.base} is {made:.4g}, and {rate.value:.6g} is given",
            )


def _rounds_to(made: float, printed: float) -> bool:
    """Say whether a number may be printed so: it lies within half a unit of the last digit."""
    exponent = Decimal(repr(printed)).normalize().as_tuple().exponent
    digit = 10.0 ** min(exponent, 0) if isinstance(exponent, int) else 0.0
    return abs(made - printed) <= digit / 2 * (1 + 1e-9)


def _made(rate: Measurement) -> float | None:
    if rate.n is None or rate.base is None or rate.unit not in ("proportion", "percent"):
        return None
    return (100 if rate.unit == "percent" else 1) * rate.n / rate.base


def _twice(found: Diagnosis) -> Iterator[DiagnosisNote]:
    seen: dict[str, int] = {}
    for index, cause in enumerate(found.causes):
        earlier = seen.setdefault(fold(cause.label), index)
        if earlier != index:
            yield _note("same_cause", f"causes[{index}]", f"“{cause.label}” stands twice", "info")


def _note(kind: str, field: str, message: str, severity: Severity = "warning") -> DiagnosisNote:
    return DiagnosisNote(severity=severity, kind=kind, field=field, message=message)
