"""Relational options: what could be done about the tie itself, apart from every ranking.

No basis rates these actions. Three grounds are told apart, each weak in its own way: a crosswalk ties
the action to a strategy that a basis links to the barrier; studies of a compendium tried it against the
barrier; or a theory proposes that it builds relationships, and names no barrier at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from implsci.codes import Code, split
from implsci.mapping import Route
from implsci.matching.cells import MatchCell, Ranked
from implsci.matching.disagreeing import seen_in_words
from implsci.matching.names import is_provisional, label_of, taxonomy_of, term_of
from implsci.matching.report import Ask, BasisReport, Ground, RelationalOption
from implsci.matching.tables import Table, routes_between, tables
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, Term, TermMapping

__all__ = ["relational_notes", "relational_options"]


def __dir__() -> list[str]:
    return __all__


_RELATIONAL: Final = "relational"
_MATCHES: Final = ("exact", "close", "broad", "narrow", "related")


class _Tie(NamedTuple):
    mapping: TermMapping
    crosswalk: Crosswalk


class _Kept(NamedTuple):
    """What holds for every barrier: ties by the strategy they lead to, and what theory proposes."""

    ties: Mapping[Code, Sequence[_Tie]]
    proposed: tuple[RelationalOption, ...]


# Weak, so that what is kept goes when its registry does.
_KEPT: WeakKeyDictionary[Registry, _Kept] = WeakKeyDictionary()


def _kept(registry: Registry) -> _Kept:
    found = _KEPT.get(registry)
    if found is None:
        ties: dict[Code, list[_Tie]] = {}
        for crosswalk in registry.crosswalks():
            if crosswalk.subject_scheme == _RELATIONAL:
                for mapping in crosswalk.mappings:
                    ties.setdefault(mapping.object, []).append(_Tie(mapping, crosswalk))
        found = _KEPT[registry] = _Kept(ties, tuple(_proposed(ties, registry)))
    return found


def relational_options(
    reports: Sequence[BasisReport], registry: Registry
) -> tuple[RelationalOption, ...]:
    """Return relational actions: those tied to what a basis links, then tried ones, then theory's."""
    rated = [report for report in reports if report.kind != "observed"]
    observed = [report for report in reports if report.kind == "observed"]
    return (
        *_tied(rated, registry),
        *(option for report in observed for option in _tried(report, registry)),
        *_kept(registry).proposed,
    )


def relational_notes(
    options: Iterable[RelationalOption], barriers: Sequence[Code], registry: Registry
) -> tuple[str, ...]:
    """Return what a reader must know of the relational options."""
    notes = ["no basis rates these actions; each ground is weak in its own way"]
    if taxonomy_of(_RELATIONAL, registry) is None:
        return (*notes, "none is listed, since no taxonomy of relational actions is installed")
    if all(option.ground == "theoretical" for option in options):
        named = ", ".join(label_of(barrier, registry) for barrier in barriers)
        notes.append(f"nothing that was published or tried ties a relational action to {named}")
    return tuple(notes)


# ------------------------------------------------------------------------- tied to what is linked


def _tied(reports: Sequence[BasisReport], registry: Registry) -> Iterator[RelationalOption]:
    """Yield actions tied by a crosswalk to strategies that reach a level or are linked, best first."""
    ties = _kept(registry).ties
    best: dict[Code, tuple[float, _Tie, Ranked, MatchCell]] = {}
    for report in reports:
        for row in report.ranking:
            if row.strategy not in ties or (cell := _strongest(row)) is None:
                continue
            for tie in ties[row.strategy]:
                action, weight = tie.mapping.subject, cell.bounds[0]
                if action not in best or best[action][0] < weight:
                    best[action] = weight, tie, row, cell
    options = [
        (weight, _of_tie(tie, row, cell, registry)) for weight, tie, row, cell in best.values()
    ]
    options.sort(key=lambda pair: (-pair[0], pair[1].label, pair[1].strategy))
    return (option for _, option in options)


def _strongest(row: Ranked) -> MatchCell | None:
    reaching = [cell for cell in row.cells if cell.level is not None or cell.status == "link"]
    return max(reaching, key=lambda cell: (cell.level is not None, cell.bounds), default=None)


def _of_tie(tie: _Tie, row: Ranked, cell: MatchCell, registry: Registry) -> RelationalOption:
    mapping, crosswalk = tie
    barrier = label_of(cell.barrier, registry)
    if cell.percent is not None and cell.status is None:
        share = f"chosen by {cell.share} for {barrier}"
    elif cell.level is not None:
        share = f"known to reach level {cell.level} for {barrier}"
    else:
        share = f"which a basis links to {barrier}"
    if cell.via:
        share += f" (by way of {', '.join(route.object for route in cell.via)})"
    author = mapping.author or "an unnamed author"
    return _option(
        mapping.subject,
        crosswalk.name,
        "tied",
        f"{_word(mapping)} match of {row.label}, {share}; the tie was made by {author} "
        f"({crosswalk.status}), and the action itself was not rated",
        f"the strategy was {'rated' if cell.level is not None else 'linked'}, and the action only "
        "resembles it: nobody was asked whether the action suits the barrier",
        registry,
    )


