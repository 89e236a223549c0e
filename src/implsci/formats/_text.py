"""Bytes of other people's files as text, whatever program wrote them."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Final

from implsci.errors import Fault, InvalidTableError
from implsci.formats._files import read_bytes
from implsci.ledger import Ledger

__all__ = ["MAX_BYTES", "decoded", "read_text"]

MAX_BYTES: Final = 1 << 30
"""The size in bytes above which a file that is read whole is refused unread: 1 GiB."""

# A character beyond the first 65,536 as two halves of three bytes each, as old Java and Oracle write.
_CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def read_text(path: Path, ledger: Ledger, max_bytes: int = MAX_BYTES) -> str:
    """Return a file as text, with a line feed at every line end, and tell the ledger what was guessed.

    Raises:
        UnreadableFileError: it cannot be opened.
        InvalidTableError: over the limit, or no text.
    """
    text = decoded(read_bytes(path, max_bytes), path.name, ledger)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decoded(data: bytes, name: str, ledger: Ledger) -> str:
    """Return bytes as text: UTF-8, else UTF-16 with its mark, CESU-8, or Windows-1252.

    Where most lines with letters beyond ASCII are UTF-8, only the others are read as Windows-1252.

    Raises:
        InvalidTableError: they are no text.
    """
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InvalidTableError(name, [Fault("", f"not UTF-16: {error.reason}")]) from None
        ledger.say("read as UTF-16, as its first bytes say")
        return text
    if b"\0" in data[: 1 << 16]:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise InvalidTableError(name, [Fault(f"line {line}", "a zero byte; expected text")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _CESU.search(data):
        whole = _CESU.sub(lambda pair: _joined(pair[0]), data)
        lone = len(_HALF.findall(whole))
        whole = _HALF.sub("\N{REPLACEMENT CHARACTER}".encode(), whole)
        try:
            text = whole.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        else:
            ledger.say("read as CESU-8: characters written in two halves were joined")
            if lone:
                ledger.leave("encoding", "half characters replaced by \N{REPLACEMENT CHARACTER}")
            return text
    if (mended := _line_by_line(data, ledger)) is not None:
        return mended
    text, encoding = _western(data)
    ledger.say(f"not UTF-8: read as {encoding}; check the accents")
    return text


def _line_by_line(data: bytes, ledger: Ledger) -> str | None:
    """Return the text of a file with some odd lines, None where most lines are not UTF-8."""
    marked = data.startswith(BOM_UTF8)
    odd: list[tuple[int, str]] = []
    lines: list[str] = []
    beyond = 0
    for number, line in enumerate(data.removeprefix(BOM_UTF8).splitlines(keepends=True), 1):
        beyond += not line.isascii()
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            text, encoding = _western(line)
            lines.append(text)
            odd.append((number, encoding))
    if not marked and 2 * len(odd) > beyond:
        return None
    for number, encoding in odd:
        ledger.leave("encoding", f"not UTF-8: read as {encoding}", f"line {number}")
    return "".join(lines)


def _western(data: bytes) -> tuple[str, str]:
    """Return bytes as text, and the name of their encoding."""
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "ISO 8859-1"


def _joined(pair: bytes) -> bytes:
    return (
        pair.decode("utf-8", "surrogatepass")
        .encode("utf-16", "surrogatepass")
        .decode("utf-16")
        .encode()
    )
