"""Crosswalks: statements that terms of two schemes correspond (SSSOM)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from attrs import frozen

from implsci.codes import Code, is_code, split
from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy.terms import Status

__all__ = ["Crosswalk", "Predicate", "TermMapping"]


def __dir__() -> list[str]:
    return __all__


Predicate = Literal[
    "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"
]

_INVERSE: Final[Mapping[Predicate, Predicate]] = {
    "skos:exactMatch": "skos:exactMatch",
    "skos:closeMatch": "skos:closeMatch",
    "skos:broadMatch": "skos:narrowMatch",
    "skos:narrowMatch": "skos:broadMatch",
    "skos:relatedMatch": "skos:relatedMatch",
}


@frozen(kw_only=True)
class TermMapping:
    """One statement that a term of one scheme corresponds to a term of another (SSSOM).

    Attributes:
        subject: the code mapped from.
        predicate: how they correspond; ``skos:broadMatch`` says that the object is the wider one.
        object: the code mapped to.
        justification: how the mapping was arrived at, in SSSOM's words (semapv).
        confidence: how sure its author is, 0 to 1; None where not said.
        author: who made it.
        source: where it is published.

    Examples:
        >>> TermMapping(
        ...     subject="a:x", predicate="skos:broadMatch", object="b:y"
        ... ).inverse().predicate
        'skos:narrowMatch'
    """

    subject: Code
    predicate: Predicate
    object: Code
    justification: str = "semapv:ManualMappingCuration"
    confidence: float | None = None
    author: str | None = None
    source: str | None = None

    def inverse(self) -> TermMapping:
        """Return the same statement read from the other side."""
        return TermMapping(
            subject=self.object,
            predicate=_INVERSE[self.predicate],
            object=self.subject,
            justification=self.justification,
            confidence=self.confidence,
            author=self.author,
            source=self.source,
        )


@frozen(kw_only=True)
class Crosswalk:
    """All mappings from one scheme to another that one author made.

    Attributes:
        name: its id.
        subject_scheme: the scheme mapped from.
        object_scheme: the scheme mapped to.
        title: its name in full.
        mappings: the statements.
        status: how far it was checked.
        license: its licence as far as known.
        citation: where it is published.

    Raises:
        InvalidTableError: a mapping of other schemes, of a term to itself, given twice, with an
            unknown predicate or a confidence out of 0 to 1.

    Examples:
        >>> Crosswalk(
        ...     name="a-to-b",
        ...     subject_scheme="a",
        ...     object_scheme="b",
        ...     title="A to B",
        ...     mappings=(
        ...         TermMapping(subject="a:x", predicate="skos:closeMatch", object="b:y"),
        ...     ),
        ... ).mappings[0].object
        'b:y'
    """

    name: str
    subject_scheme: str
    object_scheme: str
    title: str
    mappings: tuple[TermMapping, ...]
    status: Status = "verified"
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        seen: set[tuple[str, str, str]] = set()
        for index, mapping in enumerate(self.mappings):
            place = f"mappings[{index}]"
            for code, scheme in (
                (mapping.subject, self.subject_scheme),
                (mapping.object, self.object_scheme),
            ):
                if not is_code(code) or split(code)[0] != scheme:
                    faults.append(Fault(place, f"expected a code of {scheme!r}, got {code!r}"))
            if mapping.subject == mapping.object:
                faults.append(Fault(place, f"maps {mapping.subject!r} to itself"))
            if mapping.predicate not in _INVERSE:
                faults.append(Fault(place, f"unknown predicate {mapping.predicate!r}"))
            if mapping.confidence is not None and not 0 <= mapping.confidence <= 1:
                faults.append(Fault(place, f"confidence {mapping.confidence} is not within 0 to 1"))
            key = (mapping.subject, mapping.predicate, mapping.object)
            if key in seen:
                faults.append(Fault(place, f"{mapping.subject} to {mapping.object} stands twice"))
            seen.add(key)
        if faults:
            raise InvalidTableError(f"crosswalk {self.name!r}", faults)
