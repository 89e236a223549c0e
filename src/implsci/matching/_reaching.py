"""Which barriers of a compendium stand for those asked: the code, what is narrower, what is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.mapping import Route
from implsci.plugins import Registry

__all__ = ["Reach"]


def __dir__() -> list[str]:
    return __all__


_SAME: Final = ("exact", "close")
_NONE: Final[Mapping[int, Route | None]] = {}


class Reach:
    """Tells of a code which of the asked barriers it stands for.

    A code stands for a barrier where it is the barrier or narrower, or where a crosswalk says that it
    is the same, exactly or closely. Crosswalks are read when a scheme is first met.

    Args:
        barriers: codes of the barriers asked.
        registry: holds the taxonomies and crosswalks.
    """

    def __init__(self, barriers: Sequence[Code], registry: Registry) -> None:
        self._registry = registry
        self._asked = [
            (index, one) for index, code in enumerate(barriers) for one in _all(code, registry)
        ]
        self._found: dict[Code, dict[int, Route | None]] = {}
        for index, code in self._asked:
            self._found.setdefault(code, {})[index] = None
        self._schemes: set[str] = set()

    def of(self, code: Code) -> Mapping[int, Route | None]:
        """Return the numbers of the barriers that a code stands for, each with the way, if any."""
        scheme = code.partition(":")[0]
        if scheme not in self._schemes:
            self._schemes.add(scheme)
            self._cross(scheme)
        return self._found.get(code, _NONE)

    def _cross(self, scheme: str) -> None:
        for index, code in self._asked:
            if code.partition(":")[0] == scheme:
                continue
            try:
                routes = self._registry.map(code, to=scheme)
            except (UnknownNameError, InvalidQueryError):  # nothing is known of one of the schemes
                continue
            for route in routes:
                if route.match in _SAME:
                    ways = self._found.setdefault(route.object, {})
                    known = ways.get(index)
                    if known is None or (known.match, route.match) == ("close", "exact"):
                        ways[index] = route


def _all(code: Code, registry: Registry) -> tuple[Code, ...]:
    try:
        return registry.expand(code)
    except UnknownNameError:  # its taxonomy is not installed
        return (code,)
