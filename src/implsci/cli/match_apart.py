"""The parts of a match that stand apart from the rankings, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from implsci._wording import counted
from implsci.cli.output import paragraph, plain, width
from implsci.errors import UnknownNameError
from implsci.matching import (
    BasisReport,
    Disagreement,
    Edition,
    Facilitator,
    MatchReport,
    Observed,
    RelationalOption,
)
from implsci.plugins import Registry
from implsci.synthesis import DIRECTIONS

__all__ = [
    "FEW",
    "chains",
    "disagreements",
    "facilitators",
    "observed",
    "relational",
    "set_aside",
    "title",
]

FEW = 3  # of what takes several lines each
_NAMED = 5  # of what takes a name each
_KINDS = {
    "endorsement": "expert endorsement",
    "theory": "theory",
    "coding": "coding of interventions",
    "observed": "observed evidence",
}
_GROUNDS = {
    "tied": "Tied by a crosswalk to a strategy that a basis speaks for",
    "observed": "Tried in studies of the compendium",
    "theoretical": "Proposed by theory, which names no barrier",
}


def title(basis: BasisReport) -> Iterator[str]:
    """Yield what a basis is: its kind, source, editions, and how far it was checked."""
    yield from _jointed(f"{plain(basis.basis)}: {_KINDS[basis.kind]}")
    if basis.source:
        yield paragraph(basis.source, 2)
    where = basis.speaks_of and basis.leads_to
    says = [
        f"From {_editions(basis.speaks_of)} to {_editions(basis.leads_to)}" if where else "",
        basis.status or "",
    ]
    if any(says):
        yield paragraph("; ".join(filter(None, says)), 2, 2)


def _jointed(name: str) -> Iterator[str]:
    """Yield a heading in lines that fit, broken at the joints of a chain's name where it is long."""
    line = ""
    for part in re.split(r"(?<=[>+:])(?=\S)", name):
        if line.strip() and len(line) + len(part) > width():
            yield line
            line = "  "
        line += part
    yield line


def _editions(editions: Sequence[Edition]) -> str:
    return ", ".join(
        f"{one.scheme} (edition {one.edition})"
        if one.edition and not one.scheme.endswith(one.edition)
        else one.scheme
        for one in editions
    )


def set_aside(basis: BasisReport) -> Iterator[str]:
    """Yield the strategies that the constraints rule out, with the reasons."""
    if basis.set_aside:
        yield paragraph("Set aside, since something known conflicts with what there is:", 2, 2)
    for one in basis.set_aside:
        yield paragraph(f"{one.label}: {one.because} [{one.source}]", 4, 2)


# --------------------------------------------------------------------------------- chains of theory


def chains(found: Sequence[BasisReport], limit: int | None) -> Iterator[str]:
    """Yield chains of theory in brief, those that link something first."""
    yield paragraph(
        "Chains of theory, apart: reasons to consider a strategy, no evidence that it works. "
        "--theory ranks each.",
        hang=2,
    )
    told = sorted(found, key=lambda chain: not any(row.linked for row in chain.ranking))
    for chain in told[:limit]:
        _, way, bases = chain.basis.split(":", 2)
        linked = [row.label for row in chain.ranking if row.linked]
        weak = [row.label for row in chain.ranking if any(cell.chain for cell in row.cells)]
        said = _named("linked", linked) if linked else _named("only weakly led to", weak)
        where = f"{' > '.join(way.split('>'))}, by {', '.join(bases.split('+'))}, {chain.status}"
        yield paragraph(f"{where}: {said}", 2, 2)
    if limit is not None and len(found) > limit:
        yield paragraph(f"{len(found) - limit} more chains; --theory shows all", 2)


def _named(how: str, labels: Sequence[str]) -> str:
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return f"{how}: {', '.join(labels[:_NAMED])}{more}"


# ---------------------------------------------------------------------------------- what studies saw


def observed(
    basis: BasisReport, known: Registry, limit: int | None, *, single: bool, by_ratings: bool
) -> Iterator[str]:
    """Yield what studies saw, a strategy after the other; rated ones also where none was tried."""
    yield from title(basis)
    tried = [row for row in basis.ranking if any(cell.told for cell in row.cells)]
    if not tried:
        it = "it" if single else "any of them"
        yield paragraph(f"No strategy is known to have been tried against {it} in a study.", 2)
    if by_ratings:
        yield paragraph(f"Order: {basis.order}", 2, 2)
    for text in basis.notes:
        yield paragraph(f"Note: {text}", 2, 2)
    listed = [
        (rank, row)
        for rank, row in enumerate(basis.ranking, 1)
        if limit is None or row in tried or row.rated is not None
    ][:limit]
    for rank, row in listed:
        rated = "" if row.rated is None else f", rated {row.rated}"
        yield paragraph(f"{rank}. {row.shown} ({row.strategy}){rated}", 2, 3)
        for cell in row.cells:
            if cell.told and cell.observed is not None and cell.same_as is None:
                against = "" if single else f"against {known.term(cell.barrier).label}: "
                yield paragraph(f"{against}{_seen(cell.observed, known)}", 5, 2)
        if not any(cell.told for cell in row.cells):
            yield paragraph("unknown: no study is known to have tried it", 5, 2)
    shown = {row.strategy for _, row in listed}
    if more := sum(row.strategy not in shown for row in tried):
        yield paragraph(
            f"{more} more {'was' if more == 1 else 'were'} tried; --limit 0 shows all", 2
        )
    beside = sum(
        not any(cell.told for cell in row.cells) and any(cell.observed for cell in row.cells)
        for row in basis.ranking
    )
    if beside:
        yield paragraph(
            f"{counted(beside, 'strategy occurs', 'strategies occur')} in studies with the barrier, "
            "with no word on what for; --format json lists them",
            2,
        )
    yield from set_aside(basis)


