"""What holds the classes of this room, and what plugins bring, to their annotations.

The model has a checker of its own. Importing it would load the whole model with every taxonomy, and
it knows neither levels (``1``, ``2`` or ``"1-2"``) nor paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from attrs import fields

from implsci.errors import Fault, InvalidTableError

__all__ = ["hold", "place", "show", "unclean"]

_EXPECTED: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
_ON_ONE_LINE: Final = ("label", "synonyms", "hidden_labels", "title", "name")

# Category Cc, and the halves of surrogate pairs, which no file can hold.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS_BUT_BREAKS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class _Field(NamedTuple):
    """What one field may hold: these classes exactly, or for any but scalars a subclass of them."""

    name: str
    types: frozenset[type]
    bases: tuple[type, ...]
    expected: str
    many: bool

    def holds(self, value: object) -> bool:
        """Say at once whether a value is plainly sound; `faults` looks at any other closely."""
        if self.many:
            return type(value) is tuple and self.types.issuperset(map(type, value))
        return type(value) in self.types

    def faults(self, value: object) -> Iterator[Fault]:
        if not self.many:
            items: Iterable[object] = (value,)
        elif type(value) is tuple:
            items = value
        else:
            yield Fault(self.name, f"expected a tuple, got {show(value)}")
            return
        for index, item in enumerate(items):
            if type(item) not in self.types and not isinstance(item, self.bases):
                path = f"{self.name}[{index}]" if self.many else self.name
                yield Fault(path, f"expected {self.expected}, got {show(item)}")


def hold(record: object, kind: str, identity: str) -> None:
    """Refuse a record whose fields hold what its annotations do not allow.

    The words of a `Literal` are left to the rules of the class, which can say them.

    Raises:
        InvalidTableError: lists every such field, under the kind and identity of the record.
    """
    # A vocabulary has ten thousands of terms: what is sound must pass in no time.
    faults: list[Fault] = []
    for field in _fields(type(record)):
        value = getattr(record, field.name)
        if not field.holds(value):
            faults += field.faults(value)
    if faults:
        raise InvalidTableError(f"{kind} {show(identity)}", faults)


def unclean(record: object) -> Iterator[Fault]:
    """Yield where a text of a record that is held has control characters or half a character.

    Names stand on one line; longer text may have tabs and line breaks, as spreadsheets do.
    """
    for field in _fields(type(record)):
        if str not in field.types:
            continue
        value = getattr(record, field.name)
        for index, text in enumerate(value if field.many else (value,)):
            if type(text) is not str or text.isprintable():
                continue
            pattern = _CONTROLS if field.name in _ON_ONE_LINE else _CONTROLS_BUT_BREAKS
            if found := pattern.search(text):
                yield Fault(
                    f"{field.name}[{index}]" if field.many else field.name,
                    f"expected text without control characters, got {found[0]!r} in {show(text)}",
                )


def place(name: str) -> str:
    """Return a code as the path of a fault, in characters that can be printed."""
    return name if name.isprintable() else show(name)


def show(value: object) -> str:
    """Show a value in a message, short and in characters that can be printed."""
    if not isinstance(value, (str, int, float, NoneType)):
        return f"a {type(value).__name__}"
    try:
        text = repr(value)
    except ValueError:  # Python writes out no number of more than 4300 digits
        return "a very large number"
    return text if len(text) <= 60 else f"{text[:57]}..."


_known: Final[dict[type, tuple[_Field, ...]]] = {}


def _fields(cls: type) -> tuple[_Field, ...]:
    known = _known.get(cls)
    if known is None:
        hints = get_type_hints(cls)
        known = _known[cls] = tuple(_field(f.name, hints[f.name]) for f in fields(cls))
    return known


def _field(name: str, hint: object) -> _Field:
    many = get_origin(hint) is tuple
    types = _types(get_args(hint)[0] if many else hint)
    bases = tuple(type_ for type_ in types if type_ not in _EXPECTED and type_ is not NoneType)
    expected = " or ".join(
        sorted(_EXPECTED.get(type_, f"a {type_.__name__}") for type_ in types - {NoneType})
    )
    if float in types:
        types |= {int}
    return _Field(name, types, bases, expected, many)


def _types(hint: object) -> frozenset[type]:
    if get_origin(hint) in (Union, UnionType):
        return frozenset().union(*map(_types, get_args(hint)))
    if get_origin(hint) is Literal:
        return frozenset(map(type, get_args(hint)))
    plain = getattr(hint, "__supertype__", hint)  # a Code is a str
    assert isinstance(plain, type)
    return frozenset([plain])
