"""What every question to a casebook starts from: its records of a class, terms that are one, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from implsci.casebook import Casebook
from implsci.errors import InvalidQueryError
from implsci.model.documents import Document
from implsci.model.evidence import Citation
from implsci.names import fold

__all__ = ["hold_pairs", "listed", "of_class", "same_term", "source_of"]

D = TypeVar("D", bound=Document)

_AMERICAN: Final = re.compile(r"(?<=[a-z])iz(?=(?:e|ed|er|ers|es|ing|ation|ations|ational)\b)")

_MOST_PAIRS: Final = 1_000_000


def same_term(text: str) -> str:
    """Return what two spellings of one term share: case, hyphens, and -ize for -ise aside.

    Examples:
        >>> same_term("Knowledge Mobilization") == same_term("knowledge mobilisation")
        True
        >>> same_term("co-production") == same_term("coproduction")
        False
    """
    return _AMERICAN.sub("is", fold(text))


def of_class(records: Casebook | Iterable[Document], kind: type[D], what: str) -> tuple[D, ...]:
    """Return the records of one class.

    Raises:
        InvalidQueryError: there is none.
    """
    found = tuple(record for record in records if isinstance(record, kind))
    if not found:
        raise InvalidQueryError(f"there is no {what} to ask; expected at least one")
    return found


def hold_pairs(what: str, groups: Iterable[int], instead: str) -> None:
    """Refuse more pairs than fit in the memory of a small machine.

    Args:
        what: what is set against each other.
        groups: how many there are of those that are set against one another.
        instead: what to ask for, to have fewer.

    Raises:
        InvalidQueryError: there are more.
    """
    sizes = list(groups)
    pairs = sum(size * (size - 1) // 2 for size in sizes)
    if pairs > _MOST_PAIRS:
        raise InvalidQueryError(
            f"{sum(sizes):,} {what} make {pairs:,} pairs; expected at most {_MOST_PAIRS:,}: {instead}"
        )


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them."""
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def source_of(citation: Citation | None) -> str | None:
    """Return where something stands, in the shortest form that finds it."""
    if citation is None:
        return None
    if citation.doi:
        return f"doi:{citation.doi}"
    return (
        citation.url or citation.text or citation.container or ", ".join(citation.authors) or None
    )
