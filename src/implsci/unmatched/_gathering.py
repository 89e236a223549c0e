"""Which nodes no term fits, and why each counts as such."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from implsci.codes import split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.model._node import Node
from implsci.names import close_names
from implsci.plugins import Registry

__all__ = ["KINDS", "REASONS", "Found", "Reason", "gather", "kinds_asked", "reasons_asked"]

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "barrier": "barriers",
        "strategy": "strategies",
        "mechanism": "mechanisms",
        "relationship": "relationships",
        "outcome": "outcomes",
        "setting": "settings",
        "arm": "arms",
        "actor": "actors",
    }
)
"""The kinds of node, each with the field of a study that holds them.

Examples:
    >>> KINDS["strategy"]
    'strategies'
"""

Reason: TypeAlias = Literal["uncoded", "other_scheme", "no_term_found"]
"""Why a node counts as unmatched; `REASONS` says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(Reason)
    ('uncoded', 'other_scheme', 'no_term_found')
"""

REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        "uncoded": "without any code",
        "other_scheme": "with codes, none of them of the scheme asked for",
        "no_term_found": "a coder looked and found no term that fits",
    }
)
"""The reasons in words; a node may have the last beside any other, or beside a settled code.

Examples:
    >>> REASONS["uncoded"]
    'without any code'
"""

_DEFAULT: Final = ("barrier", "strategy")


class Found(NamedTuple):
    """A node with its study, and why it counts as unmatched: not at all where there is no reason."""

    study: Study
    node: Node
    reasons: tuple[Reason, ...]


def kinds_asked(
    kinds: str | Iterable[str] | None, scheme: str | None, registry: Registry
) -> tuple[str, ...]:
    """Return the kinds of node to look at.

    Raises:
        UnknownNameError: there is no such kind.
        InvalidQueryError: none is named, or the scheme has no terms for any.
    """
    if kinds is None:
        if scheme is None:
            return _DEFAULT
        own = {term.kind for term in registry.taxonomy(scheme).terms}
        found = tuple(kind for kind in KINDS if kind in own)
        if not found:
            raise InvalidQueryError(
                f"{scheme} has terms of kind {', '.join(sorted(own))}, which no node of a study "
                f"is; name the kinds to look at: {', '.join(KINDS)}"
            )
        return found
    named = tuple(dict.fromkeys([kinds] if isinstance(kinds, str) else kinds))
    for kind in named:
        if kind not in KINDS:
            raise UnknownNameError("kind", kind, close_names(kind, KINDS) or tuple(KINDS))
    if not named:
        raise InvalidQueryError(f"kinds: expected at least one of {', '.join(KINDS)}")
    return named


def reasons_asked(because: str | Iterable[str] | None) -> tuple[Reason, ...]:
    """Return the reasons that count.

    Raises:
        UnknownNameError: there is no such reason.
        InvalidQueryError: none is named.
    """
    named = (
        tuple(REASONS) if because is None else [because] if isinstance(because, str) else because
    )
    wanted = set(named)
    for reason in sorted(wanted - set(REASONS)):
        raise UnknownNameError("reason", reason, close_names(reason, REASONS) or tuple(REASONS))
    if not wanted:
        raise InvalidQueryError(f"because: expected at least one of {', '.join(REASONS)}")
    return tuple(reason for reason in REASONS if reason in wanted)


def gather(study: Study, kind: str, scheme: str | None) -> Iterator[Found]:
    """Yield every node of one kind, with the reasons for which it counts as unmatched."""
    nodes: Collection[Node] = getattr(study, KINDS[kind])
    for node in nodes:
        yield Found(study, node, tuple(_reasons(node, scheme)))


def _reasons(node: Node, scheme: str | None) -> Iterator[Reason]:
    if not node.codes:
        yield "uncoded"
    elif scheme is not None and all(split(code)[0] != scheme for code in node.codes):
        yield "other_scheme"
    if any(coding.code is None and coding.of in (None, "codes") for coding in node.codings):
        yield "no_term_found"
