"""BibTeX as entries: macros put in, what is inherited filled in; the rest goes to the ledger."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define

from implsci.errors import MissingExtraError
from implsci.formats.compendium._references.dates import MONTHS
from implsci.ledger import Ledger

__all__ = ["Entry", "entries"]

_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTES = re.compile(r'\\.|[{}"]', re.DOTALL)
_BLANKS = re.compile(r"[ \t\n]+")
_WORD = re.compile(r'[^\s#"{}]+')
_NOT_INHERITED = frozenset("title crossref xref ids label options presort sortkey".split())


@define
class Entry:
    """An entry, its values still LaTeX, without what encloses them.

    Attributes:
        kind: its type in small letters, such as ``article``.
        key: its citation key.
        line: where it begins, from 1.
        fields: name in small letters and value, in order; a name may repeat.
    """

    kind: str
    key: str
    line: int
    fields: list[tuple[str, str]]


def entries(text: str, ledger: Ledger) -> Iterator[Entry]:
    """Yield the entries of a text; one that is broken is skipped, and reading goes on behind it.

    Raises:
        MissingExtraError: bibtexparser is not installed.
    """
    try:
        from bibtexparser import model
        from bibtexparser.splitter import Splitter
    except ImportError as error:
        raise MissingExtraError("BibTeX", "formats") from error
    # Its messages on broken entries say what the ledger says.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    macros: dict[str, str] = {}
    found: list[Entry] = []
    for block in Splitter(text).split().blocks:
        line = (block.start_line or 0) + 1
        whole: Any = block
        if isinstance(block, (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)):
            whole = block.ignore_error_block
        if isinstance(whole, model.Entry):
            fields = [(one.key.lower(), one.value) for one in whole.fields]
            values = [(name, _value(raw, macros, ledger)) for name, raw in fields]
            found.append(Entry(whole.entry_type.lower(), whole.key, line, values))
        elif isinstance(whole, model.String):
            macros[whole.key.lower()] = _value(whole.value, macros, ledger)
        elif isinstance(whole, model.ParsingFailedBlock):
            reason = getattr(whole.error, "abort_reason", None) or str(whole.error)
            ledger.skip(f"line {line}", f"not an entry of BibTeX: {' '.join(reason.split())}")
        elif isinstance(whole, model.Preamble):
            ledger.leave("@preamble", "not kept", whole.value)
        else:
            ledger.leave("comments between entries", "not kept", whole.comment)
    by_key = {entry.key.lower(): entry for entry in reversed(found)}
    for entry in found:
        _inherit(entry, by_key, ledger)
        yield entry


def _inherit(entry: Entry, by_key: Mapping[str, Entry], ledger: Ledger) -> None:
    """Give an entry what it does not say itself and the one it refers to does."""
    own = dict(entry.fields)
    if "crossref" not in own:
        return
    parent = by_key.get(own["crossref"].strip().lower())
    if parent is None or parent is entry:
        ledger.leave("crossref", "names no entry of this file", f"{entry.key}: {own['crossref']}")
        return
    given = dict(parent.fields)
    if entry.kind.startswith("in") and "title" in given:
        given.setdefault("booktitle", given["title"])
    entry.fields += [
        (name, value)
        for name, value in given.items()
        if name not in own and name not in _NOT_INHERITED
    ]


def _value(raw: str, macros: Mapping[str, str], ledger: Ledger) -> str:
    """Return a value without braces or quotes around it, its pieces joined and macros put in."""
    pieces: list[str] = []
    position = 0
    while position < len(raw):
        sign = raw[position]
        if sign in '{"':
            end = _end(raw, position)
            pieces.append(raw[position + 1 : end])
            position = end + 1
        elif match := _WORD.match(raw, position):
            pieces.append(_macro(match[0], macros, ledger))
            position = match.end()
        else:
            position += 1
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def _end(raw: str, start: int) -> int:
    """Return where a piece in braces or quotes ends."""
    quoted = raw[start] == '"'
    depth = 0 if quoted else 1
    for match in (_QUOTES if quoted else _BRACES).finditer(raw, start + 1):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0 and not quoted:
                return match.start()
        elif match[0] == '"' and depth <= 0:
            return match.start()
    return len(raw)


def _macro(name: str, macros: Mapping[str, str], ledger: Ledger) -> str:
    lower = name.lower()
    if name.isdecimal() or lower in MONTHS:
        return name
    if lower not in macros:
        ledger.leave("macros", "not defined in this file; the name was kept", name)
        return name
    return macros[lower]
