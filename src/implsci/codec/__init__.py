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

from implsci.codec.careful import decode_carefully
from implsci.codec.document import MAX_BYTES, RECORD_TYPES, SCHEMA_VERSION, migrate
from implsci.codec.fast import decode_fast
from implsci.codec.output import encode
from implsci.codec.repeats import duplicate_keys
from implsci.errors import ImplsciError
from implsci.model import Study

__all__ = [
    "MAX_BYTES",
    "RECORD_TYPES",
    "SCHEMA_VERSION",
    "decode",
    "decode_carefully",
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
    try:
        return decode_fast(data, max_bytes=max_bytes)
    except (ImplsciError, ValueError, RecursionError):
        pass  # the careful lane tells all that is wrong, not only what was met first
    return decode_carefully(data, max_bytes=max_bytes)
