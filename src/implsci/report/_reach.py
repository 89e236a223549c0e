"""Who is reached: what studies measure by group of people, and how many only describe the groups."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from implsci.compendium import Compendium
from implsci.model import Measurement

__all__ = ["ByGroup", "by_group"]


@frozen(kw_only=True)
class ByGroup:
    """A measurement that holds for one group of people.

    Attributes:
        study_id: the study.
        label: the source's words for the outcome or strategy that was measured.
        measurement: the measurement; its ``stratum`` and ``group`` name the people.
    """

    study_id: str
    label: str
    measurement: Measurement

    @property
    def group(self) -> str:
        """The stratum's code, with the group's name where one is given."""
        of = self.measurement
        return str(of.stratum) if of.group is None else f"{of.stratum}: {of.group}"

    @property
    def value(self) -> str:
        """The number with its unit, as the record has it."""
        of = self.measurement
        told = "" if of.value is None else f"{of.value:g} {of.unit or ''}".strip()
        behind = f"{of.n} of {of.base}" if of.n is not None and of.base is not None else ""
        return f"{told} ({behind})" if told and behind else told or behind or "not printed"


def by_group(compendium: Compendium) -> Iterator[ByGroup]:
    """Yield the measurements of outcomes and strategies that name a group, by study."""
    for study in compendium:
        measured = (
            *((node.label, node.measurements) for node in study.outcomes),
            *((node.label, node.measurements) for node in study.strategies),
        )
        for label, measurements in measured:
            for measurement in measurements:
                if measurement.stratum is not None:
                    yield ByGroup(study_id=study.id, label=label, measurement=measurement)
