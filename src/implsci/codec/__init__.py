"""Reading and writing records as JSON, strictly: nothing is coerced, nothing is dropped.

A document is one record with its ``type`` (``study`` where absent) and ``implsci``, the version of
the schema it was written for (1 where absent). Reading takes one of two lanes over the same classes.
The fast lane reads valid documents; a document it refuses is read again in the careful lane, which
lists every fault with its path.

Examples:
    >>> from implsci.codec import decode, encode
    >>> study = decode(b'{"id": "a", "title": "A study", "countries": ["KE"]}')
    >>> encode(study)
    b'{"countries":["KE"],"id":"a","implsci":1,"title":"A study","type":"study"}'
    >>> decode(b'{"id": "a", "title": "A study", "countries": "KE"}')
    Traceback (most recent call last):
        ...
    implsci.errors.InvalidRecord: Study 'a' has 1 fault:
      countries: expected a list, got 'KE'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from implsci.codec.careful import decode_carefully, read_carefully
from implsci.codec.document import MAX_BYTES, RECORD_TYPES, SCHEMA_VERSION, R, Types, migrate
from implsci.codec.fast import decode_fast, read_fast
from implsci.codec.output import encode
from implsci.codec.repeats import duplicate_keys
from implsci.errors import ImplsciError
from implsci.model import Study

if TYPE_CHECKING:
    from implsci.model.documents import Document

__all__ = [
    "MAX_BYTES",
    "RECORD_TYPES",
    "SCHEMA_VERSION",
    "decode",
    "decode_carefully",
    "decode_document",
    "decode_fast",
    "duplicate_keys",
    "encode",
    "migrate",
]


def __dir__() -> list[str]:
    return __all__


def decode(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Study:
    """Read one record.

    Args:
        data: the document, JSON in UTF-8.
        max_bytes: the size, in bytes, above which a document is refused unread.

    Returns:
        The record.

    Raises:
        CorruptDocument: not JSON, not UTF-8, too large, nested too deeply, of an unknown type, or
            written for a newer version of the schema.
        InvalidRecord: the record breaks its rules, or a key stands twice in it; every fault is
            listed with its path.

    Examples:
        >>> decode(b'{"id": "a", "title": "A study"}').title
        'A study'
    """
    return _decode(data, RECORD_TYPES, max_bytes)


def decode_document(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read one record of a casebook: any of `implsci.model.documents`.

    Args:
        data: the document, JSON in UTF-8; its ``type`` says which record it is.
        max_bytes: the size, in bytes, above which a document is refused unread.

    Returns:
        The record.

    Raises:
        CorruptDocument: as in `decode`, or a study, which belongs in a compendium.
        InvalidRecord: the record breaks its rules, or a key stands twice in it; every fault is
            listed with its path.

    Examples:
        >>> decode_document(
        ...     b'{"type": "claim", "id": "c", "about": "use", "statement": "Most is never used."}'
        ... ).id
        'c'
    """
    from implsci.model.documents import DOCUMENTS  # a study needs none of them

    return _decode(data, DOCUMENTS, max_bytes)


def _decode(data: bytes | str, types: Types[R], max_bytes: int) -> R:
    try:
        return read_fast(data, types, max_bytes)
    except (ImplsciError, ValueError, RecursionError):
        pass  # the careful lane tells all that is wrong, not only what was met first
    return read_carefully(data, types, max_bytes)
