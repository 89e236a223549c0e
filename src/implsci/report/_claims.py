"""What studies say of relationships: relational strategies in use, and roles that findings claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from implsci.analysis.tally import DIRECTION_WORDS, Tally, tally
from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.model import Finding, Study
from implsci.plugins import Registry
from implsci.taxonomy import Term

__all__ = ["RelationalUse", "RoleClaim", "relational_uses", "role_claims"]

_METZ_RELATIONAL: Final = Code("trust:relational-strategies")


@frozen(kw_only=True)
class RelationalUse:
    """A relational strategy that studies used.

    Attributes:
        code: its code.
        label: its label.
        study_ids: the studies that used it.
        findings: what came of it: directions of the findings that name it, bundles included, each
            basis apart.
    """

    code: Code
    label: str
    study_ids: tuple[str, ...]
    findings: Tally


@frozen(kw_only=True)
class RoleClaim:
    """One finding that claims a role for a relationship.

    Attributes:
        study_id: the study.
        finding: the finding inside it.
        role: the role claimed.
        relationship: the source's words for the relationship.
        outcome: the source's words for the outcome.
    """

    study_id: str
    finding: Finding
    role: str
    relationship: str
    outcome: str

    @property
    def said(self) -> str:
        """The claim in one line, with what it rests on."""
        direction = DIRECTION_WORDS[self.finding.direction]
        basis = self.finding.basis or "basis not stated"
        return f"{self.relationship} -> {self.outcome}: {direction} ({basis}; {self.study_id})"


def relational_uses(compendium: Compendium, registry: Registry) -> Iterable[RelationalUse]:
    """Return the relational strategies in use: our own list and Metz 2022's relational ones."""
    studies: dict[Code, list[str]] = {}
    findings: dict[Code, list[Finding]] = {}
    terms = {term.code: term for term in _relational_terms(registry)}
    for study in compendium:
        for code in dict.fromkeys(
            code for node in study.strategies for code in node.codes if code in terms
        ):
            studies.setdefault(code, []).append(study.id)
            findings.setdefault(code, []).extend(_naming(study, code))
    uses = [
        RelationalUse(
            code=code,
            label=terms[code].label,
            study_ids=tuple(ids),
            findings=tally(findings[code]),
        )
        for code, ids in studies.items()
    ]
    return sorted(uses, key=lambda use: (-len(use.study_ids), use.code))


def _relational_terms(registry: Registry) -> Iterable[Term]:
    """Return our own list and Metz 2022's relational strategies, without her technical ones."""
    for taxonomy in registry.taxonomies():
        if taxonomy.scheme == "relational":
            yield from (term for term in taxonomy if term.kind == "strategy")
        elif _METZ_RELATIONAL in taxonomy:
            yield from (taxonomy[code] for code in taxonomy.narrower(_METZ_RELATIONAL))


def _naming(study: Study, code: Code) -> Iterable[Finding]:
    ids = {node.id for node in study.strategies if code in node.codes}
    return (finding for finding in study.findings if not ids.isdisjoint(finding.strategies))


def role_claims(compendium: Compendium) -> Iterable[RoleClaim]:
    """Yield every finding that claims a role for a relationship."""
    for study in compendium:
        relationships = {node.id: node.label for node in study.relationships}
        outcomes = {node.id: node.label for node in study.outcomes}
        for finding in study.findings:
            if finding.role is not None and finding.relationship is not None:
                yield RoleClaim(
                    study_id=study.id,
                    finding=finding,
                    role=finding.role,
                    relationship=relationships[finding.relationship],
                    outcome=outcomes[finding.outcome],
                )
