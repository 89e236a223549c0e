"""Findings as outcomes of EPPI-Reviewer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from implsci.formats.compendium._eppi.effects import EFFECT, ESTIMATE, METRICS, has_native_se
from implsci.formats.compendium._eppi.layout import Layout
from implsci.formats.compendium._eppi.lines import record_lines, said
from implsci.ledger import Ledger
from implsci.model import Coding, Estimate, Finding, Study
from implsci.model.evidence import RATIO_METRICS

__all__ = ["EffectsOut"]

_NUMBERS: Final = ("value", "se", "ci_low", "ci_high")


class EffectsOut:
    """Writes the findings of a study that have an effect.

    Args:
        study: the study.
        layout: numbers of attributes.
        ledger: keeps the account.
    """

    def __init__(self, study: Study, layout: Layout, ledger: Ledger) -> None:
        self._study = study
        self._layout = layout
        self._ledger = ledger
        self._kept: dict[str, dict[str, object]] = {}
        ids = {finding.id for finding in study.findings}
        for key, value in study.extra.items():
            finding, _, field = key.removeprefix(EFFECT).rpartition(".")
            if key.startswith(EFFECT) and finding in ids and field and value is not None:
                self._kept.setdefault(finding, {})[field] = value

    def takes(self, key: str) -> bool:
        """Say whether a field kept in ``extra`` is written with a finding."""
        finding, _, field = key.removeprefix(EFFECT).rpartition(".")
        return key.startswith(EFFECT) and field in self._kept.get(finding, ())

    def outcomes(self, coded: Callable[[Coding], dict[str, object]]) -> list[dict[str, object]]:
        """Return the outcomes.

        Args:
            coded: returns what an outcome was coded with.
        """
        found: list[dict[str, object]] = []
        for finding in self._study.findings:
            if finding.estimate is None and finding.id not in self._kept:
                self._ledger.leave(
                    "findings",
                    "EPPI-Reviewer cannot carry one without an effect",
                    f"{finding.id} of {self._study.id}",
                )
            else:
                found.append(self._outcome(finding, len(found) + 1, coded))
        return found

    def _outcome(
        self, finding: Finding, number: int, coded: Callable[[Coding], dict[str, object]]
    ) -> dict[str, object]:
        (label,) = (one.label for one in self._study.outcomes if one.id == finding.outcome)
        made: dict[str, object] = {
            "OutcomeId": number,
            "OutcomeTypeId": 0,
            "OutcomeTypeName": "",
            "Title": label,
            "ShortTitle": "",
            "OutcomeText": label,
            "TimepointDisplayValue": finding.timepoint or "",
            "ControlText": finding.comparator_label or "",
        }
        lines: list[tuple[str, object]] = [("finding", finding.id)]
        lines += record_lines(finding, ("id",))
        if finding.estimate is not None:
            native, rest = _numbers(finding.estimate)
            made |= native
            lines += rest
        kept = self._kept.get(finding.id, {})
        names = [name for name in made if name not in kept]
        one = {**made, **kept}
        lines.append(("generated", " ".join(names)))
        one["OutcomeDescription"] = said(lines)
        if finding.codings:
            one["OutcomeCodes"] = {
                "OutcomeItemAttributesList": [
                    {"OutcomeItemAttributeId": index, "OutcomeId": number, **coded(coding)}
                    for index, coding in enumerate(finding.codings, 1)
                ]
            }
        return one


def _numbers(estimate: Estimate) -> tuple[dict[str, object], list[tuple[str, object]]]:
    """Return an effect in fields of the program's own, and the rest of it as lines."""
    made: dict[str, object] = {}
    skip: set[str] = set()
    native = METRICS.get(estimate.metric)
    if native is not None:
        log = estimate.scale == "log" and estimate.metric in RATIO_METRICS
        for name, field in zip(_NUMBERS, native.fields, strict=True):
            number: float | None = getattr(estimate, name)
            if number is None:
                continue
            if name == "se":
                if has_native_se(estimate.metric, log):
                    made[field] = number
                    skip.add(name)
            elif not log:
                if number != 0 or name == "value":
                    made[field] = number
                    skip.add(name)
            elif (natural := _exp(number)) is not None:
                made[field] = natural
        if native.value in made:
            made |= {
                "OutcomeTypeName": native.type,
                f"Data{native.data}": made[native.value],
                "ES": made[native.value],
                "ESDesc": estimate.metric,
            }
            if native.se in made:
                made |= {f"Data{native.data + 1}": made[native.se], "SEES": made[native.se]}
    return made, record_lines(estimate, skip, ESTIMATE)


def _exp(number: float) -> float | None:
    """Return the ratio of a logarithm; None where no number holds it."""
    try:
        natural = math.exp(number)
    except OverflowError:
        return None
    return natural if natural > 0 else None
