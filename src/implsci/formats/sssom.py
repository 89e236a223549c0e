"""SSSOM: crosswalks as the mapping tools of other fields read them, in tables with metadata.

See https://mapping-commons.github.io/sssom/ for the standard; files are of its version 1.0.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast, get_args
from urllib.parse import quote, unquote

from implsci.codes import Code, is_code, is_scheme, slug, split
from implsci.compendium.files import write_file
from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.escaping import inert, live
from implsci.formats._files import MAX_BYTES, read_bytes, to_text
from implsci.formats._graph.statements import check_base
from implsci.formats._graph.vocab import BASE, NAMESPACE
from implsci.formats._left import LeftOut
from implsci.formats._mapping_set.rows import (
    BUILT_IN,
    MappingSet,
    Row,
    joined,
    parted,
    read_mapping_set,
)
from implsci.formats._mapping_set.yaml import Yaml, scalar
from implsci.formats.imported import LeftOutWarning
from implsci.taxonomy import Crosswalk, Predicate, Status, Taxonomy, TermMapping
from implsci.taxonomy._typed import place, show

__all__ = ["read_sssom", "write_sssom"]


def __dir__() -> list[str]:
    return __all__


_NOT_FOUND: Final = "sssom:NoTermFound"
_MANUAL: Final = "semapv:ManualMappingCuration"
_UNSPECIFIED: Final = "https://w3id.org/sssom/license/unspecified"
_WORDS: Final = ("status", "license", "citation")
_PREDICATES: Final = get_args(Predicate)

# The words that the standard's schema allows.
_JUSTIFICATIONS: Final = frozenset(
    f"semapv:{word}"
    for word in (
        "BackgroundKnowledgeBasedMatching", "CompositeMatching", "InstanceBasedMatching",
        "LexicalMatching", "LexicalSimilarityThresholdMatching", "LogicalReasoning",
        "ManualMappingCuration", "MappingChaining", "MappingInversion", "MappingReview",
        "SemanticSimilarityThresholdMatching", "StructuralMatching", "UnspecifiedMatching",
    )
)  # fmt: skip

# `match_type` became `mapping_justification` in 2022; the standard says which word became which.
_MATCH_TYPES: Final = {
    "Lexical": "semapv:LexicalMatching",
    "Logical": "semapv:LogicalReasoning",
    "HumanCurated": _MANUAL,
    "Complex": "semapv:CompositeMatching",
    "Unspecified": "semapv:UnspecifiedMatching",
    "SemanticSimilarity": "semapv:SemanticSimilarityThresholdMatching",
}

_READ_COLUMNS: Final = {
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "match_type", "author_label", "confidence", "comment",
    "subject_source", "object_source", "mapping_source",
}  # fmt: skip
_READ_METADATA: Final = {
    "curie_map", "mapping_set_id", "mapping_set_title", "license", "subject_source", "object_source",
    "extension_definitions", "sssom_version", *(f"implsci_{word}" for word in _WORDS),
}  # fmt: skip
_CREATIVE_COMMONS = re.compile(r"CC (BY(?:-[A-Z]{2})*) (\d\.\d)\b")
_CURIE = re.compile(r"([^\s:/]+):([^\s/].*)")
_URL = re.compile(r"https?://[!-;=?-~]+")


def write_sssom(
    crosswalk: Crosswalk,
    path: str | os.PathLike[str],
    taxonomies: Iterable[Taxonomy] = (),
    *,
    base: str = BASE,
) -> None:
    """Write a crosswalk as SSSOM/TSV, with its metadata in the head.

    A code that was looked at and has no counterpart becomes a row with ``sssom:NoTermFound``. The
    source of a mapping is its comment. Where the standard has no word, for the status of the
    crosswalk, its citation and the wording of its licence, it is declared as an extension.

    Args:
        crosswalk: what to write.
        path: the file; its name ends in ``.sssom.tsv`` by custom.
        taxonomies: where the labels of its terms are looked up; those of other schemes are passed
            over.
        base: what the IRIs of terms begin with; as in `write_skos`.

    Raises:
        InvalidQueryError: `base` is no IRI that ends in ``/`` or ``#``.
        InvalidTableError: a mapping holds what the format cannot: a justification that is no word of
            SSSOM's, or an author or source that is empty; or a code that its taxonomy lacks.
        UnreadableFileError: the file cannot be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.taxonomy import Crosswalk, TermMapping
        >>> tea = Crosswalk(
        ...     name="tea-to-drink",
        ...     subject_scheme="tea",
        ...     object_scheme="drink",
        ...     title="Tea to drinks",
        ...     mappings=(
        ...         TermMapping(subject="tea:iced", predicate="skos:broadMatch", object="drink:cold"),
        ...     ),
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     write_sssom(tea, f"{folder}/tea.sssom.tsv")
        ...     lines = Path(f"{folder}/tea.sssom.tsv").read_text().splitlines()
        ...     read_sssom(f"{folder}/tea.sssom.tsv") == tea
        True
        >>> lines[-1].split()[:3]
        ['tea:iced', 'skos:broadMatch', 'drink:cold']
    """
    target = Path(path)
    check_base(base)
    faults = list(_unwritable(crosswalk))
    labels = _labels(crosswalk, taxonomies, faults)
    if faults:
        raise InvalidTableError(f"crosswalk {crosswalk.name!r}", faults)
    rows = [*_mapping_rows(crosswalk, labels)]
    columns = [column for column in _COLUMNS if any(row.get(column) for row in rows)]
    columns = columns or ["subject_id", "predicate_id", "object_id", "mapping_justification"]
    head = [f"#{line}\n" for line in _metadata(crosswalk, base)]
    table = [[row.get(column, "") for column in columns] for row in rows]
    body = ["\t".join(map(_cell, cells)) + "\n" for cells in [columns, *table]]
    write_file(target, (line.encode() for line in [*head, *body]))


_COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "author_label", "confidence", "comment",
)  # fmt: skip


def _unwritable(crosswalk: Crosswalk) -> Iterator[Fault]:
    for index, mapping in enumerate(crosswalk.mappings):
        place_ = f"mappings[{index}]"
        if mapping.justification not in _JUSTIFICATIONS:
            yield Fault(
                f"{place_}.justification",
                f"expected one of {', '.join(sorted(_JUSTIFICATIONS))}, "
                f"got {show(mapping.justification)}",
            )
        for field in ("author", "source"):
            text = getattr(mapping, field)
            if text is not None and not text.strip():
                yield Fault(
                    f"{place_}.{field}", "expected some text or None; cells are never blank"
                )


def _labels(
    crosswalk: Crosswalk, taxonomies: Iterable[Taxonomy], faults: list[Fault]
) -> dict[str, str]:
    known = {taxonomy.scheme: taxonomy for taxonomy in taxonomies}
    found: dict[str, str] = {}
    codes = [code for mapping in crosswalk.mappings for code in (mapping.subject, mapping.object)]
    for code in dict.fromkeys([*codes, *crosswalk.unmatched]):
        taxonomy = known.get(split(code)[0])
        if taxonomy is not None and code in taxonomy:
            found[code] = taxonomy[code].label
        elif taxonomy is not None:
            faults.append(Fault(place(code), f"is no term of {taxonomy.scheme}"))
    return found


def _prefix(scheme: str) -> str:
    """Return the prefix of a scheme: its id, but where that is taken or is no name in XML."""
    return f"scheme_{scheme}" if scheme in BUILT_IN or scheme[0].isdigit() else scheme


def _curie(code: str) -> str:
    scheme, name = split(Code(code))
    return f"{_prefix(scheme)}:{name}"


def _mapping_rows(crosswalk: Crosswalk, labels: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for mapping in crosswalk.mappings:
        yield {
            "subject_id": _curie(mapping.subject),
            "subject_label": inert(labels.get(mapping.subject, "")),
            "predicate_id": mapping.predicate,
            "object_id": _curie(mapping.object),
            "object_label": inert(labels.get(mapping.object, "")),
            "mapping_justification": mapping.justification,
            "author_label": inert(joined([mapping.author])) if mapping.author else "",
            "confidence": "" if mapping.confidence is None else repr(mapping.confidence),
            "comment": inert(mapping.source or ""),
        }
    for code in crosswalk.unmatched:
        side, other = ("subject", "object")
        if split(code)[0] != crosswalk.subject_scheme:
            side, other = other, side
        yield {
            f"{side}_id": _curie(code),
            f"{side}_label": inert(labels.get(code, "")),
            "predicate_id": "skos:exactMatch",
            f"{other}_id": _NOT_FOUND,
            "mapping_justification": _MANUAL,
        }


def _cell(text: str) -> str:
    if any(letter in text for letter in '"\t\n\r'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def _metadata(crosswalk: Crosswalk, base: str) -> Iterator[str]:
    schemes = sorted({crosswalk.subject_scheme, crosswalk.object_scheme})
    own = {
        "status": crosswalk.status,
        "license": crosswalk.license,
        "citation": crosswalk.citation,
    }
    licensed, exact = _license(crosswalk.license)
    if exact:
        del own["license"]
    identifier = f"{base}crosswalk:{quote(crosswalk.name, safe='')}"
    # No scheme has an underscore in its id, so these prefixes are free.
    prefixes = {
        "implsci_ns": NAMESPACE,
        "implsci_schemes": base,
        **{_prefix(scheme): f"{base}{scheme}/" for scheme in schemes},
    }
    yield "curie_map:"
    for prefix, iri in sorted(prefixes.items()):
        yield f"  {scalar(prefix)}: {scalar(iri)}"
    yield f"mapping_set_id: {scalar(identifier)}"
    yield f"mapping_set_title: {scalar(crosswalk.title)}"
    yield f"license: {scalar(licensed)}"
    yield f"subject_source: {scalar(f'implsci_schemes:{crosswalk.subject_scheme}')}"
    yield f"object_source: {scalar(f'implsci_schemes:{crosswalk.object_scheme}')}"
    yield "extension_definitions:"
    for word, value in own.items():
        if value is not None:
            yield f"  - slot_name: implsci_{word}"
            yield f"    property: implsci_ns:{word}"
    for word, value in own.items():
        if value is not None:
            yield f"implsci_{word}: {scalar(value)}"


def _license(text: str | None) -> tuple[str, bool]:
    """Return the IRI of a licence, and whether that is all that was said."""
    if text is None:
        return _UNSPECIFIED, True
    if _URL.fullmatch(text) and text != _UNSPECIFIED:
        return text, True
    found = _CREATIVE_COMMONS.match(text)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/", False
    return _UNSPECIFIED, False


def read_sssom(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    title: str | None = None,
    subject_scheme: str | None = None,
    object_scheme: str | None = None,
    schemes: Mapping[str, str] = MappingProxyType({}),
    status: Status = "verified",
    license: str | None = None,
    citation: str | None = None,
    base: str = BASE,
    metadata: str | os.PathLike[str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Crosswalk:
    """Read a crosswalk from SSSOM/TSV.

    What `write_sssom` wrote comes back equal. Of other files a prefix is the scheme, in lower case:
    ``HP:0000411`` becomes ``hp:0000411``. Rows with ``sssom:NoTermFound`` become
    `Crosswalk.unmatched`; the comment of a mapping, else its ``mapping_source``, is its source.
    ``match_type``, the name of ``mapping_justification`` until 2022, is understood. Labels are not
    kept: a taxonomy has them.

    Args:
        path: the file.
        name: id of the crosswalk; made of ``mapping_set_id`` where None.
        title: its name in full; ``mapping_set_title`` where None.
        subject_scheme: the scheme mapped from, where the file has several.
        object_scheme: the scheme mapped to, where the file has several.
        schemes: the scheme of a prefix, where it is not the prefix itself.
        status: how far it was checked, where the file does not say.
        license: its licence; that of the file where None.
        citation: where it is published; as the file says where None.
        base: what the IRIs of our own terms begin with; as it was written.
        metadata: the file with the metadata, where it is not in the head.
        max_bytes: the size, in bytes, above which the file is refused.

    Returns:
        The crosswalk.

    Warns:
        LeftOutWarning: the file holds more, which is listed: columns, metadata, negated mappings,
            mappings with other predicates or of other schemes.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        UnreadableFileError: the file cannot be opened.
        InvalidQueryError: the file maps several schemes and none was named, or not the one named; or
            `status` is none.
        InvalidTableError: no table or no YAML in the head, a required column or an identifier is
            missing or malformed, a prefix that is not declared, a confidence that is no number from
            0 to 1; all at once, each with its line.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> lines = (
        ...     "#curie_map: {HP: http://purl.obolibrary.org/obo/HP_, MP: http://e.org/}",
        ...     "subject_id predicate_id object_id mapping_justification".replace(" ", chr(9)),
        ...     "HP:1 skos:exactMatch MP:2 semapv:LexicalMatching".replace(" ", chr(9)),
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(f"{folder}/a.sssom.tsv").write_text(chr(10).join(lines))
        ...     found = read_sssom(f"{folder}/a.sssom.tsv")
        >>> found.name, found.mappings[0].subject, found.mappings[0].object
        ('a', 'hp:1', 'mp:2')
    """
    if status not in get_args(Status):
        raise InvalidQueryError(
            f"status: expected one of {', '.join(get_args(Status))}, got {show(status)}"
        )
    file = Path(path)
    text = to_text(read_bytes(file, max_bytes), file.name)
    if not text.strip():
        raise InvalidTableError(file.name, [Fault("", "an empty file; expected SSSOM/TSV")])
    apart = None
    if metadata is not None:
        other = Path(metadata)
        apart = to_text(read_bytes(other, max_bytes), other.name), other.name
    reader = _Reader(read_mapping_set(text, file.name, apart), file.name, base, schemes)
    crosswalk = reader.crosswalk(
        name=name,
        title=title,
        sides=(subject_scheme, object_scheme),
        status=status,
        license=license,
        citation=citation,
    )
    if left_out := reader.left.faults():
        warnings.warn(LeftOutWarning(file.name, left_out), stacklevel=2)
    return crosswalk


class _Reader:
    """Reads a mapping set, and notes what it does not read."""

    def __init__(
        self, mappings: MappingSet, file: str, base: str, schemes: Mapping[str, str]
    ) -> None:
        self.left = LeftOut()
        self._set = mappings
        self._file = file
        self._base = base
        self._schemes = schemes
        self._faults: list[Fault] = []
        self._undeclared: set[str] = set()

    def crosswalk(
        self,
        *,
        name: str | None,
        title: str | None,
        sides: tuple[str | None, str | None],
        status: Status,
        license: str | None,
        citation: str | None,
    ) -> Crosswalk:
        """Return the mappings from one scheme to another."""
        self._note_columns()
        self._note_metadata()
        rows = [*self._codes()]
        if self._faults:
            raise InvalidTableError(self._file, self._faults)
        subject_scheme = self._side("subject", sides[0], [subject for _, subject, _ in rows])
        object_scheme = self._side("object", sides[1], [object_ for _, _, object_ in rows])
        mappings: dict[tuple[str, str, str], TermMapping] = {}
        unmatched: dict[Code, int] = {}
        lines: list[int] = []
        for row, subject, object_ in rows:
            if not self._belongs(subject, subject_scheme) or not self._belongs(
                object_, object_scheme
            ):
                self.left.many("rows", "mappings of other schemes", f"line {row.line}")
            elif subject is None or object_ is None:
                self._unmatched(row, subject or object_, unmatched)
            elif (mapping := self._mapping(row, subject, object_)) is not None:
                key = (mapping.subject, mapping.predicate, mapping.object)
                if key in mappings:
                    self.left.many("rows", "mappings that stand above already", f"line {row.line}")
                else:
                    mappings[key] = mapping
                    lines.append(row.line)
        mapped = {code for subject, _, object_ in mappings for code in (subject, object_)}
        for code in [code for code in unmatched if code in mapped]:
            self.left.one(
                f"line {unmatched.pop(code)}",
                f"{code} has no counterpart by this row, and has one by another",
            )
        if self._faults:
            raise InvalidTableError(self._file, self._faults)
        own_name = self._own_name()
        try:
            return Crosswalk(
                name=name or own_name,
                subject_scheme=subject_scheme,
                object_scheme=object_scheme,
                title=self._title(title, name or own_name),
                mappings=tuple(mappings.values()),
                unmatched=tuple(unmatched),
                status=self._status(status),
                license=self._license(license),
                citation=citation if citation is not None else self._text("implsci_citation"),
            )
        except InvalidTableError as error:
            raise InvalidTableError(
                self._file, [_with_line(fault, lines) for fault in error.faults]
            ) from None

    def _text(self, slot: str) -> str | None:
        value = self._set.metadata.get(slot)
        return value if isinstance(value, str) else None

    def _title(self, given: str | None, name: str) -> str:
        stated = self._text("mapping_set_title") if given is None else given
        return name if stated is None else stated

    def _own_name(self) -> str:
        identifier = self._text("mapping_set_id") or ""
        own = f"{self._base}crosswalk:"
        if identifier.startswith(own):
            return unquote(identifier.removeprefix(own))
        last = unquote(re.split(r"[/#]", identifier.rstrip("/#"))[-1]) or self._file
        return re.sub(r"(\.sssom)?(\.tsv)?$", "", last) or last

    def _status(self, given: Status) -> Status:
        word = self._text("implsci_status")
        return cast("Status", word) if word is not None else given

    def _license(self, given: str | None) -> str | None:
        if given is not None:
            return given
        words = self._text("implsci_license")
        if words is not None:
            return words
        iri = self._text("license")
        return None if iri == _UNSPECIFIED else iri

    def _note_metadata(self) -> None:
        spread = {column for row in self._set.rows for column in row.cells}
        for slot, value in self._set.metadata.items():
            if slot not in _READ_METADATA and slot not in spread and value:
                self.left.one(place(slot), f"not read: {_plain(value)}")

    def _note_columns(self) -> None:
        for row in self._set.rows:
            for column, cell in row.cells.items():
                if column not in _READ_COLUMNS:
                    self.left.many(
                        f"column {place(column)}", "not read", f"{show(cell)} in line {row.line}"
                    )

    def _codes(self) -> Iterator[tuple[Row, Code | None, Code | None]]:
        """Yield the rows that map identifiers, each with its codes; None stands for no term found."""
        for row in self._set.rows:
            where = f"line {row.line}"
            sides: list[Code | None] = []
            for side in ("subject", "object"):
                text = row.cells.get(f"{side}_id", "").strip()
                if not text and row.cells.get(f"{side}_type") == "rdfs literal":
                    self.left.many("rows", "mappings of words that have no identifier", where)
                    break
                if text == _NOT_FOUND:
                    sides.append(None)
                elif (code := self._code(text, f"{where}: {side}_id")) is not None:
                    sides.append(code)
            if len(sides) == 2 and sides != [None, None]:
                yield row, sides[0], sides[1]
            elif len(sides) == 2:
                self.left.many("rows", "neither side has a term", where)

    def _code(self, text: str, where: str) -> Code | None:
        found = _CURIE.fullmatch(text)
        if found is None:
            what = "an IRI in full" if "://" in text else show(text)
            self._faults.append(
                Fault(where, f"expected prefix:name, such as eric:facilitation, got {what}")
            )
            return None
        prefix, name = found.groups()
        iri = self._set.prefixes.get(prefix)
        if iri is None:
            if prefix not in self._undeclared:
                self._undeclared.add(prefix)
                self._faults.append(
                    Fault(where, f"the prefix {show(prefix)} does not stand in curie_map")
                )
            return None
        code = f"{self._scheme(prefix, iri)}:{name}"
        if not is_code(code):
            self.left.many("rows", "identifiers that make no code", f"{show(text)} in {where}")
            return None
        return Code(code)

    def _scheme(self, prefix: str, iri: str) -> str:
        own = iri.removeprefix(self._base).removesuffix("/")
        if prefix in self._schemes:
            return self._schemes[prefix]
        return own if iri == f"{self._base}{own}/" and is_scheme(own) else slug(prefix)

    def _side(self, side: str, wanted: str | None, codes: Iterable[Code | None]) -> str:
        """Return the scheme of the subjects or of the objects."""
        found = dict.fromkeys(split(code)[0] for code in codes if code is not None)
        if wanted is not None and (wanted in found or not found):
            return wanted
        if wanted is not None or len(found) > 1:
            asked = f"{show(wanted)} is not among them" if wanted else f"name one: {side}_scheme"
            raise InvalidQueryError(
                f"{side}_scheme: {self._file} has the {side}s of {', '.join(found)}; {asked}"
            )
        stated = (self._text(f"{side}_source") or "").partition(":")
        iri = self._set.prefixes.get(stated[0])
        if found:
            return next(iter(found))
        if iri is None or not slug(stated[2]):
            raise InvalidQueryError(
                f"{side}_scheme: {self._file} does not say of which scheme its {side}s are; "
                f"name it: {side}_scheme"
            )
        return stated[2] if is_scheme(stated[2]) else slug(stated[2])

    @staticmethod
    def _belongs(code: Code | None, scheme: str) -> bool:
        return code is None or split(code)[0] == scheme

    def _unmatched(self, row: Row, code: Code | None, unmatched: dict[Code, int]) -> None:
        assert code is not None
        for column in ("author_label", "confidence", "comment", "mapping_source"):
            if column in row.cells:
                self.left.many(
                    f"column {column}",
                    "not read where no term was found",
                    f"{show(row.cells[column])} in line {row.line}",
                )
        if row.cells.get("predicate_modifier"):
            self.left.many("rows", "negated mappings", f"line {row.line}")
        else:
            unmatched.setdefault(code, row.line)

    def _mapping(self, row: Row, subject: Code, object_: Code) -> TermMapping | None:
        cells, where = row.cells, f"line {row.line}"
        predicate = cells.get("predicate_id", "").strip()
        if not predicate:
            self._faults.append(Fault(f"{where}: predicate_id", "expected one, got none"))
            return None
        if cells.get("predicate_modifier"):
            self.left.many("rows", "negated mappings", where)
            return None
        if predicate not in _PREDICATES:
            self.left.many(f"predicate {place(predicate)}", "mappings that are not read", where)
            return None
        if subject == object_:
            self.left.many("rows", "mappings of a term to itself", where)
            return None
        sources = [cells[column] for column in ("comment", "mapping_source") if column in cells]
        for other in sources[1:]:
            self.left.many("column mapping_source", "not read", f"{show(other)} in {where}")
        return TermMapping(
            subject=subject,
            predicate=cast("Predicate", predicate),
            object=object_,
            justification=self._justification(cells, where),
            confidence=self._confidence(cells.get("confidence"), where),
            author=", ".join(parted(live(cells.get("author_label", "")))) or None,
            source=live(sources[0]) if sources else None,
        )

    def _justification(self, cells: Mapping[str, str], where: str) -> str:
        stated = cells.get("mapping_justification", "").strip()
        if stated:
            return stated
        older = cells.get("match_type", "").strip()
        if older in _MATCH_TYPES:
            return _MATCH_TYPES[older]
        if older:
            message = f"expected one of {', '.join(_MATCH_TYPES)}, got {show(older)}"
            self._faults.append(Fault(f"{where}: match_type", message))
        else:
            message = f"expected one, such as {_MANUAL}, got none"
            self._faults.append(Fault(f"{where}: mapping_justification", message))
        return _MANUAL

    def _confidence(self, text: str | None, where: str) -> float | None:
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            self._faults.append(
                Fault(f"{where}: confidence", f"expected a number from 0 to 1, got {show(text)}")
            )
            return None
        return number


def _plain(value: Yaml) -> str:
    if isinstance(value, str):
        return show(value)
    return f"{len(value)} values"


def _with_line(fault: Fault, lines: list[int]) -> Fault:
    """Put the line in place of the number of a mapping."""
    found = re.match(r"mappings\[(\d+)\]\.?(.*)", fault.path)
    if found is None:
        return fault
    field = f": {found[2]}" if found[2] else ""
    return Fault(f"line {lines[int(found[1])]}{field}", fault.message)
