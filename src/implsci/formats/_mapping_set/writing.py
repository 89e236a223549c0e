"""A crosswalk as the lines of a mapping set: its metadata in the head, a row a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from implsci.codes import Code, split
from implsci.escaping import inert
from implsci.formats._graph.vocab import NAMESPACE
from implsci.formats._mapping_set.rows import BUILT_IN, joined
from implsci.formats._mapping_set.words import MANUAL, NOT_FOUND, UNSPECIFIED
from implsci.formats._mapping_set.yaml import scalar
from implsci.taxonomy import Crosswalk

__all__ = ["lines_of"]

_CREATIVE_COMMONS = re.compile(r"CC (BY(?:-[A-Z]{2})*) (\d\.\d)\b")
_URL = re.compile(r"https?://[!-;=?-~]+")
_COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "author_label", "confidence", "comment",
)  # fmt: skip


def lines_of(crosswalk: Crosswalk, labels: Mapping[str, str], base: str) -> Iterator[str]:
    """Yield the lines of the file, each with its end.

    Args:
        crosswalk: what to write.
        labels: the labels of its codes, as far as they are known.
        base: what the IRIs of terms begin with.
    """
    rows = [*_mapping_rows(crosswalk, labels)]
    columns = [column for column in _COLUMNS if any(row.get(column) for row in rows)]
    columns = columns or ["subject_id", "predicate_id", "object_id", "mapping_justification"]
    for line in _metadata(crosswalk, base):
        yield f"#{line}\n"
    for cells in [columns, *([row.get(column, "") for column in columns] for row in rows)]:
        yield "\t".join(map(_cell, cells)) + "\n"


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
            f"{other}_id": NOT_FOUND,
            "mapping_justification": MANUAL,
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


def _prefix(scheme: str) -> str:
    """Return the prefix of a scheme: its id, but where that is taken or is no name in XML."""
    return f"scheme_{scheme}" if scheme in BUILT_IN or scheme[0].isdigit() else scheme


def _curie(code: str) -> str:
    scheme, name = split(Code(code))
    return f"{_prefix(scheme)}:{name}"


def _license(text: str | None) -> tuple[str, bool]:
    """Return the IRI of a licence, and whether that is all that was said."""
    if text is None:
        return UNSPECIFIED, True
    if _URL.fullmatch(text) and text != UNSPECIFIED:
        return text, True
    found = _CREATIVE_COMMONS.match(text)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/", False
    return UNSPECIFIED, False
