"""BibTeX and biblatex, read as plain text and written with letters of Unicode.

Abstract, keywords, notes and the like come into ``Study.extra`` under names that RIS and CSL-JSON
share (``reference.abstract``, ``reference.keyword.1``); fields that no other format has stay as
``bibtex:`` and their name, and are written back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from implsci.compendium import write_file
from implsci.errors import FormatError, MissingExtraError
from implsci.formats._text import read_text
from implsci.formats.compendium._references.bibtex_entries import Entry, entries
from implsci.formats.compendium._references.dates import MONTHS, as_year, iso, parsed
from implsci.formats.compendium._references.fields import BY_KEY, FIELDS
from implsci.formats.compendium._references.latex import bare, escaped, groups, plain, shielded
from implsci.formats.compendium._references.names import NAMES, person
from implsci.formats.compendium._references.reference import (
    Reference,
    clean,
    from_study,
    to_studies,
)
from implsci.formats.compendium._references.types import FROM_BIBTEX, TO_BIBTEX
from implsci.hooks import Format, Studies, hookimpl
from implsci.identifiers import find_doi
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_KEYS: Final = {name: field.key for field in FIELDS for name in field.bibtex}
_VERBATIM: Final = frozenset("doi url file eprint pmid pmcid urldate date".split())
_AND = re.compile(r"\sand\s")
_LIST = re.compile(r"[;,]")
_NOTES = re.compile(r";")
_CITEKEY = re.compile(r"[^\s{}()\"#%~\\=,']+")
_FIELD = re.compile(r"[a-z][a-z0-9_+.:/-]*")
_OWN_ID: Final = "studyid"
_BOOKTITLE: Final = frozenset(("chapter", "paper-conference", "entry-encyclopedia"))
_PUBLISHERS: Final = {"thesis": "school", "report": "institution"}
_NOT_TYPES: Final = frozenset(("comment", "preamble", "string"))
_OTHERS: Final = "et al."


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    r"""Yield a study for each entry; one with unbalanced braces, or without a title, is skipped.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no text.
        FormatError: it holds no entry.
        MissingExtraError: bibtexparser is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "one.bib")
        ...     _ = path.write_text(r'@misc{b, title = {On {R}CTs}, author = {G{\"o}del, Kurt}}')
        ...     [(study.id, study.title, study.citation.authors) for study in read(path, Ledger())]
        [('b', 'On RCTs', ('Gödel, Kurt',))]
    """
    text = read_text(path, ledger)
    if text.strip() and re.search(r"@\w+\s*[{(]", text) is None:
        raise FormatError(str(path), "bibtex", "no entry in it, such as '@article{'")
    references = (_reference(entry, ledger) for entry in entries(text, ledger))
    yield from to_studies(references, path, ledger, "BibTeX", "citekey")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write the reference of each study as an entry; what is coded in it cannot travel.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya.bib"), Ledger())
        ...     again = list(read(Path(folder, "kenya.bib"), Ledger()))
        >>> [study.id for study in again] == [study.id for study in kenya]
        True
    """
    keys: set[str] = set()
    write_file(path, ("".join(_lines(study, keys, ledger)).encode() for study in studies))


def _reference(entry: Entry, ledger: Ledger) -> Reference:
    one = Reference("bibtex", place=f"line {entry.line}", id=entry.key)
    kind = FROM_BIBTEX.get(entry.kind)
    if kind is not None:
        one.put("type", "ENTRYTYPE", kind)
    if entry.kind != "misc" and TO_BIBTEX.get(kind or "") != entry.kind:
        one.keep("ENTRYTYPE", entry.kind)
    when: dict[str, str] = {}
    for name, raw in entry.fields:
        key = _KEYS.get(name)
        if name in ("year", "month", "day", "date") and name not in when:
            when[name] = plain(raw, ledger).strip()
        elif name == _OWN_ID:
            one.id = plain(raw, ledger)
        elif key in NAMES:
            if key in one.fields:
                one.keep(name, plain(raw, ledger))
            else:
                _names(one, key, name, raw, ledger)
        elif key == "pages":
            one.put(key, name, plain(re.sub(r"(?<!-)-{2,3}(?!-)", "-", raw), ledger))
        elif key is not None and BY_KEY[key].many:
            for part in _parts(key, raw):
                one.put(key, name, bare(part) if name in _VERBATIM else plain(part, ledger))
        elif name in _VERBATIM:
            one.put(key, name, bare(raw)) if key else one.keep(name, bare(raw))
        elif key is not None:
            one.put(key, name, plain(raw, ledger))
        elif raw:
            one.keep(name, plain(raw, ledger))
    _date(one, when)
    return one


