"""A mapping set as a crosswalk: the mappings from one scheme to another, and what else it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast, get_args
from urllib.parse import unquote

from implsci.codes import Code, is_code, is_scheme, slug, split
from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.escaping import live
from implsci.formats._left import LeftOut
from implsci.formats._mapping_set.rows import MappingSet, Row, parted
from implsci.formats._mapping_set.words import MANUAL, NOT_FOUND, UNSPECIFIED
from implsci.formats._mapping_set.yaml import Yaml
from implsci.taxonomy import Crosswalk, Predicate, Status, TermMapping
from implsci.taxonomy._typed import place, show

__all__ = ["CrosswalkReader"]

_WORDS: Final = ("status", "license", "citation")
_PREDICATES: Final = get_args(Predicate)

# `match_type` became `mapping_justification` in 2022; the standard says which word became which.
_MATCH_TYPES: Final = {
    "Lexical": "semapv:LexicalMatching",
    "Logical": "semapv:LogicalReasoning",
    "HumanCurated": MANUAL,
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
_CURIE = re.compile(r"([^\s:/]+):([^\s/].*)")


class CrosswalkReader:
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
        return None if iri == UNSPECIFIED else iri

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
                if text == NOT_FOUND:
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
            message = f"expected one, such as {MANUAL}, got none"
            self._faults.append(Fault(f"{where}: mapping_justification", message))
        return MANUAL

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
