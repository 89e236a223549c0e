"""Generated evidence: citations, provenances, codings, measurements, estimates and events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from implsci.model import Citation, Coding, Estimate, Event, Measurement, Provenance
from implsci.model.evidence import RATIO_METRICS, Certainty, CodedBy, PBound, Scale
from implsci.testing._records import Values, ascending, count_within, only_with, record
from implsci.testing._values import (
    codes,
    counts,
    dates,
    filled,
    many,
    non_negatives,
    numbers,
    positive_counts,
    positives,
    probabilities,
    texts,
    word,
)

__all__ = [
    "citations",
    "codings",
    "estimates",
    "events",
    "measurements",
    "provenances",
]


def citations() -> SearchStrategy[Citation]:
    """Return a strategy for citations."""
    doi = st.builds(lambda number, rest: f"10.{number}/{rest}", st.integers(1000, 99999), texts)
    plain = (
        "container", "volume", "issue", "pages", "publisher", "url", "license", "rights_holder", "text",
    )  # fmt: skip
    several = dict.fromkeys(("authors", "funders"), many(texts))
    return record(Citation, {}, {**several, "doi": doi, **dict.fromkeys(plain, texts)})


def provenances() -> SearchStrategy[Provenance]:
    """Return a strategy for provenances."""
    plain = ("locator", "url", "method", "note")
    return record(
        Provenance, {"source": filled}, {"retrieved": dates(), **dict.fromkeys(plain, texts)}
    )


def codings() -> SearchStrategy[Coding]:
    """Return a strategy for codings."""
    return record(
        Coding,
        {"coder": filled},
        {
            "code": codes(),
            "by": word(CodedBy),
            "confidence": word(Certainty),
            "probability": probabilities,
            "date": dates(),
            **dict.fromkeys(("of", "value", "quote", "locator", "note"), texts),
        },
    )


def measurements() -> SearchStrategy[Measurement]:
    """Return a strategy for measurements, proportions with their base among them."""
    return record(
        Measurement,
        {"of": filled},
        {
            "value": numbers,
            "unit": st.sampled_from(["proportion", "percent", "mean"]) | texts,
            "n": counts,
            "base": positive_counts,
            "sd": non_negatives,
            "scale_min": numbers,
            "scale_max": numbers,
            "stratum": codes(),
            "group": filled,
            **dict.fromkeys(
                ("instrument", "subscale", "respondent", "toward", "time", "note"), texts
            ),
        },
        _settle_measurement,
    )


def _settle_measurement(values: Values) -> None:
    only_with(values, "group", "stratum")
    count_within(values, "n", "base")
    ascending(values, "scale_min", "value", "scale_max")
    if values.get("scale_min") is not None and values["scale_min"] == values.get("scale_max"):
        del values["scale_max"]
    if values.get("unit") == "proportion":
        values.setdefault("base", max(values.get("n", 1), 1))
        if "value" in values and not 0 <= values["value"] <= 1:
            del values["value"]


def estimates() -> SearchStrategy[Estimate]:
    """Return a strategy for estimates, ratios on both scales among them."""
    return record(
        Estimate,
        {
            "metric": st.sampled_from(["SMD", "MD", "r", "RD", "unspecified", *RATIO_METRICS])
            | filled
        },
        {
            "value": numbers,
            "variance": positives,
            "se": positives,
            "ci_low": numbers,
            "ci_high": numbers,
            "ci_level": st.floats(0, 1, exclude_min=True, exclude_max=True),
            "p": probabilities,
            "p_bound": word(PBound),
            "n": counts,
            "n_intervention": counts,
            "n_comparator": counts,
            "adjusted": st.booleans(),
            "scale": word(Scale),
        },
        _settle_estimate,
    )


def _settle_estimate(values: Values) -> None:
    interval = ("ci_low", "value", "ci_high")
    if values["metric"] in RATIO_METRICS and values.get("scale") != "log":
        values.update({name: abs(values[name]) for name in interval if name in values})
    if values["metric"] in ("r", "RD"):
        for name in interval:
            if abs(values.get(name, 0)) > 1:
                del values[name]
    ascending(values, *interval)
    only_with(values, "p_bound", "p")


def events(of: Sequence[str] = ()) -> SearchStrategy[Event]:
    """Return a strategy for events.

    Args:
        of: ids of the nodes that it may have happened to.
    """
    optional: dict[str, SearchStrategy[Any]] = {"date": dates(), "note": texts}
    if of:
        optional["of"] = st.sampled_from(of)
    return record(Event, {"kind": filled}, optional)
