"""JSON Schema (draft 2020-12) of every record class, made from the classes themselves.

A schema holds a document to names, types and closed words. What joins several fields (references
inside a study, ranges, dates) is held by the codec alone: ``implsci check`` reports it.

Examples:
    >>> from implsci.schema import json_schema
    >>> schema = json_schema("Barrier")
    >>> schema["required"]
    ['id', 'label']
    >>> schema["properties"]["valence"]["enum"]
    ['barrier', 'facilitator', 'neutral', 'mixed', None]
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from implsci import model
from implsci.codec import RECORD_TYPES, SCHEMA_VERSION
from implsci.errors import UnknownNameError
from implsci.model import documents
from implsci.model._record import FieldShape, shape
from implsci.model.documents import DOCUMENTS, Document
from implsci.names import close_names

__all__ = ["describe", "json_schema", "record_classes"]


def __dir__() -> list[str]:
    return __all__


_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Final[dict[type, str]] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_PLAIN: Final = ("string", "number", "boolean", "null")


@cache
def record_classes() -> Mapping[str, type]:
    """Return every record class of the model by its name: those of studies, then of casebooks."""
    return MappingProxyType(
        {name: getattr(model, name) for name in model.__all__}
        | {
            name: value
            for name in documents.__all__
            if isinstance(value := getattr(documents, name), type) and value is not Document
        }
    )


def describe(record: type) -> str:
    """Return the first sentence of a class's documentation, empty where there is none."""
    return (inspect.getdoc(record) or "").partition("\n")[0]


def json_schema(name: str = "Study") -> dict[str, Any]:
    """Return the JSON Schema of a record class.

    Args:
        name: the class, such as ``Study`` or ``Finding``, in any case.

    Returns:
        The schema; classes inside it stand under ``$defs``. That of a document's class allows the
        stamp too: ``type`` and ``implsci``.

    Raises:
        UnknownNameError: there is no such class; close names are suggested.
    """
    classes = {known.lower(): record for known, record in record_classes().items()}
    record = classes.get(name.strip().lower())
    if record is None:
        close = close_names(name, record_classes()) or tuple(record_classes())
        raise UnknownNameError("class", name, close)
    schema = _object(record)
    for type_, document in {**RECORD_TYPES, **DOCUMENTS}.items():
        if document is record:
            stamp = {"type": {"const": type_}, "implsci": {"const": SCHEMA_VERSION}}
            schema["properties"] = {**stamp, **schema["properties"]}
    inside = sorted(_inside(record) - {record}, key=lambda item: item.__name__)
    return {
        "$schema": _DIALECT,
        "$id": f"urn:implsci:{SCHEMA_VERSION}:{record.__name__}",
        **schema,
        "$defs": {item.__name__: _object(item) for item in inside},
    }


def _inside(record: type) -> set[type]:
    """Return a class and every class that its records can hold."""
    found: set[type] = set()
    waiting = [record]
    while waiting:
        if (item := waiting.pop()) not in found:
            found.add(item)
            waiting += (field.type for field in shape(item).values() if field.kind == "record")
    return found


def _object(record: type) -> dict[str, Any]:
    fields = shape(record)
    told = dict(_attributes(record))
    return {
        "title": record.__name__,
        "description": describe(record),
        "type": "object",
        "properties": {
            name: {**_field(field), **({"description": told[name]} if name in told else {})}
            for name, field in fields.items()
        },
        "required": [name for name, field in fields.items() if field.required],
        "additionalProperties": False,
    }


def _field(field: FieldShape) -> dict[str, Any]:
    if field.many:
        return {"type": "array", "items": _value(field), "default": []}
    if field.kind == "extra":
        return {"type": "object", "additionalProperties": {"type": list(_PLAIN)}, "default": {}}
    value: dict[str, Any] = _value(field)
    if field.optional:
        if field.kind == "record":
            value = {"anyOf": [value, {"type": "null"}]}
        else:
            value["type"] = [value["type"], "null"]
            if "enum" in value:
                value["enum"] = [*value["enum"], None]
    if not field.required and field.default is not None:
        value["default"] = field.default
    return value


def _value(field: FieldShape) -> dict[str, Any]:
    """Return the schema of one value of a field."""
    if field.kind == "record":
        return {"$ref": f"#/$defs/{field.type.__name__}"}
    if field.kind == "choice":
        return {"type": _TYPES[field.type], "enum": list(field.choices)}
    return {"type": _TYPES[field.type]}


_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def _attributes(record: type) -> Iterator[tuple[str, str]]:
    """Yield each field with what the class's documentation says of it."""
    _, _, after = (inspect.getdoc(record) or "").partition("Attributes:\n")
    section = after.partition("\n\n")[0]
    for name, text in _ATTRIBUTE.findall(section):
        yield name, " ".join(text.replace("``", "").split())
