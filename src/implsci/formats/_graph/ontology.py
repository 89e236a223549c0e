"""Classes of an ontology, whatever its syntax, on their way to the entries of a taxonomy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import Factory, define

from implsci.codes import is_code, slug
from implsci.errors import Fault, InvalidQueryError, InvalidTableError, UnknownNameError
from implsci.formats._graph.entries import (
    Entry,
    by_language,
    last_part,
    one_line,
    same_language,
    without_successor,
)
from implsci.formats._graph.rdf import Text
from implsci.formats._left import LeftOut, short
from implsci.names import close_names, fold
from implsci.taxonomy import Status
from implsci.taxonomy._typed import show

__all__ = ["Ontology", "OntologyClass", "to_entries"]

# The ids of the OBO world: BCIO_007010 at the end of an IRI, BCIO:007010 elsewhere.
_ID = re.compile(r"([A-Za-z][A-Za-z0-9.-]*)[_:]([A-Za-z0-9].*)")

_SHOWN: Final = 20
_MOST_STEPS: Final = 2_000_000


@define(kw_only=True)
class OntologyClass:
    """What an ontology says of a class, as far as a taxonomy can hold it.

    Attributes:
        iri: its IRI; its id in an OBO file.
        labels: its labels, in the order of the file.
        definitions: its definitions.
        synonyms: its other names, each with what it is besides a synonym, such as ``narrow``.
        parents: IRIs of the classes it is a subclass of.
        replaced_by: IRIs of what takes its place.
        deprecated: whether it is withdrawn.
    """

    iri: str
    labels: list[Text] = Factory(list)
    definitions: list[Text] = Factory(list)
    synonyms: list[tuple[Text, str]] = Factory(list)
    parents: list[str] = Factory(list)
    replaced_by: list[str] = Factory(list)
    deprecated: bool = False


@define(kw_only=True)
class Ontology:
    """An ontology as far as a taxonomy can hold it.

    Attributes:
        name: name of the file.
        classes: its classes by IRI, in the order of the file.
        left: what is left out.
        title: its title.
        edition: its version.
        license: its licence.
    """

    name: str
    classes: dict[str, OntologyClass] = Factory(dict)
    left: LeftOut = Factory(LeftOut)
    title: str | None = None
    edition: str | None = None
    license: str | None = None


def to_entries(
    ontology: Ontology,
    *,
    scheme: str,
    kind: str,
    root: str | None,
    prefixes: Sequence[str],
    language: str,
    status: Status,
) -> list[Entry]:
    """Return the classes below a root, and with certain ids, as entries.

    Args:
        ontology: the ontology.
        scheme: id of the taxonomy.
        kind: what its terms are.
        root: IRI, id, code or label of the class to keep with all below it; all classes where None.
        prefixes: beginnings of IRIs or prefixes of ids to keep; all where empty.
        language: the language to prefer.
        status: how far the terms were checked.

    Raises:
        UnknownNameError: there is no class of that root.
        InvalidQueryError: no class has one of the prefixes, or several classes are the root.
        InvalidTableError: classes without a label, each with its IRI.
    """
    kept = _kept(ontology, scheme, root, prefixes)
    left = ontology.left
    ways = _Ways(ontology, kept)
    faults: list[Fault] = []
    entries: list[Entry] = []
    for iri in kept:
        one = ontology.classes[iri]
        label, others = _label(one, language, left)
        if label is None:
            faults.append(Fault(short(iri), "a class without a label; expected an rdfs:label"))
            continue
        synonyms = [*others, *_synonyms(one, language, left)]
        entries.append(
            Entry(
                iri=iri,
                label=label,
                definition=_definition(one, language, left),
                synonyms=[name for name in dict.fromkeys(synonyms) if name != label],
                parents=list(ways.parents(one)),
                name=_name(iri, scheme),
                kind=kind,
                source=iri,
                status=status,
                replaced_by=next((other for other in one.replaced_by if other in kept), None),
            )
        )
    if faults:
        raise InvalidTableError(ontology.name, faults)
    return entries


def _kept(
    ontology: Ontology, scheme: str, root: str | None, prefixes: Sequence[str]
) -> dict[str, None]:
    """Return the IRIs of the classes to keep, in the order of the file."""
    classes = ontology.classes
    below = set(classes) if root is None else _below(classes, _found(classes, root, scheme))
    for prefix in prefixes:
        if not any(_has_prefix(iri, prefix) for iri in classes):
            counts = Counter(_id_prefix(iri) for iri in classes)
            listed = ", ".join(f"{name} ({count})" for name, count in counts.most_common(10))
            raise InvalidQueryError(f"prefix: no class has {show(prefix)}; there are {listed}")
    kept = {
        iri: None
        for iri in classes
        if iri in below and (not prefixes or any(_has_prefix(iri, text) for text in prefixes))
    }
    for iri in classes:
        if iri not in kept:
            ontology.left.many("classes", "outside of root and prefix", short(iri))
    successors = {iri: classes[iri].replaced_by for iri in kept if classes[iri].deprecated}
    for iri in without_successor(successors, kept):
        del kept[iri]
        ontology.left.one(short(iri), "deprecated, and no class that is kept takes its place")
    return kept


def _found(classes: Mapping[str, OntologyClass], root: str, scheme: str) -> str:
    """Return the IRI of the class that a text names."""
    if root in classes:
        return root
    local = _name(root, scheme)
    by_id = [iri for iri in classes if _name(iri, scheme) in (local, root)]
    wanted = fold(root)
    by_label = [
        iri
        for iri, one in classes.items()
        if wanted and any(fold(text.value) == wanted for text in one.labels)
    ]
    found = by_id or by_label
    if not found:
        labels = {text.value for one in classes.values() for text in one.labels}
        raise UnknownNameError("class", root, close_names(root, labels))
    if len(found) > 1:
        listed = ", ".join(map(short, found[:_SHOWN]))
        raise InvalidQueryError(f"root: {show(root)} is the name of several classes: {listed}")
    return found[0]


def _below(classes: Mapping[str, OntologyClass], root: str) -> set[str]:
    narrower: dict[str, list[str]] = {}
    for iri, one in classes.items():
        for parent in one.parents:
            narrower.setdefault(parent, []).append(iri)
    found = {root}
    todo = [root]
    while todo:
        for child in narrower.get(todo.pop(), ()):
            if child not in found:
                found.add(child)
                todo.append(child)
    return found


def _local(iri: str) -> str:
    """Return the id of a class: what an OBO file calls it, or the last part of its IRI."""
    return last_part(iri) if "/" in iri else iri


def _id_prefix(iri: str) -> str:
    found = _ID.fullmatch(_local(iri))
    return found[1] if found else short(iri)


def _has_prefix(iri: str, prefix: str) -> bool:
    return iri.startswith(prefix) or _id_prefix(iri) == prefix.rstrip("_:")


def _name(iri: str, scheme: str) -> str:
    """Return the name of a class's code: the number of its id where the scheme is its prefix."""
    local = _local(iri)
    found = _ID.fullmatch(local)
    if found:
        local = found[2] if slug(found[1]) == scheme else f"{found[1]}_{found[2]}"
    return local if is_code(f"{scheme}:{local}") else slug(local)


