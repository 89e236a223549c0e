"""What stands behind a statement: citation, provenance, coding, measurement, estimate, event."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject

__all__ = [
    "RATIO_METRICS",
    "Certainty",
    "Citation",
    "CodedBy",
    "Coding",
    "Estimate",
    "Event",
    "Measurement",
    "PBound",
    "Provenance",
    "Scale",
]


def __dir__() -> list[str]:
    return __all__


CodedBy = Literal["human", "machine"]
Certainty = Literal["high", "medium", "low"]
PBound = Literal["exact", "below", "above"]
Scale = Literal["natural", "log"]

RATIO_METRICS: Final = ("OR", "RR", "IRR", "HR")
"""Metrics that are ratios: no effect is 1, and they are pooled on the log scale."""


@frozen(kw_only=True, eq=False, repr=False)
class Citation(Record):
    """Where a study is published; field by field compatible with CSL-JSON.

    Attributes:
        authors: names in the order printed, family name first where known.
        container: journal, book or site.
        volume: as printed.
        issue: as printed.
        pages: as printed.
        publisher: who published it.
        doi: the DOI without a resolver in front, such as ``10.1186/s13012-015-0209-1``.
        url: where it can be read.
        license: licence of the text, as far as known.
        rights_holder: who holds the rights in the text.
        funders: who paid for the work, in the order printed.
        text: a reference as printed, where the parts are not known.

    Raises:
        InvalidRecord: the DOI does not begin with ``10.``.

    Examples:
        >>> Citation(authors=("Powell BJ",), doi="10.1186/s13012-015-0209-1").doi
        '10.1186/s13012-015-0209-1'
    """

    authors: tuple[str, ...] = ()
    container: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    publisher: str | None = None
    doi: str | None = None
    url: str | None = None
    license: str | None = None
    rights_holder: str | None = None
    funders: tuple[str, ...] = ()
    text: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.doi is not None and not (self.doi.startswith("10.") and "/" in self.doi):
            fault = Fault("doi", f"expected a DOI that begins with 10., got {self.doi!r}")
            reject(self, [fault], None)


@frozen(kw_only=True, eq=False, repr=False)
class Provenance(Record):
    """Where a record's facts were taken from.

    Attributes:
        source: file, database or page.
        locator: row, line, table or page inside it.
        url: address of the page that was read.
        retrieved: date of reading, ISO 8601.
        method: how the facts got here, such as ``coded from the abstract``.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: `source` is blank or `retrieved` no date.

    Examples:
        >>> Provenance(source="studies.csv", locator="row 7").locator
        'row 7'
    """

    source: str
    locator: str | None = None
    url: str | None = None
    retrieved: str | None = None
    method: str | None = None
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "source", self.source)
        rules.date(faults, "retrieved", self.retrieved)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Coding(Record):
    """One coder's reading of one thing, kept beside the value that was settled on.

    Attributes:
        coder: who coded.
        of: the field that was coded; None for the codes of the node that holds the coding.
        code: the code given; None where the coder found no term that fits.
        value: the value given, where the field holds no code.
        by: whether a human or a machine coded.
        confidence: how sure the coder was, in words.
        probability: how sure a machine was, 0 to 1.
        quote: the words the coding rests on.
        locator: where they stand.
        date: when it was coded, ISO 8601.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: blank coder, bad code, probability out of range, or no date.

    Examples:
        >>> Coding(coder="AB", code="eric:facilitation", by="human").by
        'human'
    """

    coder: str
    of: str | None = None
    code: Code | None = None
    value: str | None = None
    by: CodedBy | None = None
    confidence: Certainty | None = None
    probability: float | None = None
    quote: str | None = None
    locator: str | None = None
    date: str | None = None
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "coder", self.coder)
        if self.code is not None and not rules.is_code(self.code):
            faults.append(Fault("code", f"expected a code scheme:name, got {self.code!r}"))
        rules.within(faults, "probability", self.probability, 0, 1)
        rules.date(faults, "date", self.date)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Measurement(Record):
    """A number read off the world: a rate, a reach, a quality, a prevalence, a dose delivered.

    Attributes:
        of: what was measured, such as ``trust`` or ``reach``.
        value: the number; None where it was measured but not printed.
        unit: ``proportion`` (0 to 1, with its base), ``percent``, ``mean``, ``count``, or any other.
        n: how many were observed; for a proportion, how many of the base.
        base: how many there were in all; a proportion has one.
        sd: standard deviation, in the unit of the value.
        instrument: the scale or tool used.
        subscale: its part.
        scale_min: lowest value the scale can take.
        scale_max: highest value the scale can take.
        respondent: who answered; with `toward` this gives a measurement its direction.
        toward: whom the answer is about.
        stratum: the equity stratum it holds for, such as ``equity:sex``.
        group: which group of that stratum, such as ``girls``; None where the stratum says it all.
        time: when, in the source's words.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: a proportion without base or out of 0 to 1, a value off its scale, a negative
            count, a scale upside down, a group of no stratum.

    Examples:
        >>> Measurement(of="trust", value=5.9, scale_min=1, scale_max=7, respondent="site").value
        5.9
    """

    of: str
    value: float | None = None
    unit: str | None = None
    n: int | None = None
    base: int | None = None
    sd: float | None = None
    instrument: str | None = None
    subscale: str | None = None
    scale_min: float | None = None
    scale_max: float | None = None
    respondent: str | None = None
    toward: str | None = None
    stratum: Code | None = None
    group: str | None = None
    time: str | None = None
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "of", self.of)
        rules.count(faults, "n", self.n)
        rules.positive(faults, "base", self.base)
        if self.sd is not None and self.sd < 0:
            faults.append(Fault("sd", f"expected 0 or more, got {self.sd:g}"))
        if self.n is not None and self.base is not None and self.n > self.base:
            faults.append(Fault("n", f"expected at most the base, {self.base}, got {self.n}"))
        low, high = self.scale_min, self.scale_max
        if low is not None and high is not None and low >= high:
            faults.append(
                Fault("scale_max", f"expected more than scale_min, {low:g}, got {high:g}")
            )
        elif self.value is not None and (
            (low is not None and self.value < low) or (high is not None and self.value > high)
        ):
            faults.append(Fault("value", f"{self.value:g} lies off its scale"))
        if self.unit == "proportion":
            rules.within(faults, "value", self.value, 0, 1)
            if self.base is None:
                faults.append(Fault("base", "a proportion needs its base"))
        if self.stratum is not None and not rules.is_code(self.stratum):
            faults.append(Fault("stratum", f"expected a code scheme:name, got {self.stratum!r}"))
        if self.group is not None:
            rules.filled(faults, "group", self.group)
            if self.stratum is None:
                faults.append(Fault("group", "a group needs the stratum that it is one of"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Estimate(Record):
    """An effect or association as a number, with its uncertainty.

    Attributes:
        metric: ``SMD``, ``MD``, ``OR``, ``RR``, ``IRR``, ``HR``, ``RD``, ``r``, ``z``,
            ``proportion``, ``rate``, ``percent`` or any other; ``unspecified`` where the source
            prints a number and does not say of what kind. A risk difference is one of proportions.
        value: the estimate; None where only a p-value is printed.
        variance: its sampling variance, on `scale`.
        se: its standard error, on `scale`.
        ci_low: lower end of its interval, on the scale of the value.
        ci_high: upper end.
        ci_level: coverage of the interval, 0 to 1; 0.95 where not said.
        p: the p-value, or the bound printed for it.
        p_bound: whether `p` is exact, or the true one lies below or above it.
        n: size of the sample behind it.
        n_intervention: size of the arm that got the strategies.
        n_comparator: size of the arm compared with.
        adjusted: whether other variables were held constant.
        scale: ``log`` where value, interval, variance and standard error of a ratio are logarithms.

    Raises:
        InvalidRecord: an interval that does not enclose the value, a variance or standard error
            that is not positive, a negative ratio, a p-value out of 0 to 1, or a
            correlation or risk difference out of -1 to 1.

    Examples:
        >>> Estimate(metric="OR", value=1.5, ci_low=1.1, ci_high=2.0).metric
        'OR'
    """

    metric: str
    value: float | None = None
    variance: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = None
    p: float | None = None
    p_bound: PBound | None = None
    n: int | None = None
    n_intervention: int | None = None
    n_comparator: int | None = None
    adjusted: bool | None = None
    scale: Scale | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        value, low, high = self.value, self.ci_low, self.ci_high
        rules.filled(faults, "metric", self.metric)
        rules.positive(faults, "variance", self.variance)
        rules.positive(faults, "se", self.se)
        if low is not None and high is not None and low > high:
            faults.append(Fault("ci_high", f"expected at least ci_low, {low:g}, got {high:g}"))
        elif value is not None and (
            (low is not None and value < low) or (high is not None and value > high)
        ):
            span = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
            faults.append(Fault("value", f"{value:g} lies outside its interval {span}"))
        if self.ci_level is not None and not 0 < self.ci_level < 1:
            faults.append(Fault("ci_level", f"expected between 0 and 1, got {self.ci_level:g}"))
        rules.within(faults, "p", self.p, 0, 1)
        if self.p_bound is not None and self.p is None:
            faults.append(Fault("p_bound", "says how to read p, and there is no p"))
        for name in ("n", "n_intervention", "n_comparator"):
            rules.count(faults, name, getattr(self, name))
        if self.metric in RATIO_METRICS and self.scale != "log":
            for name, bound in (("value", value), ("ci_low", low), ("ci_high", high)):
                if bound is not None and bound < 0:
                    faults.append(Fault(name, f"a ratio is not negative, got {bound:g}"))
        if self.metric in ("r", "RD"):
            for name, bound in (("value", value), ("ci_low", low), ("ci_high", high)):
                rules.within(faults, name, bound, -1, 1)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Event(Record):
    """Something that happened at a time: a status reached, a change made, an episode.

    Attributes:
        kind: what happened, such as ``started`` or ``stopped``.
        date: when, ISO 8601 to the precision known.
        of: id of the node it happened to; None for the study.
        note: what the source says of it.

    Raises:
        InvalidRecord: blank kind or no date.

    Examples:
        >>> Event(kind="started", date="2019-03").date
        '2019-03'
    """

    kind: str
    date: str | None = None
    of: str | None = None
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "kind", self.kind)
        rules.date(faults, "date", self.date)
        if faults:
            reject(self, faults, None)
