"""From what a caller asks for, bases by name or in hand, to the tools of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from implsci.codes import Code, split
from implsci.errors import InvalidQueryError
from implsci.mismatch.case import Tools, tools_of
from implsci.mismatch.rules import RULES, Rule
from implsci.model import Study
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["AskedBasis", "asked_rules", "asked_tools", "mute_bases"]

AskedBasis: TypeAlias = str | LinkSet | Iterable[str | LinkSet] | None
"""A basis by name or in hand, several, or None for every one that plugins bring.

Examples:
    >>> asked: AskedBasis = ["waltz-2019", "metz-2022"]
"""


def asked_tools(basis: AskedBasis, registry: Registry) -> Tools:
    """Return the tools over the bases asked for.

    Raises:
        UnknownNameError: no plugin brings a basis of that name; close names are suggested.
        InvalidQueryError: something that is no basis, or no basis at all.
    """
    if basis is None:
        return tools_of(registry)
    several = [basis] if isinstance(basis, (str, LinkSet)) else list(basis)
    if not several:
        raise InvalidQueryError("expected at least one basis, or None for all, got none")
    found: dict[str, LinkSet] = {}
    for one in several:
        if not isinstance(one, (str, LinkSet)):
            raise InvalidQueryError(f"expected a basis or its name, got {type(one).__name__}")
        links = registry.links(one) if isinstance(one, str) else one
        if found.setdefault(links.basis, links) is not links:
            raise InvalidQueryError(
                f"two bases are called {links.basis}; expected one of each name"
            )
    if all(isinstance(one, str) for one in several):
        return tools_of(registry, tuple(found))
    return Tools(registry, found.values())


def asked_rules(rules: Iterable[Rule] | None) -> Sequence[Rule]:
    """Return the rules asked for, those of the library where none are.

    Raises:
        InvalidQueryError: something that is no rule, a rule without a kind or a function, or two
            rules of one kind.
    """
    if rules is None:
        return RULES
    several = tuple(rules)
    for one in several:
        if not isinstance(one, Rule):
            raise InvalidQueryError(f"expected a Rule, got {type(one).__name__}")
        if not (isinstance(one.kind, str) and one.kind.strip()):
            raise InvalidQueryError(f"expected a rule with a kind in words, got {one.kind!r}")
        if not callable(one.find):
            raise InvalidQueryError(
                f"rule {one.kind!r}: expected a function as its find, got {type(one.find).__name__}"
            )
    kinds = [one.kind for one in several]
    twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if twice:
        raise InvalidQueryError(f"expected one rule a kind, got several of {', '.join(twice)}")
    return several


def mute_bases(study: Study, tools: Tools, *, strict: bool) -> tuple[str, ...]:
    """Return which of the bases asked know nothing of the taxonomies of a study's barriers.

    Raises:
        InvalidQueryError: none of them knows anything, if `strict`.
    """
    codes = {code for barrier in study.barriers for code in barrier.codes}
    if not codes:
        return ()
    bases = tools.evidence.bases
    mute = [basis for basis in bases if not tools.evidence.speaks_of(basis, codes)]
    if strict and len(mute) == len(bases):
        spoken = _schemes(code for basis in mute for code in basis.sources + basis.targets)
        raise InvalidQueryError(
            f"{' and '.join(tools.names)}: speaks of terms of {spoken}, and the barriers of "
            f"{study.id} are coded in {_schemes(codes)}; no crosswalk leads from these to those but "
            "by a related match, which carries nothing"
        )
    return tuple(basis.basis for basis in mute)


def _schemes(codes: Iterable[Code]) -> str:
    return ", ".join(sorted({split(code)[0] for code in codes}))
