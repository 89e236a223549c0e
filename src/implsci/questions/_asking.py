"""What every question starts from: the studies asked, what counts as one case, and names to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from implsci._wording import counted
from implsci.compendium import Compendium, FacetValue, Where, outcome_codes
from implsci.errors import InvalidQueryError
from implsci.model import Finding, Study
from implsci.plugins import Registry

__all__ = ["ONCE", "case_of", "chosen", "outcome_filter"]

ONCE = "a study counts once, and the studies of one programme count as one case"


def case_of(study: Study) -> str:
    """Return what a study counts as: its programme, or itself where it names none."""
    return study.programme or study.id


def chosen(
    compendium: Compendium | Iterable[Study], where: Where | None, registry: Registry
) -> Compendium:
    """Return the studies that are asked.

    Args:
        compendium: the studies.
        where: wanted values by facet.
        registry: knows what is narrower than a code.

    Raises:
        InvalidQueryError: there is no study, or none has all the facets; which contradict one
            another is said.
        UnknownNameError: a code that its taxonomy does not have.
    """
    if not isinstance(compendium, Compendium):
        compendium = Compendium(studies=tuple(compendium))
    if not len(compendium):
        raise InvalidQueryError("there is no study to ask; expected at least one")
    if not where:
        return compendium
    kept = compendium.where(registry=registry, **where)
    if len(kept):
        return kept
    alone = [
        f"{facet}={_told(value)}: "
        + counted(len(compendium.where(registry=registry, **{facet: value})), "study", "studies")
        for facet, value in where.items()
    ]
    together = "" if len(alone) == 1 else " at once; each alone: "
    raise InvalidQueryError(
        f"no study has what was asked{together or ', '}{', '.join(alone)}, of {len(compendium)}"
    )


def _told(value: FacetValue) -> str:
    if isinstance(value, (str, int)):
        return str(value)
    return "/".join(map(str, value))


def outcome_filter(outcome: str | None, registry: Registry) -> Callable[[Study, Finding], bool]:
    """Return what says whether a finding is on the outcome asked; on any where none is asked.

    Raises:
        InvalidQueryError: neither a kind, a code nor a name of an outcome.
        UnknownNameError: a code that its taxonomy does not have.
    """
    if outcome is None:
        return _any
    wanted = outcome_codes(outcome, registry)

    def keep(study: Study, finding: Finding) -> bool:
        node = next(node for node in study.outcomes if node.id == finding.outcome)
        return node.kind in wanted or not wanted.isdisjoint(node.codes)

    return keep


def _any(_study: Study, _finding: Finding) -> bool:
    return True
