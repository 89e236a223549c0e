"""Terms and taxonomies made from columns, in a tenth of the time that a loop over rows needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import fields

from implsci.taxonomy.schemes import Taxonomy, grouped
from implsci.taxonomy.terms import Term

__all__ = ["make_taxonomy", "make_terms"]

_SET: Final = {field.name: vars(Term)[field.name].__set__ for field in fields(Term)}


def make_terms(columns: Mapping[str, Sequence[object]]) -> tuple[Term, ...]:
    """Return the terms whose fields stand in columns, one for every field of `Term`.

    The types are not checked: whoever calls this makes each column from text, of the right type.
    """
    new = Term.__new__
    terms = tuple([new(Term) for _ in columns["code"]])
    for name, setter in _SET.items():
        _exhaust(map(setter, terms, columns[name]))
    return terms


def make_taxonomy(
    values: Mapping[str, object],
    terms: tuple[Term, ...],
    labels: Sequence[str],
    synonyms: Sequence[str],
) -> Taxonomy:
    """Return a taxonomy that was found sound before, from its values and the folded names of its terms.

    Nothing is checked: whoever calls this knows that it was made from a sound taxonomy.
    """
    taxonomy = Taxonomy.__new__(Taxonomy)
    owners = [term for term in terms for _ in term.synonyms]
    vars(taxonomy).update(
        values,
        terms=terms,
        _by_label=grouped(labels, terms),
        _by_synonym=grouped(synonyms, owners),
    )
    return taxonomy


def _exhaust(calls: Iterable[object]) -> None:
    deque(calls, maxlen=0)
