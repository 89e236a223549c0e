"""Chains of theory: from a barrier, over what theory says of it, to strategies.

The Behavior Change Wheel goes from the domain of a barrier to a part of COM-B and on to intervention
functions and policy categories (Michie 2011, doi:10.1186/1748-5908-6-42). Work on mechanisms of action
says which mechanisms a technique works through (Carey 2019, doi:10.1093/abm/kay078): read backward it
goes from a domain to techniques. A theory of trust says what precedes a trusting relationship (Metz
2022, doi:10.3389/frhs.2022.894599). No name of these stands in the code: any basis of kind ``theory``,
any basis of coded text and any crosswalk of the registry is walked by the same rules
(`implsci.matching._chains`).

A chain is a reason to consider a strategy, and no evidence that it works: that links which were each
made apart also hold in a row is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from implsci.codes import Code
from implsci.matching._chains import MAX_PATHS, MAX_STEPS, End, Found, Held, Theory, Way, theory_of
from implsci.matching._common import edition_of, settled, unknown_cell
from implsci.matching.names import label_of, worst
from implsci.matching.report import BasisReport, ChainStep, MatchCell, Ranked
from implsci.plugins import Registry

__all__ = ["MAX_PATHS", "MAX_STEPS", "paths_of", "theory_chains"]


def __dir__() -> list[str]:
    return __all__


_ORDER: Final = (
    "by how many of the barriers asked it is linked to, then by the steps of its shortest chain, "
    "then by label"
)
# A link that is known to stand in print and that no plugin brings: from, to, and where it stands.
_MISSING: Final = (
    (
        "bcw",
        "bct-v1",
        "which techniques suit which intervention function stands in a book (Michie, Atkins & West "
        "2014, The Behaviour Change Wheel) and in no basis installed: techniques are reached by way "
        "of mechanisms of action only",
    ),
)


def theory_chains(barriers: tuple[Code, ...], registry: Registry) -> tuple[BasisReport, ...]:
    """Return the strategies that chains of theory lead to from some barriers.

    A chain has at most one leg that takes the barrier to a term that theory speaks of: up to the term
    that its own scheme of theory puts it under, then over text coded to both, then over crosswalks, as
    `Registry.map` composes them. Then come one to `MAX_STEPS` steps of theory. It ends at terms of
    kind ``strategy``, never comes to one code twice, and goes no further from a step that is no link.

    Args:
        barriers: codes of the barriers asked.
        registry: holds the bases, crosswalks and taxonomies.

    Returns:
        One report for each way over schemes and bases, named by them as in
        ``chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions``: competing chains are never
        added together. A way of one step of theory read forward says what its basis says by itself.
        Nothing where no theory speaks of the barriers. In a report

        - a cell is a ``link`` where every step of a chain is one, over crosswalks to the same term or
          a wider one; a chain with a ``non-link``, ``no-evidence`` or ``inconclusive`` step says so,
          the first two only of the same term; one over text coded to both, or a narrower or related
          match, has no status, since what theory says of a part it does not say of the whole;
        - `MatchCell.chain` holds every step of every chain, one chain after the other, links and
          short ones first (`paths_of` parts them). Their number is shown and is no evidence;
        - `BasisReport.status` is that of the basis or crosswalk checked least.

    Raises:
        InvalidQueryError: no barrier is asked.
        UnknownNameError: an installed taxonomy has no such barrier.

    Examples:
        >>> from implsci import registry
        >>> reports = {one.basis: one for one in theory_chains(("tdf-v2:knowledge",), registry())}
        >>> report = reports["chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions"]
        >>> [row.label for row in report.ranking if row.linked]
        ['Education', 'Enablement', 'Training']
        >>> [step.target for step in report.ranking[0].cells[0].chain]
        ['com-b:psychological-capability', 'bcw:education']
    """
    asked = settled(barriers, registry)
    theory = theory_of(registry)
    found = [theory.chains(barrier, registry) for barrier in asked]
    unknown = tuple(unknown_cell(barrier) for barrier in asked)
    ways = {way for one in found for way in one.chains}
    blank: dict[Code, Ranked] = {}
    return tuple(
        _report(way, found, unknown, blank, theory, registry)
        for way in sorted(ways, key=lambda way: (len(way.bases), way.schemes, way.bases))
    )


def paths_of(cell: MatchCell) -> tuple[tuple[ChainStep, ...], ...]:
    """Return the chains of a cell, each with its steps, links and short ones first.

    Args:
        cell: a cell of a report that `theory_chains` made.

    Examples:
        >>> from implsci import registry
        >>> (report,) = theory_chains(("trust:commitment",), registry())
        >>> len(paths_of(report.ranking[0].cells[0]))
        3
    """
    starts = [at for at, step in enumerate(cell.chain) if step.source == cell.barrier]
    return tuple(cell.chain[start:end] for start, end in pairwise([*starts, len(cell.chain)]))


def _report(
    way: Way,
    found: Sequence[Found],
    unknown: tuple[MatchCell, ...],
    blank: dict[Code, Ranked],
    theory: Theory,
    registry: Registry,
) -> BasisReport:
    reached: dict[Code, list[tuple[int, Held]]] = {}
    for index, one in enumerate(found):
        for strategy, held in one.chains.get(way, {}).items():
            reached.setdefault(strategy, []).append((index, held))
    rated: list[tuple[tuple[int, int, int], Ranked]] = []
    last: list[Ranked] = []
    ends = theory.ends(way, registry)  # by label, which a stable sort keeps
    for number, end in enumerate(ends):
        if own := reached.get(end.code):
            cells = [*unknown]
            for index, held in own:
                cells[index] = held.cell
            linked = sum(held.cell.status == "link" for _, held in own)
            fewest = min(held.fewest for _, held in own)
            known = sum(held.cell.status is not None for _, held in own)
            rated.append(((-linked, fewest, number), _ranked(end, tuple(cells), known)))
        else:
            if end.code not in blank:
                blank[end.code] = _ranked(end, unknown, 0)
            last.append(blank[end.code])
    ranking = (*(row for _, row in sorted(rated, key=lambda row: row[0])), *last)
    all_held = [held for own in reached.values() for _, held in own]
    return BasisReport(
        basis=f"chain:{'>'.join(way.schemes)}:{'+'.join(way.bases)}",
        kind="theory",
        source=theory.citations(way),
        known=sum(held.cell.status is not None for held in all_held),
        possible=len(ranking) * len(unknown),
        ranking=ranking,
        notes=tuple(_notes(way, found, all_held, theory, unknown, registry)),
        speaks_of=(edition_of(way.schemes[0], registry),),
        leads_to=(edition_of(way.schemes[-1], registry),),
        status=worst(held.checked for held in all_held),
        order=_ORDER,
        unrated=len(last),
    )


def _ranked(end: End, cells: tuple[MatchCell, ...], known: int) -> Ranked:
    return Ranked(
        strategy=end.code,
        label=end.label,
        total=None,
        total_low=0,
        total_high=100 * len(cells),
        known=known,
        of=len(cells),
        cells=cells,
        provisional=end.provisional,
    )


def _notes(
    way: Way,
    found: Sequence[Found],
    held: Sequence[Held],
    theory: Theory,
    unknown: Sequence[MatchCell],
    registry: Registry,
) -> Iterator[str]:
    yield (
        "a chain of theory is a reason to consider a strategy, and no evidence that it works; that "
        "links made apart hold in a row is assumed"
    )
    backward = [basis for basis in way.bases if basis in theory.backward]
    if backward:
        yield (
            f"{' and '.join(backward)} is read backward: it says what a strategy works through, not "
            "which strategy to take"
        )
    paths = sum(one.paths for one in held)
    if paths > len(held):
        yield (
            f"{paths} chains lead to {len(held)} cells; a further chain between the same ends is no "
            "further evidence"
        )
    without = sum(one.cell.status is None for one in held)
    if without:
        yield (
            f"{without} of {len(held)} cells have no status: what leads there goes over a narrower or "
            "related match or text coded to both, which is no link"
        )
    for target, further, words in _MISSING:
        if way.schemes[-1] in (target, further) and not theory.links(target, further):
            yield words
    stopped = [
        label_of(cell.barrier, registry)
        for one, cell in zip(found, unknown, strict=True)
        if one.stopped
    ]
    if stopped:
        yield f"only the first {MAX_PATHS} paths were followed, the shortest first: {', '.join(stopped)}"
