"""Which bases a match rests on."""

from __future__ import annotations

from collections.abc import Iterable

from implsci.codes import Code, split
from implsci.errors import InvalidQueryError
from implsci.matching.names import taxonomy_of
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["chosen_bases", "speaks"]


def __dir__() -> list[str]:
    return __all__


def chosen_bases(
    basis: str | Iterable[str] | None, barriers: tuple[Code, ...], registry: Registry
) -> tuple[list[LinkSet], list[LinkSet]]:
    """Return the bases to rank, and those that speak of the barriers but lead to no strategies."""
    if basis is None:
        speaking = [
            links
            for links in registry.bases()
            if any(barrier in links.sources for barrier in barriers)
        ]
        to_strategies = [links for links in speaking if _leads_to_strategies(links, registry)]
        return to_strategies, [links for links in speaking if links not in to_strategies]
    named = [registry.links(name) for name in ([basis] if isinstance(basis, str) else basis)]
    for links in named:
        if not any(barrier in links.sources for barrier in barriers):
            schemes = sorted({split(source)[0] for source in links.sources})
            raise InvalidQueryError(
                f"basis {links.basis} does not speak of {', '.join(barriers)}; "
                f"it speaks of {len(links.sources)} terms of {', '.join(schemes)}"
            )
    return named, []


def _leads_to_strategies(links: LinkSet, registry: Registry) -> bool:
    """Say whether what a basis leads to are strategies, as far as the taxonomies can tell."""
    kinds = {
        term.kind
        for scheme in {split(target)[0] for target in links.targets}
        if (taxonomy := taxonomy_of(scheme, registry)) is not None
        for target in links.targets
        if (term := taxonomy.get(target)) is not None
    }
    return not kinds or "strategy" in kinds


def speaks(links: LinkSet, barrier: Code) -> bool:
    """Say whether a basis knows anything of a barrier."""
    return any(link.source == barrier for link in links.links)
