"""References of DESTINY as studies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import evolve

from implsci.codec import MAX_BYTES
from implsci.codes import Code, is_code
from implsci.compendium import read_records
from implsci.errors import FormatError, InvalidRecord, InvalidTableError, UnknownNameError
from implsci.formats._text import decoded
from implsci.formats.compendium._destiny.shapes import (
    FIELD,
    KEPT,
    OURS,
    PREFIX,
    VISIBILITIES,
    compact,
    fitting,
)
from implsci.formats.compendium._eppi.draft import FIELDS, NODES, Draft, add
from implsci.formats.compendium._eppi.parsing import (
    as_list,
    as_map,
    as_number,
    as_said,
    as_text,
    parse,
)
from implsci.identifiers import find_doi, make_id
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Provenance, Study
from implsci.model._record import shape
from implsci.plugins import Registry, registry

__all__ = ["read"]

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_Extra = dict[str, str | int | float | bool | None]

_ENVELOPE: Final = ("source", "robot_version", "visibility", "id", "created_at", "derived_from")
_PLAIN: Final = (("source", OURS), ("visibility", VISIBILITIES[0]))
_CITED: Final = {
    "publisher": "publisher",
    "pagination.volume": "volume",
    "pagination.issue": "issue",
    "publication_venue.display_name": "container",
}


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield each reference as a study; one that fails is skipped."""
    reader = _Reader(path.name, registry(), ledger)
    for raw in read_records(path, MAX_BYTES):
        place = raw.place if raw.line is None else f"line {raw.line}"
        if raw.oversize:
            ledger.skip(place, f"{raw.oversize:,} bytes; expected at most {MAX_BYTES:,}")
            continue
        try:
            document = parse(decoded(raw.data, path.name, ledger), ledger)
        except (ValueError, InvalidTableError) as error:
            if raw.line is None:
                raise FormatError(str(path), "destiny", str(error)) from None
            ledger.skip(place, str(error))
            continue
        many = document if isinstance(document, list) else as_map(document).get("references")
        if raw.line is None and isinstance(many, list):
            for index, one in enumerate(many):
                yield from reader.study(one, f"references[{index}]")
        else:
            yield from reader.study(document, place)


class _Reader:
    def __init__(self, source: str, known: Registry, ledger: Ledger) -> None:
        self._source = source
        self._registry = known
        self._ledger = ledger
        self._ids: set[str] = set()

    def study(self, document: object, place: str) -> Iterator[Study]:
        """Yield a reference as a study, or tell why not."""
        one = as_map(document)
        if isinstance(one.get("_source"), dict):  # as its search index gives it out
            one = {"id": one.get("_id"), **as_map(one["_source"])}
        if not ("enhancements" in one or "identifiers" in one):
            self._ledger.skip(place, "expected an object with identifiers and enhancements")
            return
        try:
            study = _Reference(one, self._registry, self._ledger).study(self._ids)
        except InvalidRecord as error:
            self._ledger.skip(place, "; ".join(map(str, error.faults)))
            return
        if study is None:
            self._ledger.skip(place, "no title")
            return
        yield evolve(
            study,
            provenance=(
                Provenance(source=self._source, locator=place, method="imported from DESTINY"),
            ),
        )


