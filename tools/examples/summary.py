"""What the build counts: printed at its end, and kept as the compendium's page of provenance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from implsci.model import Finding, Study

from . import abstracts, coded_studies, facilitation, published
from .programmes import PROGRAMMES, SEEMINGLY
from .tally import Tally

__all__ = ["page", "pooled", "report"]

_SOURCES: Final = (
    (abstracts.FILES["health"], "studies in health, coded by a model from abstracts"),
    (abstracts.FILES["social"], "studies outside clinical health, coded by a model from abstracts"),
    (coded_studies.FILE, "studies coded in reviews, by their authors, or by the founders"),
    (facilitation.FILE, "practice facilitation trials, from one review's table"),
    (published.FILE, "single findings retyped from four abstracts"),
)

_FATES: Final = {
    "trust": "a strategy of Metz 2022: a `trust:` code",
    "relational": "one action lists it: a `relational:` code",
    "several": "several actions list it: labeled, no code",
    "none": "no action lists it: labeled, no code",
    "engagement": "a model of engagement, no action: a coding of the strategy's engagement",
    "heading": "a heading or a concept, no action: labeled, no code",
}


def pooled(finding: Finding) -> bool:
    """Say whether a finding has a value with a variance, standard error or whole interval."""
    estimate = finding.estimate
    if estimate is None or estimate.value is None:
        return False
    whole = estimate.ci_low is not None and estimate.ci_high is not None
    return estimate.variance is not None or estimate.se is not None or whole


def _uncoded(studies: Iterable[Study], kind: str) -> tuple[int, int]:
    nodes = [node for study in studies for node in getattr(study, kind)]
    return sum(not node.codes for node in nodes), len(nodes)


def _counts(counter: Mapping[str, int]) -> str:
    ranked = sorted(counter.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {count}" for name, count in ranked)


def _facts(studies: Sequence[Study], tally: Tally) -> list[tuple[str, list[str]]]:
    findings = [finding for study in studies for finding in study.findings]
    countries = Counter(country for study in studies for country in study.countries)
    sectors = Counter(sector.partition(":")[2] for study in studies for sector in study.sectors)
    designs = Counter[str](study.design or "not told" for study in studies)
    bases = Counter[str](finding.basis or "not told" for finding in findings)
    directions = Counter[str](finding.direction for finding in findings)
    schemes = Counter(
        code.partition(":")[0]
        for study in studies
        for kind in ("barriers", "strategies", "relationships", "outcomes")
        for node in getattr(study, kind)
        for code in node.codes
    )
    links = [(study.id, s) for study in studies for s in study.strategies if s.addresses]
    bare = [
        finding
        for finding in findings
        if not (finding.strategies or finding.barriers or finding.relationship)
    ]
    numbers = [finding for finding in findings if finding.estimate is not None]
    usable = [finding for finding in findings if pooled(finding)]
    named = [f for f in usable if f.estimate is not None and f.estimate.metric != "unspecified"]
    merged: dict[str, list[str]] = {}
    for kept, others in tally.merges:
        merged.setdefault(kept, []).extend(others)
    fates: dict[str, Counter[str]] = {}
    for (fate, label), count in tally.relational.items():
        fates.setdefault(fate, Counter())[label] += count
    grouped = [study for study in studies if study.programme is not None]
    return [
        (
            "Read",
            [
                f"{file}: {tally.read[file]} "
                f"{'lines' if file.endswith('jsonl') else 'rows'}, {tally.studies[file]} studies"
                for file, _ in _SOURCES
            ],
        ),
        (
            "Studies",
            [
                f"{len(studies)} studies, of them {len(merged)} merged from several codings",
                f"{len(countries)} countries; {sum(not s.countries for s in studies)} studies "
                "name none",
                f"sectors: {_counts(sectors)}; {sum(not s.sectors for s in studies)} studies "
                "have no sector code",
                f"designs: {_counts(designs)}",
                f"{len(PROGRAMMES)} programs that several studies share "
                f"({len(grouped)} studies; {len(SEEMINGLY)} grouped on less than a statement)",
            ],
        ),
        (
            "Merged",
            [f"{kept} <- {', '.join(others)}" for kept, others in sorted(merged.items())]
            + [f"found again by the second coder: {_counts(tally.merged_nodes)}"],
        ),
        ("Left out", list(tally.left_out)),
        (
            "Nodes without a code (labeled only)",
            [
                f"{kind}: {bare_count} of {total}"
                for kind in ("barriers", "strategies", "outcomes")
                for bare_count, total in [_uncoded(studies, kind)]
            ]
            + [f"codes by scheme: {_counts(schemes)}"],
        ),
        (
            "Relational labels of the abstract files",
            [
                f"{_FATES[fate]}: {sum(fates[fate].values())} ({_counts(fates[fate])})"
                for fate in _FATES
                if fate in fates
            ],
        ),
        (
            "Links",
            [
                f"{len(links)} strategies in {len({study for study, _ in links})} studies name "
                f"the barriers they address ({sum(len(s.addresses) for _, s in links)} links); "
                "no link was inferred",
            ],
        ),
        (
            "Findings",
            [
                f"{len(findings)} findings",
                f"basis: {_counts(bases)}",
                f"direction: {_counts(directions)}",
                f"{len(numbers)} with a number or a p-value; {len(usable)} with a value and a "
                f"standard error or whole interval ({len(named)} of these name their metric, "
                f"{sum(f.basis == 'effect' for f in named)} are effects)",
                f"{len(bare)} are joined to no strategy, barrier or relationship",
            ],
        ),
        (
            "Equity words that no term fits",
            [_counts(tally.equity_uncoded) or "none"],
        ),
    ]


def report(studies: Sequence[Study], tally: Tally) -> str:
    """Return the summary as plain text.

    Args:
        studies: the studies built.
        tally: what was counted on the way.
    """
    return "\n".join(
        line
        for heading, facts in _facts(studies, tally)
        for line in (heading, *(f"  {fact}" for fact in facts))
    )


def page(studies: Sequence[Study], tally: Tally) -> str:
    """Return the compendium's page: what is in it, from where, and what it counts.

    Args:
        studies: the studies built.
        tally: what was counted on the way.
    """
    sources = "\n".join(f"| `{file}` | {what} |" for file, what in _SOURCES)
    counts = "\n\n".join(
        f"### {heading}\n\n" + "\n".join(f"- {fact}" for fact in facts)
        for heading, facts in _facts(studies, tally)
    )
    return f"""\
