"""The careful lane: strict cattrs over plain values, collecting every fault with its path."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

import cattrs
import msgspec
from attrs import has
from cattrs.gen import make_dict_structure_fn

from implsci.codec.document import (
    MAX_BYTES,
    RECORD_TYPES,
    R,
    Types,
    got,
    migrate,
    record_class,
)
from implsci.codec.repeats import duplicate_keys
from implsci.errors import CorruptDocument, Fault, InvalidRecord
from implsci.model import Study
from implsci.model._record import SCALARS, lenient, rule_faults, shape

__all__ = ["decode_carefully", "read_carefully"]


_LONG_NUMBER = re.compile(rb"[0-9]{300,}")  # what no float holds


def decode_carefully(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Study:
    """Read one record of any schema version and report every fault at once.

    Args:
        data: the document, JSON in UTF-8.
        max_bytes: the size, in bytes, above which a document is refused unread.

    Returns:
        The record.

    Raises:
        CorruptDocument: not JSON, not UTF-8, too large, nested too deeply, no object, of an unknown
            type, or written for a newer version of the schema.
        InvalidRecord: the record breaks its rules, or a key stands twice in it.

    Examples:
        >>> decode_carefully(b'{"id": "a", "title": "A study", "year": 1999}').year
        1999
    """
    return read_carefully(data, RECORD_TYPES, max_bytes)


def read_carefully(data: bytes | str, types: Types[R], max_bytes: int) -> R:
    """Read one record of one of the types named; see `decode_carefully`."""
    raw = _plain(data, max_bytes)
    if not isinstance(raw, dict):
        raise CorruptDocument(f"expected one record, an object with id and title, got {got(raw)}")
    document = migrate(raw)
    record = record_class(document, types)
    return _structure(document, record, duplicate_keys(data))


def _plain(data: bytes | str, max_bytes: int) -> object:
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError as error:
            raise CorruptDocument(f"not text that UTF-8 can hold: {error.reason}") from error
    if len(data) > max_bytes:
        raise CorruptDocument(
            f"a record of {len(data):,} bytes; expected at most {max_bytes:,} (settable)"
        )
    if not data.strip():
        raise CorruptDocument("empty; expected one record, an object with id and title")
    try:
        return msgspec.json.decode(data)
    except RecursionError as error:
        raise CorruptDocument("nested too deeply to be a record") from error
    except UnicodeDecodeError as error:
        raise CorruptDocument(
            _encoding_fault(data) or "not UTF-8: a broken escape in a string"
        ) from error
    except msgspec.DecodeError as error:
        raise CorruptDocument(_encoding_fault(data) or _syntax_fault(data, str(error))) from error


def _encoding_fault(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return (
            f"not UTF-8 at {_place(data, error.start)} (byte {data[error.start]:#04x}); "
            "save the file as UTF-8"
        )
    return None


def _syntax_fault(data: bytes, message: str) -> str:
    if "out of range" in message:
        digits = _LONG_NUMBER.search(data)
        told = f"at {_place(data, digits.start())} of {len(digits[0]):,} digits" if digits else ""
        return f"a number {told or 'out of range'}; expected a number of at most 64 bits"
    head, _, tail = message.rpartition("(byte ")
    position = tail.rstrip(")")
    if not position.isdigit():
        if "truncated" in message and data.rstrip()[-1:] not in b"}]":
            return f"not JSON: it breaks off after {_near(data, len(data) - 20)}"
        return f"not JSON: {message.lower()}"
    at = int(position)
    if "trailing characters" in message:  # msgspec points behind the first of them
        at -= 1
    near = _near(data, at)
    hint = ""
    if data[at : at + 3] in (b"NaN", b"Inf") or data[at : at + 4] == b"-Inf":
        hint = "; JSON has no NaN or Infinity: leave out what is unknown"
    elif data.startswith(b"\xef\xbb\xbf"):
        hint = "; it begins with a byte-order mark: save it as UTF-8 without one"
    reason = head.strip().removeprefix("JSON is malformed:").strip() or message
    return f"not JSON at {_place(data, at)}: {reason}, near {near}{hint}"


def _place(data: bytes, at: int) -> str:
    line = data.count(b"\n", 0, at)
    column = at - (data.rfind(b"\n", 0, at) + 1) + 1
    return f"column {column}" if not line else f"line {line + 1}, column {column}"


def _near(data: bytes, at: int) -> str:
    start = max(0, at)
    return repr(data[start : start + 20].decode("utf-8", "replace"))


def _structure(document: dict[str, Any], record: type[R], repeats: list[Fault]) -> R:
    faults = list(repeats)
    try:
        structured: R = _converter().structure(document, record)
    except (cattrs.BaseValidationError, InvalidRecord) as error:
        faults += _type_faults(error, "")
        faults += rule_faults(lenient(record, document), record)
    else:
        if not faults:
            return structured
    identifier = document.get("id")
    raise InvalidRecord(
        record.__name__,
        dict.fromkeys(faults),
        identifier if isinstance(identifier, str) else None,
    )


def _type_faults(error: BaseException, path: str) -> Iterator[Fault]:
    """Walk cattrs' tree of errors; what broke a rule is left to the rules, which see more."""
    if isinstance(error, cattrs.BaseValidationError):
        for inner in error.exceptions:
            yield from _type_faults(inner, path + _step(inner))
    elif isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = list(shape(error.cl))
        for key in sorted(error.extra_fields):
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Fault(f"{path}.{key}".removeprefix("."), f"unknown key{hint}")
    elif isinstance(error, KeyError):
        yield Fault(path.removeprefix("."), "required, and missing")
    elif not isinstance(error, InvalidRecord):
        yield Fault(path.removeprefix("."), str(error))