class _Reference:
    """One reference, on its way to a study."""

    def __init__(self, one: Mapping[str, object], known: Registry, ledger: Ledger) -> None:
        self._one = one
        self._registry = known
        self._ledger = ledger
        self._draft = Draft(ledger)
        self._extra: _Extra = {}
        self._cited: dict[str, str] = {}
        self._authors: tuple[str, ...] = ()
        self._title = ""
        self._year: int | None = None
        self._id: str | None = None
        self._kept = 0
        self._identifiers = 0

    def study(self, taken: set[str]) -> Study | None:
        """Return the study; None without a title."""
        for name, value in self._one.items():
            if name == "visibility":
                if value != VISIBILITIES[0]:
                    self._extra[f"{PREFIX}visibility"] = as_text(value)
            elif name not in ("identifiers", "enhancements") and value is not None:
                self._extra[PREFIX + name] = value if isinstance(value, str) else compact(value)
        for identifier in map(as_map, as_list(self._one.get("identifiers"))):
            self._identify(identifier)
        self._reserve()
        for enhancement in as_list(self._one.get("enhancements")):
            self._enhance(as_map(enhancement))
        if not self._title:
            return None
        if self._authors or self._cited:
            citation = Citation(authors=self._authors, funders=(), **self._cited)
            self._draft.fields["citation"] = citation
        family = self._authors[0].partition(",")[0] if self._authors else self._title
        if self._id is None or self._id in taken:
            self._id = make_id([family, self._year], taken)
        taken.add(self._id)
        self._draft.fields |= {
            "id": self._id,
            "title": self._title,
            "year": self._year,
            "extra": self._extra,
        }
        return self._draft.made()

    def _identify(self, one: Mapping[str, object]) -> None:
        kind = as_text(one.get("identifier_type"))
        text = as_said(one.get("identifier")) or as_text(one.get("identifier"))
        name = as_text(one.get("other_identifier_name"))
        if kind == "other" and name == OURS and _is_id(text) and self._id is None:
            self._id = text
        elif (
            kind == "doi"
            and "doi" not in self._cited
            and (doi := text if _DOI.fullmatch(text) else find_doi(text))
        ):
            self._cited["doi"] = doi
        elif kind == "other" and name == "doi" and "doi" not in self._cited and _is_doi(text):
            self._cited["doi"] = text
        elif kind == "pm_id" and "reference.pmid" not in self._extra:
            self._extra["reference.pmid"] = text
        else:
            self._identifiers += 1
            key = f"{PREFIX}identifier.{self._identifiers}"
            self._extra[key] = f"{kind}:{text}"
            if name:
                self._extra[f"{key}.name"] = name

    def _reserve(self) -> None:
        """Keep the ids of nodes that annotations of ours name."""
        for enhancement in map(as_map, as_list(self._one.get("enhancements"))):
            for annotation in as_list(as_map(enhancement.get("content")).get("annotations")):
                if node := _node(_ours(as_map(annotation))):
                    self._draft.reserve(node[1])

    def _enhance(self, one: Mapping[str, object]) -> None:
        content = as_map(one.get("content"))
        kind = as_text(content.get("enhancement_type"))
        if kind == "bibliographic" and not self._title and as_said(content.get("title")):
            self._bibliographic(one, content)
        elif (
            kind == "abstract"
            and as_said(content.get("abstract"))
            and "reference.abstract" not in self._extra
        ):
            self._extra["reference.abstract"] = as_said(content.get("abstract"))
            self._rest("abstract", one, content, {"abstract"})
        elif kind == "annotation":
            self._annotations(one, content)
        else:
            if kind == "location" and "url" not in self._cited:
                for place in map(as_map, as_list(content.get("locations"))):
                    if url := as_said(place.get("landing_page_url")):
                        self._cited["url"] = url
                        if one.get("source") == OURS and place == {"landing_page_url": url}:
                            return
                        break
            self._kept += 1
            self._extra[f"{KEPT}{self._kept}"] = compact(one)
            self._ledger.leave(
                f"enhancements of the type {kind or '(none)'}", "kept as JSON text in extra"
            )

    def _bibliographic(self, one: Mapping[str, object], content: Mapping[str, object]) -> None:
        self._title = as_said(content.get("title"))
        used = {"title", "authorship", "publication_year", "publication_date", "publisher"}
        people = [as_map(item) for item in as_list(content.get("authorship"))]
        people = [item for item in people if as_said(item.get("display_name"))]
        self._authors = tuple(as_said(item.get("display_name")) for item in people)
        for number, item in enumerate(people, 1):
            if orcid := as_text(item.get("orcid")):
                self._extra[f"{PREFIX}bibliographic.orcid.{number}"] = orcid
        pages = as_map(content.get("pagination"))
        venue = as_map(content.get("publication_venue"))
        flat = {
            **content,
            **{f"pagination.{name}": value for name, value in pages.items()},
            **{f"publication_venue.{name}": value for name, value in venue.items()},
        }
        for name, field in _CITED.items():
            if text := as_said(flat.get(name)):
                self._cited[field] = text
        ends = [as_said(pages.get(name)) for name in ("first_page", "last_page")]
        if text := "-".join(filter(None, ends)):
            self._cited["pages"] = text
        date = as_text(content.get("publication_date"))
        if date:
            self._extra["reference.date"] = date
        year = as_number(content.get("publication_year")) or as_number(date[:4])
        if year is not None and 1800 <= year <= 2100:
            self._year = int(year)
        elif content.get("publication_year") is not None:
            used.discard("publication_year")
        for number, issn in enumerate(map(as_text, as_list(venue.get("issn"))), 1):
            self._extra[f"reference.issn.{number}"] = issn
        used |= {"pagination", "publication_venue", "pagination.first_page", "pagination.last_page"}
        self._rest("bibliographic", one, flat, used | {*_CITED, "publication_venue.issn"})

    def _rest(
        self,
        kind: str,
        one: Mapping[str, object],
        content: Mapping[str, object],
        used: set[str],
    ) -> None:
        """Keep what is left of an enhancement that was read into fields."""
        for name, value in content.items():
            if name not in used and name != "enhancement_type":
                self._keep(f"{kind}.{name}", value)
        for name, value in one.items():
            if name != "content" and (name, value) not in _PLAIN:
                known = "robot_version" if name == "processor_version" else name
                self._keep(f"{kind}.envelope.{known}", value)

    def _keep(self, name: str, value: object) -> None:
        if value is None or value == "":
            return
        number = as_number(value)
        if isinstance(value, (str, bool)) or (isinstance(value, (int, float)) and number == value):
            self._extra[PREFIX + name] = value
        else:
            self._extra[PREFIX + name] = compact(value)

    def _annotations(self, one: Mapping[str, object], content: Mapping[str, object]) -> None:
        shown = as_text(one.get("visibility"))
        key = f"{PREFIX}annotation.visibility"
        before = str(self._extra.get(key) or VISIBILITIES[0])
        if shown in VISIBILITIES and VISIBILITIES.index(shown) > VISIBILITIES.index(before):
            self._extra[key] = shown
        for name in _ENVELOPE[3:]:
            if one.get(name):
                self._ledger.leave(f"enhancements.{name}", "of annotations not kept")
        source = as_text(one.get("source")) or "unknown source"
        robot = as_text(one.get("robot_version") or one.get("processor_version"))
        for annotation in map(as_map, as_list(content.get("annotations"))):
            self._annotation(annotation, source, robot)

    def _annotation(self, one: Mapping[str, object], source: str, robot: str) -> None:
        scheme, label = as_text(one.get("scheme")), as_text(one.get("label"))
        ours = _ours(one)
        field = next((name for name, own in FIELD.items() if own == scheme), None)
        if field is not None and ours is not None:
            self._set_field(field, label)
            return
        score = as_number(one.get("score"))
        values: dict[str, object] = {"coder": f"{source} ({robot})" if robot else source}
        if ours is not None:
            values |= fitting(Coding, as_map(ours.get("coding")))
        elif robot or score is not None:
            values["by"] = "machine"
        notes = []
        if score is not None and 0 <= score <= 1:
            values["probability"] = (
                one["score"] if isinstance(one["score"], (int, float)) else score
            )
        elif score is not None:
            notes.append(f"score: {score:g}")
        if ours is None and one.get("data"):
            notes.append(f"data: {compact(one['data'])}")
        if notes:
            values["note"] = "\n".join(notes)
        code: Code | None = None
        if ours is None:
            code = self._code(scheme, label)
        elif ours.get("settled") is True and is_code(f"{scheme}:{label}"):
            code = Code(f"{scheme}:{label}")
        given = one.get("value") is True
        if not given:
            # A score without a yes, or a no, must never be read as a code that was given.
            values |= {
                "of": f"{scheme}/{label}",
                "value": "score" if one.get("annotation_type") == "score" else "false",
            }
            values.pop("code", None)
        elif code is not None:
            values["code"] = code
        elif ours is None:
            values["value"] = f"{scheme}/{label}"
        self._hang(code if given else None, values, ours)

    def _hang(
        self, code: Code | None, values: dict[str, object], ours: Mapping[str, object] | None
    ) -> None:
        """Put a coding, and the code where it is settled, in their place."""
        coded = ours is None or "coding" in ours
        codings = [Coding(**values)] if coded else []  # type: ignore[arg-type]
        held: object = self._draft.codings
        if ours is not None and (node := _node(ours)):
            kind, identifier = node
            found = self._draft.named(kind, identifier)
            found.update(fitting(NODES[kind][1], as_map(ours.get("fields"))))
            held = found["codings"]
            if code is not None:
                add(found["codes"], code)
        elif ours is not None:
            if code is not None and ours.get("field") in FIELDS.values():
                self._draft.add_code(str(ours["field"]), code)
        elif code is not None:
            kind_of = self._kind(code)
            if kind_of in FIELDS:
                self._draft.add_code(FIELDS[kind_of], code)
                codings = [evolve(one, of=FIELDS[kind_of]) for one in codings]
            elif kind_of in NODES:
                label = self._registry.term(code).label
                found = self._draft.coded(kind_of, code, label)
                add(found["codes"], code)
                held = found["codings"]
        assert isinstance(held, list)
        held += codings

    def _set_field(self, name: str, text: str) -> None:
        field = shape(Study)[name]
        value: object = int(text) if field.type is int and text.isdecimal() else text
        if not field.fits(value):
            self._ledger.leave(name, "no value it can have", text)
        elif field.many:
            add(self._draft.fields.setdefault(name, []), value)
        else:
            self._draft.fields[name] = value

    def _code(self, scheme: str, label: str) -> Code | None:
        """Return the code that an annotation gives; None where no taxonomy of ours has it."""
        try:
            taxonomy = self._registry.taxonomy(scheme)
        except UnknownNameError:
            return None
        if taxonomy.scheme != scheme:
            return None
        term = taxonomy.get(label)
        found = (term,) if term is not None else taxonomy.labeled(label)
        return found[0].code if len(found) == 1 else None

    def _kind(self, code: Code) -> str:
        term = self._registry.term(code)
        return self._registry.taxonomy(term.scheme).kind if term.kind == "group" else term.kind


def _ours(annotation: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return our part in an annotation's data; None where there is none."""
    part = as_map(annotation.get("data")).get(OURS)
    return as_map(part) if isinstance(part, dict) else None


def _node(ours: Mapping[str, object] | None) -> tuple[str, str] | None:
    kind, _, identifier = as_text((ours or {}).get("node")).partition(" ")
    return (kind, identifier) if kind in NODES and identifier else None


def _is_id(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isprintable() and " " not in text and "#" not in text


def _is_doi(text: str) -> bool:
    return text.startswith("10.") and "/" in text
