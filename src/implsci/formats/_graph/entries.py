"""From what another vocabulary says of a concept to a term: names, texts, places, faults."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import unquote

from attrs import Factory, define, frozen

from implsci.codes import Code, is_code, slug
from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.formats._graph.rdf import Text
from implsci.formats._left import LeftOut, short
from implsci.taxonomy import Facet, Status, Taxonomy, Term, TermRating
from implsci.taxonomy._typed import place, show

__all__ = [
    "WAYS",
    "About",
    "Entry",
    "NameWay",
    "by_language",
    "check_language",
    "last_part",
    "one_line",
    "same_language",
    "to_taxonomy",
    "without_successor",
]

NameWay: TypeAlias = Literal["notation", "iri", "label"]
"""Where the name of a code comes from: the notation, the IRI's last part, or the label's slug."""

WAYS: Final[tuple[NameWay, ...]] = get_args(NameWay)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@define(kw_only=True)
class Entry:
    """A concept on its way to a term; references are still IRIs.

    Attributes:
        iri: what it is called where it comes from.
        label: its label.
        definition: its definition, empty where there is none.
        synonyms: its other names.
        hidden: what people type who look for it.
        parents: IRIs of what is broader.
        notation: its published number.
        name: the name of its code where the file says it; None where it is to be made.
        kind: the part it can play.
        facets: further properties.
        ratings: what experts gave it.
        source: where it is published.
        status: how far it was checked.
        replaced_by: IRI of what takes its place.
    """

    iri: str
    label: str
    definition: str = ""
    synonyms: list[str] = Factory(list)
    hidden: list[str] = Factory(list)
    parents: list[str] = Factory(list)
    notation: str | None = None
    name: str | None = None
    kind: str = "term"
    facets: tuple[Facet, ...] = ()
    ratings: tuple[TermRating, ...] = ()
    source: str | None = None
    status: Status = "verified"
    replaced_by: str | None = None


@frozen(kw_only=True)
class About:
    """What is known of the vocabulary as a whole; see `Taxonomy`."""

    scheme: str
    title: str
    kind: str
    family: str = ""
    edition: str | None = None
    license: str | None = None
    citation: str | None = None


def to_taxonomy(
    file: str, about: About, entries: Sequence[Entry], ways: Iterable[str], left: LeftOut
) -> Taxonomy:
    """Give every entry its code, and make the taxonomy of them.

    Args:
        file: name of the file, for messages.
        about: the vocabulary as a whole.
        entries: its concepts, in the order of the file.
        ways: where names come from, tried one after the other.
        left: takes what cannot be kept.

    Raises:
        InvalidQueryError: a way that is none.
        InvalidTableError: an entry without a code, or what breaks a rule of taxonomies; all at
            once, each with its IRI.
    """
    names = _named(file, about.scheme, entries, _checked(ways), left)
    codes = {iri: Code(f"{about.scheme}:{name}") for iri, name in names.items()}
    origins: dict[str, str] = {code: iri for iri, code in codes.items()}
    terms = tuple(
        Term(
            code=codes[entry.iri],
            label=entry.label,
            definition=entry.definition,
            synonyms=tuple(entry.synonyms),
            hidden_labels=tuple(entry.hidden),
            broader=tuple(codes[parent] for parent in entry.parents),
            kind=entry.kind,
            notation=entry.notation,
            ratings=entry.ratings,
            facets=entry.facets,
            source=entry.source,
            status=entry.status,
            replaced_by=codes[entry.replaced_by] if entry.replaced_by else None,
        )
        for entry in entries
    )
    try:
        return Taxonomy(
            scheme=about.scheme,
            title=about.title,
            kind=about.kind,
            terms=terms,
            family=about.family,
            edition=about.edition,
            license=about.license,
            citation=about.citation,
        )
    except InvalidTableError as error:
        raise InvalidTableError(
            file, [_at_origin(fault, origins) for fault in error.faults]
        ) from None


def _at_origin(fault: Fault, origins: Mapping[str, str]) -> Fault:
    """Name the IRI in a fault whose path is a code, or a code, a dot and a field."""
    code, field = fault.path, ""
    while code and code not in origins:
        code, _, last = code.rpartition(".")
        field = f"{last}.{field}" if field else last
    if not code:
        return fault
    return Fault(short(origins[code]), f"{f'{field}: ' if field else ''}{fault.message}")


def _checked(ways: Iterable[str]) -> tuple[str, ...]:
    found = (ways,) if isinstance(ways, str) else tuple(ways)
    for way in found:
        if way not in WAYS:
            raise InvalidQueryError(f"names: expected any of {', '.join(WAYS)}, got {show(way)}")
    return found


def _named(
    file: str, scheme: str, entries: Sequence[Entry], ways: Sequence[str], left: LeftOut
) -> dict[str, str]:
    """Return the name of each entry's code by its IRI, no name twice."""
    names = {entry.iri: entry.name for entry in entries if entry.name is not None}
    taken = set(names.values())
    if len(taken) < len(names):
        raise InvalidTableError(file, _twice(scheme, names))
    todo = [entry for entry in entries if entry.name is None]
    for way in ways:
        wanted = _wanted(way, scheme, todo, entries)
        groups: dict[str, list[str]] = {}
        for iri, name in wanted.items():
            groups.setdefault(name, []).append(iri)
        for name, iris in groups.items():
            if len(iris) == 1 and name not in taken:
                names[iris[0]] = name
                taken.add(name)
            elif way == "notation":
                left.one(_listed(iris), f"the notation makes no code of its own: {name}")
        todo = [entry for entry in todo if entry.iri not in names]
    if todo:
        raise InvalidTableError(file, _unnamed(scheme, todo, ways))
    return names


