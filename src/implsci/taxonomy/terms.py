"""Terms: the entries of a taxonomy."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.codes import Code, split
from implsci.taxonomy._typed import hold

__all__ = ["Facet", "Status", "Term", "TermRating"]


def __dir__() -> list[str]:
    return __all__


Status = Literal["verified", "derived", "provisional"]
"""Read in the source; worked out from what was read; or from memory or thin evidence."""


@frozen(kw_only=True)
class TermRating:
    """What experts or readers gave a term on a scale, such as importance.

    Attributes:
        name: what was rated.
        value: the mean rating.
        scale_min: lowest value possible.
        scale_max: highest value possible.
        n: how many rated; None where not printed.
        source: where it is published.

    Examples:
        >>> TermRating(name="importance", value=4.6, scale_min=1, scale_max=5).value
        4.6
    """

    name: str
    value: float
    scale_min: float | None = None
    scale_max: float | None = None
    n: int | None = None
    source: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "rating", self.name)


@frozen(kw_only=True)
class Facet:
    """A named property of a term that is no hierarchy, such as ``direction`` one-way or mutual.

    Attributes:
        name: the property.
        value: its value.

    Examples:
        >>> Facet(name="direction", value="mutual").value
        'mutual'
    """

    name: str
    value: str

    def __attrs_post_init__(self) -> None:
        hold(self, "facet", self.name)


@frozen(kw_only=True)
class Term:
    """One entry of a taxonomy.

    Attributes:
        code: its permanent name, ``scheme:name``.
        label: the publisher's label.
        definition: what it means, in our own words.
        synonyms: spelling variants and everyday names of the same thing.
        broader: codes of the terms it belongs under.
        kind: the part it can play in a study, such as ``strategy``; ``group`` for a heading.
        notation: the number or letter it was published with.
        ratings: what experts gave it; missing is normal.
        facets: further properties; a name may repeat.
        source: where it is published.
        status: how far it was checked against its source.
        replaced_by: code of the term that takes its place.
        hidden_labels: what people type who look for it without knowing its name; searched, never
            shown (``skos:hiddenLabel``).

    Raises:
        InvalidTableError: a value of another type than its annotation, such as one text where a
            tuple of them is due. What the values say is checked by the taxonomy that holds it.

    Examples:
        >>> Term(code="eric:facilitation", label="Facilitation", definition="Help.").kind
        'term'
    """

    code: Code
    label: str
    definition: str
    synonyms: tuple[str, ...] = ()
    broader: tuple[Code, ...] = ()
    kind: str = "term"
    notation: str | None = None
    ratings: tuple[TermRating, ...] = ()
    facets: tuple[Facet, ...] = ()
    source: str | None = None
    status: Status = "verified"
    replaced_by: Code | None = None
    hidden_labels: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        hold(self, "term", self.code)

    @property
    def scheme(self) -> str:
        """The scheme it belongs to."""
        return split(self.code)[0]

    @property
    def shown(self) -> str:
        """The label as people should see it, marked where it is from memory or thin evidence."""
        return f"{self.label} (provisional)" if self.status == "provisional" else self.label

    @property
    def names(self) -> tuple[str, ...]:
        """The label and every synonym."""
        return (self.label, *self.synonyms)

    def facet(self, name: str) -> tuple[str, ...]:
        """Return the values of a facet, none where it has none."""
        return tuple(facet.value for facet in self.facets if facet.name == name)

    def _repr_html_(self) -> str:
        from implsci.notebook import card  # only a notebook needs it

        fields = ("definition", "synonyms", "broader", "kind", "notation", "source", "replaced_by")
        return card(f"{self.code}: {self.shown}", [(name, getattr(self, name)) for name in fields])