<!-- Written by `python -m tools.examples`; do not edit. -->

# implsci-examples: what is in it

{len(studies)} real implementation studies as records: barriers, strategies, relationships, outcomes
and what came of them, each with its sources. Load it with `implsci.load("implsci-examples")`.

**Labels are one coder's judgement, and no gold standard.** Where two coders coded a study, both are
kept as codings, and the merged values follow the rule stated in `tools/examples/merging.py`. Most
studies were read as an opening of about 2,000 characters: a barrier or strategy that is not there
is unknown, not absent. The studies are no sample of anything; no count over them says how often
something works.

## Sources

| file in `tests/data` | what it holds |
|---|---|
{sources}

Every record names file and line or row under `provenance` (rows are counted from 1 below the
heading). Row by row, `method` tells who coded: a model, a review, the authors, or the founders.

## Rights

Facts only: names, numbers, codes and short words of our own. No sentence of a study is kept; titles
are printed as bibliographic facts, and where a page showed none the record says so. The two
abstract files are the founders' own coding. What stems from articles, reviews and tables are single
facts, cited by DOI where one was seen. Of the facilitation review's table (distributed with the R
package metadat, GPL) only author, year, country, design, effect size and standard error are
restated. Cite the studies themselves.

## How to read it

- `direction` is relative to `desirable`; it never follows from significance.
- `basis` keeps effects (a strategy against a comparison), associations (more against less, one
  subgroup against another, survey data), descriptions (no comparison, or only a target) and bare
  assertions apart. A qualitative study has no effects here.
- `comparator_label` keeps the source's words. `percent` is the level reached, or a percentage
  change where the outcome is a count; `RD` is a difference of proportions, -1 to 1
  (the lines print percentage points). A number whose kind is not told
  has the metric `unspecified`.
- `p_bound` is `below` where a bound such as "< 0.05" was printed.
- `links_coded` is `partial` where the source's links from strategy to barrier were coded as far as
  the opening shows them, and `none` where there was none to code.
- Studies that share a trial or program have the same `programme`: group them before pooling.
- Codes of `bct-v1` and `bcw` are the publishers' own; those taxonomies are not bundled yet.

## Counts

{counts}
"""
