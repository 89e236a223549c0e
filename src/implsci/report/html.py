"""The report as one HTML page; every text from data is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS, Tally, in_words, tally
from implsci.escaping import markup as escape
from implsci.model import Study
from implsci.synthesis import Synthesis
from implsci.synthesis.render import html_table, page, to_svg

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["to_html"]


def to_html(report: Report) -> str:
    """Return the whole page."""
    title = report.compendium.title or report.compendium.name or "A compendium"
    body = "".join(
        (
            f"<header><h1>{escape(title)}</h1><p>{escape(_headline(report))} "
            f"{escape(_directions_of_all(report))}</p>{_contents()}</header>",
            "<main>",
            _section("studied", "What was studied", "".join(_profiles(report))),
            _section(
                "outcomes",
                "Strategies and outcomes",
                _table(report.outcomes),
            ),
            _section(
                "barriers",
                "Barriers and strategies",
                "<p>Both occur in the study. That is no claim that the strategy was aimed at the "
                "barrier: only where the source says so does a cell say how many studies are "
                "<em>linked</em>.</p>" + _table(report.barriers),
            ),
            _section("gaps", "Gaps", "".join(_gaps(report))),
            _section("matches", "What experts suggest", "".join(_matches(report))),
            _section("relationships", "Relationships", "".join(_relationships(report))),
            _section("methods", "Methods and limits", _methods(report)),
            _section("studies", "The studies", "".join(_studies(report))),
            "</main>",
        )
    )
    return page(title, body)


_SECTIONS = {
    "studied": "What was studied",
    "outcomes": "Strategies and outcomes",
    "barriers": "Barriers and strategies",
    "gaps": "Gaps",
    "matches": "What experts suggest",
    "relationships": "Relationships",
    "methods": "Methods and limits",
    "studies": "The studies",
}


def _contents() -> str:
    links = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name in _SECTIONS.items())
    return f'<nav aria-label="Contents"><ul>{links}</ul></nav>'


def _section(key: str, title: str, body: str) -> str:
    return f'<section id="{key}"><h2>{title}</h2>{body}</section>'


def _headline(report: Report) -> str:
    profiles = {profile.facet: profile for profile in report.profiles}
    return (
        f"{len(report.compendium)} studies from {len(profiles['country'].counts)} countries and "
        f"{len(profiles['sector'].counts)} sectors; {report.relationship_studies} of them speak of "
        "a relationship between the people involved."
    )


def _directions_of_all(report: Report) -> str:
    findings = [finding for study in report.compendium for finding in study.findings]
    return f"{len(findings)} findings: {'; '.join(in_words(tally(findings)))}."


def _profiles(report: Report) -> Iterator[str]:
    names = {"sector": "Sector", "country": "Country", "design": "Design"}
    for profile in report.profiles:
        silent = f"<tr><td>(not said)</td><td>{profile.silent}</td></tr>" if profile.silent else ""
        rows = "".join(
            f"<tr><td>{escape(label)}</td><td>{count}</td></tr>"
            for label, count in profile.counts.items()
        )
        yield (
            f"<details><summary>{names[profile.facet]}: {_commonest(profile.counts)}</summary>"
            f'<table><thead><tr><th scope="col">{names[profile.facet]}</th><th scope="col">Studies'
            f"</th></tr></thead><tbody>{rows}{silent}</tbody></table></details>"
        )


def _commonest(counts: Mapping[str, int]) -> str:
    shown = [f"{escape(label)} {count}" for label, count in list(counts.items())[:6]]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _table(synthesis: Synthesis) -> str:
    return (
        f"<details open><summary>As a picture</summary><div class='scroll'>{to_svg(synthesis)}"
        f"</div></details><details><summary>As a table, with every number</summary>"
        f"{html_table(synthesis)}</details>"
    )


def _gaps(report: Report) -> Iterator[str]:
    yield (
        "<p>Pairs that are often met and that no study looks at together, the commonest first. An "
        "empty cell says that nobody looked, not that nothing was found.</p>"
    )
    for synthesis in (report.barriers, report.outcomes):
        items = "".join(
            f"<li>{escape(row.shown)} ({row.studies}) with {escape(column.shown)} "
            f"({column.studies})</li>"
            for row, column in synthesis.gaps()[:20]
        )
        yield f"<h3>{escape(synthesis.row_axis)} by {escape(synthesis.column_axis)}</h3><ol>{items}</ol>"


def _matches(report: Report) -> Iterator[str]:
    met = {row.value: row.studies for row in report.barriers.rows}
    for found in report.matches:
        barrier = found.barriers[0]
        yield f"<h3>{escape(report.label(barrier))} (met in {met[barrier]} studies)</h3>"
        for basis in found.bases.values():
            rows = "".join(
                f"<tr><td>{escape(row.shown)}</td><td>{escape(row.cells[0].share or 'unknown')}"
                f"</td><td>{_percent(row.cells[0].percent)}</td><td>{row.cells[0].level or 'none'}</td></tr>"
                for row in basis.ranking[:10]
                if row.total is not None or row.total_low > 0
            )
            yield (
                f"<table><caption>{escape(basis.basis)} ({basis.kind}): {basis.known} of "
                f"{basis.possible} cells known. {escape(basis.source or '')}</caption><thead><tr>"
                '<th scope="col">Strategy</th><th scope="col">Endorsed</th><th scope="col">Share'
                f'</th><th scope="col">Level</th></tr></thead><tbody>{rows}</tbody></table>'
            )
            yield "".join(f"<p>{escape(note)}</p>" for note in basis.notes)
        items = "".join(
            f"<li>{escape(option.shown)}: {escape(option.because)}</li>"
            for option in [one for one in found.relational if one.ground == "tied"][:5]
        )
        if items:
            yield f"<h4>Relational options, apart</h4><ul>{items}</ul>"


def _percent(percent: float | None) -> str:
    return "unknown" if percent is None else f"{percent:.0f} %"


def _relationships(report: Report) -> Iterator[str]:
    yield (
        f"<p>{report.relationship_studies} of {len(report.compendium)} studies speak of a "
        "relationship. The roles are claims of the studies, not tests of ours.</p>"
    )
    roles = report.roles()
    yield _directions(
        "Role claimed",
        {
            f"{role.replace('_', ' ')} ({len(claims)} findings)": tally(
                claim.finding for claim in claims
            )
            for role, claims in roles.items()
        },
    )
    for role, claims in roles.items():
        items = "".join(f"<li>{escape(claim.said)}</li>" for claim in claims)
        name = role.replace("_", " ")
        yield f"<details><summary>Every claim: {name}</summary><ul>{items}</ul></details>"
    uses = {
        f"{use.label} ({len(use.study_ids)} studies)": use.findings for use in report.relational
    }
    yield _directions("Relational strategy used", uses)


def _directions(head: str, lines: Mapping[str, Tally]) -> str:
    columns = "".join(f'<th scope="col">{words}</th>' for words in DIRECTION_WORDS.values())
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{BASIS_WORDS[basis]}</td>'
        + "".join(f"<td>{counts.get(direction, 0)}</td>" for direction in DIRECTION_WORDS)
        + "</tr>"
        for name, counted in lines.items()
        for basis, counts in counted.items()
    )
    return (
        f'<table><thead><tr><th scope="col">{head}</th><th scope="col">basis</th>{columns}</tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _methods(report: Report) -> str:
    notes = dict.fromkeys((*report.outcomes.notes, *report.barriers.notes))
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    problems = report.problems
    counted = (
        f"Check: {len(problems.of('error'))} errors, {len(problems.of('warning'))} warnings, "
        f"{len(problems.of('info'))} remarks."
    )
    return (
        f"<ul>{items}<li>Effects, associations and descriptions are never added together.</li>"
        f"<li>Directions are counted, not weighed: a count says what was reported, not what works."
        f"</li><li>{counted}</li><li>License: {escape(report.compendium.license or 'not stated')}. "
        f"{escape(report.compendium.citation or '')}</li></ul>"
    )


def _studies(report: Report) -> Iterator[str]:
    yield "<p>Each study with what it reports, where its facts were taken from, and its link.</p>"
    for study in report.compendium:
        yield (
            f"<details><summary>{escape(study.title)}"
            f"{f' ({study.year})' if study.year else ''}</summary>{_study(study)}</details>"
        )


def _study(study: Study) -> str:
    outcomes = {outcome.id: outcome.label for outcome in study.outcomes}
    labels = {node.id: node.label for node in study.strategies}
    findings = "".join(
        f"<li>{escape(outcomes[finding.outcome])}: <b>{DIRECTION_WORDS[finding.direction]}</b>"
        f" ({escape(finding.basis or 'basis not stated')})"
        + (
            f", {escape('; '.join(labels[name] for name in finding.strategies))}"
            if finding.strategies
            else ""
        )
        + "</li>"
        for finding in study.findings
    )
    sources = "".join(
        f"<li>{escape(' '.join(filter(None, (origin.source, origin.locator, origin.method))))}</li>"
        for origin in study.provenance
    )
    return (
        f"<p>{escape(study.id)} · {escape(', '.join(study.countries) or 'country not said')} · "
        f"{escape(study.design_label or study.design or 'design not said')} {_link(study)}</p>"
        f"<h4>Findings</h4><ul>{findings or '<li>none coded</li>'}</ul>"
        f"<h4>Taken from</h4><ul>{sources}</ul>"
    )


def _link(study: Study) -> str:
    citation = study.citation
    if citation is None:
        return ""
    if citation.doi:
        address = f"https://doi.org/{citation.doi}"
    elif citation.url and citation.url.startswith(("https://", "http://")):
        # Any other kind of address, such as javascript:, would be run by the browser.
        address = citation.url
    else:
        return ""
    return f'<a href="{escape(address)}">{escape(citation.doi or address)}</a>'