def _step(error: BaseException) -> str:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, cattrs.AttributeValidationNote):
            return f".{note.name}"
        if isinstance(note, cattrs.IterableValidationNote):
            return f"[{note.index}]"
    return ""


class _UnexpectedError(ValueError):
    """A value of the wrong type; its text is the fault's message."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {got(value)}")


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=True, forbid_extra_keys=True)
    for type_, words in ((str, "text"), (int, "a whole number"), (bool, "true or false")):
        converter.register_structure_hook(type_, _exactly(type_, words))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook_func(_is_choice, _choice)
    converter.register_structure_hook_func(_is_mapping, _mapping)
    converter.register_structure_hook_factory(_is_tuple, _tuple_hook)
    converter.register_structure_hook_factory(has, _record_hook)
    return converter


def _exactly(type_: type, words: str) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not type_:
            raise _UnexpectedError(words, value)
        return value

    return structure


def _number(value: Any, _: Any) -> float:
    if type(value) not in (int, float):
        raise _UnexpectedError("a number", value)
    try:
        return float(value)
    except OverflowError:
        raise _UnexpectedError("a number", value) from None


def _choice(value: Any, hint: Any) -> Any:
    words = get_args(hint)
    if type(value) is not type(words[0]) or value not in words:
        raise _UnexpectedError("one of " + ", ".join(map(repr, words)), value)
    return value


def _mapping(value: Any, _: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise _UnexpectedError("an object of plain values", value)
    for key, item in value.items():
        if type(item) not in SCALARS:
            raise ValueError(f"expected plain values, and {key!r} holds {got(item)}")
    return value


def _is_choice(hint: Any) -> bool:
    origin: object = get_origin(hint)
    return origin is Literal


def _is_mapping(hint: Any) -> bool:
    origin: object = get_origin(hint)
    return origin is dict


def _is_tuple(hint: Any) -> bool:
    return get_origin(hint) is tuple


def _tuple_hook(hint: Any, converter: cattrs.Converter) -> Callable[[Any, Any], tuple[Any, ...]]:
    # Handing the items to the hook of a list keeps their index in the path of a fault.
    items: Any = types.GenericAlias(list, get_args(hint)[:1])
    structure_list = converter.get_structure_hook(items)

    def structure(value: Any, _: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _UnexpectedError("a list", value)
        return tuple(structure_list(value, items))

    return structure


def _record_hook(record: type, converter: cattrs.Converter) -> Callable[[Any, Any], Any]:
    generated: Callable[[Any, Any], Any] = make_dict_structure_fn(
        record, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True
    )

    def structure(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise _UnexpectedError("an object", value)
        return generated(value, record)

    return structure
