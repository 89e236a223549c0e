"""Doubtful counts: people and shares that do not agree, findings and places that hang loose."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.compendium._doubts.doubt import Doubt
from implsci.compendium._doubts.numbers import rounding
from implsci.model import Measurement, Study
from implsci.places import COUNTRIES, countries

__all__ = ["count_doubts"]


def count_doubts(study: Study) -> Iterator[Doubt]:
    """Yield countries and counts that do not agree with others of the study."""
    for path, country in _countries(study):
        if country not in COUNTRIES:
            meant = countries(country).codes
            hint = f"; did you mean {meant[0]}?" if len(meant) == 1 else ""
            yield Doubt("unknown-country", path, f"{country!r} is no country of ISO 3166-1{hint}")
        elif study.countries and country not in study.countries:
            yield Doubt(
                "country-of-setting",
                path,
                f"{country!r} is none of the study's countries, {', '.join(study.countries)}",
            )
    for path, measurement in _measurements(study):
        yield from _measured(path, measurement)
    sizes = {arm.id: arm.n for arm in study.arms}
    for index, finding in enumerate(study.findings):
        estimate = finding.estimate
        if estimate is None:
            continue
        path = f"findings[{index}].estimate"
        parts = (estimate.n_intervention, estimate.n_comparator)
        if estimate.n is not None and None not in parts and estimate.n < sum(map(int, parts)):  # type: ignore[arg-type]
            yield Doubt(
                "counts-contradict",
                f"{path}.n",
                f"expected at least {parts[0]} + {parts[1]} of the two arms, got {estimate.n}",
            )
        for name, arm, count in (
            ("n_intervention", finding.arm, parts[0]),
            ("n_comparator", finding.comparator_arm, parts[1]),
        ):
            size = None if arm is None else sizes[arm]
            if size is not None and count is not None and count > size:
                yield Doubt(
                    "counts-contradict",
                    f"{path}.{name}",
                    f"expected at most {size}, the size of the arm {arm!r}, got {count}",
                )


def _countries(study: Study) -> Iterator[tuple[str, str]]:
    for index, country in enumerate(study.countries):
        yield f"countries[{index}]", country
    for index, setting in enumerate(study.settings):
        if setting.country is not None:
            yield f"settings[{index}].country", setting.country


def _measurements(study: Study) -> Iterator[tuple[str, Measurement]]:
    for name in ("strategies", "relationships", "outcomes"):
        for number, node in enumerate(getattr(study, name)):
            for index, measurement in enumerate(node.measurements):
                yield f"{name}[{number}].measurements[{index}]", measurement


def _measured(path: str, measurement: Measurement) -> Iterator[Doubt]:
    whole = {"proportion": 1, "percent": 100}.get(measurement.unit or "")
    value, n, base = measurement.value, measurement.n, measurement.base
    if whole is None or value is None:
        return
    if value > whole or (value < 0 and base is not None):
        rule = "percent-over-100" if base is None else "unit-doubtful"
        yield Doubt(
            rule, f"{path}.value", f"expected at most {whole} {measurement.unit}, got {value:g}"
        )
    elif n is not None and base is not None:
        share = whole * n / base
        if abs(share - value) > 2 * rounding(value) + 1e-9:
            yield Doubt(
                "counts-contradict",
                f"{path}.value",
                f"{n} of {base} are {share:.4g} {measurement.unit}, got {value:g}",
            )
