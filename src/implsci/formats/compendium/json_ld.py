"""JSON-LD: a compendium as linked data, in one document that is read as plain JSON too.

The context stands in the document. A code is the IRI of its concept, the same as in the SKOS of its
taxonomy (`implsci.formats.write_skos`); what schema.org has a word for has that; the rest stands in
`NAMESPACE`. Studies and their nodes have IRIs of their own (``#study/node``), and references name
them, so that a triple store can follow them. No context is ever fetched.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> kenya = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     write(kenya, Path(folder, "kenya.jsonld"), Ledger())
    ...     again = tuple(read(Path(folder, "kenya.jsonld"), Ledger()))
    >>> again == kenya.studies
    True
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints
from urllib.parse import quote, unquote

import msgspec

from implsci.atomic import write_file
from implsci.codec import SCHEMA_VERSION, decode, duplicate_keys
from implsci.codes import Code, slug, split
from implsci.errors import CorruptDocument, FormatError, InvalidRecord
from implsci.formats._files import read_bytes
from implsci.formats._graph.statements import check_base
from implsci.formats._graph.vocab import BASE, NAMESPACE, RDFS, XSD
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.model._record import FieldShape, shape

__all__ = ["context", "implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_SCHEMA: Final = "https://schema.org/"
_COMPENDIA: Final = "urn:implsci:compendium:"
_TERM: Final = "term:"
_MOST: Final = 256 << 20  # bytes; a document is read whole

# Words of others that say what a field says.
_WORDS: Final[Mapping[str, str]] = {
    "authors": f"{_SCHEMA}author",
    "container": f"{_SCHEMA}isPartOf",
    "creditText": f"{_SCHEMA}creditText",
    "doi": f"{_SCHEMA}identifier",
    "issue": f"{_SCHEMA}issueNumber",
    "label": f"{RDFS}label",
    "license": f"{_SCHEMA}license",
    "note": f"{RDFS}comment",
    "pages": f"{_SCHEMA}pagination",
    "publisher": f"{_SCHEMA}publisher",
    "title": f"{_SCHEMA}name",
    "url": f"{_SCHEMA}url",
    "volume": f"{_SCHEMA}volumeNumber",
    "year": f"{_SCHEMA}datePublished",
}
# Fields that hold ids of nodes, by class.
_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "Arm": frozenset({"strategies"}),
    "CoreElement": frozenset({"depends_on"}),
    "Event": frozenset({"of"}),
    "Finding": frozenset(
        {
            "arm", "barriers", "comparator_arm", "comparator_strategies", "mechanisms", "outcome",
            "relationship", "setting", "strategies",
        }
    ),
    "Mechanism": frozenset({"barriers"}),
    "Rating": frozenset({"setting"}),
    "Relationship": frozenset({"parties"}),
    "Strategy": frozenset({"acts_through", "addresses", "builds", "outcomes"}),
}  # fmt: skip


def _within(found: object, known: object) -> bool:
    """Say whether a context says nothing but what this release says: that of an older one says less."""
    if isinstance(found, dict) and isinstance(known, dict):
        return all(key in known and _within(found[key], known[key]) for key in found)
    return found == known


def context(base: str) -> dict[str, Any]:
    """Return the context of a document.

    Args:
        base: the IRI that ``#study/node`` is put behind.

    Examples:
        >>> context("https://example.org/mine")["title"]
        {'@id': 'https://schema.org/name'}
    """
    return {
        "@version": 1.1,
        "@base": base,
        "@vocab": NAMESPACE,
        "term": {"@id": BASE, "@prefix": True},
        "id": "@id",
        "type": "@type",
        **deepcopy(_terms()),
    }


@cache
def _terms() -> dict[str, Any]:
    """Return what every key means; where classes differ, the rarer meaning stands with the class."""
    terms: dict[str, Any] = {
        "creditText": {"@id": _WORDS["creditText"]},
        "studies": {"@id": f"{NAMESPACE}studies", "@type": "@id", "@container": "@set"},
    }
    own: dict[str, dict[str, Any]] = {}
    for record in _classes():
        for field in shape(record).values():
            if field.name == "id":
                continue
            meant = _meant(record, field)
            if terms.setdefault(field.name, meant) != meant:
                own.setdefault(record.__name__, {})[field.name] = meant
    for name, differing in own.items():
        terms[name] = {"@id": f"{NAMESPACE}{name}", "@context": differing}
    return dict(sorted(terms.items()))


def _meant(record: type, field: FieldShape) -> dict[str, Any]:
    meant: dict[str, Any] = {"@id": _WORDS.get(field.name, f"{NAMESPACE}{field.name}")}
    linked = field.kind == "record" or _is_coded(record, field.name) or _refers(record, field.name)
    if linked:
        meant["@type"] = "@id"
    elif field.kind == "extra":
        meant["@type"] = "@json"
    elif field.type is float:
        meant["@type"] = f"{XSD}double"
    elif field.name == "year":
        meant["@type"] = f"{XSD}gYear"
    if field.many:  # texts may stand twice, and authors have an order: triples keep that in a list
        meant["@container"] = "@set" if linked else "@list"
    return meant


def _classes() -> list[type]:
    found: list[type] = [Study]
    for record in found:  # grows as it goes
        found += dict.fromkeys(
            field.type
            for field in shape(record).values()
            if field.kind == "record" and field.type not in found
        )
    return found


def _refers(record: type, field: str) -> bool:
    return field in _REFERENCES.get(record.__name__, ())


@cache
def _coded(record: type) -> frozenset[str]:
    def has_code(hint: object) -> bool:
        return hint is Code or any(map(has_code, get_args(hint)))

    return frozenset(name for name, hint in get_type_hints(record).items() if has_code(hint))


def _is_coded(record: type, field: str) -> bool:
    return field in _coded(record)


def write(studies: Studies, path: Path, ledger: Ledger, *, base: str | None = None) -> None:
    """Write a compendium as one document, a study a line, the same bytes each time.

    Args:
        studies: what to write.
        path: the file.
        ledger: keeps the account; there is nothing to leave out.
        base: the IRI that studies get theirs from, which ends in a slash; one made of the
            compendium's name where None.

    Raises:
        InvalidQueryError: `base` is no IRI that ends in ``/`` or ``#``.
        UnreadableFileError: the file cannot be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.compendium import Compendium
        >>> one = Compendium(studies=(Study(id="a", title="A study", sectors=("sector:health",)),))
        >>> with TemporaryDirectory() as folder:
        ...     write(one, Path(folder, "one.jsonld"), Ledger())
        ...     lines = Path(folder, "one.jsonld").read_text("utf-8").splitlines()
        >>> lines[-3]
        '{"id":"#a","type":"Study","title":"A study","sectors":["term:sector/health"]}'
    """
    # The slash at the end is for programs that resolve what follows as if it were a web address.
    name = slug(studies.name or "") or "unnamed"
    where = f"{_COMPENDIA}{name}/" if base is None else check_base(base)
    about = {
        "@context": context(where),
        "type": "Compendium",
        "implsci": SCHEMA_VERSION,
        "name": studies.name,
        "title": studies.title,
        "license": studies.license,
        "creditText": studies.citation,
    }
    head = ",\n".join(
        f'"{key}": {json.dumps(value, ensure_ascii=False)}'
        for key, value in about.items()
        if value is not None
    )
    write_file(path, _document(head, studies))


def _document(head: str, studies: Studies) -> Iterator[bytes]:
    yield f'{{\n{head},\n"studies": ['.encode()
    between = b"\n"
    for study in studies:
        yield between + msgspec.json.encode(_linked(study, quote(study.id, safe="")))
        between = b",\n"
    yield b"\n]\n}\n"


def _linked(record: object, study: str) -> dict[str, Any]:
    """Return a record with IRIs in place of ids and codes."""
    cls = type(record)
    linked: dict[str, Any] = {}
    if "id" in shape(cls):
        linked["id"] = f"#{study}" if cls is Study else _iri(cls, study, getattr(record, "id"))  # noqa: B009
    linked["type"] = cls.__name__
    for field in shape(cls).values():
        value = getattr(record, field.name)
        if field.name == "id" or (not field.required and (value is None or value == field.default)):
            continue
        linked[field.name] = (
            [_to_linked(cls, field, item, study) for item in value]
            if field.many
            else _to_linked(cls, field, value, study)
        )
    return linked


def _to_linked(cls: type, field: FieldShape, value: Any, study: str) -> object:
    if field.kind == "record":
        return _linked(value, study)
    if _is_coded(cls, field.name):
        return _TERM + "/".join(split(value))
    if _refers(cls, field.name):
        return _iri(cls, study, value)
    return float(value) if field.type is float else value


def _iri(cls: type, study: str, identifier: str) -> str:
    """Return the IRI of a node; core elements are numbered apart from the nodes."""
    return f"{_prefix(cls, study)}{quote(identifier, safe='')}"


def _prefix(cls: type, study: str) -> str:
    return f"#{study}/{'innovation/' if cls.__name__ == 'CoreElement' else ''}"


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a document that `write` wrote; a record that fails is skipped.

    Documents with another context are refused: what their keys mean is not known, and no context is
    fetched.

    Args:
        path: the file.
        ledger: keeps the account.

    Raises:
        FormatError: no JSON, or not with the context of `write`.
        InvalidTableError: more than 256 MiB.
        UnreadableFileError: the file cannot be opened.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "theirs.jsonld")
        ...     _ = file.write_text('{"@context": "https://schema.org", "name": "A study"}')
        ...     list(read(file, Ledger()))
        Traceback (most recent call last):
            ...
        implsci.errors.FormatError: ...names the context 'https://schema.org', which is not fetched...
    """
    data = read_bytes(path, _MOST)
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(str(path), "json-ld", f"no JSON: {error}") from None
    _hold(path, document)

    def text(key: str) -> str | None:
        value = document.get(key)
        return value if isinstance(value, str) else None

    ledger.name, ledger.title = text("name"), text("title")
    ledger.license, ledger.citation = text("license"), text("creditText")
    for key in document:
        if key not in ("@context", "type", "implsci", "name", "title", "license", "creditText",
                       "studies"):  # fmt: skip
            ledger.leave("document", "not read", key)
    for fault in duplicate_keys(data):
        ledger.leave("keys that stand twice", "only the last value was read", fault.path)
    for index, linked in enumerate(document["studies"]):
        place = f"studies[{index}]"
        if not isinstance(linked, dict):
            ledger.skip(place, "expected an object")
            continue
        iri = linked.get("id")
        own = iri[1:] if isinstance(iri, str) and iri.startswith("#") else None
        if own is None:
            ledger.skip(place, f"id: expected '#' and the id of a study, got {iri!r:.60}")
            continue
        try:
            yield decode(msgspec.json.encode(_plain(Study, linked, own)))
        except CorruptDocument as error:
            ledger.skip(place, f"study {unquote(own)!r}: {error.reason}")
        except InvalidRecord as error:
            faults = "; ".join(map(str, error.faults))
            ledger.skip(place, f"study {unquote(own)!r}: {faults}")