class _Ways:
    """Ways up from class to class over those that are not kept."""

    def __init__(self, ontology: Ontology, kept: Mapping[str, None]) -> None:
        self._ontology = ontology
        self._kept = kept
        self._steps = 0

    def parents(self, one: OntologyClass) -> Iterator[str]:
        """Yield the nearest classes above that are kept.

        Raises:
            InvalidTableError: the ways are too long, all in all.
        """
        seen: set[str] = set()
        stated = set(one.parents)
        todo = list(reversed(one.parents))
        while todo:
            parent = todo.pop()
            if parent in seen:
                continue
            seen.add(parent)
            if parent in self._kept:
                yield parent
                continue
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise InvalidTableError(
                    self._ontology.name,
                    [Fault(short(one.iri), "too much that is not kept stands above the classes")],
                )
            described = self._ontology.classes.get(parent)
            if parent in stated:
                what = "not kept" if described else "not described"
                self._ontology.left.many(
                    short(parent), f"a parent that is {what}; moved up from it", short(one.iri)
                )
            if described:
                todo += reversed(described.parents)


def _label(one: OntologyClass, language: str, left: LeftOut) -> tuple[str | None, list[str]]:
    """Return the label, and the further ones that are names too."""
    found = by_language(one.labels, language)
    if not found:
        return None, []
    spoken, same = next(iter(found.items()))
    if spoken and not same_language(spoken, language):
        left.value(
            f"rdfs:label@{spoken}",
            f"the label, since there is none in {language!r}",
            one.iri,
            same[0].value,
        )
    others = [one_line(text.value) for text in same[1:]]
    for tag, texts in found.items():
        for text in texts if tag != spoken else ():
            if not tag or same_language(tag, spoken or language):
                others.append(one_line(text.value))
            else:
                left.value(f"rdfs:label@{tag}", "not read", one.iri, text.value)
    return one_line(same[0].value), others


def _synonyms(one: OntologyClass, language: str, left: LeftOut) -> Iterable[str]:
    for text, nature in one.synonyms:
        if text.language and not same_language(text.language, language):
            left.value(f"synonym@{text.language}", "not read", one.iri, text.value)
        elif name := one_line(text.value):
            if nature:
                left.value(f"{nature} synonym", "kept as a plain synonym", one.iri, name)
            yield name


def _definition(one: OntologyClass, language: str, left: LeftOut) -> str:
    found = ""
    for tag, texts in by_language(one.definitions, language).items():
        for text in texts:
            if tag and not same_language(tag, language):
                left.value(f"definition@{tag}", "not read", one.iri, text.value)
            elif not found:
                found = text.value.strip()
            elif text.value.strip() != found:
                left.value("definition", "a further one, not read", one.iri, text.value)
    return found
