"""Arguments of public functions held against their annotations, before anything is worked out."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import cache, wraps
from inspect import signature
from types import NoneType, UnionType
from typing import Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from implsci.analysis._numbers import beyond_float, is_number
from implsci.errors import InvalidQueryError

__all__ = ["checked", "of_kind"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def checked(function: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let a function refuse an argument of another kind than it is annotated with.

    Numbers, texts, words from a list, mappings (and their keys), sequences and classes are told
    apart. What is inside a sequence of numbers or rows is left to the function, which can say where
    in it a fault is. An iterator is read to its end.
    """
    parameters = signature(function)

    @cache
    def kinds() -> dict[str, object]:
        return {name: kind for name, kind in get_type_hints(function).items() if name != "return"}

    @wraps(function)
    def held(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        expected = kinds()
        given = parameters.bind(*args, **kwargs)
        for name, value in given.arguments.items():
            if name not in expected:
                continue
            kept = tuple(value) if isinstance(value, Iterator) else value
            if not _fits(kept, expected[name]):
                words = " or ".join(dict.fromkeys(_words(expected[name])))
                raise InvalidQueryError(f"{name}: expected {words}, got {_shown(kept)}")
            given.arguments[name] = kept
        return function(*given.args, **given.kwargs)

    return held


def of_kind(name: str, value: object, kind: type, source: str) -> None:
    """Refuse what is not the result that a figure is drawn from.

    Raises:
        InvalidQueryError: `value` is of another class.
    """
    if not isinstance(value, kind):
        raise InvalidQueryError(
            f"{name}: expected the {kind.__name__} that {source} returns, got {_shown(value)}"
        )


def _fits(value: object, kind: object) -> bool:
    origin = get_origin(kind)
    parts = _parts(kind)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return isinstance(value, str) and value in parts
    if kind in (None, NoneType):
        return value is None
    if kind in (int, float):
        return is_number(value, whole=kind is int) and not beyond_float(value)
    if origin is tuple and len(parts) > 1 and parts[1] is not Ellipsis:
        return (
            _several(value)
            and len(held := list(value)) == len(parts)  # type: ignore[call-overload]
            and all(_fits(one, part) for one, part in zip(held, parts, strict=True))
        )
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(_fits(key, parts[0]) for key in value)
    if origin in (Iterable, Sequence, tuple):
        # Numbers and rows are left to the function; names and records are held here.
        part = parts[0] if isinstance(parts[0], type) and parts[0] is not float else object
        return _several(value) and all(_fits(one, part) for one in value)  # type: ignore[attr-defined]
    whole = origin if isinstance(origin, type) else kind
    return isinstance(value, whole) if isinstance(whole, type) else True


def _parts(kind: object) -> Sequence[object]:
    return get_args(kind)


def _several(value: object) -> bool:
    # An array of no dimension says that it can be iterated, and cannot.
    return (
        isinstance(value, Iterable)
        and isinstance(value, Sized)
        and not isinstance(value, str | bytes | Mapping)
        and getattr(value, "ndim", 1) > 0
    )


def _words(kind: object) -> Iterator[str]:
    origin = get_origin(kind)
    parts = _parts(kind)
    if origin in (Union, UnionType):
        for part in parts:
            yield from _words(part)
    elif origin is Literal:
        yield from map(repr, parts)
    elif kind in _PLAIN:
        yield _PLAIN[kind]
    elif origin is tuple and len(parts) > 1 and parts[1] is not Ellipsis:
        yield f"{len(parts)} values"
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield "a mapping by name" if parts[0] is str else "a mapping"
    elif parts:
        yield "several names" if parts[0] is str else "several values"
    else:
        yield getattr(kind, "__name__", str(kind))


_PLAIN: dict[object, str] = {
    NoneType: "None",
    None: "None",
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "True or False",
}


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return f"a {type(value).__name__} too long to be shown"
