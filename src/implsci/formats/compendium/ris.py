"""RIS, as reference managers and databases write it, whatever their dialect.

Abstract, keywords, notes and the like come into ``Study.extra`` under names that BibTeX and CSL-JSON
share (``reference.abstract``, ``reference.keyword.1``); tags that no other format has stay as
``ris:C1.1`` and are written back. Decisions that ASReview keeps in notes become codings, and its
other fields stay whole as ``asreview:time`` and the like; both are written back as notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from implsci.compendium import write_file
from implsci.errors import FormatError
from implsci.formats._text import read_text
from implsci.formats.compendium._references.dates import as_year, parsed
from implsci.formats.compendium._references.fields import BY_KEY, FIELDS
from implsci.formats.compendium._references.names import NAMES, person
from implsci.formats.compendium._references.reference import (
    Reference,
    clean,
    from_study,
    to_studies,
)
from implsci.formats.compendium._references.ris_lines import RisRecord, split
from implsci.formats.compendium._references.types import FROM_RIS, TO_RIS
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_KEYS: Final = {tag: field.key for field in FIELDS for tag in field.ris if tag != "SN"}
# What RIS has no tag for goes into a note, with its name in front.
_LABELS: Final = {
    "pmid": "PMID",
    "pmcid": "PMCID",
    "license": "License",
    "rights_holder": "Rights holder",
    "funder": "Funder",
    "text": "Citation",
}
_BOOKS: Final = frozenset(("book", "collection"))
_TAG = re.compile(r"[A-Z][A-Z0-9]")


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    r"""Yield a study for each record; one without ``ER``, or without a title, is skipped.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no text.
        FormatError: it holds no record.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "one.ris")
        ...     _ = path.write_text("TY  - JOUR\nAU  - Powell, BJ\nPY  - 2015\nTI  - ERIC\nER  - \n")
        ...     [(study.id, study.title, study.year) for study in read(path, Ledger())]
        [('powell-2015', 'ERIC', 2015)]
    """
    text = read_text(path, ledger)
    if text.strip() and re.search(r"^TY {1,2}-", text, re.MULTILINE) is None:
        raise FormatError(
            str(path), "ris", "no line begins with 'TY  - ', as every record of RIS does"
        )
    references = (_reference(record, ledger) for record in split(text, ledger))
    yield from to_studies(references, path, ledger, "RIS", "ID")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write the reference of each study as a record; what is coded in it cannot travel.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> ledger = Ledger()
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya.ris"), ledger)
        ...     again = list(read(Path(folder, "kenya.ris"), Ledger()))
        >>> [study.id for study in again] == [study.id for study in kenya]
        True
        >>> "findings" in str(ledger.left_out)
        True
    """
    write_file(path, ("".join(_lines(study, ledger)).encode() for study in studies))


def _reference(record: RisRecord, ledger: Ledger) -> Reference:
    one = Reference("ris", place=f"line {record.line}")
    (_, name), *tags = record.tags
    kind = _kind(one, name, ledger)
    dates: list[tuple[str, str]] = []
    pages: dict[str, str] = {}
    for tag, value in tags:
        key = _KEYS.get(tag)
        if not value:
            ledger.say("tags without a value were passed over")
        elif tag in ("PY", "Y1"):
            _date(one, tag, value)
        elif tag == "DA":
            dates.append((tag, value))
        elif tag in ("SP", "EP") and tag not in pages:
            pages[tag] = value
        elif tag == "SN":
            one.put(_serial(value, kind), tag, value)
        elif tag == "ID" and one.id is None:
            one.id = value
        elif tag == "Y2" and "accessed" not in one.fields:
            _accessed(one, value)
        elif tag == "N1" and (labeled := _labeled(one, value)):
            one.put(*labeled)
        elif tag == "T2" and kind in _BOOKS:
            one.put("series", tag, value)
        elif tag == "BT" and kind in _BOOKS:
            one.put("title", tag, value)
        elif key in NAMES:
            _name(one, key, tag, value)
        elif key is not None:
            one.put(key, tag, value)
        else:
            one.keep(tag, value)
    for tag, value in dates:
        _date(one, tag, value)
    _pages(one, pages)
    return one


def _kind(one: Reference, name: str, ledger: Ledger) -> str | None:
    upper = name.upper()
    if upper != name:
        ledger.say("types of reference written in small letters were read as capitals")
    kind = FROM_RIS.get(upper)
    if kind is not None:
        one.put("type", "TY", kind)
    if upper not in ("", "GEN") and TO_RIS.get(kind or "") != upper:
        one.keep("TY", upper)
    return kind


def _date(one: Reference, tag: str, value: str) -> None:
    found = parsed(value)
    year = None if found is None else as_year(found[0])
    if found is None or year is None:
        one.put("date_text", tag, value.removeprefix("///"))
        return
    day, rest = found
    known = one.first("date") or ""
    new = one.year is None
    if one.year is None:
        one.year = year
    if len(day) > max(len(known), 4) and day.startswith(known):
        one.fields["date"] = [day]
    elif not new and not (rest and day == str(one.year)):
        one.keep(tag, value)
        return
    one.put("date_text", tag, rest)