def _wanted(
    way: str, scheme: str, todo: Sequence[Entry], entries: Sequence[Entry]
) -> dict[str, str]:
    """Return the name that each entry would have, but for those that would have none."""
    if way == "label":
        return _slugs(scheme, todo, entries)
    texts = {
        entry.iri: (entry.notation or "") if way == "notation" else last_part(entry.iri)
        for entry in todo
    }
    made = {iri: _name(scheme, text) for iri, text in texts.items()}
    return {iri: name for iri, name in made.items() if name}


def _name(scheme: str, text: str) -> str:
    """Return a text as the name of a code: as it is where that does, else its slug."""
    for name in (text, slug(text)):
        if is_code(f"{scheme}:{name}"):
            return name
    return ""


def _slugs(scheme: str, todo: Sequence[Entry], entries: Sequence[Entry]) -> dict[str, str]:
    """Return the slugs of labels; of two equal ones the parent's slug goes first.

    One without a parent stays bare.
    """
    labels = {entry.iri: entry.label for entry in entries}
    count: dict[str, int] = {}
    for entry in entries:
        count[slug(entry.label)] = count.get(slug(entry.label), 0) + 1
    found: dict[str, str] = {}
    for entry in todo:
        name = slug(entry.label)
        if count[name] > 1 and name and entry.parents:
            name = f"{slug(labels[entry.parents[0]])}-{name}"
        if is_code(f"{scheme}:{name}"):
            found[entry.iri] = name
    return found


def _twice(scheme: str, names: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the concepts that the file gives one code."""
    iris: dict[str, list[str]] = {}
    for iri, name in names.items():
        iris.setdefault(name, []).append(iri)
    for name, same in iris.items():
        if len(same) > 1:
            yield Fault(_listed(same), f"have one code, {place(f'{scheme}:{name}')}")


def _unnamed(scheme: str, todo: Sequence[Entry], ways: Sequence[str]) -> Iterator[Fault]:
    same: dict[tuple[str, ...], list[str]] = {}
    for entry in todo:
        tried = tuple(
            name for way in ways for name in _wanted(way, scheme, [entry], [entry]).values()
        )
        same.setdefault(tried, []).append(entry.iri)
    for tried, iris in same.items():
        if not tried:
            for iri in iris:
                yield Fault(
                    short(iri),
                    f"no code can be made from its {' or '.join(ways)}; expected Latin letters or "
                    "digits, at most 200 of them",
                )
        elif len(iris) == 1:
            yield Fault(short(iris[0]), f"the code {scheme}:{tried[-1]} is that of another concept")
        else:
            yield Fault(_listed(iris), f"have one code, {scheme}:{tried[-1]}")


def _listed(iris: Sequence[str]) -> str:
    shown = ", ".join(short(iri) for iri in iris[:5])
    return f"{shown} and {len(iris) - 5} more" if len(iris) > 5 else shown


def last_part(iri: str) -> str:
    """Return what stands behind the last ``#``, ``/`` or ``:`` of an IRI; nothing of a blank node."""
    if iri.startswith("_:"):
        return ""
    return unquote(re.split(r"[#/:]", iri.rstrip("#/"))[-1])


def one_line(text: str) -> str:
    """Return a name as others wrote it on one line, without blanks at its ends."""
    return " ".join(text.split()) if _CONTROL.search(text) else text.strip()


def check_language(language: str) -> None:
    """Check a language tag.

    Raises:
        InvalidQueryError: it is none.
    """
    if not _LANGUAGE.fullmatch(language):
        raise InvalidQueryError(f"language: expected a tag such as en, got {show(language)}")


def same_language(tag: str, other: str) -> bool:
    """Say whether two tags are of one language, whatever its variant."""
    return tag.lower().split("-")[0] == other.lower().split("-")[0]


def by_language(texts: Sequence[Text], language: str) -> dict[str, list[Text]]:
    """Sort literals by language, the one asked for first, then its variants, then none, then others.

    Args:
        texts: the literals.
        language: the language asked for, such as ``en``.
    """
    wanted = language.lower()

    def rank(tag: str) -> tuple[int, str]:
        if tag == wanted:
            return 0, tag
        if tag.split("-", maxsplit=1)[0] == wanted.split("-")[0]:
            return 1, tag
        return (3, tag) if tag else (2, tag)

    found: dict[str, dict[str, Text]] = {}
    for text in texts:
        found.setdefault(text.language, {}).setdefault(text.value, text)
    return {tag: list(found[tag].values()) for tag in sorted(found, key=rank)}


def without_successor(successors: Mapping[str, Sequence[str]], kept: Container[str]) -> list[str]:
    """Return what is withdrawn with nothing in its place, or only what is withdrawn likewise.

    Args:
        successors: what takes the place of each thing that is withdrawn.
        kept: all things there are.
    """
    replaces: dict[str, list[str]] = {}
    living: dict[str, int] = {}
    for iri, others in successors.items():
        inside = {other for other in others if other in kept}
        living[iri] = len(inside)
        for other in inside:
            replaces.setdefault(other, []).append(iri)
    found = [iri for iri, count in living.items() if not count]
    for iri in found:  # grows while it is walked over
        for before in replaces.get(iri, ()):
            living[before] -= 1
            if not living[before]:
                found.append(before)
    return found
