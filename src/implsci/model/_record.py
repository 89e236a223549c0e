"""What every record class shares: its shape, read once from its annotations.

Decoded JSON is held to the annotations by the codec; a record built in Python is held to them here,
before it exists, so that the rules of a class (its ``__attrs_post_init__``) may rely on the types.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from types import MethodType, NoneType, SimpleNamespace, UnionType
from typing import (
    Any,
    Final,
    Literal,
    NamedTuple,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from implsci.errors import Fault, InvalidRecord
from implsci.model._rules import LARGEST, number

__all__ = ["FieldShape", "Record", "got", "lenient", "reject", "rule_faults", "shape"]

SCALARS: Final = (str, int, float, bool, NoneType)
_NAMES: Final[dict[object, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


class FieldShape(NamedTuple):
    """What one field of a record may hold.

    Attributes:
        name: the field's name.
        kind: ``scalar``, ``choice`` (closed words), ``record`` or ``extra`` (a flat mapping).
        type: the scalar's or the record's class; for a choice, the type of its words.
        choices: the closed words, empty but for a choice.
        many: whether the field holds a tuple of these.
        required: whether the field has no default.
        optional: whether None is allowed.
        default: what an absent field means.
    """

    name: str
    kind: Literal["scalar", "choice", "record", "extra"]
    type: type
    choices: tuple[str | int, ...]
    many: bool
    required: bool
    optional: bool
    default: object

    def expected(self) -> str:
        """Say in words what one value of this field must be."""
        if self.kind == "choice":
            return "one of " + ", ".join(repr(choice) for choice in self.choices)
        if self.kind == "extra":
            return "an object of plain values"
        if self.kind == "record":
            return f"a {self.type.__name__}"
        return _NAMES[self.type]

    def fits(self, value: object) -> bool:
        """Say whether one value has the type this field asks for."""
        if self.kind == "choice":
            return type(value) is self.type and value in self.choices
        if self.kind == "record":
            return isinstance(value, self.type)
        if self.kind == "extra":
            return type(value) is dict and all(
                _is_text(key) and type(item) in SCALARS and (_is_text(item) or _is_plain(item))
                for key, item in value.items()
            )
        if self.type is str:
            return _is_text(value)
        if self.type is float:
            # A whole number that no float holds would not come back the same.
            return type(value) in (float, int) and _is_plain(value) and float(value) == value  # type: ignore[arg-type]
        return type(value) is self.type

    def faults(self, value: object) -> Iterator[Fault]:
        """Yield what is wrong with the type of the field's whole value."""
        if self.many:
            if type(value) is not tuple:
                yield Fault(self.name, f"expected a tuple, got {got(value)}")
                return
            for index, item in enumerate(value):
                if not self.fits(item):
                    yield Fault(
                        f"{self.name}[{index}]", f"expected {self.expected()}, got {got(item)}"
                    )
        elif self.kind == "extra" and isinstance(value, dict):
            for key, item in value.items():
                if not _is_text(key):
                    yield Fault(self.name, f"expected text as the key, got {got(key)}")
                elif not self.fits({key: item}):
                    yield Fault(f"{self.name}.{key}", f"expected a plain value, got {got(item)}")
        elif not (value is None and self.optional) and not self.fits(value):
            yield Fault(self.name, f"expected {self.expected()}, got {got(value)}")