def _accessed(one: Reference, value: str) -> None:
    found = parsed(value)
    if found is None:
        one.keep("Y2", value)
        return
    one.put("accessed", "Y2", found[0])
    if found[1]:
        one.keep("Y2", value)


def _pages(one: Reference, pages: dict[str, str]) -> None:
    first, last = pages.get("SP"), pages.get("EP")
    if first and last and "-" not in first + last and " " not in first + last:
        one.put("pages", "SP", f"{first}-{last}")
        return
    one.put("pages", "SP", first or "")
    if last:
        one.keep("EP", last)


def _labeled(one: Reference, note: str) -> tuple[str, str, str] | None:
    """Return the field that a note holds, as it is put into a reference."""
    for key, label in _LABELS.items():
        free = BY_KEY[key].many or key not in one.fields
        if free and note.startswith(f"{label}: "):
            return key, "N1", note[len(label) + 2 :]
    return None


def _serial(value: str, kind: str | None) -> str:
    """Return which of the two numbers ``SN`` holds."""
    digits = re.sub(r"[^0-9Xx]", "", value.partition("(")[0])
    if len(digits) in (10, 13):
        return "isbn"
    return "isbn" if len(digits) != 8 and kind in ("book", "chapter") else "issn"


def _name(one: Reference, key: str, tag: str, value: str) -> None:
    name = value.removesuffix(",").rstrip()  # so EndNote marks the name of a body
    one.put(key, tag, name)
    if name != value and person(name) is not None:
        one.put("corporate", tag, name)


def _lines(study: Study, ledger: Ledger) -> Iterator[str]:
    one = from_study(study, "ris", "RIS", ledger)
    kind = one.first("type")
    name = one.original("TY", lambda name: _fits(name, kind))
    if name is None:
        if kind is not None and kind not in TO_RIS:
            ledger.leave("reference.type", "RIS has no such kind; written as GEN", kind)
        name = TO_RIS.get(kind or "", "GEN")
    yield f"TY  - {name}\n"
    for tag, value in (*_tags(one, kind), *_kept(one, study, ledger)):
        if text := clean(value, ledger):
            yield f"{tag}  - {text}\n"
    yield "ER  - \n\n"


def _fits(name: str, kind: str | None) -> bool:
    return name.isascii() and name.isalnum() and FROM_RIS.get(name) == kind


def _tags(one: Reference, kind: str | None) -> Iterator[tuple[str, str]]:
    """Yield the common fields, in their order, under the tags that everyone reads."""
    yield "ID", one.id or ""
    bodies = frozenset(one.fields.get("corporate", ()))
    for field in FIELDS:
        values = one.fields.get(field.key, [])
        for value in values:
            if field.key in NAMES:
                yield field.ris[0], f"{value}," if value in bodies else value
            elif field.key == "container" and kind in _BOOKS:
                yield "JF", value
            elif field.key in _LABELS:
                yield "N1", f"{_LABELS[field.key]}: {value}"
            elif field.ris:
                yield field.ris[0], value
    first, _, last = (one.first("pages") or "").partition("-")
    whole = "ris:EP" in one.other or "-" in last or " " in first + last
    if first.strip() and last.strip() and not whole:
        yield "SP", first
        yield "EP", last
    else:
        yield "SP", one.first("pages") or ""
    yield from _dates(one)


def _dates(one: Reference) -> Iterator[tuple[str, str]]:
    if one.year is not None:
        yield "PY", str(one.year)
    day, text = one.first("date") or "", one.first("date_text") or ""
    if day or text:
        parts = [*day.split("-"), "", ""][:3] if day else [str(one.year or ""), "", ""]
        yield "DA", "/".join([*parts, text])
    if accessed := one.first("accessed"):
        same = one.original("Y2", lambda text: (parsed(text) or ("",))[0] == accessed)
        yield "Y2", same or _slashed(accessed)


def _slashed(day: str) -> str:
    return "/".join([*day.split("-"), "", ""][:3]) + "/"


def _kept(one: Reference, study: Study, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield the tags that only RIS knows; what other formats keep is left, and said."""
    for name, values in one.other.items():
        prefix, _, tag = name.partition(":")
        if prefix == "ris" and _TAG.fullmatch(tag) and tag not in ("TY", "ER"):
            yield from ((tag, str(value)) for value in values)
        else:
            ledger.leave(f"extra {name}", "RIS cannot carry it", study.id)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring RIS."""
    return [
        Format(
            name="ris",
            title="RIS, of reference managers and databases",
            extensions=(".ris",),
            read=read,
            write=write,
            sniff=lambda head: b"TY  -" in head,
        )
    ]