def _seen(seen: Observed, known: Registry) -> str:
    places = "; ".join(
        ", ".join(f"{_label(where, known)} {count}" for where, count in counts.items())
        for counts in (seen.sectors, seen.countries)
        if counts
    )
    found = "; ".join(
        f"{basis}: " + ", ".join(f"{own[way]} {way.replace('_', ' ')}" for way in ways)
        for basis, own in seen.by_basis.items()
        if (ways := [way for way in DIRECTIONS if own.get(way)])
    )
    parts = [
        f"tried in {counted(len(seen.study_ids), 'study', 'studies')}"
        + (f" ({places})" if places else ""),
        f"beside it in {len(seen.beside_ids)}" if seen.beside_ids else "",
        f"findings by basis: {found}" if found else "no finding is coded",
        f"{seen.bundled} on bundles, credited to no single strategy" if seen.bundled else "",
        *(
            f"pooled {one.metric} {one.value:.2f} ({one.ci_low:.2f} to {one.ci_high:.2f}), k = {one.k}"
            for one in seen.estimates
        ),
    ]
    return ". ".join(part for part in parts if part)


# ------------------------------------------------------------------------------- apart from rankings


def _label(code: str, known: Registry) -> str:
    """Return a term's label, or what stands there where it is no code of an installed taxonomy."""
    try:
        return known.term(code).label if ":" in code else code
    except UnknownNameError:
        return code


def disagreements(
    found: Sequence[Disagreement], known: Registry, limit: int | None
) -> Iterator[str]:
    """Yield the pairs on which bases differ."""
    yield "Where the bases disagree"
    for one in found[:limit]:
        says = "; ".join(f"{basis} says {what}" for basis, what in one.says.items())
        pair = f"{_label(one.strategy, known)} for {_label(one.barrier, known)}"
        yield paragraph(f"{pair}: {says}", 2, 2)
    if limit is not None and len(found) > limit:
        yield paragraph(f"{len(found) - limit} more; --limit 0 shows all", 2)


def facilitators(found: Sequence[Facilitator], limit: int | None) -> Iterator[str]:
    """Yield what could be built on."""
    yield paragraph(
        "What could be built on (inferred: the bases were asked about barriers)", hang=2
    )
    for one in found:
        ties = [
            f"{tie.label} ({tie.basis}: {tie.share or tie.status or f'level {tie.level}'})"
            for tie in one.ties[:limit]
        ]
        if limit is not None and len(one.ties) > limit:
            ties.append(f"{len(one.ties) - limit} more")
        said = "; ".join(ties) or "no basis ties a strategy to it"
        yield paragraph(f"{one.label} ({one.code}): {said}", 2, 2)


def relational(report: MatchReport, limit: int | None, *, brief: bool) -> Iterator[str]:
    """Yield the relational options by their ground; in brief, those of theory by name alone."""
    yield "Relational options, apart: no basis rates them"
    for text in report.relational_notes[1:]:
        yield paragraph(text, 2, 2)
    for ground, title in _GROUNDS.items():
        options = [option for option in report.relational if option.ground == ground]
        if options:
            weak = dict.fromkeys(option.weakness for option in options)
            yield paragraph(f"{title}. Weak: {'; or '.join(weak)}.", 2, 2)
        if ground == "theoretical" and brief:
            yield paragraph("; ".join(_named_by_basis(options)), 4, 2)
            continue
        for option in options[:limit]:
            yield from _option(option)
        if limit is not None and len(options) > limit:
            yield paragraph(f"{len(options) - limit} more; --limit 0 shows all", 4)


def _named_by_basis(options: Sequence[RelationalOption]) -> Iterator[str]:
    for basis in dict.fromkeys(option.basis for option in options):
        labels = [option.shown for option in options if option.basis == basis]
        yield f"{basis}: {', '.join(labels)}; --limit 0 tells why, and what each asks"


def _option(option: RelationalOption) -> Iterator[str]:
    yield paragraph(f"{option.shown} ({option.strategy})", 4, 2)
    yield paragraph(f"{option.because} [{option.basis}]", 6)
    asks = "; ".join(f"of the {ask.of}: {plain(ask.what)}" for ask in option.asks)
    if asks:
        yield paragraph(f"Asks {asks}.", 6)