def _is_text(value: object) -> bool:
    """Half a surrogate pair is a Python string and yet no text: it cannot be written as UTF-8."""
    if type(value) is not str:
        return False
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def _is_plain(value: object) -> bool:
    """Say whether a value other than text can be written as JSON and read back the same."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return value is None


def got(value: object) -> str:
    """Show a value in a message, short and without ever failing."""
    if isinstance(value, int) and abs(value) > LARGEST:
        return number(value)
    if isinstance(value, SCALARS):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "an object"
    return f"a {type(value).__name__}"


def shape(record: type) -> dict[str, FieldShape]:
    """Return the fields of a record class by name, in their order."""
    known = _shapes.get(record)
    if known is None:
        hints = get_type_hints(record)
        known = {
            field.name: _field_shape(field, hints[field.name]) for field in attrs.fields(record)
        }
        _shapes[record] = known
    return known


_shapes: Final[dict[type, dict[str, FieldShape]]] = {}


def _field_shape(field: attrs.Attribute[Any], hint: object) -> FieldShape:
    optional = False
    if get_origin(hint) in (UnionType, Union):
        inner = [arm for arm in get_args(hint) if arm is not NoneType]
        optional = len(inner) < len(get_args(hint))
        (hint,) = inner
    many = get_origin(hint) is tuple
    if many:
        hint = get_args(hint)[0]
    required = field.default is attrs.NOTHING
    default: object = field.default
    if required:
        default = None
    elif isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        default = {}
    choices: tuple[str | int, ...] = ()
    kind: Literal["scalar", "choice", "record", "extra"] = "scalar"
    if get_origin(hint) is Literal:
        kind, choices = "choice", get_args(hint)
        type_: type = type(choices[0])
    elif get_origin(hint) is dict:
        kind, type_ = "extra", dict
    else:
        type_ = cast("type", getattr(hint, "__supertype__", hint))
        if attrs.has(type_):
            kind = "record"
    return FieldShape(field.name, kind, type_, choices, many, required, optional, default)


class Record:
    """Base of every record class: holds a record built in Python to its annotations.

    Comparison, hash and text form are written once here rather than generated for each class: that
    halves what the import costs, and the text form can leave out what is not known.
    """

    __slots__ = ()

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in shape(type(self)))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(
            (type(self), *(value for value in self._values() if not isinstance(value, dict)))
        )

    def __repr__(self) -> str:
        said = (
            f"{field.name}={value!r}"
            for field, value in zip(shape(type(self)).values(), self._values(), strict=True)
            if field.required or value != field.default
        )
        return f"{type(self).__name__}({', '.join(said)})"

    def __attrs_pre_init__(self, **values: object) -> None:
        # msgspec has held what it decodes to the annotations already, and calls this without values.
        if not values:
            return
        cls = type(self)
        faults = [
            fault
            for name, field in shape(cls).items()
            if (value := values[name]) is not attrs.NOTHING
            for fault in field.faults(value)
        ]
        if faults:
            faults += rule_faults(lenient(cls, values), cls)
            reject(self, faults, values.get("id"))


def reject(record: object, faults: list[Fault], identifier: object) -> None:
    """Raise the one exception that lists every fault of a record."""
    name = identifier if isinstance(identifier, str) else None
    raise InvalidRecord(getattr(record, "_class_name", type(record).__name__), faults, name)


def lenient(cls: type, values: Mapping[str, object]) -> SimpleNamespace:
    """Return the readable part of a record that cannot be built.

    Fields of the wrong type take their default (a required one None), so that the rules of the
    class can still be asked about all the others. Plain objects inside become such views too.
    """
    view = SimpleNamespace(_class_name=cls.__name__)
    if own := getattr(cls, "_rules", None):
        view._rules = MethodType(own, view)
    for field in shape(cls).values():
        value = values.get(field.name, field.default)
        if field.many:
            items = value if isinstance(value, (tuple, list)) else ()
            read: object = tuple(_lenient_item(field, item) for item in items)
        elif value is None:
            read = None
        else:
            read = _lenient_item(field, value)
        setattr(view, field.name, read if read is not None else field.default)
    return view


def _lenient_item(field: FieldShape, value: object) -> object:
    if field.type is float and type(value) is int:  # of any size in JSON, where a float is due
        try:
            return float(value)
        except OverflowError:
            return None
    if field.fits(value):
        return value
    if field.kind == "extra" and isinstance(value, dict):
        return {key: item for key, item in value.items() if type(item) in SCALARS}
    if field.kind == "record":
        return lenient(field.type, value if isinstance(value, dict) else {})
    return None


def rule_faults(view: object, cls: type) -> list[Fault]:
    """Return every fault that the rules of a class, and of the records inside, find in a view."""
    faults: list[Fault] = []
    for field in shape(cls).values():
        if field.kind != "record":
            continue
        value = getattr(view, field.name)
        items = enumerate(value) if field.many else [(None, value)]
        for index, item in items:
            if isinstance(item, SimpleNamespace):
                place = field.name if index is None else f"{field.name}[{index}]"
                faults += [fault.under(place) for fault in rule_faults(item, field.type)]
    rules: Callable[[object], None] = cls.__attrs_post_init__  # type: ignore[attr-defined]
    try:
        rules(view)
    except InvalidRecord as invalid:
        faults += invalid.faults
    return faults
