"""The studies one by one: what each reports, the words it rests on, and where it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import DIRECTION_WORDS
from implsci.model import Coding, Estimate, Finding, Study
from implsci.report._facets import country_name
from implsci.report._text import cut, folded, link, said, tag
from implsci.synthesis.cell import MARKS

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["address_of", "studies"]

_TITLE: Final = 200


def studies(report: Report) -> Iterator[str]:
    """Yield each study as a block that opens."""
    finding = 0
    for place, study in enumerate(report.compendium):
        year = f" ({study.year})" if study.year else ""
        yield (
            f'<details class="study" id="s-{place}"><summary><bdi>{cut(study.title, _TITLE)}</bdi>'
            f'{year} <span class="n">{_facts(report, study)}</span></summary>'
            f"{''.join(_body(study, finding))}</details>"
        )
        finding += len(study.findings)


def _facts(report: Report, study: Study) -> str:
    told = [
        ", ".join(cut(report.label(sector)) for sector in study.sectors) or "sector not said",
        ", ".join(cut(country_name(country)) for country in study.countries) or "country not said",
        cut(study.design_label or (study.design or "design not said").replace("_", " ")),
        counted(len(study.findings), "finding"),
    ]
    return " · ".join(told)


def _body(study: Study, first: int) -> Iterator[str]:
    if len(study.title) > _TITLE:
        yield f"<div>{folded(study.title)}</div>"
    yield f"<p>{said(study.id)}{_published(study)}</p>"
    for name, nodes in (
        ("Barriers and facilitators", study.barriers),
        ("Strategies", study.strategies),
        ("Relationships", study.relationships),
    ):
        if nodes:
            items = "".join(
                f"<li>{folded(node.label)}{_codes(node.codes)}{_quotes(node.codings)}</li>"
                for node in nodes
            )
            yield f'<p class="lab">{name}</p><ul>{items}</ul>'
    yield '<p class="lab">Findings</p>'
    found = "".join(
        _finding(study, finding, first + place) for place, finding in enumerate(study.findings)
    )
    yield f'<ul class="findings">{found}</ul>' if found else "<p>none coded</p>"
    if study.provenance:
        items = "".join(
            f"<li>{folded(' '.join(filter(None, (origin.source, origin.locator, origin.method))))}</li>"
            for origin in study.provenance
        )
        yield f'<p class="lab">Taken from</p><ul>{items}</ul>'


def _codes(codes: Iterable[str]) -> str:
    told = ", ".join(cut(code) for code in codes)
    return f' <span class="n">{told}</span>' if told else ""


def _quotes(codings: Iterable[Coding]) -> str:
    return "".join(
        f"<blockquote>{folded(coding.quote)}"
        f"<footer>{'; '.join(cut(part) for part in (coding.locator, coding.coder) if part)}</footer>"
        "</blockquote>"
        for coding in codings
        if coding.quote
    )


def _finding(study: Study, finding: Finding, place: int) -> str:
    labels = {
        node.id: node.label
        for nodes in (study.outcomes, study.strategies, study.barriers, study.relationships)
        for node in nodes
    }
    direction = DIRECTION_WORDS[finding.direction]
    role = f" as {finding.role.replace('_', ' ')}" if finding.role else ""
    parts = (
        ("", (finding.outcome,)),
        ("by", finding.strategies),
        ("in the face of", finding.barriers),
        (f"relationship{role}:", (finding.relationship,) if finding.relationship else ()),
    )
    named = " · ".join(
        f'<span class="n">{words}</span> {"; ".join(folded(labels[name]) for name in names)}'
        for words, names in parts
        if names
    )
    facts: list[str] = [finding.basis or "basis not stated"]
    if finding.comparator:
        facts.append(_AGAINST.get(finding.comparator, f"against {finding.comparator}"))
    if finding.bundled:
        facts.append("on several strategies at once")
    facts += [text for text in (finding.timepoint, finding.subgroup) if text]
    if finding.n is not None:
        facts.append(f"n = {finding.n}")
    if finding.estimate:
        facts.append(_estimate(finding.estimate))
    return tag(
        "li",
        f'<b class="key d-{finding.direction}">{MARKS[finding.direction]}</b> '
        f"<b>{direction}:</b> {named} "
        f'<span class="n">({"; ".join(cut(fact, 200) for fact in facts)})</span>'
        f"{_quotes(finding.codings)}"
        + (f"<div>Note: {folded(finding.note)}</div>" if finding.note else ""),
        {"data-f": str(place)},
    )


_AGAINST: Final = {
    "none": "no comparator",
    "before": "compared with before",
    "usual_practice": "against usual practice",
    "arm": "against another arm",
    "strategy": "against another strategy",
    "other": "against another comparator",
}
_BOUND: Final = {"below": "<", "above": ">"}


def _estimate(estimate: Estimate) -> str:
    told = []
    if estimate.value is not None:
        scale = "log " if estimate.scale == "log" else ""
        value = f"{scale}{estimate.metric} {estimate.value:g}"
        if estimate.ci_low is not None and estimate.ci_high is not None:
            value += f" [{estimate.ci_low:g}, {estimate.ci_high:g}]"
        told.append(value)
    if estimate.p is not None:
        told.append(f"p {_BOUND.get(estimate.p_bound or '', '=')} {estimate.p:g}")
    return ", ".join(told) or f"{estimate.metric}, not printed"


def address_of(study: Study) -> str | None:
    """Return where a study can be read; None where its record has no address that is safe to open."""
    citation = study.citation
    if citation is None:
        return None
    if citation.doi:
        return f"https://doi.org/{citation.doi}"
    # Any other kind of address, such as javascript:, would be run by the browser.
    if citation.url and citation.url.startswith(("https://", "http://")):
        return citation.url
    return None


def _published(study: Study) -> str:
    citation = study.citation
    if citation is None:
        return ""
    authors = ", ".join(citation.authors[:3]) + (" et al." if len(citation.authors) > 3 else "")
    printed = ". ".join(filter(None, (authors, citation.container, citation.text)))
    told = f" · {cut(printed, 300)}" if printed else ""
    address = address_of(study)
    if address is None:
        return told
    shown = f"doi:{citation.doi}" if citation.doi else address
    return f"{told} · {link(address, cut(shown))}"
