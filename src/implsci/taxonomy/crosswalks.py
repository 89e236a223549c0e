"""Crosswalks: statements that terms of two schemes correspond (SSSOM)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, get_args

from attrs import frozen

from implsci.codes import Code, is_code, is_scheme, split
from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy._typed import hold, unclean
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

    Raises:
        InvalidTableError: a value of another type than its annotation. What the values say is
            checked by the crosswalk that holds it.

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

    def __attrs_post_init__(self) -> None:
        hold(self, "mapping of", self.subject)

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
        unmatched: codes of either scheme that were looked at and have no counterpart in the other.
            A code that stands neither here nor in a mapping was not looked at.
        status: how far it was checked.
        license: its licence as far as known.
        citation: where it is published.

    Raises:
        InvalidTableError: a value of another type than its annotation; a malformed scheme; an
            unknown status; control characters; a mapping of other schemes, of a term to itself,
            given twice, with an unknown predicate or a confidence out of 0 to 1; an unmatched code
            of another scheme, given twice, or mapped all the same.

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
    unmatched: tuple[Code, ...] = ()
    status: Status = "verified"
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "crosswalk", self.name)
        faults = list(unclean(self))
        faults += (
            Fault(field, f"expected lower-case letters, digits, hyphens: {scheme!r}")
            for field in ("subject_scheme", "object_scheme")
            if not is_scheme(scheme := getattr(self, field))
        )
        if self.status not in get_args(Status):
            faults.append(Fault("status", f"expected one of {', '.join(get_args(Status))}"))
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
            faults += (fault.under(place) for fault in unclean(mapping))
            key = (mapping.subject, mapping.predicate, mapping.object)
            if key in seen:
                faults.append(
                    Fault(place, f"{mapping.subject!r} to {mapping.object!r} stands twice")
                )
            seen.add(key)
        faults += self._unmatched_faults()
        if faults:
            raise InvalidTableError(f"crosswalk {self.name!r}", faults)

    def _unmatched_faults(self) -> Iterator[Fault]:
        mapped = {code for mapping in self.mappings for code in (mapping.subject, mapping.object)}
        seen: set[str] = set()
        for index, code in enumerate(self.unmatched):
            place = f"unmatched[{index}]"
            schemes = (self.subject_scheme, self.object_scheme)
            if not is_code(code) or split(code)[0] not in schemes:
                yield Fault(place, f"expected a code of {' or '.join(schemes)}, got {code!r}")
            if code in mapped:
                yield Fault(place, f"{code!r} has a mapping all the same")
            if code in seen:
                yield Fault(place, f"{code!r} stands twice")
            seen.add(code)
