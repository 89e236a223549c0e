"""Keys that stand twice in an object, which every JSON reader below takes without a word."""

from __future__ import annotations

from collections import Counter
from typing import Any

from implsci.codec.document import got
from implsci.errors import Fault

__all__ = ["duplicate_keys"]


def duplicate_keys(data: bytes | str) -> list[Fault]:
    """List the keys that stand twice in an object: JSON readers keep one and lose the others.

    Args:
        data: a document that can be decoded.

    Returns:
        One fault a repeated key, with its path; empty where there is none, or no JSON.

    Examples:
        >>> [str(fault) for fault in duplicate_keys(b'{"id": "a", "id": "b"}')]
        ["id: the key stands 2 times, expected once; only the last value, 'b', would be read"]
    """
    import json

    found = False

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
        nonlocal found
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        found = True
        return _Repeated(pairs)

    try:
        text = data if isinstance(data, str) else data.decode()
        tree = json.loads(text, object_pairs_hook=keep, parse_int=_whole)
    except (ValueError, RecursionError):
        return []
    return _faults(tree) if found else []


class _Repeated(list[tuple[str, Any]]):
    """An object with a repeated key, as its pairs."""


def _whole(digits: str) -> int:
    # Python refuses to read thousands of digits; the first few say as well that it is too large.
    return int(digits[:30])


def _faults(tree: object) -> list[Fault]:
    """Walk in the order of the document; by a stack, since nesting may be deep."""
    faults: list[Fault] = []
    stack: list[tuple[str, object]] = [("", tree)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, list) and not isinstance(value, _Repeated):
            inner = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        elif isinstance(value, (dict, _Repeated)):
            pairs = value if isinstance(value, _Repeated) else list(value.items())
            inner = [(f"{path}.{key}" if path else key, item) for key, item in pairs]
            last = dict(inner)
            faults += [
                Fault(
                    place,
                    f"the key stands {times} times, expected once; "
                    f"only the last value, {_got(last[place])}, would be read",
                )
                for place, times in Counter(place for place, _ in inner).items()
                if times > 1
            ]
        else:
            continue
        stack += [item for item in reversed(inner) if isinstance(item[1], (dict, list))]
    return faults


def _got(value: object) -> str:
    return "an object" if isinstance(value, _Repeated) else got(value)