def _word(mapping: TermMapping) -> str:
    return mapping.predicate.removeprefix("skos:").removesuffix("Match")


# ---------------------------------------------------------------------------------- tried in studies


def _tried(report: BasisReport, registry: Registry) -> Iterator[RelationalOption]:
    """Yield actions that studies tried against the barriers, by the report's own order."""
    for row in report.ranking:
        for action, route in _actions(row.strategy, registry):
            cells = [cell for cell in row.cells if cell.observed and cell.observed.study_ids]
            if not cells:
                continue
            tried = "; ".join(_tried_against(cell, registry) for cell in cells)
            way = (
                f"{row.label}, which {route.crosswalks[0]} ({route.status}) calls {route.match} to it: "
                if route
                else ""
            )
            yield _option(
                action,
                report.basis,
                "observed",
                f"{way}{tried}",
                "few studies are coded, and most findings stand on bundles of strategies; none is "
                "credited to the action, and what failed is published less often",
                registry,
            )


def _tried_against(cell: MatchCell, registry: Registry) -> str:
    assert cell.observed is not None
    studies = len(cell.observed.study_ids)
    found = seen_in_words(cell.observed) or "no finding on it alone or in a bundle is coded"
    return (
        f"tried against {label_of(cell.barrier, registry)} in {studies} "
        f"{'study' if studies == 1 else 'studies'} ({found})"
    )


def _actions(strategy: Code, registry: Registry) -> Iterator[tuple[Code, Route | None]]:
    """Yield the relational actions that a strategy is, itself or as an exact or close match."""
    if split(strategy)[0] == _RELATIONAL:
        yield strategy, None
        return
    term = term_of(strategy, registry)
    if term is not None:
        for route in routes_between(strategy, _RELATIONAL, registry):
            if route.match in ("exact", "close") and len(route.steps) == 1:
                yield route.object, route


# -------------------------------------------------------------------------------- proposed by theory


def _proposed(
    ties: Mapping[Code, Sequence[_Tie]], registry: Registry
) -> Iterator[RelationalOption]:
    """Yield actions that correspond to what a theory says builds relationships, the surest first."""
    found: list[tuple[tuple[int, str, str, str], RelationalOption]] = []
    for table in tables(registry):
        if table.links.kind == "theory":
            for code, relationship in _builds(table, registry).items():
                for tie in ties.get(code, ()):
                    option = _of_theory(tie, table, relationship, registry)
                    rank = _MATCHES.index(_word(tie.mapping))
                    found.append(((rank, option.label, option.strategy, option.basis), option))
    yield from (option for _, option in sorted(found, key=lambda pair: pair[0]))


def _builds(table: Table, registry: Registry) -> Mapping[Code, Term]:
    """Return what a theory links to a kind of relationship, and to which."""
    return {
        link.source: term
        for link in table.links.links
        if link.status == "link"
        and (term := term_of(link.target, registry)) is not None
        and term.kind == "relationship"
    }


def _of_theory(tie: _Tie, table: Table, relationship: Term, registry: Registry) -> RelationalOption:
    mapping, crosswalk = tie
    onward = [
        label_of(link.target, registry)
        for link in table.links.links
        if link.source == relationship.code and link.status == "link"
    ]
    then = f", and these to raise {', '.join(onward)}" if onward else ""
    return _option(
        mapping.subject,
        table.links.basis,
        "theoretical",
        f"{_word(mapping)} match of {label_of(mapping.object, registry)} by {crosswalk.name} "
        f"({crosswalk.status}), which {table.links.basis} proposes to build {relationship.label}{then}",
        "a theory of change: proposed, not tested here, and it names no barrier",
        registry,
    )


# ------------------------------------------------------------------------------------ what they share


def _option(
    action: Code, basis: str, ground: Ground, because: str, weakness: str, registry: Registry
) -> RelationalOption:
    return RelationalOption(
        strategy=action,
        label=label_of(action, registry),
        basis=basis,
        because=because,
        provisional=is_provisional(action, registry),
        ground=ground,
        weakness=weakness,
        asks=_asks(term_of(action, registry)),
    )


def _asks(term: Term | None) -> tuple[Ask, ...]:
    """Return what an action asks of each party, by its definition and the facet ``direction``."""
    if term is None:
        return ()
    act = term.definition.split(". ")[0].rstrip(".")
    direction = term.facet("direction")
    if "mutual" in direction:
        partner = "the same in turn, and the time for it; done by one side alone it does not count"
    elif "one-way" in direction:
        partner = "to be there for it, and no like act in return"
    else:
        partner = "not said: the taxonomy tells no direction"
    return Ask(of="supporter", what=act), Ask(of="partner", what=partner)
