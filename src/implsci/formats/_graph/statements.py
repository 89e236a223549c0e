"""Statements on their way out: as Turtle and as JSON-LD, byte for byte the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from implsci.errors import InvalidQueryError
from implsci.taxonomy._typed import show

__all__ = [
    "Iri",
    "Literal",
    "Name",
    "Part",
    "Subject",
    "Value",
    "check_base",
    "to_jsonld",
    "to_turtle",
]


class Iri(NamedTuple):
    """A resource by its IRI.

    Attributes:
        text: the IRI in full.
    """

    text: str


class Name(NamedTuple):
    """A resource by the short name that a prefix gives it.

    Attributes:
        text: prefix, colon and name.
    """

    text: str


class Literal(NamedTuple):
    """A literal.

    Attributes:
        text: its text.
        language: its language tag, if any.
        datatype: its type as prefix, colon and name, if any.
    """

    text: str
    language: str = ""
    datatype: str = ""


class Part(NamedTuple):
    """A resource without a name of its own, inside another.

    Attributes:
        pairs: what is said of it.
    """

    pairs: Sequence[tuple[str, Sequence[Iri | Name | Literal]]]


Value: TypeAlias = Iri | Name | Literal | Part


class Subject(NamedTuple):
    """A resource and what is said of it.

    Attributes:
        iri: its IRI.
        pairs: properties (prefix, colon and name) with their values, ``rdf:type`` first.
    """

    iri: str
    pairs: Sequence[tuple[str, Sequence[Value]]]


# The characters that RFC 3987 keeps out of an IRI.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]*[/#]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_NEXT = ",\n        "
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def check_base(base: str) -> str:
    """Return the IRI that names are put behind.

    Raises:
        InvalidQueryError: it is no IRI that ends in a slash or a hash.
    """
    if not _IRI.fullmatch(base):
        raise InvalidQueryError(
            f"base: expected an IRI that ends in / or #, such as https://example.org/, got {show(base)}"
        )
    return base


def to_turtle(subjects: Iterable[Subject], prefixes: Mapping[str, str], own: str) -> Iterator[str]:
    """Yield the statements as Turtle.

    Args:
        subjects: resources and what is said of them.
        prefixes: IRIs by their prefix.
        own: the IRI that the empty prefix stands for.
    """
    yield f"@prefix : <{own}> .\n"
    for prefix, iri in prefixes.items():
        yield f"@prefix {prefix}: <{iri}> .\n"
    for subject in subjects:
        lines = " ;\n    ".join(
            f"{_verb(name)} {_NEXT.join(_turtle(value, own) for value in values)}"
            for name, values in subject.pairs
            if values
        )
        yield f"\n{_named(subject.iri, own)} {lines} .\n"


def _verb(name: str) -> str:
    return "a" if name == "rdf:type" else name


def _named(iri: str, own: str) -> str:
    name = iri.removeprefix(own)
    return f":{name}" if name != iri and _LOCAL.fullmatch(name) else f"<{iri}>"


def _turtle(value: Value, own: str) -> str:
    if isinstance(value, Iri):
        return _named(value.text, own)
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Part):
        inside = " ; ".join(
            f"{name} {', '.join(_turtle(own_value, own) for own_value in values)}"
            for name, values in value.pairs
            if values
        )
        return f"[ {inside} ]"
    text = f'"{_escaped(value.text)}"'
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^{value.datatype}" if value.datatype else text


def _escaped(text: str) -> str:
    """Return text that cannot end its quotes, with what does not print written as a number."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(
        _ESCAPES.get(letter) or (letter if letter.isprintable() else _number(letter))
        for letter in text
    )


def _number(letter: str) -> str:
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def to_jsonld(
    subjects: Iterable[Subject], prefixes: Mapping[str, str], language: str
) -> Iterator[str]:
    """Yield the statements as JSON-LD.

    Args:
        subjects: resources and what is said of them.
        prefixes: IRIs by their prefix.
        language: the language of text that has no other.
    """
    import json

    document = {
        "@context": {**prefixes, "@language": language},
        "@graph": [
            {"@id": subject.iri, **_object(subject.pairs, language)} for subject in subjects
        ],
    }
    yield json.dumps(document, ensure_ascii=False, indent=2)
    yield "\n"


def _object(pairs: Sequence[tuple[str, Sequence[Value]]], language: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, values in pairs:
        if name == "rdf:type":
            made: list[object] = [value.text for value in values if isinstance(value, Name)]
        else:
            made = [_json(value, language) for value in values]
        if made:
            key = "@type" if name == "rdf:type" else name
            found[key] = made[0] if len(made) == 1 else made
    return found


def _json(value: Value, language: str) -> object:
    if isinstance(value, (Iri, Name)):
        return {"@id": value.text}
    if isinstance(value, Part):
        return _object(value.pairs, language)
    if value.language:
        if value.language == language:
            return value.text
        return {"@value": value.text, "@language": value.language}
    typed = {"@type": value.datatype} if value.datatype else {}
    return {"@value": value.text, **typed}
