"""BibTeX as entries: macros put in, what is inherited filled in; the rest goes to the ledger."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import define

from implsci.errors import MissingExtraError
from implsci.formats.compendium._references.dates import MONTHS
from implsci.ledger import Ledger

__all__ = ["Entry", "entries"]

_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTES = re.compile(r'\\.|[{}"]', re.DOTALL)
_BLANKS = re.compile(r"[ \t\n]+")
_WORD = re.compile(r'[^\s#"{}]+')
_LONGEST: Final = 1 << 20  # characters of macros in one value
_MOST: Final = 1 << 26  # characters that macros and parents put into all entries of a file
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


class _TooMuch(Exception):  # noqa: N818  a signal inside this module
    """What was to be put in for names is longer than any reference."""


class _Macros:
    """The macros of a file, and how much may still be put in for them and for parents.

    Macros made of macros double at each step, so that a short file could fill the memory.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.texts: dict[str, str | None] = {}  # None for one that was too long
        self._ledger = ledger
        self._left = _MOST

    def take(self, count: int) -> None:
        """Count characters that are put in."""
        if count > self._left:
            raise _TooMuch(f"macros and parents put in more than {_MOST:,} characters so far")
        self._left -= count

    def text(self, name: str) -> str:
        """Return what a name stands for, itself where that is not known."""
        lower = name.lower()
        if name.isdecimal() or lower in MONTHS:
            return name
        if lower not in self.texts:
            self._ledger.leave("macros", "not defined in this file; the name was kept", name)
            return name
        text = self.texts[lower]
        if text is None:
            raise _TooMuch(f"the macro {name!r} is too long")
        return text


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
    macros = _Macros(ledger)
    found: list[Entry] = []
    for block in Splitter(text).split().blocks:
        line = (block.start_line or 0) + 1
        whole: Any = block
        if isinstance(block, (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)):
            whole = block.ignore_error_block
        if isinstance(whole, model.Entry):
            fields = [(one.key.lower(), one.value) for one in whole.fields]
            try:
                values = [(name, _value(raw, macros)) for name, raw in fields]
            except _TooMuch as error:
                ledger.skip(f"line {line}", str(error))
                continue
            found.append(Entry(whole.entry_type.lower(), whole.key, line, values))
        elif isinstance(whole, model.String):
            name = whole.key.lower()
            try:
                macros.texts[name] = _value(whole.value, macros)
            except _TooMuch as error:
                macros.texts[name] = None
                ledger.skip(f"line {line}", str(error))
        elif isinstance(whole, model.ParsingFailedBlock):
            reason = getattr(whole.error, "abort_reason", None) or str(whole.error)
            ledger.skip(f"line {line}", f"not an entry of BibTeX: {' '.join(reason.split())}")
        elif isinstance(whole, model.Preamble):
            ledger.leave("@preamble", "not kept", whole.value)
        else:
            ledger.leave("comments between entries", "not kept", whole.comment)
    by_key = {entry.key.lower(): entry for entry in reversed(found)}
    for entry in found:
        try:
            _inherit(entry, by_key, macros, ledger)
        except _TooMuch as error:
            ledger.skip(f"line {entry.line}", str(error))
            continue
        yield entry


def _inherit(entry: Entry, by_key: Mapping[str, Entry], macros: _Macros, ledger: Ledger) -> None:
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
    inherited = [
        (name, value)
        for name, value in given.items()
        if name not in own and name not in _NOT_INHERITED
    ]
    macros.take(sum(len(value) for _, value in inherited))
    entry.fields += inherited


def _value(raw: str, macros: _Macros) -> str:
    """Return a value without braces or quotes around it, its pieces joined and macros put in."""
    pieces: list[str] = []
    position = put_in = 0
    while position < len(raw):
        sign = raw[position]
        if sign in '{"':
            end = _end(raw, position)
            pieces.append(raw[position + 1 : end])
            position = end + 1
        elif match := _WORD.match(raw, position):
            text = macros.text(match[0])
            put_in += len(text)
            if put_in > _LONGEST:
                raise _TooMuch(f"macros make a value of more than {_LONGEST:,} characters")
            macros.take(len(text))
            pieces.append(text)
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
