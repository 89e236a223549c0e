"""The fast lane: msgspec straight into the record classes.

Decoding into attrs classes, msgspec drops unknown keys without a word. So a twin of each class, a
msgspec Struct with the same keys that forbids all others, looks at the document first; it keeps
every value unread and costs little.

Of a key given twice msgspec keeps the last value, in the twin too. So the twin is written out again:
each value goes out as it came in, each key with its colon, and a key that was lost takes its colon
with it. Counting colons costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from implsci.codec.document import MAX_BYTES, RECORD_TYPES, SCHEMA_VERSION, R, Types
from implsci.codec.repeats import duplicate_keys
from implsci.errors import CorruptDocument
from implsci.model import Study
from implsci.model._record import Record, shape

__all__ = ["decode_fast", "read_fast"]


class _Lane(NamedTuple):
    keys: msgspec.json.Decoder[Any]
    record: msgspec.json.Decoder[Any]


class _Header(msgspec.Struct):
    type: str = "study"


_read_header = msgspec.json.Decoder(_Header).decode
_ABSENT = msgspec.Raw()
_encode = msgspec.json.Encoder().encode


def decode_fast(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Study:
    """Read one record of the present schema version; any fault raises, the first one only.

    Args:
        data: the document.
        max_bytes: the size, in bytes, above which a document is refused unread.

    Returns:
        The record.

    Raises:
        CorruptDocument: too large, of a type this lane does not know, or with a key given twice.
        ValueError: whatever msgspec found wrong; the careful lane says it better.
        RecursionError: nested too deeply.

    Examples:
        >>> decode_fast(b'{"id": "a", "title": "A study"}').id
        'a'
    """
    return read_fast(data, RECORD_TYPES, max_bytes)


def read_fast(data: bytes | str, types: Types[R], max_bytes: int) -> R:
    """Read one record of one of the types named; see `decode_fast`."""
    if isinstance(data, str):  # the limit is one of bytes
        data = data.encode()
    if len(data) > max_bytes:
        raise CorruptDocument(f"expected at most {max_bytes} bytes, got {len(data)}")
    name = _read_header(data).type
    if name not in types:
        raise CorruptDocument(f"unknown type {name!r}")
    lane = _lanes.get(name) or _lane(name, types[name])
    if _may_repeat(data, lane.keys.decode(data)) and duplicate_keys(data):
        raise CorruptDocument("a key stands twice")
    record: R = lane.record.decode(data)
    return record


def _may_repeat(data: bytes, keys: object) -> bool:
    again = _encode(keys)
    if len(again) == len(data):  # there is no shorter way to write it, so nothing was lost
        return False
    if data.count(b":") != again.count(b":"):
        return True
    # A key of `extra` is no raw value: an escaped colon in it comes out bare, and hides a lost one.
    return b"\\" in data and b"\\u003" in data  # the first is told faster, and mostly enough


_lanes: dict[str, _Lane] = {}


def _lane(name: str, record: type[Record]) -> _Lane:
    stamp: list[tuple[str, Any, Any]] = [
        ("type", Literal[name] | UnsetType, UNSET),
        ("implsci", Literal[SCHEMA_VERSION] | UnsetType, UNSET),
    ]
    made = _Lane(msgspec.json.Decoder(_struct(record, stamp)), msgspec.json.Decoder(record))
    _lanes[name] = made
    return made


def _keys(record: type) -> Iterator[tuple[str, Any, Any]]:
    for field in shape(record).values():
        if field.kind == "record":
            twin: Any = _twin(field.type)
            yield field.name, (list[twin] if field.many else twin | None) | UnsetType, UNSET
        elif field.kind == "extra":
            yield field.name, dict[str, msgspec.Raw] | UnsetType, UNSET
        else:
            yield field.name, msgspec.Raw, _ABSENT


@cache
def _twin(record: type) -> type[msgspec.Struct]:
    return _struct(record, [])


def _struct(record: type, more: list[tuple[str, Any, Any]]) -> type[msgspec.Struct]:
    # What is absent in the document is left out again.
    return msgspec.defstruct(
        f"{record.__name__}Keys",
        [*_keys(record), *more],
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
    )
