"""Findings of a compendium that no cycle, observation or question speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from attrs import frozen

from implsci.analysis.tally import Tally, tally
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.learning._asking import case_of, label_of
from implsci.model import Finding, Study
from implsci.model.documents import LearningCycle, Observation, ResearchQuestion
from implsci.plugins import Registry

__all__ = ["Untaken", "UntakenFinding", "untaken"]


@frozen(kw_only=True)
class Untaken:
    """Findings on one strategy and kind of outcome that nobody took up.

    Attributes:
        strategy: code of the strategy; None for strategies without a code.
        label: its label; None without a code.
        kind: the kind of outcome; None where it has none.
        findings: how many; one on a bundle counts for each code of it.
        cases: how many studies or programmes they are of.
        by_basis: them by basis and direction.

    Examples:
        >>> Untaken(
        ...     strategy="eric:facilitation", label="Facilitation", kind="implementation", findings=1,
        ...     cases=1, by_basis={"effect": {"findings": 1, "improved": 1}},
        ... ).findings
        1
    """

    strategy: str | None
    label: str | None
    kind: str | None
    findings: int
    cases: int
    by_basis: Tally


@frozen(kw_only=True)
class UntakenFinding:
    """One finding that nobody took up.

    Attributes:
        finding: ``study#finding``.
        outcome: label of its outcome.
        direction: which way it points.
        year: when its study was published; None where unknown.

    Examples:
        >>> UntakenFinding(finding="a#f", outcome="uptake", direction="improved", year=2020).finding
        'a#f'
    """

    finding: str
    outcome: str
    direction: str
    year: int | None


def untaken(
    casebook: Casebook, compendium: Compendium, registry: Registry
) -> tuple[int, tuple[Untaken, ...], tuple[UntakenFinding, ...]]:
    """Return how many findings could be taken up, those nobody did by group, and each of them."""
    named = _named(casebook)
    ready = 0
    groups: dict[tuple[str, str], list[tuple[Study, Finding]]] = defaultdict(list)
    each: list[UntakenFinding] = []
    for study in compendium:
        codes = {node.id: node.codes for node in study.strategies}
        outcomes = {node.id: node for node in study.outcomes}
        for finding in study.findings:
            if not finding.strategies or finding.direction == "unclear":
                continue
            ready += 1
            if not named.isdisjoint((study.id, f"{study.id}#{finding.id}")):
                continue
            outcome = outcomes[finding.outcome]
            each.append(
                UntakenFinding(
                    finding=f"{study.id}#{finding.id}",
                    outcome=outcome.label,
                    direction=finding.direction,
                    year=study.year,
                )
            )
            for code in {str(code) for name in finding.strategies for code in codes[name]} or {""}:
                groups[code, outcome.kind or ""].append((study, finding))
    counted = (
        Untaken(
            strategy=code or None,
            label=label_of(code, registry) if code else None,
            kind=kind or None,
            findings=len(own),
            cases=len({case_of(study) for study, _ in own}),
            by_basis=tally(finding for _, finding in own),
        )
        for (code, kind), own in groups.items()
    )
    order = sorted(counted, key=lambda one: (-one.findings, one.strategy or "~", one.kind or "~"))
    return ready, tuple(order), tuple(each)


def _named(casebook: Casebook) -> set[str]:
    """Return the studies and findings that a cycle, an observation or a question speaks of."""

    def names() -> Iterator[str]:
        for kind in (LearningCycle, Observation, ResearchQuestion):
            for record in casebook.of(kind):
                yield from record.studies
        for cycle in casebook.of(LearningCycle):
            yield from (step.of for step in cycle.steps if step.of is not None)

    return set(names())
