"""The report: the main job on a compendium, for a reader at a terminal or in a browser.

Examples:
    >>> import implsci
    >>> from implsci.report import build_report
    >>> report = build_report(implsci.load("implsci-examples"), pooled=False)
    >>> report.to_text().splitlines()[0]
    'WHAT WAS STUDIED'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from implsci.analysis.tally import DIRECTION_WORDS
from implsci.codes import Code, split
from implsci.compendium import Compendium, Problems, facet_values
from implsci.matching import MatchReport, match
from implsci.model import Finding, Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.report import html, text
from implsci.synthesis import Synthesis, Tally, synthesize, tally
from implsci.synthesis.axes import label_of
from implsci.taxonomy import Term

__all__ = ["Profile", "RelationalUse", "Report", "RoleClaim", "build_report"]


def __dir__() -> list[str]:
    return __all__


# How many of the commonest barriers the report looks matches up for.
_BARRIERS_MATCHED = 5
_METZ_RELATIONAL = Code("trust:relational-strategies")


@frozen(kw_only=True)
class Profile:
    """How often each value of a facet occurs.

    Attributes:
        facet: the facet.
        counts: studies by label of the value, commonest first.
        silent: how many studies say nothing on it.
    """

    facet: str
    counts: Mapping[str, int]
    silent: int


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


@frozen(kw_only=True)
class Report:
    """What a compendium has learnt so far.

    Attributes:
        compendium: the studies.
        problems: what the check of them found.
        profiles: what was studied: sectors, countries, designs.
        years: first and last year of publication; None where no study tells.
        outcomes: strategies by outcomes over all studies.
        barriers: barriers by strategies, by co-occurrence, stated links counted apart.
        matches: what the bases suggest for the commonest barriers, one barrier at a time.
        relational: relational strategies in use, commonest first.
        relationship_studies: how many studies speak of a relationship.
        claims: every finding that claims a role for a relationship.
        labels: labels of the codes that the report names.
    """

    compendium: Compendium
    problems: Problems
    profiles: tuple[Profile, ...]
    years: tuple[int, int] | None
    outcomes: Synthesis
    barriers: Synthesis
    matches: tuple[MatchReport, ...]
    relational: tuple[RelationalUse, ...]
    relationship_studies: int
    claims: tuple[RoleClaim, ...]
    labels: Mapping[str, str]

    def label(self, code: str) -> str:
        """Return the label of a code that the report names."""
        return self.labels.get(code, code)

    def roles(self) -> dict[str, tuple[RoleClaim, ...]]:
        """Return the claims by role, the role claimed most often first."""
        roles: dict[str, list[RoleClaim]] = {}
        for claim in self.claims:
            roles.setdefault(claim.role, []).append(claim)
        ordered = sorted(roles.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return {role: tuple(claims) for role, claims in ordered}

    def to_text(self, width: int = 80) -> str:
        """Return the report for a terminal.

        Args:
            width: how many columns it has.
        """
        return text.to_text(self, width)

    def to_html(self) -> str:
        """Return the report as one page that opens from disk: no script, no outside file."""
        return html.to_html(self)


def build_report(
    compendium: Compendium, registry: Registry | None = None, *, pooled: bool = True
) -> Report:
    """Do the main job on a compendium.

    Args:
        compendium: the studies.
        registry: holds taxonomies and bases; the default registry where None.
        pooled: whether to pool effects, which needs the extra ``analysis``.

    Returns:
        The report.

    Raises:
        MissingExtraError: there is something to pool and the extra ``analysis`` is not installed.
    """
    registry = registry or default_registry()
    outcomes = synthesize(compendium, "strategy", "outcome", pooled=pooled, registry=registry)
    barriers = synthesize(
        compendium, "barrier", "strategy", link="cooccur", pooled=pooled, registry=registry
    )
    installed = {taxonomy.scheme for taxonomy in registry.taxonomies()}
    sources = {
        source
        for links in registry.bases()
        for source in links.sources
        if split(source)[0] in installed
    }
    common = [row.value for row in barriers.rows if row.value in sources][:_BARRIERS_MATCHED]
    matches = tuple(match(code, registry=registry) for code in common)
    years = [study.year for study in compendium if study.year is not None]
    return Report(
        compendium=compendium,
        problems=compendium.check(registry),
        profiles=tuple(
            _profile(compendium, facet, registry) for facet in ("sector", "country", "design")
        ),
        years=(min(years), max(years)) if years else None,
        outcomes=outcomes,
        barriers=barriers,
        matches=matches,
        relational=tuple(_relational(compendium, registry)),
        relationship_studies=sum(bool(study.relationships) for study in compendium),
        claims=tuple(_claims(compendium)),
        labels={code: registry.term(code).label for code in common},
    )


def _profile(compendium: Compendium, facet: str, registry: Registry) -> Profile:
    counts: Counter[str] = Counter()
    silent = 0
    for study in compendium:
        values = facet_values(study, facet)
        counts.update(
            label_of(value, registry) if ":" in value else _worded(value) for value in values
        )
        silent += not values
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Profile(facet=facet, counts=dict(ordered), silent=silent)


def _worded(value: str) -> str:
    return value.replace("_", " ").replace("rct", "RCT")


def _relational(compendium: Compendium, registry: Registry) -> Iterable[RelationalUse]:
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


def _claims(compendium: Compendium) -> Iterable[RoleClaim]:
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
