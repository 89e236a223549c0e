"""The sections beside maps, gaps and studies: what was tried, what fits, roles, equity, methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS, Tally, in_words, tally
from implsci.report._headlines import headlines
from implsci.report._tables import items, table
from implsci.report._text import cut, folded, number, said

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = [
    "equity",
    "fit",
    "in_short",
    "methods",
    "relationships",
    "studied",
    "what_was_tried",
]

_PAIRS: Final = 25
_MISMATCHES: Final = 200
_MARKED: Final = 600


def in_short(report: Report, names: Mapping[str, str]) -> str:
    """Return the headlines, each with a link to the section that it rests on."""
    items = "".join(
        f'<li>{text} <a class="to" href="#{section}">→ {names[section]}</a></li>'
        for text, section in headlines(report)
    )
    return f'<ul class="headlines">{items}</ul>'


def studied(report: Report) -> Iterator[str]:
    """Yield what was studied: sectors, countries and designs."""
    names = {"sector": "Sector", "country": "Country", "design": "Design"}
    for profile in report.profiles:
        name = names[profile.facet]
        rows = [(cut(label), number(count)) for label, count in profile.counts.items()]
        if profile.silent:
            rows.append(("(not said)", number(profile.silent)))
        common = [f"{cut(label)} {count}" for label, count in list(profile.counts.items())[:6]]
        more = len(profile.counts) - len(common)
        told = ", ".join(common) + (f" and {more} more" if more > 0 else "")
        yield (
            f"<details><summary>{name}: {told or 'not said'}</summary>"
            f"{table(f'Studies by {name.lower()}', (name, 'Studies'), rows)}</details>"
        )


def what_was_tried(report: Report) -> Iterator[str]:
    """Yield a table for each sector: barriers, strategies, and what came of them."""
    if not report.tried:
        yield "<p>No study has both a coded barrier and a coded strategy.</p>"
    sizes: dict[str, set[str]] = {}
    for line in report.tried:
        sizes.setdefault(line.sector, set()).update(line.study_ids)
    sectors = [
        (sector, list(lines)) for sector, lines in groupby(report.tried, lambda line: line.sector)
    ]
    sectors.sort(key=lambda pair: (-len(sizes[pair[0]]), pair[0]))
    for place, (sector, lines) in enumerate(sectors):
        label = cut(report.label(sector))
        rows = [
            (
                cut(report.label(line.barrier)),
                cut(report.label(line.strategy)),
                number(len(line.study_ids)) + (f"<br>{line.linked} linked" if line.linked else ""),
                "<br>".join(in_words(line.findings)) or "no finding on the pair",
            )
            for line in lines[:_PAIRS]
        ]
        left = len(lines) - _PAIRS
        more = (
            f"<p>{counted(left, 'further pair')}, in the file to download.</p>" if left > 0 else ""
        )
        yield (
            f"<details{' open' if place == 0 else ''}><summary>{label}: "
            f"{counted(len(sizes[sector]), 'study', 'studies')}, {counted(len(lines), 'pair')}</summary>"
            + table(
                f"{report.label(sector)}: strategies tried where a barrier was met",
                ("Barrier met", "Strategy tried", "Studies", "What came of it"),
                rows,
            )
            + f"{more}</details>"
        )


def fit(report: Report) -> Iterator[str]:
    """Yield what experts suggest for the commonest barriers, and what does not fit."""
    yield "<h3>What bases suggest for the barriers met most often</h3>"
    met = {row.value: row.studies for row in report.barriers.rows}
    if not report.matches:
        yield "<p>No installed basis speaks of the barriers of these studies.</p>"
    for found in report.matches:
        barrier = found.barriers[0]
        parts = []
        for basis in found.bases.values():
            rows = [
                (
                    cut(row.shown),
                    cut(row.cells[0].share or "unknown"),
                    "unknown" if row.cells[0].percent is None else f"{row.cells[0].percent:.0f} %",
                    str(row.cells[0].level or "none"),
                )
                for row in basis.ranking[:10]
                if row.total is not None or row.total_low > 0
            ]
            caption = (
                f"{report.label(barrier)}: {basis.basis} ({basis.kind}), {basis.known} of "
                f"{basis.possible} cells known"
            )
            if rows:
                parts.append(table(caption, ("Strategy", "Endorsed", "Share", "Level"), rows))
            else:
                parts.append(f"<p>{cut(caption)}.</p>")
            parts += [f"<p>{cut(text, 400)}</p>" for text in (basis.source, *basis.notes) if text]
        tied = [option for option in found.relational if option.ground == "tied"][:5]
        if tied:
            items = "".join(f"<li>{cut(one.shown)}: {cut(one.because, 300)}</li>" for one in tied)
            parts.append(f'<p class="lab">Relational options, apart</p><ul>{items}</ul>')
        yield (
            f"<details><summary>{cut(report.label(barrier))} (met in "
            f"{counted(met[barrier], 'study', 'studies')})</summary>{''.join(parts)}</details>"
        )
    yield "<h3>What does not fit</h3>"
    yield table(
        "How often each kind of mismatch occurs, in the studies whose record tells enough",
        ("Kind", "Could be judged", "Have one", "Mismatches", "Not reported", "Nothing to look at"),
        [
            (
                cut(row.kind.replace("_", " ")),
                *map(
                    number,
                    (row.judged, row.with_mismatch, row.mismatches, row.not_reported, row.nothing),
                ),
            )
            for row in report.fits
        ],
    )
    listed = [one for found in report.examined for one in found]
    rules = dict.fromkeys((one.kind, one.rule) for one in listed)
    if listed:
        yield table(
            f"{counted(len(listed), 'mismatch', 'mismatches')}",
            ("Study", "Kind", "Severity", "Why"),
            [
                (
                    f'<a href="#s-{report.place(one.study)}">{said(one.study)}</a>',
                    cut(one.kind.replace("_", " ")),
                    one.severity,
                    folded(one.because) + (f" (basis: {cut(one.basis)})" if one.basis else ""),
                )
                for one in listed[:_MISMATCHES]
            ],
        )
        if len(listed) > _MISMATCHES:
            yield f"<p>{number(len(listed) - _MISMATCHES)} more: implsci mismatch lists them.</p>"
        items = "".join(
            f"<li>{cut(kind.replace('_', ' '))}: {cut(rule, 500)}</li>" for kind, rule in rules
        )
        yield f'<p class="lab">The rules behind them</p><ul>{items}</ul>'
    yield (
        "<p>Not reported: the source does not say enough to judge, and an absent link then proves "
        "nothing.</p>"
    )


def relationships(report: Report) -> Iterator[str]:
    """Yield what relationships are said to do, and what stands behind each reading."""
    asked = report.roles_asked
    if asked is None:
        yield f"<p>The roles were not put to the test: {cut(report.roles_unasked or '', 300)}.</p>"
    else:
        marks = sum(answer.n_findings for answer in asked)
        if marks > _MARKED:
            yield (
                f"<p>The picture of these readings would hold {counted(marks, 'mark')}, more than can "
                f"be told apart ({_MARKED}); the table below says the same.</p>"
            )
        else:
            yield (
                '<div class="scroll figure" role="region" aria-label="Picture: what does the '
                f'relationship do?" tabindex="0">{asked.to_svg()}</div>'
            )
        yield table(
            "Five readings of a relationship, each with what stands behind it",
            ("Question", "Standing", "Studies", "Findings", "In words"),
            [
                (
                    cut(answer.question),
                    cut(answer.standing),
                    number(answer.n_studies),
                    number(answer.n_findings),
                    cut(answer.short(), 800),
                )
                for answer in asked
            ],
        )
    roles = report.roles()
    if roles:
        yield "<h3>Roles that studies claim</h3>"
        yield "<p>These are claims of the studies, not tests of ours.</p>"
        yield _directions(
            "Findings by the role they claim",
            "Role claimed",
            {
                f"{role.replace('_', ' ')} ({counted(len(claims), 'finding')})": tally(
                    claim.finding for claim in claims
                )
                for role, claims in roles.items()
            },
        )
    for role, claims in roles.items():
        items = "".join(
            f'<li><a href="#s-{report.place(claim.study_id)}">{said(claim.study_id)}</a>: '
            f"{folded(claim.said)}</li>"
            for claim in claims[:_MISMATCHES]
        )
        left = len(claims) - _MISMATCHES
        more = f"<p>and {number(left)} more, in the file to download</p>" if left > 0 else ""
        yield (
            f"<details><summary>Every claim: {role.replace('_', ' ')}</summary><ul>{items}</ul>"
            f"{more}</details>"
        )
    if report.relational:
        yield "<h3>Relational strategies in use</h3>"
        yield _directions(
            "Findings by relational strategy; bundles are counted, and credited to none of their parts",
            "Strategy",
            {
                f"{use.label} ({counted(len(use.study_ids), 'study', 'studies')})": use.findings
                for use in report.relational
            },
        )


def _directions(caption: str, head: str, lines: Mapping[str, Tally]) -> str:
    rows = [
        (cut(name), BASIS_WORDS[basis], *(number(counts.get(one, 0)) for one in DIRECTION_WORDS))
        for name, counted in lines.items()
        for basis, counts in counted.items()
    ]
    return table(caption, (head, "Basis", *DIRECTION_WORDS.values()), rows)


def equity(report: Report) -> Iterator[str]:
    """Yield what studies measure by group of people, with a plain warning where none does."""
    total = len(report.compendium)
    measured = {line.study_id for line in report.reach}
    if not measured:
        yield (
            '<p class="warning"><strong>Warning: no study of these reports a result by group of '
            "people.</strong> Who is reached and who is left out cannot be seen. That is unknown; it "
            "does not say that all were reached alike.</p>"
        )
    else:
        yield table(
            f"Measurements by group, from {len(measured)} of {total} studies; compare inside a study "
            "only",
            ("Study", "What", "Measured", "Group", "Value", "When"),
            [
                (
                    f'<a href="#s-{report.place(line.study_id)}">{said(line.study_id)}</a>',
                    cut(line.label),
                    cut(line.measurement.of),
                    cut(report.label(line.group)),
                    cut(line.value),
                    cut(line.measurement.time or "not said"),
                )
                for line in report.reach
            ],
        )
    if report.equity is not None and report.equity.gaps:
        yield table(
            "Gaps between groups of one study, in shares reached, with 95 % intervals",
            ("Study", "What", "From", "To", "Absolute gap", "Relative gap"),
            [
                (
                    f'<a href="#s-{report.place(gap.study)}">{said(gap.study)}</a>',
                    cut(f"{gap.label}: {gap.of}"),
                    cut(f"{gap.low.group} ({gap.low.share:.2f})"),
                    cut(f"{gap.high.group} ({gap.high.share:.2f})"),
                    _spanned(gap.absolute, gap.absolute_ci),
                    _spanned(gap.relative, gap.relative_ci),
                )
                for gap in report.equity.gaps
            ],
        )
    counts = Counter(code for study in report.compendium for code in study.equity)
    silent = sum(not study.equity for study in report.compendium)
    if counts:
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        yield table(
            "Groups that studies describe or divide their people by",
            ("Group", "Studies"),
            [
                *((cut(report.label(code)), number(count)) for code, count in ranked),
                ("(none named)", number(silent)),
            ],
        )
    if report.equity is not None and report.equity.unstudied:
        named = ", ".join(cut(one.label) for one in report.equity.unstudied)
        yield f"<p>Groups that no study names: {named}.</p>"


def _spanned(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "cannot be estimated"
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")


def methods(report: Report) -> str:
    """Return how things were counted, and what the reader must know of the data."""
    problems = report.problems
    compendium = report.compendium
    both = [note for note in report.barriers.notes if note in report.outcomes.notes]
    own = [
        (name, [note for note in table.notes if note not in both])
        for name, table in (
            ("Barriers and strategies", report.barriers),
            ("Strategies and outcomes", report.outcomes),
        )
    ]
    lines = [
        *(_sentence(note) for note in both),
        "Effects (against a comparator), associations, descriptions and assertions are never added "
        "together; the color and mark of a cell rest on its effects alone.",
        "Directions are counted, not weighed: a count says what was reported, not what works.",
        "Unknown, not reported and zero are three things, and each is named as what it is.",
        "Under a filter, studies, findings and marks are counted anew; pooled estimates are not, and "
        "stand in the lists over all studies.",
        f"Check of the records: {counted(len(problems.of('error')), 'error')}, "
        f"{counted(len(problems.of('warning')), 'warning')}, {counted(len(problems.of('info')), 'remark')}.",
        f"License: {cut(compendium.license or 'not stated', 300)}",
        f"Cite as: {cut(compendium.citation or 'not stated', 500)}",
    ]
    told = "".join(
        f"<h3>{name}</h3>{items(_sentence(note) for note in notes)}" for name, notes in own if notes
    )
    return f"{items(lines)}{told}"


def _sentence(note: str) -> str:
    return cut(note[:1].upper() + note[1:], 500) + "."