def _parts(key: str, raw: str) -> list[str]:
    """Return the values of a field that may hold several."""
    if key == "keyword":
        parts = groups(raw, _NOTES)
        return parts if len(parts) > 1 else groups(raw, _LIST)
    if key in ("issn", "isbn"):
        return groups(raw, _LIST)
    parts = groups(raw, _NOTES)
    return [part[1:-1] for part in parts] if all(_is_group(part) for part in parts) else [raw]


def _is_group(text: str) -> bool:
    """Say whether one pair of braces encloses a text."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match.end() < len(text):
            return False
    return depth == 0


def _names(one: Reference, key: str, name: str, raw: str, ledger: Ledger) -> None:
    for part in groups(raw, _AND):
        if part.lower() == "others":
            one.put(key, name, _OTHERS)
        elif _is_group(part):
            body = plain(part, ledger).strip()
            one.put(key, name, body)
            if person(body) is not None:
                one.put("corporate", name, body)
        else:
            one.put(key, name, _person(part, ledger))


def _person(raw: str, ledger: Ledger) -> str:
    try:
        from bibtexparser.middlewares.names import parse_single_name_into_parts
    except ImportError as error:
        raise MissingExtraError("BibTeX", "formats") from error
    parts: Any = parse_single_name_into_parts(raw, strict=False)
    family = " ".join([*parts.von, *parts.last])
    written = [family, " ".join(parts.first), " ".join(parts.jr)]
    return ", ".join(text for one in written if (text := plain(one, ledger).strip()))


def _date(one: Reference, when: dict[str, str]) -> None:
    """Put together what stands in up to four fields."""
    if "year" in when and (year := as_year(when["year"])) and len(when["year"]) == 4:
        one.year = year
    elif when.get("year"):
        one.keep("year", when["year"])
    month = when.get("month", "")
    number = _month(month)
    day = when.get("day", "")
    found = None
    if one.year is not None and number is not None:
        found = iso(one.year, number, int(day) if re.fullmatch(r"[0-9]{1,2}", day) else None)
    if found is None:
        for name, text in (("month", month), ("day", day)):
            if text:
                one.keep(name, text)
    else:
        one.put("date", "month", found)
        if day and not re.fullmatch(r"[0-9]{1,2}", day):
            one.keep("day", day)
    if date := when.get("date"):
        known = parsed(date)
        if known is None or known[1] or (year := as_year(known[0])) is None:
            one.keep("date", date)
            if one.year is None:
                one.year = as_year(date)
            return
        one.year = one.year or year
        if len(known[0]) > 4:
            one.put("date", "date", known[0])
        elif year != one.year:
            one.keep("date", date)


def _month(text: str) -> int | None:
    lower = text.strip(" .").lower()
    if lower.isdecimal() and lower.isascii() and 1 <= int(lower[:3]) <= 12:
        return int(lower)
    return MONTHS.index(lower[:3]) + 1 if lower[:3] in MONTHS and lower.isalpha() else None


def _lines(study: Study, keys: set[str], ledger: Ledger) -> Iterator[str]:
    one = from_study(study, "bibtex", "BibTeX", ledger)
    kind = one.first("type")
    name = one.original("ENTRYTYPE", lambda name: _fits(name, kind))
    if name is None:
        if kind is not None and kind not in TO_BIBTEX:
            ledger.leave("reference.type", "BibTeX has no such kind; written as misc", kind)
        name = TO_BIBTEX.get(kind or "", "misc")
    key = _citekey(study.id, keys)
    yield f"@{name}{{{key},\n"
    if key != study.id:
        yield f"  {_OWN_ID} = {{{escaped(study.id)}}},\n"
    written = set()
    for field, value in (*_fields(one, kind, study, ledger), *_kept(one, study, ledger)):
        if field in written:  # an entry with a field twice is broken for most programs
            ledger.leave(f"extra bibtex:{field}", "an entry holds a field once", study.id)
        else:
            yield f"  {field} = {value},\n"
        written.add(field)
    yield "}\n\n"


def _fits(name: str, kind: str | None) -> bool:
    usable = name.isascii() and name.isalpha() and name.islower() and name not in _NOT_TYPES
    return usable and FROM_BIBTEX.get(name) == kind


def _citekey(identifier: str, keys: set[str]) -> str:
    """Return a key that BibTeX takes, which tells no capitals from small letters."""
    base = identifier if _CITEKEY.fullmatch(identifier) else "study"
    key, number = base, 1
    while key.lower() in keys:
        number += 1
        key = f"{base}-{number}"
    keys.add(key.lower())
    return key


def _fields(
    one: Reference, kind: str | None, study: Study, ledger: Ledger
) -> Iterator[tuple[str, str]]:
    """Yield the common fields, in their order, with their values in braces."""
    for field in FIELDS:
        values = [text for value in one.fields.get(field.key, []) if (text := clean(value, ledger))]
        if not field.bibtex or not values:
            continue
        name = field.bibtex[0]
        if field.key == "container" and kind in _BOOKTITLE:
            name = "booktitle"
        elif field.key == "publisher":
            name = _PUBLISHERS.get(kind or "", name)
        if field.key in NAMES:
            bodies = frozenset(one.fields.get("corporate", ()))
            yield name, f"{{{' and '.join(_written(value, bodies) for value in values)}}}"
        elif field.key == "doi":
            doi = values[0]
            printed = one.original("doi", lambda text, doi=doi: find_doi(text) == doi)  # type: ignore[misc]
            yield name, f"{{{_address(printed or doi, field.key, study, ledger)}}}"
        elif name in _VERBATIM:
            shown = [_address(value, field.key, study, ledger) for value in values]
            several = len(shown) > 1
            yield name, f"{{{'; '.join(f'{{{text}}}' if several else text for text in shown)}}}"
        elif field.key == "pages":
            yield name, f"{{{_pages(values[0])}}}"
        else:
            yield name, f"{{{_joined(field.key, [escaped(value) for value in values])}}}"
    if one.year is not None:
        yield "year", f"{{{one.year}}}"
    if day := one.first("date"):
        if one.year is not None and day.startswith(f"{one.year}-") and parsed(day) == (day, ""):
            yield "month", MONTHS[int(day[5:7]) - 1]
            if day[8:]:
                yield "day", f"{{{int(day[8:])}}}"
        else:
            yield "date", f"{{{escaped(clean(day, ledger))}}}"


def _joined(key: str, values: list[str]) -> str:
    """Return the values of one field, each in braces where a separator would part it."""
    if key == "keyword" or key in ("issn", "isbn"):
        return ", ".join(f"{{{value}}}" if _LIST.search(value) else value for value in values)
    return "; ".join(f"{{{value}}}" for value in values) if len(values) > 1 else values[0]


def _pages(text: str) -> str:
    """Return pages with the two hyphens that BibTeX sets a range with."""
    if re.fullmatch(r"[^\s-]+-[^\s-]+", text):
        return escaped(text).replace("-", "--")
    return re.sub(r"-(?=-)", "-{}", escaped(text))


def _address(text: str, key: str, study: Study, ledger: Ledger) -> str:
    shown = shielded(text)
    if shown != text:
        ledger.leave(f"reference.{key}", "braces and backslashes percent-encoded", study.id)
    return shown


def _written(name: str, bodies: frozenset[str]) -> str:
    """Return a name as BibTeX tells persons from bodies: what is in braces is taken whole."""
    if name == _OTHERS:
        return "others"
    parts = person(name, bodies)
    if parts is None:
        return f"{{{escaped(name)}}}"
    family, given, suffix = (_guarded(part) for part in parts)
    return ", ".join(part for part in (family, suffix, given) if part)


def _guarded(part: str) -> str:
    """Return a part of a name, in braces where BibTeX would read another name in it."""
    text = escaped(part)
    return f"{{{text}}}" if _AND.search(f" {text} ") else text


def _kept(one: Reference, study: Study, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield the fields that only BibTeX knows; what other formats keep is left, and said."""
    for name, values in one.other.items():
        prefix, _, field = name.partition(":")
        if prefix == "bibtex" and _FIELD.fullmatch(field) and field != _OWN_ID:
            for value in values:
                text = clean(str(value), ledger)
                shown = shielded(text) if field in _VERBATIM else escaped(text)
                yield field, f"{{{shown}}}"
        else:
            ledger.leave(f"extra {name}", "BibTeX cannot carry it", study.id)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring BibTeX."""
    return [
        Format(
            name="bibtex",
            title="BibTeX and biblatex",
            extensions=(".bib", ".bibtex"),
            read=read,
            write=write,
            sniff=lambda head: re.search(rb"@\w+\s*[{(]", head) is not None,
        )
    ]
