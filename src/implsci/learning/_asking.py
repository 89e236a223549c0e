"""What a question asks for, as codes that a study, a finding or an observation can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from attrs import frozen

from implsci.codes import Code, split
from implsci.compendium import Compendium
from implsci.errors import UnknownNameError
from implsci.model import Finding, Study
from implsci.model.documents import Observation, ResearchQuestion
from implsci.plugins import Registry

__all__ = ["Asked", "as_compendium", "asked_by", "case_of", "expanded", "label_of"]

_CODED: Final = ("engagement", "strategies", "barriers", "outcomes")
_Found = Mapping[str, tuple[str, ...]]


def as_compendium(compendium: Compendium | Iterable[Study]) -> Compendium:
    """Return the studies as a compendium."""
    if isinstance(compendium, Compendium):
        return compendium
    return Compendium(studies=tuple(compendium))


def case_of(study: Study) -> str:
    """Return what a study counts as: its programme, or itself where it names none."""
    return study.programme or study.id


@frozen(kw_only=True, slots=False)
class Asked:
    """What one question can be matched by.

    Attributes:
        wanted: for each aspect asked (engagement, strategy, barrier, outcome, role), what will do.
        unknown: codes of the question that their taxonomies do not have.
    """

    wanted: Mapping[str, frozenset[str]]
    unknown: tuple[str, ...]

    def finding(self, study: Study, finding: Finding) -> _Found:
        """Return, for each aspect asked, what of it a finding has."""
        strategies = [node for node in study.strategies if node.id in finding.strategies]
        named = {*finding.barriers, *(aim for node in strategies for aim in node.addresses)}
        outcome = next(node for node in study.outcomes if node.id == finding.outcome)
        return self._found(
            {
                "engagement": _engagement(study),
                "strategy": [code for node in strategies for code in node.codes],
                "barrier": [
                    code for node in study.barriers if node.id in named for code in node.codes
                ],
                "outcome": [*outcome.codes, *filter(None, [outcome.kind])],
                "role": filter(None, [finding.role]),
            }
        )

    def study(self, study: Study) -> _Found:
        """Return, for each aspect asked, what of it a study has anywhere."""
        return self._found(
            {
                "engagement": _engagement(study),
                "strategy": [code for node in study.strategies for code in node.codes],
                "barrier": [code for node in study.barriers for code in node.codes],
                "outcome": [
                    word
                    for node in study.outcomes
                    for word in (*node.codes, *filter(None, [node.kind]))
                ],
                "role": filter(None, [finding.role for finding in study.findings]),
            }
        )

    def observation(self, seen: Observation) -> _Found:
        """Return, for each aspect asked, what of it an observation has."""
        return self._found(
            {
                "engagement": seen.engagement,
                "strategy": seen.strategies,
                "barrier": seen.barriers,
                "outcome": [*seen.outcomes, *seen.outcome_kinds],
                "role": filter(None, [seen.role]),
            }
        )

    def _found(self, has: Mapping[str, Iterable[str]]) -> _Found:
        return {
            aspect: found
            for aspect, wanted in self.wanted.items()
            if (found := tuple(sorted(wanted.intersection(has[aspect]))))
        }

    def all_of(self, found: _Found) -> bool:
        """Say whether every aspect asked was found; never where nothing is asked."""
        return bool(self.wanted) and len(found) == len(self.wanted)

    @cached_property
    def matchable(self) -> bool:
        """Whether the question names anything that a study could be matched by."""
        return bool(self.wanted)


def _engagement(study: Study) -> list[str]:
    """Return the codes of a study that may name its model: its own, its arms' and strategies'."""
    return [
        *study.engagement,
        *(code for arm in study.arms for code in arm.codes),
        *(code for node in study.strategies for code in node.codes),
    ]


def asked_by(question: ResearchQuestion, registry: Registry) -> Asked:
    """Return what a question asks for, each code with everything narrower.

    Args:
        question: the question.
        registry: knows what is narrower; a code of a taxonomy that is not installed stands alone.
    """
    unknown: list[str] = []

    def narrower(codes: Iterable[str]) -> set[str]:
        return {one for code in codes for one in expanded(code, registry, unknown)}

    coded = {name: narrower(getattr(question, name)) for name in _CODED}
    wanted: Mapping[str, set[str]] = {
        "engagement": coded["engagement"],
        "strategy": coded["strategies"],
        "barrier": coded["barriers"],
        "outcome": {*coded["outcomes"], *question.outcome_kinds},
        "role": {question.role} if question.role else set(),
    }
    return Asked(
        wanted={aspect: frozenset(words) for aspect, words in wanted.items() if words},
        unknown=tuple(sorted(set(unknown))),
    )


def expanded(code: str, registry: Registry, unknown: list[str]) -> tuple[str, ...]:
    """Return a code and everything narrower; alone where its taxonomy does not have it.

    Args:
        code: the code.
        registry: holds the taxonomies.
        unknown: gets the code where its taxonomy is there and does not have it.
    """
    try:
        return registry.expand(code)
    except UnknownNameError:
        try:
            registry.taxonomy(split(Code(code))[0])
        except UnknownNameError:
            return (code,)  # a taxonomy that is not installed: its codes still compare
        unknown.append(code)
        return (code,)


def label_of(code: str, registry: Registry) -> str:
    """Return the label of a code; the code where no installed taxonomy has it."""
    try:
        return registry.term(code).label
    except UnknownNameError:
        return code
