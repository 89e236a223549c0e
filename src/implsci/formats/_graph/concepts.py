"""Concepts of SKOS, read from a graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast, get_args

from attrs import evolve

from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.formats._graph.entries import (
    About,
    Entry,
    by_language,
    last_part,
    one_line,
    same_language,
    without_successor,
)
from implsci.formats._graph.rdf import Graph, Text
from implsci.formats._graph.vocab import (
    ADMS,
    DC,
    DCTERMS,
    NAMESPACE,
    OWL,
    RDF,
    RDFS,
    SKOS,
    SKOSXL,
    VERSION,
    XSD,
)
from implsci.formats._left import LeftOut, short
from implsci.taxonomy import Facet, Status, TermRating
from implsci.taxonomy._typed import show

__all__ = ["Reader", "chosen_scheme"]

_TYPE = f"{RDF}type"
_SCHEME = f"{SKOS}ConceptScheme"
_IN_SCHEME = (f"{SKOS}inScheme", f"{SKOS}topConceptOf")
_TOP = f"{SKOS}hasTopConcept"
_BROADER = f"{SKOS}broader"
_NARROWER = f"{SKOS}narrower"
_PREFERRED = f"{SKOS}prefLabel"
_ALTERNATIVE = f"{SKOS}altLabel"
_HIDDEN = f"{SKOS}hiddenLabel"
_REPLACED = f"{DCTERMS}isReplacedBy"
_SHOWN = 20
_SILENT_TYPES = (f"{SKOS}Concept", _SCHEME, f"{OWL}NamedIndividual", f"{OWL}Thing")


def chosen_scheme(graph: Graph, wanted: str | None) -> str | None:
    """Return the concept scheme to read; None where the file has none.

    Raises:
        InvalidQueryError: it has several and none is wanted, or not the one wanted.
    """
    found = dict.fromkeys(graph.instances(_SCHEME))
    for subject in graph:
        for link in _IN_SCHEME:
            found.update(dict.fromkeys(graph.resources(subject, link)))
        if graph.nodes(subject, _TOP):
            found[subject] = None
    listed = ", ".join(short(iri) for iri in list(found)[:_SHOWN]) or "none"
    if len(found) > _SHOWN:
        listed += " and others"
    if wanted is not None and wanted not in found:
        raise InvalidQueryError(
            f"concept_scheme: {show(wanted)} is not in {graph.name}; its concept schemes: {listed}"
        )
    if wanted is None and len(found) > 1:
        raise InvalidQueryError(
            f"{graph.name} has {len(found)} concept schemes; name one with concept_scheme: {listed}"
        )
    return wanted or next(iter(found), None)


class Reader:
    """Reads one concept scheme of a graph, and notes what it does not read.

    Args:
        graph: the graph.
        scheme: IRI of the concept scheme; None where there is none.
        language: the language to prefer.
        status: how far terms were checked, where the graph does not say.

    Attributes:
        left: what is not read.

    Raises:
        InvalidTableError: no concept, or a later release of implsci wrote the file.
    """

    def __init__(self, graph: Graph, scheme: str | None, language: str, status: Status) -> None:
        self.left = LeftOut()
        self._graph = graph
        self._scheme = scheme
        self._language = language
        self._status: Status = status
        self._own = self._is_own()
        self._read: set[str] = set()  # subjects of which all is read or noted
        self._faults: list[Fault] = []
        self._concepts = self._members()
        self._below = self._inverse()
        self._drop_deprecated()

    def _is_own(self) -> bool:
        """Say whether `write_skos` wrote the scheme."""
        versions = self._graph.texts(self._scheme or "", f"{NAMESPACE}version")
        if versions and versions[0].value != str(VERSION):
            raise InvalidTableError(
                self._graph.name,
                [
                    Fault(
                        short(self._scheme or ""),
                        f"version {show(versions[0].value)} of the implsci namespace; expected "
                        f"{VERSION}, or a newer implsci",
                    )
                ],
            )
        return bool(versions)

    def _members(self) -> dict[str, None]:
        """Return the concepts of the scheme; those that name no scheme are of the only one."""
        graph = self._graph
        concepts = graph.instances(f"{SKOS}Concept")
        if not concepts and self._scheme is None:
            raise InvalidTableError(
                graph.name, [Fault("", f"no skos:Concept among {len(graph)} statements")]
            )
        tops = set(graph.resources(self._scheme or "", _TOP))
        several = len(graph.instances(_SCHEME)) > 1
        found: dict[str, None] = {}
        for concept in concepts:
            schemes = [iri for link in _IN_SCHEME for iri in graph.resources(concept, link)]
            if (
                self._scheme is None
                or self._scheme in schemes
                or concept in tops
                or not (schemes or several)
            ):
                found[concept] = None
            else:
                self._read.add(concept)
                where = short(schemes[0]) if schemes else "skos:inScheme"
                what = "concepts of another scheme" if schemes else "concepts of no scheme"
                self.left.many(where, what, short(concept))
        return found

    def _inverse(self) -> dict[str, list[str]]:
        """Return what is broader than a concept because it calls it narrower."""
        found: dict[str, list[str]] = {}
        for concept in self._concepts:
            for below in self._graph.resources(concept, _NARROWER):
                found.setdefault(below, []).append(concept)
                if below not in self._concepts:
                    self.left.many(
                        "skos:narrower",
                        "leads to no concept that is read",
                        f"{short(below)} of {short(concept)}",
                    )
        return found

    def _drop_deprecated(self) -> None:
        """Leave out what is deprecated and has nothing in its place."""
        graph = self._graph
        successors = {
            concept: graph.resources(concept, _REPLACED)
            for concept in self._concepts
            if any(graph.says(concept, f"{OWL}deprecated", word) for word in ("true", "1"))
        }
        for concept in without_successor(successors, self._concepts):
            del self._concepts[concept]
            self._read.add(concept)
            self.left.one(short(concept), "deprecated, and no concept that is read takes its place")

    def about(self, given: About) -> About:
        """Return what is known of the vocabulary: what was given, else what the graph says."""
        iri = self._scheme
        if iri is None:
            return evolve(given, title=given.title or given.scheme)
        self._read.add(iri)
        title = self._first(
            given.title or None, f"{DCTERMS}title", f"{DC}title", _PREFERRED, f"{RDFS}label"
        )
        kind = self._first(None, f"{NAMESPACE}kind")
        family = self._first(given.family or None, f"{NAMESPACE}family") or ""
        if not given.family and last_part(iri) != given.scheme:
            family = ""  # it is that of the scheme which the file was written for
        about = About(
            scheme=given.scheme,
            title=given.scheme if title is None else self._line(title),
            kind=given.kind if kind is None else kind,
            family=family,
            edition=self._first(given.edition, f"{DCTERMS}hasVersion", f"{OWL}versionInfo"),
            license=self._first(given.license, f"{DCTERMS}license", f"{DCTERMS}rights"),
            citation=self._first(
                given.citation, f"{DCTERMS}source", f"{DCTERMS}bibliographicCitation"
            ),
        )
        self._note(
            iri,
            _TYPE, _TOP, f"{NAMESPACE}version", f"{NAMESPACE}kind", f"{NAMESPACE}family",
            f"{DCTERMS}title", f"{DC}title", _PREFERRED, f"{RDFS}label",
            f"{DCTERMS}hasVersion", f"{OWL}versionInfo", f"{DCTERMS}license", f"{DCTERMS}rights",
            f"{DCTERMS}source", f"{DCTERMS}bibliographicCitation",
        )  # fmt: skip
        return about

    def _first(self, given: str | None, *properties: str) -> str | None:
        """Return what was given, else the first value that the scheme has; note the others."""
        assert self._scheme is not None
        found = given
        for name in properties:
            texts = self._graph.texts(self._scheme, name)
            sorted_texts = [
                text.value for same in by_language(texts, self._language).values() for text in same
            ]
            for value in (*sorted_texts, *self._graph.resources(self._scheme, name)):
                if found is None:
                    found = value
                elif value != found:
                    self.left.value(short(name), "not read", self._scheme, value)
        return found

    def _line(self, text: str) -> str:
        return text if self._own else one_line(text)

    def entries(self, kind: str) -> list[Entry]:
        """Return the concepts.

        Args:
            kind: what a concept is that does not say it.

        Raises:
            InvalidTableError: lists every concept without a label or with two.
        """
        found = [self._entry(concept, kind) for concept in self._concepts]
        if self._faults:
            raise InvalidTableError(self._graph.name, self._faults)
        notations = Counter(entry.notation for entry in found if entry.notation is not None)
        for entry in found:
            if entry.notation is not None and notations[entry.notation] > 1:
                self.left.many(
                    "skos:notation",
                    f"{show(entry.notation)} is that of several concepts, so it is left out",
                    short(entry.iri),
                )
                entry.notation = None
        return found

    def _entry(self, iri: str, kind: str) -> Entry:
        graph = self._graph
        label, others, spoken = self._label(iri)
        synonyms = others + self._names(iri, _ALTERNATIVE, spoken)
        hidden = self._names(iri, _HIDDEN, spoken)
        if not self._own:
            synonyms = [name for name in dict.fromkeys(synonyms) if name != label]
            hidden = [name for name in dict.fromkeys(hidden) if name not in (label, *synonyms)]
        entry = Entry(
            iri=iri,
            label=label,
            definition=self._definition(iri, spoken),
            synonyms=synonyms,
            hidden=hidden,
            parents=self._parents(iri),
            notation=self._single(iri, f"{SKOS}notation"),
            name=self._name(iri),
            kind=self._single(iri, f"{NAMESPACE}kind") or kind,
            facets=tuple(self._facets(iri)),
            ratings=tuple(self._ratings(iri)),
            source=self._source(iri),
            status=self._status_of(iri),
            replaced_by=self._replacement(iri),
        )
        for other in graph.types(iri):
            if other not in _SILENT_TYPES:
                self.left.many(f"rdf:type {short(other)}", "not read", short(iri))
        self._note(
            iri,
            _TYPE, _TOP, *_IN_SCHEME, _PREFERRED, _ALTERNATIVE, _HIDDEN, f"{SKOS}definition",
            f"{SKOS}scopeNote", f"{SKOS}notation", _BROADER, _NARROWER, f"{DCTERMS}source",
            f"{ADMS}status", f"{OWL}deprecated", _REPLACED, f"{NAMESPACE}kind", f"{NAMESPACE}facet",
            f"{NAMESPACE}rating",
        )  # fmt: skip
        self._read.add(iri)
        return entry

    def _name(self, iri: str) -> str | None:
        if not self._own:
            return None
        start = f"{self._scheme}/"
        return iri.removeprefix(start) if iri.startswith(start) else last_part(iri)

    def _label(self, iri: str) -> tuple[str, list[str], str]:
        """Return the label, the preferred labels in variants of its language, and the language."""
        found = by_language(self._graph.texts(iri, _PREFERRED), self._language)
        if not found:
            xl = self._graph.nodes(iri, f"{SKOSXL}prefLabel")
            hint = "; that in SKOS-XL is not read" if xl else ""
            self._faults.append(Fault(short(iri), f"has no skos:prefLabel{hint}"))
            return "", [], ""
        spoken, same = next(iter(found.items()))
        if len(same) > 1:
            shown = ", ".join(show(text.value) for text in same)
            self._faults.append(
                Fault(
                    short(iri),
                    f"has {len(same)} preferred labels in one language, expected one: {shown}",
                )
            )
        others: list[str] = []
        for language, texts in found.items():
            if language == spoken:
                continue
            for text in texts:
                if same_language(language, spoken) or not language:
                    others.append(self._line(text.value))
                else:
                    self.left.value(f"skos:prefLabel@{language}", "not read", iri, text.value)
        if spoken and not same_language(spoken, self._language):
            self.left.value(
                f"skos:prefLabel@{spoken}",
                f"the label, since there is none in {self._language!r}",
                iri,
                same[0].value,
            )
        return self._line(same[0].value), others, spoken

    def _names(self, iri: str, kind: str, spoken: str) -> list[str]:
        """Return the names of a kind that are in the language of the label; note the others."""
        found: list[str] = []
        for text in self._graph.texts(iri, kind):
            if not text.language or same_language(text.language, spoken or self._language):
                found.append(self._line(text.value))
            else:
                where = f"{short(kind)}@{text.language}"
                self.left.value(where, "not read", iri, text.value)
        return [name for name in found if name.strip()] if not self._own else found

    def _definition(self, iri: str, spoken: str) -> str:
        """Return the definition in the language of the label, else the scope note; note all others."""
        chosen = ""
        for name in (f"{SKOS}definition", f"{SKOS}scopeNote"):
            texts = self._graph.texts(iri, name)
            for node in self._graph.resources(iri, name):
                inside = self._graph.texts(node, f"{RDF}value")
                texts += inside
                if inside:
                    self._read.add(node)
                    self._note(node, f"{RDF}value", _TYPE)
                else:
                    self.left.value(short(name), "not read", iri, short(node))
            for language, same in by_language(texts, self._language).items():
                for text in same:
                    value = text.value if self._own else text.value.strip()
                    foreign = language and not same_language(language, spoken or self._language)
                    if not chosen and value and not foreign:
                        chosen = value
                    elif value != chosen:
                        where = f"{short(name)}@{language}" if language else short(name)
                        self.left.value(where, "not read", iri, value)
        return chosen

    def _parents(self, iri: str) -> list[str]:
        stated = self._graph.resources(iri, _BROADER)
        for parent in stated:
            if parent not in self._concepts:
                self.left.one(short(iri), f"broader {short(parent)} is no concept that is read")
        found = dict.fromkeys([*stated, *self._below.get(iri, [])])
        return [parent for parent in found if parent in self._concepts]

    def _single(self, iri: str, name: str) -> str | None:
        """Return the first text of a property; note the others."""
        text = self._one(iri, name)
        return None if text is None else self._line(text.value)

    def _one(self, iri: str, name: str) -> Text | None:
        texts = self._graph.texts(iri, name)
        for text in texts[1:]:
            if text != texts[0]:
                self.left.value(short(name), "not read", iri, text.value)
        for node in self._graph.resources(iri, name):
            self.left.value(short(name), "not read", iri, node)
        return texts[0] if texts else None

    def _facets(self, iri: str) -> Iterable[Facet]:
        for node in self._graph.resources(iri, f"{NAMESPACE}facet"):
            name = self._inside(iri, node, "name")
            value = self._inside(iri, node, "value")
            if name is not None and value is not None:
                yield Facet(name=name, value=value)
            self._read.add(node)
            self._note(node, f"{NAMESPACE}name", f"{NAMESPACE}value")

    def _ratings(self, iri: str) -> Iterable[TermRating]:
        for node in self._graph.resources(iri, f"{NAMESPACE}rating"):
            name = self._inside(iri, node, "name")
            value = self._number(iri, node, "value")
            n = self._number(iri, node, "n")
            if value is None or (n is not None and not isinstance(n, int)):
                self._faults.append(Fault(short(iri), "expected a rating with a number of its own"))
            elif name is not None:
                source = self._one(node, f"{DCTERMS}source")
                yield TermRating(
                    name=name,
                    value=value,
                    scale_min=self._number(iri, node, "scaleMin"),
                    scale_max=self._number(iri, node, "scaleMax"),
                    n=n,
                    source=None if source is None else source.value,
                )
            self._read.add(node)
            known = ("name", "value", "scaleMin", "scaleMax", "n")
            self._note(node, f"{DCTERMS}source", *(f"{NAMESPACE}{word}" for word in known))

    def _inside(self, iri: str, node: str, word: str) -> str | None:
        text = self._one(node, f"{NAMESPACE}{word}")
        if text is None:
            self._faults.append(
                Fault(short(iri), f"expected a facet or rating with implsci:{word}")
            )
            return None
        return text.value

    def _number(self, iri: str, node: str, word: str) -> float | None:
        text = self._one(node, f"{NAMESPACE}{word}")
        if text is None:
            return None
        try:
            return int(text.value) if text.datatype == f"{XSD}integer" else float(text.value)
        except ValueError:
            self._faults.append(
                Fault(short(iri), f"implsci:{word}: expected a number, got {show(text.value)}")
            )
            return None

    def _source(self, iri: str) -> str | None:
        nodes = self._graph.nodes(iri, f"{DCTERMS}source")
        values = [node.value if isinstance(node, Text) else node for node in nodes]
        if self._own:
            return "; ".join(dict.fromkeys(values)) if values else None
        given = [one_line(value) for value in values]
        if not iri.startswith("_:"):
            given.append(iri)
        return "; ".join(dict.fromkeys(given)) or None

    def _status_of(self, iri: str) -> Status:
        found: Status = self._status
        for node in self._graph.nodes(iri, f"{ADMS}status"):
            word = node.removeprefix(NAMESPACE) if isinstance(node, str) else node.value
            if isinstance(node, str) and node != word and word in get_args(Status):
                found = cast("Status", word)
            else:
                self.left.value("adms:status", "not read", iri, word)
        return found

    def _replacement(self, iri: str) -> str | None:
        stated = self._graph.resources(iri, _REPLACED)
        found = [other for other in stated if other in self._concepts]
        for other in stated:
            if other not in found[:1]:
                self.left.one(short(iri), f"replaced by {short(other)}, which is not read")
        return found[0] if found else None

    def _note(self, subject: str, *read: str) -> None:
        """Note the properties of a subject that are not read."""
        for name, nodes in self._graph.about(subject).items():
            if name in read:
                continue
            for node in nodes:
                if isinstance(node, Text):
                    where = f"{short(name)}@{node.language}" if node.language else short(name)
                    self.left.value(where, "not read", subject, node.value)
                else:
                    self.left.many(short(name), "not read", f"{short(node)} of {short(subject)}")

    def note_the_rest(self) -> None:
        """Note the resources that were not read."""
        for subject in self._graph:
            if subject in self._read:
                continue
            types: Sequence[str] = self._graph.types(subject)
            if not types and f"{RDF}first" in self._graph.about(subject):
                types = [f"{RDF}List"]
            self.left.many(
                short(types[0]) if types else "rdfs:Resource", "not read", short(subject)
            )
        if self._graph.named:
            self.left.one("", "several graphs are read as one")