def _hold(path: Path, document: object) -> None:
    """Refuse what was not written by `write`."""

    def fail(reason: str) -> FormatError:
        return FormatError(str(path), "json-ld", reason)

    if not isinstance(document, dict) or "@context" not in document:
        raise fail("no @context; expected a document that implsci wrote")
    found = document["@context"]
    if isinstance(found, str):
        raise fail(
            f"names the context {found[:100]!r}, which is not fetched; expected the context of "
            "implsci, written into the document"
        )
    version = document.get("implsci")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise fail(
            f"written for schema version {version}, and this release reads up to {SCHEMA_VERSION}: "
            "pip install --upgrade implsci"
        )
    base = found.get("@base") if isinstance(found, dict) else None
    if not isinstance(base, str) or not _within(found, context(base)):
        raise fail(
            "another context than that of implsci, so that the meaning of its keys is not known; "
            "expected a document as `implsci convert` writes it"
        )
    if not isinstance(document.get("studies"), list):
        raise fail("no studies; expected a list of them")


def _plain(cls: type, linked: dict[str, Any], study: str) -> dict[str, Any]:
    """Return a record with ids and codes in place of IRIs; what is amiss stays, to be refused."""
    plain: dict[str, Any] = {}
    fields = shape(cls)
    for key, value in linked.items():
        field = fields.get(key)
        if key == "type" and field is None and value == cls.__name__:
            continue
        if key == "id" and cls is Study:
            plain["id"] = unquote(study)
        elif field is None:
            plain[key] = value
        elif field.many and isinstance(value, list):
            plain[key] = [_from_linked(cls, field, item, study) for item in value]
        else:
            plain[key] = _from_linked(cls, field, value, study)
    return plain


def _from_linked(cls: type, field: FieldShape, value: object, study: str) -> object:
    if field.kind == "record":
        return _plain(field.type, value, study) if isinstance(value, dict) else value
    if not isinstance(value, str):
        return value
    if _is_coded(cls, field.name):
        scheme, slash, name = value.removeprefix(_TERM).partition("/")
        return f"{scheme}:{name}" if value.startswith(_TERM) and slash else value
    if field.name == "id" or _refers(cls, field.name):
        prefix = _prefix(cls, study)
        return unquote(value.removeprefix(prefix)) if value.startswith(prefix) else value
    return value


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring JSON-LD."""
    return [
        Format(
            name="json-ld",
            title="JSON-LD: linked data, with codes as the IRIs of SKOS concepts",
            extensions=(".jsonld",),
            read=read,
            write=write,
            sniff=_sniff,
            lossless=True,
        )
    ]


def _sniff(head: bytes) -> bool:
    return b'"@context"' in head
